//! Tokens of other libraries. `docs/MIGRATION.md` shows each function as it stands here.

use std::time::Duration;

use jwt_pair::{
    ClaimNames, Error, Identity, Key, KeyRing, PairIssuer, PairPolicy, Predecessor, PrivateClaims,
    TokenPair, UnixTime, Validation, decode,
};
use serde::{Deserialize, Serialize};

/// What a refresh token of another library says.
#[derive(Debug, PartialEq, Eq)]
pub struct Old {
    pub user_id: String,
    pub session_id: String,
}

#[derive(Deserialize)]
struct SimpleJwt {
    token_type: String,
    user_id: String,
    jti: String,
}

/// `None` for an access token.
pub fn from_simplejwt(keys: &KeyRing, token: &str, now: UnixTime) -> Result<Option<Old>, Error> {
    let old: SimpleJwt = decode(token, keys, &Validation::new(), now)?;
    let is_refresh = old.token_type == "refresh";
    Ok(is_refresh.then_some(Old { user_id: old.user_id, session_id: old.jti }))
}

pub fn issue_for_simplejwt(
    issuer: &PairIssuer,
    old: &Old,
    user_type: &str,
    now: UnixTime,
) -> Result<TokenPair, Error> {
    #[derive(Serialize)]
    struct Type {
        token_type: &'static str,
    }
    let access = PrivateClaims::new(&Type { token_type: "access" })?;
    let refresh = PrivateClaims::new(&Type { token_type: "refresh" })?;
    let identity = Identity::new(old.user_id.as_str(), user_type, &old.session_id);
    issuer.issue(&identity.access_claims(&access).refresh_claims(&refresh), now)
}

#[derive(Deserialize)]
struct Flask {
    r#type: String,
    sub: String,
    jti: String,
}

/// `None` for an access token.
pub fn from_flask(keys: &KeyRing, token: &str, now: UnixTime) -> Result<Option<Old>, Error> {
    let old: Flask = decode(token, keys, &Validation::new(), now)?;
    let is_refresh = old.r#type == "refresh";
    Ok(is_refresh.then_some(Old { user_id: old.sub, session_id: old.jti }))
}

pub fn issuer_for_flask(keys: KeyRing) -> Result<PairIssuer, Error> {
    let names = ClaimNames::new("sub", "role", "sid")?;
    Ok(PairIssuer::new(keys, PairPolicy::new().claim_names(names)))
}

pub fn issue_for_flask(
    issuer: &PairIssuer,
    old: &Old,
    user_type: &str,
    now: UnixTime,
) -> Result<TokenPair, Error> {
    #[derive(Serialize)]
    struct Type {
        r#type: &'static str,
    }
    let access = PrivateClaims::new(&Type { r#type: "access" })?;
    let refresh = PrivateClaims::new(&Type { r#type: "refresh" })?;
    let identity = Identity::new(old.user_id.as_str(), user_type, &old.session_id);
    issuer.issue(&identity.access_claims(&access).refresh_claims(&refresh), now)
}

pub fn issuer_beside_node(base64_secret: &str, until: UnixTime) -> Result<PairIssuer, Error> {
    let key = Key::from_base64(base64_secret)?;
    let access = Duration::from_secs(15 * 60);
    let refresh = Duration::from_secs(7 * 24 * 60 * 60);
    let policy = PairPolicy::new()
        .claim_names(ClaimNames::new("sub", "role", "sid")?)
        .predecessor(Predecessor::new(key.clone().into(), access, refresh, until));
    Ok(PairIssuer::new(key.into(), policy))
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Eq)]
pub struct Claims {
    pub sub: String,
    pub role: String,
    pub exp: u64,
}

pub fn encode_before(secret: &[u8], claims: &Claims) -> jsonwebtoken::errors::Result<String> {
    use jsonwebtoken::{EncodingKey, Header, encode};
    encode(&Header::default(), claims, &EncodingKey::from_secret(secret))
}

pub fn decode_before(secret: &[u8], token: &str) -> jsonwebtoken::errors::Result<Claims> {
    use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
    let validation = Validation::new(Algorithm::HS256);
    Ok(decode(token, &DecodingKey::from_secret(secret), &validation)?.claims)
}

pub fn encode_here(secret: &[u8], claims: &Claims) -> Result<String, Error> {
    jwt_pair::encode(claims, &Key::new(secret)?.into())
}

pub fn decode_here(secret: &[u8], token: &str, now: UnixTime) -> Result<Claims, Error> {
    // The same leeway as before, 60 seconds. Here it is 0 unless set.
    let validation = Validation::new().leeway(Duration::from_secs(60));
    decode(token, &Key::new(secret)?.into(), &validation, now)
}
