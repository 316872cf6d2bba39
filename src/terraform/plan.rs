//! Refresh and plan: what has to be done to make the objects match the configuration.
//!
//! A plan is a graph. Its nodes are operations on objects, and resources that are kept as they
//! are: through these, too, a failure spreads to dependants. A replacement is two nodes.
//!
//! | node | waits for |
//! |---|---|
//! | create, update, keep | the same of everything that it needs; its own deletion |
//! | delete | the deletion of everything that was created with a need of it; where the dependant stays, that node |

use std::collections::BTreeSet;
use std::sync::Arc;

use super::configuration::{Configuration, ObjectName, ResourceConfig};
use super::diagnostic::Counts;
use super::invocation::{PlanMode, PlanOptions};
use super::names::{ObjectId, ResourceId};
use super::request::OperationKind;
use super::state::{Attributes, Lineage, RecordedObject, Serial, StateSnapshot};

/// What a provider can read from the cloud.
pub trait CloudView {
    /// The attributes of an object, or `None` if it does not exist.
    fn read(&self, object: ObjectId) -> Option<Arc<Attributes>>;

    /// The object that `terraform import` means by an ID. A provider looks among objects of the
    /// resource's type.
    fn find(&self, id: &str, resource: ResourceId) -> Option<ObjectId>;
}

/// What a node of the graph does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeStep {
    /// An operation of the provider.
    Operate(OperationKind),
    /// Nothing: the object is as it should be.
    Keep,
}

/// The position of a node in its plan.
pub type NodeIndex = u32;

/// A node of the graph.
#[derive(Debug, Clone)]
pub struct Node {
    /// The resource.
    pub resource: ResourceId,
    /// What is done.
    pub step: NodeStep,
    /// What the resource is configured to be; a deletion may have none.
    pub config: Option<Arc<ResourceConfig>>,
    /// The object as the refreshed state records it; a creation has none.
    pub recorded: Option<Arc<RecordedObject>>,
    /// How many nodes this one waits for.
    pub waits: u32,
    /// The nodes that wait for this one.
    pub dependents: Vec<NodeIndex>,
}

impl Node {
    /// Whether it is a part of a replacement that nothing but a flag asks for.
    pub(super) fn is_replaced_by_request(&self) -> bool {
        let (Some(config), Some(object)) = (&self.config, &self.recorded) else {
            return false;
        };
        match required_step(config, object, false) {
            Required::Replacement => false,
            Required::Update | Required::Nothing => {
                self.step == NodeStep::Operate(OperationKind::Delete)
            }
        }
    }
}

/// A plan: a graph, and the state that it starts from.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The nodes.
    pub nodes: Vec<Node>,
    /// The state after the refresh.
    pub refreshed: StateSnapshot,
    /// What the plan was made for.
    pub mode: PlanMode,
    /// What it adds, changes and destroys.
    pub counts: Counts,
    /// Whether the refresh found objects gone or changed.
    pub has_drift: bool,
}

/// A plan in a file, with the serial and lineage of the state that it was made from.
#[derive(Debug, Clone)]
pub struct SavedPlan {
    /// The plan.
    pub plan: Arc<Plan>,
    /// The state's lineage.
    pub lineage: Option<Lineage>,
    /// The state's serial.
    pub serial: Serial,
}

impl PartialEq for SavedPlan {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.plan, &other.plan)
    }
}

impl Eq for SavedPlan {}

impl Plan {
    /// Refreshes `state` and plans what `options` ask for.
    pub fn make(
        options: &PlanOptions,
        state: &StateSnapshot,
        configuration: &Configuration,
        cloud: &dyn CloudView,
    ) -> Self {
        let scope = Scope::new(options, state, configuration);
        let mut refreshed = state.clone();
        refreshed.drop_husks();
        let mut has_drift = false;
        if options.refreshes {
            has_drift = refresh(&mut refreshed, &scope, cloud);
            merge_dependencies(&mut refreshed, configuration, &scope);
        }
        let mut graph = Graph::new(configuration.resources.len());
        match options.mode {
            PlanMode::Normal => graph.add_normal(options, &mut refreshed, configuration, &scope),
            PlanMode::Destroy => graph.add_destroy(&refreshed, configuration, &scope),
            PlanMode::RefreshOnly => {}
        }
        graph.connect(configuration);
        let Graph { nodes, counts, .. } = graph;
        Self {
            nodes,
            refreshed,
            mode: options.mode,
            counts,
            has_drift,
        }
    }

