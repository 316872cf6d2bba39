//! Simple commands: assignments, functions, builtins, programs.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::shell::code::Label;
use crate::shell::format;
use crate::shell::request::{Call, Ended, Request, Sink, Stream};

use super::builtins::Builtin;
use super::control::restore;
use super::state::{CommandFrame, Target};
use super::{Flow, Machine, Step, Trouble};

impl Machine {
    pub(super) fn command_begin(&mut self) -> Flow {
        let depths = self.depths();
        self.commands.push(CommandFrame {
            depths,
            arguments: Vec::new(),
            assignments: Vec::new(),
            hidden: Vec::new(),
            substituted: None,
            traced: false,
            prompted: false,
        });
        self.io.push(self.io().clone());
        Flow::Next
    }

    pub(super) fn command_end(&mut self) -> Flow {
        if let Some(frame) = self.commands.pop() {
            restore(self.session_mut(), frame.hidden);
            self.truncate(frame.depths);
        }
        Flow::Next
    }

    pub(super) fn assign(&mut self, name: &Arc<str>, append: bool) -> Step {
        let value = self.values.pop().unwrap_or_default();
        let prefix = self
            .commands
            .last()
            .is_some_and(|frame| !frame.arguments.is_empty());
        if prefix && self.session.is_readonly(name) {
            // bash says so, and runs the command all the same.
            self.complain(&format!("{name}: readonly variable"));
            return Ok(Flow::Next);
        }
        if let Some(frame) = self.commands.last_mut() {
            frame.assignments.push((Arc::clone(name), append, value));
        }
        self.apply_bare(append)
    }

    /// Bare assignments hold one after the other: `a=1 b=$a`.
    fn apply_bare(&mut self, append: bool) -> Step {
        let Some(frame) = self.commands.last_mut() else {
            return Ok(Flow::Next);
        };
        if !frame.arguments.is_empty() {
            return Ok(Flow::Next);
        }
        let Some((name, _, value)) = frame.assignments.pop() else {
            return Ok(Flow::Next);
        };
        if self.traces() {
            let sign = if append { "+=" } else { "=" };
            self.trace(&format!("{name}{sign}{}", format::quote_value(&value)));
        }
        let value = self.appended(&name, append, value);
        self.assign_variable(&name, value)?;
        Ok(Flow::Next)
    }

    fn appended(&self, name: &str, append: bool, value: String) -> String {
        match self.session.get(name) {
            Some(before) if append => format!("{before}{value}"),
            Some(_) | None => value,
        }
    }

    pub(super) fn execute(&mut self, end: Label) -> Step {
        let Some(frame) = self.commands.last() else {
            return Ok(Flow::Next);
        };
        let arguments = frame.arguments.clone();
        let Some(name) = arguments.first() else {
            let status = frame.substituted.unwrap_or(0);
            return self.done(status);
        };
        self.trace_command(&arguments);
        if let Some(function) = self.session.functions.get(name).cloned() {
            self.prefix()?;
            return self.call(&function, &arguments, end);
        }
        match Builtin::named(name) {
            Some(builtin) => {
                self.prefix()?;
                self.builtin(builtin, &arguments)
            }
            None => match super::builtins::refused(name) {
                Some(what) => Err(Trouble::Refused(what.to_owned())),
                None => self.program(arguments),
            },
        }
    }

    fn trace_command(&mut self, arguments: &[String]) {
        let Some(frame) = self.commands.last_mut() else {
            return;
        };
        if std::mem::replace(&mut frame.traced, true) || !self.traces() {
            return;
        }
        let assignments = self.commands.last().map(|frame| frame.assignments.clone());
        for (name, append, value) in assignments.unwrap_or_default() {
            let sign = if append { "+=" } else { "=" };
            self.trace(&format!("{name}{sign}{}", format::quote_value(&value)));
        }
        self.trace_words(arguments);
        let name = arguments.first().map(String::as_str);
        if !matches!(name, Some("export" | "readonly")) {
            return;
        }
        for (name, value) in arguments.iter().filter_map(|word| word.split_once('=')) {
            self.trace(&format!("{name}={}", format::quote_value(value)));
        }
    }

    /// Prefix assignments of a function or builtin hold while it runs.
    fn prefix(&mut self) -> Result<(), Trouble> {
        let Some(frame) = self.commands.last_mut() else {
            return Ok(());
        };
        for (name, append, value) in std::mem::take(&mut frame.assignments) {
            let value = self.appended(&name, append, value);
            let before = self.session.variables.get(name.as_ref()).cloned();
            self.assign_variable(&name, value)?;
            if let Some(variable) = self.session_mut().variables.get_mut(name.as_ref()) {
                variable.exported = true;
            }
            if let Some(frame) = self.commands.last_mut() {
                frame.hidden.push((name.to_string(), before));
            }
        }
        Ok(())
    }

    pub(super) fn program(&mut self, argv: Vec<String>) -> Step {
        match self.facts.ended.take() {
            Some(ended) => {
                self.collect(&ended);
                self.done(ended.status)
            }
            None => Ok(Flow::Ask(Request::Run(self.call_of(argv)))),
        }
    }

    fn call_of(&self, argv: Vec<String>) -> Call {
        let exported = self
            .session
            .variables
            .iter()
            .filter(|(_, variable)| variable.exported);
        let mut environment: BTreeMap<String, String> = exported
            .filter_map(|(name, variable)| Some((name.clone(), variable.value.clone()?)))
            .collect();
        let assignments = self
            .commands
            .last()
            .map(|frame| frame.assignments.as_slice());
        for (name, append, value) in assignments.unwrap_or(&[]) {
            let value = self.appended(name, *append, value.clone());
            environment.insert(name.to_string(), value);
        }
        let io = self.io();
        let sink = |target: &Target| match target {
            Target::Terminal(stream) => Sink::Terminal(*stream),
            Target::Capture(_) | Target::File(_) | Target::Null => Sink::Captured,
        };
        let input = io.stdin.and_then(|index| self.inputs.get(index));
        let stdin = input.map(|input| match input.offset {
            0 => Arc::clone(&input.text),
            _ => Arc::from(input.rest()),
        });
        Call {
            argv,
            environment,
            cwd: self.session.cwd.clone(),
            stdin,
            files: self.files.iter().cloned().collect(),
            stdout: sink(&io.stdout),
            stderr: sink(&io.stderr),
            span: self.place(),
        }
    }

    /// Takes what a program wrote to where it goes, and what it read from its input.
    fn collect(&mut self, ended: &Ended) {
        let io = self.io().clone();
        for (stream, text) in &ended.output {
            let target = io.target(*stream);
            match target {
                Target::Terminal(_) => self.charge(text.len()),
                Target::Capture(_) | Target::File(_) | Target::Null => self.write_to(target, text),
            }
        }
        let Some(input) = io.stdin.and_then(|index| self.inputs.get_mut(index)) else {
            return;
        };
        let mut offset = input
            .offset
            .saturating_add(ended.stdin_read)
            .min(input.text.len());
        while !input.text.is_char_boundary(offset) {
            offset += 1;
        }
        input.offset = offset;
    }

    pub(super) fn say(&mut self, text: &str) -> Step {
        self.write(Stream::Stdout, text);
        self.done(0)
    }
}
