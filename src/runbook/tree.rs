//! The commands within a line of shell: which programs it starts, with which words.

use crate::shell::{
    Assignment, Command, CommandKind, Condition, List, Operation, Part, Statement, Substitution,
    Word, base_name,
};

/// Whoever wants to know of commands, words and variables.
pub(super) trait Visitor {
    /// A command, before what is within it.
    fn command(&mut self, _command: &Command) {}
    /// A word, before what is within it.
    fn word(&mut self, _word: &Word) {}
    /// An assignment.
    fn assignment(&mut self, _assignment: &Assignment) {}
    /// A variable of a loop, or a function.
    fn name(&mut self, _name: &str) {}
}

/// Walks through statements, and all that is within them.
pub(super) fn walk(list: &[Statement], visitor: &mut impl Visitor) {
    for pipeline in list.iter().flat_map(Statement::pipelines) {
        for stage in &pipeline.stages {
            command(stage, visitor);
        }
    }
}

fn command(of: &Command, visitor: &mut impl Visitor) {
    visitor.command(of);
    match &of.kind {
        CommandKind::Simple { assignments, words } => {
            for assignment in assignments {
                visitor.assignment(assignment);
                word(&assignment.value, visitor);
            }
            for part in words {
                word(part, visitor);
            }
        }
        CommandKind::Group(_)
        | CommandKind::Subshell(_)
        | CommandKind::If { .. }
        | CommandKind::Loop { .. } => {
            for list in of.kind.lists() {
                walk(list, visitor);
            }
        }
        CommandKind::For {
            variable,
            words,
            body,
        } => {
            visitor.name(variable);
            let words = words.iter().flatten();
            words.for_each(|part| word(part, visitor));
            walk(body, visitor);
        }
        CommandKind::Case { subject, arms } => {
            word(subject, visitor);
            for arm in arms {
                arm.patterns
                    .iter()
                    .for_each(|pattern| word(pattern, visitor));
                walk(&arm.body, visitor);
            }
        }
        CommandKind::Function { name, body } => {
            visitor.name(name);
            command(body, visitor);
        }
        CommandKind::Test(of) => condition(of, visitor),
        CommandKind::Arithmetic(expression) => word(expression, visitor),
    }
    for redirection in &of.redirections {
        word(&redirection.target, visitor);
    }
}

fn condition(of: &Condition, visitor: &mut impl Visitor) {
    match of {
        Condition::And(one, other) | Condition::Or(one, other) => {
            condition(one, visitor);
            condition(other, visitor);
        }
        Condition::Not(one) => condition(one, visitor),
        Condition::Text { word: of, .. } | Condition::Set(of) | Condition::File(_, of) => {
            word(of, visitor);
        }
        Condition::Compare(_, one, other) => {
            word(one, visitor);
            word(other, visitor);
        }
    }
}

fn word(of: &Word, visitor: &mut impl Visitor) {
    visitor.word(of);
    for part in of.parts.iter() {
        match part {
            Part::Literal(_) | Part::Quoted(_) | Part::Home => {}
            Part::Parameter {
                operation: done, ..
            } => operation(done, visitor),
            Part::Substitution(Substitution::Output { list, .. } | Substitution::File(list)) => {
                walk(list, visitor);
            }
            Part::Arithmetic { expression, .. } => word(expression, visitor),
        }
    }
}

fn operation(of: &Operation, visitor: &mut impl Visitor) {
    match of {
        Operation::Value | Operation::Length | Operation::Case { .. } => {}
        Operation::Default { word: of, .. }
        | Operation::Assign { word: of, .. }
        | Operation::Require { word: of, .. }
        | Operation::Alternative { word: of, .. }
        | Operation::Remove { pattern: of, .. } => word(of, visitor),
        Operation::Replace {
            pattern,
            replacement,
            ..
        } => {
            word(pattern, visitor);
            word(replacement, visitor);
        }
        Operation::Substring { offset, length } => {
            word(offset, visitor);
            if let Some(length) = length {
                word(length, visitor);
            }
        }
    }
}

/// A program that is started, with its words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Start<'t> {
    /// Its words, the program's name first.
    pub(super) words: &'t [Word],
}

/// Programs that start the one that follows them.
const WRAPPERS: [&str; 11] = [
    "sudo", "env", "time", "nice", "nohup", "timeout", "xargs", "command", "stdbuf", "ionice",
    "watch",
];

impl<'t> Start<'t> {
    /// The program of a simple command, behind `sudo` and the like.
    pub(super) fn of(command: &'t Command) -> Option<Self> {
        let CommandKind::Simple { words, .. } = &command.kind else {
            return None;
        };
        let mut words = words.as_slice();
        while let Some((first, rest)) = words.split_first() {
            let name = first.literal();
            let is_wrapper = name.is_some_and(|name| WRAPPERS.contains(&base_name(&name)));
            if !is_wrapper {
                break;
            }
            let program = rest.iter().position(|word| {
                let text = word.literal().unwrap_or_default();
                super::program::is_known(base_name(&text)) && !text.starts_with('-')
            });
            let Some(program) = program else { break };
            words = &rest[program..];
        }
        (!words.is_empty()).then_some(Self { words })
    }

    /// The program's name, without its path; none where only the shell knows it.
    pub(super) fn program(self) -> Option<String> {
        let name = self.words.first()?.literal()?;
        Some(base_name(&name).to_owned())
    }

    /// The words after the program's name that are no options, as far as they are plain text.
    pub(super) fn operands(self) -> Vec<String> {
        let rest = self.words.iter().skip(1);
        let plain = rest.filter_map(Word::literal);
        plain.filter(|word| !word.starts_with('-')).collect()
    }

    /// Whether one of the words begins so.
    pub(super) fn has(self, option: &str) -> bool {
        self.words.iter().skip(1).any(|word| {
            let first = word.parts.first();
            let text = match first {
                Some(Part::Literal(text) | Part::Quoted(text)) => text,
                Some(
                    Part::Home
                    | Part::Parameter { .. }
                    | Part::Substitution(_)
                    | Part::Arithmetic { .. },
                )
                | None => return false,
            };
            text.strip_prefix(option)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
        })
    }

    /// The value of an option: the word after it, or what stands behind `=`.
    pub(super) fn value(self, options: &[&str]) -> Option<&'t Word> {
        let mut words = self.words.iter();
        while let Some(word) = words.next() {
            let Some(Part::Literal(text)) = word.parts.first() else {
                continue;
            };
            if options.iter().any(|option| **option == **text) && word.parts.len() == 1 {
                return words.next();
            }
        }
        None
    }
}

/// Every program that is started in a list, in the order of the text.
pub(super) fn starts(list: &List) -> Vec<Start<'_>> {
    let mut found = Vec::new();
    collect(list, &mut found);
    found
}

fn collect<'t>(list: &'t [Statement], found: &mut Vec<Start<'t>>) {
    // The visitor borrows for shorter; what is collected here are the commands at the top and in
    // compounds, which is what deeds and names ask for.
    for pipeline in list.iter().flat_map(Statement::pipelines) {
        for stage in &pipeline.stages {
            found.extend(Start::of(stage));
            for body in stage.kind.lists() {
                collect(body, found);
            }
        }
    }
}
