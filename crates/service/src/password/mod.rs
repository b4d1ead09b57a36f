//! Passwords: argon2id at OWASP's parameters, with as many at once as there are permits.
//!
//! In: passwords as a user typed them. Out: hashes, verdicts.
//! Not here: how often a user may try, which is `attempts`.

mod argon2id;
mod permits;

use std::fmt;
use std::sync::Arc;

use argon2id::{hash, matches};
use permits::Permits;
use tokio::sync::OwnedSemaphorePermit;

/// A password that may be set: 12 to 1,024 bytes. `Debug` does not show it.
#[derive(Clone)]
pub struct Password(String);

/// Hashes and checks passwords. A clone has the same permits.
#[derive(Clone)]
pub struct Passwords {
    permits: Permits,
    /// The hash of a password that nobody knows: an account that is not there costs the same time.
    of_nobody: Arc<str>,
}

/// May hash one password. Dropped unused, it is free again.
pub struct Permit {
    permit: OwnedSemaphorePermit,
    of_nobody: Arc<str>,
}

/// Why a password was not hashed or checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordError {
    /// Too many are waiting. Try again.
    Busy,
    /// The generator of random bytes failed, or a stored hash is damaged.
    Failed,
}

impl fmt::Display for PasswordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Busy => "too many passwords are being checked",
            Self::Failed => "there are no random bytes, or a stored hash is damaged",
        })
    }
}

impl std::error::Error for PasswordError {}

impl Password {
    /// The fewest bytes.
    pub const MIN_BYTES: usize = 12;
    /// The most bytes.
    pub const MAX_BYTES: usize = 1024;
    /// What a password must be, for an answer.
    pub const RULE: &'static str = "A password has 12 to 1024 bytes";

    /// A password to set; `None` outside of its bounds.
    pub fn new(text: String) -> Option<Self> {
        (Self::MIN_BYTES..=Self::MAX_BYTES).contains(&text.len()).then_some(Self(text))
    }

    /// A password to check. A longer one than can be set is nobody's, and none is hashed for longer.
    pub fn to_check(mut text: String) -> Self {
        if text.len() > Self::MAX_BYTES {
            text.clear();
        }
        Self(text)
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Password").finish_non_exhaustive()
    }
}

impl Passwords {
    /// With `permits` at once, and `queue` more that wait.
    ///
    /// # Errors
    /// [`PasswordError::Failed`] without random bytes.
    pub fn new(permits: usize, queue: usize) -> Result<Self, PasswordError> {
        let mut random = [0_u8; 32];
        getrandom::fill(&mut random).map_err(|_| PasswordError::Failed)?;
        Ok(Self { permits: Permits::new(permits, queue), of_nobody: hash(&random)?.into() })
    }

    /// A permit for one hash, which may have to be waited for.
    ///
    /// # Errors
    /// [`PasswordError::Busy`], if too many wait.
    pub async fn permit(&self) -> Result<Permit, PasswordError> {
        Ok(Permit { permit: self.permits.permit().await?, of_nobody: Arc::clone(&self.of_nobody) })
    }

    /// As [`Permit::hash`].
    ///
    /// # Errors
    /// [`PasswordError`]
    pub async fn hash(&self, password: Password) -> Result<String, PasswordError> {
        self.permit().await?.hash(password).await
    }

    /// As [`Permit::matches`].
    ///
    /// # Errors
    /// [`PasswordError`]
    pub async fn matches(
        &self,
        password: Password,
        hash: Option<&str>,
    ) -> Result<bool, PasswordError> {
        self.permit().await?.matches(password, hash).await
    }

    /// How many passwords are being checked.
    pub fn busy(&self) -> usize {
        self.permits.busy()
    }
}

impl Permit {
    /// The hash of a password, as a PHC string with a salt of its own.
    ///
    /// # Errors
    /// [`PasswordError::Failed`] without random bytes.
    pub async fn hash(self, password: Password) -> Result<String, PasswordError> {
        permits::work(self.permit, move || hash(password.0.as_bytes())).await
    }

    /// Whether it is the password of this hash. Without a hash it is false, after the same time.
    ///
    /// # Errors
    /// [`PasswordError::Failed`] for a damaged hash.
    pub async fn matches(
        self,
        password: Password,
        hash: Option<&str>,
    ) -> Result<bool, PasswordError> {
        let is_account = hash.is_some();
        let hash = hash.unwrap_or(&self.of_nobody).to_owned();
        let work = move || matches(password.0.as_bytes(), &hash);
        Ok(permits::work(self.permit, work).await? && is_account)
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").finish_non_exhaustive()
    }
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passwords").field("permits", &self.permits).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a test fails by panicking")]

    use super::*;

    /// Counted, and compared by its parameters: a time would depend on the machine.
    #[tokio::test]
    async fn a_password_of_nobody_costs_the_hash_of_somebody() {
        let passwords = Passwords::new(1, 0).expect("random bytes");
        let own = passwords.hash(Password::to_check("own".into())).await.expect("a hash");
        let check = async |password: &str, hash: Option<&str>| {
            let password = Password::to_check(password.into());
            passwords.matches(password, hash).await.expect("a verdict")
        };
        assert!(!check("of an account", Some(&own)).await);
        assert!(!check("of nobody", None).await);
        let somebody = argon2id::made::of(b"of an account");
        assert_eq!(somebody.len(), 1);
        assert_eq!(argon2id::made::of(b"of nobody"), somebody);
        assert_eq!(argon2id::made::of(b"own"), somebody);
    }
}
