//! Expectations against observations.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::FindingKey;
use crate::kernel::SimTime;
use crate::scenario::{
    CloudExpectation, Expectation, FileExpectation, FindingName, LockExpectation, ObjectStatus,
    Place, RemoteExpectation,
};
use crate::terraform::{Names, ResourceId, RunId, Serial, StateFile};
use crate::timeline::{LocalFile, LockObservation, Observation, RemoteState, RunObservation};

/// An expectation that did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Which part, as the path of its key: `errored.alice.serial`.
    pub path: String,
    /// Where that key stands in the file.
    pub place: Place,
    /// What the scenario says.
    pub expected: String,
    /// What there was.
    pub actual: String,
}

/// An `expect`, judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// Where it stands in the file, counted from 1.
    pub line: u32,
    /// When it was judged.
    pub time: SimTime,
    /// How many parts held.
    pub held: u32,
    /// The parts that did not hold.
    pub mismatches: Vec<Mismatch>,
}

/// What is found at an instant.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Found<'a> {
    pub(super) keys: &'a [FindingKey],
    pub(super) in_sync: bool,
}

/// Judges an expectation.
pub(super) fn judge(
    expectation: &Expectation,
    names: &Names,
    observation: &Observation,
    found: Found<'_>,
) -> Judgement {
    let mut judge = Judge {
        expectation,
        names,
        observation,
        found,
        judgement: Judgement {
            line: expectation.line,
            time: observation.time,
            held: 0,
            mismatches: Vec::new(),
        },
    };
    judge.runs(expectation);
    judge.cloud(expectation.cloud.as_ref());
    judge.remote(expectation.remote.as_ref());
    for (operator, errored) in &expectation.errored {
        let path = format!("errored.{}", names.operator(*operator));
        judge.file(path, errored, observation.errored.get(operator));
    }
    if let Some(backup) = &expectation.backup {
        judge.file("backup".to_owned(), backup, observation.backup.as_ref());
    }
    judge.lock(expectation.lock.as_ref());
    judge.findings(expectation.findings.as_ref());
    if let Some(in_sync) = expectation.in_sync {
        judge.compare("in_sync", in_sync.to_string(), found.in_sync.to_string());
    }
    judge.judgement
}

struct Judge<'a> {
    expectation: &'a Expectation,
    names: &'a Names,
    observation: &'a Observation,
    found: Found<'a>,
    judgement: Judgement,
}

