//! The wreck as a scenario in YAML.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::compare::{NONE, OWN};
use super::lock::Lock;
use super::state::Content;
use super::wreck::{Record, Wreck};
use super::{Copy, Intake, needs};
use crate::scenario::BackendPreset;
use crate::terraform::address::Address;

/// Who works in a directory from which no file was taken in.
const OPERATOR: &str = "alice";
/// A list of more names stands on lines of its own.
const INLINE_MAX: usize = 6;

/// How the objects are named and made to exist.
#[derive(Debug)]
struct Making {
    /// The ID of each object.
    ids: Vec<String>,
    /// The resources whose objects exist, and that the remote state does not make.
    cloud: Vec<usize>,
    /// Further objects of those, which are made by hand.
    by_hand: Vec<usize>,
}

/// The scenario of a wreck.
pub(super) fn yaml(
    (intake, backend): (&Intake<'_>, BackendPreset),
    copies: &[Copy<'_>],
    wreck: &Wreck,
    lock: Option<&Lock>,
) -> String {
    let making = making(copies, wreck);
    let mut writer = Writer {
        copies,
        wreck,
        making: &making,
        backend,
        text: String::new(),
    };
    writer.head(intake, lock);
    writer.operators(lock);
    writer.resources();
    writer.before(lock);
    writer.steps(lock);
    writer.text
}

/// Whether the remote state makes the object that it records: it is where it belongs.
fn is_made(wreck: &Wreck, record: &Record) -> bool {
    let object = &wreck.objects[record.object];
    object.exists && object.home == record.resource
}

fn making(copies: &[Copy<'_>], wreck: &Wreck) -> Making {
    let remote = { copies.iter().zip(&wreck.records) }
        .find(|(copy, _)| copy.operator.is_none())
        .map_or(&[][..], |(_, records)| records);
    let mut made: BTreeMap<usize, usize> = BTreeMap::new();
    for record in remote.iter().filter(|record| is_made(wreck, record)) {
        made.insert(record.object, record.resource);
    }
    let mut in_cloud = Vec::new();
    let mut by_hand = Vec::new();
    for resource in &wreck.resources {
        let objects = resource.objects.iter().copied();
        let unmade =
            objects.filter(|object| wreck.objects[*object].exists && !made.contains_key(object));
        for (place, object) in unmade.enumerate() {
            let list = if place == 0 {
                &mut in_cloud
            } else {
                &mut by_hand
            };
            list.push(object);
        }
    }
    // The cloud counts the names that it makes up, in the order in which they come into being.
    let of_remote = remote.iter().filter(|record| is_made(wreck, record));
    let of_remote = of_remote.map(|record| record.object);
    let gone = (0..wreck.objects.len()).filter(|object| !wreck.objects[*object].exists);
    let order = { in_cloud.iter().copied() }.chain(of_remote);
    let order = order.chain(by_hand.iter().copied()).chain(gone);
    let mut ids = vec![String::new(); wreck.objects.len()];
    let mut count = 0;
    for object in order {
        let home = &wreck.resources[wreck.objects[object].home];
        ids[object] = if home.objects.len() > 1 {
            count += 1;
            format!("/things/{}-{count}", home.label)
        } else {
            format!("/things/{}", home.label)
        };
    }
    let home = |object: &usize| wreck.objects[*object].home;
    Making {
        ids,
        cloud: in_cloud.iter().map(home).collect(),
        by_hand: by_hand.iter().map(home).collect(),
    }
}

/// What is left of a lock whose holder is dead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lasting {
    /// A lease on the state blob.
    Lease,
    /// An object, an item, or what a server keeps.
    Record,
    /// A file that names who had it.
    Info,
    /// Nothing, as soon as the session has ended.
    Session,
}

const fn lasting(backend: BackendPreset) -> Lasting {
    match backend {
        BackendPreset::Azurerm => Lasting::Lease,
        BackendPreset::S3
        | BackendPreset::S3Table
        | BackendPreset::S3Both
        | BackendPreset::Gcs
        | BackendPreset::Http
        | BackendPreset::HttpFenced
        | BackendPreset::Gitlab => Lasting::Record,
        BackendPreset::Local => Lasting::Info,
        BackendPreset::Pg => Lasting::Session,
    }
}

struct Writer<'w> {
    copies: &'w [Copy<'w>],
    wreck: &'w Wreck,
    making: &'w Making,
    backend: BackendPreset,
    text: String,
}

