//! A state in an S3 bucket: what the services do with requests, and hands.

mod cli;

use std::sync::Arc;

use super::bucket::{remote, version};
use super::{Actor, RunId, World};
use crate::kernel::SimTime;
use crate::scenario::StoreChange;
use crate::service::aws::bucket::{Bucket, Versioning};
use crate::service::aws::table::Table;
use crate::service::{Refusal, aws};
use crate::terraform::backend::s3::{
    BucketCall, BucketSuccess, Digest, Item, ItemKey, Locks, Object, ObjectKey, TableCall,
    object_md5,
};
use crate::terraform::backend::{Answer, Success};
use crate::terraform::{LockInfo, RequestKind, StateFile};
use crate::timeline::{AwsObservation, BlobFact, DigestObservation, LockObservation, RemoteState};

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
    /// An empty bucket, and an empty table.
    pub(super) const fn new(locks: Locks, versioning: Versioning) -> Self {
        Self {
            locks,
            bucket: Bucket::new(versioning),
            table: Table::new(),
            taken_by: None,
        }
    }

    /// The state, if one is there.
    pub(super) fn state(&self) -> Option<&Arc<StateFile>> {
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
    pub(super) fn change(&mut self, change: &StoreChange, now: SimTime) -> bool {
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

    /// The lock info in the object or the item that locks.
    pub(super) fn info(&self) -> Option<LockInfo> {
        match (
            self.bucket.get(&ObjectKey::Lock),
            self.table.get(&ItemKey::Lock),
        ) {
            (Some(Object::Lock(info)), _) | (_, Some(Item::Lock(info))) => Some(**info),
            (Some(_) | None, Some(_) | None) => None,
        }
    }

    /// Puts a state there before anything happens, with its digest where there is a table.
    pub(super) fn place(&mut self, file: Arc<StateFile>) {
        if self.locks.has_item() {
            let digest = Item::Digest(Digest::Of(Arc::clone(&file)));
            self.table.put(ItemKey::Digest, digest);
        }
        self.bucket
            .put(SimTime::ZERO, ObjectKey::State, Object::State(file));
    }

    /// Puts the lock of somebody who is dead there before anything happens: in all that locks.
    pub(super) fn place_lock(&mut self, info: LockInfo) {
        let info = Arc::new(info);
        if self.locks.has_item() {
            self.table.put(ItemKey::Lock, Item::Lock(Arc::clone(&info)));
        }
        if self.locks.has_object() {
            self.bucket
                .put(SimTime::ZERO, ObjectKey::Lock, Object::Lock(info));
        }
    }

    /// What the state object holds, as an observation has it.
    pub(super) fn remote(&self) -> RemoteState {
        remote(self.bucket.get(&ObjectKey::State))
    }

    /// Who has put the lock, and what its info says.
    pub(super) fn lock(&self) -> (LockObservation, Option<LockInfo>, Option<RunId>) {
        let info = self.info();
        let is_held = self.is_locked();
        let id = info.map(|info| info.id).filter(|_| is_held);
        let lock = LockObservation::Record { is_held, id };
        (lock, info, self.taken_by.filter(|_| is_held))
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
            self.track_kept(Some(self.writer(run)));
        } else if takes_away && result.is_ok() {
            self.track_kept(Some(self.writer(run)));
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
        let store = self.keeper.aws_mut().ok_or(aws::Refusal::NoSuchBucket)?;
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
            let store = self.keeper.aws_mut().ok_or(aws::Refusal::TableNotFound)?;
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

    /// What the bucket and the table hold beside the state.
    pub(super) fn observe_aws(&self) -> Option<AwsObservation> {
        let store = self.keeper.aws()?;
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
        if !digest.is_digest() {
            return DigestObservation::IsNone;
        }
        if digest.fits(object, &self.names) {
            return DigestObservation::Fits;
        }
        DigestObservation::Differs {
            stored: digest.text(&self.names),
            of_state: object_md5(object, &self.names),
        }
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
