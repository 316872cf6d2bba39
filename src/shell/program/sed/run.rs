//! Running the commands of `sed` over lines.

use super::super::OUTPUT_MAX;
use super::super::desk::{Desk, Stop, not_modeled};
use super::super::pattern::{Pattern, next_char};
use super::script::{Action, Address, Case, Command, End, Part, Range, Substitution};

/// The most commands that are carried out for all lines together.
const STEPS_MAX: usize = 2_000_000;

/// Lines, and whether the last has a newline.
#[derive(Debug, Default)]
pub(super) struct Input {
    pub(super) rows: Vec<String>,
    pub(super) ends: bool,
}

impl Input {
    /// The lines of several files; between two a newline is added where it is missing.
    pub(super) fn joined(parts: Vec<Self>) -> Self {
        let ends = parts
            .iter()
            .rev()
            .find(|part| !part.rows.is_empty())
            .is_none_or(|part| part.ends);
        Self {
            rows: parts.into_iter().flat_map(|part| part.rows).collect(),
            ends,
        }
    }
}

/// How a command leaves a cycle.
enum Flow {
    On,
    To(usize),
    /// The cycle ends, and its line is printed.
    Ends,
    /// The cycle ends without.
    Deleted,
    /// The cycle starts anew without reading a line.
    Again,
    Quit,
}

/// What edits.
pub(super) struct Editor<'a> {
    quiet: bool,
    commands: &'a mut Vec<Command>,
    pattern: String,
    hold: String,
    line: usize,
    steps: usize,
    last: Option<Pattern>,
    quits: bool,
    substituted: bool,
    out: String,
    after: String,
    input: Input,
    at: usize,
    pub(super) status: u8,
}

impl<'a> Editor<'a> {
    pub(super) fn new(quiet: bool, commands: &'a mut Vec<Command>) -> Self {
        Self {
            quiet,
            commands,
            pattern: String::new(),
            hold: String::new(),
            line: 0,
            steps: 0,
            last: None,
            quits: false,
            substituted: false,
            out: String::new(),
            after: String::new(),
            input: Input::default(),
            at: 0,
            status: 0,
        }
    }

    /// Whether a command ended it all.
    pub(super) fn has_quit(&self) -> bool {
        self.quits
    }

    /// For the next file of several that are edited in place.
    pub(super) fn restart(&mut self) {
        self.line = 0;
        for command in self.commands.iter_mut() {
            command.within = None;
        }
    }

    /// What is left of the input after a quit, as it stands.
    pub(super) fn rest(&mut self) -> String {
        let mut rest = self
            .input
            .rows
            .get(self.at..)
            .unwrap_or_default()
            .join("\n");
        if !rest.is_empty() && self.input.ends {
            rest.push('\n');
        }
        rest
    }

    /// Edits lines; what comes out.
    pub(super) fn edit(&mut self, desk: &mut Desk<'_>, input: Input) -> Result<String, Stop> {
        self.input = input;
        self.at = 0;
        let mut again = false;
        while again || self.read() {
            again = false;
            match self.cycle(desk)? {
                Flow::Ends | Flow::On | Flow::To(_) => self.end_cycle(!self.quiet),
                Flow::Deleted => self.end_cycle(false),
                Flow::Again => {
                    self.end_cycle(false);
                    again = true;
                }
                Flow::Quit => {
                    self.quits = true;
                    break;
                }
            }
            if self.out.len() > OUTPUT_MAX {
                break;
            }
        }
        Ok(std::mem::take(&mut self.out))
    }

    /// Reads the next line into the pattern space.
    fn read(&mut self) -> bool {
        let Some(row) = self.input.rows.get(self.at) else {
            return false;
        };
        self.pattern.clone_from(row);
        self.at += 1;
        self.line += 1;
        true
    }

    fn is_last(&self) -> bool {
        self.at >= self.input.rows.len()
    }

