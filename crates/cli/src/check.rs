//! One question to the library: is this token valid? `inspect` and `verify` both ask it here, so
//! they cannot disagree.

use clap::Args;
use jwt_pair::{
    AccessVerifier, Error, KeyRing, PairIssuer, RefreshVerifier, Stage, UnixTime, Validation,
};

use crate::answer::Failure;
use crate::secret::{SecretArguments, Secrets};
use crate::settings::{Clock, JwtArguments, PairArguments, Reading, ReadingArguments};
use crate::token_input::{GivenToken, TokenArguments};
use crate::world::World;

/// A token, secrets, and conditions.
#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    #[command(flatten)]
    pub(crate) token: TokenArguments,
    /// What the token is read as
    #[arg(long = "as", value_enum, value_name = "KIND", default_value_t = Reading::Pair)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) secrets: SecretArguments,
    #[command(flatten)]
    pub(crate) clock: Clock,
    #[command(flatten)]
    pub(crate) pair: PairArguments,
    #[command(flatten)]
    pub(crate) conditions: ReadingArguments,
    #[command(flatten)]
    pub(crate) jwt: JwtArguments,
}

/// What was given, once it has been read.
#[derive(Debug)]
pub(crate) struct Given {
    pub(crate) token: GivenToken,
    pub(crate) secrets: Option<Secrets>,
    pub(crate) now: UnixTime,
}

/// Whoever answers.
#[derive(Debug)]
enum Check {
    Access(AccessVerifier),
    Refresh(RefreshVerifier),
    Pair(Box<PairIssuer>),
    Jwt(KeyRing, Box<Validation>),
}

/// The answer.
#[derive(Debug)]
pub(crate) enum Verdict {
    Valid,
    Refused(Error),
    /// Bytes that are no text. No function of the library takes them.
    NotUtf8,
    /// No secret was given. An error is one that no secret can mend.
    NotVerified(Option<Error>),
}

impl CheckArguments {
    /// Reads the token and the secrets.
    pub(crate) fn read(
        &self,
        world: &mut dyn World,
        notes: &mut Vec<String>,
    ) -> Result<Given, Failure> {
        if self.token.takes_stdin() && self.secrets.takes_stdin() {
            let message = "standard input cannot carry both the token and the secret";
            return Err(Failure::usage(message).hint("give the token with --token-file PATH"));
        }
        // A condition that decides nothing must not look as if it did.
        if self.reading != Reading::Jwt && self.jwt.is_given() {
            let message = "--typ, --max-age and --allow-missing-exp need --as jwt";
            return Err(Failure::usage(message));
        }
        if self.reading == Reading::Jwt && self.conditions.predecessor {
            return Err(Failure::usage("--predecessor and --as jwt exclude each other"));
        }
        let judges =
            |kind| self.conditions.predecessor && [Reading::Pair, kind].contains(&self.reading);
        self.pair.refuse_idle_lifetimes(judges(Reading::Access), judges(Reading::Refresh))?;
        if self.secrets.has_refresh() && !matches!(self.reading, Reading::Pair | Reading::Refresh) {
            let message =
                "--refresh-secret would decide nothing: this token is read under --secret";
            return Err(Failure::usage(message));
        }
        let now = self.clock.now(world)?;
        let secrets = self.secrets.read(world, notes)?;
        let token = self.token.read(world, notes)?;
        Ok(Given { token, secrets, now })
    }

    pub(crate) fn verdict(&self, given: &Given) -> Result<Verdict, Failure> {
        // The secrets first: a secret that is too short is a fault whatever the token is.
        let check = given.secrets.as_ref().map(|secrets| self.check(secrets)).transpose()?;
        let Some(token) = given.token.text() else { return Ok(Verdict::NotUtf8) };
        Ok(match check {
            Some(check) => match check.ask(token, given.now) {
                Ok(()) => Verdict::Valid,
                Err(error) => Verdict::Refused(error),
            },
            None => Verdict::NotVerified(unverified(token).err()),
        })
    }

