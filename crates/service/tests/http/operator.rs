//! An operator's command cannot know where the service has its sessions.

use jwt_pair_sessions::AnyStore;
use serde_json::json;

use crate::account::{ENDS, command, wait_for_ends};
use crate::client::{get, post};
use crate::running::Running;
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
