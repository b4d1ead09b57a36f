//! A session from login to its deadline, over the store in memory.
#![cfg(feature = "std")]
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

use crate::common::{
    DAY, LOGIN, REFRESH_LIFETIME, WINDOW, ahead, at, block_on, claims_of, ended, generation_of,
    issuer, kept, keys, login, of_user, refresh, refresh_token, repeated, reuse, rotated, row,
    seconds, sessions,
};
use jwt_pair::serde_json::json;
use jwt_pair::{AccessClaims, Error, PairIssuer, PairPolicy, PrivateClaims};
use jwt_pair_sessions::{
    EndReason, Login, MemoryStore, Refreshed, Renewal, SessionError, SessionPolicy,
    SessionStore as _, Sessions, WindowTooLong,
};

fn in_memory() -> Sessions<MemoryStore> {
    sessions(MemoryStore::new(), SessionPolicy::new())
}

fn access(sessions: &Sessions<MemoryStore>, token: &str, now: u64) -> AccessClaims {
    sessions.issuer().verify_access(token, at(now)).unwrap()
}

/// The first rotation of the tests.
const FIRST: u64 = LOGIN + 900;

#[test]
fn a_login_makes_a_pair_of_generation_1() {
    let sessions = in_memory();
    let started = block_on(sessions.start(&of_user("s"), at(LOGIN))).unwrap();
    assert_eq!(started.session, row("s", 1));
    let pair = started.pair;
    assert_eq!(pair.refresh.expires_at, at(LOGIN + REFRESH_LIFETIME));

    let claims = claims_of(&pair.refresh.token);
    assert_eq!(claims.user_id, 123.into());
    assert_eq!(claims.session_id, "s");
    assert_eq!(claims.jti.as_deref(), Some("s.1"));
    assert_eq!(claims.iat, at(LOGIN).into());
    assert_eq!(claims.exp, at(LOGIN + REFRESH_LIFETIME).into());

    let claims = access(&sessions, &pair.access.token, LOGIN);
    assert_eq!((claims.user_type.as_str(), claims.session_id.as_str()), ("customer", "s"));
    assert_eq!((claims.iat, claims.exp), (at(LOGIN).into(), at(LOGIN + 900).into()));
}

#[test]
fn each_rotation_counts_up_and_dates_anew() {
    let sessions = in_memory();
    let mut token = login(&sessions, "s").refresh.token;
    let mut before = LOGIN;
    for generation in 2..=12 {
        let now = LOGIN + generation * 1_000;
        let pair = rotated(refresh(&sessions, &token, now));
        let claims = claims_of(&pair.refresh.token);
        assert_eq!(claims.jti, Some(format!("s.{generation}")));
        assert_eq!(claims.iat, at(now).into());
        assert_eq!(claims.exp, at(now + REFRESH_LIFETIME).into());
        assert_eq!(pair.refresh.expires_at, at(now + REFRESH_LIFETIME));
        assert_eq!(access(&sessions, &pair.access.token, now).exp, at(now + 900).into());
        let found = block_on(sessions.store().load("s")).unwrap().unwrap();
        assert_eq!((found.previous_rotated_at, found.rotated_at), (at(before), at(now)));
        (token, before) = (pair.refresh.token, now);
    }
}

#[test]
fn the_user_type_is_that_of_today() {
    let sessions = in_memory();
    let claims = claims_of(&login(&sessions, "s").refresh.token);
    for now in [LOGIN, FIRST] {
        let refreshed = block_on(sessions.refresh(&claims, &Renewal::new("admin"), at(now)));
        let token = &refreshed.as_ref().unwrap().access().token;
        assert_eq!(access(&sessions, token, now).user_type, "admin");
    }
}

