//! The flags, their names in the environment, and what they say in `--help`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};

use super::Address;
use super::duration::duration;

/// A small auth service: accounts, login, refresh tokens that rotate, logout.
///
/// Without a command it serves. Each setting is a flag, a variable of the environment, or a line
/// `name = value` in the file of --config, in this order.
#[derive(Clone, Debug, Parser)]
#[command(name = "jwt-pair-service", version)]
pub struct Args {
    /// What to do instead of serving.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// A file of lines `name = value`, with the names of these flags
    #[arg(long, env = "JWT_PAIR_CONFIG", value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,

    /// The directory of the accounts, the keys and the sessions in SQLite
    #[arg(
        long,
        env = "JWT_PAIR_DATA",
        value_name = "DIR",
        default_value = "jwt-pair-data",
        global = true
    )]
    pub data: PathBuf,

    /// Where sessions are kept: sqlite, memory, redis://… or postgres://… (an address with a password
    /// only from the environment or the file) [default: sqlite]
    #[arg(long, env = "JWT_PAIR_SESSIONS", hide_env_values = true, global = true)]
    pub sessions: Option<Address>,

    /// The address to listen on
    #[arg(long, env = "JWT_PAIR_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:8642")]
    pub listen: SocketAddr,

    /// An origin whose pages may use this service, such as https://app.example; repeat it for more.
    /// On a loopback address the service's own origins are the default
    #[arg(long = "origin", env = "JWT_PAIR_ORIGIN", value_name = "ORIGIN", value_delimiter = ',')]
    pub origins: Vec<String>,

    /// How many proxies in front of this service are trusted: the client's address is that entry of
    /// X-Forwarded-For, counted from the right
    #[arg(long, env = "JWT_PAIR_TRUSTED_HOPS", value_name = "N", default_value_t = 0)]
    pub trusted_hops: usize,

    /// TLS ends here or at the proxy in front: send Strict-Transport-Security
    #[arg(long, env = "JWT_PAIR_HSTS")]
    pub hsts: bool,

    /// Name the cookie without its prefix and without Secure, for development with a browser that
    /// refuses it on http://localhost
    #[arg(long, env = "JWT_PAIR_INSECURE_COOKIE")]
    pub insecure_cookie: bool,

    /// The file of keys [default: keys in the directory of --data]
    #[arg(long, env = "JWT_PAIR_KEYS", value_name = "FILE", global = true)]
    pub keys: Option<PathBuf>,

    /// How often the file of keys is read; SIGHUP reads it at once
    #[arg(long, env = "JWT_PAIR_KEY_POLL", value_name = "TIME", default_value = "5s", value_parser = duration)]
    pub key_poll: Duration,

    /// How long an access token lives
    #[arg(long, env = "JWT_PAIR_ACCESS_LIFETIME", value_name = "TIME", value_parser = duration)]
    pub access_lifetime: Option<Duration>,

    /// How long a refresh token lives
    #[arg(long, env = "JWT_PAIR_REFRESH_LIFETIME", value_name = "TIME", default_value = "7d", value_parser = duration)]
    pub refresh_lifetime: Duration,

    /// How long a session lives at most, however often it is refreshed
    #[arg(long, env = "JWT_PAIR_MAX_LIFETIME", value_name = "TIME", default_value = "90d", value_parser = duration)]
    pub max_lifetime: Duration,

    /// For how long after a rotation the token before is still answered
    #[arg(long, env = "JWT_PAIR_WINDOW", value_name = "TIME", value_parser = duration)]
    pub window: Option<Duration>,

    /// Nobody may register
    #[arg(long, env = "JWT_PAIR_NO_REGISTER")]
    pub no_register: bool,

    /// Login attempts for one account from one address, before each must wait for --login-wait
    #[arg(long, env = "JWT_PAIR_LOGIN_ATTEMPTS", value_name = "N", default_value_t = 10)]
    pub login_attempts: u32,

    /// After the attempts of --login-attempts, one is good in each of this time
    #[arg(long, env = "JWT_PAIR_LOGIN_WAIT", value_name = "TIME", default_value = "1m", value_parser = duration)]
    pub login_wait: Duration,

    /// Passwords that are checked at once, each with 19 MiB [default: one for each processor]
    #[arg(long, env = "JWT_PAIR_HASHES", value_name = "N")]
    pub hashes: Option<usize>,

    /// Requests that may wait for one of those; more are answered 503
    #[arg(long, env = "JWT_PAIR_HASH_QUEUE", value_name = "N", default_value_t = 32)]
    pub hash_queue: usize,

    /// The longest body of a request, in bytes
    #[arg(long, env = "JWT_PAIR_MAX_BODY", value_name = "BYTES", default_value_t = 16 * 1024)]
    pub max_body: usize,

    /// The longest time for the header of a request, for a connection that is idle, and for a client
    /// that does not read its answer
    #[arg(long, env = "JWT_PAIR_HEADER_TIME", value_name = "TIME", default_value = "15s", value_parser = duration)]
    pub header_time: Duration,

    /// The longest time for the whole body of a request
    #[arg(long, env = "JWT_PAIR_BODY_TIME", value_name = "TIME", default_value = "10s", value_parser = duration)]
    pub body_time: Duration,

    /// Connections at once; more wait
    #[arg(long, env = "JWT_PAIR_CONNECTIONS", value_name = "N", default_value_t = 4096)]
    pub connections: usize,

    /// How long to go on after SIGTERM, with /readyz at 503, before no connection is taken any more:
    /// so long as a balancer may take to ask again
    #[arg(long, env = "JWT_PAIR_DRAIN_TIME", value_name = "TIME", default_value = "0s", value_parser = duration)]
    pub drain_time: Duration,

    /// How long open requests may take after that
    #[arg(long, env = "JWT_PAIR_STOP_TIME", value_name = "TIME", default_value = "10s", value_parser = duration)]
    pub stop_time: Duration,

    /// The form of the log, which goes to stderr
    #[arg(long, env = "JWT_PAIR_LOG", value_enum, default_value_t = LogFormat::Text)]
    pub log: LogFormat,

    /// Show the rows of sessions, and replay old tokens as a thief: only on loopback, with sessions
    /// of this process's own; access tokens live 20 s, and the window has 5 s
    #[arg(long, env = "JWT_PAIR_DEMO")]
    pub demo: bool,

    /// Where Prometheus reads /metrics: a listener of its own
    #[cfg(feature = "metrics")]
    #[arg(long, env = "JWT_PAIR_METRICS_LISTEN", value_name = "ADDRESS")]
    pub metrics_listen: Option<SocketAddr>,
}

/// The operator's commands. They may run while the service does.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Give an account a new password, read from stdin, and end all its sessions
    ResetPassword {
        /// The account
        name: String,
    },
    /// Let an account log in no more, and end all its sessions
    Disable {
        /// The account
        name: String,
    },
    /// Let an account log in again
    Enable {
        /// The account
        name: String,
    },
    /// End all sessions of an account
    EndSessions {
        /// The account
        name: String,
    },
    /// End all sessions of everybody: after a backup was restored. The store must be named
    EndEverybody,
    /// Remove the rows of sessions that have expired. The store must be named
    Purge,
    /// Copy accounts, keys and the sessions in SQLite to a new directory, while the service runs
    Backup {
        /// The directory, which must not be there yet
        directory: PathBuf,
    },
}

/// The form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}
