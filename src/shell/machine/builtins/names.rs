//! `command` and `type`.

use crate::shell::request::{Request, Stream};

use super::super::{Flow, Machine, Step};
use super::{Builtin, uncovered};

enum Named {
    Keyword,
    Function,
    Builtin,
    Program(String),
    Nothing,
    /// Whether it is a program is to be asked.
    Unknown,
}

impl Machine {
    pub(super) fn command_command(&mut self, operands: &[String]) -> Step {
        match operands.first().map(String::as_str) {
            None => self.done(0),
            Some("-v") => self.locate_all(operands.get(1..).unwrap_or(&[])),
            Some("--") => self.command_command(operands.get(1..).unwrap_or(&[])),
            Some(option) if option.starts_with('-') => Err(uncovered("command", option)),
            Some("command") => self.command_command(operands.get(1..).unwrap_or(&[])),
            Some(name) => match Builtin::named(name) {
                Some(builtin) => self.builtin(builtin, operands),
                None => self.program(operands.to_vec()),
            },
        }
    }

    fn locate_all(&mut self, names: &[String]) -> Step {
        let mut text = String::new();
        let mut found = false;
        for name in names {
            match self.named(name) {
                Named::Program(path) => text.extend([path.as_str(), "\n"]),
                Named::Nothing => continue,
                Named::Keyword | Named::Function | Named::Builtin => {
                    text.push_str(name);
                    text.push('\n');
                }
                Named::Unknown => return Ok(Flow::Ask(Request::Locate(name.clone()))),
            }
            found = true;
        }
        self.write(Stream::Stdout, &text);
        self.done(u8::from(!found))
    }

    pub(super) fn type_command(&mut self, operands: &[String]) -> Step {
        if let Some(option) = operands.first().filter(|operand| operand.starts_with('-')) {
            return Err(uncovered("type", option));
        }
        let mut lines = Vec::new();
        for name in operands {
            let line = match self.named(name) {
                Named::Keyword => Ok(format!("{name} is a shell keyword\n")),
                Named::Builtin => Ok(format!("{name} is a shell builtin\n")),
                Named::Program(path) => Ok(format!("{name} is {path}\n")),
                // bash prints the body as well; its layout is not kept.
                Named::Function => Ok(format!("{name} is a function\n")),
                Named::Nothing => Err(format!("type: {name}: not found")),
                Named::Unknown => return Ok(Flow::Ask(Request::Locate(name.clone()))),
            };
            lines.push(line);
        }
        let mut status = 0;
        for line in lines {
            match line {
                Ok(text) => self.write(Stream::Stdout, &text),
                Err(message) => {
                    status = 1;
                    self.complain(&message);
                }
            }
        }
        self.done(status)
    }

    fn named(&self, name: &str) -> Named {
        const KEYWORDS: [&str; 20] = [
            "if", "then", "else", "elif", "fi", "case", "esac", "for", "while", "until", "do",
            "done", "in", "function", "select", "time", "{", "}", "!", "[[",
        ];
        if KEYWORDS.contains(&name) {
            return Named::Keyword;
        }
        if self.session.functions.contains_key(name) {
            return Named::Function;
        }
        match Builtin::named(name) {
            // The machine's own, a program elsewhere.
            Some(Builtin::Sleep) => return Named::Program("/usr/bin/sleep".to_owned()),
            Some(_) => return Named::Builtin,
            None => {}
        }
        match self.facts.located.get(name) {
            Some(Some(path)) => Named::Program(path.clone()),
            Some(None) => Named::Nothing,
            None => Named::Unknown,
        }
    }
}