    fn end_cycle(&mut self, print: bool) {
        if print {
            let pattern = self.pattern.clone();
            self.print(&pattern);
        }
        if !self.after.is_empty() {
            if !self.out.is_empty() && !self.out.ends_with('\n') {
                self.out.push('\n');
            }
            let after = std::mem::take(&mut self.after);
            self.out.push_str(&after);
        }
    }

    /// Prints a line; the input's last has a newline only if it had one.
    fn print(&mut self, text: &str) {
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        self.out.push_str(text);
        if !self.is_last() || self.input.ends {
            self.out.push('\n');
        }
    }

    fn cycle(&mut self, desk: &mut Desk<'_>) -> Result<Flow, Stop> {
        let mut at = 0;
        self.substituted = false;
        while at < self.commands.len() {
            // Long lines cost as many steps as it takes to copy them.
            self.steps += 1 + self.pattern.len() / 64;
            if self.steps > STEPS_MAX {
                return not_modeled(format!("more than {STEPS_MAX} commands are not modeled"));
            }
            let chosen = self.chooses(desk, at)?;
            let flow = match self.commands.get(at) {
                Some(Command {
                    action: Action::Block(end),
                    ..
                }) if !chosen => Flow::To(*end),
                Some(_) if chosen => self.carry_out(desk, at)?,
                Some(_) | None => Flow::On,
            };
            match flow {
                Flow::On => at += 1,
                Flow::To(other) => at = other,
                Flow::Ends | Flow::Deleted | Flow::Again | Flow::Quit => return Ok(flow),
            }
            if self.pattern.len() > OUTPUT_MAX || self.hold.len() > OUTPUT_MAX {
                return not_modeled(format!(
                    "a line of more than {OUTPUT_MAX} bytes is not modeled"
                ));
            }
        }
        Ok(Flow::Ends)
    }

    /// Whether the command is for this line.
    fn chooses(&mut self, desk: &mut Desk<'_>, at: usize) -> Result<bool, Stop> {
        let (line, last) = (self.line, self.is_last());
        let pattern = &self.pattern;
        let used = &mut self.last;
        let mut fits = |address: &Address| -> Result<bool, Stop> {
            Ok(match address {
                Address::Line(number) => *number == line,
                Address::Last => last,
                Address::Step(first, 0) => *first == line,
                Address::Step(first, step) => {
                    line >= *first && (line - first).is_multiple_of(*step)
                }
                Address::Fits(own) => {
                    let Some(one) = own.as_ref().or(used.as_ref()).cloned() else {
                        return desk.fail(1, "no previous regular expression");
                    };
                    let fits = one.fits(pattern)?;
                    *used = Some(one);
                    fits
                }
            })
        };
        let Some(command) = self.commands.get_mut(at) else {
            return Ok(false);
        };
        let chosen = match &command.range {
            Range::All => true,
            Range::One(address) => fits(address)?,
            Range::Two(first, end) => match command.within {
                Some(0) => {
                    let (inside, over) = match end {
                        End::At(Address::Line(number)) => (line <= *number, line >= *number),
                        End::At(address) => (true, fits(address)?),
                        End::Count(_) | End::Multiple(_) => (true, true),
                    };
                    if over {
                        command.within = None;
                    }
                    inside || fits(first)?
                }
                Some(number) => {
                    if line >= number {
                        command.within = None;
                    }
                    true
                }
                None if matches!(first, Address::Line(0)) && line == 1 => {
                    if let End::At(address) = end
                        && !fits(address)?
                    {
                        command.within = Some(0);
                    }
                    true
                }
                None if fits(first)? => {
                    command.within = range_end(end, line, last);
                    true
                }
                None => false,
            },
        };
        Ok(chosen != command.negated)
    }

