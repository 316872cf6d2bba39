//! The save: the state, and where there is a table its digest.

use std::sync::Arc;

use super::transport::{AwsError, from_bucket, put_digest, put_state};
use super::{Locks, Part, cause};
use crate::terraform::backend::{Answer, Outgoing, SaveFailure, Surroundings};
use crate::terraform::process::StateFact;
use crate::terraform::request::RequestKind;
use crate::terraform::state::StateFile;

/// A [save](self).
#[derive(Debug, Clone)]
pub struct Save {
    file: Arc<StateFile>,
    locks: Locks,
    stage: Stage,
}

#[derive(Debug, Clone, Copy)]
enum Stage {
    State,
    Digest,
}

type End = Result<Arc<StateFile>, SaveFailure>;

impl Save {
    pub(super) fn begin(file: Arc<StateFile>, locks: Locks) -> (Self, Outgoing) {
        let out = put_state(Arc::clone(&file));
        let stage = Stage::State;
        (Self { file, locks, stage }, out)
    }

    pub(super) fn resume(&mut self, answer: Answer, around: &mut Surroundings<'_>) -> Part<End> {
        match self.stage {
            Stage::State => match from_bucket(RequestKind::PutState, answer) {
                Ok(_) if self.locks.has_item() => {
                    self.stage = Stage::Digest;
                    Part::Send(put_digest(Arc::clone(&self.file)))
                }
                Ok(_) => Part::Done(Ok(self.saved(around))),
                Err(error) => Part::Done(self.failed(error, around)),
            },
            // Whatever became of the digest: the state is stored, and nobody is told.
            Stage::Digest => Part::Done(Ok(self.saved(around))),
        }
    }

    fn saved(&self, around: &mut Surroundings<'_>) -> Arc<StateFile> {
        around.tell(StateFact::Saved {
            serial: self.file.serial,
            objects: self.file.snapshot.object_count(),
        });
        Arc::clone(&self.file)
    }

    fn failed(&self, error: AwsError, around: &mut Surroundings<'_>) -> End {
        around.tell(StateFact::SaveFailed {
            serial: self.file.serial,
        });
        Err(SaveFailure {
            cause: cause(format!("failed to upload state: {error}"), Some(error)),
            is_attempt: true,
        })
    }
}
