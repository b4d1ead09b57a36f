//! How many passwords are hashed, and what is done before. Nothing here measures time.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use jwt_pair_service::accounts::Name;
use serde_json::json;

use crate::client::{Answer, post};
use crate::inside::Inside;
use crate::running::{PASSWORD, credentials};

const WRONG: &str = "wrong password here";

/// Two numbers of permits, so that one of them is not the number of processors.
#[test]
fn beyond_the_permits_and_the_queue_the_answer_is_503() {
    for (permits, queue) in [(1, 0), (3, 2)] {
        let flags = ["--hashes", &permits.to_string(), "--hash-queue", &queue.to_string()];
        let service = Inside::start(&flags);
        service.register("ann");
        let gate = service.gate();
        let login = credentials("/auth/login", "ann", PASSWORD);
        let begun: Vec<_> = (0..permits + queue + 1).map(|_| service.begin(&login)).collect();
        service.settle();
        let mut answered: Vec<bool> = begun.iter().map(|login| login.is_finished()).collect();
        assert_eq!(answered.pop(), Some(true), "one too many is answered at once");
        assert!(!answered.contains(&true), "the others wait");
        assert_eq!(service.app.passwords.busy(), permits);
        drop(gate);
        let mut answers: Vec<Answer> = begun.into_iter().map(|login| service.end(login)).collect();
        let refused = answers.pop().expect("the last");
        refused.is_problem(503, "Service Unavailable", "Too many logins at once");
        assert_eq!(refused.header("retry-after"), Some("1"));
        assert_eq!(refused.header("set-cookie"), None);
        for answer in answers {
            answer.is(200);
        }
        service.login("ann", PASSWORD).is(200);
    }
}

/// That the hash of nobody has the parameters of all others is tested beside it.
#[test]
fn a_login_makes_one_hash_whether_or_not_there_is_an_account() {
    let service = Inside::start(&["--hashes", "2"]);
    service.register("ann");
    for name in ["ann", "nobody"] {
        let before = service.gate();
        let login = service.begin(&credentials("/auth/login", name, WRONG));
        service.settle();
        assert!(!login.is_finished(), "{name}: answered without a hash");
        assert_eq!(service.app.passwords.busy(), 1, "{name}");
        // Behind the first hash, and before a second one.
        let after = service.gate();
        drop(before);
        service.reach(&after);
        assert!(login.is_finished(), "{name}: it waits for a second hash");
        let answer = service.end(login);
        answer.is_problem(401, "Unauthorized", "Wrong name or password");
        drop(after);
    }
}

/// Also those that come at the same moment, before any of them is hashed.
#[test]
fn attempts_are_counted_before_the_hash() {
    let flags = ["--login-attempts", "2", "--login-wait", "1h", "--hashes", "8"];
    let service = Inside::start(&flags);
    let token = service.register("ann").text("access_token");
    let change = json!({ "current": WRONG, "new": "another good password" });
    let requests = [
        (credentials("/auth/login", "ann", WRONG), 401),
        (credentials("/auth/login", "nobody", WRONG), 401),
        (post("/token/login").json(&json!({ "name": "nobody2", "password": WRONG })), 401),
        (
            post("/auth/password")
                .bearer(&service.register("bob").text("access_token"))
                .json(&change),
            403,
        ),
    ];
    for (request, refused) in requests {
        let gate = service.gate();
        let begun: Vec<_> = (0..5).map(|_| service.begin(&request)).collect();
        service.settle();
        let answered: Vec<bool> = begun.iter().map(|begun| begun.is_finished()).collect();
        assert_eq!(answered, [false, false, true, true, true]);
        assert_eq!(service.app.passwords.busy(), 2);
        drop(gate);
        let statuses: Vec<u16> = begun.into_iter().map(|begun| service.end(begun).status).collect();
        assert_eq!(statuses, [refused, refused, 429, 429, 429]);
    }
    // The attempts of the first login count for the deletion of the account too.
    let delete = post("/auth/delete-account").bearer(&token).json(&json!({ "password": PASSWORD }));
    let gate = service.gate();
    let begun = service.begin(&delete);
    service.settle();
    assert!(begun.is_finished(), "a refused attempt is hashed");
    service.end(begun).is(429);
    drop(gate);
}

/// The attempts come from so many addresses that the account alone is over its measure for hours.
#[test]
fn an_account_with_many_attempts_is_slowed_and_not_locked() {
    let service = Inside::start(&[]);
    let token = service.register("ann").text("access_token");
    let login = credentials("/auth/login", "ann", PASSWORD);
    let body = json!({ "current": WRONG, "new": "another good password" });
    let change = post("/auth/password").bearer(&token).json(&body);
    for (request, status) in [(&login, 200), (&change, 403)] {
        let (answer, slept) = service.timed(request);
        assert_eq!((answer.status, slept), (status, Duration::ZERO));
    }
    let name = Name::new("ann").expect("a name");
    for n in 0..10_000_u32 {
        let address = IpAddr::from((0x0a00_0000 + n).to_be_bytes());
        let _ = service.app.attempts.count(&name, address, Instant::now());
    }
    for (request, status) in [(&login, 200), (&change, 403)] {
        let (answer, slept) = service.timed(request);
        assert_eq!((answer.status, slept.as_secs()), (status, 5));
    }
    let (other, slept) = service.timed(&credentials("/auth/login", "bob", PASSWORD));
    assert_eq!((other.status, slept), (401, Duration::ZERO));
}

/// A page of another site cannot keep the service busy, nor make an account before it is refused.
#[test]
fn a_request_of_another_site_is_refused_before_the_hash() {
    let service = Inside::start(&[]);
    let gate = service.gate();
    let body = json!({ "name": "ann", "password": PASSWORD });
    for path in ["/auth/register", "/auth/login"] {
        let begun = service.begin(&post(path).header("Sec-Fetch-Site", "cross-site").json(&body));
        service.settle();
        assert!(begun.is_finished(), "{path} waits for a hash");
        assert_eq!(service.end(begun).json()["error"], "cross_site");
    }
    drop(gate);
    service.register("ann");
}
