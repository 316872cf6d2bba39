//! A line, and what becomes of it.

use super::builtin::{BUILTINS, Builtin};
use super::desk::Standing;
use super::said::{Ended, Refused, Said};
use super::{Advice, Course, Drill};
use crate::command::wording::{did_you_mean, nearest};
use crate::kernel::SimDuration;
use crate::runbook::stroke::{self, CTRL_C};
use crate::runbook::{COMMANDS_MAX, Stroke, typed_lines};
use crate::shell::is_builtin;
use crate::terraform::{Names, OperatorId};

/// When a Ctrl+C strikes of which nothing is said: after the start of a command.
const INTERRUPTED_AFTER: SimDuration = SimDuration::from_seconds(1);

impl Drill {
    pub(super) fn names(&self) -> &Names {
        self.simulation().names()
    }

    pub(super) fn take(&mut self, line: &str, said: &mut Vec<Said>) {
        let forbidden = |c: char| c.is_control() && c != '\t';
        if let Some(character) = line.chars().find(|c| forbidden(*c)) {
            said.push(Said::Refused(Refused::ControlCharacter(character)));
            return;
        }
        if let Some(times) = interrupts(line) {
            if !std::mem::take(&mut self.partial).is_empty() {
                return;
            }
            for (index, after) in times.into_iter().enumerate() {
                // The first one may have ended it.
                if index == 0 || self.desk.standing() != Standing::Idle {
                    self.interrupt_after(after, said);
                }
            }
            return;
        }
        let called =
            Builtin::called(line).filter(|(_, _, has_colon)| self.partial.is_empty() || *has_colon);
        if let Some((Builtin::Switch, rest, has_colon)) = called
            && self.is_for_leaselab("switch", has_colon)
            && let Some((name, "after", pace)) = words(rest)
            && let Ok(pace) = pace.parse::<SimDuration>()
        {
            self.switch_after(name, pace, said);
            return;
        }
        self.settle_into(said);
        if let Some((builtin, rest, has_colon)) = called
            && self.is_for_leaselab(first_word(line), has_colon)
        {
            self.call(builtin, rest, said);
            return;
        }
        match self.desk.standing() {
            Standing::Asks => {
                self.answer(line, said);
                let word = called.and_then(|(called, ..)| called.word());
                said.extend(word.map(|word| Said::TakenAsAnswer { word }));
            }
            // Whoever leaves the shell leaves the drill.
            Standing::Idle
                if self.partial.is_empty() && matches!(line.trim(), "exit" | "logout") =>
            {
                self.leave(said);
            }
            // As a command, `yes` prints itself without end.
            Standing::Idle
                if self.partial.is_empty() && matches!(line.trim(), "yes" | "y" | "no" | "n") =>
            {
                said.push(Said::Refused(Refused::NothingAsks));
            }
            Standing::Idle => self.type_in(line, said),
            Standing::AtWork | Standing::Stuck => said.push(Said::Refused(Refused::Busy)),
        }
        // What takes no time has ended.
        self.show(said);
    }

    /// Whether a word is leaselab's: what the shell has of that name it keeps, and a question takes
    /// every line, unless there is a colon before it.
    fn is_for_leaselab(&self, name: &str, has_colon: bool) -> bool {
        let is_taken = is_builtin(name)
            || crate::shell::program::names().contains(&name)
            || self.simulation().has_function(self.desk.operator, name);
        has_colon || !(is_taken || self.desk.is_asked())
    }

