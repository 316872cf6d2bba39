//! Careless runbooks for each backend but azurerm: `backends/BACKEND/NN_name.md`, each the recommended
//! one with a line that nobody should type, such as the deletion of a lock whose holder is not asked
//! for. They are held to what careless runbooks for azurerm are held to, on the library's wrecks of
//! the backend, on the nights, and on `backends/wrecks/`; `backends/bites.tsv` has where they bite.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use leaselab::scenario::{self, Scenario, Settings};

use super::{Careless, bites, careless, files, folder};

const BACKENDS: [&str; 5] = ["s3", "gcs", "pg", "http", "local"];
/// What `backends/bites.tsv` begins with.
const COLUMNS: &str = "runbook\twreck\twithout the line\twith it\tblamed\n";

/// The wrecks of a backend, by name, and where there are several of that by the backend's word.
fn wrecks(backend: &str) -> BTreeMap<String, Arc<Scenario>> {
    let own = files(&folder().join("backends/wrecks"), "yaml");
    let own = own.iter().map(|path| {
        let name = path.display().to_string();
        (name, fs::read(path).unwrap())
    });
    let library = [backend, "backends"].map(crate::scenarios::sources);
    let mut found = BTreeMap::new();
    for (name, source) in library.into_iter().flatten().chain(own) {
        let variants = scenario::variants(&name, &source, &Settings::new())
            .unwrap_or_else(|errors| panic!("{}", errors.render(&name, &source)));
        for variant in variants {
            if variant.wreck().is_none() || variant.backend.name() != backend {
                continue;
            }
            let settings: Vec<&str> = variant
                .variant
                .settings
                .values()
                .map(String::as_str)
                .collect();
            let name = match settings.join(",") {
                words if words.is_empty() => variant.name.clone(),
                words => format!("{} {words}", variant.name),
            };
            found.insert(name, Arc::new(variant));
        }
    }
    found
}

fn rows(
    backend: &str,
    careless: &Careless,
    wrecks: &BTreeMap<String, Arc<Scenario>>,
) -> Vec<String> {
    let wrecks: Vec<(&String, &Arc<Scenario>)> = wrecks.iter().collect();
    let rows = bites(careless, &wrecks).into_iter();
    rows.map(|row| format!("{backend}/{row}")).collect()
}

fn folder_of(backend: &str) -> std::path::PathBuf {
    folder().join("backends").join(backend)
}

fn table_path() -> std::path::PathBuf {
    folder().join("backends/bites.tsv")
}

/// Where a careless line makes a difference it is blamed, and the wreck is not graded recovered;
/// and on each wreck that a runbook names it does make one.
#[test]
fn careless_lines_are_blamed_on_every_backend() {
    let mut found = String::from(COLUMNS);
    let mut toothless = Vec::new();
    for backend in BACKENDS {
        let wrecks = wrecks(backend);
        assert!(wrecks.len() > 10, "{backend}: {}", wrecks.len());
        let all = careless(&folder_of(backend));
        assert!(all.len() >= 5, "{backend}: {}", all.len());
        for careless in &all {
            let rows = rows(backend, careless, &wrecks);
            for named in &careless.named {
                let is_bitten = |row: &String| {
                    let wreck = row.split('\t').nth(1).unwrap();
                    wreck.split(' ').next() == Some(named)
                };
                if !rows.iter().any(is_bitten) {
                    toothless.push(format!("{backend}/{} on {named}", careless.name));
                }
            }
            found.extend(rows);
        }
    }
    if std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
        fs::write(table_path(), &found).unwrap();
    }
    assert!(toothless.is_empty(), "{toothless:#?}");
    let table = fs::read_to_string(table_path()).unwrap();
    assert_eq!(
        table, found,
        "run it with `INSTA_UPDATE=always`, and look at what has changed"
    );
}

/// Each is the recommended runbook of its backend, and no more than a line and what leads to it.
#[test]
fn a_careless_runbook_is_the_recommended_one_with_a_line_more() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for backend in BACKENDS {
        let recommended = fs::read_to_string(root.join(format!("runbooks/{backend}.md"))).unwrap();
        for path in files(&folder_of(backend), "md") {
            let careless = fs::read_to_string(&path).unwrap();
            let mut lines = careless.lines();
            let mut wanted = recommended.lines().filter(|line| !line.is_empty());
            let missing = wanted.find(|wanted| !lines.any(|line| line == *wanted));
            assert_eq!(missing, None, "{}", path.display());
        }
    }
}
