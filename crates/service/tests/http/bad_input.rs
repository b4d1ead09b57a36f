//! Each bad input has its answer, to the byte.

use jwt_pair::{Identity, Key, KeyRing, PairIssuer, PairPolicy, UnixTime};
use serde_json::{Value, json};

use crate::client::{Answer, Request, get, post, raw, request};
use crate::running::{PASSWORD, Running, credentials};

fn invalid(detail: &str) -> Value {
    json!({ "status": 401, "title": "Unauthorized", "detail": detail, "error": "invalid_token" })
}

#[track_caller]
fn is_challenged(answer: &Answer, challenge: &str, expected: Value) {
    let status = u16::try_from(expected["status"].as_u64().expect("a status")).expect("a status");
    answer.is_body(status, expected);
    assert_eq!(answer.header("www-authenticate"), Some(challenge));
}

/// An issuer with the keys of the service.
fn issuer(service: &Running) -> PairIssuer {
    let text = std::fs::read_to_string(service.path("keys")).expect("keys");
    let ring = |kind: &str| {
        let line = text.lines().find(|line| line.starts_with(kind)).expect("a line");
        let words: Vec<&str> = line.split(' ').collect();
        KeyRing::with_kid(words[1], Key::from_hex(words[2]).expect("a key"))
    };
    PairIssuer::with_refresh_keys(ring("access"), ring("refresh"), PairPolicy::new()).expect("keys")
}

