//! `issue`: a pair, or a token of any claims.

use clap::{Args, Subcommand};
use core::time::Duration;
use jwt_pair::serde_json::{Map, Value};
use jwt_pair::{
    Error, Identity, IssuedToken, KeyRing, PairIssuer, Stage, UnixTime, UserId, Validation,
    base64url, jws,
};

use crate::answer::{Answer, Failure};
use crate::claims_input::OwnClaims;
use crate::dates;
use crate::exact::has_inexact_integer;
use crate::exit::Exit;
use crate::secret::SecretArguments;
use crate::settings::{Clock, PairArguments};
use crate::token_input::read_stdin;
use crate::world::World;

/// What is issued.
#[derive(Debug, Subcommand)]
pub(crate) enum Issue {
    /// An access token and a refresh token
    Pair(Box<IssuePair>),
    /// A token of any claims
    Jwt(Box<IssueJwt>),
}

/// For whom a pair is.
#[derive(Debug, Args)]
pub(crate) struct IssuePair {
    /// Whom the tokens are for: an integer, or a text such as alice, 007 or +49123
    #[arg(long, value_name = "ID")]
    user_id: String,
    /// The user id is a text even if it looks like an integer
    #[arg(long)]
    user_id_is_text: bool,
    /// The type of the user, such as customer
    #[arg(long, value_name = "TEXT")]
    user_type: String,
    /// The session; a random one if it is not given
    #[arg(long, value_name = "ID")]
    session_id: Option<String>,
    #[command(flatten)]
    own: OwnClaims,
    #[command(flatten)]
    secrets: SecretArguments,
    #[command(flatten)]
    clock: Clock,
    #[command(flatten)]
    pair: PairArguments,
}

/// The claims of a token.
#[derive(Debug, Args)]
pub(crate) struct IssueJwt {
    /// The claims, a JSON object, which is signed as it stands; `-` or nothing for standard input
    claims: Option<String>,
    /// The typ of the header. One for each use keeps the tokens of two uses apart
    #[arg(long, value_name = "TYPE", default_value = "JWT")]
    typ: String,
    /// Add iat, and an exp that is this much later
    #[arg(long, value_name = "SPAN", value_parser = dates::span)]
    expires_in: Option<Duration>,
    #[command(flatten)]
    secrets: SecretArguments,
    #[command(flatten)]
    clock: Clock,
}

pub(crate) fn issue(
    arguments: &Issue,
    world: &mut dyn World,
    notes: &mut Vec<String>,
) -> Result<Answer, Failure> {
    match arguments {
        Issue::Pair(arguments) => issue_pair(arguments, world, notes),
        Issue::Jwt(arguments) => issue_jwt(arguments, world, notes),
    }
}

fn issue_pair(
    arguments: &IssuePair,
    world: &mut dyn World,
    notes: &mut Vec<String>,
) -> Result<Answer, Failure> {
    let secrets = arguments.secrets.require(world, notes)?;
    let now = arguments.clock.now(world)?;
    let policy = arguments.pair.policy()?;
    let own = arguments.own.read()?;
    let session_id = match &arguments.session_id {
        Some(id) => id.clone(),
        None => {
            let mut id = [0; 16];
            world
                .random(&mut id)
                .map_err(|error| Failure::usage(format!("randomness: {error}")))?;
            base64url::encode(&id)
        }
    };
    let text = arguments.user_id.as_str();
    let user_id = match text.parse::<i64>() {
        // 007 and +49123 are integers to a parser, and other users than 7 and 49123.
        Ok(id) if !arguments.user_id_is_text && id.to_string() == text => UserId::Integer(id),
        _ => UserId::from(text),
    };
    let ring = secrets.main.ring()?;
    let issuer = match &secrets.refresh {
        Some(refresh) => PairIssuer::with_refresh_keys(ring, refresh.ring()?, policy)?,
        None => PairIssuer::new(ring, policy),
    };
    let identity = Identity::new(user_id, &arguments.user_type, &session_id).access_claims(&own);
    let pair = issuer.issue(&identity, now)?;
    let lives = |token: &IssuedToken| token.expires_at.saturating_duration_since(now).as_secs();
    let out = format!("access   {}\nrefresh  {}\n", pair.access.token, pair.refresh.token);
    Ok(Answer::new(Exit::Valid, out)
        .with("access_token", pair.access.token.clone())
        .with("expires_in", lives(&pair.access))
        .with("refresh_token", pair.refresh.token.clone())
        .with("refresh_expires_in", lives(&pair.refresh))
        .with("session_id", session_id)
        .with("token_type", "Bearer"))
}

fn issue_jwt(
    arguments: &IssueJwt,
    world: &mut dyn World,
    notes: &mut Vec<String>,
) -> Result<Answer, Failure> {
    let argument = arguments.claims.as_deref().filter(|claims| *claims != "-");
    if argument.is_none() && arguments.secrets.takes_stdin() {
        let message = "standard input cannot carry both the claims and the secret";
        return Err(Failure::usage(message));
    }
    let secrets = arguments.secrets.require(world, notes)?;
    let claims = match argument {
        Some(claims) => claims.to_owned(),
        None => String::from_utf8(read_stdin(world, 1024 * 1024)?)
            .map_err(|_| Failure::usage("the claims are not UTF-8"))?,
    };
    let dates = match arguments.expires_in {
        Some(lifetime) => Some((arguments.clock.now(world)?, lifetime)),
        None => None,
    };
    let token = sign(&claims, dates, &arguments.typ, &secrets.main.ring()?)?;
    Ok(Answer::new(Exit::Valid, format!("{token}\n")).with("token", token))
}

/// Signs the text as it stands, so that each number keeps its digits. What no reader would accept
/// is not signed.
fn sign(
    claims: &str,
    dates: Option<(UnixTime, Duration)>,
    typ: &str,
    keys: &KeyRing,
) -> Result<String, Failure> {
    let claims = claims.trim();
    let dates = dates
        .map(|(now, lifetime)| format!(r#""iat":{now},"exp":{}"#, now.saturating_add(lifetime)));
    let text = match (dates, claims.strip_suffix('}').map(str::trim_end)) {
        (Some(dates), Some("{")) => format!("{{{dates}}}"),
        (Some(dates), Some(members)) => format!("{members},{dates}}}"),
        _ => claims.to_owned(),
    };
    if has_inexact_integer(&text) {
        return Err(Error::InexactNumber.into());
    }
    let token = jws::sign(text.as_bytes(), typ, keys)?;
    let policy = Validation::new().accept_any_typ().allow_missing_exp();
    match jwt_pair::decode_ignoring_dates::<Map<String, Value>>(&token, keys, &policy) {
        Ok(_) | Err(Error::UnexpectedAudience) => Ok(token),
        Err(error @ Error::TokenTooLong { .. }) => Err(Failure::usage(error.to_string())),
        Err(Error::ClaimType { claim, expected }) => {
            Err(Error::CallerClaimType { claim, expected }.into())
        }
        Err(error) if error.stage() == Some(Stage::ClaimsSet) => {
            Err(Failure::usage(format!("the claims: {error}")))
        }
        Err(error) => Err(error.into()),
    }
}
