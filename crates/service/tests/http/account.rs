//! What becomes of sessions when the account changes.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::client::{get, post};
use crate::running::{PASSWORD, Running, credentials};

const NEW: &str = "another good password";
/// What a command says that writes into the accounts.
pub const ENDS: &str =
    "done; the service ends all sessions of the account within a second, or when it starts\n";

/// Waits until the service has ended what is due for an account.
pub fn wait_for_ends(service: &Running, id: i64) {
    let begin = Instant::now();
    while service.app.accounts.by_id(id).expect("a file").is_some_and(|it| it.ends_due.is_some()) {
        assert!(begin.elapsed() < Duration::from_secs(120), "sessions are still to be ended");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_change_of_password_ends_all_other_sessions() {
    let service = Running::start(&[]);
    let other = service.register("ann");
    let own = service.login("ann", PASSWORD);
    let change = |current: &str, new: &str| {
        let body = json!({ "current": service.secret(current), "new": service.secret(new) });
        service.send(&post("/auth/password").bearer(&own.text("access_token")).json(&body))
    };
    change("wrong password here", NEW).is_problem(403, "Forbidden", "Wrong password");
    change(PASSWORD, "short").is_problem(400, "Bad Request", "A password has 12 to 1024 bytes");
    let changed = change(PASSWORD, NEW);
    assert_eq!((changed.status, changed.json()), (200, json!({ "ended": 1 })));
    service.send(&get("/auth/sessions").bearer(&own.text("access_token"))).is(200);
    service.send(&get("/auth/sessions").bearer(&other.text("access_token"))).is(401);
    service.login("ann", PASSWORD).is_problem(401, "Unauthorized", "Wrong name or password");
    service.login("ann", NEW).is(200);
}

#[test]
fn a_deleted_account_is_gone_and_its_id_is_given_to_nobody() {
    let service = Running::start(&[]);
    let ann = service.register("ann");
    let token = ann.text("access_token");
    let delete = |password: &str| {
        let body = json!({ "password": service.secret(password) });
        service.send(&post("/auth/delete-account").bearer(&token).json(&body))
    };
    delete("wrong password here").is_problem(403, "Forbidden", "Wrong password");
    let gone = delete(PASSWORD);
    gone.is(204);
    assert_eq!(gone.header("set-cookie"), None);
    service.send(&get("/auth/sessions").bearer(&token)).is(401);
    let cookie = ann.refresh_token().expect("a token");
    service.send(&post("/auth/refresh").page().cookie(&cookie)).is(401);
    service.login("ann", PASSWORD).is(401);
    let again = service.register("ann");
    let me = service.send(&get("/me").bearer(&again.text("access_token")));
    assert_eq!(me.json()["user_id"], 2);
}

#[test]
fn registration_has_its_rules() {
    let service = Running::start(&[]);
    service.register("ann");
    let register = |name: &str, password: &str| {
        service.send(&credentials("/auth/register", name, &service.secret(password)))
    };
    register("ANN", PASSWORD).is_problem(409, "Conflict", "The name is taken");
    let rule = "A name has 1 to 64 of the characters a-z, 0-9 and . _ @ + -";
    for name in ["", "a b", "é", &"a".repeat(65)] {
        register(name, PASSWORD).is_problem(400, "Bad Request", rule);
    }
    let rule = "A password has 12 to 1024 bytes";
    register("bob", "11 bytes !!").is_problem(400, "Bad Request", rule);
    register("bob", &"x".repeat(1025)).is_problem(400, "Bad Request", rule);
    register("bob", &"x".repeat(1024)).is(201);
    register("eve", "12 bytes !!!").is(201);
    let closed = Running::start(&["--no-register"]);
    let answer = closed.send(&credentials("/auth/register", "ann", PASSWORD));
    answer.is_problem(403, "Forbidden", "Nobody may register here");
}

/// The same command as an operator's, while the service runs.
pub fn command(service: &Running, words: &[&str], input: &str) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_jwt-pair-service"))
        .args(["--data", service.directory.path().to_str().expect("UTF-8")])
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program");
    child.stdin.take().expect("stdin").write_all(input.as_bytes()).expect("input");
    let output = child.wait_with_output().expect("an end");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let error = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(!error.contains(NEW) && !text.contains(NEW), "{error}");
    if output.status.success() { text } else { error }
}

#[test]
fn an_operator_resets_disables_and_ends() {
    let service = Running::start(&["--sessions", "sqlite"]);
    let ann = service.register("ann");
    let stands = |login: &crate::client::Answer| {
        service.send(&get("/auth/sessions").bearer(&login.text("access_token"))).status
    };
    let end = |words: &[&str], input: &str| {
        assert_eq!(command(&service, words, input), ENDS);
        wait_for_ends(&service, 1);
    };
    end(&["reset-password", "ann"], &format!("{NEW}\n"));
    assert_eq!(stands(&ann), 401);
    service.login("ann", PASSWORD).is(401);
    let ann = service.login("ann", &service.secret(NEW));
    assert_eq!(stands(ann.is(200)), 200);

    end(&["disable", "ann"], "");
    assert_eq!(stands(&ann), 401);
    service.login("ann", NEW).is_problem(401, "Unauthorized", "Wrong name or password");
    end(&["enable", "ann"], "");
    let ann = service.login("ann", NEW);
    ann.is(200);

    end(&["end-sessions", "ann"], "");
    assert_eq!(stands(&ann), 401);
    let ann = service.login("ann", NEW);
    assert_eq!(
        command(&service, &["end-everybody", "--sessions", "sqlite"], ""),
        "1 sessions ended\n"
    );
    assert_eq!(stands(&ann), 401);
    assert_eq!(command(&service, &["purge", "--sessions", "sqlite"], ""), "0 rows removed\n");
    assert_eq!(
        command(&service, &["disable", "bob"], ""),
        "jwt-pair-service: there is no account bob\n"
    );
    let short = command(&service, &["reset-password", "ann"], "short\n");
    assert_eq!(short, "jwt-pair-service: A password has 12 to 1024 bytes\n");
}

/// No other process reaches these sessions. The service sees in its accounts that they are to end.
#[test]
fn an_operator_ends_sessions_in_memory() {
    let service = Running::start(&[]);
    let ann = service.register("ann");
    let told = command(&service, &["--sessions", "memory", "end-sessions", "ann"], "");
    assert_eq!(told, ENDS);
    // A refresh would end the session by itself. This asks for its row alone, and waits for the end.
    let stands = || service.send(&get("/auth/sessions").bearer(&ann.text("access_token"))).status;
    let begin = Instant::now();
    while stands() == 200 {
        assert!(begin.elapsed() < Duration::from_secs(60), "the session still stands");
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(stands(), 401);
}

#[test]
fn a_backup_is_a_service_of_its_own() {
    let service = Running::start(&["--sessions", "sqlite"]);
    let token = service.register("ann").refresh_token().expect("a token");
    let place = service.path("copy");
    let place = place.to_str().expect("UTF-8");
    let told = command(&service, &["backup", place], "");
    assert!(told.starts_with("copied to "), "{told}");
    let directory = tempfile::tempdir().expect("a directory");
    for name in ["accounts.db", "sessions.db", "keys"] {
        std::fs::copy(service.path("copy").join(name), directory.path().join(name))
            .expect("a copy");
    }
    let restored = Running::start_in(directory, &["--sessions", "sqlite"]);
    restored.login("ann", PASSWORD).is(200);
    restored.send(&post("/auth/refresh").page().cookie(&token)).is(200);
    let again = command(&service, &["backup", place], "");
    assert!(again.contains("File exists"), "{again}");
}