    /// The node at a position.
    pub fn node(&self, index: NodeIndex) -> &Node {
        &self.nodes[position(index)]
    }
}

fn position(index: u32) -> usize {
    usize::try_from(index).expect("an index that was made from a position")
}

fn index(position: usize) -> u32 {
    u32::try_from(position).expect("a scenario has less than 2³² resources")
}

/// Which resources a plan is about: all, or the targets and what they depend on.
#[derive(Debug)]
struct Scope(Option<BTreeSet<ResourceId>>);

impl Scope {
    fn new(options: &PlanOptions, state: &StateSnapshot, configuration: &Configuration) -> Self {
        if options.targets.is_empty() {
            return Self(None);
        }
        let mut scope = BTreeSet::new();
        let mut open = options.targets.clone();
        while let Some(resource) = open.pop() {
            if !scope.insert(resource) {
                continue;
            }
            match options.mode {
                PlanMode::Normal | PlanMode::RefreshOnly => {
                    open.extend(
                        configuration
                            .get(resource)
                            .iter()
                            .flat_map(|c| c.needs.iter()),
                    );
                }
                // What depends on a destroyed resource is destroyed before it.
                PlanMode::Destroy => open.extend(state.objects().filter_map(|(other, object)| {
                    object.dependencies.contains(&resource).then_some(other)
                })),
            }
        }
        Self(Some(scope))
    }

    fn contains(&self, resource: ResourceId) -> bool {
        self.0
            .as_ref()
            .is_none_or(|scope| scope.contains(&resource))
    }
}

/// Drops what is gone from the cloud and takes over changed attributes. Returns whether anything
/// was found changed.
fn refresh(state: &mut StateSnapshot, scope: &Scope, cloud: &dyn CloudView) -> bool {
    let mut gone = Vec::new();
    let mut changed = Vec::new();
    for (resource, object) in state
        .objects()
        .filter(|(resource, _)| scope.contains(*resource))
    {
        match cloud.read(object.id) {
            None => gone.push(resource),
            Some(attributes) => {
                let is_same =
                    Arc::ptr_eq(&attributes, &object.attributes) || attributes == object.attributes;
                if !is_same {
                    changed.push((
                        resource,
                        RecordedObject {
                            attributes,
                            ..(**object).clone()
                        },
                    ));
                }
            }
        }
    }
    let has_drift = !gone.is_empty() || !changed.is_empty();
    for resource in gone {
        state.remove(resource);
    }
    for (resource, object) in changed {
        state.record(resource, Arc::new(object));
    }
    has_drift
}

/// A refresh keeps the recorded dependencies and adds the configured ones, whatever it is for: an
/// object whose change is skipped afterwards keeps both. One that turns a recorded dependency
/// around is left out, so that deletions never wait for each other.
fn merge_dependencies(state: &mut StateSnapshot, configuration: &Configuration, scope: &Scope) {
    let resources: Vec<ResourceId> = state
        .objects()
        .map(|(resource, _)| resource)
        .filter(|resource| scope.contains(*resource))
        .collect();
    for resource in resources {
        let (Some(config), Some(object)) = (configuration.get(resource), state.object(resource))
        else {
            continue;
        };
        let missing: Vec<ResourceId> = config
            .needs
            .iter()
            .filter(|need| !object.dependencies.contains(need))
            .filter(|need| !depends_on(state, **need, resource))
            .copied()
            .collect();
        if missing.is_empty() {
            continue;
        }
        let mut dependencies = [&object.dependencies[..], &missing[..]].concat();
        dependencies.sort_unstable();
        let object = RecordedObject {
            dependencies: dependencies.into(),
            ..(**object).clone()
        };
        state.record(resource, Arc::new(object));
    }
}

