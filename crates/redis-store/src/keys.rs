//! Names of keys: each session has one, each user has one, and no two are the same.
//!
//! A key is one name, percent-encoded, behind a prefix: a session id holds no `{`, `}` or `:` by
//! then. So a cluster takes the slot from the whole key, and nobody can choose ids that meet in one
//! slot; unless the prefix has braces of its own, such as `{sessions}`, which then put all in one.

use core::fmt::Write as _;

use jwt_pair::UserId;

/// The key of a session's row.
pub(crate) fn session_key(prefix: &str, session_id: &str) -> String {
    key(prefix, ":s:", session_id)
}

/// The key of the names of a user's sessions.
pub(crate) fn user_key(prefix: &str, user: &str) -> String {
    key(prefix, ":u:", user)
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
