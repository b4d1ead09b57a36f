//! Whatever is sent to the whole router: no panic, no 5xx but 503, no secret in a body, no token in
//! the log, `no-store`, each refusal a problem, and a cookie only for those who may set it.

use std::cell::RefCell;
use std::collections::BTreeSet;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};
use jwt_pair::serde_json::json;
use jwt_pair_axum::COOKIE_NAME;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::common::{
    ACCESS_SECRET, ALL_STEPS, Answer, Ask, Browser, FOR_THE_LOG, LATER, LookUp, ORIGIN_OF_PAGE,
    REFRESH_SECRET, World, ask, page,
};
use crate::log::logged;

const PATHS: [&str; 14] = [
    "/login",
    "/app-login",
    "/auth/refresh",
    "/auth/logout",
    "/auth/sessions",
    "/auth/sessions/some",
    "/auth/sessions/end-others",
    "/auth/sessions/end-all",
    "/token/refresh",
    "/token/logout",
    "/token/sessions",
    "/me",
    "/checked",
    "/admin",
];

/// Who logs something in the property's requests.
const TARGETS: [&str; 2] = ["an answer with status 503", "outcome="];

/// One request, in which `{refresh}`, `{access}`, `{app}` and `{id}` stand for what was given out.
#[derive(Clone, Debug)]
struct Sketch {
    method: Method,
    path: String,
    /// Which of the headers that a page sends are there.
    of_page: [bool; 3],
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    before: Before,
}

/// What happens before the request.
#[derive(Clone, Copy, Debug)]
enum Before {
    Nothing,
    TimePasses,
    StoreIsAway,
    LookUpFails,
    UserIsGone,
}

fn methods() -> impl Strategy<Value = Method> {
    prop_oneof![
        6 => Just(Method::POST),
        3 => Just(Method::GET),
        1 => select(vec![Method::DELETE, Method::PUT, Method::HEAD, Method::OPTIONS, Method::PATCH]),
        1 => "[A-Z!#$]{1,12}".prop_map(|name| Method::from_bytes(name.as_bytes()).unwrap()),
    ]
}

fn paths() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => select(PATHS.to_vec()).prop_map(str::to_owned),
        1 => Just("/auth/sessions/{id}".to_owned()),
        1 => "/(auth|token)/([a-z%0-9A-F]|%[0-9A-F][0-9A-F]){1,20}(/[a-z.]{0,3}){0,3}",
        1 => "/auth/sessions/([a-z]|%[0-9A-F][0-9A-F]){1,20}",
        1 => "/auth/refresh\\?[a-z=&%{}]{0,20}",
    ]
}

fn values() -> impl Strategy<Value = Vec<u8>> {
    let texts = [
        "Bearer {access}",
        "bearer {access}",
        "Bearer {refresh}",
        "Bearer",
        "Bearer a b",
        "Basic dTpw",
        "COOKIE={refresh}",
        "COOKIE={access}",
        "COOKIE=x; COOKIE={refresh}",
        "a=b; COOKIE={refresh}; c",
        "https://app.example",
        "null",
        "same-origin",
        "cross-site",
        "jwt-pair",
        "application/json",
        "text/plain",
    ];
    prop_oneof![
        6 => select(texts.to_vec()).prop_map(|text| text.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..40),
        1 => Just(vec![b'x'; 20_000]),
    ]
}

fn headers() -> impl Strategy<Value = Vec<(String, Vec<u8>)>> {
    let fitting = [
        ("authorization", "Bearer {access}"),
        ("cookie", "COOKIE={refresh}"),
        ("content-type", "application/json"),
    ];
    let fitting = fitting.map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()));
    let names = [
        "authorization",
        "cookie",
        "origin",
        "sec-fetch-site",
        "sec-fetch-mode",
        "x-requested-with",
        "content-type",
        "content-length",
        "access-control-request-method",
        "x-other",
    ];
    let name = select(names.to_vec()).prop_map(str::to_owned);
    vec(prop_oneof![3 => select(fitting.to_vec()), 1 => (name, values())], 0..4)
}

fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let texts = [
        r#"{"refresh_token": "{app}"}"#,
        r#"{"refresh_token": "{refresh}"}"#,
        r#"{"refresh_token": 5}"#,
        r#"{"session_id": "{id}"}"#,
        r#"{"session_id": "another"}"#,
        r#"{"session_id": null, "user": 7}"#,
        "{}",
        "[",
        "",
    ];
    prop_oneof![
        8 => select(texts.to_vec()).prop_map(|text| text.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..60),
        1 => Just(br#"{"a":"#.repeat(200)),
        1 => Just(vec![b'['; 16_000]),
        1 => Just(vec![b'{'; 17_000]),
    ]
}

fn sketches() -> impl Strategy<Value = Sketch> {
    let before = prop_oneof![
        6 => Just(Before::Nothing),
        1 => Just(Before::TimePasses),
        1 => Just(Before::StoreIsAway),
        1 => Just(Before::LookUpFails),
        1 => Just(Before::UserIsGone),
    ];
    let of_page = prop_oneof![2 => Just([true; 3]), 2 => Just([false; 3]), 1 => any::<[bool; 3]>()];
    let parts = (methods(), paths(), of_page, headers(), bodies(), before);
    parts.prop_map(|(method, path, of_page, headers, body, before)| Sketch {
        method,
        path,
        of_page,
        headers,
        body,
        before,
    })
}

/// What was given out so far.
struct Held {
    browser: Browser,
    app: String,
}

impl Held {
    fn fill(&self, text: &[u8]) -> Vec<u8> {
        let Ok(text) = std::str::from_utf8(text) else { return text.to_vec() };
        let text = text.replace("{refresh}", &self.browser.refresh).replace("{app}", &self.app);
        let text = text.replace("{access}", &self.browser.access).replace("COOKIE", COOKIE_NAME);
        text.replace("{id}", &self.browser.session_id).into_bytes()
    }

    /// `None` for a path or a header that HTTP itself refuses.
    fn request(&self, sketch: &Sketch) -> Option<Ask> {
        let path = String::from_utf8(self.fill(sketch.path.as_bytes())).unwrap();
        let uri: Uri = path.parse().ok()?;
        let mut request = Ask(Request::new(axum::body::Body::empty()));
        *request.0.method_mut() = sketch.method.clone();
        *request.0.uri_mut() = uri;
        let headers = page(Method::POST, "/").0.headers().clone();
        let there = headers.iter().zip(sketch.of_page).filter(|(_, is_there)| *is_there);
        request
            .0
            .headers_mut()
            .extend(there.map(|((name, value), _)| (name.clone(), value.clone())));
        for (name, value) in &sketch.headers {
            let value = HeaderValue::from_bytes(&self.fill(value)).ok()?;
            request.0.headers_mut().append(HeaderName::try_from(name).unwrap(), value);
        }
        Some(request.body(self.fill(&sketch.body)))
    }
}

/// Whether the rules let such a request have an answer with a cookie.
fn may_have_cookie(path: &str, headers: &HeaderMap) -> bool {
    let all =
        |name: &str| headers.get_all(name).iter().map(HeaderValue::as_bytes).collect::<Vec<_>>();
    let (origins, sites) = (all("origin"), all("sec-fetch-site"));
    let same_origin = sites == [b"same-origin"];
    let of_list = origins == [ORIGIN_OF_PAGE.as_bytes()]
        && (same_origin || sites.is_empty() || sites == [b"same-site"]);
    let may_come = of_list || origins.is_empty() && same_origin;
    let may_be_read = path != "/login" || all("content-type") == [b"application/json"];
    all("x-requested-with") == [b"jwt-pair"] && may_come && may_be_read
}

