//! The MAC and base64url by other implementations, and tokens made with them.

use data_encoding::BASE64URL_NOPAD;
use jwt_pair::Key;

/// The secret of targets that need one key only. Seeds are signed with it.
pub const SECRET: &[u8] = b"a fuzzing secret of 32 bytes or more";

pub fn key(secret: &[u8]) -> Key {
    Key::new(secret).expect("secrets here have 32 bytes or more")
}

pub fn mac(secret: &[u8], message: &[u8]) -> [u8; 32] {
    hmac_sha256::HMAC::mac(message, secret)
}

pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    BASE64URL_NOPAD.encode(bytes.as_ref())
}

pub fn decode(text: &str) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(text.as_bytes()).ok()
}

/// A token with the right MAC over any signing input.
pub fn seal(signing_input: &str, secret: &[u8]) -> String {
    let mac = mac(secret, signing_input.as_bytes());
    format!("{signing_input}.{}", encode(mac))
}

/// A token with the right MAC over any header and payload.
pub fn token(header: &[u8], payload: &[u8], secret: &[u8]) -> String {
    seal(&format!("{}.{}", encode(header), encode(payload)), secret)
}

/// Stands between header and payload in inputs. No JSON text has this byte.
pub const SEPARATOR: u8 = 0x1e;

/// A token from the bytes of a fuzzer, so that it reaches what stands behind the MAC:
///
/// | first byte | the rest |
/// |---|---|
/// | `t` | a token as it is |
/// | `s` | a signing input; the right MAC is added |
/// | `j` | header, [`SEPARATOR`], payload; encoded, and the right MAC is added |
///
/// Without a separator the header is `{"alg":"HS256"}`. `None` where a token would not be text.
pub fn token_from(data: &[u8], secret: &[u8]) -> Option<String> {
    let (form, rest) = data.split_first()?;
    match form {
        b't' => String::from_utf8(rest.to_vec()).ok(),
        b's' => Some(seal(core::str::from_utf8(rest).ok()?, secret)),
        b'j' => {
            let at = rest.iter().position(|byte| *byte == SEPARATOR);
            let (header, payload) = match at {
                Some(at) => (&rest[..at], &rest[at + 1..]),
                None => (br#"{"alg":"HS256"}"#.as_slice(), rest),
            };
            Some(token(header, payload, secret))
        }
        _ => None,
    }
}