    fn carry_out(&mut self, desk: &mut Desk<'_>, at: usize) -> Result<Flow, Stop> {
        let Some(command) = self.commands.get(at) else {
            return Ok(Flow::On);
        };
        match &command.action {
            Action::Substitute(_) => return self.substitute(desk, at),
            Action::Translate(table) => {
                let map = |c: char| {
                    table
                        .iter()
                        .find(|(from, _)| *from == c)
                        .map_or(c, |(_, to)| *to)
                };
                self.pattern = self.pattern.chars().map(map).collect();
            }
            Action::Print => {
                let pattern = self.pattern.clone();
                self.print(&pattern);
            }
            Action::PrintFirst => {
                let first = self
                    .pattern
                    .split('\n')
                    .next()
                    .unwrap_or_default()
                    .to_owned();
                self.print(&first);
            }
            Action::Delete => return Ok(Flow::Deleted),
            Action::DeleteFirst => match self.pattern.split_once('\n') {
                None => return Ok(Flow::Deleted),
                Some((_, rest)) => {
                    self.pattern = rest.to_owned();
                    return Ok(Flow::Again);
                }
            },
            Action::Next | Action::Append => return Ok(self.next_line(at)),
            Action::Quit { status, prints } => {
                self.status = *status;
                let print = *prints && !self.quiet;
                self.end_cycle(print);
                return Ok(Flow::Quit);
            }
            Action::Number => {
                let number = format!("{}\n", self.line);
                self.out.push_str(&number);
            }
            Action::After(text) => self.after.push_str(text),
            Action::Before(text) => self.out.push_str(text),
            Action::Change(text) => {
                // For a range the text stands once, at its end.
                if command.within.is_none() || command.negated {
                    self.out.push_str(text);
                }
                return Ok(Flow::Deleted);
            }
            Action::Hold | Action::HoldMore | Action::Get | Action::GetMore | Action::Exchange => {
                self.hold(at);
            }
            Action::Branch(to) => return Ok(Flow::To(*to)),
            Action::BranchIf(to) if std::mem::take(&mut self.substituted) => {
                return Ok(Flow::To(*to));
            }
            Action::BranchUnless(to) if !std::mem::take(&mut self.substituted) => {
                return Ok(Flow::To(*to));
            }
            Action::Block(_) | Action::BranchIf(_) | Action::BranchUnless(_) => {}
        }
        Ok(Flow::On)
    }

    /// The commands between the pattern space and the hold space.
    fn hold(&mut self, at: usize) {
        let Some(command) = self.commands.get(at) else {
            return;
        };
        match &command.action {
            Action::Hold => self.hold.clone_from(&self.pattern),
            Action::HoldMore => {
                self.hold.push('\n');
                self.hold.push_str(&self.pattern);
            }
            Action::Get => self.pattern.clone_from(&self.hold),
            Action::GetMore => {
                self.pattern.push('\n');
                self.pattern.push_str(&self.hold);
            }
            Action::Exchange => std::mem::swap(&mut self.pattern, &mut self.hold),
            Action::Substitute(_)
            | Action::Translate(_)
            | Action::Print
            | Action::PrintFirst
            | Action::Delete
            | Action::DeleteFirst
            | Action::Next
            | Action::Append
            | Action::Quit { .. }
            | Action::Number
            | Action::After(_)
            | Action::Before(_)
            | Action::Change(_)
            | Action::Branch(_)
            | Action::BranchIf(_)
            | Action::BranchUnless(_)
            | Action::Block(_) => {}
        }
    }

    /// `n` and `N`; without another line GNU prints what there is and quits.
    fn next_line(&mut self, at: usize) -> Flow {
        let append = matches!(
            self.commands.get(at),
            Some(Command {
                action: Action::Append,
                ..
            })
        );
        if self.is_last() {
            let print = !self.quiet;
            self.end_cycle(print);
            return Flow::Quit;
        }
        if append {
            let before = std::mem::take(&mut self.pattern);
            self.read();
            self.pattern = format!("{before}\n{}", self.pattern);
        } else {
            let print = !self.quiet;
            self.end_cycle(print);
            self.read();
        }
        Flow::On
    }

