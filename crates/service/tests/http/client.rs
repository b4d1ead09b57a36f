//! Requests as bytes on a socket, and answers as they come back.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::{Value, json};

use crate::openapi;

/// A request. Its connection is used for nothing else.
#[derive(Clone)]
pub struct Request {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

pub fn request(method: &str, path: &str) -> Request {
    Request { method: method.into(), path: path.into(), headers: Vec::new(), body: None }
}

pub fn get(path: &str) -> Request {
    request("GET", path)
}

pub fn post(path: &str) -> Request {
    request("POST", path)
}

impl Request {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub fn bearer(self, token: &str) -> Self {
        self.header("Authorization", &format!("Bearer {token}"))
    }

    /// As a page of the service sends it.
    pub fn page(self) -> Self {
        self.header("X-Requested-With", "jwt-pair").header("Sec-Fetch-Site", "same-origin")
    }

    pub fn cookie(self, token: &str) -> Self {
        self.header("Cookie", &format!("__Host-Http-refresh={token}"))
    }

    pub fn json(self, body: &Value) -> Self {
        self.header("Content-Type", "application/json").body(body.to_string().as_bytes())
    }

    pub fn body(mut self, body: &[u8]) -> Self {
        self.body = Some(body.into());
        self
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut text = format!("{} {} HTTP/1.1\r\nHost: test\r\n", self.method, self.path);
        text.push_str("Connection: close\r\n");
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if let Some(body) = &self.body {
            text.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        let mut bytes = text.into_bytes();
        bytes.extend(b"\r\n");
        bytes.extend(self.body.iter().flatten());
        bytes
    }

    /// For a router without a socket.
    pub fn to_http(&self) -> axum::http::Request<axum::body::Body> {
        let builder = axum::http::Request::builder().method(&*self.method).uri(&self.path);
        let headers = self.headers.iter();
        let builder = headers.fold(builder, |builder, (name, value)| builder.header(name, value));
        let body = self.body.clone().unwrap_or_default();
        builder.body(axum::body::Body::from(body)).expect("a request")
    }

    /// The answer, which must be documented for this route.
    pub fn send(&self, to: SocketAddr) -> Answer {
        let answer = raw(to, &self.bytes());
        openapi::check(&self.method, &self.path, &answer);
        answer
    }
}

/// Sends bytes and reads all that comes back.
pub fn raw(to: SocketAddr, bytes: &[u8]) -> Answer {
    let mut stream = connect(to);
    // The server may answer and close before it has read all.
    let _ = stream.write_all(bytes);
    read(&mut stream).expect("an answer")
}

pub fn connect(to: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(to).expect("a connection");
    // Far more than any answer takes: a test that waits so long has failed.
    stream.set_read_timeout(Some(Duration::from_secs(120))).expect("a timeout");
    stream
}

/// `None` if the connection was closed without an answer.
pub fn read(stream: &mut TcpStream) -> Option<Answer> {
    let mut bytes = Vec::new();
    let mut part = [0_u8; 4096];
    loop {
        match stream.read(&mut part) {
            Ok(0) => break,
            Ok(count) => bytes.extend(&part[..count]),
            // A reset follows an answer to a request that was not read to its end.
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => break,
            Err(error) => panic!("no answer: {error}"),
        }
    }
    let text = String::from_utf8(bytes).expect("UTF-8");
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().expect("a status");
    let headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    Some(Answer { status, headers, body: body.into() })
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    pub fn text(&self, name: &str) -> String {
        self.json()[name].as_str().expect("a text").into()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let mut all = self.headers.iter().filter(|(found, _)| found == name);
        let first = all.next().map(|(_, value)| value.as_str());
        assert_eq!(all.next(), None, "{name} is there twice");
        first
    }

    /// The refresh token that the answer sets.
    pub fn refresh_token(&self) -> Option<String> {
        let cookie = self.header("set-cookie")?.strip_prefix("__Host-Http-refresh=")?;
        cookie.split(';').next().map(str::to_owned)
    }

    /// It is this problem and nothing else.
    #[track_caller]
    pub fn is_problem(&self, status: u16, title: &str, detail: &str) {
        let expected = json!({ "status": status, "title": title, "detail": detail });
        self.is_body(status, expected);
    }

    #[track_caller]
    pub fn is_body(&self, status: u16, expected: Value) {
        assert_eq!((self.status, self.json()), (status, expected));
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
    }

    #[track_caller]
    pub fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }
}
