//! The chart of `docs/FIELD.md`: one bar for each library, in pieces by class.

use std::fmt::Write as _;

use crate::adapter::Era;
use crate::document::PUBLIC;
use crate::record::Field;
use crate::suite::{Class, Force};

const WIDTH: f64 = 800.0;
const LABEL: f64 = 220.0;
const NUMBER: f64 = 50.0;
const ROW: f64 = 20.0;

/// Colours that differ in lightness too, for who cannot tell the hues apart.
const STYLE: &str = "text{font:13px system-ui,sans-serif;fill:#1f2328}\
.head{font-weight:600}.number,.note{fill:#59636e}\
.malformed{fill:#0550ae}.date{fill:#bf3989}.refused{fill:#9a6700}.changed{fill:#1a7f37}\
@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.number,.note{fill:#9198a1}\
.malformed{fill:#54aeff}.date{fill:#ff80c8}.refused{fill:#d4a72c}.changed{fill:#4ac26b}}";

const fn style(class: Class) -> &'static str {
    match class {
        Class::Date => "date",
        Class::Refused => "refused",
        Class::Changed => "changed",
        _ => "malformed",
    }
}

pub fn svg(field: &Field) -> String {
    let total = |at: usize| -> usize {
        let library = field.libraries.get(at);
        library.map_or(0, |library| {
            PUBLIC.iter().map(|class| library.count(Force::Must, *class)).sum()
        })
    };
    let most = (0..field.libraries.len()).map(total).max().unwrap_or(0).max(1);
    let scale = (WIDTH - LABEL - NUMBER) / most as f64;
    let mut body = String::new();
    let mut x = 20.0;
    for class in PUBLIC {
        let title = class.title();
        let _ = writeln!(
            body,
            r#"<rect class="{}" x="{x}" y="6" width="12" height="12" rx="2"/><text x="{}" y="17">{title}</text>"#,
            style(class),
            x + 18.0
        );
        x += 190.0;
    }
    let mut y = 34.0;
    for (era, title) in [(Era::Current, "Current"), (Era::Debian12, "Debian 12's, majors behind")] {
        let _ = writeln!(body, r#"<text class="head" x="0" y="{}">{title}</text>"#, y + 10.0);
        y += ROW;
        for (at, library) in field.libraries.iter().enumerate() {
            if library.era != era {
                continue;
            }
            let name = escaped(&format!("{} ({})", library.name, library.language));
            let _ = writeln!(
                body,
                r#"<text x="{}" y="{}" text-anchor="end">{name}</text>"#,
                LABEL - 8.0,
                y + 12.0
            );
            let mut x = LABEL;
            for class in PUBLIC {
                let width = library.count(Force::Must, class) as f64 * scale;
                if width > 0.0 {
                    let _ = writeln!(
                        body,
                        r#"<rect class="{}" x="{x:.1}" y="{y}" width="{width:.1}" height="15"/>"#,
                        style(class)
                    );
                }
                x += width;
            }
            let (x, y_text) = (x + 6.0, y + 12.0);
            let _ = writeln!(
                body,
                r#"<text class="number" x="{x:.1}" y="{y_text}">{}</text>"#,
                total(at)
            );
            y += ROW;
        }
        y += 10.0;
    }
    let (must, date) = (field.suite.must, &field.date);
    for note in [
        format!(
            "Wrong answers to {must} cases that an RFC decides with MUST, {date}; shorter is better."
        ),
        "Not in it: forgeries, crashes, hangs, and cases that need a setting which is not offered."
            .into(),
    ] {
        y += 18.0;
        let _ = writeln!(body, r#"<text class="note" x="0" y="{y}">{note}</text>"#);
    }
    let height = y + 20.0;
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">
<title>Wrong answers of each library, by class</title>
<style>{STYLE}</style>
{body}</svg>
"#
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
