//! Requests at random, to each route of the file of the endpoints: each has an answer that the file
//! knows, with its type and its members. None is a 5xx, none panics, and none leaves a secret in the log.

use serde_json::json;

use crate::client::{Request, request};
use crate::running::{PASSWORD, Running};

/// xorshift64*: the same requests for the same seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).expect("a bound")).expect("a place")
    }

    fn of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

#[test]
fn each_request_has_a_documented_answer() {
    let lifetimes = ["--window", "0s", "--access-lifetime", "1h"];
    let service =
        Running::start(&[&["--demo", "--login-attempts", "1000"][..], &lifetimes].concat());
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let ann = service.register("ann");
    let mut access = vec![ann.text("access_token"), "garbage".into(), String::new()];
    let mut cookies = vec![ann.refresh_token().expect("a token"), "garbage".into(), String::new()];
    let mut sessions = [ann.text("session_id"), "%00".into(), "%ff".into()];
    let mut counts = std::collections::BTreeMap::new();
    let mut asked = std::collections::BTreeSet::new();
    // All routes of the file, and one that is in no file.
    let mut paths = crate::openapi::paths();
    paths.push("/none");
    for _ in 0..2000 {
        let path = random.of(&paths);
        asked.insert(path);
        let id = &sessions[random.below(sessions.len())];
        let request = one(&mut random, &path.replace("{id}", id), &access, &cookies);
        let answer = service.send(&request);
        assert!(answer.status < 500, "{answer:?}");
        *counts.entry(answer.status).or_insert(0) += 1;
        if let Some(token) = answer.refresh_token() {
            cookies[random.below(3) % 2] = token;
        }
        if let Ok(body) = serde_json::from_str::<serde_json::Value>(&answer.body)
            && let Some(token) = body["access_token"].as_str()
        {
            access[random.below(3) % 2] = token.into();
            sessions[0] = answer.text("session_id");
        }
    }
    assert_eq!(asked.len(), paths.len());
    // The requests reach all kinds of answers.
    for status in [200, 201, 204, 400, 401, 403, 404, 405, 409, 415] {
        assert!(counts.contains_key(&status), "{status}: {counts:?}");
    }
}

fn one(random: &mut Random, path: &str, access: &[String], cookies: &[String]) -> Request {
    let any = random.of(&["GET", "POST", "DELETE", "PUT", "HEAD", "OPTIONS"]);
    let known = crate::openapi::methods(path).into_iter().next().filter(|_| random.chance(80));
    let mut request = request(known.as_deref().unwrap_or(any), path);
    if random.chance(70) {
        request = request.page();
    }
    if random.chance(20) {
        request = request.header("Origin", random.of(&["null", "http://evil.example", "\u{e9}"]));
    }
    if random.chance(50) {
        let token = &access[random.below(access.len())];
        request = request.header("Authorization", &format!("Bearer {token}"));
    }
    for _ in 0..random.below(3) {
        request = request.cookie(&cookies[random.below(cookies.len())]);
    }
    let fresh = format!("user{}", random.below(1000));
    let name = random.of(&["ann", &*fresh, &*fresh, "a b"]);
    let password = random.of(&[PASSWORD, PASSWORD, "short"]);
    let bodies = [
        json!({ "name": name, "password": password }),
        json!({ "session_id": "x" }),
        json!({ "refresh_token": cookies[0] }),
        json!({ "current": "wrong password here", "new": password }),
        json!({ "password": password }),
        json!([1, 2, 3]),
    ];
    let takes_credentials = path.ends_with("login") || path.ends_with("register");
    if takes_credentials && random.chance(60) {
        return request.json(&bodies[0]);
    }
    match random.below(10) {
        0 => request,
        1 => request.body(b"\xff\x00"),
        2 => request.header("Content-Type", "text/plain").body(b"{}"),
        n => request.json(&bodies[n % bodies.len()]),
    }
}
