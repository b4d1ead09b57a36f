//! Which requests may set a cookie.

use axum::http::header::{CONTENT_TYPE, ORIGIN};
use axum::http::{Method, StatusCode};
use jwt_pair::serde_json::json;
use jwt_pair_axum::{AuthPolicy, NotAnOrigin};
use tower::ServiceExt as _;

use crate::common::{Answer, ORIGIN_OF_PAGE, World, ask, page};

/// The routes whose answers set or clear the cookie.
const SETS_COOKIE: [&str; 3] = ["/login", "/auth/refresh", "/auth/logout"];

#[tokio::test]
async fn a_cookie_is_set_only_for_pages_of_the_list() {
    let world = World::new();
    let origins = [
        (None, None),
        (Some(ORIGIN_OF_PAGE), None),
        (Some(ORIGIN_OF_PAGE), Some("same-origin")),
        (Some(ORIGIN_OF_PAGE), Some("same-site")),
        (Some(ORIGIN_OF_PAGE), Some("cross-site")),
        (Some(ORIGIN_OF_PAGE), Some("none")),
        (Some(ORIGIN_OF_PAGE), Some("something")),
        (Some("https://admin.app.example:8443"), Some("same-site")),
        (Some("https://admin.app.example"), Some("same-site")),
        (Some("https://app.example.evil.example"), Some("same-origin")),
        (Some("https://APP.example"), Some("same-origin")),
        (Some("http://app.example"), Some("same-origin")),
        (Some("null"), Some("same-origin")),
        (Some("null"), None),
        (Some(""), Some("same-origin")),
        (None, Some("same-origin")),
        (None, Some("same-site")),
        (None, Some("cross-site")),
        (None, Some("none")),
    ];
    let passes = [
        (Some(ORIGIN_OF_PAGE), None),
        (Some(ORIGIN_OF_PAGE), Some("same-origin")),
        (Some(ORIGIN_OF_PAGE), Some("same-site")),
        (Some("https://admin.app.example:8443"), Some("same-site")),
        (None, Some("same-origin")),
    ];
    for (origin, site) in origins {
        for path in SETS_COOKIE {
            let browser = world.log_in(123).await;
            let mut request = ask(Method::POST, path).header("x-requested-with", "jwt-pair");
            if let Some(origin) = origin {
                request = request.header(ORIGIN.as_str(), origin);
            }
            if let Some(site) = site {
                request = request.header("sec-fetch-site", site);
            }
            let request = request.cookie(&browser.refresh).json(&json!({ "user": 123 }));
            let answer = world.send(request).await;
            if passes.contains(&(origin, site)) {
                assert!(answer.status.is_success(), "{origin:?} {site:?} {path}");
            } else {
                answer.assert_cross_site();
                assert!(world.stands(&browser).await, "{origin:?} {site:?} {path}");
            }
        }
    }
}

#[tokio::test]
async fn a_cookie_is_set_only_with_the_header_that_a_form_cannot_send() {
    let world = World::new();
    let browser = world.log_in(123).await;
    for path in SETS_COOKIE {
        let request = || {
            let request = page(Method::POST, path).without("x-requested-with");
            request.cookie(&browser.refresh).json(&json!({}))
        };
        for values in
            [[].as_slice(), &["XMLHttpRequest"], &["jwt-pair", "jwt-pair"], &["jwt-pair "]]
        {
            let request = values
                .iter()
                .fold(request(), |request, value| request.header("x-requested-with", value));
            world.send(request).await.assert_cross_site();
        }
    }
    assert!(world.stands(&browser).await);
}

#[tokio::test]
async fn two_origins_and_two_sites_are_refused() {
    let world = World::new();
    for path in SETS_COOKIE {
        let request = || page(Method::POST, path).json(&json!({}));
        world.send(request().header("origin", ORIGIN_OF_PAGE)).await.assert_cross_site();
        world.send(request().header("sec-fetch-site", "same-origin")).await.assert_cross_site();
    }
}

#[tokio::test]
async fn a_login_takes_json_only() {
    let world = World::new();
    let types = [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=application/json",
        "application/jsonp",
        "text/plain, application/json",
    ];
    for path in ["/login", "/app-login"] {
        let request = || match path {
            "/login" => page(Method::POST, path),
            _ => ask(Method::POST, path),
        };
        for content_type in types {
            let request = request().header(CONTENT_TYPE.as_str(), content_type).body("{}");
            world.send(request).await.assert_problem(415, None, None, None);
        }
        world.send(request().body("{}")).await.assert_problem(415, None, None, None);
        let twice = request().header("content-type", "text/plain").json(&json!({}));
        world.send(twice).await.assert_problem(415, None, None, None);
        for content_type in ["application/json", "Application/JSON ; charset=utf-8"] {
            let request = request().header(CONTENT_TYPE.as_str(), content_type).body("{}");
            world.send(request).await.assert_status(StatusCode::OK);
        }
    }
}

