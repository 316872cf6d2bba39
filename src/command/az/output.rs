//! `--query` and `--output`: from a document to the text on standard output.
//!
//! `--query` is `JMESPath`, read and applied by the crate `jmespath`. That crate forgets in which
//! order a query names the columns of a table, so that the order is taken from the query's syntax
//! tree.

use std::sync::Arc;

use jmespath::ast::Ast;
use serde_json::{Map, Value};

/// A query has at most so many operators and parentheses: reading one is recursive.
const OPERATORS_MAX: usize = 128;

/// `--output`
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Format {
    /// JSON, indented.
    #[default]
    Json,
    /// Tab-separated values.
    Tsv,
    /// A table for people.
    Table,
    /// YAML.
    Yaml,
    /// Nothing.
    None,
}

impl Format {
    /// The formats by their names. Those in color are the same text here.
    pub const NAMES: [(&'static str, Self); 7] = [
        ("json", Self::Json),
        ("jsonc", Self::Json),
        ("yaml", Self::Yaml),
        ("yamlc", Self::Yaml),
        ("table", Self::Table),
        ("tsv", Self::Tsv),
        ("none", Self::None),
    ];
}

/// What a command prints of the answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Output {
    /// `--query`, which is `JMESPath`.
    pub query: Option<Arc<str>>,
    /// `--output`
    pub format: Format,
    /// `--only-show-errors`: no warnings.
    pub hides_warnings: bool,
    /// `--no-progress`
    pub hides_progress: bool,
}

/// Whether a text is a `JMESPath` query that can be applied.
pub fn is_query(text: &str) -> bool {
    let is_operator = |letter: char| ".[](){}|&!,=<>?*@:".contains(letter);
    text.chars().filter(|letter| is_operator(*letter)).count() <= OPERATORS_MAX
        && jmespath::parse(text).is_ok()
}

/// Which columns a table has where no query names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Columns {
    /// Those of the document.
    Own,
    /// Those that az has for blobs.
    Blobs,
}

impl Output {
    /// The text of a document on standard output.
    ///
    /// # Errors
    ///
    /// az's words, if the query can't be applied to this document.
    pub fn write(&self, document: Value, columns: Columns) -> Result<String, String> {
        let (value, order, columns) = match &self.query {
            None => (document, None, columns),
            Some(query) => {
                let failed = |error: jmespath::JmespathError| {
                    format!("ERROR: Invalid jmespath query supplied for `--query`: {error}\n")
                };
                let expression = jmespath::compile(query).map_err(failed)?;
                let found = expression.search(document).map_err(failed)?;
                let value = serde_json::to_value(&*found).unwrap_or(Value::Null);
                (value, order(expression.as_ast()), Columns::Own)
            }
        };
        if value.is_null() {
            return Ok(String::new());
        }
        Ok(match self.format {
            Format::Json => json(value),
            Format::Tsv => tsv(&value, order.as_deref()),
            Format::Table => match columns {
                Columns::Own => table(&rows(&value, order.as_deref())),
                Columns::Blobs => table(&blob_rows(&value)),
            },
            Format::Yaml => serde_yaml::to_string(&sorted(value)).unwrap_or_default(),
            Format::None => String::new(),
        })
    }
}

/// The keys of the objects that a query makes, as it names them.
fn order(ast: &Ast) -> Option<Vec<String>> {
    match ast {
        Ast::MultiHash { elements, .. } => {
            Some(elements.iter().map(|pair| pair.key.clone()).collect())
        }
        Ast::Projection { lhs, rhs, .. }
        | Ast::Subexpr { lhs, rhs, .. }
        | Ast::And { lhs, rhs, .. }
        | Ast::Or { lhs, rhs, .. } => order(rhs).or_else(|| order(lhs)),
        Ast::Function { args, .. } => args.iter().find_map(order),
        Ast::Flatten { node, .. } | Ast::ObjectValues { node, .. } => order(node),
        Ast::Condition { then, .. } => order(then),
        Ast::Comparison { .. }
        | Ast::Identity { .. }
        | Ast::Expref { .. }
        | Ast::Field { .. }
        | Ast::Index { .. }
        | Ast::Literal { .. }
        | Ast::MultiList { .. }
        | Ast::Not { .. }
        | Ast::Slice { .. } => None,
    }
}

