//! The documents say what is there: each file and each test that they name exists, and what they must
//! cover is covered. A test that is renamed fails this one.

extern crate alloc;

use alloc::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;

use super::common;

use common::markdown::{Row, quoted, rows};
use common::sources::{self, read, root, rust_files};

/// Its profile names the files of the code that was measured.
const MEASURED: &str = "docs/PERFORMANCE.md";

/// Not in the package, so that what is in them cannot be looked for there.
const OUTSIDE_THE_PACKAGE: [&str; 6] =
    ["crates", "fuzz", ".ci", "tests/interop", "tests/migration", "deny.toml"];

/// What `docs/CONFORMANCE.md` must speak of: RFC 8725 whole, of the others what concerns HS256 tokens.
const SECTIONS: [(&str, &str); 5] = [
    (
        "7515",
        "2 3 3.1 3.2 3.3 4 4.1 4.1.1 4.1.2 4.1.3 4.1.4 4.1.5 4.1.6 4.1.7 4.1.8 4.1.9 4.1.10 4.1.11 4.2 4.3 \
         5 5.1 5.2 5.3 6 7.1 10 10.1 10.2 10.3 10.4 10.5 10.6 10.7 10.8 10.9 10.10 10.11 10.12 10.13",
    ),
    ("7518", "3.2"),
    (
        "7519",
        "2 3 3.1 4 4.1 4.1.1 4.1.2 4.1.3 4.1.4 4.1.5 4.1.6 4.1.7 4.2 4.3 5 5.1 5.2 5.3 6 6.1 7 7.1 7.2 7.3 8 \
         11 11.1 11.2 12",
    ),
    ("8725", "1 2 3 3.1 3.2 3.3 3.4 3.5 3.6 3.7 3.8 3.9 3.10 3.11 3.12"),
    ("4648", "3 3.1 3.2 3.3 3.4 3.5 5"),
];

/// What `docs/ATTACKS.md` must speak of at the least.
const ATTACKS: [&str; 24] = [
    "`alg: none`",
    "Spellings of `none`",
    "RS/HS confusion",
    "Empty key",
    "Short key",
    "Blank MAC",
    "Truncated MAC",
    "Claims of the wrong type (CVE-2026-25537",
    "Forged but expired (CVE-2024-51744",
    "Dot flood (CVE-2025-30204",
    "`crit` ignored (CVE-2025-59420",
    "Base64 malleability",
    "Duplicate names",
    "Escaped names",
    "Array for a struct",
    "Kind confusion",
    "`kid` injection",
    "Embedded `jwk`",
    "Nested token",
    "Compressed token",
    "Depth bomb",
    "Size bomb",
    "Integer wrap",
    "Feature unification in serde_json",
];

/// Whether the text is the path of a source file, of this crate or of a companion.
fn is_source(text: &str) -> bool {
    let of_companion = text.starts_with("crates/") && text.contains("/src/");
    (text.starts_with("src/") || of_companion) && text.ends_with(".rs")
}

/// The documents whose links, files and tests are checked: those of the root and of `docs`.
pub(super) fn documents() -> Vec<String> {
    let names = |folder: &str| -> Vec<String> {
        let entries = fs::read_dir(root().join(folder)).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.ends_with(".md")).collect()
    };
    let of_docs = names("docs").into_iter().map(|name| format!("docs/{name}"));
    names(".").into_iter().chain(of_docs).collect()
}

/// Whether the path is of a folder that a package leaves out, and this is a package.
pub(super) fn is_left_out(path: &str) -> bool {
    let is_package = root().join("Cargo.toml.orig").exists();
    let outside = |folder: &&str| Path::new(path).starts_with(folder);
    is_package
        && OUTSIDE_THE_PACKAGE.iter().find(|folder| outside(folder)).is_some_and(|folder| {
            let is_absent = !root().join(folder).exists();
            assert!(is_absent, "{folder} is in the package, so {path} can be looked for");
            is_absent
        })
}

/// A test as a document names it: `module::function`, or `crates/bench/tests/module.rs::function`,
/// of which the first folders say whether a package has it.
struct Named<'t> {
    place: &'t str,
    function: &'t str,
}

