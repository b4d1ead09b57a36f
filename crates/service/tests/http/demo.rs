//! The demonstration.

use std::time::Duration;

use jwt_pair_sessions::{Decision, Refresh, SessionStore as _, ShownToken};
use serde_json::json;

use crate::client::{get, post};
use crate::running::Running;

#[test]
fn the_row_is_shown_and_a_thief_ends_the_session() {
    let service = Running::start(&["--demo", "--window", "0s", "--access-lifetime", "1h"]);
    let ann = service.register("ann");
    let token = ann.text("access_token");
    let row = || service.send(&get("/demo/session").bearer(&token)).json();
    let thief = || service.send(&post("/demo/thief").bearer(&token));
    assert_eq!((&row()["generation"], &row()["ended"]), (&json!(1), &json!(null)));
    thief().is_problem(409, "Conflict", "There is no old token: refresh first");

    let first = ann.refresh_token().expect("a token");
    let second = service.send(&post("/auth/refresh").page().cookie(&first));
    assert_eq!(row()["generation"], 2);
    let stolen = thief();
    let outcome = json!({ "generation": 1, "outcome": "refused", "reason": "reuse" });
    assert_eq!((stolen.status, stolen.json()), (200, outcome));
    assert_eq!(row()["ended"]["why"], "reuse");
    let second = second.refresh_token().expect("a token");
    let victim = service.send(&post("/auth/refresh").page().cookie(&second));
    assert_eq!((victim.status, &victim.json()["reason"]), (401, &json!("stolen")));
}

/// Within the window an old token is repeated. The rotation comes from a step of the store with no
/// window, so that the test waits for none.
#[test]
fn a_thief_within_the_window_is_answered_and_the_answer_shows_no_token() {
    let service = Running::start(&["--demo", "--window", "1h", "--access-lifetime", "1h"]);
    let ann = service.register("ann");
    let token = ann.text("access_token");
    let session_id = ann.text("session_id");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let row = runtime.block_on(service.app.store.load(&session_id)).expect("a store");
    let row = row.expect("a row");
    let step = Refresh {
        session_id: &session_id,
        token: ShownToken { user_id: &row.user_id, generation: 1, iat: row.rotated_at },
        now: row.rotated_at,
        window: Duration::ZERO,
        expires_at: row.expires_at,
        label: None,
    };
    let verdict = runtime.block_on(service.app.store.refresh(&step)).expect("a store");
    assert_eq!(verdict.decision, Decision::Rotate);
    let stolen = service.send(&post("/demo/thief").bearer(&token));
    let outcome = json!({ "generation": 1, "outcome": "repeated", "reason": null });
    assert_eq!((stolen.status, stolen.json()), (200, outcome));
    let row = service.send(&get("/demo/session").bearer(&token)).json();
    assert_eq!((&row["generation"], &row["ended"]), (&json!(2), &json!(null)));
}

#[test]
fn there_is_none_unless_asked_for() {
    let service = Running::start(&[]);
    let token = service.register("ann").text("access_token");
    for request in [get("/demo/session"), post("/demo/thief")] {
        let answer = crate::client::raw(service.address, &request.bearer(&token).bytes());
        answer.is_problem(404, "Not Found", "There is no such route");
    }
    let config = service.send(&get("/config")).json();
    assert_eq!((&config["demo"], &config["access_lifetime"]), (&json!(false), &json!(900)));
    let demo = Running::start(&["--demo"]).send(&get("/config")).json();
    assert_eq!((&demo["access_lifetime"], &demo["window"]), (&json!(20), &json!(5)));
}
