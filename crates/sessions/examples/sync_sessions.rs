//! Sessions without `async` and in a storage of one's own: the decision is a pure function.
//!
//! ```sh
//! cargo run -p jwt-pair-sessions --example sync_sessions
//! ```
//!
//! A refresh is five steps: verify the token, read the generation that it names, decide by the row,
//! do so, issue the pair of the row. From the decision to the deed the row must stay as it is: here a
//! lock is held; with a database that is one transaction, or `UPDATE ... WHERE generation = ...`
//! first and the decision for the row as it then stands. Exits with 1 if anything goes otherwise
//! than shown here.

use core::error::Error;
use core::time::Duration;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jwt_pair::{Identity, Key, PairIssuer, PairPolicy, TokenPair, UnixTime};
use jwt_pair_sessions::{Advance, Decision, Session, decide, generation};

type Result<T> = core::result::Result<T, Box<dyn Error>>;

const DAY: u64 = 24 * 60 * 60;
/// As the issuer's policy says.
const REFRESH_LIFETIME: Duration = Duration::from_secs(7 * DAY);
const MAX_LIFETIME: Duration = Duration::from_secs(90 * DAY);
const GRACE: Duration = Duration::from_secs(30);

/// A service that keeps its sessions itself.
struct Service {
    issuer: PairIssuer,
    rows: Mutex<HashMap<String, Session>>,
}

impl Service {
    fn login(&self, user_id: i64, session_id: &str, now: UnixTime) -> Result<TokenPair> {
        let deadline = now.saturating_add(MAX_LIFETIME);
        let row = Session {
            session_id: session_id.into(),
            user_id: user_id.into(),
            label: "Firefox on Linux".into(),
            started_at: now,
            generation: 1,
            rotated_at: now,
            expires_at: now.saturating_add(REFRESH_LIFETIME).min(deadline),
            deadline,
            revoked: false,
        };
        let identity = Identity::new(user_id, "customer", session_id);
        let pair = row.issue(&self.issuer, &identity, now)?;
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
        let generation = generation(&claims)?;

        let mut rows = self.rows();
        let row = rows.get_mut(&claims.session_id).filter(|row| row.user_id == claims.user_id);
        let decision = decide(row.as_deref(), generation, now, GRACE);
        let Some(row) = row else { return Ok((decision, None)) };
        match decision {
            Decision::Rotate => {
                row.advance(Advance {
                    session_id: &claims.session_id,
                    user_id: &claims.user_id,
                    from: generation,
                    now,
                    expires_at: now.saturating_add(REFRESH_LIFETIME),
                });
            }
            Decision::Replay => {}
            Decision::Reuse => {
                row.revoked = true;
                return Ok((decision, None));
            }
            Decision::Revoked | Decision::Ahead => return Ok((decision, None)),
        }
        // What the user is today; and the refresh token's own claims, so that a replay is the same.
        let identity = Identity::new(claims.user_id, "customer", &claims.session_id)
            .refresh_claims(&claims.private);
        Ok((decision, Some(row.issue(&self.issuer, &identity, now)?)))
    }

    fn logout(&self, session_id: &str) -> bool {
        let mut rows = self.rows();
        let row = rows.get_mut(session_id).filter(|row| !row.revoked);
        row.map(|row| row.revoked = true).is_some()
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
    let again = service.refresh(&first, quarter.saturating_add(Duration::from_secs(29)))?;
    let again = expect(out, "The same, 29 seconds later", again, Decision::Replay)?;
    if second != again {
        return Err("the second token is not the same, byte for byte".into());
    }

    let stolen = service.refresh(&first, quarter.saturating_add(Duration::from_secs(30)))?;
    expect(out, "The same, 30 seconds later", stolen, Decision::Reuse)?;
    let newest = service.refresh(&second, quarter.saturating_add(Duration::from_secs(31)))?;
    expect(out, "The newest, after that", newest, Decision::Revoked)?;

    let other = service.login(123, "c07d1e", quarter)?.refresh.token;
    writeln!(out, "A login begins the session c07d1e.")?;
    writeln!(out, "A logout ended it: {}", service.logout("c07d1e"))?;
    expect(out, "A refresh", service.refresh(&other, quarter)?, Decision::Revoked)?;
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
