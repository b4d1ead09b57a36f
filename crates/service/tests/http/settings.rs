//! Settings that change what a request gets, each set to something else than its default.

use std::io::{ErrorKind, Read as _, Write as _};
use std::time::Duration;

use jwt_pair_sessions::SessionStore as _;

use crate::client::{connect, get, post, read};
use crate::running::{PASSWORD, Running, credentials, log};

/// The second waits, and is answered when the first is gone.
#[test]
fn connections_are_as_many_at_once_as_the_setting_says() {
    let service = Running::start(&["--connections", "1", "--header-time", "1h"]);
    let mut first = connect(service.address);
    first.write_all(b"GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n").expect("written");
    let mut part = [0; 15];
    first.read_exact(&mut part).expect("an answer");
    assert_eq!(&part, b"HTTP/1.1 200 OK");
    let mut second = connect(service.address);
    second.write_all(&get("/healthz").bytes()).expect("written");
    // An answer within this time is one too early. Without the limit it would come at once.
    let timeout = second.read_timeout().expect("a socket");
    second.set_read_timeout(Some(Duration::from_millis(500))).expect("a timeout");
    let kind = second.read(&mut part).expect_err("no answer yet").kind();
    assert!([ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&kind), "{kind:?}");
    second.set_read_timeout(timeout).expect("a timeout");
    drop(first);
    read(&mut second).expect("an answer").is(200);
}

#[test]
fn a_body_is_as_long_as_the_setting_says() {
    let service = Running::start(&["--max-body", "100"]);
    let body = |length: usize| {
        let request = post("/auth/login").page().header("Content-Type", "application/json");
        service.send(&request.body(" ".repeat(length).as_bytes()))
    };
    let refused = "The body is not the JSON object of this route";
    body(100).is_problem(400, "Bad Request", refused);
    body(101).is_problem(413, "Payload Too Large", "The body is too long");
}

#[test]
fn a_session_lives_as_long_as_the_setting_says() {
    let lifetimes = ["--max-lifetime", "3h", "--refresh-lifetime", "2h"];
    let service = Running::start(&lifetimes);
    let id = service.register("ann").text("session_id");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let row = runtime.block_on(service.app.store.load(&id)).expect("a store").expect("a row");
    assert_eq!(row.deadline.saturating_duration_since(row.started_at).as_secs(), 3 * 60 * 60);
    assert_eq!(row.expires_at.saturating_duration_since(row.started_at).as_secs(), 2 * 60 * 60);
}

#[test]
fn the_keys_are_where_the_setting_says() {
    let elsewhere = tempfile::tempdir().expect("a directory");
    let path = elsewhere.path().join("secrets");
    let flags = ["--keys", path.to_str().expect("UTF-8")];
    let service = Running::start(&flags);
    let token = service.register("ann").text("access_token");
    assert!(!service.path("keys").exists());
    let text = std::fs::read_to_string(&path).expect("keys");
    assert_eq!(text.lines().filter(|line| line.ends_with(" sign")).count(), 2);
    // It is read again there, and it counts.
    let directory = service.into_directory();
    let again = Running::start_in(directory, &flags);
    again.send(&get("/me").bearer(&token)).is(200);
}

/// The prefix and `Secure` go, and nothing else.
#[test]
fn the_cookie_of_development_must_be_asked_for_and_is_logged() {
    let service = Running::start(&["--insecure-cookie"]);
    let registered = service.send(&credentials("/auth/register", "ann", PASSWORD));
    let cookie = registered.is(201).header("set-cookie").expect("a cookie");
    let token = cookie.strip_prefix("refresh-dev=").and_then(|rest| rest.split_once(';'));
    let (token, attributes) = token.expect("the name");
    service.secret(token);
    assert_eq!(attributes, " HttpOnly; SameSite=Strict; Path=/; Max-Age=604800");
    let refresh = |name: &str| {
        let cookie = format!("{name}={token}");
        service.send(&post("/auth/refresh").page().header("Cookie", &cookie)).status
    };
    assert_eq!((refresh("refresh-dev"), refresh("__Host-Http-refresh")), (200, 401));
    let logged = String::from_utf8_lossy(&log()).into_owned();
    assert!(logged.contains("the cookie has no prefix and is not Secure"), "not a word of it");
}
