//! Expectations.

use std::collections::BTreeMap;

use super::{Checker, placed, placed_texts};
use crate::kernel::SimTime;
use crate::scenario::document::{Content, Node, decode, quoted};
use crate::scenario::expectation::{
    CloudExpectation, Expectation, FileExpectation, FindingName, LockExpectation, Place,
    RemoteExpectation,
};
use crate::scenario::raw::expectation::{FileWord, RawExpectation, RawLock, RawState, RemoteWord};
use crate::scenario::raw::scalar::Text;
use crate::scenario::raw::shape::{ListOrPairs, Pairs, WordOr};
use crate::terraform::{ResourceId, RunId, Serial};

impl Checker<'_, '_> {
    /// What holds at the step that is being read, or at the end.
    pub(super) fn expectation(&mut self, node: &Node<'_>) -> Option<Expectation> {
        let raw: RawExpectation = decode(node, &[], self.diagnostics)?;
        let exit = self.by_run(node.field("exit"), raw.exit, |status| status.0);
        let errors = self.by_run(node.field("errors"), raw.errors, |texts| {
            texts.into_iter().map(|text| text.0).collect()
        });
        let ended_by = self.by_run(node.field("ended_by"), raw.ended_by, |ended_by| {
            SimTime::ZERO + ended_by.0
        });
        let cloud = raw.cloud.map(|cloud| {
            let node = node.field("cloud");
            match cloud {
                ListOrPairs::List(labels) => CloudExpectation::Listed(self.texts(node, &labels)),
                ListOrPairs::Pairs(pairs) => CloudExpectation::Exact(
                    placed(pairs, node)
                        .filter_map(|(label, status, key, _)| {
                            Some((self.resource(key, &label)?, status))
                        })
                        .collect(),
                ),
            }
        });
        let remote = raw.remote.and_then(|remote| match remote {
            WordOr::Word(RemoteWord::Absent) => Some(RemoteExpectation::Absent),
            WordOr::Word(RemoteWord::Empty) => Some(RemoteExpectation::Empty),
            WordOr::Word(RemoteWord::Unreadable) => Some(RemoteExpectation::Unreadable),
            WordOr::Fields(state) => {
                let (serial, resources) = self.state(node.field("remote"), &state)?;
                Some(RemoteExpectation::State { serial, resources })
            }
        });
        let errored = self.errored(node.field("errored"), raw.errored);
        let backup = raw.backup.and_then(|backup| {
            self.check_backup(node)?;
            self.state_file(node.field("backup"), backup)
        });
        let lock = match raw.lock {
            None => None,
            Some(RawLock::Free) => Some(LockExpectation::Free),
            Some(RawLock::Held) => Some(LockExpectation::Held),
            Some(RawLock::WithoutInfo) => Some(LockExpectation::WithoutInfo),
            Some(RawLock::HeldBy(name)) => {
                let node = node.field("lock").field("held_by");
                self.operator(node, &name.0).map(LockExpectation::HeldBy)
            }
        };
        let findings = raw
            .findings
            .map(|findings| self.findings(node.field("findings"), findings.0));
        let line = self.diagnostics.line(node);
        let mut keys = BTreeMap::new();
        self.places(node, "", &mut keys);
        Some(Expectation {
            line,
            keys,
            exit,
            errors,
            cloud,
            remote,
            errored,
            backup,
            lock,
            findings,
            in_sync: raw.in_sync.map(|flag| flag.0),
            ended_by,
        })
    }

    /// Where the keys within a mapping stand, by their paths.
    fn places(&mut self, node: &Node<'_>, around: &str, keys: &mut BTreeMap<String, Place>) {
        for (key, value) in node.entries() {
            let Some(name) = key.text() else { continue };
            let path = match around {
                "" => name.to_owned(),
                around => format!("{around}.{name}"),
            };
            let place = self.diagnostics.place(key);
            self.places(value, &path, keys);
            keys.insert(path, place);
        }
    }

    /// What holds at the end: something, where the key stands.
    pub(super) fn final_expectation(&mut self, node: &Node<'_>) -> Option<Expectation> {
        let expectation = self.expectation(node)?;
        // `remote: {}` names the state, `backup: {}` the backup, and neither judges anything of it; `cloud: {}` names no object.
        let names_something = node.entries().iter().any(|(key, value)| {
            matches!(key.text(), Some("remote" | "backup" | "cloud"))
                || !matches!(&value.content, Content::Map(all) if all.is_empty())
        });
        if !names_something && self.diagnostics.is_silent_at(node) {
            let message = "nothing is expected of the end";
            let help = "name something, such as `in_sync: true`, or leave `expect` out".to_owned();
            self.diagnostics.error_help(node, message, Some(help));
        }
        Some(expectation)
    }

