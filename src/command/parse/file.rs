//! Commands on the files of the working directory.

use std::sync::Arc;

use super::super::word::Word;
use super::super::{FileCommand, SerialChange};
use super::CommandError;
use crate::terraform::state::SERIAL_MAX;

/// Reads what stands after the program.
pub(super) fn parse(program: &Word, words: &[Word]) -> Result<FileCommand, CommandError> {
    let name = program.text.as_str();
    if name == "jq" {
        return jq(program, words);
    }
    let harmless = match name {
        "rm" => &["-f", "--force", "-v"][..],
        "cp" => &["-f", "-p", "-v", "-a"][..],
        "mv" => &["-f", "-v"][..],
        "ls" => &["-l", "-a", "-la", "-al", "-lh", "-lah", "-1"][..],
        "diff" => &["-u", "-q", "--brief"][..],
        _ => &[][..],
    };
    let (options, files) = options(name, words, harmless)?;
    match name {
        "rm" => remove(program, &options, &files),
        "cp" => two(program, &files).map(|[from, to]| FileCommand::Copy { from, to }),
        "mv" => two(program, &files).map(|[from, to]| FileCommand::Move { from, to }),
        "diff" => two(program, &files).map(|[one, two]| FileCommand::Compare { one, two }),
        "ls" => Ok(FileCommand::List(at_most_one(program, &files)?)),
        _ => match at_most_one(program, &files)? {
            Some(file) => Ok(FileCommand::Print(file)),
            None => Err(program.error(format!("{name} needs a file"))),
        },
    }
}

/// Tells options, which may stand anywhere, from files.
fn options<'a>(
    program: &str,
    words: &'a [Word],
    harmless: &[&str],
) -> Result<(Vec<&'a str>, Vec<&'a Word>), CommandError> {
    let mut options = Vec::new();
    let mut files = Vec::new();
    let mut are_over = false;
    for word in words {
        let text = word.text.as_str();
        if are_over || text.len() < 2 || !text.starts_with('-') {
            files.push(word);
        } else if text == "--" {
            are_over = true;
        } else if harmless.contains(&text) {
            options.push(text);
        } else {
            let known = match harmless {
                [] => "it has none".to_owned(),
                _ => format!("known are {}", harmless.join(", ")),
            };
            return Err(word.error(format!(
                "the model does not have the option `{text}` of {program}; {known}"
            )));
        }
    }
    Ok((options, files))
}

fn remove(program: &Word, options: &[&str], words: &[&Word]) -> Result<FileCommand, CommandError> {
    if words.is_empty() {
        return Err(program.error("rm needs a file"));
    }
    let files: Result<Vec<Arc<str>>, CommandError> = words.iter().map(|word| word.file()).collect();
    Ok(FileCommand::Remove {
        files: files?,
        force: options.iter().any(|o| *o == "-f" || *o == "--force"),
    })
}

fn two(program: &Word, words: &[&Word]) -> Result<[Arc<str>; 2], CommandError> {
    match words {
        [one, two] => Ok([one.file()?, two.file()?]),
        [_, _, excess, ..] => Err(excess.error(format!(
            "{} takes two files, and `{}` is one more",
            program.text, excess.text
        ))),
        _ => Err(program.error(format!("{} needs two files", program.text))),
    }
}

fn at_most_one(program: &Word, words: &[&Word]) -> Result<Option<Arc<str>>, CommandError> {
    match words {
        [] => Ok(None),
        [file] => file.file().map(Some),
        [_, excess, ..] => Err(excess.error(format!(
            "the model's {} takes one file, and `{}` is one more",
            program.text, excess.text
        ))),
    }
}

/// `jq FILTER FILE`, with one of the filters that raise a serial.
fn jq(program: &Word, words: &[Word]) -> Result<FileCommand, CommandError> {
    let (_, words) = options("jq", words, &["-M", "-S", "--sort-keys"])?;
    let Some(filter) = words.first() else {
        return Err(program.error("jq needs a filter and a file"));
    };
    let change = serial_change(filter.value()?).ok_or_else(|| {
        filter
            .error(format!(
                "the model's jq only changes a serial, by '.serial = N' or '.serial += N', not \
                 `{}`",
                filter.text
            ))
            .suggest(".serial += 1")
    })?;
    let (SerialChange::Set(number) | SerialChange::Add(number)) = change;
    if number > SERIAL_MAX {
        let message = format!("a serial has at most {SERIAL_MAX}, the last whole number jq holds");
        return Err(filter.error(message));
    }
    match &words[1..] {
        [file] => Ok(FileCommand::SetSerial {
            file: file.file()?,
            change,
        }),
        [_, excess, ..] => Err(excess.error(format!(
            "the model's jq takes one file, and `{}` is one more",
            excess.text
        ))),
        [] => Err(filter.error("jq needs a file: the model has no standard input")),
    }
}

fn serial_change(filter: &str) -> Option<SerialChange> {
    let compact: String = filter.chars().filter(|c| !c.is_whitespace()).collect();
    let change = compact.strip_prefix(".serial")?;
    let number = |text: &str| {
        let is_plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        // What does not fit is out of range, not unknown.
        is_plain.then(|| text.parse().unwrap_or(u64::MAX))
    };
    if let Some(sum) = change.strip_prefix("+=") {
        return number(sum).map(SerialChange::Add);
    }
    if let Some(sum) = change.strip_prefix("|=.+") {
        return number(sum).map(SerialChange::Add);
    }
    let value = change.strip_prefix('=')?;
    let value = value
        .strip_prefix('(')
        .and_then(|inside| inside.strip_suffix(')'))
        .unwrap_or(value);
    match value.strip_prefix(".serial+") {
        Some(sum) => number(sum).map(SerialChange::Add),
        None => number(value).map(SerialChange::Set),
    }
}
