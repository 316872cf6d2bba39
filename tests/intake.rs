//! Scenarios from state files: the reverse of `run --states`, real files, and hostile ones.

mod hostile;
mod real;

use std::collections::BTreeSet;
use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::scenario::intake::{Errored, Intake, IntakeError, Source};
use leaselab::scenario::{FindingName, Scenario};
use leaselab::simulation::Recording;
use leaselab::terraform::{Names, state_file};
use leaselab::timeline::{LocalFile, Observation, RemoteState};
use leaselab::verdict::{self, FindingKey, Subject};
use leaselab::{render, scenario, suite};

/// The scenario of these files; whatever is made of files is a scenario.
pub(crate) fn taken_in(intake: &Intake<'_>) -> Result<(String, Arc<Scenario>), IntakeError> {
    let yaml = scenario::intake::scenario(intake)?;
    match scenario::parse("taken_in.yaml", yaml.as_bytes()) {
        Ok(scenario) => Ok((yaml, Arc::new(scenario))),
        Err(errors) => panic!("{}\n{yaml}", errors.render("it", yaml.as_bytes())),
    }
}

/// The observation at the end of a replication.
pub(crate) fn ended(scenario: &Arc<Scenario>) -> (Arc<Names>, Arc<Observation>) {
    let report = suite::replay(scenario, Seed(0), Recording::On);
    assert!(
        report.timeline.vacuities.is_empty(),
        "{}",
        render::text(&report, render::Layout::default())
    );
    let end = Arc::clone(&report.timeline.observations.last().unwrap().observation);
    (Arc::clone(&report.timeline.names), end)
}

/// The findings with what they are about, by address.
fn found(names: &Names, observation: &Observation) -> BTreeSet<(FindingName, String)> {
    let keys = verdict::keys(names, observation).into_iter();
    let has_inputs = |subject: Subject| {
        let errored = observation.errored.values().filter_map(|file| match file {
            LocalFile::State(file) => Some(file),
            LocalFile::Empty | LocalFile::Unreadable => None,
        });
        let mut records = observation.remote_state().into_iter().chain(errored);
        let Subject::Resource(resource) = subject else {
            return false;
        };
        records.any(|file| {
            let record = file.snapshot.object(resource);
            record.is_some_and(|record| record.has_inputs())
        })
    };
    let is_in_files = |key: &FindingKey| match key.name {
        // What was, and what is not in a state file: how long a run was, what a blob held before.
        FindingName::CorruptState
        | FindingName::StateLost
        | FindingName::LimitReached
        | FindingName::LeftoverLockInfo => false,
        // Without lock info there is no lock.json.
        // Inputs that no file has any more can't be missed.
        FindingName::LostInputs => has_inputs(key.subject),
        FindingName::OrphanedLock => render::lock_file(names, observation).is_some(),
        _ => true,
    };
    keys.filter(is_in_files)
        .map(|key| {
            let about = match key.subject {
                Subject::Resource(resource) => names.address(resource),
                other => other.word(names).to_owned(),
            };
            (key.name, about)
        })
        .collect()
}

pub(crate) fn file<'a>(name: &'a str, text: &'a str) -> Source<'a> {
    let bytes = text.as_bytes();
    Source { name, bytes }
}

/// The files that `run --states` writes of an observation, taken in.
fn written_and_taken_in(
    names: &Names,
    observation: &Observation,
) -> Result<(String, Arc<Scenario>), IntakeError> {
    let remote = match &observation.remote {
        RemoteState::State(file) => Some(state_file::write(names, file)),
        RemoteState::Empty => Some(String::new()),
        RemoteState::Absent | RemoteState::Unreadable => None,
    };
    let errored: Vec<(&str, String)> = { observation.errored.iter() }
        .filter_map(|(operator, file)| {
            let text = match file {
                LocalFile::State(file) => state_file::write(names, file),
                LocalFile::Empty => String::new(),
                LocalFile::Unreadable => return None,
            };
            Some((names.operator(*operator), text))
        })
        .collect();
    let lock = render::lock_file(names, observation);
    let cloud = render::cloud_file(names, observation);
    taken_in(&Intake {
        remote: remote.as_deref().map(|text| file("remote.tfstate", text)),
        errored: { errored.iter() }
            .map(|(operator, text)| Errored {
                operator,
                source: file("errored.tfstate", text),
            })
            .collect(),
        lock: lock.as_deref().map(|text| file("lock.json", text)),
        cloud: Some(file("cloud.json", &cloud)),
        gone: Vec::new(),
    })
}

/// Reading back what `run --states` wrote gives the same wreck.
#[test]
fn what_was_written_is_the_same_wreck_again() {
    let mut differ = Vec::new();
    let mut compared = 0;
    for scenario in crate::scenarios::all() {
        let report = suite::replay(&scenario, Seed(0), Recording::On);
        let names = &report.timeline.names;
        for observed in &report.timeline.observations {
            let observation = &observed.observation;
            let has_living = observation.living().next().is_some();
            let has_state = matches!(
                observation.remote,
                RemoteState::State(_) | RemoteState::Empty
            ) || !observation.errored.is_empty();
            if has_living || !has_state {
                continue;
            }
            let expected = found(names, observation);
            let (yaml, again) = written_and_taken_in(names, observation).unwrap();
            let (names, end) = ended(&again);
            let taken = found(&names, &end);
            compared += 1;
            if taken != expected {
                let name = &scenario.name;
                let at = observation.time;
                differ.push(format!(
                    "{name} at {at}: expected {expected:?}, taken in {taken:?}\n{yaml}"
                ));
            }
        }
    }
    assert!(compared > 200, "{compared} wrecks");
    let count = differ.len();
    differ.truncate(5);
    assert!(count == 0, "{count} of {compared}\n{}", differ.join("\n"));
}
