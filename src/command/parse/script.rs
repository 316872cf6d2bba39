//! Lines that the shell has to read: scripts, and programs that only it knows.
//!
//! What stands there in full is checked before anything is run: a `terraform` or `az` whose words
//! need no expansion is read as if it had been typed alone, and a program that nobody has is
//! named.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{
    Command, CommandError, CommandErrorKind, Program, is_checked, program_of, unknown_program,
};
use crate::command::word::{self, Word};
use crate::shell::{
    self, CommandKind, List, Script, Span, Statement, SyntaxError, base_name, program,
};
use crate::terraform::Names;

/// Programs that the world runs, as processes or in passing.
const RUN_BY_THE_WORLD: [&str; 5] = ["gh", "git", "kill", "pgrep", "ps"];

/// Reads a line with the shell, which may have functions already.
pub(super) fn parse(
    line: &str,
    names: &Names,
    is_function: &dyn Fn(&str) -> bool,
) -> Result<Command, CommandError> {
    let script = shell::parse(line).map_err(|error| mistake(line, error))?;
    if script.lines().is_empty() {
        return Err(CommandError {
            offset: 0,
            length: line.len(),
            message: "the command is empty".to_owned(),
            suggestion: None,
            kind: CommandErrorKind::Mistake,
        });
    }
    check(&script, names, is_function)?;
    Ok(Command {
        line: Arc::from(line.trim()),
        program: Program::Script(script),
        redirect: None,
    })
}

/// A mistake in the shell's syntax. A placeholder reads as two redirections there.
fn mistake(line: &str, error: SyntaxError) -> CommandError {
    if let Some((range, placeholder)) = word::placeholder(line) {
        return CommandError {
            offset: range.start,
            length: range.len(),
            message: format!(
                "`{placeholder}` reads as two redirections here: write what it stands for, or put it \
                 into quotes"
            ),
            suggestion: Some(format!("'{placeholder}'")),
            kind: CommandErrorKind::Mistake,
        };
    }
    CommandError {
        offset: error.offset,
        length: error.length,
        message: error.message,
        suggestion: error.suggestion,
        kind: CommandErrorKind::Mistake,
    }
}

/// The words of a simple command, as far as they stand there.
type Typed = Vec<Option<Word>>;

fn check(
    script: &Script,
    names: &Names,
    is_function: &dyn Fn(&str) -> bool,
) -> Result<(), CommandError> {
    let mut commands = Vec::new();
    let mut functions = BTreeSet::new();
    for line in script.lines() {
        collect(line, &mut commands, &mut functions);
    }
    for typed in commands {
        for word in typed.iter().flatten() {
            word.check_length()?;
        }
        let Some(Some(first)) = typed.first() else {
            continue;
        };
        let name = first.text.as_str();
        if functions.contains(name) || is_function(name) || shell::is_builtin(name) {
            continue;
        }
        let words: Option<Vec<Word>> = typed[1..].iter().cloned().collect();
        match words {
            Some(words) if is_checked(name, &words) => {
                program_of(first, &words, names)?;
                continue;
            }
            Some(_) | None => {}
        }
        match name {
            "terraform" | "tofu" | "az" | "aws" | "psql" | "gcloud" | "gsutil" | "curl" => {}
            _ if RUN_BY_THE_WORLD.contains(&name) => {}
            _ if program::names().contains(&base_name(name)) => {}
            _ => return Err(unknown_program(first)),
        }
    }
    Ok(())
}

fn collect(list: &List, commands: &mut Vec<Typed>, functions: &mut BTreeSet<String>) {
    for pipeline in list.iter().flat_map(Statement::pipelines) {
        for command in &pipeline.stages {
            collect_command(command, commands, functions);
        }
    }
}

fn collect_command(
    command: &shell::Command,
    commands: &mut Vec<Typed>,
    functions: &mut BTreeSet<String>,
) {
    if let CommandKind::Simple { words, .. } = &command.kind {
        commands.push(words.iter().map(word).collect());
    }
    if let CommandKind::Function { name, body } = &command.kind {
        functions.insert(name.to_string());
        collect_command(body, commands, functions);
    }
    for list in command.kind.lists() {
        collect(list, commands, functions);
    }
}

fn word(word: &shell::Word) -> Option<Word> {
    let Span { start, end } = word.span;
    let text = word.literal()?;
    Some(Word::expanded(text, start, end.saturating_sub(start)))
}
