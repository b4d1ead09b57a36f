//! What the hook of the sessions is told of requests.

use axum::http::{Method, StatusCode};
use jwt_pair_sessions::{EndReason, EventKind};

use crate::common::{ALL_STEPS, LATER, World, ask, page};

#[tokio::test]
async fn the_hook_is_told_of_each_login_refresh_theft_and_logout() {
    let world = World::new();
    let expect = |expected: &[EventKind]| {
        let told: Vec<EventKind> = world.events.lock().unwrap().drain(..).collect();
        assert_eq!(told, expected);
    };
    let ended = |why, sessions| EventKind::Ended { why, sessions };
    let browser = world.log_in(123).await;
    expect(&[EventKind::Started]);
    world.refresh(&browser.refresh).await.assert_status(StatusCode::OK);
    expect(&[EventKind::Kept]);
    world.pass(LATER);
    world.refresh(&browser.refresh).await.assert_status(StatusCode::OK);
    expect(&[EventKind::Rotated]);
    world.refresh(&browser.refresh).await.assert_status(StatusCode::OK);
    expect(&[EventKind::Repeated]);
    world.pass(LATER);
    world.refresh(&browser.refresh).await.assert_invalid(Some("stolen"));
    expect(&[EventKind::Reuse]);

    let browser = world.log_in(123).await;
    let next = world.log_in_from(page(Method::POST, "/login").cookie(&browser.refresh), 123).await;
    expect(&[EventKind::Started, ended(EndReason::Logout, 1), EventKind::Started]);
    world.logout(&next.refresh).await.assert_status(StatusCode::NO_CONTENT);
    expect(&[ended(EndReason::Logout, 1)]);
    world.refresh(&next.refresh).await.assert_invalid(Some("ended"));
    expect(&[EventKind::Revoked]);
    let browser = world.log_in(123).await;
    let request = ask(Method::POST, "/auth/sessions/end-all").bearer(&browser.access);
    world.send(request).await.assert_status(StatusCode::NO_CONTENT);
    expect(&[EventKind::Started, EventKind::Checked, ended(EndReason::All, 1)]);
    world.store_is_away(ALL_STEPS);
    world.refresh(&browser.refresh).await.assert_unavailable();
    expect(&[EventKind::Unavailable]);
}
