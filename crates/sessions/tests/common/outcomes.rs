//! Each outcome of each call, one after the other.
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

use jwt_pair::serde_json::json;
use jwt_pair::{PrivateClaims, TokenPair, UserId};
use jwt_pair_sessions::{
    EndReason, Ended, EventKind, List, Login, Refreshed, SessionError, Sessions,
};

use super::faulty_store::{Down, Fault, FaultyStore};
use super::{
    LOGIN, REFRESH_LIFETIME, WINDOW, ahead, at, block_on, ended, kept, of_user, refresh,
    refresh_token, repeated, reuse, rotated,
};

const LATER: u64 = LOGIN + 1_000;

/// What the event of a call must say.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) kind: EventKind,
    pub(crate) session_id: Option<&'static str>,
    pub(crate) user_id: Option<UserId>,
    /// Of the row, where the event has it.
    pub(crate) generation: Option<u64>,
    pub(crate) ended: Option<Ended>,
    pub(crate) now: u64,
    /// How often the store was asked.
    pub(crate) steps: u64,
}

/// Of user 123 and session `s` at [`LATER`], without a row, in one step.
fn of(kind: EventKind) -> Outcome {
    Outcome {
        kind,
        session_id: Some("s"),
        user_id: Some(123.into()),
        generation: None,
        ended: None,
        now: LATER,
        steps: 1,
    }
}

const fn logged_out(sessions: u64) -> EventKind {
    EventKind::Ended { why: EndReason::Logout, sessions }
}

/// What must be in no event, and would stand out there.
const OWN_CLAIM: &str = "own claim";

