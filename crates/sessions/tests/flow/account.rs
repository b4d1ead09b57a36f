//! Login, logout, the account page, and the check of an access token against its session.
#![cfg(feature = "std")]
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

use crate::common::{
    LOGIN, MAX_LIFETIME, REFRESH_LIFETIME, WINDOW, at, block_on, list, login, of_user, refresh,
    revoked, rotated, row, sessions,
};
use jwt_pair::serde_json::json;
use jwt_pair::{AccessClaims, Error, UserId};
use jwt_pair_sessions::{
    Cursor, EndReason, List, Login, MemoryStore, SessionError, SessionPolicy, SessionStore as _,
    Sessions,
};

fn in_memory() -> Sessions<MemoryStore> {
    sessions(MemoryStore::new(), SessionPolicy::new())
}

fn access(sessions: &Sessions<MemoryStore>, token: &str, now: u64) -> AccessClaims {
    sessions.issuer().verify_access(token, at(now)).unwrap()
}

const LATER: u64 = LOGIN + 1_000;

#[test]
fn a_logout_ends_one_session() {
    let sessions = in_memory();
    let [one, other] = ["one", "other"].map(|name| login(&sessions, name));
    let revoke = |name| block_on(sessions.revoke(name, at(LATER)));
    assert_eq!(revoke("one"), Ok(true));
    assert_eq!(revoke("one"), Ok(false));
    assert_eq!(revoke("none"), Ok(false));
    let logged_out = || revoked(EndReason::Logout, LATER);
    assert_eq!(refresh(&sessions, &one.refresh.token, LATER), Err(logged_out()));
    rotated(refresh(&sessions, &other.refresh.token, LATER));

    let check =
        |token: &str, now| block_on(sessions.check(&access(&sessions, token, LOGIN), at(now)));
    assert_eq!(check(&one.access.token, LATER), Err(logged_out()));
    assert_eq!(check(&other.access.token, LATER), Ok(()));
    assert_eq!(check(&other.access.token, LATER + REFRESH_LIFETIME - 1), Ok(()));
    let expired = Err(SessionError::Revoked(None));
    assert_eq!(check(&other.access.token, LATER + REFRESH_LIFETIME), expired);
}

/// Expired or replaced: any authentic refresh token of the session is good for a logout.
#[test]
fn a_logout_takes_any_refresh_token_of_the_session() {
    let logout =
        |sessions: &Sessions<_>, token: &str, now| block_on(sessions.logout(token, at(now)));
    for late in [LATER, LATER + WINDOW, LATER + REFRESH_LIFETIME + 1, 0] {
        let sessions = in_memory();
        let first = login(&sessions, "s").refresh.token;
        let second = rotated(refresh(&sessions, &first, LATER)).refresh.token;
        // The one that was replaced, and by any clock.
        assert_eq!(logout(&sessions, &first, late), Ok(true), "{late}");
        assert_eq!(logout(&sessions, &second, late), Ok(false));
        let refused = refresh(&sessions, &second, LATER + 1);
        assert_eq!(refused, Err(revoked(EndReason::Logout, late)));
    }
    let sessions = in_memory();
    let token = login(&sessions, "s").refresh.token;
    let forged = token.replace(token.rsplit_once('.').unwrap().1, "AAAA");
    let unsigned = SessionError::Token(Error::InvalidSignature);
    assert_eq!(logout(&sessions, &forged, LATER), Err(unsigned));
    let no_jti = crate::common::refresh_token("s", &json!({}));
    let missing = SessionError::Token(Error::MissingClaim { claim: "jti" });
    assert_eq!(logout(&sessions, &no_jti, LATER), Err(missing));
    let malformed = crate::common::refresh_token("s", &json!({ "jti": "t.1" }));
    let mismatch = SessionError::Token(Error::ClaimMismatch { claim: "jti" });
    assert_eq!(logout(&sessions, &malformed, LATER), Err(mismatch));
    let of_other = crate::common::refresh_token("s", &json!({ "jti": "s.1", "user_id": 124 }));
    assert_eq!(logout(&sessions, &of_other, LATER), Ok(false));
    rotated(refresh(&sessions, &token, LATER));
}

#[test]
fn a_new_password_ends_all_sessions_of_a_user() {
    let sessions = in_memory();
    let tokens = ["a", "b", "c"].map(|name| login(&sessions, name).refresh.token);
    let text = Login::new("123", "customer").session_id("d");
    let other = block_on(sessions.start(&text, at(LOGIN))).unwrap().pair.refresh.token;
    block_on(sessions.revoke("c", at(LOGIN + 1))).unwrap();

    let revoke = || block_on(sessions.revoke_user(&123.into(), at(LATER)));
    assert_eq!(revoke(), Ok(2));
    assert_eq!(revoke(), Ok(0));
    let [a, b, c] = tokens.map(|token| refresh(&sessions, &token, LATER).unwrap_err());
    assert_eq!([a, b], [(); 2].map(|()| revoked(EndReason::All, LATER)));
    assert_eq!(c, revoked(EndReason::Logout, LOGIN + 1));
    // The text "123" is another user than the integer.
    rotated(refresh(&sessions, &other, LATER));
    let later = login(&sessions, "later").refresh.token;
    rotated(refresh(&sessions, &later, LATER));
}