impl Judge<'_> {
    fn compare(&mut self, path: impl Into<String>, expected: String, actual: String) {
        if expected == actual {
            self.judgement.held += 1;
        } else {
            let path = path.into();
            self.judgement.mismatches.push(Mismatch {
                place: self.expectation.place(&path),
                path,
                expected,
                actual,
            });
        }
    }

    fn run(&self, run: RunId) -> Option<&RunObservation> {
        self.observation.runs.iter().find(|found| found.run == run)
    }

    fn runs(&mut self, expectation: &Expectation) {
        for (run, exit) in &expectation.exit {
            let actual = match self.run(*run).map(|found| found.end) {
                Some(Some(end)) => end.exit.to_string(),
                Some(None) => "still running".to_owned(),
                None => "not started".to_owned(),
            };
            let path = format!("exit.{}", self.names.run(*run));
            self.compare(path, exit.to_string(), actual);
        }
        for (run, parts) in &expectation.errors {
            self.errors(*run, parts);
        }
        for (run, by) in &expectation.ended_by {
            let path = format!("ended_by.{}", self.names.run(*run));
            let ended_at = self.run(*run).and_then(|found| found.ended_at);
            let expected = format!("{by} s");
            let actual = match ended_at {
                Some(ended_at) if ended_at <= *by => expected.clone(),
                Some(ended_at) => format!("{ended_at} s"),
                None => "not ended".to_owned(),
            };
            self.compare(path, expected, actual);
        }
    }

    /// Each part stands in an error, and each error contains a part.
    fn errors(&mut self, run: RunId, parts: &[String]) {
        let printed: Vec<&str> = self
            .run(run)
            .into_iter()
            .flat_map(|found| found.errors.iter())
            .map(|error| &*error.summary)
            .collect();
        let is_found = |part: &String| printed.iter().any(|error| error.contains(part.as_str()));
        let is_named = |error: &&str| parts.iter().any(|part| error.contains(part.as_str()));
        let quoted = |texts: BTreeSet<&str>| {
            if texts.is_empty() {
                return "none".to_owned();
            }
            let texts: Vec<String> = texts.iter().map(|text| format!("\"{text}\"")).collect();
            texts.join(", ")
        };
        let expected = quoted(parts.iter().map(String::as_str).collect());
        let unnamed: BTreeSet<&str> = { printed.iter() }
            .filter(|error| !is_named(error))
            .copied()
            .collect();
        let all = quoted(printed.iter().copied().collect());
        let is_all_found = parts.iter().all(is_found);
        let actual = match (is_all_found, unnamed.len()) {
            (true, 0) => expected.clone(),
            // Whoever named some of them does not see at once what differs.
            (true, 1) if !parts.is_empty() => {
                let unnamed = quoted(unnamed);
                format!("{all}; every error has to be named, and 1 is not named: {unnamed}")
            }
            (true, count) if !parts.is_empty() => {
                let unnamed = quoted(unnamed);
                format!("{all}; every error has to be named, and {count} are not named: {unnamed}")
            }
            (true | false, _) => all,
        };
        self.compare(format!("errors.{}", self.names.run(run)), expected, actual);
    }

    fn cloud(&mut self, expectation: Option<&CloudExpectation>) {
        let objects = self.observation.cloud.values();
        match expectation {
            None => {}
            Some(CloudExpectation::Listed(resources)) => {
                let actual = self.list(objects.map(|object| object.resource).collect());
                self.compare("cloud", self.list(resources.clone()), actual);
            }
            Some(CloudExpectation::Exact(pairs)) => {
                let there = objects.map(|object| (object.resource, object.status));
                let actual = self.statuses(there.collect());
                self.compare("cloud", self.statuses(pairs.clone()), actual);
            }
        }
    }

    /// The resources' labels with how far each object is: `{ vnet: creating }`.
    fn statuses(&self, mut objects: Vec<(ResourceId, ObjectStatus)>) -> String {
        if objects.is_empty() {
            return "{}".to_owned();
        }
        objects.sort_unstable();
        let pairs: Vec<String> = objects
            .iter()
            .map(|(resource, status)| {
                format!("{}: {}", self.names.resource(*resource), status.name())
            })
            .collect();
        format!("{{ {} }}", pairs.join(", "))
    }

    /// The resources' labels in the order of the file: `[vnet, subnet]`.
    fn list(&self, mut resources: Vec<ResourceId>) -> String {
        resources.sort_unstable();
        let labels: Vec<&str> = resources
            .iter()
            .map(|resource| self.names.resource(*resource))
            .collect();
        format!("[{}]", labels.join(", "))
    }

    fn state(
        &mut self,
        path: &str,
        expected: (Option<Serial>, Option<&Vec<ResourceId>>),
        file: Option<&StateFile>,
        otherwise: &str,
    ) {
        let (serial, resources) = expected;
        if (serial, resources) == (None, None) {
            let actual = if file.is_some() { "a state" } else { otherwise };
            self.compare(path, "a state".to_owned(), actual.to_owned());
        }
        if let Some(serial) = serial {
            let actual = file.map_or_else(|| otherwise.to_owned(), |file| file.serial.to_string());
            self.compare(format!("{path}.serial"), serial.to_string(), actual);
        }
        if let Some(resources) = resources {
            let recorded = |file: &StateFile| {
                let resources = file.snapshot.objects().map(|(resource, _)| resource);
                self.list(resources.collect())
            };
            let actual = file.map_or_else(|| otherwise.to_owned(), recorded);
            let expected = self.list(resources.clone());
            self.compare(format!("{path}.resources"), expected, actual);
        }
    }

    fn remote(&mut self, expectation: Option<&RemoteExpectation>) {
        let (word, file) = match &self.observation.remote {
            RemoteState::Absent => ("absent", None),
            RemoteState::Empty => ("empty", None),
            RemoteState::Unreadable => ("unreadable", None),
            RemoteState::State(file) => ("a state", Some(&**file)),
        };
        let wanted = match expectation {
            None => return,
            Some(RemoteExpectation::State { serial, resources }) => {
                return self.state("remote", (*serial, resources.as_ref()), file, word);
            }
            Some(RemoteExpectation::Absent) => "absent",
            Some(RemoteExpectation::Empty) => "empty",
            Some(RemoteExpectation::Unreadable) => "unreadable",
        };
        self.compare("remote", wanted.to_owned(), word.to_owned());
    }

    fn file(&mut self, path: String, expectation: &FileExpectation, found: Option<&LocalFile>) {
        let (word, file) = match found {
            None => ("none", None),
            Some(LocalFile::Empty) => ("empty", None),
            Some(LocalFile::Unreadable) => ("unreadable", None),
            Some(LocalFile::State(file)) => ("a state", Some(&**file)),
        };
        match expectation {
            FileExpectation::None => self.compare(path, "none".to_owned(), word.to_owned()),
            FileExpectation::Empty => self.compare(path, "empty".to_owned(), word.to_owned()),
            FileExpectation::State { serial, resources } => {
                self.state(&path, (*serial, resources.as_ref()), file, word);
            }
        }
    }

    fn lock(&mut self, expectation: Option<&LockExpectation>) {
        let is_locked = self.observation.lock.is_locked();
        let info = self.observation.lock_info;
        let named = info.filter(|info| Some(info.id) == self.observation.lock.id());
        // Lock info that is not this lease's says nothing of who holds it.
        let holder = named.map(|info| info.who).or(self.observation.holder);
        // A database keeps no info of a lock: its server knows whose session has it.
        let tells =
            info.is_some() || matches!(self.observation.lock, LockObservation::Session { .. });
        let in_words = match (is_locked, holder) {
            (false, _) => "free".to_owned(),
            (true, Some(who)) if tells => format!("held by {}", self.names.operator(who)),
            (true, _) => "held without lock info".to_owned(),
        };
        let wanted = match expectation {
            None => return,
            Some(LockExpectation::Free) => "free".to_owned(),
            Some(LockExpectation::Held) if is_locked => in_words.clone(),
            Some(LockExpectation::Held) => "held".to_owned(),
            Some(LockExpectation::HeldBy(who)) => format!("held by {}", self.names.operator(*who)),
            Some(LockExpectation::WithoutInfo) if is_locked && info.is_none() => in_words.clone(),
            Some(LockExpectation::WithoutInfo) => "held without lock info".to_owned(),
        };
        self.compare("lock", wanted, in_words);
    }

    fn findings(&mut self, expectation: Option<&BTreeMap<FindingName, Vec<String>>>) {
        let Some(wanted) = expectation else { return };
        let mut actual: BTreeMap<FindingName, BTreeSet<&str>> = BTreeMap::new();
        for key in self.found.keys {
            let word = key.subject.word(self.names);
            actual.entry(key.name).or_default().insert(word);
        }
        let wanted: BTreeMap<FindingName, BTreeSet<&str>> = wanted
            .iter()
            .map(|(name, subjects)| (*name, subjects.iter().map(String::as_str).collect()))
            .collect();
        self.compare("findings", in_words(&wanted), in_words(&actual));
    }
}

/// `orphaned_object [subnet], orphaned_lock [lock]`.
fn in_words(findings: &BTreeMap<FindingName, BTreeSet<&str>>) -> String {
    if findings.is_empty() {
        return "none".to_owned();
    }
    let parts: Vec<String> = findings
        .iter()
        .map(|(name, subjects)| {
            let subjects: Vec<&str> = subjects.iter().copied().collect();
            format!("{} [{}]", name.name(), subjects.join(", "))
        })
        .collect();
    parts.join(", ")
}
