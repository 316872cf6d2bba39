//! The wrecks of the library, drilled by somebody who does what the hints say and nothing else.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use leaselab::drill::{Drill, Hint, HintStep, Said};
use leaselab::kernel::Seed;
use leaselab::render::{self, Layout, Naming};
use leaselab::runbook::{self, Outcome};
use leaselab::scenario::{self, Scenario, Settings};

/// So many hints are followed at most.
const HINTS_MAX: usize = 300;

/// Where the last hint says what a person has to decide: which of two objects is kept, whether a
/// half-made one is whole, where a copy of a lost state could be. In a row of pg's table no command
/// replaces what can't be read.
const DECIDED_BY_A_PERSON: [&str; 16] = [
    "night_state_emptied",
    "night_state_garbage",
    "connection_reset_made_worse",
    "errored_lost_made_worse",
    "errored_overwritten_by_second",
    "first_interrupt_made_worse",
    "forked_lineage_made_worse",
    "lock_false_made_worse",
    "permission_denied_made_worse",
    "tainted_made_worse",
    "token_expired_made_worse",
    "unlock_failed_made_worse",
    "zero_byte_made_worse",
    "zero_byte_state_leased",
    "disks_swapped_in_the_state",
    "generated_name_created_twice",
];

fn wrecks(folder: &Path, found: &mut Vec<(PathBuf, Arc<Scenario>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            wrecks(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "yaml") {
            let (name, source) = (path.display().to_string(), fs::read(&path).unwrap());
            // The nights are on every backend, each with a wreck of its own.
            let is_night = folder.ends_with("backends");
            let scenarios = if is_night {
                scenario::variants(&name, &source, &Settings::new()).unwrap()
            } else {
                vec![scenario::parse(&name, &source).unwrap()]
            };
            let wrecks = scenarios.into_iter().filter(|one| one.wreck().is_some());
            found.extend(wrecks.map(|scenario| (path.clone(), Arc::new(scenario))));
        }
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
}

/// Does what hints say, until there is none. Where they name no command, time passes.
fn follow(drill: &mut Drill) {
    let mut waited = 0;
    for _ in 0..HINTS_MAX {
        let said = drill.line(":hint");
        render::drill(&said, Layout::default());
        let Some(Said::Hint(hint)) = said.last() else {
            panic!("a hint is asked for")
        };
        match &**hint {
            Hint::Done { .. } => return,
            Hint::Step { step, commands, .. } if *step == HintStep::Command => {
                if commands.is_empty() {
                    waited += 1;
                    if waited > 3 {
                        return;
                    }
                    drill.line("sleep 3600");
                }
                for (who, line) in commands {
                    if let Some(who) = who {
                        drill.line(&format!(":switch {who}"));
                    }
                    drill.line(line);
                    drill.settle();
                }
            }
            Hint::Step { .. } => {}
        }
    }
}

#[test]
fn whoever_follows_the_hints_recovers() {
    let mut all = Vec::new();
    wrecks(&super::root().join("scenarios"), &mut all);
    let mut left = Vec::new();
    for (path, scenario) in all {
        let seats: Vec<_> = {
            let (_, mender) = scenario.wreck().unwrap();
            let others = scenario
                .names
                .operator_ids()
                .filter(|other| *other != mender);
            std::iter::once(mender).chain(others).collect()
        };
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let mut drill = Drill::begin(&scenario, Seed(0), &seats).unwrap();
        let first = render::drill_opening(&drill.opening(), Naming::Hidden, Layout::default());
        assert!(!first.contains(&name), "{name} is named");
        follow(&mut drill);
        let finish = drill.finish();
        render::drill_end(&finish, Layout::default());
        if let Some(record) = drill.record("x.yaml") {
            let read = runbook::parse("record.md", record.as_bytes()).unwrap();
            let graded = runbook::grade(&read, &scenario, Seed(0)).unwrap();
            assert_eq!(graded.outcome, finish.graded.outcome, "{name}");
        }
        match finish.graded.outcome {
            Outcome::Recovered => {}
            Outcome::Incomplete => left.push(name),
            harmed @ (Outcome::RecoveredBut | Outcome::Blocked | Outcome::MadeWorse) => {
                panic!("hints did harm in {name}: {harmed:?}")
            }
        }
    }
    assert_eq!(left, DECIDED_BY_A_PERSON);
}
