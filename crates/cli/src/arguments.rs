//! The commands and their help.

use clap::{Parser, Subcommand};

use crate::check::CheckArguments;
use crate::completions::Completions;
use crate::explain::Explain;
use crate::issue::Issue;
use crate::new_secret::NewSecret;
use crate::renew::Renew;

const EXAMPLES: &str = "\
Examples:
  # Make a secret of 256 bits. Only you can read the file
  (umask 077; jwt-pair secret > secret.txt)
  # Look into a token without a secret
  jwt-pair inspect TOKEN
  # Make every check, and see why one fails
  jwt-pair inspect --secret secret.txt TOKEN
  # The exit code tells a script
  jwt-pair verify --secret secret.txt --as access < token.txt
  # What an error means, and what to do
  jwt-pair explain InvalidSignature

Exit codes:
  0  valid, or done      1  invalid      2  usage: arguments, files, keys
  3  expired             4  not verified, since no secret was given";

const INSPECT_EXAMPLES: &str = "\
Examples:
  jwt-pair inspect TOKEN
  jwt-pair inspect --secret secret.txt --as access TOKEN
  jwt-pair inspect --secret prompt --as jwt --token-file token.txt
  jwt-pair inspect --secret env:JWT_KEY --now 2026-11-25T18:00:00Z --json < token.txt";

const VERIFY_EXAMPLES: &str = "\
Examples:
  jwt-pair verify --secret secret.txt --as access TOKEN && echo welcome
  jwt-pair verify --secret secret.txt --refresh-secret refresh.txt --as refresh TOKEN
  jwt-pair verify --secret secret.txt --as jwt --typ at+jwt --issuer https://login.example TOKEN";

const ISSUE_EXAMPLES: &str = "\
Examples:
  jwt-pair issue pair --secret secret.txt --user-id 123 --user-type customer
  jwt-pair issue jwt --secret secret.txt --expires-in 1h '{\"sub\":\"alice\"}'";

const RENEW_EXAMPLES: &str = "\
Examples:
  jwt-pair renew --secret secret.txt --user-type customer REFRESH_TOKEN";

const SECRET_EXAMPLES: &str = "\
Examples:
  (umask 077; jwt-pair secret > secret.txt)
  jwt-pair secret --format hex --bits 512";

/// Shows JSON Web Tokens of HS256, and why they are accepted or refused
#[derive(Debug, Parser)]
#[command(name = "jwt-pair", version, after_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Answer in JSON, errors too
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// What is done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Take a token apart, and show every check
    #[command(after_help = INSPECT_EXAMPLES)]
    Inspect(Box<CheckArguments>),
    /// Print the claims of a valid token. The exit code tells the rest
    #[command(after_help = VERIFY_EXAMPLES)]
    Verify(Box<CheckArguments>),
    /// Make a pair, or a token of any claims
    #[command(after_help = ISSUE_EXAMPLES)]
    Issue {
        #[command(subcommand)]
        what: Issue,
    },
    /// Make a new access token for a refresh token
    #[command(after_help = RENEW_EXAMPLES)]
    Renew(Box<Renew>),
    /// Make a random secret
    #[command(after_help = SECRET_EXAMPLES)]
    Secret(NewSecret),
    /// Say what an error means, and what to do
    Explain(Explain),
    /// Print the completions of a shell
    Completions(Completions),
}
