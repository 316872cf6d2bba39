//! Options as az's parser reads them: `--name value`, `--name=value`, `-nVALUE`, and any beginning
//! of a name that no other option has.

use std::sync::Arc;

use super::super::super::word::Word;
use super::super::CommandError;
use super::table::{COMMON, CONDITIONS, Role, Spec, Subcommand};
use crate::terraform::invocation::LockIdArgument;

/// What was typed after a subcommand.
pub(super) struct Typed<'a> {
    /// The subcommand's last word.
    pub(super) at: &'a Word,
    given: Vec<Given<'a>>,
}

/// An option as it was typed: what it does, its name, and its values.
struct Given<'a> {
    role: Role,
    at: &'a Word,
    values: Vec<Word>,
}

fn all(subcommand: &Subcommand) -> impl Iterator<Item = &'static Spec> {
    let conditions = if subcommand.has_conditions {
        CONDITIONS
    } else {
        &[]
    };
    subcommand.options.iter().chain(conditions).chain(COMMON)
}

/// Reads the options.
pub(super) fn options<'a>(
    subcommand: &Subcommand,
    at: &'a Word,
    words: &'a [Word],
) -> Result<Typed<'a>, CommandError> {
    let mut given = Vec::new();
    let mut rest = words;
    while let Some((word, after)) = rest.split_first() {
        rest = after;
        if !word.text.starts_with('-') || word.text == "-" {
            return Err(word.error(format!("unrecognized arguments: {}", word.text)));
        }
        let (spec, inline) = option(subcommand, word)?;
        let values = values(spec, inline, word, &mut rest)?;
        given.push(Given {
            role: spec.1,
            at: word,
            values,
        });
    }
    Ok(Typed { at, given })
}

/// The value of an option, or its values: what stands in its word, or behind it.
fn values(
    (names, role): &'static Spec,
    inline: Option<Word>,
    word: &Word,
    rest: &mut &[Word],
) -> Result<Vec<Word>, CommandError> {
    let mut take = |is_value: fn(&str) -> bool| {
        let (value, after) = rest.split_first()?;
        is_value(&value.text).then(|| {
            *rest = after;
            value.clone()
        })
    };
    Ok(match role {
        Role::Switch | Role::OnlyErrors | Role::NoProgress => inline.into_iter().collect(),
        Role::Overwrite => {
            let value = inline.or_else(|| take(|text| matches!(text, "true" | "false")));
            value.into_iter().collect()
        }
        Role::Metadata => {
            let mut values: Vec<Word> = inline.into_iter().collect();
            values.extend(std::iter::from_fn(|| take(is_value)));
            values
        }
        Role::Account
        | Role::Container
        | Role::Blob
        | Role::Url
        | Role::File
        | Role::Data
        | Role::LeaseId
        | Role::Snapshots
        | Role::Snapshot
        | Role::VersionId
        | Role::Prefix
        | Role::Include
        | Role::Count
        | Role::SourceUri
        | Role::SourceAccount
        | Role::SourceContainer
        | Role::SourceBlob
        | Role::SourceSnapshot
        | Role::BreakPeriod
        | Role::LeaseDuration
        | Role::ProposedId
        | Role::IfMatch
        | Role::Query
        | Role::Output
        | Role::AuthMode
        | Role::Credential
        | Role::NoEffect
        | Role::NotModeled => {
            let Some(value) = inline.or_else(|| take(is_value)) else {
                let names = names.join("/");
                return Err(word.error(format!("argument {names}: expected one argument")));
            };
            vec![value]
        }
    })
}

