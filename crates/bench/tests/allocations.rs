//! How often jwt-pair asks for memory: exactly so often, where anybody can make it do so.

mod counting;

use counting::{Asked, count};
use jwt_pair::base64url::{self, Base64Fault};
use jwt_pair::{
    Error, Identity, JsonFault, Key, KeyRing, PairIssuer, PairPolicy, Segment, TokenKind, UnixTime,
    jws,
};
use serde_json::{Value, json};

const NOW: UnixTime = UnixTime::from_secs(1_700_000_000);
/// When the tokens of [`pair`] have expired.
const LATE: UnixTime = UnixTime::from_secs(1_700_000_000 + 7 * 24 * 60 * 60);

fn ring() -> KeyRing {
    KeyRing::new(Key::new(&[7; 32]).expect("32 bytes"))
}

fn issuer() -> PairIssuer {
    PairIssuer::new(ring(), PairPolicy::new())
}

fn identity() -> Identity<'static> {
    Identity::new(123, "customer", "session123")
}

/// The access token and the refresh token of one pair.
fn pair() -> (String, String) {
    let pair = issuer().issue(&identity(), NOW).expect("a pair");
    (pair.access.token, pair.refresh.token)
}

#[track_caller]
fn assert_times<T>(times: usize, operation: impl FnOnce() -> Result<T, Error>) {
    let (result, asked) = count(operation);
    if let Err(error) = result {
        panic!("refused: {error}");
    }
    assert_eq!(asked.times, times);
}

/// Nothing is asked for to refuse this.
#[track_caller]
fn assert_refused_for_free(token: &str, expected: Error) {
    assert_refused(token, NOW, expected, 0);
}

#[track_caller]
fn assert_refused(token: &str, now: UnixTime, expected: Error, times: usize) {
    let issuer = issuer();
    let (result, asked) = count(|| issuer.verify_access(token, now));
    assert_eq!(result, Err(expected));
    assert_eq!(asked.times, times);
}

#[track_caller]
fn assert_is_its_tokens(issuer: &PairIssuer) {
    let (pair, asked) = count(|| issuer.issue(&identity(), NOW));
    let pair = pair.expect("a pair");
    let bytes = pair.access.token.len() + pair.refresh.token.len();
    assert_eq!(asked, Asked { times: 2, bytes });
}

#[test]
fn a_pair_asks_for_the_bytes_of_its_two_tokens() {
    assert_is_its_tokens(&issuer());
}

#[test]
fn a_pair_with_issuer_audience_and_kid_asks_for_the_bytes_of_its_two_tokens() {
    let keys = KeyRing::with_kid("2026-11", Key::new(&[7; 32]).expect("32 bytes"));
    let policy = PairPolicy::new().issuer("https://login.example").audience("https://api.example");
    assert_is_its_tokens(&PairIssuer::new(keys, policy));
}

#[test]
fn verified_claims_are_their_texts() {
    let (issuer, (access, refresh)) = (issuer(), pair());
    assert_times(2, || issuer.verify_access(&access, NOW));
    assert_times(1, || issuer.verify_refresh(&refresh, NOW));

    let texts = Identity::new("0b5e", "customer", "session123");
    let pair = issuer.issue(&texts, NOW).expect("a pair");
    assert_times(3, || issuer.verify_access(&pair.access.token, NOW));
    assert_times(2, || issuer.verify_refresh(&pair.refresh.token, NOW));
}

#[test]
fn renewal_is_the_session_and_the_token() {
    let (issuer, (_, refresh)) = (issuer(), pair());
    let private = Default::default();
    assert_times(2, || issuer.renew_access(&refresh, "customer", &private, NOW));
}

#[test]
fn texts_that_are_no_tokens_are_refused_for_free() {
    let (access, _) = pair();
    let noise: String = (0..4096_u32).map(|at| char::from(b'!' + (at * at % 94) as u8)).collect();
    assert_refused_for_free(&noise, Error::NotThreeSegments);
    let long = "A".repeat(8193);
    assert_refused_for_free(&long, Error::TokenTooLong { bytes: 8193, limit: 8192 });
    for token in ["", "a", ".", "a.b", "a.b.c.d", &"A".repeat(4096), &".".repeat(8192)] {
        assert_refused_for_free(token, Error::NotThreeSegments);
    }
    let header = format!("{}.e30.{}", "A".repeat(2049), "A".repeat(43));
    assert_refused_for_free(&header, Error::HeaderTooLong { characters: 2049 });
    let fault = Base64Fault::OutsideAlphabet;
    assert_refused_for_free(&access.replacen('e', "+", 1), base64(Segment::Header, fault));
}

