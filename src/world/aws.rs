//! A state in an S3 bucket: what the services do with requests, and hands.

mod cli;

use std::sync::Arc;

use super::act::Done;
use super::bucket::{remote, version};
use super::memory::Writer;
use super::{Actor, Agenda, RunId, World};
use crate::kernel::SimTime;
use crate::scenario::{Scenario, StoreChange};
use crate::service::aws::bucket::{Bucket, Versioning};
use crate::service::aws::table::Table;
use crate::service::{Refusal, aws};
use crate::terraform::backend::s3::{
    BucketCall, BucketSuccess, Digest, Item, ItemKey, Locks, Object, ObjectKey, TableCall,
    object_md5,
};
use crate::terraform::backend::{Answer, Backend, Success};
use crate::terraform::{LockInfo, RequestKind, StateFile};
use crate::timeline::{
    AwsObservation, BlobFact, DigestObservation, Idleness, LockObservation, MachineFact,
    RemoteState,
};

/// The bucket and the table.
#[derive(Debug, Clone)]
pub(super) struct Store {
    locks: Locks,
    bucket: Bucket<ObjectKey, Object>,
    table: Table<ItemKey, Item>,
    /// Which run put the lock that is there.
    taken_by: Option<RunId>,
}

impl Store {
    /// What there is before the first step, if the scenario's state is in a bucket.
    pub(super) fn of(scenario: &Scenario) -> Option<Self> {
        let Backend::S3 { locks } = scenario.backend else {
            return None;
        };
        Some(Self {
            locks,
            bucket: Bucket::new(if scenario.before.keeps_versions {
                Versioning::On
            } else {
                Versioning::Off
            }),
            table: Table::new(),
            taken_by: None,
        })
    }

    fn state(&self) -> Option<&Arc<StateFile>> {
        self.bucket.get(&ObjectKey::State)?.state()
    }

    /// What the state object was so many versions ago, of which delete
    /// markers are none; 1 is the one before what is there now.
    fn earlier(&self, back: u64) -> Option<Object> {
        let versions = self.bucket.versions(&ObjectKey::State).iter().rev();
        let before = versions.skip(1);
        let mut contents = before.filter_map(|kept| kept.content.as_ref());
        contents
            .nth(usize::try_from(back.checked_sub(1)?).ok()?)
            .cloned()
    }

    /// Hands on the bucket and the table. Returns whether that changed anything.
    fn change(&mut self, change: &StoreChange, now: SimTime) -> bool {
        match change {
            StoreChange::Delete => self.bucket.delete(now, &ObjectKey::State).0,
            StoreChange::Empty => put((self, now), ObjectKey::State, Object::Empty),
            StoreChange::Content(text) => put(
                (self, now),
                ObjectKey::State,
                Object::Text(Arc::clone(text)),
            ),
            StoreChange::Restore(back) => match self.earlier(*back) {
                Some(object) => put((self, now), ObjectKey::State, object),
                None => false,
            },
            StoreChange::RemoveLockInfo => self.bucket.delete(now, &ObjectKey::Lock).0,
            StoreChange::LockInfo(id) => put(
                (self, now),
                ObjectKey::Lock,
                Object::Lock(Arc::new(LockInfo::by_hand(*id, now))),
            ),
            StoreChange::LockInfoContent(text) if text.is_empty() => {
                put((self, now), ObjectKey::Lock, Object::Empty)
            }
            StoreChange::LockInfoContent(text) => {
                put((self, now), ObjectKey::Lock, Object::Text(Arc::clone(text)))
            }
            StoreChange::RemoveLockItem => self.table.delete(&ItemKey::Lock),
            StoreChange::LockItemContent(text) => {
                self.table.put(ItemKey::Lock, Item::Text(Arc::clone(text)));
                true
            }
            StoreChange::LockItem(id) => {
                self.table.put(
                    ItemKey::Lock,
                    Item::Lock(Arc::new(LockInfo::by_hand(*id, now))),
                );
                true
            }
            StoreChange::FitDigest => match self.state().cloned() {
                Some(file) => {
                    let digest = Item::Digest(Digest::Of(file));
                    self.table.put(ItemKey::Digest, digest);
                    true
                }
                None => false,
            },
            StoreChange::RemoveDigest => self.table.delete(&ItemKey::Digest),
            StoreChange::DigestContent(text) => {
                let digest = Digest::Text(Arc::clone(text));
                self.table.put(ItemKey::Digest, Item::Digest(digest));
                true
            }
            StoreChange::Room(_)
            | StoreChange::Access { .. }
            | StoreChange::OccupyState
            | StoreChange::OccupyBackup
            | StoreChange::Connections { .. }
            | StoreChange::EndSession
            | StoreChange::Restart => false,
        }
    }

