//! What is wrong with a document, collected while it is read.

use super::super::error::{ScenarioError, ScenarioErrors};
use super::super::expectation::Place;
use super::{Node, Span};
use crate::command::wording::{did_you_mean, nearest};

/// So many errors are kept; of the others only the number.
const ERRORS_MAX: usize = 1_000;
/// So many comparisons are spent on suggestions, so that a file of nothing but mistakes ends.
const COMPARISONS_MAX: usize = 1_000_000;

/// The errors of one document so far.
#[derive(Debug, Default)]
pub(in super::super) struct Diagnostics<'a> {
    source: &'a str,
    found: Vec<Found>,
    omitted: usize,
    comparisons: usize,
    lines: Lines,
}

#[derive(Debug)]
struct Found {
    span: Span,
    message: String,
    help: Option<String>,
}

impl<'a> Diagnostics<'a> {
    /// The text that the errors point into.
    pub(super) fn set_source(&mut self, source: &'a str) {
        self.source = source;
    }

    /// The text that the errors point into.
    pub(in super::super) fn source(&self) -> &'a str {
        self.source
    }

    /// Notes an error at a node.
    pub(in super::super) fn error(&mut self, node: &Node<'_>, message: impl Into<String>) {
        self.push(node.focus(self.source), message.into(), None);
    }

    /// Notes an error at a node, and what to do about it.
    pub(in super::super) fn error_help(
        &mut self,
        node: &Node<'_>,
        message: impl Into<String>,
        help: Option<String>,
    ) {
        self.push(node.focus(self.source), message.into(), help);
    }

    /// Notes an error at a place.
    pub(in super::super) fn push(&mut self, span: Span, message: String, help: Option<String>) {
        if self.found.len() < ERRORS_MAX {
            let found = Found {
                span,
                message,
                help,
            };
            self.found.push(found);
        } else {
            self.omitted += 1;
        }
    }

    /// Whether nothing is wrong so far.
    pub(in super::super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Whether so much is wrong that looking further helps nobody.
    pub(in super::super) fn is_full(&self) -> bool {
        self.omitted > 0
    }

    /// Whether nothing is noted within a node.
    pub(in super::super) fn is_silent_at(&self, node: &Node<'_>) -> bool {
        let within = node.span.start..=node.span.end;
        !self
            .found
            .iter()
            .any(|found| within.contains(&found.span.start))
    }

    /// The line of a node, counted from 1.
    pub(in super::super) fn line(&mut self, node: &Node<'_>) -> u32 {
        self.lines.at(self.source, node.span.start).0
    }

    /// Where a node begins.
    pub(in super::super) fn place(&mut self, node: &Node<'_>) -> Place {
        let (line, column) = self.lines.at(self.source, node.span.start);
        Place { line, column }
    }

    /// The word that was probably meant: "did you mean `subnet`?"
    pub(in super::super) fn nearest<'c>(
        &mut self,
        word: &str,
        candidates: impl IntoIterator<Item = &'c str>,
    ) -> Option<String> {
        self.nearest_word(word, candidates).map(did_you_mean)
    }

    /// The word that was probably meant.
    pub(in super::super) fn nearest_word<'c>(
        &mut self,
        word: &str,
        candidates: impl IntoIterator<Item = &'c str>,
    ) -> Option<&'c str> {
        let left = COMPARISONS_MAX.saturating_sub(self.comparisons);
        let mut compared = 0;
        let candidates = candidates.into_iter().take(left);
        let found = nearest(word, candidates.inspect(|_| compared += 1));
        self.comparisons += compared;
        found
    }

    /// Adds to each error what all have in common.
    pub(in super::super) fn explain_all(&mut self, common: &str) {
        for found in &mut self.found {
            let help = found.help.take();
            found.help =
                Some(help.map_or_else(|| common.to_owned(), |help| format!("{help}; {common}")));
        }
    }

    /// All errors, in the order of the document.
    pub(in super::super) fn into_errors(self) -> ScenarioErrors {
        let mut found = self.found;
        found.sort_by_key(|found| found.span.start);
        let mut lines = Lines::default();
        let errors = found
            .into_iter()
            .map(|found| {
                let (line, column) = lines.at(self.source, found.span.start);
                ScenarioError {
                    line,
                    column,
                    span: found.span.start..found.span.end,
                    message: found.message,
                    suggestion: found.help,
                }
            })
            .collect();
        ScenarioErrors {
            errors,
            omitted: self.omitted,
        }
    }
}

/// Counts lines on the way through a text.
#[derive(Debug, Default)]
struct Lines {
    /// How far the text is counted.
    counted: usize,
    /// Line breaks up to there.
    breaks: usize,
    /// Characters since the line's start.
    characters: usize,
}

impl Lines {
    /// Line and column, counted from 1. Takes time in the distance from the last offset, or from
    /// the start of the text for an offset before it.
    fn at(&mut self, source: &str, offset: usize) -> (u32, u32) {
        if offset < self.counted {
            *self = Self::default();
        }
        let text = source.get(self.counted..offset).unwrap_or("");
        for character in text.chars() {
            self.characters += 1;
            if character == '\n' {
                self.breaks += 1;
                self.characters = 0;
            }
        }
        self.counted = self.counted.max(offset);
        (one_based(self.breaks), one_based(self.characters))
    }
}

fn one_based(count: usize) -> u32 {
    u32::try_from(count + 1).expect("a file has at most 16 MiB")
}
