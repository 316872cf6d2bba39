//! Conditions, loops, functions, subshells, pipelines, and how they are left.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::shell::ast::Span;
use crate::shell::code::{ControlOperation, Label};
use crate::shell::request::{Limit, Messages};

use super::state::{
    Control, Depths, Function, Input, PipelineState, Switch, Target, Variable, WordBuilder,
};
use super::{Flow, Machine, Over, Purpose, Step, Trouble};

impl Machine {
    pub(super) fn control(&mut self, operation: &ControlOperation) -> Step {
        match operation {
            ControlOperation::Check => {
                let asked = self
                    .controls
                    .iter()
                    .any(|control| matches!(control, Control::Condition));
                if self.status != 0 && self.session.options.exit_on_error.is_on() && !asked {
                    return Err(Trouble::Exit(self.status));
                }
            }
            ControlOperation::ConditionBegin => self.enter(Control::Condition)?,
            ControlOperation::ConditionEnd | ControlOperation::Return => return Ok(self.leave()),
            ControlOperation::Define { name, entry } => {
                let function = Function {
                    code: Arc::clone(&self.code),
                    entry: *entry,
                };
                self.session_mut()
                    .functions
                    .insert(name.to_string(), function);
                // The jump over the body follows.
                self.status = 0;
            }
            ControlOperation::SubshellBegin { purpose, end } => {
                self.subshell_begin(*purpose, *end)?;
            }
            ControlOperation::SubshellEnd(purpose) => {
                self.leave();
                self.subshell_end(*purpose);
            }
            ControlOperation::PipelineBegin => self.pipelines.push(PipelineState::default()),
            ControlOperation::PipelineEnd => self.pipeline_end(),
            ControlOperation::LoopBegin { again, end } => {
                let depths = self.depths();
                self.enter(Control::Loop {
                    depths,
                    again: *again,
                    end: *end,
                    status: 0,
                })?;
            }
            ControlOperation::LoopBody => {
                let last = self.status;
                if let Some(Control::Loop { status, .. }) = self.controls.last_mut() {
                    *status = last;
                }
            }
            ControlOperation::LoopEnd { words } => {
                if let Some(Control::Loop { status, .. }) = self.controls.pop() {
                    self.status = status;
                }
                if *words {
                    self.iterators.pop();
                }
            }
            ControlOperation::ForBegin { positional } => self.for_begin(*positional),
            ControlOperation::ForNext { variable, end } => return self.for_next(variable, *end),
        }
        Ok(Flow::Next)
    }

    fn for_begin(&mut self, positional: bool) {
        let words = match self.commands.last_mut() {
            Some(frame) if !positional => std::mem::take(&mut frame.arguments),
            Some(_) | None => self.session.positional.clone(),
        };
        // The frame of its words ends next, and must not take them away.
        if let Some(frame) = self.commands.last_mut() {
            frame.depths.iterators += 1;
        }
        self.iterators.push(words.into());
    }

    fn for_next(&mut self, variable: &str, end: Label) -> Step {
        let Some(word) = self.iterators.last_mut().and_then(VecDeque::pop_front) else {
            return Ok(Flow::Jump(end));
        };
        if self.traces() {
            let text = self.text_of(self.place());
            let header = text
                .split([';', '\n'])
                .next()
                .unwrap_or(&text)
                .trim_end()
                .to_owned();
            self.trace(&header);
        }
        self.assign_variable(variable, word)?;
        Ok(Flow::Next)
    }

    fn enter(&mut self, control: Control) -> Result<(), Trouble> {
        if self.controls.len() >= self.limits.depth_max {
            return Err(Trouble::Exceeded(Limit::Depth));
        }
        self.controls.push(control);
        Ok(())
    }

    pub(super) fn call(&mut self, function: &Function, arguments: &[String], back: Label) -> Step {
        let depths = self.depths();
        let positional = arguments.get(1..).unwrap_or(&[]).to_vec();
        self.enter(Control::Function {
            depths,
            code: Arc::clone(&self.code),
            back,
            positional: self.session.positional.clone(),
            locals: Vec::new(),
        })?;
        self.session_mut().positional = positional;
        self.code = Arc::clone(&function.code);
        Ok(Flow::Jump(function.entry))
    }