/// Whether a resource is recorded to depend on another one, be it through others.
fn depends_on(state: &StateSnapshot, resource: ResourceId, other: ResourceId) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![resource];
    while let Some(next) = open.pop() {
        if next == other {
            return true;
        }
        if seen.insert(next) {
            let dependencies = state.object(next).into_iter();
            open.extend(dependencies.flat_map(|object| object.dependencies.iter().copied()));
        }
    }
    false
}

/// Dependencies are a set; in which order a configuration names them changes nothing.
fn has_same_members(one: &[ResourceId], two: &[ResourceId]) -> bool {
    one == two || (one.len() == two.len() && one.iter().all(|resource| two.contains(resource)))
}

/// Whether an object has to be replaced, changed, or left alone.
fn required_step(config: &ResourceConfig, object: &RecordedObject, replace: bool) -> Required {
    // A name that the cloud makes up stands in no configuration: whichever it is, it is right.
    let is_renamed = match config.name {
        ObjectName::Given(name) => object.id != ObjectId::given(name),
        ObjectName::Generated(_) => false,
    };
    let inputs_differ = match &object.inputs {
        Some(inputs) => **inputs != *config.inputs,
        None => !config.inputs.is_empty(),
    };
    if replace || object.is_tainted || is_renamed {
        Required::Replacement
    } else if inputs_differ || *object.attributes != *config.attributes {
        Required::Update
    } else {
        Required::Nothing
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Required {
    Nothing,
    Update,
    Replacement,
}

/// A plan's graph while it grows.
#[derive(Debug)]
struct Graph {
    nodes: Vec<Node>,
    counts: Counts,
    /// By resource: the node that creates, updates or keeps it.
    keepers: Vec<Option<NodeIndex>>,
    /// By resource: the node that deletes it.
    deleters: Vec<Option<NodeIndex>>,
}

impl Graph {
    fn new(resources: usize) -> Self {
        Self {
            nodes: Vec::with_capacity(resources),
            counts: Counts::default(),
            keepers: vec![None; resources],
            deleters: vec![None; resources],
        }
    }

    fn add(
        &mut self,
        resource: ResourceId,
        step: NodeStep,
        config: Option<&Arc<ResourceConfig>>,
        recorded: Option<&Arc<RecordedObject>>,
    ) {
        let node = index(self.nodes.len());
        let by_resource = match step {
            NodeStep::Operate(OperationKind::Delete) => {
                self.counts.destroy += 1;
                &mut self.deleters
            }
            NodeStep::Operate(OperationKind::Create) => {
                self.counts.add += 1;
                &mut self.keepers
            }
            NodeStep::Operate(OperationKind::Update) => {
                self.counts.change += 1;
                &mut self.keepers
            }
            NodeStep::Keep => &mut self.keepers,
        };
        let slot = position(resource.0);
        if by_resource.len() <= slot {
            by_resource.resize(slot + 1, None);
        }
        by_resource[slot] = Some(node);
        self.nodes.push(Node {
            resource,
            step,
            config: config.cloned(),
            recorded: recorded.cloned(),
            waits: 0,
            dependents: Vec::new(),
        });
    }

    fn add_normal(
        &mut self,
        options: &PlanOptions,
        refreshed: &mut StateSnapshot,
        configuration: &Configuration,
        scope: &Scope,
    ) {
        let mut rewired = Vec::new();
        for (resource, config) in configuration.iter().filter(|(id, _)| scope.contains(*id)) {
            let operate = NodeStep::Operate;
            let Some(object) = refreshed.object(resource) else {
                self.add(resource, operate(OperationKind::Create), Some(config), None);
                continue;
            };
            let replace = options.replace.contains(&resource);
            match required_step(config, object, replace) {
                Required::Replacement => {
                    let deletion = operate(OperationKind::Delete);
                    self.add(resource, deletion, Some(config), Some(object));
                    self.add(resource, operate(OperationKind::Create), Some(config), None);
                }
                Required::Update => {
                    let update = operate(OperationKind::Update);
                    self.add(resource, update, Some(config), Some(object));
                }
                Required::Nothing => {
                    if !has_same_members(&object.dependencies, &config.needs) {
                        let dependencies = Arc::clone(&config.needs);
                        let object = RecordedObject {
                            dependencies,
                            ..(**object).clone()
                        };
                        rewired.push((resource, Arc::new(object)));
                    }
                    self.add(resource, NodeStep::Keep, Some(config), Some(object));
                }
            }
        }
        for (resource, object) in rewired {
            refreshed.record(resource, object);
        }
        for (resource, object) in refreshed.objects() {
            if scope.contains(resource) && configuration.get(resource).is_none() {
                let deletion = NodeStep::Operate(OperationKind::Delete);
                self.add(resource, deletion, None, Some(object));
            }
        }
    }

    fn add_destroy(
        &mut self,
        refreshed: &StateSnapshot,
        configuration: &Configuration,
        scope: &Scope,
    ) {
        for (resource, object) in refreshed.objects().filter(|(id, _)| scope.contains(*id)) {
            let deletion = NodeStep::Operate(OperationKind::Delete);
            self.add(
                resource,
                deletion,
                configuration.get(resource),
                Some(object),
            );
        }
    }

    /// Draws the edges.
    fn connect(&mut self, configuration: &Configuration) {
        let mut edges: Vec<(NodeIndex, NodeIndex)> = Vec::new();
        for (position, node) in self.nodes.iter().enumerate() {
            let this = index(position);
            let is_deletion = node.step == NodeStep::Operate(OperationKind::Delete);
            if is_deletion {
                let recorded = node.recorded.as_ref().expect("what is deleted is recorded");
                for before in self.deletions_below(&recorded.dependencies, configuration) {
                    edges.push((this, before));
                }
                continue;
            }
            let config = node
                .config
                .as_ref()
                .expect("what is not deleted is configured");
            edges.extend(config.needs.iter().filter_map(|need| {
                Some((*self.keepers.get(self::position(need.0))?.as_ref()?, this))
            }));
            edges.extend(self.deleter(node.resource).map(|deletion| (deletion, this)));
            // An object leaves the configuration only after its former dependants let go of it.
            for former in node
                .recorded
                .iter()
                .flat_map(|object| object.dependencies.iter())
            {
                if configuration.get(*former).is_none() {
                    edges.extend(self.deleter(*former).map(|deletion| (this, deletion)));
                }
            }
        }
        for (before, after) in edges {
            self.nodes[position(before)].dependents.push(after);
            self.nodes[position(after)].waits += 1;
        }
    }

    fn deleter(&self, resource: ResourceId) -> Option<NodeIndex> {
        *self.deleters.get(position(resource.0))?
    }

    /// The deletions that must wait for the deletion of something with these dependencies; where
    /// one of them is in no state, those that it would have waited for itself.
    fn deletions_below(
        &self,
        dependencies: &[ResourceId],
        configuration: &Configuration,
    ) -> BTreeSet<NodeIndex> {
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open = dependencies.to_vec();
        while let Some(resource) = open.pop() {
            if !seen.insert(resource) {
                continue;
            }
            let is_kept = self
                .keepers
                .get(position(resource.0))
                .is_some_and(Option::is_some);
            match self.deleter(resource) {
                Some(deletion) => {
                    found.insert(deletion);
                }
                None if is_kept => {}
                None => {
                    open.extend(
                        configuration
                            .get(resource)
                            .iter()
                            .flat_map(|c| c.needs.iter()),
                    );
                }
            }
        }
        found
    }
}
