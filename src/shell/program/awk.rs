//! `awk`: the language of POSIX without functions of one's own, `getline` and pipes.
//!
//! No crate was found that runs it over text alone, without the files, commands and clock of the
//! machine. The language that runbooks use is small. Numbers are decimals, not doubles, so that
//! every platform prints the same.

use super::desk::{Desk, Ended, not_modeled};
use super::format::unescape;
use super::options::{Hint, Spec, parse as parse_options};

mod builtin;
mod expression;
mod lex;
mod parse;
mod record;
mod run;
mod tree;
mod value;

const SPEC: Spec = Spec {
    keys: "F:v:f:W:",
    long: &[("field-separator", 'F'), ("assign", 'v'), ("file", 'f')],
    refused: "W",
    hint: Hint::Usage(
        "usage: awk [-F fs][-v var=value][prog | -f progfile][file ...]\n",
        false,
    ),
    status: 2,
    stops_at_operand: true,
};

/// `awk`
pub(super) fn awk(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse_options(desk, &SPEC)?;
    let mut operands = parsed.operands.clone();
    let mut program = String::new();
    for file in parsed.values('f') {
        match desk.read(file) {
            Ok(text) => {
                program.push_str(&text);
                program.push('\n');
            }
            Err(_) => {
                return desk.fail(2, format!("cannot open {file} (No such file or directory)"));
            }
        }
    }
    if !parsed.has('f') {
        if operands.is_empty() {
            return super::options::hint(desk, &SPEC);
        }
        program = operands.remove(0);
    }
    let rules = match lex::lex(&program).and_then(parse::parse) {
        Ok(rules) => rules,
        Err(lex::Fault::Wrong { line, near }) => {
            return desk.fail(2, format!("line {line}: syntax error at or near {near}"));
        }
        Err(lex::Fault::NotModeled(what)) => return not_modeled(what),
    };
    let mut machine = run::Machine::new(desk);
    if let Some(separator) = parsed.value('F') {
        // A lone `t` is a tab, as in all of them.
        let separator = if separator == "t" { "\\t" } else { separator };
        machine.assign_text("FS", &unescape(separator, false).0);
    }
    for assignment in parsed.values('v') {
        match assignment.split_once('=') {
            Some((name, value)) => machine.assign_text(name, &unescape(value, false).0),
            None => return not_modeled(format!("option '-v' with {assignment}")),
        }
    }
    machine.run(&rules, &operands)
}
