//! How often somebody may try, and how much is done at once.

use jwt_pair_service::password::Password;
use serde_json::json;

use crate::client::{Answer, get, post};
use crate::running::{PASSWORD, Running, credentials};

#[track_caller]
fn is_limited(answer: &Answer) {
    answer.is_problem(429, "Too Many Requests", "Too many attempts");
    let after: u64 = answer.header("retry-after").expect("a time").parse().expect("seconds");
    assert!((1..=3600).contains(&after), "{after}");
}

/// The name counts in either case. An account that is not there is counted alike.
#[test]
fn attempts_are_limited_by_account_and_address() {
    let service =
        Running::start(&["--login-attempts", "3", "--login-wait", "1h", "--trusted-hops", "1"]);
    service.register("ann");
    for (name, right) in [("ann", PASSWORD), ("nobody", PASSWORD)] {
        let from = |address: &str, password: &str| {
            let request = credentials("/auth/login", name, password);
            service.send(&request.header("X-Forwarded-For", &format!("6.6.6.6, {address}")))
        };
        for _ in 0..3 {
            from("192.0.2.1", "wrong password here").is(401);
        }
        is_limited(&from("192.0.2.1", right));
        is_limited(&from("192.0.2.1", "wrong password here"));
        let elsewhere = from("192.0.2.2", right).status;
        assert_eq!(elsewhere, if name == "ann" { 200 } else { 401 });
        for address in ["2001:db8::1", "2001:db8::2", "2001:db8::ffff"] {
            from(address, "wrong password here").is(401);
        }
        is_limited(&from("2001:db8::4", right));
    }
}

/// Whoever has a copy of an access token must not find out the password with it.
#[test]
fn attempts_of_somebody_who_is_logged_in_are_limited_too() {
    let service = Running::start(&["--login-attempts", "2", "--login-wait", "1h"]);
    let token = service.register("ann").text("access_token");
    let change = || {
        let body = json!({ "current": "wrong password here", "new": "another good password" });
        service.send(&post("/auth/password").bearer(&token).json(&body))
    };
    change().is(403);
    change().is(403);
    is_limited(&change());
    let body = json!({ "password": PASSWORD });
    is_limited(&service.send(&post("/auth/delete-account").bearer(&token).json(&body)));
}

/// The permit is held by the test, so the answer does not depend on how fast passwords are hashed.
#[test]
fn beyond_the_permits_and_the_queue_the_answer_is_503() {
    let service = Running::start(&["--hashes", "1", "--hash-queue", "0"]);
    service.register("ann");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let passwords = service.app.passwords.clone();
    let busy = runtime.spawn(async move {
        // Until the test is over.
        loop {
            let password = Password::to_check("x".into());
            let _ = passwords.matches(password, None).await;
        }
    });
    // Between two of those the permit is free for a moment: then the login is checked.
    let refused = (0..10_000)
        .map(|_| service.login("ann", PASSWORD))
        .inspect(|answer| assert!([200, 503, 429].contains(&answer.status), "{answer:?}"))
        .find(|answer| answer.status == 503)
        .expect("one is refused");
    refused.is_problem(503, "Service Unavailable", "Too many logins at once");
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(refused.header("set-cookie"), None);
    busy.abort();
    service.send(&get("/readyz")).is(200);
}

/// Both take a whole hash: the time itself is not measured, since a test would depend on the machine.
#[test]
fn an_account_that_is_not_there_is_hashed_too() {
    let service = Running::start(&["--hashes", "1", "--hash-queue", "0"]);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let passwords = service.app.passwords.clone();
    let busy = runtime.spawn(async move {
        loop {
            let _ = passwords.matches(Password::to_check("x".into()), None).await;
        }
    });
    // Without a hash there would be no 503 for a name that no account has.
    let refused = (0..10_000).map(|n| service.login(&format!("nobody{n}"), PASSWORD).status);
    assert!(refused.into_iter().any(|status| status == 503));
    busy.abort();
}
