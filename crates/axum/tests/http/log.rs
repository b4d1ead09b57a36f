//! What is logged: the faults that a client is not told, the cookie of development, and no token.

use std::cell::RefCell;
use std::fmt::{self, Write as _};
use std::sync::Once;

use axum::http::StatusCode;
use jwt_pair_axum::AuthPolicy;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::set_global_default;
use tracing::{Event, Metadata, Subscriber};

use crate::common::{ALL_STEPS, FOR_THE_LOG, LATER, LookUp, World};

const THIS_CRATE: &str = "jwt_pair_axum";

thread_local! {
    /// What this thread wants to see: the beginning of the targets, and their lines so far.
    static WANTED: RefCell<Option<(&'static str, String)>> = const { RefCell::new(None) };
}

/// Writes each event as a line, if its thread wants to see it. There is one for the whole process:
/// `tracing` asks one time for each place in the code, on any thread, whether its events are wanted.
struct Log;

struct Line<'a>(&'a mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        WANTED.with_borrow_mut(|wanted| {
            let Some((targets, log)) = wanted else { return };
            if event.metadata().target().starts_with(*targets) {
                write!(log, "{}", event.metadata().level()).unwrap();
                event.record(&mut Line(log));
                log.push('\n');
            }
        });
    }

    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// What this thread logs, for targets of this beginning, while this runs.
pub(crate) fn logged(targets: &'static str, work: impl FnOnce()) -> String {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        set_global_default(Log).unwrap();
        // A place that another thread came to in between was told that nobody listens.
        tracing::callsite::rebuild_interest_cache();
    });
    WANTED.set(Some((targets, String::new())));
    work();
    WANTED.take().unwrap().1
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
