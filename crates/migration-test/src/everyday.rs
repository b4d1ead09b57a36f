//! Changes of a service that runs. `docs/MIGRATION.md` shows each function as it stands here.

use std::time::Duration;

use jwt_pair::{Error, Key, KeyRing, PairIssuer, PairPolicy};

/// The rings of the three steps, of one kind of token.
pub fn new_secret(old: Key, new: Key) -> Result<[KeyRing; 3], Error> {
    Ok([
        KeyRing::with_kid("2026-05", old.clone()).also_verify_kid("2026-11", new.clone())?,
        KeyRing::with_kid("2026-11", new.clone()).also_verify_kid("2026-05", old)?,
        KeyRing::with_kid("2026-11", new),
    ])
}

/// The policies of the three steps, from one value to another.
pub fn another_issuer() -> [PairPolicy; 3] {
    [
        PairPolicy::new().issuer("old.example").accept_issuer("new.example"),
        PairPolicy::new().issuer("new.example").accept_issuer("old.example"),
        PairPolicy::new().issuer("new.example"),
    ]
}

/// The policies of the three steps, from no value to one.
pub fn first_audience() -> [PairPolicy; 3] {
    [
        PairPolicy::new().accept_audience("api").accept_missing_audience_for_now(),
        PairPolicy::new().audience("api").accept_missing_audience_for_now(),
        PairPolicy::new().audience("api"),
    ]
}

pub fn shorter_lifetimes() -> Result<PairPolicy, Error> {
    PairPolicy::new()
        .access_lifetime(Duration::from_secs(5 * 60))?
        .refresh_lifetime(Duration::from_secs(24 * 60 * 60))
}

/// The access key has leaked, and the refresh key has not.
pub fn after_a_leak_of_the_access_key(new: Key, refresh: KeyRing) -> Result<PairIssuer, Error> {
    PairIssuer::with_refresh_keys(KeyRing::with_kid("access-2", new), refresh, PairPolicy::new())
}

/// The one secret, or the refresh key, has leaked.
pub fn after_a_leak_of_everything(access: Key, refresh: Key) -> Result<PairIssuer, Error> {
    PairIssuer::with_refresh_keys(
        KeyRing::with_kid("access-2", access),
        KeyRing::with_kid("refresh-2", refresh),
        PairPolicy::new(),
    )
}
