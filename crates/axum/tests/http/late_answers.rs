//! A late success overwrites nobody.

use axum::http::{Method, StatusCode};
use jwt_pair::serde_json::{Value, json};

use crate::common::{LATER, Step, World, ask, page};

#[tokio::test]
async fn a_refresh_for_another_session_than_the_page_holds_sets_no_cookie() {
    let world = World::new();
    let (old, new) = (world.log_in(123).await, world.log_in(456).await);
    world.pass(LATER);
    let refresh = |holds: Value| {
        let request = page(Method::POST, "/auth/refresh").cookie(&new.refresh);
        world.send(request.json(&json!({ "session_id": holds })))
    };
    for other in [old.session_id.as_str(), "", "none"] {
        refresh(other.into()).await.assert_problem(409, Some("other_session"), None, None);
    }
    // Nothing was rotated, and a page that was just loaded holds no session.
    let answer = refresh(new.session_id.as_str().into()).await;
    answer.assert_status(StatusCode::OK);
    assert!(answer.cookie().is_some());
    refresh(Value::Null).await.assert_status(StatusCode::OK);
}

#[tokio::test]
async fn a_session_id_that_is_no_text_is_refused() {
    let world = World::new();
    let browser = world.log_in(123).await;
    let request = || page(Method::POST, "/auth/refresh").cookie(&browser.refresh);
    for body in [json!({ "session_id": 1 }), json!([]), json!("text"), json!({ "session_id": {} })]
    {
        world.send(request().json(&body)).await.assert_problem(400, None, None, None);
    }
    for body in ["{", "\u{feff}{}", "{}{}"] {
        let request = request().header("content-type", "application/json").body(body);
        world.send(request).await.assert_problem(400, None, None, None);
    }
    let request = request().header("content-type", "text/plain").body("{}");
    world.send(request).await.assert_problem(415, None, None, None);
}

#[tokio::test]
async fn a_login_ends_the_session_whose_cookie_it_replaces() {
    let world = World::new();
    let (old, elsewhere) = (world.log_in(123).await, world.log_in(123).await);
    let new = world.log_in_from(page(Method::POST, "/login").cookie(&old.refresh), 456).await;
    assert!(!world.stands(&old).await);
    assert!(world.stands(&new).await);
    assert!(world.stands(&elsewhere).await);
}

#[tokio::test]
async fn a_login_ends_the_session_of_a_cookie_that_was_replaced_or_has_expired() {
    let world = World::new();
    let old = world.log_in(123).await;
    world.pass(LATER);
    world.refresh(&old.refresh).await.assert_status(StatusCode::OK);
    world.pass(LATER);
    world.log_in_from(page(Method::POST, "/login").cookie(&old.refresh), 123).await;
    assert!(!world.stands(&old).await);
}

#[tokio::test]
async fn a_login_does_not_mind_a_cookie_that_cannot_be_used() {
    let world = World::new();
    let old = world.log_in(123).await;
    for cookies in [vec!["garbage"], vec![""], vec![&old.refresh, &old.refresh]] {
        let request = cookies
            .iter()
            .fold(page(Method::POST, "/login"), |request, token| request.cookie(token));
        let new = world.log_in_from(request, 123).await;
        assert!(world.stands(&new).await);
    }
    assert!(world.stands(&old).await);
}

#[tokio::test]
async fn a_login_that_cannot_end_the_old_session_is_none() {
    let world = World::new();
    let old = world.log_in(123).await;
    world.store_is_away(&[Step::End]);
    let request = page(Method::POST, "/login").cookie(&old.refresh).json(&json!({}));
    world.send(request).await.assert_unavailable();
    world.store_is_away(&[Step::Insert]);
    let request = page(Method::POST, "/login").cookie(&old.refresh).json(&json!({}));
    world.send(request).await.assert_unavailable();
    world.store_is_away(&[]);
    assert!(world.stands(&old).await);
}

/// Nobody gets the tokens of the new session, so it must not stay in the list of devices.
#[tokio::test]
async fn a_login_that_cannot_end_the_old_session_leaves_no_new_one() {
    let world = World::new();
    let old = world.log_in(123).await;
    world.store_is_away(&[Step::EndOnce]);
    let request = page(Method::POST, "/login").cookie(&old.refresh).json(&json!({ "user": 123 }));
    world.send(request).await.assert_unavailable();
    let list = world.send(ask(Method::GET, "/auth/sessions").bearer(&old.access)).await;
    let body = list.body();
    let ids: Vec<_> =
        body["sessions"].as_array().unwrap().iter().map(|row| &row["session_id"]).collect();
    assert_eq!(ids, [old.session_id.as_str()]);
}
