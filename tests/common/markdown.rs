//! As much of Markdown as the project's documents use.

/// One row of a table, under the last heading of the second level.
pub(crate) struct Row {
    pub(crate) heading: String,
    columns: Vec<String>,
    pub(crate) cells: Vec<String>,
}

impl Row {
    /// The cell of the column that is named so.
    pub(crate) fn cell(&self, column: &str) -> Option<&str> {
        let at = self.columns.iter().position(|other| other == column)?;
        self.cells.get(at).map(String::as_str)
    }
}

/// The rows of all tables, each with as many cells as its table has columns, none of them empty.
pub(crate) fn rows(document: &str) -> Vec<Row> {
    let (mut heading, mut columns, mut rows) = (String::new(), Vec::new(), Vec::new());
    for line in document.lines() {
        if let Some(text) = line.strip_prefix("## ") {
            heading = text.to_owned();
        }
        let Some(line) = line.strip_prefix("| ").and_then(|line| line.strip_suffix(" |")) else {
            if !line.starts_with("|---") {
                assert!(!line.starts_with('|'), "not a row: {line}");
                columns = Vec::new();
            }
            continue;
        };
        let cells: Vec<String> = line.split('|').map(|cell| cell.trim().to_owned()).collect();
        if columns.is_empty() {
            columns = cells;
            continue;
        }
        assert_eq!(cells.len(), columns.len(), "{line}");
        assert!(cells.iter().all(|cell| !cell.is_empty()), "an empty cell: {line}");
        rows.push(Row { heading: heading.clone(), columns: columns.clone(), cells });
    }
    rows
}

/// What stands between backticks.
pub(crate) fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}
