//! A user from the registration to the end.

use serde_json::json;

use crate::client::{get, post, request};
use crate::running::{PASSWORD, Running};

#[test]
fn register_login_refresh_logout() {
    let service = Running::start(&[]);
    let registered = service.register("Ann");
    let cookie = registered.header("set-cookie").expect("a cookie").to_owned();
    for part in ["HttpOnly", "Secure", "SameSite=Strict", "Path=/", "Max-Age=604800"] {
        assert!(cookie.split("; ").any(|found| found == part), "{part}: {cookie}");
    }
    assert!(!registered.body.contains(&registered.refresh_token().expect("a token")));
    assert_eq!(registered.json()["expires_in"], 900);
    assert_eq!(registered.json()["token_type"], "Bearer");

    let login = service.login("ann", PASSWORD);
    login.is(200);
    let me = service.send(&get("/me").bearer(&login.text("access_token")));
    me.is(200);
    assert_eq!((&me.json()["user_id"], &me.json()["user_type"]), (&json!(1), &json!("user")));
    assert_eq!(me.text("session_id"), login.text("session_id"));

    let token = login.refresh_token().expect("a token");
    let held = json!({ "session_id": login.text("session_id") });
    let kept = service.send(&post("/auth/refresh").page().cookie(&token).json(&held));
    kept.is(200);
    assert_eq!(kept.refresh_token(), None, "within the window the client keeps its own");

    let out = service.send(&post("/auth/logout").page().cookie(&token));
    out.is(204);
    assert_eq!(out.refresh_token().as_deref(), Some(""));
    let gone = service.send(&post("/auth/refresh").page().cookie(&token));
    gone.is_body(
        401,
        json!({
            "status": 401, "title": "Unauthorized", "detail": "Invalid token",
            "error": "invalid_token", "reason": "ended",
        }),
    );
    assert_eq!(gone.header("set-cookie"), None);
}

#[test]
fn a_refresh_rotates_where_there_is_no_window() {
    let service = Running::start(&["--window", "0s"]);
    let first = service.register("ann").refresh_token().expect("a token");
    let rotated = service.send(&post("/auth/refresh").page().cookie(&first));
    rotated.is(200);
    let second = rotated.refresh_token().expect("a token");
    assert_ne!(first, second);
    let stolen = service.send(&post("/auth/refresh").page().cookie(&first));
    assert_eq!((stolen.status, stolen.json()["reason"].clone()), (401, json!("stolen")));
    let honest = service.send(&post("/auth/refresh").page().cookie(&second));
    assert_eq!((honest.status, honest.json()["reason"].clone()), (401, json!("stolen")));
}

#[test]
fn a_login_ends_the_session_whose_cookie_it_replaces() {
    let service = Running::start(&[]);
    let first = service.register("ann");
    let token = first.refresh_token().expect("a token");
    let again = crate::running::credentials("/auth/login", "ann", PASSWORD).cookie(&token);
    let second = service.send(&again);
    second.is(200);
    let sessions = service.send(&get("/auth/sessions").bearer(&second.text("access_token")));
    let sessions = sessions.json()["sessions"].as_array().expect("a list").len();
    assert_eq!(sessions, 1);
}

#[test]
fn devices_are_listed_and_ended_by_their_owner_alone() {
    let service = Running::start(&[]);
    let ann = service.register("ann");
    let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
    let firefox = crate::running::credentials("/auth/login", "ann", PASSWORD);
    let other = service.send(&firefox.header("User-Agent", agent));
    let (own, others) = (ann.text("access_token"), other.text("session_id"));
    let list = service.send(&get("/auth/sessions").bearer(&own)).json();
    let labels: Vec<_> =
        list["sessions"].as_array().expect("a list").iter().map(|row| &row["label"]).collect();
    assert_eq!(labels.len(), 2);
    assert!(labels.contains(&&json!("Firefox on Linux")), "{labels:?}");

    let bob = service.register("bob").text("access_token");
    let end = |token: &str| request("DELETE", &format!("/auth/sessions/{others}")).bearer(token);
    service.send(&end(&bob)).is_problem(404, "Not Found", "There is no such session");
    service.send(&end(&own)).is(204);
    let ended = service.send(&get("/auth/sessions").bearer(&other.text("access_token")));
    ended.is_body(
        401,
        json!({
            "status": 401, "title": "Unauthorized", "detail": "Invalid token", "error": "invalid_token",
        }),
    );
    service.send(&post("/auth/sessions/end-all").bearer(&own)).is(204);
    service.send(&get("/auth/sessions").bearer(&own)).is(401);
    // Another user's sessions stand.
    service.send(&get("/auth/sessions").bearer(&bob)).is(200);
}

#[test]
fn an_app_without_cookies_gets_its_refresh_token_in_the_body() {
    let service = Running::start(&["--window", "0s"]);
    service.register("ann");
    let body = json!({ "name": "ann", "password": PASSWORD });
    let login = service.send(&post("/token/login").json(&body));
    login.is(200);
    assert_eq!(login.header("set-cookie"), None);
    let shown = json!({ "refresh_token": login.text("refresh_token") });
    let refreshed = service.send(&post("/token/refresh").json(&shown));
    refreshed.is(200);
    let shown = json!({ "refresh_token": refreshed.text("refresh_token") });
    service.send(&post("/token/logout").json(&shown)).is(204);
    service.send(&post("/token/refresh").json(&shown)).is(401);
    let refused = "Pages use the routes with the cookie";
    for (name, value) in [
        ("Origin", "http://evil.example"),
        ("Sec-Fetch-Site", "same-origin"),
        ("Cookie", "__Host-Http-refresh=x"),
    ] {
        let answer = service.send(&post("/token/login").json(&body).header(name, value));
        answer.is_body(
            403,
            json!({ "status": 403, "title": "Forbidden", "detail": refused, "error": "cross_site" }),
        );
    }
}

#[test]
fn sessions_in_sqlite_outlive_the_service() {
    let service = Running::start(&["--sessions", "sqlite"]);
    let token = service.register("ann").refresh_token().expect("a token");
    let directory = service.into_directory();
    let again = Running::start_in(directory, &["--sessions", "sqlite"]);
    again.secret(&token);
    again.send(&post("/auth/refresh").page().cookie(&token)).is(200);
    again.login("ann", PASSWORD).is(200);
}
