//! The operator's commands. They may run while the service does.

use std::io::Read as _;
use std::path::Path;

use jwt_pair::UnixTime;
use jwt_pair_sessions::SessionStore as _;
use jwt_pair_sqlite::{SqliteOptions, SqliteStore};

use crate::accounts::{Accounts, Name};
use crate::config::{Args, Command, Places, SessionsAt};
use crate::password::{Password, Passwords};
use crate::run;
use crate::store::{self, Fault};

/// Does what the command says; what to print.
///
/// # Errors
/// A message for the operator.
pub async fn run(command: &Command, args: &Args) -> Result<String, Fault> {
    let places = args.places()?;
    let now = UnixTime::now()?;
    let open_accounts = || {
        let path = &places.accounts;
        if path.exists() { Ok(Accounts::open(path)?) } else { Err(missing(path, "accounts")) }
    };
    let (name, found) = match command {
        Command::EndEverybody => {
            let ended = store::end_everybody(named_store(args, &places)?, now).await?;
            return Ok(format!("{ended} sessions ended"));
        }
        Command::Purge => {
            let warn = |warning: String| tracing::warn!(warning, "the store of the sessions");
            let rows = store::open(named_store(args, &places)?, warn).await?.purge(now).await?;
            return Ok(format!("{rows} rows removed"));
        }
        Command::Backup { directory } => {
            return backup(&places, &open_accounts()?, directory).await;
        }
        Command::ResetPassword { name } => {
            let accounts = open_accounts()?;
            let hash = Passwords::new(1, 0)?.hash(password_of_stdin()?).await?;
            (name, accounts.reset_password(&parse(name)?, hash).await?)
        }
        Command::Disable { name } => {
            (name, open_accounts()?.disable(&parse(name)?, Some(now.as_secs())).await?)
        }
        Command::Enable { name } => (name, open_accounts()?.disable(&parse(name)?, None).await?),
        Command::EndSessions { name } => {
            (name, open_accounts()?.end_sessions(&parse(name)?).await?)
        }
    };
    if !found {
        return Err(format!("there is no account {name}").into());
    }
    // Only the service knows for certain where its sessions are.
    Ok("done; the service ends all sessions of the account within a second, or when it starts"
        .into())
}

/// The store that the settings name. The default is not enough: where the service has its store from
/// the environment, this command would look into an empty file, and say that all is done.
fn named_store<'a>(args: &Args, places: &'a Places) -> Result<&'a SessionsAt, Fault> {
    match &places.sessions {
        _ if args.sessions.is_none() => {
            Err("--sessions, JWT_PAIR_SESSIONS or the file of --config must name the store of the \
                 sessions, as for the service"
                .into())
        }
        SessionsAt::Memory => Err(store::IN_MEMORY.into()),
        SessionsAt::Sqlite(path) if !path.exists() => Err(missing(path, "sessions")),
        named => Ok(named),
    }
}

fn missing(path: &Path, what: &str) -> Fault {
    format!("{}: there are no {what}", path.display()).into()
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

/// The accounts come last: after a restore, no session may be of an account that is not there.
async fn backup(places: &Places, accounts: &Accounts, directory: &Path) -> Result<String, Fault> {
    run::private_directory(directory, true)?;
    let mut copied = "accounts and keys, and no sessions in SQLite";
    if let SessionsAt::Sqlite(path) = &places.sessions
        && path.exists()
    {
        let copy = directory.join("sessions.db");
        run::private_file(&copy)?;
        SqliteStore::open(path, &SqliteOptions::new())?.backup(copy).await?;
        copied = "accounts, keys and the sessions in SQLite";
    }
    std::fs::copy(&places.keys, directory.join("keys"))?;
    let copy = directory.join("accounts.db");
    run::private_file(&copy)?;
    accounts.backup(&copy).await?;
    Ok(format!(
        "copied to {}: {copied}; after a restore run end-everybody before the service starts",
        directory.display()
    ))
}