/// Within the window after a login or a rotation the client keeps what it holds.
#[test]
fn the_chain_stands_still_for_a_window() {
    let sessions = in_memory();
    let first = login(&sessions, "s").refresh.token;
    for now in [LOGIN, LOGIN + 1, LOGIN + WINDOW - 1, LOGIN - 1, LOGIN - WINDOW + 1] {
        let refreshed = refresh(&sessions, &first, now);
        let again = kept(refreshed.clone());
        assert_eq!(access(&sessions, &again.token, now).iat, at(now).into());
        assert_eq!(refreshed.unwrap().refresh(), None);
    }
    let second = rotated(refresh(&sessions, &first, LOGIN + WINDOW)).refresh.token;
    kept(refresh(&sessions, &second, LOGIN + 2 * WINDOW - 1));
    let third = rotated(refresh(&sessions, &second, LOGIN + 2 * WINDOW)).refresh.token;
    assert_eq!(generation_of(&third), 3);
}

#[test]
fn the_token_before_is_answered_with_the_same_next_one() {
    let sessions = in_memory();
    let first = login(&sessions, "s").refresh.token;
    let second = rotated(refresh(&sessions, &first, FIRST));
    for since in [0, 1, WINDOW - 1] {
        let again = repeated(refresh(&sessions, &first, FIRST + since));
        assert_eq!(again.refresh, second.refresh);
        let claims = access(&sessions, &again.access.token, FIRST + since);
        assert_eq!(claims.iat, at(FIRST + since).into());
    }
    // A server whose clock is behind.
    assert_eq!(repeated(refresh(&sessions, &first, LOGIN)).refresh, second.refresh);
    let third = rotated(refresh(&sessions, &second.refresh.token, FIRST + WINDOW));
    assert_eq!(generation_of(&third.refresh.token), 3);
}

#[test]
fn reuse_ends_the_session_and_everybody_is_told_so_again() {
    let sessions = in_memory();
    let other = login(&sessions, "other").refresh.token;
    let first = login(&sessions, "s").refresh.token;
    let second = rotated(refresh(&sessions, &first, FIRST)).refresh.token;

    let noticed = FIRST + WINDOW;
    let row = reuse(refresh(&sessions, &first, noticed));
    assert_eq!(row.ended, ended(EndReason::Reuse, noticed));
    assert_eq!((row.session_id.as_str(), row.generation), ("s", 2));
    for token in [&first, &second] {
        // Within the window too, by a clock that is behind.
        for now in [noticed + 60, FIRST, LOGIN] {
            assert_eq!(reuse(refresh(&sessions, token, now)), row);
        }
    }
    rotated(refresh(&sessions, &other, noticed));
}

#[test]
fn two_generations_behind_is_reuse_at_any_time() {
    let sessions = in_memory();
    let first = login(&sessions, "s").refresh.token;
    let second = rotated(refresh(&sessions, &first, FIRST)).refresh.token;
    rotated(refresh(&sessions, &second, FIRST + WINDOW));
    let row = reuse(refresh(&sessions, &first, FIRST + WINDOW));
    assert_eq!(row.ended, ended(EndReason::Reuse, FIRST + WINDOW));
    assert_eq!(reuse(refresh(&sessions, &second, FIRST + WINDOW)), row);
}

/// A backup of generation 2 is put back. The token of generation 3 says that one was lost.
#[test]
fn a_lost_rotation_is_noticed() {
    let sessions = in_memory();
    let first = login(&sessions, "s").refresh.token;
    let second = rotated(refresh(&sessions, &first, FIRST)).refresh.token;
    let backup = block_on(sessions.store().load("s")).unwrap().unwrap();
    let third = rotated(refresh(&sessions, &second, FIRST + WINDOW)).refresh.token;

    let restored = || {
        let sessions = in_memory();
        assert_eq!(block_on(sessions.store().insert(&backup, at(LOGIN))), Ok(true));
        sessions
    };
    let sessions = restored();
    let now = FIRST + 2 * WINDOW;
    let row = ahead(refresh(&sessions, &third, now));
    assert_eq!(row.ended, ended(EndReason::Ahead, now));
    for token in [&first, &second, &third] {
        assert_eq!(ahead(refresh(&sessions, token, now + 1)), row);
    }

    // A thief comes first, with the token before: then the victim's has the number of the thief's
    // next one, and another time.
    let sessions = restored();
    let of_thief = rotated(refresh(&sessions, &second, now)).refresh.token;
    assert_eq!(generation_of(&of_thief), generation_of(&third));
    ahead(refresh(&sessions, &third, now + 1));
    // The same where the thief has come twice.
    let sessions = restored();
    let of_thief = rotated(refresh(&sessions, &second, now)).refresh.token;
    rotated(refresh(&sessions, &of_thief, now + WINDOW));
    ahead(refresh(&sessions, &third, now + WINDOW + 1));
}

