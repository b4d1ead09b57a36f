//! Who has tokens but no key makes no other token: whatever is cut, changed, spliced or signed with
//! another key, nothing verifies but a genuine token, and that only as what it is.
//!
//! The property is one-sided, and needs no oracle: a forger is never given the key.

use core::time::Duration;

use jwt_pair::limits::DEFAULT_MAX_TOKEN_BYTES;
use jwt_pair::{
    AccessVerifier, Identity, KeyRing, PairIssuer, PairPolicy, Predecessor, UnixTime, Validation,
    decode_ignoring_dates, decode_untyped, jws,
};
use serde_json::{Map, Value, json};

use crate::choices::{Choices, NOW};
use crate::oracle::{self, SECRET, key};

const OLD_SECRET: &[u8] = b"a fuzzing secret of a predecessor, of 32 bytes or more";
const REFRESH_SECRET: &[u8] = b"a fuzzing secret for refresh tokens, of 32 bytes or more";

/// What a forger has seen.
struct Genuine {
    access: [String; 2],
    refresh: [String; 2],
    other: [String; 2],
    /// An access token and a refresh token of a predecessor.
    old: [String; 2],
    has_predecessor: bool,
    one_key: PairIssuer,
    two_keys: PairIssuer,
    keys: KeyRing,
}

pub fn check(data: &[u8]) {
    let mut choices = Choices::new(data);
    let policy = PairPolicy::new();
    let has_predecessor = choices.any();
    let policy = if has_predecessor { policy.predecessor(predecessor()) } else { policy };
    let genuine = Genuine::new(&policy, has_predecessor);
    let mut token = genuine.any(&mut choices);
    while !choices.is_empty() {
        token = mutate(&token, &genuine, &mut choices);
        genuine.check(&token, &policy);
    }
    genuine.check(&token, &policy);
}

fn predecessor() -> Predecessor {
    let [access, refresh] = [900, 604_800].map(Duration::from_secs);
    Predecessor::new(key(OLD_SECRET).into(), access, refresh, UnixTime::from_secs(NOW + 604_800))
}

impl Genuine {
    fn new(policy: &PairPolicy, has_predecessor: bool) -> Self {
        let keys = KeyRing::new(key(SECRET));
        let one_key = PairIssuer::new(keys.clone(), policy.clone());
        let refresh_keys = KeyRing::new(key(REFRESH_SECRET));
        let two_keys = PairIssuer::with_refresh_keys(keys.clone(), refresh_keys, policy.clone())
            .expect("two secrets");
        let identity = Identity::new(123, "customer", "session123");
        let now = UnixTime::from_secs(NOW);
        let [one, two] = [&one_key, &two_keys].map(|it| it.issue(&identity, now).expect("short"));
        let text = jws::sign(b"any bytes", "octet-stream", &keys).expect("a short header");
        let claims = json!({"sub": "alice", "exp": NOW + 60});
        let jwt = jwt_pair::encode(&claims, &keys).expect("an object");
        let access = json!({"user_id": 123, "user_type": "customer", "session_id": "session123",
            "exp": NOW + 900, "iat": NOW});
        let refresh = json!({"user_id": 123, "session_id": "session123",
            "exp": NOW + 604_800, "iat": NOW});
        let header = br#"{"alg":"HS256","typ":"JWT"}"#;
        let old = [access, refresh]
            .map(|claims| oracle::token(header, claims.to_string().as_bytes(), OLD_SECRET));
        Self {
            old,
            has_predecessor,
            access: [one.access.token, two.access.token],
            refresh: [one.refresh.token, two.refresh.token],
            other: [jwt, text],
            one_key,
            two_keys,
            keys,
        }
    }

    fn any(&self, choices: &mut Choices<'_>) -> String {
        let all = [&self.access, &self.refresh, &self.other, &self.old];
        choices.pick(&all)[choices.below(2)].clone()
    }

    /// Each way to verify accepts the genuine tokens that it is for, and no other text.
    #[track_caller]
    fn check(&self, token: &str, policy: &PairPolicy) {
        let now = UnixTime::from_secs(NOW);
        let only = |genuine: &[&String], is_accepted: bool| {
            let is_genuine = genuine.iter().any(|genuine| *genuine == token);
            assert_eq!(is_accepted, is_genuine, "{token}");
        };
        let [access, access_two] = &self.access;
        let [refresh, refresh_two] = &self.refresh;
        let [jwt, text] = &self.other;
        // Where no predecessor is named, its tokens are like any other text.
        let [old_access, old_refresh] =
            if self.has_predecessor { [&self.old[0], &self.old[1]] } else { [access, refresh] };

        let Self { one_key, two_keys, keys, .. } = self;
        let all_access = [access, access_two, old_access];
        only(&all_access, one_key.verify_access(token, now).is_ok());
        only(&all_access, two_keys.verify_access(token, now).is_ok());
        let verifier = AccessVerifier::new(keys.clone(), policy.clone());
        only(&all_access, verifier.verify(token, now).is_ok());
        only(&all_access, verifier.verify_with_header(token, now).is_ok());
        only(&all_access, verifier.verify_ignoring_dates(token, now).is_ok());
        let old_of_two = if self.has_predecessor { old_refresh } else { refresh_two };
        let (one, two) = ([refresh, old_refresh], [refresh_two, old_of_two]);
        only(&one, one_key.verify_refresh(token, now).is_ok());
        only(&two, two_keys.verify_refresh(token, now).is_ok());
        only(&one, one_key.refresh_verifier().verify_ignoring_dates(token, now).is_ok());
        only(&[&all_access[..], &one].concat(), one_key.decode(token, now).is_ok());
        only(&[&all_access[..], &two].concat(), two_keys.decode(token, now).is_ok());
        let renewed = one_key.renew_access(token, "admin", &Default::default(), now);
        only(&one, renewed.is_ok());

        let verified = jws::verify(token, keys, DEFAULT_MAX_TOKEN_BYTES);
        only(&[access, access_two, refresh, jwt, text], verified.is_ok());
        let policy = Validation::new();
        let decoded = jwt_pair::decode::<Map<String, Value>>(token, keys, &policy, now);
        only(&[jwt], decoded.is_ok());
        let any_typ = policy.accept_any_typ();
        let all = [access, access_two, refresh, jwt];
        only(&all, decode_untyped(token, keys, &any_typ, now).is_ok());
        let undated = decode_ignoring_dates::<Map<String, Value>>(token, keys, &any_typ);
        only(&all, undated.is_ok());
    }
}

