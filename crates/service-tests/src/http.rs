//! A client of HTTP/1.1, small enough that the load costs less than what it measures.
//!
//! In: requests as text. Out: the status, the cookie and the body of the answer.

use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status, such as 200.
    pub status: u16,
    /// The name and the value of the cookie that it sets, `name=value`. A value of nothing clears.
    pub cookie: Option<String>,
    /// The body.
    pub body: String,
}

impl Answer {
    /// The text of a member of a JSON object, without escapes.
    pub fn member(&self, name: &str) -> Option<&str> {
        let (_, rest) = self.body.split_once(&format!("\"{name}\":\""))?;
        rest.split('"').next()
    }
}

/// A request with a body of JSON, as a page of this origin sends it.
pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> String {
    let mut text = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n",
        body.len()
    );
    if !body.is_empty() {
        text.push_str("Content-Type: application/json\r\n");
    }
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text + "\r\n" + body
}

/// What the page sends with each request that changes something.
pub const OF_PAGE: [(&str, &str); 2] =
    [("X-Requested-With", "jwt-pair"), ("Sec-Fetch-Site", "same-origin")];

/// One connection.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// Those of the system.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(4096) })
    }

    /// One request and its answer.
    ///
    /// # Errors
    /// Those of the system, and an answer that is no HTTP.
    pub async fn send(&mut self, request: &str) -> Result<Answer> {
        self.stream.write_all(request.as_bytes()).await?;
        self.buffer.clear();
        let head = loop {
            let end = self.buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n");
            match end {
                Some(end) => break end,
                None => self.read_more().await?,
            }
        };
        let (mut length, mut cookie) = (0, None);
        let text =
            String::from_utf8_lossy(self.buffer.get(..head).unwrap_or_default()).into_owned();
        let mut lines = text.split("\r\n");
        let status = lines.next().and_then(|line| line.get(9..12)).and_then(|it| it.parse().ok());
        let status = status.ok_or_else(|| Error::from(ErrorKind::InvalidData))?;
        for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
            if name.eq_ignore_ascii_case("content-length") {
                length = value.parse().map_err(|_| Error::from(ErrorKind::InvalidData))?;
            } else if name.eq_ignore_ascii_case("set-cookie") {
                cookie = value.split(';').next().map(str::to_owned);
            }
        }
        while self.buffer.len() < head + 4 + length {
            self.read_more().await?;
        }
        let body = self.buffer.get(head + 4..head + 4 + length).unwrap_or_default();
        Ok(Answer { status, cookie, body: String::from_utf8_lossy(body).into_owned() })
    }

    async fn read_more(&mut self) -> Result<()> {
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

/// Connections to one instance, kept for the next request.
#[derive(Debug)]
pub struct Pool {
    address: SocketAddr,
    idle: Mutex<Vec<Connection>>,
}

impl Pool {
    /// None yet.
    pub const fn new(address: SocketAddr) -> Self {
        Self { address, idle: Mutex::new(Vec::new()) }
    }

    /// One request. It is tried once: whether it may be sent again is the caller's to know.
    ///
    /// # Errors
    /// Those of the connection, and 20 seconds without an answer.
    pub async fn send(&self, request: &str) -> Result<Answer> {
        let exchange = async {
            let idle = self.lock().pop();
            let mut connection = match idle {
                Some(connection) => connection,
                None => Connection::open(self.address).await?,
            };
            let answer = connection.send(request).await?;
            self.lock().push(connection);
            Ok(answer)
        };
        timeout(Duration::from_secs(20), exchange).await?
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
