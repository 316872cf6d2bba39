//! Who and what a scenario names: operators, runs, resources and the objects that they stand for.
//!
//! The model works with small numbers; the [`Names`] turn them back into words. Every list stands
//! in the order in which the scenario file names its members.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::address::{Address, quoted_for_shell};
use super::backend::{Backend, gcs, local, s3};
use crate::service::azure::BlobPath;

/// An operator: a person or a CI job with a machine and a working directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperatorId(pub u16);

/// A `run` step: one command, started once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(pub u16);

/// A resource address, `azurerm_subnet.subnet`, whether or not a configuration still has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceId(pub u32);

/// The identity of an object in the cloud.
///
/// An object whose name is given has generation 0, so that a re-created object equals the old
/// one; where the cloud generates the name, every creation gives another object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    /// The position of the object's name in [`Names::objects`].
    pub name: u32,
    /// 0 for a given name, else the count of creations.
    pub generation: u32,
}

impl ObjectId {
    /// The identity of the object with a given name.
    pub const fn given(name: u32) -> Self {
        Self {
            name,
            generation: 0,
        }
    }
}

/// A resource's address in its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceName {
    /// The type, such as `azurerm_subnet`: that of its address, where it has one of its own.
    pub kind: String,
    /// The name, such as `subnet`: the scenario's key, and what the timeline calls the resource.
    pub label: String,
}

/// The words behind the numbers of one scenario. A copy shares all that never grows: runs do, as
/// commands are typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    /// The operators, by [`OperatorId`].
    pub operators: Arc<Vec<String>>,
    /// The IDs of the `run` steps, by [`RunId`].
    pub runs: Vec<String>,
    /// The resources, by [`ResourceId`].
    pub resources: Arc<Vec<ResourceName>>,
    /// The addresses of the resources that have another one than their type and name.
    pub addresses: Arc<BTreeMap<ResourceId, Address>>,
    /// The names that objects have in the cloud, by [`ObjectId::name`].
    pub objects: Arc<Vec<String>>,
    /// What keeps the state.
    pub backend: Backend,
    /// Where the state is, where it is in a blob.
    pub state_blob: Arc<BlobPath>,
}

fn position(index: impl TryInto<usize>) -> usize {
    index
        .try_into()
        .ok()
        .expect("an index that was made from a position")
}

impl Names {
    /// Says what keeps the state.
    pub(crate) fn is_kept_in(&mut self, backend: Backend, state_blob: BlobPath) {
        self.backend = backend;
        self.state_blob = Arc::new(state_blob);
    }

    /// The path that lock info shows: that of the state, of gcs the lock object's; pg and http
    /// leave it empty.
    pub fn lock_path(&self) -> String {
        match self.backend {
            Backend::Azurerm { .. } => self.state_blob.to_string(),
            Backend::S3 { .. } => s3::STATE_PATH.to_owned(),
            Backend::Gcs => gcs::LOCK_URL.to_owned(),
            Backend::Pg { .. } | Backend::Http(_) => String::new(),
            Backend::Local { .. } => local::STATE.to_owned(),
        }
    }

    /// The operator's name.
    pub fn operator(&self, id: OperatorId) -> &str {
        &self.operators[position(id.0)]
    }

    /// The ID of the `run` step.
    pub fn run(&self, id: RunId) -> &str {
        &self.runs[position(id.0)]
    }

    /// The resource's short name, as the scenario spells it: `subnet`.
    pub fn resource(&self, id: ResourceId) -> &str {
        &self.resources[position(id.0)].label
    }

    /// The resource's address, as Terraform spells it: `azurerm_subnet.subnet`, or
    /// `module.network["a"].azurerm_subnet.main[0]`.
    pub fn address(&self, id: ResourceId) -> String {
        if let Some(address) = self.addresses.get(&id) {
            return address.to_string();
        }
        let ResourceName { kind, label } = &self.resources[position(id.0)];
        format!("{kind}.{label}")
    }

    /// The resource's address as it is typed in a shell: in quotes where it needs them.
    pub fn typed_address(&self, id: ResourceId) -> String {
        quoted_for_shell(&self.address(id))
    }

    /// The parts of the resource's address.
    pub fn address_parts(&self, id: ResourceId) -> Address {
        let ResourceName { kind, label } = &self.resources[position(id.0)];
        let given = self.addresses.get(&id).cloned();
        given.unwrap_or_else(|| Address::plain(kind, label))
    }

    /// Whether two addresses are of one type: only then can an object move from one to the other.
    pub fn are_of_one_type(&self, one: ResourceId, other: ResourceId) -> bool {
        let kind = |id: ResourceId| &self.resources[position(id.0)].kind;
        kind(one) == kind(other)
    }

    /// The object's ID, as Terraform prints it and `terraform import` takes it: `/things/subnet`.
    pub fn object(&self, id: ObjectId) -> String {
        let name = &self.objects[position(id.name)];
        match id.generation {
            0 => format!("/things/{name}"),
            generation => format!("/things/{name}-{generation}"),
        }
    }

    /// All operators.
    pub fn operator_ids(&self) -> impl Iterator<Item = OperatorId> + use<> {
        (0..self.operators.len()).map(|index| OperatorId(u16::try_from(index).expect("validated")))
    }

    /// All resources.
    pub fn resource_ids(&self) -> impl Iterator<Item = ResourceId> + use<> {
        (0..self.resources.len()).map(|index| ResourceId(u32::try_from(index).expect("validated")))
    }

    /// The resource with this address (`azurerm_subnet.subnet`).
    pub fn find_address(&self, address: &str) -> Option<ResourceId> {
        if !self.addresses.is_empty()
            && let Ok(address) = address.parse::<Address>()
        {
            let mut given = self.addresses.iter();
            let found = given.find(|(_, given)| **given == address);
            if let Some((id, _)) = found {
                return Some(*id);
            }
        }
        let (kind, label) = address.split_once('.')?;
        self.resource_ids().find(|id| {
            let name = &self.resources[position(id.0)];
            name.kind == kind && name.label == label && !self.addresses.contains_key(id)
        })
    }

    /// The resources in a module (`module.network`), or the instances of a resource
    /// (`azurerm_subnet.main`); none where the text is neither.
    pub fn find_within(&self, address: &str) -> Vec<ResourceId> {
        let is_resource = { address.parse::<Address>() }.is_ok_and(|address| address.key.is_none());
        let is_module = { format!("{address}.a.b").parse::<Address>() }
            .is_ok_and(|address| address.kind == "a");
        let is_within = |given: &Address| {
            let given = given.to_string();
            let rest = given.strip_prefix(address).unwrap_or("");
            is_resource && rest.starts_with('[') || is_module && rest.starts_with(['[', '.'])
        };
        let given = self.addresses.iter();
        let within = given.filter(|(_, given)| is_within(given));
        within.map(|(resource, _)| *resource).collect()
    }

    /// The resource with this short name (`subnet`).
    pub fn find_resource(&self, label: &str) -> Option<ResourceId> {
        self.resource_ids().find(|id| self.resource(*id) == label)
    }

    /// The operator with this name.
    pub fn find_operator(&self, name: &str) -> Option<OperatorId> {
        self.operator_ids().find(|id| self.operator(*id) == name)
    }

    /// The run with this ID.
    pub fn find_run(&self, id: &str) -> Option<RunId> {
        let index = self.runs.iter().position(|run| run == id)?;
        Some(RunId(u16::try_from(index).expect("validated")))
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "run {}", self.0)
    }
}
