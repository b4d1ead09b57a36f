//! Clients that take their time. Each limit is short, and the test waits as long as it takes.

use std::io::{ErrorKind, Read as _, Write as _};
use std::time::Duration;

use crate::client::{connect, get, post, read};
use crate::running::Running;

const HEAD: &[u8] =
    b"POST /auth/login HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n";

#[test]
fn a_header_that_never_ends_closes_the_connection() {
    let service = Running::start(&["--header-time", "100ms"]);
    for part in [&b""[..], b"GET", b"GET /me HTTP/1.1\r\nHost: te"] {
        let mut stream = connect(service.address);
        stream.write_all(part).expect("written");
        let mut rest = Vec::new();
        match stream.read_to_end(&mut rest) {
            Ok(_) => {}
            Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
        }
        let rest = String::from_utf8_lossy(&rest);
        assert!(rest.is_empty() || rest.starts_with("HTTP/1.1 408 "), "{rest}");
    }
}

/// A byte now and then does not make the time longer.
#[test]
fn a_header_that_drips_closes_the_connection() {
    let service = Running::start(&["--header-time", "300ms"]);
    let mut stream = connect(service.address);
    stream.write_all(b"GET /me HTTP/1.1\r\n").expect("written");
    let written = (0..1_000_000).take_while(|_| {
        std::thread::sleep(Duration::from_millis(10));
        stream.write_all(b"A: b\r\n").is_ok()
    });
    // 64 KiB of header would be refused only after 10,000 lines.
    let lines = written.count();
    assert!(lines < 5_000, "{lines}");
}

#[test]
fn a_body_that_never_ends_is_answered() {
    let service = Running::start(&["--body-time", "100ms"]);
    for rest in [
        &b"Content-Length: 100\r\n\r\n{\"name\""[..],
        b"Transfer-Encoding: chunked\r\n\r\n5\r\n{\"nam\r\n",
    ] {
        let mut stream = connect(service.address);
        stream.write_all(HEAD).expect("written");
        stream.write_all(rest).expect("written");
        let answer = read(&mut stream).expect("an answer");
        answer.is_problem(408, "Request Timeout", "The body took too long");
        assert_eq!(answer.header("connection"), Some("close"));
    }
}

/// The limit is for the whole body, not for the time between its parts.
#[test]
fn a_body_that_drips_is_answered() {
    let service = Running::start(&["--body-time", "300ms"]);
    let mut stream = connect(service.address);
    stream.write_all(HEAD).expect("written");
    stream.write_all(b"Content-Length: 15000\r\n\r\n").expect("written");
    let mut writer = stream.try_clone().expect("a socket");
    let drips = std::thread::spawn(move || {
        let dripped = (0..15_000).take_while(|_| {
            std::thread::sleep(Duration::from_millis(10));
            writer.write_all(b" ").is_ok()
        });
        dripped.count()
    });
    let answer = read(&mut stream).expect("an answer");
    answer.is_problem(408, "Request Timeout", "The body took too long");
    drop(stream);
    assert!(drips.join().expect("no panic") < 15_000);
}

#[test]
fn a_body_that_is_too_long_is_answered_before_its_end() {
    let service = Running::start(&[]);
    let long = " ".repeat(16 * 1024 + 1);
    let whole = post("/auth/login").page().header("Content-Type", "application/json");
    let answer = service.send(&whole.body(long.as_bytes()));
    answer.is_problem(413, "Payload Too Large", "The body is too long");

    // As long as the client likes, in chunks.
    let mut stream = connect(service.address);
    stream.write_all(HEAD).expect("written");
    stream.write_all(b"Transfer-Encoding: chunked\r\n\r\n").expect("written");
    let mut writer = stream.try_clone().expect("a socket");
    let endless = std::thread::spawn(move || {
        let chunk = format!("1000\r\n{}\r\n", " ".repeat(0x1000));
        while writer.write_all(chunk.as_bytes()).is_ok() {}
    });
    let answer = read(&mut stream).expect("an answer");
    answer.is_problem(413, "Payload Too Large", "The body is too long");
    drop(stream);
    endless.join().expect("the connection was closed");
}

/// A client that goes away leaves the service as it was.
#[test]
fn a_client_that_goes_away_is_forgotten() {
    let service = Running::start(&[]);
    for rest in [&b"Content-Length: 100\r\n\r\n{\"name\""[..], b"Content-Le", b""] {
        let mut stream = connect(service.address);
        stream.write_all(HEAD).expect("written");
        stream.write_all(rest).expect("written");
        drop(stream);
    }
    service.send(&get("/readyz")).is(200);
}

#[test]
fn a_connection_that_is_idle_is_closed() {
    let service = Running::start(&["--header-time", "100ms"]);
    let mut stream = connect(service.address);
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n").expect("written");
    // It reads until the service closes.
    assert_eq!(read(&mut stream).expect("an answer").body, "ok\n");
}
