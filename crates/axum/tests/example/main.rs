//! The example is a complete service, and the README shows it as it is.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]
#[allow(dead_code, reason = "its main function is for a terminal")]
#[path = "../../examples/service.rs"]
mod service;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use axum::response::Response;
use http_body_util::BodyExt as _;
use jwt_pair::serde_json::{self, Value, json};
use tower::ServiceExt as _;

async fn send(app: &Router, request: Request<Body>) -> Response {
    app.clone().oneshot(request).await.unwrap()
}

async fn body(response: Response) -> Value {
    serde_json::from_slice(&response.into_body().collect().await.unwrap().to_bytes()).unwrap()
}

fn of_page(method: Method, path: &str) -> axum::http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header("x-requested-with", "jwt-pair")
        .header("origin", "http://localhost:3000")
        .header("sec-fetch-site", "same-origin")
}

#[tokio::test]
async fn the_example_serves_a_user_from_login_to_logout() {
    let app = service::app(&[1; 32], &[2; 32]).unwrap();
    let login = |password: &str| {
        let request = of_page(Method::POST, "/login").header("content-type", "application/json");
        request
            .body(Body::from(json!({ "name": "ann", "password": password }).to_string()))
            .unwrap()
    };
    assert_eq!(send(&app, login("wrong")).await.status(), StatusCode::FORBIDDEN);
    let response = send(&app, login("correct horse")).await;
    assert_eq!(response.status(), StatusCode::OK);
    let set_cookie = response.headers()["set-cookie"].to_str().unwrap().to_owned();
    let (cookie, _) = set_cookie.split_once(';').unwrap();
    let access = body(response).await["access_token"].as_str().unwrap().to_owned();

    let get = |path: &str| {
        let request = Request::builder().uri(path);
        request.header("authorization", format!("Bearer {access}")).body(Body::empty()).unwrap()
    };
    assert_eq!(body(send(&app, get("/me")).await).await["user_id"], "ann");
    assert_eq!(send(&app, get("/admin")).await.status(), StatusCode::FORBIDDEN);
    let without = Request::builder().uri("/me").body(Body::empty()).unwrap();
    assert_eq!(send(&app, without).await.status(), StatusCode::UNAUTHORIZED);
    let list = body(send(&app, get("/auth/sessions")).await).await;
    assert_eq!(list["sessions"][0]["label"], "Firefox on Linux");

    let post = |path: &str| {
        of_page(Method::POST, path).header("cookie", cookie).body(Body::empty()).unwrap()
    };
    assert_eq!(send(&app, post("/auth/refresh")).await.status(), StatusCode::OK);
    assert_eq!(send(&app, post("/auth/logout")).await.status(), StatusCode::NO_CONTENT);
    let refused = send(&app, post("/auth/refresh")).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(body(refused).await["reason"], "ended");
}

#[tokio::test]
async fn the_example_refuses_a_body_that_is_no_login_as_a_problem() {
    let app = service::app(&[1; 32], &[2; 32]).unwrap();
    let json = |text: &str| (Some("application/json"), text.to_owned());
    let bodies = [
        (json("{"), StatusCode::BAD_REQUEST),
        (json("{}"), StatusCode::UNPROCESSABLE_ENTITY),
        (json(&"x".repeat(3_000_000)), StatusCode::PAYLOAD_TOO_LARGE),
        ((None, "{}".to_owned()), StatusCode::UNSUPPORTED_MEDIA_TYPE),
    ];
    for ((content_type, text), status) in bodies {
        for (is_of_page, status) in [(true, status), (false, StatusCode::FORBIDDEN)] {
            let mut request = match is_of_page {
                true => of_page(Method::POST, "/login"),
                false => Request::post("/login"),
            };
            if let Some(content_type) = content_type {
                request = request.header("content-type", content_type);
            }
            let answer = send(&app, request.body(Body::from(text.clone())).unwrap()).await;
            assert_eq!(answer.status(), status);
            assert_eq!(answer.headers()["content-type"], "application/problem+json");
            assert_eq!(answer.headers()["cache-control"], "no-store");
        }
    }
}

#[test]
fn the_readme_shows_the_example() {
    let (readme, example) =
        (include_str!("../../README.md"), include_str!("../../examples/service.rs"));
    let (_, shown) = readme.split_once("```rust,no_run\n").unwrap();
    let (shown, _) = shown.split_once("```").unwrap();
    assert_eq!(shown, example);
}
