//! Turns a recording's `resources` and `script` into a scenario, as YAML.

#[path = "translate/gcs.rs"]
mod gcs;
#[path = "translate/http.rs"]
pub(crate) mod http;
#[path = "translate/local.rs"]
mod local;
#[path = "translate/pg.rs"]
mod pg;
#[path = "translate/s3.rs"]
mod s3;

use std::collections::{BTreeMap, BTreeSet};

use leaselab::kernel::SimDuration;
use leaselab::service::azure::Refusal;
use serde_json::{Map, Value, json};

use self::local::Hands;
pub(crate) use self::pg::refusal;
use super::format::{
    BackendKind, CloudEvent, FailureMode, FaultAction, Item, OnStop, Recording, Resource,
    Resources, Rule,
};

/// The name of an operator: no run has it.
pub(crate) fn operator(actor: &str) -> String {
    format!("op_{actor}")
}

/// The scenario of a recording.
///
/// # Errors
///
/// What the translator has no words for.
pub(crate) fn translate(recording: &Recording) -> Result<String, String> {
    let mut translator = Translator::new(recording);
    for item in &recording.script {
        translator.add(item)?;
    }
    translator.name_the_unconfigured();
    let mut scenario = json!({
        "leaselab": 1,
        "title": if recording.about.is_empty() { "a recording" } else { &recording.about },
        "backend": backend(recording),
        "resources": configuration(&recording.resources),
        "steps": translator.steps,
    });
    match recording.backend.kind {
        BackendKind::Azurerm | BackendKind::Gcs => {
            scenario["before"] = json!({ "blob": "absent" });
        }
        BackendKind::S3 => scenario["operators"] = s3::backend(recording).1,
        BackendKind::Pg => scenario["operators"] = pg::operators(recording),
        BackendKind::Http => scenario["timing"] = http::timing(recording),
        BackendKind::Local => scenario["operators"] = local::guests(recording),
    }
    serde_yaml::to_string(&scenario).map_err(|error| error.to_string())
}

fn backend(recording: &Recording) -> Value {
    match recording.backend.kind {
        BackendKind::Azurerm => json!({ "snapshot": recording.backend.snapshot }),
        BackendKind::S3 => s3::backend(recording).0,
        BackendKind::Gcs => json!({ "type": "gcs" }),
        BackendKind::Pg => json!({ "type": "pg" }),
        BackendKind::Http => http::backend(&recording.backend),
        BackendKind::Local => json!({ "type": "local", "shared": recording.backend.path }),
    }
}

struct Translator<'a> {
    recording: &'a Recording,
    steps: Vec<Value>,
    /// How long after the step above the next one is.
    sleep: u64,
    configurations: BTreeMap<String, Resources>,
    runs: BTreeSet<String>,
    actors: BTreeSet<String>,
    /// Addresses by the names of their objects, and by themselves.
    addresses: BTreeMap<String, String>,
    /// The run that requests before the first command are counted under.
    first_init: Option<String>,
    inits: BTreeSet<String>,
    /// The actors whose `init` came while another command was under way.
    latecomers: BTreeSet<String>,
    /// The commands that have started, and whose end nothing has waited for.
    under_way: BTreeSet<String>,
    /// The label under which requests are counted.
    label: Option<String>,
    /// The command that started last, unless an init came after it: facts count since then.
    latest: Option<String>,
    /// How many commands have exited whose end is recorded.
    exited: usize,
    /// What hands have done to a local state.
    hands: Hands,
}

fn configuration(resources: &Resources) -> Value {
    let entries = resources
        .0
        .iter()
        .map(|(name, resource)| (name.clone(), entry(resource)));
    Value::Object(entries.collect())
}

fn entry(resource: &Resource) -> Value {
    let time = resource.secs.to_string();
    let (on_stop, accepts) = match resource.on_stop {
        OnStop::Finish => ("finish", "at_end"),
        OnStop::CancelClean => ("cancel", "at_end"),
        OnStop::CancelTainted => ("taint", "create_at_start"),
        OnStop::CancelCreated => ("orphan", "create_at_start"),
    };
    let mut entry = json!({
        "type": "lab_thing",
        "create": time,
        "update": time,
        "delete": time,
        "needs": resource.after,
        "inputs": { "secs": time, "on_stop": on_stop },
        "on_stop": on_stop,
        "accepts": accepts,
    });
    if let Some(name) = &resource.name {
        entry["name"] = json!(name);
    }
    if let Some(size) = resource.size.as_ref().filter(|size| !size.is_null()) {
        entry["attributes"] = json!({ "size": size });
    }
    entry
}

