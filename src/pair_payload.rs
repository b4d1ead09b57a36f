//! The claims set of a token that is about to be signed.
//!
//! In: who logged in, and when. Out: JSON, member by member.
//! Not here: reading one back; that is `pair_claims`.

use core::fmt::{self, Write as _};

use crate::numeric_date::NumericDate;
use crate::pair_claims::UserId;
use crate::pair_policy::PairPolicy;
use crate::private_claims::PrivateClaims;
use crate::token_kind::TokenKind;

/// Whom a pair is issued for, and in which session.
#[derive(Clone, Debug)]
#[must_use]
pub struct Identity<'a> {
    pub(crate) user_id: UserId<'a>,
    user_type: &'a str,
    pub(crate) session_id: &'a str,
    access_claims: Option<&'a PrivateClaims>,
    refresh_claims: Option<&'a PrivateClaims>,
}

impl<'a> Identity<'a> {
    /// A user, by an `i64` or a text; what the user is; and a session, by a name that is its own.
    pub fn new(user_id: impl Into<UserId<'a>>, user_type: &'a str, session_id: &'a str) -> Self {
        Self {
            user_id: user_id.into(),
            user_type,
            session_id,
            access_claims: None,
            refresh_claims: None,
        }
    }

    /// Own claims for the access token.
    pub const fn access_claims(mut self, claims: &'a PrivateClaims) -> Self {
        self.access_claims = Some(claims);
        self
    }

    /// Own claims for the refresh token.
    pub const fn refresh_claims(mut self, claims: &'a PrivateClaims) -> Self {
        self.refresh_claims = Some(claims);
        self
    }
}

/// What [`Identity`] and policy make of one token. Its text is JSON.
pub(crate) struct PairPayload<'a> {
    pub(crate) kind: TokenKind,
    pub(crate) identity: &'a Identity<'a>,
    pub(crate) policy: &'a PairPolicy,
    pub(crate) iat: NumericDate,
    pub(crate) exp: NumericDate,
    pub(crate) jti: Option<&'a str>,
}

impl fmt::Display for PairPayload<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, identity, policy, iat, exp, jti } = self;
        match &identity.user_id {
            UserId::Integer(id) => write!(f, r#"{{"user_id":{id}"#)?,
            UserId::Text(id) => write!(f, r#"{{"user_id":{}"#, Quoted(id))?,
        }
        let private = match kind {
            TokenKind::Access => {
                write!(f, r#","user_type":{}"#, Quoted(identity.user_type))?;
                identity.access_claims
            }
            TokenKind::Refresh => identity.refresh_claims,
        };
        let session_id = Quoted(identity.session_id);
        write!(f, r#","session_id":{session_id},"exp":{exp},"iat":{iat}"#)?;
        let [iss, aud] = policy.written();
        for (name, text) in [("jti", *jti), ("iss", iss), ("aud", aud)] {
            if let Some(text) = text {
                write!(f, r#","{name}":{}"#, Quoted(text))?;
            }
        }
        for (name, value) in private.into_iter().flat_map(PrivateClaims::as_map) {
            write!(f, ",{}:{value}", Quoted(name))?;
        }
        f.write_str("}")
    }
}

/// A JSON string: "the quotation mark, reverse solidus, and the control characters (U+0000 through
/// U+001F)" must be escaped (RFC 8259 §7), here all in the one form that serves them all.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        let special = |c: char| matches!(c, '"' | '\\' | '\0'..='\x1f');
        for run in self.0.split_inclusive(special) {
            match run.char_indices().next_back() {
                Some((at, last)) if special(last) => {
                    f.write_str(run.get(..at).unwrap_or_default())?;
                    write!(f, "\\u{:04x}", u32::from(last))?;
                }
                _ => f.write_str(run)?,
            }
        }
        f.write_char('"')
    }
}
