//! What there is before the first step.

use std::collections::BTreeSet;

use super::Checker;
use super::written::RawDetails;
use crate::kernel::SimTime;
use crate::scenario::document::{Node, quoted};
use crate::scenario::model::{Before, BlobBefore, LockBefore};
use crate::scenario::raw::scalar::LineageText;
use crate::scenario::raw::shape::WordOr;
use crate::scenario::raw::{AbsentWord, RawAccount, RawBefore, RawLockBefore, RawLockOperation};
use crate::scenario::{Configuration, ObjectName, RecordDetails, StateFileLineage};
use crate::service::azure::{BlobPath, LeaseId, Protection};
use crate::terraform::backend::gcs;
use crate::terraform::{Backend, Lineage, LockId, LockInfo, LockOperation, ResourceId};

/// The serial after `terraform init`.
const SERIAL_DEFAULT: u64 = 1;

fn protection(raw: &RawAccount) -> Protection {
    Protection {
        versioning: raw.versioning.as_ref().is_some_and(|flag| flag.0),
        soft_delete: raw.soft_delete.as_ref().map(|days| days.0),
    }
}

impl Checker<'_, '_> {
    /// The blob and the cloud before the first step.
    pub(super) fn before(
        &mut self,
        root: &Node<'_>,
        raw: Option<&RawBefore>,
        (configuration, state): (&Configuration, &BlobPath),
    ) -> Before {
        let node = root.field("before");
        // The first `init` makes an empty state with some backends, and none with others.
        let blob = match self.backend {
            Backend::Azurerm { .. } | Backend::Gcs => BlobBefore::State {
                serial: SERIAL_DEFAULT,
                lineage: None,
                resources: Vec::new(),
                details: RecordDetails::default(),
            },
            Backend::S3 { .. } | Backend::Pg { .. } | Backend::Http(_) | Backend::Local { .. } => {
                BlobBefore::Absent
            }
        };
        let protection = raw.and_then(|raw| raw.account.as_ref()).map(protection);
        let protection = protection.unwrap_or_default();
        let mut before = Before {
            blob,
            cloud: Vec::new(),
            lock: None,
            protection,
            keeps_versions: self.keeps_versions,
            blobs: Vec::new(),
        };
        let Some(raw) = raw else {
            return before;
        };
        if let Some(WordOr::Fields(remote)) = &raw.remote {
            let labels = remote
                .resources
                .iter()
                .flatten()
                .map(|label| label.0.as_str());
            let list = node.field("remote").field("resources");
            let mut resources = self.resources(list, labels);
            self.check_once(list, &resources);
            let raw = RawDetails {
                object: remote.object.as_ref(),
                tainted: remote.tainted.as_deref(),
            };
            let details = self.record_details(node.field("remote"), raw, &mut resources);
            before.blob = BlobBefore::State {
                lineage: self.lineage(node.field("remote"), remote.lineage.as_ref()),
                serial: remote
                    .serial
                    .as_ref()
                    .map_or(SERIAL_DEFAULT, |serial| serial.0),
                resources,
                details,
            };
        }
        if raw.blob.is_some() && raw.remote.is_some() {
            let message = "`blob: absent` and `remote` exclude each other";
            self.diagnostics.error(node.field("blob"), message);
        }
        let is_absent = matches!(raw.remote, Some(WordOr::Word(AbsentWord::Absent)));
        if raw.blob.is_some() || is_absent {
            before.blob = BlobBefore::Absent;
        }
        if let Some(labels) = &raw.cloud {
            let list = node.field("cloud");
            before.cloud = self.resources(list, labels.iter().map(|label| label.0.as_str()));
            self.check_once(list, &before.cloud);
            self.check_unrecorded(list, &before.cloud, &before.blob, configuration);
        }
        let lock = raw.lock.as_ref();
        before.lock =
            lock.and_then(|lock| self.lock_before(node.field("lock"), lock, &before.blob));
        let others = raw.blobs.as_deref().unwrap_or(&[]);
        let list = node.field("blobs");
        before.blobs = self.other_blobs(list, others, (state, &before), configuration);
        before
    }

    fn lineage(&mut self, at: &Node<'_>, raw: Option<&LineageText>) -> Option<Lineage> {
        match raw?.0 {
            StateFileLineage::Other(lineage) => Some(lineage),
            StateFileLineage::Remote => {
                let message = "`remote` is this state's own lineage: write a UUID, or nothing";
                self.diagnostics.error(at.field("lineage"), message);
                None
            }
        }
    }