impl<'a> Translator<'a> {
    fn new(recording: &'a Recording) -> Self {
        let mut translator = Self {
            recording,
            steps: Vec::new(),
            sleep: 0,
            configurations: BTreeMap::new(),
            runs: BTreeSet::new(),
            actors: BTreeSet::new(),
            addresses: BTreeMap::new(),
            first_init: None,
            inits: BTreeSet::new(),
            latecomers: BTreeSet::new(),
            under_way: BTreeSet::new(),
            label: None,
            latest: None,
            exited: 0,
            hands: Hands::default(),
        };
        translator.know(&recording.resources);
        for start in recording.starts() {
            translator.runs.insert(start.step.to_owned());
            translator.actors.insert(start.actor.to_owned());
            if let Some(resources) = start.resources {
                translator.know(resources);
            }
        }
        for actor in recording.inits() {
            translator.actors.insert(actor.to_owned());
            let id = || format!("init_{actor}");
            translator.first_init.get_or_insert_with(id);
        }
        translator
    }

    fn know(&mut self, resources: &Resources) {
        for (address, resource) in &resources.0 {
            self.addresses.insert(address.clone(), address.clone());
            if let Some(name) = &resource.name {
                let entry = self.addresses.entry(name.clone());
                entry.or_insert_with(|| address.clone());
            }
        }
    }

    fn push(&mut self, verb: Value) {
        let sleep = std::mem::take(&mut self.sleep);
        let mut step = Map::new();
        if !self.steps.is_empty() {
            let after = SimDuration::from_ms(sleep).to_string();
            step.insert("after".to_owned(), json!(after));
        }
        self.push_step(step, verb);
    }

    fn push_step(&mut self, mut step: Map<String, Value>, verb: Value) {
        let Value::Object(verb) = verb else {
            unreachable!("a verb is a mapping")
        };
        step.extend(verb);
        self.steps.push(Value::Object(step));
    }

    /// A wait is a step of its own: what follows it counts from its end, also where the fact is
    /// long past.
    fn wait(&mut self, fact: &str, since_beginning: bool) {
        if self.sleep > 0 {
            self.push(json!({ "note": "slept" }));
        }
        let mut trigger = Map::from_iter([("when".to_owned(), json!(fact))]);
        if since_beginning {
            trigger.insert("since".to_owned(), json!("beginning"));
        }
        self.push_step(trigger, json!({ "note": "waited" }));
    }

    /// Commands may name addresses that no configuration has. A scenario knows those of its
    /// configurations only, so that one that comes too late for anything has them.
    fn name_the_unconfigured(&mut self) {
        let starts = self.recording.starts();
        let unknown: BTreeSet<&str> = starts
            .flat_map(|start| start.command.split([' ', '=']))
            .filter_map(|word| word.trim_matches(['\'', '"']).strip_prefix("lab_thing."))
            .filter(|name| !self.addresses.contains_key(*name))
            .collect();
        let nothing = json!({ "type": "lab_thing", "create": "0s" });
        let resources: Map<String, Value> = unknown
            .into_iter()
            .map(|name| (name.to_owned(), nothing.clone()))
            .collect();
        if !resources.is_empty() {
            let actor = self.first_actor();
            self.push(json!({ "edit": operator(&actor), "resources": resources }));
        }
    }

    /// Whether no other command has started since that one did.
    fn is_latest(&self, step: &str) -> bool {
        self.latest.as_deref() == Some(step)
    }

    /// What an actor's configuration is. Who comes late works with what its `init` wrote, which is
    /// that of the session, where the script names a part of that only: what such commands plan
    /// and do is all of it.
    fn configured<'r>(&'r self, actor: &str, resources: &'r Resources) -> &'r Resources {
        let whole = &self.recording.resources;
        let is_part = resources.0.iter().all(|named| whole.0.contains(named));
        if is_part && self.latecomers.contains(actor) {
            whole
        } else {
            resources
        }
    }