#[test]
fn a_forgery_is_refused_for_free() {
    let (access, _) = pair();
    let (input, signature) = access.rsplit_once('.').expect("two dots");
    let forge = |signature: &str| format!("{input}.{signature}");
    let other = if signature.starts_with('A') { "B" } else { "A" };
    let guess = forge(&format!("{other}{}", &signature[1..]));
    assert_refused_for_free(&guess, Error::InvalidSignature);
    assert_refused_for_free(&forge(""), Error::InvalidSignature);
    assert_refused_for_free(&forge(&signature[..42]), Error::InvalidSignature);
    assert_refused_for_free(&forge(&format!("{signature}A")), Error::InvalidSignature);

    let padded = forge(&format!("{}=", &signature[..42]));
    assert_refused_for_free(&padded, base64(Segment::Signature, Base64Fault::OutsideAlphabet));
    let unused_bits = forge(&format!("{}_", &signature[..42]));
    assert_refused_for_free(&unused_bits, base64(Segment::Signature, Base64Fault::TrailingBits));
}

/// Under each header that the issuer writes or knows, and however long the token is: what is wrong
/// with the MAC is found before the payload is looked at.
#[test]
fn a_wrong_mac_is_refused_for_free_under_each_own_header() {
    let refused = Err(Error::InvalidSignature);
    let issuer = issuer();
    for typ in ["access+jwt", "refresh+jwt", "JWT"] {
        for payload in [2, 1_000, 6_000] {
            let token = jws::sign(&vec![b'*'; payload], typ, &ring()).expect("a token");
            let (input, _) = token.rsplit_once('.').expect("two dots");
            let token = format!("{input}.{}", "A".repeat(43));
            let by_kind = count(|| issuer.verify_access(&token, NOW).map(drop));
            assert_eq!((by_kind.0, by_kind.1.times), (refused.clone(), 0), "{typ}");
            let by_kind = count(|| issuer.verify_refresh(&token, NOW).map(drop));
            assert_eq!((by_kind.0, by_kind.1.times), (refused.clone(), 0), "{typ}");
            let by_any = count(|| issuer.decode(&token, NOW).map(drop));
            assert_eq!((by_any.0, by_any.1.times), (refused.clone(), 0), "{typ}");
        }
    }
}

/// Each byte but those of the alphabet, at the start and the end of the header and the signature.
#[test]
fn a_byte_outside_the_alphabet_is_refused_for_free() {
    let (access, _) = pair();
    let signature = access.rfind('.').expect("two dots") + 1;
    let header = access.find('.').expect("two dots");
    for byte in (0..128_u8).filter(|byte| !byte.is_ascii_alphanumeric() && !b"-_.".contains(byte)) {
        for (at, segment) in [
            (0, Segment::Header),
            (header - 1, Segment::Header),
            (signature, Segment::Signature),
            (access.len() - 1, Segment::Signature),
        ] {
            let mut token = access.clone();
            token.replace_range(at..=at, str::from_utf8(&[byte]).expect("ASCII"));
            assert_refused_for_free(&token, base64(segment, Base64Fault::OutsideAlphabet));
        }
    }
}

/// A token with this header and a MAC that is wrong.
fn forged(header: &str) -> String {
    format!("{}.e30.{}", base64url::encode(header.as_bytes()), "A".repeat(43))
}

