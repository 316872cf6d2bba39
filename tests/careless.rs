//! Careless runbooks: `careless/NN_name.md`, each with one line that nobody should type. Its first
//! comment names the line, the line that is blamed where that is another one (the script in which
//! the careless line stands), and wrecks on which it bites.
//!
//! `careless/bites.tsv` has every wreck, of the library and of `careless/wrecks/`, on which a
//! runbook and the same one without its line come to different outcomes: there it is never
//! recovered, and the line is blamed. On all others the line makes no difference.

mod backends;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::runbook::{self, Graded, Harm, Outcome, Runbook};
use leaselab::scenario::{self, Scenario};
use leaselab::terraform::Backend;
use rayon::prelude::*;

use crate::scenarios::all;

/// What `bites.tsv` begins with.
const COLUMNS: &str = "runbook\twreck\twithout the line\twith it\tblamed\n";

/// Where nothing is worse than at the wreck, and a later line is where it stops: the state is deleted
/// that was deleted before.
const STOPPED_LATER: [(&str, &str); 1] = [("07_deletes_the_state", "s3_state_deleted_table")];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/careless")
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let is_wanted = |path: &PathBuf| path.extension().is_some_and(|found| found == extension);
    let mut found: Vec<PathBuf> = paths.filter(is_wanted).collect();
    found.sort();
    found
}

fn stem(path: &Path) -> &str {
    path.file_stem().unwrap().to_str().unwrap()
}

/// The wrecks of the library and of `careless/wrecks/`, by their names.
fn wrecks() -> BTreeMap<String, Arc<Scenario>> {
    let own = files(&folder().join("wrecks"), "yaml");
    let own = own.iter().map(|path| {
        let name = path.display().to_string();
        let source = fs::read(path).unwrap();
        match scenario::parse(&name, &source) {
            Ok(scenario) => Arc::new(scenario),
            Err(errors) => panic!("{}", errors.render(&name, &source)),
        }
    });
    let wrecks = all().into_iter().chain(own);
    // The runbooks are for what the table was made of.
    let wrecks = wrecks.filter(|scenario| {
        scenario.wreck().is_some()
            && !matches!(
                scenario.backend,
                Backend::S3 { .. } | Backend::Pg { .. } | Backend::Gcs | Backend::Http(_)
            )
    });
    wrecks
        .map(|scenario| (scenario.name.clone(), scenario))
        .collect()
}

fn read(name: &str, source: &str) -> Runbook {
    runbook::parse(name, source.as_bytes())
        .unwrap_or_else(|errors| panic!("{}", errors.render(name, source.as_bytes())))
}

/// A careless runbook.
struct Careless {
    name: String,
    runbook: Runbook,
    /// The same one, its careless line empty.
    without: Runbook,
    /// The line that is to be blamed.
    blamed: u32,
    /// Wrecks that it names.
    named: Vec<String>,
    /// What it types, line for line, without prose and what depends on the place in the file.
    commands: Vec<String>,
}

/// The careless runbooks of a folder.
fn careless(folder: &Path) -> Vec<Careless> {
    let read_one = |path: PathBuf| {
        let name = stem(&path).to_owned();
        let source = fs::read_to_string(&path).unwrap();
        let header = source.strip_prefix("<!-- careless: ").unwrap();
        let (header, _) = header.split_once(" -->").unwrap();
        let (mut line, mut blamed, mut named) = (None, None, Vec::new());
        for part in header.split(';') {
            match part.trim().split_once(' ').unwrap() {
                ("line", number) => line = Some(number.parse::<u32>().unwrap()),
                ("blamed:", text) => {
                    blamed = Some(text.trim_start_matches("line ").parse().unwrap());
                }
                ("bites:", text) => named = text.split(", ").map(str::to_owned).collect(),
                (other, _) => panic!("{name}: {other}"),
            }
        }
        let line = line.unwrap();
        let lines = source.lines().zip(1..);
        let without: String = lines
            .map(|(text, number)| {
                if number == line {
                    "\n".to_owned()
                } else {
                    format!("{text}\n")
                }
            })
            .collect();
        let mut is_command = false;
        let mut commands = Vec::new();
        for text in source.lines().map(str::trim) {
            if text.starts_with("```") {
                is_command = !is_command;
            } else if is_command {
                commands.push(text.split_whitespace().collect::<Vec<_>>().join(" "));
            }
        }
        Careless {
            runbook: read(&name, &source),
            without: read(&name, &without),
            blamed: blamed.unwrap_or(line),
            named,
            commands,
            name,
        }
    };
    files(folder, "md").into_iter().map(read_one).collect()
}

