//! Refusals as RFC 6750 and RFC 9457 say them.

use axum::http::{Method, StatusCode};
use jwt_pair::serde_json::json;
use jwt_pair::{Error, Key, PairIssuer, PairPolicy, UnixTime};
use jwt_pair_axum::{Auth, Problem, User};
use jwt_pair_sessions::{AnyStore, MemoryStore, SessionPolicy, SessionStore as _, Sessions};
use tower::ServiceExt as _;

use crate::common::{
    ALL_STEPS, Answer, FOR_THE_LOG, LATER, LookUp, WEEK, World, ask, issuer, page, policy,
};

#[tokio::test]
async fn without_credentials_the_challenge_is_bare() {
    let world = World::new();
    for path in ["/me", "/checked", "/customer", "/auth/sessions"] {
        let get = || ask(Method::GET, path);
        world.send(get()).await.assert_no_credentials();
        world.send(get().header("authorization", "Basic dTpw")).await.assert_no_credentials();
        world.send(get().header("authorization", "")).await.assert_no_credentials();
        world.send(get().header("authorization", "Bearerx y")).await.assert_no_credentials();
    }
    world.send(page(Method::POST, "/auth/refresh")).await.assert_no_credentials();
}

#[tokio::test]
async fn a_malformed_header_is_an_invalid_request() {
    let world = World::new();
    let token = world.log_in(123).await.access;
    let refused = [
        "Bearer".to_owned(),
        "bearer ".to_owned(),
        "Bearer   ".to_owned(),
        format!("Bearer {token} {token}"),
        format!("Bearer {token},{token}"),
        format!("Bearer {token}\t{token}"),
    ];
    let challenge = Some(r#"Bearer error="invalid_request""#);
    for path in ["/me", "/maybe", "/checked", "/customer", "/auth/sessions"] {
        for header in &refused {
            let answer = world.send(ask(Method::GET, path).header("authorization", header)).await;
            answer.assert_problem(400, Some("invalid_request"), None, challenge);
        }
        let request = ask(Method::GET, path).header("authorization", b"Bearer \xff");
        let answer = world.send(request).await;
        answer.assert_problem(400, Some("invalid_request"), None, challenge);
        let twice = ask(Method::GET, path).bearer(&token).bearer(&token);
        let answer = world.send(twice).await;
        answer.assert_problem(400, Some("invalid_request"), None, challenge);
    }
}

#[tokio::test]
async fn the_scheme_is_read_in_any_case() {
    let world = World::new();
    let token = world.log_in(123).await.access;
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR", "Bearer  "] {
        let request = ask(Method::GET, "/me").header("authorization", format!("{scheme} {token}"));
        world.send(request).await.assert_status(StatusCode::OK);
    }
}

#[tokio::test]
async fn expired_and_invalid_tokens_have_the_two_public_messages() {
    let world = World::new();
    let browser = world.log_in(123).await;
    let (mut forged, long) = (browser.access.clone(), "x".repeat(1_000_000));
    forged.pop();
    for path in ["/me", "/maybe", "/checked", "/customer", "/auth/sessions"] {
        for token in ["garbage", "a.b.c", &browser.refresh, &forged, &long] {
            world.send(ask(Method::GET, path).bearer(token)).await.assert_invalid(None);
        }
    }
    world.pass(15 * 60);
    for path in ["/me", "/maybe", "/checked", "/customer", "/auth/sessions"] {
        world.send(ask(Method::GET, path).bearer(&browser.access)).await.assert_expired(None);
    }
}

#[tokio::test]
async fn only_an_authentic_refresh_token_is_told_a_reason() {
    let world = World::new();
    let browser = world.log_in(123).await;
    world.refresh("garbage").await.assert_invalid(None);
    world.refresh(&browser.access).await.assert_invalid(None);
    world.logout(&browser.refresh).await.assert_status(StatusCode::NO_CONTENT);
    world.refresh(&browser.refresh).await.assert_invalid(Some("ended"));
    world.send(ask(Method::GET, "/checked").bearer(&browser.access)).await.assert_invalid(None);
    world.pass(WEEK);
    world.refresh(&browser.refresh).await.assert_expired(Some("expired"));

    let other_keys = PairIssuer::new(Key::new(&[9; 32]).unwrap().into(), PairPolicy::new());
    let identity = jwt_pair::Identity::new(123, "customer", &browser.session_id);
    let forged = other_keys.issue(&identity, UnixTime::from_secs(1_000)).unwrap();
    world.refresh(&forged.refresh.token).await.assert_invalid(None);
}

/// A session that is over before its token is: the store has forgotten it.
#[tokio::test]
async fn a_session_that_is_not_there_has_expired() {
    let world = World::new();
    let browser = world.log_in(123).await;
    let sessions = Sessions::new(issuer(), AnyStore::new(MemoryStore::new()), SessionPolicy::new());
    world.auth.replace_sessions(sessions.unwrap());
    world.refresh(&browser.refresh).await.assert_invalid(Some("expired"));
}

