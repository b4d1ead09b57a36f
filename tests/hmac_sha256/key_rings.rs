//! Which keys of a ring verify a token: the table of `KeyRing`, row by row.

use super::common;

use common::{ACCESS_CLAIMS, GOOD, NOW, at, b64, key, segment, sign_with};
use jwt_pair::{Error, Identity, Key, KeyRing, PairIssuer, PairPolicy, Validation, jws};
use serde_json::{Map, Value};

/// A token by the key of that byte, with this as its `kid`.
fn token(byte: u8, kid: Option<&str>) -> String {
    let kid = kid.map(|kid| format!(r#","kid":{}"#, Value::from(kid))).unwrap_or_default();
    sign_with(&key(byte), &format!("{}.{}", b64(format!(r#"{{"alg":"HS256"{kid}}}"#)), b64(GOOD)))
}

fn verdict(ring: &KeyRing, token: &str) -> Result<(), Error> {
    let decoded = jwt_pair::decode::<Map<String, Value>>(token, ring, &Validation::new(), at(NOW));
    assert_eq!(jws::verify(token, ring, 8_192).map(|_| ()), decoded.clone().map(|_| ()));
    decoded.map(|_| ())
}

const KIDS: [Option<&str>; 6] =
    [None, Some(""), Some("1"), Some("2"), Some("../x"), Some("a\0\"é")];

const UNKNOWN: Result<(), Error> = Err(Error::UnknownKeyId);
const FORGED: Result<(), Error> = Err(Error::InvalidSignature);

#[test]
fn no_key_has_an_id_so_each_key_is_tried_whatever_the_kid() {
    let ring = KeyRing::new(key(1)).also_verify(key(2)).also_verify(key(3));
    for kid in KIDS {
        for byte in 1..=3 {
            assert_eq!(verdict(&ring, &token(byte, kid)), Ok(()), "{kid:?} {byte}");
        }
        assert_eq!(verdict(&ring, &token(4, kid)), FORGED, "{kid:?}");
    }
}

/// Every ring of one key that signs and up to three others, every token: against the table.
#[test]
fn every_ring_and_every_token_by_the_table() {
    let ids: [Option<&str>; 4] = [None, Some("1"), Some("2"), Some("")];
    let mut rings = 0;
    for choice in 0..4usize.pow(4) {
        // Key 1 signs; keys 2 to 4 are added in this order, each with an id of its own or none.
        let kids: Vec<Option<&str>> =
            (0..4).map(|at| ids.get(choice >> (2 * at) & 3).copied().flatten()).collect();
        for count in 1..=4u8 {
            let Some(kids) = kids.get(..count.into()) else { continue };
            let built = build(kids);
            let named: Vec<&str> = kids.iter().copied().flatten().collect();
            let is_unique =
                named.iter().all(|kid| named.iter().filter(|other| *other == kid).count() == 1);
            assert_eq!(built.as_ref().err(), (!is_unique).then_some(&Error::DuplicateKeyId));
            let Ok(ring) = built else { continue };
            rings += 1;
            assert_eq!(Some(ring.signing_kid()), kids.first().copied());
            for kid in KIDS {
                for byte in 1..=5 {
                    let expected = by_the_table(kids, kid, byte);
                    assert_eq!(
                        verdict(&ring, &token(byte, kid)),
                        expected,
                        "{kids:?} {kid:?} {byte}"
                    );
                }
            }
        }
    }
    assert!(rings > 200, "{rings}");
}

fn build(kids: &[Option<&str>]) -> Result<KeyRing, Error> {
    let mut keys = (1..).map(key).zip(kids);
    let ring = match keys.next() {
        Some((key, Some(kid))) => KeyRing::with_kid(kid, key),
        Some((key, None)) => KeyRing::new(key),
        None => unreachable!("a ring has a key"),
    };
    keys.try_fold(ring, |ring, (key, kid)| match kid {
        Some(kid) => ring.also_verify_kid(kid, key),
        None => Ok(ring.also_verify(key)),
    })
}

/// The keys are those of bytes 1, 2, 3, 4, with these ids.
fn by_the_table(kids: &[Option<&str>], kid: Option<&str>, byte: u8) -> Result<(), Error> {
    let has_ids = kids.iter().any(Option::is_some);
    let chosen: Vec<u8> =
        (1..).zip(kids).filter(|(_, own)| !has_ids || **own == kid).map(|(byte, _)| byte).collect();
    match (chosen.is_empty(), chosen.contains(&byte)) {
        (true, _) => UNKNOWN,
        (false, true) => Ok(()),
        (false, false) => FORGED,
    }
}

#[test]
fn a_kid_is_text_and_never_a_path_a_query_or_a_number() {
    let ring = KeyRing::with_kid("1", key(1)).also_verify_kid("2", key(2)).unwrap();
    for kid in [
        "",
        "0",
        "3",
        "01",
        "1 ",
        " 1",
        "1\0",
        "1\n",
        "１",
        "*",
        "%",
        "../../etc/passwd",
        "/dev/null",
        "./1",
        "' OR '1'='1",
        "1; DROP TABLE keys",
        "http://localhost/1",
        "$(cat key)",
        "[1]",
        "null",
    ] {
        assert_eq!(verdict(&ring, &token(1, Some(kid))), UNKNOWN, "{kid:?}");
    }
    for kid in ["1", "null", "[\"1\"]", "true", "{}"] {
        let header = b64(format!(r#"{{"alg":"HS256","kid":{kid}}}"#));
        let number = sign_with(&key(1), &format!("{header}.{}", b64(GOOD)));
        assert_eq!(verdict(&ring, &number), UNKNOWN, "{kid}");
        let error = Error::HeaderParameter { parameter: "kid", expected: "a string" };
        assert_eq!(verdict(&KeyRing::new(key(1)), &number), Err(error), "{kid}");
    }
}

#[test]
fn one_id_for_two_keys_is_an_error_however_the_ring_is_made() {
    let twice = Err(Error::DuplicateKeyId);
    let test = |ring: Result<KeyRing, Error>| ring.map(|_| ());
    let with_kid = || KeyRing::with_kid("1", key(1));
    assert_eq!(test(with_kid().also_verify_kid("1", key(2))), twice);
    assert_eq!(test(with_kid().also_verify_kid("1", key(1))), twice);
    assert_eq!(test(with_kid().also_verify(key(3)).also_verify_kid("1", key(2))), twice);
    for (before, after) in [("0", "2"), ("2", "0"), ("", "11")] {
        let ring = with_kid()
            .also_verify_kid(before, key(2))
            .unwrap()
            .also_verify_kid(after, key(3))
            .unwrap();
        for kid in [before, after, "1"] {
            assert_eq!(test(ring.clone().also_verify_kid(kid, key(4))), twice, "{kid}");
        }
        assert_eq!(test(ring.also_verify_kid("3", key(4))), Ok(()));
    }
    assert_eq!(
        test(KeyRing::new(key(1)).also_verify_kid("", key(2)).unwrap().also_verify_kid("", key(3))),
        twice
    );
    assert_eq!(
        test(
            KeyRing::new(key(1)).also_verify_kid("A", key(2)).unwrap().also_verify_kid("a", key(3))
        ),
        Ok(())
    );
}

fn issuer(ring: KeyRing) -> PairIssuer {
    PairIssuer::new(ring, PairPolicy::new())
}

/// From a key without an id to one with an id, and to another: nobody is logged out on the way.
#[test]
fn rotation() {
    let customer = Identity::new(123, "customer", "session123");
    let stages = [
        issuer(KeyRing::new(key(1))),
        issuer(KeyRing::with_kid("b", key(2)).also_verify(key(1))),
        issuer(KeyRing::with_kid("b", key(2))),
        issuer(KeyRing::with_kid("c", key(3)).also_verify_kid("b", key(2)).unwrap()),
        issuer(KeyRing::with_kid("c", key(3))),
    ];
    let tokens: Vec<String> = stages
        .iter()
        .map(|issuer| issuer.issue(&customer, at(NOW)).unwrap().refresh.token)
        .collect();
    let kids = [None, Some("b"), Some("b"), Some("c"), Some("c")];
    for (token, kid) in tokens.iter().zip(kids) {
        let header: Value = serde_json::from_str(&segment(token, 0)).unwrap();
        assert_eq!(header.get("kid"), kid.map(Value::from).as_ref());
    }
    let is_accepted = [
        // Tokens of the first stage, the second, the third, the fourth, the fifth.
        [Ok(()), FORGED, FORGED, FORGED, FORGED],
        [Ok(()), Ok(()), Ok(()), UNKNOWN, UNKNOWN],
        [UNKNOWN, Ok(()), Ok(()), UNKNOWN, UNKNOWN],
        [UNKNOWN, Ok(()), Ok(()), Ok(()), Ok(())],
        [UNKNOWN, UNKNOWN, UNKNOWN, Ok(()), Ok(())],
    ];
    for (issuer, row) in stages.iter().zip(is_accepted) {
        for (token, expected) in tokens.iter().zip(row) {
            assert_eq!(issuer.verify_refresh(token, at(NOW)).map(|_| ()), expected);
            assert_eq!(issuer.decode(token, at(NOW)).map(|_| ()), expected);
        }
    }
}

#[test]
fn the_pair_finds_its_key_by_kid_also_where_another_library_wrote_the_header() {
    let ring = KeyRing::with_kid("b", key(2)).also_verify(key(1));
    for (header, byte, expected) in [
        (r#"{"typ":"access+jwt","alg":"HS256","kid":"b"}"#, 2, Ok(())),
        (r#"{"typ":"access+jwt","alg":"HS256","kid":"\u0062"}"#, 2, Ok(())),
        (r#"{"typ":"access+jwt","alg":"HS256","kid":"b"}"#, 1, FORGED),
        (r#"{"typ":"access+jwt","alg":"HS256"}"#, 1, Ok(())),
        (r#"{"typ":"access+jwt","alg":"HS256"}"#, 2, FORGED),
        (r#"{"typ":"access+jwt","alg":"HS256","kid":"a"}"#, 1, UNKNOWN),
    ] {
        let token = sign_with(&key(byte), &format!("{}.{}", b64(header), b64(ACCESS_CLAIMS)));
        let verified = issuer(ring.clone()).verify_access(&token, at(NOW)).map(|_| ());
        assert_eq!(verified, expected, "{header}");
    }
}

#[test]
fn keys_of_any_length_from_32_on_sign_and_verify() {
    for bytes in [32, 33, 63, 64, 65, 127, 128, 1_000, 100_000] {
        let key = Key::new(&vec![7; bytes]).unwrap();
        let mac = key.sign(b"message");
        assert_eq!(key.verify(b"message", &mac), Ok(()));
        assert_eq!(key.verify(b"messagf", &mac), FORGED);
        for length in 0..32 {
            assert_eq!(key.verify(b"message", mac.get(..length).unwrap()), FORGED, "{length}");
        }
        assert_eq!(key.verify(b"message", &[mac.as_slice(), &[0]].concat()), FORGED);
        assert_eq!(key.verify(b"message", &[mac, mac].concat()), FORGED);
    }
}
