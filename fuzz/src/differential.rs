//! What this crate accepts, `jsonwebtoken` and `jwt-compact` accept with the same claims; what they
//! accept and this crate refuses falls into a class of a list, each with its reason.

use jwt_pair::{KeyRing, UnixTime, Validation, decode};
use serde_json::{Map, Value};

use crate::choices::NOW;
use crate::difference_classes::{Token, ours_alone, theirs_alone};
use crate::oracle::{self, SECRET, key};
use crate::peers::{Answer, Peer};

pub fn check(data: &[u8]) {
    classes(data);
}

/// The classes that an input falls into, one at most for each peer.
pub fn classes(data: &[u8]) -> Vec<&'static str> {
    let Some(text) = oracle::token_from(data, SECRET) else { return Vec::new() };
    let keys = KeyRing::new(key(SECRET));
    let now = UnixTime::from_secs(NOW);
    let ours = decode::<Map<String, Value>>(&text, &keys, &Validation::new(), now);
    let token = Token::of(&text);
    let class = |peer: Peer| match (&ours, peer.ask(&text, NOW)) {
        (Ok(ours), Answer::Accepted(theirs)) => {
            assert_eq!(peer.view(ours), theirs, "{peer:?}: {token:?}");
            None
        }
        (Ok(_), Answer::Refused(reason)) => match ours_alone(peer, &token) {
            None => panic!("{peer:?} alone refuses, {reason}: {token:?}"),
            class => class,
        },
        (Err(error), Answer::Accepted(_)) => match theirs_alone(peer, error, &token) {
            None => panic!("{peer:?} accepts, here it is {error:?}: {token:?}"),
            class => class,
        },
        (Err(_), Answer::Refused(_)) => None,
    };
    Peer::ALL.into_iter().filter_map(class).collect()
}
