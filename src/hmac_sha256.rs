//! HMAC-SHA256, the MAC of HS256 ([RFC 7518 §3.2], [RFC 2104]), its keys, and rings of them.
//!
//! In: secrets and messages. Out: MACs, and whether a MAC is right.
//! Not here: what is signed. The only file that imports `hmac` and `sha2`.
//!
//! [RFC 7518 §3.2]: https://www.rfc-editor.org/rfc/rfc7518#section-3.2
//! [RFC 2104]: https://www.rfc-editor.org/rfc/rfc2104

use alloc::{boxed::Box, string::String, vec::Vec};
use core::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::error::Error;
use crate::limits::MIN_KEY_BYTES;

/// The length of a MAC: 32 bytes.
pub const MAC_BYTES: usize = 32;

/// A secret of at least [`MIN_KEY_BYTES`], ready to sign and verify.
///
/// The state of the HMAC after the key's block is computed once, here. With the feature `zeroize`
/// (on by default) it is wiped when the key is dropped. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct Key {
    /// In a box, as what is moved leaves its bytes where it was, and nothing wipes them there.
    state: Box<Hmac<Sha256>>,
}

impl Key {
    /// A key from the bytes of a secret: random ones, not a password (RFC 8725 §3.5).
    ///
    /// # Errors
    /// [`Error::KeyTooShort`] below 32 bytes: "A key of the same size as the hash output (for
    /// instance, 256 bits for "HS256") or larger MUST be used" (RFC 7518 §3.2).
    ///
    /// ```
    /// use jwt_pair::{Error, Key};
    /// assert_eq!(Key::new(b"your-secret-key").unwrap_err(), Error::KeyTooShort { bytes: 15 });
    /// ```
    pub fn new(secret: &[u8]) -> Result<Self, Error> {
        let too_short = Error::KeyTooShort { bytes: secret.len() };
        if secret.len() < MIN_KEY_BYTES {
            return Err(too_short);
        }
        // HMAC itself takes keys of any length (RFC 2104 §2), so this fails for none that is left.
        let state = Hmac::new_from_slice(secret).map_err(|_| too_short)?;
        Ok(Self { state: Box::new(state) })
    }

    /// The MAC of a message.
    pub fn sign(&self, message: &[u8]) -> [u8; MAC_BYTES] {
        let mac = Hmac::clone(&self.state).chain_update(message);
        mac.finalize().into_bytes().into()
    }

    /// Whether `mac` is the MAC of the message, whole.
    ///
    /// "The comparison of the computed HMAC value to the JWS Signature value MUST be done in a
    /// constant-time manner" (RFC 7518 §3.2).
    ///
    /// # Errors
    /// [`Error::InvalidSignature`] if it is not, also where it is shorter or longer.
    pub fn verify(&self, message: &[u8], mac: &[u8]) -> Result<(), Error> {
        let computed = Hmac::clone(&self.state).chain_update(message);
        computed.verify_slice(mac).map_err(|_| Error::InvalidSignature)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

/// Keys of which one signs and all verify, chosen by `kid` (RFC 7515 §4.1.4).
///
/// A secret is replaced with nobody logged out in three steps, each taken by every instance before
/// the next one: add the new key as one that verifies; let it sign, and keep the old one as one that
/// verifies; drop the old one when the longest lifetime has passed since.
///
/// | the ring | the token | verified by |
/// |---|---|---|
/// | no key has an id | any `kid` or none | each key in turn; a `kid` is a hint, and chooses nothing |
/// | some key has an id | a `kid` | the key of that id, else [`Error::UnknownKeyId`] |
/// | some key has an id | no `kid` | the keys without an id, else [`Error::UnknownKeyId`] |
///
/// ```
/// use jwt_pair::{Key, KeyRing};
/// # let (old, new) = (Key::new(&[1; 32])?, Key::new(&[2; 32])?);
/// let first = KeyRing::with_kid("2026-05", old.clone()).and_kid("2026-11", new.clone())?;
/// let second = KeyRing::with_kid("2026-11", new.clone()).and_kid("2026-05", old)?;
/// let third = KeyRing::with_kid("2026-11", new);
/// # Ok::<(), jwt_pair::Error>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct KeyRing {
    signing: NamedKey,
    /// Sorted by id; those without one come first.
    others: Vec<NamedKey>,
}

#[derive(Clone)]
struct NamedKey {
    kid: Option<String>,
    key: Key,
}

impl KeyRing {
    /// A ring of one key without an id: tokens carry no `kid`, and one that they have is not
    /// looked at.
    pub fn new(key: Key) -> Self {
        Self { signing: NamedKey { kid: None, key }, others: Vec::new() }
    }

    /// A ring that signs with a key of this id, which tokens carry as their `kid`.
    pub fn with_kid(kid: &str, key: Key) -> Self {
        Self { signing: NamedKey { kid: Some(kid.into()), key }, others: Vec::new() }
    }

    /// Adds a key without an id that only verifies.
    pub fn and(mut self, key: Key) -> Self {
        self.others.insert(0, NamedKey { kid: None, key });
        self
    }

    /// Adds a key of this id that only verifies.
    ///
    /// # Errors
    /// [`Error::DuplicateKeyId`] if a key of the ring has this id already.
    pub fn and_kid(mut self, kid: &str, key: Key) -> Result<Self, Error> {
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

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; MAC_BYTES] {
        self.signing.key.sign(message)
    }

    pub(crate) fn verify(
        &self,
        kid: Option<&str>,
        message: &[u8],
        mac: &[u8],
    ) -> Result<(), Error> {
        // "The "kid" (key ID) Header Parameter is a hint" (RFC 7515 §4.1.4): without ids there is
        // nothing that it could choose.
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
        let kids = self.others.iter().map(|other| &other.kid);
        f.debug_list().entry(&self.signing.kid).entries(kids).finish()
    }
}
