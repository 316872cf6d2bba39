//! From Markdown to commands and conditions.

use std::ops::Range;

use super::condition::{Sentence, read};
use super::markdown::{Block, Placed, blocks};
use super::placeholder;
use super::{Guard, Item, Runbook, RunbookError, RunbookErrors, Typed};

/// The words after a fence whose block holds commands.
const SHELLS: [&str; 4] = ["bash", "sh", "shell", "console"];
/// The word after the fence of a block that is not executed.
const SKIP: &str = "skip";
/// A larger file is no runbook.
const BYTES_MAX: usize = 1024 * 1024;
/// So many commands and conditions a runbook has at most.
const ITEMS_MAX: usize = 10_000;
/// A runbook with so many mistakes is not read further.
const ERRORS_MAX: usize = 100;

/// Reads a runbook.
///
/// `name` is the file's name, as reports call it; `source` is its content.
///
/// # Errors
///
/// Every command that the model does not know and every condition that it does not understand,
/// each with its place; and a file that has no commands.
pub fn parse(name: &str, source: &[u8]) -> Result<Runbook, RunbookErrors> {
    let whole = |message: &str, help: Option<&str>| RunbookErrors {
        errors: vec![RunbookError {
            line: 1,
            column: 1,
            span: 0..0,
            message: message.to_owned(),
            suggestion: help.map(str::to_owned),
        }],
        omitted: 0,
    };
    if source.len() > BYTES_MAX {
        return Err(whole("a runbook has at most 1 MiB", None));
    }
    let Ok(text) = std::str::from_utf8(source) else {
        return Err(whole("the file is no text in UTF-8", None));
    };
    let mut builder = Builder::new(text);
    for block in blocks(text) {
        builder.block(&block);
    }
    builder.check_conditions();
    if !builder.errors.is_empty() {
        let mut errors = builder.errors;
        errors.sort_by_key(|error| error.span.start);
        let omitted = errors.len().saturating_sub(ERRORS_MAX);
        errors.truncate(ERRORS_MAX);
        return Err(RunbookErrors { errors, omitted });
    }
    let has_commands = |item: &Item| matches!(item, Item::Command(_));
    if !builder.items.iter().any(has_commands) {
        return Err(whole(
            "the runbook has no commands",
            Some("commands stand in fenced blocks: ```bash, ```sh, ```shell or ```console"),
        ));
    }
    if builder.items.len() > ITEMS_MAX {
        return Err(whole(
            "a runbook has at most 10,000 commands and conditions",
            None,
        ));
    }
    Ok(Runbook {
        name: name.to_owned(),
        items: builder.items,
        guards: builder.guards,
    })
}

struct Builder<'s> {
    source: &'s str,
    /// Where each line begins.
    line_starts: Vec<usize>,
    items: Vec<Item>,
    guards: Vec<Guard>,
    /// Sentences that look like conditions and are none: an error where a command depends on one.
    unknown: Vec<Option<RunbookError>>,
    headings: Vec<(u8, Option<usize>)>,
    /// The condition in a paragraph that governs what follows it.
    current: Option<usize>,
    /// The ones outside the list items and quotations in which this is.
    outer: Vec<Option<usize>>,
    /// Conditions on which a command depends, a mistaken one included.
    needed: Vec<usize>,
    errors: Vec<RunbookError>,
}