/// Makes each call come to each of its ends, and hands over what the event must say after each.
/// Gives what must be in no event: the segments of the tokens, an own claim and the key.
pub(crate) fn each_outcome(
    sessions: &Sessions<FaultyStore>,
    mut after: impl FnMut(Outcome),
) -> Vec<String> {
    let own = PrivateClaims::new(&json!({ "tenant": OWN_CLAIM })).unwrap();
    let mut tokens: Vec<String> = Vec::new();
    let mut keep = |pair: &TokenPair| {
        tokens.extend([pair.access.token.clone(), pair.refresh.token.clone()]);
    };
    let own_login = of_user("s").access_claims(&own).refresh_claims(&own);
    let start = |login: &Login<'_>, now| block_on(sessions.start(login, at(now)));

    let first = start(&own_login, LOGIN).unwrap().pair;
    keep(&first);
    after(Outcome { generation: Some(1), now: LOGIN, ..of(EventKind::Started) });
    keep(&start(&own_login, LOGIN).unwrap().pair);
    after(Outcome { generation: Some(1), now: LOGIN, steps: 2, ..of(EventKind::StartedAgain) });
    assert_eq!(start(&own_login, LATER), Err(SessionError::SessionExists));
    after(Outcome { steps: 2, ..of(EventKind::SessionExists) });

    // The check of an access token.
    let access = sessions.issuer().verify_access(&first.access.token, at(LOGIN)).unwrap();
    let check = |now| block_on(sessions.check(&access, at(now)));
    assert_eq!(check(LATER), Ok(()));
    after(Outcome { generation: Some(1), ..of(EventKind::Checked) });

    // A refresh.
    let token = first.refresh.token;
    let access_again = kept(refresh(sessions, &token, LOGIN)).token;
    after(Outcome { generation: Some(1), now: LOGIN, ..of(EventKind::Kept) });
    let second = rotated(refresh(sessions, &token, LATER));
    keep(&second);
    after(Outcome { generation: Some(2), ..of(EventKind::Rotated) });
    keep(&repeated(refresh(sessions, &token, LATER)));
    after(Outcome { generation: Some(2), ..of(EventKind::Repeated) });
    let late = LATER + WINDOW;
    for now in [late, late + 1] {
        reuse(refresh(sessions, &token, now));
        let ended = ended(EndReason::Reuse, late);
        after(Outcome { generation: Some(2), ended, now, ..of(EventKind::Reuse) });
    }
    check(LATER).unwrap_err();
    let over = ended(EndReason::Reuse, late);
    after(Outcome { generation: Some(2), ended: over, ..of(EventKind::Revoked) });
    let absent = refresh_token("none", &json!({ "jti": "none.1" }));
    assert_eq!(refresh(sessions, &absent, LATER), Err(SessionError::Revoked(None)));
    after(Outcome { session_id: Some("none"), ..of(EventKind::Revoked) });
    let malformed = refresh_token("s", &json!({ "jti": "s" }));
    refresh(sessions, &malformed, LATER).unwrap_err();
    after(Outcome { steps: 0, ..of(EventKind::Invalid) });

    // A token from before sessions.
    let old = refresh_token("old", &json!({}));
    let of_old = |kind| Outcome { session_id: Some("old"), generation: Some(1), ..of(kind) };
    let Ok(Refreshed::Rotated(adopted)) = refresh(sessions, &old, LATER) else { unreachable!() };
    keep(&adopted);
    after(of_old(EventKind::Adopted));
    keep(&repeated(refresh(sessions, &old, LATER)));
    after(Outcome { steps: 2, ..of_old(EventKind::Repeated) });
    let unknown = refresh_token("old", &json!({ "jti": "old.7" }));
    for now in [LATER, LATER + 1] {
        ahead(refresh(sessions, &unknown, now));
        let ended = ended(EndReason::Ahead, LATER);
        after(Outcome { ended, now, ..of_old(EventKind::Ahead) });
    }

    // Ends.
    let user = UserId::from(123);
    let logout = |token: &str| block_on(sessions.logout(token, at(LATER)));
    assert_eq!(logout(&token), Ok(false));
    after(of(logged_out(0)));
    assert_eq!(logout(&refresh_token("early", &json!({}))), Ok(true));
    let early = Outcome { session_id: Some("early"), ..of(logged_out(1)) };
    after(Outcome { generation: Some(1), ended: ended(EndReason::Logout, LATER), ..early });
    logout(&malformed).unwrap_err();
    after(Outcome { steps: 0, ..of(EventKind::Invalid) });
    let forged = format!("{}A", token.trim_end_matches(|last| last != '.'));
    logout(&forged).unwrap_err();
    let unread = Outcome { session_id: None, user_id: None, ..of(EventKind::Invalid) };
    after(Outcome { steps: 0, ..unread });
    start(&of_user("t"), LATER).unwrap();
    after(Outcome { session_id: Some("t"), generation: Some(1), ..of(EventKind::Started) });
    assert_eq!(block_on(sessions.revoke_of(&user, "t", at(LATER))), Ok(true));
    after(Outcome { session_id: Some("t"), ..of(logged_out(1)) });
    // With adoption on, first a row that would bar it.
    assert_eq!(block_on(sessions.revoke("t", at(LATER))), Ok(false));
    let by_name = Outcome { session_id: Some("t"), user_id: None, ..of(logged_out(0)) };
    after(Outcome { steps: 2, ..by_name });
    let theirs = || Login::new("u", "customer");
    for name in ["u", "v", "w"] {
        start(&theirs().session_id(name), LATER).unwrap();
        let of_theirs = Outcome { user_id: Some("u".into()), ..of(EventKind::Started) };
        after(Outcome { session_id: Some(name), generation: Some(1), ..of_theirs });
    }
    let of_user_u = |kind| Outcome { session_id: None, user_id: Some("u".into()), ..of(kind) };
    let user_u = UserId::from("u");
    let limit = 2.try_into().unwrap();
    let list = List { user_id: &user_u, after: None, limit, now: at(LATER) };
    assert_eq!(block_on(sessions.list(&list)).unwrap().sessions.len(), 2);
    after(of_user_u(EventKind::Listed { sessions: 2 }));
    assert_eq!(block_on(sessions.revoke_others(&user_u, "u", at(LATER))), Ok(2));
    after(of_user_u(EventKind::Ended { why: EndReason::Others, sessions: 2 }));
    assert_eq!(block_on(sessions.revoke_user(&user_u, at(LATER))), Ok(1));
    after(of_user_u(EventKind::Ended { why: EndReason::All, sessions: 1 }));

    // The store.
    sessions.store().fail(&[Fault::After]);
    assert_eq!(refresh(sessions, &token, LATER), Err(SessionError::Unavailable(Down::NoAnswer)));
    after(of(EventKind::Unavailable));
    let long: &'static str = "s".repeat(2_000).leak();
    let refused = start(&of_user(long), LATER);
    assert_eq!(refused, Err(SessionError::Refused(Down::NameTooLong)));
    after(Outcome { session_id: Some(long), ..of(EventKind::Refused) });
    let end = LATER + REFRESH_LIFETIME;
    let purged = block_on(sessions.purge(at(end))).unwrap();
    let of_nobody = Outcome { session_id: None, user_id: None, now: end, ..of(EventKind::Kept) };
    after(Outcome { kind: EventKind::Purged { sessions: purged }, ..of_nobody });

    tokens.extend([access_again, old, unknown, absent, malformed]);
    let segments = tokens.iter().flat_map(|token| token.split('.').map(str::to_owned));
    let others = [OWN_CLAIM, "tenant", "32 bytes that sign in these test", "customer"];
    segments.chain(others.map(str::to_owned)).collect()
}
