//! When an attempt counts, and what a full queue counts as.

use serde_json::json;

use crate::client::post;
use crate::running::{PASSWORD, Running, credentials};

const WRONG: &str = "wrong password here";

/// Requests that cost no hash must not fill the memory of attempts: who has many names would make the
/// service forget those that cost one.
#[test]
fn an_attempt_without_a_permit_is_not_counted() {
    let flags =
        ["--hashes", "1", "--hash-queue", "0", "--login-attempts", "1", "--login-wait", "1h"];
    let service = Running::start(&flags);
    let token = service.register("ann").text("access_token");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let held = runtime.block_on(service.app.passwords.permit()).expect("free");
    let busy = || service.app.counters.passwords_busy.value();
    let is_busy = |answer: &crate::client::Answer| {
        answer.is_problem(503, "Service Unavailable", "Too many logins at once");
        assert_eq!(answer.header("retry-after"), Some("1"));
    };
    for _ in 0..3 {
        is_busy(&service.login("ann", WRONG));
    }
    assert_eq!(busy(), 3);
    is_busy(&service.send(&credentials("/auth/register", "bob", PASSWORD)));
    assert_eq!(busy(), 4);
    let body = json!({ "current": PASSWORD, "new": PASSWORD });
    is_busy(&service.send(&post("/auth/password").bearer(&token).json(&body)));
    assert_eq!(busy(), 5);
    drop(held);
    service.login("ann", WRONG).is(401);
    service.login("ann", PASSWORD).is_problem(429, "Too Many Requests", "Too many attempts");
    assert_eq!(busy(), 5);
}

/// It is no sign of too many logins.
#[test]
fn a_damaged_hash_does_not_count_as_busy() {
    let service = Running::start(&[]);
    service.register("ann");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let account = service.app.accounts.by_id(1).expect("a file").expect("an account");
    let set = service.app.accounts.set_password(&account, "damaged".into(), "");
    assert!(runtime.block_on(set).expect("a file"));
    service.login("ann", PASSWORD).is_problem(500, "Internal Server Error", "Try again");
    assert_eq!(service.app.counters.passwords_busy.value(), 0);
}
