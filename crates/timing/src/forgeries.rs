//! Tokens whose MAC is wrong in one byte, the first or the last.

use dudect_bencher::rand::RngExt as _;
use dudect_bencher::{BenchRng, Class};
use jwt_pair::limits::MAC_BYTES;
use jwt_pair::{AccessVerifier, Error, Key, KeyRing, PairPolicy, UnixTime, base64url, jws};

pub const NOW: UnixTime = UnixTime::from_secs(1_700_000_000);

/// One secret, as the crate's two levels take it.
pub struct Keys {
    pub key: Key,
    pub ring: KeyRing,
    pub verifier: AccessVerifier,
}

impl Keys {
    pub fn new(rng: &mut BenchRng) -> Result<Self, Error> {
        let key = Key::new(&rng.random::<[u8; 32]>())?;
        let ring = KeyRing::new(key.clone());
        let verifier = AccessVerifier::new(ring.clone(), PairPolicy::new());
        Ok(Self { key, ring, verifier })
    }
}

/// A token's JWS Signing Input, and a MAC that is wrong in one byte.
pub struct Forgery {
    pub class: Class,
    pub signing_input: String,
    pub mac: [u8; MAC_BYTES],
}

/// Of random class, content and difference.
///
/// No two tokens are the same, so that what can be seen of a token has one distribution in both
/// classes, and only where its MAC differs from the right one sets them apart.
pub fn forgery(keys: &Keys, rng: &mut BenchRng) -> Result<Forgery, Error> {
    let mut forgery = genuine(keys, rng)?;
    let place = match forgery.class {
        Class::Left => 0,
        Class::Right => MAC_BYTES - 1,
    };
    forgery.mac[place] ^= rng.random_range(1..=u8::MAX);
    Ok(forgery)
}

fn genuine(keys: &Keys, rng: &mut BenchRng) -> Result<Forgery, Error> {
    let session_id = base64url::encode(&rng.random::<[u8; 16]>());
    let user_id: u32 = rng.random_range(100_000_000..1_000_000_000);
    let claims = format!(
        r#"{{"user_id":{user_id},"user_type":"customer","session_id":"{session_id}","exp":1700000900,"iat":1700000000}}"#
    );
    let mut token = jws::sign(claims.as_bytes(), "access+jwt", &keys.ring)?;
    let class = if rng.random() { Class::Left } else { Class::Right };
    token.truncate(token.rfind('.').unwrap_or_default());
    let mac = keys.key.sign(token.as_bytes());
    Ok(Forgery { class, signing_input: token, mac })
}

#[cfg(test)]
mod tests {
    use dudect_bencher::rand::SeedableRng as _;

    use super::*;

    #[test]
    fn a_forgery_differs_from_a_good_token_in_the_byte_of_its_class() {
        let mut rng = BenchRng::seed_from_u64(1);
        let keys = Keys::new(&mut rng).expect("32 bytes");
        let mut classes = [0; 2];
        for _ in 0..1_000 {
            let forged = forgery(&keys, &mut rng).expect("a short header");
            let input = &forged.signing_input;
            let right = keys.key.sign(input.as_bytes());
            let differing = (0..MAC_BYTES).filter(|at| right[*at] != forged.mac[*at]);
            let (class, place) = match forged.class {
                Class::Left => (0, 0),
                Class::Right => (1, 31),
            };
            assert_eq!(differing.collect::<Vec<_>>(), [place]);
            classes[class] += 1;

            let token = |mac: &[u8]| format!("{input}.{}", base64url::encode(mac));
            assert_eq!(keys.verifier.verify(&token(&right), NOW).map(|_| ()), Ok(()));
            let refused = keys.verifier.verify(&token(&forged.mac), NOW);
            assert_eq!(refused.map(|_| ()), Err(Error::InvalidSignature));
            assert_eq!(token(&right).len(), 246);
        }
        assert!(classes.iter().all(|count| *count > 400), "{classes:?}");
    }
}