    fn call(&mut self, builtin: Builtin, rest: &str, said: &mut Vec<Said>) {
        match builtin {
            Builtin::Look => said.push(Said::Look(Box::new(self.look()))),
            Builtin::Hint if self.advice == Advice::Hidden => {
                said.push(Said::Refused(Refused::NoHints));
            }
            Builtin::Hint => said.push(Said::Hint(Box::new(self.hint()))),
            Builtin::Why => said.push(Said::Why(self.why())),
            Builtin::Undo => self.undo(said),
            Builtin::Again => self.again(said),
            Builtin::Ask => said.push(self.ask(rest)),
            Builtin::Switch => match self.seat(rest) {
                Ok(operator) => self.sit_down(operator, said),
                Err(refused) => said.push(Said::Refused(refused)),
            },
            Builtin::Truth => {
                said.push(Said::Truth {
                    observation: Box::new(self.simulation().observe()),
                    names: std::sync::Arc::clone(self.simulation().names()),
                });
                self.course = Course::Revealed;
                said.push(Said::Over);
            }
            Builtin::Help => said.push(Said::Help {
                in_turns: self.seats.len() > 1,
                backend: self.names().backend,
            }),
            Builtin::Quit => self.leave(said),
        }
    }

    fn type_in(&mut self, line: &str, said: &mut Vec<Said>) {
        let text = if self.partial.is_empty() {
            line.to_owned()
        } else {
            format!("{}\n{line}", self.partial)
        };
        if goes_on(&text) {
            self.partial = text;
            return;
        }
        self.partial.clear();
        if stroke::has_placeholder(&text) {
            said.push(Said::Refused(Refused::Placeholder));
            return;
        }
        match typed_lines(&text) {
            Ok(lines) => {
                for line in lines {
                    self.command(&line, said);
                    self.show(said);
                }
            }
            Err(error) => {
                let help = error.suggestion.map(|help| format!("; {help}"));
                let text = format!("{}{}", error.message, help.unwrap_or_default());
                said.push(Said::Refused(Refused::NotUnderstood(text)));
            }
        }
    }

    fn command(&mut self, line: &str, said: &mut Vec<Said>) {
        self.settle_into(said);
        if self.is_full() {
            said.push(Said::Refused(Refused::TooMany(COMMANDS_MAX)));
            return;
        }
        let before = self.desk.clone();
        let operator = self.desk.operator;
        let name = format!("typed_{}", self.desk.strokes.len() + 1);
        match self.desk.session.type_line(operator, &name, line) {
            Ok(run) => {
                self.past.push(before);
                self.desk.began(run, line);
                self.desk.struck(Stroke::Line, line);
            }
            Err(error) => {
                let help = { meant_word(line) }
                    .or_else(|| where_the_id_is(line))
                    .map(|help| format!("; {help}"));
                let text = format!("{error}{}", help.unwrap_or_default());
                said.push(Said::Refused(Refused::NotUnderstood(text)));
            }
        }
    }

    fn is_full(&self) -> bool {
        self.desk.strokes.len() >= COMMANDS_MAX
    }

    fn answer(&mut self, text: &str, said: &mut Vec<Said>) {
        if self.is_full() {
            said.push(Said::Refused(Refused::TooMany(COMMANDS_MAX)));
            return;
        }
        let answered = self.desk.session.answer(self.desk.operator, text);
        assert_eq!(answered, Ok(()), "it asks");
        self.desk.struck(Stroke::Answer, text);
    }

    /// Ctrl+C is pressed at this instant.
    pub(super) fn press(&mut self, said: &mut Vec<Said>) {
        if self.is_full() {
            said.push(Said::Refused(Refused::TooMany(COMMANDS_MAX)));
            return;
        }
        self.show(said);
        self.desk.pace_to_now();
        self.desk.press();
        said.push(Said::Pressed);
        self.desk.struck(Stroke::Interrupt, CTRL_C);
        let before = said.len();
        self.show(said);
        if said.len() == before && self.desk.is_asked() {
            // Some commands ask on.
            self.ask_again(said);
        }
    }

    /// Ctrl+C as a transcript has it: so long after what was before.
    fn interrupt_after(&mut self, after: Option<SimDuration>, said: &mut Vec<Said>) {
        if self.desk.front().is_none() {
            said.push(Said::Refused(Refused::NothingToInterrupt));
            return;
        }
        if self.is_full() {
            said.push(Said::Refused(Refused::TooMany(COMMANDS_MAX)));
            return;
        }
        if after.is_none() && matches!(self.desk.standing(), Standing::Asks | Standing::Stuck) {
            self.press(said);
            return;
        }
        let again =
            { self.desk.strokes.last() }.is_some_and(|last| last.stroke == Stroke::Interrupt);
        let at_once = if again {
            SimDuration::ZERO
        } else {
            INTERRUPTED_AFTER
        };
        let after = after.unwrap_or(at_once);
        if self.wait_only(after, said) {
            self.press(said);
        }
    }

