//! From the text of a block to the lines that are typed.

use std::collections::BTreeSet;
use std::ops::Range;

use super::condition::Deed;
use super::look::{Effect, effect};
use super::names::Collector;
use super::placeholder::{self, Each, Placeholder, Shape, StandsFor};
use super::tree::{Start, Visitor, starts, walk};
use super::{check, listing, program};
use crate::shell::{
    self, Assignment, Command, CommandKind, List, RedirectionKind, Word, base_name,
};

/// A line that is typed, with its place in the text of its block.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) range: Range<usize>,
    pub(super) placeholders: Vec<Placeholder>,
    pub(super) each: Option<Each>,
    /// The address beside an object's ID, where it is written out.
    pub(super) address: Option<String>,
    pub(super) effect: Effect,
    pub(super) deed: Deed,
    pub(super) answers: Vec<String>,
}

/// A mistake in the text of a block.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) range: Range<usize>,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

/// What is known of a runbook's shell beside one block.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Variables that it assigns anywhere.
    pub(super) assigned: BTreeSet<String>,
    /// Functions that it has defined so far.
    functions: BTreeSet<String>,
    pub(super) names: Collector,
}

/// The variables that a text assigns, as far as its words show.
pub(super) fn assigned(text: &str, found: &mut BTreeSet<String>) {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || matches!(c, ';' | '(' | '&' | '|' | '`'))
        .collect();
    for (at, word) in words.iter().enumerate() {
        if let Some((name, _)) = word.split_once('=') {
            let name = name
                .trim_end_matches('+')
                .trim_start_matches(['"', '\''])
                .trim_start_matches("${")
                .trim_end_matches(':');
            found.insert(name.to_owned());
        }
        if *word == "read" {
            let names = words[at + 1..].iter().take_while(|word| !word.is_empty());
            found.extend(
                names
                    .filter(|name| !name.starts_with('-'))
                    .map(|name| (*name).to_owned()),
            );
        }
        if *word == "for"
            && let Some(name) = words.get(at + 1)
        {
            found.insert((*name).to_owned());
        }
    }
}

/// The lines of a text. `line_of` is the line of a place in it, in the file.
pub(super) fn lines(
    text: &str,
    known: &mut Known,
    line_of: &impl Fn(usize) -> u32,
) -> (Vec<Line>, Vec<Fault>) {
    let shapes = placeholder::shapes(text, &known.assigned);
    let masked = placeholder::masked(text, &shapes);
    let script = match shell::parse(&masked) {
        Ok(script) => script,
        Err(error) => return (Vec::new(), vec![syntax(text, &error)]),
    };
    let lists = script.lines();
    let mut read: Vec<Line> = Vec::new();
    let mut faults = Vec::new();
    for (at, list) in lists.iter().enumerate() {
        let Some(start) = list.first().map(|first| first.span.start) else {
            continue;
        };
        let next = lists
            .get(at + 1)
            .and_then(|next| next.first())
            .map_or(text.len(), |next| next.span.start);
        let range = start..end(text, list, next);
        if let Some(answer) = answer(list)
            && let Some(before) = read.last_mut()
            && asks(text, before)
        {
            before.answers.push(answer);
            continue;
        }
        let own = shapes.partition_point(|shape| shape.range.end <= range.start)
            ..shapes.partition_point(|shape| shape.range.start < range.end);
        let mut reader = Reader {
            text,
            masked: &masked,
            shapes: &shapes[own],
            known,
            line: line_of(start),
            placeholders: Vec::new(),
            each: None,
            address: None,
            faults: Vec::new(),
        };
        walk(list, &mut reader);
        let (line, mut found) = reader.line(list, range.clone());
        if let Some(fault) = found.first_mut()
            && at > 0
            && listing::looks_printed(&text[range.clone()])
        {
            *fault = printed(range.clone());
            faults.extend(found.into_iter().take(1));
            break;
        }
        faults.extend(found);
        read.push(line);
    }
    (read, faults)
}

/// The lines of a text that is typed as it stands.
pub(super) fn as_typed(
    text: &str,
) -> Result<Vec<(Range<usize>, Effect, Deed)>, shell::SyntaxError> {
    let script = shell::parse(text)?;
    let lists = script.lines();
    let starts: Vec<Option<usize>> = { lists.iter() }
        .map(|list| list.first().map(|first| first.span.start))
        .collect();
    let line = |(at, list): (usize, &List)| {
        let start = starts[at]?;
        let next = starts.get(at + 1).copied().flatten();
        let range = start..end(text, list, next.unwrap_or(text.len()));
        Some((range, effect(list), deed(list)))
    };
    Ok(lists.iter().enumerate().filter_map(line).collect())
}

/// What a shell is given of a text, line by line: a comment is nothing, and what belongs together,
/// such as a loop, is one.
///
/// # Errors
///
/// Where it is not in bash's syntax, or not to its end.
pub fn typed_lines(text: &str) -> Result<Vec<String>, shell::SyntaxError> {
    let lines = as_typed(text)?.into_iter();
    Ok(lines.map(|(range, ..)| text[range].to_owned()).collect())
}