/// The tests that a text names. Items of the crate have capitals, and are no tests.
fn tests(text: &str) -> Vec<Named<'_>> {
    let is_snake = |text: &str| {
        text.bytes().all(|b| b == b'_' || b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    let named = quoted(text).filter_map(|text| text.rsplit_once("::"));
    let named = named.filter(|(place, function)| {
        is_snake(function) && !function.is_empty() && (is_snake(place) || place.ends_with(".rs"))
    });
    named.map(|(place, function)| Named { place, function }).collect()
}

/// The sources in which a test may stand, each with the name of its module.
fn test_sources() -> &'static [(String, String)] {
    static SOURCES: OnceLock<Vec<(String, String)>> = OnceLock::new();
    SOURCES.get_or_init(|| {
        let files = ["tests", "crates", "fuzz"].into_iter().flat_map(rust_files);
        files.map(|file| (sources::module(&file).to_owned(), read(&file))).collect()
    })
}

/// Whether the source has a test of that name.
fn has_test(source: &str, function: &str) -> bool {
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let is_it = |line: &str| {
        let line = line.strip_prefix("async ").unwrap_or(line);
        line.strip_prefix("fn ")
            .and_then(|line| line.strip_prefix(function))
            .is_some_and(|rest| rest.starts_with('('))
    };
    let is_test = |line: &&str| line.starts_with("#[test") || line.starts_with("#[tokio::test");
    lines.iter().enumerate().filter(|(_, line)| is_it(line)).any(|(at, _)| {
        let before = lines.get(..at).unwrap_or_default();
        before.iter().rev().take_while(|line| line.starts_with('#')).any(is_test)
    })
}

/// The test is in a module of that name, wherever the module stands.
#[track_caller]
fn assert_is_test(named: &Named<'_>) {
    let Named { place, function } = named;
    if is_left_out(place) {
        return;
    }
    let module = sources::module(place);
    let sources = || test_sources().iter().filter(|(name, _)| name == module);
    assert!(sources().next().is_some(), "no module {module}: {place}::{function}");
    let found = sources().any(|(_, source)| has_test(source, function));
    assert!(found, "{module} has no test {function}");
}

/// The links of the text, but those to other hosts.
fn links(document: &str) -> impl Iterator<Item = &str> {
    let links = document.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    links.filter(|link| !link.contains("://"))
}

/// Whether the file of the link is there, and has the heading that the link names. A package, too, has
/// no link that leads nowhere: `.ci/release` takes away those that leave it.
fn leads_somewhere(document: &str, link: &str) -> bool {
    let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = match file {
        "" => document.to_owned(),
        file => plain(&Path::new(document).with_file_name(file)),
    };
    root().join(&target).exists()
        && (anchor.is_empty() || read(&target).lines().any(|line| heading(line) == anchor))
}

/// The path without `..`, from the root.
fn plain(path: &Path) -> String {
    let mut plain = PathBuf::new();
    for part in path.components() {
        if part == Component::ParentDir {
            assert!(plain.pop(), "{} leaves the project", path.display());
        } else {
            plain.push(part);
        }
    }
    plain.to_str().unwrap().to_owned()
}

/// The anchor of a heading: small letters, digits and hyphens. Other lines have none.
fn heading(line: &str) -> String {
    let text = line.strip_prefix('#').map(|text| text.trim_start_matches('#').trim());
    let text = text.unwrap_or_default().to_lowercase().replace(' ', "-");
    text.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect()
}

/// Every file and every test that the document names is there; how many tests it names.
#[track_caller]
fn assert_names_what_is_there(path: &str) -> usize {
    let document = read(path);
    for file in quoted(&document).filter(|text| is_source(text)) {
        assert!(is_left_out(file) || root().join(file).is_file(), "{path} names {file}");
    }
    let tests = tests(&document);
    tests.iter().for_each(assert_is_test);
    assert_links_lead_somewhere(path);
    tests.len()
}

#[track_caller]
fn assert_links_lead_somewhere(path: &str) {
    for link in links(&read(path)) {
        assert!(leads_somewhere(path, link), "{path} links to {link}");
    }
}

#[test]
fn conformance() {
    let tests = assert_names_what_is_there("docs/CONFORMANCE.md");
    assert!(tests > 150, "only {tests} tests were seen");
    let mut covered = BTreeSet::new();
    for row in rows(&read("docs/CONFORMANCE.md")) {
        assert_names_files_and_tests(&row);
        let of_heading = row.heading.strip_prefix("RFC ").and_then(|rest| rest.get(..4));
        let place = match (of_heading, row.cell("place")) {
            (Some(rfc), _) => format!("RFC {rfc} {}", row.cell("§").unwrap()),
            (None, place) => place.unwrap_or_default().to_owned(),
        };
        let mut rfc = "";
        for word in place.split([' ', ',']) {
            match word.strip_prefix('§') {
                Some(section) => drop(covered.insert((rfc.to_owned(), section.to_owned()))),
                None if word != "RFC" && !word.is_empty() => {
                    rfc = SECTIONS.iter().find(|(rfc, _)| *rfc == word).unwrap().0;
                }
                None => {}
            }
        }
    }
    let listed = SECTIONS.iter().flat_map(|(rfc, sections)| {
        sections.split_whitespace().map(|section| ((*rfc).to_owned(), section.to_owned()))
    });
    assert_eq!(covered, listed.collect());
}

