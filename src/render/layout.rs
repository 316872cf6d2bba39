//! How much room there is, and what it may be filled with.

use std::borrow::Cow;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

/// What each kind of text looks like.
pub(super) const BOLD: Style = Style::new().bold();
pub(super) const DIM: Style = Style::new().dimmed();
pub(super) const GOOD: Style = AnsiColor::Green.on_default();
pub(super) const BAD: Style = AnsiColor::Red.on_default();
pub(super) const STAGED: Style = AnsiColor::Yellow.on_default();
pub(super) const COMMAND: Style = AnsiColor::Cyan.on_default().bold();

/// Whether text is colored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    /// ANSI escape sequences.
    Ansi,
    /// None.
    Plain,
}

/// Which facts are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// What a reader needs to follow the story.
    Story,
    /// Every request and answer as well.
    Requests,
}

/// With which characters bars, arrows and marks are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Symbols {
    /// Lines and blocks of Unicode, each a column wide.
    Unicode,
    /// ASCII alone.
    Ascii,
}

impl Symbols {
    /// Our own words with the characters that may be used.
    pub(super) fn spelled(self, words: &str) -> Cow<'_, str> {
        match self {
            Self::Unicode => Cow::Borrowed(words),
            Self::Ascii => Cow::Owned(words.replace('…', "...").replace('–', "-")),
        }
    }

    /// What stands between the entries of a legend.
    pub(super) const fn separator(self) -> &'static str {
        match self {
            Self::Unicode => " · ",
            Self::Ascii => "; ",
        }
    }
}

/// How text is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Columns; lines are wrapped to fit.
    pub width: usize,
    /// Whether text is colored.
    pub color: Color,
    /// Which facts are shown.
    pub detail: Detail,
    /// With which characters bars, arrows and marks are drawn.
    pub symbols: Symbols,
}

impl Default for Layout {
    /// 80 columns without color, as for a file or a pipe.
    fn default() -> Self {
        Self {
            width: 80,
            color: Color::Plain,
            detail: Detail::Story,
            symbols: Symbols::Unicode,
        }
    }
}

impl Layout {
    /// The text in a style, if there is color.
    pub(super) fn paint(self, style: Style, text: &str) -> String {
        match self.color {
            Color::Ansi if !text.is_empty() => format!("{style}{text}{style:#}"),
            Color::Ansi | Color::Plain => text.to_owned(),
        }
    }

    /// The line in two styles: one up to a column, the other from there on.
    pub(super) fn paint_from(self, column: usize, styles: [Style; 2], line: String) -> String {
        match self.color {
            Color::Plain => line,
            Color::Ansi => {
                let (left, right) = line.split_at(split_point(&line, column));
                let [first, rest] = styles;
                format!("{}{}", self.paint(first, left), self.paint(rest, right))
            }
        }
    }

    /// Lines that begin with `first`, and go on under it, indented by as many columns as `indent`.
    pub(super) fn wrap(self, first: &str, indent: usize, text: &str) -> Vec<String> {
        let is_short = columns(first) + columns(text) <= self.width;
        if is_short && !text.contains('\n') && !text.starts_with(' ') {
            let mut line = [first, text].concat();
            line.truncate(line.trim_end().len());
            return vec![line];
        }
        let next = " ".repeat(indent);
        let options = textwrap::Options::new(self.width.max(indent + 20))
            .initial_indent(first)
            .subsequent_indent(&next)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit);
        textwrap::wrap(text, options)
            .into_iter()
            .map(|line| {
                let mut line = line.into_owned();
                line.truncate(line.trim_end().len());
                line
            })
            .collect()
    }
}

/// Where a line's first columns end, as an index of bytes.
fn split_point(line: &str, width: usize) -> usize {
    line.char_indices()
        .map(|(index, _)| index)
        .find(|index| columns(&line[..*index]) >= width)
        .unwrap_or(line.len())
}

/// How many columns of a terminal a text takes: a wide character takes two, an accent none.
pub(super) fn columns(text: &str) -> usize {
    // Almost all that is rendered is printable ASCII, of which each byte is a column.
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        text.len()
    } else {
        text.width()
    }
}

/// The text, filled with blanks to so many columns.
pub(super) fn pad(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(columns(text));
    format!("{text}{}", " ".repeat(missing))
}
