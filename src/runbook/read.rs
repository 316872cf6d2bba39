//! From Markdown to commands and conditions.

mod code;
mod help;
mod literal;
mod paragraph;
mod scope;

use std::collections::BTreeSet;
use std::ops::Range;

use super::condition::Test;
use super::markdown::{Block, Container, Placed, Prose, blocks};
use super::prose::{self, Context, Manner, Reading, Sentence};
use super::step::{self, Known};
use super::{Guard, Halt, Item, PassedOver, Runbook, RunbookError, RunbookErrors, Typed, Until};
use help::{help, help_for_case, help_for_comment};
use scope::Scope;

/// A larger file is no runbook.
const BYTES_MAX: usize = 1024 * 1024;
/// So many commands and conditions a runbook has at most.
const ITEMS_MAX: usize = 20_000;
/// A runbook with so many mistakes is not read further.
const ERRORS_MAX: usize = 100;

/// Reads a runbook.
///
/// `name` is the file's name, as reports call it; `source` is its content.
///
/// # Errors
///
/// Every line that is no shell, every program that is not known and every sentence that decides
/// about commands and is not understood, each with its place; and a file that has no commands.
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
    let blocks = blocks(text);
    for block in &blocks {
        builder.note_assigned(block);
    }
    for block in &blocks {
        builder.block(block);
    }
    builder.end();
    if builder.errors.is_empty() && builder.steps.is_empty() {
        return Err(builder.no_commands(whole));
    }
    if !builder.errors.is_empty() {
        let mut errors = builder.errors;
        errors.sort_by_key(|error| error.span.start);
        let omitted = errors.len().saturating_sub(ERRORS_MAX);
        errors.truncate(ERRORS_MAX);
        return Err(RunbookErrors { errors, omitted });
    }
    if builder.items.len() > ITEMS_MAX {
        return Err(whole(
            "a runbook has at most 20,000 commands and conditions",
            None,
        ));
    }
    builder.passed.sort_by_key(|passed| passed.line);
    Ok(Runbook {
        name: name.to_owned(),
        names: builder.known.names.map,
        items: builder.items,
        steps: builder.steps,
        guards: builder.guards,
        passed: builder.passed,
        is_literal: builder.is_literal,
    })
}

/// What a comment in the file decides.
#[derive(Debug, Clone)]
enum Directive {
    /// The next block is not typed.
    Skip,
    /// The next text decides nothing.
    Prose,
    /// The next text decides what this says.
    Decided(Sentence, String, u32),
}

struct Builder<'s> {
    source: &'s str,
    /// Where each line begins.
    line_starts: Vec<usize>,
    items: Vec<Item>,
    steps: Vec<Typed>,
    guards: Vec<Guard>,
    /// Sentences that are not understood, by the guards that stand for them: an error where a
    /// command depends on one.
    unknown: Vec<Option<RunbookError>>,
    /// Whether a command depends on the condition.
    is_used: Vec<bool>,
    scope: Scope,
    context: Context,
    directive: Option<Directive>,
    has_title: bool,
    known: Known,
    passed: Vec<PassedOver>,
    /// The first command in a sentence, and in a table.
    inline: Option<Range<usize>>,
    in_table: Option<Range<usize>>,
    errors: Vec<RunbookError>,
    /// Whether all is typed as it stands.
    is_literal: bool,
    /// Who types, where that was said.
    typist: Option<String>,
}

impl<'s> Builder<'s> {
    fn new(source: &'s str) -> Self {
        let ends = source.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            source,
            line_starts: std::iter::once(0).chain(ends).collect(),
            items: Vec::new(),
            steps: Vec::new(),
            guards: Vec::new(),
            unknown: Vec::new(),
            is_used: Vec::new(),
            scope: Scope::default(),
            context: Context::default(),
            directive: None,
            has_title: false,
            known: Known::default(),
            passed: Vec::new(),
            inline: None,
            in_table: None,
            errors: Vec::new(),
            is_literal: false,
            typist: None,
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
        RunbookError {
            line: self.line(span.start),
            column: self.column(span.start),
            span,
            message,
            suggestion: help,
        }
    }

