//! Folders of scenarios: found, read, and replayed in parallel.

use std::path::{Path, PathBuf};

use leaselab::explain::Exhibit;
use leaselab::kernel::Seed;
use leaselab::simulation::{Recording, simulate};
use leaselab::verdict::judge;
use rayon::prelude::*;

use super::exit::Failure;
use super::input::{read_scenario, scenario_files};

/// A scenario as an exhibit, or why its file can't be read.
pub(crate) type Read = Result<Exhibit, Failure>;

/// The exhibits of files and folders, in the order of their paths.
pub(crate) fn exhibits(paths: &[PathBuf]) -> Vec<Read> {
    let files: Vec<Result<PathBuf, Failure>> = paths.iter().flat_map(files).collect();
    files.into_par_iter().map(|file| exhibit(&file?)).collect()
}

fn exhibit(path: &Path) -> Read {
    let scenario = read_scenario(path, &[])?;
    let report = judge(&scenario, simulate(&scenario, Seed(0), Recording::On));
    Ok(Exhibit::of(path.display().to_string(), &report))
}

/// The scenario files that a path names, or why there are none.
fn files(path: &PathBuf) -> Vec<Result<PathBuf, Failure>> {
    match scenario_files(std::slice::from_ref(path)) {
        Ok(files) => files.into_iter().map(Ok).collect(),
        Err(failure) => vec![Err(failure)],
    }
}
