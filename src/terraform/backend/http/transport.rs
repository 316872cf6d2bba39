//! What goes over the wire, and how it fails.

use std::sync::Arc;

use serde_json::Value;

use crate::kernel::SimDuration;
use crate::service::http::{self, Answered, Locking, Said, Status, Stored};
use crate::service::{self};
use crate::terraform::backend::{Answer, Success};
use crate::terraform::diagnostic::Cause;
use crate::terraform::lock::{LockId, LockInfo};
use crate::terraform::state::StateFile;

/// What stands where the state should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StateBody {
    /// 0 bytes.
    Empty,
    /// A state.
    State(Arc<StateFile>),
    /// Something else.
    Text(Arc<str>),
}

impl Stored for StateBody {
    fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::State(_) | Self::Text(_) => false,
        }
    }

    fn serial(&self) -> Option<u64> {
        match self {
            Self::State(file) => Some(file.serial),
            Self::Empty | Self::Text(_) => None,
        }
    }
}

/// What a lock is taken with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LockBody {
    /// Nothing.
    Empty,
    /// Lock info.
    Info(LockInfo),
    /// Something else.
    Text(Arc<str>),
}

impl Locking for LockBody {
    type Id = LockId;

    fn id(&self) -> Option<LockId> {
        match self {
            Self::Info(info) => Some(info.id),
            Self::Text(text) => LockId::new(&said_id(text).filter(|id| !id.is_empty())?),
            Self::Empty => None,
        }
    }
}

impl LockBody {
    /// The ID that whoever takes it for lock info reads in it, an empty one where it has none;
    /// `None` where it is nothing that could be lock info.
    fn said_id(&self) -> Option<String> {
        match self {
            Self::Empty => None,
            Self::Info(info) => Some(info.id.to_string()),
            Self::Text(text) => said_id(text),
        }
    }
}

/// The ID in a text that could be lock info.
fn said_id(text: &str) -> Option<String> {
    match serde_json::from_str(text).ok()? {
        Value::Null => Some(String::new()),
        Value::Object(info) => match info.get("ID") {
            None | Some(Value::Null) => Some(String::new()),
            Some(Value::String(id)) => Some(id.clone()),
            Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => None,
        },
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => None,
    }
}

/// What a client reads of what something in front of the server says.
fn answered(said: Said) -> Answered<StateBody, LockBody> {
    let text = match said {
        Said::Nothing => return Answered::Nothing,
        Said::Text => "<html>",
        Said::Json => "{}",
    };
    Answered::Holder(LockBody::Text(text.into()))
}

/// A request to the server.
pub type HttpCall = http::Call<StateBody, LockBody, LockId>;
/// What the server answers.
pub type HttpResponse = http::Response<StateBody, LockBody>;

/// What came of a request.
#[derive(Debug, Clone)]
pub(super) enum Response {
    /// The server, or something in front of it, answered.
    Answered(HttpResponse, Option<u16>),
    /// The connection was lost.
    Lost,
}

/// What came of a request.
pub(super) fn received(answer: Answer) -> Response {
    match answer {
        Answer::Success(Success::Http(response)) => Response::Answered(response, None),
        Answer::Refused(service::Refusal::Http(refusal)) => {
            let response = HttpResponse {
                status: refusal.status,
                body: answered(refusal.said),
            };
            Response::Answered(response, refusal.retry_after)
        }
        Answer::Success(_)
        | Answer::Refused(_)
        | Answer::Failed(_)
        | Answer::Closed(_)
        | Answer::Reset => Response::Lost,
    }
}

impl Response {
    const fn status(&self) -> Option<Status> {
        match self {
            Self::Answered(response, _) => Some(response.status),
            Self::Lost => None,
        }
    }

    pub(super) fn refusal(&self) -> Option<service::Refusal> {
        let status = self.status()?;
        Some(service::Refusal::Http(status.into()))
    }