    fn column(&self, offset: usize) -> u32 {
        let before = &self.source[..offset.min(self.source.len())];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before[line_start..].chars().count() + 1;
        u32::try_from(column).unwrap_or(u32::MAX)
    }

    /// Variables are the shell's own wherever the runbook assigns them.
    fn note_assigned(&mut self, block: &Block) {
        if let Block::Code(code) = block {
            let assigned: &mut BTreeSet<String> = &mut self.known.assigned;
            code.lines
                .iter()
                .for_each(|line| step::assigned(&line.text, assigned));
        }
    }

    fn block(&mut self, block: &Block) {
        if self.is_literal {
            match block {
                Block::Code(code) => self.literal_code(code),
                Block::Directive(text) => self.literal_directive(text),
                Block::Heading(..)
                | Block::Paragraph(_)
                | Block::Summary(_)
                | Block::Rule
                | Block::Enter(_)
                | Block::Leave(_)
                | Block::Table(_)
                | Block::LostFence(_) => {}
            }
            return;
        }
        match block {
            Block::Heading(level, text) => self.heading(*level, text),
            Block::Paragraph(text) => self.paragraph(text),
            Block::Summary(text) => self.summary(text),
            Block::Rule => self.scope.end_conditions(),
            Block::Enter(container) => self.scope.enter(*container),
            Block::Leave(container) => self.leave(*container),
            Block::Code(code) => self.code(code),
            Block::Table(text) => self.table(text),
            Block::Directive(text) => self.directive(text),
            Block::LostFence(offset) => {
                let message =
                    "this fence stands within HTML, which Markdown takes for text".to_owned();
                let help = "put a blank line before it".to_owned();
                let error = self.error(*offset..*offset + 3, message, Some(help));
                self.errors.push(error);
            }
        }
    }

    fn leave(&mut self, container: Container) {
        self.scope.leave(container);
    }

    fn heading(&mut self, level: u8, text: &Prose) {
        self.scope.begin_section(level);
        self.context.question = None;
        if !prose::is_answer(&text.placed.text) {
            self.context.asked = None;
        }
        self.context.topics.clear();
        let unparted = text.unparted();
        let text = &text.placed;
        let place = 0..text.text.trim_end().len();
        // The title names the trouble, and asks nothing unless it begins so.
        let is_title = level == 1 && !std::mem::replace(&mut self.has_title, true);
        if is_title && prose::begins(&text.text) {
            self.passed.push(PassedOver {
                line: self.line(text.offset(0)),
                what: text.text.trim().to_owned(),
                why: "the title: it names the trouble, and asks nothing".to_owned(),
            });
        }
        let read = |builder: &Self| {
            if is_title {
                return Sentence::Prose;
            }
            match prose::read(&unparted, true, &builder.context) {
                Sentence::Unknown(why) if why == prose::UNKNOWN => {
                    Sentence::Unknown(prose::UNKNOWN_CASE.to_owned())
                }
                read @ (Sentence::Unknown(_)
                | Sentence::Prose
                | Sentence::Question(_)
                | Sentence::Condition(_)
                | Sentence::Halt(_)) => read,
            }
        };
        if let Some(guard) = self.decision(text, place, read) {
            self.scope.set_heading(level, guard);
        }
        prose::topics(&text.text, &mut self.context);
    }

    /// `<summary>`: the heading of what `<details>` holds.
    fn summary(&mut self, text: &Placed) {
        let place = 0..text.text.trim_end().len();
        let read = |builder: &Self| prose::read(&text.text, true, &builder.context);
        if let Some(guard) = self.decision(text, place, read) {
            self.scope.set(guard, false);
        }
    }

    /// What a comment in the file decides about what follows it.
    fn decided(&mut self, directive: Directive) {
        match directive {
            Directive::Skip => {}
            Directive::Prose => self.scope.end_conditions(),
            Directive::Decided(sentence, text, line) => {
                if let Some(guard) = self.decide(sentence, &text, line, None) {
                    self.scope.end_conditions();
                    self.scope.set(guard, false);
                }
            }
        }
    }

