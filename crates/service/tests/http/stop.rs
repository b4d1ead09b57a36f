//! What a balancer sees of a stop.

use std::time::{Duration, Instant};

use crate::client::get;
use crate::program::Program;
use crate::running::{PASSWORD, credentials};

/// However slow the machine is, the time of the drain is not over before the test.
#[test]
fn it_is_not_ready_and_goes_on_until_the_drain_is_over() {
    let directory = tempfile::tempdir().expect("a directory");
    let program = Program::start(directory.path(), &["--sessions", "memory", "--drain-time", "1h"]);
    get("/readyz").send(program.address).is(200);
    program.signal("TERM");
    let begin = Instant::now();
    while get("/readyz").send(program.address).status != 503 {
        assert!(begin.elapsed() < Duration::from_secs(120), "it is still ready");
    }
    get("/readyz").send(program.address).is_problem(503, "Service Unavailable", "Try again");
    get("/healthz").send(program.address).is(200);
    credentials("/auth/register", "ann", PASSWORD).send(program.address).is(201);
}

#[test]
fn the_drain_has_an_end() {
    let directory = tempfile::tempdir().expect("a directory");
    let program = Program::start(directory.path(), &["--drain-time", "100ms"]);
    program.signal("TERM");
    let (status, log) = program.end();
    assert!(status.success(), "{log}");
}