impl Writer<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn mender(&self) -> &str {
        let mut operators = self.copies.iter().filter_map(|copy| copy.operator);
        operators.next().unwrap_or(OPERATOR)
    }

    fn label(&self, resource: usize) -> &str {
        &self.wreck.resources[resource].label
    }

    fn head(&mut self, intake: &Intake<'_>, lock: Option<&Lock>) {
        let errored = intake.errored.iter().map(|errored| errored.source.name);
        let files = intake
            .remote
            .iter()
            .map(|source| source.name)
            .chain(errored);
        let others = { intake.lock.iter() }.chain(&intake.cloud);
        let others = others.chain(&intake.init);
        let files: Vec<String> = files
            .chain(others.map(|source| source.name))
            .map(|name| name.chars().filter(|c| !c.is_control()).collect())
            .collect();
        let states = self.copies.iter().filter_map(|copy| copy.content.state());
        // One that several files have is one.
        let data: BTreeSet<_> = states.flat_map(|state| &state.data_sources).collect();
        let data = data.len();
        let deposed = { self.wreck.resources.iter() }
            .filter(|resource| resource.place.deposed.is_some())
            .count();
        self.line(&format!("# Made from {}.", files.join(", ")));
        self.line("#");
        self.line("# Taken over: what each state records under which address, what needs what, taints, lineages,");
        self.line("# serials. No attribute is: where two copies of an object differ, `changed` tells them apart,");
        self.line("# and 2 is what the object has. Names in the cloud are invented.");
        self.line(if intake.cloud.is_some() {
            "# What exists is what the file about the cloud lists."
        } else {
            "# What exists is what the files together record, with the attributes of the newest: look it up, and\n\
             # mark what is gone with `--gone ADDRESS`."
        });
        if data > 0 {
            let what = plural(data, "data source is", "data sources are");
            self.line(&format!("# Left out: {what} read anew by every plan."));
        }
        if deposed > 0 {
            let what = plural(deposed, "deposed object has", "deposed objects have");
            self.line(&format!(
                "# {what} an address of its own here: the next apply deletes it, as in Terraform."
            ));
        }
        let most = needs::INSTANCES_MAX;
        if self.wreck.resources.len() > most {
            self.line(&format!(
                "# Of a resource with more than {most} instances, `needs` names the first."
            ));
        }
        if lock.is_some_and(|lock| lock.is_operation_guessed) {
            self.line("# What the lock's holder did is not known: an apply is assumed.");
        }
        self.line("#");
        self.line("# To fill in: the title, how long each resource takes to create (`create: 2s` by default), what");
        self.line("# `apply` does of all this where that matters, and what is to be found: `leaselab run` prints the");
        self.line("# findings; write them under an `expect` before the wreck.");
        self.line("leaselab: 1");
        self.line("title: \"TODO: what went wrong, in one line\"");
        let backend = if self.is_blob() {
            "{ type: azurerm }"
        } else {
            self.backend.word()
        };
        self.line(&format!("backend: {backend}"));
    }

    fn operators(&mut self, lock: Option<&Lock>) {
        let mut names: Vec<&str> = self
            .copies
            .iter()
            .filter_map(|copy| copy.operator)
            .collect();
        if names.is_empty() {
            names.push(OPERATOR);
        }
        let holder = lock.map(|lock| lock.who.as_str());
        let holder = holder.filter(|holder| !names.contains(holder));
        if lasting(self.backend) == Lasting::Info {
            // An info file that hands write names the first of them.
            names.splice(..0, holder);
        } else {
            names.extend(holder);
        }
        let names: Vec<String> = names
            .iter()
            .map(|name| format!("{}: {{}}", quoted(name)))
            .collect();
        self.line(&format!("operators: {{ {} }}", names.join(", ")));
    }

    fn resources(&mut self) {
        if self.wreck.resources.is_empty() {
            return;
        }
        let mut in_copies = vec![Vec::new(); self.wreck.resources.len()];
        for (copy, records) in self.copies.iter().zip(&self.wreck.records) {
            for record in records {
                in_copies[record.resource].push(copy.operator);
            }
        }
        let states = self
            .copies
            .iter()
            .filter(|copy| copy.content.state().is_some())
            .count();
        self.line("resources:");
        for (index, resource) in self.wreck.resources.iter().enumerate() {
            let mut keys = Vec::new();
            let address = &resource.place.address;
            let is_plain = *address == Address::plain(&address.kind, &resource.label);
            if is_plain || resource.place.deposed.is_some() {
                keys.push(format!("type: {}", quoted(&address.kind)));
            } else {
                keys.push(format!("address: {}", quoted(&address.to_string())));
            }
            if !resource.needs.is_empty() {
                let needs = resource.needs.iter().map(|need| quoted(self.label(*need)));
                keys.push(format!("needs: [{}]", needs.collect::<Vec<_>>().join(", ")));
            }
            if resource.objects.len() > 1 {
                keys.push("name: generated".to_owned());
            }
            if resource.has_versions {
                keys.push(format!("attributes: {{ changed: {OWN} }}"));
            }
            if resource.has_inputs {
                keys.push(format!("inputs: {{ kept: {OWN} }}"));
            }
            if !resource.is_configured {
                keys.push("configured: false".to_owned());
            }
            let note = match in_copies[index].as_slice() {
                [] => "  # in no state".to_owned(),
                [only] if states > 1 => format!("  # in {} alone", copy_name(*only)),
                _ => String::new(),
            };
            let label = quoted(&resource.label);
            self.line(&format!("  {label}: {{ {} }}{note}", keys.join(", ")));
        }
    }

    fn before(&mut self, lock: Option<&Lock>) {
        let remote = self.copies.iter().position(|copy| copy.operator.is_none());
        self.line("before:");
        match remote.map(|index| (index, &self.copies[index].content)) {
            None if self.is_blob() => self.line("  blob: absent"),
            None => self.line("  remote: absent"),
            Some((_, Content::Empty)) if self.is_blob() => {
                self.line("  remote: { serial: 1 }  # truncated below");
            }
            Some((_, Content::Empty)) => self.line("  remote: { serial: 1 }  # emptied below"),
            Some((index, Content::State(state))) => {
                self.line("  remote:");
                self.line(&format!("    serial: {}", state.serial));
                self.line(&format!("    lineage: {}", state.lineage));
                self.records("    ", index);
            }
        }
        let making = self.making;
        self.list("  ", "cloud", &making.cloud);
        match (lock, lasting(self.backend)) {
            (None, _) | (_, Lasting::Info) => {}
            (Some(_), Lasting::Session) => {
                self.line("  # With pg nothing is stored of who holds the lock, and it ends with the session: it is left out.");
            }
            (Some(_), Lasting::Lease) if remote.is_none() => {
                self.line("  # Without a state blob nothing can be locked: the lock is left out.");
            }
            (Some(lock), Lasting::Lease | Lasting::Record) => {
                let who = quoted(&lock.who);
                self.line("  # Whoever holds it is dead. Where a process lives, the story has to begin earlier.");
                self.line(&format!(
                    "  lock: {{ id: {}, who: {who}, operation: {} }}",
                    lock.id, lock.operation
                ));
            }
        }
    }

    /// Whether the state is in a blob.
    fn is_blob(&self) -> bool {
        self.backend == BackendPreset::Azurerm
    }

    /// A key with a list of resources, where there are any.
    fn list(&mut self, indent: &str, key: &str, resources: &[usize]) {
        let labels: Vec<String> = resources
            .iter()
            .map(|index| quoted(self.label(*index)))
            .collect();
        match labels.len() {
            0 => {}
            1..=INLINE_MAX => self.line(&format!("{indent}{key}: [{}]", labels.join(", "))),
            _ => {
                self.line(&format!("{indent}{key}:"));
                for label in labels {
                    self.line(&format!("{indent}  - {label}"));
                }
            }
        }
    }

    /// What a copy records, as keys of `remote` or of a file.
    fn records(&mut self, indent: &str, copy: usize) {
        let wreck = self.wreck;
        let records = &wreck.records[copy];
        let is_remote = self.copies[copy].operator.is_none();
        let remote = self.copies.iter().position(|copy| copy.operator.is_none());
        let remote: BTreeMap<usize, usize> =
            { remote.map(|remote| &wreck.records[remote]).into_iter() }
                .flatten()
                .map(|record| (record.resource, record.object))
                .collect();
        // What a list of resources alone does not say is said by the object's ID.
        let is_named = |record: &&Record| {
            let home = &wreck.resources[wreck.objects[record.object].home];
            let inherited = remote.get(&record.resource);
            if is_remote {
                !is_made(wreck, record)
            } else {
                !is_made(wreck, record)
                    || home.objects.len() > 1
                    || inherited.is_some_and(|object| *object != record.object)
            }
        };
        let plain = records.iter().filter(|record| !is_named(record));
        let plain: Vec<usize> = plain.map(|record| record.resource).collect();
        self.list(indent, "resources", &plain);
        let named: Vec<(usize, String)> = { records.iter().filter(is_named) }
            .map(|record| (record.resource, self.making.ids[record.object].clone()))
            .collect();
        self.pairs(indent, "object", named);
        if wreck
            .records
            .iter()
            .flatten()
            .any(|record| record.is_tainted)
        {
            let tainted = records.iter().filter(|record| record.is_tainted);
            let tainted: Vec<usize> = tainted.map(|record| record.resource).collect();
            if tainted.is_empty() {
                self.line(&format!("{indent}tainted: []"));
            }
            self.list(indent, "tainted", &tainted);
        }
        let home = |record: &Record| &wreck.resources[wreck.objects[record.object].home];
        let attributes = records.iter().filter(|record| {
            home(record).has_versions || wreck.resources[record.resource].has_versions
        });
        let attributes = attributes.map(|record| {
            let number = record.numbers.attributes;
            (record.resource, format!("{{ changed: {number} }}"))
        });
        self.pairs(indent, "attributes", attributes.collect());
        let inputs = records.iter().filter(|record| {
            home(record).has_inputs || wreck.resources[record.resource].has_inputs
        });
        let inputs = inputs.map(|record| {
            let kept = match record.numbers.inputs {
                NONE => "{}".to_owned(),
                number => format!("{{ kept: {number} }}"),
            };
            (record.resource, kept)
        });
        self.pairs(indent, "inputs", inputs.collect());
    }

    /// A key with a value for each of some resources, where there are any.
    fn pairs(&mut self, indent: &str, key: &str, pairs: Vec<(usize, String)>) {
        if pairs.is_empty() {
            return;
        }
        self.line(&format!("{indent}{key}:"));
        for (resource, value) in pairs {
            let label = quoted(self.label(resource));
            self.line(&format!("{indent}  {label}: {value}"));
        }
    }

    fn steps(&mut self, lock: Option<&Lock>) {
        self.line("steps:");
        if let (Some(lock), Lasting::Info) = (lock, lasting(self.backend)) {
            self.line("  # The lock ended with its holder; the info file is still there, and locks nobody.");
            let id = lock.id;
            self.line(&format!("  - store: {{ lock_info: {{ id: {id} }} }}"));
        }
        let making = self.making;
        for resource in &making.by_hand {
            let label = quoted(self.label(*resource));
            self.line(&format!("  - cloud: {{ create: [{label}] }}"));
        }
        for (index, copy) in self.copies.iter().enumerate() {
            match (copy.operator, &copy.content) {
                (None, Content::Empty) if self.is_blob() => self.line("  - blob: truncate"),
                (None, Content::Empty) => self.line("  - store: empty"),
                (None, Content::State(_)) => {}
                (Some(operator), Content::Empty) => {
                    let operator = quoted(operator);
                    self.line(&format!(
                        "  - file: {{ in: {operator}, name: errored.tfstate, empty: true }}"
                    ));
                }
                (Some(operator), Content::State(state)) => {
                    self.line("  - file:");
                    self.line(&format!("      in: {}", quoted(operator)));
                    self.line("      name: errored.tfstate");
                    self.line(&format!("      serial: {}", state.serial));
                    self.line(&format!("      lineage: {}", state.lineage));
                    self.records("      ", index);
                }
            }
        }
        self.line("  # - expect: { findings: { … } }");
        let mender = quoted(self.mender());
        self.line(&format!(
            "  - wreck: {mender}  # from here on somebody mends"
        ));
        self.line(
            "  # - { run: terraform …, as: … }: the recovery, and then `expect: { in_sync: true }`",
        );
    }
}

fn plural(count: usize, one: &str, several: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        count => format!("{count} {several}"),
    }
}

fn copy_name(operator: Option<&str>) -> String {
    match operator {
        None => "the remote state".to_owned(),
        Some(operator) => format!("{operator}'s errored.tfstate"),
    }
}

/// A text as YAML: in quotes where a reader could take it for anything else.
fn quoted(text: &str) -> String {
    const WORDS: [&str; 9] = ["yes", "no", "on", "off", "y", "n", "true", "false", "null"];
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '/');
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '/'));
    let is_word = WORDS.contains(&text.to_ascii_lowercase().as_str());
    if begins && text.chars().all(is_part) && !is_word {
        return text.to_owned();
    }

    if text
        .chars()
        .all(|c| c == ' ' || c.is_ascii_graphic() || c.is_alphanumeric())
    {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            c if c.is_ascii_graphic() || c == ' ' => quoted.push(c),
            c => write!(quoted, "\\U{:08X}", u32::from(c)).expect("a string takes all"),
        }
    }
    quoted.push('"');
    quoted
}
