//! The names of the pair's own claims: the user, the type of the user, the session.

use crate::error::Error;
use crate::jwt::registered_claims::REGISTERED_CLAIMS;

/// The names under which a token carries the user's id, the user's type and the session's id.
///
/// They are `user_id`, `user_type` and `session_id` unless the policy names others. A reader that
/// expects `sub`, `role` and `sid`, such as PostgREST, can so read the tokens as they are.
///
/// ```
/// use jwt_pair::{ClaimNames, PairPolicy};
/// let policy = PairPolicy::new().claim_names(ClaimNames::new("sub", "role", "sid")?);
/// # Ok::<(), jwt_pair::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClaimNames {
    pub(super) user_id: &'static str,
    pub(super) user_type: &'static str,
    pub(super) session_id: &'static str,
}

/// The registered claim that names the user (RFC 7519 §4.1.2).
const SUBJECT: &str = "sub";

impl ClaimNames {
    pub(super) const DEFAULT: Self =
        Self { user_id: "user_id", user_type: "user_type", session_id: "session_id" };

    /// Other names. Only the user's id may have a registered name, and only `sub`.
    ///
    /// # Errors
    /// [`Error::ClaimName`] for `("exp", "role", "sid")`, where two names are equal, and for a name
    /// that JSON escapes or keeps for itself, such as `a"b`.
    pub fn new(
        user_id: &'static str,
        user_type: &'static str,
        session_id: &'static str,
    ) -> Result<Self, Error> {
        let names = Self { user_id, user_type, session_id };
        let plain = |c: char| !matches!(c, '\0'..='\x1f' | '"' | '\\' | '$');
        let reserved =
            |claim: &str| REGISTERED_CLAIMS.contains(&claim) || !claim.chars().all(plain);
        let refused = [user_type, session_id].into_iter().find(|claim| reserved(claim));
        let refused = refused.or((user_id != SUBJECT && reserved(user_id)).then_some(user_id));
        let twice = (user_id == user_type || user_id == session_id).then_some(user_id);
        let twice = twice.or((user_type == session_id).then_some(user_type));
        match refused.or(twice) {
            Some(claim) => Err(Error::ClaimName { claim }),
            None => Ok(names),
        }
    }

    pub(super) const fn all(self) -> [&'static str; 3] {
        [self.user_id, self.user_type, self.session_id]
    }

    /// "The "sub" value is a case-sensitive string" (RFC 7519 §4.1.2): no integer goes there.
    pub(super) fn user_is_subject(self) -> bool {
        self.user_id == SUBJECT
    }

    pub(super) fn user_id_type(self) -> &'static str {
        if self.user_is_subject() {
            "a string"
        } else {
            "a string or an integer from -2^63 to 2^63 - 1"
        }
    }
}