    /// Lets only so much time pass after the last stroke. Returns whether the command is still
    /// there then.
    fn wait_only(&mut self, pace: SimDuration, said: &mut Vec<Said>) -> bool {
        if let Some(is_rewound) = self.desk.wait_only(pace) {
            if is_rewound {
                let time = self.simulation().now();
                said.push(Said::Rewound { time });
            }
            self.show(said);
            return true;
        }
        self.settle_into(said);
        let front = self.desk.front().map(|front| (front.run, front.started));
        let observed = self.simulation().observe();
        let took = front.and_then(|(run, started)| {
            let mut runs = observed.runs.iter();
            let run = runs.find(|other| other.run == run)?;
            Some(run.ended_at?.since(started))
        });
        said.push(Said::Refused(match took {
            Some(took) => Refused::EndedBefore { took },
            None => Refused::NothingToInterrupt,
        }));
        false
    }

    fn switch_after(&mut self, name: &str, pace: SimDuration, said: &mut Vec<Said>) {
        match self.seat(name) {
            Ok(operator) if operator == self.desk.operator => {}
            Ok(operator) => {
                let own = self.desk.operator;
                let last = self.desk.strokes.last();
                let is_own = last.is_some_and(|last| last.operator == own);
                let mut told = Vec::new();
                if is_own && self.wait_only(pace, &mut told) {
                    said.append(&mut told);
                } else {
                    // It ends before, or there is none: nothing is left at work.
                    self.settle_into(said);
                    said.extend(
                        told.into_iter()
                            .filter(|said| !matches!(said, Said::Refused(_))),
                    );
                }
                self.sit_down(operator, said);
            }
            Err(refused) => said.push(Said::Refused(refused)),
        }
    }

    /// Whoever can type by this name.
    fn seat(&self, name: &str) -> Result<OperatorId, Refused> {
        let names = self.names();
        let mut seats = self.seats.iter().copied();
        let found = seats.find(|seat| names.operator(*seat) == name);
        found.ok_or_else(|| Refused::Nobody {
            name: name.to_owned(),
            known: { self.seats.iter() }
                .map(|seat| names.operator(*seat).to_owned())
                .collect(),
        })
    }

    fn sit_down(&mut self, operator: OperatorId, said: &mut Vec<Said>) {
        if operator == self.desk.operator {
            return;
        }
        self.desk.operator = operator;
        said.push(Said::Switched {
            operator: self.names().operator(operator).to_owned(),
        });
        self.show(said);
        match self.desk.standing() {
            Standing::Asks => self.ask_again(said),
            Standing::AtWork | Standing::Stuck if !self.is_full() => {
                self.desk.struck(Stroke::Wait, "");
            }
            Standing::AtWork | Standing::Stuck | Standing::Idle => {}
        }
    }

    fn ask_again(&self, said: &mut Vec<Said>) {
        let line = self
            .desk
            .front()
            .map(|front| std::sync::Arc::clone(&front.line));
        said.extend(line.map(|line| Said::AsksAgain { line }));
    }

    fn undo(&mut self, said: &mut Vec<Said>) {
        let Some(before) = self.past.pop() else {
            said.push(Said::Refused(Refused::NothingToUndo));
            return;
        };
        let taken_back = self.desk.strokes.get(before.strokes.len());
        let line = taken_back.map_or_else(String::new, |struck| struck.text.clone());
        self.desk = before;
        let time = self.simulation().now();
        said.push(Said::Undone { line, time });
    }

    fn again(&mut self, said: &mut Vec<Said>) {
        let before = std::mem::replace(&mut self.desk, self.wreck.clone());
        if !before.strokes.is_empty() {
            self.past.push(before);
        }
        self.hints.begin_again();
        said.push(Said::Again);
    }

