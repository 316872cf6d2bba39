//! Reading scenario files.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;

use leaselab::scenario::{self, Scenario};

use super::exit::Failure;

/// A larger file is no scenario; the library refuses it, and no more of it is read.
const BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Reads a scenario from a file, or from the standard input for `-`.
pub(crate) fn read_scenario(path: &Path) -> Result<Arc<Scenario>, Failure> {
    let is_stdin = path.as_os_str() == "-";
    let source = if is_stdin {
        read_all(io::stdin().lock())
    } else {
        File::open(path).and_then(read_all)
    };
    let source = source.map_err(|error| {
        let help = nearest_file(path).map_or_else(String::new, |near| {
            format!("\nhelp: there is a file {near}")
        });
        let reason = in_words(&error);
        Failure::Input(format!("cannot read {}: {reason}{help}", path.display()))
    })?;
    let name = if is_stdin {
        "stdin".into()
    } else {
        path.to_string_lossy()
    };
    match scenario::parse(&name, &source) {
        Ok(scenario) => Ok(Arc::new(scenario)),
        Err(errors) => Err(Failure::Input(errors.render(&name, &source))),
    }
}

fn read_all(reader: impl io::Read) -> io::Result<Vec<u8>> {
    let mut source = Vec::new();
    reader.take(BYTES_MAX + 1).read_to_end(&mut source)?;
    Ok(source)
}

/// The system's reason without its number: `no such file or directory`.
pub(crate) fn in_words(error: &io::Error) -> String {
    let text = error.to_string();
    let reason = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = reason.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

/// A scenario file beside the missing one with nearly the same name.
fn nearest_file(path: &Path) -> Option<String> {
    let wanted = path.file_name()?.to_str()?;
    let folder = match path.parent()? {
        parent if parent.as_os_str().is_empty() => Path::new("."),
        parent => parent,
    };
    let mut near: Option<(usize, String)> = None;
    for entry in folder.read_dir().ok()?.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let stem = name.strip_suffix(".yaml").unwrap_or(&name);
        let distance = strsim::damerau_levenshtein(wanted, &name)
            .min(strsim::damerau_levenshtein(wanted, stem));
        let is_nearer = near.as_ref().is_none_or(|(best, _)| distance < *best);
        if distance <= 3 && is_nearer && *name != *wanted {
            near = Some((distance, path.with_file_name(&*name).display().to_string()));
        }
    }
    near.map(|(_, name)| name)
}
