//! Configurations: resources with what they need.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::cycle::find_cycles;
use super::index::Index;
use super::{Checker, placed_texts};
use crate::kernel::SimDuration;
use crate::scenario::document::{Content, Diagnostics, Node, decode, quoted};
use crate::scenario::raw::configuration::RawResource;
use crate::scenario::{Accepts, Configuration, ObjectName, OnStop, ResourceConfig};
use crate::terraform::address::Address;
use crate::terraform::{Attributes, ResourceId, Scalar};

/// The type of a resource without `type`.
pub(super) const DEFAULT_KIND: &str = "lab_thing";
/// How long a creation takes by default.
const CREATE_DEFAULT: SimDuration = SimDuration::from_seconds(2);
/// The most copies of one resource.
const COUNT_MAX: usize = 1_000_000;
/// So many resources of a cycle are named.
const NAMED_MAX: usize = 8;

/// The resources of a configuration as they are written.
#[derive(Debug, Default)]
pub(super) struct RawConfiguration<'n, 'a> {
    pub(super) entries: Vec<RawEntry<'n, 'a>>,
}

/// One resource as it is written; `raw` is missing where something is wrong with it.
#[derive(Debug)]
pub(super) struct RawEntry<'n, 'a> {
    pub(super) label: &'n str,
    pub(super) key: &'n Node<'a>,
    pub(super) node: &'n Node<'a>,
    pub(super) raw: Option<RawResource>,
    /// The address, where it has one of its own.
    pub(super) address: Option<Address>,
    /// How many copies; none for a resource without `count`.
    pub(super) count: Option<usize>,
}

impl RawEntry<'_, '_> {
    pub(super) fn kind(&self) -> Option<&str> {
        let given = self.raw.as_ref()?.kind.as_ref();
        let of_address = || self.address.as_ref().map(|address| address.kind.as_str());
        given.map(|kind| kind.0.as_str()).or_else(of_address)
    }

    /// The names of the resources that the entry stands for.
    pub(super) fn labels(&self) -> impl ExactSizeIterator<Item = String> + use<'_> {
        let copies = self.count.unwrap_or(1);
        (0..copies).map(|copy| self.numbered(self.label, copy))
    }

    /// The names of their objects, or the stems of generated names.
    pub(super) fn object_names(&self) -> impl Iterator<Item = String> + use<'_> {
        let given = self.raw.as_ref().and_then(|raw| raw.name.as_ref());
        let name = match given.map(|name| name.0.as_str()) {
            None | Some("generated") => self.label,
            Some(name) => name,
        };
        (0..self.count.unwrap_or(1)).map(|copy| self.numbered(name, copy))
    }

    fn numbered(&self, name: &str, copy: usize) -> String {
        match self.count {
            Some(_) => format!("{name}_{}", copy + 1),
            None => name.to_owned(),
        }
    }
}

/// Reads a mapping of resources.
pub(super) fn read_configuration<'n, 'a>(
    node: &'n Node<'a>,
    diagnostics: &mut Diagnostics<'_>,
) -> RawConfiguration<'n, 'a> {
    if !matches!(node.content, Content::Map(_)) {
        diagnostics.error(node, "`resources` is a mapping from names to resources");
        return RawConfiguration::default();
    }
    let mut entries = Vec::with_capacity(node.entries().len());
    for (key, node) in node.entries() {
        if diagnostics.is_full() {
            break;
        }
        let raw: Option<RawResource> = if node.is_null() {
            let help = "write `{}` for a resource with defaults".to_owned();
            diagnostics.error_help(key, "this resource has no value", Some(help));
            None
        } else {
            decode(node, &[], diagnostics)
        };
        // A resource that is wrong still is one: what refers to it shall not be wrong for that.
        let count = node.get("count").and_then(Node::text);
        let count = count.and_then(|count| count.parse::<u64>().ok());
        let allowed = 1..=u64::try_from(COUNT_MAX).expect("a small number");
        if let Some(count) = count.filter(|count| !allowed.contains(count)) {
            let message = format!("{count} copies; there can be 1 to {COUNT_MAX}");
            diagnostics.error(node.field("count"), message);
        }
        let copies = count.map(|count| usize::try_from(count).unwrap_or(usize::MAX));
        let count = copies.map(|copies| if copies > COUNT_MAX { 1 } else { copies.max(1) });
        let address = raw.as_ref().and_then(|raw| raw.address.as_ref());
        let address = address.and_then(|text| read_address(node, &text.0, diagnostics));
        entries.push(RawEntry {
            label: key.text().unwrap_or(""),
            key,
            node,
            raw,
            address,
            count,
        });
    }
    RawConfiguration { entries }
}

