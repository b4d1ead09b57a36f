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

use jwt_pair::{Identity, Key, PairIssuer, PairPolicy, PrivateClaims, UnixTime};
use jwt_pair_sessions::{MemoryStore, Refreshed, SessionError, SessionPolicy, Sessions};

type Service = Sessions<MemoryStore>;
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
    let service = Sessions::new(issuer, MemoryStore::new(), SessionPolicy::new());

    writeln!(out, "A login. The password was right, and the session gets a name of its own.")?;
    let start = at(0);
    let laptop = Identity::new(123, "customer", "5f2b9c");
    let pair = block_on(service.start(&laptop, "Firefox on Linux", start))?;
    let first = pair.refresh.token;
    show(out, &service, "the browser gets", &first)?;

    writeln!(out, "\nA refresh, when the access token has expired after 15 minutes.")?;
    let second = rotated(refresh(&service, &first, at(15 * MINUTE))?)?;
    show(out, &service, "the browser gets", &second)?;

    writeln!(out, "\nTwo tabs at once: both show the same token, one is first.")?;
    let third = rotated(refresh(&service, &second, at(30 * MINUTE))?)?;
    show(out, &service, "one tab gets", &third)?;
    let same = replayed(refresh(&service, &second, at(30 * MINUTE))?)?;
    show(out, &service, "the other gets", &same)?;
    must(same == third, "the two tabs hold the same token, byte for byte")?;

    writeln!(out, "\nA lost response: the train was in a tunnel. The browser asks again.")?;
    let lost = rotated(refresh(&service, &third, at(45 * MINUTE))?)?;
    show(out, &service, "lost on the way", &lost)?;
    let fourth = replayed(refresh(&service, &third, at(45 * MINUTE + 20))?)?;
    show(out, &service, "20 seconds later", &fourth)?;
    must(fourth == lost, "the retry gives what was lost")?;

    writeln!(out, "\nA theft: somebody has copied the third token, and comes a minute later.")?;
    let stolen = refresh(&service, &third, at(46 * MINUTE));
    refused(out, "the thief gets", stolen, &SessionError::Reuse)?;
    let own = refresh(&service, &fourth, at(60 * MINUTE));
    refused(out, "the browser gets", own, &SessionError::Revoked)?;
    writeln!(out, "  The session is over for both: the user logs in again, the thief cannot.")?;

    writeln!(out, "\nTwo more logins, and the account page.")?;
    let phone = Identity::new(123, "customer", "c07d1e");
    let on_phone = block_on(service.start(&phone, "Phone", at(61 * MINUTE)))?;
    let laptop = Identity::new(123, "customer", "9a4411");
    block_on(service.start(&laptop, "Firefox on Linux, again", at(62 * MINUTE)))?;
    list(out, &service, at(62 * MINUTE))?;

    writeln!(out, "\nA logout on the phone counts at once for those who ask.")?;
    let access = service.issuer().verify_access(&on_phone.access.token, at(63 * MINUTE))?;
    block_on(service.check(&access, at(63 * MINUTE)))?;
    must(block_on(service.revoke("c07d1e", at(63 * MINUTE)))?, "there was a session to end")?;
    let checked = block_on(service.check(&access, at(63 * MINUTE)));
    must(checked == Err(SessionError::Revoked), "the access token counts no more")?;
    let late = refresh(&service, &on_phone.refresh.token, at(64 * MINUTE));
    refused(out, "the phone gets", late, &SessionError::Revoked)?;
    list(out, &service, at(64 * MINUTE))?;

    writeln!(out, "\nA new password ends all sessions of the user.")?;
    let ended = block_on(service.revoke_user(&123.into(), at(65 * MINUTE)))?;
    writeln!(out, "  ended: {ended}")?;
    list(out, &service, at(65 * MINUTE))
}

/// What a service does when a refresh token comes in.
fn refresh(
    service: &Service,
    token: &str,
    now: UnixTime,
) -> core::result::Result<Refreshed, SessionError<core::convert::Infallible>> {
    // Is it genuine and in time? This asks no store.
    let claims = service.issuer().verify_refresh(token, now)?;
    // What is the user today? Here a service looks `claims.user_id` up.
    let user_type = "customer";
    // Does its session still stand, and is it the newest? One step of the store.
    block_on(service.refresh(&claims, user_type, &PrivateClaims::default(), now))
}

fn rotated(refreshed: Refreshed) -> Result<String> {
    must(matches!(refreshed, Refreshed::Rotated(_)), "the session has a new token")?;
    Ok(refreshed.into_pair().refresh.token)
}

fn replayed(refreshed: Refreshed) -> Result<String> {
    must(matches!(refreshed, Refreshed::Replayed(_)), "the token was given out before")?;
    Ok(refreshed.into_pair().refresh.token)
}

/// What is refused: the message that a client may see, and the reason, which is for the log.
fn refused(
    out: &mut impl io::Write,
    who: &str,
    result: core::result::Result<Refreshed, SessionError<core::convert::Infallible>>,
    expected: &SessionError<core::convert::Infallible>,
) -> Result<()> {
    let Err(error) = result else { return Err("a pair was given out, which must not be".into()) };
    must(&error == expected, "this was refused for another reason")?;
    writeln!(out, "  {who:<16}  {} ({error})", error.public_message())?;
    Ok(())
}

/// A refresh token by its number and its last characters, which is all that tells it from others.
fn show(out: &mut impl io::Write, service: &Service, who: &str, token: &str) -> Result<()> {
    let claims = service.issuer().verify_refresh(token, at(0))?;
    let jti = claims.jti.unwrap_or_default();
    let end = token.get(token.len().saturating_sub(8)..).unwrap_or_default();
    writeln!(out, "  {who:<16}  {jti}  ...{end}")?;
    Ok(())
}

fn list(out: &mut impl io::Write, service: &Service, now: UnixTime) -> Result<()> {
    let sessions = block_on(service.list(&123.into(), now))?;
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
