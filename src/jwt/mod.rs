//! Tokens of any claims ([RFC 7519 §7]): one level below the pair.
//!
//! In: claims of the caller's own type. Out: a token, or claims that are authentic and valid.
//! Not here: what the claims mean.
//!
//! A claims set is a JSON object. The registered claims ([RFC 7519 §4.1]) have a fixed meaning, and
//! a dash under a name below marks the ones that decide whether the token is accepted:
//!
//! ```text
//! {"iss":"https://login.example","sub":"alice","aud":"https://api.example",
//!   ---                           ---           ---
//!  "exp":1900000000,"nbf":1800000000,"iat":1800000000,"jti":"b5f1","role":"admin"}
//!   ---              ---              ---              ---          private: the caller's own
//! ```
//!
//! [RFC 7519 §4.1]: https://www.rfc-editor.org/rfc/rfc7519#section-4.1
//! [RFC 7519 §7]: https://www.rfc-editor.org/rfc/rfc7519#section-7

use alloc::string::String;

use serde_core::de::DeserializeOwned;
use serde_core::ser::Serialize;
use serde_json::{Map, Value};

use crate::buffer::Buffer;
use crate::error::Error;
use crate::hmac_sha256::KeyRing;
use crate::json::{self, Reading, Unwritable};
use crate::jws::{self, Header, HeaderBytes, KnownHeader, ReadHeader, UnverifiedJws};
use crate::time::UnixTime;

mod fields;
pub(crate) mod registered_claims;
mod validation;

pub(crate) use fields::does_not_fit;
use registered_claims::{REGISTERED_CLAIMS, RegisteredClaims, claims_set, payload_fault};
pub use validation::Validation;

/// Signs any claims that serialize to a JSON object, as a token with the `typ` `JWT`.
///
/// The token may be longer than the limit of a verifier.
///
/// # Errors
/// What this signs, [`decode`] reads back as it was. So it refuses [`Error::ClaimsNotAnObject`] for
/// `&[1, 2]`, [`Error::InexactNumber`] for a NaN, and [`Error::CallerClaimType`] for a registered
/// claim of another type, such as an `exp` of `"tomorrow"` or an `aud` of `Option::None`.
/// [`Error::TooLongToIssue`] for a `kid` of 2,000 bytes.
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

/// Signs any claims as a token of this media type. A `typ` of its own for each use keeps the tokens
/// of different uses apart (RFC 8725 §3.11); see [`Validation::typ`].
///
/// # Errors
/// As [`encode`].
pub fn encode_with_typ<T: Serialize + ?Sized>(
    claims: &T,
    typ: &str,
    keys: &KeyRing,
) -> Result<String, Error> {
    let claims_set = to_claims_set(claims)?;
    match RegisteredClaims::read(&claims_set) {
        Ok(_) => jws::sign(claims_set.as_bytes(), typ, keys),
        Err(Error::ClaimType { claim, expected }) => {
            Err(Error::CallerClaimType { claim, expected })
        }
        Err(_) => Err(Error::ClaimsNotAnObject),
    }
}

pub(crate) fn to_claims_set<T: Serialize + ?Sized>(claims: &T) -> Result<String, Error> {
    json::to_exact_json(claims).map_err(|unwritable| match unwritable {
        Unwritable::Number => Error::InexactNumber,
        Unwritable::Failed => Error::ClaimsNotAnObject,
    })
}

/// Verifies a token, validates its registered claims, and then reads the claims into `T`.
///
/// `T` is the caller's own type. The claims are read into it only after every check, so it never
/// sees a claim of a token that is forged, expired or meant for somebody else. For claims of any
/// shape there is [`decode_untyped`].
///
/// Any crate of a build can turn on the feature `arbitrary_precision` of `serde_json`. With it, a
/// `T` with `#[serde(flatten)]` or `#[serde(untagged)]` cannot read numbers. Such a `T` is read
/// from the map that [`decode_untyped`] returns: `T::deserialize(&map)`.
///
/// # Errors
/// Those of [`Error`] from [`Error::TokenTooLong`] to [`Error::ClaimsDoNotFit`], in that order,
/// except those that concern pairs.
///
/// ```
/// # use jwt_pair::{Key, KeyRing};
/// use jwt_pair::serde_json::{Map, Value};
/// use jwt_pair::{Error, UnixTime, Validation};
/// # let keys = KeyRing::new(Key::new(&[7; 32])?);
/// let claims = serde_json::json!({"sub": "alice", "exp": 1_900_000_000});
/// let token = jwt_pair::encode(&claims, &keys)?;
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
    read_authentic(token, keys, policy, |claims_set, _| {
        policy.check(&RegisteredClaims::read(claims_set)?, now)?;
        read_into(claims_set)
    })
}

