//! The numbers for Prometheus.

use std::net::TcpListener;

use crate::client::{get, raw};
use crate::running::Running;

#[test]
fn they_have_a_listener_of_their_own() {
    // A port that was free a moment ago.
    let address =
        TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let service = Running::start(&["--metrics-listen", &address.to_string()]);
    service.register("ann");
    service.login("ann", "wrong password here").is(401);
    let metrics = raw(address, &get("/metrics").bytes());
    metrics.is(200);
    for line in [
        "# TYPE jwt_pair_sessions_started_total counter",
        "jwt_pair_sessions_started_total 1",
        "jwt_pair_logins_refused_total 1",
        "jwt_pair_passwords_being_checked 0",
    ] {
        assert!(metrics.body.lines().any(|found| found == line), "{line}: {}", metrics.body);
    }
    raw(service.address, &get("/metrics").bytes()).is(404);
}
