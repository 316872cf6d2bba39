//! `--query` and `--output`: from a document to the text on standard output.
//!
//! `--query` is `JMESPath`, as with az. The formats are the CLI's own: JSON is indented by four, and
//! text has a line for each object, tab-separated, with the names of lists before their members.

use std::sync::Arc;

use serde::Serialize;
use serde_json::ser::{PrettyFormatter, Serializer};
use serde_json::{Map, Value};

/// `--output`
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Format {
    /// JSON, indented.
    #[default]
    Json,
    /// Tab-separated values.
    Text,
    /// YAML.
    Yaml,
}

impl Format {
    /// The formats by their names.
    pub const NAMES: [(&'static str, Self); 3] = [
        ("json", Self::Json),
        ("text", Self::Text),
        ("yaml", Self::Yaml),
    ];
}

/// What a command prints of the answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Output {
    /// `--query`, which is `JMESPath`.
    pub query: Option<Arc<str>>,
    /// `--output`
    pub format: Format,
}

impl Output {
    /// The text of a document on standard output.
    ///
    /// # Errors
    ///
    /// The query's, if it can't be applied to this document.
    pub fn write(&self, document: Value) -> Result<String, String> {
        let value = match &self.query {
            None => document,
            Some(query) => {
                let expression = jmespath::compile(query).map_err(|error| error.to_string())?;
                let found = expression.search(document);
                let found = found.map_err(|error| error.to_string())?;
                serde_json::to_value(&*found).unwrap_or(Value::Null)
            }
        };
        Ok(match self.format {
            Format::Json => json(&value),
            Format::Text => text(&value),
            Format::Yaml => serde_yaml::to_string(&value).unwrap_or_default(),
        })
    }
}

fn json(value: &Value) -> String {
    let mut bytes = Vec::new();
    let formatter = PrettyFormatter::with_indent(b"    ");
    let mut serializer = Serializer::with_formatter(&mut bytes, formatter);
    value
        .serialize(&mut serializer)
        .expect("plain data is serializable");
    bytes.push(b'\n');
    String::from_utf8(bytes).expect("JSON is text")
}

fn bare(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(_) | Value::Object(_) => String::new(),
    }
}

const fn is_scalar(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
        Value::Array(_) | Value::Object(_) => false,
    }
}

fn text(value: &Value) -> String {
    let mut lines = String::new();
    if is_scalar(value) {
        return bare(value) + "\n";
    }
    write_text(value, None, &mut lines);
    lines
}

fn push_line(cells: Vec<String>, name: Option<&str>, lines: &mut String) {
    let cells = name.map(str::to_uppercase).into_iter().chain(cells);
    lines.push_str(&cells.collect::<Vec<String>>().join("\t"));
    lines.push('\n');
}

fn write_text(value: &Value, name: Option<&str>, lines: &mut String) {
    match value {
        Value::Object(object) => write_object(object, name, lines),
        Value::Array(items) if items.iter().all(is_scalar) => {
            if !items.is_empty() {
                push_line(items.iter().map(bare).collect(), name, lines);
            }
        }
        Value::Array(items) => {
            for item in items {
                write_text(item, name, lines);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            push_line(vec![bare(value)], name, lines);
        }
    }
}

fn write_object(object: &Map<String, Value>, name: Option<&str>, lines: &mut String) {
    let mut members: Vec<(&String, &Value)> = object.iter().collect();
    members.sort_by_key(|(key, _)| *key);
    let scalars = members.iter().filter(|(_, value)| is_scalar(value));
    let cells: Vec<String> = scalars.map(|(_, value)| bare(value)).collect();
    if !cells.is_empty() {
        push_line(cells, name, lines);
    }
    for (key, value) in members {
        if !is_scalar(value) {
            write_text(value, Some(key), lines);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_query_filters_and_each_format_is_written_as_the_cli_writes_it() {
        let item = json!({ "Item": { "LockID": { "S": "a-md5" }, "Digest": { "S": "0f" } } });
        let list = json!({ "Versions": [
            { "Key": "k", "VersionId": "2", "IsLatest": true },
            { "Key": "k", "VersionId": "1", "IsLatest": false },
        ] });
        for (value, query, format, expected) in [
            (&item, Some("Item.Digest.S"), Format::Text, "0f\n"),
            (&item, Some("Item.Digest.S"), Format::Json, "\"0f\"\n"),
            (&item, Some("Item.Nothing"), Format::Text, "None\n"),
            (&item, Some("Item.Nothing"), Format::Json, "null\n"),
            (&item, None, Format::Text, "DIGEST\t0f\nLOCKID\ta-md5\n"),
            (&list, Some("Versions[].VersionId"), Format::Text, "2\t1\n"),
            (
                &list,
                Some("Versions[].[VersionId,IsLatest]"),
                Format::Text,
                "2\tTrue\n1\tFalse\n",
            ),
            (
                &list,
                None,
                Format::Text,
                "VERSIONS\tTrue\tk\t2\nVERSIONS\tFalse\tk\t1\n",
            ),
            (
                &list,
                Some("Versions[0].{a:Key}"),
                Format::Json,
                "{\n    \"a\": \"k\"\n}\n",
            ),
        ] {
            let output = Output {
                query: query.map(Into::into),
                format,
            };
            let written = output.write(value.clone()).unwrap();
            assert_eq!(written, expected, "{query:?} {format:?}");
        }
    }
}
