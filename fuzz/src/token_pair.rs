//! Any identity, lifetimes and own claims, through issue, verify, decode and renew: what was put in
//! comes out, for exactly as long as it should, and no kind passes for the other.

use core::time::Duration;

use jwt_pair::{
    AccessClaims, AccessVerifier, Error, Identity, KeyRing, PairClaims, PairIssuer, PairPolicy,
    PrivateClaims, RefreshClaims, TokenKind, UnixTime, UserId,
};

use crate::choices::Choices;
use crate::oracle::{SECRET, key};
use crate::own_claims::own_claims;

const REFRESH_SECRET: &[u8] = b"a fuzzing secret for refresh tokens, of 32 bytes or more";

struct Case {
    user_id: UserId<'static>,
    user_type: String,
    session_id: String,
    access_claims: PrivateClaims,
    refresh_claims: PrivateClaims,
    now: u64,
    later: u64,
    access_lifetime: u64,
    refresh_lifetime: u64,
    leeway: u64,
    issuer: PairIssuer,
    policy: PairPolicy,
    has_refresh_keys: bool,
}

pub fn check(data: &[u8]) {
    let mut choices = Choices::new(data);
    let Some(case) = Case::new(&mut choices) else { return };
    let Case { user_type, session_id, access_claims, refresh_claims, now, issuer, .. } = &case;
    let identity = Identity::new(case.user_id.clone(), user_type, session_id)
        .access_claims(access_claims)
        .refresh_claims(refresh_claims);
    let pair = match issuer.issue(&identity, UnixTime::from_secs(*now)) {
        Ok(pair) => pair,
        Err(Error::TokenTooLong { bytes, limit }) => return assert!(bytes > limit),
        Err(error) => panic!("{error}"),
    };
    for at in [*now, case.later] {
        case.check_access(&pair.access.token, access_claims, *now, at);
        case.check_refresh(&pair.refresh.token, at);
    }
    case.check_kinds(&pair.access.token, &pair.refresh.token);
    case.check_renewal(&pair.refresh.token, &choices.text());
}

impl Case {
    /// `None` where the settings or the claims were refused, rightly.
    fn new(choices: &mut Choices<'_>) -> Option<Self> {
        let user_id = if choices.any() {
            UserId::Integer(choices.any())
        } else {
            UserId::from(choices.text())
        };
        let (user_type, session_id) = (choices.text(), choices.text());
        let (now, later, leeway) = (choices.seconds(), choices.seconds(), choices.seconds());
        let leeway = if choices.any() { leeway } else { 0 };
        let (access_lifetime, refresh_lifetime) = (choices.seconds(), choices.seconds());
        let policy = lifetimes(access_lifetime, refresh_lifetime)?;
        let mut policy = policy.leeway(Duration::from_secs(leeway));
        if choices.any() {
            policy = policy.issuer(&choices.text());
        }
        if choices.any() {
            policy = policy.audience(&choices.text());
        }
        if choices.any() {
            policy = policy.accept_unmarked();
        }
        let has_refresh_keys = choices.any();
        let keys = KeyRing::new(key(SECRET));
        let issuer = if has_refresh_keys {
            PairIssuer::with_refresh_keys(keys, key(REFRESH_SECRET).into(), policy.clone())
        } else {
            PairIssuer::new(keys, policy.clone())
        };
        Some(Self {
            access_claims: own_claims(choices)?,
            refresh_claims: own_claims(choices)?,
            user_id,
            user_type,
            session_id,
            now,
            later,
            access_lifetime,
            refresh_lifetime,
            leeway,
            issuer,
            policy,
            has_refresh_keys,
        })
    }

    /// `iat`, `exp`, and whether a token that was issued at `issued` must be good at `at`.
    fn dates(&self, lifetime: u64, issued: u64, at: u64) -> (i64, i64, bool) {
        let last = i128::from(i64::MAX);
        let iat = i128::from(issued).min(last);
        let exp = (i128::from(issued) + i128::from(lifetime)).min(last);
        let is_good = i128::from(at) < exp + i128::from(self.leeway);
        let as_i64 = |date| i64::try_from(date).expect("at most i64::MAX");
        (as_i64(iat), as_i64(exp), is_good)
    }

