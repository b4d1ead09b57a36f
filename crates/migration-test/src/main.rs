//! The Rust side of `docs/MIGRATION.md`: one JSON command a line on standard input, each answered with
//! one line on standard output. `tests/migration/run` drives it.
//!
//! A command names the step that the service has reached. So one process is as many instances as there
//! are steps, over one store of sessions.

use std::io::{self, BufRead as _, Write as _};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use anyhow::bail;
use jwt_pair::{
    AccessVerifier, Identity, Key, KeyRing, PairIssuer, PairPolicy, Predecessor, UnixTime,
};
use jwt_pair_sessions::{Login, MemoryStore, Renewal, Sessions};
use serde::Deserialize;
use serde_json::{Value, json};

use migration_test::{others, pyjwt};

#[derive(Deserialize)]
struct Command {
    r#do: String,
    /// The number of a step, or the name of a mistake.
    step: Value,
    now: u64,
    until: u64,
    secret: String,
    access_key: String,
    refresh_key: String,
    #[serde(default)]
    token: String,
    #[serde(default)]
    user_id: i64,
    #[serde(default)]
    user_type: String,
    #[serde(default)]
    session_id: String,
    /// Whether the service has sessions, from step 9 on.
    sessions: bool,
}

/// Refused, or an answer.
type Answer = Result<Value, String>;

fn main() -> anyhow::Result<()> {
    let store = MemoryStore::new();
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let command: Command = serde_json::from_str(&line?)?;
        let answer = match command.answer(&store)? {
            Ok(answer) => answer,
            Err(refused) => json!({ "refused": refused }),
        };
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}

