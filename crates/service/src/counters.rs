//! What has happened since the start, in numbers.

use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! counters {
    ($($(#[$about:meta])* $name:ident),* $(,)?) => {
        /// The numbers. Each only grows.
        #[derive(Debug, Default)]
        pub struct Counters {
            $($(#[$about])* pub $name: Counter,)*
        }

        impl Counters {
            /// The names and the numbers.
            pub fn all(&self) -> impl Iterator<Item = (&'static str, u64)> {
                [$((stringify!($name), self.$name.value())),*].into_iter()
            }
        }
    };
}

counters! {
    /// Sessions that began.
    sessions_started,
    /// Refreshes that rotated.
    refreshes_rotated,
    /// Refreshes that kept the token.
    refreshes_kept,
    /// Refreshes that gave the current token again.
    refreshes_repeated,
    /// Refreshes of sessions that had ended.
    refreshes_revoked,
    /// Tokens that had been replaced: thefts.
    reuses,
    /// Tokens that the store does not know of.
    aheads,
    /// Sessions that were ended: by users, by a change of an account, by an operator.
    sessions_ended,
    /// Steps that the store did not answer.
    store_unavailable,
    /// Logins with a wrong name or password.
    logins_refused,
    /// Logins that came too often.
    logins_limited,
    /// Passwords that were not hashed, since too many waited.
    passwords_busy,
    /// Answers with a status from 200 to 399.
    answers_good,
    /// Answers with a status from 400 to 499.
    answers_refused,
    /// Answers with a status from 500 on.
    answers_failed,
}

/// One number.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// One more.
    pub fn count(&self) {
        self.add(1);
    }

    /// So many more.
    pub fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    /// How many.
    pub fn value(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
