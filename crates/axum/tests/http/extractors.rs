//! The extractors and the guard.

use axum::extract::FromRef;
use axum::http::{Method, StatusCode};
use axum::routing::get;
use axum::{Json, Router};
use jwt_pair_axum::{Access, Auth, CheckedAccess, Rights, User};
use jwt_pair_sessions::{AnyStore, MemoryStore, SessionPolicy, Sessions};
use tower::ServiceExt as _;

use crate::common::{Answer, Step, World, ask, issuer, policy};

#[tokio::test]
async fn an_access_token_gives_its_claims() {
    let world = World::new();
    let browser = world.log_in(123).await;
    let me = world.send(ask(Method::GET, "/me").bearer(&browser.access)).await;
    assert_eq!(me.body()["user_id"], 123);
    assert_eq!(me.body()["session_id"], browser.session_id);
    let maybe = world.send(ask(Method::GET, "/maybe").bearer(&browser.access)).await;
    assert_eq!(maybe.bytes, b"123");
}

#[tokio::test]
async fn without_credentials_the_option_is_none() {
    let world = World::new();
    assert_eq!(world.send(ask(Method::GET, "/maybe")).await.bytes, b"nobody");
    let basic = ask(Method::GET, "/maybe").header("authorization", "Basic dTpw");
    assert_eq!(world.send(basic).await.bytes, b"nobody");
}

#[tokio::test]
async fn only_checked_access_asks_the_store() {
    let world = World::new();
    let browser = world.log_in(123).await;
    world.logout(&browser.refresh).await.assert_status(StatusCode::NO_CONTENT);
    let get = |path| ask(Method::GET, path).bearer(&browser.access);
    world.send(get("/me")).await.assert_status(StatusCode::OK);
    world.send(get("/maybe")).await.assert_status(StatusCode::OK);
    world.send(get("/checked")).await.assert_invalid(None);
    world.store_is_away(&[Step::Load]);
    world.send(get("/me")).await.assert_status(StatusCode::OK);
    world.send(get("/checked")).await.assert_unavailable();
}

#[tokio::test]
async fn a_guard_lets_only_those_with_the_right_pass() {
    let world = World::new();
    let token = world.log_in(123).await.access;
    let challenge = Some(r#"Bearer error="insufficient_scope""#);
    for path in ["/customer", "/tenant7", "/writers"] {
        let answer = world.send(ask(Method::GET, path).bearer(&token)).await;
        assert_eq!((answer.status, answer.bytes.as_slice()), (StatusCode::OK, &b"in"[..]));
    }
    for path in ["/admin", "/tenant8", "/deleters"] {
        let answer = world.send(ask(Method::GET, path).bearer(&token)).await;
        answer.assert_problem(403, Some("insufficient_scope"), None, challenge);
        world.send(ask(Method::GET, path)).await.assert_no_credentials();
    }
}

#[tokio::test]
async fn a_guard_asks_for_all_rights_that_it_was_given() {
    let world = World::new();
    let token = world.log_in(123).await.access;
    let (customers, admins) =
        (Rights::new().user_type("customer"), Rights::new().user_type("admin"));
    let tenant = Rights::new().claim("tenant", 7);
    for (rights, status) in [
        ([&customers, &tenant], StatusCode::OK),
        ([&admins, &tenant], StatusCode::FORBIDDEN),
        ([&tenant, &admins], StatusCode::FORBIDDEN),
    ] {
        let guard = rights
            .into_iter()
            .fold(world.auth.guard(), |guard, rights| guard.rights(rights.clone()));
        let app: Router = Router::new().route("/", get(async || "in")).route_layer(guard);
        let answer = app.oneshot(ask(Method::GET, "/").bearer(&token).0).await.unwrap();
        assert_eq!(answer.status(), status, "{rights:?}");
    }
}

/// A state of the service's own.
#[derive(Clone)]
struct OwnState {
    auth: Auth,
}

impl FromRef<OwnState> for Auth {
    fn from_ref(state: &OwnState) -> Self {
        state.auth.clone()
    }
}

#[tokio::test]
async fn what_a_guard_found_is_not_looked_for_again() {
    let world = World::new();
    let token = world.log_in(123).await.access;
    let loads = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counted = std::sync::Arc::clone(&loads);
    let count = move || counted.load(std::sync::atomic::Ordering::SeqCst);
    let sessions = Sessions::new(
        issuer(),
        AnyStore::new(crate::counting::Counting(world.store.clone(), loads)),
        SessionPolicy::new(),
    );
    world.auth.replace_sessions(sessions.unwrap());
    let app = |auth: &Auth| {
        Router::new()
            .route("/checked", get(async |CheckedAccess(claims): CheckedAccess| Json(claims)))
            .route("/access", get(async |Access(claims): Access| Json(claims)))
            .route_layer(auth.guard().checked())
            .with_state(OwnState { auth: auth.clone() })
    };
    let get = |path| ask(Method::GET, path).bearer(&token).0;
    let app = app(&world.auth);
    for path in ["/checked", "/access"] {
        let before = count();
        let answer = Answer::of(app.clone().oneshot(get(path)).await.unwrap()).await;
        answer.assert_status(StatusCode::OK);
        assert_eq!(answer.body()["user_id"], 123);
        assert_eq!(count(), before + 1, "{path}");
    }
}

/// A guard that asked no store does not answer for the store.
#[tokio::test]
async fn a_guard_that_did_not_check_does_not_spare_the_check() {
    let world = World::new();
    let browser = world.log_in(123).await;
    world.logout(&browser.refresh).await.assert_status(StatusCode::NO_CONTENT);
    let app: Router = Router::new()
        .route("/", get(async |_: CheckedAccess| "in"))
        .route_layer(world.auth.guard())
        .with_state(world.auth.clone());
    let request = ask(Method::GET, "/").bearer(&browser.access);
    Answer::of(app.oneshot(request.0).await.unwrap()).await.assert_invalid(None);
}

#[tokio::test]
async fn what_another_guard_found_is_not_taken_over() {
    let world = World::new();
    let token = world.log_in(123).await.access;
    let key = jwt_pair::Key::new(&[9; 32]).unwrap();
    let of_admins = jwt_pair::PairIssuer::new(key.into(), jwt_pair::PairPolicy::new());
    let sessions =
        Sessions::new(of_admins, AnyStore::new(MemoryStore::new()), SessionPolicy::new());
    let admins = Auth::new(sessions.unwrap(), policy(), async |_| Ok(Some(User::new("admin"))));
    let app: Router = Router::new()
        .route("/", get(async |_: Access| "in"))
        .route_layer(world.auth.guard())
        .with_state(admins);
    let answer = app.oneshot(ask(Method::GET, "/").bearer(&token).0).await.unwrap();
    Answer::of(answer).await.assert_invalid(None);
}