/// Output among commands.
fn printed(range: Range<usize>) -> Fault {
    Fault {
        range,
        message: "output among commands: begin commands with `$`".to_owned(),
        help: Some(
            "$ terraform plan; or put the output into a block of its own: ```text".to_owned(),
        ),
    }
}

/// A mistake of syntax; where a line before it looks like output, it is that.
fn syntax(text: &str, error: &shell::SyntaxError) -> Fault {
    let mut start = 0;
    for (at, line) in text.split_inclusive('\n').enumerate() {
        let is_before = start <= error.offset;
        if at > 0
            && is_before
            && listing::looks_printed(line)
            && !line.trim_start().starts_with('#')
        {
            let indent = line.len() - line.trim_start().len();
            return printed(start + indent..start + line.trim_end().len());
        }
        start += line.len();
    }
    Fault {
        range: error.offset..error.offset + error.length,
        message: error.message.clone(),
        help: error.suggestion.clone().or_else(|| {
            Some("what is not to be typed gets <!-- leaselab: skip --> above its block".to_owned())
        }),
    }
}

/// Whether the spans of a line do not reach to its end: here-documents and `fi` are behind it.
struct Reaches(bool);

impl Visitor for Reaches {
    fn command(&mut self, command: &Command) {
        let is_simple = match &command.kind {
            CommandKind::Simple { .. } | CommandKind::Test(_) | CommandKind::Arithmetic(_) => true,
            CommandKind::Group(_)
            | CommandKind::Subshell(_)
            | CommandKind::If { .. }
            | CommandKind::Loop { .. }
            | CommandKind::For { .. }
            | CommandKind::Case { .. }
            | CommandKind::Function { .. } => false,
        };
        let has_document = command.redirections.iter().any(|redirection| {
            matches!(
                redirection.kind,
                RedirectionKind::Text { line_break: false }
            )
        });
        self.0 &= is_simple && !has_document;
    }
}

/// Where a line ends, here-documents and the end of compounds included.
fn end(text: &str, list: &List, next: usize) -> usize {
    let mut reaches = Reaches(true);
    walk(list, &mut reaches);
    let last = list.last().map_or(0, |last| last.span.end).min(text.len());
    let first = list.first().map_or(0, |first| first.span.start);
    // What is only redirected has no span of its own.
    if reaches.0 && last > first {
        return last;
    }
    let last = last.max(first);
    // Comments below it belong to what follows.
    let mut end = next;
    while let Some(line) = text[..end].trim_end().rsplit('\n').next() {
        let start = text[..end].trim_end().len() - line.len();
        let is_idle = line.trim_start().starts_with('#') && start > last;
        end = text[..end].trim_end().len();
        if !is_idle {
            break;
        }
        end = start;
    }
    end
}

/// A line that is only an answer: `yes`.
fn answer(list: &List) -> Option<String> {
    let [statement] = &**list else { return None };
    let [command] = statement.first.stages.as_slice() else {
        return None;
    };
    let CommandKind::Simple { words, assignments } = &command.kind else {
        return None;
    };
    let [word] = words.as_slice() else {
        return None;
    };
    let text = word.literal()?;
    let is_answer =
        assignments.is_empty() && statement.rest.is_empty() && command.redirections.is_empty();
    (is_answer && matches!(text.as_str(), "yes" | "no" | "y" | "n")).then_some(text)
}

/// Whether a command asks for a `yes`.
fn asks(text: &str, line: &Line) -> bool {
    let source = &text[line.range.clone()];
    match line.deed {
        Deed::Unlock => !source.contains("-force "),
        Deed::Apply => !source.contains("-auto-approve"),
        Deed::Init => true,
        Deed::Plan | Deed::Push | Deed::Pull | Deed::Import | Deed::Edit | Deed::Other => false,
    }
}

/// What a line does: its first command of Terraform.
fn deed(list: &List) -> Deed {
    let starts = starts(list);
    let terraform = starts.iter().find(|start| {
        start
            .program()
            .is_some_and(|name| name == "terraform" || name == "tofu")
    });
    let Some(start) = terraform else {
        return Deed::Other;
    };
    let operands = start.operands();
    let mut words = operands.iter().map(String::as_str);
    match (words.next(), words.next()) {
        (Some("plan"), _) => Deed::Plan,
        (Some("apply" | "destroy" | "refresh"), _) => Deed::Apply,
        (Some("state"), Some("push")) => Deed::Push,
        (Some("state"), Some("pull")) => Deed::Pull,
        (Some("force-unlock"), _) => Deed::Unlock,
        (Some("import"), _) => Deed::Import,
        (Some("init"), _) => Deed::Init,
        (Some("taint" | "untaint"), _) | (Some("state"), Some("rm" | "mv")) => Deed::Edit,
        _ => Deed::Other,
    }
}

/// Reads the commands of one line.
struct Reader<'t> {
    text: &'t str,
    masked: &'t str,
    shapes: &'t [Shape],
    known: &'t mut Known,
    line: u32,
    placeholders: Vec<Placeholder>,
    each: Option<Each>,
    address: Option<String>,
    faults: Vec<Fault>,
}

