//! The shape that the documentation promises: imports go one way, files are short, five dependencies.

extern crate alloc;

use alloc::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::common;

use common::markdown::quoted;
use common::sources::{code, read, root, rust_files};

/// What one person reads in one sitting.
const MOST_LINES_OF_A_FILE: usize = 200;
const MOST_LINES_OF_CODE: usize = 2_920;

/// The modules in the order of "Reading order" in `src/lib.rs`, such as `json::value`.
fn reading_order() -> Vec<String> {
    let lib = read("src/lib.rs");
    let (_, section) = lib.split_once("//! # Reading order").unwrap();
    let section = section.lines().skip(1).take_while(|line| line.starts_with("//!"));
    let section = section.map(|line| line.trim_start_matches("//!").trim_start());
    let section: Vec<&str> = section.take_while(|line| !line.starts_with('#')).collect();
    quoted(&section.join("\n")).map(str::to_owned).collect()
}

/// `json::value` for `src/json/value.rs`, `json` for `src/json/mod.rs` or `src/json.rs`.
fn module_path(file: &str) -> String {
    let path = file.trim_start_matches("src/").trim_end_matches(".rs");
    path.trim_end_matches("/mod").replace('/', "::")
}

/// The source of each module but the crate's root.
fn modules() -> BTreeMap<String, String> {
    let files = rust_files("src").into_iter().filter(|file| file != "src/lib.rs");
    files.map(|file| (module_path(&file), read(&file))).collect()
}

/// A folder may be named as a whole: then its own modules stand at its place.
#[test]
fn the_reading_order_names_every_module_once() {
    let (order, modules) = (reading_order(), modules());
    let named: BTreeSet<&String> = order.iter().collect();
    assert_eq!(named.len(), order.len(), "a module is named twice");
    let unknown: Vec<_> = named.iter().filter(|named| !modules.contains_key(**named)).collect();
    assert!(unknown.is_empty(), "no modules: {unknown:?}");
    let outermost = modules.keys().filter(|module| !module.contains("::"));
    let missing: Vec<_> = outermost.filter(|module| !named.contains(module)).collect();
    assert!(missing.is_empty(), "not in the reading order: {missing:?}");
}

/// Where the module stands in the reading order: it, or the innermost folder of it that is named.
fn place(module: &str, order: &[String]) -> usize {
    let ends = module.match_indices("::").map(|(at, _)| at).chain([module.len()]);
    let paths: Vec<&str> = ends.filter_map(|end| module.get(..end)).collect();
    let mut places = paths.iter().rev().filter_map(|path| order.iter().position(|o| o == path));
    places.next().unwrap()
}

/// A module that imports itself by way of others, if there is one.
fn circle(imports: &BTreeMap<String, BTreeSet<String>>) -> Option<&String> {
    imports.keys().find(|start| {
        let (mut open, mut seen) = (vec![*start], BTreeSet::new());
        while let Some(module) = open.pop() {
            for next in imports.get(module).into_iter().flatten().filter(|next| *next != module) {
                if next == *start {
                    return true;
                }
                if seen.insert(next) {
                    open.push(next);
                }
            }
        }
        false
    })
}

/// The known modules whose items a source uses: after `crate::`, `super::` or `self::`, or after the
/// name of a module within its own. A `pub use` passes an item on, and is no use of it.
fn imports(module: &str, source: &str, known: &[String]) -> BTreeSet<String> {
    let source: Vec<&str> = code(source).map(|line| line.split(" //").next().unwrap()).collect();
    let source = source.join(" ");
    let statements = source.split_inclusive(';').filter(|statement| {
        let statement = statement.trim_start();
        !(statement.starts_with("pub") && statement.contains(" use "))
    });
    let source: String = statements.collect();
    let parent = module.rsplit_once("::").map_or("", |(parent, _)| parent);
    let within = known.iter().filter_map(|path| path.strip_prefix(module)?.strip_prefix("::"));
    let roots = [("crate", ""), ("super", parent), ("self", module)];
    let roots = roots.into_iter().map(|(word, base)| (format!("{word}::"), base.to_owned()));
    let within = within.map(|name| (format!("{name}::"), format!("{module}::{name}")));
    let mut found = BTreeSet::new();
    for (word, base) in roots.chain(within) {
        for (start, _) in source.match_indices(&word) {
            let (before, after) = source.split_at(start);
            if before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            for item in items(after.get(word.len()..).unwrap()) {
                let path = format!("{base}::{item}");
                let path = path.trim_start_matches("::");
                let ends = path.match_indices("::").map(|(at, _)| at).chain([path.len()]);
                let prefixes = ends.filter_map(|end| path.get(..end));
                let longest =
                    prefixes.filter(|path| known.iter().any(|known| known == path)).last();
                found.extend(longest.map(str::to_owned));
            }
        }
    }
    found
}

