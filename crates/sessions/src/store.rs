//! What a store of sessions must do: each function is one atomic step, except where it says so.
//!
//! No runtime is needed and none is named: the functions are `async`, and a store that never waits is
//! as good as one across a network. `crates/store-tests` holds a conformance suite for any store.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::convert::Infallible;
use core::error::Error;
use core::future::Future;
use core::num::NonZeroUsize;
use core::time::Duration;

use jwt_pair::{UnixTime, UserId};

use crate::decide::{Decision, ShownToken, decide};
use crate::session::{EndReason, Session};

/// Keeps [`Session`]s.
///
/// A row whose `expires_at` or `deadline` has come may be gone at any time. Until then it is there,
/// ended or not.
///
/// An error of the kind [`StoreFault::Unavailable`] says nothing about the session: the step may have
/// been taken or not. Each step may be repeated. Times in rows and steps are below 2^63.
///
/// A store behind `&`, `Arc`, `Box` or [`AnyStore`](crate::AnyStore) is a store.
pub trait SessionStore {
    /// Why a step was not taken, or not answered.
    type Error: StoreError;

    /// Adds a row, unless there is one of this `session_id`, ended or not; whether it did.
    ///
    /// A row that has expired by `now` counts as absent: nothing of it stays, its user's list
    /// included. The new row may be ended already.
    fn insert(
        &self,
        session: &Session,
        now: UnixTime,
    ) -> impl Future<Output = Result<bool, Self::Error>> + Send;

    /// Decides about a refresh token as [`decide`] does, and writes what the decision asks for, in
    /// **one atomic step**. [`Refresh::apply`] is this step on a row in memory. Stores that have a
    /// language of their own say the same in it:
    ///
    /// | decision | what changes in the row |
    /// |---|---|
    /// | [`Decision::Rotate`] | `generation` + 1; `previous_rotated_at` = the old `rotated_at`; `rotated_at` = `now`; `expires_at` = the lesser of [`Refresh::expires_at`] and `deadline`; the label, if one is given |
    /// | [`Decision::Reuse`], [`Decision::Ahead`] | `ended` = that reason, at `now` |
    /// | the others | nothing: no write, and no lock that others would wait for |
    ///
    /// The verdict carries the row as it then stands.
    fn refresh(
        &self,
        step: &Refresh<'_>,
    ) -> impl Future<Output = Result<Verdict, Self::Error>> + Send;

    /// The row, ended or not, and expired or not as long as it is there.
    fn load(
        &self,
        session_id: &str,
    ) -> impl Future<Output = Result<Option<Session>, Self::Error>> + Send;

    /// Ends a session for good, unless it was ended before; whether it did.
    ///
    /// Works on every row that is there, **expired or not**: the caller's clock may be wrong. Works
    /// on a store that is full.
    fn end(&self, end: &End<'_>) -> impl Future<Output = Result<bool, Self::Error>> + Send;

    /// Ends all sessions of a user, or all but one; how many. As [`end`](Self::end) otherwise.
    ///
    /// Every session whose insert was acknowledged before the call is ended when it returns. It may
    /// take several atomic steps, in an order that is the same for all callers. After an error some
    /// are ended, and the call may be repeated. The session that is left out is never touched.
    fn end_user(&self, end: &EndUser<'_>) -> impl Future<Output = Result<u64, Self::Error>> + Send;

    /// Sessions of a user that are alive, by `started_at` and then by the bytes of `session_id`,
    /// from after [`List::after`] on.
    ///
    /// A page has at most [`List::limit`] rows. It may have fewer, even none, and still have a
    /// [`Page::next`]. Every session that is alive from the first page to the last is in exactly one.
    fn list(&self, list: &List<'_>) -> impl Future<Output = Result<Page, Self::Error>> + Send;

    /// Removes rows that have expired; how many. A store that does so by itself returns 0.
    fn purge(&self, now: UnixTime) -> impl Future<Output = Result<u64, Self::Error>> + Send;
}

/// Why a store did not do what it was asked.
pub trait StoreError: Error + Send + Sync + 'static {
    /// Whether the same step may succeed later.
    fn fault(&self) -> StoreFault {
        StoreFault::Unavailable
    }
}

/// Whether a step of a store may succeed later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StoreFault {
    /// The store did not answer, or it is not the one that writes. Try again.
    Unavailable,
    /// The store can never keep what it was given, such as a name that is too long.
    Refused,
}

impl StoreError for Infallible {}

/// A refresh token that is shown to a session: the one step that races.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refresh<'a> {
    /// Which session.
    pub session_id: &'a str,
    /// What the token says.
    pub token: ShownToken<'a>,
    /// The time of the step.
    pub now: UnixTime,
    /// For how long after a rotation the chain stands still. Only whole seconds count.
    pub window: Duration,
    /// When the next refresh token expires, if the deadline does not come before.
    pub expires_at: UnixTime,
    /// The label from now on, if it rotates.
    pub label: Option<&'a str>,
}

