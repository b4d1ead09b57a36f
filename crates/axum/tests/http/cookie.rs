//! How the cookie is set, and what touches it.

use axum::http::{Method, StatusCode};
use jwt_pair::serde_json::json;
use jwt_pair_axum::{COOKIE_NAME, DEVELOPMENT_COOKIE_NAME};
use jwt_pair_sessions::SessionPolicy;

use crate::common::{ALL_STEPS, DAY, LATER, LookUp, Step, WEEK, World, ask, page, policy};

#[tokio::test]
async fn the_cookie_is_for_this_host_alone_and_no_script() {
    let world = World::new();
    let login = world.send(page(Method::POST, "/login").json(&json!({}))).await;
    let token = login.cookie().unwrap();
    assert_eq!(
        login.header("set-cookie").unwrap(),
        format!("{COOKIE_NAME}={token}; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age={WEEK}")
    );
    assert_eq!(COOKIE_NAME, "__Host-Http-refresh");
    assert!(!String::from_utf8_lossy(&login.bytes).contains(&token));
}

#[tokio::test]
async fn the_cookie_lives_as_long_as_the_token() {
    let day = std::time::Duration::from_secs(24 * 60 * 60);
    let world = World::with(policy(), SessionPolicy::new().max_lifetime(day).unwrap());
    let browser = world.log_in(123).await;
    world.pass(LATER);
    let answer = world.refresh(&browser.refresh).await;
    let left = 24 * 60 * 60 - LATER;
    assert!(answer.header("set-cookie").unwrap().ends_with(&format!("; Max-Age={left}")));
    assert_eq!(answer.body()["refresh_expires_in"], left);
}

#[tokio::test]
async fn in_development_the_cookie_has_no_prefix() {
    let world = World::with(policy().development_cookie(), SessionPolicy::new());
    let login = world.send(page(Method::POST, "/login").json(&json!({}))).await;
    let token = login.cookie().unwrap();
    assert_eq!(
        login.header("set-cookie").unwrap(),
        format!(
            "{DEVELOPMENT_COOKIE_NAME}={token}; HttpOnly; SameSite=Strict; Path=/; Max-Age={WEEK}"
        )
    );
    world.refresh(&token).await.assert_no_credentials();
    let request = page(Method::POST, "/auth/refresh");
    let request = request.header("cookie", format!("{DEVELOPMENT_COOKIE_NAME}={token}"));
    world.send(request).await.assert_status(StatusCode::OK);
}

#[tokio::test]
async fn two_cookies_of_the_name_are_not_used() {
    let world = World::new();
    let browser = world.log_in(123).await;
    let good = format!("{COOKIE_NAME}={}", browser.refresh);
    for path in ["/auth/refresh", "/auth/logout"] {
        for headers in [
            vec![format!("{good}; {good}")],
            vec![format!("{good}; a=b; {COOKIE_NAME}=planted")],
            vec![good.clone(), format!("{COOKIE_NAME}=")],
        ] {
            let request = headers
                .iter()
                .fold(page(Method::POST, path), |request, text| request.header("cookie", text));
            world.send(request).await.assert_no_credentials();
        }
    }
    assert!(world.stands(&browser).await);
}

#[tokio::test]
async fn other_cookies_do_not_hide_the_cookie() {
    let world = World::new();
    let browser = world.log_in(123).await;
    let good = format!("{COOKIE_NAME}={}", browser.refresh);
    for headers in [
        vec![format!("a=b; {good}; c=\"d\"")],
        vec![format!("x{COOKIE_NAME}=y; {good}; {}=z", COOKIE_NAME.to_lowercase())],
        vec!["a=b".to_owned(), good.clone()],
        vec![format!("a=b;{good}")],
        vec![format!("a=b; \t {good} \t; c=d")],
    ] {
        let request = headers.iter().fold(page(Method::POST, "/auth/refresh"), |request, text| {
            request.header("cookie", text)
        });
        world.send(request).await.assert_status(StatusCode::OK);
    }
    let bytes = [b"a=\xff; ; =; b; ", good.as_bytes()].concat();
    let request = page(Method::POST, "/auth/refresh").header("cookie", bytes);
    world.send(request).await.assert_status(StatusCode::OK);
}

/// To a browser a name with such a character before the prefix has no prefix, so a script of another
/// host may set it for this one.
#[tokio::test]
async fn a_name_with_other_white_space_is_another_name() {
    let world = World::new();
    let (victim, thief) = (world.log_in(123).await, world.log_in(456).await);
    let good = format!("{COOKIE_NAME}={}", victim.refresh);
    for space in ["\u{2000}", "\u{a0}", "\u{85}", "\u{3000}", "\u{feff}"] {
        for planted in [
            format!("{space}{COOKIE_NAME}={}", thief.refresh),
            format!("{COOKIE_NAME}{space}={}", thief.refresh),
        ] {
            let send = |path, cookies: &str| {
                world.send(page(Method::POST, path).header("cookie", cookies))
            };
            send("/auth/refresh", &planted).await.assert_no_credentials();
            send("/auth/logout", &planted).await.assert_status(StatusCode::NO_CONTENT);
            for cookies in [format!("{planted}; {good}"), format!("{good}; {planted}")] {
                let answer = send("/auth/refresh", &cookies).await;
                answer.assert_status(StatusCode::OK);
                assert_eq!(answer.text("session_id"), victim.session_id);
            }
        }
    }
    assert!(world.stands(&thief).await);
}