#[tokio::test]
async fn a_store_that_is_away_is_503_and_never_401() {
    let world = World::new();
    let browser = world.log_in(123).await;
    world.pass(LATER);
    world.store_is_away(ALL_STEPS);
    let requests = [
        page(Method::POST, "/login").json(&json!({})),
        page(Method::POST, "/auth/refresh").cookie(&browser.refresh),
        page(Method::POST, "/auth/logout").cookie(&browser.refresh),
        ask(Method::GET, "/auth/sessions").bearer(&browser.access),
        ask(Method::DELETE, "/auth/sessions/some").bearer(&browser.access),
        ask(Method::POST, "/auth/sessions/end-others").bearer(&browser.access),
        ask(Method::POST, "/auth/sessions/end-all").bearer(&browser.access),
        ask(Method::GET, "/checked").bearer(&browser.access),
    ];
    for request in requests {
        let path = request.0.uri().path().to_owned();
        let answer = world.send(request).await;
        answer.assert_unavailable();
        assert!(!String::from_utf8_lossy(&answer.bytes).contains(FOR_THE_LOG), "{path}");
        // The service's log is told.
        let Some(Problem::Unavailable(text)) = answer.problem else { panic!("{path}") };
        assert!(text.contains(FOR_THE_LOG), "{text}");
    }
    world.send(ask(Method::GET, "/me").bearer(&browser.access)).await.assert_status(StatusCode::OK);
    world.store_is_away(&[]);
    world.refresh(&browser.refresh).await.assert_status(StatusCode::OK);
}

#[tokio::test]
async fn a_broken_clock_is_500_and_never_401() {
    let sessions = Sessions::new(issuer(), AnyStore::new(MemoryStore::new()), SessionPolicy::new());
    let policy = policy().clock(|| Err(Error::ClockBeforeEpoch));
    let auth = Auth::new(sessions.unwrap(), policy, async |_| Ok(Some(User::new("customer"))));
    let app: axum::Router = axum::Router::new().nest("/auth", auth.routes());
    for request in [
        page(Method::POST, "/auth/refresh").cookie("x"),
        page(Method::POST, "/auth/logout").cookie("x"),
        ask(Method::GET, "/auth/sessions").bearer("x"),
    ] {
        let answer = Answer::of(app.clone().oneshot(request.0).await.unwrap()).await;
        answer.assert_problem(500, None, None, None);
        assert_eq!(answer.text("detail"), "Try again");
    }
}

/// A token that the service cannot make is no fault of the client's, and costs it nothing.
#[tokio::test]
async fn a_look_up_that_says_too_much_is_500_and_never_401() {
    let world = World::new();
    let browser = world.log_in(123).await;
    world.pass(LATER);
    world.look_up_says(LookUp::SaysTooMuch);
    let answer = world.refresh(&browser.refresh).await;
    answer.assert_problem(500, None, None, None);
    assert_eq!(answer.text("detail"), "Try again");
    assert!(matches!(answer.problem, Some(Problem::Fault(_))), "{:?}", answer.problem);
    world.look_up_says(LookUp::IsThere);
    world.refresh(&browser.refresh).await.assert_status(StatusCode::OK);
}

/// Its row is that of a backup from before the last refresh.
#[tokio::test]
async fn a_session_that_a_store_has_partly_forgotten_is_ended() {
    let world = World::new();
    let browser = world.log_in(123).await;
    let now = world.auth.now().unwrap();
    let (row, restored) = (world.store.load(&browser.session_id).await, MemoryStore::new());
    assert_eq!(restored.insert(&row.unwrap().unwrap(), now).await, Ok(true));
    world.pass(LATER);
    let current = world.refresh(&browser.refresh).await.cookie().unwrap();
    let sessions = Sessions::new(issuer(), AnyStore::new(restored), SessionPolicy::new());
    world.auth.replace_sessions(sessions.unwrap());
    world.refresh(&current).await.assert_invalid(Some("ended"));
    world.refresh(&browser.refresh).await.assert_invalid(Some("ended"));
}

#[tokio::test]
async fn an_unknown_route_is_a_problem_too() {
    let world = World::new();
    for path in ["/auth/none", "/auth/sessions/a/b", "/token/none", "/token"] {
        world.send(ask(Method::GET, path)).await.assert_problem(404, None, None, None);
    }
    world.send(ask(Method::PUT, "/auth/sessions")).await.assert_problem(405, None, None, None);
}

#[test]
fn a_problem_of_the_service_has_the_same_form() {
    let problem = Problem::other(StatusCode::CONFLICT, "The name is taken");
    assert_eq!((problem.status(), problem.error()), (StatusCode::CONFLICT, None));
    assert_eq!(problem.to_string(), "The name is taken");
}