/// One rotation by a clock that is 30 days ahead does no lasting harm.
#[test]
fn a_clock_that_was_ahead_once_heals() {
    let policy = SessionPolicy::new();
    let lifetime = PairPolicy::new().refresh_lifetime(seconds(60 * DAY)).unwrap();
    let sessions =
        Sessions::new(PairIssuer::new(keys(), lifetime), MemoryStore::new(), policy).unwrap();
    let first = login(&sessions, "s").refresh.token;
    let ahead = rotated(refresh(&sessions, &first, LOGIN + 30 * DAY)).refresh.token;
    let healed = rotated(refresh(&sessions, &ahead, LOGIN + 1_000)).refresh.token;
    assert_eq!(repeated(refresh(&sessions, &ahead, LOGIN + 1_001)).refresh.token, healed);
    reuse(refresh(&sessions, &ahead, LOGIN + 1_000 + WINDOW));
}

#[test]
fn the_window_is_at_most_half_the_refresh_lifetime() {
    let new = |window, lifetime| {
        let policy = PairPolicy::new().refresh_lifetime(seconds(lifetime)).unwrap();
        let issuer = PairIssuer::new(keys(), policy);
        let policy = SessionPolicy::new().window(seconds(window));
        Sessions::new(issuer, MemoryStore::new(), policy).map(|_| ()).map_err(|error| {
            assert_eq!(error.window, seconds(window));
            error.limit.as_millis()
        })
    };
    assert_eq!(new(300, 600), Ok(()));
    assert_eq!(new(301, 601), Err(300_500));
    assert_eq!(new(300, 599), Err(299_500));
    assert_eq!(new(0, 1), Ok(()));
    assert_eq!(new(1, 1), Err(500));
    assert_eq!(new(u64::MAX, u64::MAX), Err(9_223_372_036_854_775_807_500));
    let error = WindowTooLong { window: seconds(9), limit: seconds(8) };
    assert_eq!(error.to_string(), "the window has 9 s, more than half the refresh lifetime, 8 s");
}

/// Rotation to the letter of RFC 9700: each refresh rotates, and nothing is repeated.
#[test]
fn without_a_window_each_refresh_rotates() {
    let sessions = sessions(MemoryStore::new(), SessionPolicy::new().window(seconds(0)));
    let first = login(&sessions, "s").refresh.token;
    let second = rotated(refresh(&sessions, &first, LOGIN)).refresh.token;
    rotated(refresh(&sessions, &second, LOGIN));
    let first = login(&sessions, "t").refresh.token;
    rotated(refresh(&sessions, &first, LOGIN));
    reuse(refresh(&sessions, &first, LOGIN));
}