    /// An actor's configuration changes.
    fn edit(&mut self, actor: &str, resources: &Resources) {
        let current = self
            .configurations
            .get(actor)
            .unwrap_or(&self.recording.resources);
        if current != resources {
            let configuration = configuration(resources);
            self.push(json!({ "edit": operator(actor), "resources": configuration }));
        }
        self.configurations
            .insert(actor.to_owned(), resources.clone());
    }

    /// What a command is started with, where the script says so.
    fn configure(&mut self, actor: &str, resources: Option<&Resources>) {
        if let Some(resources) = resources {
            let resources = self.configured(actor, resources).clone();
            self.edit(actor, &resources);
        }
    }

    fn add(&mut self, item: &Item) -> Result<(), String> {
        match item {
            Item::Init { actor } => self.init(actor),
            Item::Start {
                step,
                actor,
                command,
                resources,
                user,
            } => {
                self.become_user(*user);
                self.configure(actor, resources.as_ref());
                self.label = Some(step.clone());
                self.latest = Some(step.clone());
                self.under_way.insert(step.clone());
                let command = with_placeholder(command);
                let command = gcs::with_placeholder(self.recording, step, &command);
                self.push(json!({ "run": command, "as": operator(actor), "id": step }));
            }
            Item::WaitExit { step, .. } => {
                self.exited += 1;
                self.under_way.remove(step);
                self.wait(&format!("{step} ended"), false);
                self.push(json!({ "expect": {} }));
            }
            Item::WaitCloud {
                event,
                resource,
                step,
            } => self.wait_cloud(*event, resource, step.as_deref())?,
            Item::WaitRequest { step, op, nth, .. } => {
                self.wait_request(step.as_deref(), op.as_deref(), *nth)?;
            }
            Item::Sleep { seconds } => self.sleep += seconds.as_ms(),
            Item::Signal { step, signal, .. } => self.push(json!({ "signal": { step: signal } })),
            Item::Faults { rules } => self.faults(rules)?,
            Item::Phase { step } => {
                self.label = Some(step.clone());
                self.push(json!({ "phase": step }));
            }
            Item::ProviderFailsOnce { resource, mode } => self.fail_once(resource, *mode),
            Item::DeleteOutsideTerraform { resource } => self.delete(resource),
            Item::DeleteStateBlob {} => self.push(json!({ "blob": "delete" })),
            Item::OverwriteStateBlob { content } if content.is_empty() => {
                self.push(json!({ "blob": "truncate" }));
            }
            Item::OverwriteStateBlob { content } => {
                self.push(json!({ "blob": { "content": content } }));
            }
            Item::WriteFile {
                actor,
                path,
                serial,
                lineage,
                resources,
            } => self.push(json!({ "file": {
                "in": operator(actor), "name": path, "serial": serial,
                "lineage": lineage_of(lineage), "resources": resources,
            } })),
            Item::AzLeaseBreak { period } => {
                self.push(json!({ "blob": { "break_lease": period.to_string() } }));
                self.push(json!({ "expect": {} }));
            }
            Item::ErroredTfstateNotWritable { actor } => self.occupy(actor.as_deref()),
            Item::Object(hand) => self.add_object_hand(hand),
            Item::Hand(hand) => self.add_by_hand(hand)?,
        }
        Ok(())
    }

    fn delete(&mut self, resource: &str) {
        if let Some(address) = self.addresses.get(resource).cloned() {
            self.push(json!({ "cloud": { "delete": [address] } }));
        }
    }

    fn occupy(&mut self, actor: Option<&str>) {
        let actor = actor.map_or_else(|| self.first_actor(), str::to_owned);
        self.push(json!({ "disk": { operator(&actor): "occupied" } }));
    }

