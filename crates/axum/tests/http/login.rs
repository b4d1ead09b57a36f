//! The answer to a login, and what else the service does with `Auth`.

use axum::http::{HeaderMap, Method, StatusCode};
use jwt_pair::serde_json::json;
use jwt_pair::{Key, KeyRing, PairIssuer, PairPolicy, PrivateClaims};
use jwt_pair_axum::{COOKIE_NAME, Problem};
use jwt_pair_sessions::{AnyStore, Login, SessionPolicy, Sessions};

use crate::common::{ACCESS_SECRET, Answer, LATER, REFRESH_SECRET, WEEK, World, ask, page};

#[tokio::test]
async fn the_answer_has_durations_and_no_refresh_token() {
    let world = World::new();
    let answer = world.send(page(Method::POST, "/login").json(&json!({ "user": 9 }))).await;
    answer.assert_status(StatusCode::OK);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let expected = json!({
        "access_token": answer.text("access_token"),
        "token_type": "Bearer",
        "expires_in": 15 * 60,
        "session_id": answer.text("session_id"),
        "refresh_expires_in": WEEK,
    });
    assert_eq!(answer.body(), expected);
    let claims = world
        .auth
        .sessions()
        .issuer()
        .verify_access(&answer.text("access_token"), world.auth.now().unwrap());
    let claims = claims.unwrap();
    assert_eq!((claims.user_id, claims.session_id), (9.into(), answer.text("session_id")));
}

#[tokio::test]
async fn a_refresh_carries_what_the_user_is_today() {
    let world = World::new();
    let browser = world.log_in(123).await;
    world.pass(LATER);
    let answer = world.refresh(&browser.refresh).await;
    assert_eq!(answer.body()["expires_in"], 15 * 60);
    assert_eq!(answer.body()["session_id"], browser.session_id);
    let me = world.send(ask(Method::GET, "/me").bearer(&answer.text("access_token"))).await;
    assert_eq!(me.body()["user_type"], "customer");
    assert_eq!(me.body()["tenant"], 7);
}

/// The first answer was lost on its way to the page, and the browser has its cookie.
#[tokio::test]
async fn a_login_that_is_tried_again_keeps_its_session() {
    let world = World::new();
    let login = Login::new(123, "customer").session_id("chosen-by-the-page");
    let mut headers: HeaderMap = page(Method::POST, "/").json(&json!({})).0.headers().clone();
    let first = Answer::of(world.auth.login(&headers, &login).await.unwrap()).await;
    let cookie = first.header("set-cookie").unwrap().split(';').next().unwrap();
    headers.insert("cookie", cookie.parse().unwrap());
    let second = Answer::of(world.auth.login(&headers, &login).await.unwrap()).await;
    second.assert_status(StatusCode::OK);
    assert_eq!(second.text("session_id"), "chosen-by-the-page");
    assert_eq!(second.cookie(), first.cookie());
    world.refresh(&second.cookie().unwrap()).await.assert_status(StatusCode::OK);
}