#[test]
fn all_others_end_and_this_one_stays() {
    let sessions = in_memory();
    let tokens = ["a", "b", "c"].map(|name| login(&sessions, name).refresh.token);
    let revoke = |keep| block_on(sessions.revoke_others(&123.into(), keep, at(LATER)));
    assert_eq!(revoke("b"), Ok(2));
    assert_eq!(revoke("b"), Ok(0));
    let [a, b, c] = tokens.map(|token| refresh(&sessions, &token, LATER));
    assert_eq!(a, Err(revoked(EndReason::Others, LATER)));
    assert_eq!(c, Err(revoked(EndReason::Others, LATER)));
    rotated(b);
}

/// A name that comes from a client ends nobody else's session.
#[test]
fn a_name_from_a_client_ends_only_the_users_own_session() {
    let sessions = in_memory();
    let token = login(&sessions, "s").refresh.token;
    for other in [UserId::from(124), "123".into(), "".into()] {
        assert_eq!(block_on(sessions.revoke_of(&other, "s", at(LATER))), Ok(false));
    }
    rotated(refresh(&sessions, &token, LATER));
    assert_eq!(block_on(sessions.revoke_of(&123.into(), "s", at(LATER))), Ok(true));
    assert_eq!(block_on(sessions.revoke_of(&123.into(), "s", at(LATER))), Ok(false));
    assert_eq!(block_on(sessions.revoke_of(&123.into(), "none", at(LATER))), Ok(false));
}

/// Ending works by a clock that takes the session for expired, and by one from before it began.
#[test]
fn a_session_ends_whatever_the_callers_clock_says() {
    for late in [0, LOGIN - 60, LOGIN + REFRESH_LIFETIME + 60, LOGIN + 900 * MAX_LIFETIME] {
        let user = UserId::from(123);
        type End = fn(&Sessions<MemoryStore>, &UserId, u64) -> u64;
        let ends: [End; 4] = [
            |sessions, _, now| u64::from(block_on(sessions.revoke("s", at(now))).unwrap()),
            |sessions, of, now| u64::from(block_on(sessions.revoke_of(of, "s", at(now))).unwrap()),
            |sessions, of, now| block_on(sessions.revoke_user(of, at(now))).unwrap(),
            |sessions, of, now| block_on(sessions.revoke_others(of, "t", at(now))).unwrap(),
        ];
        for end in ends {
            let sessions = in_memory();
            let token = login(&sessions, "s").refresh.token;
            assert_eq!(end(&sessions, &user, late), 1, "at {late}");
            let refused = refresh(&sessions, &token, LATER).unwrap_err();
            assert!(matches!(refused, SessionError::Revoked(Some(_))), "{refused:?}");
        }
    }
}

#[test]
fn the_account_page_lists_what_is_alive_oldest_first() {
    let sessions = in_memory();
    let start = |user: i64, name: &str, label: &str, now| {
        let login = Login::new(user, "customer").session_id(name).label(label);
        block_on(sessions.start(&login, at(now))).unwrap().pair.refresh.token
    };
    let phone = start(123, "phone", "Phone \u{1f4f1} <b>", LOGIN + 2);
    start(123, "laptop", "", LOGIN + 1);
    start(123, "gone", "Library", LOGIN);
    start(124, "else", "Somebody else", LOGIN);
    block_on(sessions.revoke("gone", at(LOGIN))).unwrap();
    rotated(refresh(&sessions, &phone, LATER));

    let begun = |name: &str, label: &str, started_at| {
        let mut row = row(name, 1);
        row.label = label.into();
        (row.started_at, row.rotated_at) = (at(started_at), at(started_at));
        row.previous_rotated_at = at(started_at);
        row.expires_at = at(started_at + REFRESH_LIFETIME);
        row.deadline = at(started_at + MAX_LIFETIME);
        row
    };
    let laptop = begun("laptop", "", LOGIN + 1);
    let mut phone = begun("phone", "Phone \u{1f4f1} <b>", LOGIN + 2);
    phone.generation = 2;
    (phone.rotated_at, phone.expires_at) = (at(LATER), at(LATER + REFRESH_LIFETIME));
    assert_eq!(list(&sessions, 123, LATER), [laptop, phone.clone()]);
    assert_eq!(list(&sessions, 123, LOGIN + 1 + REFRESH_LIFETIME), [phone]);
    assert_eq!(list(&sessions, 123, LATER + REFRESH_LIFETIME), []);
    assert_eq!(list(&sessions, 125, LOGIN), []);
}

