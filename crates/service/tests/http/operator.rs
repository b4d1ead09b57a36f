//! An operator's command cannot know where the service has its sessions.

#[cfg(target_os = "linux")]
use std::process::Command;

use jwt_pair_sessions::AnyStore;
use serde_json::json;

use crate::account::{ENDS, command, wait_for_ends};
use crate::client::{get, post};
#[cfg(target_os = "linux")]
use crate::program::Program;
use crate::running::Running;
#[cfg(target_os = "linux")]
use crate::running::{PASSWORD, credentials};
use crate::store::TestStore;

/// The service has its store from a place that the command does not see, such as the file of the
/// unit's environment.
#[test]
fn the_service_ends_the_sessions_wherever_they_are() {
    let store = Some(AnyStore::new(TestStore::default()));
    let service = Running::start_on(tempfile::tempdir().expect("a directory"), store, &[]);
    let ann = service.register("ann");
    assert_eq!(command(&service, &["end-sessions", "ann"], ""), ENDS);
    wait_for_ends(&service, 1);
    service.send(&get("/auth/sessions").bearer(&ann.text("access_token"))).is(401);
    let cookie = ann.refresh_token().expect("a token");
    let refused = service.send(&post("/auth/refresh").page().cookie(&cookie));
    assert_eq!((refused.status, &refused.json()["reason"]), (401, &json!("ended")));
    assert!(!service.path("sessions.db").exists(), "the command has made a store of its own");
}

#[test]
fn a_command_that_works_on_the_store_does_not_guess_which_one() {
    let service = Running::start(&[]);
    let file = service.path("sessions.db");
    let place = file.display();
    for name in ["end-everybody", "purge"] {
        assert_eq!(
            command(&service, &[name], ""),
            "jwt-pair-service: --sessions, JWT_PAIR_SESSIONS or the file of --config must name the \
             store of the sessions, as for the service\n"
        );
        assert_eq!(
            command(&service, &[name, "--sessions", "sqlite"], ""),
            format!("jwt-pair-service: {place}: there are no sessions\n")
        );
        assert_eq!(
            command(&service, &[name, "--sessions", "memory"], ""),
            "jwt-pair-service: no command reaches sessions in memory: they end with the service\n"
        );
    }
    let copy = service.path("copy");
    let told = command(&service, &["backup", copy.to_str().expect("UTF-8")], "");
    let expected = format!(
        "copied to {}: accounts and keys, and no sessions in SQLite; after a restore run \
         end-everybody before the service starts\n",
        copy.display()
    );
    assert_eq!(told, expected);
    assert!(!file.exists() && !copy.join("sessions.db").exists());
}

/// After a `kill -9` the logs of the old databases are still there.
#[cfg(target_os = "linux")]
#[test]
fn the_readmes_restore_brings_the_backup_back_and_nothing_else() {
    let directory = tempfile::tempdir().expect("a directory");
    let (data, copy) = (directory.path().join("data"), directory.path().join("copy"));
    let program = Program::start(&data, &[]);
    let ann = credentials("/auth/register", "ann", PASSWORD).send(program.address);
    let token = ann.is(201).refresh_token().expect("a token");
    let bin = env!("CARGO_BIN_EXE_jwt-pair-service");
    let saved = Command::new(bin).arg("--data").arg(&data).arg("backup").arg(&copy).output();
    assert!(saved.expect("the program").status.success());
    credentials("/auth/register", "bob", PASSWORD).send(program.address).is(201);
    program.signal("KILL");
    assert!(!program.end().0.success());
    assert!(std::fs::metadata(data.join("accounts.db-wal")).expect("a log").len() > 0);

    let (_, rest) = include_str!("../../README.md")
        .split_once("```sh\nsystemctl stop jwt-pair-service\n")
        .expect("a restore");
    let (lines, _) = rest.split_once("systemctl start jwt-pair-service\n```").expect("an end");
    let script = lines
        .replace("/var/lib/jwt-pair-service", data.to_str().expect("UTF-8"))
        .replace("/backups/today", copy.to_str().expect("UTF-8"))
        .replace("jwt-pair-service end-everybody", &format!("{bin} end-everybody"));
    let done = Command::new("sh").args(["-ec", &script]).output().expect("a shell");
    assert!(done.status.success(), "{done:?}");
    assert_eq!(done.stdout, b"1 sessions ended\n");

    let program = Program::start(&data, &[]);
    let login = |name: &str| credentials("/auth/login", name, PASSWORD).send(program.address);
    login("ann").is(200);
    login("bob").is(401);
    let old = post("/auth/refresh").page().cookie(&token).send(program.address);
    assert_eq!((old.status, &old.json()["reason"]), (401, &json!("ended")));
}
