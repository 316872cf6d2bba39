//! Options as Go programs take them: `-name`, `--name`, `-name=value`, `-name value`, and none
//! after the first argument.

use super::super::word::Word;
use super::CommandError;
use crate::kernel::SimDuration;

/// What an option does in the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// `-lock`
    Lock,
    /// `-lock-timeout`
    LockTimeout,
    /// `-auto-approve`
    AutoApprove,
    /// `-force`
    Force,
    /// `-destroy`
    Destroy,
    /// `-refresh-only`
    RefreshOnly,
    /// `-refresh`
    Refresh,
    /// `-target`
    Target,
    /// `-replace`
    Replace,
    /// `-parallelism`
    Parallelism,
    /// `-out`
    Out,
    /// `-detailed-exitcode`
    DetailedExit,
    /// `-input`
    Input,
    /// `-json`
    Json,
    /// `-dry-run`
    DryRun,
    /// `-id`
    ObjectId,
    /// Real, and without effect in the model.
    NoEffect,
    /// Real, and with an effect that the model does not have.
    NotModeled,
}

/// Whether an option has a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// `-name`, or `-name=true`, but never `-name true`.
    Boolean,
    /// `-name=value` or `-name value`
    Value,
}

/// An option that a command knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Flag {
    /// The name without its dash.
    pub(super) name: &'static str,
    /// Whether it has a value.
    pub(super) takes: Takes,
    /// What it does.
    pub(super) role: Role,
}

impl Flag {
    /// As it is typed, with what a value follows.
    pub(super) fn spelled(&self) -> String {
        match self.takes {
            Takes::Boolean => format!("-{}", self.name),
            Takes::Value => format!("-{}=", self.name),
        }
    }
}

/// An option of `-name` alone.
pub(super) const fn boolean(name: &'static str, role: Role) -> Flag {
    Flag {
        name,
        takes: Takes::Boolean,
        role,
    }
}

/// An option with a value.
pub(super) const fn value(name: &'static str, role: Role) -> Flag {
    Flag {
        name,
        takes: Takes::Value,
        role,
    }
}

/// An option as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Given {
    /// What it does.
    pub(super) role: Role,
    /// The word that names it.
    pub(super) word: Word,
    /// Its value, with its place; for a boolean without a value, the word that names it.
    pub(super) value: Word,
    /// The value of a boolean.
    pub(super) is_on: bool,
}

/// Takes the options off the front of the words.
pub(super) fn take<'a>(
    command: &str,
    words: &'a [Word],
    flags: &[&[Flag]],
) -> Result<(Vec<Given>, &'a [Word]), CommandError> {
    let mut given = Vec::new();
    let mut rest = words;
    while let Some((word, after)) = rest.split_first() {
        if word.text == "--" {
            return Ok((given, after));
        }
        if !is_option(word) {
            break;
        }
        rest = after;
        let dashes = if word.text.starts_with("--") { 2 } else { 1 };
        let (name, inline) = match word.text[dashes..].split_once('=') {
            Some((name, _)) => (name, Some(word.tail(dashes + name.len() + 1))),
            None => (&word.text[dashes..], None),
        };
        let flag = find(command, word, name, flags)?;
        let (value, is_on) = match (flag.takes, inline) {
            (Takes::Boolean, None) => (word.clone(), true),
            (Takes::Boolean, Some(value)) => {
                let is_on = boolean_value(name, &value)?;
                (value, is_on)
            }
            (Takes::Value, Some(value)) => (value, true),
            (Takes::Value, None) => {
                let Some((value, after)) = rest.split_first() else {
                    return Err(word.error(format!("-{name} needs a value")));
                };
                rest = after;
                (value.clone(), true)
            }
        };
        given.push(Given {
            role: flag.role,
            word: word.clone(),
            value,
            is_on,
        });
    }
    match rest.iter().find(|word| is_option(word)) {
        Some(late) => Err(late.error(format!(
            "`{}` stands after an argument, where Terraform takes it for another argument: \
             options come first",
            late.text
        ))),
        None => Ok((given, rest)),
    }
}

fn is_option(word: &Word) -> bool {
    word.text.len() > 1 && word.text.starts_with('-')
}

fn find(command: &str, word: &Word, name: &str, flags: &[&[Flag]]) -> Result<Flag, CommandError> {
    let all = || flags.iter().flat_map(|group| group.iter());
    match all().find(|flag| flag.name == name) {
        Some(flag) if flag.role == Role::NotModeled => {
            let message = format!("the model does not have `-{name}` of terraform {command}");
            Err(word.error(message).not_modeled())
        }
        Some(flag) => Ok(*flag),
        None => {
            let modeled = all().filter(|flag| flag.role != Role::NotModeled);
            let mut known: Vec<String> = modeled.map(|flag| format!("-{}", flag.name)).collect();
            // It is taken out before the others are looked at.
            known.push("-no-color".to_owned());
            let error = word.error(format!(
                "unknown option `-{name}` of terraform {command}; known are {}",
                known.join(", ")
            ));
            let known = known.iter().map(String::as_str);
            let typed = format!("-{name}");
            let mut begun = known.clone().filter(|known| known.starts_with(&typed));
            match (begun.next(), begun.next()) {
                (Some(only), None) => Err(error.suggest(only)),
                (None | Some(_), _) => Err(error.suggest_nearest(&typed, known)),
            }
        }
    }
}

/// A boolean as Go's `strconv.ParseBool` reads it.
fn boolean_value(name: &str, value: &Word) -> Result<bool, CommandError> {
    match value.value()? {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        text => Err(value.error(format!("-{name} is true or false, not `{text}`"))),
    }
}

/// A duration as Go's `time.ParseDuration` reads it: `90s`, `1m30s`, `1.5h`, `0`.
pub(super) fn go_duration(name: &str, value: &Word) -> Result<SimDuration, CommandError> {
    let text = value.value()?;
    if text == "0" {
        return Ok(SimDuration::ZERO);
    }
    let error = |why: &str| value.error(format!("-{name}: `{text}` {why}"));
    let mut total = SimDuration::ZERO;
    let mut rest = text;
    loop {
        let number = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let unit = rest[number..]
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .map_or(rest.len(), |length| number + length);
        let part: SimDuration = rest[..unit]
            .parse()
            .map_err(|reason| error(&format!("{reason}")))?;
        total = total + part;
        rest = &rest[unit..];
        if rest.is_empty() {
            return Ok(total);
        }
    }
}