/// The lines that are blamed for what went wrong.
fn blamed_in(graded: &Graded) -> BTreeSet<u32> {
    let harms = graded.harms.iter().filter_map(Harm::line);
    let lapses = graded.lapses.iter().filter_map(|lapse| lapse.line);
    let blocked = graded.blocked.iter().map(|blocked| blocked.line);
    harms.chain(lapses).chain(blocked).collect()
}

/// The rows of the table for a careless runbook: the wrecks on which its line makes a difference,
/// among those that are wanted.
fn bites(careless: &Careless, wrecks: &[(&String, &Arc<Scenario>)]) -> Vec<String> {
    let Careless { name, blamed, .. } = careless;
    let bite = |(wreck, scenario): &(&String, &Arc<Scenario>)| {
        let with = runbook::grade(&careless.runbook, scenario, Seed(0)).unwrap();
        let without = runbook::grade(&careless.without, scenario, Seed(0)).unwrap();
        if with.outcome == without.outcome {
            return None;
        }
        assert_ne!(with.outcome, Outcome::Recovered, "{name} on {wreck}");
        let all = blamed_in(&with);
        let is_blamed = all.contains(blamed) || STOPPED_LATER.contains(&(name, wreck));
        assert!(is_blamed, "{name} on {wreck}: {all:?}");
        let (without, with) = (without.outcome.name(), with.outcome.name());
        Some(format!("{name}\t{wreck}\t{without}\t{with}\t{blamed}\n"))
    };
    wrecks.par_iter().filter_map(bite).collect()
}

fn table() -> String {
    fs::read_to_string(folder().join("bites.tsv")).unwrap()
}

/// Each runbook on the wrecks that it names and on some others, another set for each.
#[test]
fn careless_lines_are_blamed_where_they_bite_and_only_there() {
    const OTHERS: usize = 12;
    let wrecks = wrecks();
    let table = table();
    let all = careless(&folder());
    assert!(all.len() >= 25, "{}", all.len());
    for (index, careless) in all.iter().enumerate() {
        let name = &careless.name;
        let is_named = |wreck: &str| careless.named.iter().any(|named| named == wreck);
        let tried: Vec<(&String, &Arc<Scenario>)> = wrecks
            .iter()
            .enumerate()
            .filter(|(at, (wreck, _))| (at + index) % OTHERS == 0 || is_named(wreck))
            .map(|(_, tried)| tried)
            .collect();
        let rows = bites(careless, &tried);
        let is_row = |row: &&str| {
            let mut cells = row.split('\t');
            cells.next() == Some(name)
                && cells
                    .next()
                    .is_some_and(|wreck| tried.iter().any(|(tried, _)| *tried == wreck))
        };
        let committed: Vec<&str> = table.split_inclusive('\n').filter(is_row).collect();
        assert_eq!(rows, committed, "{name}");
        let bitten = |named: &&String| {
            let mut cells = rows.iter().filter_map(|row| row.split('\t').nth(1));
            cells.any(|wreck| wreck == *named)
        };
        assert!(careless.named.len() >= 3, "{name} names no three wrecks");
        assert_eq!(
            careless.named.iter().find(|named| !bitten(named)),
            None,
            "{name}"
        );
    }
}

/// All runbooks on all wrecks.
#[test]
#[ignore = "takes a minute"]
fn every_bite_of_a_careless_line_is_in_the_table() {
    let wrecks = wrecks();
    let wrecks: Vec<(&String, &Arc<Scenario>)> = wrecks.iter().collect();
    let mut found = String::from(COLUMNS);
    for careless in careless(&folder()) {
        found.extend(bites(&careless, &wrecks));
    }
    if std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
        fs::write(folder().join("bites.tsv"), found).unwrap();
        return;
    }
    assert_eq!(
        table(),
        found,
        "run `INSTA_UPDATE=always cargo test every_bite -- --ignored`, and look at what has changed"
    );
}

#[test]
fn no_two_careless_runbooks_differ_only_in_words() {
    let all = careless(&folder());
    let mut seen: BTreeMap<&[String], &str> = BTreeMap::new();
    for careless in &all {
        let other = seen.insert(&careless.commands, &careless.name);
        assert_eq!(other, None, "{} types the same", careless.name);
    }
}
