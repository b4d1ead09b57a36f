//! How the command ends.

use jwt_pair::Error;

/// What the command found out, and its exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done. Of a token: it is valid.
    Valid,
    /// The token is refused, and it has not expired. It may be valid later.
    Invalid,
    /// The question cannot be answered: arguments, files, keys or settings are wrong.
    Usage,
    /// The token is genuine and acceptable, except for its age.
    Expired,
    /// No secret was given, so nobody knows who made the token.
    NotVerified,
}

impl Exit {
    /// The exit code.
    pub const fn code(self) -> u8 {
        match self {
            Self::Valid => 0,
            Self::Invalid => 1,
            Self::Usage => 2,
            Self::Expired => 3,
            Self::NotVerified => 4,
        }
    }

    /// The word for it in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::Usage => "usage",
            Self::Expired => "expired",
            Self::NotVerified => "not_verified",
        }
    }

    /// An error without a stage is one of keys and settings: no token has been read.
    pub fn of(error: &Error) -> Self {
        match error.public_message() {
            _ if error.stage().is_none() => Self::Usage,
            "Token has expired" => Self::Expired,
            _ => Self::Invalid,
        }
    }
}

/// The name of an error's variant.
pub(crate) fn name_of(error: &Error) -> String {
    let name = format!("{error:?}");
    name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default().to_owned()
}
