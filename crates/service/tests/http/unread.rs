//! A client that asks and never reads.

use std::io::{ErrorKind, Write as _};
use std::time::Duration;

use crate::client::connect;
use crate::running::Running;

/// The answers fill what lies between the two. Then no answer can be written, and no request is read:
/// the connection must end, or it would hold its place for ever.
#[test]
fn an_answer_that_is_not_read_closes_the_connection() {
    let service = Running::start(&["--header-time", "300ms"]);
    let mut stream = connect(service.address);
    // Far more than the limit: a test that waits so long has failed.
    stream.set_write_timeout(Some(Duration::from_secs(30))).expect("a timeout");
    let request = b"GET /page.js HTTP/1.1\r\nHost: test\r\n\r\n".repeat(100);
    let error = loop {
        if let Err(error) = stream.write_all(&request) {
            break error;
        }
    };
    let closed = [ErrorKind::ConnectionReset, ErrorKind::BrokenPipe];
    assert!(closed.contains(&error.kind()), "{error:?}");
}
