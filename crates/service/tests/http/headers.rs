//! Headers that browsers obey.

use crate::client::{get, post, request};
use crate::running::{PASSWORD, Running, credentials};

/// Each header with its whole value: a directive more or less changes what a page may do.
const ALL: [(&str, Option<&str>); 6] = [
    (
        "content-security-policy",
        Some(
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
             img-src 'self' data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
        ),
    ),
    ("referrer-policy", Some("no-referrer")),
    ("x-content-type-options", Some("nosniff")),
    ("x-frame-options", Some("DENY")),
    ("cross-origin-opener-policy", Some("same-origin")),
    ("strict-transport-security", None),
];

#[test]
fn every_answer_has_them() {
    let service = Running::start(&[]);
    let registered = service.register("ann");
    let long = post("/auth/login").body(" ".repeat(16 * 1024 + 1).as_bytes());
    let paths = ["/", "/page.css", "/page.js", "/config", "/me", "/auth/sessions", "/nothing"];
    let mut answers = vec![registered, service.send(&long), service.send(&request("PUT", "/me"))];
    answers.extend(paths.map(|path| service.send(&get(path))));
    for answer in answers {
        for (name, value) in ALL {
            assert_eq!(answer.header(name), value, "{name} of {answer:?}");
        }
    }
    let behind_tls = Running::start(&["--hsts"]);
    let answer = behind_tls.send(&get("/"));
    let hsts = answer.header("strict-transport-security");
    assert_eq!(hsts, Some("max-age=63072000; includeSubDomains"));
}

#[test]
fn no_answer_of_the_api_is_stored() {
    let service = Running::start(&["--demo"]);
    let ann = service.register("ann");
    assert_eq!(ann.header("cache-control"), Some("no-store"));
    let token = ann.text("access_token");
    for path in ["/me", "/auth/sessions", "/demo/session", "/healthz", "/readyz", "/token/login"] {
        let answer = service.send(&get(path).bearer(&token));
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
    }
    for path in ["/auth/login", "/auth/refresh", "/auth/logout", "/token/refresh", "/demo/thief"] {
        let answer = service.send(&post(path));
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
    }
}

#[test]
fn only_pages_of_the_origins_may_log_in() {
    let service = Running::start(&["--origin", "https://app.example,https://www.app.example"]);
    let from = |name: &str, origin: &str, site: &str| {
        let request =
            post("/auth/register").json(&serde_json::json!({ "name": name, "password": PASSWORD }));
        let request = request.header("X-Requested-With", "jwt-pair").header("Origin", origin);
        service.send(&request.header("Sec-Fetch-Site", site))
    };
    let own = from("ann", "https://app.example", "same-site");
    own.is(201);
    assert_eq!(own.header("access-control-allow-origin"), Some("https://app.example"));
    assert_eq!(own.header("access-control-allow-credentials"), Some("true"));
    from("bob", "https://www.app.example", "same-site").is(201);
    for (origin, site) in [
        ("https://evil.example", "cross-site"),
        ("https://app.example", "cross-site"),
        ("http://app.example", "same-site"),
        ("null", "same-origin"),
        ("https://app.example.evil.example", "same-site"),
    ] {
        let refused = from("eve", origin, site);
        assert_eq!((refused.status, refused.json()["error"].as_str()), (403, Some("cross_site")));
        assert_eq!(refused.header("set-cookie"), None, "{origin}");
        if origin != "https://app.example" {
            assert_eq!(refused.header("access-control-allow-origin"), None, "{origin}");
        }
    }
    // Without the header, as a form sends it.
    let form = credentials("/auth/login", "ann", PASSWORD).header("X-Requested-With", "jwt-pair");
    assert_eq!(service.send(&form).status, 403);
    let preflight = request("OPTIONS", "/auth/login")
        .header("Origin", "https://evil.example")
        .header("Access-Control-Request-Method", "POST");
    assert_eq!(service.send(&preflight).header("access-control-allow-origin"), None);
}
