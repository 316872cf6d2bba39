//! `jq`, by the interpreter of `jaq`, with the options, the output and the words of jq 1.6.
//!
//! What reads the machine outside in jaq's library (`now`, `env`, local time) is replaced by the
//! call's own; what could run for ever runs on [`fuel`].

use std::collections::BTreeMap;

use jaq_json::Val;

use super::desk::{Desk, Ended, Stop, lines, not_modeled};

mod fuel;
mod input;
mod options;
mod rewrite;
mod run;
mod value;
mod words;

use input::Inputs;
use options::{Options, Read};
pub(super) use value::{Layout, write};

/// The deepest nesting of a value, as jq reads it.
const DEPTH_MAX: usize = 256;

/// `jq`
pub(super) fn jq(desk: &mut Desk<'_>) -> Ended {
    let options = options::parse(desk)?;
    let mut failed = 0;
    let mut texts = Vec::new();
    if options.files.is_empty() {
        texts.push(("<stdin>".to_owned(), desk.stdin()));
    }
    for file in &options.files {
        match desk.read(file) {
            Ok(text) => {
                let name = if file == "-" {
                    "<stdin>"
                } else {
                    file.as_str()
                };
                texts.push((name.to_owned(), text));
            }
            Err(error) => {
                desk.complain(format!("error: Could not open file {file}: {error}"));
                failed = 2;
            }
        }
    }
    let whole: String = texts.iter().map(|(_, text)| &**text).collect();
    let inputs = match options.read {
        Read::Values => Inputs::new(texts.iter().map(|(name, text)| (name.as_str(), &**text))),
        Read::Lines => Inputs::of_values(lines(&whole).map(text_value).collect()),
    };
    let inputs = if options.slurp {
        slurped(inputs, &whole, options.read)
    } else {
        inputs
    };
    let environment = environment(desk.call().environment);
    let mut variables = options.variables.clone();
    variables.insert("ENV".to_owned(), environment);
    let compiled = match run::compile(&options.filter, &variables) {
        Ok(compiled) => compiled,
        Err(run::CompileError::NotModeled(what)) => return not_modeled(what),
        Err(run::CompileError::Wrong(errors)) => {
            for error in &errors {
                desk.complain(format!("error: {error}"));
            }
            let plural = if errors.len() == 1 { "" } else { "s" };
            desk.complain(format!("{} compile error{plural}", errors.len()));
            return Ok(3);
        }
    };
    let status = run::run(desk, &options, &compiled, inputs, variables)?;
    Ok(if failed != 0 { failed } else { status })
}

pub(super) fn text_value(text: &str) -> Val {
    Val::utf8_str(text.as_bytes().to_vec())
}

fn environment(variables: &BTreeMap<String, String>) -> Val {
    Val::obj(
        variables
            .iter()
            .map(|(key, value)| (text_value(key), text_value(value)))
            .collect(),
    )
}

/// All inputs as one array, or with `-R` all text as one string.
fn slurped(inputs: Inputs, whole: &str, read: Read) -> Inputs {
    match read {
        Read::Lines => Inputs::of_values(vec![text_value(whole)]),
        Read::Values => inputs.slurp(),
    }
}

/// A JSON text as one value, or what is wrong with it in jq's words.
pub(super) fn parse_one(text: &str) -> Result<Val, String> {
    let mut inputs = Inputs::new([("<stdin>", text)]);
    match inputs.next() {
        None => Err("Unfinished JSON term at EOF".to_owned()),
        Some(Err(error)) => Err(error),
        Some(Ok(value)) => match inputs.next() {
            None => Ok(value),
            Some(_) => Err("Unexpected extra JSON values".to_owned()),
        },
    }
}

/// What is printed for one result.
fn printed(options: &Options, value: &Val) -> Result<String, Stop> {
    if options.raw
        && let Val::TStr(text) = value
    {
        return Ok(String::from_utf8_lossy(text).into_owned());
    }
    let mut out = String::new();
    match write(&mut out, value, &options.layout) {
        Ok(()) => Ok(out),
        Err(bound) => Err(Stop::NotModeled(bound)),
    }
}
