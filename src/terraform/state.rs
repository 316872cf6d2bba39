//! State snapshots: what Terraform believes to exist.
//!
//! A snapshot is a persistent map: a copy shares its structure with the original, so that an
//! apply of n resources that saves after each of them does not copy n² objects. Beside the map
//! stands a digest, with which two snapshots that differ are told apart at once.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::names::{ObjectId, ResourceId};
use super::trie::Trie;
use crate::kernel::SimDuration;

/// The number that rises with every save of a changed state.
pub type Serial = u64;

/// The largest serial that a scenario or a hand gives a state: 2^53. What reads a state file as
/// JSON with floating-point numbers, as jq does, holds every whole number up to there and no
/// further, and no replication raises a serial from there to the end of its range.
pub const SERIAL_MAX: Serial = 1 << 53;

/// The identity of a state through its life; states of different lineage are unrelated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lineage(pub u128);

impl Lineage {
    /// That of a state that has none: of an `errored.tfstate` whose writer knew of no state.
    pub const NONE: Self = Self(0);
}

/// Printed as the UUID that a state file has.
impl fmt::Display for Lineage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hex = format!("{:032x}", self.0);
        write!(
            f,
            "{}-{}-{}-{}-{}",
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..]
        )
    }
}

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scalar {
    /// Not set.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number in its decimal spelling; the model compares and never calculates.
    Number(String),
    /// A string.
    Text(String),
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Boolean(value) => value.fmt(f),
            Self::Number(digits) => f.write_str(digits),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// Attributes by name.
pub type Attributes = BTreeMap<String, Scalar>;

/// An object as a state records it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedObject {
    /// Which object in the cloud.
    pub id: ObjectId,
    /// Whether the object is marked for replacement.
    pub is_tainted: bool,
    /// What the provider reads back from the cloud.
    pub attributes: Arc<Attributes>,
    /// What only the state knows, because the provider can't read it back: `None` after an
    /// import, until the next update.
    pub inputs: Option<Arc<Attributes>>,
    /// The resources that this one needed when it was created.
    pub dependencies: Arc<[ResourceId]>,
    /// How long its deletion takes.
    pub delete: SimDuration,
}

impl RecordedObject {
    /// Whether the state knows anything that no provider can read back.
    pub fn has_inputs(&self) -> bool {
        let mut inputs = self.inputs.iter();
        inputs.any(|inputs| !inputs.is_empty())
    }

    /// A number that differs, as good as always, where the content differs.
    fn digest(&self) -> u64 {
        let mut digest = Digest::default();
        digest.add(u64::from(self.id.name));
        digest.add(u64::from(self.id.generation));
        digest.add(u64::from(self.is_tainted));
        for (name, value) in self
            .attributes
            .iter()
            .chain(self.inputs.iter().flat_map(|m| m.iter()))
        {
            digest.add_text(name);
            digest.add_text(match value {
                Scalar::Null => "",
                Scalar::Boolean(true) => "true",
                Scalar::Boolean(false) => "false",
                Scalar::Number(text) | Scalar::Text(text) => text,
            });
        }
        for resource in self.dependencies.iter() {
            digest.add(u64::from(resource.0));
        }
        digest.0
    }
}

/// A digest over words: each is mixed in by an exclusive or, a multiplication and a rotation. It
/// has the offset and prime of FNV-1a and is not FNV-1a, whose words are bytes, and in which high
/// bits never reach low ones: the rotation brings them there. Cheap, and the same on every
/// platform; nothing outside this module sees its values.
#[derive(Debug)]
struct Digest(u64);

impl Default for Digest {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Digest {
    fn add(&mut self, word: u64) {
        self.0 = (self.0 ^ word)
            .wrapping_mul(0x0000_0100_0000_01b3)
            .rotate_left(29);
    }

    fn add_text(&mut self, text: &str) {
        for byte in text.bytes() {
            self.add(u64::from(byte));
        }
        self.add(0x100);
    }
}

/// What a state holds under one resource address.
#[derive(Debug, Clone)]
pub enum Entry {
    /// An empty entry: the resource's creation was due, and nothing came of it yet. It is
    /// invisible in listings, and counts as a change.
    Husk,
    /// An object.
    Object(Arc<RecordedObject>),
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Husk, Self::Husk) => true,
            (Self::Object(one), Self::Object(two)) => Arc::ptr_eq(one, two) || one == two,
            (Self::Husk, Self::Object(_)) | (Self::Object(_), Self::Husk) => false,
        }
    }
}

impl Eq for Entry {}

impl Entry {
    const fn count(&self) -> u32 {
        match self {
            Self::Husk => 0,
            Self::Object(_) => 1,
        }
    }

    fn digest(&self, resource: ResourceId) -> u64 {
        let mut digest = Digest::default();
        digest.add(u64::from(resource.0));
        digest.add(match self {
            Self::Husk => 0,
            Self::Object(object) => object.digest(),
        });
        digest.0
    }
}

/// The whole picture that Terraform keeps: an entry per resource address. Copying is O(1).
#[derive(Debug, Clone, Default)]
pub struct StateSnapshot {
    entries: Trie<Entry>,
    /// The sum of the entries' digests.
    digest: u64,
    objects: u32,
}