    /// Whether the client repeats a request after it.
    pub(super) const fn is_retried(&self) -> bool {
        match self.status() {
            Some(Status::NotImplemented) => false,
            Some(status) => status.http_status() == 429 || status.http_status() >= 500,
            None => true,
        }
    }

    /// How long the client waits at the server's word: it heeds that of 429 and 503.
    pub(super) fn retry_after(&self) -> Option<SimDuration> {
        let seconds = match self {
            Self::Answered(
                HttpResponse {
                    status: Status::TooManyRequests | Status::ServiceUnavailable,
                    ..
                },
                seconds,
            ) => *seconds,
            Self::Answered(..) | Self::Lost => None,
        };
        seconds.map(|seconds| SimDuration::from_seconds(seconds.into()))
    }

    /// What came with the answer; nothing with none.
    pub(super) const fn body(&self) -> &Answered<StateBody, LockBody> {
        match self {
            Self::Answered(response, _) => &response.body,
            Self::Lost => &Answered::Nothing,
        }
    }
}

/// Why a request failed, in the words of the client. Where it did not, there is nothing to say.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    pub(super) method: &'static str,
    pub(super) url: String,
    /// How often a request is sent that is repeated to the end.
    pub(super) attempts: u32,
    /// Whether somebody listens at the address.
    pub(super) is_reachable: bool,
    pub(super) answer: Response,
}

impl Failure {
    /// The status of the answer; `None` where the connection was lost.
    pub(super) fn status(&self) -> Option<u16> {
        self.answer.status().map(Status::http_status)
    }

    /// What is said where all attempts failed.
    fn gave_up(&self, what: &str) -> Option<Cause> {
        if !self.answer.is_retried() {
            return None;
        }
        let Self {
            method,
            url,
            attempts,
            ..
        } = self;
        let mut text = format!("{what}: {method} {url} giving up after {attempts} attempt(s)");
        if self.answer.status().is_none() {
            let (first, rest) = method.split_at(1);
            let rest = rest.to_ascii_lowercase();
            let why = if self.is_reachable {
                "EOF"
            } else {
                "dial tcp 192.0.2.1:443: connect: connection refused"
            };
            text = format!("{text}: {first}{rest} \"{url}\": {why}");
        }
        Some(Cause::new(text))
    }

    /// A text that ends with the status, which it shows.
    fn with_status(&self, text: &str) -> Cause {
        let status = self.status().unwrap_or_default();
        Cause {
            code: self.answer.refusal(),
            ..Cause::new(format!("{text} {status}"))
        }
    }

    /// A lock or a read was refused.
    fn of_access(&self) -> Cause {
        match self.status() {
            Some(401) => Cause::new("HTTP remote state endpoint requires auth"),
            Some(403) => Cause::new("HTTP remote state endpoint invalid auth"),
            Some(_) | None => self.with_status("Unexpected HTTP response code"),
        }
    }

    pub(super) fn of_read(&self) -> Cause {
        let gave_up = self.gave_up("Failed to get state");
        gave_up.unwrap_or_else(|| self.of_access())
    }

    pub(super) fn of_lock(&self) -> Cause {
        if let Some(cause) = self.gave_up("Failed to lock") {
            return cause;
        }
        if !matches!(self.status(), Some(409 | 423)) {
            return self.of_access();
        }
        let holder = match self.answer.body() {
            Answered::Holder(body) => body.said_id(),
            Answered::Nothing | Answered::Content(_) => None,
        };
        Cause::new(match holder {
            Some(id) => format!("HTTP remote state already locked: ID={id}"),
            None => "HTTP remote state already locked, failed to unmarshal body".to_owned(),
        })
    }

    pub(super) fn of_save(&self) -> Cause {
        let gave_up = self.gave_up("Failed to upload state");
        gave_up.unwrap_or_else(|| self.with_status("HTTP error:"))
    }

    pub(super) fn of_unlock(&self) -> Cause {
        let gave_up = self.gave_up("Failed to unlock");
        gave_up.unwrap_or_else(|| self.with_status("Unexpected HTTP response code"))
    }
}
