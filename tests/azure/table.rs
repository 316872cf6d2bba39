//! Reads the tables: tab-separated, the first line names the columns.

use std::fmt;

/// A row, with the line that a failure quotes.
pub(super) struct Row {
    header: &'static str,
    line: &'static str,
    number: usize,
}

/// The rows of a table.
pub(super) fn rows(text: &'static str) -> Vec<Row> {
    let (header, body) = text.split_once('\n').expect("a table has a header");
    let numbered = body.lines().zip(2..);
    numbered
        .map(|(line, number)| Row {
            header,
            line,
            number,
        })
        .collect()
}

/// The value of `name` in `name=value;name=value`.
pub(super) fn option<'a>(options: &'a str, name: &str) -> Option<&'a str> {
    // Not split at "=": a value such as "N>=remaining" has one too.
    let value = |option: &'a str| option.strip_prefix(name)?.strip_prefix('=');
    options.split(';').find_map(value)
}

impl Row {
    /// The cell in this column.
    pub(super) fn cell(&self, column: &str) -> &'static str {
        let mut cells = self.header.split('\t').zip(self.line.split('\t'));
        let cell = cells.find(|(name, _)| *name == column);
        cell.unwrap_or_else(|| panic!("no column {column}: {self}"))
            .1
    }

    /// The expected status and code.
    pub(super) fn status_and_code(&self) -> (String, String) {
        (
            self.cell("http_status").to_owned(),
            self.cell("error_code").to_owned(),
        )
    }

    /// What follows `prefix` in the note, up to the next semicolon.
    pub(super) fn note_value(&self, prefix: &str) -> Option<&'static str> {
        let (_, value) = self.cell("note").split_once(prefix)?;
        value.split(';').next()
    }

    /// Whether nobody has confirmed the row's code.
    pub(super) fn has_inferred_code(&self) -> bool {
        self.cell("note").contains("code:inferred")
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {}: {}", self.number, self.line)
    }
}
