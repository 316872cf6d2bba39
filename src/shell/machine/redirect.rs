//! Redirections.

use std::sync::Arc;

use crate::shell::ast::RedirectionKind;
use crate::shell::code::Label;
use crate::shell::file::FileError;
use crate::shell::request::{Request, Stream};

use super::state::{Input, Target};
use super::{Flow, Machine};

/// What a redirection opens.
enum Opened {
    Target(Target),
    /// It has to be asked for.
    Ask(Request),
    Failed(FileError),
    Exists,
}

/// How a file is opened.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Unless `set -C` protects what is there.
    Anew,
    /// Whatever is there.
    Over,
    /// What is there stays.
    AtEnd,
}

impl Machine {
    /// Applies a redirection to the word on top.
    pub(super) fn redirect(&mut self, kind: RedirectionKind, failed: Label) -> Flow {
        match kind {
            RedirectionKind::Text { line_break } => {
                let word = self.words.pop().unwrap_or_default();
                let mut text = word.joined();
                if line_break {
                    text.push('\n');
                }
                self.charge(text.len());
                self.read_from(Arc::from(text));
                Flow::Next
            }
            RedirectionKind::Duplicate { fd } => {
                let word = self.words.pop().unwrap_or_default();
                let number = word.joined();
                self.duplicate(fd, &number);
                Flow::Next
            }
            RedirectionKind::Read
            | RedirectionKind::Write { .. }
            | RedirectionKind::Clobber { .. }
            | RedirectionKind::Append { .. }
            | RedirectionKind::WriteBoth
            | RedirectionKind::AppendBoth => {
                let names = self.split_top();
                let [name] = names.as_slice() else {
                    let text = self.text_of(self.place());
                    return self.redirect_failed(&format!("{text}: ambiguous redirect"), failed);
                };
                self.redirect_file(kind, name, failed)
            }
        }
    }

    fn redirect_file(&mut self, kind: RedirectionKind, name: &str, failed: Label) -> Flow {
        let opened = match kind {
            RedirectionKind::Read => return self.redirect_input(name, failed),
            RedirectionKind::Write { .. } | RedirectionKind::WriteBoth => {
                self.open(name, Way::Anew)
            }
            RedirectionKind::Clobber { .. } => self.open(name, Way::Over),
            RedirectionKind::Append { .. } | RedirectionKind::AppendBoth => {
                self.open(name, Way::AtEnd)
            }
            RedirectionKind::Duplicate { .. } | RedirectionKind::Text { .. } => {
                Opened::Target(Target::Null)
            }
        };
        let target = match opened {
            Opened::Target(target) => target,
            Opened::Ask(request) => return Flow::Ask(request),
            Opened::Failed(error) => {
                return self.redirect_failed(&format!("{name}: {error}"), failed);
            }
            Opened::Exists => {
                return self
                    .redirect_failed(&format!("{name}: cannot overwrite existing file"), failed);
            }
        };
        self.words.pop();
        let Some(io) = self.io.last_mut() else {
            return Flow::Next;
        };
        match kind {
            RedirectionKind::Write { fd: 2 }
            | RedirectionKind::Clobber { fd: 2 }
            | RedirectionKind::Append { fd: 2 } => io.stderr = target,
            RedirectionKind::Write { .. }
            | RedirectionKind::Clobber { .. }
            | RedirectionKind::Append { .. } => io.stdout = target,
            RedirectionKind::WriteBoth | RedirectionKind::AppendBoth => {
                io.stdout = target.clone();
                io.stderr = target;
            }
            RedirectionKind::Read
            | RedirectionKind::Duplicate { .. }
            | RedirectionKind::Text { .. } => {}
        }
        Flow::Next
    }

    fn open(&self, name: &str, way: Way) -> Opened {
        match name {
            "/dev/null" => return Opened::Target(Target::Null),
            "/dev/stdout" | "/dev/fd/1" => return Opened::Target(self.io().stdout.clone()),
            "/dev/stderr" | "/dev/fd/2" => return Opened::Target(self.io().stderr.clone()),
            "/dev/tty" => return Opened::Target(Target::Terminal(Stream::Stdout)),
            "" => return Opened::Failed(FileError::NotFound),
            _ => {}
        }
        let path = self.session.absolute(name);
        if way == Way::Anew && self.session.options.no_clobber.is_on() {
            match self.facts.statuses.get(&path) {
                Some(Some(_)) => return Opened::Exists,
                Some(None) => {}
                None => return Opened::Ask(Request::Stat(path)),
            }
        }
        match self.facts.written.get(&path) {
            Some(Ok(())) => Opened::Target(Target::File(Arc::from(path))),
            Some(Err(error)) => Opened::Failed(*error),
            None => Opened::Ask(Request::Write {
                path,
                append: way == Way::AtEnd,
                text: Arc::from(""),
            }),
        }
    }

    fn redirect_input(&mut self, name: &str, failed: Label) -> Flow {
        let known = match name {
            "/dev/null" => Some(Arc::from("")),
            "" => {
                return self.redirect_failed(": No such file or directory", failed);
            }
            name => self
                .files
                .iter()
                .find(|(path, _)| path == name)
                .map(|(_, text)| Arc::clone(text)),
        };
        if matches!(name, "/dev/stdin" | "/dev/tty" | "/dev/fd/0") {
            self.words.pop();
            return Flow::Next;
        }
        let path = self.session.absolute(name);
        let content = match (known, self.facts.contents.get(&path)) {
            (Some(text), _) => Ok(text),
            (None, Some(content)) => content.clone(),
            (None, None) => return Flow::Ask(Request::Read(path)),
        };
        match content {
            Ok(text) => {
                self.words.pop();
                self.read_from(text);
                Flow::Next
            }
            Err(error) => self.redirect_failed(&format!("{name}: {error}"), failed),
        }
    }

    fn read_from(&mut self, text: Arc<str>) {
        let index = self.inputs.len();
        self.inputs.push(Input { text, offset: 0 });
        if let Some(io) = self.io.last_mut() {
            io.stdin = Some(index);
        }
    }

    fn duplicate(&mut self, fd: u8, number: &str) {
        let Some(io) = self.io.last_mut() else {
            return;
        };
        let target = if number == "2" {
            io.stderr.clone()
        } else {
            io.stdout.clone()
        };
        if fd == 2 {
            io.stderr = target;
        } else {
            io.stdout = target;
        }
    }

    /// A command whose redirection fails is not run. The message goes where messages went before.
    fn redirect_failed(&mut self, message: &str, failed: Label) -> Flow {
        let depth = self.commands.last().map_or(1, |frame| frame.depths.io);
        self.io.truncate(depth.max(1));
        self.complain(message);
        self.status = 1;
        Flow::Jump(failed)
    }
}