    /// Gets up: a question is answered with an empty line.
    pub(super) fn leave(&mut self, said: &mut Vec<Said>) {
        self.settle_into(said);
        for _ in 0..2 {
            if self.desk.is_asked() {
                self.answer("", said);
                self.settle_into(said);
            }
        }
        self.close(said);
    }

    fn close(&mut self, said: &mut Vec<Said>) {
        if self.course == Course::Open {
            self.course = Course::Over;
            said.push(Said::Over);
        }
    }

    /// Lets time pass until the command has ended or asks.
    pub(super) fn settle_into(&mut self, said: &mut Vec<Said>) {
        if self.desk.is_at_work() {
            self.desk
                .wait(SimDuration::from_seconds(u64::from(u32::MAX)));
            if self.desk.standing() == Standing::Stuck {
                self.show(said);
                said.push(Said::Stuck);
            }
        }
        self.show(said);
    }

    /// Lets so much time pass, or less, where the command ends or asks before.
    pub fn pass(&mut self, at_most: SimDuration) -> Vec<Said> {
        let mut said = Vec::new();
        if self.is_at_work() {
            self.desk.wait(at_most);
            if self.desk.standing() == Standing::Stuck {
                said.push(Said::Stuck);
            }
        }
        self.show(&mut said);
        said
    }

    /// Shows what has come to the terminal, and the end of the command.
    pub(super) fn show(&mut self, said: &mut Vec<Said>) {
        let (since, shown) = self.desk.unseen();
        if !shown.is_empty() {
            said.push(Said::Screen { since, shown });
        }
        if let Some((exit, took)) = self.desk.newly_ended() {
            said.push(Said::Ended(Ended { exit, took }));
            if self.simulation().is_shell_closed(self.desk.operator) {
                self.close(said);
            }
        }
    }
}

fn first_word(line: &str) -> &str {
    let line = line.trim().trim_start_matches(':');
    line.split_whitespace().next().unwrap_or("")
}

/// Three words.
fn words(text: &str) -> Option<(&str, &str, &str)> {
    let mut words = text.split_whitespace();
    let three = (words.next()?, words.next()?, words.next()?);
    words.next().is_none().then_some(three)
}

/// The presses of Ctrl+C that a line is: how long each comes after what was before.
fn interrupts(line: &str) -> Option<Vec<Option<SimDuration>>> {
    let line = line.trim();
    let (first, rest) = match line.strip_prefix(CTRL_C) {
        Some(rest) if rest.starts_with(CTRL_C) => (rest, 1),
        Some(_) => (line, 0),
        None => return None,
    };
    let mut all = vec![stroke::interrupt(first)?];
    all.extend(vec![Some(SimDuration::ZERO); rest]);
    Some(all)
}

/// Whether a text is the beginning of a command.
fn goes_on(text: &str) -> bool {
    if text.trim_end().ends_with(['<', '>']) {
        // A shell does not look for a file's name in the next line.
        return false;
    }
    let ends_escaped = text.ends_with('\\') && !text.ends_with("\\\\");
    let is_unfinished = || {
        let error = crate::shell::parse(text).err();
        error.is_some_and(|error| error.is_unfinished())
    };
    ends_escaped || is_unfinished()
}

/// Where an ID is found that a `force-unlock` was typed without.
fn where_the_id_is(line: &str) -> Option<String> {
    let mut words = line.split_whitespace();
    let is_unlock = matches!(words.next(), Some("terraform" | "tofu"))
        && words.any(|word| word == "force-unlock");
    (is_unlock && words.all(|word| word.starts_with('-')))
        .then(|| "`terraform plan` prints it while the lock is held".to_owned())
}

/// Which word of leaselab's was meant by a line whose first word is nearly one.
fn meant_word(line: &str) -> Option<String> {
    let first = line.split_whitespace().next()?;
    let words = BUILTINS.iter().map(|(_, word, ..)| *word);
    nearest(first, words).map(did_you_mean)
}
