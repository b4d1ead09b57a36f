//! What users of other JWT libraries report of sessions, each as a test of that name.
#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use jwt_pair_sessions::{MemoryStore, SessionPolicy};

use crate::common::{LOGIN, WINDOW, login, refresh, repeated, rotated, sessions};

#[test]
fn two_tabs_that_refresh_at_once_stay_logged_in() {
    let sessions = sessions(MemoryStore::new(), SessionPolicy::new());
    let token = login(&sessions, "session123").refresh.token;
    let now = LOGIN.saturating_add(900);
    let first = rotated(refresh(&sessions, &token, now));
    let second = repeated(refresh(&sessions, &token, now));
    assert_eq!(first.refresh.token, second.refresh.token);
    let later = now.saturating_add(WINDOW);
    rotated(refresh(&sessions, &second.refresh.token, later));
}
