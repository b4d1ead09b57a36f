//! Sessions without `async` and in a storage of one's own: the decision is a pure function.
//!
//! ```sh
//! cargo run -p jwt-pair-sessions --example sync_sessions
//! ```
//!
//! A refresh is four steps: verify the token, read what it says, take the step on the row, issue the
//! pair of the row. The row must stay as it is during the step. Here a lock is held. With a database
//! it is one transaction, or `UPDATE ... WHERE` all that was read still holds. Exits with 1 if
//! anything goes otherwise than shown here.

use core::error::Error;
use core::time::Duration;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jwt_pair::{Key, PairIssuer, PairPolicy, PrivateClaims, TokenPair, UnixTime};
use jwt_pair_sessions::{Decision, EndReason, Refresh, Renewal, Session, shown};

type Result<T> = core::result::Result<T, Box<dyn Error>>;

const DAY: u64 = 24 * 60 * 60;
/// As the issuer's policy says.
const REFRESH_LIFETIME: Duration = Duration::from_secs(7 * DAY);
const MAX_LIFETIME: Duration = Duration::from_secs(90 * DAY);
const WINDOW: Duration = Duration::from_secs(5 * 60);

/// A service that keeps its sessions itself.
struct Service {
    issuer: PairIssuer,
    rows: Mutex<HashMap<String, Session>>,
}

impl Service {
    fn login(&self, user_id: i64, session_id: &str, now: UnixTime) -> Result<TokenPair> {
        let deadline = now.saturating_add(MAX_LIFETIME);
        let mut row = Session::new(session_id.into(), user_id.into(), now, deadline);
        row.label = "Firefox on Linux".into();
        row.expires_at = now.saturating_add(REFRESH_LIFETIME).min(deadline);
        let none = PrivateClaims::default();
        let pair = row.issue(&self.issuer, &Renewal::new("customer"), &none, now)?;
        match self.rows().entry(session_id.into()) {
            Entry::Occupied(_) => Err("a session of this name was there before".into()),
            Entry::Vacant(place) => {
                place.insert(row);
                Ok(pair)
            }
        }
    }

    /// What the token is worth, and a pair if it is worth one.
    fn refresh(&self, token: &str, now: UnixTime) -> Result<(Decision, Option<TokenPair>)> {
        let claims = self.issuer.verify_refresh(token, now)?;
        let mut rows = self.rows();
        let mut row = rows.get_mut(&claims.session_id);
        let step = Refresh {
            session_id: &claims.session_id,
            token: shown(&claims)?,
            now,
            window: WINDOW,
            expires_at: now.saturating_add(REFRESH_LIFETIME),
            label: None,
        };
        // Decides, and writes: a new generation, or the end of the session.
        let decision = step.apply(row.as_deref_mut());
        let pair = match (decision, row) {
            (Decision::Rotate | Decision::Repeat, Some(row)) => {
                // What the user is today; and the refresh token's own claims, which stay.
                let renewal = Renewal::new("customer");
                Some(row.issue(&self.issuer, &renewal, &claims.private, now)?)
            }
            // With `Keep` an access token alone: `PairIssuer::issue_access`.
            _ => None,
        };
        Ok((decision, pair))
    }

    fn logout(&self, session_id: &str, now: UnixTime) -> bool {
        let mut rows = self.rows();
        rows.get_mut(session_id).is_some_and(|row| row.end(EndReason::Logout, now))
    }

    fn rows(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

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
    let service = Service { issuer, rows: Mutex::default() };
    let start = UnixTime::from_secs(1_700_000_000);
    let quarter = start.saturating_add(Duration::from_secs(15 * 60));

    let first = service.login(123, "5f2b9c", start)?.refresh.token;
    writeln!(out, "A login begins the session 5f2b9c.")?;

    let second = expect(out, "A refresh", service.refresh(&first, quarter)?, Decision::Rotate)?;
    expect(out, "The same client at once", service.refresh(&second, quarter)?, Decision::Keep)?;
    let again = service.refresh(&first, quarter.saturating_add(Duration::from_secs(299)))?;
    let again = expect(out, "The one before, 299 seconds later", again, Decision::Repeat)?;
    if second != again {
        return Err("the second token is not the same, byte for byte".into());
    }

    let late = quarter.saturating_add(WINDOW);
    let stolen = service.refresh(&first, late)?;
    expect(out, "The same, 300 seconds later", stolen, Decision::Reuse)?;
    let newest = service.refresh(&second, late)?;
    expect(out, "The newest, after that", newest, Decision::Ended(EndReason::Reuse))?;

    let other = service.login(123, "c07d1e", quarter)?.refresh.token;
    writeln!(out, "A login begins the session c07d1e.")?;
    writeln!(out, "A logout ended it: {}", service.logout("c07d1e", quarter))?;
    let over = Decision::Ended(EndReason::Logout);
    expect(out, "A refresh", service.refresh(&other, quarter)?, over)?;
    Ok(())
}

/// The refresh token of the pair, empty where there is none.
fn expect(
    out: &mut impl io::Write,
    what: &str,
    (decision, pair): (Decision, Option<TokenPair>),
    expected: Decision,
) -> Result<String> {
    writeln!(out, "{what}: {decision:?}")?;
    if decision != expected {
        return Err(format!("{expected:?} was expected").into());
    }
    Ok(pair.map(|pair| pair.refresh.token).unwrap_or_default())
}