#[tokio::test]
async fn a_cookie_that_is_no_text_is_there_and_is_no_token() {
    let world = World::new();
    let browser = world.log_in(123).await;
    let unreadable = [COOKIE_NAME.as_bytes(), b"=\xff"].concat();
    let post = |path| page(Method::POST, path).header("cookie", &unreadable);
    world.send(post("/auth/refresh")).await.assert_invalid(None);
    world.send(post("/auth/refresh").cookie(&browser.refresh)).await.assert_no_credentials();
    let answer = world.send(post("/auth/logout")).await;
    answer.assert_status(StatusCode::NO_CONTENT);
    assert_eq!(answer.cookie().as_deref(), Some(""));
    for path in ["/app-login", "/token/refresh", "/token/logout"] {
        let request = ask(Method::POST, path).header("cookie", &unreadable);
        world.send(request.json(&json!({ "refresh_token": "x" }))).await.assert_cross_site();
    }
}

#[tokio::test]
async fn kept_sets_no_cookie() {
    let world = World::new();
    let browser = world.log_in(123).await;
    world.pass(60);
    let kept = world.refresh(&browser.refresh).await;
    kept.assert_status(StatusCode::OK);
    assert_eq!(kept.cookie(), None);
    assert_eq!(kept.body()["refresh_expires_in"], WEEK - 60);
    assert_eq!(kept.body()["session_id"], browser.session_id);
    assert_ne!(kept.text("access_token"), browser.access);
}

#[tokio::test]
async fn rotated_and_repeated_set_the_same_cookie() {
    let world = World::new();
    let browser = world.log_in(123).await;
    world.pass(LATER);
    let rotated = world.refresh(&browser.refresh).await;
    let token = rotated.cookie().unwrap();
    assert_ne!(token, browser.refresh);
    world.pass(10);
    let repeated = world.refresh(&browser.refresh).await;
    assert_eq!(repeated.cookie().unwrap(), token);
    assert!(repeated.header("set-cookie").unwrap().ends_with(&format!("Max-Age={}", WEEK - 10)));
    for answer in [rotated, repeated] {
        assert!(!String::from_utf8_lossy(&answer.bytes).contains(&token));
    }
}

#[tokio::test]
async fn a_failure_deletes_no_cookie() {
    let world = World::new();
    let browser = world.log_in(123).await;
    world.pass(LATER);
    world.store_is_away(ALL_STEPS);
    world.refresh(&browser.refresh).await.assert_unavailable();
    world.logout(&browser.refresh).await.assert_unavailable();
    world.store_is_away(&[]);
    world.look_up_says(LookUp::Fails);
    world.refresh(&browser.refresh).await.assert_unavailable();
    world.look_up_says(LookUp::IsGone);
    world.refresh(&browser.refresh).await.assert_invalid(Some("ended"));
    world.look_up_says(LookUp::IsThere);
    world.refresh("garbage").await.assert_invalid(None);
    world.refresh(&browser.refresh).await.assert_status(StatusCode::OK);
}

#[tokio::test]
async fn a_theft_ends_the_session_and_deletes_no_cookie() {
    let world = World::new();
    let browser = world.log_in(123).await;
    world.pass(LATER);
    let current = world.refresh(&browser.refresh).await.cookie().unwrap();
    world.pass(LATER);
    // Each asserts that no cookie is set.
    world.refresh(&browser.refresh).await.assert_invalid(Some("stolen"));
    world.refresh(&current).await.assert_invalid(Some("stolen"));
    assert!(!world.stands(&browser).await);
}

#[tokio::test]
async fn logout_clears_the_cookie() {
    let world = World::new();
    let browser = world.log_in(123).await;
    let cleared = format!("{COOKIE_NAME}=; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=0");
    let requests = [
        page(Method::POST, "/auth/logout").cookie(&browser.refresh),
        page(Method::POST, "/auth/logout").cookie(&browser.refresh),
        page(Method::POST, "/auth/logout"),
        page(Method::POST, "/auth/logout").cookie("garbage"),
        page(Method::POST, "/auth/logout").cookie(""),
        page(Method::POST, "/auth/logout").cookie(&browser.access),
    ];
    for request in requests {
        let answer = world.send(request).await;
        answer.assert_status(StatusCode::NO_CONTENT);
        assert_eq!(answer.header("set-cookie"), Some(cleared.as_str()));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert!(answer.bytes.is_empty());
        assert!(!world.stands(&browser).await);
    }
    world.refresh(&browser.refresh).await.assert_invalid(Some("ended"));
}

#[tokio::test]
async fn logout_takes_any_authentic_token_of_the_session() {
    for between in [LATER, 4 * DAY] {
        let world = World::new();
        let browser = world.log_in(123).await;
        world.pass(between);
        let current = world.refresh(&browser.refresh).await.cookie().unwrap();
        world.pass(between);
        // After eight days the first token has expired, and the session has not.
        world.logout(&browser.refresh).await.assert_status(StatusCode::NO_CONTENT);
        world.refresh(&current).await.assert_invalid(Some("ended"));
    }
}

#[tokio::test]
async fn logout_leaves_the_cookie_while_the_session_stands() {
    let world = World::new();
    let browser = world.log_in(123).await;
    world.store_is_away(&[Step::End]);
    world.logout(&browser.refresh).await.assert_unavailable();
    world.store_is_away(&[]);
    let request = page(Method::POST, "/auth/logout").without("x-requested-with");
    world.send(request.cookie(&browser.refresh)).await.assert_cross_site();
    assert!(world.stands(&browser).await);
    world.logout(&browser.refresh).await.assert_status(StatusCode::NO_CONTENT);
}
