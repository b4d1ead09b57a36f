//! The claims set of a token that is about to be signed.
//!
//! In: who logged in, and when. Out: JSON, member by member.
//! Not here: reading one back; that is `pair_claims`.

use core::fmt;

use crate::numeric_date::NumericDate;
use crate::pair_claims::UserId;
use crate::pair_policy::PairPolicy;
use crate::private_claims::PrivateClaims;
use crate::token_kind::TokenKind;

/// Whom a pair is issued for, and in which session.
#[derive(Clone, Debug)]
#[must_use]
pub struct Identity<'a> {
    user_id: UserId<'a>,
    user_type: &'a str,
    session_id: &'a str,
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

    /// The user.
    pub const fn user_id(&self) -> &UserId<'a> {
        &self.user_id
    }

    /// The session's name.
    pub const fn session_id(&self) -> &str {
        self.session_id
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

impl PairPayload<'_> {
    /// Each piece as it stands: nested format strings would take a tenth of the time of issuing.
    pub(crate) fn write(&self, out: &mut impl fmt::Write) -> fmt::Result {
        let Self { kind, identity, policy, iat, exp, jti } = self;
        out.write_str(r#"{"user_id":"#)?;
        match &identity.user_id {
            UserId::Integer(id) => write!(out, "{id}")?,
            UserId::Text(id) => write_text(out, id)?,
        }
        let private = match kind {
            TokenKind::Access => {
                out.write_str(r#","user_type":"#)?;
                write_text(out, identity.user_type)?;
                identity.access_claims
            }
            TokenKind::Refresh => identity.refresh_claims,
        };
        out.write_str(r#","session_id":"#)?;
        write_text(out, identity.session_id)?;
        write!(out, r#","exp":{exp},"iat":{iat}"#)?;
        let [iss, aud] = policy.written();
        for (name, text) in [(r#","jti":"#, *jti), (r#","iss":"#, iss), (r#","aud":"#, aud)] {
            if let Some(text) = text {
                out.write_str(name)?;
                write_text(out, text)?;
            }
        }
        for (name, value) in private.into_iter().flat_map(PrivateClaims::as_map) {
            out.write_char(',')?;
            write_text(out, name)?;
            write!(out, ":{value}")?;
        }
        out.write_char('}')
    }
}

/// A JSON string, of which "quotation mark, reverse solidus, and the control characters (U+0000
/// through U+001F)" must be escaped (RFC 8259 §7), here all in the one form that serves them all.
fn write_text(out: &mut impl fmt::Write, text: &str) -> fmt::Result {
    let special = |byte| matches!(byte, b'"' | b'\\' | 0..=0x1f);
    out.write_char('"')?;
    let mut rest = text;
    // What is special is ASCII, so that no character is split.
    while let Some(at) = rest.bytes().position(special) {
        let (run, tail) = rest.split_at(at);
        let mut characters = tail.chars();
        out.write_str(run)?;
        if let Some(special) = characters.next() {
            write!(out, "\\u{:04x}", u32::from(special))?;
        }
        rest = characters.as_str();
    }
    out.write_str(rest)?;
    out.write_char('"')
}
