//! The steps of a service on PyJWT. `docs/MIGRATION.md` shows each function as it stands here.

use std::time::Duration;

use jwt_pair::{
    AccessVerifier, Error, Identity, Key, KeyRing, PairIssuer, PairPolicy, Predecessor, TokenPair,
    UnixTime,
};
use jwt_pair_sessions::{SessionPolicy, SessionStore, Sessions, WindowTooLong};

pub fn python_tokens(secret: &str, until: UnixTime) -> Result<Predecessor, Error> {
    let access = Duration::from_secs(15 * 60);
    let refresh = Duration::from_secs(7 * 24 * 60 * 60);
    Ok(Predecessor::new(Key::new(secret.as_bytes())?.into(), access, refresh, until))
}

pub fn verifier(secret: &str, until: UnixTime) -> Result<AccessVerifier, Error> {
    let policy = PairPolicy::new().predecessor(python_tokens(secret, until)?);
    Ok(AccessVerifier::new(Key::new(secret.as_bytes())?.into(), policy))
}

pub fn issuer(secret: &str, until: UnixTime) -> Result<PairIssuer, Error> {
    let policy = PairPolicy::new().predecessor(python_tokens(secret, until)?);
    Ok(PairIssuer::new(Key::new(secret.as_bytes())?.into(), policy))
}

pub fn refresh(
    issuer: &PairIssuer,
    refresh_token: &str,
    user_type: &str,
    now: UnixTime,
) -> Result<TokenPair, Error> {
    let claims = issuer.verify_refresh(refresh_token, now)?;
    issuer.issue(&Identity::new(claims.user_id, user_type, &claims.session_id), now)
}

/// `None`: it is a session's token. Answer 503, and the client tries again with the same token.
pub fn refresh_before_sessions(
    issuer: &PairIssuer,
    refresh_token: &str,
    user_type: &str,
    now: UnixTime,
) -> Result<Option<TokenPair>, Error> {
    let claims = issuer.verify_refresh(refresh_token, now)?;
    if claims.jti.is_some() {
        return Ok(None);
    }
    let session_id = format!("{}.{now}", claims.session_id);
    issuer.issue(&Identity::new(claims.user_id, user_type, &session_id), now).map(Some)
}

pub fn sessions<S: SessionStore>(
    issuer: PairIssuer,
    store: S,
) -> Result<Sessions<S>, WindowTooLong> {
    Sessions::new(issuer, store, SessionPolicy::new().adopt_tokens_without_jti())
}

/// 32 random bytes each, as `openssl rand -hex 32` prints them.
pub struct OwnKeys<'a> {
    pub access: &'a str,
    pub refresh: &'a str,
}

pub fn issuer_that_knows_the_new_keys(
    secret: &str,
    until: UnixTime,
    own: &OwnKeys<'_>,
) -> Result<PairIssuer, Error> {
    let keys = KeyRing::new(Key::new(secret.as_bytes())?)
        .also_verify_kid("access-1", Key::from_hex(own.access)?)?
        .also_verify_kid("refresh-1", Key::from_hex(own.refresh)?)?;
    let policy = PairPolicy::new().predecessor(python_tokens(secret, until)?);
    Ok(PairIssuer::new(keys, policy))
}

pub fn issuer_with_own_keys(
    secret: &str,
    until: UnixTime,
    own: &OwnKeys<'_>,
) -> Result<PairIssuer, Error> {
    let python = Key::new(secret.as_bytes())?;
    let access = KeyRing::with_kid("access-1", Key::from_hex(own.access)?);
    let refresh = KeyRing::with_kid("refresh-1", Key::from_hex(own.refresh)?);
    let policy = PairPolicy::new().predecessor(python_tokens(secret, until)?);
    PairIssuer::with_refresh_keys(
        access.also_verify(python.clone()),
        refresh.also_verify(python),
        policy,
    )
}

pub fn issuer_in_the_end(own: &OwnKeys<'_>) -> Result<PairIssuer, Error> {
    PairIssuer::with_refresh_keys(
        KeyRing::with_kid("access-1", Key::from_hex(own.access)?),
        KeyRing::with_kid("refresh-1", Key::from_hex(own.refresh)?),
        PairPolicy::new(),
    )
}

pub fn sessions_in_the_end<S: SessionStore>(
    issuer: PairIssuer,
    store: S,
) -> Result<Sessions<S>, WindowTooLong> {
    Sessions::new(issuer, store, SessionPolicy::new())
}
