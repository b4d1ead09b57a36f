//! A look at the server's settings, for when a service starts.

use core::fmt;
use core::num::NonZeroU32;

use redis::Value;

use crate::error::RedisStoreError;
use crate::options::Replicas;
use crate::store::RedisStore;

/// A setting of the server that loses sessions, or their ends.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// The server removes keys when it is full: users are logged out, and a user's list may be gone
    /// when all sessions of the user are to be ended.
    Evicts {
        /// `maxmemory-policy`.
        policy: String,
    },
    /// There is no append-only file: a restart loses what happened since the last snapshot, and brings
    /// sessions back to life that were ended since.
    NotAppendOnly,
    /// The append-only file is not written to the disk before an answer: a power failure loses the
    /// last moments.
    SyncsLate {
        /// `appendfsync`.
        setting: String,
    },
    /// The store waits for replicas, and the server takes steps with fewer: it changes the row, the
    /// caller is told `Unavailable`, and keeps the old token. If the replicas stay away for longer than
    /// the policy's window, that token then passes for a stolen one, and its user is logged out. With
    /// `min-replicas-to-write` the server refuses before it changes the row.
    WritesWithoutReplicas {
        /// `min-replicas-to-write`.
        setting: String,
        /// How many the store waits for.
        wanted: NonZeroU32,
    },
    /// The server does not say how a setting is set, as with some hosted ones.
    Hidden {
        /// Its name.
        setting: &'static str,
    },
    /// The server is older than Redis 7.0, and knows no flags of scripts.
    TooOld {
        /// `redis_version`.
        version: String,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Evicts { policy } => {
                write!(f, "maxmemory-policy is {policy}: a full server logs users out")
            }
            Self::NotAppendOnly => {
                f.write_str("appendonly is no: a restart brings ended sessions back")
            }
            Self::SyncsLate { setting } => {
                write!(f, "appendfsync is {setting}: a power failure loses the last moments")
            }
            Self::WritesWithoutReplicas { setting, wanted } => write!(
                f,
                "min-replicas-to-write is {setting}, and not {wanted}: users who refresh while \
                 replicas are away may be logged out"
            ),
            Self::Hidden { setting } => write!(f, "the server does not show {setting}"),
            Self::TooOld { version } => write!(f, "the server is Redis {version}, and not 7.0"),
        }
    }
}

impl RedisStore {
    /// Looks at the server's settings, and says which of them lose sessions. It prints nothing: what
    /// is a reason not to start is for the service to say. In a cluster it looks at one server.
    ///
    /// # Errors
    /// If the server does not answer.
    pub async fn check_server(&self) -> Result<Vec<Finding>, RedisStoreError> {
        let mut findings = Vec::new();
        let info = self.ask_text("INFO").await?;
        let of = |name: &str| {
            let line = info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
            line.map(|value| value.trim().to_owned())
        };
        if let Some(version) = of("redis_version").filter(|version| major(version) < 7) {
            findings.push(Finding::TooOld { version });
        }
        match of("maxmemory_policy") {
            Some(policy) if policy == "noeviction" => {}
            Some(policy) => findings.push(Finding::Evicts { policy }),
            None => findings.push(Finding::Hidden { setting: "maxmemory-policy" }),
        }
        match of("aof_enabled").as_deref() {
            Some("1") => match self.setting("appendfsync").await? {
                Some(setting) if setting == "always" => {}
                Some(setting) => findings.push(Finding::SyncsLate { setting }),
                None => findings.push(Finding::Hidden { setting: "appendfsync" }),
            },
            Some(_) => findings.push(Finding::NotAppendOnly),
            None => findings.push(Finding::Hidden { setting: "appendonly" }),
        }
        if let Some(Replicas { count: wanted, .. }) = self.options.replicas {
            let setting = "min-replicas-to-write";
            match self.setting(setting).await? {
                Some(number) if number.parse().is_ok_and(|number: u32| number >= wanted.get()) => {}
                Some(setting) => findings.push(Finding::WritesWithoutReplicas { setting, wanted }),
                None => findings.push(Finding::Hidden { setting }),
            }
        }
        Ok(findings)
    }

    async fn ask_text(&self, command: &str) -> Result<String, RedisStoreError> {
        match self.link.ask(&redis::cmd(command), self.options.timeout).await? {
            Value::BulkString(text) => Ok(String::from_utf8_lossy(&text).into_owned()),
            Value::VerbatimString { text, .. } => Ok(text),
            _ => Ok(String::new()),
        }
    }

    /// A setting of the server; `None` if it does not say.
    async fn setting(&self, name: &str) -> Result<Option<String>, RedisStoreError> {
        let mut command = redis::cmd("CONFIG");
        command.arg("GET").arg(name);
        match self.link.ask(&command, self.options.timeout).await {
            Ok(answer) => {
                let pairs: Vec<String> = redis::from_redis_value(answer).unwrap_or_default();
                Ok(pairs.into_iter().nth(1))
            }
            Err(RedisStoreError::Server { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn major(version: &str) -> u32 {
    version.split('.').next().and_then(|major| major.parse().ok()).unwrap_or(0)
}