    fn subshell_begin(&mut self, purpose: Purpose, end: Label) -> Result<(), Trouble> {
        let depths = self.depths();
        self.enter(Control::Subshell {
            depths,
            purpose,
            code: Arc::clone(&self.code),
            end,
            session: Arc::clone(&self.session),
        })?;
        let mut io = self.io().clone();
        let writes = match purpose {
            Purpose::Group => false,
            Purpose::Output { .. } => {
                // bash: `set -e` does not reach into substitutions.
                self.session_mut().options.exit_on_error = Switch::Off;
                true
            }
            Purpose::File => true,
            Purpose::Stage { reads, writes } => {
                if reads {
                    let piped = self
                        .pipelines
                        .last_mut()
                        .and_then(|state| state.piped.take());
                    io.stdin = Some(self.inputs.len());
                    self.inputs.push(Input {
                        text: piped.unwrap_or_else(|| Arc::from("")),
                        offset: 0,
                    });
                }
                writes
            }
        };
        if writes {
            io.stdout = Target::Capture(self.captures.len());
            self.captures.push(String::new());
        }
        self.io.push(io);
        Ok(())
    }

    /// What the subshell that was just left wrote (see [`Machine::leave`], which keeps it).
    fn subshell_end(&mut self, purpose: Purpose) {
        match purpose {
            Purpose::Group => {}
            Purpose::Output { quoted } => {
                let text = self.captures.pop().unwrap_or_default();
                let status = self.status;
                if let Some(frame) = self.commands.last_mut() {
                    frame.substituted = Some(status);
                }
                let text = text.trim_end_matches('\n');
                self.push_text(super::Kind::of_expansion(quoted), text);
            }
            Purpose::File => {
                let text = self.captures.pop().unwrap_or_default();
                let path = format!("/dev/fd/{}", 63_usize.saturating_sub(self.files.len()));
                self.files.push((path.clone(), Arc::from(text)));
                self.push_text(super::Kind::Quoted, &path);
            }
            Purpose::Stage { writes, .. } => {
                let text = if writes { self.captures.pop() } else { None };
                if let Some(state) = self.pipelines.last_mut() {
                    state.statuses.push(self.status);
                    state.piped = text.map(Arc::from);
                }
            }
        }
    }

    fn pipeline_end(&mut self) {
        let statuses = self.pipelines.pop().unwrap_or_default().statuses;
        self.status = statuses.last().copied().unwrap_or(0);
        if self.session.options.pipefail.is_on() {
            let failed = statuses.iter().rev().find(|status| **status != 0);
            self.status = failed.copied().unwrap_or(0);
        }
    }

    /// Leaves the innermost control in the usual way.
    fn leave(&mut self) -> Flow {
        match self.controls.pop() {
            Some(Control::Function {
                depths,
                code,
                back,
                positional,
                locals,
            }) => {
                self.restore_locals(locals, positional);
                self.truncate(depths);
                self.code = code;
                Flow::Jump(back)
            }
            Some(Control::Subshell {
                mut depths,
                purpose,
                session,
                ..
            }) => {
                depths.captures += match purpose {
                    Purpose::Output { .. }
                    | Purpose::File
                    | Purpose::Stage { writes: true, .. } => 1,
                    Purpose::Group | Purpose::Stage { writes: false, .. } => 0,
                };
                self.session = session;
                self.truncate(depths);
                Flow::Next
            }
            Some(Control::Condition | Control::Loop { .. }) | None => Flow::Next,
        }
    }

    fn restore_locals(&mut self, locals: Vec<(String, Option<Variable>)>, positional: Vec<String>) {
        let session = self.session_mut();
        session.positional = positional;
        restore(session, locals);
    }

    /// Ends what the trouble ends.
    pub(super) fn trouble(&mut self, trouble: Trouble) {
        match trouble {
            Trouble::Exit(status) => self.exit(status, Over::Closed(status)),
            Trouble::Discard => {
                self.status = 1;
                if self.in_subshell() {
                    self.exit(1, Over::Closed(1));
                } else {
                    let (code, next) = self.next_line.clone();
                    self.abandon();
                    self.code = code;
                    self.at = next;
                }
            }
            Trouble::Exceeded(limit) => {
                let span = self.place();
                self.outbox.clear();
                self.over = Some(Over::Exceeded(limit, span));
            }
            Trouble::Refused(what) => {
                let span = self.place();
                self.over = Some(Over::Refused(what, span));
            }
        }
    }

    fn in_subshell(&self) -> bool {
        self.controls
            .iter()
            .any(|control| matches!(control, Control::Subshell { .. }))
    }