/// What [`SessionStore::refresh`] decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The decision, which has been carried out.
    pub decision: Decision,
    /// The row as it then stands. With [`Decision::Revoked`] a store may leave it out, and no
    /// caller reads it.
    pub row: Option<Session>,
}

impl Refresh<'_> {
    /// The step on a row in memory: decides, and writes what the decision asks for.
    pub fn apply(&self, row: Option<&mut Session>) -> Decision {
        let decision = decide(row.as_deref(), &self.token, self.now, self.window);
        let Some(row) = row else { return decision };
        match decision {
            Decision::Rotate => {
                // The last generation is never rotated.
                row.generation = row.generation.saturating_add(1);
                row.previous_rotated_at = row.rotated_at;
                row.rotated_at = self.now;
                row.expires_at = self.expires_at.min(row.deadline);
                if let Some(label) = self.label {
                    row.label = String::from(label);
                }
            }
            Decision::Reuse => {
                row.end(EndReason::Reuse, self.now);
            }
            Decision::Ahead => {
                row.end(EndReason::Ahead, self.now);
            }
            Decision::Keep | Decision::Repeat | Decision::Ended(_) | Decision::Revoked => {}
        }
        decision
    }
}

/// One session to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End<'a> {
    /// Which session.
    pub session_id: &'a str,
    /// If given, only a session of this user.
    pub user_id: Option<&'a UserId>,
    /// Why.
    pub why: EndReason,
    /// When.
    pub at: UnixTime,
}

/// The sessions of a user to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndUser<'a> {
    /// Whose sessions.
    pub user_id: &'a UserId,
    /// If given, all but this one.
    pub except: Option<&'a str>,
    /// Why.
    pub why: EndReason,
    /// When.
    pub at: UnixTime,
}

/// Which sessions to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct List<'a> {
    /// Whose sessions.
    pub user_id: &'a UserId,
    /// The end of the page before.
    pub after: Option<&'a Cursor>,
    /// How many at most.
    pub limit: NonZeroUsize,
    /// Sessions that are alive now.
    pub now: UnixTime,
}

/// One page of a user's sessions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The sessions.
    pub sessions: Vec<Session>,
    /// Where the next page begins; `None` after the last.
    pub next: Option<Cursor>,
}

/// A place in a user's list: after the session that it names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cursor {
    /// When the session began.
    pub started_at: UnixTime,
    /// The session's name.
    pub session_id: String,
}

impl From<&Session> for Cursor {
    fn from(session: &Session) -> Self {
        Self { started_at: session.started_at, session_id: session.session_id.clone() }
    }
}

macro_rules! forward {
    ($($store:ty),*) => {$(
        impl<S: SessionStore + ?Sized> SessionStore for $store {
            type Error = S::Error;

            fn insert(
                &self,
                session: &Session,
                now: UnixTime,
            ) -> impl Future<Output = Result<bool, Self::Error>> + Send {
                (**self).insert(session, now)
            }

            fn refresh(
                &self,
                step: &Refresh<'_>,
            ) -> impl Future<Output = Result<Verdict, Self::Error>> + Send {
                (**self).refresh(step)
            }

            fn load(
                &self,
                session_id: &str,
            ) -> impl Future<Output = Result<Option<Session>, Self::Error>> + Send {
                (**self).load(session_id)
            }

            fn end(
                &self,
                end: &End<'_>,
            ) -> impl Future<Output = Result<bool, Self::Error>> + Send {
                (**self).end(end)
            }

            fn end_user(
                &self,
                end: &EndUser<'_>,
            ) -> impl Future<Output = Result<u64, Self::Error>> + Send {
                (**self).end_user(end)
            }

            fn list(
                &self,
                list: &List<'_>,
            ) -> impl Future<Output = Result<Page, Self::Error>> + Send {
                (**self).list(list)
            }

            fn purge(
                &self,
                now: UnixTime,
            ) -> impl Future<Output = Result<u64, Self::Error>> + Send {
                (**self).purge(now)
            }
        }
    )*};
}

forward!(&S, Arc<S>, Box<S>);