    fn init(&mut self, actor: &str) {
        let mut id = format!("init_{actor}");
        while !self.inits.insert(id.clone()) {
            id.push_str("_again");
        }
        if !self.under_way.is_empty() {
            self.latecomers.insert(actor.to_owned());
        }
        self.push(json!({ "run": "terraform init", "as": operator(actor), "id": id }));
        // An init changes the label under which requests are counted with s3, and with no other.
        if self.recording.backend.kind == BackendKind::S3 {
            self.label.clone_from(&self.first_init);
        }
        if let Some(label) = self.label.clone().or_else(|| self.first_init.clone()) {
            self.push(json!({ "phase": label }));
        }
        self.wait(&format!("{id} ended"), false);
        if self.inits.len() <= self.recording.recorded_inits() {
            self.exited += 1;
            self.push(json!({ "expect": {} }));
        }
        self.latest = None;
    }

    fn wait_cloud(
        &mut self,
        event: CloudEvent,
        resource: &str,
        step: Option<&str>,
    ) -> Result<(), String> {
        let address = self.addresses.get(resource);
        let address = address.ok_or("a wait for what no configuration has")?;
        let word = self.cloud_word(event, address);
        let is_latest = step.is_some_and(|step| self.is_latest(step));
        self.wait(&format!("{address} {word}"), !is_latest);
        if self.recording.backend.kind == BackendKind::Local {
            self.sleep += local::LOG_LAG;
        }
        Ok(())
    }

    /// What names a label or an actor that never comes strikes nothing.
    fn faults(&mut self, rules: &[Rule]) -> Result<(), String> {
        let known = |rule: &&Rule| {
            let step = rule.step.as_deref();
            let actor = rule.actor.as_ref();
            step.is_none_or(|step| self.run_of(step).is_some())
                && actor.is_none_or(|actor| self.actors.contains(actor))
        };
        let has_requests = self.recording.backend.kind.has_requests();
        let rules = rules.iter().filter(|_| has_requests).filter(known);
        let rules = rules.flat_map(|rule| match self.recording.backend.kind {
            BackendKind::S3 => s3::rules(rule),
            BackendKind::Gcs => gcs::rules(rule),
            BackendKind::Pg => pg::rules(rule),
            BackendKind::Http => http::rules(rule),
            BackendKind::Azurerm | BackendKind::Local => vec![rule.clone()],
        });
        let rules: Result<Vec<Value>, String> = rules.map(|rule| self.fault_rule(&rule)).collect();
        let rules = rules?;
        self.push(json!({ "faults": rules }));
        Ok(())
    }

    fn fail_once(&mut self, resource: &str, mode: FailureMode) {
        let mode = match mode {
            FailureMode::Before => "before",
            FailureMode::After => "after_with_id",
            FailureMode::AfterLost => "after_without_id",
        };
        if let Some(address) = self.addresses.get(resource).cloned() {
            self.push(json!({ "fail_next": { "resource": address, "fail": mode } }));
        }
    }

    fn first_actor(&self) -> String {
        self.recording.inits().next().unwrap_or("a").to_owned()
    }

    fn wait_request(
        &mut self,
        step: Option<&str>,
        op: Option<&str>,
        nth: Option<u64>,
    ) -> Result<(), String> {
        let wanted = step
            .or(self.label.as_deref())
            .ok_or("a wait for a request before any command")?;
        let mut starts = self.recording.starts();
        let start = starts.find(|start| start.step == wanted);
        let start = start.ok_or("a wait for a request of an unknown step")?;
        let is_latest = self.is_latest(wanted);
        let op = op.unwrap_or("set_metadata");
        let nth = nth.map_or_else(String::new, |nth| format!(" {nth}"));
        let fact = format!("{} sends {op}{nth}", operator(start.actor));
        self.wait(&fact, !is_latest);
        // The proxy has answered what it has seen.
        if matches!(
            self.recording.backend.kind,
            BackendKind::S3 | BackendKind::Gcs | BackendKind::Pg | BackendKind::Http
        ) {
            self.sleep += local::LOG_LAG;
        }
        Ok(())
    }

