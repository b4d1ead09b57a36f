//! A service in a thread, with files of its own.

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::mpsc;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::thread::JoinHandle;

use jwt_pair_service::app::App;
use jwt_pair_service::config::{self, LogFormat};
use jwt_pair_service::logging;
use jwt_pair_service::run::Service;
use jwt_pair_sessions::AnyStore;
use serde_json::json;
use tempfile::TempDir;
use tokio::sync::oneshot;

use crate::client::{Answer, Request, post};

/// The log of all services of these tests.
static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// The panics in threads of the services, which answer nothing and might not be seen.
static PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());
const THREAD: &str = "a service of a test";

/// Panics are shown as before. Those of a service are kept too.
fn watch_for_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let shows = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if std::thread::current().name() == Some(THREAD) {
                panics().push(panic.to_string());
            }
            shows(panic);
        }));
    });
}

fn panics() -> MutexGuard<'static, Vec<String>> {
    PANICS.lock().unwrap_or_else(PoisonError::into_inner)
}

pub const PASSWORD: &str = "correct horse battery";

pub struct Running {
    pub address: SocketAddr,
    pub app: App,
    pub directory: TempDir,
    /// Passwords and tokens: none may be in the log.
    secrets: Mutex<Vec<String>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    /// With sessions in memory, unless the flags say otherwise.
    pub fn start(flags: &[&str]) -> Self {
        Self::start_in(tempfile::tempdir().expect("a directory"), flags)
    }

    pub fn start_in(directory: TempDir, flags: &[&str]) -> Self {
        Self::start_on(directory, None, flags)
    }

    /// On a store of the test's own.
    pub fn start_on(directory: TempDir, store: Option<AnyStore>, flags: &[&str]) -> Self {
        logging::start_to(LogFormat::Text, || Log);
        watch_for_panics();
        let data = directory.path().to_str().expect("UTF-8");
        let mut argv = vec!["jwt-pair-service", "--listen", "127.0.0.1:0", "--data", data];
        argv.extend(flags);
        if !flags.contains(&"--sessions") && !flags.contains(&"--config") {
            argv.extend(["--sessions", "memory"]);
        }
        let args = config::read(argv.iter().map(Into::into)).expect("settings");
        let (stop, stops) = oneshot::channel();
        let (started, starts) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .thread_name(THREAD)
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                let service = Service::open_with(args, store).await.expect("a service");
                started.send((service.address(), service.app().clone())).expect("a test");
                let stops = async {
                    let _ = stops.await;
                };
                service.serve(stops).await.expect("no listener of metrics");
            });
        });
        let (address, app) = starts.recv().expect("a start");
        let secrets = Mutex::new(vec![PASSWORD.to_owned()]);
        Self { address, app, directory, secrets, stop: Some(stop), thread: Some(thread) }
    }

    pub fn path(&self, name: &str) -> std::path::PathBuf {
        Path::new(self.directory.path()).join(name)
    }

    /// The answer, whose tokens must not be in the log.
    pub fn send(&self, request: &Request) -> Answer {
        let answer = request.send(self.address);
        let mut secrets = self.secrets();
        secrets.extend(answer.refresh_token().filter(|token| !token.is_empty()));
        if let Ok(serde_json::Value::Object(body)) = serde_json::from_str(&answer.body) {
            let tokens = ["access_token", "refresh_token"];
            secrets
                .extend(tokens.iter().filter_map(|name| Some(body.get(*name)?.as_str()?.into())));
        }
        answer
    }

    /// A text that must not be in the log.
    pub fn secret(&self, text: &str) -> String {
        self.secrets().push(text.into());
        text.into()
    }

    fn secrets(&self) -> MutexGuard<'_, Vec<String>> {
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn register(&self, name: &str) -> Answer {
        let answer = self.send(&credentials("/auth/register", name, PASSWORD));
        answer.is(201);
        answer
    }

    pub fn login(&self, name: &str, password: &str) -> Answer {
        self.send(&credentials("/auth/login", name, password))
    }

    pub fn stop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().expect("no panic");
        }
    }

    /// Stops it, and keeps its files.
    pub fn into_directory(mut self) -> TempDir {
        self.stop();
        self.check_log();
        std::mem::replace(&mut self.directory, tempfile::tempdir().expect("a directory"))
    }

    fn check_log(&self) {
        let log = String::from_utf8(log().clone()).expect("UTF-8");
        for secret in self.secrets().iter() {
            assert!(!log.contains(secret), "the log has a secret: {secret}");
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.stop();
            self.check_log();
            assert_eq!(*panics(), Vec::<String>::new());
        }
    }
}

pub fn credentials(path: &str, name: &str, password: &str) -> Request {
    post(path).page().json(&json!({ "name": name, "password": password }))
}

pub fn log() -> MutexGuard<'static, Vec<u8>> {
    LOG.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        log().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
