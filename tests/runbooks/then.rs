//! What the trials come to where they are typed: their grades on three wrecks, and where they stop.

use std::fmt::Write as _;
use std::fs;
use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::runbook;
use leaselab::scenario::Scenario;

use super::folder;
use crate::scenarios::all;

/// A dead holder's lock and a rescue file; an apply beside another; one whose terminal is closed.
const WRECKS: [&str; 3] = [
    "lease_id_missing",
    "two_honest_runs",
    "orphan_process_still_applying",
];

fn wrecks() -> Vec<Arc<Scenario>> {
    let all = all();
    let wanted = WRECKS.iter().map(|name| {
        let found = all.iter().find(|scenario| scenario.name == *name);
        Arc::clone(found.unwrap_or_else(|| panic!("no scenario {name}")))
    });
    wanted.collect()
}

/// `blocked 5: Error acquiring the state lock …`, `made worse 7`, `recovered`.
fn came_to(runbook: &runbook::Runbook, scenario: &Arc<Scenario>) -> String {
    let graded = runbook::grade(runbook, scenario, Seed(0)).unwrap();
    let outcome = graded.outcome.words();
    if let Some(harm) = graded.harms.first() {
        return format!("{outcome} {}", harm.line().unwrap_or(0));
    }
    match &graded.blocked {
        Some(blocked) => format!("{outcome} {}: {}", blocked.line, blocked.message),
        None => outcome.to_owned(),
    }
}

/// Every trial that can be read comes to what the table says. `LEASELAB_UPDATE=1` writes it.
#[test]
fn the_trials_come_to_what_the_table_says() {
    let reading = fs::read_to_string(folder().join("reading.tsv")).unwrap();
    let wrecks = wrecks();
    let mut table = format!("file\t{}\n", WRECKS.join("\t"));
    for row in reading.lines().skip(1) {
        let mut columns = row.split('\t');
        let (file, reading) = (columns.next().unwrap(), columns.next().unwrap());
        if reading != "read" {
            continue;
        }
        let source = fs::read(folder().join("trials").join(format!("{file}.md"))).unwrap();
        let runbook = runbook::parse(&format!("{file}.md"), &source).unwrap();
        write!(table, "{file}").unwrap();
        for wreck in &wrecks {
            write!(table, "\t{}", came_to(&runbook, wreck).escape_debug()).unwrap();
        }
        table.push('\n');
    }
    let path = folder().join("then.tsv");
    if std::env::var_os("LEASELAB_UPDATE").is_some() {
        fs::write(&path, &table).unwrap();
        return;
    }
    let known = fs::read_to_string(&path).unwrap();
    for (now, known) in table.lines().zip(known.lines()) {
        assert_eq!(now, known);
    }
    assert_eq!(table.lines().count(), known.lines().count());
}