    fn is_locked(&self) -> bool {
        let object = self.bucket.get(&ObjectKey::Lock).is_some();
        object || self.table.get(&ItemKey::Lock).is_some()
    }

    fn info(&self) -> Option<LockInfo> {
        match (
            self.bucket.get(&ObjectKey::Lock),
            self.table.get(&ItemKey::Lock),
        ) {
            (Some(Object::Lock(info)), _) | (_, Some(Item::Lock(info))) => Some(**info),
            (Some(_) | None, Some(_) | None) => None,
        }
    }
}

/// The status of an answer, and the refusal that it is.
fn told(result: Result<u16, &aws::Refusal>) -> (u16, Option<Refusal>) {
    match result {
        Ok(status) => (status, None),
        Err(refusal) => (refusal.http_status(), Some(Refusal::Aws(*refusal))),
    }
}

impl World {
    /// The bucket does what it is asked.
    pub(super) fn handle_bucket(
        &mut self,
        run: RunId,
        request: (u64, RequestKind),
        call: BucketCall,
        now: SimTime,
    ) -> Answer {
        let stored = match &call {
            BucketCall::Put {
                key: ObjectKey::State,
                content,
                ..
            } => Some(version(content)),
            BucketCall::Put { .. }
            | BucketCall::List
            | BucketCall::ListVersions
            | BucketCall::Head(_)
            | BucketCall::Get(_)
            | BucketCall::GetRange(_)
            | BucketCall::GetVersion(..)
            | BucketCall::Delete(_)
            | BucketCall::DeleteVersion(..) => None,
        };
        let takes_away = matches!(
            call,
            BucketCall::Delete(ObjectKey::State) | BucketCall::DeleteVersion(ObjectKey::State, _)
        );
        let result = self.ask_bucket(run, call, now);
        let told = told(result.as_ref().map(BucketSuccess::http_status));
        self.tell_handled(request, told, now);
        if let (Ok(_), Some(version)) = (&result, stored) {
            self.record(now, Actor::Service, || BlobFact::Stored {
                version,
                by: run,
            });
            self.track_bucket(Some(self.writer(run)));
        } else if takes_away && result.is_ok() {
            self.track_bucket(Some(self.writer(run)));
        }
        match result {
            Ok(success) => Answer::Success(Success::Bucket(success)),
            Err(refusal) => Answer::Refused(Refusal::Aws(refusal)),
        }
    }

    fn ask_bucket(
        &mut self,
        run: RunId,
        call: BucketCall,
        now: SimTime,
    ) -> Result<BucketSuccess, aws::Refusal> {
        self.check_credentials(run, aws::Refusal::ExpiredToken)?;
        let takes_lock = matches!(
            call,
            BucketCall::Put {
                key: ObjectKey::Lock,
                ..
            }
        );
        let store = self.aws.as_mut().ok_or(aws::Refusal::NoSuchBucket)?;
        let success = store.bucket.handle(now, call)?;
        if takes_lock {
            store.taken_by = Some(run);
        }
        self.last_lock = store.info().or(self.last_lock);
        Ok(success)
    }

    /// The table does what it is asked.
    pub(super) fn handle_table(
        &mut self,
        run: RunId,
        request: (u64, RequestKind),
        call: TableCall,
        now: SimTime,
    ) -> Answer {
        let checked = self.check_credentials(run, aws::Refusal::TableTokenExpired);
        let takes_lock = matches!(
            call,
            TableCall::Put {
                key: ItemKey::Lock,
                ..
            }
        );
        let result = checked.and_then(|()| {
            let store = self.aws.as_mut().ok_or(aws::Refusal::TableNotFound)?;
            let success = store.table.handle(call)?;
            if takes_lock {
                store.taken_by = Some(run);
            }
            self.last_lock = store.info().or(self.last_lock);
            Ok(success)
        });
        self.tell_handled(request, told(result.as_ref().map(|_| 200)), now);
        match result {
            Ok(success) => Answer::Success(Success::Table(success)),
            Err(refusal) => Answer::Refused(Refusal::Aws(refusal)),
        }
    }

