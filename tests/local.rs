//! The local backend, row by row: what each command does to the files of a state, and what becomes
//! of it where the file system, a hand or a signal is in the way.

#[path = "local/failure.rs"]
mod failure;
#[path = "local/file.rs"]
mod file;

use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::scenario;
use leaselab::simulation::{Recording, simulate};
use leaselab::terraform::{Names, StateFile};
use leaselab::timeline::{LocalFile, LockObservation, Observation, RemoteState, Timeline};

const HEAD: &str = "\
leaselab: 1
title: a local state
backend: { type: local, shared: true }
resources:
  vnet: { create: 2s }
  subnet: { create: 2s, needs: [vnet] }
steps:
";

/// The first apply, of both resources.
const SETUP: &str = "- { id: setup, run: terraform apply -auto-approve, as: alice }\n";

/// Both resources change.
const EDIT: &str = "\
- { edit: alice, resources: { vnet: { create: 2s, attributes: { size: 2 } }, \
   subnet: { create: 2s, needs: [vnet], attributes: { size: 2 } } } }
";

/// What a scenario came to.
struct Played {
    /// What there was to see at each `expect: {}`, and at the end.
    looks: Vec<String>,
    /// Each run with its exit and its errors.
    runs: Vec<String>,
}

impl Played {
    fn last(&self) -> &str {
        self.looks.last().unwrap()
    }

    fn run(&self, name: &str) -> &str {
        let is_it = |run: &&String| run.split(' ').next() == Some(name);
        self.runs.iter().find(is_it).unwrap()
    }
}

/// Plays steps at a path that alice and bob share.
fn play(steps: &str) -> Played {
    play_whole(&format!("{HEAD}{steps}"))
}

/// Plays steps in the working directory that alice and bob share.
fn play_in_directory(steps: &str) -> Played {
    let shared = "backend: { type: local, shared: true }";
    let own = "backend: { type: local }\noperators: { bob: { directory: alice } }";
    play_whole(&format!("{HEAD}{steps}").replace(shared, own))
}

fn play_whole(source: &str) -> Played {
    let timeline = replay(source);
    let observations = timeline.observations.iter();
    let mut looks: Vec<String> = observations
        .filter(|observed| observed.occasion.step().is_some())
        .map(|observed| look(&observed.observation, &timeline.names))
        .collect();
    let end = timeline.last();
    looks.push(look(end, &timeline.names));
    let runs = end.runs.iter().map(|run| {
        let name = timeline.names.run(run.run);
        let exit = run
            .end
            .map_or("alive".to_owned(), |end| end.exit.to_string());
        let errors = run.errors.iter().map(|error| match &error.lock_info {
            Some(info) => format!("; {error} by {}", timeline.names.operator(info.who)),
            None => format!("; {error}"),
        });
        format!("{name} {exit}{}", errors.collect::<String>())
    });
    let runs = runs.collect();
    Played { looks, runs }
}

fn replay(source: &str) -> Timeline {
    let scenario = match scenario::parse("local.yaml", source.as_bytes()) {
        Ok(scenario) => scenario,
        Err(errors) => panic!("{}", errors.render("local.yaml", source.as_bytes())),
    };
    simulate(&Arc::new(scenario), Seed(0), Recording::On)
}

fn state(file: &StateFile, names: &Names) -> String {
    let objects = file.snapshot.objects().map(|(id, object)| {
        let mark = if object.is_tainted { "!" } else { "" };
        format!("{}{mark}", names.resource(id))
    });
    format!("{}[{}]", file.serial, objects.collect::<Vec<_>>().join(" "))
}

fn file(file: Option<&LocalFile>, names: &Names) -> String {
    match file {
        None => "-".to_owned(),
        Some(LocalFile::Empty) => "empty".to_owned(),
        Some(LocalFile::Unreadable) => "unreadable".to_owned(),
        Some(LocalFile::State(file)) => state(file, names),
    }
}

/// `STATE, backup BACKUP`, and what else there is.
fn look(seen: &Observation, names: &Names) -> String {
    let mut text = match &seen.remote {
        RemoteState::Absent => "-".to_owned(),
        RemoteState::Empty => "empty".to_owned(),
        RemoteState::Unreadable => "unreadable".to_owned(),
        RemoteState::State(file) => state(file, names),
    };
    if seen.backup.is_some() {
        text = format!("{text}, backup {}", file(seen.backup.as_ref(), names));
    }
    for errored in seen.errored.values() {
        text = format!("{text}, errored {}", file(Some(errored), names));
    }
    if let LockObservation::Kernel { holder: Some(_) } = seen.lock {
        let holder = seen
            .holder
            .map_or("nobody", |holder| names.operator(holder));
        text = format!("{text}, {holder} holds");
    }
    if let Some(info) = seen.lock_info {
        text = format!("{text}, info of {}", names.operator(info.who));
    }
    text
}
