//! What there is before the first step.

use std::collections::BTreeSet;

use super::Checker;
use crate::scenario::document::{Node, quoted};
use crate::scenario::model::{Before, BlobBefore};
use crate::scenario::raw::{RawAccount, RawBefore};
use crate::scenario::{Configuration, ObjectName};
use crate::service::azure::Protection;
use crate::terraform::{Backend, ResourceId};

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
        configuration: &Configuration,
    ) -> Before {
        let node = root.field("before");
        // The first `init` makes an empty state in a blob, and none in a file.
        let mut blob = match self.backend {
            Backend::Azurerm { .. } => BlobBefore::State {
                serial: SERIAL_DEFAULT,
                resources: Vec::new(),
            },
            Backend::Local { .. } => BlobBefore::Absent,
        };
        let mut cloud = Vec::new();
        let protection = raw.and_then(|raw| raw.account.as_ref()).map(protection);
        let protection = protection.unwrap_or_default();
        let Some(raw) = raw else {
            return Before {
                blob,
                cloud,
                protection,
            };
        };
        if let Some(remote) = &raw.remote {
            let labels = remote
                .resources
                .iter()
                .flatten()
                .map(|label| label.0.as_str());
            let list = node.field("remote").field("resources");
            let resources = self.resources(list, labels);
            self.check_once(list, &resources);
            blob = BlobBefore::State {
                serial: remote
                    .serial
                    .as_ref()
                    .map_or(SERIAL_DEFAULT, |serial| serial.0),
                resources,
            };
        }
        if raw.blob.is_some() {
            if raw.remote.is_some() {
                let message = "`blob: absent` and `remote` exclude each other";
                self.diagnostics.error(node.field("blob"), message);
            }
            blob = BlobBefore::Absent;
        }
        if let Some(labels) = &raw.cloud {
            let list = node.field("cloud");
            cloud = self.resources(list, labels.iter().map(|label| label.0.as_str()));
            self.check_once(list, &cloud);
            self.check_unrecorded(list, &cloud, &blob, configuration);
        }
        Before {
            blob,
            cloud,
            protection,
        }
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
        let BlobBefore::State { resources, .. } = blob else {
            return;
        };
        let recorded: BTreeSet<ResourceId> = resources.iter().copied().collect();
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
