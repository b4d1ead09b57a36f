//! What users of other JWT libraries report of sessions, each as a test of that name.
#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use jwt_pair::Identity;
use jwt_pair_sessions::{MemoryStore, Refreshed, SessionPolicy};

use crate::common::{LOGIN, at, block_on, sessions};

#[test]
fn two_tabs_that_refresh_at_once_stay_logged_in() {
    let sessions = sessions(MemoryStore::new(), SessionPolicy::new());
    let pair = block_on(sessions.start(
        &Identity::new(123, "customer", "session123"),
        "Firefox",
        at(LOGIN),
    ))
    .unwrap();
    let claims = sessions.issuer().verify_refresh(&pair.refresh.token, at(LOGIN)).unwrap();

    let tab =
        || block_on(sessions.refresh(&claims, "customer", &Default::default(), at(LOGIN))).unwrap();
    let (Refreshed::Rotated(first), Refreshed::Replayed(second)) = (tab(), tab()) else {
        unreachable!("one tab rotates, the other is given the same again");
    };
    assert_eq!(first.refresh.token, second.refresh.token);
    let next = sessions.issuer().verify_refresh(&second.refresh.token, at(LOGIN)).unwrap();
    let again =
        block_on(sessions.refresh(&next, "customer", &Default::default(), at(LOGIN))).unwrap();
    assert!(matches!(again, Refreshed::Rotated(_)));
}
