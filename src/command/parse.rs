//! From a command line to a [`Command`], or to an error that points at the word that is wrong.

mod address;
mod az;
mod file;
mod option;
mod terraform;

use std::fmt;
use std::sync::Arc;

use super::word::{self, Word};
use super::wording::{did_you_mean, nearest};
use super::{AzCommand, Command, FileCommand, Program};
use crate::terraform::Names;
use crate::terraform::invocation::Action;

/// Why a line is no command that the model can run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandError {
    /// Where the wrong part begins in the line, in bytes.
    pub offset: usize,
    /// How long the wrong part is, in bytes; 0 where the whole line is.
    pub length: usize,
    /// What is wrong: a lowercase fragment that names the wrong word.
    pub message: String,
    /// What was probably meant.
    pub suggestion: Option<String>,
}

impl CommandError {
    /// The error with what was probably meant.
    #[must_use]
    pub(super) fn suggest(self, suggestion: impl Into<String>) -> Self {
        Self {
            suggestion: Some(suggestion.into()),
            ..self
        }
    }

    /// The error with what was probably meant, if anything comes near.
    #[must_use]
    pub(super) fn suggest_nearest<'a>(
        self,
        word: &str,
        candidates: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        match nearest(word, candidates) {
            Some(candidate) => self.suggest(candidate),
            None => self,
        }
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.suggestion {
            Some(suggestion) => write!(f, "; {}", did_you_mean(suggestion)),
            None => Ok(()),
        }
    }
}

impl std::error::Error for CommandError {}

/// The programs, as an operator types them.
const PROGRAMS: [&str; 9] = [
    "terraform",
    "az",
    "rm",
    "cp",
    "mv",
    "cat",
    "ls",
    "diff",
    "jq",
];

/// Reads a command line.
///
/// # Errors
///
/// Where the line is no command of the model: an unknown program, subcommand, option or address,
/// a part of the shell's language that the model does not have, or a value out of its range.
pub fn parse(line: &str, names: &Names) -> Result<Command, CommandError> {
    let split = word::split(line)?;
    let Some((program, words)) = split.words.split_first() else {
        return Err(CommandError {
            offset: 0,
            length: line.len(),
            message: "the command is empty".to_owned(),
            suggestion: None,
        });
    };
    let parsed = match program.text.as_str() {
        "terraform" => Program::Terraform(terraform::parse(program, words, names)?),
        "az" => Program::Az(az::parse(program, words)?),
        name if PROGRAMS.contains(&name) => Program::File(file::parse(program, words)?),
        _ => return Err(unknown_program(program)),
    };
    let redirect = match &split.redirect {
        None => None,
        Some(file) if prints_a_document(&parsed) => Some(file.file()?),
        Some(file) => {
            return Err(file.error(
                "the model does not keep what this command prints; `>` goes with terraform state \
                 pull, state list, state show, show, output, jq and cat",
            ));
        }
    };
    Ok(Command {
        line: Arc::from(line.trim()),
        program: parsed,
        redirect,
    })
}

/// Reads the words of an `az` command line, as a shell hands them over: those behind `az`.
///
/// # Errors
///
/// Where az refuses them, for which [`usage`](super::az::failure::usage) has az's words, or where
/// the model lacks what they ask for.
pub fn parse_az(words: &[impl AsRef<str>]) -> Result<AzCommand, CommandError> {
    let words: Vec<Word> = words.iter().map(|word| Word::made(word.as_ref())).collect();
    az::parse(&Word::made("az"), &words)
}

fn unknown_program(program: &Word) -> CommandError {
    let text = &program.text;
    if text == "$" || text == "%" {
        return program.error(format!("`{text}` is the shell's prompt, not the command's"));
    }
    if let Some((name, _)) = text.split_once('=') {
        return program.error(format!(
            "the model has no environment variables, such as {name}"
        ));
    }
    if text == "tofu" || text == "terragrunt" {
        return program
            .error(format!("the model does not have {text}"))
            .suggest("terraform");
    }
    program
        .error(format!(
            "unknown program `{text}`; known are {}",
            PROGRAMS.join(", ")
        ))
        .suggest_nearest(text, PROGRAMS)
}

/// Whether what the command prints can go into a file.
fn prints_a_document(program: &Program) -> bool {
    match program {
        Program::Terraform(invocation) => match invocation.action {
            Action::StatePull
            | Action::StateList
            | Action::StateShow(_)
            | Action::Show { .. }
            | Action::Output => true,
            Action::Init
            | Action::WorkspaceList
            | Action::Plan { .. }
            | Action::Apply { .. }
            | Action::ApplySaved { .. }
            | Action::Refresh { .. }
            | Action::Import { .. }
            | Action::ForceUnlock { .. }
            | Action::StatePush { .. }
            | Action::StateRemove(_)
            | Action::StateMove { .. }
            | Action::Taint(_)
            | Action::Untaint(_) => false,
        },
        Program::Az(_) => false,
        Program::File(command) => match command {
            FileCommand::Print(_) | FileCommand::SetSerial { .. } => true,
            FileCommand::Remove { .. }
            | FileCommand::Copy { .. }
            | FileCommand::Move { .. }
            | FileCommand::List(_)
            | FileCommand::Compare { .. } => false,
        },
    }
}
