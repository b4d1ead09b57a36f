//! `end`: for good, whatever the caller's clock says.

use jwt_pair::UnixTime;
use jwt_pair_sessions::{Decision, End, EndReason, Ended, Session};

use crate::TestStore;
use crate::rows::{
    after, any_row_with, assert_is, end, insert, inserted, load, refresh, step_of, unique,
};

/// It says whether there was one to end, and the first reason and time stay.
pub async fn ends_a_session_once<S: TestStore>(store: &S, now: UnixTime) {
    for why in EndReason::ALL {
        let row = inserted(store, "end", now).await;
        let session_id = &row.session_id;
        let first = End { session_id, user_id: None, why, at: after(now, 7) };
        assert!(store.end(&first).await.expect("end"));
        for again in EndReason::ALL {
            let second = End { why: again, at: after(now, 3), ..first };
            assert!(!store.end(&second).await.expect("end"), "it was ended before");
        }
        let mut expected = row.clone();
        expected.ended = Some(Ended { why, at: after(now, 7) });
        assert_is(load(store, session_id).await, &expected);
    }
    assert!(!end(store, &unique("nobody"), now).await);
}

/// With a user, only a session of that user.
pub async fn asks_for_the_user_if_one_is_given<S: TestStore>(store: &S, now: UnixTime) {
    let row = inserted(store, "end-of", now).await;
    let session_id = &row.session_id;
    for other in [unique("other").into(), "".into(), 0.into()] {
        let end = End { session_id, user_id: Some(&other), why: EndReason::Logout, at: now };
        assert!(!store.end(&end).await.expect("end"), "it is not {other}'s");
    }
    assert_is(load(store, session_id).await, &row);
    let end = End { session_id, user_id: Some(&row.user_id), why: EndReason::Logout, at: now };
    assert!(store.end(&end).await.expect("end"));
}

/// Neither a refresh nor an insert brings a session back.
pub async fn is_never_undone<S: TestStore>(store: &S, now: UnixTime) {
    let row = inserted(store, "end-undone", now).await;
    assert!(end(store, &row.session_id, now).await);
    let mut ended = row.clone();
    assert!(ended.end(EndReason::Logout, now));
    for later in [0, 100, 300, 999] {
        let verdict = refresh(store, &step_of(&row, after(now, later))).await;
        assert_eq!(verdict.decision, Decision::Ended(EndReason::Logout));
        assert!(!store.insert(&row, after(now, later)).await.expect("insert"));
    }
    assert_is(load(store, &row.session_id).await, &ended);
}

/// A caller whose clock is ahead ends what it takes for expired, and a caller whose clock is behind
/// ends what has not begun.
pub async fn works_by_any_clock<S: TestStore>(store: &S, now: UnixTime) {
    let short = |what| {
        any_row_with(what, now, |row: &mut Session| {
            (row.expires_at, row.deadline) = (after(now, 30), after(now, 40));
        })
    };
    let early = UnixTime::from_secs(now.as_secs() / 2);
    for at in [early, after(now, 29), after(now, 30), after(now, 60), after(now, 86_400 * 30)] {
        let row = short("end-clock");
        insert(store, &row, now).await;
        assert!(end(store, &row.session_id, at).await, "at {at}");
        let verdict = refresh(store, &step_of(&row, after(now, 1))).await;
        assert_eq!(verdict.decision, Decision::Ended(EndReason::Logout), "ended at {at}");

        let row = short("end-all-clock");
        insert(store, &row, now).await;
        assert_eq!(crate::rows::end_all(store, &row.user_id, at).await, 1, "at {at}");
        let verdict = refresh(store, &step_of(&row, after(now, 1))).await;
        assert_eq!(verdict.decision, Decision::Ended(EndReason::All), "ended at {at}");
    }
}
