//! The MAC checks that are timed, and how.

use std::hint::black_box;
use std::sync::OnceLock;

use dudect_bencher::ctbench::BenchFn;
use dudect_bencher::{BenchRng, CtRunner};
use jwt_pair::base64url;
use jwt_pair::limits::MAC_BYTES;

use crate::forgeries::{self, Forgery, Keys, NOW};
use crate::verdict::Goal;

pub static SAMPLES: OnceLock<u32> = OnceLock::new();

/// Made before they are timed: what makes them is not to run between two measurements.
const BATCH: u32 = 50_000;

pub struct Check {
    pub name: &'static str,
    pub what: &'static str,
    pub goal: Goal,
    pub benchfn: BenchFn,
}

pub const CHECKS: [Check; 4] = [
    Check {
        name: "key",
        what: "Key::verify",
        goal: Goal::Even,
        benchfn: |runner, rng| time(runner, rng, bytes, key),
    },
    Check {
        name: "token",
        what: "AccessVerifier::verify",
        goal: Goal::Even,
        benchfn: |runner, rng| time(runner, rng, text, token),
    },
    Check {
        name: "leaky-key",
        what: "Key::sign, compared up to the first difference",
        goal: Goal::Leak,
        benchfn: |runner, rng| time(runner, rng, bytes, leaky_key),
    },
    Check {
        name: "leaky-token",
        what: "the MAC of a token, compared up to the first difference",
        goal: Goal::Leak,
        benchfn: |runner, rng| time(runner, rng, text, leaky_token),
    },
];

/// Times `check` with forgeries of either class, each brought to one and the same place first.
fn time(
    runner: &mut CtRunner,
    rng: &mut BenchRng,
    form: fn(&Forgery) -> Vec<u8>,
    check: fn(&Keys, &[u8]) -> bool,
) {
    let keys = Keys::new(rng).expect("32 bytes");
    // Called by address, so that there is one copy of it for both classes.
    let check = black_box(check);
    let samples = *SAMPLES.get().expect("the arguments have been read");
    let mut place = Vec::new();
    let mut done = 0;
    while done < samples {
        let batch: Vec<_> = (done..samples.min(done + BATCH))
            .map(|_| forgeries::forgery(&keys, rng).expect("a short header"))
            .map(|forgery| (forgery.class, form(&forgery)))
            .collect();
        for (class, forged) in &batch {
            place.clear();
            place.extend_from_slice(forged);
            let forged = black_box(place.as_slice());
            runner.run_one(*class, || check(&keys, forged));
        }
        done = samples.min(done + BATCH);
        if done % (20 * BATCH) == 0 {
            eprintln!("{done} of {samples} MACs");
        }
    }
}

fn bytes(forgery: &Forgery) -> Vec<u8> {
    [forgery.signing_input.as_bytes(), &forgery.mac].concat()
}

fn text(forgery: &Forgery) -> Vec<u8> {
    format!("{}.{}", forgery.signing_input, base64url::encode(&forgery.mac)).into_bytes()
}

/// The crate's narrowest path to the comparison.
fn key(keys: &Keys, forged: &[u8]) -> bool {
    let (message, mac) = forged.split_at(forged.len() - MAC_BYTES);
    keys.key.verify(message, mac).is_ok()
}

/// The way of a request's token.
fn token(keys: &Keys, forged: &[u8]) -> bool {
    str::from_utf8(forged).is_ok_and(|token| keys.verifier.verify(token, NOW).is_ok())
}

fn leaky_key(keys: &Keys, forged: &[u8]) -> bool {
    let (message, mac) = forged.split_at(forged.len() - MAC_BYTES);
    is_equal_leakily(&keys.key.sign(message), mac)
}

fn leaky_token(keys: &Keys, forged: &[u8]) -> bool {
    let parts = str::from_utf8(forged).ok().and_then(|token| token.rsplit_once('.'));
    parts.is_some_and(|(message, signature)| {
        let mac = base64url::decode(signature);
        mac.is_ok_and(|mac| is_equal_leakily(&keys.key.sign(message.as_bytes()), &mac))
    })
}

/// What is never to be done with a MAC: the more of it is right, the longer this takes.
fn is_equal_leakily(right: &[u8], given: &[u8]) -> bool {
    right.len() == given.len() && right.iter().zip(given).all(|(a, b)| black_box(*a) == *b)
}
