//! The Rust code of `docs/MIGRATION.md` is the code that its test runs.

use super::common;
use super::documents::is_left_out;

use common::sources::read;

const PAGE: &str = "docs/MIGRATION.md";

/// Each block of Rust, with the comment of the line before it: the file in which it stands.
fn blocks(page: &str) -> Vec<(String, String)> {
    let lines: Vec<&str> = page.lines().collect();
    let mut found = Vec::new();
    for (at, line) in
        lines.iter().enumerate().filter(|(_, line)| line.trim().starts_with("```rust"))
    {
        let indent = line.len() - line.trim_start().len();
        let before = lines[at.checked_sub(1).unwrap()].trim();
        let file = before.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->"));
        let file = file.unwrap_or_else(|| panic!("line {at}: no file is named before the block"));
        let code = lines[at + 1..].iter().take_while(|line| line.trim() != "```");
        let code = code.map(|line| format!("{}\n", line.get(indent..).unwrap_or_default()));
        found.push((file.to_owned(), code.collect()));
    }
    found
}

#[test]
fn each_block_of_rust_stands_in_the_file_that_the_test_runs() {
    let blocks = blocks(&read(PAGE));
    assert!(blocks.len() > 10, "only {} blocks were seen", blocks.len());
    for (file, code) in blocks.iter().filter(|(file, _)| !is_left_out(file)) {
        assert!(read(file).contains(code), "not in {file}:\n{code}");
    }
}

#[test]
fn the_steps_are_numbered_without_a_gap() {
    let page = read(PAGE);
    let headings = page.lines().filter_map(|line| line.strip_prefix("### ")?.split_once(". "));
    let numbers: Vec<usize> = headings.map(|(number, _)| number.parse().unwrap()).collect();
    assert_eq!(numbers, (1..=13).collect::<Vec<_>>());
}

#[test]
fn the_search_for_blocks_takes_the_indent_away() {
    let page = "<!-- a.rs -->\n```rust,ignore\nfn a() {\n\n    b()\n}\n```\n\n   <!-- c.rs -->\n   ```rust\n   c\n   ```\n";
    let expected = [("a.rs", "fn a() {\n\n    b()\n}\n"), ("c.rs", "c\n")];
    assert_eq!(blocks(page), expected.map(|(file, code)| (file.to_owned(), code.to_owned())));
}
