//! The files of `run --states`.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use leaselab::render;
use leaselab::terraform::state_file;
use leaselab::timeline::{LocalFile, RemoteState};
use leaselab::verdict::Report;

use super::exit::Failure;
use super::input::in_words;
use super::output::write_file;

/// The list of the files that a run has written, a line each, so that the next one takes away those
/// that it does not write again.
const LIST: &str = ".leaselab-states";

/// Writes the states at the end. What does not exist is not written, and a file that an earlier run
/// wrote for it is removed.
pub(crate) fn write(report: &Report, folder: &Path) -> Result<(), Failure> {
    let files = files(report);
    let earlier = fs::read(folder.join(LIST)).unwrap_or_default();
    let earlier = String::from_utf8_lossy(&earlier);
    let names = &report.timeline.names;
    let own = names
        .operator_ids()
        .map(|operator| errored(names.operator(operator)));
    let own = own.chain(["remote.tfstate", "lock.json"].map(str::to_owned));
    let listed = earlier.lines().map(str::to_owned);
    for name in own.chain(listed.filter(|name| is_ours(name))) {
        if !files.contains_key(&name) {
            remove(&folder.join(&name))?;
        }
    }
    for (name, text) in &files {
        write_file(&folder.join(name), text)?;
    }
    let list: Vec<&str> = files.keys().map(String::as_str).collect();
    write_file(&folder.join(LIST), &format!("{}\n", list.join("\n")))
}

/// The content of each file, by its path below the folder.
fn files(report: &Report) -> BTreeMap<String, String> {
    let observation = report.timeline.last();
    let names = &report.timeline.names;
    let remote = match &observation.remote {
        RemoteState::State(file) => Some(state_file::write(names, file)),
        RemoteState::Empty => Some(String::new()),
        RemoteState::Absent | RemoteState::Unreadable => None,
    };
    let errored = observation.errored.iter().filter_map(|(operator, file)| {
        let text = match file {
            LocalFile::State(file) => state_file::write(names, file),
            LocalFile::Empty => String::new(),
            LocalFile::Unreadable => return None,
        };
        Some((errored(names.operator(*operator)), text))
    });
    let cloud = render::cloud_file(names, observation);
    let lock = render::lock_file(names, observation);
    let lock = lock.map(|text| ("lock.json".to_owned(), text));
    let remote = remote.map(|text| ("remote.tfstate".to_owned(), text));
    errored
        .chain(remote)
        .chain(lock)
        .chain([("cloud.json".to_owned(), cloud)])
        .collect()
}

fn errored(operator: &str) -> String {
    format!("{operator}/errored.tfstate")
}

/// Whether a listed name is one that a run writes: nothing else is removed, whatever the list says.
fn is_ours(name: &str) -> bool {
    let is_errored = name
        .strip_suffix("/errored.tfstate")
        .is_some_and(|operator| !operator.is_empty() && !operator.contains(['/', '\\', '.']));
    is_errored || matches!(name, "remote.tfstate" | "lock.json")
}

fn remove(path: &Path) -> Result<(), Failure> {
    match fs::remove_file(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Failure::input(format!(
            "cannot remove {}: {}",
            path.display(),
            in_words(&error)
        ))),
    }
}