/// Whether a word is no option: a negative number is a value.
fn is_value(text: &str) -> bool {
    !text.starts_with('-') || is_number(text)
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The option that a word names, and the value that stands in it.
fn option(
    subcommand: &Subcommand,
    word: &Word,
) -> Result<(&'static Spec, Option<Word>), CommandError> {
    let text = word.text.as_str();
    if !text.starts_with("--") {
        // One letter, and what is behind it is its value.
        let short = all(subcommand).find(|(names, _)| {
            let mut short = names.iter().filter(|name| name.len() == 2);
            short.any(|name| text.starts_with(name))
        });
        let Some(spec) = short else {
            return Err(unknown(subcommand, word, text));
        };
        let inline = (text.len() > 2).then(|| word.tail(2));
        return checked(subcommand, word, &text[..2], spec).map(|spec| (spec, inline));
    }
    let (name, inline) = match text.split_once('=') {
        Some((name, _)) => (name, Some(word.tail(name.len() + 1))),
        None => (text, None),
    };
    let exact = all(subcommand).find(|(names, _)| names.contains(&name));
    let spec = match exact {
        Some(spec) => spec,
        None => beginning(subcommand, word, name)?,
    };
    checked(subcommand, word, name, spec).map(|spec| (spec, inline))
}

/// The one option whose name begins so.
fn beginning(
    subcommand: &Subcommand,
    word: &Word,
    name: &str,
) -> Result<&'static Spec, CommandError> {
    let long = |spec: &&'static Spec| spec.0.iter().any(|known| known.starts_with(name));
    let found: Vec<&'static Spec> = all(subcommand).filter(long).collect();
    match found.as_slice() {
        [] => Err(unknown(subcommand, word, name)),
        [spec] => Ok(spec),
        several => {
            let mut names: Vec<&str> = several
                .iter()
                .flat_map(|(names, _)| names.iter().copied())
                .filter(|known| known.starts_with(name))
                .collect();
            names.sort_unstable();
            Err(word.error(format!(
                "ambiguous option: {name} could match {}",
                names.join(", ")
            )))
        }
    }
}

fn checked(
    subcommand: &Subcommand,
    word: &Word,
    name: &str,
    spec: &'static Spec,
) -> Result<&'static Spec, CommandError> {
    if spec.1 == Role::NotModeled {
        return Err(word.error(format!(
            "the model does not have `{name}` of az storage blob {}",
            subcommand.name
        )));
    }
    Ok(spec)
}

fn unknown(subcommand: &Subcommand, word: &Word, name: &str) -> CommandError {
    let known = all(subcommand).filter(|(_, role)| *role != Role::NotModeled);
    let known: Vec<&str> = known.map(|(names, _)| names[0]).collect();
    let error = word.error(format!(
        "unrecognized arguments: {name}; az storage blob {} has {}",
        subcommand.name,
        known.join(", ")
    ));
    error.suggest_nearest(name, known)
}

impl<'a> Typed<'a> {
    fn last(&self, role: Role) -> Option<&Given<'a>> {
        self.given.iter().rev().find(|given| given.role == role)
    }

    /// Whether an option with this role was typed.
    pub(super) fn has(&self, role: Role) -> bool {
        self.last(role).is_some()
    }

    /// The word of the last option with this role.
    pub(super) fn place(&self, role: Role) -> Option<&'a Word> {
        self.last(role).map(|given| given.at)
    }

    /// The value of the last option with this role.
    pub(super) fn word(&self, role: Role) -> Option<&Word> {
        self.last(role).and_then(|given| given.values.first())
    }

    /// All values of the last option with this role.
    pub(super) fn words(&self, role: Role) -> Option<&[Word]> {
        self.last(role).map(|given| given.values.as_slice())
    }

    /// The text of the value.
    pub(super) fn text(&self, role: Role) -> Result<Option<Arc<str>>, CommandError> {
        let word = self.word(role);
        word.map(|word| word.value().map(Into::into)).transpose()
    }

    /// A name: `None` where it is not given, or by a variable or a placeholder whose value nobody
    /// knows.
    pub(super) fn name(&self, role: Role) -> Option<Arc<str>> {
        let word = self.word(role)?;
        let text = word.value().ok().filter(|_| !word.is_placeholder())?;
        let is_placeholder = text.starts_with('<') && text.ends_with('>');
        (!is_placeholder).then(|| text.into())
    }

    /// A lease ID.
    pub(super) fn lease_id(&self) -> Result<Option<LockIdArgument>, CommandError> {
        self.word(Role::LeaseId).map(Word::lock_id).transpose()
    }

    /// Whether `--overwrite` is on, where it was typed.
    pub(super) fn overwrites(&self) -> Option<bool> {
        let values = self.words(Role::Overwrite)?;
        Some(values.first().is_none_or(|word| word.text != "false"))
    }
}
