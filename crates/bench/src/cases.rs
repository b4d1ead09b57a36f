//! What is measured: operations, the tokens for them, and what must come out.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::payloads::{access_payload, data_payload, members_payload, noise};
use crate::token::{self, SECRET, header, ring_secret};

const ACCESS_SECONDS: u64 = 15 * 60;
const REFRESH_SECONDS: u64 = 7 * 24 * 60 * 60;

pub struct Case {
    pub name: &'static str,
    pub title: &'static str,
    /// Cases of one group share their rounds, so that they can be compared with each other.
    pub group: &'static str,
    pub operation: &'static str,
    pub keys: u8,
    pub threads: u32,
    /// For jwt-pair, whose tokens are marked by their `typ`, and for the bare HMAC of them.
    pub own_tokens: String,
    /// For all others, with the header that they write: never longer.
    pub peer_tokens: String,
    pub expected: Expected,
}

pub enum Expected {
    /// New tokens that say this for these lifetimes.
    Tokens(Vec<(Value, u64)>),
    Claims(Value),
    Invalid,
    Expired,
}

#[derive(Clone, Copy)]
enum Kind {
    Access,
    Refresh,
    Generic,
}

pub fn all() -> Vec<Case> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let tomorrow = now + 24 * 60 * 60;
    let access = access_payload(now, tomorrow);
    let refresh =
        format!(r#"{{"user_id":123,"session_id":"session123","exp":{tomorrow},"iat":{now}}}"#);
    let expired = access_payload(now - 1000, now - 100);

    let new_access = (
        json!({"user_id": 123, "user_type": "customer", "session_id": "session123"}),
        ACCESS_SECONDS,
    );
    let new_refresh = (json!({"user_id": 123, "session_id": "session123"}), REFRESH_SECONDS);

    let mut cases = vec![
        Case {
            expected: Expected::Tokens(vec![new_access.clone(), new_refresh]),
            ..valid("issue_pair", "issue pair", "issue", Kind::Access, &access)
                .and_token(Kind::Refresh, &refresh)
        },
        valid("verify_access", "verify access", "access", Kind::Access, &access),
        valid("verify_refresh", "verify refresh", "refresh", Kind::Refresh, &refresh),
        valid("decode_typed", "decode generic, typed", "typed", Kind::Generic, &access),
        with_other_header(&access),
        valid("decode_untyped", "decode generic, untyped", "untyped", Kind::Generic, &access),
        Case {
            expected: Expected::Tokens(vec![new_access]),
            ..valid("renew", "renew access", "renew", Kind::Refresh, &refresh)
                .and_token(Kind::Access, &access)
        },
        valid("reject_forged", "reject forged", "access", Kind::Access, &access).forged(),
        Case {
            expected: Expected::Expired,
            ..valid("reject_expired", "reject expired", "access", Kind::Access, &expired)
        },
        garbage("reject_noise", "reject 4 KiB of noise", noise(4096)),
        garbage("reject_a", "reject 4 KiB of `A`", "A".repeat(4096)),
    ];
    let rings = [
        ("ring_1", "ring of 1 key", 1, 0),
        ("ring_10", "ring of 10 keys", 10, 0),
        ("ring_100", "ring of 100 keys", 100, 0),
        ("ring_10_older", "ring of 10, an older key", 10, 9),
        ("ring_100_older", "ring of 100, an older key", 100, 99),
    ];
    cases.extend(rings.map(|(name, title, keys, key)| ring(name, title, keys, key, &access)));
    let payloads = [
        ("payload_64", "payload of 64 B", 64),
        ("payload_256", "payload of 256 B", 256),
        ("payload_1k", "payload of 1 KiB", 1024),
        ("payload_4k", "payload of 4 KiB", 4096),
        ("payload_16k", "payload of 16 KiB", 16 * 1024),
        ("payload_64k", "payload of 64 KiB", 64 * 1024),
    ];
    cases.extend(payloads.map(|(name, title, bytes)| {
        valid(name, title, "data", Kind::Generic, &data_payload(tomorrow, bytes))
    }));
    let members = [
        ("members_500", "500 claims, untyped", 500),
        ("members_5000", "5,000 claims, untyped", 5_000),
    ];
    cases.extend(members.map(|(name, title, count)| {
        valid(name, title, "untyped", Kind::Generic, &members_payload(tomorrow, count))
    }));
    cases.extend([("threads_1", "1 thread", 1), ("threads_2", "2 threads", 2)].map(
        |(name, title, threads)| Case {
            group: "threads",
            threads,
            ..valid(name, title, "access", Kind::Access, &access)
        },
    ));
    cases
}

fn tokens(kind: Kind, kid: Option<&str>, payload: &str, secret: &[u8]) -> (String, String) {
    let own_typ = match kind {
        Kind::Access => "access+jwt",
        Kind::Refresh => "refresh+jwt",
        Kind::Generic => "JWT",
    };
    let peer = token::sign(&header("JWT", kid), payload, secret);
    (token::sign(&header(own_typ, kid), payload, secret), peer)
}

fn valid(
    name: &'static str,
    title: &'static str,
    operation: &'static str,
    kind: Kind,
    payload: &str,
) -> Case {
    let (own_tokens, peer_tokens) = tokens(kind, None, payload, &SECRET);
    let claims = serde_json::from_str(payload).expect("a payload is JSON");
    let expected = Expected::Claims(claims);
    Case {
        name,
        title,
        group: name,
        operation,
        keys: 0,
        threads: 1,
        own_tokens,
        peer_tokens,
        expected,
    }
}

/// As some libraries write it, so that it is not the header that jwt-pair knows by its text.
fn with_other_header(payload: &str) -> Case {
    const TITLE: &str = "decode generic, another header";
    let token = token::sign(r#"{"typ":"JWT","alg":"HS256"}"#, payload, &SECRET);
    let case = valid("decode_other_header", TITLE, "typed", Kind::Generic, payload);
    Case { own_tokens: token.clone(), peer_tokens: token, ..case }
}

fn ring(name: &'static str, title: &'static str, keys: u8, key: u8, payload: &str) -> Case {
    let kid = format!("key-{key}");
    let (own_tokens, peer_tokens) = tokens(Kind::Access, Some(&kid), payload, &ring_secret(key));
    let case = valid(name, title, "ring", Kind::Access, payload);
    Case { group: "rings", keys, own_tokens, peer_tokens, ..case }
}

fn garbage(name: &'static str, title: &'static str, token: String) -> Case {
    let case = valid(name, title, "access", Kind::Access, "{}");
    Case { own_tokens: token.clone(), peer_tokens: token, expected: Expected::Invalid, ..case }
}

impl Case {
    fn and_token(mut self, kind: Kind, payload: &str) -> Self {
        let (own, peer) = tokens(kind, None, payload, &SECRET);
        self.own_tokens = format!("{} {own}", self.own_tokens);
        self.peer_tokens = format!("{} {peer}", self.peer_tokens);
        self
    }

    /// With another first character in the signature, as a forger's guess would have.
    fn forged(mut self) -> Self {
        for token in [&mut self.own_tokens, &mut self.peer_tokens] {
            let place = token.len() - 43;
            let other = if token[place..].starts_with('A') { "B" } else { "A" };
            token.replace_range(place..=place, other);
        }
        self.expected = Expected::Invalid;
        self
    }
}
