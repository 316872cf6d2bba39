//! Random wrecks: scenarios that use every verb, written as YAML.

use std::sync::Arc;

use leaselab::kernel::{Seed, Stream};
use leaselab::scenario::{self, Scenario};
use serde_json::{Map, Value, json};

use crate::places::{Place, translate};

const TYPES: [&str; 2] = ["azurerm_subnet", "azurerm_public_ip"];
const OPERATORS: [&str; 2] = ["alice", "bob"];
const RESOURCES_MAX: u64 = 5;
/// Names that only edited configurations have.
const RENAMED: [&str; 2] = ["x0", "x1"];

/// What a wreck is written with.
pub(super) struct Writer {
    stream: Stream,
    /// The labels with their types: those of the scenario's configuration, then the others.
    labels: Vec<(String, &'static str)>,
    resources: Map<String, Value>,
    steps: Vec<Value>,
    runs: usize,
    is_local: bool,
}

fn keep<T: Clone>(stream: &mut Stream, list: &[T]) -> T {
    let position = stream.below(u64::try_from(list.len()).unwrap());
    list[usize::try_from(position).unwrap()].clone()
}

impl Writer {
    fn one_in(&mut self, n: u64) -> bool {
        self.stream.below(n) == 0
    }

    fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        keep(&mut self.stream, list)
    }

