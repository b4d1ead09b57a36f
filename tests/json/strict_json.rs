//! Header and payload are strict JSON objects: encoding, text, syntax.

use super::common;

use common::{GOOD, NOW, at, decode, jwt, keys, refused_json as refused, token};
use jwt_pair::JsonFault::{self, NotAnObject, NotUtf8, Syntax};
use jwt_pair::{Validation, decode_untyped};
use serde_json::json;

/// As a value and as a name: of a claim that nobody reads, at the top, nested, in an array.
#[track_caller]
fn refused_as_text(text: &[u8], fault: JsonFault) {
    for json in [
        r#"{"exp":1700000001,"alg":"HS256","x":"@"}"#,
        r#"{"exp":1700000001,"alg":"HS256","@":1}"#,
        r#"{"exp":1700000001,"alg":"HS256","x":{"y":["@"]}}"#,
        r#"{"exp":1700000001,"alg":"HS256","x":{"@":1}}"#,
        r#"{"exp":1700000001,"alg":"HS256","x":[{"y":{"@":1}}]}"#,
        r#"{"exp":1700000001,"alg":"HS256","sub":"@","kid":"@"}"#,
    ] {
        let parts: Vec<&str> = json.split('@').collect();
        let json = parts.iter().map(|part| part.as_bytes()).collect::<Vec<_>>().join(text);
        refused(json, fault);
    }
}