    fn by_run<T, U>(
        &mut self,
        node: &Node<'_>,
        pairs: Option<Pairs<T>>,
        convert: impl Fn(T) -> U,
    ) -> Vec<(RunId, U)> {
        let mut converted = Vec::new();
        let pairs = pairs.map_or(Vec::new(), |pairs| pairs.0);
        for (id, value, key, _) in placed(pairs, node) {
            if let Some(run) = self.earlier_run(key, &id) {
                converted.push((run, convert(value)));
            }
        }
        converted
    }

    fn errored(
        &mut self,
        node: &Node<'_>,
        pairs: Option<Pairs<WordOr<FileWord, RawState>>>,
    ) -> Vec<(crate::terraform::OperatorId, FileExpectation)> {
        let mut converted = Vec::new();
        let pairs = pairs.map_or(Vec::new(), |pairs| pairs.0);
        for (name, value, key, node) in placed(pairs, node) {
            let expectation = self.state_file(node, value);
            let operator = self.operator(key, &name);
            converted.extend(operator.zip(expectation));
        }
        converted
    }

    fn state_file(
        &mut self,
        node: &Node<'_>,
        raw: WordOr<FileWord, RawState>,
    ) -> Option<FileExpectation> {
        match raw {
            WordOr::Word(FileWord::None) => Some(FileExpectation::None),
            WordOr::Word(FileWord::Empty) => Some(FileExpectation::Empty),
            WordOr::Fields(state) => {
                let (serial, resources) = self.state(node, &state)?;
                Some(FileExpectation::State { serial, resources })
            }
        }
    }

    /// What is judged of a state; nothing where nothing is named.
    fn state(
        &mut self,
        node: &Node<'_>,
        raw: &RawState,
    ) -> Option<(Option<Serial>, Option<Vec<ResourceId>>)> {
        let resources = raw
            .resources
            .as_ref()
            .map(|labels| self.texts(node.field("resources"), labels));
        let serial = raw.serial.as_ref().map(|serial| serial.0);
        (serial.is_some() || resources.is_some()).then_some((serial, resources))
    }

    pub(super) fn texts(&mut self, node: &Node<'_>, labels: &[Text]) -> Vec<ResourceId> {
        self.resources(node, labels.iter().map(|label| label.0.as_str()))
    }

    fn findings(
        &mut self,
        node: &Node<'_>,
        pairs: Vec<(String, Vec<Text>)>,
    ) -> BTreeMap<FindingName, Vec<String>> {
        let mut findings = BTreeMap::new();
        for (name, subjects, key, list) in placed(pairs, node) {
            let known = FindingName::ALL
                .into_iter()
                .find(|known| known.name() == name);
            if subjects.is_empty() {
                let message = format!("{} of nothing is no finding", quoted(&name));
                let help = "name what it is about, or leave it out: `findings: {}` is none";
                self.diagnostics
                    .error_help(key, message, Some(help.to_owned()));
            }
            let mut checked = Vec::new();
            let subjects = subjects.iter().map(|subject| subject.0.as_str());
            for (subject, item) in placed_texts(subjects, list) {
                self.subject(item, subject, &mut checked);
            }
            if let Some(known) = known {
                findings.insert(known, checked);
            } else {
                let names = FindingName::ALL.map(FindingName::name);
                let help = self.diagnostics.nearest(&name, names);
                let message = format!("unknown finding {}", quoted(&name));
                self.diagnostics.error_help(key, message, help);
            }
        }
        findings
    }

    /// A finding is about resources, an operator, `lock` or `state`.
    fn subject(&mut self, node: &Node<'_>, subject: &str, checked: &mut Vec<String>) {
        let is_known = matches!(subject, "lock" | "state")
            || self.index.operators.contains_key(subject)
            || self.index.resources.contains_key(subject);
        if is_known {
            checked.push(subject.to_owned());
        } else if let Some(copies) = self.index.groups.get(subject) {
            if self.may_refer(node, copies.len()) {
                let names = &self.index.names;
                checked.extend(copies.iter().map(|id| names.resource(*id).to_owned()));
            }
        } else {
            let resources = self.index.resources.keys();
            let known = resources
                .chain(self.index.operators.keys())
                .map(String::as_str);
            let help = self
                .diagnostics
                .nearest(subject, known.chain(["lock", "state"]));
            let message = format!(
                "{} is no subject of a finding: no resource, no operator, not `lock` or `state`",
                quoted(subject)
            );
            self.diagnostics.error_help(node, message, help);
        }
    }
}
