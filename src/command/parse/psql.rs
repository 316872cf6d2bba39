//! `psql` command lines: `-c` with one of the two statements that the model has.

use super::super::psql::{LockColumn, PsqlCommand, PsqlFormat, PsqlStatement};
use super::super::word::Word;
use super::CommandError;
use crate::service::postgres::{LockFilter, SessionId};

/// The statements, as messages name them.
const STATEMENTS: &str = "`SELECT pid, classid, objid FROM pg_locks WHERE locktype = 'advisory'` and \
                          `SELECT pg_terminate_backend(PID)`";

/// Options with a value that change nothing.
const IDLE: [&str; 10] = [
    "-d",
    "--dbname",
    "-h",
    "--host",
    "-p",
    "--port",
    "-U",
    "--username",
    "-v",
    "-P",
];

/// Reads what stands after `psql`.
pub(super) fn parse(program: &Word, words: &[Word]) -> Result<PsqlCommand, CommandError> {
    let mut format = PsqlFormat::default();
    let mut statement = None;
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let text = word.text.as_str();
        if let Some(typed) = text.strip_prefix("--command=") {
            statement = Some((word, typed.to_owned()));
        } else if IDLE.contains(&text) {
            words.next();
        } else if text.starts_with("--") {
            match text {
                "--command" => statement = words.next().map(|value| (value, value.text.clone())),
                "--tuples-only" => format.is_bare = true,
                "--no-align" => format.is_unaligned = true,
                "--quiet" => format.is_quiet = true,
                "--no-psqlrc" | "--no-password" => {}
                _ if IDLE
                    .iter()
                    .any(|name| text.starts_with(&format!("{name}="))) => {}
                _ => return Err(unknown(word)),
            }
        } else if let Some(letters) = text.strip_prefix('-') {
            for letter in letters.chars() {
                match letter {
                    't' => format.is_bare = true,
                    'A' => format.is_unaligned = true,
                    'q' => format.is_quiet = true,
                    'X' | 'w' => {}
                    'c' => statement = words.next().map(|value| (value, value.text.clone())),
                    _ => return Err(unknown(word)),
                }
            }
        }
    }
    let Some((at, text)) = statement else {
        let message = format!("the model has psql with -c alone, and {STATEMENTS}");
        return Err(program.error(message).not_modeled());
    };
    let Some(statement) = read(&text) else {
        let message = format!("the model has no such statement; it has {STATEMENTS}");
        return Err(at.error(message).not_modeled());
    };
    Ok(PsqlCommand { statement, format })
}

fn unknown(word: &Word) -> CommandError {
    word.error(format!("unknown option `{}` of psql", word.text))
}

/// What can stand next, where these words stand after `psql`.
pub(super) fn can_follow() -> Vec<String> {
    ["-c", "-A", "-t", "-q"].map(str::to_owned).to_vec()
}

/// The statement, whatever its spaces and the case of its words.
fn read(text: &str) -> Option<PsqlStatement> {
    let spaced = text
        .replace('=', " = ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let spaced = spaced.replace(',', " , ").to_lowercase();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let words = match words.split_last() {
        Some((&";", before)) => before.join(" "),
        _ => words.join(" "),
    };
    let words = words.trim_end_matches(';').trim_end();
    let rest = words.strip_prefix("select ")?;
    if let Some(number) = rest.strip_prefix("pg_terminate_backend ( ") {
        if let Some(number) = number.strip_suffix(" )") {
            return number
                .parse()
                .ok()
                .map(SessionId)
                .map(PsqlStatement::Terminate);
        }
        let holders = number.strip_prefix("pid ) from pg_locks where ")?;
        return filter(holders).map(PsqlStatement::TerminateHolders);
    }
    let (columns, conditions) = rest.split_once(" from pg_locks where ")?;
    let columns = match columns {
        "*" => LockColumn::ALL.to_vec(),
        listed => {
            let listed = listed.split(" , ").map(|name| {
                let mut all = LockColumn::ALL.into_iter();
                all.find(|column| column.name() == name.trim())
            });
            listed.collect::<Option<Vec<_>>>()?
        }
    };
    let filter = filter(conditions)?;
    Some(PsqlStatement::Locks { columns, filter })
}

/// Conditions of a WHERE: advisory locks, and perhaps which ones.
fn filter(text: &str) -> Option<LockFilter> {
    let mut filter = LockFilter::default();
    let mut is_advisory = false;
    for condition in text.split(" and ") {
        if condition == "granted" || condition == "granted = true" {
            continue;
        }
        let (column, value) = condition.split_once(" = ")?;
        let number = || value.parse::<u32>().ok();
        match column {
            "locktype" if value == "'advisory'" => is_advisory = true,
            "classid" => filter.classid = Some(number()?),
            "objid" => filter.objid = Some(number()?),
            "pid" => filter.pid = Some(number()?),
            _ => return None,
        }
    }
    is_advisory.then_some(filter)
}
