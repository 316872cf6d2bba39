//! Text to records, and records to fields.

use super::super::decimal::Decimal;
use super::super::desk::{Stop, not_modeled};
use super::run::{FIELDS_MAX, Machine};
use super::value::Value;

impl Machine<'_, '_> {
    /// The records of a text, by `RS`.
    pub(super) fn records(&self, text: &str) -> Result<Vec<String>, Stop> {
        let separator = self.variable_text("RS");
        let mut characters = separator.chars();
        Ok(match (characters.next(), characters.next()) {
            (None, _) => text
                .trim_matches('\n')
                .split("\n\n")
                .map(|part| part.trim_matches('\n').to_owned())
                .filter(|part| !part.is_empty())
                .collect(),
            (Some(one), None) => {
                let text = text.strip_suffix(one).unwrap_or(text);
                let text = if one == '\n' {
                    text
                } else {
                    text.strip_suffix('\n').unwrap_or(text)
                };
                if text.is_empty() && !separator.is_empty() {
                    return Ok(
                        super::super::desk::lines(if text.is_empty() { "" } else { text })
                            .map(str::to_owned)
                            .collect(),
                    );
                }
                text.split(one).map(str::to_owned).collect()
            }
            (Some(_), Some(_)) => {
                return not_modeled("a record separator of several characters is not modeled");
            }
        })
    }

    pub(super) fn set_record(&mut self, record: String) -> Result<(), Stop> {
        let separator = self.variable_text("FS");
        self.fields = self
            .split(&record, &separator)?
            .into_iter()
            .take(FIELDS_MAX)
            .map(Value::Input)
            .collect();
        self.record = record;
        self.set_number("NF", Decimal::count(self.fields.len()));
        Ok(())
    }

    pub(super) fn split(&mut self, text: &str, separator: &str) -> Result<Vec<String>, Stop> {
        if text.is_empty() {
            return Ok(Vec::new());
        }
        let mut characters = separator.chars();
        Ok(match (characters.next(), characters.next()) {
            (Some(' '), None) => text.split_whitespace().map(str::to_owned).collect(),
            (None, _) => text.chars().map(String::from).collect(),
            (Some(one), None) if one != '\\' => text.split(one).map(str::to_owned).collect(),
            _ => {
                let pattern = self.pattern(separator)?;
                let mut parts = Vec::new();
                let mut from = 0;
                while let Some((start, end)) = pattern.find(text, from)? {
                    if end == start {
                        break;
                    }
                    parts.push(text.get(from..start).unwrap_or_default().to_owned());
                    from = end;
                }
                parts.push(text.get(from..).unwrap_or_default().to_owned());
                parts
            }
        })
    }
}