    fn operator(&mut self) -> &'static str {
        self.pick(&OPERATORS)
    }

    fn label(&mut self) -> (String, &'static str) {
        let labels = self.labels.clone();
        self.pick(&labels)
    }

    /// A label of the scenario's own configuration.
    fn own_label(&mut self) -> String {
        let labels: Vec<String> = self.resources.keys().cloned().collect();
        self.pick(&labels)
    }

    fn address(&mut self) -> String {
        let (label, kind) = self.label();
        format!("{kind}.{label}")
    }

    fn resource(&mut self, kind: &str, below: &[String]) -> Value {
        let mut resource = json!({
            "type": kind,
            "create": self.pick(&["300ms", "2s", "9s", "41s"]),
            "update": self.pick(&["200ms", "3s"]),
            "delete": self.pick(&["400ms", "5s"]),
            "on_stop": self.pick(&["finish", "cancel", "taint", "orphan"]),
            "accepts": self.pick(&["at_start", "at_end", "create_at_start"]),
        });
        let mut needs = below.to_vec();
        needs.retain(|_| self.stream.below(3) == 0);
        resource["needs"] = json!(needs);
        if self.one_in(3) {
            resource["name"] = json!("generated");
        }
        if self.one_in(3) {
            resource["inputs"] = json!({ "secret": self.pick(&["a", "b"]) });
        }
        if self.one_in(3) {
            resource["attributes"] = json!({ "size": self.stream.below(2) });
        }
        if self.one_in(8) {
            resource["provision"] = json!("2s");
        }
        resource
    }

    /// Another configuration: some resources have other values, some are gone, some are renamed.
    fn edited(&mut self) -> Map<String, Value> {
        let mut edited = Map::new();
        for (label, resource) in self.resources.clone() {
            let mut resource = resource;
            let kind = resource["type"].as_str().unwrap().to_owned();
            match self.stream.below(8) {
                0 => continue,
                1 => resource["inputs"] = json!({ "secret": self.pick(&["a", "c"]) }),
                2 => resource["attributes"] = json!({ "size": self.stream.below(3) }),
                3 => {
                    let mut names = RENAMED.iter().zip(TYPES);
                    let renamed = names.find(|(_, of)| *of == kind).map(|(name, _)| *name);
                    if let Some(name) = renamed.filter(|name| !edited.contains_key(*name)) {
                        if resource["name"] != "generated" {
                            resource["name"] = json!(label);
                        }
                        edited.insert(name.to_owned(), resource);
                        continue;
                    }
                }
                _ => {}
            }
            edited.insert(label, resource);
        }
        let known: Vec<String> = edited.keys().cloned().collect();
        for resource in edited.values_mut() {
            let needs = resource["needs"].as_array_mut().unwrap();
            needs.retain(|need| known.iter().any(|known| need == known));
        }
        edited
    }

    /// An ID that an import may be given: the right one, or another's.
    fn object_id(&mut self, label: &str) -> String {
        let label = if self.one_in(3) {
            self.own_label()
        } else {
            label.to_owned()
        };
        let is_generated = self
            .resources
            .get(&label)
            .is_some_and(|r| r["name"] == "generated");
        if is_generated {
            return format!("/things/{label}-{}", 1 + self.stream.below(4));
        }
        format!("/things/{label}")
    }

    fn command(&mut self) -> String {
        let address = self.address();
        let (label, kind) = self.label();
        match self.stream.below(27) {
            0..=4 => "terraform apply -auto-approve".to_owned(),
            5 => format!("terraform apply -auto-approve -target={address}"),
            6 => format!("terraform apply -auto-approve -replace={address}"),
            7 => "terraform apply -auto-approve -refresh-only".to_owned(),
            8 => "terraform apply -auto-approve -lock=false".to_owned(),
            9 => "terraform apply -auto-approve -parallelism=1 -lock-timeout=40s".to_owned(),
            10 => format!("terraform destroy -auto-approve -target={address}"),
            11 => "terraform plan -out=p.tfplan".to_owned(),
            12 => "terraform apply p.tfplan".to_owned(),
            13 | 14 => format!("terraform import {kind}.{label} {}", self.object_id(&label)),
            15 => format!("terraform state rm {address}"),
            16 | 17 => format!("terraform state mv {address} {kind}.{label}"),
            18 => "terraform state push errored.tfstate".to_owned(),
            19 => "terraform state push -force errored.tfstate".to_owned(),
            20 => format!("terraform taint {address}"),
            21 => format!("terraform untaint {address}"),
            22 => "terraform force-unlock -force <LOCK_ID>".to_owned(),
            23 => "terraform state pull > kept.tfstate".to_owned(),
            24 => "terraform state push -force kept.tfstate".to_owned(),
            25 => "rm -f errored.tfstate".to_owned(),
            _ => "terraform refresh".to_owned(),
        }
    }

    fn rules(&mut self) -> Value {
        let request = self.pick(&[
            "any",
            "get",
            "head",
            "put_state",
            "set_metadata",
            "lease_acquire",
            "lease_release",
        ]);
        let local = self.pick(&["read", "save", "any"]);
        let mut rule = json!({ "nth": self.pick(&["1", "2", "1..2", "3.."]) });
        rule["request"] = json!(if self.is_local { local } else { request });
        let effects = [
            json!({ "lose": "request" }),
            json!({ "lose": "answer" }),
            json!({ "delay": { "answer": "6s" } }),
            json!({ "answer": "503 ServerBusy" }),
            json!({ "answer": "403 AuthenticationFailed" }),
        ];
        let effect = self.pick(&effects);
        rule.as_object_mut()
            .unwrap()
            .extend(effect.as_object().unwrap().clone());
        json!({ "faults": [rule] })
    }

    fn blow(&mut self) -> Value {
        let who = self.operator();
        let label = self.own_label();
        match self.stream.below(24) {
            0 => json!({ "ctrl_c": who }),
            1..=3 => {
                json!({ "signal": { who: self.pick(&["SIGKILL", "SIGKILL", "SIGINT", "SIGTERM", "SIGHUP"]) } })
            }
            4 => json!({ "cancel": { who: "github_actions" } }),
            5 => json!({ "suspend": who }),
            6 => json!({ "resume": who }),
            7 | 8 if !self.is_local => json!({
                self.pick(&["cut", "blackhole"]):
                    format!("{who} {} blob", self.pick(&["<->", "->", "<-"])),
                "for": self.pick(&["5s", "3m"]),
            }),
            7..=9 => json!({
                self.pick(&["cut", "blackhole"]): format!("{who} <-> cloud"), "for": "9s",
            }),
            10 if !self.is_local => self.rules(),
            10..=12 => json!({ "fail_next": {
                "resource": label,
                "fail": self.pick(&["before", "after_with_id", "after_without_id", "crash"]),
            } }),
            13 => json!({ "disk": { who: self.pick(&["full", "read_only", "occupied", "ok"]) } }),
            14 => {
                let peer = if self.is_local {
                    "cloud"
                } else {
                    self.pick(&["blob", "cloud"])
                };
                json!({ "credentials": { who: { peer: "expired" } } })
            }
            15 => json!({ "cloud": { "delete": [label] } }),
            16 => json!({ "cloud": { "create": [label] } }),
            17 => json!({ "cloud": { "change": { label: { "size": self.stream.below(3) } } } }),
            18 if !self.is_local => {
                let changes = [
                    json!("delete"),
                    json!("truncate"),
                    json!({ "content": "garbage" }),
                    json!({ "restore": 1 }),
                    json!({ "break_lease": "0s" }),
                ];
                json!({ "blob": self.pick(&changes) })
            }
            18 => json!({ "store": self.pick(&["delete", "empty"]) }),
            19 => {
                let labels: Vec<String> = self.resources.keys().cloned().collect();
                let mut recorded = labels;
                recorded.retain(|_| self.stream.below(2) == 0);
                json!({ "file": {
                    "in": who, "name": "errored.tfstate",
                    "serial": self.stream.below(12), "resources": recorded,
                } })
            }
            20 | 21 => json!({ "edit": who, "resources": self.edited() }),
            22 => json!({ "answer": { who: "yes" } }),
            _ => json!({ "note": "nothing" }),
        }
    }

    fn run(&mut self, line: &str, who: &str) {
        let id = format!("run_{}", self.runs);
        self.runs += 1;
        self.steps.push(json!({ "run": line, "as": who, "id": id }));
    }

    fn last_after(&mut self, pause: &str) {
        self.steps.last_mut().unwrap()["after"] = json!(pause);
    }

    fn push(&mut self, pause: &str, mut step: Value) {
        step["after"] = json!(pause);
        self.steps.push(step);
    }

    /// Everything works again, and everything comes to its end.
    fn settle(&mut self) {
        self.push("0s", json!({ "faults": [] }));
        let valid = if self.is_local {
            json!({ "cloud": "valid" })
        } else {
            json!({ "blob": "valid", "cloud": "valid" })
        };
        for who in OPERATORS {
            self.push("0s", json!({ "resume": who }));
            if !self.is_local {
                self.push("0s", json!({ "heal": format!("{who} <-> blob") }));
            }
            self.push("0s", json!({ "heal": format!("{who} <-> cloud") }));
            self.push("0s", json!({ "disk": { who: "ok" } }));
            self.push("0s", json!({ "credentials": { who: valid } }));
        }
        self.push("12h", json!({ "note": "settled" }));
    }

    fn write(&mut self) {
        let pauses = ["0s", "90ms", "700ms", "2s", "8s", "30s", "3m"];
        // Only who has run something can be struck.
        for who in OPERATORS {
            self.run("terraform state list", who);
        }
        if self.one_in(2) {
            let resources = self.edited();
            self.push("0s", json!({ "edit": "bob", "resources": resources }));
        }
        for _ in 0..=2 + self.stream.below(9) {
            let pause = self.pick(&pauses);
            if self.one_in(2) {
                let (line, who) = (self.command(), self.operator());
                self.run(&line, who);
                self.last_after(pause);
            } else {
                let blow = self.blow();
                self.push(pause, blow);
            }
        }
        self.settle();
        self.push("0s", json!({ "expect": {} }));
        if !self.is_local {
            self.push("0s", json!({ "blob": { "break_lease": "0s" } }));
        }
        // Somebody mends it, with care or without.
        for _ in 0..self.stream.below(7) {
            let (label, kind) = self.label();
            let line = match self.stream.below(6) {
                0 => "rm -f errored.tfstate".to_owned(),
                1 => "terraform apply -auto-approve -refresh-only".to_owned(),
                2 | 3 => format!("terraform import {kind}.{label} {}", self.object_id(&label)),
                _ => self.command(),
            };
            let who = self.operator();
            self.run(&line, who);
            self.last_after("10m");
            self.push("9m", json!({ "expect": {} }));
        }
        // The configurations are known from the first edit on; the names in any case.
        let kinds = RENAMED.iter().zip(TYPES);
        let all = kinds.map(|(name, kind)| ((*name).to_owned(), json!({ "type": kind })));
        self.steps
            .push(json!({ "at": "2000h", "edit": "bob", "resources": all.collect::<Map<_, _>>() }));
    }
}