    /// Ends the innermost subshell, or the shell.
    fn exit(&mut self, status: u8, over: Over) {
        self.status = status;
        while let Some(control) = self.controls.last() {
            if let Control::Subshell { code, end, .. } = control {
                self.code = Arc::clone(code);
                self.at = *end;
                return;
            }
            self.drop_control();
        }
        self.abandon();
        self.over = Some(over);
    }

    fn drop_control(&mut self) {
        match self.controls.pop() {
            Some(Control::Function {
                locals, positional, ..
            }) => self.restore_locals(locals, positional),
            Some(Control::Subshell { session, .. }) => self.session = session,
            Some(Control::Condition | Control::Loop { .. }) | None => {}
        }
    }

    /// Gives up everything that runs.
    pub(super) fn abandon(&mut self) {
        while !self.controls.is_empty() {
            self.drop_control();
        }
        while let Some(frame) = self.commands.pop() {
            restore(self.session_mut(), frame.hidden);
        }
        self.words.clear();
        self.values.clear();
        self.io.truncate(1);
        self.inputs.clear();
        self.captures.clear();
        self.pipelines.clear();
        self.iterators.clear();
        self.files.clear();
    }

    /// `return`.
    pub(super) fn return_from(&mut self, status: u8) -> Step {
        while let Some(control) = self.controls.last() {
            match control {
                Control::Function { .. } => {
                    self.status = status;
                    return Ok(self.leave());
                }
                Control::Subshell { .. } => return Err(Trouble::Exit(status)),
                Control::Condition | Control::Loop { .. } => self.drop_control(),
            }
        }
        Ok(Flow::Next)
    }

    pub(super) fn in_function(&self) -> bool {
        self.controls
            .iter()
            .any(|control| matches!(control, Control::Function { .. }))
    }

    /// `break` and `continue`: the loop to leave, counted from the inside.
    pub(super) fn leave_loops(&mut self, count: usize, again: bool) -> Option<Label> {
        let mut loops = Vec::new();
        for (index, control) in self.controls.iter().enumerate().rev() {
            match control {
                Control::Loop { .. } => loops.push(index),
                Control::Condition => {}
                Control::Function { .. } | Control::Subshell { .. } => break,
            }
        }
        let index = *loops.get(count.clamp(1, loops.len().max(1)) - 1)?;
        self.controls.truncate(index + 1);
        self.status = 0;
        let Some(Control::Loop {
            depths,
            again: start,
            end,
            status,
        }) = self.controls.last_mut()
        else {
            return None;
        };
        *status = 0;
        let (depths, target) = (*depths, if again { *start } else { *end });
        self.truncate(depths);
        Some(target)
    }

    pub(super) fn depths(&self) -> Depths {
        Depths {
            commands: self.commands.len(),
            words: self.words.len(),
            values: self.values.len(),
            io: self.io.len(),
            inputs: self.inputs.len(),
            captures: self.captures.len(),
            pipelines: self.pipelines.len(),
            iterators: self.iterators.len(),
            files: self.files.len(),
        }
    }

    pub(super) fn truncate(&mut self, depths: Depths) {
        self.commands.truncate(depths.commands);
        self.words.truncate(depths.words);
        self.values.truncate(depths.values);
        self.io.truncate(depths.io);
        self.inputs.truncate(depths.inputs);
        self.captures.truncate(depths.captures);
        self.pipelines.truncate(depths.pipelines);
        self.iterators.truncate(depths.iterators);
        self.files.truncate(depths.files);
    }

    /// An error that ends a script, and only the line of a person.
    pub(super) fn fatal(&self) -> Trouble {
        match self.messages {
            Messages::Script if self.in_subshell() => Trouble::Exit(1),
            Messages::Script => Trouble::Exit(127),
            Messages::Interactive => Trouble::Discard,
        }
    }

    pub(super) fn begin_word(&mut self) {
        self.words.push(WordBuilder::default());
    }

    pub(super) fn text_of(&self, span: Span) -> String {
        self.code.text(span).to_owned()
    }
}

/// Gives variables back what they were.
pub(super) fn restore(session: &mut super::Session, variables: Vec<(String, Option<Variable>)>) {
    for (name, variable) in variables.into_iter().rev() {
        match variable {
            Some(variable) => session.variables.insert(name, variable),
            None => session.variables.remove(&name),
        };
    }
}
