//! A wreck at random.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::path::PathBuf;
use std::sync::Arc;

use leaselab::scenario::{Level, Scenario};

use crate::cli::exit::Failure;
use crate::cli::input::{Setting, read_scenario, scenario_files};

/// Picks one of the scenarios that have a wreck.
pub(super) fn pick(
    paths: &[PathBuf],
    settings: &[Setting],
    level: Option<Level>,
    seed: Option<u64>,
) -> Result<(PathBuf, Arc<Scenario>), Failure> {
    let files = scenario_files(paths)?;
    let read = files.into_iter().filter_map(|file| {
        let scenario = read_scenario(&file, settings).ok()?;
        // What says no level suits everybody.
        let own = scenario.lesson.level;
        let suits = level.is_none() || own.is_none() || own == level;
        (suits && scenario.wreck().is_some()).then_some((file, scenario))
    });
    let mut wrecks: Vec<_> = read.collect();
    if wrecks.is_empty() {
        return Err(Failure::input(
            "no scenario of that kind here has a `wreck:` step, at which a drill starts",
        ));
    }
    // Whoever names no seed wants to be surprised.
    let chance = seed.unwrap_or_else(|| RandomState::new().hash_one(0));
    let count = u64::try_from(wrecks.len()).unwrap_or(1);
    let index = usize::try_from(chance % count).unwrap_or(0);
    Ok(wrecks.swap_remove(index))
}