impl Visitor for Reader<'_> {
    fn command(&mut self, command: &Command) {
        if let CommandKind::Function { name, .. } = &command.kind {
            self.known.functions.insert(name.to_string());
        }
        let CommandKind::Simple { words, .. } = &command.kind else {
            return;
        };
        if let Some(word) = words.first()
            && let Some(name) = word.literal()
            && !program::is_known(base_name(&name))
            && !self.known.functions.contains(&name)
        {
            self.unknown(&name, word);
            return;
        }
        let Some(start) = Start::of(command) else {
            return;
        };
        let found = placeholder::of_start(self.text, start, self.shapes);
        match found {
            Ok(found) => self.understood(start, found),
            Err(error) => self.faults.push(Fault {
                range: error.range,
                message: error.message,
                help: Some("known are <LOCK_ID>, <ADDRESS> and <ID>, and names of the state: <ACCOUNT>, <CONTAINER>, <BLOB>".to_owned()),
            }),
        }
        self.faults.extend(check::start(self.masked, start));
    }

    fn assignment(&mut self, assignment: &Assignment) {
        let range = assignment.span.start..assignment.span.end;
        self.placeholders
            .extend(placeholder::of_text(self.text, &range, self.shapes));
        self.known
            .names
            .assign(&assignment.name, &assignment.value, self.line);
    }
}

impl Reader<'_> {
    /// What was read of a line, and what is wrong with it.
    fn line(mut self, list: &List, range: Range<usize>) -> (Line, Vec<Fault>) {
        self.rest(&range);
        let mut placeholders = self.placeholders;
        placeholders.sort_by_key(|placeholder| placeholder.range.start);
        placeholders.dedup_by_key(|placeholder| placeholder.range.start);
        for placeholder in &mut placeholders {
            let of = &placeholder.range;
            let start = of.start.saturating_sub(range.start);
            placeholder.range = start..of.end.saturating_sub(range.start);
        }
        let line = Line {
            range,
            placeholders,
            each: self.each,
            address: self.address,
            effect: effect(list),
            deed: deed(list),
            answers: Vec::new(),
        };
        (line, self.faults)
    }

    /// A program whose placeholders have a meaning.
    fn understood(&mut self, start: Start<'_>, found: Vec<Placeholder>) {
        let stands = |wanted: StandsFor| {
            found
                .iter()
                .find(|placeholder| placeholder.stands_for == wanted)
        };
        if let Some(address) = stands(StandsFor::Address) {
            let is_half_written =
                |each: &Each| *each == Each::Misplaced && stands(StandsFor::OwnAddress).is_none();
            match placeholder::each(start).filter(|each| !is_half_written(each)) {
                Some(each) => self.each = Some(each),
                None => self.faults.push(Fault {
                    range: address.range.clone(),
                    message: "it is not known which address is meant here; write it out".to_owned(),
                    help: None,
                }),
            }
        } else if stands(StandsFor::ObjectId).is_some() {
            self.address = start.operands().get(1).cloned();
        } else if stands(StandsFor::OwnAddress).is_some() {
            self.address = start.operands().get(2).cloned();
        }
        let spans: Vec<Range<usize>> = found
            .iter()
            .map(|placeholder| placeholder.range.clone())
            .collect();
        let is_placeholder = |word: &Word| {
            spans
                .iter()
                .any(|span| word.span.start <= span.start && span.end <= word.span.end)
        };
        self.known.names.start(start, self.line, &is_placeholder);
        self.faults
            .extend(check::operands_filled(start, &is_placeholder));
        self.placeholders.extend(found);
    }

    fn unknown(&mut self, name: &str, word: &Word) {
        let near = program::nearest(name);
        let message = if name == "terragrunt" {
            "`terragrunt` is not known; `tofu` is".to_owned()
        } else {
            format!("unknown program {}", crate::command::wording::quoted(name))
        };
        let known = "known are terraform, tofu, az, gh, git, bash and the usual small programs; a block that is not to \
                     be typed is marked: ```bash skip, or <!-- leaselab: skip --> above it";
        let help = match near.filter(|_| name != "terragrunt") {
            Some(near) => format!("{} {known}", crate::command::wording::did_you_mean(near)),
            None => known.to_owned(),
        };
        self.faults.push(Fault {
            range: word.span.start..word.span.end,
            message,
            help: Some(help),
        });
    }

    /// Placeholders in no word that was looked at: in loops, tests and here-documents.
    fn rest(&mut self, range: &Range<usize>) {
        let found = placeholder::of_text(self.text, range, self.shapes);
        let taken: Vec<usize> = self
            .placeholders
            .iter()
            .map(|taken| taken.range.start)
            .collect();
        let has_faults = !self.faults.is_empty();
        let left = found
            .into_iter()
            .filter(|found| !taken.contains(&found.range.start));
        self.placeholders.extend(left.filter(|_| !has_faults));
    }
}
