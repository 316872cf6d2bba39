//! Recordings of the real Terraform: every file is translated into a scenario, replayed through
//! the public API, and compared field by field.

#[path = "recording/compare.rs"]
mod compare;
#[path = "recording/format.rs"]
mod format;
#[path = "recording/translate.rs"]
mod translate;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::scenario;
use leaselab::simulation::{Recording as Facts, simulate};
use rayon::prelude::*;

use self::compare::{Comparison, compare};
use self::format::Recording;
use self::translate::translate;

/// The folder that is asked for, or one for each backend that stands.
fn folders() -> Vec<PathBuf> {
    if let Some(folder) = std::env::var_os("LEASELAB_RECORDINGS") {
        return vec![PathBuf::from(folder)];
    }
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings");
    ["azurerm", "gcs", "local", "pg", "s3", "http"]
        .map(|name| all.join(name))
        .to_vec()
}

fn recordings(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no recordings in {}", folder.display());
    files
}

#[expect(
    clippy::print_stdout,
    reason = "whoever asks for the YAML wants to see it"
)]
fn replay(path: &Path) -> Result<Comparison, String> {
    let source = fs::read(path).map_err(|error| error.to_string())?;
    let recording = Recording::read(&source).map_err(|error| format!("cannot be read: {error}"))?;
    let yaml = translate(&recording).map_err(|error| format!("cannot be translated: {error}"))?;
    if std::env::var_os("LEASELAB_RECORDING_YAML").is_some() {
        println!("{yaml}");
    }
    let scenario = scenario::parse("recording.yaml", yaml.as_bytes())
        .map_err(|errors| errors.render("recording.yaml", yaml.as_bytes()))?;
    let scenario = Arc::new(scenario);
    let timeline = simulate(&scenario, Seed(0), Facts::On);
    Ok(compare(&recording, &scenario, &timeline))
}

#[test]
fn all_recordings_agree() {
    let folders = folders();
    let files: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| recordings(folder))
        .collect();
    let results: Vec<_> = files.par_iter().map(|path| replay(path)).collect();
    let mut agreed = 0;
    let mut azurite_codes = 0;
    for (path, result) in files.iter().zip(&results) {
        let name = path.file_stem().unwrap().to_string_lossy();
        match result {
            Ok(comparison) if comparison.differences.is_empty() => {
                agreed += 1;
                azurite_codes += comparison.azurite_codes;
                if let Some(parting) = &comparison.parted {
                    let reason = parting.reason.words();
                    println!("{name} agrees up to {}, {reason}", parting.step);
                }
            }
            Ok(comparison) => {
                let first = &comparison.differences[0];
                println!("{name} differs in {}", first.field);
                println!("    recorded:  {}", first.recorded);
                println!("    simulated: {}", first.simulated);
                println!("    ({} differences in all)", comparison.differences.len());
            }
            Err(error) => println!("{name}: {error}"),
        }
    }
    println!("{agreed} of {} recordings agree", files.len());
    if azurite_codes > 0 {
        println!(
            "{azurite_codes} times the recording has Azurite's code for a lease that is gone \
             where Azure documents another"
        );
    }
    assert_eq!(agreed, files.len(), "see above");
}
