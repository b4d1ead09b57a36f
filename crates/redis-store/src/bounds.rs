//! Texts that no server need take are refused before they are sent.

use jwt_pair::UserId;

use crate::error::RedisStoreError;
use crate::keys::user_text;

/// How long a text may be. The least that a server can be set to take is 1 MiB (`proto-max-bulk-len`),
/// and a name in a key may be three times as long as it is.
const LONGEST: usize = 256 * 1024;

/// The text, if it is short enough.
pub(crate) fn bounded<'a>(text: &'a str, what: &'static str) -> Result<&'a str, RedisStoreError> {
    if text.len() > LONGEST {
        return Err(RedisStoreError::TooLong { text: what });
    }
    Ok(text)
}

/// The text of a user, if it is short enough.
pub(crate) fn bounded_user(user_id: &UserId) -> Result<String, RedisStoreError> {
    if let UserId::Text(id) = user_id {
        bounded(id, "user id")?;
    }
    Ok(user_text(user_id))
}
