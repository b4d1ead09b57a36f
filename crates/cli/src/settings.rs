//! Under which conditions a token is accepted, and how tokens are made.

use core::time::Duration;

use clap::{Args, ValueEnum};
use jwt_pair::{PairPolicy, Predecessor, UnixTime, Validation};

use crate::answer::Failure;
use crate::dates;
use crate::secret::Secrets;
use crate::world::World;

/// What the token is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Reading {
    /// A token of a pair, of either kind
    Pair,
    /// An access token of a pair
    Access,
    /// A refresh token of a pair
    Refresh,
    /// A token of any claims
    Jwt,
}

/// The time that the command takes for the current one.
#[derive(Debug, Args)]
pub(crate) struct Clock {
    /// The current time, as a date or as seconds since 1970; the clock's if it is not given
    #[arg(long, value_name = "TIME", value_parser = dates::time, help_heading = "Conditions")]
    now: Option<UnixTime>,
}

impl Clock {
    pub(crate) fn now(&self, world: &dyn World) -> Result<UnixTime, Failure> {
        match self.now {
            Some(now) => Ok(now),
            None => world.now().map_err(Failure::from),
        }
    }
}

/// What issuer and reader of a pair have in common.
#[derive(Debug, Args)]
#[command(next_help_heading = "Conditions")]
pub(crate) struct PairArguments {
    /// The issuer, `iss`. Given again, it names one more that is accepted
    #[arg(long, value_name = "TEXT")]
    issuer: Vec<String>,
    /// The audience, `aud`. Given again, it names one more that is accepted
    #[arg(long, value_name = "TEXT")]
    audience: Vec<String>,
    /// How long new access tokens live, and with --predecessor those of the other library
    /// [default: 15m]
    #[arg(long, value_name = "SPAN", value_parser = dates::span)]
    access_lifetime: Option<Duration>,
    /// How long new refresh tokens live, and with --predecessor those of the other library
    /// [default: 7d]
    #[arg(long, value_name = "SPAN", value_parser = dates::span)]
    refresh_lifetime: Option<Duration>,
}

/// Conditions of reading.
#[derive(Debug, Args)]
#[command(next_help_heading = "Conditions")]
pub(crate) struct ReadingArguments {
    /// How far clocks may differ
    #[arg(long, value_name = "SPAN", value_parser = dates::span, default_value = "0")]
    pub(crate) leeway: Duration,
    /// Also accept tokens whose typ is JWT or missing, if they live exactly as long as
    /// --access-lifetime or --refresh-lifetime says: another library signed them with the same
    /// secret
    #[arg(long)]
    pub(crate) predecessor: bool,
    /// Until when a predecessor's tokens are accepted; for ever if it is not given
    #[arg(long, value_name = "TIME", value_parser = dates::time, requires = "predecessor")]
    predecessor_until: Option<UnixTime>,
}

/// Conditions for a token of any claims.
#[derive(Debug, Args)]
#[command(next_help_heading = "Conditions for --as jwt")]
pub(crate) struct JwtArguments {
    /// The typ that the header must have; JWT or none if it is not given
    #[arg(long, value_name = "TYPE")]
    typ: Option<String>,
    /// The age from which on a token is refused; it must then have iat
    #[arg(long, value_name = "SPAN", value_parser = dates::span)]
    pub(crate) max_age: Option<Duration>,
    /// Accept tokens without exp, which never expire
    #[arg(long)]
    allow_missing_exp: bool,
}

impl JwtArguments {
    pub(crate) const fn is_given(&self) -> bool {
        self.typ.is_some() || self.max_age.is_some() || self.allow_missing_exp
    }
}

impl PairArguments {
    pub(crate) fn policy(&self) -> Result<PairPolicy, Failure> {
        let mut policy = PairPolicy::new();
        policy = self.issuer.iter().fold(policy, |policy, issuer| policy.issuer(issuer));
        policy = self.audience.iter().fold(policy, |policy, audience| policy.audience(audience));
        if let Some(lifetime) = self.access_lifetime {
            policy = policy.access_lifetime(lifetime)?;
        }
        if let Some(lifetime) = self.refresh_lifetime {
            policy = policy.refresh_lifetime(lifetime)?;
        }
        Ok(policy)
    }

    /// Refuses a lifetime that would decide nothing. A token says itself how long it lives: its
    /// lifetime is compared only where a predecessor's tokens of that kind are accepted.
    pub(crate) fn refuse_idle_lifetimes(
        &self,
        access_counts: bool,
        refresh_counts: bool,
    ) -> Result<(), Failure> {
        for (option, lifetime, counts) in [
            ("--access-lifetime", self.access_lifetime, access_counts),
            ("--refresh-lifetime", self.refresh_lifetime, refresh_counts),
        ] {
            if lifetime.is_some() && !counts {
                let message = format!(
                    "{option} would decide nothing: a token is judged by it only with \
                     --predecessor, and only if it may be of that kind"
                );
                let hint = "--as jwt --max-age SPAN refuses a token for its age";
                return Err(Failure::usage(message).hint(hint));
            }
        }
        Ok(())
    }

    /// The policy of a reader.
    pub(crate) fn reading(
        &self,
        reading: &ReadingArguments,
        secrets: &Secrets,
    ) -> Result<PairPolicy, Failure> {
        const WEEK: Duration = Duration::from_secs(7 * 24 * 3_600);
        let policy = self.policy()?.leeway(reading.leeway);
        if !reading.predecessor {
            return Ok(policy);
        }
        let access = self.access_lifetime.unwrap_or(Duration::from_secs(900));
        let refresh = self.refresh_lifetime.unwrap_or(WEEK);
        let until = reading.predecessor_until.unwrap_or(UnixTime::from_secs(u64::MAX));
        // The other library knew no ids. A ring without one asks for none.
        let ring = secrets.main.ring_without_kid()?;
        Ok(policy.predecessor(Predecessor::new(ring, access, refresh, until)))
    }

    pub(crate) fn validation(&self, reading: &ReadingArguments, jwt: &JwtArguments) -> Validation {
        let mut validation = Validation::new().leeway(reading.leeway);
        validation = self.issuer.iter().fold(validation, |all, issuer| all.issuer(issuer));
        validation = self.audience.iter().fold(validation, |all, audience| all.audience(audience));
        if let Some(typ) = &jwt.typ {
            validation = validation.typ(typ);
        }
        if let Some(max_age) = jwt.max_age {
            validation = validation.max_age(max_age);
        }
        if jwt.allow_missing_exp { validation.allow_missing_exp() } else { validation }
    }

    /// What is expected of `iss` and `aud`, in words.
    pub(crate) fn expected(&self) -> String {
        let any_of = |values: &[String]| match values {
            [] => None,
            values => Some(values.iter().map(|v| crate::escape::quoted(v)).collect::<Vec<_>>()),
        };
        let issuer = any_of(&self.issuer)
            .map_or("any iss".to_owned(), |iss| format!("iss {}", iss.join(" or ")));
        let audience = any_of(&self.audience)
            .map_or("no aud".to_owned(), |aud| format!("aud {}", aud.join(" or ")));
        format!("{issuer}, {audience}")
    }
}