    fn substitute(&mut self, desk: &mut Desk<'_>, at: usize) -> Result<Flow, Stop> {
        let Some(Command {
            action: Action::Substitute(plan),
            ..
        }) = self.commands.get(at)
        else {
            return Ok(Flow::On);
        };
        let Some(pattern) = plan.pattern.as_ref().or(self.last.as_ref()).cloned() else {
            return desk.fail(1, "no previous regular expression");
        };
        let replaced = replaced(plan, &pattern, &self.pattern)?;
        let print = plan.print;
        self.last = Some(pattern);
        if let Some(replaced) = replaced {
            self.pattern = replaced;
            self.substituted = true;
            if print {
                let pattern = self.pattern.clone();
                self.print(&pattern);
            }
        }
        Ok(Flow::On)
    }
}

/// Where a range ends that begins on this line: 0 where a pattern decides, none if it ends here.
fn range_end(end: &End, line: usize, last: bool) -> Option<usize> {
    match end {
        End::At(Address::Line(number)) => (*number > line).then_some(*number),
        End::At(Address::Last) if last => None,
        End::At(_) => Some(0),
        End::Count(0) | End::Multiple(0) => None,
        End::Count(count) => Some(line.saturating_add(*count)),
        End::Multiple(multiple) => {
            let to = line.div_ceil(*multiple).saturating_mul(*multiple);
            (to > line).then_some(to)
        }
    }
}

/// A line with its matches replaced; none if there was none to replace.
fn replaced(plan: &Substitution, pattern: &Pattern, line: &str) -> Result<Option<String>, Stop> {
    let mut out = String::new();
    let mut from = 0;
    let mut copied = 0;
    let mut count = 0;
    let mut any = false;
    let mut previous_end = None;
    while from <= line.len() {
        let Some(groups) = pattern.groups(line, from)? else {
            break;
        };
        let Some((start, end)) = groups.first().copied().flatten() else {
            break;
        };
        // An empty match right behind another is none.
        if start == end && previous_end == Some(start) {
            from = next_char(line, from.max(end));
            continue;
        }
        previous_end = Some(end);
        count += 1;
        if count >= plan.number {
            any = true;
            out.push_str(line.get(copied..start).unwrap_or_default());
            expand(&plan.parts, line, &groups, &mut out);
            copied = end;
            if !plan.all {
                break;
            }
        }
        from = if end > start {
            end
        } else {
            next_char(line, end)
        };
        if out.len() > OUTPUT_MAX {
            break;
        }
    }
    if !any {
        return Ok(None);
    }
    out.push_str(line.get(copied..).unwrap_or_default());
    Ok(Some(out))
}

fn expand(parts: &[Part], line: &str, groups: &[Option<(usize, usize)>], out: &mut String) {
    let mut case = Case::End;
    let mut next: Option<Case> = None;
    for part in parts {
        let text = match part {
            Part::Text(text) => text.as_str(),
            Part::Group(group) => groups
                .get(*group)
                .copied()
                .flatten()
                .and_then(|(start, end)| line.get(start..end))
                .unwrap_or_default(),
            Part::Case(which) => {
                match which {
                    Case::UpperNext | Case::LowerNext => next = Some(*which),
                    Case::Upper | Case::Lower | Case::End => (case, next) = (*which, None),
                }
                continue;
            }
        };
        let mut changed = match case {
            Case::Upper => text.to_uppercase(),
            Case::Lower => text.to_lowercase(),
            Case::End | Case::UpperNext | Case::LowerNext => text.to_owned(),
        };
        if let (Some(which), Some(first)) = (next, changed.chars().next()) {
            let rest = changed.split_off(first.len_utf8());
            let first = match which {
                Case::UpperNext => first.to_uppercase().collect::<String>(),
                Case::Lower | Case::LowerNext | Case::Upper | Case::End => {
                    first.to_lowercase().collect()
                }
            };
            changed = first + &rest;
            next = None;
        }
        out.push_str(&changed);
    }
}
