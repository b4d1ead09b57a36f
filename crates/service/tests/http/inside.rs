//! The router without a socket, on a runtime whose time stands still and whose one thread for blocking
//! work the test can hold. So a test sees what is done before a password is hashed, and how long a
//! request waits, and measures no time.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use axum::Router;
use http_body_util::BodyExt as _;
use jwt_pair_service::app::App;
use jwt_pair_service::config;
use jwt_pair_service::layers::Peer;
use jwt_pair_service::routes;
use jwt_pair_service::run::Service;
use jwt_pair_sessions::AnyStore;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tower::ServiceExt as _;

use crate::client::{Answer, Request};
use crate::running::{PASSWORD, credentials};

pub struct Inside {
    pub runtime: Runtime,
    pub app: App,
    pub directory: TempDir,
    router: Router,
}

/// While it stands, blocking work that comes later waits: hashes, and writes of accounts.
pub struct Gate {
    _open: mpsc::Sender<()>,
    is_reached: Arc<AtomicBool>,
}

pub fn runtime() -> Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().start_paused(true).max_blocking_threads(1).build().expect("a runtime")
}

/// The settings of a service in this directory, with sessions in memory.
pub fn args(directory: &TempDir, flags: &[&str]) -> config::Args {
    let data = directory.path().to_str().expect("UTF-8");
    let first = ["jwt-pair-service", "--listen", "127.0.0.1:0", "--data", data];
    let last = ["--sessions", "memory"];
    let argv = first.iter().chain(flags).chain(&last).map(Into::into);
    config::read(argv).expect("settings")
}

impl Inside {
    pub fn start(flags: &[&str]) -> Self {
        Self::start_on(None, flags)
    }

    pub fn start_on(store: Option<AnyStore>, flags: &[&str]) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let runtime = runtime();
        let opened = Service::open_with(args(&directory, flags), store);
        let app = runtime.block_on(opened).expect("a service").app().clone();
        let router = routes::router(&app);
        Self { runtime, app, directory, router }
    }

    /// Begins a request, which goes on while the test waits for something.
    pub fn begin(&self, request: &Request) -> JoinHandle<Answer> {
        let mut request = request.to_http();
        let peer: SocketAddr = ([192, 0, 2, 1], 5000).into();
        request.extensions_mut().insert(Peer(peer));
        let response = self.router.clone().oneshot(request);
        self.runtime.spawn(async move {
            let Ok(response) = response.await;
            let (parts, body) = response.into_parts();
            let body = body.collect().await.expect("a body").to_bytes();
            let text = |bytes: &[u8]| String::from_utf8(bytes.into()).expect("UTF-8");
            let headers = parts.headers.iter();
            let headers = headers.map(|(name, value)| (name.to_string(), text(value.as_bytes())));
            Answer { status: parts.status.as_u16(), headers: headers.collect(), body: text(&body) }
        })
    }

    /// Its answer. There must be nothing that it waits for.
    pub fn end(&self, begun: JoinHandle<Answer>) -> Answer {
        self.runtime.block_on(begun).expect("no panic")
    }

    pub fn send(&self, request: &Request) -> Answer {
        self.end(self.begin(request))
    }

    pub fn register(&self, name: &str) -> Answer {
        let answer = self.send(&credentials("/auth/register", name, PASSWORD));
        answer.is(201);
        answer
    }

    pub fn login(&self, name: &str, password: &str) -> Answer {
        self.send(&credentials("/auth/login", name, password))
    }

    /// Whatever has begun goes on as far as it can without blocking work.
    pub fn settle(&self) {
        self.runtime.block_on(async {
            for _ in 0..1_000 {
                tokio::task::yield_now().await;
            }
        });
    }

    /// Blocking work that comes later waits until the gate is dropped.
    pub fn gate(&self) -> Gate {
        let (open, opens) = mpsc::channel::<()>();
        let is_reached = Arc::<AtomicBool>::default();
        let reached = Arc::clone(&is_reached);
        self.runtime.spawn_blocking(move || {
            reached.store(true, Ordering::SeqCst);
            let _ = opens.recv();
        });
        Gate { _open: open, is_reached }
    }

    /// Waits until all blocking work before this gate is done.
    pub fn reach(&self, gate: &Gate) {
        self.runtime.block_on(async {
            while !gate.is_reached.load(Ordering::SeqCst) {
                tokio::task::yield_now().await;
            }
        });
        self.settle();
    }

    /// An answer, and for how long the request slept.
    pub fn timed(&self, request: &Request) -> (Answer, Duration) {
        let begun = self.begin(request);
        self.runtime.block_on(async {
            let start = Instant::now();
            (begun.await.expect("no panic"), start.elapsed())
        })
    }

    /// Changes the accounts behind the service's back.
    pub fn sql(&self, statement: &str) {
        sql(&self.directory, statement);
    }
}

/// Changes one row of the accounts in a directory, as no command and no route does.
pub fn sql(directory: &TempDir, statement: &str) {
    let accounts = rusqlite::Connection::open(directory.path().join("accounts.db"));
    let changed = accounts.expect("a file").execute(statement, []);
    assert_eq!(changed.expect("SQL"), 1);
}
