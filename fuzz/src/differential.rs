//! What this crate accepts, `jsonwebtoken` and `jwt-compact` accept with the same claims; what they
//! accept and this crate refuses falls into a class of a list, each with its reason.

use jwt_pair::{Error, KeyRing, UnixTime, Validation, decode, decode_untyped};
use serde_json::{Map, Value};

use crate::choices::NOW;
use crate::difference_classes::{Token, ours_alone, theirs_alone};
use crate::json_oracle::assert_same;
use crate::media_types;
use crate::oracle::{self, SECRET, key};
use crate::peers::{Answer, Peer};

pub fn check(data: &[u8]) {
    classes(data);
}

/// The classes that an input falls into, one at most for each peer.
pub fn classes(data: &[u8]) -> Vec<&'static str> {
    let Some(text) = oracle::token_from(data, SECRET) else { return Vec::new() };
    let token = Token::of(&text);
    let ours = ours(&text, &token);
    let class = |peer: Peer| match (&ours, peer.ask(&text, NOW)) {
        (Ok(ours), Answer::Accepted(theirs)) => {
            assert_same(&peer.view(ours), &theirs);
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

/// The crate's verdict, whatever the `typ`: the peers do not look at it.
fn ours(text: &str, token: &Token) -> Result<Map<String, Value>, Error> {
    let keys = KeyRing::new(key(SECRET));
    let now = UnixTime::from_secs(NOW);
    let any_typ = Validation::new().accept_any_typ();
    let ours = decode::<Map<String, Value>>(text, &keys, &any_typ, now);

    let untyped = decode_untyped(text, &keys, &any_typ, now);
    assert_eq!(ours, untyped, "{token:?}");
    if let (Ok(ours), Ok(untyped)) = (&ours, &untyped) {
        assert_same(ours, untyped);
    }

    // The default is the same verdict, except for the tokens of another `typ`.
    let by_default = decode_untyped(text, &keys, &Validation::new(), now);
    match (&ours, &by_default) {
        (_, Err(Error::HeaderParameter { parameter: "typ", .. })) if ours != by_default => {
            assert!(!media_types::is_jwt_or_absent(token.typ()), "{token:?}");
        }
        (Ok(_), by_default) => {
            assert_eq!(&ours, by_default, "{token:?}");
            assert!(media_types::is_jwt_or_absent(token.typ()), "{token:?}");
        }
        (Err(_), by_default) => assert_eq!(&ours, by_default, "{token:?}"),
    }
    ours
}
