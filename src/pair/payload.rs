//! The claims set of a token that is about to be signed.
//!
//! In: who logged in, and when. Out: JSON, member by member.
//! Not here: reading one back; that is `claims`.

use alloc::format;
use alloc::string::String;
use core::fmt::{self, Write as _};

use serde_json::Number;

use super::claim_names::ClaimNames;
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

/// The parts of a claims set that are the same in all tokens of one kind.
#[derive(Clone, Debug)]
pub(super) struct PayloadTemplate {
    names: ClaimNames,
    /// Up to the user's id, the user's type (of an access token) and the session's id.
    user_id: String,
    user_type: Option<String>,
    session_id: String,
    /// `iss` and `aud`.
    issuer_and_audience: String,
}

/// The parts of a claims set that are of one token.
pub(super) struct Payload<'a> {
    pub(super) identity: &'a Identity<'a>,
    pub(super) iat: NumericDate,
    pub(super) exp: NumericDate,
    pub(super) jti: Option<&'a str>,
}

impl PayloadTemplate {
    pub(super) fn new(kind: TokenKind, policy: &PairPolicy) -> Self {
        let names = policy.names;
        let member = |name| format!(r#","{name}":""#);
        let mut own = Buffer::new();
        for (name, text) in [("iss", &policy.issuer), ("aud", &policy.audience)] {
            if let Some(text) = text {
                own.push(member(name).as_bytes());
                push_escaped(&mut own, text);
                own.push(b"\"");
            }
        }
        Self {
            names,
            user_id: format!(r#"{{"{}":"#, names.user_id),
            user_type: (kind == TokenKind::Access).then(|| member(names.user_type)),
            session_id: member(names.session_id),
            issuer_and_audience: String::from_utf8_lossy(own.bytes()).into_owned(),
        }
    }

    pub(super) fn write(&self, payload: &Payload<'_>, out: &mut Buffer) -> Result<(), Error> {
        let Payload { identity, jti, .. } = payload;
        let names = self.names;
        if names.user_is_subject() && identity.user_id.as_i64().is_some() {
            let (claim, expected) = (names.user_id, names.user_id_type());
            return Err(Error::CallerClaimType { claim, expected });
        }
        out.push(self.user_id.as_bytes());
        match &identity.user_id {
            UserId::Integer(id) => push_display(out, &Number::from(*id)),
            UserId::Text(id) => push_text(out, id),
        }
        let private = if let Some(user_type) = &self.user_type {
            out.push(user_type.as_bytes());
            push_escaped(out, identity.user_type);
            out.push(b"\"");
            identity.access_claims
        } else {
            identity.refresh_claims
        };
        out.push(self.session_id.as_bytes());
        push_escaped(out, identity.session_id);
        // `serde_json` writes integers faster than `core::fmt` does.
        let [exp, iat] = [payload.exp, payload.iat].map(|date| Number::from(date.as_secs()));
        push_display(out, &format_args!(r#"","exp":{exp},"iat":{iat}"#));
        if let Some(jti) = jti {
            out.push(br#","jti":"#);
            push_text(out, jti);
        }
        out.push(self.issuer_and_audience.as_bytes());
        if let Some(private) = private {
            private.refuse(&names.all())?;
            for (name, value) in private.as_map() {
                out.push(b",");
                push_text(out, name);
                push_display(out, &format_args!(":{value}"));
            }
        }
        out.push(b"}");
        Ok(())
    }
}

/// A [`Buffer`] takes all text, and numbers and JSON values always have one.
fn push_display(out: &mut Buffer, value: &dyn fmt::Display) {
    _ = write!(out, "{value}");
}

/// A JSON string.
fn push_text(out: &mut Buffer, text: &str) {
    out.push(b"\"");
    push_escaped(out, text);
    out.push(b"\"");
}

/// The characters of a JSON string. "quotation mark, reverse solidus, and the control characters
/// (U+0000 through U+001F)" must be escaped (RFC 8259 §7). Each is written as `\u` and four
/// digits, a form that fits all of them.
fn push_escaped(out: &mut Buffer, text: &str) {
    let special = |byte| matches!(byte, b'"' | b'\\' | 0..=0x1f);
    let mut rest = text;
    // Special bytes are ASCII, so no character is split.
    while let Some(at) = rest.bytes().position(special) {
        let (run, tail) = rest.split_at(at);
        let mut characters = tail.chars();
        out.push(run.as_bytes());
        if let Some(special) = characters.next() {
            push_display(out, &format_args!("\\u{:04x}", u32::from(special)));
        }
        rest = characters.as_str();
    }
    out.push(rest.as_bytes());
}
