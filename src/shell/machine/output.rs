//! Output of the shell itself: builtins, messages, traces.

use std::sync::Arc;

use crate::shell::format;
use crate::shell::request::{Messages, Request, Stream};

use super::state::{Control, Target};
use super::{Machine, Purpose};

impl Machine {
    /// Writes as the current command.
    pub(super) fn write(&mut self, stream: Stream, text: &str) {
        let target = self.io().target(stream).clone();
        self.write_to(&target, text);
    }

    pub(super) fn write_to(&mut self, target: &Target, text: &str) {
        if text.is_empty() {
            return;
        }
        self.charge(text.len());
        match target {
            Target::Terminal(stream) => self.outbox.push_back(Request::Print {
                stream: *stream,
                text: Arc::from(text),
            }),
            Target::Capture(index) => {
                if let Some(capture) = self.captures.get_mut(*index) {
                    capture.push_str(text);
                }
            }
            Target::File(path) => self.outbox.push_back(Request::Write {
                path: path.to_string(),
                append: true,
                text: Arc::from(text),
            }),
            Target::Null => {}
        }
    }

    /// Counts text against the limit.
    pub(super) fn charge(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_add(bytes);
    }

    /// A message of the shell.
    pub(super) fn complain(&mut self, message: &str) {
        let text = match self.messages {
            Messages::Script => format!("bash: line {}: {message}\n", self.code.line(self.place())),
            Messages::Interactive => format!("bash: {message}\n"),
        };
        self.write(Stream::Stderr, &text);
    }

    pub(super) fn traces(&self) -> bool {
        self.session.options.trace.is_on()
    }

    /// `set -x`: a line that says what is run, written before its redirections hold.
    pub(super) fn trace(&mut self, text: &str) {
        let substitutions = self.controls.iter().filter(|control| match control {
            Control::Subshell { purpose, .. } => match purpose {
                Purpose::Output { .. } | Purpose::File => true,
                Purpose::Group | Purpose::Stage { .. } => false,
            },
            Control::Condition | Control::Loop { .. } | Control::Function { .. } => false,
        });
        let plus = "+".repeat(substitutions.count() + 1);
        let below = self.commands.last().map(|frame| frame.depths.io);
        let io = below.and_then(|depth| self.io.get(depth.saturating_sub(1)));
        let target = io.unwrap_or_else(|| self.io()).stderr.clone();
        self.write_to(&target, &format!("{plus} {text}\n"));
    }

    pub(super) fn trace_words(&mut self, words: &[String]) {
        let quoted: Vec<String> = words.iter().map(|word| format::quote(word)).collect();
        self.trace(&quoted.join(" "));
    }
}
