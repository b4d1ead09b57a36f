//! The service from its settings to its stop.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;

use jwt_pair::UnixTime;
use jwt_pair_sessions::AnyStore;
use tokio::net::TcpListener;

use crate::accounts::Accounts;
use crate::app::App;
use crate::config::{Args, SessionsAt};
use crate::keys::KeyFile;
use crate::routes;
use crate::server::{self, Limits};
use crate::store::{self, Fault};
use crate::tasks::{self, Hangup};

/// A service that listens and does not serve yet.
#[derive(Debug)]
pub struct Service {
    listener: TcpListener,
    bound: SocketAddr,
    app: App,
    keys: KeyFile,
    hangup: Hangup,
}

impl Service {
    /// Opens everything that the settings name.
    ///
    /// # Errors
    /// A message for the operator.
    pub async fn open(args: Args) -> Result<Self, Fault> {
        Self::open_with(args, None).await
    }

    /// As [`open`](Self::open), with another store of sessions than the settings name.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn open_with(args: Args, store: Option<AnyStore>) -> Result<Self, Fault> {
        let places = args.places()?;
        check_demo(&args)?;
        private_directory(&places.directory, false)?;
        let now = UnixTime::now()?;
        let may_make = !places.sessions.is_shared();
        let opened = KeyFile::open(&places.keys, may_make, now.as_secs());
        let (keys, rings) =
            opened.map_err(|error| format!("{}: {error}", places.keys.display()))?;
        private_file(&places.accounts)?;
        if let SessionsAt::Sqlite(path) = &places.sessions {
            private_file(path)?;
        }
        let accounts = Accounts::open(&places.accounts)
            .map_err(|error| format!("{}: {error}", places.accounts.display()))?;
        let warn = |warning: String| tracing::warn!(warning, "the store of the sessions");
        let store = match store {
            Some(store) => store,
            None => store::open(&places.sessions, warn).await?,
        };
        let listener = TcpListener::bind(args.listen)
            .await
            .map_err(|error| format!("{}: {error}", args.listen))?;
        let bound = listener.local_addr()?;
        let app = App::new(args, bound, &rings, store, accounts)?;
        // Before the first request: an operator may have disabled somebody meanwhile.
        app.ends.finish_all(now).await?;
        Ok(Self { listener, bound, app, keys, hangup: Hangup::new() })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.bound
    }

    /// Its parts, for a test.
    pub const fn app(&self) -> &App {
        &self.app
    }

    /// Serves until `stop`.
    ///
    /// # Errors
    /// If the listener of the metrics cannot be opened.
    pub async fn serve(self, stop: impl Future<Output = ()>) -> Result<(), Fault> {
        let Self { listener, app, keys, hangup, .. } = self;
        let router = routes::router(&app);
        let limits = Limits::from(&app.args);
        #[cfg(feature = "metrics")]
        let metrics = crate::metrics::start(&app, limits).await?;
        let beside = [
            tokio::spawn(tasks::watch_keys(app.clone(), keys, hangup)),
            tokio::spawn(tasks::finish_ends(app.clone())),
            tokio::spawn(tasks::purge(app.clone())),
        ];
        let stops = async {
            stop.await;
            tracing::info!("the service stops");
            app.stop();
            // A balancer that asks /readyz sends nothing any more when the listener is closed.
            tokio::time::sleep(app.args.drain_time).await;
        };
        server::serve(listener, router, limits, stops).await;
        beside.iter().for_each(tokio::task::JoinHandle::abort);
        #[cfg(feature = "metrics")]
        metrics.iter().for_each(tokio::task::JoinHandle::abort);
        Ok(())
    }
}

/// It shows a session's row, and replays old tokens of it, to whoever has an access token of it.
fn check_demo(args: &Args) -> Result<(), Fault> {
    if args.demo && !args.listen.ip().is_loopback() {
        return Err("--demo is for loopback alone: it shows rows, and replays old tokens".into());
    }
    if args.demo && args.places()?.sessions.is_shared() {
        return Err(
            "--demo is for sessions in sqlite or memory: others may share this store".into()
        );
    }
    Ok(())
}

/// A directory that only this user reads. One that is there is left as it is, since it may hold files
/// of others, unless it must be new.
pub(crate) fn private_directory(path: &Path, must_be_new: bool) -> Result<(), Fault> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.recursive(!must_be_new).create(path) {
        Ok(()) => Ok(()),
        Err(error) => Err(format!("{}: {error}", path.display()).into()),
    }
}

/// Makes an empty file that only this user reads, if there is none, and takes the rights of others to
/// one that is there, and to SQLite's log beside it. So the hashes are private in a directory that is
/// not, also after a restore.
pub(crate) fn private_file(path: &Path) -> Result<(), Fault> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        // SQLite gives its log the mode of the file.
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            Ok(take_rights(path).map_err(failed)?)
        }
        Err(error) => Err(failed(error).into()),
    }
}

#[cfg(unix)]
fn take_rights(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    for suffix in ["", "-wal", "-shm"] {
        let mut path = path.as_os_str().to_owned();
        path.push(suffix);
        match std::fs::metadata(&path) {
            Ok(found) if found.permissions().mode() & 0o077 != 0 => {
                std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
            }
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn take_rights(_: &Path) -> std::io::Result<()> {
    Ok(())
}
