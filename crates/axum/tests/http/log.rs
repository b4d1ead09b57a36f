//! What is logged: the faults that a client is not told, the cookie of development, and no token.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use jwt_pair_axum::AuthPolicy;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::with_default;
use tracing::{Event, Metadata, Subscriber};

use crate::common::{ALL_STEPS, LATER, LookUp, SECRET_OF_STORE, World};

/// Writes each event as a line.
struct Log(Arc<Mutex<String>>);

struct Line<'a>(&'a mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("jwt_pair_axum")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut log = self.0.lock().unwrap();
        write!(log, "{}", event.metadata().level()).unwrap();
        event.record(&mut Line(&mut log));
        log.push('\n');
    }

    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// What is logged while this runs.
fn logged(work: impl FnOnce()) -> String {
    let log = Arc::new(Mutex::new(String::new()));
    with_default(Log(Arc::clone(&log)), work);
    log.lock().unwrap().clone()
}

#[test]
fn the_cookie_of_development_is_logged_as_a_warning() {
    let log = logged(|| {
        let _ = AuthPolicy::new().development_cookie();
    });
    let expected =
        "WARN message=the cookie has no prefix and is not Secure: for development alone\n";
    assert_eq!(log, expected);
    assert_eq!(logged(|| drop(AuthPolicy::new())), "");
}

#[test]
fn a_fault_is_logged_and_no_token() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut tokens = Vec::new();
    let log = logged(|| {
        runtime.block_on(async {
            let world = World::new();
            let browser = world.log_in(123).await;
            world.refresh(&browser.refresh).await.assert_status(StatusCode::OK);
            world.refresh("garbage").await.assert_invalid(None);
            world.refresh(&browser.access).await.assert_invalid(None);
            world.pass(LATER);
            world.store_is_away(ALL_STEPS);
            world.refresh(&browser.refresh).await.assert_unavailable();
            world.store_is_away(&[]);
            world.look_up_says(LookUp::Fails);
            world.refresh(&browser.refresh).await.assert_unavailable();
            world.look_up_says(LookUp::IsThere);
            world.logout(&browser.refresh).await.assert_status(StatusCode::NO_CONTENT);
            tokens.extend([browser.access, browser.refresh]);
        });
    });
    let message = "message=an answer with status 503 error=";
    let expected = format!(
        "WARN {message}\"the session store did not answer: {SECRET_OF_STORE}\"\n\
         WARN {message}\"the look-up of the user: {SECRET_OF_STORE}\"\n"
    );
    assert_eq!(log, expected);
    for token in tokens {
        assert!(!log.contains(&token));
    }
}
