//! The life of sessions: a login, a refresh, two tabs at once, a lost response, a theft, a logout.
//!
//! ```sh
//! cargo run -p jwt-pair-sessions --example sessions
//! ```
//!
//! Time is an argument everywhere, so a week passes here in no time. A service asks its clock for
//! each request, by `UnixTime::now()`. Exits with 1 if anything goes otherwise than shown here.

use core::error::Error;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use std::io::{self, Write as _};
use std::process::ExitCode;

use jwt_pair::{Key, PairIssuer, PairPolicy, UnixTime};
use jwt_pair_sessions::{
    EndReason, List, Login, MemoryStore, Refreshed, Renewal, SessionError, SessionPolicy, Sessions,
};

type Service = Sessions<MemoryStore>;
type Refused = SessionError<core::convert::Infallible>;
type Result<T> = core::result::Result<T, Box<dyn Error>>;

const MINUTE: u64 = 60;

fn main() -> ExitCode {
    match run(&mut io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // There is nobody left to tell when standard error cannot be written.
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(out: &mut impl io::Write) -> Result<()> {
    let key = Key::new(b"32 random bytes: openssl rand -hex 32")?;
    let issuer = PairIssuer::new(key.into(), PairPolicy::new());
    let service = Sessions::new(issuer, MemoryStore::new(), SessionPolicy::new())?;

    writeln!(out, "A login. The password was right, and the session gets a random name.")?;
    let laptop = Login::new(123, "customer").label("Firefox on Linux");
    let started = block_on(service.start(&laptop, at(0)))?;
    let first = started.pair.refresh.token;
    show(out, &service, "the browser gets", &first)?;

    writeln!(out, "\nA refresh a minute later: the page was loaded again.")?;
    let kept = refresh(&service, &first, at(MINUTE))?;
    must(kept.refresh().is_none(), "the browser keeps the token that it has")?;
    writeln!(out, "  the browser gets  an access token, and no cookie")?;

    writeln!(out, "\nA refresh when the access token has expired after 15 minutes.")?;
    let second = rotated(refresh(&service, &first, at(15 * MINUTE))?)?;
    show(out, &service, "the browser gets", &second)?;

    writeln!(out, "\nTwo tabs at once: both show the same token, one is first.")?;
    let third = rotated(refresh(&service, &second, at(30 * MINUTE))?)?;
    show(out, &service, "one tab gets", &third)?;
    let same = repeated(refresh(&service, &second, at(30 * MINUTE))?)?;
    show(out, &service, "the other gets", &same)?;
    must(same == third, "the two tabs hold the same token, byte for byte")?;

    writeln!(out, "\nA lost response: the train was in a tunnel. The browser asks again.")?;
    let lost = rotated(refresh(&service, &third, at(45 * MINUTE))?)?;
    show(out, &service, "lost on the way", &lost)?;
    let fourth = repeated(refresh(&service, &third, at(49 * MINUTE))?)?;
    show(out, &service, "4 minutes later", &fourth)?;
    must(fourth == lost, "the retry gives what was lost")?;

    writeln!(out, "\nA theft: somebody has copied the third token, and comes too late.")?;
    let stolen = refresh(&service, &third, at(50 * MINUTE));
    over(out, "the thief gets", stolen, EndReason::Reuse)?;
    let own = refresh(&service, &fourth, at(60 * MINUTE));
    over(out, "the browser gets", own, EndReason::Reuse)?;
    writeln!(out, "  The session is over for both: the user logs in again, the thief cannot.")?;

    writeln!(out, "\nThree more logins, and the account page.")?;
    let phone =
        block_on(service.start(&Login::new(123, "customer").label("Phone"), at(61 * MINUTE)))?;
    let laptop = block_on(service.start(&laptop, at(62 * MINUTE)))?;
    block_on(service.start(&Login::new(123, "customer").label("Library"), at(62 * MINUTE)))?;
    list(out, &service, at(62 * MINUTE))?;

    writeln!(out, "\nA logout on the phone counts at once for those who ask.")?;
    let access = service.issuer().verify_access(&phone.pair.access.token, at(63 * MINUTE))?;
    block_on(service.check(&access, at(63 * MINUTE)))?;
    let logout = service.logout(&phone.pair.refresh.token, at(63 * MINUTE));
    must(block_on(logout)?, "there was a session to end")?;
    let checked = block_on(service.check(&access, at(63 * MINUTE)));
    must(checked.is_err(), "the access token counts no more")?;
    let late = refresh(&service, &phone.pair.refresh.token, at(64 * MINUTE));
    over(out, "the phone gets", late, EndReason::Logout)?;

    writeln!(out, "\nThe user has forgotten the library, and ends all others from the laptop.")?;
    let keep = &laptop.session.session_id;
    let ended = block_on(service.revoke_others(&123.into(), keep, at(65 * MINUTE)))?;
    writeln!(out, "  ended: {ended}")?;
    list(out, &service, at(65 * MINUTE))?;

    writeln!(out, "\nA new password ends all sessions of the user.")?;
    let ended = block_on(service.revoke_user(&123.into(), at(66 * MINUTE)))?;
    writeln!(out, "  ended: {ended}")?;
    list(out, &service, at(66 * MINUTE))
}

/// What a service does when a refresh token comes in.
fn refresh(
    service: &Service,
    token: &str,
    now: UnixTime,
) -> core::result::Result<Refreshed, Refused> {
    // Is it genuine and in time? This asks no store.
    let claims = service.issuer().verify_refresh(token, now)?;
    // What is the user today? Here a service looks `claims.user_id` up.
    let renewal = Renewal::new("customer");
    // Does its session still stand, and is it the newest? One step of the store.
    block_on(service.refresh(&claims, &renewal, now))
}

fn rotated(refreshed: Refreshed) -> Result<String> {
    match refreshed {
        Refreshed::Rotated(pair) => Ok(pair.refresh.token),
        _ => Err("this does not hold: the session has a new token".into()),
    }
}

fn repeated(refreshed: Refreshed) -> Result<String> {
    match refreshed {
        Refreshed::Repeated(pair) => Ok(pair.refresh.token),
        _ => Err("this does not hold: the token was given out before".into()),
    }
}

/// What is refused: the message that a client may see, and the reason, which is for the log.
fn over(
    out: &mut impl io::Write,
    who: &str,
    result: core::result::Result<Refreshed, Refused>,
    expected: EndReason,
) -> Result<()> {
    let Err(error) = result else { return Err("tokens were given out, which must not be".into()) };
    must(error.reason() == Some(expected.as_str()), "this was refused for another reason")?;
    writeln!(out, "  {who:<16}  {} {} ({error})", error.http_status(), error.public_message())?;
    Ok(())
}

/// A refresh token by its number and its last characters, which is all that tells it from others.
fn show(out: &mut impl io::Write, service: &Service, who: &str, token: &str) -> Result<()> {
    let claims = service.issuer().verify_refresh(token, at(0))?;
    let number = jwt_pair_sessions::shown(&claims)?.generation;
    let end = token.get(token.len().saturating_sub(8)..).unwrap_or_default();
    writeln!(out, "  {who:<16}  number {number}  ...{end}")?;
    Ok(())
}

fn list(out: &mut impl io::Write, service: &Service, now: UnixTime) -> Result<()> {
    let page = List { user_id: &123.into(), after: None, limit: 20.try_into()?, now };
    let sessions = block_on(service.list(&page))?.sessions;
    writeln!(out, "  sessions of user 123: {}", sessions.len())?;
    for session in sessions {
        let minutes = now.as_secs().saturating_sub(session.started_at.as_secs()) / MINUTE;
        writeln!(out, "    {}, since {minutes} min ago", session.label)?;
    }
    Ok(())
}

fn must(holds: bool, what: &str) -> Result<()> {
    if holds { Ok(()) } else { Err(format!("this does not hold: {what}").into()) }
}

/// So many seconds after the login.
const fn at(seconds: u64) -> UnixTime {
    UnixTime::from_secs(1_700_000_000_u64.saturating_add(seconds))
}

/// The store in memory never waits. A service has a runtime, and writes `.await`.
fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}