impl<'s> Builder<'s> {
    fn new(source: &'s str) -> Self {
        let ends = source.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            source,
            line_starts: std::iter::once(0).chain(ends).collect(),
            items: Vec::new(),
            guards: Vec::new(),
            unknown: Vec::new(),
            headings: Vec::new(),
            current: None,
            outer: Vec::new(),
            needed: Vec::new(),
            errors: Vec::new(),
        }
    }

    fn line(&self, offset: usize) -> u32 {
        let line = self.line_starts.partition_point(|start| *start <= offset);
        u32::try_from(line).unwrap_or(u32::MAX)
    }

    fn error(&self, span: Range<usize>, message: String, help: Option<String>) -> RunbookError {
        // What Markdown has rewritten, such as `&amp;`, has no exact place.
        let whole = |at: usize| {
            let mut places = (0..=at.min(self.source.len())).rev();
            places
                .find(|at| self.source.is_char_boundary(*at))
                .unwrap_or(0)
        };
        let span = whole(span.start)..whole(span.end).max(whole(span.start));
        let line = self.line(span.start);
        let before = &self.source[..span.start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before[line_start..].chars().count() + 1;
        RunbookError {
            line,
            column: u32::try_from(column).unwrap_or(u32::MAX),
            span,
            message,
            suggestion: help,
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading(level, text) => {
                self.headings.retain(|(above, _)| above < level);
                self.current = None;
                if let Some(guard) = self.condition(text, true) {
                    self.headings.push((*level, Some(guard)));
                }
            }
            Block::Paragraph(text) => {
                if let Some(guard) = self.condition(text, false) {
                    self.current = Some(guard);
                }
            }
            Block::Rule => self.current = None,
            Block::Enter => self.outer.push(self.current),
            Block::Leave => self.current = self.outer.pop().flatten(),
            Block::Fence(words, lines) => {
                let is_shell = words
                    .first()
                    .is_some_and(|word| SHELLS.contains(&word.as_str()));
                if is_shell && !words.iter().any(|word| word == SKIP) {
                    let is_console = words.first().is_some_and(|word| word == "console");
                    self.commands(lines, is_console);
                }
            }
        }
    }

    /// The condition that a heading or the last sentence of a paragraph is.
    fn condition(&mut self, text: &Placed, is_heading: bool) -> Option<usize> {
        let start = last_sentence(&text.text, is_heading);
        let sentence = &text.text[start..];
        let above = self.guards.len().checked_sub(1);
        let span = text.span(start..start + sentence.trim_end().len());
        let mut unknown = None;
        let (clause, alternative) = match read(sentence, is_heading) {
            Sentence::Prose => return None,
            Sentence::Known(clause) => (Some(clause), None),
            Sentence::Otherwise => {
                let other = self.current.or(above);
                if other.is_none() {
                    let message = "`Otherwise` without a condition above it".to_owned();
                    unknown = Some(self.error(span.clone(), message, None));
                }
                (None, other)
            }
            Sentence::Unknown(help) => {
                let message = "the model does not know this condition".to_owned();
                unknown = Some(self.error(span.clone(), message, Some(help)));
                (None, None)
            }
        };
        let headings = self.headings.iter().filter_map(|(_, guard)| *guard);
        let outer = self.outer.iter().filter_map(|guard| *guard);
        let within = headings.chain(outer).collect();
        self.unknown.push(unknown);
        self.guards.push(Guard {
            within,
            clause,
            alternative,
        });
        let guard = self.guards.len() - 1;
        self.items.push(Item::Condition(guard));
        Some(guard)
    }

    /// The conditions under which a command here is typed, outermost first.
    fn governing(&self) -> Vec<usize> {
        let headings = self.headings.iter().filter_map(|(_, guard)| *guard);
        let outer = self.outer.iter().filter_map(|guard| *guard);
        let mut guards: Vec<usize> = headings.chain(outer).chain(self.current).collect();
        guards.dedup();
        guards
    }

    fn commands(&mut self, lines: &[Placed], is_console: bool) {
        let is_prompted = is_console || lines.iter().any(|line| prompted(&line.text).is_some());
        let mut rest = lines.iter();
        while let Some(line) = rest.next() {
            let text = line.text.as_str();
            let command = if is_prompted { prompted(text) } else { Some(0) };
            let Some(start) = command else { continue };
            let start = start + (text[start..].len() - text[start..].trim_start().len());
            if matches!(text[start..].bytes().next(), None | Some(b'#')) {
                continue;
            }
            let mut command = Placed::default();
            command.push(&text[start..], line.offset(start));
            while goes_on(&command.text) {
                let Some(more) = rest.next() else { break };
                let skipped = usize::from(is_prompted && more.text.starts_with("> ")) * 2;
                let end = command.offset(command.text.len().saturating_sub(1)) + 1;
                command.push("\n", end);
                command.push(&more.text[skipped..], more.offset(skipped));
            }
            self.command(&command);
        }
    }

    fn command(&mut self, command: &Placed) {
        let text = command.text.trim_end();
        let (text, may_fail) = match text.strip_suffix("true") {
            Some(before) if before.trim_end().ends_with("||") => {
                let before = before.trim_end();
                (before[..before.len() - 2].trim_end(), true)
            }
            Some(_) | None => (text, false),
        };
        let guards = self.governing();
        self.needed.extend(&guards);
        let each = match placeholder::check(text) {
            Ok(each) => each,
            Err(error) => {
                let length = if error.length == 0 {
                    text.len()
                } else {
                    error.length
                };
                let end = (error.offset + length).min(text.len());
                let span = command.span(error.offset.min(end)..end);
                let help = error.suggestion.as_deref().map_or_else(
                    || "a block that is not to be executed is marked: ```bash skip".to_owned(),
                    crate::command::wording::did_you_mean,
                );
                let error = self.error(span, error.message.clone(), Some(help));
                self.errors.push(error);
                return;
            }
        };
        self.items.push(Item::Command(Typed {
            line: self.line(command.offset(0)),
            text: text.to_owned(),
            guards,
            each,
            may_fail,
        }));
    }

    /// Reports what looks like a condition where a command depends on it.
    fn check_conditions(&mut self) {
        for guard in std::mem::take(&mut self.needed) {
            self.errors.extend(self.unknown[guard].take());
        }
    }
}

/// Where the command begins after a prompt.
fn prompted(line: &str) -> Option<usize> {
    let indent = line.len() - line.trim_start().len();
    line[indent..].starts_with("$ ").then_some(indent + 2)
}

/// Whether a line ends with a backslash, and goes on in the next.
fn goes_on(text: &str) -> bool {
    let backslashes = text.bytes().rev().take_while(|byte| *byte == b'\\').count();
    backslashes % 2 == 1
}

/// Where the last sentence begins: in a heading also after `Step 2:` or a dash.
fn last_sentence(text: &str, is_heading: bool) -> usize {
    let ends: &[&str] = if is_heading {
        &[". ", "! ", "? ", ": ", "– ", "— ", "- ", ") "]
    } else {
        &[". ", "! ", "? ", "; "]
    };
    let text = text.trim_end();
    let starts = ends
        .iter()
        .filter_map(|end| text.rfind(end).map(|at| at + end.len()));
    let start = starts.max().unwrap_or(0);
    start + (text[start..].len() - text[start..].trim_start().len())
}
