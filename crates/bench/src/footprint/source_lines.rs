//! How long the source of jwt-pair is.

use std::path::Path;

use anyhow::{Context as _, Result};

use crate::markdown::thousands;

#[derive(Debug, Default, PartialEq)]
struct Lines {
    code: u32,
    comments: u32,
}

pub fn sentence() -> Result<String> {
    let mut all = Lines::default();
    let mut files = 0;
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).with_context(|| format!("{}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let lines = count(&std::fs::read_to_string(path)?);
            all.code += lines.code;
            all.comments += lines.comments;
            files += 1;
        }
    }
    let [code, comments] = [all.code, all.comments].map(|lines| thousands(lines.into()));
    Ok(format!(
        "`src/` of jwt-pair: {code} lines of code, {comments} of comments, {files} files.\n"
    ))
}

/// Blank lines are neither. The source has no comments but those of whole lines.
fn count(text: &str) -> Lines {
    let mut lines = Lines::default();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if line.starts_with("//") {
            lines.comments += 1;
        } else {
            lines.code += 1;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_and_comments_apart() {
        let text = "//! a\n\nfn b() {\n    // c\n    d() // e\n}\n";
        assert_eq!(count(text), Lines { code: 3, comments: 2 });
    }
}