    /// With these two the provider logs the end of a creation right after its start.
    fn cloud_word(&self, event: CloudEvent, resource: &str) -> &'static str {
        let on_stop = self.on_stop(resource);
        match event {
            CloudEvent::CreateStart => "creating",
            CloudEvent::Created => match on_stop {
                OnStop::CancelCreated | OnStop::CancelTainted => "creating",
                OnStop::Finish | OnStop::CancelClean => "created",
            },
            CloudEvent::UpdateStart => "updating",
            CloudEvent::Updated => "updated",
            CloudEvent::DeleteStart => "deleting",
            CloudEvent::Deleted => "deleted",
        }
    }

    fn on_stop(&self, resource: &str) -> OnStop {
        let latest = self
            .configurations
            .values()
            .last()
            .unwrap_or(&self.recording.resources);
        let found = latest.0.iter().find(|(name, _)| name == resource);
        found.map_or(OnStop::Finish, |(_, resource)| resource.on_stop)
    }
}

/// `lease-2` or `lock-2` in a command is the lock's ID at that moment.
fn with_placeholder(command: &str) -> String {
    let words = command.split(' ').map(|word| {
        let number = word
            .strip_prefix("lease-")
            .or_else(|| word.strip_prefix("lock-"));
        let is_renamed = number
            .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()));
        if is_renamed { "<LOCK_ID>" } else { word }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// `lineage-1` is the remote state's own; another that was renamed becomes some lineage.
fn lineage_of(name: &str) -> String {
    if name == "lineage-1" {
        return "remote".to_owned();
    }
    match name.strip_prefix("lineage-") {
        Some(number) => format!("00000000-0000-0000-0000-{number:0>12}"),
        None => name.to_owned(),
    }
}

impl Translator<'_> {
    /// The run whose label that is.
    fn run_of(&self, label: &str) -> Option<&str> {
        if label == "init" {
            return self.first_init.as_deref();
        }
        self.runs.get(label).map(String::as_str)
    }

    fn fault_rule(&self, rule: &Rule) -> Result<Value, String> {
        let mut yaml = effect(rule)?;
        if let Some(run) = rule.step.as_deref().and_then(|step| self.run_of(step)) {
            yaml["during"] = json!(run);
        }
        let is_http = self.recording.backend.kind == BackendKind::Http;
        if let (true, FaultAction::Status, Some(body)) = (is_http, rule.action, http::body(rule)) {
            yaml["body"] = body;
        }
        Ok(yaml)
    }
}

fn effect(rule: &Rule) -> Result<Value, String> {
    let name = match rule.op.as_str() {
        Some("*") => "any",
        Some(name) => name,
        None => return Err("a rule for several requests".to_owned()),
    };
    let mut yaml = json!({ "request": name });
    if let Some(connection) = pg::connection(rule) {
        yaml["connection"] = json!(connection);
    }
    if let Some(actor) = &rule.actor {
        yaml["of"] = json!(operator(actor));
    }
    match (rule.nth, rule.from, rule.to) {
        (Some(nth), None, None) => yaml["nth"] = json!(nth),
        (None, None, None) => {}
        (None, from, None) => yaml["nth"] = json!(format!("{}..", from.unwrap_or(1))),
        (None, from, Some(to)) => yaml["nth"] = json!(format!("{}..{to}", from.unwrap_or(1))),
        (Some(_), _, _) => return Err("a rule with both nth and from or to".to_owned()),
    }
    let delay = || Ok::<_, String>(format!("{}ms", rule.delay.ok_or("a delay without a time")?));
    match rule.action {
        FaultAction::DropRequest => yaml["lose"] = json!("request"),
        FaultAction::DropResponse => yaml["lose"] = json!("answer"),
        FaultAction::Hang => yaml["hang"] = json!(true),
        FaultAction::DelayRequest => yaml["delay"] = json!({ "request": delay()? }),
        FaultAction::DelayResponse => yaml["delay"] = json!({ "answer": delay()? }),
        FaultAction::Status => {
            let status = rule.status.ok_or("a status without a number")?;
            let known = Refusal::ALL
                .iter()
                .find(|code| code.http_status() == status);
            let code = rule.code.as_ref().and_then(Value::as_str);
            let code = code.or(known.map(|code| code.code()));
            let code = code.ok_or("a status without a code")?;
            yaml["answer"] = if status == 0 {
                json!(code)
            } else {
                json!(format!("{status} {code}"))
            };
            if let Some(wait) = http::retry_after(rule) {
                yaml["retry_after"] = wait;
            }
        }
    }
    Ok(yaml)
}
