//! The name of an account.

/// 1 to 64 of `a-z 0-9 . _ @ + -`, in lower case, so that two names never look the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name(String);

impl Name {
    /// What a name must be, for an answer.
    pub const RULE: &'static str = "A name has 1 to 64 of the characters a-z, 0-9 and . _ @ + -";

    /// The name, in lower case.
    ///
    /// # Errors
    /// None for an empty or long text, and for other characters, such as `é` or a space.
    pub fn new(text: &str) -> Option<Self> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "._@+-".contains(c);
        let fits = (1..=64).contains(&text.len()) && text.chars().all(allowed);
        fits.then(|| Self(text.to_ascii_lowercase()))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