#[tokio::test]
async fn the_list_of_origins_feeds_cors_too() {
    let world = World::new();
    for path in ["/login", "/auth/refresh", "/auth/sessions", "/auth/sessions/some", "/auth/none"] {
        let preflight = |origin: &str| {
            ask(Method::OPTIONS, path)
                .header("origin", origin)
                .header("access-control-request-method", "POST")
                .header("access-control-request-headers", "content-type,x-requested-with")
        };
        let answer = world.send(preflight(ORIGIN_OF_PAGE)).await;
        answer.assert_status(StatusCode::OK);
        assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN_OF_PAGE));
        assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
        assert!(answer.header("vary").unwrap().contains("origin"));
        let allowed = answer.header("access-control-allow-headers").unwrap();
        assert_eq!(allowed, "authorization,content-type,x-requested-with");
        let methods = answer.header("access-control-allow-methods");
        assert_eq!(methods, Some("GET,POST,PUT,PATCH,DELETE"));
        assert_eq!(answer.header("access-control-max-age"), Some("600"));
        for origin in ["null", "https://evil.example", "https://app.example:444"] {
            let answer = world.send(preflight(origin)).await;
            assert_eq!(answer.header("access-control-allow-origin"), None);
        }
    }
    // An answer that is no preflight, and a refusal.
    for origin in [ORIGIN_OF_PAGE, "https://evil.example"] {
        let answer = world.send(ask(Method::POST, "/auth/refresh").header("origin", origin)).await;
        answer.assert_cross_site();
        let allowed = (origin == ORIGIN_OF_PAGE).then_some(ORIGIN_OF_PAGE);
        assert_eq!(answer.header("access-control-allow-origin"), allowed);
        let exposed = answer.header("access-control-expose-headers");
        assert_eq!(exposed, Some("www-authenticate,retry-after"));
        assert!(answer.header("vary").unwrap().contains("origin"));
    }
}

/// A preflight carries no token, so a guard outside CORS refuses it.
#[tokio::test]
async fn a_guarded_route_of_the_service_needs_cors_outside_the_guard() {
    let world = World::new();
    let route = || axum::Router::<()>::new().route("/", axum::routing::get(async || "in"));
    let guard = || world.auth.guard();
    let [outside, inside] = [
        route().route_layer(guard()).layer(world.auth.cors()),
        route().layer(world.auth.cors()).route_layer(guard()),
    ];
    for (app, status, allowed) in [(outside, 200, Some(ORIGIN_OF_PAGE)), (inside, 401, None)] {
        let preflight = ask(Method::OPTIONS, "/")
            .header("origin", ORIGIN_OF_PAGE)
            .header("access-control-request-method", "GET")
            .header("access-control-request-headers", "authorization");
        let answer = Answer::of(app.oneshot(preflight.0).await.unwrap()).await;
        assert_eq!(answer.status.as_u16(), status);
        assert_eq!(answer.header("access-control-allow-origin"), allowed);
    }
}

#[test]
fn an_origin_is_exact_and_never_null() {
    for text in [
        "null",
        "*",
        "",
        "app.example",
        "https://app.example/",
        "https://app.example/login",
        "https://app.example?x",
        "https://*.app.example",
        "https://App.example",
        "HTTPS://app.example",
        "https://app.example:443",
        "http://localhost:80",
        "https://user@app.example",
        "https://app.example:",
        "ftp://app.example",
        " https://app.example",
        "https://app.example https://b.example",
        "http://127.1",
        "http://127.0.0.01",
        "http://2130706433:8080",
        "http://0x7f.0.0.1",
        "http://0x7f000001",
        "http://[0:0:0:0:0:0:0:1]",
        "http://[::0001]:8080",
        "http://[::FFFF]",
    ] {
        let refused = AuthPolicy::new().origins([text]).map(|_| ());
        assert_eq!(refused, Err(NotAnOrigin(text.to_owned())));
    }
    for text in [
        "https://app.example",
        "https://app.example:8443",
        "http://localhost:3000",
        "http://127.0.0.1:8080",
        "http://[::1]:8080",
        "https://xn--bcher-kva.example",
        "http://[2001:db8::1]",
        "http://1.example",
        "http://3d:3000",
    ] {
        assert_eq!(AuthPolicy::new().origins([text]).map(|_| ()), Ok(()), "{text}");
    }
}

#[tokio::test]
async fn without_a_list_only_the_service_itself_may_log_in() {
    let world = World::with(AuthPolicy::new(), jwt_pair_sessions::SessionPolicy::new());
    let request = || page(Method::POST, "/login").json(&json!({}));
    world.send(request()).await.assert_cross_site();
    world.send(request().without("origin")).await.assert_status(StatusCode::OK);
}