    /// The lock info beside the state.
    pub(super) fn bucket_lock_info(&self) -> Option<LockInfo> {
        self.aws.as_ref()?.info()
    }

    /// Looks at the state object after it has changed.
    pub(super) fn track_bucket(&mut self, by: Option<Writer>) {
        let held = self.aws.as_ref().and_then(Store::state).cloned();
        self.track_state(held.as_ref(), by);
    }

    /// The state in the bucket, if one is there.
    pub(super) fn bucket_state(&self) -> Option<Arc<StateFile>> {
        self.aws.as_ref()?.state().cloned()
    }

    /// Puts a state into the bucket before anything happens, with its digest where there is a table.
    pub(super) fn place_bucket_state(&mut self, file: Arc<StateFile>) {
        if let Some(store) = &mut self.aws {
            if store.locks.has_item() {
                let digest = Item::Digest(Digest::Of(Arc::clone(&file)));
                store.table.put(ItemKey::Digest, digest);
            }
            store
                .bucket
                .put(SimTime::ZERO, ObjectKey::State, Object::State(file));
        }
        self.track_bucket(None);
    }

    /// What the state object holds, as an observation has it.
    pub(super) fn observe_bucket_state(&self) -> Option<RemoteState> {
        let store = self.aws.as_ref()?;
        Some(remote(store.bucket.get(&ObjectKey::State)))
    }

    /// Who has put the lock, and what its info says.
    pub(super) fn observe_bucket_lock(
        &self,
    ) -> Option<(LockObservation, Option<LockInfo>, Option<RunId>)> {
        let store = self.aws.as_ref()?;
        let info = store.info();
        let is_held = store.is_locked();
        let id = info.map(|info| info.id).filter(|_| is_held);
        let lock = LockObservation::Record { is_held, id };
        Some((lock, info, store.taken_by.filter(|_| is_held)))
    }

    /// What the bucket and the table hold beside the state.
    pub(super) fn observe_aws(&self) -> Option<AwsObservation> {
        let store = self.aws.as_ref()?;
        let digest = match store.table.get(&ItemKey::Digest) {
            Some(Item::Digest(digest)) => Some(digest),
            Some(Item::Lock(_) | Item::Text(_)) | None => None,
        };
        Some(AwsObservation {
            lock_object: store.bucket.get(&ObjectKey::Lock).cloned(),
            lock_item: store.table.get(&ItemKey::Lock).cloned(),
            digest: digest.map(|digest| self.observe_digest(store, digest)),
        })
    }

    fn observe_digest(&self, store: &Store, digest: &Digest) -> DigestObservation {
        let object = store.bucket.get(&ObjectKey::State);
        if digest.fits(object, &self.names) {
            return DigestObservation::Fits;
        }
        DigestObservation::Differs {
            stored: digest.text(&self.names),
            of_state: object_md5(object, &self.names),
        }
    }

    /// Hands on the bucket and the table, past Terraform.
    pub(super) fn change_bucket(&mut self, change: &StoreChange, agenda: &Agenda) -> Done {
        let now = agenda.now;
        let Some(store) = &mut self.aws else {
            return Done::Idle(Idleness::NotLocal);
        };
        let has_changed = store.change(change, now);
        if !has_changed {
            return Done::Idle(Idleness::StoreUnchanged);
        }
        self.record(now, Actor::Scenario, || {
            MachineFact::StateFileHandled(change.clone())
        });
        self.track_bucket(None);
        Done::Acted
    }
}

/// Writes an object by hand. Returns whether that changed anything.
fn put((store, now): (&mut Store, SimTime), key: ObjectKey, object: Object) -> bool {
    if store.bucket.get(&key) == Some(&object) {
        return false;
    }
    store.bucket.put(now, key, object);
    true
}
