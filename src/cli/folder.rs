//! Folders of scenarios: read, and replayed in parallel.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use leaselab::explain::Exhibit;
use leaselab::kernel::Seed;
use leaselab::scenario::{self, Settings};
use leaselab::simulation::Recording;
use leaselab::suite;
use leaselab::verdict::Report;
use rayon::prelude::*;

use super::exit::Failure;
use super::input::{Source, read_source, scenario_files};

/// A scenario as an exhibit, or why its file can't be read.
pub(crate) type Read = Result<Exhibit, Failure>;

/// The exhibits of files and folders, in the order of their paths. What can't be read keeps
/// nothing else back.
pub(crate) fn exhibits(paths: &[PathBuf]) -> Vec<Read> {
    let mut files = Vec::new();
    for path in paths {
        match scenario_files(std::slice::from_ref(path)) {
            Ok(found) => files.extend(found.into_iter().map(Ok)),
            Err(failure) => files.push(Err(failure)),
        }
    }
    files.into_par_iter().map(|file| exhibit(&file?)).collect()
}

fn exhibit(path: &Path) -> Read {
    let Source { name, bytes } = read_source(path)?;
    let variants = scenario::variants(&name, &bytes, &Settings::new())
        .map_err(|errors| Failure::mistakes(&errors, &name, &bytes))?;
    let replay = |scenario| -> Report {
        let scenario = Arc::new(scenario);
        suite::replay(&scenario, Seed(0), Recording::On)
    };
    let reports: Vec<Report> = variants.into_iter().map(replay).collect();
    Ok(Exhibit::of(path.display().to_string(), &reports))
}
