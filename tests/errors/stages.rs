//! The stage of each error is the check that raises it, and the stages stand in the order of the
//! checks.

use super::common;
use super::error_faults::one_of_each;

use core::time::Duration;

use common::sources::read;
use common::{NOW, at, b64, key, sign_with};
use jwt_pair::base64url::Base64Fault;
use jwt_pair::{Error, JsonFault, KeyRing, PairIssuer, PairPolicy, Predecessor, PrivateClaims};
use jwt_pair::{Segment, Stage, Validation};

/// The stage of each variant, in the order of the variants.
fn stages() -> Vec<Option<Stage>> {
    let claims = [Some(Stage::Claims); 5];
    let rest = [
        Stage::Predecessor,
        Stage::Predecessor,
        Stage::Expiry,
        Stage::NotBefore,
        Stage::Age,
        Stage::Age,
        Stage::Use,
        Stage::Use,
    ];
    let first = [
        Stage::Length,
        Stage::Segments,
        Stage::Header,
        Stage::Header,
        Stage::Header,
        Stage::Signature,
        Stage::Signature,
        Stage::HeaderRules,
    ];
    let no_token = [None; 12];
    no_token.into_iter().chain(first.map(Some)).chain(claims).chain(rest.map(Some)).collect()
}

#[test]
fn each_error_has_its_stage() {
    let errors: Vec<Error> = one_of_each().into_iter().map(|(error, ..)| error).collect();
    let found: Vec<_> = errors.iter().map(Error::stage).collect();
    assert_eq!(found, stages(), "{errors:?}");

    let base64 = |segment| Error::Base64 { segment, fault: Base64Fault::Length }.stage();
    assert_eq!(base64(Segment::Header), Some(Stage::Header));
    assert_eq!(base64(Segment::Payload), Some(Stage::Payload));
    assert_eq!(base64(Segment::Signature), Some(Stage::Signature));
    let json = |segment| Error::Json { segment, fault: JsonFault::Syntax }.stage();
    assert_eq!(json(Segment::Header), Some(Stage::Header));
    assert_eq!(json(Segment::Payload), Some(Stage::ClaimsSet));
    let header =
        |parameter, expected| Error::HeaderParameter { parameter, expected }.stage().unwrap();
    for parameter in ["alg", "crit", "b64", "kid", "cty", "typ"] {
        assert_eq!(header(parameter, "a string"), Stage::HeaderRules, "{parameter}");
    }
    for error in [
        common::NOT_A_PLAIN_JWT,
        common::NOT_THE_TYP,
        common::NO_ACCESS_TYP,
        common::NO_REFRESH_TYP,
    ] {
        assert_eq!(error.stage(), Some(Stage::Typ), "{error}");
    }
}

/// The variants stand in the order of the checks, and so do the stages.
#[test]
fn the_stages_of_the_variants_ascend() {
    assert!(stages().is_sorted(), "{:?}", stages());
    assert!(Stage::ALL.is_sorted());
    let source = read("src/error/stage.rs");
    let (_, body) = source.split_once("pub enum Stage {\n").unwrap();
    let (body, _) = body.split_once("\n}\n").unwrap();
    let variants = body.lines().filter_map(|line| line.trim().strip_suffix(','));
    let variants: Vec<&str> = variants.filter(|line| !line.starts_with("///")).collect();
    assert_eq!(variants, Stage::ALL.map(|stage| format!("{stage:?}")));
}

