//! What is logged: the faults that a client is not told, the cookie of development, and no token.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use jwt_pair_axum::AuthPolicy;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::with_default;
use tracing::{Event, Metadata, Subscriber};

use crate::common::{ALL_STEPS, FOR_THE_LOG, LATER, LookUp, World};

const THIS_CRATE: &str = "jwt_pair_axum";

/// Writes each event of these targets as a line.
struct Log {
    targets: &'static str,
    lines: Arc<Mutex<String>>,
}

struct Line<'a>(&'a mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with(self.targets)
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut log = self.lines.lock().unwrap();
        write!(log, "{}", event.metadata().level()).unwrap();
        event.record(&mut Line(&mut log));
        log.push('\n');
    }

    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// What is logged by targets of this beginning while this runs.
pub(crate) fn logged(targets: &'static str, work: impl FnOnce()) -> String {
    let lines = Arc::new(Mutex::new(String::new()));
    with_default(Log { targets, lines: Arc::clone(&lines) }, work);
    lines.lock().unwrap().clone()
}

#[test]
fn the_cookie_of_development_is_logged_as_a_warning() {
    let log = logged(THIS_CRATE, || {
        let _ = AuthPolicy::new().development_cookie();
    });
    let expected =
        "WARN message=the cookie has no prefix and is not Secure: for development alone\n";
    assert_eq!(log, expected);
    assert_eq!(logged(THIS_CRATE, || drop(AuthPolicy::new())), "");
}

/// What the store and the look-up said is for the log alone. That no token is in it, whatever is
/// sent, the property asserts.
#[test]
fn a_failure_is_logged_with_its_cause_and_nothing_else_is_logged() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let log = logged(THIS_CRATE, || {
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
            world.look_up_says(LookUp::SaysTooMuch);
            world.refresh(&browser.refresh).await.assert_problem(500, None, None, None);
            world.look_up_says(LookUp::IsThere);
            world.logout(&browser.refresh).await.assert_status(StatusCode::NO_CONTENT);
        });
    });
    let message = "message=an answer with status";
    let expected = format!(
        "WARN {message} 503 error=\"the session store did not answer: {FOR_THE_LOG}\"\n\
         WARN {message} 503 error=\"the look-up of the user: {FOR_THE_LOG}\"\n\
         ERROR {message} 500 error=\"the token would be too long to be read: 12219 bytes of 8192\"\n"
    );
    assert_eq!(log, expected);
}