#[test]
fn attacks() {
    let tests = assert_names_what_is_there("docs/ATTACKS.md");
    assert!(tests > 100, "only {tests} tests were seen");
    let rows = rows(&read("docs/ATTACKS.md"));
    rows.iter().for_each(assert_names_files_and_tests);
    for attack in ATTACKS {
        let is_there = |row: &Row| row.cell("attack").is_some_and(|cell| cell.starts_with(attack));
        assert!(rows.iter().any(is_there), "{attack} is missing");
    }
}

/// A column that says where names a file of the source, and one for tests names a test.
#[track_caller]
fn assert_names_files_and_tests(row: &Row) {
    for place in [row.cell("in"), row.cell("stopped")].into_iter().flatten() {
        assert!(quoted(place).any(is_source), "no file: {:?}", row.cells);
    }
    if let Some(cell) = row.cell("test") {
        assert_eq!(tests(cell).len(), quoted(cell).count(), "no test: {:?}", row.cells);
        assert!(!tests(cell).is_empty(), "no test: {:?}", row.cells);
    }
}

/// The page of the sessions names files and tests as those of the core do.
#[test]
fn attacks_on_sessions() {
    let page = "crates/sessions/docs/ATTACKS.md";
    if is_left_out(page) {
        return;
    }
    let tests = assert_names_what_is_there(page);
    assert!(tests > 20, "only {tests} tests were seen");
    rows(&read(page)).iter().for_each(assert_names_files_and_tests);
}

#[test]
fn each_document_names_what_is_there() {
    let documents = documents();
    for expected in ["README.md", "SECURITY.md", "CHANGELOG.md", "docs/AUDIT.md", "docs/SCALE.md"] {
        assert!(documents.iter().any(|document| document == expected), "{expected} was not seen");
    }
    for document in documents {
        // The tour names functions, and has tests of its own.
        if document == MEASURED || document == "docs/TOUR.md" {
            assert_links_lead_somewhere(&document);
        } else {
            assert_names_what_is_there(&document);
        }
    }
}

#[test]
fn a_link_that_leads_nowhere_is_found() {
    for (link, leads) in [
        ("AUDIT.md", true),
        ("../src/lib.rs", true),
        ("audit", true),
        ("#the-mac", true),
        ("AUDIT.md#reading-order", true),
        ("AUDIT.md#no-heading", false),
        ("#no-heading", false),
        ("NONE.md", false),
        ("../src/none.rs", false),
        ("src/lib.rs", false),
    ] {
        assert_eq!(leads_somewhere("docs/ATTACKS.md", link), leads, "{link}");
    }
    let text = "[a](b.md), [c](https://d.example/e) and [f](#g)";
    assert_eq!(links(text).collect::<Vec<_>>(), ["b.md", "#g"]);
    assert_eq!(heading("## Not kept, or kept by halves"), "not-kept-or-kept-by-halves");
    assert_eq!(heading("Not a heading"), "");
}

#[test]
fn readme_links_the_evidence_and_its_promises_have_tests() {
    for document in ["README.md", "SECURITY.md", "CHANGELOG.md", "docs/DESIGN.md"] {
        rows(&read(document));
    }
    let readme = read("README.md");
    for document in ["docs/CONFORMANCE.md", "docs/ATTACKS.md", "SECURITY.md"] {
        assert!(readme.contains(&format!("]({document})")), "README.md does not link {document}");
    }
    let promises = rows(&readme).into_iter().filter(|row| row.cell("reported").is_some());
    let promises: Vec<Row> = promises.collect();
    assert!(!promises.is_empty(), "README.md has no table of promises");
    for row in promises {
        for name in quoted(row.cell("test").unwrap()) {
            let (place, function) = name.rsplit_once("::").unwrap_or(("promises", name));
            assert_is_test(&Named { place, function });
        }
    }
}

#[test]
fn the_search_for_tests_sees_tests_alone() {
    let source = "#[test]\nfn a() {}\n\nfn b() {}\n\n#[test]\n#[cfg(unix)]\nfn c() {}\n\n\
                  #[tokio::test]\nasync fn d() {}\n";
    for (function, expected) in
        [("a", true), ("b", false), ("c", true), ("d", true), ("e", false), ("", false)]
    {
        assert_eq!(has_test(source, function), expected, "{function}");
    }
}
