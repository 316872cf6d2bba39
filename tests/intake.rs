//! Scenarios from state files: the reverse of `run --states`, real files, and hostile ones.

mod backends;
mod hostile;
mod real;

use std::collections::BTreeSet;
use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::scenario::intake::{Errored, Intake, IntakeError, Source};
use leaselab::scenario::{BackendPreset, FindingName, Scenario};
use leaselab::simulation::Recording;
use leaselab::terraform::{Backend, Names, state_file};
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
        | FindingName::DigestMismatch
        | FindingName::LostUpdate
        | FindingName::LimitReached
        | FindingName::LeftoverLockInfo => false,
        // Without lock info there is no lock.json.
        // Inputs that no file has any more can't be missed.
        FindingName::LostInputs => has_inputs(key.subject),
        // With azurerm what is made of it has a blob, and where there is none no lock.
        FindingName::OrphanedLock => {
            let has_place = !matches!(names.backend, Backend::Azurerm { .. })
                || !matches!(observation.remote, RemoteState::Absent);
            has_place && render::lock_file(names, observation).is_some()
        }
        FindingName::OrphanedObject
        | FindingName::GhostObject
        | FindingName::StaleAttributes
        | FindingName::TaintedObject
        | FindingName::DuplicateObject
        | FindingName::WrongAddress
        | FindingName::RecordedTwice
        | FindingName::LineageMismatch
        | FindingName::SpuriousErrored
        | FindingName::ForkedState
        | FindingName::StaleErrored
        | FindingName::RemoteBehindErrored => true,
    };
    keys.filter(is_in_files)
        .map(|key| {
            let about = match key.subject {
                Subject::Resource(resource) => names.address(resource),
                about @ (Subject::Lock | Subject::State | Subject::Operator(_)) => {
                    about.word(names).to_owned()
                }
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
    backend: BackendPreset,
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
        backend: Some(backend),
        init: None,
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
        let backend = BackendPreset::of(scenario.backend);
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
            let (yaml, again) = written_and_taken_in(names, observation, backend).unwrap();
            assert_eq!(BackendPreset::of(again.backend), backend);
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

const REMOTE: &str = include_str!("intake/incident/remote.tfstate");
const ERRORED: &str = include_str!("intake/incident/errored.tfstate");

fn incident(gone: Vec<&str>) -> Intake<'_> {
    Intake {
        remote: Some(file("remote.tfstate", REMOTE)),
        errored: vec![Errored {
            operator: "alice",
            source: file("errored.tfstate", ERRORED),
        }],
        gone,
        ..Intake::default()
    }
}

/// What somebody has looked up and not found is a ghost, or nothing at all.
#[test]
fn what_is_gone_does_not_exist() {
    let vnet = r#"module.network["west"].azurerm_virtual_network.main"#;
    let subnet = r#"module.network["west"].azurerm_subnet.main[0]"#;
    let (_, scenario) = taken_in(&incident(vec![vnet, subnet])).unwrap();
    let (names, end) = ended(&scenario);
    let found = found(&names, &end);
    assert!(
        found.contains(&(FindingName::GhostObject, vnet.to_owned())),
        "{found:?}"
    );
    assert!(
        !found.contains(&(FindingName::OrphanedObject, subnet.to_owned())),
        "{found:?}"
    );
    let other = r#"module.network["west"].azurerm_subnet.main[1]"#;
    assert!(
        found.contains(&(FindingName::OrphanedObject, other.to_owned())),
        "{found:?}"
    );
    let said = taken_in(&incident(vec![
        "module.network.azurerm_virtual_network.main",
    ]));
    assert_eq!(
        said.unwrap_err().to_string(),
        "--gone: no file records module.network.azurerm_virtual_network.main; did you mean \
         `module.network[\"west\"].azurerm_virtual_network.main`?"
    );
}

/// Two objects for one address, one object under two, and one that is still to be destroyed.
#[test]
fn duplicates_moves_and_deposed_objects_are_taken_over() {
    let state = |serial: u64, resources: &str| {
        format!(
            r#"{{ "version": 4, "serial": {serial}, "resources": [{resources}],
                "lineage": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0" }}"#
        )
    };
    let disk = |name: &str, id: &str, more: &str| {
        format!(
            r#"{{ "mode": "managed", "type": "a_disk", "name": "{name}", "instances": [
                {{ "attributes": {{ "id": "{id}" }} }}{more} ] }}"#
        )
    };
    let deposed = r#", { "deposed": "00c0ffee", "attributes": { "id": "/old" } }"#;
    let remote = [disk("twin", "/one", ""), disk("before", "/moved", "")].join(", ");
    let errored = [disk("twin", "/two", deposed), disk("after", "/moved", "")].join(", ");
    let (remote, errored) = (state(7, &remote), state(8, &errored));
    let (yaml, scenario) = taken_in(&Intake {
        remote: Some(file("remote.tfstate", &remote)),
        errored: vec![Errored {
            operator: "alice",
            source: file("errored.tfstate", &errored),
        }],
        ..Intake::default()
    })
    .unwrap();
    let (names, end) = ended(&scenario);
    let found = found(&names, &end);
    let about = |name, address: &str| (name, address.to_owned());
    for expected in [
        about(FindingName::DuplicateObject, "a_disk.twin"),
        about(FindingName::WrongAddress, "a_disk.before"),
        about(FindingName::OrphanedObject, "a_disk.twin_deposed_00c0ffee"),
    ] {
        assert!(found.contains(&expected), "{expected:?}: {found:?}\n{yaml}");
    }
    assert!(
        yaml.contains("before: { type: a_disk, configured: false }"),
        "{yaml}"
    );
    let two = [("bob", &errored), ("bob", &errored)].map(|(operator, text)| Errored {
        operator,
        source: file("errored.tfstate", text),
    });
    let said = taken_in(&Intake {
        errored: two.to_vec(),
        ..Intake::default()
    });
    assert_eq!(
        said.unwrap_err().to_string(),
        "two errored.tfstate are of bob: say whose each is, `--errored bob=FILE`"
    );
}
