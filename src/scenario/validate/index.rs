//! All names of a scenario, collected before anything refers to them.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::configuration::{DEFAULT_KIND, RawConfiguration};
use crate::scenario::document::{Diagnostics, Node, quoted};
use crate::terraform::address::Address;
use crate::terraform::names::ResourceName;
use crate::terraform::{Names, OperatorId, ResourceId, RunId};

/// The largest number of resources, over the first configuration and all edits.
const RESOURCES_MAX: usize = 1_000_000;
/// The largest number of runs, and of operators.
const RUNS_MAX: usize = 65_535;
/// The largest product of runs and resources: an address in a command is sought in all of them.
const LOOKUPS_MAX: usize = 20_000_000;

/// The longest name.
const NAME_BYTES_MAX: usize = 100;

/// The names of a scenario and where to find them quickly.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// The names by number.
    pub(super) names: Arc<Names>,
    /// The operators by name.
    pub(super) operators: BTreeMap<String, OperatorId>,
    /// The runs by ID.
    pub(super) runs: BTreeMap<String, RunId>,
    /// The step of each run, counted from 0.
    pub(super) run_steps: Vec<usize>,
    /// The first step in which an operator runs something, by operator.
    pub(super) first_run_steps: BTreeMap<OperatorId, usize>,
    /// The first step that runs something.
    pub(super) first_run_step: Option<usize>,
    /// The resources by name, copies by theirs (`disk_3`).
    pub(super) resources: BTreeMap<String, ResourceId>,
    /// The copies of each resource with a `count`, by the name without number.
    pub(super) groups: BTreeMap<String, Vec<ResourceId>>,
    /// The operator of each run, where the run names one.
    pub(super) run_operators: Vec<Option<String>>,
    /// Names that are none, and reported: what nearly is one of them is meant to be it.
    pub(super) rejected: BTreeSet<String>,
    /// The resources with addresses of their own.
    pub(super) addresses: BTreeMap<Address, ResourceId>,
    /// How many resources all configurations have together.
    declared: usize,
    /// The positions of objects' names.
    pub(super) objects: BTreeMap<String, u32>,
}

impl Index {
    /// The resource with this name, or with this address of its own.
    pub(super) fn resource(&self, name: &str) -> Option<&ResourceId> {
        let of_address = || self.addresses.get(&name.parse().ok()?);
        self.resources.get(name).or_else(of_address)
    }

    fn check_name(
        &mut self,
        node: &Node<'_>,
        what: &str,
        name: &str,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        if is_name(name) {
            return;
        }
        self.rejected.insert(name.to_owned());
        let message = format!(
            "{} is not {what}: a letter, then letters, digits, `_` and `-`, at most \
             {NAME_BYTES_MAX}",
            quoted(name)
        );
        let help = as_name(name).map(|name| format!("write `{name}`"));
        diagnostics.error_help(node, message, help);
    }

