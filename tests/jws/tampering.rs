//! Tokens of both kinds, changed in the smallest ways: not one is accepted.

use super::common;

use common::{NOW, at, key, predecessor};
use jwt_pair::{Error, Identity, KeyRing, PairClaims, PairIssuer, PairPolicy, Segment};

/// A pair of one ring, and the same with ids, so that the header chooses the key.
fn issuers() -> [PairIssuer; 2] {
    let policy = || PairPolicy::new().predecessor(predecessor(key(1).into()));
    let ring =
        KeyRing::with_kid("1", key(1)).also_verify_kid("2", key(1)).unwrap().also_verify(key(1));
    [PairIssuer::new(key(1).into(), policy()), PairIssuer::new(ring, policy())]
}

fn tokens(issuer: &PairIssuer) -> [String; 2] {
    let pair = issuer.issue(&Identity::new(123, "customer", "session123"), at(NOW)).unwrap();
    assert!(matches!(issuer.decode(&pair.access.token, at(NOW)), Ok(PairClaims::Access(_))));
    assert!(matches!(issuer.decode(&pair.refresh.token, at(NOW)), Ok(PairClaims::Refresh(_))));
    [pair.access.token, pair.refresh.token]
}

/// Runs `test` for both kinds of both issuers.
fn for_each_token(test: impl Fn(&PairIssuer, &str)) {
    for issuer in issuers() {
        for token in tokens(&issuer) {
            test(&issuer, &token);
        }
    }
}

/// Refused before anything of it is believed: by what cannot be read, by the key, by the MAC.
#[track_caller]
fn refused(issuer: &PairIssuer, changed: &str) {
    let access = issuer.verify_access(changed, at(NOW)).map(|_| ());
    let refresh = issuer.verify_refresh(changed, at(NOW)).map(|_| ());
    let either = issuer.decode(changed, at(NOW)).map(|_| ());
    for result in [access, refresh, either] {
        let is_unread = matches!(
            result,
            Err(Error::NotThreeSegments
                | Error::Base64 { segment: Segment::Header | Segment::Signature, .. }
                | Error::Json { segment: Segment::Header, .. }
                | Error::UnknownKeyId
                | Error::InvalidSignature)
        );
        assert!(is_unread, "{result:?} for {changed}");
    }
}

#[test]
fn every_flip_of_one_bit() {
    for_each_token(|issuer, token| {
        let mut flipped = 0;
        for bit in 0..token.len() * 8 {
            let mut bytes = token.as_bytes().to_vec();
            bytes[bit / 8] ^= 1 << (bit % 8);
            // A flip of the highest bit leaves no text, and so nothing that could be handed over.
            let Ok(changed) = String::from_utf8(bytes) else { continue };
            refused(issuer, &changed);
            flipped += 1;
        }
        assert_eq!(flipped, token.len() * 7);
    });
}

#[test]
fn every_truncation() {
    for_each_token(|issuer, token| {
        let signature = token.rfind('.').unwrap();
        for end in 0..token.len() {
            let error = match end {
                end if end <= signature => Error::NotThreeSegments,
                _ => Error::InvalidSignature,
            };
            assert_eq!(issuer.decode(&token[..end], at(NOW)), Err(error), "{end}");
        }
        for start in 1..token.len() {
            refused(issuer, &token[start..]);
        }
    });
}

#[test]
fn every_ascii_byte_at_every_place() {
    for_each_token(|issuer, token| {
        for place in 0..=token.len() {
            for byte in 0..=0x7f_u8 {
                let (before, after) = token.split_at(place);
                refused(issuer, &format!("{before}{}{after}", char::from(byte)));
            }
        }
    });
}

#[test]
fn every_omission_and_every_swap_of_neighbours() {
    for_each_token(|issuer, token| {
        let bytes = token.as_bytes();
        for place in 0..bytes.len() {
            let mut shorter = bytes.to_vec();
            shorter.remove(place);
            refused(issuer, &String::from_utf8(shorter).unwrap());
            let mut swapped = bytes.to_vec();
            swapped.swap(place, (place + 1) % bytes.len());
            if swapped != bytes {
                refused(issuer, &String::from_utf8(swapped).unwrap());
            }
        }
    });
}

#[test]
fn segments_of_different_tokens_make_no_token() {
    for issuer in issuers() {
        let own = tokens(&issuer);
        let other = issuer.issue(&Identity::new(1, "admin", "s"), at(NOW)).unwrap();
        let tokens = [&own[0], &own[1], &other.access.token, &other.refresh.token];
        let segments: Vec<Vec<&str>> =
            tokens.iter().map(|token| token.split('.').collect()).collect();
        for choice in 0..64usize {
            let [header, payload, signature] = [choice & 3, choice >> 2 & 3, choice >> 4];
            let parts = [segments[header][0], segments[payload][1], segments[signature][2]];
            let mixed = parts.join(".");
            if !tokens.contains(&&mixed) {
                assert_eq!(issuer.decode(&mixed, at(NOW)), Err(Error::InvalidSignature));
            }
        }
    }
}
