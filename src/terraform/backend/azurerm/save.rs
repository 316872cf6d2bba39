//! The save: a put with the metadata that the blob has.

use std::sync::Arc;

use super::Part;
use super::transport::{Metadata, TransportError, head, outgoing, properties, read};
use crate::service::azure::{Action, LeaseId};
use crate::terraform::backend::{Answer, Outgoing, Surroundings};
use crate::terraform::process::StateFact;
use crate::terraform::request::RequestKind;
use crate::terraform::state::{BlobContent, StateFile};

/// The routine that stores a state.
#[derive(Debug, Clone)]
pub struct Put {
    file: Arc<StateFile>,
    stage: PutStage,
}

#[derive(Debug, Clone, Copy)]
enum PutStage {
    Snapshot,
    Head,
    Put,
}

impl Put {
    /// Begins to store `file`, after a blob snapshot if `takes_blob_snapshot`.
    pub(super) fn begin(
        file: Arc<StateFile>,
        takes_blob_snapshot: bool,
        held: Option<LeaseId>,
    ) -> (Self, Outgoing) {
        if takes_blob_snapshot {
            let snapshot = outgoing(RequestKind::Snapshot, Action::Snapshot, held);
            (
                Self {
                    file,
                    stage: PutStage::Snapshot,
                },
                snapshot,
            )
        } else {
            (
                Self {
                    file,
                    stage: PutStage::Head,
                },
                head(held),
            )
        }
    }

    /// Tells what came of it.
    pub(super) fn tell(
        &self,
        result: &Result<Arc<StateFile>, TransportError>,
        around: &mut Surroundings<'_>,
    ) {
        around.tell(match result {
            Ok(file) => StateFact::Saved {
                serial: file.serial,
                objects: file.snapshot.object_count(),
            },
            Err(_) => StateFact::SaveFailed {
                serial: self.file.serial,
            },
        });
    }

    /// Goes on with an answer. `held` is the client's lease ID.
    pub(super) fn resume(
        &mut self,
        answer: Answer,
        held: Option<LeaseId>,
    ) -> Part<Result<Arc<StateFile>, TransportError>> {
        match self.stage {
            PutStage::Snapshot => match read(RequestKind::Snapshot, answer) {
                Ok(_) => {
                    self.stage = PutStage::Head;
                    Part::Send(head(held))
                }
                Err(error) => Part::Done(Err(error)),
            },
            PutStage::Head => match properties(answer) {
                Ok(found) => self.put(found.metadata, held),
                // The put goes out without metadata, which erases the lock info.
                Err(error) if error.is_not_found() => self.put(None, held),
                Err(error) => Part::Done(Err(error)),
            },
            PutStage::Put => {
                Part::Done(read(RequestKind::PutState, answer).map(|_| Arc::clone(&self.file)))
            }
        }
    }

    fn put<T>(&mut self, metadata: Metadata, held: Option<LeaseId>) -> Part<T> {
        self.stage = PutStage::Put;
        let put = Action::Put {
            content: BlobContent::State(Arc::clone(&self.file)),
            metadata,
        };
        Part::Send(outgoing(RequestKind::PutState, put, held))
    }
}