/// A token that both ways to verify accept, until faults are put in.
struct Draft {
    now: u64,
    until: u64,
    limit: usize,
    header: Vec<(&'static str, String)>,
    claims: Vec<(&'static str, String)>,
    /// Texts after the header's segment, the payload's JSON, its segment and the signature.
    after: [&'static str; 4],
    key: u8,
}

impl Draft {
    fn new() -> Self {
        let member = |(name, json): (_, &str)| (name, json.to_owned());
        let header = [("alg", r#""HS256""#), ("kid", r#""1""#), ("typ", r#""JWT""#)];
        let claims = [
            ("user_id", "1"),
            ("session_id", r#""s""#),
            ("iss", r#""a""#),
            ("aud", r#""a""#),
            ("exp", "1700604800"),
            ("iat", "1700000000"),
        ];
        Self {
            now: NOW,
            until: u64::MAX,
            limit: 8_192,
            header: header.map(member).into(),
            claims: claims.map(member).into(),
            after: [""; 4],
            key: 1,
        }
    }

    fn token(&self) -> String {
        let object = |members: &[(&str, String)]| {
            let members = members.iter().map(|(name, json)| format!("{name:?}:{json}"));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        };
        let [after_header, after_json, after_payload, after_signature] = self.after;
        let header = b64(object(&self.header)) + after_header;
        let payload = b64(object(&self.claims) + after_json) + after_payload;
        sign_with(&key(self.key), &format!("{header}.{payload}")) + after_signature
    }

    /// As a refresh token of a predecessor.
    fn renew(&self) -> Result<(), Error> {
        let ring = KeyRing::with_kid("1", key(1));
        let lifetime = Duration::from_secs(604_800);
        let predecessor = Predecessor::new(ring.clone(), lifetime, lifetime, at(self.until));
        let policy = PairPolicy::new().issuer("a").audience("a").predecessor(predecessor);
        let issuer = PairIssuer::new(ring, policy.max_token_bytes(self.limit));
        issuer.renew_access(&self.token(), "t", &PrivateClaims::default(), at(self.now)).map(drop)
    }

    /// As a token of any claims, into a type that they do not fit if `tenant` is there.
    fn decode(&self) -> Result<(), Error> {
        let policy = Validation::new()
            .issuer("a")
            .audience("a")
            .max_age(Duration::from_secs(604_800))
            .max_token_bytes(self.limit);
        let ring = KeyRing::with_kid("1", key(1));
        let claims = if self.claims.iter().any(|(name, _)| *name == "tenant") {
            jwt_pair::decode::<u8>(&self.token(), &ring, &policy, at(self.now)).map(drop)
        } else {
            jwt_pair::decode_untyped(&self.token(), &ring, &policy, at(self.now)).map(drop)
        };
        claims.map(drop)
    }

    fn set(&mut self, claim: &str, json: &str) {
        let claim = self.claims.iter_mut().find(|(name, _)| *name == claim).unwrap();
        json.clone_into(&mut claim.1);
    }

    fn set_header(&mut self, parameter: &str, json: &str) {
        let parameter = self.header.iter_mut().find(|(name, _)| *name == parameter).unwrap();
        json.clone_into(&mut parameter.1);
    }

    fn add(&mut self, claim: &'static str, json: &str) {
        self.claims.push((claim, json.to_owned()));
    }
}

/// A fault, and the stage that finds it.
type Fault = (&'static str, Stage, fn(&mut Draft));

/// Faults that both ways find.
const COMMON: [Fault; 14] = [
    ("TokenTooLong", Stage::Length, |draft| draft.limit = 100),
    ("NotThreeSegments", Stage::Segments, |draft| draft.after[3] = ".a"),
    ("HeaderTooLong", Stage::Header, |draft| {
        draft.header.push(("x", format!("{:?}", "x".repeat(2_000))));
    }),
    ("Base64", Stage::Header, |draft| draft.after[0] = "="),
    ("Json", Stage::Header, |draft| draft.header.push(("alg", "1".to_owned()))),
    ("UnknownKeyId", Stage::Signature, |draft| draft.set_header("kid", r#""2""#)),
    ("InvalidSignature", Stage::Signature, |draft| draft.key = 9),
    ("HeaderParameter", Stage::HeaderRules, |draft| draft.set_header("alg", "null")),
    ("Base64", Stage::Payload, |draft| draft.after[2] = "="),
    ("HeaderParameter", Stage::Typ, |draft| draft.set_header("typ", r#""at+jwt""#)),
    ("Json", Stage::ClaimsSet, |draft| draft.after[1] = "}"),
    ("ClaimType", Stage::Claims, |draft| draft.set("exp", "null")),
    ("ClaimMismatch", Stage::Claims, |draft| draft.set("iss", r#""b""#)),
    ("NotYetValid", Stage::NotBefore, |draft| draft.add("nbf", "9999999999")),
];

/// Faults of a refresh token of a predecessor.
const OF_A_PAIR: [Fault; 5] = [
    ("MissingClaim", Stage::Claims, |draft| draft.claims.retain(|(name, _)| *name != "session_id")),
    ("WrongKind", Stage::Claims, |draft| draft.add("user_type", r#""t""#)),
    ("PredecessorEnded", Stage::Predecessor, |draft| draft.until = NOW),
    ("PredecessorLifetime", Stage::Predecessor, |draft| draft.set("iat", "1700000001")),
    ("BelongsToSession", Stage::Use, |draft| draft.add("jti", r#""s.1""#)),
];

/// Faults of a token of any claims. An `iat` after the current time is not too old.
const OF_ANY_CLAIMS: [Fault; 4] = [
    ("MissingClaim", Stage::Claims, |draft| draft.claims.retain(|(name, _)| *name != "aud")),
    ("TooOld", Stage::Age, |draft| draft.set("iat", "1")),
    ("IssuedInFuture", Stage::Age, |draft| draft.set("iat", "1700000001")),
    ("ClaimsDoNotFit", Stage::Use, |draft| draft.add("tenant", "1")),
];

/// Shown late, so that dates which lie in the future are not wrong any more.
const EXPIRED: Fault = ("Expired", Stage::Expiry, |draft| draft.now = NOW + 604_800);

/// The kind of `typ` is not the one that is expected. A `typ` has one value, so a `typ` of another
/// use stays.
const KIND_OF_TYP: Fault = ("WrongKind", Stage::Claims, |draft| {
    let typ = draft.header.iter_mut().find(|(_, json)| json == r#""JWT""#);
    typ.into_iter().for_each(|(_, json)| *json = r#""access+jwt""#.to_owned());
});

fn name(error: &Error) -> String {
    format!("{error:?}").split(' ').next().unwrap().to_owned()
}

/// Each fault alone has the error and the stage that are named. Of two faults the one of the
/// earlier stage is named.
#[track_caller]
fn test(way: fn(&Draft) -> Result<(), Error>, faults: &[Fault]) {
    assert_eq!(way(&Draft::new()), Ok(()));
    for (one_name, one_stage, one) in faults {
        let mut draft = Draft::new();
        one(&mut draft);
        let error = way(&draft).unwrap_err();
        assert_eq!((name(&error).as_str(), error.stage()), (*one_name, Some(*one_stage)));
        for (other_name, other_stage, other) in faults {
            if other_stage <= one_stage {
                continue;
            }
            let mut draft = Draft::new();
            one(&mut draft);
            other(&mut draft);
            let error = way(&draft).unwrap_err();
            assert_eq!(error.stage(), Some(*one_stage), "{one_name} and {other_name}: {error:?}");
        }
    }
}

#[test]
fn of_two_faults_the_one_of_the_earlier_stage_is_named() {
    let of_pairs = [&COMMON[..], &OF_A_PAIR, &[EXPIRED, KIND_OF_TYP]].concat();
    test(Draft::renew, &of_pairs);
    let of_any = [&COMMON[..], &OF_ANY_CLAIMS, &[EXPIRED]].concat();
    test(Draft::decode, &of_any);
    let tested = of_pairs.iter().chain(&of_any).map(|(_, stage, _)| *stage);
    let mut tested: Vec<Stage> = tested.collect();
    tested.sort_unstable();
    tested.dedup();
    assert_eq!(tested, Stage::ALL, "a stage without a fault");
}
