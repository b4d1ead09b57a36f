//! How often somebody may try to log in, counted before the password is hashed.
//!
//! In: an account's name and a client's network. Out: go on, wait first, or come back later.
//! Each instance counts for itself, in memory.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::accounts::Name;
use crate::client::Network;

/// Attempts of the last time. Names that no account has count alike.
#[derive(Debug)]
pub struct Attempts {
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    /// By account and network together: beyond, an attempt is refused.
    together: Buckets<(Name, Network)>,
    /// By account alone: beyond, an attempt is slowed, and never refused, so that nobody can lock
    /// another's account.
    alone: Buckets<Name>,
}

/// What becomes of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// After this time, zero for most.
    After(Duration),
    /// Not now: try again after this time.
    Refused(Duration),
}

/// One attempt in this time is always good.
const ALONE_EVERY: Duration = Duration::from_secs(5);
/// For one account from everywhere, before each is slowed.
const ALONE_AT_ONCE: u32 = 100;
const SLOWEST: Duration = Duration::from_secs(5);
/// So many are remembered. To fill it costs so many password checks, more than forgetting gives.
const MOST: usize = 100_000;

impl Attempts {
    /// So many attempts at once for one account from one network, and then one in each `every`.
    pub fn new(at_once: u32, every: Duration) -> Self {
        let together = Buckets::new(every, at_once.max(1));
        let alone = Buckets::new(ALONE_EVERY, ALONE_AT_ONCE);
        Self { inner: Mutex::new(Inner { together, alone }) }
    }

    /// Counts an attempt.
    pub fn count(&self, name: &Name, address: IpAddr, now: Instant) -> Attempt {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let over = inner.together.add((name.clone(), Network::of(address)), now, Beyond::Refuses);
        if over > Duration::ZERO {
            return Attempt::Refused(over);
        }
        Attempt::After(inner.alone.add(name.clone(), now, Beyond::Counts).min(SLOWEST))
    }

    /// Forgets the attempts of somebody who knew the password.
    pub fn succeeded(&self, name: &Name, address: IpAddr) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.together.empty_at.remove(&(name.clone(), Network::of(address)));
    }
}

/// Leaky buckets. Each is one time: when it will be empty.
#[derive(Debug)]
struct Buckets<K> {
    empty_at: HashMap<K, Instant>,
    every: Duration,
    room: Duration,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Beyond {
    Refuses,
    Counts,
}

impl<K: Hash + Eq> Buckets<K> {
    fn new(every: Duration, at_once: u32) -> Self {
        let room = every.saturating_mul(at_once.saturating_sub(1));
        Self { empty_at: HashMap::new(), every, room }
    }

    /// Adds one; how long to wait until it would fit.
    fn add(&mut self, key: K, now: Instant, beyond: Beyond) -> Duration {
        if self.empty_at.len() >= MOST {
            self.empty_at.retain(|_, at| *at > now);
            if self.empty_at.len() >= MOST {
                self.empty_at.clear();
            }
        }
        let empty_at = self.empty_at.entry(key).or_insert(now);
        let level = empty_at.saturating_duration_since(now);
        let over = level.saturating_sub(self.room);
        if over == Duration::ZERO || beyond == Beyond::Counts {
            *empty_at = now.checked_add(level.saturating_add(self.every)).unwrap_or(now);
        }
        over
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a test fails by panicking")]

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn name(text: &str) -> Name {
        Name::new(text).expect("a name")
    }

    #[test]
    fn attempts_are_refused_by_account_and_network_together() {
        let attempts = Attempts::new(3, MINUTE);
        let now = Instant::now();
        let (here, there): (IpAddr, IpAddr) = ([192, 0, 2, 1].into(), [192, 0, 2, 2].into());
        let go_on = Attempt::After(Duration::ZERO);
        for _ in 0..3 {
            assert_eq!(attempts.count(&name("ann"), here, now), go_on);
        }
        let refused = Attempt::Refused(Duration::from_secs(60));
        assert_eq!(attempts.count(&name("ann"), here, now), refused);
        // An attempt that was refused costs nothing.
        assert_eq!(attempts.count(&name("ann"), here, now), refused);
        assert_eq!(attempts.count(&name("ann"), there, now), go_on);
        assert_eq!(attempts.count(&name("bob"), here, now), go_on);
        let later = now.checked_add(Duration::from_secs(60)).expect("a time");
        assert_eq!(attempts.count(&name("ann"), here, later), go_on);
        assert_eq!(attempts.count(&name("ann"), here, later), refused);
        attempts.succeeded(&name("ann"), here);
        assert_eq!(attempts.count(&name("ann"), here, later), go_on);
    }

    #[test]
    fn the_addresses_of_a_64_count_as_one() {
        let attempts = Attempts::new(1, MINUTE);
        let now = Instant::now();
        let at = |text: &str| text.parse::<IpAddr>().expect("an address");
        let go_on = Attempt::After(Duration::ZERO);
        assert_eq!(attempts.count(&name("ann"), at("2001:db8::1"), now), go_on);
        let refused = Attempt::Refused(Duration::from_secs(60));
        assert_eq!(attempts.count(&name("ann"), at("2001:db8::ffff:2"), now), refused);
        assert_eq!(attempts.count(&name("ann"), at("2001:db8:0:1::1"), now), go_on);
    }

    #[test]
    fn an_account_alone_is_slowed_and_never_locked() {
        let attempts = Attempts::new(1, MINUTE);
        let now = Instant::now();
        let from = |n: u32| IpAddr::from(n.to_be_bytes());
        for n in 0..100 {
            assert_eq!(attempts.count(&name("ann"), from(n), now), Attempt::After(Duration::ZERO));
        }
        for n in 100..300 {
            assert_eq!(attempts.count(&name("ann"), from(n), now), Attempt::After(SLOWEST));
        }
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut buckets = Buckets::new(MINUTE, 1);
        let now = Instant::now();
        for n in 0..=MOST {
            assert_eq!(buckets.add(n, now, Beyond::Refuses), Duration::ZERO);
        }
        assert_eq!(buckets.empty_at.len(), 1);
    }
}
