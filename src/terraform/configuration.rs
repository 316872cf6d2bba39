//! Configurations: what the resources are meant to be.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::names::ResourceId;
use super::state::Attributes;
use crate::kernel::SimDuration;

/// A configuration: what each resource address is configured to be, by [`ResourceId`]; `None`
/// where the configuration does not have it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Configuration {
    /// By [`ResourceId`], in the order of the file.
    pub resources: Vec<Option<Arc<ResourceConfig>>>,
}

impl Configuration {
    /// What the address is configured to be.
    pub fn get(&self, resource: ResourceId) -> Option<&Arc<ResourceConfig>> {
        self.resources
            .get(usize::try_from(resource.0).ok()?)?
            .as_ref()
    }

    /// All configured resources, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = (ResourceId, &Arc<ResourceConfig>)> {
        self.resources
            .iter()
            .enumerate()
            .filter_map(|(index, config)| {
                let resource = ResourceId(u32::try_from(index).expect("validated"));
                Some((resource, config.as_ref()?))
            })
    }
}

/// What the configuration says of one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceConfig {
    /// How long a creation takes.
    pub create: SimDuration,
    /// How long an update takes.
    pub update: SimDuration,
    /// How long a deletion takes.
    pub delete: SimDuration,
    /// What must exist before this one.
    pub needs: Arc<[ResourceId]>,
    /// The name of the object in the cloud. A change replaces the object.
    pub name: ObjectName,
    /// What the provider writes to the cloud and reads back.
    pub attributes: Arc<Attributes>,
    /// What the provider keeps in the state only and can't read back.
    pub inputs: Arc<Attributes>,
    /// What a creation does when the provider is told to stop.
    pub on_stop: OnStop,
    /// When the cloud has the object.
    pub accepts: Accepts,
    /// How long a provisioner runs after the creation.
    pub provision: Option<SimDuration>,
}

/// How the object of a resource is named in the cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectName {
    /// By the configuration: a position in [`Names::objects`](super::names::Names::objects). A second creation meets "already
    /// exists".
    Given(u32),
    /// By the cloud, from this stem: a second creation makes a silent duplicate.
    Generated(u32),
}

/// What a creation does when the provider is told to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnStop {
    /// `finish`: goes on to its end.
    Finish,
    /// `cancel`: gives up, and nothing is left in the cloud.
    Cancel,
    /// `taint`: gives up and returns the ID.
    Taint,
    /// `orphan`: gives up and returns nothing, while the object stays.
    Orphan,
}

/// When the cloud has the object of a creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Accepts {
    /// At the start: the cloud goes on even when Terraform is gone.
    AtStart,
    /// A created object at the start, as above; updates and deletions at the end, as below.
    CreateAtStart,
    /// At the end: what Terraform does not wait for never exists.
    AtEnd,
}
