//! The shape that the documentation promises: imports go one way, files are short.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("a file")
}

fn names(folder: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let Ok(files) = fs::read_dir(folder) else { return Vec::new() };
    files.map(|file| file.expect("a file").file_name().into_string().expect("UTF-8")).collect()
}

/// The modules in the order of "Reading order" in `src/lib.rs`.
fn reading_order() -> Vec<String> {
    let lib = read("src/lib.rs");
    let (_, section) = lib.split_once("//! # Reading order").expect("a section");
    let (section, _) = section.split_once("#![forbid").expect("an end");
    section.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The files of a module: one, or those of its folder.
fn files(module: &str) -> Vec<String> {
    let inner = names(&format!("src/{module}"));
    if inner.is_empty() {
        return vec![format!("src/{module}.rs")];
    }
    let rust = inner.into_iter().filter(|name| name.ends_with(".rs"));
    rust.map(|name| format!("src/{module}/{name}")).collect()
}

/// Lines that are neither blank nor comments.
fn code(file: &str) -> Vec<String> {
    let source = read(file);
    let lines = source.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.filter(|line| !line.starts_with("//")).map(str::to_owned).collect()
}

#[test]
fn the_reading_order_names_every_module() {
    let modules: BTreeSet<String> =
        names("src").into_iter().map(|name| name.replace(".rs", "")).collect();
    let others = ["lib".to_owned(), "main".to_owned()];
    let named: BTreeSet<String> = reading_order().into_iter().chain(others).collect();
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
    assert!(imports > 40, "only {imports} imports were seen");
}

#[test]
fn no_file_has_more_than_200_lines_of_code() {
    for file in reading_order().iter().flat_map(|module| files(module)) {
        let lines = code(&file).len();
        assert!((1..=200).contains(&lines), "{file} has {lines}");
    }
}
