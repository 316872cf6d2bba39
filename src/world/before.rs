//! What there is before the first step.

use std::sync::Arc;

use super::cloud::Cloud;
use crate::kernel::{SimTime, Stream};
use crate::scenario::{BlobBefore, Scenario};
use crate::service::azure::BlobService;
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
        BlobBefore::State { serial, resources } => {
            let high = u128::from(identity.next_u64());
            let lineage = Lineage((high << 64) | u128::from(identity.next_u64()));
            let mut snapshot = StateSnapshot::default();
            for resource in resources {
                let config = scenario.configuration.get(*resource);
                if let Some(object) = cloud.place(*resource, config) {
                    snapshot.record(*resource, object);
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

/// The blob service before the first step, with this state in its blob.
pub(super) fn service_before(
    scenario: &Scenario,
    state: Option<&Arc<StateFile>>,
) -> BlobService<BlobContent, Metadata> {
    let mut service = BlobService::protected(scenario.before.protection);
    match (scenario.backend, state) {
        (Backend::Azurerm { .. }, Some(file)) => {
            service.restore(SimTime::ZERO, BlobContent::State(Arc::clone(file)));
        }
        (Backend::Azurerm { .. }, None) | (Backend::Local { .. }, _) => {}
    }
    service
}