/// A wreck in YAML.
pub(crate) fn yaml(seed: u64, place: Place) -> String {
    let stream = Stream::named(Seed(seed), "wreck");
    let mut writer = Writer {
        stream,
        labels: Vec::new(),
        resources: Map::new(),
        steps: Vec::new(),
        runs: 0,
        is_local: false,
    };
    writer.is_local = writer.one_in(8);
    let count = 1 + writer.stream.below(RESOURCES_MAX);
    for number in 0..count {
        let label = format!("r{number}");
        let kind = writer.pick(&TYPES);
        let below: Vec<String> = writer.resources.keys().cloned().collect();
        let resource = writer.resource(kind, &below);
        writer.resources.insert(label.clone(), resource);
        writer.labels.push((label, kind));
    }
    let renamed = RENAMED.iter().zip(TYPES);
    writer
        .labels
        .extend(renamed.map(|(name, kind)| ((*name).to_owned(), kind)));
    let mut recorded: Vec<String> = writer.resources.keys().cloned().collect();
    let mut unrecorded = recorded.clone();
    recorded.retain(|_| writer.stream.below(2) == 0);
    unrecorded.retain(|label| !recorded.contains(label) && writer.stream.below(4) == 0);
    let before = json!({
        "remote": { "serial": writer.stream.below(9), "resources": recorded },
        "cloud": unrecorded,
    });
    writer.write();
    let backend = if writer.is_local {
        json!({ "type": "local" })
    } else {
        json!({})
    };
    let mut document = json!({
        "leaselab": 1,
        "title": format!("random wreck {seed}"),
        "limits": { "events": 300_000, "time": "4000h" },
        "operators": { "alice": {}, "bob": {} },
        "before": before,
        "resources": writer.resources,
        "steps": writer.steps,
    });
    if writer.is_local {
        document["backend"] = backend;
        document["operators"] = json!({ "alice": {}, "bob": { "directory": "alice" } });
    }
    translate(&mut document, place, seed);
    serde_yaml::to_string(&document).unwrap()
}

/// A wreck, read. None where it can't be: a file is to record an object that never was.
pub(super) fn wreck(seed: u64, place: Place) -> Option<Arc<Scenario>> {
    let yaml = yaml(seed, place);
    match scenario::parse("wreck.yaml", yaml.as_bytes()) {
        Ok(scenario) => Some(Arc::new(scenario)),
        Err(errors) => {
            let text = errors.render("wreck.yaml", yaml.as_bytes());
            let mut lines = text.lines().filter(|line| line.starts_with("error"));
            let is_refused = |line: &str| line.contains("has existed when the file is written");
            assert!(lines.all(is_refused), "{text}\n{yaml}");
            None
        }
    }
}
