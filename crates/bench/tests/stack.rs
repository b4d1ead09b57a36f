//! How much stack jwt-pair needs: before the MAC a small fixed amount, after it as much as 127
//! levels take.
//!
//! A thread whose stack is too small ends the whole program, so each test here can fail in one way
//! only: by a signal.

use std::thread::Builder;

use jwt_pair::{
    Error, JsonFault, Key, KeyRing, PairIssuer, PairPolicy, Segment, UnixTime, Validation,
    base64url, decode, decode_untyped, decode_unverified, encode, jws,
};
use serde_json::{Map, Value};

const NOW: UnixTime = UnixTime::from_secs(1_700_000_000);
const KIB: usize = 1024;

/// The stack of a thread that refuses tokens, whose headers anybody can make. The C library takes the
/// thread's own data from it as well. In a debug build 56 KiB were enough and 48 were not.
const TO_REFUSE: usize = if cfg!(debug_assertions) { 64 * KIB } else { 16 * KIB };
/// The stack of a thread that reads claims of 127 levels, whose MAC is right. 96 KiB were enough and 64
/// were not; in a debug build 256 and 192.
const TO_READ: usize = if cfg!(debug_assertions) { 384 * KIB } else { 128 * KIB };

fn issuer() -> PairIssuer {
    PairIssuer::new(ring(), PairPolicy::new())
}

fn ring() -> KeyRing {
    KeyRing::new(Key::new(&[7; 32]).expect("32 bytes"))
}

/// Runs this on a thread with a stack of so many bytes.
#[track_caller]
fn on_a_stack_of(bytes: usize, operation: impl FnOnce() + Send + 'static) {
    let thread = Builder::new().stack_size(bytes).spawn(operation).expect("a thread");
    thread.join().expect("it holds");
}

fn forged(header: &str) -> String {
    format!("{}.e30.{}", base64url::encode(header.as_bytes()), "A".repeat(43))
}

fn nested(open: &str, close: &str, levels: usize) -> String {
    format!("{}0{}", open.repeat(levels), close.repeat(levels))
}

/// Of a token whose MAC is wrong, through each way to verify it.
fn refuse(header: &str, expected: &Error) {
    let (token, issuer, ring) = (forged(header), issuer(), ring());
    let expected = Err(expected.clone());
    let policy = Validation::new();
    on_a_stack_of(TO_REFUSE, move || {
        assert_eq!(issuer.verify_access(&token, NOW).map(drop), expected);
        assert_eq!(issuer.verify_refresh(&token, NOW).map(drop), expected);
        assert_eq!(issuer.decode(&token, NOW).map(drop), expected);
        assert_eq!(decode_untyped(&token, &ring, &policy, NOW).map(drop), expected);
        let typed = decode::<Map<String, Value>>(&token, &ring, &policy, NOW);
        assert_eq!(typed.map(drop), expected);
        assert_eq!(jws::verify(&token, &ring, 8192).map(drop), expected);
    });
}

#[test]
fn a_header_of_8_levels_is_refused_on_a_small_stack() {
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        let header = format!(r#"{{"alg":"HS256","x":{}}}"#, nested(open, close, 7));
        refuse(&header, &Error::InvalidSignature);
    }
}

#[test]
fn a_header_of_126_or_1000_levels_is_refused_on_a_small_stack() {
    let fault = Error::Json { segment: Segment::Header, fault: JsonFault::Syntax };
    for levels in [8, 125, 700] {
        let header = format!(r#"{{"alg":"HS256","x":{}}}"#, nested("[", "]", levels));
        refuse(&header, &fault);
    }
    for levels in [8, 125, 240] {
        let header = format!(r#"{{"alg":"HS256","x":{}}}"#, nested(r#"{"":"#, "}", levels));
        refuse(&header, &fault);
    }
}

#[test]
fn a_header_of_many_names_or_escapes_is_refused_on_a_small_stack() {
    let names: Vec<_> = (0..150).map(|at| format!(r#""{at:03}":0"#)).collect();
    refuse(&format!("{{{}}}", names.join(",")), &Error::InvalidSignature);
    let kid = "\\n".repeat(700);
    refuse(&format!(r#"{{"alg":"HS256","kid":"{kid}"}}"#), &Error::InvalidSignature);
}

/// A claims set of 127 levels.
fn deep(open: &str, close: &str) -> String {
    let deep = nested(open, close, 126);
    format!(
        r#"{{"user_id":1,"user_type":"a","session_id":"s","exp":1700000001,"iat":0,"x":{deep}}}"#
    )
}

#[test]
fn an_authentic_claims_set_of_127_levels_is_read_on_a_stack_of_this_size() {
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        let claims = deep(open, close);
        let access = jws::sign(claims.as_bytes(), "access+jwt", &ring()).expect("a short header");
        let plain = jws::sign(claims.as_bytes(), "JWT", &ring()).expect("a short header");
        on_a_stack_of(TO_READ, move || {
            let (issuer, ring, policy) = (issuer(), ring(), Validation::new());
            let claims = issuer.verify_access(&access, NOW).expect("its own token");
            assert_eq!(claims.private.as_map().len(), 1);
            let untyped = decode_untyped(&plain, &ring, &policy, NOW).expect("its own token");
            let typed = decode::<Map<String, Value>>(&plain, &ring, &policy, NOW);
            assert_eq!(typed.as_ref(), Ok(&untyped));
            let unverified = decode_unverified(&plain, 8192).expect("its own token");
            assert_eq!(unverified.claims, untyped);
            // What was read is written again.
            encode(&untyped, &ring).expect("as before");
        });
    }
}
