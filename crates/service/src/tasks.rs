//! What goes on beside the requests.

use std::time::Duration;

use jwt_pair::UnixTime;
use jwt_pair_sessions::SessionStore as _;
use tokio::time::{MissedTickBehavior, interval};

use crate::app::App;
use crate::keys::KeyFile;

const ENDS_EVERY: Duration = Duration::from_secs(1);
const PURGE_EVERY: Duration = Duration::from_secs(60 * 60);

/// Reads the key file again, from time to time and at each SIGHUP. A bad file changes nothing, and is
/// logged once, until something else is wrong with it.
pub async fn watch_keys(app: App, mut file: KeyFile, mut hangup: Hangup) {
    let mut ticks = every(app.args.key_poll);
    let mut said = String::new();
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = hangup.recv() => {
                tracing::info!("SIGHUP: the key file is read");
                said.clear();
            }
        }
        let error = match file.changed() {
            Ok(None) => String::new(),
            Ok(Some(keys)) => match app.use_keys(&keys) {
                Ok(()) => {
                    tracing::info!(kids = keys.signing().join(" and "), "new keys are in force");
                    String::new()
                }
                Err(error) => error.to_string(),
            },
            Err(error) => error.to_string(),
        };
        if !error.is_empty() && error != said {
            tracing::error!(%error, "the old keys stay in force");
        }
        said = error;
    }
}

/// Ends the sessions that the accounts say are to be ended, which an operator's command may have
/// written.
pub async fn finish_ends(app: App) {
    let mut ticks = every(ENDS_EVERY);
    loop {
        ticks.tick().await;
        let Ok(now) = UnixTime::now() else { continue };
        if let Err(error) = app.ends.finish_all(now).await {
            tracing::warn!(%error, "sessions that are to be ended are not yet");
        }
    }
}

/// Removes the rows of sessions that have expired.
pub async fn purge(app: App) {
    let mut ticks = every(PURGE_EVERY);
    loop {
        ticks.tick().await;
        let Ok(now) = UnixTime::now() else { continue };
        match app.store.purge(now).await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "rows of expired sessions were removed"),
            Err(error) => tracing::warn!(%error, "rows of expired sessions were not removed"),
        }
    }
}

fn every(period: Duration) -> tokio::time::Interval {
    let mut ticks = interval(period.max(Duration::from_millis(10)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

impl Default for Hangup {
    fn default() -> Self {
        Self::new()
    }
}

/// SIGHUP, where there is such a thing. From its making on, the signal does not end the process.
#[derive(Debug)]
pub struct Hangup {
    #[cfg(unix)]
    signal: Option<tokio::signal::unix::Signal>,
}

impl Hangup {
    /// Handles the signal. Needs a runtime.
    pub fn new() -> Self {
        Self {
            #[cfg(unix)]
            signal: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).ok(),
        }
    }

    async fn recv(&mut self) {
        #[cfg(unix)]
        if let Some(signal) = &mut self.signal
            && signal.recv().await.is_some()
        {
            return;
        }
        std::future::pending().await
    }
}
