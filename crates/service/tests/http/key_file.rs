//! What is beside the key file, and what the log says of it.

use std::time::Duration;

use crate::keys::wait_for;
use crate::running::{Running, log};

/// A process that was killed has left it. In a container each has the same id.
#[test]
fn a_draft_that_was_left_stops_no_start() {
    let directory = tempfile::tempdir().expect("a directory");
    let draft = directory.path().join(format!("keys.{}", std::process::id()));
    std::fs::write(&draft, "half").expect("written");
    let service = Running::start_in(directory, &[]);
    service.register("ann");
}

/// An alarm that comes every few seconds hides the next one.
#[test]
fn what_is_wrong_with_the_file_is_logged_once() {
    let service = Running::start(&["--key-poll", "10ms"]);
    let path = service.path("keys");
    let text = std::fs::read_to_string(&path).expect("keys");
    let missing = "the old keys stay in force error=there is no key file";
    std::fs::remove_file(&path).expect("removed");
    wait_for(missing);
    // Some more looks.
    std::thread::sleep(Duration::from_millis(300));
    let draft = service.path("draft");
    std::fs::write(&draft, text.replace("access k", "access once")).expect("written");
    #[cfg(unix)]
    {
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        std::fs::set_permissions(&draft, private).expect("a mode");
    }
    std::fs::rename(&draft, &path).expect("moved");
    wait_for("new keys are in force kids=\"once");
    let log = String::from_utf8(log().clone()).expect("UTF-8");
    assert_eq!(log.matches(missing).count(), 1);
}
