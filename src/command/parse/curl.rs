//! `curl`, as far as an HTTP state server is asked by it.

use super::super::curl::{CurlCommand, Data, Method, Place};
use super::super::word::Word;
use super::CommandError;
use crate::terraform::backend::http::{ADDRESS, GITLAB_LOCK_ADDRESS};

/// Options without a value that change nothing here.
const IDLE_FLAGS: [&str; 12] = [
    "-s",
    "--silent",
    "-S",
    "--show-error",
    "-sS",
    "-k",
    "--insecure",
    "-L",
    "--location",
    "-v",
    "--verbose",
    "--globoff",
];
/// Options with a value that change nothing here.
const IDLE: [&str; 6] = ["-H", "--header", "-u", "--user", "-m", "--max-time"];
/// Options that mean something.
const KNOWN: [&str; 11] = [
    "-X",
    "--request",
    "-d",
    "--data",
    "--data-binary",
    "-o",
    "--output",
    "-i",
    "--include",
    "-f",
    "--fail",
];

/// What can stand next, where these words stand after `curl`.
pub(super) fn can_follow(typed: &[&str]) -> Vec<String> {
    match typed.last() {
        Some(&("-X" | "--request")) => Method::ALL.map(|it| it.name().to_owned()).to_vec(),
        Some(_) | None => KNOWN.map(str::to_owned).to_vec(),
    }
}

fn method(word: &Word) -> Result<Method, CommandError> {
    let text = word.value()?;
    let found = Method::ALL.into_iter().find(|method| method.name() == text);
    found.ok_or_else(|| {
        let names = Method::ALL.map(Method::name);
        let message = format!("the model's servers know {}, not {text}", names.join(", "));
        word.error(message)
            .suggest_nearest(text, names)
            .not_modeled()
    })
}

/// The address, and the ID behind it.
fn address(word: &Word) -> Result<(Place, Option<&str>), CommandError> {
    let (address, query) = match word.value()?.split_once('?') {
        Some((address, query)) => (address, Some(query)),
        None => (word.value()?, None),
    };
    let place = match address {
        ADDRESS => Place::State,
        GITLAB_LOCK_ADDRESS => Place::Lock,
        _ => {
            let message = format!("the model has only the addresses {ADDRESS} and …/lock below it");
            let near = [ADDRESS, GITLAB_LOCK_ADDRESS];
            return Err(word
                .error(message)
                .suggest_nearest(address, near)
                .not_modeled());
        }
    };
    let Some(query) = query else {
        return Ok((place, None));
    };
    match query.strip_prefix("ID=") {
        Some(id) if !id.is_empty() && !id.contains('&') => Ok((place, Some(id))),
        Some(_) | None => {
            let message = "the model's servers know `?ID=` and nothing else behind an address";
            Err(word.error(message).not_modeled())
        }
    }
}

fn data(word: &Word) -> Result<Data, CommandError> {
    let text = word.value()?;
    Ok(match text.strip_prefix('@') {
        Some("-") => {
            let message = "the model's curl sends no standard input: name a file";
            return Err(word.error(message).not_modeled());
        }
        // `-d @FILE` drops line ends, which no state or lock info minds.
        Some(file) => Data::File(file.into()),
        None => Data::Text(text.into()),
    })
}

/// Reads what stands after `curl`.
pub(super) fn parse(program: &Word, words: &[Word]) -> Result<CurlCommand, CommandError> {
    let (mut asked, mut to, mut sent, mut file) = (None, None, None, None);
    let (mut shows_status, mut fails) = (false, false);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let text = word.text.as_str();
        let takes_value = IDLE.contains(&text)
            || matches!(
                text,
                "-X" | "--request" | "-d" | "--data" | "--data-binary" | "-o" | "--output"
            );
        let value = if takes_value {
            let missing = || word.error(format!("option {text}: requires parameter"));
            Some(words.next().ok_or_else(missing)?)
        } else {
            None
        };
        match (text, value) {
            ("-X" | "--request", Some(value)) => asked = Some(method(value)?),
            ("-d" | "--data" | "--data-binary", Some(value)) => sent = Some(data(value)?),
            ("-o" | "--output", Some(value)) => file = Some(value.value()?.into()),
            ("-i" | "--include", _) => shows_status = true,
            ("-f" | "--fail" | "-fsS" | "-sf" | "-fs", _) => fails = true,
            _ if IDLE.contains(&text) || IDLE_FLAGS.contains(&text) => {}
            _ if text.starts_with('-') => {
                let all = KNOWN.iter().chain(&IDLE).chain(&IDLE_FLAGS).copied();
                let message = format!("the model has no option {text} of `curl`");
                return Err(word.error(message).suggest_nearest(text, all).not_modeled());
            }
            _ if to.is_some() => {
                return Err(word
                    .error("the model's curl asks one address")
                    .not_modeled());
            }
            _ => to = Some(address(word)?),
        }
    }
    let Some((place, id)) = to else {
        return Err(program.error(format!("no URL specified: write {ADDRESS}")));
    };
    let otherwise = if sent.is_some() {
        Method::Post
    } else {
        Method::Get
    };
    Ok(CurlCommand {
        method: asked.unwrap_or(otherwise),
        to: place,
        id: id.map(Into::into),
        data: sent,
        file,
        shows_status,
        fails,
    })
}
