//! Names of keys: each session has one, each user has one, and no two are the same.
//!
//! A key is one name, percent-encoded, behind a prefix: a session id holds no `{`, `}` or `:` by
//! then. So a cluster takes the slot from the whole key, and nobody can choose ids that meet in one
//! slot; unless the prefix has braces of its own, such as `{sessions}`, which then put all in one.

use core::fmt::Write as _;

use jwt_pair::{UnixTime, UserId};
use jwt_pair_sessions::Cursor;

/// The key of a session's row.
pub(crate) fn session_key(prefix: &str, session_id: &str) -> String {
    key(prefix, ":s:", session_id)
}

/// The session of such a key; `None` for any other key.
pub(crate) fn read_session_key(prefix: &str, key: &[u8]) -> Option<String> {
    let mut bytes = key.strip_prefix(prefix.as_bytes())?.strip_prefix(b":s:")?.iter().copied();
    let mut name = Vec::with_capacity(bytes.len());
    while let Some(byte) = bytes.next() {
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        name.push(match byte {
            b'%' => {
                let (high, low) = (digit(bytes.next())?, digit(bytes.next())?);
                u8::try_from(high.checked_mul(16)?.checked_add(low)?).ok()?
            }
            byte => byte,
        });
    }
    let name = String::from_utf8(name).ok()?;
    // One key for each name.
    (session_key(prefix, &name).as_bytes() == key).then_some(name)
}

/// The key of the names of a user's sessions.
pub(crate) fn user_key(prefix: &str, user: &str) -> String {
    key(prefix, ":u:", user)
}

/// A session in its user's list: when it began, in 20 digits, and its name. The bytes of these are in
/// the order of the list.
pub(crate) fn list_name(started_at: UnixTime, session_id: &str) -> Vec<u8> {
    let mut name = format!("{:020}", started_at.as_secs()).into_bytes();
    name.extend_from_slice(session_id.as_bytes());
    name
}

/// The cursor of such a name; `None` for any other bytes.
pub(crate) fn read_list_name(name: Vec<u8>) -> Option<Cursor> {
    let name = String::from_utf8(name).ok()?;
    let (started_at, session_id) = name.split_at_checked(20)?;
    let started_at = UnixTime::from_secs(started_at.parse().ok()?);
    Some(Cursor { started_at, session_id: session_id.to_owned() })
}

/// A user as a text, the integer 1 apart from the text `1`.
pub(crate) fn user_text(user_id: &UserId) -> String {
    match user_id {
        UserId::Integer(id) => format!("i{id}"),
        UserId::Text(id) => format!("t{id}"),
    }
}

/// The user of such a text; `None` for any other.
pub(crate) fn user_of(text: &str) -> Option<UserId> {
    if let Some(id) = text.strip_prefix('t') {
        return Some(id.to_owned().into());
    }
    let id: i64 = text.strip_prefix('i')?.parse().ok()?;
    let user = UserId::Integer(id);
    // One text for each user: `i+1` and `i01` are nobody's.
    (user_text(&user) == text).then_some(user)
}

fn key(prefix: &str, kind: &str, name: &str) -> String {
    let length = prefix.len().saturating_add(kind.len()).saturating_add(name.len());
    let mut key = String::with_capacity(length);
    key.push_str(prefix);
    key.push_str(kind);
    for byte in name.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                key.push(char::from(byte));
            }
            // Writing to a `String` does not fail.
            _ => _ = write!(key, "%{byte:02X}"),
        }
    }
    key
}
