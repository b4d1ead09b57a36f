//! Hashes of passwords, and who may read them.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use crate::running::Running;

const FILES: [&str; 6] =
    ["accounts.db", "accounts.db-wal", "accounts.db-shm", "sessions.db", "sessions.db-wal", "keys"];

#[track_caller]
fn has_mode(path: &Path, expected: u32) {
    let mode = std::fs::metadata(path).expect("a file").permissions().mode() & 0o777;
    assert_eq!(mode, expected, "{}: {mode:o}", path.display());
}

/// As with files that were restored from elsewhere.
#[test]
fn the_rights_of_others_to_a_database_are_taken() {
    let service = Running::start(&["--sessions", "sqlite"]);
    service.register("ann");
    for name in FILES {
        has_mode(&service.path(name), 0o600);
    }
    let directory = service.into_directory();
    for name in ["accounts.db", "sessions.db", "accounts.db-wal", "sessions.db-wal"] {
        let path = directory.path().join(name);
        if !path.exists() {
            std::fs::write(&path, "").expect("written");
        }
        std::fs::set_permissions(&path, Permissions::from_mode(0o644)).expect("a mode");
    }
    let service = Running::start_in(directory, &["--sessions", "sqlite"]);
    service.login("ann", crate::running::PASSWORD).is(200);
    for name in FILES {
        has_mode(&service.path(name), 0o600);
    }
}

#[test]
fn a_directory_that_is_made_and_a_backup_are_private() {
    let directory = tempfile::tempdir().expect("a directory");
    let made = directory.path().join("made");
    let data = made.to_str().expect("UTF-8");
    let service = Running::start(&["--sessions", "sqlite"]);
    service.register("ann");
    let args = ["jwt-pair-service", "--data", data, "--listen", "127.0.0.1:0"];
    let args = jwt_pair_service::config::read(args.map(Into::into)).expect("settings");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    drop(runtime.block_on(jwt_pair_service::run::Service::open(args)).expect("a service"));
    has_mode(&made, 0o700);

    let copy = service.path("copy");
    let done = Command::new("sh")
        .args(["-c", r#"umask 022; exec "$@""#, "sh", env!("CARGO_BIN_EXE_jwt-pair-service")])
        .arg("--data")
        .arg(service.directory.path())
        .arg("backup")
        .arg(&copy)
        .output()
        .expect("the program");
    assert!(done.status.success(), "{done:?}");
    has_mode(&copy, 0o700);
    for name in ["accounts.db", "sessions.db", "keys"] {
        has_mode(&copy.join(name), 0o600);
    }
}
