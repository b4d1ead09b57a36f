//! The operator's commands. They may run while the service does.

use std::io::Read as _;
use std::path::Path;

use jwt_pair::UnixTime;
use jwt_pair_sessions::{AnyStore, SessionStore as _};
use jwt_pair_sqlite::{SqliteOptions, SqliteStore};

use crate::accounts::{Accounts, Name};
use crate::config::{Args, Command, Places, SessionsAt};
use crate::ends;
use crate::password::{Password, Passwords};
use crate::store::{self, Fault};

/// Does what the command says; what to print.
///
/// # Errors
/// A message for the operator.
pub async fn run(command: &Command, args: &Args) -> Result<String, Fault> {
    let places = args.places()?;
    let now = UnixTime::now()?;
    if let Command::EndEverybody = command {
        let ended = store::end_everybody(&places.sessions, now).await?;
        return Ok(format!("{ended} sessions ended"));
    }
    if !places.accounts.exists() {
        return Err(format!("{}: there are no accounts", places.accounts.display()).into());
    }
    let accounts = Accounts::open(&places.accounts)?;
    let (name, found) = match command {
        Command::ResetPassword { name } => {
            let hash = Passwords::new(1, 0)?.hash(password_of_stdin()?).await?;
            (name, accounts.reset_password(&parse(name)?, hash).await?)
        }
        Command::Disable { name } => {
            (name, accounts.disable(&parse(name)?, Some(now.as_secs())).await?)
        }
        Command::Enable { name } => (name, accounts.disable(&parse(name)?, None).await?),
        Command::EndSessions { name } => (name, accounts.end_sessions(&parse(name)?).await?),
        Command::Backup { directory } => return backup(&places, &accounts, directory).await,
        Command::Purge => {
            let rows = open(&places.sessions).await?.purge(now).await?;
            return Ok(format!("{rows} rows removed"));
        }
        Command::EndEverybody => return Ok(String::new()),
    };
    if !found {
        return Err(format!("there is no account {name}").into());
    }
    if places.sessions == SessionsAt::Memory {
        return Ok("done; the service ends the sessions within a second".into());
    }
    ends::finish_all(&accounts, &open(&places.sessions).await?, now).await?;
    Ok("done; all sessions of the account are ended".into())
}

fn parse(name: &str) -> Result<Name, Fault> {
    Name::new(name).ok_or_else(|| Name::RULE.into())
}

/// The whole input without the last line's end. An argument would be seen by every user.
fn password_of_stdin() -> Result<Password, Fault> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    Password::new(text.to_owned()).ok_or_else(|| Password::RULE.into())
}

async fn open(at: &SessionsAt) -> Result<AnyStore, Fault> {
    store::open(at, |warning| tracing::warn!(warning, "the store of the sessions")).await
}

/// The accounts come last: after a restore, no session may be of an account that is not there.
async fn backup(places: &Places, accounts: &Accounts, directory: &Path) -> Result<String, Fault> {
    crate::run::private_directory(directory, true)?;
    if let SessionsAt::Sqlite(path) = &places.sessions {
        let sessions = SqliteStore::open(path, &SqliteOptions::new())?;
        sessions.backup(directory.join("sessions.db")).await?;
    }
    std::fs::copy(&places.keys, directory.join("keys"))?;
    accounts.backup(&directory.join("accounts.db")).await?;
    Ok(format!(
        "copied to {}; after a restore run end-everybody before the service starts",
        directory.display()
    ))
}
