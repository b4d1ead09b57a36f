//! The files of the repository, found by walking its folders: a test that reads them does not know
//! where a file stands, so that moving one breaks no test.

use std::fs;
use std::path::Path;

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[track_caller]
pub(crate) fn read(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    fs::read_to_string(root().join(path))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every Rust file below the folder, by its path from the root, with `/` and in order. A folder that
/// is not there has none.
pub(crate) fn rust_files(folder: &str) -> Vec<String> {
    let Ok(entries) = fs::read_dir(root().join(folder)) else { return Vec::new() };
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    let mut files = Vec::new();
    for name in names {
        let path = format!("{folder}/{}", name.to_str().unwrap());
        if root().join(&path).is_dir() {
            // What is built there is no source.
            if name != "target" {
                files.extend(rust_files(&path));
            }
        } else if path.ends_with(".rs") {
            files.push(path);
        }
    }
    files
}

/// The name by which a file is known: its own, or its folder's for `main.rs` and `mod.rs`.
pub(crate) fn module(file: &str) -> &str {
    let (folders, name) = file.rsplit_once('/').unwrap_or(("", file));
    match name.trim_end_matches(".rs") {
        "main" | "mod" => folders.rsplit('/').next().unwrap(),
        stem => stem,
    }
}

/// The lines that are neither blank nor comments.
pub(crate) fn code(source: &str) -> impl Iterator<Item = &str> {
    let lines = source.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.filter(|line| !line.starts_with("//"))
}
