//! Where the log goes: stderr, for people or as JSON.

use tracing::level_filters::LevelFilter;

use crate::config::LogFormat;

/// Starts the log. Only the first call counts.
pub fn start(format: LogFormat) {
    let log = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::INFO)
        .with_writer(std::io::stderr)
        .with_ansi(false);
    let _ = match format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
}
