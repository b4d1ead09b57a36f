//! With the feature `zeroize`, nothing of a key's state is left on the heap when it is dropped, or
//! when what holds it is. Without the feature, all of it is, so that the search is known to find.

use std::hint::black_box;

use jwt_pair::{AccessVerifier, Identity, Key, KeyRing, PairIssuer, PairPolicy, UnixTime};
use key_wipe::{Arena, count, states};

#[global_allocator]
static ARENA: Arena = Arena::new();

const NOW: UnixTime = UnixTime::from_secs(1_700_000_000);

/// A secret of its own for each key of each test, as tests run side by side.
fn secret(test: u8, key: u8) -> [u8; 32] {
    let mut secret = [test; 32];
    secret[31] = key;
    secret
}

fn key(test: u8, number: u8) -> Key {
    Key::new(&secret(test, number)).expect("32 bytes")
}

/// How often each of a key's two states stands on the heap.
fn found(test: u8, number: u8) -> [usize; 2] {
    states(&secret(test, number)).map(|state| count(&ARENA, &state).expect("/proc/self/mem"))
}

/// What is made of the keys of a test holds each of them; with `zeroize`, dropped it leaves none.
#[track_caller]
fn assert_wiped<T>(test: u8, keys: u8, make: impl FnOnce() -> T) {
    let held = Box::new(make());
    black_box(&held);
    let each = |number| found(test, number);
    let before: Vec<_> = (0..keys).map(each).collect();
    drop(held);
    let after: Vec<_> = (0..keys).map(each).collect();
    // More than once where a state that a call left behind on the stack was moved along.
    let is_there = |counts: &[usize; 2]| counts.iter().all(|count| *count > 0);
    assert!(before.iter().all(is_there), "held: {before:?}");
    let expected = if cfg!(feature = "zeroize") { vec![[0; 2]; before.len()] } else { before };
    assert_eq!(after, expected);
}

#[test]
fn a_key() {
    assert_wiped(1, 1, || key(1, 0));
}

#[test]
fn a_key_that_has_signed_and_verified() {
    assert_wiped(2, 1, || {
        let key = key(2, 0);
        let mac = key.sign(b"message");
        key.verify(b"message", &mac).expect("its own MAC");
        key
    });
}

#[test]
fn a_ring() {
    assert_wiped(3, 3, || {
        let ring = KeyRing::with_kid("a", key(3, 0)).also_verify(key(3, 1));
        ring.also_verify_kid("b", key(3, 2)).expect("another id")
    });
}

#[test]
fn a_ring_and_its_clone() {
    assert_wiped(4, 2, || {
        let ring = KeyRing::new(key(4, 0)).also_verify(key(4, 1));
        (ring.clone(), ring)
    });
}

#[test]
fn an_issuer_that_has_issued_and_verified() {
    assert_wiped(5, 2, || {
        let (access, refresh) = (key(5, 0).into(), key(5, 1).into());
        let issuer =
            PairIssuer::with_refresh_keys(access, refresh, PairPolicy::new()).expect("two secrets");
        let pair = issuer.issue(&Identity::new(1, "customer", "session"), NOW).expect("a pair");
        issuer.verify_access(&pair.access.token, NOW).expect("its own token");
        issuer.verify_refresh(&pair.refresh.token, NOW).expect("its own token");
        issuer
    });
}

#[test]
fn a_verifier() {
    assert_wiped(6, 1, || AccessVerifier::new(key(6, 0).into(), PairPolicy::new()));
}

#[test]
fn an_issuer_of_one_ring() {
    assert_wiped(8, 1, || PairIssuer::new(key(8, 0).into(), PairPolicy::new()));
}

#[test]
fn a_ring_that_has_grown() {
    let last = 40;
    assert_wiped(7, last + 1, || {
        (1..=last).fold(KeyRing::new(key(7, 0)), |ring, number| ring.also_verify(key(7, number)))
    });
}