const HEADERS: [&str; 15] = [
    r#"{"alg":"HS256"}"#,
    r#"{"alg":"HS256","typ":"JWT"}"#,
    r#"{"alg":"HS256","typ":"access+jwt"}"#,
    r#"{"alg":"HS256","typ":"refresh+jwt"}"#,
    r#"{"alg":"none"}"#,
    r#"{"alg":"None","typ":"access+jwt"}"#,
    r#"{"alg":"RS256","typ":"access+jwt"}"#,
    r#"{"alg":"HS256","typ":"access+jwt","kid":"../../dev/null"}"#,
    r#"{"alg":"HS256","crit":["b64"],"b64":false}"#,
    r#"{"alg":"none","alg":"HS256","typ":"access+jwt"}"#,
    r#"{"alg":"HS256","jwk":{"kty":"oct","k":""}}"#,
    r#"{"typ":"access+jwt","alg":"HS256"}"#,
    r#"{"alg":"HS256","typ":"access+jwt" }"#,
    "{}",
    "",
];

/// Secrets that a forger may try, the empty one and public texts among them.
const OTHER_SECRETS: [&[u8]; 5] =
    [b"", b"secret", b"a fuzzing secret of 32 bytes or mor", &[0; 32], b"HS256"];

/// One step of a forger. What comes out may be no token at all.
fn mutate(token: &str, genuine: &Genuine, choices: &mut Choices<'_>) -> String {
    let mut segments: Vec<String> = token.split('.').map(str::to_owned).collect();
    match choices.below(12) {
        // One bit, one byte more, one byte less, and the rest cut off.
        step @ 0..4 => return change_bytes(token, step, choices),
        // A segment of another token, or of this one at another place.
        4 => {
            let other = genuine.any(choices);
            let others: Vec<&str> = other.split('.').collect();
            let at = choices.below(segments.len());
            segments[at] = choices.pick(&others).to_owned();
        }
        5 => {
            let (one, other) = (choices.below(segments.len()), choices.below(segments.len()));
            segments.swap(one, other);
        }
        6 => segments[0] = oracle::encode(choices.pick(&HEADERS)),
        // The claims are changed as JSON.
        7 => {
            if let Some(claims) = segments.get_mut(1) {
                *claims = change_claims(claims, choices);
            }
        }
        // The MAC: other bytes, other lengths.
        8 => {
            if let Some(signature) = segments.get_mut(2) {
                let mut mac = oracle::decode(signature).unwrap_or_default();
                mac.resize(choices.below(66), choices.any());
                if let Some(byte) = mac.last_mut() {
                    *byte ^= choices.any::<u8>();
                }
                *signature = oracle::encode(mac);
            }
        }
        // Signed anew with a key that is not the right one.
        9 => {
            segments.truncate(2);
            return oracle::seal(&segments.join("."), choices.pick(&OTHER_SECRETS));
        }
        // Another spelling of the same bytes: trailing bits, padding, the other alphabet.
        10 => {
            let at = choices.below(segments.len());
            segments[at] = respell(&segments[at], choices);
        }
        _ => segments.insert(choices.below(segments.len() + 1), choices.text()),
    }
    segments.join(".")
}

fn change_bytes(token: &str, step: usize, choices: &mut Choices<'_>) -> String {
    let mut bytes = token.as_bytes().to_vec();
    let at = usize::from(choices.any::<u16>()) % (bytes.len() + 1);
    match (step, bytes.get_mut(at)) {
        (0, Some(byte)) => *byte ^= 1 << choices.below(7),
        (1, _) => bytes.insert(at, choices.any::<u8>() & 0x7f),
        (2, Some(_)) => drop(bytes.remove(at)),
        (3, _) => bytes.truncate(at),
        _ => {}
    }
    String::from_utf8(bytes).unwrap_or_default()
}

fn change_claims(segment: &str, choices: &mut Choices<'_>) -> String {
    let json = oracle::decode(segment).unwrap_or_default();
    let mut claims: Map<String, Value> = serde_json::from_slice(&json).unwrap_or_default();
    claims.append(&mut choices.members(1));
    oracle::encode(Value::Object(claims).to_string())
}

fn respell(segment: &str, choices: &mut Choices<'_>) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = segment.to_owned();
    match choices.below(4) {
        0 => {
            let last = text.pop().and_then(|last| u8::try_from(last).ok());
            let at = ALPHABET.iter().position(|byte| Some(*byte) == last).unwrap_or_default();
            text.push(char::from(ALPHABET[at ^ (1 + choices.below(3))]));
        }
        1 => text.push('='),
        2 => text = text.replace('-', "+").replace('_', "/"),
        _ => text.push(choices.pick(&[' ', '\n', '\0', '\t'])),
    }
    text
}
