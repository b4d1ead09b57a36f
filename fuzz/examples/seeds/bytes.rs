//! Seeds for the targets that read text: base64url, jws, claims, differential.

use std::io;

use data_encoding::BASE64URL_NOPAD;
use jwt_pair_fuzz::oracle::{self, SECRET};

use super::{Seeds, Vectors};

pub(crate) fn write(seeds: &Seeds, vectors: &Vectors) -> io::Result<()> {
    for (name, text) in BASE64URL {
        seeds.write("base64url", name, text)?;
    }
    for (name, json) in JSON {
        seeds.write("claims", name, json)?;
        seeds.write("differential", &format!("claims-{name}"), format!("j{json}"))?;
    }
    for (name, json) in [("deep-127", nested(127)), ("deep-128", nested(128))] {
        seeds.write("claims", name, json)?;
    }
    // More names than are held without an allocation, with a first fault at each end.
    for (name, first, last) in [
        ("forty-names", "", ""),
        ("forty-names-and-one-again", "", r#","m0":0"#),
        ("forty-names-and-one-escaped-again", r#""\u006d0":0,"#, ""),
        ("forty-names-and-one-again-before-a-fault", r#""m7":0,"#, ",01"),
        ("forty-names-and-a-fault-before-one-again", r#""x":01,"#, r#","m0":0"#),
    ] {
        let members: Vec<_> = (0..40).map(|at| format!(r#""m{at}":{at}"#)).collect();
        let members = format!("{first}{}{last}", members.join(","));
        seeds.write("claims", name, format!("{{{members}}}"))?;
        seeds.write("claims", &format!("{name}-inside"), format!(r#"{{"x":[{{{members}}}]}}"#))?;
    }
    for (name, header, payload) in TOKENS {
        let parts = format!("j{header}\u{1e}{payload}");
        seeds.write("jws", name, format!("\0{parts}"))?;
        seeds.write("differential", name, parts)?;
    }
    for (name, token) in near_misses() {
        seeds.write("jws", name, format!("\0t{token}"))?;
        seeds.write("differential", name, format!("t{token}"))?;
    }
    for (name, choice, header) in RINGS {
        seeds.write("jws", name, format!("{choice}j{header}\u{1e}any bytes"))?;
    }
    for (name, inside) in [("header-levels-8", 7), ("header-nested-deeply", 8)] {
        let header =
            format!(r#"{{"alg":"HS256","x":{}{}}}"#, "[".repeat(inside), "]".repeat(inside));
        seeds.write("claims", name, &header)?;
        seeds.write("jws", name, format!("\0j{header}\u{1e}{GOOD}"))?;
        seeds.write("differential", name, format!("j{header}\u{1e}{GOOD}"))?;
    }
    let long = format!(r#"j{{"alg":"HS256","x":"{}"}}"#, "x".repeat(1600));
    seeds.write("differential", "header-too-long", format!("{long}\u{1e}{GOOD}"))?;
    let long = format!(r#"j{{"exp":1700000001,"x":"{}"}}"#, "x".repeat(6200));
    seeds.write("differential", "token-too-long", long)?;

    for (name, token) in &vectors.tokens {
        // With a MAC of the target's key, so that what the case is about is reached.
        if let Some((signing_input, _)) = token.rsplit_once('.') {
            let signed = format!("s{signing_input}");
            seeds.write("jws", &format!("vector-{name}"), format!("\0{signed}"))?;
            seeds.write("differential", &format!("vector-{name}"), signed)?;
        }
        let payload = token.split('.').nth(1).unwrap_or_default();
        match BASE64URL_NOPAD.decode(payload.as_bytes()) {
            Ok(json) if !json.is_empty() => {
                seeds.write("claims", &format!("vector-{name}"), json)?
            }
            _ => {}
        }
    }
    Ok(())
}

/// A genuine token, and tokens that differ from it by as little as can be. The last character of a MAC
/// has four bits of its last byte and two bits that are zero.
fn near_misses() -> [(&'static str, String); 6] {
    let genuine = oracle::token(br#"{"alg":"HS256"}"#, GOOD.as_bytes(), SECRET);
    let (rest, last) = genuine.split_at(genuine.len() - 1);
    let alphabet: Vec<char> = BASE64URL_NOPAD.specification().symbols.chars().collect();
    let at = alphabet.iter().position(|other| last.starts_with(*other)).expect("base64url");
    let ending = |bits: usize| format!("{rest}{}", alphabet[at ^ bits]);
    [
        ("mac-with-trailing-bits", ending(1)),
        ("mac-with-another-last-byte", ending(4)),
        ("mac-without-its-last-character", rest.to_owned()),
        ("mac-padded", format!("{genuine}=")),
        ("fourth-segment", format!("{genuine}.")),
        ("genuine", genuine),
    ]
}

fn nested(levels: usize) -> String {
    let inside = levels - 1;
    format!("{{\"a\":{}{}}}", "[".repeat(inside), "]".repeat(inside))
}

const BASE64URL: [(&str, &str); 16] = [
    ("empty", ""),
    ("one-character", "A"),
    ("one-byte", "TQ"),
    ("one-byte-trailing-bits", "TR"),
    ("two-bytes", "TWE"),
    ("two-bytes-trailing-bits", "TWF"),
    ("three-bytes", "TWFu"),
    ("whole-alphabet", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
    ("padded-one", "TWE="),
    ("padded-two", "TQ=="),
    ("other-alphabet", "-_+/"),
    ("line-break", "TWFu\r\nTWFu"),
    ("space", "TWFu TWFu"),
    ("not-ascii", "TWéu"),
    ("nul", "TWFu\0"),
    ("a-mac", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
];

const JSON: [(&str, &str); 30] = [
    ("empty-object", "{}"),
    ("one-member", r#"{"exp":1700000001}"#),
    ("name-twice", r#"{"a":1,"a":1}"#),
    ("name-twice-escaped", r#"{"exp":1700000001,"\u0065xp":1}"#),
    ("name-twice-nested", r#"{"exp":1700000001,"a":[{"b":1,"b":2}]}"#),
    (
        "names-thirteen-and-twice",
        r#"{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":1,"k":1,"l":1,"m":1,"m":1}"#,
    ),
    ("same-name-elsewhere", r#"{"exp":1700000001,"a":{"exp":1},"b":{"a":{"b":1}}}"#),
    ("surrogate-pair", r#"{"a":"\ud83d\ude00"}"#),
    ("lone-high-surrogate", r#"{"a":"\ud800"}"#),
    ("lone-low-surrogate", r#"{"a":"\udc00"}"#),
    ("high-surrogate-twice", r#"{"a":"\ud800\ud800"}"#),
    ("surrogate-in-name", r#"{"\ud800":1}"#),
    ("escapes", r#"{"a":"\"\\\/\b\f\n\r\t\u0000"}"#),
    ("control-character", "{\"a\":\"\u{1}\"}"),
    ("space", " \t\r\n{ \"a\" : [ 1 , 2 ] }\n"),
    ("byte-order-mark", "\u{feff}{}"),
    ("trailing-comma", r#"{"a":1,}"#),
    ("two-objects", "{}{}"),
    ("array", r#"["exp",1]"#),
    ("integers", r#"{"a":[0,-0,-1,9223372036854775807,-9223372036854775808,9223372036854775808]}"#),
    ("big-integers", r#"{"a":[18446744073709551615,18446744073709551616,-9223372036854775809]}"#),
    (
        "fractions",
        r#"{"a":[0.1,-0.0,1e2,1E-2,1.7976931348623157e308,5e-324,2.2250738585072011e-308]}"#,
    ),
    ("too-large", r#"{"a":1e400}"#),
    (
        "too-large-integer",
        "{\"a\":1000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000}",
    ),
    ("too-small", r#"{"a":1e-400}"#),
    ("leading-zero", r#"{"a":01}"#),
    ("nan", r#"{"a":NaN}"#),
    ("reserved-name", r#"{"exp":1700000001,"$serde_json::private::Number":"1"}"#),
    ("reserved-name-nested", r#"{"exp":1700000001,"a":{"$serde_json::private::RawValue":"1"}}"#),
    ("literals", r#"{"exp":1700000001,"a":[null,true,false,"",[],{}]}"#),
];

const GOOD: &str = r#"{"exp":1700000001,"sub":"alice"}"#;

/// Header and claims of tokens that are signed with the target's key; the clock is at 1700000000.
const TOKENS: [(&str, &str, &str); 34] = [
    ("good", r#"{"alg":"HS256","typ":"JWT"}"#, GOOD),
    ("good-own-header", r#"{"alg":"HS256"}"#, GOOD),
    ("alg-none", r#"{"alg":"none"}"#, GOOD),
    ("alg-missing", "{}", GOOD),
    ("alg-hs384", r#"{"alg":"HS384"}"#, GOOD),
    ("alg-lower-case", r#"{"alg":"hs256"}"#, GOOD),
    ("alg-as-an-object", r#"{"alg":{"HS256":null}}"#, GOOD),
    ("name-twice-in-header", r#"{"alg":"HS256","x":1,"x":1}"#, GOOD),
    ("name-twice-in-claims", r#"{"alg":"HS256"}"#, r#"{"exp":1700000001,"x":1,"x":1}"#),
    (
        "reserved-name",
        r#"{"alg":"HS256"}"#,
        r#"{"exp":1700000001,"$serde_json::private::Number":"1"}"#,
    ),
    ("critical-extension", r#"{"alg":"HS256","crit":["b64"]}"#, GOOD),
    ("critical-empty", r#"{"alg":"HS256","crit":[]}"#, GOOD),
    ("unencoded-payload", r#"{"alg":"HS256","b64":false}"#, GOOD),
    ("nested-token", r#"{"alg":"HS256","cty":"JWT"}"#, GOOD),
    ("content-type", r#"{"alg":"HS256","cty":"text/plain"}"#, GOOD),
    ("content-type-cbor", r#"{"alg":"HS256","cty":"cbor"}"#, GOOD),
    ("null-for-a-string", r#"{"alg":"HS256","kid":null}"#, GOOD),
    ("null-for-typ", r#"{"alg":"HS256","typ":null}"#, GOOD),
    ("null-for-cty", r#"{"alg":"HS256","cty":null}"#, GOOD),
    ("kid-number", r#"{"alg":"HS256","kid":1}"#, GOOD),
    ("ignored-parameter-has-a-type", r#"{"alg":"HS256","jku":1,"x5c":"x","enc":2}"#, GOOD),
    ("exp-as-string", r#"{"alg":"HS256"}"#, r#"{"exp":"1700000001"}"#),
    ("exp-missing", r#"{"alg":"HS256"}"#, r#"{"sub":"alice"}"#),
    ("exp-null", r#"{"alg":"HS256"}"#, r#"{"exp":null}"#),
    ("exp-from-2-63-on", r#"{"alg":"HS256"}"#, r#"{"exp":9223372036854775808}"#),
    ("exp-fraction", r#"{"alg":"HS256"}"#, r#"{"exp":1700000000.5}"#),
    ("claim-of-the-wrong-type", r#"{"alg":"HS256"}"#, r#"{"exp":1700000001,"sub":1,"iat":"x"}"#),
    ("nbf-as-string", r#"{"alg":"HS256"}"#, r#"{"exp":1700000001,"nbf":"1800000000"}"#),
    ("audience-not-named", r#"{"alg":"HS256"}"#, r#"{"exp":1700000001,"aud":"x"}"#),
    ("audience-empty", r#"{"alg":"HS256"}"#, r#"{"exp":1700000001,"aud":[]}"#),
    ("last-second-of-exp", r#"{"alg":"HS256"}"#, r#"{"exp":1700000000}"#),
    ("fraction-of-nbf", r#"{"alg":"HS256"}"#, r#"{"exp":1700000001,"nbf":1700000000.5}"#),
    ("date-beyond-the-calendar", r#"{"alg":"HS256"}"#, r#"{"exp":9223372036854775807}"#),
    ("not-json", r#"{"alg":"HS256"}"#, "any bytes"),
];

/// The first byte chooses the ring by its remainder modulo 4, and the key by what is left.
const RINGS: [(&str, char, &str); 6] = [
    ("ring-first-key", '\u{1}', r#"{"alg":"HS256","kid":"1"}"#),
    ("ring-second-key", '\u{5}', r#"{"alg":"HS256","kid":"2"}"#),
    ("ring-wrong-key", '\u{1}', r#"{"alg":"HS256","kid":"2"}"#),
    ("ring-unknown-key", '\u{1}', r#"{"alg":"HS256","kid":"3"}"#),
    ("ring-without-kid", '\u{2}', r#"{"alg":"HS256"}"#),
    ("ring-keys-without-kid", '\u{6}', r#"{"alg":"HS256"}"#),
];
