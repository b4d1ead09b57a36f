//! Rings of keys, so that a secret can be replaced while its tokens are still in use.
//!
//! In: keys with ids. Out: the key that signs, and a verdict on a MAC.
//! Not here: where a token keeps its `kid`.

use alloc::{string::String, vec::Vec};
use core::fmt;

use super::Key;
use crate::error::Error;

/// One key that signs, and all keys that verify. A token chooses by its `kid` (RFC 7515 §4.1.4).
///
/// | the ring | the token | verified by |
/// |---|---|---|
/// | no key has an id | any `kid` or none | each key in turn; the `kid` is ignored |
/// | some key has an id | a `kid` | the key of that id, else [`Error::UnknownKeyId`] |
/// | some key has an id | no `kid` | the keys without an id, else [`Error::UnknownKeyId`] |
///
/// **A ring is one circle of trust**: whoever holds one of its keys can make every token that the
/// ring accepts. Each tenant needs a ring and a verifier of its own.
///
/// # Replacing a secret
///
/// Nobody is logged out if every instance takes each step before any instance takes the next:
///
/// 1. The new key verifies.
/// 2. The new key signs, and the old key verifies.
/// 3. When the longest lifetime has passed since step 2, the old key is dropped.
///
/// ```
/// use jwt_pair::{Key, KeyRing};
/// # let (old, new) = (Key::new(&[1; 32])?, Key::new(&[2; 32])?);
/// let first = KeyRing::with_kid("2026-05", old.clone()).also_verify_kid("2026-11", new.clone())?;
/// let second = KeyRing::with_kid("2026-11", new.clone()).also_verify_kid("2026-05", old)?;
/// let third = KeyRing::with_kid("2026-11", new);
/// # Ok::<(), jwt_pair::Error>(())
/// ```
///
/// A key that had no id gets one in the same three steps. The key is the same in both places:
///
/// ```
/// # use jwt_pair::{Key, KeyRing};
/// # let key = Key::new(&[1; 32])?;
/// let first = KeyRing::new(key.clone()).also_verify_kid("2026-05", key.clone())?;
/// let second = KeyRing::with_kid("2026-05", key.clone()).also_verify(key.clone());
/// let third = KeyRing::with_kid("2026-05", key);
/// # Ok::<(), jwt_pair::Error>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct KeyRing {
    signing: NamedKey,
    /// Sorted by id. Keys without an id come first.
    others: Vec<NamedKey>,
}

#[derive(Clone)]
struct NamedKey {
    kid: Option<String>,
    key: Key,
}

impl KeyRing {
    /// A ring of one key without an id. Its tokens have no `kid`.
    pub fn new(key: Key) -> Self {
        Self { signing: NamedKey { kid: None, key }, others: Vec::new() }
    }

    /// A ring of one key with an id. Its tokens have the id as their `kid`.
    pub fn with_kid(kid: &str, key: Key) -> Self {
        Self { signing: NamedKey { kid: Some(kid.into()), key }, others: Vec::new() }
    }

    /// Adds a key without an id that only verifies.
    pub fn also_verify(mut self, key: Key) -> Self {
        self.others.insert(0, NamedKey { kid: None, key });
        self
    }

    /// Adds a key with an id that only verifies.
    ///
    /// # Errors
    /// [`Error::DuplicateKeyId`] if a key of the ring already has this id.
    pub fn also_verify_kid(mut self, kid: &str, key: Key) -> Result<Self, Error> {
        let kid = Some(kid.into());
        match self.others.binary_search_by(|other| other.kid.cmp(&kid)) {
            Err(place) if self.signing.kid != kid => {
                self.others.insert(place, NamedKey { kid, key });
                Ok(self)
            }
            _ => Err(Error::DuplicateKeyId),
        }
    }

    /// The id of the key that signs.
    pub fn signing_kid(&self) -> Option<&str> {
        self.signing.kid.as_deref()
    }

    pub(crate) const fn signing_key(&self) -> &Key {
        &self.signing.key
    }

    /// The ids of all keys. The signing key comes first.
    pub(crate) fn kids(&self) -> impl Iterator<Item = Option<&str>> {
        core::iter::once(&self.signing).chain(&self.others).map(|named| named.kid.as_deref())
    }

    pub(crate) fn verify(
        &self,
        kid: Option<&str>,
        message: &[u8],
        mac: &[u8],
    ) -> Result<(), Error> {
        // "The "kid" (key ID) Header Parameter is a hint" (RFC 7515 §4.1.4). In a ring without ids
        // it has nothing to choose from.
        let last = self.others.last().unwrap_or(&self.signing);
        let has_ids = self.signing.kid.is_some() || last.kid.is_some();
        let kid = kid.filter(|_| has_ids);

        let mut verdict = Err(Error::UnknownKeyId);
        if self.signing_kid() == kid {
            verdict = self.signing.key.verify(message, mac);
        }
        let first = self.others.partition_point(|other| other.kid.as_deref() < kid);
        for other in self.others.iter().skip(first) {
            if verdict.is_ok() || other.kid.as_deref() != kid {
                break;
            }
            verdict = other.key.verify(message, mac);
        }
        verdict
    }
}

impl From<Key> for KeyRing {
    fn from(key: Key) -> Self {
        Self::new(key)
    }
}

/// Shows the ids, which every token shows as well, and nothing of the keys.
impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.kids()).finish()
    }
}
