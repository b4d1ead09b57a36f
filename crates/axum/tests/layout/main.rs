//! The shape that the documentation promises: imports go one way, and all of it is short.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The modules in the order of "Reading order" in `src/lib.rs`.
fn reading_order() -> Vec<String> {
    let lib = read("src/lib.rs");
    let (_, section) = lib.split_once("//! # Reading order").unwrap();
    let (section, _) = section.split_once("#![").unwrap();
    section.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The files of a module: one, or those of its folder.
fn files(module: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(module);
    let Ok(files) = fs::read_dir(folder) else { return vec![format!("src/{module}.rs")] };
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    names.map(|name| format!("src/{module}/{name}")).collect()
}

/// Lines that are neither blank nor comments.
fn code(file: &str) -> Vec<String> {
    let source = read(file);
    let lines = source.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.filter(|line| !line.starts_with("//")).map(str::to_owned).collect()
}

#[test]
fn the_reading_order_names_every_module() {
    let files = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let modules: BTreeSet<_> = names.map(|name| name.replace(".rs", "")).collect();
    let named: BTreeSet<_> = reading_order().into_iter().chain(["lib".to_owned()]).collect();
    assert_eq!(modules, named);
}

#[test]
fn a_module_imports_only_those_before_it() {
    let order = reading_order();
    let mut imports = 0;
    for (place, module) in order.iter().enumerate() {
        for line in files(module).iter().flat_map(|file| code(file)) {
            for import in line.split("crate::").skip(1) {
                let name: String =
                    import.chars().take_while(|c| *c == '_' || c.is_ascii_lowercase()).collect();
                let before = order.iter().take(place).any(|other| *other == name);
                assert!(before, "{module} imports {name}: {line}");
                imports += 1;
            }
        }
    }
    assert!(imports > 30, "only {imports} imports were seen");
}

#[test]
fn no_file_has_more_than_200_lines_of_code_nor_the_crate_more_than_1000() {
    let mut all = code("src/lib.rs").len();
    for file in reading_order().iter().flat_map(|module| files(module)) {
        let lines = code(&file).len();
        assert!((1..=200).contains(&lines), "{file} has {lines}");
        all += lines;
    }
    assert!(all <= 1_000, "{all} lines of code");
}

#[test]
fn nothing_panics_and_nothing_is_unsafe() {
    assert!(read("src/lib.rs").contains("#![forbid(unsafe_code)]"));
    let manifest = read("Cargo.toml");
    for lint in ["expect_used", "indexing_slicing", "panic", "unwrap_used", "string_slice"] {
        assert!(manifest.contains(&format!("\n{lint} = \"deny\"")), "{lint}");
    }
}

#[test]
fn each_test_that_the_readme_names_is_there() {
    let readme = read("README.md");
    let (_, rules) = readme.split_once("| rule | tests |").unwrap();
    let (rules, _) = rules.split_once("\n\n").unwrap();
    let named: Vec<_> = rules.split('`').skip(1).step_by(2).collect();
    for test in &named {
        let (module, function) = test.split_once("::").unwrap();
        let source = read(&format!("tests/http/{module}.rs"));
        let (before, _) = source.split_once(&format!("fn {function}()")).unwrap();
        let attribute = before.trim_end_matches("async ").lines().next_back().unwrap();
        assert!(["#[test]", "#[tokio::test]"].contains(&attribute), "{test}: {attribute}");
    }
    assert_eq!(rules.lines().filter(|line| line.starts_with("| ")).count(), 8);
    assert!(named.len() > 20, "{named:?}");
}