    /// What a sentence decides: the condition that it is, if it is one.
    fn decision(
        &mut self,
        text: &Placed,
        range: Range<usize>,
        read: impl Fn(&Self) -> Sentence,
    ) -> Option<usize> {
        if let Some(directive @ (Directive::Prose | Directive::Decided(..))) = self.directive.take()
        {
            return match directive {
                Directive::Decided(sentence, text, line) => {
                    self.decide(sentence, &text, line, None)
                }
                Directive::Prose | Directive::Skip => None,
            };
        }
        let sentence = read(self);
        let span = text.span(range.clone());
        let line = self.line(span.start);
        self.decide(sentence, &text.text[range], line, Some(span))
    }

    fn decide(
        &mut self,
        sentence: Sentence,
        text: &str,
        line: u32,
        span: Option<Range<usize>>,
    ) -> Option<usize> {
        let text = text.trim().to_owned();
        match sentence {
            Sentence::Prose => {
                if text.ends_with('?') {
                    self.context.question = None;
                    self.context.asked = None;
                }
                self.remark(&text, line);
                None
            }
            Sentence::Question(test) => {
                self.context.asked = Some(test.clone());
                self.context.question = Some(test);
                None
            }
            Sentence::Condition(Reading::Known(test)) if prose::is_answer(&text) => {
                // `Yes` says nothing by itself.
                let text = format!("{text} ({test})");
                Some(self.guard(Reading::Known(test), text, line, span))
            }
            Sentence::Condition(reading) => {
                self.remarks_within(&text, line);
                Some(self.guard(reading, text, line, span))
            }
            Sentence::Halt(halt) => {
                if halt.when == Reading::Otherwise {
                    self.scope.end_last();
                }
                let guard = match halt.when {
                    Reading::Always => None,
                    when @ (Reading::Known(_) | Reading::Otherwise) => {
                        Some(self.guard(when, text.clone(), line, span))
                    }
                };
                let mut guards = self.scope.governing();
                guards.extend(guard);
                self.depend(&guards);
                let until = match halt.manner {
                    Manner::Stop => Until::Never,
                    Manner::Wait(test) => Until::Holds(test),
                    Manner::Pause(long) => Until::Passed(long),
                };
                self.items.push(Item::Halt(Halt {
                    line,
                    text,
                    guards,
                    until,
                }));
                if let Some(guard) = guard {
                    self.scope.set_last(guard);
                }
                None
            }
            Sentence::Unknown(why) => {
                let span = span.unwrap_or(0..0);
                let help = if why == prose::UNKNOWN_CASE {
                    help_for_case(&text)
                } else {
                    help(&text, why == prose::UNKNOWN)
                };
                let error = self.error(span, why, Some(help));
                if prose::orders_to_halt(&text) {
                    // All that comes below depends on it.
                    self.errors.push(error);
                    return None;
                }
                Some(self.add(None, None, text, line, Some(error)))
            }
        }
    }

    fn guard(
        &mut self,
        reading: Reading,
        text: String,
        line: u32,
        span: Option<Range<usize>>,
    ) -> usize {
        self.context.question = None;
        let test = match reading {
            Reading::Known(test) => test,
            Reading::Always => Test::Is(super::Condition::Always, true),
            Reading::Otherwise => {
                let Some(other) = self.scope.last() else {
                    let message = "`Otherwise` without a condition above it".to_owned();
                    let error = self.error(span.unwrap_or(0..0), message, Some(help("", false)));
                    return self.add(None, None, text, line, Some(error));
                };
                self.scope.end_last();
                let unknown = self.scope.governing().contains(&other).then(|| {
                    let message = "`Otherwise` within the condition to which it refers".to_owned();
                    let help = "put it behind the section or the list of that condition, or say what is asked";
                    self.error(span.unwrap_or(0..0), message, Some(help.to_owned()))
                });
                return self.add(None, Some(other), text, line, unknown);
            }
        };
        self.add(Some(test), None, text, line, None)
    }

