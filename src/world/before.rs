//! What there is before the first step.

use std::sync::Arc;

use super::cloud::Cloud;
use super::{FileContent, World};
use crate::kernel::{SimTime, Stream};
use crate::scenario::{BlobBefore, Scenario};
use crate::service::azure::{Action, BlobService, LeaseDuration, LeaseId, Proposal, Request};
use crate::terraform::backend::azurerm::Metadata;
use crate::terraform::{Backend, BlobContent, Lineage, StateFile, StateSnapshot};

/// The state before the first step, if there is one.
pub(super) fn state_before(
    scenario: &Scenario,
    identity: &mut Stream,
    cloud: &mut Cloud,
) -> Option<Arc<StateFile>> {
    match &scenario.before.blob {
        BlobBefore::Absent => None,
        BlobBefore::State {
            serial,
            lineage,
            resources,
            details,
        } => {
            // Drawn in any case, so that what is drawn later stays the same.
            let high = u128::from(identity.next_u64());
            let drawn = Lineage((high << 64) | u128::from(identity.next_u64()));
            let lineage = lineage.unwrap_or(drawn);
            let mut snapshot = StateSnapshot::default();
            for resource in resources {
                let config = scenario.definitions.get(*resource);
                let object = match details.objects.get(resource) {
                    Some(named) => cloud.written(*resource, Some(*named), config),
                    None => cloud.place(*resource, config),
                };
                if let Some(object) = object {
                    snapshot.record(*resource, details.apply(*resource, object));
                }
            }
            Some(Arc::new(StateFile {
                lineage,
                serial: *serial,
                snapshot,
            }))
        }
    }
}

/// The blob service before the first step, with this state in its blob, and locked where the
/// scenario says so.
pub(super) fn service_before(
    scenario: &Scenario,
    state: Option<&Arc<StateFile>>,
) -> BlobService<BlobContent, Metadata> {
    let mut service = BlobService::protected(scenario.before.protection);
    match (scenario.backend, state) {
        (Backend::Azurerm { .. }, Some(file)) => {
            service.restore(SimTime::ZERO, BlobContent::State(Arc::clone(file)));
        }
        (Backend::Azurerm { .. }, None)
        | (
            Backend::S3 { .. }
            | Backend::Gcs
            | Backend::Pg { .. }
            | Backend::Http(_)
            | Backend::Local { .. },
            _,
        ) => {}
    }
    let lock = scenario.before.lock.as_ref();
    let lock = lock.filter(|_| matches!(scenario.backend, Backend::Azurerm { .. }));
    if let Some(lock) = lock {
        let bits = lock.info.id.as_uuid();
        let lease = bits.map(LeaseId::from_bits);
        let acquire = Action::AcquireLease {
            proposal: Proposal::Proposed(lease.expect("with azurerm a lock's ID is a lease ID")),
            duration: LeaseDuration::Infinite,
        };
        let taken = service.handle(SimTime::ZERO, Request::new(acquire));
        let info = Some(Arc::new(lock.info));
        let is_told = service.replace_metadata(SimTime::ZERO, info);
        assert!(
            taken.is_ok() && is_told,
            "a lock stands in a scenario with a state blob, whose lease is free"
        );
    }
    service
}

impl World {
    /// The blobs besides the state's, before the first step.
    pub(super) fn place_other_blobs(&mut self) {
        let scenario = Arc::clone(&self.scenario);
        let protection = scenario.before.protection;
        for blob in &scenario.before.blobs {
            let content = match &blob.content {
                None => BlobContent::Empty,
                Some(written) => {
                    let file = Arc::new(self.written_state(written));
                    self.remember_copy(&FileContent::State(Arc::clone(&file)));
                    BlobContent::State(file)
                }
            };
            let at = blob.at.clone();
            self.accounts.place(SimTime::ZERO, protection, at, content);
        }
    }
}
