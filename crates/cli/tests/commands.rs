//! What each command answers, and how it ends.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

mod common;

use std::fs;

use common::{
    ACCESS, ACCESS_CLAIMS, Fake, JWT, NOW, REFRESH_CLAIMS, SECRET, assert_harmless, json, key,
    root, signed, signed_with,
};
use jwt_pair::{Key, KeyRing, PairIssuer, PairPolicy, UnixTime, UserId};
use jwt_pair_cli::Exit;

#[test]
fn the_exit_code_tells_the_verdict() {
    let good = signed(ACCESS, ACCESS_CLAIMS);
    let early = signed(JWT, br#"{"exp":1800000000,"nbf":1750000000}"#);
    let foreign = signed_with(&Key::new(&[7; 32]).unwrap(), ACCESS, ACCESS_CLAIMS);
    let old = signed(JWT, br#"{"exp":1800000000,"iat":1000000000}"#);
    for (options, token, exit) in [
        (&["--now", "1700000899"][..], &good, Exit::Valid),
        (&["--now", "1700000900"], &good, Exit::Expired),
        (&["--now", "1700000900", "--leeway", "1s"], &good, Exit::Valid),
        (&["--now", "2023-11-14T22:28:19Z"], &good, Exit::Valid),
        (&["--now", "2023-11-15"], &good, Exit::Expired),
        (&["--as", "access"], &good, Exit::Valid),
        (&["--as", "refresh"], &good, Exit::Invalid),
        (&["--as", "jwt"], &good, Exit::Invalid),
        (&["--as", "jwt", "--typ", "access+jwt"], &good, Exit::Valid),
        (&["--issuer", "a"], &good, Exit::Invalid),
        (&["--as", "jwt"], &early, Exit::Invalid),
        (&["--as", "jwt", "--now", "1750000000"], &early, Exit::Valid),
        (&["--as", "jwt", "--max-age", "1h"], &old, Exit::Expired),
        (&[], &foreign, Exit::Invalid),
        (&["--kid", "1"], &good, Exit::Invalid),
    ] {
        for command in ["inspect", "verify"] {
            let arguments = [&[command], options, &[token.as_str()]].concat();
            let answer = Fake::with_secret().ask(&arguments);
            assert_eq!(answer.exit, exit, "{arguments:?} {}", answer.err);
            let without = Fake::default().ask(&arguments);
            assert_eq!(without.exit, Exit::NotVerified, "{arguments:?}");
        }
    }
    let codes = [Exit::Valid, Exit::Invalid, Exit::Usage, Exit::Expired, Exit::NotVerified];
    assert_eq!(codes.map(Exit::code), [0, 1, 2, 3, 4]);
}

#[test]
fn without_a_secret_the_first_word_is_not_verified() {
    let answer = Fake::default().ask(["inspect", &signed(ACCESS, ACCESS_CLAIMS)]);
    assert!(common_text(&answer.out).starts_with("NOT VERIFIED\n"), "{}", answer.out);
    assert!(answer.out.contains("needs a secret"), "{}", answer.out);
    let broken = Fake::default().ask(["inspect", "a.b"]);
    assert!(common_text(&broken.out).starts_with("NOT VERIFIED, and INVALID"), "{}", broken.out);
    assert_eq!(broken.exit, Exit::Invalid);
}

fn common_text(out: &str) -> String {
    anstream::adapter::strip_str(out).to_string()
}

#[test]
fn a_token_comes_from_an_argument_a_file_or_standard_input() {
    let token = signed(ACCESS, ACCESS_CLAIMS);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    fs::write(&file, format!("{token}\r\n")).unwrap();
    let path = file.to_str().unwrap();
    let two_spaces = format!("Bearer  {token}");
    let bearer = format!("bEARER  {token} \n");
    for (arguments, stdin, notes) in [
        (vec!["verify", &token], "", 0),
        (vec!["verify", "--token-file", path], "", 0),
        (vec!["verify"], &*token, 0),
        (vec!["verify", "-"], &*format!("{token}\n"), 0),
        (vec!["verify"], &*bearer, 2),
        (vec!["verify", &two_spaces], "", 2),
        (vec!["verify"], &*format!("\n {token}"), 1),
    ] {
        let mut world = Fake { stdin: stdin.as_bytes().to_vec(), ..Fake::with_secret() };
        let answer = world.ask(&arguments);
        assert_eq!(answer.exit, Exit::Valid, "{arguments:?} {}", answer.err);
        assert_eq!(answer.out.as_bytes(), [ACCESS_CLAIMS, b"\n"].concat());
        // One more note says where the secret is from.
        assert_eq!(answer.err.lines().count(), notes + 1, "{}", answer.err);
    }
}

#[test]
fn a_secret_that_fits_when_it_is_read_in_another_way_is_recognised() {
    let bytes: Vec<u8> = (100..140).collect();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let base64 = jwt_pair::base64url::encode(&bytes);
    let token = |secret: &[u8]| signed_with(&Key::new(secret).unwrap(), ACCESS, ACCESS_CLAIMS);
    for (given, format, signer, hint) in [
        (&*hex, "raw", token(&bytes), "add --secret-format hex"),
        (&*base64, "raw", token(&bytes), "add --secret-format base64"),
        (&*hex, "hex", token(hex.as_bytes()), "add --secret-format raw"),
        (&*base64, "base64", token(base64.as_bytes()), "add --secret-format raw"),
        (&*format!(" {SECRET} \n"), "raw", token(SECRET.as_bytes()), "no white space around it"),
        (&*format!("{SECRET}\n"), "raw", token(format!("{SECRET}\n").as_bytes()), "line break"),
    ] {
        for command in ["inspect", "verify"] {
            let mut world = Fake { typed: Some(given.to_owned()), ..Fake::default() };
            let options = [command, "--secret", "prompt", "--secret-format", format, &signer];
            let answer = world.ask(options);
            let all = answer.out + &answer.err;
            assert_eq!(answer.exit, Exit::Invalid, "{all}");
            assert!(all.contains("the signature is right if") && all.contains(hint), "{all}");
            for secret in [given.trim(), &hex, &base64] {
                assert!(!all.contains(secret), "{all}");
            }
        }
    }
    let mut world = Fake { typed: Some(hex), ..Fake::default() };
    let answer = world.ask(["verify", "--secret", "prompt", &token(&[9; 40])]);
    assert!(!answer.err.contains("the signature is right"), "{}", answer.err);
}

#[test]
fn a_line_break_at_the_end_of_a_secret_is_taken_off_and_told() {
    let token = signed(ACCESS, ACCESS_CLAIMS);
    for (end, told) in [("", false), ("\n", true), ("\r\n", true)] {
        let mut world = Fake { typed: Some(format!("{SECRET}{end}")), ..Fake::default() };
        let answer = world.ask(["verify", "--secret", "prompt", &token]);
        assert_eq!(answer.exit, Exit::Valid);
        assert_eq!(answer.err.contains("a line break at the end of the secret"), told);
    }
}

#[test]
fn hostile_claims_are_shown_escaped() {
    let claims = "{\"exp\":1800000000,\"a\":\"\u{202e}\u{9b}31m\u{7f}\u{feff}\u{e0041}\u{200b}\",\
                  \"b\":\"\\u001b]0;x\\u0007\",\n\"\u{2066}\":1}";
    let token = signed(JWT, claims.as_bytes());
    let broken = signed(JWT, "\u{202e}\u{1b}[31m {".as_bytes());
    for (command, token) in [("inspect", &token), ("verify", &token), ("inspect", &broken)] {
        for json in [&["--json"][..], &[]] {
            let answer = Fake::with_secret().ask([&[command, "--as", "jwt", token], json].concat());
            assert_harmless(&answer.out);
            assert_harmless(&answer.err);
        }
    }
    let answer = Fake::with_secret().ask(["verify", "--json", "--as", "jwt", &token]);
    assert_eq!(json(&answer)["claims"], serde_json::from_str::<serde_json::Value>(claims).unwrap());
}

#[test]
fn what_a_lenient_reader_takes_is_pointed_out() {
    let header = br#"{"alg":"HS256","alg":"none"}"#;
    let token = signed(header, br#"{"a":{"b":1,"b":2}} rest"#) + "=";
    let answer = Fake::default().ask(["inspect", &token]);
    for text in [
        r#"the name "alg" is there 2 times: one lenient reader takes the first, "HS256", and another the last, "none""#,
        r#"the name "b" is there 2 times"#,
        "4 bytes after the JSON",
        "not base64url",
    ] {
        assert!(answer.out.contains(text), "{text} is not in {}", answer.out);
    }
}

#[test]
fn what_is_issued_is_valid_and_is_renewed() {
    let user = ["issue", "pair", "--user-id", "123", "--user-type", "customer", "--json"];
    let answer = Fake::with_secret().ask(user.iter().chain(&["--claim", "tenant=acme"]));
    let pair = json(&answer);
    let issuer = PairIssuer::new(key().into(), PairPolicy::new());
    let [access, refresh] =
        ["access_token", "refresh_token"].map(|name| pair[name].as_str().unwrap().to_owned());
    let claims = issuer.verify_access(&access, UnixTime::from_secs(NOW)).unwrap();
    assert_eq!(claims.user_id.as_i64(), Some(123));
    assert_eq!(claims.private.get("tenant").unwrap(), "acme");
    assert_eq!(pair["session_id"], claims.session_id);
    assert_eq!([&pair["expires_in"], &pair["refresh_expires_in"]], [900, 604_800]);
    let renewed = Fake::with_secret().ask(["renew", "--user-type", "clerk", &refresh]);
    let claims = issuer.verify_access(renewed.out.trim(), UnixTime::from_secs(NOW)).unwrap();
    assert_eq!(claims.user_type, "clerk");
    let wrong = Fake::with_secret().ask(["renew", "--user-type", "clerk", &access]);
    assert_eq!(wrong.exit, Exit::Invalid);
    let late = ["renew", "--user-type", "clerk", "--now", "1800000000", &refresh];
    assert_eq!(Fake::with_secret().ask(late).exit, Exit::Expired);
    let claims = String::from_utf8(REFRESH_CLAIMS.to_vec()).unwrap();
    let claims = claims.replace('}', r#","jti":"s.1"}"#);
    let of_session = signed(br#"{"alg":"HS256","typ":"refresh+jwt"}"#, claims.as_bytes());
    let answer = Fake::with_secret().ask(["renew", "--json", "--user-type", "t", &of_session]);
    assert_eq!(json(&answer)["error"], "BelongsToSession");
}

#[test]
fn claims_are_signed_as_they_stand_or_not_at_all() {
    let issue = |claims: &str, more: &[&str]| {
        Fake::with_secret().ask([&["issue", "jwt", claims], more].concat())
    };
    let answer = issue(r#"{"b": 1.50, "a":"\u00e9"}"#, &["--expires-in", "1h"]);
    let token = answer.out.trim().to_owned();
    let verified = Fake::with_secret().ask(["verify", "--as", "jwt", &token]);
    let claims = r#"{"b": 1.50, "a":"\u00e9","iat":1700000000,"exp":1700003600}"#;
    assert_eq!(verified.out.trim(), claims);
    assert_eq!(issue(r#"{"aud":"x"}"#, &[]).exit, Exit::Valid);
    assert_eq!(issue("{ }", &["--expires-in", "1h"]).exit, Exit::Valid);
    for claims in [
        "",
        "[1]",
        "{",
        r#"{"a":1,"a":2}"#,
        r#"{"exp":"tomorrow"}"#,
        r#"{"aud":null}"#,
        r#"{"a":18446744073709551616}"#,
        r#"{"a":[-9223372036854775809]}"#,
    ] {
        let answer = issue(claims, &[]);
        assert_eq!((answer.exit, answer.out.as_str()), (Exit::Usage, ""), "{claims}");
    }
    assert_eq!(issue(r#"{"exp":1}"#, &["--expires-in", "1h"]).exit, Exit::Usage);
}

#[test]
fn a_secret_is_long_enough_and_written_as_asked() {
    let ask = |arguments: &[&str]| Fake::default().ask([&["secret"], arguments].concat());
    type Read = fn(&str) -> Result<Key, jwt_pair::Error>;
    let read: [(&[&str], Read); 4] = [
        (&[], Key::from_base64),
        (&["--format", "hex"], Key::from_hex),
        (&["--format", "base64"], Key::from_base64),
        (&["--bits", "512"], Key::from_base64),
    ];
    for (arguments, read) in read {
        assert!(read(&ask(arguments).out).is_ok(), "{arguments:?}");
    }
    assert_eq!(ask(&["--format", "base64"]).out.len(), 45);
    assert_eq!(ask(&["--bits", "4096", "--format", "hex"]).out.len(), 1_025);
    for bits in ["0", "248", "257", "4104", "x"] {
        assert_eq!(ask(&["--bits", bits]).exit, Exit::Usage, "{bits}");
    }
}

#[test]
fn two_rings_keep_the_kinds_apart() {
    let mut world = Fake::with_secret();
    world.variables.insert("REFRESH".to_owned(), "another secret of 32 bytes or more".into());
    let ring = ["--refresh-secret", "env:REFRESH", "--refresh-kid", "r", "--kid", "a"];
    let user = ["issue", "pair", "--user-id", "x", "--user-type", "t", "--json"];
    let pair = json(&world.ask(user.iter().chain(&ring)));
    let refresh = pair["refresh_token"].as_str().unwrap();
    let verify = |world: &mut Fake, arguments: &[&str]| {
        world.ask(["verify", refresh].iter().chain(arguments)).exit
    };
    assert_eq!(verify(&mut world, &ring), Exit::Valid);
    assert_eq!(verify(&mut world, &[&ring[..], &["--as", "refresh"]].concat()), Exit::Valid);
    assert_eq!(verify(&mut world, &[]), Exit::Invalid);
    let same = ["--refresh-secret", "env:JWT_SECRET"];
    assert_eq!(verify(&mut world, &same), Exit::Usage);
    assert_eq!(Fake::default().ask(["verify", "--refresh-secret", "x", "a.b.c"]).exit, Exit::Usage);
}

#[test]
fn a_predecessors_token_is_accepted_where_that_is_said() {
    let token = signed(JWT, REFRESH_CLAIMS);
    let ask = |more: &[&str]| Fake::with_secret().ask([&["verify", &token], more].concat());
    assert_eq!(ask(&[]).exit, Exit::Invalid);
    assert!(ask(&[]).err.contains("--predecessor"));
    assert_eq!(ask(&["--predecessor"]).exit, Exit::Valid);
    assert_eq!(ask(&["--predecessor", "--refresh-lifetime", "8d"]).exit, Exit::Invalid);
    assert_eq!(ask(&["--predecessor", "--predecessor-until", "1700000000"]).exit, Exit::Invalid);
}

/// The other library knew no ids of keys, or others.
#[test]
fn a_kid_of_ours_refuses_no_token_of_a_predecessor() {
    for header in [JWT, br#"{"alg":"HS256","kid":"theirs"}"#] {
        let token = signed(header, REFRESH_CLAIMS);
        let options = ["--predecessor", "--kid", "ours", &token];
        let verified = Fake::with_secret().ask(["verify"].iter().chain(&options));
        assert_eq!(verified.exit, Exit::Valid, "{}", verified.err);
        let renew = ["renew", "--user-type", "t"];
        let renewed = Fake::with_secret().ask(renew.iter().chain(&options));
        let ring = KeyRing::with_kid("ours", key());
        let issuer = PairIssuer::new(ring, PairPolicy::new());
        let claims = issuer.verify_access(renewed.out.trim(), UnixTime::from_secs(NOW));
        assert_eq!(claims.unwrap().user_id.as_i64(), Some(123), "{}", renewed.err);
    }
}

/// Whoever gives `--max-age` must not believe that the age was checked where it was not.
#[test]
fn a_condition_that_would_decide_nothing_is_refused() {
    let token = signed(ACCESS, ACCESS_CLAIMS);
    for options in [
        &["--access-lifetime", "5m"][..],
        &["--refresh-lifetime", "5m"],
        &["--as", "access", "--access-lifetime", "5m"],
        &["--as", "access", "--predecessor", "--refresh-lifetime", "5m"],
        &["--as", "refresh", "--predecessor", "--access-lifetime", "5m"],
        &["--as", "jwt", "--access-lifetime", "5m"],
        &["--as", "jwt", "--refresh-lifetime", "5m"],
        &["--as", "jwt", "--refresh-secret", "env:OTHER"],
        &["--as", "access", "--refresh-secret", "env:OTHER"],
        &["--leeway", "500ms"],
        &["--max-age", "1h"],
        &["--typ", "JWT"],
        &["--as", "access", "--allow-missing-exp"],
        &["--as", "jwt", "--predecessor"],
        &["--predecessor-until", "0"],
        &["--refresh-kid", "1"],
    ] {
        for command in ["verify", "inspect"] {
            let mut world = Fake::with_secret();
            world.variables.insert("OTHER".to_owned(), "another secret of 32 bytes or more".into());
            let answer = world.ask([&[command, &token], options].concat());
            assert_eq!((answer.exit, answer.out.as_str()), (Exit::Usage, ""), "{options:?}");
        }
    }
    let refresh = signed(br#"{"alg":"HS256","typ":"refresh+jwt"}"#, REFRESH_CLAIMS);
    let renew = |option: &str| {
        Fake::with_secret().ask(["renew", "--user-type", "t", option, "5m", &refresh])
    };
    assert_eq!(renew("--refresh-lifetime").exit, Exit::Usage);
    // This one decides how long the new token lives.
    assert_eq!(renew("--access-lifetime").exit, Exit::Valid);
}

/// A lifetime that decides refuses a token that lives otherwise.
#[test]
fn a_lifetime_judges_a_predecessors_tokens_of_its_kind() {
    let [access, refresh] = [signed(JWT, ACCESS_CLAIMS), signed(JWT, REFRESH_CLAIMS)];
    for (token, kind, right, wrong, option) in [
        (&access, "access", "15m", "5m", "--access-lifetime"),
        (&refresh, "refresh", "7d", "5m", "--refresh-lifetime"),
    ] {
        for kind in [kind, "pair"] {
            let ask = |lifetime: &str| {
                let options = ["verify", "--as", kind, "--predecessor", option, lifetime];
                Fake::with_secret().ask(options.iter().chain(&[token.as_str()])).exit
            };
            assert_eq!([ask(right), ask(wrong)], [Exit::Valid, Exit::Invalid], "{kind} {option}");
        }
    }
}

/// 007 and 7 are two users, and so are +49123 and 49123.
#[test]
fn a_user_id_is_an_integer_only_if_it_is_written_as_one() {
    for (given, expected) in [
        ("7", UserId::Integer(7)),
        ("0", UserId::Integer(0)),
        ("-7", UserId::Integer(-7)),
        ("9223372036854775807", UserId::Integer(i64::MAX)),
        ("007", UserId::from("007")),
        ("+49123", UserId::from("+49123")),
        ("-0", UserId::from("-0")),
        ("9223372036854775808", UserId::from("9223372036854775808")),
        ("alice", UserId::from("alice")),
    ] {
        let id = format!("--user-id={given}");
        let answer = Fake::with_secret().ask(["issue", "pair", "--user-type", "t", &id, "--json"]);
        let pair = json(&answer);
        let issuer = PairIssuer::new(key().into(), PairPolicy::new());
        let token = pair["access_token"].as_str().unwrap();
        let claims = issuer.verify_access(token, UnixTime::from_secs(NOW)).unwrap();
        assert_eq!(claims.user_id, expected, "{given}");
    }
}

#[test]
fn an_own_claim_is_signed_as_it_stands_or_not_at_all() {
    let issue = |claim: &str| {
        let user = ["issue", "pair", "--user-id", "1", "--user-type", "t", "--claim", claim];
        Fake::with_secret().ask(user.iter().chain(&["--json"]))
    };
    for (claim, value) in [
        ("x=acme", serde_json::json!("acme")),
        ("x=3", serde_json::json!(3)),
        ("x=18446744073709551615", serde_json::json!(u64::MAX)),
        ("x= [1.5, {\"a\":null}] ", serde_json::json!([1.5, {"a": null}])),
        ("x=\"123456789012345678901234\"", serde_json::json!("123456789012345678901234")),
        // No JSON, so a text.
        ("x={", serde_json::json!("{")),
        ("x=1,\"y\":2", serde_json::json!("1,\"y\":2")),
        ("x=007", serde_json::json!("007")),
        ("x=", serde_json::json!("")),
    ] {
        let answer = json(&issue(claim));
        let token = answer["access_token"].as_str().unwrap_or_else(|| panic!("{claim} {answer}"));
        let issuer = PairIssuer::new(key().into(), PairPolicy::new());
        let claims = issuer.verify_access(token, UnixTime::from_secs(NOW)).unwrap();
        assert_eq!(claims.private.as_map(), serde_json::json!({"x": value}).as_object().unwrap());
    }
    let deep = format!("x={}", "[".repeat(200) + &"]".repeat(200));
    for (claim, reason) in [
        ("x=123456789012345678901234", "not one that JSON keeps"),
        ("x=[-9223372036854775809]", "not one that JSON keeps"),
        (r#"x={"a":1,"a":2}"#, "the same name"),
        (r#"x=[{"a":1,"\u0061":2}]"#, "the same name"),
        ("x=1e400", "numbers in range"),
        (r#"x="\ud800""#, "numbers in range"),
        (&deep, "few enough levels"),
    ] {
        let answer = issue(claim);
        let message = json(&answer)["message"].as_str().unwrap().to_owned();
        assert_eq!(answer.exit, Exit::Usage, "{claim}");
        assert!(message.contains("--claim") && message.contains(reason), "{claim}: {message}");
    }
}

/// Whoever forgot the variable would look for the fault in the token.
#[test]
fn a_note_says_whose_secret_has_failed() {
    let token = signed(ACCESS, ACCESS_CLAIMS);
    let pair = ["issue", "pair", "--user-id", "1", "--user-type", "t"];
    for arguments in [
        &["verify", &token][..],
        &["inspect", &token],
        &["issue", "jwt", "{}"],
        &["renew", "--user-type", "t", &token],
        &pair,
    ] {
        let mut world = Fake::default();
        world.variables.insert("JWT_SECRET".to_owned(), "short".into());
        let answer = world.ask(arguments);
        assert_eq!((answer.exit, answer.out.as_str()), (Exit::Usage, ""), "{arguments:?}");
        assert!(answer.err.contains("the key is 5 bytes long"), "{}", answer.err);
        assert!(answer.err.ends_with("note: the secret is that of JWT_SECRET\n"), "{}", answer.err);
        let is_inspect = arguments.contains(&"inspect");
        assert_eq!(answer.err.contains("without a secret, unset JWT_SECRET"), is_inspect);
        let answer = json(&world.ask(arguments.iter().chain(&["--json"])));
        assert_eq!(answer["error"], "KeyTooShort", "{answer}");
        assert_eq!(answer["notes"], serde_json::json!(["the secret is that of JWT_SECRET"]));
    }
    let mut world =
        Fake { typed: Some("a secret of 31 bytes and a break\n".into()), ..Fake::default() };
    let answer = world.ask(["verify", "--secret", "prompt", "--secret-format", "hex", &token]);
    assert!(answer.err.contains("a line break at the end of the secret"), "{}", answer.err);
}

/// Whoever takes the secret for the token must not find it in a log.
#[test]
fn a_text_without_a_dot_is_not_shown() {
    let base64 = jwt_pair::base64url::encode(br#"{"a":"a secret in base64"}"#);
    for secret in [SECRET, &base64] {
        for json in [&["--json"][..], &[]] {
            for command in ["inspect", "verify"] {
                let mut world = Fake { stdin: secret.into(), ..Fake::default() };
                for arguments in [&[command][..], &[command, secret]] {
                    let answer = world.ask([arguments, json].concat());
                    let all = answer.out + &answer.err;
                    assert_eq!(answer.exit, Exit::Invalid);
                    assert!(!all.contains(secret) && !all.contains("a secret in"), "{all}");
                    assert!(!all.contains(secret.get(..12).unwrap()), "{all}");
                }
            }
        }
    }
    let answer = Fake::default().ask(["inspect", SECRET]);
    assert!(answer.out.contains("1 segment, which is not shown"), "{}", answer.out);
}

/// At a terminal, a secret on standard input is asked for as a prompt asks: without showing it.
#[test]
fn a_secret_that_a_person_types_is_not_shown() {
    let token = signed(ACCESS, ACCESS_CLAIMS);
    let typed = Some(SECRET.to_owned());
    let mut world = Fake { is_terminal: true, typed, ..Fake::default() };
    assert_eq!(world.ask(["verify", "--secret", "stdin", &token]).exit, Exit::Valid);
    assert_eq!(world.ask(["verify", "--secret", "-", &token]).exit, Exit::Valid);
}

#[test]
fn a_number_of_a_valid_token_keeps_its_digits_in_json() {
    let claims = br#"{"exp":1800000000,"n":[123456789012345678901234, 1.50],
        "t":"a\nb"}"#;
    let token = signed(JWT, claims);
    let answer = Fake::with_secret().ask(["verify", "--json", "--as", "jwt", &token]);
    assert_eq!(json(&answer)["claims"]["t"], "a\nb");
    assert!(answer.out.contains(r#""n":[123456789012345678901234, 1.50]"#), "{}", answer.out);
    let answer = Fake::with_secret().ask(["inspect", "--as", "jwt", &token]);
    assert!(answer.out.contains("an integer is beyond 64 bits"), "{}", answer.out);
}

/// A hostile object has long names, many names, and each of them twice.
#[test]
fn names_are_cut_and_counted() {
    let long = "n".repeat(3_000);
    let token = signed(JWT, format!(r#"{{"{long}":1,"{long}":2}}"#).as_bytes());
    let answer = Fake::default().ask(["inspect", &token]);
    let cut_at = |most: usize| format!("{}… ({} more)\"", "n".repeat(most), 3_000 - most);
    assert!(answer.out.contains(&cut_at(100)), "{}", answer.out);
    assert!(answer.out.contains(&format!("the name \"{} is there 2 times", cut_at(60))));

    let members = (0..300).map(|at| format!(r#""{at}":0,"{at}":1"#)).collect::<Vec<_>>();
    let token = signed(JWT, format!("{{{}}}", members.join(",")).as_bytes());
    let out = Fake::default().ask(["inspect", &token]).out;
    assert!(out.contains("    … (400 more members)\n"), "{out}");
    assert_eq!(out.matches(" is there 2 times").count(), 20, "{out}");
    assert!(out.contains("280 more names are there more than once"), "{out}");
}

/// Each variant, as it stands in the source.
#[test]
fn every_error_is_explained() {
    let source = fs::read_to_string(root().join("src/error/mod.rs")).unwrap();
    let (_, body) = source.split_once("pub enum Error {\n").unwrap();
    let (body, _) = body.split_once("\n}\n").unwrap();
    let lines = body.lines().filter_map(|line| line.strip_prefix("    "));
    let variants = lines.filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()));
    let variants: Vec<_> = variants.map(|line| line.trim_end_matches([',', '{', ' '])).collect();
    let answer = Fake::default().ask(["explain", "--json"]);
    assert_eq!(json(&answer)["errors"], serde_json::json!(variants));
    for variant in variants {
        let answer = json(&Fake::default().ask(["explain", "--json", &variant.to_lowercase()]));
        assert_eq!(answer["error"], variant);
        for member in ["meaning", "source", "action"] {
            let text = answer[member].as_str().unwrap();
            assert!(text.len() >= 6 && !text.starts_with(' '), "{variant}: {text}");
        }
    }
}

#[test]
fn json_is_answered_for_every_outcome() {
    let token = signed(ACCESS, ACCESS_CLAIMS);
    for (arguments, outcome) in [
        (vec!["verify", &token], "valid"),
        (vec!["inspect", &token], "valid"),
        (vec!["verify", "a.b.c"], "invalid"),
        (vec!["verify", "--now", "1800000000", &token], "expired"),
        (vec!["verify", "--secret", "/nowhere", &token], "usage"),
        (vec!["nothing"], "usage"),
        (vec!["--help"], "valid"),
        (vec!["secret"], "valid"),
        (vec!["completions", "bash"], "valid"),
        (vec!["explain", "Expired"], "valid"),
    ] {
        let answer = Fake::with_secret().ask(arguments.iter().chain(&["--json"]));
        assert_eq!(json(&answer)["outcome"], outcome, "{arguments:?}");
        assert_eq!((answer.exit.word(), answer.err.as_str()), (outcome, ""), "{arguments:?}");
    }
    let answer = Fake::default().ask(["verify", "--json", &token]);
    assert_eq!(json(&answer)["outcome"], "not_verified");
}

#[test]
fn a_kid_chooses_the_secret() {
    let ring = KeyRing::with_kid("1", key());
    let token = jwt_pair::encode(&serde_json::json!({"exp": NOW + 1}), &ring).unwrap();
    let ask = |kid: &str| Fake::with_secret().ask(["verify", "--as", "jwt", "--kid", kid, &token]);
    assert_eq!(ask("1").exit, Exit::Valid);
    assert_eq!(ask("2").exit, Exit::Invalid);
}