    fn check_access(&self, token: &str, own: &PrivateClaims, issued: u64, at: u64) {
        let (iat, exp, is_good) = self.dates(self.access_lifetime, issued, at);
        let now = UnixTime::from_secs(at);
        let result = self.issuer.verify_access(token, now);
        let verifier = AccessVerifier::new(key(SECRET).into(), self.policy.clone());
        assert_eq!(verifier.verify(token, now), result);
        assert_eq!(self.issuer.decode(token, now), result.clone().map(PairClaims::Access));
        match result {
            Ok(claims) => {
                assert!(is_good, "{claims:?} at {at}");
                let AccessClaims { user_id, user_type, session_id, private, .. } = &claims;
                assert_eq!((user_id, user_type), (&self.user_id, &self.user_type));
                assert_eq!((session_id, private), (&self.session_id, own));
                assert_eq!((claims.iat.as_secs(), claims.exp.as_secs()), (iat, exp));
            }
            Err(error) => {
                assert!(!is_good, "{error}");
                assert!(matches!(error, Error::Expired { exp: at, .. } if at.as_secs() == exp));
            }
        }
    }

    fn check_refresh(&self, token: &str, at: u64) {
        let (iat, exp, is_good) = self.dates(self.refresh_lifetime, self.now, at);
        let now = UnixTime::from_secs(at);
        let result = self.issuer.verify_refresh(token, now);
        assert_eq!(self.issuer.decode(token, now), result.clone().map(PairClaims::Refresh));
        match result {
            Ok(claims) => {
                assert!(is_good, "{claims:?} at {at}");
                let RefreshClaims { user_id, session_id, jti, private, .. } = &claims;
                assert_eq!((user_id, jti), (&self.user_id, &None));
                assert_eq!((session_id, private), (&self.session_id, &self.refresh_claims));
                assert_eq!((claims.iat.as_secs(), claims.exp.as_secs()), (iat, exp));
            }
            Err(error) => {
                assert!(!is_good, "{error}");
                assert!(matches!(error, Error::Expired { exp: at, .. } if at.as_secs() == exp));
            }
        }
    }

    /// Neither kind passes for the other, whatever the clock says.
    fn check_kinds(&self, access: &str, refresh: &str) {
        use TokenKind::{Access, Refresh};
        for at in [0, self.now, self.later] {
            let now = UnixTime::from_secs(at);
            let as_access = self.issuer.verify_access(refresh, now).unwrap_err();
            let as_refresh = self.issuer.verify_refresh(access, now).unwrap_err();
            let expected = if self.has_refresh_keys {
                [Error::InvalidSignature, Error::InvalidSignature]
            } else {
                [
                    Error::WrongKind { expected: Access, found: Refresh },
                    Error::WrongKind { expected: Refresh, found: Access },
                ]
            };
            assert_eq!([as_access, as_refresh], expected);
        }
    }

    fn check_renewal(&self, refresh: &str, user_type: &str) {
        let (now, later) = (UnixTime::from_secs(self.now), UnixTime::from_secs(self.later));
        let own = &self.access_claims;
        let renewed = self.issuer.renew_access(refresh, user_type, own, later);
        let (.., is_good) = self.dates(self.refresh_lifetime, self.now, self.later);
        match renewed {
            Ok(token) => {
                assert!(is_good);
                let (iat, _, is_good) = self.dates(self.access_lifetime, self.later, self.later);
                let access = self.issuer.verify_access(&token, later);
                assert_eq!(access.is_ok(), is_good);
                if let Ok(access) = access {
                    assert_eq!(access.user_type, user_type);
                    assert_eq!(access.user_id, self.user_id);
                    assert_eq!(access.session_id, self.session_id);
                    assert_eq!((access.iat.as_secs(), &access.private), (iat, own));
                }
                let access = self.issuer.verify_refresh(&token, now).unwrap_err();
                assert_ne!(access.public_message(), "Token has expired");
            }
            Err(Error::Expired { .. }) => assert!(!is_good),
            Err(error) => assert!(matches!(error, Error::TokenTooLong { .. }), "{error}"),
        }
    }
}

fn lifetimes(access: u64, refresh: u64) -> Option<PairPolicy> {
    let policy = PairPolicy::new()
        .access_lifetime(Duration::from_secs(access))
        .and_then(|policy| policy.refresh_lifetime(Duration::from_secs(refresh)));
    match policy {
        Ok(policy) => {
            assert!(access > 0 && refresh > 0);
            Some(policy)
        }
        Err(error) => {
            assert!(access == 0 || refresh == 0);
            assert_eq!(error, Error::LifetimeTooShort);
            None
        }
    }
}