fn check(sketch: &Sketch, sent: &HeaderMap, held: &Held, answer: &Answer) {
    let path = sketch.path.split('?').next().unwrap();
    let (status, body) = (answer.status.as_u16(), String::from_utf8_lossy(&answer.bytes));
    assert!(status < 500 || status == 503, "{sketch:?} {status} {body}");
    let is_ours = path.starts_with("/auth/") || path.starts_with("/token/");
    // A method that a route of the service's own has not is answered by axum.
    let is_refused = status >= 400
        && (is_ours || ["/me", "/checked", "/admin"].contains(&path) && status != 405);
    if is_refused {
        let kind = answer.header("content-type");
        assert_eq!(kind, Some("application/problem+json"), "{sketch:?}");
    }
    if is_ours || is_refused {
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{sketch:?}");
    }
    let secrets =
        [ACCESS_SECRET, REFRESH_SECRET].map(|secret| std::str::from_utf8(secret).unwrap());
    for secret in [secrets[0], secrets[1], FOR_THE_LOG] {
        assert!(!body.contains(secret), "{sketch:?} {body}");
    }
    for (name, value) in &answer.headers {
        let text = String::from_utf8_lossy(value.as_bytes());
        assert!(name == "set-cookie" || !text.contains("eyJ"), "{sketch:?} {name}: {text}");
    }
    // A token of a cookie is in no body, and no token is given for the page's by the routes of apps.
    if path.starts_with("/auth") || path == "/login" {
        assert!(!body.contains(&held.browser.refresh), "{sketch:?} {body}");
        assert!(!body.contains("refresh_token"), "{sketch:?} {body}");
    }
    let Some(cookie) = answer.cookie() else { return };
    let sets = ["/login", "/auth/refresh", "/auth/logout"].contains(&path);
    assert!(sets && answer.status.is_success(), "{sketch:?} {status}");
    assert_eq!(cookie.is_empty(), path == "/auth/logout", "{sketch:?}");
    assert!(may_have_cookie(path, sent), "{sketch:?}");
}

async fn run(sketches: &[Sketch], seen: &RefCell<BTreeSet<u16>>) {
    let world = World::new();
    let app = world.send(ask(Method::POST, "/app-login").json(&json!({}))).await;
    let held = Held { browser: world.log_in(123).await, app: app.text("refresh_token") };
    for sketch in sketches {
        let Some(request) = held.request(sketch) else { continue };
        match sketch.before {
            Before::Nothing => {}
            Before::TimePasses => world.pass(LATER),
            Before::StoreIsAway => world.store_is_away(ALL_STEPS),
            Before::LookUpFails => world.look_up_says(LookUp::Fails),
            Before::UserIsGone => world.look_up_says(LookUp::IsGone),
        }
        let sent = request.0.headers().clone();
        let answer = world.send(request).await;
        check(sketch, &sent, &held, &answer);
        seen.borrow_mut().insert(answer.status.as_u16());
        world.store_is_away(&[]);
        world.look_up_says(LookUp::IsThere);
    }
}

/// The same requests on each run. Every status of the routes must be among the answers, so that the
/// property says something of each.
#[test]
fn whatever_is_sent_the_answer_keeps_the_rules() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (seen, told) = (RefCell::new(BTreeSet::new()), RefCell::new(BTreeSet::new()));
    let config = Config { cases: 600, failure_persistence: None, ..Config::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let outcome = TestRunner::new_with_rng(config, rng).run(&vec(sketches(), 1..10), |sketches| {
        let log = logged("", || runtime.block_on(run(&sketches, &seen)));
        assert!(!log.contains("eyJ"), "a token is in the log: {log}");
        told.borrow_mut().extend(TARGETS.into_iter().filter(|target| log.contains(target)));
        Ok(())
    });
    outcome.unwrap();
    assert_eq!(told.into_inner().into_iter().collect::<Vec<_>>(), TARGETS);
    let statuses: Vec<u16> = seen.into_inner().into_iter().collect();
    assert_eq!(statuses, [200, 204, 400, 401, 403, 404, 405, 409, 413, 415, 503]);
}