/// Browsers drop a cookie of more than 4,096 bytes. A login leaves 256 of them free.
#[tokio::test]
async fn a_token_that_the_cookie_cannot_hold_is_a_fault() {
    let world = World::new();
    let (sessions, now) = (world.auth.sessions(), world.auth.now().unwrap());
    let headers = page(Method::POST, "/").json(&json!({})).0.headers().clone();
    let visitor = world.log_in(555).await;
    let mut outcomes = [[0, 0], [0, 0]];
    let padded = |padding: usize| PrivateClaims::new(&json!({ "padding": "x".repeat(padding) }));
    let unpadded = padded(0).unwrap();
    let login = Login::new(123, "customer").refresh_claims(&unpadded);
    let shortest = sessions.start(&login, now).await.unwrap().pair.refresh.token.len();
    let around = |bytes: usize| {
        let padding = (bytes - COOKIE_NAME.len() - shortest) * 3 / 4;
        padding - 4..padding + 6
    };
    for padding in around(4_096 - 256).chain(around(4_096)) {
        let claims = padded(padding).unwrap();
        let login = |user: i64| Login::new(user, "customer").refresh_claims(&claims);
        // Nothing but a cookie bounds the first one.
        let shown = sessions.start(&login(123), now).await.unwrap().pair.refresh.token;
        let bytes = COOKIE_NAME.len() + shown.len();
        match world.auth.login(&headers, &login(555)).await {
            Ok(answer) => {
                assert!(bytes <= 4_096 - 256, "{bytes}");
                let session_id = Answer::of(answer).await.text("session_id");
                assert!(sessions.revoke(&session_id, now).await.unwrap());
                outcomes[0][0] += 1;
            }
            Err(problem) => {
                assert!(bytes > 4_096 - 256, "{bytes}");
                let text = format!("a cookie of {bytes} bytes is too long");
                assert_eq!(problem, Problem::Fault(text));
                outcomes[0][1] += 1;
            }
        }
        // No session stays that nobody can use.
        assert_eq!(world.session_ids(&visitor.access).await, [visitor.session_id.as_str()]);

        world.pass(LATER);
        let refreshed = world.refresh(&shown).await;
        match refreshed.cookie() {
            Some(token) => {
                assert!(COOKIE_NAME.len() + token.len() <= 4_096);
                outcomes[1][0] += 1;
            }
            None => {
                refreshed.assert_problem(500, None, None, None);
                assert!(bytes > 4_096, "{bytes}");
                outcomes[1][1] += 1;
            }
        }
        world.pass_back(LATER);
    }
    assert!(outcomes.as_flattened().iter().all(|seen| *seen > 2), "{outcomes:?}");
}

#[tokio::test]
async fn keys_rotate_and_nobody_is_logged_out() {
    let world = World::new();
    let browser = world.log_in(123).await;
    let ring = |old: &[u8], new: &[u8]| {
        KeyRing::with_kid("new", Key::new(new).unwrap()).also_verify(Key::new(old).unwrap())
    };
    let access = ring(ACCESS_SECRET, b"another access secret of 32 bytes");
    let refresh = ring(REFRESH_SECRET, b"another refresh secret of 32 bytes");
    let issuer = PairIssuer::with_refresh_keys(access, refresh, PairPolicy::new()).unwrap();
    let store = AnyStore::new(world.store.clone());
    world.auth.replace_sessions(Sessions::new(issuer, store, SessionPolicy::new()).unwrap());
    assert!(world.stands(&browser).await);
    world.pass(LATER);
    let answer = world.refresh(&browser.refresh).await;
    answer.assert_status(StatusCode::OK);
    let me = world.send(ask(Method::GET, "/me").bearer(&answer.text("access_token"))).await;
    me.assert_status(StatusCode::OK);
    let now = world.auth.now().unwrap();
    let header = world
        .auth
        .sessions()
        .issuer()
        .refresh_verifier()
        .verify_with_header(&answer.cookie().unwrap(), now);
    assert_eq!(header.unwrap().1.kid(), Some("new"));
}

/// Before it hashes a password.
#[tokio::test]
async fn a_handler_can_ask_first_what_a_login_would_refuse() {
    let world = World::new();
    let (of_page, of_app) = (page(Method::POST, "/"), ask(Method::POST, "/"));
    let [of_page, of_app] = [of_page, of_app].map(|request| request.0.headers().clone());
    assert_eq!(world.auth.check_csrf(&of_page), Ok(()));
    let refused = world.auth.check_csrf(&of_app).map_err(|problem| problem.error());
    assert_eq!(refused, Err(Some("cross_site")));
    assert_eq!(world.auth.refuse_pages(&of_app), Ok(()));
    let refused = world.auth.refuse_pages(&of_page).map_err(|problem| problem.error());
    assert_eq!(refused, Err(Some("cross_site")));
}