/// Sessions that began in one second are in the order of their names, and a page after the other
/// shows each once.
#[test]
fn the_account_page_comes_in_pages() {
    let sessions = in_memory();
    let mut names: Vec<String> = (0..25).map(|number| format!("{}", number * 7 % 25)).collect();
    for name in &names {
        login(&sessions, name);
    }
    names.sort();
    for limit in [1, 2, 7, 24, 25, 26] {
        let (mut seen, mut pages, mut after) = (Vec::new(), 0, None::<Cursor>);
        loop {
            let user_id = &123.into();
            let limit = limit.try_into().unwrap();
            let page = List { user_id, after: after.as_ref(), limit, now: at(LATER) };
            let page = block_on(sessions.list(&page)).unwrap();
            seen.extend(page.sessions.into_iter().map(|session| session.session_id));
            pages += 1;
            assert!(pages <= names.len(), "the pages do not end");
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!((&seen, pages), (&names, 25_usize.div_ceil(limit)));
    }
}

#[test]
fn a_name_is_not_used_twice() {
    let sessions = in_memory();
    let token = login(&sessions, "s").refresh.token;
    let start = |user: i64, now| {
        let login = Login::new(user, "customer").session_id("s");
        block_on(sessions.start(&login, at(now))).map(|_| ())
    };
    assert_eq!(start(666, LOGIN), Err(SessionError::SessionExists));
    rotated(refresh(&sessions, &token, LATER));
    assert_eq!(start(123, LATER), Err(SessionError::SessionExists));
    block_on(sessions.revoke("s", at(LATER))).unwrap();
    assert_eq!(start(123, LATER), Err(SessionError::SessionExists));
    assert_eq!(start(666, LATER + REFRESH_LIFETIME), Ok(()));
}

/// A login that is tried again under its name gets the session that it began, and no second device.
#[test]
fn a_login_can_be_tried_again_under_its_name() {
    let start = |sessions: &Sessions<_>, now| block_on(sessions.start(&of_user("s"), at(now)));
    for later in [0, 1, 299] {
        let sessions = in_memory();
        let first = start(&sessions, LOGIN).unwrap();
        let again = start(&sessions, LOGIN + later).unwrap();
        assert_eq!(again.session, first.session);
        assert_eq!(again.pair.refresh, first.pair.refresh);
        let claims = access(&sessions, &again.pair.access.token, LOGIN + later);
        assert_eq!(claims.iat, at(LOGIN + later).into());
        assert_eq!(list(&sessions, 123, LOGIN + later).len(), 1);
    }
    let sessions = in_memory();
    start(&sessions, LOGIN).unwrap();
    assert_eq!(start(&sessions, LOGIN + 300), Err(SessionError::SessionExists));
    assert_eq!(start(&sessions, LOGIN - 300), Err(SessionError::SessionExists));
    let revoke = block_on(sessions.revoke("s", at(LOGIN)));
    assert_eq!((revoke, start(&sessions, LOGIN)), (Ok(true), Err(SessionError::SessionExists)));
}

/// A session that was refreshed is no login whose answer was lost, however soon it was.
#[test]
fn a_session_that_was_refreshed_is_not_a_login_tried_again() {
    let policy = SessionPolicy::new().window(crate::common::seconds(0));
    let sessions = sessions(MemoryStore::new(), policy);
    let token = login(&sessions, "s").refresh.token;
    rotated(refresh(&sessions, &token, LOGIN + 1));
    let again = block_on(sessions.start(&of_user("s"), at(LOGIN + 2)));
    assert_eq!(again, Err(SessionError::SessionExists));
}

/// Without a name a login gets 128 random bits.
#[cfg(feature = "getrandom")]
#[test]
fn a_session_has_a_random_name_unless_one_is_given() {
    let sessions = in_memory();
    let names: alloc::collections::BTreeSet<String> = (0..1_000)
        .map(|_| {
            let started = block_on(sessions.start(&Login::new(123, "customer"), at(LOGIN)));
            started.unwrap().session.session_id
        })
        .collect();
    assert_eq!(names.len(), 1_000);
    let mut bits = [0_u32; 16];
    for name in &names {
        let bytes = jwt_pair::base64url::decode(name).unwrap();
        assert_eq!(bytes.len(), 16);
        for (bits, byte) in bits.iter_mut().zip(bytes) {
            *bits += byte.count_ones();
        }
    }
    // 8,000 coins each: by chance within 500 of a half but once in 10^28 times.
    assert!(bits.iter().all(|ones| (3_500..4_500).contains(ones)), "{bits:?}");
}

#[test]
fn purge_removes_what_has_expired() {
    let sessions = in_memory();
    for name in ["a", "b"] {
        login(&sessions, name);
    }
    assert_eq!(block_on(sessions.purge(at(LOGIN + REFRESH_LIFETIME - 1))), Ok(0));
    assert_eq!(block_on(sessions.purge(at(LOGIN + REFRESH_LIFETIME))), Ok(2));
    assert_eq!(block_on(sessions.store().load("a")), Ok(None));
}