/// Headers that no issuer here writes, without escapes and of at most 12 names.
#[test]
fn a_header_of_others_is_refused_for_free() {
    let names = |count: usize, value: &str| -> String {
        let members: Vec<_> = (0..count).map(|at| format!(r#""x{at}":{value}"#)).collect();
        members.join(",")
    };
    let seven_arrays = format!("{}{}", "[".repeat(7), "]".repeat(7));
    let objects = r#"{"a":{"a":{"a":{"a":{"a":{"b":[1,2.5,null]}}}}}}"#;
    for header in [
        r#"{"typ":"JWT","alg":"HS256","kid":"other"}"#.to_owned(),
        r#"{ "alg" : "HS256" , "typ" : "at+jwt" , "jwk" : {"kty":"oct","k":"AAAA"} }"#.to_owned(),
        "{}".to_owned(),
        format!("{{{}}}", names(12, "0")),
        format!(r#"{{"alg":"HS256","kid":"é","typ":"JWT","cty":"x",{}}}"#, names(8, "true")),
        format!(r#"{{"x":{seven_arrays},"y":{seven_arrays}}}"#),
        format!(r#"{{"x":{objects},"y":[1,-2.5e3,"long {}"]}}"#, "x".repeat(1_000)),
    ] {
        assert_refused_for_free(&forged(&header), Error::InvalidSignature);
    }

    let keys = KeyRing::with_kid("1", Key::new(&[7; 32]).expect("32 bytes"));
    let issuer = PairIssuer::new(keys, PairPolicy::new());
    let unknown = forged(r#"{"alg":"HS256","kid":"2","typ":"access+jwt"}"#);
    let (result, asked) = count(|| issuer.verify_access(&unknown, NOW));
    assert_eq!((result, asked.times), (Err(Error::UnknownKeyId), 0));
}

#[test]
fn a_header_that_is_no_strict_json_is_refused_for_free() {
    use JsonFault::{DuplicateName, NotAnObject, NotUtf8, Syntax};
    let nine_levels = format!(r#"{{"x":{}{}}}"#, "[".repeat(8), "]".repeat(8));
    let many_levels = format!(r#"{{"x":{}"#, "[".repeat(1_400));
    for (header, fault) in [
        ("", Syntax),
        ("[]", NotAnObject),
        ("{\"alg\":", Syntax),
        (r#"{"alg":"HS256","alg":"HS256"}"#, DuplicateName),
        (r#"{"x":{"a":1,"a":2}}"#, DuplicateName),
        (&nine_levels, Syntax),
        (&many_levels, Syntax),
    ] {
        let fault = Error::Json { segment: Segment::Header, fault };
        assert_refused_for_free(&forged(header), fault);
    }
    let not_utf8 = format!("{}.e30.{}", base64url::encode(b"{\"\xE9\":1}"), "A".repeat(43));
    let fault = Error::Json { segment: Segment::Header, fault: NotUtf8 };
    assert_refused_for_free(&not_utf8, fault);
}

/// The most that a header may hold: 2,048 characters are 1,536 bytes.
const HEADER_BYTES: usize = 1_536;

/// `start`, as often `piece` as there is room, `end`.
fn filled(start: &str, piece: &str, end: &str) -> String {
    let times = (HEADER_BYTES - start.len() - end.len()) / piece.len();
    format!("{start}{}{end}", piece.repeat(times))
}

/// Whoever has no key can send any header, so the memory for it has a fixed bound.
#[test]
fn the_worst_headers_ask_8_times_for_8_kib_in_all_at_most() {
    let letters = (' '..='~').filter(|c| !r#""\"#.contains(*c)).map(String::from);
    let letters: Vec<_> = letters.chain((0..150).map(|at| format!("{at:02}"))).collect();
    let members = |count: usize| -> String {
        let members: Vec<_> =
            letters[..count].iter().map(|name| format!(r#""{name}":0"#)).collect();
        members.join(",")
    };
    let escaped = |names: &[&str], escape: &str| {
        let room = (HEADER_BYTES - 2) / names.len();
        let member = |name: &&str| {
            let times = (room - name.len() - 6) / escape.len();
            format!(r#""{name}":"{}""#, escape.repeat(times))
        };
        format!("{{{}}}", names.iter().map(member).collect::<Vec<_>>().join(","))
    };
    // More than 12 names, and the rest a text with escapes.
    let both = |name: &str| filled(&format!(r#"{{{},"{name}":""#, members(13)), r"\n", "\"}");
    let worst = [
        ("13 names", format!("{{{}}}", members(13))),
        ("220 names", format!("{{{}}}", members(220))),
        ("one empty name again and again", filled("{", r#""":0,"#, r#""":0}"#)),
        ("empty names inside", filled(r#"{"x":[{"#, r#""":0,"#, r#""":0}]}"#)),
        ("names on each level", {
            let level = members(25);
            format!("{}0{}", format!(r#"{{{level},"x":"#).repeat(7), "}".repeat(7))
        }),
        ("many objects", filled(r#"{"x":["#, r#"{"a":0,"b":0,"c":0},"#, "0]}")),
        ("kid of escapes", escaped(&["kid"], r"\n")),
        ("kid of long escapes", escaped(&["kid"], r"\ud83d\ude00")),
        ("known texts of escapes", escaped(&["alg", "kid", "typ", "cty"], r"\n")),
        ("known texts of some escapes", escaped(&["alg", "kid", "typ", "cty"], r"aaaaaaa\n")),
        ("an unknown text of escapes", escaped(&["x"], r"\n")),
        ("names of escapes", filled("{", r#""\n":0,"#, r#""":0}"#)),
        ("13 names and kid", both("kid")),
        ("13 names and typ", both("typ")),
        ("13 names and cty", both("cty")),
        ("13 names and alg", both("alg")),
    ];
    let issuer = issuer();
    let mut beyond = Vec::new();
    for (name, header) in &worst {
        assert!(header.len() <= HEADER_BYTES, "{name}: {} bytes", header.len());
        let token = forged(header);
        let (result, asked) = count(|| issuer.verify_access(&token, NOW).map(drop));
        let duplicate = Error::Json { segment: Segment::Header, fault: JsonFault::DuplicateName };
        let refused = [Err(Error::InvalidSignature), Err(duplicate)];
        assert!(refused.contains(&result), "{name}: {result:?}");
        if asked.times > 8 || asked.bytes > 8 * 1024 {
            beyond.push((name, asked));
        }
    }
    assert_eq!(beyond, []);
}

#[test]
fn expired_tokens_and_those_of_the_other_kind_are_refused_for_free() {
    let (access, refresh) = pair();
    let exp = UnixTime::from_secs(NOW.as_secs() + 15 * 60).into();
    assert_refused(&access, LATE, Error::Expired { exp, now: LATE }, 0);
    let (expected, found) = (TokenKind::Access, TokenKind::Refresh);
    assert_refused_for_free(&refresh, Error::WrongKind { expected, found });
}

/// With one member changed; `null` takes it out.
fn token_with(name: &str, value: Value) -> String {
    let mut claims = json!({
        "user_id": 123, "user_type": "customer", "session_id": "session123",
        "exp": 1_700_000_900, "iat": 1_700_000_000,
    });
    match value {
        Value::Null => drop(claims.as_object_mut().and_then(|claims| claims.remove(name))),
        value => claims[name] = value,
    }
    // `encode` would refuse a claim of the wrong type.
    jws::sign(claims.to_string().as_bytes(), "access+jwt", &ring()).expect("a short header")
}

#[test]
fn unacceptable_claims_are_refused_for_free() {
    for claim in ["user_id", "session_id", "exp", "iat"] {
        assert_refused_for_free(&token_with(claim, Value::Null), Error::MissingClaim { claim });
    }
    let (expected, found) = (TokenKind::Access, TokenKind::Refresh);
    let no_type = token_with("user_type", Value::Null);
    assert_refused_for_free(&no_type, Error::WrongKind { expected, found });

    let nbf = UnixTime::from_secs(NOW.as_secs() + 1);
    let early = token_with("nbf", nbf.as_secs().into());
    assert_refused_for_free(&early, Error::NotYetValid { nbf: nbf.into(), now: NOW });
    assert_refused_for_free(&token_with("aud", "api".into()), Error::UnexpectedAudience);

    let expected = "a number below 2^63";
    let exp = token_with("exp", "1700000900".into());
    assert_refused_for_free(&exp, Error::ClaimType { claim: "exp", expected });
}

#[test]
fn unreadable_claims_are_refused_for_free() {
    use JsonFault::{DuplicateName, NotAnObject, NotUtf8, Syntax};
    for (payload, fault) in [
        (&b"{\"a\":\"\xE9\"}"[..], NotUtf8),
        (b"", Syntax),
        (b"{\"exp\":}", Syntax),
        (b"[]", NotAnObject),
        (b"{\"exp\":1,\"exp\":2}", DuplicateName),
    ] {
        let token = jws::sign(payload, "access+jwt", &ring()).expect("a token");
        assert_refused_for_free(&token, Error::Json { segment: Segment::Payload, fault });
    }
}

fn base64(segment: Segment, fault: Base64Fault) -> Error {
    Error::Base64 { segment, fault }
}

#[test]
fn the_counter_counts() {
    let (_, asked) = count(|| {
        let mut bytes = Vec::<u8>::with_capacity(10);
        bytes.reserve_exact(30);
        (bytes, vec![0_u8; 5])
    });
    assert_eq!(asked, Asked { times: 3, bytes: 45 });
}
