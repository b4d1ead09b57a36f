//! Every way to verify a token of the pair, so that a table is run through each of them.

use super::common;

use common::{at, b64, key, sign_with};
use jwt_pair::TokenKind::{self, Access, Refresh};
use jwt_pair::{AccessVerifier, Error, PairClaims, PairIssuer, PairPolicy, PrivateClaims};
use jwt_pair::{RefreshVerifier, UnixTime};

/// The keys of access tokens and of refresh tokens, where each kind has its own.
pub(super) const ACCESS_KEY: u8 = 1;
pub(super) const REFRESH_KEY: u8 = 2;

pub(super) fn one_ring(policy: PairPolicy) -> PairIssuer {
    PairIssuer::new(key(ACCESS_KEY).into(), policy)
}

pub(super) fn two_rings(policy: PairPolicy) -> PairIssuer {
    PairIssuer::with_refresh_keys(key(ACCESS_KEY).into(), key(REFRESH_KEY).into(), policy).unwrap()
}

/// The byte of the key that signs tokens of this kind, under one ring or two.
fn key_byte(kind: TokenKind, has_two_rings: bool) -> u8 {
    if has_two_rings && kind == Refresh { REFRESH_KEY } else { ACCESS_KEY }
}

pub(super) fn header(typ: &str) -> String {
    format!(r#"{{"alg":"HS256","typ":"{typ}"}}"#)
}

pub(super) fn signed(byte: u8, header: &str, claims: &str) -> String {
    sign_with(&key(byte), &format!("{}.{}", b64(header), b64(claims)))
}

/// A way to verify a token, and what came of it.
pub(super) type Verdict = (&'static str, Result<(), Error>);

fn of_issuer(issuer: &PairIssuer, kind: TokenKind, token: &str, now: UnixTime) -> [Verdict; 4] {
    let verified = match kind {
        Access => issuer.verify_access(token, now).map(|_| ()),
        Refresh => issuer.verify_refresh(token, now).map(|_| ()),
    };
    let own = match kind {
        Access => issuer.access_verifier().verify(token, now).map(|_| ()),
        Refresh => issuer.refresh_verifier().verify(token, now).map(|_| ()),
    };
    let decoded = issuer.decode(token, now).map(|claims| match claims {
        PairClaims::Access(_) => assert_eq!(kind, Access),
        PairClaims::Refresh(_) => assert_eq!(kind, Refresh),
    });
    let renewed = match kind {
        Access => verified.clone(),
        Refresh => {
            let renewed = issuer.renew_access(token, "customer", &PrivateClaims::default(), now);
            renewed.map(|_| ())
        }
    };
    [
        ("PairIssuer::verify", verified),
        ("the verifier of a PairIssuer", own),
        ("PairIssuer::decode", decoded),
        ("PairIssuer::renew_access", renewed),
    ]
}

/// Verifies, in each way, a token of this kind with this header and these claims, signed with the
/// key that signs tokens of its kind.
pub(super) fn verdicts(
    policy: &PairPolicy,
    kind: TokenKind,
    header: &str,
    claims: &str,
    now: u64,
) -> Vec<Verdict> {
    let now = at(now);
    let token = |has_two_rings| signed(key_byte(kind, has_two_rings), header, claims);
    let (one, two) = (token(false), token(true));
    let mut verdicts = of_issuer(&one_ring(policy.clone()), kind, &one, now).to_vec();
    verdicts.extend(of_issuer(&two_rings(policy.clone()), kind, &two, now));
    let keys = key(key_byte(kind, true)).into();
    verdicts.extend(match kind {
        Access => {
            let verifier = AccessVerifier::new(keys, policy.clone());
            [
                ("AccessVerifier::verify", verifier.verify(&two, now).map(|_| ())),
                ("with_header", verifier.verify_with_header(&two, now).map(|_| ())),
            ]
        }
        Refresh => {
            let verifier = RefreshVerifier::new(keys, policy.clone());
            [
                ("RefreshVerifier::verify", verifier.verify(&two, now).map(|_| ())),
                ("with_header", verifier.verify_with_header(&two, now).map(|_| ())),
            ]
        }
    });
    verdicts
}

/// What `verify_ignoring_dates` says of the same token.
pub(super) fn ignoring_dates(
    policy: &PairPolicy,
    kind: TokenKind,
    header: &str,
    claims: &str,
    now: u64,
) -> Result<(), Error> {
    let token = signed(key_byte(kind, true), header, claims);
    let keys = key(key_byte(kind, true)).into();
    match kind {
        Access => {
            let verifier = AccessVerifier::new(keys, policy.clone());
            verifier.verify_ignoring_dates(&token, at(now)).map(|_| ())
        }
        Refresh => {
            let verifier = RefreshVerifier::new(keys, policy.clone());
            verifier.verify_ignoring_dates(&token, at(now)).map(|_| ())
        }
    }
}

/// Each way gives the same verdict.
#[track_caller]
pub(super) fn assert_each_way(
    policy: &PairPolicy,
    kind: TokenKind,
    header: &str,
    claims: &str,
    now: u64,
    expected: &Result<(), Error>,
) {
    for (way, found) in verdicts(policy, kind, header, claims, now) {
        assert_eq!(&found, expected, "{way} of {kind}: {header} {claims} at {now}");
    }
}
