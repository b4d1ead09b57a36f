//! Imports go one way, and no file is long.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::fs;

use common::root;

/// The modules in the order of "Reading order" in `src/lib.rs`.
fn order() -> Vec<String> {
    let lib = include_str!("../src/lib.rs");
    let (_, text) = lib.split_once("# Reading order").unwrap();
    let (text, _) = text.split_once("\n\n").unwrap();
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn a_module_imports_only_those_before_it_and_has_at_most_200_lines() {
    let order = order();
    let folder = root().join("crates/cli/src");
    let mut seen = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let module = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let source = fs::read_to_string(&path).unwrap();
        let is_code = |line: &&str| !line.trim().is_empty() && !line.trim().starts_with("//");
        let lines = source.lines().filter(is_code).count();
        assert!((1..=200).contains(&lines), "{module} has {lines} lines of code");
        if module == "main" || module == "lib" {
            continue;
        }
        let place = |name: &str| order.iter().position(|module| module == name);
        let own = place(&module).unwrap_or_else(|| panic!("{module} is not in the reading order"));
        for import in source.split("crate::").skip(1) {
            let name = import.split(|c: char| c != '_' && !c.is_alphanumeric()).next().unwrap();
            let other = place(name).unwrap_or_else(|| panic!("{module} imports {name}"));
            assert!(other < own, "{module} imports {name}");
        }
        seen.push(module);
    }
    assert_eq!(seen.len(), order.len(), "{seen:?}");
}
