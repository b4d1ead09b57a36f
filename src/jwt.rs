//! Tokens of any claims ([RFC 7519 §7]): one level below the pair.
//!
//! In: claims of the caller's own type. Out: a token, or claims that are authentic and valid.
//! Not here: what the claims mean.
//!
//! [RFC 7519 §7]: https://www.rfc-editor.org/rfc/rfc7519#section-7

use alloc::string::String;

use serde_core::de::DeserializeOwned;
use serde_core::ser::Serialize;
use serde_json::{Map, Value};

use crate::base64url::Scratch;
use crate::claims::{self, RegisteredClaims};
use crate::error::Error;
use crate::hmac_sha256::KeyRing;
use crate::jose_header::{Header, OwnHeader, UNEXPECTED_TYP};
use crate::json;
use crate::jws::{self, UnverifiedJws};
use crate::numeric_date::UnixTime;
use crate::validation::Validation;

/// Signs any claims that serialize to a JSON object, as a token of `typ` `JWT`.
///
/// # Errors
/// [`Error::ClaimsNotAnObject`] for `encode(&[1, 2], &keys)`; [`Error::HeaderTooLong`] for a `kid` of
/// 2,000 bytes. The token may be longer than a verifier's limit.
///
/// ```
/// # use jwt_pair::{Key, KeyRing};
/// # let keys = KeyRing::new(Key::new(&[7; 32])?);
/// let claims = serde_json::json!({"sub": "alice", "exp": 1_900_000_000});
/// let token = jwt_pair::encode(&claims, &keys)?;
/// # Ok::<(), jwt_pair::Error>(())
/// ```
pub fn encode<T: Serialize + ?Sized>(claims: &T, keys: &KeyRing) -> Result<String, Error> {
    encode_with_typ(claims, "JWT", keys)
}

/// Signs any claims as a token of this media type, which keeps tokens for different uses apart
/// (RFC 8725 §3.11); see [`Validation::typ`].
///
/// # Errors
/// As [`encode`].
pub fn encode_with_typ<T: Serialize + ?Sized>(
    claims: &T,
    typ: &str,
    keys: &KeyRing,
) -> Result<String, Error> {
    let payload = serde_json::to_string(claims).map_err(|_| Error::ClaimsNotAnObject)?;
    // A `Serialize` can write one name twice. Types and dates of claims are not looked at here.
    json::read_object(&payload, |_, _| {}).map_err(|_| Error::ClaimsNotAnObject)?;
    jws::sign(payload.as_bytes(), typ, keys)
}

const OWN_HEADERS: &[OwnHeader] = &[OwnHeader::JWT];

/// Verifies a token, validates its registered claims, and only then reads the claims into `T`.
///
/// `T` is the caller's: a `struct`, or [`serde_json::Map`] for claims of any shape.
///
/// # Errors
/// Those of [`Error`] from [`Error::TokenTooLong`] on, in that order.
///
/// ```
/// # use jwt_pair::{Key, KeyRing};
/// use jwt_pair::{Error, UnixTime, Validation};
/// use serde_json::{Map, Value};
/// # let keys = KeyRing::new(Key::new(&[7; 32])?);
/// let token = jwt_pair::encode(&serde_json::json!({"sub": "alice", "exp": 1_900_000_000}), &keys)?;
///
/// let policy = Validation::new();
/// let now = UnixTime::from_secs(1_899_999_999);
/// let claims: Map<String, Value> = jwt_pair::decode(&token, &keys, &policy, now)?;
/// assert_eq!(claims["sub"], "alice");
///
/// let later = UnixTime::from_secs(1_900_000_000);
/// let late = jwt_pair::decode::<Map<String, Value>>(&token, &keys, &policy, later);
/// assert!(matches!(late, Err(Error::Expired { .. })));
/// # Ok::<(), Error>(())
/// ```
pub fn decode<T: DeserializeOwned>(
    token: &str,
    keys: &KeyRing,
    policy: &Validation,
    now: UnixTime,
) -> Result<T, Error> {
    let mut scratch = Scratch::new();
    let parsed = UnverifiedJws::parse(token, policy.max_token_bytes, OWN_HEADERS, &mut scratch)?;
    let payload = parsed.verify(keys, &mut scratch)?;
    if policy.typ.as_ref().is_some_and(|typ| !parsed.header.has_typ(typ)) {
        return Err(UNEXPECTED_TYP);
    }
    let payload = claims::claims_set(payload)?;
    let claims = RegisteredClaims::read(payload, |_, _| {})?;
    policy.check(&claims, now)?;
    fit(payload)
}

/// What a token says, of which nothing is known to be true.
///
/// ```compile_fail,E0308
/// fn rights(claims: &jwt_pair::AccessClaims) -> &str { &claims.user_type }
/// fn handle(unverified: &jwt_pair::UnverifiedJwt) { rights(&unverified.claims); }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct UnverifiedJwt {
    /// The JOSE header.
    pub header: Header,
    /// The claims set.
    pub claims: Map<String, Value>,
}

/// Looks into a token **without verifying it**: for logs and tools, never for a decision.
///
/// No key is used, no MAC, no date and no claim is checked: anybody can make a token that says this.
///
/// # Errors
/// Those of the compact serialization and of JSON, as [`decode`]; the limit is 8,192 bytes. The third
/// segment may hold any text.
pub fn decode_unverified(token: &str) -> Result<UnverifiedJwt, Error> {
    let mut scratch = Scratch::new();
    let parsed = UnverifiedJws::parse(token, jws::DEFAULT_MAX_TOKEN_BYTES, &[], &mut scratch)?;
    let payload = parsed.unverified_payload(&mut scratch)?;
    let payload = claims::claims_set(payload)?;
    json::read_object(payload, |_, _| {}).map_err(claims::payload_fault)?;
    let claims = fit(payload)?;
    Ok(UnverifiedJwt { header: parsed.header.into_owned(), claims })
}

/// The second reading, into the caller's type, of text that `read_object` has accepted.
fn fit<T: DeserializeOwned>(payload: &str) -> Result<T, Error> {
    serde_json::from_str(payload)
        .map_err(|error| Error::ClaimsDoNotFit { line: error.line(), column: error.column() })
}