impl Command {
    fn answer(&self, store: &MemoryStore) -> anyhow::Result<Answer> {
        match self.r#do.as_str() {
            "login" => self.login(store),
            "verify" => self.verify(store),
            "refresh" => self.refresh(store),
            "logout" => {
                let ended = now(self.sessions(store)?.logout(&self.token, self.now()));
                Ok(ended.map(Value::from).map_err(|error| error.to_string()))
            }
            "other" => self.other(),
            other => bail!("there is no command {other:?}"),
        }
    }

    fn now(&self) -> UnixTime {
        UnixTime::from_secs(self.now)
    }

    fn number(&self) -> u64 {
        self.step.as_u64().unwrap_or_default()
    }

    fn has_sessions(&self) -> bool {
        self.sessions && self.number() >= 9
    }

    fn issuer(&self) -> anyhow::Result<PairIssuer> {
        let (secret, until) = (self.secret.as_str(), UnixTime::from_secs(self.until));
        let own = pyjwt::OwnKeys { access: &self.access_key, refresh: &self.refresh_key };
        if let Some(mistake) = self.step.as_str() {
            return self.mistaken(mistake);
        }
        Ok(match self.number() {
            6..=10 => pyjwt::issuer(secret, until)?,
            11 => pyjwt::issuer_that_knows_the_new_keys(secret, until, &own)?,
            12 => pyjwt::issuer_with_own_keys(secret, until, &own)?,
            13 => pyjwt::issuer_in_the_end(&own)?,
            step => bail!("at step {step} Rust does not issue"),
        })
    }

    /// What the page warns of.
    fn mistaken(&self, mistake: &str) -> anyhow::Result<PairIssuer> {
        let (secret, until) = (self.secret.as_str(), UnixTime::from_secs(self.until));
        let python = Key::new(secret.as_bytes())?;
        let policy = PairPolicy::new().predecessor(pyjwt::python_tokens(secret, until)?);
        let day = core::time::Duration::from_secs(24 * 60 * 60);
        Ok(match mistake {
            "an id" => PairIssuer::new(KeyRing::with_kid("python", python), policy),
            "an id for Python's key" => {
                let quarter = core::time::Duration::from_secs(15 * 60);
                let keys = KeyRing::with_kid("python", python.clone());
                let old = Predecessor::new(keys, quarter, 7 * day, until);
                PairIssuer::new(python.into(), PairPolicy::new().predecessor(old))
            }
            "an issuer" => PairIssuer::new(python.into(), policy.issuer("auth")),
            "an audience" => PairIssuer::new(python.into(), policy.audience("api")),
            "a shorter refresh lifetime" => {
                PairIssuer::new(python.into(), policy.refresh_lifetime(day)?)
            }
            "no predecessor" => PairIssuer::new(python.into(), PairPolicy::new()),
            other => bail!("there is no mistake {other:?}"),
        })
    }

    fn sessions<'s>(&self, store: &'s MemoryStore) -> anyhow::Result<Sessions<&'s MemoryStore>> {
        let issuer = self.issuer()?;
        Ok(match self.number() {
            13 => pyjwt::sessions_in_the_end(issuer, store)?,
            _ => pyjwt::sessions(issuer, store)?,
        })
    }

    fn login(&self, store: &MemoryStore) -> anyhow::Result<Answer> {
        if self.has_sessions() {
            let login = Login::new(self.user_id, &self.user_type);
            let started = now(self.sessions(store)?.start(&login, self.now()));
            return Ok(started.map(|started| pair(&started.pair)).map_err(|e| e.to_string()));
        }
        let identity = Identity::new(self.user_id, &self.user_type, &self.session_id);
        Ok(self.issuer()?.issue(&identity, self.now()).map(|new| pair(&new)).map_err(text))
    }

    fn verify(&self, store: &MemoryStore) -> anyhow::Result<Answer> {
        let verifier: AccessVerifier = match self.step.as_u64() {
            Some(4 | 5) => pyjwt::verifier(&self.secret, UnixTime::from_secs(self.until))?,
            _ => self.issuer()?.access_verifier().clone(),
        };
        let claims = match verifier.verify(&self.token, self.now()) {
            Ok(claims) => claims,
            Err(error) => return Ok(Err(text(error))),
        };
        if self.has_sessions() && self.number() >= 10 {
            let checked = now(self.sessions(store)?.check(&claims, self.now()));
            if let Err(error) = checked {
                return Ok(Err(error.to_string()));
            }
        }
        Ok(Ok(json!({ "user_id": claims.user_id, "user_type": claims.user_type })))
    }

    fn refresh(&self, store: &MemoryStore) -> anyhow::Result<Answer> {
        let (token, user_type, at) = (self.token.as_str(), self.user_type.as_str(), self.now());
        if self.has_sessions() || (self.sessions && self.step.is_string()) {
            let sessions = self.sessions(store)?;
            let claims = match sessions.issuer().verify_refresh(token, at) {
                Ok(claims) => claims,
                Err(error) => return Ok(Err(text(error))),
            };
            let refreshed = now(sessions.refresh(&claims, &Renewal::new(user_type), at));
            return Ok(refreshed.map_err(|error| error.to_string()).map(|refreshed| {
                let refresh = refreshed.refresh().map(|refresh| &refresh.token);
                json!({ "access": refreshed.access().token, "refresh": refresh })
            }));
        }
        let issuer = self.issuer()?;
        if self.sessions && self.number() == 8 {
            let answer = pyjwt::refresh_before_sessions(&issuer, token, user_type, at);
            return Ok(answer.map_err(text).map(|answer| match answer {
                Some(new) => pair(&new),
                None => json!({ "again": true }),
            }));
        }
        Ok(pyjwt::refresh(&issuer, token, user_type, at).map(|new| pair(&new)).map_err(text))
    }

    /// A token of another library, or for one.
    fn other(&self) -> anyhow::Result<Answer> {
        let key = Key::new(self.secret.as_bytes())?;
        let (from, user_type, at) = (self.step.as_str(), self.user_type.as_str(), self.now());
        let until = UnixTime::from_secs(self.until);
        Ok(match from.unwrap_or_default() {
            "simplejwt" => {
                let issuer = PairIssuer::new(key.clone().into(), PairPolicy::new());
                exchanged(others::from_simplejwt(&key.into(), &self.token, at), |old| {
                    others::issue_for_simplejwt(&issuer, old, user_type, at)
                })
            }
            "flask" => {
                let issuer = others::issuer_for_flask(key.clone().into())?;
                exchanged(others::from_flask(&key.into(), &self.token, at), |old| {
                    others::issue_for_flask(&issuer, old, user_type, at)
                })
            }
            "node, login" => {
                let issuer = others::issuer_beside_node(&self.secret, until)?;
                let user = self.user_id.to_string();
                let identity = Identity::new(user, user_type, &self.session_id);
                issuer.issue(&identity, at).map(|new| pair(&new)).map_err(text)
            }
            "node, access" => {
                let issuer = others::issuer_beside_node(&self.secret, until)?;
                let claims = issuer.verify_access(&self.token, at).map_err(text);
                claims.map(|claims| json!([claims.user_id, claims.user_type, claims.session_id]))
            }
            "node, refresh" => {
                let issuer = others::issuer_beside_node(&self.secret, until)?;
                let claims = issuer.verify_refresh(&self.token, at).map_err(text);
                claims.map(|claims| json!([claims.user_id, claims.session_id]))
            }
            other => bail!("there is no library {other:?}"),
        })
    }
}

fn exchanged(
    old: Result<Option<others::Old>, jwt_pair::Error>,
    issue: impl FnOnce(&others::Old) -> Result<jwt_pair::TokenPair, jwt_pair::Error>,
) -> Answer {
    match old.map_err(text)? {
        Some(old) => Ok(pair(&issue(&old).map_err(text)?)),
        None => Err("an access token refreshes nothing".to_owned()),
    }
}

fn pair(pair: &jwt_pair::TokenPair) -> Value {
    json!({ "access": pair.access.token, "refresh": pair.refresh.token })
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn text(error: jwt_pair::Error) -> String {
    error.to_string()
}

/// The store in memory never waits.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => unreachable!("the store waited"),
    }
}
