//! Where the log goes, for people or as JSON.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::config::LogFormat;

/// Starts the log to stderr. Only the first call counts.
pub fn start(format: LogFormat) {
    start_to(format, std::io::stderr);
}

/// Starts the log to another place. Only the first call counts.
pub fn start_to<W>(format: LogFormat, writer: W)
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let log = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::INFO)
        .with_writer(writer)
        .with_ansi(false);
    let _ = match format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
}