    fn add(
        &mut self,
        test: Option<Test>,
        alternative: Option<usize>,
        text: String,
        line: u32,
        unknown: Option<RunbookError>,
    ) -> usize {
        let within = self.scope.around();
        let guard = self.guards.len();
        self.unknown.push(unknown);
        self.is_used.push(false);
        self.guards.push(Guard {
            line,
            text,
            within,
            test,
            alternative,
        });
        self.items.push(Item::Condition(guard));
        guard
    }

    /// Something depends on conditions: those that are not understood are errors.
    fn depend(&mut self, guards: &[usize]) {
        for guard in guards {
            self.is_used[*guard] = true;
            self.errors.extend(self.unknown[*guard].take());
            if let Some(other) = self.guards[*guard].alternative {
                self.depend(&[other]);
            }
        }
    }

    fn directive(&mut self, text: &Placed) {
        let said = text.text.trim().to_lowercase();
        let line = self.line(text.offset(0));
        self.directive = match said.as_str() {
            literal::LITERALLY => {
                self.begin_literal(text);
                None
            }
            "skip" => Some(Directive::Skip),
            "prose" => Some(Directive::Prose),
            _ => match prose::read(&text.text, false, &self.context) {
                Sentence::Prose | Sentence::Question(_) | Sentence::Unknown(_) => {
                    let span = text.span(0..text.text.len());
                    let message = "this comment decides nothing that is understood".to_owned();
                    let known = help_for_comment(&text.text);
                    let error = self.error(span, message, Some(known));
                    self.errors.push(error);
                    None
                }
                sentence @ (Sentence::Condition(_) | Sentence::Halt(_)) => {
                    Some(Directive::Decided(sentence, text.text.clone(), line))
                }
            },
        };
    }

    /// Conditions on which nothing depends are listed.
    fn end(&mut self) {
        for at in 0..self.guards.len() {
            // What says what to do after a failure may say it in prose alone.
            let guard = &self.guards[at];
            let other = guard
                .alternative
                .and_then(|other| self.guards[other].test.clone());
            let test = guard.test.clone().or(other.map(Test::negated));
            if !self.is_used[at] && test.is_some_and(|test| test.foresees()) {
                let around = guard.within.clone();
                self.depend(&[at]);
                self.depend(&around);
            }
        }
        for (guard, used) in self.guards.iter().zip(&self.is_used) {
            let is_end = guard.test == Some(Test::Is(super::Condition::Always, true));
            if !used && !is_end {
                self.passed.push(PassedOver {
                    line: guard.line,
                    what: guard.text.clone(),
                    why: "a condition on which no command depends".to_owned(),
                });
            }
        }
        // Nothing is decided that decides nothing.
        let is_used = &self.is_used;
        self.items.retain(|item| match item {
            Item::Condition(guard) => is_used[*guard],
            Item::Halt(_) | Item::Step(_) => true,
        });
    }

    fn no_commands(&self, whole: impl Fn(&str, Option<&str>) -> RunbookErrors) -> RunbookErrors {
        let found = [
            (
                &self.inline,
                "commands in a sentence are not typed: put them in a block",
            ),
            (
                &self.in_table,
                "commands in a table are not typed: put them in a block",
            ),
        ];
        for (place, message) in found {
            if let Some(span) = place {
                let help =
                    "a block begins and ends with a line of three backticks: ```bash".to_owned();
                let error = self.error(span.clone(), message.to_owned(), Some(help));
                return RunbookErrors {
                    errors: vec![error],
                    omitted: 0,
                };
            }
        }
        let passed = self.passed.iter().find(|passed| passed.what == code::BLOCK);
        let help = "commands stand in blocks: ```bash, ```sh, ```shell or ```console";
        match passed {
            Some(passed) => {
                let help = format!(
                    "the block at line {} is not typed: {}; {help}",
                    passed.line, passed.why
                );
                whole("the runbook has no commands", Some(&help))
            }
            None => whole("the runbook has no commands", Some(help)),
        }
    }
}
