//! A state in a bucket of Cloud Storage: what the service does with requests, and hands.

mod cli;

use std::sync::Arc;

use super::bucket::{remote, version};
use super::{Actor, RunId, World};
use crate::kernel::SimTime;
use crate::scenario::StoreChange;
use crate::service::gcs::Refusal;
use crate::service::gcs::bucket::{Bucket, Versioning};
use crate::terraform::backend::Answer;
use crate::terraform::backend::gcs::{Call, Object, ObjectKey, Success, lock_generation, lock_id};
use crate::terraform::{LockId, LockInfo, RequestKind, StateFile};
use crate::timeline::{BlobFact, BlobVersion, LockObservation, RemoteState};
use crate::{service, terraform::backend};

/// The bucket.
#[derive(Debug, Clone)]
pub(super) struct Store {
    bucket: Bucket<ObjectKey, Object>,
    /// Which run put the lock that is there.
    taken_by: Option<RunId>,
}

impl Store {
    /// An empty bucket.
    pub(super) const fn new(versioning: Versioning) -> Self {
        Self {
            bucket: Bucket::new(versioning),
            taken_by: None,
        }
    }

    fn object(&self, key: ObjectKey) -> Option<&Object> {
        self.bucket.live(&key).map(|kept| &kept.content)
    }

    /// The state, if one is there.
    pub(super) fn state(&self) -> Option<&Arc<StateFile>> {
        self.object(ObjectKey::State)?.state()
    }

    /// What the state object was so many generations ago; 1 is the one before what is there now,
    /// or the last one where there is none.
    fn earlier(&self, back: u64) -> Option<Object> {
        let versions = self.bucket.versions(&ObjectKey::State).iter().rev();
        let mut before = versions.filter(|kept| !kept.is_live);
        let nth = usize::try_from(back.checked_sub(1)?).ok()?;
        before.nth(nth).map(|kept| kept.content.clone())
    }

    /// The ID of the lock that is there: the generation of its object.
    fn lock_id(&self) -> Option<LockId> {
        let kept = self.bucket.live(&ObjectKey::Lock)?;
        Some(lock_id(kept.generation))
    }

    /// The lock info, with the ID that it is shown with.
    pub(super) fn info(&self) -> Option<LockInfo> {
        let kept = self.bucket.live(&ObjectKey::Lock)?;
        match &kept.content {
            Object::Lock(info) => Some(LockInfo {
                id: lock_id(kept.generation),
                ..**info
            }),
            Object::Empty | Object::State(_) | Object::Text(_) => None,
        }
    }

    /// Hands on the bucket. Returns whether that changed anything.
    pub(super) fn change(&mut self, change: &StoreChange, now: SimTime) -> bool {
        match change {
            StoreChange::Delete => self.bucket.delete(&ObjectKey::State),
            StoreChange::Empty => self.put(now, ObjectKey::State, Object::Empty),
            StoreChange::Content(text) => {
                self.put(now, ObjectKey::State, Object::Text(Arc::clone(text)))
            }
            StoreChange::Restore(back) => match self.earlier(*back) {
                Some(object) => self.put(now, ObjectKey::State, object),
                None => false,
            },
            StoreChange::RemoveLockInfo => self.bucket.delete(&ObjectKey::Lock),
            StoreChange::LockInfo(id) => {
                let info = Object::Lock(Arc::new(LockInfo::by_hand(*id, now)));
                self.taken_by = None;
                self.put(now, ObjectKey::Lock, info)
            }
            StoreChange::LockInfoContent(text) => {
                let content = if text.is_empty() {
                    Object::Empty
                } else {
                    Object::Text(Arc::clone(text))
                };
                self.put(now, ObjectKey::Lock, content)
            }
            StoreChange::Room(_)
            | StoreChange::Access { .. }
            | StoreChange::OccupyState
            | StoreChange::OccupyBackup
            | StoreChange::RemoveLockItem
            | StoreChange::LockItemContent(_)
            | StoreChange::LockItem(_)
            | StoreChange::FitDigest
            | StoreChange::RemoveDigest
            | StoreChange::DigestContent(_)
            | StoreChange::EndSession
            | StoreChange::Restart
            | StoreChange::Connections { .. } => false,
        }
    }

    /// Puts a state there before anything happens.
    pub(super) fn place(&mut self, file: Arc<StateFile>) {
        self.put(SimTime::ZERO, ObjectKey::State, Object::State(file));
    }

