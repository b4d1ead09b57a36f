//! What a store of sessions must do: each function is one atomic step.
//!
//! No runtime is needed and none is named: the functions are `async`, and a store that never waits is
//! as good as one across a network. `crates/store-tests` holds a conformance suite for any store.

use alloc::vec::Vec;
use core::future::Future;

use jwt_pair::{UnixTime, UserId};

use crate::session::Session;

/// Keeps [`Session`]s. A row whose `expires_at` or `deadline` has come may be gone at any time, and
/// counts as absent even where it is still there.
///
/// An error means that the store has not answered, and says nothing about the session: the step may
/// have been taken or not. Each step may be repeated.
pub trait SessionStore {
    /// Why the store did not answer.
    type Error;

    /// Adds a row, unless there is one of this `session_id`, alive or revoked; whether it did.
    fn insert(
        &self,
        session: &Session,
        now: UnixTime,
    ) -> impl Future<Output = Result<bool, Self::Error>> + Send;

    /// Compare-and-swap on the generation, the one step that races.
    ///
    /// If the row is alive, of [`Advance::user_id`] and of generation [`Advance::from`], and that is
    /// not 2^64 - 1, its generation is counted up by one, `rotated_at` becomes [`Advance::now`] and
    /// `expires_at` the lesser of [`Advance::expires_at`] and its deadline. Whatever happened, the row
    /// is returned as it then stands.
    fn advance(
        &self,
        step: Advance<'_>,
    ) -> impl Future<Output = Result<Advanced, Self::Error>> + Send;

    /// The row, revoked or not; `None` if it is absent.
    fn load(
        &self,
        session_id: &str,
        now: UnixTime,
    ) -> impl Future<Output = Result<Option<Session>, Self::Error>> + Send;

    /// Ends a session for good; whether there was one to end.
    fn revoke(
        &self,
        session_id: &str,
        now: UnixTime,
    ) -> impl Future<Output = Result<bool, Self::Error>> + Send;

    /// Ends all sessions that a user has now; how many there were.
    fn revoke_user(
        &self,
        user_id: &UserId,
        now: UnixTime,
    ) -> impl Future<Output = Result<u64, Self::Error>> + Send;

    /// The rows of a user that are alive, oldest login first, and by `session_id` where two are equal.
    fn list_user(
        &self,
        user_id: &UserId,
        now: UnixTime,
    ) -> impl Future<Output = Result<Vec<Session>, Self::Error>> + Send;

    /// Removes rows that count as absent; how many. A store that does so by itself returns 0.
    fn purge(&self, now: UnixTime) -> impl Future<Output = Result<u64, Self::Error>> + Send;
}

/// One step of [`SessionStore::advance`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advance<'a> {
    /// Which session.
    pub session_id: &'a str,
    /// The user that the row must be of.
    pub user_id: &'a UserId,
    /// The generation that the row must have.
    pub from: u64,
    /// The time of the step.
    pub now: UnixTime,
    /// When the next refresh token expires, if the deadline does not come before.
    pub expires_at: UnixTime,
}

/// What [`SessionStore::advance`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Advanced {
    /// The row was counted up, by this call, and now stands so.
    Yes(Session),
    /// The row stands so, and was left as it is; or is absent.
    No(Option<Session>),
}

impl Session {
    /// Takes the step of [`SessionStore::advance`] if it fits the row; whether it did.
    ///
    /// For stores that keep rows as they are; others say the same in their own language.
    pub fn advance(&mut self, step: Advance<'_>) -> bool {
        let is_of_user = self.user_id == *step.user_id;
        let fits = self.is_alive(step.now) && is_of_user && self.generation == step.from;
        // There is no generation after the last: its token fits no more.
        let Some(next) = self.generation.checked_add(1).filter(|_| fits) else {
            return false;
        };
        self.generation = next;
        self.rotated_at = step.now;
        self.expires_at = step.expires_at.min(self.deadline);
        true
    }
}