    fn lock_before(
        &mut self,
        at: &Node<'_>,
        raw: &RawLockBefore,
        blob: &BlobBefore,
    ) -> Option<LockBefore> {
        let who = self.operator(at.field("who"), &raw.who.0)?;
        let Some(id) = lock_id(self.backend, &raw.id.0) else {
            let what = match self.backend {
                Backend::Gcs => "write the generation of the lock object, a number",
                Backend::Azurerm { .. }
                | Backend::S3 { .. }
                | Backend::Pg { .. }
                | Backend::Http(_)
                | Backend::Local { .. } => "write a UUID",
            };
            let message = format!("{} is no lock's ID: {what}", quoted(&raw.id.0));
            self.diagnostics.error(at.field("id"), message);
            return None;
        };
        let reason = match (self.backend, blob) {
            (Backend::Local { .. }, _) => Some("a local state's lock dies with its holder"),
            (Backend::Pg { .. }, _) => Some("with the backend pg a session holds the lock"),
            (Backend::Http(options), _) if !options.locks() => {
                Some("without a `lock_address` nothing is locked")
            }
            (Backend::Azurerm { .. }, BlobBefore::Absent) => {
                Some("there is no state blob that could be locked")
            }
            (Backend::Azurerm { .. }, BlobBefore::State { .. }) if self.leases_expire => {
                Some("the lock of a dead holder whose lease has an end has run out")
            }
            (Backend::Azurerm { .. } | Backend::S3 { .. } | Backend::Gcs | Backend::Http(_), _) => {
                None
            }
        };
        if let Some(reason) = reason {
            self.diagnostics.error(at, reason);
            return None;
        }
        Some(LockBefore {
            info: LockInfo {
                id,
                operation: operation(raw.operation),
                who,
                created: SimTime::ZERO,
            },
        })
    }

    fn check_once(&mut self, list: &Node<'_>, resources: &[ResourceId]) {
        let mut seen = BTreeSet::new();
        if let Some(twice) = resources.iter().find(|id| !seen.insert(**id)) {
            let label = quoted(self.index.names.resource(*twice));
            self.diagnostics
                .error(list, format!("{label} stands here twice"));
        }
    }

    /// An object with a given name exists once: it can't be both recorded and in no state.
    fn check_unrecorded(
        &mut self,
        list: &Node<'_>,
        cloud: &[ResourceId],
        blob: &BlobBefore,
        configuration: &Configuration,
    ) {
        let BlobBefore::State {
            resources, details, ..
        } = blob
        else {
            return;
        };
        let made = { resources.iter() }.filter(|id| !details.objects.contains_key(*id));
        let recorded: BTreeSet<ResourceId> = made.copied().collect();
        let both = cloud.iter().find(|id| {
            let name = configuration.get(**id).map(|config| config.name);
            recorded.contains(id) && !matches!(name, Some(ObjectName::Generated(_)))
        });
        if let Some(both) = both {
            let message = format!(
                "the object of {} is recorded by `remote`; `cloud` is for objects in no state",
                quoted(self.index.names.resource(*both))
            );
            self.diagnostics.error(list, message);
        }
    }
}

/// The ID of a lock, as this backend has them.
fn lock_id(backend: Backend, text: &str) -> Option<LockId> {
    match backend {
        Backend::Gcs => gcs::lock_generation(text).map(gcs::lock_id),
        Backend::Azurerm { .. }
        | Backend::S3 { .. }
        | Backend::Pg { .. }
        | Backend::Http(_)
        | Backend::Local { .. } => text.parse::<LeaseId>().ok().map(LockId::from),
    }
}

fn operation(raw: Option<RawLockOperation>) -> LockOperation {
    match raw {
        None | Some(RawLockOperation::Apply) => LockOperation::Apply,
        Some(RawLockOperation::Plan) => LockOperation::Plan,
        Some(RawLockOperation::Refresh) => LockOperation::Refresh,
        Some(RawLockOperation::Init) => LockOperation::Init,
        Some(RawLockOperation::Import) => LockOperation::Import,
        Some(RawLockOperation::StatePush) => LockOperation::StatePush,
        Some(RawLockOperation::StateRm) => LockOperation::StateRemove,
        Some(RawLockOperation::StateMv) => LockOperation::StateMove,
        Some(RawLockOperation::Taint) => LockOperation::Taint,
        Some(RawLockOperation::Untaint) => LockOperation::Untaint,
    }
}
