//! `gcloud storage` and `gsutil` command lines.
//!
//! What the tools refuse before they send anything is an error here. The bucket and its objects are
//! those of the model; another one is one that the model does not have. Options that say how to sign
//! in, and where, are accepted, and change nothing.

use super::super::gcloud::{GcloudAction, GcloudCommand, Named, Target, Tool};
use super::super::word::{STANDARD_INPUT, Word};
use super::CommandError;
use super::vocabulary::next_words;
use crate::service::gcs::bucket::Generation;
use crate::terraform::backend::gcs::{BUCKET, LOCK_NAME, ObjectKey, STATE_NAME};

/// The subcommands that the model has.
const VERBS: [&str; 4] = ["ls", "cat", "rm", "cp"];

/// Options with a value that change nothing.
const IDLE: [&str; 4] = ["--project", "--account", "--verbosity", "-u"];
/// Options without a value that change nothing.
const IDLE_FLAGS: [&str; 3] = ["--no-user-output-enabled", "-m", "-D"];
/// They say nothing of what is transferred.
const QUIET: [&str; 2] = ["-q", "--quiet"];
/// What `ls` has.
const OF_LS: [&str; 4] = ["-a", "--all-versions", "-l", "--long"];

/// The words after the subcommand.
struct Typed<'w> {
    at: &'w Word,
    verb: &'static str,
    operands: Vec<&'w Word>,
    flags: Vec<&'w str>,
}

/// Reads what stands after `gcloud` or `gsutil`.
pub(super) fn parse(program: &Word, words: &[Word]) -> Result<GcloudCommand, CommandError> {
    let (tool, name, words) = match (program.text.as_str(), words) {
        ("gsutil", words) => (Tool::Gsutil, "gsutil", words),
        (_, [group, rest @ ..]) if group.text == "storage" => {
            (Tool::Gcloud, "gcloud storage", rest)
        }
        (_, [group, ..]) => {
            let message = format!(
                "the model has no `gcloud {}`, only `gcloud storage`",
                group.text
            );
            return Err(group.error(message).suggest("storage").not_modeled());
        }
        (_, []) => return Err(program.error("the model has only `gcloud storage`")),
    };
    let is_flag = |word: &&Word| word.text.starts_with('-');
    let leading = words.iter().take_while(is_flag).count();
    let (before, rest) = words.split_at(leading);
    let Some((verb, rest)) = rest.split_first() else {
        let message = format!("the model has only `{name} {}`", VERBS.join("|"));
        return Err(program.error(message));
    };
    let Some(known) = VERBS.into_iter().find(|known| *known == verb.text) else {
        let message = format!(
            "the model has no `{name} {}`; it has {}",
            verb.text,
            VERBS.join(", ")
        );
        return Err(verb
            .error(message)
            .suggest_nearest(&verb.text, VERBS)
            .not_modeled());
    };
    let typed = Typed::read(verb, known, before.iter().chain(rest))?;
    Ok(GcloudCommand {
        tool,
        action: typed.action()?,
        is_quiet: typed.has(&QUIET),
    })
}

/// What can stand next, where these words stand after `gcloud` or `gsutil`.
pub(super) fn can_follow(tool: Tool, typed: &[&str]) -> Vec<String> {
    let typed = match (tool, typed) {
        (Tool::Gsutil, typed) | (Tool::Gcloud, ["storage", typed @ ..]) => typed,
        (Tool::Gcloud, _) => return vec!["storage".to_owned()],
    };
    match typed {
        ["ls", ..] => OF_LS.map(str::to_owned).to_vec(),
        typed => next_words(VERBS.into_iter(), typed),
    }
}

impl<'w> Typed<'w> {
    fn read(
        at: &'w Word,
        verb: &'static str,
        words: impl Iterator<Item = &'w Word>,
    ) -> Result<Self, CommandError> {
        let mut typed = Self {
            at,
            verb,
            operands: Vec::new(),
            flags: Vec::new(),
        };
        let mut words = words;
        while let Some(word) = words.next() {
            let text = word.text.as_str();
            let name = text.split_once('=').map_or(text, |(name, _)| name);
            if text == STANDARD_INPUT || !text.starts_with('-') {
                typed.operands.push(word);
            } else if IDLE.contains(&name) {
                if name == text && words.next().is_none() {
                    return Err(word.error(format!("argument {text}: expected one argument")));
                }
            } else if text == "-la" || text == "-al" {
                typed.flags.extend(["-l", "-a"]);
            } else if QUIET.contains(&text) || (verb == "ls" && OF_LS.contains(&text)) {
                typed.flags.push(text);
            } else if !IDLE_FLAGS.contains(&text) {
                let all = IDLE.iter().chain(&IDLE_FLAGS).chain(&QUIET).chain(&OF_LS);
                let message = format!("the model has no option {text} of `{verb}`");
                return Err(word
                    .error(message)
                    .suggest_nearest(text, all.copied())
                    .not_modeled());
            }
        }
        Ok(typed)
    }

