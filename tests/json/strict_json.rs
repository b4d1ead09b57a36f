//! Header and payload are strict JSON objects: encoding, text, syntax.

use super::common;

use common::{GOOD, decode, jwt, refused_json as refused, token};
use jwt_pair::JsonFault::{self, NotAnObject, NotUtf8, Syntax};

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
    for text in ["x1", "", r"é", r"\u0000", r"\ud83d\ude00", "\u{10ffff}", "\u{ffff}", "\u{7f}"] {
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
        "{\"a\":{\"b\":1]}",
        "{\"a\":nul}",
        "{\"a\":True}",
        "{\"a\":undefined}",
        "{1:1}",
        "{null:1}",
        "{/**/}",
        "{\"a\":1}//",
        "{\"a\":\"b}",
        "{\"a\":\"\\x41\"}",
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