    /// Collects the names. `None` where there are too many to go on.
    pub(super) fn collect<'r, 'n: 'r, 'a: 'n>(
        root: &'n Node<'a>,
        steps: &'n [Node<'a>],
        configurations: impl Iterator<Item = &'r RawConfiguration<'n, 'a>>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Option<Self> {
        let mut index = Self::default();
        let mut names = Names::default();
        index.collect_operators(root, steps, &mut names, diagnostics);
        index.collect_runs(steps, &mut names, diagnostics);
        for configuration in configurations {
            index.collect_resources(configuration, &mut names, diagnostics)?;
        }
        let counts = [
            ("operators", names.operators.len(), RUNS_MAX),
            ("runs", names.runs.len(), RUNS_MAX),
        ];
        for (what, count, most) in counts {
            if count > most {
                let message = format!("{count} {what}; a scenario has at most {most}");
                diagnostics.error(root.field("steps"), message);
                return None;
            }
        }
        let (runs, resources) = (names.runs.len(), names.resources.len());
        if runs > 1 && runs.saturating_mul(resources) > LOOKUPS_MAX {
            let message = format!(
                "{runs} runs over {resources} resources; a scenario has at most {LOOKUPS_MAX} of \
                 one times the other"
            );
            diagnostics.error(root.field("steps"), message);
            return None;
        }
        index.check_addresses(root, &names, diagnostics);
        index.names = Arc::new(names);
        Some(index)
    }

    fn collect_operators(
        &mut self,
        root: &Node<'_>,
        steps: &[Node<'_>],
        names: &mut Names,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let declared = root.get("operators").map_or(&[][..], Node::entries);
        let declared = declared.iter().map(|(key, _)| key);
        let used = steps.iter().filter_map(|step| step.get("as"));
        let used = used.filter(|node| !node.is_null());
        for node in declared.chain(used) {
            let Some(name) = node.text() else {
                continue;
            };
            if self.operators.contains_key(name) {
                continue;
            }
            self.check_name(node, "an operator's name", name, diagnostics);
            let id = u16::try_from(names.operators.len()).unwrap_or(u16::MAX);
            self.operators.insert(name.to_owned(), OperatorId(id));
            Arc::make_mut(&mut names.operators).push(name.to_owned());
        }
    }

    fn collect_runs(
        &mut self,
        steps: &[Node<'_>],
        names: &mut Names,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let given = |step: &Node<'_>| Some(step.get("id")?.text()?.to_owned());
        let runs = || {
            steps
                .iter()
                .enumerate()
                .filter(|(_, step)| step.get("run").is_some())
        };
        let reserved: BTreeSet<String> = runs().filter_map(|(_, step)| given(step)).collect();
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for (position, step) in runs() {
            let id = if let Some(id) = given(step) {
                self.check_run_id(step.field("id"), &id, diagnostics);
                id
            } else {
                let line = step.get("run").and_then(Node::text).unwrap_or("");
                self.free_run_id(&default_run_id(line), &reserved, &mut counts)
            };
            let run = RunId(u16::try_from(names.runs.len()).unwrap_or(u16::MAX));
            self.runs.entry(id.clone()).or_insert(run);
            names.runs.push(id);
            self.run_steps.push(position);
            self.first_run_step.get_or_insert(position);
            let operator = step.get("as").and_then(Node::text);
            self.run_operators.push(operator.map(str::to_owned));
            if let Some(id) = operator.and_then(|name| self.operators.get(name)) {
                self.first_run_steps.entry(*id).or_insert(position);
            }
        }
    }

    fn check_run_id(&mut self, node: &Node<'_>, id: &str, diagnostics: &mut Diagnostics<'_>) {
        self.check_name(node, "a run's ID", id, diagnostics);
        if self.runs.contains_key(id) {
            diagnostics.error(
                node,
                format!("another run has the ID {} already", quoted(id)),
            );
        } else if self.operators.contains_key(id) {
            let message = format!("the run has the name of the operator {}", quoted(id));
            diagnostics.error(node, message);
        }
    }

    /// The word, or the word with the first number that makes it a new ID.
    fn free_run_id(
        &self,
        word: &str,
        reserved: &BTreeSet<String>,
        counts: &mut BTreeMap<String, u64>,
    ) -> String {
        let count = counts.entry(word.to_owned()).or_insert(0);
        loop {
            *count += 1;
            let id = match *count {
                1 => word.to_owned(),
                number => format!("{word}_{number}"),
            };
            let is_taken = reserved.contains(&id)
                || self.runs.contains_key(&id)
                || self.operators.contains_key(&id);
            if !is_taken {
                return id;
            }
        }
    }

    fn collect_resources(
        &mut self,
        configuration: &RawConfiguration<'_, '_>,
        names: &mut Names,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Option<()> {
        for entry in &configuration.entries {
            self.check_name(entry.key, "a resource's name", entry.label, diagnostics);
            let labels = entry.labels();
            self.declared = self.declared.saturating_add(labels.len());
            if self.declared > RESOURCES_MAX {
                let message = format!(
                    "a scenario has at most {RESOURCES_MAX} resources, all its configurations \
                     together"
                );
                diagnostics.error(entry.key, message);
                return None;
            }
            let kind = entry.kind();
            let mut ids = Vec::new();
            for label in labels {
                ids.push(self.declare(label, kind, entry.key, names, diagnostics));
            }
            if let (Some(address), Some(resource)) = (&entry.address, ids.first()) {
                self.give_address(entry.node, *resource, address, names, diagnostics);
            }
            if entry.count.is_some() {
                let group = self.groups.entry(entry.label.to_owned()).or_default();
                let known: BTreeSet<ResourceId> = group.iter().copied().collect();
                group.extend(ids.iter().filter(|id| !known.contains(id)));
            }
            for name in entry.object_names() {
                let next = u32::try_from(names.objects.len()).expect("bounded by the resources");
                if let Entry::Vacant(vacant) = self.objects.entry(name) {
                    Arc::make_mut(&mut names.objects).push(vacant.key().clone());
                    vacant.insert(next);
                }
            }
        }
        Some(())
    }

    /// Gives a resource an address of its own: one for all configurations.
    fn give_address(
        &mut self,
        node: &Node<'_>,
        resource: ResourceId,
        address: &Address,
        names: &mut Names,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let given = Arc::make_mut(&mut names.addresses);
        let first = given.entry(resource).or_insert_with(|| address.clone());
        if first != address {
            let message = format!("the resource has the address {first} above, and keeps it");
            diagnostics.error(node.field("address"), message);
            return;
        }
        let other = self.addresses.entry(address.clone()).or_insert(resource);
        if *other != resource {
            let label = quoted(names.resource(*other));
            let message = format!("{label} has this address already");
            diagnostics.error(node.field("address"), message);
        }
    }

    /// No resource without an address of its own has the one that another one was given.
    fn check_addresses(&self, root: &Node<'_>, names: &Names, diagnostics: &mut Diagnostics<'_>) {
        for (address, given) in &self.addresses {
            let same = self.resources.get(&address.name).copied();
            let same = same.filter(|same| same != given && names.address_parts(*same) == *address);
            if let Some(same) = same {
                let label = names.resource(*given);
                let node = root.field("resources").field(label).field("address");
                let message = format!("{} has this address already", quoted(names.resource(same)));
                diagnostics.error(node, message);
            }
        }
    }

    fn declare(
        &mut self,
        label: String,
        kind: Option<&str>,
        node: &Node<'_>,
        names: &mut Names,
        diagnostics: &mut Diagnostics<'_>,
    ) -> ResourceId {
        if let Some(id) = self.resources.get(&label) {
            let position = usize::try_from(id.0).expect("an index");
            let first = &names.resources[position].kind;
            if kind.is_some_and(|kind| kind != first) {
                let message = format!(
                    "{} has the type {} above, and a resource keeps its type",
                    quoted(&label),
                    quoted(first)
                );
                diagnostics.error(node, message);
            }
            return *id;
        }
        let id = ResourceId(u32::try_from(names.resources.len()).expect("bounded"));
        Arc::make_mut(&mut names.resources).push(ResourceName {
            kind: kind.unwrap_or(DEFAULT_KIND).to_owned(),
            label: label.clone(),
        });
        self.resources.insert(label, id);
        id
    }
}

/// A name is a word, so that it can stand in a fact and in an address.
fn is_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
        && name.len() <= NAME_BYTES_MAX
}

/// The text as a name: `_` in place of what a name does not have.
fn as_name(text: &str) -> Option<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let name: String = text
        .chars()
        .map(|c| if is_part(c) { c } else { '_' })
        .collect();
    let is_like_it = text.chars().any(|c| c.is_ascii_alphanumeric()) && is_name(&name);
    is_like_it.then_some(name)
}