/// The members of an object: as the query names them, else by name.
fn members<'v>(
    object: &'v Map<String, Value>,
    order: Option<&[String]>,
) -> Vec<(&'v str, &'v Value)> {
    let mut members: Vec<(&str, &Value)> = object
        .iter()
        .map(|(key, value)| (key.as_str(), value))
        .collect();
    let place = |key: &str| {
        let place = |order: &[String]| order.iter().position(|named| named == key);
        order.and_then(place)
    };
    members.sort_by(|(one, _), (other, _)| (place(one), one).cmp(&(place(other), other)));
    members
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        Value::Object(object) => {
            let mut members: Vec<(String, Value)> = object.into_iter().collect();
            members.sort_by(|(one, _), (other, _)| one.cmp(other));
            let members = members.into_iter().map(|(key, value)| (key, sorted(value)));
            Value::Object(members.collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

fn json(value: Value) -> String {
    let text = serde_json::to_string_pretty(&sorted(value));
    let mut text = text.expect("plain data is serializable");
    text.push('\n');
    text
}

/// A value by itself: unquoted, and as Python writes what is no text.
fn bare(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.len().to_string(),
        Value::Object(_) => String::new(),
    }
}

fn tsv(value: &Value, order: Option<&[String]>) -> String {
    let one = std::slice::from_ref(value);
    let items = value.as_array().map_or(one, Vec::as_slice);
    let line = |item: &Value| match item {
        Value::Array(cells) => cells.iter().map(bare).collect::<Vec<String>>().join("\t"),
        Value::Object(object) => {
            let cells = members(object, order).into_iter();
            let cells: Vec<String> = cells.map(|(_, cell)| bare(cell)).collect();
            cells.join("\t")
        }
        // Only by itself is a boolean in lower case.
        Value::Bool(is_true) => is_true.to_string(),
        Value::Null | Value::Number(_) | Value::String(_) => bare(item),
    };
    items.iter().map(|item| line(item) + "\n").collect()
}

/// A row of a table: column and cell.
type Row = Vec<(String, String)>;

fn with_capital(key: &str) -> String {
    let mut letters = key.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

fn rows(value: &Value, order: Option<&[String]>) -> Vec<Row> {
    /// What no table shows.
    const SKIPPED: [&str; 4] = ["id", "type", "etag", "revision"];
    let one = std::slice::from_ref(value);
    let items = value.as_array().map_or(one, Vec::as_slice);
    let row = |item: &Value| match item {
        Value::Object(object) => {
            let cells = members(object, order).into_iter();
            cells
                .filter(|(key, cell)| {
                    let is_text = !matches!(cell, Value::Null | Value::Array(_) | Value::Object(_));
                    is_text && !SKIPPED.contains(key)
                })
                .map(|(key, cell)| (with_capital(key), bare(cell)))
                .collect()
        }
        Value::Array(cells) => (1..)
            .zip(cells)
            .map(|(column, cell)| (format!("Column{column}"), bare(cell)))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            vec![("Result".to_owned(), bare(item))]
        }
    };
    items.iter().map(row).collect()
}

/// The columns that az has for blobs.
fn blob_rows(value: &Value) -> Vec<Row> {
    const COLUMNS: [(&str, &str); 7] = [
        ("Name", "/name"),
        ("Blob Type", "/properties/blobType"),
        ("Blob Tier", "/properties/blobTier"),
        ("Length", "/properties/contentLength"),
        ("Content Type", "/properties/contentSettings/contentType"),
        ("Last Modified", "/properties/lastModified"),
        ("Snapshot", "/snapshot"),
    ];
    let one = std::slice::from_ref(value);
    let items = value.as_array().map_or(one, Vec::as_slice);
    let row = |item: &Value| {
        let cell = |pointer| match item.pointer(pointer) {
            None | Some(Value::Null) => String::new(),
            Some(cell) => bare(cell),
        };
        let cells = COLUMNS.iter();
        cells
            .map(|(column, pointer)| ((*column).to_owned(), cell(pointer)))
            .collect()
    };
    items.iter().map(row).collect()
}

/// A table with a line under its header.
fn table(rows: &[Row]) -> String {
    /// A header is followed by so many blanks at least, in a column of its own width.
    const PADDING: usize = 2;
    let mut columns: Vec<&str> = Vec::new();
    for (column, _) in rows.iter().flatten() {
        if !columns.contains(&column.as_str()) {
            columns.push(column);
        }
    }
    let width = |text: &str| text.chars().count();
    let cell = |row: &Row, column: &str| {
        let cell = row.iter().find(|(name, _)| name == column);
        cell.map_or_else(String::new, |(_, cell)| cell.clone())
    };
    let widths: Vec<usize> = columns
        .iter()
        .map(|column| {
            let cells = rows.iter().map(|row| width(&cell(row, column)));
            cells.max().unwrap_or(0).max(width(column) + PADDING)
        })
        .collect();
    let line = |cells: Vec<String>| {
        let padded = cells.iter().zip(&widths).map(|(cell, column)| {
            let blanks = column.saturating_sub(width(cell));
            format!("{cell}{}", " ".repeat(blanks))
        });
        let padded: Vec<String> = padded.collect();
        format!("{}\n", padded.join("  ").trim_end())
    };
    let mut text = String::new();
    if !columns.is_empty() {
        text.push_str(&line(columns.iter().map(|it| (*it).to_owned()).collect()));
        text.push_str(&line(
            widths.iter().map(|width| "-".repeat(*width)).collect(),
        ));
    }
    for row in rows {
        text.push_str(&line(
            columns.iter().map(|column| cell(row, column)).collect(),
        ));
    }
    if text.is_empty() {
        "\n".to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn written(value: &Value, query: Option<&str>, format: Format) -> String {
        let output = Output {
            query: query.map(Into::into),
            format,
            ..Output::default()
        };
        output.write(value.clone(), Columns::Own).unwrap()
    }

    #[test]
    fn a_query_filters_and_each_format_is_written_as_az_writes_it() {
        let one = json!({
            "name": "a", "b": true, "n": null,
            "properties": { "lease": { "status": "locked", "state": "leased", "duration": "infinite" } },
        });
        let two = json!({ "name": "b", "b": false, "n": 3, "properties": {} });
        let list = json!([one, two]);
        for (value, query, format, expected) in [
            (&one, Some("name"), Format::Json, "\"a\"\n"),
            (&one, Some("name"), Format::Tsv, "a\n"),
            (&one, Some("b"), Format::Tsv, "true\n"),
            (&one, Some("[name,b,n]"), Format::Tsv, "a\ntrue\nNone\n"),
            (
                &one,
                Some("properties.lease"),
                Format::Tsv,
                "infinite\tleased\tlocked\n",
            ),
            (
                &list,
                Some("[].[name,b,n,properties]"),
                Format::Tsv,
                "a\tTrue\tNone\t\nb\tFalse\t3\t\n",
            ),
            (
                &list,
                Some("[].{x:name,a:b}"),
                Format::Tsv,
                "a\tTrue\nb\tFalse\n",
            ),
            (&list, Some("[?name=='z'] | [0].name"), Format::Tsv, ""),
            (&list, Some("[?name=='z'] | [0].name"), Format::Json, ""),
            (&list, Some("[?name=='z']"), Format::Json, "[]\n"),
            (&list, Some("[?name=='z']"), Format::Tsv, ""),
            (&list, Some("[?name=='z']"), Format::Table, "\n"),
            (&list, Some("length(@)"), Format::Tsv, "2\n"),
            (
                &list,
                Some("[?n > `2`].name"),
                Format::Json,
                "[\n  \"b\"\n]\n",
            ),
            (&list, Some("[].name"), Format::None, ""),
            (
                &list,
                Some("[].{Y:name,b:b}"),
                Format::Table,
                "Y    B\n---  -----\na    True\nb    False\n",
            ),
            (&one, Some("name"), Format::Table, "Result\n--------\na\n"),
        ] {
            assert_eq!(
                written(value, query, format),
                expected,
                "{query:?} {format:?}"
            );
        }
    }

    #[test]
    fn a_query_is_checked_before_anything_is_asked() {
        assert!(is_query("[?!isCurrentVersion].versionId | sort(@) | [-1]"));
        assert!(!is_query("name["));
        assert!(!is_query(&"[".repeat(100_000)));
        assert!(!is_query(&format!("{}a", "a==".repeat(1_000))));
        assert!(!is_query(&format!("{}a", "!".repeat(1_000))));
    }
}