/// Reads the address of a resource, which has one object and the type that the address says.
fn read_address(node: &Node<'_>, text: &str, diagnostics: &mut Diagnostics<'_>) -> Option<Address> {
    let at = node.field("address");
    let address: Address = match text.parse() {
        Ok(address) => address,
        Err(error) => {
            let message = format!("{} is no address: {error}", quoted(text));
            diagnostics.error(at, message);
            return None;
        }
    };
    if node.get("count").is_some() {
        let message = "`count` and `address` exclude each other: an address is of one object";
        diagnostics.error(at, message);
        return None;
    }
    let kind = node.get("type").and_then(Node::text);
    if kind.is_some_and(|kind| kind != address.kind) {
        let message = format!("the address is of the type {}", quoted(&address.kind));
        diagnostics.error(node.field("type"), message);
        return None;
    }
    Some(address)
}

/// The entry of each resource and the number of each entry's name, within one configuration.
#[derive(Debug)]
struct Local<'n> {
    /// By resource: the position of its entry.
    owners: Vec<Option<usize>>,
    /// By name: the position of an entry with copies.
    groups: BTreeMap<&'n str, usize>,
}

/// The configuration: the definitions of the resources that are configured.
pub(super) fn configured(
    raw: &RawConfiguration<'_, '_>,
    index: &Index,
    definitions: &Arc<Configuration>,
) -> Arc<Configuration> {
    let is_left_out = |entry: &&RawEntry<'_, '_>| {
        let raw = entry.raw.as_ref().and_then(|raw| raw.configured.as_ref());
        raw.is_some_and(|is_configured| !is_configured.0)
    };
    let mut configuration = Arc::clone(definitions);
    for label in raw
        .entries
        .iter()
        .filter(is_left_out)
        .flat_map(RawEntry::labels)
    {
        let place = index.resources.get(&label).map(|id| position_of(*id));
        let resources = &mut Arc::make_mut(&mut configuration).resources;
        if let Some(place) = place.and_then(|place| resources.get_mut(place)) {
            *place = None;
        }
    }
    configuration
}

impl Checker<'_, '_> {
    /// Makes the configuration, with every `needs` resolved within it.
    pub(super) fn configuration(&mut self, raw: &RawConfiguration<'_, '_>) -> Arc<Configuration> {
        let definitions = self.definitions(raw);
        configured(raw, self.index, &definitions)
    }

    /// What each resource is, whether or not the configuration has it.
    pub(super) fn definitions(&mut self, raw: &RawConfiguration<'_, '_>) -> Arc<Configuration> {
        let Some(local) = self.local(raw) else {
            return Arc::default();
        };
        let mut edges = Vec::with_capacity(raw.entries.len());
        let mut resources = vec![None; local.owners.len()];
        let nothing = Arc::new(Attributes::new());
        for entry in &raw.entries {
            let (needs, entry_edges) = self.needs(entry, raw, &local);
            edges.push(entry_edges);
            let copies = entry.count.unwrap_or(1);
            if !self.may_refer(entry.node, needs.len().saturating_mul(copies)) {
                return Arc::default();
            }
            if let Some(config) = &entry.raw {
                self.place(entry, config, &needs, &nothing, &mut resources);
            }
        }
        self.report_cycles(raw, &edges);
        Arc::new(Configuration { resources })
    }

