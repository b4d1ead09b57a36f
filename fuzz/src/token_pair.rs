//! Any identity, settings and own claims, through issue, verify, decode and renew. A token says what
//! was put in, by another base64, MAC and JSON, and comes out for exactly as long as it should; no
//! kind passes for the other; a predecessor's token passes under its keys, lifetimes and date alone.

use core::time::Duration;

use jwt_pair::{
    AccessClaims, AccessVerifier, ClaimNames, Error, Identity, IssuedToken, KeyRing, PairClaims,
    PairIssuer, PairPolicy, Predecessor, PrivateClaims, RefreshClaims, TokenKind, UnixTime, UserId,
};
use serde_json::{Map, Value};

use crate::choices::Choices;
use crate::json_oracle::{self, CLAIMS_LEVELS, HEADER_LEVELS, assert_same};
use crate::oracle::{self, SECRET, key};
use crate::own_claims::{check_number, own_claims};

const REFRESH_SECRET: &[u8] = b"a fuzzing secret for refresh tokens, of 32 bytes or more";
const OLD_SECRET: &[u8] = b"a fuzzing secret of a predecessor, of 32 bytes or more";

/// The longest token, as `docs/DESIGN.md` has it: not the constant of the crate.
const TOKEN_BYTES: usize = 8192;

const LAST: i128 = i64::MAX as i128;

