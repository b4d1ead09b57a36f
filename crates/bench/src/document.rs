//! The parts of docs/PERFORMANCE.md that are written by programs, each between two marks.

use std::io::{Error, Result};
use std::path::{Path, PathBuf};

/// The repository's docs/.
pub fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

/// What stands between the marks of this name.
pub fn part<'t>(text: &'t str, name: &str) -> Result<&'t str> {
    let [begin, end] = marks(name);
    let missing = |mark: &str| Error::other(format!("there is no {mark}"));
    let after = text.split_once(&begin).ok_or_else(|| missing(&begin))?.1;
    Ok(after.split_once(&end).ok_or_else(|| missing(&end))?.0)
}

/// The text with something else between the marks of this name.
pub fn with_part(text: &str, name: &str, new: &str) -> Result<String> {
    let [begin, end] = marks(name);
    let old = part(text, name)?;
    Ok(text.replacen(&format!("{begin}{old}{end}"), &format!("{begin}{new}{end}"), 1))
}

/// Into docs/PERFORMANCE.md.
pub fn write_parts(parts: &[(&str, String)]) -> Result<()> {
    let path = docs().join("PERFORMANCE.md");
    let text = std::fs::read_to_string(&path)?;
    let written = parts.iter().try_fold(text, |text, (name, new)| with_part(&text, name, new))?;
    std::fs::write(path, written)
}

fn marks(name: &str) -> [String; 2] {
    [format!("<!-- {name}, written by a program -->"), format!("<!-- end of {name} -->")]
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "x\n<!-- a, written by a program -->\nold\n<!-- end of a -->\nz\n";

    #[test]
    fn a_part_is_found_and_replaced() {
        assert_eq!(part(TEXT, "a").expect("it is there"), "\nold\n");
        let new = with_part(TEXT, "a", "\nnew\n").expect("it is there");
        assert_eq!(new, TEXT.replace("old", "new"));
    }

    #[test]
    fn a_part_that_is_not_there_is_named() {
        let error = part(TEXT, "b").expect_err("there is no such part");
        assert_eq!(error.to_string(), "there is no <!-- b, written by a program -->");
    }
}
