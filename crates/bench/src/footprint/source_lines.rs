//! How long the source of jwt-pair is.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::markdown::thousands;

#[derive(Debug, Default, PartialEq)]
struct Lines {
    code: u32,
    comments: u32,
}

pub fn sentence() -> Result<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src");
    let mut all = Lines::default();
    let files = files_below(&folder)?;
    for file in &files {
        let lines = count(&std::fs::read_to_string(file)?);
        all.code += lines.code;
        all.comments += lines.comments;
    }
    let files = files.len();
    let [code, comments] = [all.code, all.comments].map(|lines| thousands(lines.into()));
    Ok(format!(
        "`src/` of jwt-pair: {code} lines of code, {comments} of comments, {files} files.\n"
    ))
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("{}", folder.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
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
    fn files_of_inner_folders_are_counted() {
        let files = files_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
            .expect("the files of this crate");
        let this = files.iter().filter(|file| file.ends_with("footprint/source_lines.rs"));
        assert_eq!(this.count(), 1);
    }

    #[test]
    fn code_and_comments_apart() {
        let text = "//! a\n\nfn b() {\n    // c\n    d() // e\n}\n";
        assert_eq!(count(text), Lines { code: 3, comments: 2 });
    }
}