    /// What a person could try.
    pub(crate) fn hints(&self, given: &Given, error: &Error) -> Vec<String> {
        if error.stage() == Some(Stage::Typ) && self.reading != Reading::Jwt {
            let hint = "--as jwt reads a token of any claims, and --predecessor one of a pair of \
                        another library";
            return vec![hint.to_owned()];
        }
        self.reading_that_fits(given, error).into_iter().collect()
    }

    /// The reading of a secret under which the MAC would be right.
    fn reading_that_fits(&self, given: &Given, error: &Error) -> Option<String> {
        let (Error::InvalidSignature, Some(token), Some(secrets)) =
            (error, given.token.text(), &given.secrets)
        else {
            return None;
        };
        let main =
            secrets.main.readings().into_iter().map(|(main, how)| {
                (Secrets { main, ..secrets.clone() }, format!("the secret {how}"))
            });
        let refresh = secrets.refresh.iter().flat_map(|refresh| refresh.readings());
        let refresh = refresh.map(|(refresh, how)| {
            let refresh = Some(refresh);
            (Secrets { refresh, ..secrets.clone() }, format!("the refresh secret {how}"))
        });
        let fits = |secrets: &Secrets| match self.check(secrets) {
            Ok(check) => check.ask(token, given.now) != Err(Error::InvalidSignature),
            Err(_) => false,
        };
        let fitting = main.chain(refresh).find(|(secrets, _)| fits(secrets));
        fitting.map(|(_, how)| format!("the signature is right if {how}"))
    }

    fn check(&self, secrets: &Secrets) -> Result<Check, Failure> {
        let ring = secrets.main.ring()?;
        let refresh = secrets.refresh.as_ref().map(|secret| secret.ring()).transpose()?;
        let policy = self.pair.reading(&self.conditions, secrets)?;
        Ok(match (self.reading, refresh) {
            (Reading::Access, _) => Check::Access(AccessVerifier::new(ring, policy)),
            (Reading::Refresh, refresh) => {
                Check::Refresh(RefreshVerifier::new(refresh.unwrap_or(ring), policy))
            }
            (Reading::Pair, None) => Check::Pair(Box::new(PairIssuer::new(ring, policy))),
            (Reading::Pair, Some(refresh)) => {
                Check::Pair(Box::new(PairIssuer::with_refresh_keys(ring, refresh, policy)?))
            }
            (Reading::Jwt, _) => {
                let validation = self.pair.validation(&self.conditions, &self.jwt);
                Check::Jwt(ring, Box::new(validation))
            }
        })
    }

    /// Whether a stage says something under these conditions.
    pub(crate) fn asks(&self, stage: Stage) -> bool {
        match stage {
            Stage::Predecessor => self.conditions.predecessor,
            Stage::Age => self.jwt.max_age.is_some(),
            Stage::Use => false,
            _ => true,
        }
    }
}

impl Check {
    fn ask(&self, token: &str, now: UnixTime) -> Result<(), Error> {
        match self {
            Self::Access(verifier) => verifier.verify(token, now).map(drop),
            Self::Refresh(verifier) => verifier.verify(token, now).map(drop),
            Self::Pair(issuer) => issuer.decode(token, now).map(drop),
            Self::Jwt(ring, validation) => {
                jwt_pair::decode_untyped(token, ring, validation, now).map(drop)
            }
        }
    }
}

/// The checks that need no secret.
fn unverified(token: &str) -> Result<(), Error> {
    jwt_pair::decode_unverified(token, jwt_pair::limits::DEFAULT_MAX_TOKEN_BYTES).map(drop)
}

/// Whether a check needs no secret. It can be made in a token that nobody has vouched for.
pub(crate) fn needs_no_secret(stage: Stage) -> bool {
    matches!(
        stage,
        Stage::Length | Stage::Segments | Stage::Header | Stage::Payload | Stage::ClaimsSet
    )
}
