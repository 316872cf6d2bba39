//! Resources as they are written.

use schemars::JsonSchema;
use serde::Deserialize;

use super::scalar::{AttributeValue, Count, Duration, Flag, Text};
use super::shape::Pairs;
use crate::scenario::{Accepts, OnStop};

/// A resource of the configuration. An empty mapping is a resource with defaults.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct RawResource {
    /// The type, such as `azurerm_subnet`; `lab_thing` by default.
    #[serde(rename = "type")]
    pub(in super::super) kind: Option<Text>,
    /// The address, such as `module.network["a"].azurerm_subnet.main[0]`, which says the type as
    /// well; the type and the key by default.
    pub(in super::super) address: Option<Text>,
    /// How long a creation takes; 2s by default.
    pub(in super::super) create: Option<Duration>,
    /// How long an update takes; as a creation by default.
    pub(in super::super) update: Option<Duration>,
    /// How long a deletion takes; as a creation by default.
    pub(in super::super) delete: Option<Duration>,
    /// The resources that must exist before this one.
    pub(in super::super) needs: Option<Vec<Text>>,
    /// The name of the object in the cloud, or `generated`; the key by default.
    pub(in super::super) name: Option<Text>,
    /// What the provider writes to the cloud and reads back.
    #[serde(rename = "attributes")]
    pub(in super::super) _attributes: Option<Pairs<AttributeValue>>,
    /// What the provider keeps in the state only.
    #[serde(rename = "inputs")]
    pub(in super::super) _inputs: Option<Pairs<AttributeValue>>,
    /// What a creation does when the provider is told to stop; `finish` by default.
    pub(in super::super) on_stop: Option<OnStop>,
    /// When the cloud has the object; `at_start` by default.
    pub(in super::super) accepts: Option<Accepts>,
    /// How long a provisioner runs after the creation.
    pub(in super::super) provision: Option<Duration>,
    /// `false`: no configuration has it, and what a state records of it the next apply deletes.
    pub(in super::super) configured: Option<Flag>,
    /// So many copies, called `disk_1`, `disk_2`, and so on.
    #[serde(rename = "count")]
    pub(in super::super) _count: Option<Count>,
}
