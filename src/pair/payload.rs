//! The claims set of a token that is about to be signed.
//!
//! In: who logged in, and when. Out: JSON, member by member.
//! Not here: reading one back; that is `claims`.

use core::fmt::{self, Write as _};

use serde_json::Number;

use super::policy::PairPolicy;
use super::private_claims::PrivateClaims;
use super::user_id::UserId;
use crate::buffer::Buffer;
use crate::error::Error;
use crate::time::NumericDate;
use crate::token_kind::TokenKind;

/// For whom a pair is issued, and in which session.
#[derive(Clone, Debug)]
#[must_use]
pub struct Identity<'a> {
    user_id: UserId,
    user_type: &'a str,
    session_id: &'a str,
    access_claims: Option<&'a PrivateClaims>,
    refresh_claims: Option<&'a PrivateClaims>,
}

impl<'a> Identity<'a> {
    /// A user, named by an integer or a text; the type of the user; and a session, by its own name.
    pub fn new(user_id: impl Into<UserId>, user_type: &'a str, session_id: &'a str) -> Self {
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

    /// The user.
    pub const fn user_id(&self) -> &UserId {
        &self.user_id
    }

    /// The session.
    pub const fn session_id(&self) -> &'a str {
        self.session_id
    }
}

/// One claims set, made of an [`Identity`] and a policy.
pub(super) struct Payload<'a> {
    pub(super) kind: TokenKind,
    pub(super) identity: &'a Identity<'a>,
    pub(super) policy: &'a PairPolicy,
    pub(super) iat: NumericDate,
    pub(super) exp: NumericDate,
    pub(super) jti: Option<&'a str>,
}

impl Payload<'_> {
    pub(super) fn write(&self, out: &mut Buffer) -> Result<(), Error> {
        let Self { kind, identity, policy, .. } = self;
        let names = policy.names;
        if names.user_is_subject() && identity.user_id.as_i64().is_some() {
            let (claim, expected) = (names.user_id, names.user_id_type());
            return Err(Error::CallerClaimType { claim, expected });
        }
        let private = match kind {
            TokenKind::Access => identity.access_claims,
            TokenKind::Refresh => identity.refresh_claims,
        };
        private.map_or(Ok(()), |private| private.refuse(&names.all()))?;
        self.write_members(out, private).map_err(|fmt::Error| Error::ClaimsNotAnObject)
    }

    fn write_members(&self, out: &mut Buffer, private: Option<&PrivateClaims>) -> fmt::Result {
        let Self { kind, identity, policy, iat, exp, jti } = self;
        let names = policy.names;
        write_name(out, '{', names.user_id)?;
        match &identity.user_id {
            UserId::Integer(id) => write_integer(out, *id)?,
            UserId::Text(id) => write_text(out, id)?,
        }
        let user_type = (*kind == TokenKind::Access).then_some(identity.user_type);
        let texts = [(names.user_type, user_type), (names.session_id, Some(identity.session_id))];
        write_texts(out, texts)?;
        out.write_str(r#","exp":"#)?;
        write_integer(out, exp.as_secs())?;
        out.write_str(r#","iat":"#)?;
        write_integer(out, iat.as_secs())?;
        let (iss, aud) = (policy.issuer.as_deref(), policy.audience.as_deref());
        write_texts(out, [("jti", *jti), ("iss", iss), ("aud", aud)])?;
        for (name, value) in private.into_iter().flat_map(PrivateClaims::as_map) {
            write_name(out, ',', name)?;
            write!(out, "{value}")?;
        }
        out.write_char('}')
    }
}

fn write_texts<const N: usize>(
    out: &mut Buffer,
    members: [(&str, Option<&str>); N],
) -> fmt::Result {
    for (name, text) in members {
        if let Some(text) = text {
            write_name(out, ',', name)?;
            write_text(out, text)?;
        }
    }
    Ok(())
}

fn write_name(out: &mut Buffer, before: char, name: &str) -> fmt::Result {
    out.write_char(before)?;
    write_text(out, name)?;
    out.write_char(':')
}

/// `serde_json` writes integers faster than `core::fmt` does.
fn write_integer(out: &mut Buffer, integer: i64) -> fmt::Result {
    write!(out, "{}", Number::from(integer))
}

/// A JSON string. "quotation mark, reverse solidus, and the control characters (U+0000 through
/// U+001F)" must be escaped (RFC 8259 §7). All of them are escaped in the one form that fits all.
fn write_text(out: &mut Buffer, text: &str) -> fmt::Result {
    let special = |byte| matches!(byte, b'"' | b'\\' | 0..=0x1f);
    out.write_char('"')?;
    let mut rest = text;
    // Special bytes are ASCII, so no character is split.
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
