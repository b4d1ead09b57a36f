//! What a leaked database is worth, and who can slow a store down; all attacks: `docs/ATTACKS.md`.
#![cfg(feature = "std")]
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

use crate::common::{LOGIN, at, block_on, login, refresh, rotated, row};
use jwt_pair::{Key, PairIssuer, PairPolicy};
use jwt_pair_sessions::{MemoryStore, SessionPolicy, SessionStore as _, Sessions};

/// Two services that do the same under different keys have the same row: nothing in it comes from a
/// key, and so nothing that a token could be made or recognized by.
#[test]
fn a_row_holds_nothing_of_a_token() {
    let [one, other] = [1, 2].map(|byte| {
        let key = Key::new(&[byte; 32]).unwrap();
        let issuer = PairIssuer::new(key.into(), PairPolicy::new());
        let sessions = Sessions::new(issuer, MemoryStore::new(), SessionPolicy::new()).unwrap();
        let first = login(&sessions, "s").refresh.token;
        let second = rotated(refresh(&sessions, &first, LOGIN + 1_000)).refresh.token;
        let row = block_on(sessions.store().load("s")).unwrap().unwrap();
        for token in [&first, &second] {
            for segment in token.split('.') {
                assert!(!format!("{row:?}").contains(segment), "{row:?}");
            }
        }
        row
    });
    assert_eq!(one, other);
}

/// How many rows each shard holds.
fn spread(store: &MemoryStore) -> Vec<usize> {
    let text = format!("{store:?}");
    text.split("Shard {").skip(1).map(|shard| shard.matches("generation: ").count()).collect()
}

/// Nobody can choose names that meet: of two stores, each spreads the same names in its own way.
#[test]
fn each_store_spreads_names_in_its_own_way() {
    let spreads: Vec<Vec<usize>> = (0..4)
        .map(|_| {
            let store = MemoryStore::new();
            for name in 0..200 {
                block_on(store.insert(&row(&name.to_string(), 1), at(LOGIN))).unwrap();
            }
            spread(&store)
        })
        .collect();
    assert!(spreads.iter().all(|spread| spread.iter().sum::<usize>() == 200), "{spreads:?}");
    assert!(spreads.windows(2).any(|two| two.first() != two.last()), "{spreads:?}");
}