    fn has(&self, names: &[&str]) -> bool {
        self.flags.iter().any(|flag| names.contains(flag))
    }

    fn action(&self) -> Result<GcloudAction, CommandError> {
        match (self.verb, self.operands.as_slice()) {
            ("ls", [place]) => self.list(place),
            ("ls", []) => {
                let message = format!("the model lists one bucket: ls gs://{BUCKET}/");
                Err(self.at.error(message).not_modeled())
            }
            ("cat", [object]) => Ok(GcloudAction::Cat(named(object)?)),
            ("rm", [object]) => Ok(GcloudAction::Rm(named(object)?)),
            ("cp", [from, to]) => copy(from, to),
            ("cp", _) => Err(self.at.error("Must specify a source and a destination")),
            (_, []) => Err(self.at.error("Must specify at least one URL")),
            (verb, [_, second, ..]) => {
                let message = format!("the model has `{verb}` of one object at a time");
                Err(second.error(message).not_modeled())
            }
            (_, [object]) => Err(object.error("the model has no such command").not_modeled()),
        }
    }

    fn list(&self, place: &Word) -> Result<GcloudAction, CommandError> {
        let text = place.value()?;
        let Some(path) = text.strip_prefix("gs://") else {
            return Err(place.error("an object is gs://BUCKET/NAME"));
        };
        let (bucket, name) = path.split_once('/').unwrap_or((path, ""));
        check_bucket(place, bucket)?;
        let prefix = name.trim_end_matches('*');
        if prefix.contains('*') {
            let message = "the model has a wildcard at the end only";
            return Err(place.error(message).not_modeled());
        }
        Ok(GcloudAction::Ls {
            prefix: prefix.into(),
            is_exact: prefix == name && !name.is_empty(),
            is_long: self.has(&["-l", "--long"]),
            has_versions: self.has(&["-a", "--all-versions"]),
        })
    }
}

fn copy(from: &Word, to: &Word) -> Result<GcloudAction, CommandError> {
    let is_url = |word: &Word| word.text.starts_with("gs://");
    match (is_url(from), is_url(to)) {
        (true, true) => Ok(GcloudAction::Copy {
            from: named(from)?,
            to: current(to)?,
        }),
        (false, true) => Ok(GcloudAction::Upload {
            file: from.file()?,
            to: current(to)?,
        }),
        (true, false) => {
            let from = named(from)?;
            let to = match to.text.as_str() {
                STANDARD_INPUT => Target::StandardOutput,
                "." | "./" => Target::File(from.key.name().into()),
                _ => Target::File(to.file()?),
            };
            Ok(GcloudAction::Download { from, to })
        }
        (false, false) => {
            let message = "the model copies from or to the bucket; between files use `cp`";
            Err(from.error(message).not_modeled())
        }
    }
}

fn check_bucket(word: &Word, bucket: &str) -> Result<(), CommandError> {
    if bucket == BUCKET {
        return Ok(());
    }
    let message = format!("the model's bucket is called {BUCKET}");
    Err(word.error(message).suggest(BUCKET).not_modeled())
}

/// An object that is written: as it is, not as it was.
fn current(word: &Word) -> Result<ObjectKey, CommandError> {
    let named = named(word)?;
    match named.generation {
        None => Ok(named.key),
        Some(_) => Err(word.error("a destination has no generation")),
    }
}

fn named(word: &Word) -> Result<Named, CommandError> {
    let text = word.value()?;
    let Some(path) = text.strip_prefix("gs://") else {
        return Err(word.error("an object is gs://BUCKET/NAME"));
    };
    let (bucket, name) = path.split_once('/').unwrap_or((path, ""));
    check_bucket(word, bucket)?;
    let (name, generation) = match name.split_once('#') {
        None => (name, None),
        Some((name, number)) => {
            let number = number
                .parse()
                .map_err(|_| word.error(format!("a generation is a number, not `{number}`")))?;
            (name, Some(Generation(number)))
        }
    };
    let key = match name {
        STATE_NAME => ObjectKey::State,
        LOCK_NAME => ObjectKey::Lock,
        other => {
            let message = format!(
                "the model's bucket has the objects {STATE_NAME} and {LOCK_NAME}, not `{other}`"
            );
            let error = word
                .error(message)
                .suggest_nearest(other, [STATE_NAME, LOCK_NAME]);
            return Err(error.not_modeled());
        }
    };
    Ok(Named { key, generation })
}
