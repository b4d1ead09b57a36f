//! Any arguments and any input: no panic, one of the five codes, and no secret in any output.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

mod common;

use std::ffi::OsString;

use common::{
    ACCESS, ACCESS_CLAIMS, Fake, JWT, NOW, REFRESH_CLAIMS, SECRET, assert_harmless, signed,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Words that mean something to the command, and others.
fn word() -> impl Strategy<Value = OsString> {
    let words = [
        "--json",
        "--as",
        "pair",
        "access",
        "refresh",
        "jwt",
        "--now",
        "0",
        "1700000000",
        "2026-11-25",
        "18446744073709551615",
        "-1",
        "--leeway",
        "15m",
        "9999999999999d",
        "--max-age",
        "--typ",
        "JWT",
        "--issuer",
        "a",
        "--audience",
        "--predecessor",
        "--predecessor-until",
        "--secret",
        "env:JWT_SECRET",
        "prompt",
        "stdin",
        "-",
        "/",
        "/dev/null",
        "--secret-format",
        "raw",
        "hex",
        "base64",
        "--insecure-secret-in-arguments",
        SECRET,
        "--kid",
        "1",
        "--refresh-secret",
        "env:OTHER",
        "--refresh-kid",
        "--token-file",
        "--allow-missing-exp",
        "--user-id",
        "--user-type",
        "--session-id",
        "--claim",
        "x=1",
        "exp=1",
        "x={",
        "--access-lifetime",
        "0",
        "7d",
        "--refresh-lifetime",
        "--expires-in",
        "--format",
        "base64url",
        "--bits",
        "256",
        "--help",
        "--version",
        "--",
        "pair",
        r#"{"a":1}"#,
        r#"{"a":1,"a":2}"#,
        "[",
        "bash",
        "InvalidSignature",
        "",
    ];
    prop_oneof![
        6 => select(words.to_vec()).prop_map(OsString::from),
        2 => token(),
        1 => any::<String>().prop_map(OsString::from),
        1 => vec(any::<u8>(), 0..20).prop_map(from_bytes),
    ]
}

#[cfg(unix)]
fn from_bytes(bytes: Vec<u8>) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes)
}

#[cfg(not(unix))]
fn from_bytes(bytes: Vec<u8>) -> OsString {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

/// A token that is valid, or signed with other claims, or broken.
fn token() -> impl Strategy<Value = OsString> {
    let bytes = || vec(any::<u8>(), 0..60);
    prop_oneof![
        Just(signed(ACCESS, ACCESS_CLAIMS)),
        Just(signed(br#"{"alg":"HS256","typ":"refresh+jwt"}"#, REFRESH_CLAIMS)),
        bytes().prop_map(|bytes| signed(JWT, &bytes)),
        bytes().prop_map(|bytes| signed(&bytes, ACCESS_CLAIMS)),
        any::<String>().prop_map(|text| {
            signed(JWT, serde_json::json!({"exp": NOW + 1, &text: text}).to_string().as_bytes())
        }),
        (Just(signed(JWT, ACCESS_CLAIMS)), any::<prop::sample::Index>(), any::<char>()).prop_map(
            |(token, at, c)| {
                let mut characters: Vec<char> = token.chars().collect();
                let at = at.index(characters.len());
                characters[at] = c;
                characters.into_iter().collect()
            }
        ),
        "[A-Za-z0-9_=.+/ -]{0,80}",
    ]
    .prop_map(OsString::from)
}

fn command() -> impl Strategy<Value = Vec<&'static str>> {
    select(vec![
        vec!["inspect"],
        vec!["verify"],
        vec!["issue", "pair"],
        vec!["issue", "pair", "--user-id", "1", "--user-type", "t"],
        vec!["issue", "jwt"],
        vec!["renew", "--user-type", "t"],
        vec!["secret"],
        vec!["explain"],
        vec!["completions"],
        vec![],
    ])
}

fn stdin() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        token().prop_map(|token| token.into_encoded_bytes()),
        vec(any::<u8>(), 0..200),
        Just(SECRET.as_bytes().to_vec()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_panic_the_right_code_and_no_secret(
        command in command(),
        words in vec(word(), 0..6),
        stdin in stdin(),
        has_secret in any::<bool>(),
        typed in proptest::option::of(Just(SECRET.to_owned())),
    ) {
        let mut world = if has_secret { Fake::with_secret() } else { Fake::default() };
        world.variables.insert("OTHER".to_owned(), "another secret, as long as it has to be".into());
        (world.stdin, world.typed) = (stdin, typed);
        let arguments: Vec<OsString> =
            command.into_iter().map(OsString::from).chain(words).collect();
        let answer = world.ask(arguments.clone());

        prop_assert!(answer.exit.code() <= 4);
        // The secret may only come back where it is no secret: as a claim, or a token that is shown.
        let is_data = |argument: &OsString| argument.to_string_lossy().contains(SECRET);
        let is_key = |name: &OsString| name == "--insecure-secret-in-arguments";
        let data = arguments.iter().enumerate().any(|(at, argument)| {
            is_data(argument) && !at.checked_sub(1).is_some_and(|at| is_key(&arguments[at]))
        });
        for out in [&answer.out, &answer.err] {
            assert_harmless(out);
            prop_assert!(data || !out.contains(SECRET), "{out}");
            prop_assert!(!out.contains("another secret"), "{out}");
        }
        if arguments.iter().take_while(|it| *it != "--").any(|it| it == "--json") && answer.err.is_empty() {
            let json: serde_json::Value = serde_json::from_str(&answer.out).unwrap();
            prop_assert_eq!(&json["outcome"], answer.exit.word());
        }
        // What is on standard output of `verify` are claims of a valid token, or nothing.
        let is_verify = arguments.first().is_some_and(|it| it == "verify");
        if is_verify && !arguments.iter().any(|it| it == "--json" || it == "--help" || it == "-h") {
            prop_assert_eq!(answer.out.is_empty(), answer.exit.code() != 0);
        }
    }
}
