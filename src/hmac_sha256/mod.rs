//! HMAC-SHA256, the MAC of HS256 ([RFC 7518 §3.2], [RFC 2104]), and its keys.
//!
//! In: secrets and messages. Out: MACs, and whether a MAC is right.
//! Not here: what is signed. This is the only file that imports `hmac` and `sha2`.
//!
//! ```text
//! HMAC(K, m) = H((K ⊕ opad) ‖ H((K ⊕ ipad) ‖ m))
//!
//! H     SHA-256, which reads blocks of 64 bytes
//! K     the key, padded with zero bytes to 64; a longer key is replaced by its hash first
//! ipad  the byte 36 (hexadecimal), 64 times
//! opad  the byte 5C (hexadecimal), 64 times
//! ⊕     exclusive or     ‖     one after the other
//! ```
//!
//! The two blocks `K ⊕ ipad` and `K ⊕ opad` are the same for every message, so [`Key`] keeps the
//! states of SHA-256 after them.
//!
//! [RFC 7518 §3.2]: https://www.rfc-editor.org/rfc/rfc7518#section-3.2
//! [RFC 2104]: https://www.rfc-editor.org/rfc/rfc2104

use alloc::boxed::Box;
use alloc::vec;
use core::fmt;
use core::hint::black_box;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::base64url;
use crate::error::Error;
use crate::limits::{MAC_BYTES, MIN_KEY_BYTES};

mod key_ring;

pub use key_ring::KeyRing;

/// A secret of at least 32 bytes, ready to sign and verify.
///
/// With the feature `zeroize` (on by default) the key is wiped when it is dropped. `Debug` shows
/// nothing of it.
#[derive(Clone)]
pub struct Key {
    /// Boxed: moving a `Key` moves a pointer. Moving the states would leave an unwiped copy behind.
    state: Box<Hmac<Sha256>>,
}

impl Key {
    /// A key from the bytes of a secret. They must be random: a password is no key
    /// (RFC 8725 §3.5).
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
        // HMAC takes keys of any length (RFC 2104 §2), so this never fails.
        let state = Hmac::new_from_slice(secret).map_err(|_| too_short)?;
        Ok(Self { state: Box::new(state) })
    }

    /// A key from base64 text: the alphabet of RFC 4648 §4 or §5, padded or not. White space around
    /// the text is ignored.
    ///
    /// # Errors
    /// [`Error::KeyEncoding`] for `"a secret"`; [`Error::KeyTooShort`] if the text stands for fewer
    /// than 32 bytes.
    ///
    /// ```
    /// # use jwt_pair::Key;
    /// // openssl rand -base64 32
    /// let key = Key::from_base64("3ED3I4qAwrEPkX3vJPzLbrzLBzsqR2MEn9wA1ZxF0Lg=\n")?;
    /// # Ok::<(), jwt_pair::Error>(())
    /// ```
    pub fn from_base64(text: &str) -> Result<Self, Error> {
        Self::from_text(text, "base64", base64url::decode_key)
    }

    /// A key from hexadecimal text, two digits a byte, in either case. White space around the text
    /// is ignored.
    ///
    /// # Errors
    /// [`Error::KeyEncoding`] for `"xyz"` and for an odd number of digits; [`Error::KeyTooShort`]
    /// for fewer than 64 digits.
    ///
    /// ```
    /// # use jwt_pair::Key;
    /// // openssl rand -hex 32
    /// let text = "dc40f7238a80c2b10f917def24fccb6ebccb073b2a4763049fdc00d59c45d0b8";
    /// let key = Key::from_hex(text)?;
    /// # Ok::<(), jwt_pair::Error>(())
    /// ```
    pub fn from_hex(text: &str) -> Result<Self, Error> {
        Self::from_text(text, "hexadecimal digits, two for each byte", decode_hex)
    }

    fn from_text(
        text: &str,
        expected: &'static str,
        decode: fn(&str, &mut [u8]) -> Option<usize>,
    ) -> Result<Self, Error> {
        let text = text.trim();
        let mut secret = vec![0; text.len()];
        let len = decode(text, &mut secret);
        let key = match len.and_then(|len| secret.get(..len)) {
            Some(secret) => Self::new(secret),
            None => Err(Error::KeyEncoding { expected }),
        };
        secret.fill(0);
        // The compiler must not drop the wiping of bytes that are read no more.
        black_box(&secret);
        key
    }

    /// The MAC of a message.
    pub fn sign(&self, message: &[u8]) -> [u8; MAC_BYTES] {
        let mac = Hmac::clone(&self.state).chain_update(message);
        mac.finalize().into_bytes().into()
    }

    /// Checks that `mac` is the whole MAC of the message.
    ///
    /// "The comparison of the computed HMAC value to the JWS Signature value MUST be done in a
    /// constant-time manner" (RFC 7518 §3.2).
    ///
    /// # Errors
    /// [`Error::InvalidSignature`] for another MAC, and for one that is shorter or longer.
    pub fn verify(&self, message: &[u8], mac: &[u8]) -> Result<(), Error> {
        let computed = Hmac::clone(&self.state).chain_update(message);
        computed.verify_slice(mac).map_err(|_| Error::InvalidSignature)
    }

    /// Whether two keys make the same MACs.
    pub(crate) fn signs_like(&self, other: &Self) -> bool {
        self.verify(b"", &other.sign(b"")).is_ok()
    }
}

fn decode_hex(text: &str, room: &mut [u8]) -> Option<usize> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    for (byte, pair) in room.iter_mut().zip(pairs) {
        let [high, low] = pair.map(|digit| char::from(digit).to_digit(16));
        *byte = u8::try_from(high? << 4 | low?).ok()?;
    }
    Some(pairs.len())
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}
