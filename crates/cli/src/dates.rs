//! Dates and spans of time, as people write and read them.

use core::time::Duration;

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{Span, SpanRelativeTo, Timestamp};
use jwt_pair::UnixTime;

/// Seconds since 1970, a date (its first second in UTC), or a date with a time and an offset.
pub(crate) fn time(text: &str) -> Result<UnixTime, String> {
    if let Ok(seconds) = text.parse() {
        return Ok(UnixTime::from_secs(seconds));
    }
    let midnight = |date: Date| Offset::UTC.to_timestamp(date.at(0, 0, 0, 0));
    let timestamp = text.parse::<Timestamp>();
    let timestamp = timestamp.or_else(|_| text.parse().and_then(midnight));
    let seconds = timestamp.ok().and_then(|timestamp| u64::try_from(timestamp.as_second()).ok());
    seconds.map(UnixTime::from_secs).ok_or_else(|| {
        "it must be seconds since 1970, a date such as 2026-11-25, or a time such as \
         2026-11-25T18:00:00Z, not before 1970"
            .to_owned()
    })
}

/// Seconds, or a span such as `15m`, `7d` or `1h30m`.
pub(crate) fn span(text: &str) -> Result<Duration, String> {
    if let Ok(seconds) = text.parse() {
        return Ok(Duration::from_secs(seconds));
    }
    let span = text.parse::<Span>();
    let span = span.and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()));
    let span = span.ok().and_then(|span| Duration::try_from(span).ok());
    // The library counts in whole seconds: half a second would become none.
    let span = span.filter(|span| span.subsec_nanos() == 0);
    span.ok_or_else(|| "it must be whole seconds, or a span such as 90s, 15m, 12h or 7d".to_owned())
}

/// A date of a token, such as `2023-11-14 22:28:20 UTC, in 15 min`.
pub(crate) fn described(seconds: i128, now: UnixTime) -> String {
    let timestamp = i64::try_from(seconds).ok().and_then(|s| Timestamp::from_second(s).ok());
    let date = match timestamp {
        Some(timestamp) => timestamp.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        None => "outside of the years -9999 to 9999".to_owned(),
    };
    format!("{date}, {}", distance(seconds.saturating_sub(now.as_secs().into())))
}

fn distance(seconds: i128) -> String {
    const UNITS: [(u128, &str); 5] =
        [(31_557_600, "years"), (86_400, "days"), (3_600, "h"), (60, "min"), (1, "s")];
    let size = seconds.unsigned_abs();
    // Two of a unit or more, so that 90 minutes are not "1 h".
    let unit = UNITS.iter().find(|(unit, _)| size >= unit.saturating_mul(2));
    let (unit, name) = unit.copied().unwrap_or((1, "s"));
    let count = size.checked_div(unit).unwrap_or_default();
    match seconds {
        0 => "now".to_owned(),
        1.. => format!("in {count} {name}"),
        _ => format!("{count} {name} ago"),
    }
}
