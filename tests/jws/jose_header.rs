//! The rules of the JOSE header (RFC 7515 §4), on tokens that are correctly signed.

use super::common;

use common::{ACCESS_CLAIMS, GOOD, NOT_A_PLAIN_JWT, NOT_THE_TYP, NOW, at, b64, decode, decode_by};
use common::{issuer, keys, refused_by_all, sign, token};
use jwt_pair::{Error, JsonFault, PairPolicy, Validation, jws};

#[track_caller]
fn refused(header: &str, parameter: &'static str, expected: &'static str) {
    let error = Error::HeaderParameter { parameter, expected };
    refused_by_all(&token(header, GOOD), &error);
    // The claims play no part in it.
    refused_by_all(&token(header, "no claims"), &error);
    assert_eq!(jws::verify(&token(header, "a"), &keys(), 8_192).err(), Some(error));
}

#[track_caller]
fn accepted(header: &str) {
    assert!(decode(&token(header, GOOD)).is_ok(), "{header}");
}

#[test]
fn alg_is_hs256_to_the_letter() {
    for alg in [
        "none",
        "None",
        "NONE",
        "nOnE",
        "",
        "hs256",
        "Hs256",
        "HS256 ",
        " HS256",
        "HS-256",
        "HS384",
        "HS512",
        "RS256",
        "ES256",
        "PS256",
        "EdDSA",
        "dir",
        "HS256\\u0000",
        "HS256HS256",
        "HMAC-SHA256",
        "A128KW",
        "ＨS256",
    ] {
        refused(&format!(r#"{{"alg":"{alg}"}}"#), "alg", "HS256");
        refused(&format!(r#"{{"typ":"JWT","alg":"{alg}"}}"#), "alg", "HS256");
    }
    accepted(r#"{"alg":"HS256"}"#);
    accepted(r#"{"alg":"\u0048S256"}"#);
    accepted(r#" { "\u0061lg" : "HS256" } "#);
}

#[test]
fn alg_is_there_and_a_string() {
    refused("{}", "alg", "HS256");
    refused(r#"{"typ":"JWT"}"#, "alg", "HS256");
    for name in ["ALG", "Alg", "alg ", " alg", "al", "algo"] {
        refused(&format!(r#"{{"{name}":"HS256"}}"#), "alg", "HS256");
    }
    for value in ["null", "true", "1", "0.5", "[]", r#"["HS256"]"#, "{}", r#"{"HS256":"HS256"}"#] {
        refused(&format!(r#"{{"alg":{value}}}"#), "alg", "HS256");
    }
    refused(r#"{"x":{"alg":"HS256"}}"#, "alg", "HS256");
}

#[test]
fn an_unsigned_token_is_refused_whatever_its_alg() {
    for alg in ["none", "None", "HS256"] {
        let unsigned = format!("{}.{}.", b64(format!(r#"{{"alg":"{alg}"}}"#)), b64(GOOD));
        refused_by_all(&unsigned, &Error::InvalidSignature);
    }
}

#[test]
fn crit_in_every_form() {
    let expected = "absent, since no extension is supported";
    for value in [
        "[]",
        r#"["alg"]"#,
        r#"["exp"]"#,
        r#"["b64"]"#,
        r#"["x"]"#,
        r#"["exp","exp"]"#,
        r#"[""]"#,
        "[1]",
        "[null]",
        "null",
        "false",
        "true",
        "0",
        "1",
        "{}",
        r#""""#,
        r#""exp""#,
        "[[]]",
    ] {
        refused(&format!(r#"{{"alg":"HS256","crit":{value}}}"#), "crit", expected);
        refused(&format!(r#"{{"crit":{value},"alg":"HS256","x":1,"exp":1}}"#), "crit", expected);
        let b64 = format!(r#"{{"alg":"HS256","b64":true,"crit":{value}}}"#);
        refused(&b64, "crit", expected);
    }
    refused(r#"{"alg":"HS256","\u0063rit":[]}"#, "crit", expected);
    refused(r#"{"alg":"HS256","b64":false,"crit":["b64"]}"#, "crit", expected);
    accepted(r#"{"alg":"HS256","Crit":[],"x":{"crit":["x"]}}"#);
}

#[test]
fn b64_false_is_refused_and_other_values_are_not() {
    refused(r#"{"alg":"HS256","b64":false}"#, "b64", "anything but false");
    for value in ["true", "null", "0", r#""false""#, "[false]", "{}"] {
        accepted(&format!(r#"{{"alg":"HS256","b64":{value}}}"#));
    }
}

#[test]
fn cty_is_a_string_and_no_nested_token() {
    let nested = "other than JWT, since nested tokens are not supported";
    for cty in ["JWT", "jwt", "Jwt", "application/JWT", "application/jwt", "APPLICATION/jwt"] {
        refused(&format!(r#"{{"alg":"HS256","cty":"{cty}"}}"#), "cty", nested);
    }
    for value in ["null", "true", "1", "[]", r#"["JWT"]"#, "{}"] {
        refused(&format!(r#"{{"alg":"HS256","cty":{value}}}"#), "cty", "a string");
    }
    for cty in ["", "json", "at+jwt", "JWT ", "text/JWT", "application/application/jwt"] {
        accepted(&format!(r#"{{"alg":"HS256","cty":"{cty}"}}"#));
    }
}

#[test]
fn kid_and_typ_are_strings() {
    for parameter in ["kid", "typ"] {
        for value in ["null", "true", "1", "-1.5", "[]", r#"["a"]"#, "{}", r#"{"a":"b"}"#] {
            let header = format!(r#"{{"alg":"HS256","{parameter}":{value}}}"#);
            refused(&header, parameter, "a string");
        }
    }
}

#[test]
fn a_kid_is_a_hint_where_no_key_has_an_id() {
    for kid in [
        "",
        "1",
        "../../../../etc/passwd",
        "/dev/null",
        "' OR 1=1 --",
        "\\u0000",
        "é",
        "http://localhost/key",
        "%00",
        "$(id)",
    ] {
        accepted(&format!(r#"{{"alg":"HS256","kid":"{kid}"}}"#));
    }
}

#[test]
fn typ_is_what_the_policy_expects() {
    let policy = Validation::new().typ("at+jwt");
    let test = |typ: &str| decode_by(&token(format!(r#"{{"alg":"HS256"{typ}}}"#), GOOD), &policy);
    for typ in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt"] {
        assert!(test(&format!(r#","typ":"{typ}""#)).is_ok(), "{typ}");
    }
    for typ in [
        "",
        "JWT",
        "at",
        "at+jwt ",
        " at+jwt",
        "text/at+jwt",
        "application/",
        "at+jwt;v=1",
        "application/application/at+jwt",
        "application /at+jwt",
        "at+\\u212awt",
        "at+jw",
    ] {
        assert_eq!(test(&format!(r#","typ":"{typ}""#)), Err(NOT_THE_TYP), "{typ}");
    }
    assert_eq!(test(""), Err(NOT_THE_TYP));
}

/// RFC 7515 §4.1.9: "To keep messages compact in common situations, it is RECOMMENDED that producers
/// omit an "application/" prefix", "when no other '/' appears in the media type value". So both
/// sides lose the prefix where no other slash is, and nothing else.
#[test]
fn media_types_are_compared_without_application_on_either_side() {
    for (expected, typ, is_same) in [
        ("at+jwt", "application/at+jwt", true),
        ("application/at+jwt", "at+jwt", true),
        ("application/at+jwt", "application/at+jwt", true),
        ("APPLICATION/At+jwt", "aT+jwt", true),
        ("at+jwt", "application/application/at+jwt", false),
        ("application/application/at+jwt", "at+jwt", false),
        ("application/application/at+jwt", "application/at+jwt", false),
        ("application/application/x", "application/application/x", true),
        ("text/x", "text/x", true),
        ("text/x", "TEXT/X", true),
        ("text/x", "application/text/x", false),
        ("application/text/x", "text/x", false),
        ("x", "text/x", false),
        ("text/x", "x", false),
        ("", "", true),
        ("", "application/", true),
        ("application/", "", true),
        ("application", "application/", false),
        ("application", "application", true),
        ("é", "É", false),
        ("k", "\\u212a", false),
    ] {
        let policy = Validation::new().typ(expected);
        let decoded =
            decode_by(&token(format!(r#"{{"alg":"HS256","typ":"{typ}"}}"#), GOOD), &policy);
        let verdict = if is_same { Ok(()) } else { Err(NOT_THE_TYP) };
        assert_eq!(decoded.map(|_| ()), verdict, "{expected:?} {typ:?}");
    }
}

/// RFC 8725 §3.11: a token of one use does not pass for one of another where each use has its `typ`.
#[test]
fn typ_is_jwt_or_absent_unless_the_policy_says_otherwise() {
    let typ = |typ: &str| format!(r#"{{"alg":"HS256","typ":"{typ}"}}"#);
    let any = Validation::new().accept_any_typ();
    for header in [r#"{"alg":"HS256"}"#.to_owned(), typ("JWT"), typ("jwt"), typ("application/JWT")]
    {
        assert!(decode(&token(&header, GOOD)).is_ok(), "{header}");
        assert!(decode_by(&token(&header, GOOD), &any).is_ok(), "{header}");
    }
    for header in
        ["", "at+jwt", "access+jwt", "JWT ", "JOSE", "text/JWT", "application/application/jwt"]
    {
        let token = token(typ(header), GOOD);
        assert_eq!(decode(&token), Err(NOT_A_PLAIN_JWT), "{header}");
        assert_eq!(decode_by(&token, &Validation::default()), Err(NOT_A_PLAIN_JWT), "{header}");
        assert!(decode_by(&token, &any).is_ok(), "{header}");
    }
    // Any `typ` is still a string.
    let number = Error::HeaderParameter { parameter: "typ", expected: "a string" };
    assert_eq!(decode_by(&token(r#"{"alg":"HS256","typ":1}"#, GOOD), &any), Err(number));
}

#[test]
fn other_parameters_are_ignored_and_never_acted_on() {
    accepted(
        r#"{"alg":"HS256","zip":"DEF","enc":"A128GCM","jwk":{"kty":"oct","k":"AA"},"jku":"http://x",
        "x5u":"http://x","x5c":["AA"],"x5t":1,"exp":1,"nbf":9999999999,"iat":"x","iss":[],"aud":"x",
        "user_id":1,"p2c":999999999999,"epk":null,"apu":true}"#,
    );
}

#[test]
fn a_header_of_exactly_the_limit_is_read_and_one_over_is_not() {
    let header = |bytes: usize| {
        let rest = r#"{"alg":"HS256","x":""}"#.len();
        format!(r#"{{"alg":"HS256","x":"{}"}}"#, "x".repeat(bytes - rest))
    };
    assert_eq!(b64(header(1_536)).len(), 2_048);
    accepted(&header(1_536));
    let over = token(header(1_537), GOOD);
    refused_by_all(&over, &Error::HeaderTooLong { characters: 2_050 });
    let over = sign(&format!("{}A.{}", b64(header(1_536)), b64(GOOD)));
    refused_by_all(&over, &Error::HeaderTooLong { characters: 2_049 });
}

#[test]
fn parameters_5_000() {
    let parameters: Vec<String> = (0..5_000).map(|number| format!(r#""{number}":1"#)).collect();
    let header = format!(r#"{{"alg":"HS256",{}}}"#, parameters.join(","));
    let (token, characters) = (token(&header, ACCESS_CLAIMS), b64(&header).len());
    let error = Error::HeaderTooLong { characters };
    let limit = usize::MAX;
    assert_eq!(decode_by(&token, &Validation::new().max_token_bytes(limit)), Err(error.clone()));
    let pair = issuer(PairPolicy::new().max_token_bytes(limit));
    assert_eq!(pair.verify_access(&token, at(NOW)), Err(error.clone()));
    assert_eq!(pair.decode(&token, at(NOW)), Err(error));
}

#[test]
fn as_many_parameters_as_fit() {
    let parameters: Vec<String> = (0..190).map(|number| format!(r#""{number:x}":1"#)).collect();
    let header = format!(r#"{{"alg":"HS256",{}}}"#, parameters.join(","));
    accepted(&header);
    let twice = header.replacen('{', r#"{"bd":1,"#, 1);
    refused_by_all(&token(twice, GOOD), &common::header_json(JsonFault::DuplicateName));
}
