//! What the current operation was told.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::shell::file::FileError;
use crate::shell::request::{Answer, Ended, FileStatus, Request};

/// The answers that the current operation got; forgotten when it is over.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    pub(super) contents: BTreeMap<String, Result<Arc<str>, FileError>>,
    pub(super) written: BTreeMap<String, Result<(), FileError>>,
    pub(super) listings: BTreeMap<String, Vec<String>>,
    pub(super) statuses: BTreeMap<String, Option<FileStatus>>,
    pub(super) located: BTreeMap<String, Option<String>>,
    pub(super) ended: Option<Ended>,
    pub(super) slept: bool,
    pub(super) line: Option<Typed>,
}

/// What a person typed.
#[derive(Debug, Clone)]
pub(super) enum Typed {
    Line(String),
    /// The end of input.
    Nothing,
}

impl Facts {
    /// Takes an answer, if it is one to the request.
    pub(super) fn take(&mut self, request: &Request, answer: Answer) -> bool {
        match (request, answer) {
            (Request::Run(_), Answer::Ended(ended)) => self.ended = Some(ended),
            (Request::Read(path), Answer::Content(content)) => {
                self.contents.insert(path.clone(), content);
            }
            (Request::Write { path, .. }, Answer::Written(result)) => {
                self.written.insert(path.clone(), result);
            }
            (Request::List(path), Answer::Listed(mut names)) => {
                names.sort();
                self.listings.insert(path.clone(), names);
            }
            (Request::Stat(path), Answer::Status(status)) => {
                self.statuses.insert(path.clone(), status);
            }
            (Request::Locate(name), Answer::Located(path)) => {
                self.located.insert(name.clone(), path);
            }
            (Request::Sleep(_), Answer::Slept) => self.slept = true,
            (Request::ReadLine, Answer::Line(line)) => {
                self.line = Some(line.map_or(Typed::Nothing, Typed::Line));
            }
            (_, _) => return false,
        }
        true
    }
}
