//! What is wrong with a scenario file, and where.

use std::fmt;
use std::fmt::Write as _;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

/// So many errors are drawn.
const DRAWN_MAX: usize = 50;
/// A longer line is not drawn.
const LINE_BYTES_MAX: usize = 1_000;

/// One mistake in a scenario file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioError {
    /// The line, counted from 1.
    pub line: u32,
    /// The column in characters, counted from 1.
    pub column: u32,
    /// The offending text, in bytes of the source.
    pub span: Range<usize>,
    /// What is wrong: a lowercase fragment that names the value and what is allowed.
    pub message: String,
    /// What was probably meant, or what to do.
    pub suggestion: Option<String>,
}

/// Line, column, message and suggestion: `4:12: a run needs some time`.
impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)?;
        match &self.suggestion {
            Some(suggestion) => write!(f, " ({suggestion})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ScenarioError {}

/// Every mistake in a scenario file, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioErrors {
    /// The mistakes; never none.
    pub errors: Vec<ScenarioError>,
    /// How many more were found before the search was given up.
    pub omitted: usize,
}

/// One mistake a line.
impl fmt::Display for ScenarioErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.errors.iter().enumerate() {
            if index > 0 {
                f.write_char('\n')?;
            }
            error.fmt(f)?;
        }
        match self.omitted {
            0 => Ok(()),
            omitted => write!(f, "\nand at least {omitted} more"),
        }
    }
}

impl std::error::Error for ScenarioErrors {}

impl ScenarioErrors {
    /// The mistakes drawn under the lines in which they stand, without color. `name` is the file's
    /// and `source` its content, as they were given to [`parse`](super::parse).
    pub fn render(&self, name: &str, source: &[u8]) -> String {
        let text = String::from_utf8_lossy(source);
        let mut drawn = String::new();
        for error in self.errors.iter().take(DRAWN_MAX) {
            drawn.push_str(&error.render(name, &text));
            drawn.push_str("\n\n");
        }
        let left = self.errors.len().saturating_sub(DRAWN_MAX) + self.omitted;
        let least = if self.omitted > 0 { "at least " } else { "" };
        if left > 0 {
            writeln!(drawn, "and {least}{left} more").expect("a text takes all that is written");
        } else {
            drawn.truncate(drawn.trim_end().len() + 1);
        }
        drawn
    }
}

impl ScenarioError {
    fn render(&self, name: &str, source: &str) -> String {
        let title = Level::ERROR.primary_title(self.message.as_str());
        let mut group = match self.line_of(source) {
            Some((line_start, line)) => {
                let start = self.span.start - line_start;
                let end = (self.span.end - line_start).min(line.len());
                title.element(
                    Snippet::source(line)
                        .path(name)
                        .line_start(to_usize(self.line))
                        .annotation(AnnotationKind::Primary.span(start..end.max(start))),
                )
            }
            None => title.element(
                Origin::path(name)
                    .line(to_usize(self.line))
                    .char_column(to_usize(self.column)),
            ),
        };
        if let Some(suggestion) = &self.suggestion {
            group = group.element(Level::HELP.message(suggestion.as_str()));
        }
        Renderer::plain().render(&[group])
    }

    /// The line and where it starts, unless it is too long to be shown.
    fn line_of<'s>(&self, source: &'s str) -> Option<(usize, &'s str)> {
        let before = source.get(..self.span.start)?;
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = source[line_start..].split('\n').next()?;
        let line = line.strip_suffix('\r').unwrap_or(line);
        (line.len() <= LINE_BYTES_MAX).then_some((line_start, line))
    }
}

fn to_usize(number: u32) -> usize {
    usize::try_from(number).expect("a line number fits")
}
