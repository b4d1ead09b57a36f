//! The routes for apps without cookies.

use axum::body::{Body, Bytes, HttpBody as _};
use axum::http::{Method, StatusCode};
use http_body_util::{BodyExt as _, Full};
use jwt_pair::serde_json::{Value, json};

use crate::common::{ALL_STEPS, Answer, Ask, LATER, WEEK, World, ask, page};

async fn log_in(world: &World) -> Value {
    let answer = world.send(ask(Method::POST, "/app-login").json(&json!({ "user": 5 }))).await;
    answer.assert_status(StatusCode::OK);
    assert_eq!(answer.cookie(), None);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    answer.body()
}

async fn send(world: &World, path: &str, token: &Value) -> Answer {
    world.send(ask(Method::POST, path).json(&json!({ "refresh_token": token }))).await
}

#[tokio::test]
async fn an_app_logs_in_refreshes_and_logs_out() {
    let world = World::new();
    let login = log_in(&world).await;
    assert_eq!(login["expires_in"], 15 * 60);
    assert_eq!(login["refresh_expires_in"], WEEK);

    world.pass(LATER);
    let rotated = send(&world, "/token/refresh", &login["refresh_token"]).await;
    rotated.assert_status(StatusCode::OK);
    assert_eq!(rotated.cookie(), None);
    let token = &rotated.body()["refresh_token"];
    assert_ne!(token, &login["refresh_token"]);
    let repeated = send(&world, "/token/refresh", &login["refresh_token"]).await;
    assert_eq!(&repeated.body()["refresh_token"], token);

    let list = ask(Method::GET, "/token/sessions").bearer(&rotated.text("access_token"));
    assert_eq!(world.send(list).await.body()["sessions"].as_array().unwrap().len(), 1);
    let logout = send(&world, "/token/logout", token).await;
    logout.assert_status(StatusCode::NO_CONTENT);
    assert_eq!(logout.cookie(), None);
    send(&world, "/token/refresh", token).await.assert_invalid(Some("ended"));
}

#[tokio::test]
async fn a_kept_body_has_no_refresh_token() {
    let world = World::new();
    let login = log_in(&world).await;
    let kept = send(&world, "/token/refresh", &login["refresh_token"]).await;
    kept.assert_status(StatusCode::OK);
    let body = kept.body();
    let mut members: Vec<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    let expected = ["access_token", "expires_in", "refresh_expires_in", "session_id", "token_type"];
    assert_eq!(members, expected);
}

#[tokio::test]
async fn no_script_of_a_page_gets_a_token_in_a_body() {
    let world = World::new();
    let (login, browser) = (log_in(&world).await, world.log_in(123).await);
    for path in ["/app-login", "/token/refresh", "/token/logout"] {
        let request = || {
            let body = json!({ "refresh_token": login["refresh_token"] });
            ask(Method::POST, path).json(&body)
        };
        let headers = [
            ("origin", "https://app.example"),
            ("origin", "null"),
            ("sec-fetch-site", "none"),
            ("sec-fetch-mode", "cors"),
            ("sec-fetch-dest", "empty"),
            ("sec-fetch-of-tomorrow", "?1"),
        ];
        for (name, value) in headers {
            world.send(request().header(name, value)).await.assert_cross_site();
        }
        world.send(request().cookie(&browser.refresh)).await.assert_cross_site();
        world.send(request().cookie("garbage")).await.assert_cross_site();
        let twice = request().cookie(&browser.refresh).cookie("garbage");
        world.send(twice).await.assert_cross_site();
    }
    send(&world, "/token/refresh", &login["refresh_token"]).await.assert_status(StatusCode::OK);
    assert!(world.stands(&browser).await);
}

#[tokio::test]
async fn an_app_is_told_what_is_wrong() {
    let world = World::new();
    let login = log_in(&world).await;
    for path in ["/token/refresh", "/token/logout"] {
        world.send(ask(Method::POST, path)).await.assert_no_credentials();
        world.send(ask(Method::POST, path).json(&json!({}))).await.assert_no_credentials();
        let body = json!({ "refresh_token": 5 });
        world.send(ask(Method::POST, path).json(&body)).await.assert_problem(400, None, None, None);
        let form =
            ask(Method::POST, path).header("content-type", "application/x-www-form-urlencoded");
        world.send(form.body("refresh_token=x")).await.assert_problem(415, None, None, None);
        let long = json!({ "refresh_token": "x".repeat(17_000) });
        world.send(ask(Method::POST, path).json(&long)).await.assert_problem(413, None, None, None);
        world.store_is_away(ALL_STEPS);
        send(&world, path, &login["refresh_token"]).await.assert_unavailable();
        world.store_is_away(&[]);
    }
    send(&world, "/token/refresh", &login["access_token"]).await.assert_invalid(None);
    let unreadable = send(&world, "/token/logout", &json!("garbage")).await;
    unreadable.assert_status(StatusCode::NO_CONTENT);
    world.pass(LATER);
    let current = send(&world, "/token/refresh", &login["refresh_token"]).await.body();
    world.pass(LATER);
    send(&world, "/token/refresh", &login["refresh_token"]).await.assert_invalid(Some("stolen"));
    send(&world, "/token/refresh", &current["refresh_token"]).await.assert_invalid(Some("stolen"));
    world.pass(2 * WEEK);
    send(&world, "/token/refresh", &current["refresh_token"]).await.assert_expired(Some("expired"));
}

/// Nothing says beforehand how long it is.
#[tokio::test]
async fn a_long_body_of_unknown_length_is_refused() {
    let world = World::new();
    let browser = world.log_in(123).await;
    let streamed = |bytes: usize| {
        let body = Full::new(Bytes::from(" ".repeat(bytes - 2) + "{}"));
        let body = Body::new(body.map_frame(|frame| frame));
        assert_eq!(body.size_hint().upper(), None);
        body
    };
    let json = |ask: Ask| ask.header("content-type", "application/json");
    for (bytes, of_page, of_app) in [(16 * 1024, 200, 401), (16 * 1024 + 1, 413, 413)] {
        let request = json(page(Method::POST, "/auth/refresh").cookie(&browser.refresh));
        let answer = world.send(request.body(streamed(bytes))).await;
        assert_eq!(answer.status.as_u16(), of_page, "{bytes}");
        for path in ["/token/refresh", "/token/logout"] {
            let answer = world.send(json(ask(Method::POST, path)).body(streamed(bytes))).await;
            assert_eq!(answer.status.as_u16(), of_app, "{path} {bytes}");
        }
    }
}

#[tokio::test]
async fn no_answer_for_apps_allows_an_origin() {
    let world = World::new();
    let preflight = ask(Method::OPTIONS, "/token/refresh")
        .header("origin", "https://app.example")
        .header("access-control-request-method", "POST");
    let answer = world.send(preflight).await;
    answer.assert_status(StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.header("access-control-allow-origin"), None);
}