impl PartialEq for StateSnapshot {
    fn eq(&self, other: &Self) -> bool {
        self.digest == other.digest && self.entries == other.entries
    }
}

impl Eq for StateSnapshot {}

impl StateSnapshot {
    /// How many objects there are.
    pub const fn object_count(&self) -> u32 {
        self.objects
    }

    /// Whether there is no entry at all, not even a husk.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entry of a resource.
    pub fn entry(&self, resource: ResourceId) -> Option<&Entry> {
        self.entries.get(position(resource))
    }

    /// The object of a resource; a husk is none.
    pub fn object(&self, resource: ResourceId) -> Option<&Arc<RecordedObject>> {
        match self.entries.get(position(resource))? {
            Entry::Husk => None,
            Entry::Object(object) => Some(object),
        }
    }

    /// All objects, in the order of the resources.
    pub fn objects(&self) -> impl Iterator<Item = (ResourceId, &Arc<RecordedObject>)> {
        self.entries
            .iter()
            .filter_map(|(position, entry)| match entry {
                Entry::Husk => None,
                Entry::Object(object) => Some((resource_at(position), object)),
            })
    }

    /// All entries, husks included, in the order of the resources.
    pub fn entries(&self) -> impl Iterator<Item = (ResourceId, &Entry)> {
        self.entries
            .iter()
            .map(|(position, entry)| (resource_at(position), entry))
    }

    /// The resources, in their order, whose entries differ between the two. What they share is not
    /// gone through.
    pub fn differences(&self, other: &Self) -> impl Iterator<Item = ResourceId> + use<> {
        let positions = self.entries.differences(&other.entries).into_iter();
        positions.map(resource_at)
    }

    /// Sets the object of a resource.
    pub fn record(&mut self, resource: ResourceId, object: Arc<RecordedObject>) {
        self.insert(resource, Entry::Object(object));
    }

    /// Of whoever depends on this resource, nothing is known any more of what it depends on.
    pub fn forget_dependency(&mut self, resource: ResourceId) {
        let dependants: Vec<(ResourceId, Arc<RecordedObject>)> = { self.objects() }
            .filter(|(_, object)| object.dependencies.contains(&resource))
            .map(|(id, object)| (id, Arc::clone(object)))
            .collect();
        for (id, object) in dependants {
            let object = RecordedObject {
                dependencies: Arc::default(),
                ..(*object).clone()
            };
            self.record(id, Arc::new(object));
        }
    }

    /// Leaves an empty entry, unless the resource has one already.
    pub fn add_husk(&mut self, resource: ResourceId) {
        if self.entry(resource).is_none() {
            self.insert(resource, Entry::Husk);
        }
    }

    /// Removes whatever stands under the resource's address.
    pub fn remove(&mut self, resource: ResourceId) {
        if let Some(entry) = self.entries.remove(position(resource)) {
            self.digest = self.digest.wrapping_sub(entry.digest(resource));
            self.objects -= entry.count();
        }
    }

    /// Removes all husks, and returns whether there were any.
    pub fn drop_husks(&mut self) -> bool {
        let husks: Vec<ResourceId> = self
            .entries()
            .filter_map(|(resource, entry)| matches!(entry, Entry::Husk).then_some(resource))
            .collect();
        for resource in &husks {
            self.remove(*resource);
        }
        !husks.is_empty()
    }

    fn insert(&mut self, resource: ResourceId, entry: Entry) {
        self.digest = self.digest.wrapping_add(entry.digest(resource));
        self.objects += entry.count();
        if let Some(old) = self.entries.insert(position(resource), entry) {
            self.digest = self.digest.wrapping_sub(old.digest(resource));
            self.objects -= old.count();
        }
    }
}

fn position(resource: ResourceId) -> usize {
    usize::try_from(resource.0).expect("a resource that a scenario names")
}

fn resource_at(position: usize) -> ResourceId {
    ResourceId(u32::try_from(position).expect("the position of a resource"))
}

/// A state snapshot with its lineage and serial: the content of a state file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateFile {
    /// Which state this is a snapshot of.
    pub lineage: Lineage,
    /// How many changes came before it.
    pub serial: Serial,
    /// What it says.
    pub snapshot: StateSnapshot,
}

/// What the state blob, or a file in a working directory, contains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlobContent {
    /// 0 bytes, which Terraform takes for "no state".
    Empty,
    /// A state file.
    State(Arc<StateFile>),
    /// Something that is no state file.
    Unreadable(Arc<str>),
}

impl BlobContent {
    /// The state, if it is one.
    pub const fn state(&self) -> Option<&Arc<StateFile>> {
        match self {
            Self::State(file) => Some(file),
            Self::Empty | Self::Unreadable(_) => None,
        }
    }
}

/// What a client finds where the state should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StateContent {
    /// Nothing.
    Absent,
    /// 0 bytes.
    Empty,
    /// A state.
    State(Arc<StateFile>),
}

impl StateContent {
    /// The state, if it is one.
    pub const fn state(&self) -> Option<&Arc<StateFile>> {
        match self {
            Self::Absent | Self::Empty => None,
            Self::State(file) => Some(file),
        }
    }
}
