//! From a command line to a [`Command`], or to an error that points at the word that is wrong.

mod address;
mod aws;
mod az;
mod curl;
mod gcloud;
mod option;
pub(super) mod passive;
mod psql;
mod script;
mod terraform;
mod vocabulary;

use self::passive::Passive;
pub use self::vocabulary::can_follow;
use std::fmt;
use std::sync::Arc;

use super::word::{self, Word};
use super::wording::{did_you_mean, nearest};
use super::{Command, Program};
use crate::shell::program;
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
    /// Whether the real program would refuse it, too.
    pub kind: CommandErrorKind,
}

/// Whose fault it is that a line can't be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommandErrorKind {
    /// The line's: the real program refuses it, too.
    Mistake,
    /// The model's: the real program would do it.
    NotModeled,
}

impl CommandError {
    /// The error, where the line is right and the model does not have what it asks for.
    #[must_use]
    pub(super) fn not_modeled(self) -> Self {
        Self {
            kind: CommandErrorKind::NotModeled,
            ..self
        }
    }

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

/// The programs that take simulated time, as an operator types them.
const PROGRAMS: [&str; 8] = [
    "terraform",
    "tofu",
    "az",
    "aws",
    "psql",
    "gcloud",
    "gsutil",
    "curl",
];

/// Reads a command line: one command whose words stand there, or a script of the shell.
///
/// # Errors
///
/// Where the line is no command of the model: an unknown program, subcommand, option or address,
/// a part of the shell's language that the model does not have, or a value out of its range.
pub fn parse(line: &str, names: &Names) -> Result<Command, CommandError> {
    match plain(line, names) {
        Plain::Command(command) => Ok(command),
        Plain::Mistake(error) => Err(error),
        Plain::No => script::parse(line, names, &|_| false),
    }
}

/// Reads a line that a person types into a shell which is there already: `is_function` says which
/// functions it has, and `is_plain` whether a plain command means there what it says.
///
/// # Errors
///
/// As [`parse`], but that a variable may have been set before.
pub fn parse_typed(
    line: &str,
    names: &Names,
    is_plain: bool,
    is_function: &dyn Fn(&str) -> bool,
) -> Result<Command, CommandError> {
    match plain(line, names) {
        Plain::Command(command) if is_plain => Ok(command),
        Plain::Mistake(error) if !line.contains('$') => Err(error),
        Plain::Command(_) | Plain::Mistake(_) | Plain::No => {
            script::parse(line, names, is_function)
        }
    }
}

/// What a line is to the reader of plain commands.
enum Plain {
    Command(Command),
    /// It would be one, and is wrong.
    Mistake(CommandError),
    /// Something for the shell.
    No,
}

fn plain(line: &str, names: &Names) -> Plain {
    let Some(split) = word::split(line) else {
        return Plain::No;
    };
    let Some((program, words)) = split.words.split_first() else {
        return Plain::No;
    };
    if !PROGRAMS.contains(&program.text.as_str()) {
        return Plain::No;
    }
    let parsed = match program_of(program, words, names) {
        Ok(parsed) => parsed,
        Err(error) if is_checked(&program.text, words) => return Plain::Mistake(error),
        Err(_) => return Plain::No,
    };
    let redirect = match &split.redirect {
        None => None,
        Some(file) if prints_a_document(&parsed) => match file.file() {
            Ok(file) => Some(file),
            Err(error) => return Plain::Mistake(error),
        },
        Some(_) => return Plain::No,
    };
    Plain::Command(Command {
        line: Arc::from(line.trim()),
        program: parsed,
        redirect,
    })
}

/// Whether a program's words are checked before it is started: those of Terraform and of what of
/// the clouds' CLIs a scenario has.
fn is_checked(program: &str, words: &[Word]) -> bool {
    match program {
        "terraform" | "tofu" => Passive::of(words.iter().map(|word| word.text.as_str())).is_none(),
        "az" => !words
            .first()
            .is_some_and(|group| is_about_the_login(&group.text)),
        "aws" => !is_about_the_identity(words.first().map(|word| word.text.as_str())),
        "psql" | "curl" => true,
        "gcloud" | "gsutil" => !is_about_the_project(words.first().map(|word| word.text.as_str())),
        _ => false,
    }
}

/// Whether a group of the AWS CLI is about logins and accounts.
pub(crate) fn is_about_the_identity(group: Option<&str>) -> bool {
    group.is_some_and(|group| ["sts", "sso", "configure", "iam", "--version"].contains(&group))
}

/// Whether a group of `gcloud` or `gsutil` is about logins and projects.
pub(crate) fn is_about_the_project(group: Option<&str>) -> bool {
    let groups = ["auth", "config", "info", "projects", "version", "--version"];
    group.is_some_and(|group| groups.contains(&group))
}

/// Whether a group of the Azure CLI is about logins and accounts: those a scenario sets by
/// `credentials`, so that these commands pass without effect.
pub(crate) fn is_about_the_login(group: &str) -> bool {
    ["account", "config", "login", "logout", "version"].contains(&group)
}

fn program_of(program: &Word, words: &[Word], names: &Names) -> Result<Program, CommandError> {
    Ok(match program.text.as_str() {
        "terraform" | "tofu" => Program::Terraform(terraform::parse(program, words, names)?),
        "az" => Program::Az(az::parse(program, words)?),
        "aws" => Program::Aws(aws::parse(program, words)?),
        "psql" => Program::Psql(psql::parse(program, words)?),
        "gcloud" | "gsutil" => Program::Gcloud(gcloud::parse(program, words)?),
        "curl" => Program::Curl(curl::parse(program, words)?),
        _ => return Err(unknown_program(program)),
    })
}

/// Reads `terraform …` or `az …` as a shell starts it, its words expanded.
///
/// # Errors
///
/// As [`parse`], without places.
pub fn parse_words(words: &[String], names: &Names) -> Result<Command, CommandError> {
    let line = shlex::try_join(words.iter().map(String::as_str));
    let line = line.unwrap_or_else(|_| words.join(" "));
    let words: Vec<Word> = { words.iter() }
        .map(|text| Word::expanded(text.clone(), 0, 0))
        .collect();
    let (program, rest) = words.split_first().expect("a program has a name");
    Ok(Command {
        line: line.into(),
        program: program_of(program, rest, names)?,
        redirect: None,
    })
}

fn unknown_program(word: &Word) -> CommandError {
    let text = &word.text;
    if text == "$" || text == "%" {
        return word.error(format!("`{text}` is the shell's prompt, not the command's"));
    }
    if text == "terragrunt" {
        return word
            .error("the model does not have terragrunt")
            .suggest("terraform");
    }
    word.error(format!(
        "unknown program `{text}`; known are terraform, az, aws, psql, gcloud, cat, cp, grep, jq, mv, rm, …"
    ))
    .suggest_nearest(text, { PROGRAMS }.into_iter().chain(program::names()))
}

/// Whether the command prints a state, which stays one in a file; what others print is text.
fn prints_a_document(program: &Program) -> bool {
    match program {
        Program::Terraform(invocation) => match invocation.action {
            Action::StatePull => true,
            Action::StateList { .. }
            | Action::StateShow(_)
            | Action::Show { .. }
            | Action::Output { .. }
            | Action::Init
            | Action::WorkspaceList
            | Action::Plan { .. }
            | Action::Apply { .. }
            | Action::ApplySaved { .. }
            | Action::Refresh { .. }
            | Action::Import { .. }
            | Action::ForceUnlock { .. }
            | Action::StatePush { .. }
            | Action::StateRemove { .. }
            | Action::StateMove { .. }
            | Action::Taint(_)
            | Action::Untaint(_) => false,
        },
        Program::Az(_)
        | Program::Aws(_)
        | Program::Psql(_)
        | Program::Gcloud(_)
        | Program::Curl(_)
        | Program::Script(_) => false,
    }
}
