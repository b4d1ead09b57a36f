//! Which credential opens what.

use axum::http::{Method, StatusCode};

use crate::common::{World, ask, page};

/// The routes that take an access token.
pub(crate) const WITH_ACCESS: [(Method, &str); 4] = [
    (Method::GET, "/sessions"),
    (Method::DELETE, "/sessions/some"),
    (Method::POST, "/sessions/end-others"),
    (Method::POST, "/sessions/end-all"),
];

#[tokio::test]
async fn the_refresh_cookie_opens_refresh_and_logout_only() {
    let world = World::new();
    let browser = world.log_in(123).await;
    for (method, path) in WITH_ACCESS {
        for prefix in ["/auth", "/token"] {
            let path = format!("{prefix}{path}");
            let answer = world.send(page(method.clone(), &path).cookie(&browser.refresh)).await;
            answer.assert_no_credentials();
        }
    }
    world.send(page(Method::GET, "/me").cookie(&browser.refresh)).await.assert_no_credentials();
    assert!(world.stands(&browser).await);
    world.refresh(&browser.refresh).await.assert_status(StatusCode::OK);
    world.logout(&browser.refresh).await.assert_status(StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_refresh_token_is_no_access_token_nor_the_other_way_round() {
    let world = World::new();
    let browser = world.log_in(123).await;
    for (method, path) in WITH_ACCESS {
        let request = ask(method, &format!("/auth{path}")).bearer(&browser.refresh);
        world.send(request).await.assert_invalid(None);
    }
    world.refresh(&browser.access).await.assert_invalid(None);
    let request = page(Method::POST, "/auth/refresh").bearer(&browser.access);
    world.send(request).await.assert_no_credentials();
}

#[tokio::test]
async fn refresh_and_logout_are_post_and_nothing_else() {
    let world = World::new();
    let browser = world.log_in(123).await;
    for method in [Method::GET, Method::HEAD, Method::PUT, Method::PATCH, Method::DELETE] {
        for path in ["/auth/refresh", "/auth/logout", "/token/refresh", "/token/logout"] {
            let answer = world.send(page(method.clone(), path).cookie(&browser.refresh)).await;
            answer.assert_status(StatusCode::METHOD_NOT_ALLOWED);
            assert_eq!(answer.header("allow"), Some("POST"));
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            assert_eq!(answer.cookie(), None);
        }
    }
    assert!(world.stands(&browser).await);
}

#[tokio::test]
async fn an_access_token_of_an_ended_session_opens_no_route() {
    let world = World::new();
    let (browser, other) = (world.log_in(123).await, world.log_in(123).await);
    world.logout(&browser.refresh).await.assert_status(StatusCode::NO_CONTENT);
    for (method, path) in WITH_ACCESS {
        let request = ask(method, &format!("/auth{path}")).bearer(&browser.access);
        world.send(request).await.assert_invalid(None);
    }
    assert!(world.stands(&other).await);
}

#[tokio::test]
async fn a_user_sees_own_sessions_and_ends_one() {
    let world = World::new();
    let first = world.log_in(123).await;
    world.pass(5);
    let (second, of_another) = (world.log_in(123).await, world.log_in(456).await);
    let list = world.send(ask(Method::GET, "/auth/sessions").bearer(&second.access)).await;
    list.assert_status(StatusCode::OK);
    let (started_first, started_second) = (1_000_000, 1_000_005);
    let row = |browser: &crate::common::Browser, started: u64, current: bool| {
        jwt_pair::serde_json::json!({
            "session_id": browser.session_id,
            "label": "Firefox on Linux",
            "started_at": started,
            "rotated_at": started,
            "expires_at": started + crate::common::WEEK,
            "current": current,
        })
    };
    let expected = [row(&first, started_first, false), row(&second, started_second, true)];
    assert_eq!(list.body()["sessions"].as_array().unwrap(), &expected);

    let end =
        |id: &str| ask(Method::DELETE, &format!("/auth/sessions/{id}")).bearer(&second.access);
    world.send(end(&of_another.session_id)).await.assert_problem(404, None, None, None);
    world.send(end("none")).await.assert_problem(404, None, None, None);
    world.send(end("%00")).await.assert_problem(404, None, None, None);
    world.send(end("%ff")).await.assert_problem(404, None, None, None);
    assert!(world.stands(&of_another).await);
    world.send(end(&first.session_id)).await.assert_status(StatusCode::NO_CONTENT);
    assert!(!world.stands(&first).await);
    world.send(end(&first.session_id)).await.assert_problem(404, None, None, None);
    world.refresh(&first.refresh).await.assert_invalid(Some("ended"));
}

#[tokio::test]
async fn a_user_ends_all_other_sessions_or_all() {
    let world = World::new();
    let browsers = [world.log_in(123).await, world.log_in(123).await, world.log_in(123).await];
    let of_another = world.log_in(456).await;
    let [first, second, third] = &browsers;
    let request = ask(Method::POST, "/auth/sessions/end-others").bearer(&first.access);
    let answer = world.send(request).await;
    answer.assert_status(StatusCode::OK);
    assert_eq!(answer.body()["ended"], 2);
    assert!(world.stands(first).await);
    assert!(!world.stands(second).await);
    world.refresh(&third.refresh).await.assert_invalid(Some("ended"));

    let request = ask(Method::POST, "/token/sessions/end-all").bearer(&first.access);
    let answer = world.send(request).await;
    answer.assert_status(StatusCode::NO_CONTENT);
    assert_eq!(answer.cookie(), None, "only logout clears the cookie");
    assert!(!world.stands(first).await);
    assert!(world.stands(&of_another).await);
}

#[tokio::test]
async fn a_long_list_is_whole_up_to_a_thousand() {
    let world = World::new();
    let browser = world.log_in(123).await;
    let (sessions, now) = (world.auth.sessions(), world.auth.now().unwrap());
    let mut all = 1;
    for (more, listed) in [(99, 100), (1, 101), (898, 999), (1, 1_000), (200, 1_000)] {
        for _ in 0..more {
            sessions.start(&jwt_pair_sessions::Login::new(123, "customer"), now).await.unwrap();
        }
        all += more;
        let list = world.send(ask(Method::GET, "/auth/sessions").bearer(&browser.access)).await;
        let body = list.body();
        let mut ids: Vec<_> = body["sessions"].as_array().unwrap().iter().collect();
        assert_eq!(ids.len(), listed, "of {all}");
        ids.sort_by_key(|row| row["session_id"].to_string());
        ids.dedup_by_key(|row| row["session_id"].to_string());
        assert_eq!(ids.len(), listed, "of {all}");
    }
}