#[test]
fn the_deadline_bounds_every_refresh_token() {
    let policy = SessionPolicy::new().max_lifetime(seconds(10 * DAY)).unwrap();
    let sessions = sessions(MemoryStore::new(), policy);
    let deadline = LOGIN + 10 * DAY;
    let mut token = login(&sessions, "s").refresh.token;
    for (now, exp) in [
        (LOGIN + 3 * DAY - WINDOW, deadline - WINDOW),
        (LOGIN + 3 * DAY, deadline),
        (LOGIN + 3 * DAY + WINDOW, deadline),
        (LOGIN + 9 * DAY, deadline),
        (deadline - 1, deadline),
    ] {
        let pair = rotated(refresh(&sessions, &token, now));
        assert_eq!(pair.refresh.expires_at, at(exp));
        token = pair.refresh.token;
        assert_eq!(claims_of(&token).exp, at(exp).into());
    }
    let expired = Error::Expired { exp: at(deadline).into(), now: at(deadline) };
    assert_eq!(refresh(&sessions, &token, deadline), Err(SessionError::Token(expired)));

    let shorter = SessionPolicy::new().max_lifetime(seconds(1)).unwrap();
    let sessions = crate::common::sessions(MemoryStore::new(), shorter);
    assert_eq!(claims_of(&login(&sessions, "s").refresh.token).exp, at(LOGIN + 1).into());
    let below = SessionPolicy::new().max_lifetime(core::time::Duration::from_millis(999));
    assert_eq!(below.unwrap_err(), Error::LifetimeTooShort);
}

/// "Remember me": the deadline of this login, and the expiry of its tokens with it.
#[test]
fn a_login_has_a_lifetime_of_its_own() {
    let sessions = in_memory();
    for (lifetime, first_expiry) in [(3_600, 3_600), (365 * DAY, REFRESH_LIFETIME)] {
        let name = lifetime.to_string();
        let login = of_user(&name).lifetime(seconds(lifetime)).unwrap();
        let started = block_on(sessions.start(&login, at(LOGIN))).unwrap();
        assert_eq!(started.session.deadline, at(LOGIN + lifetime));
        assert_eq!(started.pair.refresh.expires_at, at(LOGIN + first_expiry));
        let token = started.pair.refresh.token;
        let next = rotated(refresh(&sessions, &token, FIRST)).refresh;
        assert_eq!(next.expires_at, at((FIRST + REFRESH_LIFETIME).min(LOGIN + lifetime)));
        let row = block_on(sessions.store().load(&name)).unwrap().unwrap();
        assert_eq!(row.deadline, at(LOGIN + lifetime));
    }
    let below = Login::new(123, "customer").lifetime(core::time::Duration::from_millis(999));
    assert_eq!(below.unwrap_err(), Error::LifetimeTooShort);
}

#[test]
fn the_default_settings_are_those_of_new() {
    let [default, new] = [SessionPolicy::default(), SessionPolicy::new()];
    assert_eq!(format!("{default:?}"), format!("{new:?}"));
    assert_eq!(format!("{new:?}"), format!("{:?}", new.clone().window(seconds(WINDOW))));
}

/// The leeway is for the clocks of those who only verify; a row ends by the clock of the caller.
#[test]
fn leeway_does_not_prolong_a_session() {
    let issuer = PairIssuer::new(keys(), PairPolicy::new().leeway(seconds(60)));
    let sessions = Sessions::new(issuer, MemoryStore::new(), SessionPolicy::new()).unwrap();
    let token = login(&sessions, "s").refresh.token;
    let end = LOGIN + REFRESH_LIFETIME;
    assert_eq!(refresh(&sessions, &token, end), Err(SessionError::Revoked(None)));
    rotated(refresh(&sessions, &token, end - 1));
}

/// The refresh token's own claims stay as they were at login. The access token's are today's.
#[test]
fn own_claims_are_carried_over() {
    let sessions = in_memory();
    let claims = |value| PrivateClaims::new(&json!({ "tenant": value })).unwrap();
    let (of_access, of_refresh) = (claims("a"), claims("r"));
    let login = of_user("s").access_claims(&of_access).refresh_claims(&of_refresh);
    let first = block_on(sessions.start(&login, at(LOGIN))).unwrap().pair;
    assert_eq!(access(&sessions, &first.access.token, LOGIN).private, of_access);
    let verified = claims_of(&first.refresh.token);
    assert_eq!(verified.private, of_refresh);

    let today = claims("b");
    let renewal = Renewal::new("customer").access_claims(&today);
    let refresh = |now| block_on(sessions.refresh(&verified, &renewal, at(now)));
    let answers = [
        (kept(refresh(LOGIN)), LOGIN),
        (rotated(refresh(FIRST)).access, FIRST),
        (repeated(refresh(FIRST)).access, FIRST),
    ];
    for (token, now) in answers {
        assert_eq!(access(&sessions, &token.token, now).private, today);
    }
    let again = repeated(refresh(FIRST)).refresh;
    assert_eq!(claims_of(&again.token).private, of_refresh);
}

