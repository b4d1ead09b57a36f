//! A late success overwrites nobody.

use axum::http::{Method, StatusCode};
use axum::response::IntoResponse as _;
use jwt_pair::serde_json::{Value, json};
use jwt_pair_sessions::Login;

use crate::common::{Answer, DAY, LATER, Step, World, page};

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
    for between in [LATER, 4 * DAY] {
        let world = World::new();
        let old = world.log_in(123).await;
        world.pass(between);
        let current = world.refresh(&old.refresh).await.cookie().unwrap();
        world.pass(between);
        // After eight days this token has expired, and the session has not.
        world.log_in_from(page(Method::POST, "/login").cookie(&old.refresh), 123).await;
        world.refresh(&current).await.assert_invalid(Some("ended"));
    }
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
async fn a_login_that_cannot_end_the_old_session_starts_none() {
    let world = World::new();
    let old = world.log_in(123).await;
    world.store_is_away(&[Step::End]);
    let request = page(Method::POST, "/login").cookie(&old.refresh).json(&json!({ "user": 123 }));
    world.send(request).await.assert_unavailable();
    world.store_is_away(&[]);
    assert_eq!(world.session_ids(&old.access).await, [old.session_id]);
}

#[tokio::test]
async fn a_login_that_fails_has_ended_the_old_session() {
    let world = World::new();
    let old = world.log_in(123).await;
    world.store_is_away(&[Step::Insert]);
    let request = page(Method::POST, "/login").cookie(&old.refresh).json(&json!({}));
    world.send(request).await.assert_unavailable();
    world.store_is_away(&[]);
    world.refresh(&old.refresh).await.assert_invalid(Some("ended"));
}

#[tokio::test]
async fn a_login_with_a_name_of_its_own_can_be_tried_again_after_each_failure() {
    let world = World::new();
    let old = world.log_in(123).await;
    let login = Login::new(123, "customer").session_id("chosen-by-the-page");
    let request = page(Method::POST, "/").cookie(&old.refresh).json(&json!({}));
    for step in [[Step::End].as_slice(), &[Step::Insert]] {
        world.store_is_away(step);
        let refused = world.auth.login(request.0.headers(), &login).await.unwrap_err();
        Answer::of(refused.into_response()).await.assert_unavailable();
    }
    world.store_is_away(&[]);
    let new = world.auth.login(request.0.headers(), &login).await.unwrap();
    let new = Answer::of(new).await;
    assert_eq!(new.text("session_id"), "chosen-by-the-page");
    world.refresh(&new.cookie().unwrap()).await.assert_status(StatusCode::OK);
    world.refresh(&old.refresh).await.assert_invalid(Some("ended"));
}
