//! `export`, `local`, `readonly`, `unset`, `set`.

use crate::shell::reader::is_name;
use crate::shell::request::Stream;

use super::super::state::{Control, Options, Switch};
use super::super::{Machine, Step, Trouble};
use super::uncovered;

impl Machine {
    pub(super) fn export(&mut self, operands: &[String]) -> Step {
        let (mut exported, mut status) = (true, 0);
        for operand in operands {
            match operand.as_str() {
                "-n" => exported = false,
                "-p" => {}
                option if option.starts_with('-') => return Err(uncovered("export", option)),
                operand => match self.declare("export", operand)? {
                    Some(name) => {
                        let variable = self.session_mut().variables.entry(name).or_default();
                        variable.exported = exported;
                    }
                    None => status = 1,
                },
            }
        }
        if operands.is_empty() || operands == ["-p"] {
            let mut text = String::new();
            for (name, variable) in &self.session.variables {
                if let (true, Some(value)) = (variable.exported, &variable.value) {
                    text.extend(["declare -x ", name, "=\"", value, "\"\n"]);
                }
            }
            self.write(Stream::Stdout, &text);
        }
        self.done(status)
    }

    pub(super) fn readonly(&mut self, operands: &[String]) -> Step {
        let mut status = 0;
        for operand in operands {
            if operand.starts_with('-') {
                return Err(uncovered("readonly", operand));
            }
            match self.declare("readonly", operand)? {
                Some(name) => {
                    self.session_mut()
                        .variables
                        .entry(name)
                        .or_default()
                        .readonly = true;
                }
                None => status = 1,
            }
        }
        self.done(status)
    }

    pub(super) fn local(&mut self, operands: &[String]) -> Step {
        if !self.in_function() {
            return self.fail(1, "local: can only be used in a function");
        }
        let mut status = 0;
        for operand in operands {
            if operand.starts_with('-') {
                return Err(uncovered("local", operand));
            }
            let name = operand
                .split('=')
                .next()
                .unwrap_or("")
                .trim_end_matches('+')
                .to_owned();
            if is_name(&name) {
                let before = self.session.variables.get(&name).cloned();
                for control in self.controls.iter_mut().rev() {
                    if let Control::Function { locals, .. } = control {
                        if !locals.iter().any(|(known, _)| *known == name) {
                            locals.push((name.clone(), before));
                            if !operand.contains('=') {
                                self.session_mut().variables.remove(&name);
                            }
                        }
                        break;
                    }
                }
            }
            if self.declare("local", operand)?.is_none() {
                status = 1;
            }
        }
        self.done(status)
    }

    /// `NAME` or `NAME=value`: the name, if it is one. Its value is set.
    fn declare(&mut self, command: &str, operand: &str) -> Result<Option<String>, Trouble> {
        let (name, value) = match operand.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (operand, None),
        };
        let (name, append) = match name.strip_suffix('+') {
            Some(name) if value.is_some() => (name, true),
            Some(_) | None => (name, false),
        };
        if !is_name(name) {
            self.complain(&format!("{command}: `{operand}': not a valid identifier"));
            return Ok(None);
        }
        if let Some(value) = value {
            if self.session.is_readonly(name) {
                self.complain(&format!("{name}: readonly variable"));
                return Ok(None);
            }
            let before = if append {
                self.session.get(name).unwrap_or("")
            } else {
                ""
            };
            let value = format!("{before}{value}");
            self.assign_variable(name, value)?;
        }
        Ok(Some(name.to_owned()))
    }

    pub(super) fn unset(&mut self, operands: &[String]) -> Step {
        let mut status = 0;
        let mut functions = false;
        for operand in operands {
            match operand.as_str() {
                "-v" => {}
                "-f" => functions = true,
                option if option.starts_with('-') => return Err(uncovered("unset", option)),
                name if functions => {
                    self.session_mut().functions.remove(name);
                }
                name if self.session.is_readonly(name) => {
                    self.complain(&format!("unset: {name}: cannot unset: readonly variable"));
                    status = 1;
                }
                name => {
                    if self.session_mut().variables.remove(name).is_none() {
                        self.session_mut().functions.remove(name);
                    }
                }
            }
        }
        self.done(status)
    }

    pub(super) fn set_options(&mut self, operands: &[String]) -> Step {
        let mut rest = operands.iter();
        while let Some(operand) = rest.next() {
            let switch = match operand.chars().next() {
                Some('-') if operand == "--" => {
                    self.session_mut().positional = rest.cloned().collect();
                    return self.done(0);
                }
                Some('-') if operand.len() > 1 => Switch::On,
                Some('+') if operand.len() > 1 => Switch::Off,
                Some(_) | None => {
                    let first = std::iter::once(operand);
                    self.session_mut().positional = first.chain(rest).cloned().collect();
                    return self.done(0);
                }
            };
            for letter in operand.chars().skip(1) {
                if letter == 'o' {
                    let Some(name) = rest.next() else {
                        return Err(uncovered("set", "-o"));
                    };
                    match named(&mut self.session_mut().options, name) {
                        Some(option) => *option = switch,
                        None if KNOWN.contains(&name.as_str()) => {
                            return Err(uncovered("set -o", name));
                        }
                        None => return self.fail(2, &format!("set: {name}: invalid option name")),
                    }
                    continue;
                }
                match lettered(&mut self.session_mut().options, letter) {
                    Some(option) => *option = switch,
                    // `-E` is about traps, of which there are none; `-h` and `-B` are bash's own.
                    None if "EThBmP".contains(letter) => {}
                    None if "abknptvH".contains(letter) => {
                        return Err(uncovered("set", &format!("-{letter}")));
                    }
                    None => {
                        let sign = operand.chars().next().unwrap_or('-');
                        self.complain(&format!("set: {sign}{letter}: invalid option"));
                        let usage = "set: usage: set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]\n";
                        self.write(Stream::Stderr, usage);
                        return self.done(2);
                    }
                }
            }
        }
        self.done(0)
    }
}

/// What bash knows and the machine does not.
const KNOWN: [&str; 16] = [
    "allexport",
    "braceexpand",
    "emacs",
    "errtrace",
    "functrace",
    "hashall",
    "histexpand",
    "history",
    "ignoreeof",
    "keyword",
    "monitor",
    "noexec",
    "notify",
    "posix",
    "verbose",
    "vi",
];

fn lettered(options: &mut Options, letter: char) -> Option<&mut Switch> {
    Some(match letter {
        'e' => &mut options.exit_on_error,
        'u' => &mut options.refuse_unset,
        'x' => &mut options.trace,
        'f' => &mut options.no_globs,
        'C' => &mut options.no_clobber,
        _ => return None,
    })
}

fn named<'a>(options: &'a mut Options, name: &str) -> Option<&'a mut Switch> {
    match name {
        "errexit" => lettered(options, 'e'),
        "nounset" => lettered(options, 'u'),
        "xtrace" => lettered(options, 'x'),
        "noglob" => lettered(options, 'f'),
        "noclobber" => lettered(options, 'C'),
        "pipefail" => Some(&mut options.pipefail),
        _ => None,
    }
}