/// The ID of a run that has none: what the command does, such as `apply` or `state_push`.
fn default_run_id(line: &str) -> String {
    let mut words = line.split_whitespace().filter(|word| {
        word.starts_with(|c: char| c.is_ascii_alphabetic())
            && word
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
    });
    let program = words.next().unwrap_or("run");
    let id = match program {
        "terraform" => match words.next() {
            Some(group @ ("state" | "workspace")) => join(group, words.next()),
            Some(word) => word.to_owned(),
            None => program.to_owned(),
        },
        "az" => match words.find(|word| !matches!(*word, "storage" | "blob")) {
            Some("lease") => join("lease", words.next()),
            other => join("blob", other),
        },
        "gcloud" | "gsutil" => {
            let verb = words.find(|word| *word != "storage" && !word.starts_with('-'));
            join("storage", verb)
        }
        "curl" => {
            let method = words.skip_while(|word| *word != "-X").nth(1);
            join("curl", method)
        }
        "aws" => match words.next() {
            Some(group) => join(group, words.next()),
            None => program.to_owned(),
        },
        _ => program.to_owned(),
    };
    id.chars().take(40).collect()
}

fn join(group: &str, word: Option<&str>) -> String {
    match word {
        Some(word) => format!("{group}_{word}"),
        None => group.to_owned(),
    }
}