/// The names of the user's id, the user's type and the session's id.
type Names = [&'static str; 3];

const NAMES: [Names; 4] = [
    ["user_id", "user_type", "session_id"],
    ["sub", "role", "sid"],
    ["a", "b", "tenant"],
    ["uid", "é", ""],
];

struct Case {
    user_id: UserId,
    user_type: String,
    session_id: String,
    access_claims: PrivateClaims,
    refresh_claims: PrivateClaims,
    now: u64,
    later: u64,
    access_lifetime: u64,
    refresh_lifetime: u64,
    leeway: u64,
    iss: Option<String>,
    aud: Option<String>,
    names: Names,
    /// Without a limit, so that a token that is too long can be looked at.
    unlimited: PairPolicy,
    policy: PairPolicy,
    has_refresh_keys: bool,
}

pub fn check(data: &[u8]) {
    let mut choices = Choices::new(data);
    let Some(case) = Case::new(&mut choices) else { return };
    let issuer = case.issuer(&case.policy);
    let pair = case.issue(&issuer, case.now);
    let user_type = choices.text();
    if let Some([access, refresh]) = &pair {
        for at in [case.now, case.later] {
            case.check_access(&issuer, access, at);
            case.check_refresh(&issuer, refresh, None, at);
        }
        case.check_kinds(&issuer, access, refresh);
        case.check_renewal(&issuer, refresh, &user_type);
    }
    case.check_session(&issuer, &choices.text());
    case.check_predecessor(&mut choices);
    check_number(&mut choices);
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
        let iss = choices.any::<bool>().then(|| choices.text());
        let aud = choices.any::<bool>().then(|| choices.text());
        // The first of two is written, both are accepted, as is what is only accepted.
        let is_more = choices.any::<bool>();
        if let Some(iss) = &iss {
            policy = policy.issuer(iss);
            policy = if is_more { policy.issuer("later").accept_issuer("old") } else { policy };
        }
        if let Some(aud) = &aud {
            policy = if is_more { policy.accept_audience("old") } else { policy };
            policy = policy.audience(aud);
            policy = if is_more { policy.audience("later") } else { policy };
        }
        let has_refresh_keys = choices.any();
        let access_claims = own_claims(choices)?;
        let refresh_claims = own_claims(choices)?;
        let names = choices.pick(&NAMES);
        let [user, role, session] = names;
        policy = policy.claim_names(ClaimNames::new(user, role, session).expect("good names"));
        Some(Self {
            access_claims,
            refresh_claims,
            user_id,
            user_type,
            session_id,
            now,
            later,
            access_lifetime,
            refresh_lifetime,
            leeway,
            iss,
            aud,
            names,
            unlimited: policy.clone().max_token_bytes(usize::MAX),
            policy,
            has_refresh_keys,
        })
    }

    fn issuer(&self, policy: &PairPolicy) -> PairIssuer {
        let keys = KeyRing::new(key(SECRET));
        if !self.has_refresh_keys {
            return PairIssuer::new(keys, policy.clone());
        }
        let shared = PairIssuer::with_refresh_keys(keys.clone(), keys.clone(), policy.clone());
        assert_eq!(shared.map(drop), Err(Error::SharedSigningKey));
        let refresh_keys = KeyRing::new(key(REFRESH_SECRET)).also_verify(key(OLD_SECRET));
        PairIssuer::with_refresh_keys(keys, refresh_keys, policy.clone()).expect("two secrets")
    }

    fn identity(&self) -> Identity<'_> {
        Identity::new(self.user_id.clone(), &self.user_type, &self.session_id)
            .access_claims(&self.access_claims)
            .refresh_claims(&self.refresh_claims)
    }

    /// Both tokens, if they could be made. What is made is what the oracle expects, and what is refused
    /// is refused for the oracle's reason.
    fn issue(&self, issuer: &PairIssuer, now: u64) -> Option<[String; 2]> {
        let now = UnixTime::from_secs(now);
        let made = issuer.issue(&self.identity(), now);
        let unlimited = self.issuer(&self.unlimited).issue(&self.identity(), now);
        let refused = match (&self.user_id, &self.names) {
            (UserId::Integer(_), ["sub", ..]) => Some("sub"),
            _ => None,
        };
        match (made, unlimited) {
            (made, Err(Error::CallerClaimType { claim, expected })) => {
                assert_eq!(Some(claim), refused);
                assert_eq!(made, Err(Error::CallerClaimType { claim, expected }));
                None
            }
            (made, Err(Error::ReservedClaim { claim })) => {
                // The refresh token is made first.
                let first = self.taken(&self.refresh_claims).or(self.taken(&self.access_claims));
                assert_eq!((refused, Some(claim)), (None, first));
                assert_eq!(made, Err(Error::ReservedClaim { claim }));
                None
            }
            (made, Ok(pair)) => {
                assert_eq!(refused, None);
                assert_eq!(
                    (self.taken(&self.refresh_claims), self.taken(&self.access_claims)),
                    (None, None)
                );
                let tokens = [&pair.access, &pair.refresh];
                let kinds = [TokenKind::Access, TokenKind::Refresh];
                for (token, kind) in tokens.into_iter().zip(kinds) {
                    self.check_written(token, kind, now.as_secs(), None);
                }
                let [access, refresh] = tokens.map(|token| token.token.len());
                let too_long = [refresh, access].into_iter().find(|bytes| *bytes > TOKEN_BYTES);
                match (made, too_long) {
                    (Ok(made), None) => {
                        assert_eq!(made, pair);
                        Some([made.access.token, made.refresh.token])
                    }
                    (Err(Error::TooLongToIssue { bytes, limit }), Some(too_long)) => {
                        assert_eq!((bytes, limit), (too_long, TOKEN_BYTES));
                        None
                    }
                    (made, _) => panic!("{made:?}, of {access} and {refresh} bytes"),
                }
            }
            (_, Err(error)) => panic!("{error}"),
        }
    }

    /// The first name of the pair that an own claim has.
    fn taken(&self, own: &PrivateClaims) -> Option<&'static str> {
        self.names.into_iter().find(|name| own.as_map().contains_key(*name))
    }

    /// What the claims of a token must be.
    fn claims(&self, kind: TokenKind, iat: i64, exp: i64, jti: Option<&str>) -> Map<String, Value> {
        let own = match kind {
            TokenKind::Access => &self.access_claims,
            TokenKind::Refresh => &self.refresh_claims,
        };
        let mut claims = own.as_map().clone();
        let [user, role, session] = self.names;
        let mut add = |name: &str, value: Value| claims.insert(name.to_owned(), value);
        match &self.user_id {
            UserId::Integer(id) => add(user, (*id).into()),
            UserId::Text(id) => add(user, id.as_str().into()),
        };
        if kind == TokenKind::Access {
            add(role, self.user_type.as_str().into());
        }
        add(session, self.session_id.as_str().into());
        add("exp", exp.into());
        add("iat", iat.into());
        for (name, text) in
            [("jti", jti), ("iss", self.iss.as_deref()), ("aud", self.aud.as_deref())]
        {
            if let Some(text) = text {
                add(name, text.into());
            }
        }
        claims
    }

    /// A new token, read without the crate: its MAC, its header and each of its claims.
    fn check_written(&self, issued: &IssuedToken, kind: TokenKind, now: u64, jti: Option<&str>) {
        let token = &issued.token;
        let (signing_input, mac) = token.rsplit_once('.').expect("two dots");
        let (header, payload) = signing_input.split_once('.').expect("two dots");
        let (secret, typ, lifetime) = match kind {
            TokenKind::Access => (SECRET, "access+jwt", self.access_lifetime),
            TokenKind::Refresh if self.has_refresh_keys => {
                (REFRESH_SECRET, "refresh+jwt", self.refresh_lifetime)
            }
            TokenKind::Refresh => (SECRET, "refresh+jwt", self.refresh_lifetime),
        };
        assert_eq!(mac, oracle::encode(oracle::mac(secret, signing_input.as_bytes())));
        let read = |segment, levels| {
            let json = oracle::decode(segment).expect("base64url");
            json_oracle::read(&json, levels).expect("a strict object")
        };
        let expected = [("alg", "HS256"), ("typ", typ)];
        let expected = expected.map(|(name, text)| (name.to_owned(), Value::from(text)));
        assert_eq!(read(header, HEADER_LEVELS), expected.into_iter().collect());
        let (iat, exp, _) = self.dates(lifetime, now, now);
        assert_same(&read(payload, CLAIMS_LEVELS), &self.claims(kind, iat, exp, jti));
        assert_eq!(i64::try_from(issued.expires_at.as_secs()), Ok(exp));
    }

    /// `iat`, `exp`, and whether a token that was issued at `issued` must be good at `at`.
    fn dates(&self, lifetime: u64, issued: u64, at: u64) -> (i64, i64, bool) {
        let iat = i128::from(issued).min(LAST);
        let exp = (i128::from(issued) + i128::from(lifetime)).min(LAST);
        let is_good = i128::from(at) < exp + i128::from(self.leeway);
        let as_i64 = |date| i64::try_from(date).expect("at most i64::MAX");
        (as_i64(iat), as_i64(exp), is_good)
    }

    fn check_access(&self, issuer: &PairIssuer, token: &str, at: u64) {
        let (iat, exp, is_good) = self.dates(self.access_lifetime, self.now, at);
        let now = UnixTime::from_secs(at);
        let result = issuer.verify_access(token, now);
        let verifier = AccessVerifier::new(key(SECRET).into(), self.policy.clone());
        assert_eq!(verifier.verify(token, now), result);
        assert_eq!(issuer.decode(token, now), result.clone().map(PairClaims::Access));
        let undated = verifier.verify_ignoring_dates(token, now).expect("of this issuer");
        let (claims, header) = match result {
            Ok(claims) => {
                assert!(is_good, "{claims:?} at {at}");
                assert_eq!(claims, undated);
                verifier.verify_with_header(token, now).expect("as before")
            }
            Err(Error::Expired { exp: date, .. }) => {
                assert!(!is_good && date.as_secs() == exp);
                return;
            }
            Err(error) => panic!("{error}"),
        };
        assert_eq!((header.kid(), header.typ()), (None, Some("access+jwt")));
        let AccessClaims { user_id, user_type, session_id, private, .. } = &claims;
        assert_eq!((user_id, user_type), (&self.user_id, &self.user_type));
        assert_eq!(session_id, &self.session_id);
        assert_same(private.as_map(), self.access_claims.as_map());
        assert_eq!((claims.iat.as_secs(), claims.exp.as_secs()), (iat, exp));
    }

    fn check_refresh(&self, issuer: &PairIssuer, token: &str, jti: Option<&str>, at: u64) {
        let (iat, exp, is_good) = self.dates(self.refresh_lifetime, self.now, at);
        let now = UnixTime::from_secs(at);
        let result = issuer.verify_refresh(token, now);
        assert_eq!(issuer.decode(token, now), result.clone().map(PairClaims::Refresh));
        match result {
            Ok(claims) => {
                assert!(is_good, "{claims:?} at {at}");
                let RefreshClaims { user_id, session_id, private, .. } = &claims;
                assert_eq!((user_id, claims.jti.as_deref()), (&self.user_id, jti));
                assert_eq!(session_id, &self.session_id);
                assert_same(private.as_map(), self.refresh_claims.as_map());
                assert_eq!((claims.iat.as_secs(), claims.exp.as_secs()), (iat, exp));
            }
            Err(Error::Expired { exp: date, .. }) => assert!(!is_good && date.as_secs() == exp),
            Err(error) => panic!("{error}"),
        }
    }

    /// Neither kind passes for the other, whatever the clock says.
    fn check_kinds(&self, issuer: &PairIssuer, access: &str, refresh: &str) {
        use TokenKind::{Access, Refresh};
        for at in [0, self.now, self.later] {
            let now = UnixTime::from_secs(at);
            let as_access = issuer.verify_access(refresh, now).unwrap_err();
            let as_refresh = issuer.verify_refresh(access, now).unwrap_err();
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

    fn check_renewal(&self, issuer: &PairIssuer, refresh: &str, user_type: &str) {
        let later = UnixTime::from_secs(self.later);
        let own = &self.access_claims;
        let renewed = issuer.renew_access(refresh, user_type, own, later);
        let (.., is_good) = self.dates(self.refresh_lifetime, self.now, self.later);
        let case =
            Case { user_type: user_type.to_owned(), now: self.later, ..self.clone_settings() };
        let unlimited = self.issuer(&self.unlimited).renew_access(refresh, user_type, own, later);
        match (renewed, unlimited) {
            (Err(error @ Error::Expired { .. }), unlimited) => {
                assert!(!is_good);
                assert_eq!(unlimited, Err(error));
            }
            (renewed, Ok(token)) => {
                assert!(is_good);
                case.check_written(&token, TokenKind::Access, self.later, None);
                let bytes = token.token.len();
                if bytes > TOKEN_BYTES {
                    assert_eq!(renewed, Err(Error::TooLongToIssue { bytes, limit: TOKEN_BYTES }));
                } else {
                    assert_eq!(renewed.as_ref(), Ok(&token));
                    case.check_access(issuer, &token.token, self.later);
                }
            }
            (renewed, unlimited) => panic!("{renewed:?}, {unlimited:?}"),
        }
    }

    fn clone_settings(&self) -> Self {
        Self {
            user_id: self.user_id.clone(),
            user_type: self.user_type.clone(),
            session_id: self.session_id.clone(),
            access_claims: self.access_claims.clone(),
            refresh_claims: self.refresh_claims.clone(),
            iss: self.iss.clone(),
            aud: self.aud.clone(),
            unlimited: self.unlimited.clone(),
            policy: self.policy.clone(),
            ..*self
        }
    }

    /// The refresh token of a session says its `jti`, and renews nothing.
    fn check_session(&self, issuer: &PairIssuer, jti: &str) {
        let now = UnixTime::from_secs(self.now);
        let exp = issuer.refresh_expiry(now);
        let Ok(issued) = issuer.issue_refresh(&self.identity(), jti, now, exp) else { return };
        self.check_written(&issued, TokenKind::Refresh, self.now, Some(jti));
        let again = issuer.issue_refresh(&self.identity(), jti, now, exp);
        assert_eq!(again.as_ref(), Ok(&issued));
        self.check_refresh(issuer, &issued.token, Some(jti), self.later);
        let (.., is_good) = self.dates(self.refresh_lifetime, self.now, self.now);
        let renewed = issuer.renew_access(&issued.token, "", &Default::default(), now);
        match renewed {
            Err(Error::BelongsToSession) => assert!(is_good),
            Err(Error::Expired { .. }) => assert!(!is_good),
            renewed => panic!("{renewed:?}"),
        }
    }

    /// A token of another library: its keys, its `typ`, its lifetime and the date each count.
    fn check_predecessor(&self, choices: &mut Choices<'_>) {
        let (named, signed) =
            (choices.pick(&[OLD_SECRET, SECRET]), choices.pick(&[OLD_SECRET, SECRET]));
        let (until, lifetime) = (choices.seconds(), choices.seconds());
        let kind = choices.pick(&[TokenKind::Access, TokenKind::Refresh]);
        // An own claim under one of the names would be that claim.
        if self.taken(&self.access_claims).or(self.taken(&self.refresh_claims)).is_some() {
            return;
        }
        let header = choices.pick(&[
            r#"{"alg":"HS256","typ":"JWT"}"#,
            r#"{"alg":"HS256"}"#,
            r#"{"typ":"application/jwt","alg":"HS256"}"#,
            r#"{"alg":"HS256","typ":"at+jwt"}"#,
        ]);
        let is_named = choices.any::<bool>();
        let (expected, other) = match kind {
            TokenKind::Access => (self.access_lifetime, self.refresh_lifetime),
            TokenKind::Refresh => (self.refresh_lifetime, self.access_lifetime),
        };
        let lifetime = choices.pick(&[expected, other, lifetime]);
        let mut policy = self.unlimited.clone();
        if is_named {
            let [access, refresh] =
                [self.access_lifetime, self.refresh_lifetime].map(Duration::from_secs);
            let until = UnixTime::from_secs(until);
            policy =
                policy.predecessor(Predecessor::new(key(named).into(), access, refresh, until));
        }
        let (iat, exp, is_good) = self.dates(lifetime, self.now, self.later);
        let claims = self.claims(kind, iat, exp, None);
        let payload = Value::Object(claims).to_string();
        let token = oracle::token(header.as_bytes(), payload.as_bytes(), signed);

        let issuer = PairIssuer::new(key(SECRET).into(), policy);
        let now = UnixTime::from_secs(self.later);
        let result = match kind {
            TokenKind::Access => issuer.verify_access(&token, now).map(drop),
            TokenKind::Refresh => issuer.verify_refresh(&token, now).map(drop),
        };
        let is_old = is_named && !header.contains("at+jwt");
        let secret = if is_old { named } else { SECRET };
        let is_right_type =
            !matches!((&self.user_id, self.names), (UserId::Integer(_), ["sub", ..]));
        let has_lifetime = i128::from(exp) - i128::from(iat) == i128::from(expected);
        let verdict = match &result {
            Err(Error::InvalidSignature) => "mac",
            Err(Error::HeaderParameter { parameter: "typ", .. }) => "typ",
            Err(Error::ClaimType { claim: "sub", .. }) => "sub",
            Err(Error::PredecessorEnded { .. }) => "until",
            Err(Error::PredecessorLifetime { .. }) => "lifetime",
            Err(Error::Expired { .. }) => "exp",
            Ok(()) => "good",
            Err(error) => panic!("{error}"),
        };
        let rules = [
            ("mac", signed == secret),
            ("typ", is_old),
            ("sub", is_right_type),
            ("until", self.later < until),
            ("lifetime", has_lifetime),
            ("exp", is_good),
        ];
        let broken = rules.into_iter().find(|(_, holds)| !holds);
        assert_eq!(verdict, broken.map_or("good", |(rule, _)| rule), "{header}.{payload}");
        assert_eq!(
            issuer.decode(&token, now).map(drop),
            result.map_err(|error| match error {
                // `decode` asks for an access token first.
                Error::HeaderParameter { parameter, .. } => Error::HeaderParameter {
                    parameter,
                    expected: "access+jwt, or PairPolicy::predecessor must be set",
                },
                error => error,
            })
        );
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
