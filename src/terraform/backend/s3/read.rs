//! The read: the state, and where there is a table the digest that it should have.

use super::Object;
use super::transport::{
    AwsError, BucketSuccess, Item, TableSuccess, from_bucket, from_table, get_digest, get_state,
    head_state, object_md5,
};
use super::{Locks, Part, cause};
use crate::kernel::{SimDuration, SimTime};
use crate::service::aws::Refusal;
use crate::terraform::backend::{Answer, Outgoing, ReadFailure, Surroundings};
use crate::terraform::diagnostic::Cause;
use crate::terraform::request::RequestKind;
use crate::terraform::state::StateContent;

/// Between two reads of a state whose digest does not fit.
const PAUSE: SimDuration = SimDuration::from_seconds(2);
/// Which ends so long after the first read began: where nothing is late, they are at 0, 2, 4, 6, 8
/// and 10 s.
const PATIENCE: SimDuration = SimDuration::from_seconds(10);

/// A [read](self).
#[derive(Debug, Clone)]
pub struct Read {
    locks: Locks,
    /// When a digest that does not fit is no more waited for.
    deadline: SimTime,
    stage: Stage,
}

#[derive(Debug, Clone)]
enum Stage {
    Head,
    Get,
    /// The digest of what was found.
    Digest(Option<Object>),
}

type End = Result<StateContent, ReadFailure>;

impl Read {
    pub(super) fn begin(locks: Locks, now: SimTime) -> (Self, Outgoing) {
        let read = Self {
            locks,
            deadline: now + PATIENCE,
            stage: Stage::Head,
        };
        (read, head_state())
    }

    pub(super) fn resume(&mut self, answer: Answer, around: &Surroundings<'_>) -> Part<End> {
        match &self.stage {
            Stage::Head => match from_bucket(RequestKind::HeadState, answer) {
                Ok(_) => {
                    self.stage = Stage::Get;
                    Part::Send(get_state())
                }
                Err(error) if error.http_status() == 404 => self.found(None),
                Err(error) => Part::Done(Err(no_access(error))),
            },
            Stage::Get => match from_bucket(RequestKind::GetState, answer) {
                Ok(BucketSuccess::Range(kept)) => self.found(kept.content),
                Ok(_) => self.found(None),
                Err(error) if error.http_status() == 404 || error.is(Refusal::InvalidRange) => {
                    self.found(None)
                }
                Err(error) => Part::Done(Err(no_access(error))),
            },
            Stage::Digest(found) => {
                let digest = match from_table(RequestKind::DdbGetDigest, answer) {
                    Ok(TableSuccess::Item(Some(Item::Digest(digest)))) => Some(digest),
                    // What can't be read is not compared, and nobody is told.
                    Ok(_) | Err(_) => None,
                };
                let misfit = digest.filter(|digest| !digest.fits(found.as_ref(), around.names));
                let Some(digest) = misfit else {
                    let found = found.clone();
                    return Part::Done(content(found));
                };
                if around.now >= self.deadline {
                    let stored = digest.text(around.names);
                    let calculated = object_md5(found.as_ref(), around.names).unwrap_or_default();
                    return Part::Done(Err(ReadFailure::Other(mismatch(&calculated, &stored))));
                }
                self.stage = Stage::Head;
                Part::SendAfter(PAUSE, head_state())
            }
        }
    }

    fn found(&mut self, found: Option<Object>) -> Part<End> {
        if self.locks.has_item() {
            self.stage = Stage::Digest(found);
            Part::Send(get_digest())
        } else {
            Part::Done(content(found))
        }
    }
}

/// The line that people search for, and what they need of the text below it.
fn mismatch(calculated: &str, stored: &str) -> Cause {
    let detail = format!(
        "Bucket: tfstate\n\
         Key:    terraform.tfstate\n\
         Calculated checksum: {calculated}\n\
         Stored checksum:     {stored}"
    );
    Cause {
        detail: Some(detail.into()),
        ..Cause::new("state data in S3 does not have the expected content.")
    }
}

fn no_access(error: AwsError) -> ReadFailure {
    let text =
        format!("Unable to access object \"terraform.tfstate\" in S3 bucket \"tfstate\": {error}");
    ReadFailure::Other(cause(text, Some(error)))
}

/// An object of 0 bytes stands for none.
fn content(found: Option<Object>) -> End {
    match found {
        None | Some(Object::Empty) => Ok(StateContent::Absent),
        Some(Object::State(file)) => Ok(StateContent::State(file)),
        Some(Object::Lock(_) | Object::Text(_)) => {
            Err(ReadFailure::Problems(Cause::new("2 problems:")))
        }
    }
}
