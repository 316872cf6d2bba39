//! What is wrong with a script's text.

use std::fmt;

/// A script that is not bash, or bash that is not covered: nothing of it was run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where it begins (bytes into the source).
    pub offset: usize,
    /// How much of the source it is about (bytes); 0 where something is missing.
    pub length: usize,
    /// What is wrong: a fragment in lowercase that names it.
    pub message: String,
    /// What to write instead, where there is one obvious thing.
    pub suggestion: Option<String>,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for SyntaxError {}

impl SyntaxError {
    /// Whether nothing is wrong but that the text ends too early: whoever types goes on.
    pub fn is_unfinished(&self) -> bool {
        let message = &self.message;
        message.contains("is never closed")
            || message.contains("is never ended")
            || message.starts_with("the script ends")
    }
}
