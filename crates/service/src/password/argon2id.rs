//! One password, hashed with argon2id (RFC 9106) and written as a PHC string.

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};

use super::PasswordError;

/// "Use Argon2id with a minimum configuration of 19 MiB of memory, an iteration count of 2, and 1
/// degree of parallelism" (OWASP, Password Storage Cheat Sheet).
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const OUTPUT_BYTES: usize = 32;
const SALT_BYTES: usize = 16;

/// The room for the memory of one hash, in blocks of 1 KiB. glibc keeps freed memory of up to 32 MiB
/// in each thread that had it: with room for more than that, it goes back to the system at once. What
/// is not used of it costs nothing.
const ROOM: usize = 33 * 1024;

/// The hash of a password, with a salt of its own.
pub(super) fn hash(password: &[u8]) -> Result<String, PasswordError> {
    let failed = |_| PasswordError::Failed;
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(OUTPUT_BYTES));
    let params = params.map_err(|_| PasswordError::Failed)?;
    let mut salt = [0_u8; SALT_BYTES];
    getrandom::fill(&mut salt).map_err(|_| PasswordError::Failed)?;
    let version = Version::V0x13;
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(version.into()),
        params: ParamsString::try_from(&params).map_err(failed)?,
        salt: Some(Salt::new(&salt).map_err(|_| PasswordError::Failed)?),
        hash: Some(output(password, &salt, version, params)?),
    };
    Ok(hash.to_string())
}

/// Whether it is the password of this hash, whose parameters and salt are used.
pub(super) fn matches(password: &[u8], hash: &str) -> Result<bool, PasswordError> {
    let hash = PasswordHash::new(hash).map_err(|_| PasswordError::Failed)?;
    let params = Params::try_from(&hash).map_err(|_| PasswordError::Failed)?;
    let version = hash.version.and_then(|version| Version::try_from(version).ok());
    let (Some(version), Some(salt), Some(expected)) = (version, hash.salt, hash.hash) else {
        return Err(PasswordError::Failed);
    };
    if hash.algorithm != Algorithm::Argon2id.ident() {
        return Err(PasswordError::Failed);
    }
    // Their comparison takes the same time whatever differs.
    Ok(output(password, &salt, version, params)? == expected)
}

fn output(
    password: &[u8],
    salt: &[u8],
    version: Version,
    params: Params,
) -> Result<Output, PasswordError> {
    #[cfg(test)]
    made::note(password, &params);
    let length = params.output_len().unwrap_or(OUTPUT_BYTES);
    let count = params.block_count();
    let mut memory = Vec::with_capacity(count.max(ROOM));
    memory.resize(count, Block::new());
    let mut output = vec![0_u8; length];
    let argon2id = Argon2::new(Algorithm::Argon2id, version, params);
    argon2id
        .hash_password_into_with_memory(password, salt, &mut output, &mut memory)
        .map_err(|_| PasswordError::Failed)?;
    Output::new(&output).map_err(|_| PasswordError::Failed)
}

/// The hashes that the tests of this crate have made: of which password, at what cost.
#[cfg(test)]
pub(super) mod made {
    use std::sync::{Mutex, PoisonError};

    use super::Params;

    static MADE: Mutex<Vec<(Vec<u8>, Params)>> = Mutex::new(Vec::new());

    pub(super) fn note(password: &[u8], params: &Params) {
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        made.push((password.to_vec(), params.clone()));
    }

    pub(in super::super) fn of(password: &[u8]) -> Vec<Params> {
        let made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        let own = made.iter().filter(|(hashed, _)| hashed == password);
        own.map(|(_, params)| params.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a test fails by panicking")]

    use argon2::{PasswordHasher as _, PasswordVerifier as _};

    use super::*;

    #[test]
    fn hashes_are_those_of_the_library() {
        let own = hash(b"correct horse battery").expect("a hash");
        assert!(own.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{own}");
        let parsed = PasswordHash::new(&own).expect("PHC");
        let library = Argon2::default();
        assert_eq!(library.verify_password(b"correct horse battery", &parsed), Ok(()));
        let theirs: PasswordHash = library.hash_password(b"correct horse battery").expect("a hash");
        let theirs = theirs.to_string();
        assert_eq!(matches(b"correct horse battery", &theirs), Ok(true));
        assert_eq!(matches(b"correct horse batterx", &theirs), Ok(false));
        assert_ne!(own, hash(b"correct horse battery").expect("a hash"), "each has a salt");
    }

    #[test]
    fn a_hash_of_another_kind_is_damaged() {
        let salt_and_hash = "AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        for text in [
            String::new(),
            "plain".into(),
            format!("$argon2i$v=19$m=64,t=2,p=1${salt_and_hash}"),
            format!("$argon2id$m=64,t=2,p=1${salt_and_hash}"),
            format!("$argon2id$v=19$m=64,t=0,p=1${salt_and_hash}"),
            "$argon2id$v=19$m=64,t=2,p=1".into(),
        ] {
            assert_eq!(matches(b"x", &text), Err(PasswordError::Failed), "{text}");
        }
    }
}
