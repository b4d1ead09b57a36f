//! Colours. Where nobody sees them, `anstream` takes them off again.

pub(crate) use anstyle::Style;
use anstyle::{AnsiColor, Color};

pub(crate) const GOOD: Style = colour(AnsiColor::Green).bold();
pub(crate) const BAD: Style = colour(AnsiColor::Red).bold();
pub(crate) const WARNING: Style = colour(AnsiColor::Yellow).bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const HEADER: Style = colour(AnsiColor::Red);
pub(crate) const PAYLOAD: Style = colour(AnsiColor::Magenta);
pub(crate) const SIGNATURE: Style = colour(AnsiColor::Cyan);
pub(crate) const OTHER: Style = Style::new();

const fn colour(colour: AnsiColor) -> Style {
    Style::new().fg_color(Some(Color::Ansi(colour)))
}

/// Text that has been made harmless, in a colour.
pub(crate) fn paint(style: Style, harmless: &str) -> String {
    format!("{style}{harmless}{style:#}")
}
