//! `az storage blob` command lines.
//!
//! Options have their full names or any beginning that only one of them has, as az reads them.
//! What az refuses before it sends anything is an error here, in az's words. Options that say how
//! to sign in are accepted, and change nothing.

mod build;
mod option;
mod table;

use super::super::AzCommand;
use super::super::word::Word;
use super::CommandError;
use super::vocabulary::next_words;
use option::options;
use table::{COMMON, CONDITIONS, NOT_MODELED, SUBCOMMANDS, Subcommand};

/// Reads what stands after `az`.
pub(super) fn parse(program: &Word, words: &[Word]) -> Result<AzCommand, CommandError> {
    let mut at = program;
    for (index, expected) in ["storage", "blob"].into_iter().enumerate() {
        match words.get(index) {
            Some(word) if word.text == expected => at = word,
            Some(word) => {
                return Err(word
                    .error(format!(
                        "the model has only `az storage blob`, not `{}`",
                        word.text
                    ))
                    .suggest_nearest(&word.text, [expected])
                    .not_modeled());
            }
            None => return Err(at.error("the model has only `az storage blob …`")),
        }
    }
    let (subcommand, used) = find(at, &words[2..])?;
    let used = 2 + used;
    let typed = options(subcommand, &words[used - 1], &words[used..])?;
    build::command(subcommand, &typed)
}

/// What can follow these words after `az`.
pub(super) fn can_follow(words: &[&str]) -> Vec<String> {
    let ["storage", "blob", typed @ ..] = words else {
        let next = match words {
            [] => "storage",
            ["storage"] => "blob",
            _ => return Vec::new(),
        };
        return vec![next.to_owned()];
    };
    let named: Vec<&str> = { typed.iter().copied() }
        .take_while(|word| !word.starts_with('-'))
        .collect();
    let Some(known) = SUBCOMMANDS
        .iter()
        .find(|known| known.name == named.join(" "))
    else {
        return next_words(SUBCOMMANDS.iter().map(|known| known.name), typed);
    };
    let conditions = known.has_conditions.then_some(CONDITIONS);
    let options = { known.options.iter() }
        .chain(COMMON)
        .chain(conditions.into_iter().flatten());
    options
        .filter_map(|(names, _)| names.first().map(|name| (*name).to_owned()))
        .collect()
}

/// The subcommand, and how many words its name has.
fn find(blob: &Word, words: &[Word]) -> Result<(&'static Subcommand, usize), CommandError> {
    const GROUPS: [&str; 3] = ["lease", "copy", "metadata"];
    let (name, used, at) = match words {
        [group, verb, ..] if GROUPS.contains(&group.text.as_str()) => {
            (format!("{} {}", group.text, verb.text), 2, verb)
        }
        [verb, ..] => (verb.text.clone(), 1, verb),
        [] => (String::new(), 0, blob),
    };
    if let Some(subcommand) = SUBCOMMANDS.iter().find(|known| known.name == name) {
        return Ok((subcommand, used));
    }
    if NOT_MODELED.contains(&name.as_str()) {
        let message = format!("the model does not have az storage blob {name}");
        return Err(at.error(message).not_modeled());
    }
    let group = GROUPS.into_iter().find(|group| name.starts_with(*group));
    let prefix = group.map_or_else(String::new, |group| format!("{group} "));
    let known: Vec<&str> = SUBCOMMANDS
        .iter()
        .filter_map(|subcommand| subcommand.name.strip_prefix(&*prefix))
        .collect();
    let message = if name.is_empty() || group == Some(name.as_str()) {
        let blank = if name.is_empty() { "" } else { " " };
        format!(
            "az storage blob{blank}{name} needs a subcommand; known are {}",
            known.join(", ")
        )
    } else {
        format!(
            "'{}' is misspelled or not recognized by the system; az storage blob {prefix}has {}",
            at.text,
            known.join(", ")
        )
    };
    let typed = name.strip_prefix(&*prefix).unwrap_or(&name).to_owned();
    Err(at.error(message).suggest_nearest(&typed, known))
}
