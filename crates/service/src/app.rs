//! What all requests share.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::extract::FromRef;
use axum::http::HeaderMap;
use jwt_pair::{PairPolicy, RefreshClaims, UnixTime, UserId};
use jwt_pair_axum::{Auth, AuthPolicy, User};
use jwt_pair_sessions::{AnyStore, SessionPolicy, Sessions};

use crate::accounts::{Account, Accounts};
use crate::attempts::Attempts;
use crate::client;
use crate::config::Args;
use crate::counters::Counters;
use crate::ends::Ends;
use crate::events;
use crate::keys::Keys;
use crate::password::Passwords;
use crate::store::Fault;

/// The service, as its routes see it. A clone is the same one.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts, which the routes use.
#[derive(Debug)]
#[non_exhaustive]
pub struct Parts {
    /// Sessions over HTTP.
    pub auth: Auth,
    /// The rows of the sessions.
    pub store: AnyStore,
    /// The accounts.
    pub accounts: Accounts,
    /// The end of their sessions.
    pub ends: Ends,
    /// The password hashing.
    pub passwords: Passwords,
    /// How often somebody may try.
    pub attempts: Attempts,
    /// What has happened.
    pub counters: Arc<Counters>,
    /// The settings.
    pub args: Args,
    /// Whether the service takes no more work.
    stops: AtomicBool,
}

impl Args {
    /// How long an access token lives.
    pub fn access(&self) -> Duration {
        let default = if self.demo { 20 } else { 15 * 60 };
        self.access_lifetime.unwrap_or(Duration::from_secs(default))
    }

    /// For how long after a rotation the token before is still answered.
    pub fn answered_for(&self) -> Duration {
        let default = if self.demo { 5 } else { 5 * 60 };
        self.window.unwrap_or(Duration::from_secs(default))
    }

    /// The origins whose pages may use the service; on loopback, without others, its own.
    ///
    /// # Errors
    /// Off loopback without any: a browser's address for this service is not known here.
    pub fn page_origins(&self, bound: SocketAddr) -> Result<Vec<String>, Fault> {
        if !self.origins.is_empty() {
            return Ok(self.origins.clone());
        }
        if !bound.ip().is_loopback() {
            return Err("off loopback, --origin must name the origin of the page, such as \
                        https://auth.example"
                .into());
        }
        let port = bound.port();
        Ok(vec![format!("http://{bound}"), format!("http://localhost:{port}")])
    }
}

/// Sessions with these keys.
///
/// # Errors
/// For lifetimes and a window that do not fit together.
pub fn sessions(
    args: &Args,
    keys: &Keys,
    store: AnyStore,
    counters: Arc<Counters>,
) -> Result<Sessions<AnyStore>, Fault> {
    let policy = PairPolicy::new()
        .access_lifetime(args.access())?
        .refresh_lifetime(args.refresh_lifetime)?;
    let session_policy =
        SessionPolicy::new().window(args.answered_for()).max_lifetime(args.max_lifetime)?;
    let sessions = Sessions::new(keys.issuer(policy)?, store, session_policy)?;
    Ok(sessions.on_event(move |event| events::note(&counters, event)))
}

impl App {
    /// The service on these parts.
    ///
    /// # Errors
    /// For settings that do not fit together.
    pub fn new(
        args: Args,
        bound: SocketAddr,
        keys: &Keys,
        store: AnyStore,
        accounts: Accounts,
    ) -> Result<Self, Fault> {
        let counters = Arc::new(Counters::default());
        let origins = args.page_origins(bound)?;
        let mut policy = AuthPolicy::new().origins(origins.iter().map(String::as_str))?;
        if args.insecure_cookie {
            policy = policy.development_cookie();
        }
        let sessions = sessions(&args, keys, store.clone(), Arc::clone(&counters))?;
        let ends = Ends::new(accounts.clone(), store.clone(), Arc::clone(&counters));
        let today = Today { accounts: accounts.clone(), ends: ends.clone() };
        let auth = Auth::new(sessions, policy, move |claims| {
            let today = today.clone();
            async move { today.of(&claims).await }
        });
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let passwords = Passwords::new(args.hashes.unwrap_or(processors), args.hash_queue)
            .map_err(|_| "the system gives no random bytes")?;
        let attempts = Attempts::new(args.login_attempts, args.login_wait);
        let stops = AtomicBool::new(false);
        Ok(Self(Arc::new(Parts {
            auth,
            store,
            accounts,
            ends,
            passwords,
            attempts,
            counters,
            args,
            stops,
        })))
    }

    /// Other keys from the next request on.
    ///
    /// # Errors
    /// As [`sessions`].
    pub fn use_keys(&self, keys: &Keys) -> Result<(), Fault> {
        let counters = Arc::clone(&self.counters);
        self.auth.replace_sessions(sessions(&self.args, keys, self.store.clone(), counters)?);
        Ok(())
    }

    /// From now on the service is not ready.
    pub fn stop(&self) {
        self.stops.store(true, Ordering::Relaxed);
    }

    /// Whether it is about to stop.
    pub fn stops(&self) -> bool {
        self.stops.load(Ordering::Relaxed)
    }

    /// The client's address.
    pub fn client(&self, headers: &HeaderMap, peer: SocketAddr) -> IpAddr {
        client::address(headers, peer, self.args.trusted_hops)
    }
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromRef<App> for Auth {
    fn from_ref(app: &App) -> Self {
        app.auth.clone()
    }
}

/// What a user is today, at each refresh.
#[derive(Clone)]
struct Today {
    accounts: Accounts,
    ends: Ends,
}

impl Today {
    async fn of(&self, claims: &RefreshClaims) -> Result<Option<User>, Fault> {
        let UserId::Integer(id) = claims.user_id else { return Ok(None) };
        let Some(account) = self.accounts.by_id(id)? else { return Ok(None) };
        if account.ends_due.is_some() {
            self.ends.finish(&account, UnixTime::now()?).await?;
        }
        Ok(Self::may_go_on(&account).then(|| User::new(account.user_type)))
    }

    const fn may_go_on(account: &Account) -> bool {
        !account.is_disabled
    }
}