    /// Puts the lock of somebody who is dead there before anything happens: its ID is the object's
    /// generation.
    pub(super) fn place_lock(&mut self, info: LockInfo) {
        let generation = lock_generation(&info.id.to_string());
        let generation = generation.expect("a scenario's lock has a generation for its ID");
        let content = Object::Lock(Arc::new(info));
        self.bucket.place(ObjectKey::Lock, content, generation);
    }

    /// What the state object holds, as an observation has it.
    pub(super) fn remote(&self) -> RemoteState {
        remote(self.object(ObjectKey::State))
    }

    /// Who has put the lock, and what its info says.
    pub(super) fn lock(&self) -> (LockObservation, Option<LockInfo>, Option<RunId>) {
        let id = self.lock_id();
        let is_held = id.is_some();
        let lock = LockObservation::Record { is_held, id };
        (lock, self.info(), self.taken_by.filter(|_| is_held))
    }

    /// Writes an object by hand. Returns whether that changed anything.
    fn put(&mut self, now: SimTime, key: ObjectKey, object: Object) -> bool {
        if self.object(key) == Some(&object) {
            return false;
        }
        self.bucket.put(now, key, object);
        true
    }
}

/// What a call does to the objects.
enum Effect {
    /// It writes the state.
    Stores(BlobVersion),
    /// It writes the state with what another object is or was.
    Copies,
    /// It takes the state away.
    TakesAway,
    /// It writes the lock.
    Locks,
    /// None of these.
    Other,
}

fn effect(call: &Call) -> Effect {
    match call {
        Call::Put {
            key: ObjectKey::State,
            content,
            ..
        } => Effect::Stores(version(content)),
        Call::Copy {
            to: ObjectKey::State,
            ..
        } => Effect::Copies,
        Call::Put {
            key: ObjectKey::Lock,
            ..
        }
        | Call::Copy {
            to: ObjectKey::Lock,
            ..
        } => Effect::Locks,
        Call::Delete(ObjectKey::State, _) | Call::DeleteVersion(ObjectKey::State, _) => {
            Effect::TakesAway
        }
        Call::Delete(ObjectKey::Lock, _)
        | Call::DeleteVersion(ObjectKey::Lock, _)
        | Call::List
        | Call::ListVersions
        | Call::Get(_)
        | Call::GetVersion(..)
        | Call::Attributes(_) => Effect::Other,
    }
}

impl World {
    /// The bucket does what it is asked.
    pub(super) fn handle_storage(
        &mut self,
        run: RunId,
        request: (u64, RequestKind),
        call: Call,
        now: SimTime,
    ) -> Answer {
        let effect = effect(&call);
        let result = self.ask_storage(run, call, now);
        let told = match &result {
            Ok(success) => (success.http_status(), None),
            Err(refusal) => (refusal.http_status(), Some((*refusal).into())),
        };
        self.tell_handled(request, told, now);
        if result.is_ok() {
            match effect {
                Effect::Stores(version) => {
                    self.record(now, Actor::Service, || BlobFact::Stored {
                        version,
                        by: run,
                    });
                    self.track_kept(Some(self.writer(run)));
                }
                Effect::Copies => {
                    let store = self.keeper.gcs();
                    let object = store.and_then(|store| store.object(ObjectKey::State));
                    let version = object.map_or(BlobVersion::Empty, version);
                    self.record(now, Actor::Service, || BlobFact::Stored {
                        version,
                        by: run,
                    });
                    self.track_kept(Some(self.writer(run)));
                }
                Effect::TakesAway => self.track_kept(Some(self.writer(run))),
                Effect::Locks => {
                    if let Some(store) = self.keeper.gcs_mut() {
                        store.taken_by = Some(run);
                    }
                }
                Effect::Other => {}
            }
            let info = self.lock_info();
            self.last_lock = info.or(self.last_lock);
        }
        match result {
            Ok(success) => Answer::Success(backend::Success::Storage(success)),
            Err(refusal) => Answer::Refused(service::Refusal::Gcs(refusal)),
        }
    }

    fn ask_storage(&mut self, run: RunId, call: Call, now: SimTime) -> Result<Success, Refusal> {
        self.check_credentials(run, Refusal::AuthError)?;
        let store = self.keeper.gcs_mut().ok_or(Refusal::NotFound)?;
        store.bucket.handle(now, call)
    }
}
