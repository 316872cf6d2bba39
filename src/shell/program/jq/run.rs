//! Compiling a filter and running it over the inputs.

use std::cell::RefCell;
use std::collections::BTreeMap;

use jaq_core::compile::Undefined;
use jaq_core::load::parse::Def;
use jaq_core::load::{Arena, File, Loader, lex, parse};
use jaq_core::{Compiler, Ctx, Filter, Vars};
use jaq_json::Val;

use super::super::desk::{Desk, Ended, not_modeled};
use super::fuel::{self, Data, Shared};
use super::options::Options;
use super::rewrite;
use super::words::error_text;
use super::{Inputs, printed, text_value};

/// The longest filter.
const FILTER_MAX: usize = 4096;
/// What the filter is called among the definitions; jq's own words have no capitals.
const MAIN: &str = "MAIN";

/// The status after input that is no JSON, as jq 1.6 of Debian 12 has it; others say 2 or 5.
const PARSE_ERROR: u8 = 4;

/// Why a filter does not compile.
pub(super) enum CompileError {
    /// It is wrong; each error in jq's words.
    Wrong(Vec<String>),
    /// It needs too much.
    NotModeled(String),
}

/// Compiles a filter that may use the variables.
pub(super) fn compile(
    text: &str,
    variables: &BTreeMap<String, Val>,
) -> Result<Filter<Data>, CompileError> {
    if text.len() > FILTER_MAX {
        let what = format!("a filter of more than {FILTER_MAX} bytes is not modeled");
        return Err(CompileError::NotModeled(what));
    }
    let too_much = |rewrite::TooMuch(what)| CompileError::NotModeled(what.to_owned());
    let wrong = |errors: Vec<String>| CompileError::Wrong(errors);
    check_depth(text)?;
    let tokens = lex::Lexer::new(text).lex().map_err(|errors| {
        wrong(
            errors
                .iter()
                .map(|(_, found)| syntax(text, found))
                .collect(),
        )
    })?;
    let main = parse::Parser::new(&tokens).parse(parse::Parser::term);
    let main = main.map_err(|errors| {
        wrong(
            errors
                .iter()
                .map(|(_, token)| syntax(text, token.map_or("$end", |token| token.0)))
                .collect(),
        )
    })?;
    // The filter becomes the last definition of the library, since only there a term can be given
    // that was rewritten; its parameters are the variables.
    let names: Vec<String> = variables.keys().map(|name| format!("${name}")).collect();
    let main = Def {
        name: MAIN,
        args: names.iter().map(String::as_str).collect(),
        body: rewrite::rewrite(main, Some(&mut Vec::new()), 0).map_err(too_much)?,
    };
    let library = jaq_core::defs()
        .chain(jaq_std::defs())
        .chain(jaq_json::defs());
    let mut definitions: Vec<Def<&str>> = library
        .map(|one| rewrite::rewrite_definition(one, None, 0))
        .collect::<Result<_, _>>()
        .map_err(too_much)?;
    definitions.push(main);
    let code = format!("{MAIN}({})", names.join("; "));
    let arena = Arena::default();
    let modules = Loader::new(definitions)
        .load(
            &arena,
            File {
                code: code.as_str(),
                path: (),
            },
        )
        .map_err(|_| wrong(vec![syntax(text, text)]))?;
    Compiler::default()
        .with_funs(fuel::functions())
        .with_global_vars(names.iter().map(String::as_str))
        .compile(modules)
        .map_err(|errors| {
            let undefined = errors.into_iter().flat_map(|(_, errors)| errors);
            wrong(
                undefined
                    .map(|(name, what)| not_defined(text, name, &what))
                    .collect(),
            )
        })
}

/// Brackets that are open at once are bounded, as the parser calls itself for each.
fn check_depth(text: &str) -> Result<(), CompileError> {
    let mut depth = 0_usize;
    let mut deepest = 0;
    let mut words = 0;
    for character in text.chars() {
        match character {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '-' | '|' | ',' | '?' => words += 1,
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    words += ["if", "try", "def", "reduce", "foreach", "label"]
        .iter()
        .map(|word| text.matches(word).count())
        .sum::<usize>();
    if deepest > 50 || words > 500 {
        let what = "a filter that is nested so deep is not modeled".to_owned();
        return Err(CompileError::NotModeled(what));
    }
    Ok(())
}

fn syntax(text: &str, found: &str) -> String {
    let first: String = found.chars().take_while(|c| !c.is_whitespace()).collect();
    let shown = match first.as_str() {
        "" | "$end" => "$end".to_owned(),
        word if word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') => {
            "IDENT".to_owned()
        }
        word => format!("'{}'", word.chars().next().unwrap_or(' ')),
    };
    format!(
        "syntax error, unexpected {shown} (Unix shell quoting issues?) at <top-level>, line 1:\n\
         {text}"
    )
}

fn not_defined(text: &str, name: &str, what: &Undefined) -> String {
    let shown = if let Undefined::Filter(arity) = what {
        format!("{name}/{arity}")
    } else {
        name.to_owned()
    };
    format!("{shown} is not defined at <top-level>, line 1:\n{text}")
}

/// Runs a filter; the status is jq's.
pub(super) fn run(
    desk: &mut Desk<'_>,
    options: &Options,
    filter: &Filter<Data>,
    inputs: Inputs,
    variables: BTreeMap<String, Val>,
) -> Ended {
    let environment = variables.get("ENV").cloned().unwrap_or_default();
    let inputs = RefCell::new(inputs);
    let shared = Shared::new(&filter.lut, &inputs, environment, desk.call().now);
    let variables = Vars::new(variables.into_values());
    let mut last = None;
    let mut status = 0;
    let mut null = options.null_input.then(|| Ok(Val::Null));
    loop {
        let next = if options.null_input {
            null.take()
        } else {
            inputs.borrow_mut().next()
        };
        let input = match next {
            None => break,
            Some(Ok(input)) => input,
            Some(Err(error)) => {
                desk.err(&format!("parse error: {error}\n"));
                return Ok(PARSE_ERROR);
            }
        };
        let context = Ctx::<Data>::new(&shared, variables.clone());
        for result in filter.id.run((context, input)) {
            let notes = shared.notes.take();
            desk.err(&notes);
            let error = match result {
                Ok(value) => {
                    desk.out(&printed(options, &value)?);
                    desk.out(if options.join { "" } else { "\n" });
                    last = Some(value);
                    if desk.is_full() {
                        return Ok(0);
                    }
                    continue;
                }
                Err(error) => error,
            };
            let error = match error.get_err() {
                Ok(error) => error.into_val(),
                Err(error) => match error.get_halt() {
                    Ok(fuel::EXHAUSTED) => {
                        return not_modeled("a filter that takes so many steps is not modeled");
                    }
                    Ok(code) => return Ok(u8::try_from(code.rem_euclid(256)).unwrap_or(5)),
                    Err(_) => text_value("break"),
                },
            };
            let place = match inputs.borrow().place() {
                None => "<unknown>".to_owned(),
                Some((file, line)) => format!("{file}:{line}"),
            };
            desk.complain(format!("error (at {place}){}", error_text(&error)));
            status = 5;
            break;
        }
        let notes = shared.notes.take();
        desk.err(&notes);
    }
    if status != 0 || !options.exit_status {
        return Ok(status);
    }
    Ok(match last {
        None => 4,
        Some(Val::Null | Val::Bool(false)) => 1,
        Some(_) => 0,
    })
}