#[test]
fn credentials_of_access() {
    let service = Running::start(&[]);
    let ann = service.register("ann");
    let token = ann.text("access_token");
    let me = |lines: &[&str]| {
        let request =
            lines.iter().fold(get("/me"), |request, line| request.header("Authorization", line));
        service.send(&request)
    };
    let bearer = format!("Bearer {token}");
    me(&[&bearer]).is(200);
    me(&[&format!("bEARER {token}")]).is(200);

    let none = json!({ "status": 401, "title": "Unauthorized", "detail": "Log in" });
    is_challenged(&me(&[]), "Bearer", none.clone());
    is_challenged(&me(&["Basic YW5uOnB3"]), "Bearer", none);

    for lines in
        [&[&*bearer, &*bearer][..], &["Bearer"], &["Bearer "], &["Bearer a b"], &["Bearer é.é.é"]]
    {
        let answer = me(lines);
        assert_eq!(
            (answer.status, &answer.json()["error"]),
            (400, &json!("invalid_request")),
            "{lines:?}"
        );
        assert_eq!(answer.header("www-authenticate"), Some(r#"Bearer error="invalid_request""#));
    }

    let refused = r#"Bearer error="invalid_token", error_description="Invalid token""#;
    let refresh = ann.refresh_token().expect("a token");
    let changed = format!("{}A", &token[..token.len() - 1]);
    let changed =
        if changed == token { format!("{}B", &token[..token.len() - 1]) } else { changed };
    for bad in ["garbage", "a.b.c", &refresh, &changed] {
        is_challenged(&me(&[&format!("Bearer {bad}")]), refused, invalid("Invalid token"));
    }

    let issuer = issuer(&service);
    let identity = Identity::new(1, "user", "s");
    let old = UnixTime::from_secs(1_700_000_000);
    let expired = issuer.issue_access(&identity, old).expect("a token").token;
    let challenge = r#"Bearer error="invalid_token", error_description="Token has expired""#;
    is_challenged(&me(&[&format!("Bearer {expired}")]), challenge, invalid("Token has expired"));
}

#[test]
fn credentials_of_refresh() {
    let service = Running::start(&[]);
    let ann = service.register("ann");
    let access = ann.text("access_token");
    let refresh = ann.refresh_token().expect("a token");
    let with = |cookie: &str| service.send(&post("/auth/refresh").page().header("Cookie", cookie));
    let none = json!({ "status": 401, "title": "Unauthorized", "detail": "Log in" });
    service.send(&post("/auth/refresh").page()).is_body(401, none.clone());
    with("other=1").is_body(401, none.clone());
    with(&format!("__Host-Http-refresh={refresh}; __Host-Http-refresh={refresh}"))
        .is_body(401, none);
    with("__Host-Http-refresh=garbage").is_body(401, invalid("Invalid token"));
    with(&format!("__Host-Http-refresh={access}")).is_body(401, invalid("Invalid token"));
    with(&format!("__Host-Http-refresh={refresh}")).is(200);

    let issuer = issuer(&service);
    let old = UnixTime::from_secs(1_700_000_000);
    let expired = issuer.issue(&Identity::new(1, "user", "s"), old).expect("a pair").refresh.token;
    with(&format!("__Host-Http-refresh={expired}")).is_body(
        401,
        json!({
            "status": 401, "title": "Unauthorized", "detail": "Token has expired",
            "error": "invalid_token", "reason": "expired",
        }),
    );
    let other = json!({ "session_id": "another" });
    let conflict = service.send(&post("/auth/refresh").page().cookie(&refresh).json(&other));
    assert_eq!((conflict.status, &conflict.json()["error"]), (409, &json!("other_session")));
    for answer in [conflict, with("__Host-Http-refresh=garbage")] {
        assert_eq!(answer.header("set-cookie"), None);
    }
}

#[test]
fn bodies() {
    let service = Running::start(&[]);
    service.register("ann");
    let login = || post("/auth/login").page();
    let typed = |body: &[u8]| login().header("Content-Type", "application/json").body(body);
    let good = json!({ "name": "ann", "password": PASSWORD }).to_string();
    let json_only = "The body must be application/json";
    let form = "application/x-www-form-urlencoded";
    for bad in [
        login().body(good.as_bytes()),
        login().header("Content-Type", "text/plain").body(good.as_bytes()),
        login().header("Content-Type", form).body(b"name=ann&password=x"),
        login().header("Content-Type", "application/jsonx").body(good.as_bytes()),
        typed(good.as_bytes()).header("Content-Type", "application/json"),
    ] {
        service.send(&bad).is_problem(415, "Unsupported Media Type", json_only);
    }
    let own = "The body is not the JSON object of this route";
    let extra = json!({ "name": "ann", "password": PASSWORD, "admin": true }).to_string();
    let twice = r#"{"name":"ann","name":"bob","password":"correct horse battery"}"#;
    let deep = "[".repeat(10_000);
    for bad in [
        &b""[..],
        b"{",
        b"null",
        b"[]",
        b"\"ann\"",
        b"{\"name\":\"ann\"}",
        b"{\"name\":1,\"password\":\"correct horse battery\"}",
        b"{\"name\":\"\xff\xfe\",\"password\":\"correct horse battery\"}",
        b"{\"name\":\"\\ud800\",\"password\":\"correct horse battery\"}",
        extra.as_bytes(),
        twice.as_bytes(),
        deep.as_bytes(),
        b"\xef\xbb\xbf{}",
    ] {
        service.send(&typed(bad)).is_problem(400, "Bad Request", own);
    }
    let utf8 = typed(good.as_bytes());
    service.send(&utf8).is(200);
    let charset = login().header("Content-Type", "Application/JSON; charset=utf-8");
    service.send(&charset.body(good.as_bytes())).is(200);
}

#[test]
fn routes_and_methods() {
    let service = Running::start(&[]);
    for path in
        ["/nothing", "/auth", "/auth/", "/auth/nothing", "/token/x", "/demo/session", "/..", "//"]
    {
        let answer = raw(service.address, &get(path).bytes());
        answer.is_problem(404, "Not Found", "There is no such route");
    }
    for (method, path, allowed) in [
        ("GET", "/auth/login", "POST"),
        ("DELETE", "/auth/refresh", "POST"),
        ("POST", "/me", "GET,HEAD"),
        ("POST", "/auth/sessions", "GET,HEAD"),
        ("PUT", "/", "GET,HEAD"),
    ] {
        let answer = service.send(&request(method, path));
        answer.is_problem(405, "Method Not Allowed", "The route has another method");
        assert_eq!(answer.header("allow"), Some(allowed), "{method} {path}");
    }
}

#[test]
fn another_users_device() {
    let service = Running::start(&[]);
    let ann = service.register("ann");
    let bob = service.register("bob").text("access_token");
    for id in [&*ann.text("session_id"), "nobody", "%00", "%ff", &"x".repeat(5000)] {
        let answer = service.send(&request("DELETE", &format!("/auth/sessions/{id}")).bearer(&bob));
        answer.is_problem(404, "Not Found", "There is no such session");
    }
    service.send(&get("/auth/sessions").bearer(&ann.text("access_token"))).is(200);
}

/// The answer comes from below the router: it has no body.
#[test]
fn headers_that_are_too_long_or_are_none() {
    let service = Running::start(&[]);
    let long = get("/me").header("Authorization", &format!("Bearer {}", "a".repeat(1 << 20)));
    let answer = raw(service.address, &long.bytes());
    assert_eq!((answer.status, &*answer.body), (431, ""));
    for bytes in [
        &b"garbage\r\n\r\n"[..],
        b"GET /me HTTP/9.9\r\n\r\n",
        b"GET /me HTTP/1.1\r\nbad header\r\n\r\n",
        b"GET /me HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"GET /me HTTP/1.1\r\nHost: a\r\nA: \0\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ] {
        let answer = raw(service.address, bytes);
        assert_eq!((answer.status, &*answer.body), (400, ""), "{bytes:?}");
    }
    // A token of the longest size that is read is refused as any other.
    let token = "a".repeat(40_000);
    service.send(&get("/me").bearer(&token)).is_body(401, invalid("Invalid token"));
}

#[test]
fn a_wrong_login_has_one_answer() {
    let service = Running::start(&[]);
    service.register("ann");
    for (name, password) in [
        ("ann", "wrong password here"),
        ("ann", ""),
        ("ann", "short"),
        ("bob", PASSWORD),
        ("", PASSWORD),
        ("not a name", PASSWORD),
        ("ann", &*"x".repeat(5000)),
    ] {
        let request: Request = credentials("/auth/login", name, password);
        let answer = service.send(&request);
        answer.is_problem(401, "Unauthorized", "Wrong name or password");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        assert_eq!(answer.header("set-cookie"), None);
    }
}
