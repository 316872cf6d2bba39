//! From the document to the [`Scenario`]: names become numbers, and what can't be is an error.
//!
//! Names are collected from the whole document first, so that a mistake in one step does not make
//! errors of all that refer to it.

mod backend;
mod before;
mod blob;
mod client;
mod configuration;
mod cycle;
mod expectation;
mod fact;
mod fault;
mod foreign;
mod http;
mod index;
mod lesson;
mod matrix;
mod pg;
mod property;
mod step;
mod verb;
mod written;

use std::sync::Arc;

use super::document::{Content, Diagnostics, Node, decode, quoted};
use super::model::{Limits, Scenario, StartOrder, Timing, Variant};
use super::raw::{RawLimits, RawScenario, RawTiming};
use crate::command::wording::did_you_mean;
use crate::scenario::{ClientModel, LeaseModel};
use crate::terraform::{Backend, OperatorId, ResourceId, RunId};
use configuration::{RawConfiguration, configured, read_configuration};
use index::Index;

/// So many references to single resources may come out of lists that name expanded ones.
const REFERENCES_MAX: usize = 5_000_000;

/// What the parts of the validation share.
#[derive(Debug)]
struct Checker<'c, 'a> {
    diagnostics: &'c mut Diagnostics<'a>,
    index: &'c Index,
    /// How many references may still be made.
    references_left: usize,
    /// Whether any lease has an end.
    leases_expire: bool,
    /// The step that is being read, counted from 0; behind the last one for what holds at the end.
    step: usize,
    /// Where the state lives.
    backend: Backend,
    /// Whether a bucket keeps what its objects were.
    keeps_versions: bool,
}

/// What every scenario begins with.
fn check_head(root: &Node<'_>, diagnostics: &mut Diagnostics<'_>) {
    for key in ["leaselab", "title"] {
        if root.get(key).is_none() {
            diagnostics.error(root, format!("the key `{key}` is missing"));
        }
    }
}

/// Makes a scenario of a document. `None` where anything is wrong; the diagnostics say what.
pub(super) fn validate(
    name: &str,
    root: &Node<'_>,
    variant: Variant,
    diagnostics: &mut Diagnostics<'_>,
) -> Option<Scenario> {
    if !matches!(root.content, Content::Map(_)) {
        let help = "a scenario starts with `leaselab: 1` and `title: …`".to_owned();
        diagnostics.error_help(root, "a scenario is a mapping", Some(help));
        return None;
    }
    let raw: Option<RawScenario> = decode(root, &["resources", "steps", "expect"], diagnostics);
    check_head(root, diagnostics);
    let nodes = read_steps(root, diagnostics);
    let resources = root.get("resources");
    let configuration = resources.map(|node| read_configuration(node, diagnostics));
    let configuration = configuration.unwrap_or_default();
    let resources = nodes.iter().map(|step| step.get("resources"));
    let edits: Vec<Option<RawConfiguration<'_, '_>>> = resources
        .map(|resources| Some(read_configuration(resources?, diagnostics)))
        .collect();
    let configurations = std::iter::once(&configuration).chain(edits.iter().flatten());
    let index = Index::collect(root, nodes, configurations, diagnostics)?;
    let backend = backend::backend(raw.as_ref().and_then(|raw| raw.backend.as_ref()));
    let mut checker = Checker {
        diagnostics,
        index: &index,
        references_left: REFERENCES_MAX,
        step: 0,
        leases_expire: false,
        backend,
        keeps_versions: raw.as_ref().is_some_and(backend::keeps_versions),
    };
    let client = checker.client(root, raw.as_ref().and_then(|raw| raw.client.as_ref()));
    checker.check_backend(root, raw.as_ref());
    checker.leases_expire = leases_expire(client.as_ref(), nodes);
    let definitions = checker.definitions(&configuration);
    let configuration = configured(&configuration, &index, &definitions);
    let steps = checker.steps(nodes, edits);
    let expect = root.get("expect");
    let expect = expect.and_then(|node| checker.final_expectation(node));
    let properties = checker.properties(root);
    let expects = checker.matrix(root, &variant.values);
    let raw = raw?;
    let lesson = checker.lesson(root, &raw);
    let operators = checker.operators(root, raw.operators.as_ref());
    checker.check_one_state(root, &operators, &steps);
    let state_blob = checker.state_blob(root, raw.backend.as_ref());
    let before = checker.before(root, raw.before.as_ref(), (&definitions, &state_blob));
    checker.check_written(nodes, &steps, &before, &definitions);
    let limits = checker.limits(root, raw.limits.as_ref());
    checker.check_somebody(root);
    let mut names = index.names;
    Arc::make_mut(&mut names).is_kept_in(backend, state_blob);
    Some(Scenario {
        name: stem(name).to_owned(),
        title: one_line(&raw.title?.0),
        why: raw.why.map(|why| why.0),
        notes: raw.notes.map(|notes| notes.0),
        source: raw.source.map(|source| source.0),
        lesson,
        client: client?,
        timing: timing(raw.timing.as_ref()),
        before,
        backend,
        start_order: raw.start_order.unwrap_or(StartOrder::File),
        definitions,
        configuration,
        operators,
        steps,
        expect,
        properties,
        variant: Variant { expects, ..variant },
        limits,
        names,
    })
}

