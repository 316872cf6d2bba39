//! The same night on every backend: what is left at the wreck of each, and who is told of it. The
//! README's table is made from what the scenarios of `scenarios/backends/` come to.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::scenario::{self, Scenario, Settings};
use leaselab::simulation::{Recording, simulate};
use leaselab::terraform::Names;
use leaselab::timeline::{LocalFile, Observation, Occasion, RemoteState};

const START: &str = "<!-- backends -->\n";
const END: &str = "<!-- /backends -->";
/// The backends in one word, as the table has them from left to right.
const COLUMNS: [&str; 9] = [
    "azurerm",
    "s3",
    "s3_table",
    "gcs",
    "pg",
    "http",
    "http_fenced",
    "gitlab",
    "local",
];
/// The nights, as the table has them from top to bottom.
const ROWS: [(&str, &str); 15] = [
    ("night_holder_killed", "the holder is killed in mid-apply"),
    (
        "night_dead_holder_waited_for",
        "a plan with `-lock-timeout` beside a killed holder",
    ),
    ("night_second_ctrl_c", "Ctrl+C twice in mid-apply"),
    ("night_network_gone", "the network goes before the save"),
    ("night_token_expired", "the credentials expire in mid-apply"),
    ("night_save_throttled", "the save is throttled for a minute"),
    ("night_save_answer_lost", "the answer to the save is lost"),
    ("night_lock_answer_lost", "the answer to the lock is lost"),
    ("night_unlock_lost", "the unlock is lost on its way"),
    (
        "night_force_unlocked",
        "force-unlock of an apply that lives, and another apply",
    ),
    ("night_lock_false", "`-lock=false` beside a lock"),
    (
        "night_pushed_late",
        "`errored.tfstate` pushed after another's first save",
    ),
    ("night_state_deleted", "the state is deleted in mid-apply"),
    ("night_state_emptied", "the state is emptied before a plan"),
    (
        "night_state_garbage",
        "the state is garbage, and a copy is forced over it",
    ),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/backends")
}

fn variants(night: &str) -> Vec<Arc<Scenario>> {
    let path = folder().join(format!("{night}.yaml"));
    let source = fs::read(&path).unwrap();
    let variants = scenario::variants(night, &source, &Settings::new())
        .unwrap_or_else(|errors| panic!("{}", errors.render(night, &source)));
    variants.into_iter().map(Arc::new).collect()
}

/// What there is to see where somebody begins to mend.
fn at_the_wreck(scenario: &Arc<Scenario>) -> (Observation, Arc<Names>) {
    let (wreck, _) = scenario.wreck().unwrap();
    let timeline = simulate(scenario, Seed(0), Recording::Off);
    let mut observed = timeline.observations.iter();
    let found = observed.find(|it| matches!(it.occasion, Occasion::Step(step) if step == wreck));
    let observation = found.unwrap().observation.as_ref().clone();
    (observation, timeline.names)
}

/// What is left, and who is told, in a cell of the table.
fn cell(observation: &Observation, names: &Names) -> String {
    let lock = if observation.lock.is_locked() {
        "held"
    } else {
        "free"
    };
    let exists = observation.cloud.iter().map(|(id, _)| id);
    let lost: Vec<String> = exists
        .filter(|id| {
            observation
                .remote_state()
                .is_none_or(|state| !state.snapshot.objects().any(|(_, record)| record.id == *id))
        })
        .map(|id| names.object(id).trim_start_matches("/things/").to_owned())
        .collect();
    let record = match &observation.remote {
        RemoteState::Absent => "no state".to_owned(),
        RemoteState::Empty | RemoteState::Unreadable => "unreadable".to_owned(),
        RemoteState::State(_) if lost.is_empty() => "all recorded".to_owned(),
        RemoteState::State(_) => format!("**{} lost**", lost.join(", ")),
    };
    let mut lines = vec![format!("lock {lock}"), record];
    for (operator, file) in &observation.errored {
        let operator = names.operator(*operator);
        lines.push(match file {
            LocalFile::State(_) => format!("errored: {operator}"),
            LocalFile::Empty | LocalFile::Unreadable => format!("errored, unreadable: {operator}"),
        });
    }
    lines.push(who_is_told(observation, names, !lost.is_empty()));
    lines.join("<br>")
}

/// Whose apply, or what came behind it, did not exit with 0.
fn who_is_told(observation: &Observation, names: &Names, is_lost: bool) -> String {
    let mut told: Vec<String> = Vec::new();
    for run in &observation.runs {
        let counts = matches!(names.run(run.run), "apply" | "next");
        let exit = run.end.map_or(0, |end| end.exit);
        let who = match exit {
            0 => continue,
            137 => format!("{} (killed)", names.operator(run.operator)),
            _ => names.operator(run.operator).to_owned(),
        };
        if counts && !told.contains(&who) {
            told.push(who);
        }
    }
    match (told.as_slice(), is_lost) {
        ([], true) => "**told: nobody**".to_owned(),
        ([], false) => "told: nobody".to_owned(),
        (told, _) => format!("told: {}", told.join(", ")),
    }
}

fn table() -> String {
    let mut table = format!(
        "| at the wreck | {} |\n",
        COLUMNS.map(|it| format!("`{it}`")).join(" | ")
    );
    writeln!(table, "|---{}|", "|---".repeat(COLUMNS.len())).unwrap();
    for (night, words) in ROWS {
        let variants = variants(night);
        write!(table, "| [{words}](scenarios/backends/{night}.yaml) |").unwrap();
        for column in COLUMNS {
            let is_it = |it: &&Arc<Scenario>| it.variant.values["backend"] == column;
            let cell = variants.iter().find(is_it).map_or_else(
                || "–".to_owned(),
                |scenario| {
                    let (observation, names) = at_the_wreck(scenario);
                    cell(&observation, &names)
                },
            );
            write!(table, " {cell} |").unwrap();
        }
        table.push('\n');
    }
    table
}

#[test]
fn every_night_is_a_row() {
    let mut nights: Vec<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| {
            entry
                .unwrap()
                .path()
                .file_stem()
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    nights.sort();
    let mut rows: Vec<&str> = ROWS.map(|(night, _)| night).to_vec();
    rows.sort_unstable();
    assert_eq!(nights, rows);
}

#[test]
fn the_table_of_the_backends_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let (before, rest) = readme.split_once(START).unwrap();
    let (committed, after) = rest.split_once(END).unwrap();
    let table = table();
    if std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
        fs::write(&path, format!("{before}{START}{table}{END}{after}")).unwrap();
        return;
    }
    assert_eq!(
        committed, table,
        "run `INSTA_UPDATE=always cargo test the_table_of_the_backends`"
    );
}
