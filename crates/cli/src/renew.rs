//! `renew`: a new access token for a refresh token.

use clap::Args;
use jwt_pair::PairIssuer;

use crate::answer::{Answer, Failure};
use crate::claims_input::OwnClaims;
use crate::exit::Exit;
use crate::secret::SecretArguments;
use crate::settings::{Clock, PairArguments, ReadingArguments};
use crate::token_input::TokenArguments;
use crate::world::World;

/// A refresh token, and what the new access token says.
#[derive(Debug, Args)]
pub(crate) struct Renew {
    #[command(flatten)]
    token: TokenArguments,
    /// The type of the user, such as customer: it may have changed since the login
    #[arg(long, value_name = "TEXT")]
    user_type: String,
    #[command(flatten)]
    own: OwnClaims,
    #[command(flatten)]
    secrets: SecretArguments,
    #[command(flatten)]
    clock: Clock,
    #[command(flatten)]
    pair: PairArguments,
    #[command(flatten)]
    conditions: ReadingArguments,
}

pub(crate) fn renew(
    arguments: &Renew,
    world: &mut dyn World,
    notes: &mut Vec<String>,
) -> Result<Answer, Failure> {
    if arguments.token.takes_stdin() && arguments.secrets.takes_stdin() {
        let message = "standard input cannot carry both the token and the secret";
        return Err(Failure::usage(message).hint("give the token with --token-file PATH"));
    }
    // The new access token lives that long. The refresh token says itself how long it lives.
    arguments.pair.refuse_idle_lifetimes(true, arguments.conditions.predecessor)?;
    let secrets = arguments.secrets.require(world, notes)?;
    let now = arguments.clock.now(world)?;
    let own = arguments.own.read()?;
    let given = arguments.token.read(world, notes)?;
    let policy = arguments.pair.reading(&arguments.conditions, &secrets)?;
    let ring = secrets.main.ring()?;
    let issuer = match &secrets.refresh {
        Some(refresh) => PairIssuer::with_refresh_keys(ring, refresh.ring()?, policy)?,
        None => PairIssuer::new(ring, policy),
    };
    let Some(token) = given.text() else {
        let failure = Failure::usage("Invalid token: the token is not UTF-8");
        return Err(Failure { exit: Exit::Invalid, ..failure });
    };
    let renewed = issuer.renew_access(token, &arguments.user_type, &own, now)?;
    let lives = renewed.expires_at.saturating_duration_since(now).as_secs();
    Ok(Answer::new(Exit::Valid, format!("{}\n", renewed.token))
        .with("access_token", renewed.token)
        .with("expires_in", lives)
        .with("token_type", "Bearer"))
}
