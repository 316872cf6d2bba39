//! What there is before the first step.

use std::sync::Arc;

use super::cloud::Cloud;
use crate::kernel::{SimTime, Stream};
use crate::scenario::{BlobBefore, Scenario};
use crate::service::azure::BlobService;
use crate::terraform::{BlobContent, Lineage, LockInfo, StateFile, StateSnapshot};

/// The blob service before the first step.
pub(super) fn service_before(
    scenario: &Scenario,
    identity: &mut Stream,
    cloud: &mut Cloud,
) -> BlobService<BlobContent, Option<LockInfo>> {
    match &scenario.before.blob {
        BlobBefore::Absent => BlobService::default(),
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
            let file = StateFile {
                lineage,
                serial: *serial,
                snapshot,
            };
            BlobService::with_blob(SimTime::ZERO, BlobContent::State(Arc::new(file)))
        }
    }
}
