//! Sessions on a server that instances share: the real one, as the settings name it.

use std::process::Command;
use std::time::{Duration, Instant};

use jwt_pair_store_tests::servers::{PostgresServer, RedisServer};
use tempfile::TempDir;

use crate::client::{get, post};
use crate::running::{PASSWORD, Running, log};
use crate::skip::skip;

const KEYS: &str = "access k 1111111111111111111111111111111111111111111111111111111111111111 sign\n\
                    refresh k 2222222222222222222222222222222222222222222222222222222222222222 sign\n";

/// A directory with keys, and with the server's address in a file of settings: it has a password.
fn directory(url: &str) -> TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("keys");
    std::fs::write(&path, KEYS).expect("written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("a mode");
    }
    std::fs::write(directory.path().join("settings"), format!("sessions = {url}\n"))
        .expect("written");
    directory
}

fn start(directory: TempDir, password: &str) -> Running {
    let settings = directory.path().join("settings");
    let flags = ["--config", settings.to_str().expect("UTF-8"), "--window", "0s"];
    let service = Running::start_in(directory, &flags);
    service.secret(password);
    service
}

/// An operator's command; what it printed.
fn command(service: &Running, words: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jwt-pair-service"));
    command.arg("--data").arg(service.directory.path());
    command.arg("--config").arg(service.path("settings"));
    let output = command.args(words).output().expect("the program");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Sessions outlive the service, an operator reaches them, and two instances see the same ones.
fn lives_on(url: &str, password: &str) {
    let service = start(directory(url), password);
    service.send(&get("/readyz")).is(200);
    let ann = service.register("ann");
    let first = ann.refresh_token().expect("a token");
    let rotated = service.send(&post("/auth/refresh").page().cookie(&first));
    let second = rotated.is(200).refresh_token().expect("a token");
    let directory = service.into_directory();

    let service = start(directory, password);
    let rotated = service.send(&post("/auth/refresh").page().cookie(&second));
    let access = rotated.is(200).text("access_token");
    let third = rotated.refresh_token().expect("a token");
    let devices = |token: &str| service.send(&get("/auth/sessions").bearer(token)).status;
    assert_eq!(devices(&access), 200);

    // Another instance, with accounts of its own.
    let other = start(self::directory(url), password);
    other.send(&get("/auth/sessions").bearer(&access)).is(200);
    let login = service.login("ann", PASSWORD);
    let own = login.is(200).text("access_token");
    let id = ann.text("session_id");
    let end = crate::client::request("DELETE", &format!("/auth/sessions/{id}")).bearer(&own);
    other.send(&end).is(204);
    assert_eq!(devices(&access), 401);
    let ended = service.send(&post("/auth/refresh").page().cookie(&third));
    assert_eq!((ended.status, ended.json()["reason"].as_str()), (401, Some("ended")));

    assert_eq!(devices(&own), 200);
    assert_eq!(command(&service, &["end-everybody"]), "1 sessions ended\n");
    assert_eq!(devices(&own), 401);
    let again = service.login("ann", PASSWORD).text("access_token");
    let told = command(&service, &["end-sessions", "ann"]);
    assert!(told.starts_with("done; "), "{told}");
    // Either of the two processes may do it.
    let begin = Instant::now();
    while devices(&again) == 200 {
        assert!(begin.elapsed() < Duration::from_secs(60), "the session still stands");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn sessions_on_redis_outlive_the_service() {
    let Some(server) = RedisServer::start() else {
        return skip("sessions_on_redis_outlive_the_service", RedisServer::PROGRAM);
    };
    lives_on(&server.url(), RedisServer::PASSWORD);
}

/// What the server is set to and should not be is said at the start.
#[test]
fn a_redis_that_forgets_is_warned_of() {
    let settings = ["--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"];
    let Some(server) = RedisServer::start_with(&settings) else {
        return skip("a_redis_that_forgets_is_warned_of", RedisServer::PROGRAM);
    };
    let service = start(directory(&server.url()), RedisServer::PASSWORD);
    service.send(&get("/readyz")).is(200);
    assert!(String::from_utf8_lossy(&log()).contains("allkeys-lru"));
}

#[test]
fn sessions_on_postgres_outlive_the_service() {
    let Some(server) = PostgresServer::start() else {
        return skip("sessions_on_postgres_outlive_the_service", PostgresServer::PROGRAM);
    };
    lives_on(&server.url(), PostgresServer::PASSWORD);
}