/// The same places, to show that it is the text that is refused.
#[test]
fn good_text_is_accepted_at_the_same_places() {
    let short = r#"\"\\\/\b\f\n\r\t"#;
    for text in
        ["x1", "", r"é", r"\u0000", r"\ud83d\ude00", "\u{10ffff}", "\u{ffff}", "\u{7f}", short]
    {
        let json = format!(r#"{{"exp":1700000001,"a{text}":{{"b{text}":["{text}"]}}}}"#);
        assert!(decode(&jwt(&json)).is_ok(), "{json}");
        let json = format!(r#"{{"alg":"HS256","a{text}":{{"b{text}":["{text}"]}}}}"#);
        assert!(decode(&token(&json, GOOD)).is_ok(), "{json}");
    }
}

#[test]
fn array_or_scalar_in_place_of_the_object() {
    for json in [
        "[]",
        "[1]",
        r#"["exp",1700000001]"#,
        r#"[{"exp":1700000001,"alg":"HS256"}]"#,
        "[1700000001]",
        "null",
        "true",
        "1",
        "-1.5",
        "\"HS256\"",
        "\"\"",
        "  []",
        "[1,]",
        "[",
    ] {
        refused(json, NotAnObject);
    }
}

#[test]
fn not_json() {
    for json in [
        "",
        " ",
        "{",
        "}",
        "{}{}",
        "{}x",
        "{} null",
        "{}]",
        "{},",
        "{]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\" 1}",
        "{\"a\":[1,]}",
        "{\"a\":[,1]}",
        "{\"a\":[1 2]}",
        "{\"a\":[1}",
        "{\"a\":[1}}",
        "{\"a\":{\"b\":1]}",
        "{\"a\":nul}",
        "{\"a\":True}",
        "{\"a\":tRue}",
        "{\"a\":falsE}",
        "{\"a\":nULL}",
        "{\"a\":undefined}",
        "{1:1}",
        "{null:1}",
        "{/**/}",
        "{\"a\":1}//",
        "{\"a\":\"b}",
        "{\"a\":\"\\x41\"}",
        "{\"a\":\"\\v\"}",
        "{\"a\":\"\\'\"}",
        "{\"a\":\"\\a\"}",
        "{\"a\":\"\\0\"}",
        "{\"a\":\"\\U0041\"}",
        "\u{c}{}",
        "{\u{b}}",
        "{\"a\":\u{85}1}",
        "{\"a\":\"\\u00zz\"}",
        "{\"a\":\"\\u00\"}",
        "{\"a\":\"\\",
        "{\"a\":\"\t\"}",
        "{\"a\":\"\n\"}",
        "{\"\0\":1}",
        "{\u{a0}}",
        "{}\0",
        "\u{2028}{}",
        "NaN",
        "Infinity",
        "nul",
        "-",
        "\"",
    ] {
        refused(json, Syntax);
    }
}

#[test]
fn not_a_number() {
    for number in [
        "NaN",
        "Infinity",
        "-Infinity",
        "+1",
        "01",
        "-01",
        "1.",
        ".5",
        "1.e5",
        "1e",
        "1e+",
        "0x10",
        "1_000",
        "--1",
        "-",
        "1e400",
        "-1e400",
        "1e999999999999999999999",
        "1.5.5",
    ] {
        for json in [
            format!(r#"{{"exp":{number},"alg":"HS256"}}"#),
            format!(r#"{{"exp":1700000001,"alg":"HS256","x":{number}}}"#),
            format!(r#"{{"exp":1700000001,"alg":"HS256","x":[{{"y":{number}}}]}}"#),
        ] {
            refused(json, Syntax);
        }
    }
    refused(format!(r#"{{"a":1{}}}"#, "0".repeat(400)), Syntax);
    refused(format!(r#"{{"a":-1{}.5}}"#, "0".repeat(400)), Syntax);
}

#[test]
fn byte_order_mark() {
    refused("\u{feff}{\"exp\":1700000001,\"alg\":\"HS256\"}", Syntax);
    refused("{}\u{feff}", Syntax);
}

#[test]
fn utf16_and_utf32() {
    let json = r#"{"exp":1700000001,"alg":"HS256"}"#;
    let units = || json.encode_utf16();
    refused(units().flat_map(u16::to_le_bytes).collect::<Vec<_>>(), Syntax);
    refused(units().flat_map(u16::to_be_bytes).collect::<Vec<_>>(), Syntax);
    let with_mark = || [0xfeff].into_iter().chain(json.encode_utf16());
    refused(with_mark().flat_map(u16::to_le_bytes).collect::<Vec<_>>(), NotUtf8);
    refused(with_mark().flat_map(u16::to_be_bytes).collect::<Vec<_>>(), NotUtf8);
    refused(json.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect::<Vec<_>>(), Syntax);
}

#[test]
fn lone_surrogates_as_escapes() {
    for text in [
        r"\ud800",
        r"\udbff",
        r"\udc00",
        r"\udfff",
        r"\uD800",
        r"a\ud83d",
        r"\ude00\ud83d",
        r"\ud83d\ud83d",
        r"\ud83dx",
        r"\ud83d\n",
        r"\ud83d\nde00",
        r"\ud83dxude00",
        r"\ud83d\u0041",
        r"\ud83d ",
        r"\ud800\ud83d\ude00",
    ] {
        refused_as_text(text.as_bytes(), Syntax);
    }
}

#[test]
fn bytes_that_are_not_utf8() {
    for bytes in [
        b"\x80".as_slice(),
        b"\xff",
        b"\xfe",
        b"\xe9",
        b"\xc0\x80",
        b"\xc1\xbf",
        b"\xe0\x80\x80",
        b"\xf0\x80\x80\x80",
        b"\xed\xa0\x80",
        b"\xed\xbf\xbf",
        b"\xed\xa0\xbd\xed\xb8\x80",
        b"\xf4\x90\x80\x80",
        b"\xf8\x88\x80\x80\x80",
        b"\xe2\x82",
        b"\xc3",
    ] {
        refused_as_text(bytes, NotUtf8);
        refused([b"{}", bytes].concat(), NotUtf8);
    }
}

/// "the control characters (U+0000 through U+001F)" must be escaped (RFC 8259 §7), at each place of a
/// long text too.
#[test]
fn control_characters_that_are_not_escaped() {
    for character in '\0'..' ' {
        refused_as_text(String::from(character).as_bytes(), Syntax);
        let long = format!("{}{character}{}", "x".repeat(40), "y".repeat(40));
        refused_as_text(long.as_bytes(), Syntax);
    }
}

/// "ws = *( %x20 / %x09 / %x0A / %x0D )" (RFC 8259 §2), wherever it may stand.
#[test]
fn white_space_of_each_kind_at_each_place() {
    let parts =
        ["", "{", r#""exp""#, ":", "1700000001", ",", r#""a""#, ":", "[", "1", ",", "{", "}"];
    let parts = [&parts[..], &["]", ",", r#""alg""#, ":", r#""HS256""#, "}", ""]].concat();
    for space in [" ", "\t", "\n", "\r", " \t\n\r"] {
        let json = parts.join(space);
        assert!(decode(&jwt(&json)).is_ok(), "{json:?}");
        assert!(decode(&token(&json, GOOD)).is_ok(), "{json:?}");
    }
}

/// Each escape of RFC 8259 §7 by the character that it stands for, and each form of a number.
#[test]
fn values_are_those_that_the_text_says() {
    for (text, value) in [
        (r#""\"""#, json!("\"")),
        (r#""\\""#, json!("\\")),
        (r#""\/""#, json!("/")),
        (r#""\b\f\n\r\t""#, json!("\u{8}\u{c}\n\r\t")),
        (r#""\u1234\uABcd\u00E9""#, json!("\u{1234}\u{abcd}\u{e9}")),
        (r#""a\uD83D\uDE00b""#, json!("a\u{1f600}b")),
        ("0", json!(0)),
        ("-1", json!(-1)),
        ("0.5", json!(0.5)),
        ("-0.25e2", json!(-25.0)),
        ("1E3", json!(1000.0)),
        ("1e+3", json!(1000.0)),
        ("25E-2", json!(0.25)),
        ("18446744073709551615", json!(u64::MAX)),
        ("-9223372036854775808", json!(i64::MIN)),
        ("[true,false,null]", json!([true, false, null])),
    ] {
        let token = jwt(format!(r#"{{"exp":1700000001,"a":[{text}],"b":{text}}}"#));
        let claims = decode_untyped(&token, &keys(), &Validation::new(), at(NOW)).unwrap();
        assert_eq!(claims.get("b"), Some(&value), "{text}");
        assert_eq!(claims.get("a"), Some(&json!([value])), "{text}");
    }
}

/// A long text is looked at in steps. It ends at its quotation mark, and its escapes are found,
/// wherever they stand.
#[test]
fn a_text_of_each_length_ends_where_it_ends() {
    for length in 0..140 {
        let text = "x".repeat(length);
        for (written, value) in [
            (text.clone(), text.clone()),
            (format!("{text}\\\""), format!("{text}\"")),
            (format!("{text}\\u0041é{text}"), format!("{text}Aé{text}")),
        ] {
            let json = format!(r#"{{"exp":1700000001,"{written}":"{written}","b":"c"}}"#);
            let claims = decode_untyped(&jwt(&json), &keys(), &Validation::new(), at(NOW)).unwrap();
            let expected = json!({"exp": NOW + 1, value.clone(): value, "b": "c"});
            assert_eq!(Some(&claims), expected.as_object(), "{length}");
            assert!(
                decode(&token(json.replace("\"exp\":1700000001", "\"alg\":\"HS256\""), GOOD))
                    .is_ok()
            );
        }
    }
}
