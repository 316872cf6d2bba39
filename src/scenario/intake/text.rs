//! A JSON file that is taken in, and where in it something stands.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{BYTES_MAX, IntakeError, Source};

/// The text of a file.
#[derive(Debug)]
pub(super) struct Document<'a> {
    name: &'a str,
    pub(super) text: &'a str,
}

impl<'a> Document<'a> {
    /// The text of a file that is one, and not too large.
    pub(super) fn new(source: &Source<'a>) -> Result<Self, IntakeError> {
        let mut document = Self {
            name: source.name,
            text: "",
        };
        if source.bytes.len() > BYTES_MAX {
            let message = format!("the file has more than {BYTES_MAX} bytes, and none is taken in");
            return Err(document.error(message));
        }
        match std::str::from_utf8(source.bytes) {
            Ok(text) => document.text = text.strip_prefix('\u{feff}').unwrap_or(text),
            Err(error) => {
                let (valid, _) = source.bytes.split_at(error.valid_up_to());
                document.text = std::str::from_utf8(valid).expect("checked up to there");
                return Err(document.error_at(document.text.len(), "this is not UTF-8".to_owned()));
            }
        }
        Ok(document)
    }

    /// An error about the file as a whole.
    pub(super) fn error(&self, message: impl Into<String>) -> IntakeError {
        IntakeError {
            file: Some(self.name.to_owned()),
            ..IntakeError::new(message)
        }
    }

    /// An error at a place, in bytes.
    pub(super) fn error_at(&self, offset: usize, message: String) -> IntakeError {
        let before = &self.text[..offset];
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        IntakeError {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            ..self.error(message)
        }
    }

    /// An error at a part of the text.
    pub(super) fn error_in(&self, part: &'a RawValue, message: String) -> IntakeError {
        self.error_at(self.offset(part.get()), message)
    }

    /// Where a part of the text begins.
    fn offset(&self, part: &str) -> usize {
        let start = part.as_ptr().addr().checked_sub(self.text.as_ptr().addr());
        start.expect("a part of the text is in it")
    }

    /// Reads the whole text, which is an object.
    pub(super) fn root<T: Deserialize<'a>>(&self, what: &str) -> Result<T, IntakeError> {
        let trimmed = self.text.trim_start_matches([' ', '\t', '\r', '\n']);
        self.object(trimmed, what)
    }

    /// Reads a part of the text, which is an object.
    pub(super) fn part<T: Deserialize<'a>>(
        &self,
        part: &'a RawValue,
        what: &str,
    ) -> Result<T, IntakeError> {
        self.object(part.get(), what)
    }

    /// Reads a part of the text, whatever it is.
    pub(super) fn value<T: Deserialize<'a>>(&self, part: &'a RawValue) -> Result<T, IntakeError> {
        self.decode(part.get())
    }

    fn object<T: Deserialize<'a>>(&self, text: &'a str, what: &str) -> Result<T, IntakeError> {
        if !text.starts_with('{') {
            let message = format!("{what} is a JSON object, and this is none");
            return Err(self.error_at(self.offset(text), message));
        }
        self.decode(text)
    }

    fn decode<T: Deserialize<'a>>(&self, text: &'a str) -> Result<T, IntakeError> {
        serde_json::from_str(text).map_err(|error| {
            let mut lines = text.split_inclusive('\n');
            let before: usize = { lines.by_ref().take(error.line().saturating_sub(1)) }
                .map(str::len)
                .sum();
            let line = lines.next().unwrap_or("");
            // Its columns are bytes, of what was read last.
            let column = error.column().saturating_sub(1).min(line.len());
            let column = (0..=column).rev().find(|at| line.is_char_boundary(*at));
            let offset = self.offset(text) + before + column.unwrap_or(0);
            let said = error.to_string();
            let message = said.split(" at line ").next().unwrap_or(&said);
            if error.is_eof() {
                return self.error_at(offset, format!("the file is cut off: {message}"));
            }
            self.error_at(offset, message.to_owned())
        })
    }
}
