//! How often somebody may try, and how much is done at once.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use jwt_pair_service::accounts::Name;
use jwt_pair_service::attempts::{Attempt, Attempts};
use serde_json::json;

use crate::client::{Answer, post};
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

/// As many as are kept have come, half of them so long ago that they are over. One more needs room,
/// and must not make the other half forgotten.
#[test]
fn attempts_that_still_count_are_remembered_when_there_are_too_many() {
    const MOST: u32 = 100_000;
    let attempts = Attempts::new(1, Duration::from_secs(60));
    let start = Instant::now();
    let at = |seconds: u64| start.checked_add(Duration::from_secs(seconds)).expect("a time");
    let name = |n: u32| Name::new(&format!("user{n}")).expect("a name");
    let address: IpAddr = [192, 0, 2, 1].into();
    let go_on = Attempt::After(Duration::ZERO);
    for n in 0..MOST {
        let time = at(if n < MOST / 2 { 0 } else { 30 });
        assert_eq!(attempts.count(&name(n), address, time), go_on);
    }
    // The first half is over. One more must find room.
    assert_eq!(attempts.count(&name(MOST), address, at(61)), go_on);
    for n in [MOST / 2, MOST - 1] {
        let refused = Attempt::Refused(Duration::from_secs(29));
        assert_eq!(attempts.count(&name(n), address, at(61)), refused);
    }
    assert_eq!(attempts.count(&name(0), address, at(61)), go_on);
}