#[test]
fn a_label_changes_with_a_rotation_and_only_then() {
    let sessions = in_memory();
    let first = claims_of(&login(&sessions, "s").refresh.token);
    let label = || block_on(sessions.store().load("s")).unwrap().unwrap().label;
    let refresh = |label, now| {
        block_on(sessions.refresh(&first, &Renewal::new("customer").label(label), at(now)))
    };
    kept(refresh("kept", LOGIN));
    assert_eq!(label(), "Firefox on Linux");
    rotated(refresh("rotated", FIRST));
    assert_eq!(label(), "rotated");
    repeated(refresh("repeated", FIRST));
    assert_eq!(label(), "rotated");
    reuse(refresh("stolen", FIRST + WINDOW));
    assert_eq!(label(), "rotated");
}

/// A session name that comes again after its row has gone lets no old token in.
#[test]
fn a_name_that_comes_again_lets_no_old_token_in() {
    let sessions = in_memory();
    let old = refresh_token("s", &json!({ "jti": "s.1", "iat": LOGIN, "exp": LOGIN + 90 * DAY }));
    let older = refresh_token("s", &json!({ "jti": "s.2", "exp": LOGIN + 90 * DAY }));
    for token in [old, older] {
        let sessions = in_memory();
        let again = LOGIN + 8 * DAY;
        block_on(sessions.start(&of_user("s"), at(again))).unwrap();
        ahead(refresh(&sessions, &token, again + 1_000));
    }
    // Nor where the name is another user's now.
    let token = login(&sessions, "s").refresh.token;
    block_on(sessions.purge(at(u64::MAX))).unwrap();
    let other = Login::new(124, "customer").session_id("s");
    let theirs = block_on(sessions.start(&other, at(LOGIN))).unwrap().pair.refresh.token;
    assert_eq!(refresh(&sessions, &token, FIRST), Err(SessionError::Revoked(None)));
    rotated(refresh(&sessions, &theirs, FIRST));
}

/// A row gives out the pair of its own user and session, whoever asks.
#[test]
fn a_row_issues_for_its_own_user() {
    let mut row = row("s", 7);
    row.user_id = "somebody".into();
    row.expires_at = at(LOGIN + 60);
    let issued = row.issue(&issuer(), &Renewal::new("customer"), &Default::default(), at(LOGIN));
    let pair = issued.unwrap();
    assert_eq!(pair.refresh.expires_at, at(LOGIN + 60));
    let claims = claims_of(&pair.refresh.token);
    assert_eq!((claims.user_id, claims.jti.unwrap()), ("somebody".into(), "s.7".into()));
    assert_eq!(issuer().verify_access(&pair.access.token, at(LOGIN)).unwrap().session_id, "s");
}

#[test]
fn what_a_refresh_gives_is_read_in_one_way() {
    let sessions = in_memory();
    let token = login(&sessions, "s").refresh.token;
    let Ok(Refreshed::Kept(access)) = refresh(&sessions, &token, LOGIN) else { unreachable!() };
    let kept = Refreshed::Kept(access.clone());
    assert_eq!((kept.access(), kept.refresh()), (&access, None));
    let pair = rotated(refresh(&sessions, &token, FIRST));
    for refreshed in [Refreshed::Rotated(pair.clone()), Refreshed::Repeated(pair.clone())] {
        assert_eq!((refreshed.access(), refreshed.refresh()), (&pair.access, Some(&pair.refresh)));
    }
}