/// `a::b` of `a::b;`, and `a::b` and `a::c::d` of `a::{b, c::d}`.
fn items(text: &str) -> Vec<String> {
    let end = text.find(|c: char| c != '_' && c != ':' && !c.is_alphanumeric());
    let (path, rest) = text.split_at(end.unwrap_or(text.len()));
    let Some(inner) = rest.strip_prefix('{').filter(|_| path.is_empty() || path.ends_with("::"))
    else {
        return vec![path.trim_end_matches("::").to_owned()];
    };
    let (mut depth, mut start, mut all) = (0, 0, Vec::new());
    for (at, c) in inner.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                let item = inner.get(start..at).unwrap().trim();
                all.extend(items(item).into_iter().map(|item| format!("{path}{item}")));
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    all
}

#[test]
fn a_module_imports_only_those_before_it() {
    let (order, modules) = (reading_order(), modules());
    let known: Vec<String> = modules.keys().cloned().collect();
    let imports: BTreeMap<String, BTreeSet<String>> = modules
        .iter()
        .map(|(module, source)| (module.clone(), imports(module, source, &known)))
        .collect();
    let mut seen = 0;
    for (module, imports) in &imports {
        for import in imports {
            let is_before = place(import, &order) <= place(module, &order);
            assert!(is_before, "{module} imports {import}");
            seen += 1;
        }
    }
    assert!(seen > 50, "only {seen} imports were seen");
    assert_eq!(circle(&imports), None, "a circle of imports");
}

#[test]
fn a_circle_of_imports_is_found() {
    let imports = |edges: &[(&str, &str)]| {
        let mut imports: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (from, to) in edges {
            imports.entry((*from).to_owned()).or_default().insert((*to).to_owned());
        }
        imports
    };
    assert_eq!(circle(&imports(&[("a", "b"), ("b", "c"), ("a", "c")])), None);
    assert_eq!(circle(&imports(&[("a", "a")])), None);
    let found = imports(&[("a", "b"), ("b", "c"), ("c", "b")]);
    assert_eq!(circle(&found).map(String::as_str), Some("b"));
}

#[test]
fn the_search_for_imports_finds_each_form() {
    let known = ["a", "b", "b::c", "d", "d::e"].map(str::to_owned);
    for (module, source, expected) in [
        ("d", "use crate::a::Name;", ["a"].as_slice()),
        ("d", "use crate::{a::Name, b::{c::Other, Third}};", &["a", "b", "b::c"]),
        ("d", "use crate::{\n    a,\n    b::c,\n};", &["a", "b::c"]),
        ("d", "let x = crate::b::c::f(crate::a::g());", &["a", "b::c"]),
        ("d", "// use crate::a;\nfn f() {}", &[]),
        ("d", "mod e;\npub use e::Name;\npub(crate) use crate::a::Other;", &[]),
        ("d", "mod e;\nuse e::Name;", &["d::e"]),
        ("d", "mod e;\nfn f() { e::g(); self::e::h() }", &["d::e"]),
        ("d::e", "use super::{Name, f};\nuse crate::a;", &["a", "d"]),
        ("b::c", "use super::Name;", &["b"]),
        ("d", "use crate::Error;", &[]),
        ("d", "mycrate::a::f()", &[]),
    ] {
        let found: Vec<String> = imports(module, source, &known).into_iter().collect();
        assert_eq!(found, expected, "{source}");
    }
}

#[test]
fn no_file_is_longer_than_one_sitting_allows_nor_is_all_of_it() {
    let mut all = 0;
    for file in rust_files("src") {
        let lines = code(&read(&file)).count();
        assert!((1..=MOST_LINES_OF_A_FILE).contains(&lines), "{file} has {lines} lines of code");
        all += lines;
    }
    assert!((1_000..=MOST_LINES_OF_CODE).contains(&all), "src has {all} lines of code");
}

#[test]
fn there_are_five_dependencies_and_no_others() {
    // In a package, cargo's own form of the manifest stands in the place of the one that was written.
    let written = root().join("Cargo.toml.orig");
    let manifest = fs::read_to_string(written).unwrap_or_else(|_| read("Cargo.toml"));
    let (_, section) = manifest.split_once("\n[dependencies]\n").unwrap();
    let (section, _) = section.split_once("\n[").unwrap();
    let names = section.lines().filter_map(|line| line.split_once(" = ")).map(|(name, _)| name);
    let names: Vec<_> = names.filter(|name| !name.starts_with('#')).collect();
    assert_eq!(names, ["base64", "hmac", "serde_core", "serde_json", "sha2"]);
    assert_eq!(manifest.matches("dependencies]").count(), 1, "dev- or build-dependencies");
}