/// As [`decode`], and also tells the header: its `kid` says which key it was.
///
/// # Errors
/// As [`decode`].
pub fn decode_with_header<T: DeserializeOwned>(
    token: &str,
    keys: &KeyRing,
    policy: &Validation,
    now: UnixTime,
) -> Result<(T, Header), Error> {
    read_authentic(token, keys, policy, |claims_set, header| {
        policy.check(&RegisteredClaims::read(claims_set)?, now)?;
        Ok((read_into(claims_set)?, header.to_header()))
    })
}

/// As [`decode`], for claims of any shape. It reads the claims once, and so is faster than
/// [`decode`] into a map.
///
/// # Errors
/// As [`decode`], except [`Error::ClaimsDoNotFit`].
pub fn decode_untyped(
    token: &str,
    keys: &KeyRing,
    policy: &Validation,
    now: UnixTime,
) -> Result<Map<String, Value>, Error> {
    read_authentic(token, keys, policy, |claims_set, _| {
        let mut values = [const { None }; 7];
        let mut claims =
            json::read_object(claims_set, REGISTERED_CLAIMS, &mut values, Reading::All)
                .map_err(payload_fault)?;
        let named = REGISTERED_CLAIMS.into_iter().zip(values.clone());
        policy.check(&RegisteredClaims::from_values(values)?, now)?;
        claims.extend(named.filter_map(|(name, value)| Some((name.into(), value?.into()))));
        Ok(claims)
    })
}

/// As [`decode`], but accepts a token **whatever its dates say**: for a logout, never for access.
///
/// # Errors
/// As [`decode`], except those of dates.
pub fn decode_ignoring_dates<T: DeserializeOwned>(
    token: &str,
    keys: &KeyRing,
    policy: &Validation,
) -> Result<T, Error> {
    read_authentic(token, keys, policy, |claims_set, _| {
        policy.check_all_but_dates(&RegisteredClaims::read(claims_set)?)?;
        read_into(claims_set)
    })
}

/// Hands the claims set of an authentic token to `read`.
fn read_authentic<R>(
    token: &str,
    keys: &KeyRing,
    policy: &Validation,
    read: impl FnOnce(&str, &ReadHeader<'_>) -> Result<R, Error>,
) -> Result<R, Error> {
    const KNOWN: &[KnownHeader] = &KnownHeader::PLAIN_JWT;
    let mut header_bytes = HeaderBytes::None;
    let jws = UnverifiedJws::parse(token, policy.max_token_bytes, KNOWN, &mut header_bytes)?;
    let mut buffer = Buffer::new();
    let payload = jws.verify(keys, &mut buffer)?;
    policy.check_typ(&jws.header)?;
    read(claims_set(payload)?, &jws.header)
}

/// The content of a token whose MAC has not been verified.
///
/// It does not pass for claims:
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

/// Looks into a token of at most `limit` bytes **without verifying it**: for logs and tools, never
/// for a decision.
///
/// No key is used. No MAC, no date and no claim is checked: anybody can make such a token.
///
/// # Errors
/// Those of the compact serialization and of JSON, as [`decode`]. The third segment may be any
/// text.
pub fn decode_unverified(token: &str, limit: usize) -> Result<UnverifiedJwt, Error> {
    let mut header_bytes = HeaderBytes::None;
    let jws = UnverifiedJws::parse(token, limit, &[], &mut header_bytes)?;
    let mut buffer = Buffer::new();
    let claims_set = claims_set(jws.unverified_payload(&mut buffer)?)?;
    let claims = json::read_object(claims_set, [], &mut [], Reading::All).map_err(payload_fault)?;
    Ok(UnverifiedJwt { header: jws.header.to_header(), claims })
}

/// Reads a claims set, known to be strict JSON, into the caller's type.
fn read_into<T: DeserializeOwned>(claims_set: &str) -> Result<T, Error> {
    serde_json::from_str(claims_set).map_err(|error| does_not_fit::<T>(&error))
}
