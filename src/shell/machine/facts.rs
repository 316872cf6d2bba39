//! What the current operation was told.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::shell::file::FileError;
use crate::shell::request::{Answer, Ended, FileStatus, Request};

/// The answers that the current operation got; forgotten when it is over.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    /// Whether there are any.
    is_told: bool,
    pub(super) contents: BTreeMap<String, Result<Arc<str>, FileError>>,
    pub(super) written: BTreeMap<String, Result<(), FileError>>,
    pub(super) listings: BTreeMap<String, Vec<String>>,
    pub(super) statuses: BTreeMap<String, Option<FileStatus>>,
    pub(super) located: BTreeMap<String, Option<String>>,
    pub(super) ended: Option<Ended>,
    pub(super) slept: bool,
    pub(super) line: Option<Typed>,
}

/// What the current operation asked for, as far as its answer needs it.
#[derive(Debug, Clone)]
pub(super) enum Question {
    Run,
    Read(String),
    Write(String),
    List(String),
    Stat(String),
    Locate(String),
    Sleep,
    ReadLine,
}

impl Question {
    /// The question of a request, if it asks for something.
    pub(super) fn of(request: &Request) -> Option<Self> {
        Some(match request {
            Request::Run(_) => Self::Run,
            Request::Read(path) => Self::Read(path.clone()),
            Request::Write { path, .. } => Self::Write(path.clone()),
            Request::List(path) => Self::List(path.clone()),
            Request::Stat(path) => Self::Stat(path.clone()),
            Request::Locate(name) => Self::Locate(name.clone()),
            Request::Sleep(_) => Self::Sleep,
            Request::ReadLine => Self::ReadLine,
            Request::Print { .. }
            | Request::Exited(_)
            | Request::Exceeded { .. }
            | Request::Refused { .. } => return None,
        })
    }
}

/// What a person typed.
#[derive(Debug, Clone)]
pub(super) enum Typed {
    Line(String),
    /// The end of input.
    Nothing,
}

impl Facts {
    /// Forgets them all.
    pub(super) fn forget(&mut self) {
        if self.is_told {
            *self = Self::default();
        }
    }

    /// Takes an answer, if it is one to the question.
    pub(super) fn take(&mut self, question: &Question, answer: Answer) {
        match (question, answer) {
            (Question::Run, Answer::Ended(ended)) => self.ended = Some(ended),
            (Question::Read(path), Answer::Content(content)) => {
                self.contents.insert(path.clone(), content);
            }
            (Question::Write(path), Answer::Written(result)) => {
                self.written.insert(path.clone(), result);
            }
            (Question::List(path), Answer::Listed(mut names)) => {
                names.sort();
                self.listings.insert(path.clone(), names);
            }
            (Question::Stat(path), Answer::Status(status)) => {
                self.statuses.insert(path.clone(), status);
            }
            (Question::Locate(name), Answer::Located(path)) => {
                self.located.insert(name.clone(), path);
            }
            (Question::Sleep, Answer::Slept) => self.slept = true,
            (Question::ReadLine, Answer::Line(line)) => {
                self.line = Some(line.map_or(Typed::Nothing, Typed::Line));
            }
            (_, _) => return,
        }
        self.is_told = true;
    }
}