/// A title is one line, however it is written.
fn one_line(title: &str) -> String {
    let lines: Vec<&str> = title.lines().map(str::trim).collect();
    lines.join(" ").trim().to_owned()
}

/// A file's name without its folder and ending.
fn stem(name: &str) -> &str {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    file.strip_suffix(".yaml")
        .or_else(|| file.strip_suffix(".yml"))
        .unwrap_or(file)
}

fn read_steps<'n, 'a>(root: &'n Node<'a>, diagnostics: &mut Diagnostics<'_>) -> &'n [Node<'a>] {
    match root.get("steps") {
        None => {
            let help = "write `steps: []` for a scenario in which nothing happens".to_owned();
            diagnostics.error_help(root, "the key `steps` is missing", Some(help));
            &[]
        }
        Some(node) => {
            if !matches!(node.content, Content::List(_)) {
                diagnostics.error(node, "`steps` is a list: one `- ` for each step");
            }
            node.items()
        }
    }
}

/// Whether any lease can have an end: the client's, or one that somebody acquires by hand. A client
/// that is wrong is reported already.
fn leases_expire(client: Option<&ClientModel>, steps: &[Node<'_>]) -> bool {
    let commands = steps.iter().filter_map(|step| step.get("run")?.text());
    match client.map(|client| client.lease) {
        None | Some(LeaseModel::Finite { .. }) => true,
        Some(LeaseModel::Infinite) => commands
            .into_iter()
            .any(|line| line.contains("--lease-duration")),
    }
}

fn timing(raw: Option<&RawTiming>) -> Timing {
    let mut timing = Timing::default();
    if let Some(raw) = raw {
        if let Some(start) = &raw.start {
            timing.start = start.0;
        }
        if let Some(plan) = &raw.plan {
            timing.plan = plan.0;
        }
        if let Some(latency) = &raw.latency {
            (timing.latency_min, timing.latency_max) = latency.0;
        }
    }
    timing
}

/// The pairs of a mapping with the places of key and value. Values that were wrong are in the
/// document and not among the pairs.
fn placed<'n, 'a, T>(
    pairs: Vec<(String, T)>,
    node: &'n Node<'a>,
) -> impl Iterator<Item = (String, T, &'n Node<'a>, &'n Node<'a>)> {
    let mut entries = node.entries().iter();
    pairs.into_iter().filter_map(move |(name, value)| {
        let (key, node) = entries.find(|(key, _)| key.text() == Some(name.as_str()))?;
        Some((name, value, key, node))
    })
}

/// The texts of a list with their places; what was wrong is in the document only.
fn placed_texts<'t, 'n, 'a>(
    texts: impl IntoIterator<Item = &'t str>,
    node: &'n Node<'a>,
) -> impl Iterator<Item = (&'t str, &'n Node<'a>)> {
    let mut items = node.items().iter();
    texts.into_iter().map(move |text| {
        let item = items.find(|item| item.text() == Some(text));
        (text, item.unwrap_or(node))
    })
}

impl Checker<'_, '_> {
    /// What is found is found for somebody who mends it: where hands act on the world, or objects
    /// stand in it before the first step, there is an operator. Where anything else is wrong, the
    /// operator may be part of that.
    fn check_somebody(&mut self, root: &Node<'_>) {
        const ACTING: [&str; 5] = ["blob", "store", "cloud", "faults", "fail_next"];
        if !self.index.operators.is_empty() || !self.diagnostics.is_empty() {
            return;
        }
        let before = root.entry("before").into_iter();
        let steps = root.field("steps").items().iter().flat_map(Node::entries);
        let acting = steps.filter(|(key, _)| key.text().is_some_and(|text| ACTING.contains(&text)));
        if let Some((key, _)) = before.chain(acting).next() {
            let help = "write `as: alice` beside a `run`, or `operators: { alice: {} }`".to_owned();
            let message = "the scenario has no operator: nobody could find or mend anything";
            self.diagnostics.error_help(key, message, Some(help));
        }
    }

    fn operator(&mut self, node: &Node<'_>, name: &str) -> Option<OperatorId> {
        if let Some(id) = self.index.operators.get(name) {
            return Some(*id);
        }
        let index = self.index;
        // Whoever is missing at a run may be the one who is named here.
        let is_open = index.run_operators.iter().any(Option::is_none);
        let known = index.operators.keys().map(String::as_str);
        let (message, help) = match self.diagnostics.nearest_word(name, known) {
            Some(near) if index.rejected.contains(near) => return None,
            Some(near) => (None, did_you_mean(near)),
            None => match index.runs.get(name) {
                Some(run) => self.run_for_operator(name, *run),
                None if is_open => return None,
                None => {
                    let help = "an operator is known by `as:` of a step, or by `operators:`";
                    (None, help.to_owned())
                }
            },
        };
        let message = message.unwrap_or_else(|| format!("unknown operator {}", quoted(name)));
        self.diagnostics.error_help(node, message, Some(help));
        None
    }

    /// What is said where a run stands for its operator.
    fn run_for_operator(&self, name: &str, run: RunId) -> (Option<String>, String) {
        let message = format!("{} is a run, and an operator belongs here", quoted(name));
        let operator = self.index.run_operators.get(usize::from(run.0));
        let help = match operator.and_then(Option::as_deref) {
            Some(operator) => format!("write `{operator}`, who runs it"),
            None => "write who runs it".to_owned(),
        };
        (Some(message), help)
    }

    /// The run with this ID, which must have started before the step that is being read.
    fn earlier_run(&mut self, node: &Node<'_>, id: &str) -> Option<RunId> {
        let run = self.run(node, id)?;
        if self.index.run_steps[usize::from(run.0)] < self.step {
            return Some(run);
        }
        let message = format!(
            "the run {} starts below this step, and steps start in order",
            quoted(id)
        );
        self.diagnostics.error(node, message);
        None
    }

    fn run(&mut self, node: &Node<'_>, id: &str) -> Option<RunId> {
        if let Some(run) = self.index.runs.get(id) {
            return Some(*run);
        }
        let index = self.index;
        let known = index.runs.keys().map(String::as_str);
        let near = self.diagnostics.nearest_word(id, known);
        if near.is_some_and(|near| index.rejected.contains(near)) {
            return None;
        }
        let message = format!("unknown run {}", quoted(id));
        self.diagnostics
            .error_help(node, message, near.map(did_you_mean));
        None
    }

    fn resource(&mut self, node: &Node<'_>, label: &str) -> Option<ResourceId> {
        if let Some(id) = self.index.resource(label) {
            return Some(*id);
        }
        if self.index.groups.contains_key(label) {
            let message = format!("{} has several copies; one is meant here", quoted(label));
            let help = format!("write `{label}_1`");
            self.diagnostics.error_help(node, message, Some(help));
            return None;
        }
        self.unknown_resource(node, label);
        None
    }

    fn unknown_resource(&mut self, node: &Node<'_>, label: &str) {
        let index = self.index;
        let known = index.groups.keys().chain(index.resources.keys());
        let near = self
            .diagnostics
            .nearest_word(label, known.map(String::as_str));
        if near.is_some_and(|near| index.rejected.contains(near)) {
            return;
        }
        let message = format!("unknown resource {}", quoted(label));
        self.diagnostics
            .error_help(node, message, near.map(did_you_mean));
    }

    /// The resources of a list, each name of an expanded one for all its copies.
    fn resources<'t>(
        &mut self,
        node: &Node<'_>,
        labels: impl IntoIterator<Item = &'t str>,
    ) -> Vec<ResourceId> {
        let mut ids = Vec::new();
        for (label, item) in placed_texts(labels, node) {
            let single = self.index.resource(label).map(std::slice::from_ref);
            let group = self.index.groups.get(label).map(Vec::as_slice);
            match single.or(group) {
                Some(found) if self.may_refer(node, found.len()) => ids.extend_from_slice(found),
                Some(_) => break,
                None => self.unknown_resource(item, label),
            }
        }
        ids
    }

    /// Whether so many more references may be made; reports it once where not.
    fn may_refer(&mut self, node: &Node<'_>, count: usize) -> bool {
        if count <= self.references_left {
            self.references_left -= count;
            return true;
        }
        if self.references_left > 0 {
            let message =
                format!("the scenario refers to its resources more than {REFERENCES_MAX} times");
            self.diagnostics.error(node, message);
        }
        self.references_left = 0;
        false
    }

    fn limits(&mut self, root: &Node<'_>, raw: Option<&RawLimits>) -> Limits {
        let mut limits = Limits::default();
        let node = root.field("limits");
        if let Some(events) = raw.and_then(|raw| raw.events.as_ref()) {
            limits.events_max = events.0;
        }
        if let Some(time) = raw.and_then(|raw| raw.time.as_ref()) {
            limits.time_max = time.0;
        }
        if limits.events_max == 0 {
            self.diagnostics
                .error(node.field("events"), "a run needs at least one event");
        }
        if limits.time_max.as_ms() == 0 {
            self.diagnostics
                .error(node.field("time"), "a run needs some time");
        }
        limits
    }
}
