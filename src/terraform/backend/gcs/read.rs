//! The read: the state, and then what is known of it.

use super::Object;
use super::transport::{GcsError, Success, attrs_state, get_state, succeeded};
use super::{Part, STATE_URL, cause};
use crate::terraform::backend::{Answer, Outgoing, ReadFailure};
use crate::terraform::diagnostic::Cause;
use crate::terraform::request::RequestKind;
use crate::terraform::state::StateContent;

/// A [read](self).
#[derive(Debug, Clone)]
pub struct Read {
    /// What was found, while what is known of it is asked for.
    found: Option<Object>,
}

type End = Result<StateContent, ReadFailure>;

impl Read {
    pub(super) fn begin() -> (Self, Outgoing) {
        (Self { found: None }, get_state())
    }

    pub(super) fn resume(&mut self, answer: Answer) -> Part<End> {
        match self.found.take() {
            None => match succeeded(RequestKind::GetState, answer) {
                Ok(Success::Content(kept)) => {
                    self.found = Some(kept.content);
                    Part::Send(attrs_state())
                }
                Ok(other) => unreachable!("a get is answered with content, not {other:?}"),
                Err(error) if error.is_absent() => Part::Done(Ok(StateContent::Absent)),
                Err(error) => failed("Failed to open state file at", error),
            },
            Some(found) => match succeeded(RequestKind::AttrsState, answer) {
                Ok(_) => Part::Done(content(found)),
                Err(error) => failed("Failed to read state file attrs from", error),
            },
        }
    }
}

fn failed(what: &str, error: GcsError) -> Part<End> {
    let text = format!("{what} {STATE_URL}: {error}");
    Part::Done(Err(ReadFailure::Other(cause(text, Some(error)))))
}

/// An object of 0 bytes is no state, and no room for one.
fn content(found: Object) -> End {
    match found {
        Object::State(file) => Ok(StateContent::State(file)),
        Object::Empty => Err(ReadFailure::Other(Cause::new("no state"))),
        Object::Lock(_) | Object::Text(_) => Err(ReadFailure::Problems(Cause::new("2 problems:"))),
    }
}