    /// Says which entry each resource belongs to, and reports those that belong to two.
    fn local<'n>(&mut self, raw: &RawConfiguration<'n, '_>) -> Option<Local<'n>> {
        let mut owners = Vec::new();
        let mut groups = BTreeMap::new();
        for (position, entry) in raw.entries.iter().enumerate() {
            if entry.count.is_some() {
                groups.insert(entry.label, position);
            }
            for label in entry.labels() {
                let resource = position_of(self.index.resources[&label]);
                if owners.len() <= resource {
                    if !self.may_refer(entry.node, resource + 1 - owners.len()) {
                        return None;
                    }
                    owners.resize(resource + 1, None);
                }
                let other = owners[resource].replace(position);
                if other.is_some_and(|other| raw.entries[other].label != entry.label) {
                    let message = format!("there are two resources called {}", quoted(&label));
                    self.diagnostics.error(entry.key, message);
                }
            }
        }
        Some(Local { owners, groups })
    }

    /// What an entry needs: resources, and the entries that they belong to.
    fn needs(
        &mut self,
        entry: &RawEntry<'_, '_>,
        raw: &RawConfiguration<'_, '_>,
        local: &Local<'_>,
    ) -> (Arc<[ResourceId]>, Vec<usize>) {
        let labels = entry.raw.as_ref().and_then(|raw| raw.needs.as_deref());
        let mut needs = Vec::new();
        let mut edges = Vec::new();
        let labels = labels.unwrap_or(&[]).iter().map(|label| label.0.as_str());
        for (label, item) in placed_texts(labels, entry.node.field("needs")) {
            let single = self.index.resource(label);
            let owner = single.and_then(|id| local.owners.get(position_of(*id)).copied()?);
            if let (Some(id), Some(owner)) = (single, owner) {
                needs.push(*id);
                edges.push(owner);
            } else if let Some(&owner) = local.groups.get(label) {
                needs.extend(
                    raw.entries[owner]
                        .labels()
                        .map(|label| self.index.resources[&label]),
                );
                edges.push(owner);
            } else {
                self.unknown_need(item, label, raw);
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        needs.retain(|id| seen.insert(*id));
        (needs.into(), edges)
    }

    fn unknown_need(&mut self, node: &Node<'_>, label: &str, raw: &RawConfiguration<'_, '_>) {
        if self.index.resources.contains_key(label) || self.index.groups.contains_key(label) {
            let message = format!(
                "the resource {} is not in this configuration",
                quoted(label)
            );
            self.diagnostics.error(node, message);
            return;
        }
        let known = raw.entries.iter().map(|entry| entry.label);
        let help = self.diagnostics.nearest(label, known);
        let message = format!("unknown resource {}", quoted(label));
        self.diagnostics.error_help(node, message, help);
    }

    /// Puts the entry's resources into the configuration.
    fn place(
        &mut self,
        entry: &RawEntry<'_, '_>,
        raw: &RawResource,
        needs: &Arc<[ResourceId]>,
        nothing: &Arc<Attributes>,
        resources: &mut [Option<Arc<ResourceConfig>>],
    ) {
        let create = raw
            .create
            .as_ref()
            .map_or(CREATE_DEFAULT, |create| create.0);
        let mut read = |key| match entry.node.get(key) {
            Some(node) => Arc::new(self.attributes(node)),
            None => Arc::clone(nothing),
        };
        let (attributes, inputs) = (read("attributes"), read("inputs"));
        let is_generated = raw.name.as_ref().is_some_and(|name| name.0 == "generated");
        let template = ResourceConfig {
            create,
            update: raw.update.as_ref().map_or(create, |update| update.0),
            delete: raw.delete.as_ref().map_or(create, |delete| delete.0),
            needs: Arc::clone(needs),
            name: ObjectName::Given(0),
            attributes,
            inputs,
            on_stop: raw.on_stop.unwrap_or(OnStop::Finish),
            accepts: raw.accepts.unwrap_or(Accepts::AtStart),
            provision: raw.provision.as_ref().map(|provision| provision.0),
        };
        for (label, object) in entry.labels().zip(entry.object_names()) {
            let object = self.index.objects[&object];
            let mut config = template.clone();
            config.name = if is_generated {
                ObjectName::Generated(object)
            } else {
                ObjectName::Given(object)
            };
            resources[position_of(self.index.resources[&label])] = Some(Arc::new(config));
        }
    }

    /// The attributes of a mapping: what is quoted is a text, the rest is what it looks like.
    pub(super) fn attributes(&mut self, node: &Node<'_>) -> Attributes {
        let mut attributes = Attributes::new();
        for (key, value) in node.entries() {
            self.check_unambiguous(value);
            attributes.insert(key.text().unwrap_or("").to_owned(), scalar(value));
        }
        attributes
    }

    /// Reports a value that YAML 1.1 and 1.2 read differently.
    fn check_unambiguous(&mut self, node: &Node<'_>) {
        let Content::Scalar {
            text,
            is_plain: true,
        } = &node.content
        else {
            return;
        };
        let Some(what) = ambiguity(text) else {
            return;
        };
        let help = match what {
            "a boolean" => "write `true` or `false`, or put the text in quotes",
            _ => "write the number in decimal, or put the text in quotes",
        };
        let message = format!(
            "{} is {what} to one YAML reader and a text to another",
            quoted(text)
        );
        self.diagnostics
            .error_help(node, message, Some(help.to_owned()));
    }

    fn report_cycles(&mut self, raw: &RawConfiguration<'_, '_>, edges: &[Vec<usize>]) {
        for cycle in find_cycles(edges) {
            let first = cycle[0];
            let mut names: Vec<&str> = cycle
                .iter()
                .take(NAMED_MAX)
                .map(|position| raw.entries[*position].label)
                .collect();
            if cycle.len() > NAMED_MAX {
                names.push("…");
            }
            names.push(raw.entries[first].label);
            let node = raw.entries[first].node.field("needs");
            let message = match cycle.len() {
                1 => format!("{} needs itself", quoted(names[0])),
                _ => format!("these resources need each other: {}", names.join(" → ")),
            };
            self.diagnostics.error(node, message);
        }
    }
}

fn scalar(node: &Node<'_>) -> Scalar {
    match &node.content {
        Content::List(_) | Content::Map(_) => Scalar::Null,
        Content::Scalar { .. } if node.is_null() => Scalar::Null,
        Content::Scalar {
            text,
            is_plain: true,
        } => match text.as_ref() {
            "true" | "True" | "TRUE" => Scalar::Boolean(true),
            "false" | "False" | "FALSE" => Scalar::Boolean(false),
            text if is_decimal(text) => Scalar::Number(text.to_owned()),
            text => Scalar::Text(text.to_owned()),
        },
        Content::Scalar { text, .. } => Scalar::Text(text.clone().into_owned()),
    }
}

/// Whether a text is a number as JSON writes it, without an exponent.
fn is_decimal(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    is_digits(whole) && is_digits(fraction) && (whole == "0" || !whole.starts_with('0'))
}

/// What a YAML reader takes a plain text for, where another reader takes it for something else.
fn ambiguity(text: &str) -> Option<&'static str> {
    const WORDS: [&str; 6] = ["yes", "no", "on", "off", "y", "n"];
    let lower = text.to_lowercase();
    let is_word = WORDS.contains(&lower.as_str());
    let unsigned = lower.trim_start_matches(['+', '-']);
    let is_special = matches!(unsigned, ".inf" | ".nan");
    // Octal, hexadecimal, with a sign, an exponent or separators: numbers to some, texts to others.
    let begins = unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let is_number = unsigned.bytes().any(|b| b.is_ascii_digit())
        && begins
        && unsigned
            .bytes()
            .enumerate()
            .all(|(place, byte)| match byte {
                b'0'..=b'9' | b'.' | b'_' | b'+' | b'-' => true,
                b'x' | b'o' | b'b' if place == 1 => unsigned.starts_with('0'),
                b'a'..=b'f' => unsigned.starts_with("0x") || byte == b'e',
                _ => false,
            })
        && (unsigned.matches('-').count() == 0 || unsigned.contains("e-"))
        && unsigned.matches('.').count() < 2;
    if is_word {
        Some("a boolean")
    } else if is_special || is_number && !is_decimal(text) {
        Some("a number")
    } else {
        None
    }
}

pub(super) fn position_of(id: ResourceId) -> usize {
    usize::try_from(id.0).expect("an index that was made from a position")
}
