//! Reading scenario files.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use leaselab::scenario::{self, Scenario, Settings};
use walkdir::WalkDir;

use super::exit::Failure;

/// A larger file is no scenario; the library refuses it, and no more of it is read.
const BYTES_MAX: u64 = 16 * 1024 * 1024;

/// A parameter and its value, as `--set` takes them: `name=value`.
pub(crate) type Setting = (String, String);

/// Reads `name=value`.
pub(crate) fn setting(text: &str) -> Result<Setting, String> {
    let (name, value) = text
        .split_once('=')
        .ok_or("a setting is written name=value")?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

/// The content of a scenario file with the name that it has in messages.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// The scenario files that paths name: files as they are, and of folders all `.yaml` and `.yml`
/// files below, however the ending is spelled and also behind links, sorted by their paths.
pub(crate) fn scenario_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let mut found = Vec::new();
        for entry in WalkDir::new(path).follow_links(true).sort_by_file_name() {
            let entry = match entry {
                Ok(entry) => entry,
                // A link back to a folder above leads to nothing new.
                Err(error) if error.loop_ancestor().is_some() => continue,
                Err(error) => {
                    let at = error.path().unwrap_or(path).display();
                    let reason = error.io_error().map_or_else(|| error.to_string(), in_words);
                    return Err(Failure::input(format!("cannot read {at}: {reason}")));
                }
            };
            let ending = entry.path().extension();
            let is_scenario = ending.is_some_and(|ending| {
                ending.eq_ignore_ascii_case("yaml") || ending.eq_ignore_ascii_case("yml")
            });
            if entry.file_type().is_file() && is_scenario {
                found.push(entry.into_path());
            }
        }
        if found.is_empty() {
            return Err(Failure::input(format!(
                "there is no .yaml file in {}",
                path.display()
            )));
        }
        files.append(&mut found);
    }
    Ok(files)
}

/// Reads a file, or the standard input for `-`.
pub(crate) fn read_source(path: &Path) -> Result<Source, Failure> {
    let is_stdin = path.as_os_str() == "-";
    let source = if is_stdin {
        read_all(io::stdin().lock())
    } else {
        File::open(path).and_then(read_all)
    };
    let source = source.map_err(|error| {
        let near = nearest_file(path).or_else(|| in_the_library(path));
        let help = near.map_or_else(String::new, |near| {
            format!("\nhelp: there is a file {near}")
        });
        let reason = in_words(&error);
        Failure::input(format!("cannot read {}: {reason}{help}", path.display()))
    })?;
    let name = if is_stdin {
        "stdin".to_owned()
    } else {
        path.to_string_lossy().into_owned()
    };
    Ok(Source {
        name,
        bytes: source,
    })
}

/// Reads a scenario, with some of its parameters set.
pub(crate) fn read_scenario(path: &Path, settings: &[Setting]) -> Result<Arc<Scenario>, Failure> {
    let Source { name, bytes } = read_source(path)?;
    let settings: Settings = settings.iter().cloned().collect();
    match scenario::parse_with(&name, &bytes, &settings) {
        Ok(scenario) => Ok(Arc::new(scenario)),
        Err(errors) => Err(Failure::mistakes(&errors, &name, &bytes)),
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

/// The scenario of this name in the folder of scenarios, where nothing but a name was given.
fn in_the_library(path: &Path) -> Option<String> {
    let wanted = path.to_str().filter(|name| !name.contains(['/', '\\']))?;
    let stem = wanted.strip_suffix(".yaml").unwrap_or(wanted);
    let files = WalkDir::new("scenarios").sort_by_file_name().into_iter();
    let mut files = files.filter_map(|entry| Some(entry.ok()?.into_path()));
    let found = files.find(|file| {
        file.extension().is_some_and(|ending| ending == "yaml")
            && file.file_stem().is_some_and(|found| found == stem)
    })?;
    Some(found.display().to_string())
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
