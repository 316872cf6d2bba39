//! The runbooks of `runbooks/` in the library, and the command line.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::render::{self, Layout};
use leaselab::runbook::{self, Grade, Outcome, Runbook};
use leaselab::scenario::{self, FindingName, Scenario, Settings};

use crate::cli::{leaselab, stderr, stdout};
use crate::scenarios::sources;

pub(super) const RUNBOOKS: [&str; 3] = [
    "runbooks/article.md",
    "runbooks/recommended.md",
    "runbooks/reckless.md",
];
/// The others than those of azurerm, each with the backend that it is for.
const OF_OTHERS: [(&str, &str); 5] = [
    ("runbooks/s3.md", "s3"),
    ("runbooks/gcs.md", "gcs"),
    ("runbooks/pg.md", "pg"),
    ("runbooks/http.md", "http"),
    ("runbooks/local.md", "local"),
];
/// The runbook that is recommended, of each backend.
pub(super) fn recommended() -> Vec<&'static str> {
    let others = OF_OTHERS.map(|(path, _)| path);
    std::iter::once(RUNBOOKS[1]).chain(others).collect()
}

const START: &str = "<!-- runbooks -->\n";
const END: &str = "<!-- /runbooks -->";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn shipped(path: &str) -> Runbook {
    let source = fs::read(root().join(path)).unwrap();
    runbook::parse(path, &source)
        .unwrap_or_else(|errors| panic!("{}", errors.render(path, &source)))
}

/// The wrecks that a runbook is for: those of the library, in every variant on its backend.
pub(super) fn wrecks(path: &str) -> Vec<(String, Arc<Scenario>)> {
    let backend = backend_of(path);
    let variants = |(name, source): (String, Vec<u8>)| {
        scenario::variants(&name, &source, &Settings::new())
            .unwrap_or_else(|errors| panic!("{}", errors.render(&name, &source)))
    };
    let is_its_own =
        |scenario: &Scenario| scenario.wreck().is_some() && scenario.backend.name() == backend;
    let all = sources("").into_iter().flat_map(variants);
    all.filter(is_its_own)
        .map(|scenario| (label(&scenario), Arc::new(scenario)))
        .collect()
}

/// The name of a scenario, with the backend where that is not the one of its defaults.
fn label(scenario: &Scenario) -> String {
    let name = &scenario.name;
    match scenario.variant.settings.get("backend").map(String::as_str) {
        None | Some("azurerm") => name.clone(),
        Some(backend) => format!("{name} {backend}"),
    }
}

/// The backend that a runbook is for.
fn backend_of(path: &str) -> &'static str {
    let other = OF_OTHERS.iter().find(|(other, _)| *other == path);
    other.map_or("azurerm", |(_, backend)| backend)
}

pub(super) fn graded(path: &str) -> Grade {
    runbook::grade_all(&shipped(path), &wrecks(path), Seed(0)).unwrap()
}

/// What the recommended runbooks don't recover, each with its reason.
pub(super) const BEYOND: &str = include_str!("beyond.tsv");

#[test]
fn the_recommended_runbooks_recover_all_but_what_is_named() {
    let mut left = String::from("wreck\toutcome\tfindings\treason\n");
    for path in recommended() {
        let grade = graded(path);
        for (name, graded) in &grade.cases {
            if graded.outcome == Outcome::Recovered {
                continue;
            }
            let mut found: Vec<&str> = graded.left.iter().map(|left| left.name.name()).collect();
            found.dedup();
            let outcome = graded.outcome.name();
            writeln!(
                left,
                "{name}\t{outcome}\t{}\t{}",
                found.join(" "),
                reason(&found)
            )
            .unwrap();
        }
    }
    if std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
        fs::write(root().join("tests/grade/beyond.tsv"), &left).unwrap();
        return;
    }
    assert_eq!(
        left, BEYOND,
        "run `INSTA_UPDATE=always cargo test the_recommended_runbooks`"
    );
}

/// Why a runbook in plain sentences leaves these findings.
fn reason(found: &[&str]) -> &'static str {
    let has = |name: FindingName| found.contains(&name.name());
    if has(FindingName::DuplicateObject) {
        "which of two objects for one address has to go, a person decides"
    } else if has(FindingName::CorruptState) {
        "in a row of pg's table nothing that the runbook may type replaces what can't be read"
    } else {
        "unexplained"
    }
}

#[test]
fn the_reckless_runbook_makes_wrecks_worse() {
    assert!(graded(RUNBOOKS[2]).count(Outcome::MadeWorse) > 0);
}

#[test]
fn the_table_in_the_readme_is_current() {
    let mut table = String::from("| runbook | `--backend` |");
    for outcome in Outcome::ALL {
        write!(table, " {} |", outcome.words()).unwrap();
    }
    table.push_str("\n|---|---|---|---|---|---|---|\n");
    for path in RUNBOOKS.into_iter().chain(OF_OTHERS.map(|(path, _)| path)) {
        let grade = graded(path);
        let name = path.trim_start_matches("runbooks/");
        let backend = backend_of(path);
        write!(table, "| [{name}]({path}) | `{backend}` |").unwrap();
        for outcome in Outcome::ALL {
            let count = grade.count(outcome);
            write!(table, " {count} |").unwrap();
        }
        table.push('\n');
    }
    let path = root().join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let (before, rest) = readme.split_once(START).unwrap();
    let (committed, after) = rest.split_once(END).unwrap();
    if std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
        fs::write(&path, format!("{before}{START}{table}{END}{after}")).unwrap();
        return;
    }
    assert_eq!(
        committed, table,
        "run `INSTA_UPDATE=always cargo test the_table_in_the_readme`"
    );
}

#[test]
fn the_result_does_not_depend_on_the_number_of_threads() {
    let runbook = shipped(RUNBOOKS[2]);
    let wrecks = wrecks(RUNBOOKS[2]);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let grade = || runbook::grade_all(&runbook, &wrecks, Seed(3)).unwrap();
        let grade = pool.build().unwrap().install(grade);
        let table = render::grade_table(&grade, Layout::default());
        (
            table,
            render::grade_json(&grade),
            render::grade_junit(&grade),
        )
    };
    assert_eq!(on(1), on(4));
}

#[test]
fn every_example_of_the_docs_is_a_runbook() {
    let docs = fs::read_to_string(root().join("docs/runbooks.md")).unwrap();
    let examples: Vec<&str> = docs
        .split("~~~markdown\n")
        .skip(1)
        .map(|rest| rest.split("~~~\n").next().unwrap())
        .collect();
    assert!(examples.len() >= 4);
    for example in examples {
        runbook::parse("docs/runbooks.md", example.as_bytes()).unwrap_or_else(|errors| {
            panic!("{}", errors.render("docs/runbooks.md", example.as_bytes()))
        });
    }
    for sentence in runbook::sentences() {
        let words = sentence.trim_end_matches("ed:").trim_end_matches("s:");
        assert!(
            docs.contains(words) || sentence.contains("command"),
            "{sentence}"
        );
        let above = "```sh\nterraform plan\nterraform state push x\n```\n\nIf the lock is held:\n\n```sh\nls\n```";
        let example = format!("{above}\n\n{sentence}\n\n```sh\nls\n```\n");
        runbook::parse("sentence", example.as_bytes()).unwrap();
    }
}

#[test]
fn the_command_line_tells_what_comes_of_it() {
    let article = "scenarios/lease_id_missing.yaml";
    let good = leaselab(&["grade", RUNBOOKS[1], article]);
    assert_eq!(good.status.code(), Some(0), "{}", stderr(&good));
    assert!(
        stdout(&good).ends_with("\ngrade: 1 of 1 recovered\n"),
        "{}",
        stdout(&good)
    );
    let bad = leaselab(&["grade", RUNBOOKS[2], article, "--seed", "5"]);
    assert_eq!(bad.status.code(), Some(1));
    let again = format!(
        "see it: leaselab grade {} {article} --timeline --seed 5\n",
        RUNBOOKS[2]
    );
    assert!(stdout(&bad).contains(&again), "{}", stdout(&bad));
    let shown = leaselab(&["grade", RUNBOOKS[2], article, "--timeline", "--seed", "5"]);
    assert!(stdout(&shown).contains("$ az storage blob lease break"));
}

#[test]
fn two_runbooks_are_compared() {
    let article = "scenarios/lease_id_missing.yaml";
    let output = leaselab(&["grade", RUNBOOKS[1], article, "--against", RUNBOOKS[2]]);
    let text = stdout(&output);
    let row = format!(
        "{article}  recovered       made worse      {}\n",
        RUNBOOKS[1]
    );
    assert!(text.contains(&row), "{text}");
    let summary = format!(
        "{} is better in 1, {} in 0; equally good in 0\n",
        RUNBOOKS[1], RUNBOOKS[2]
    );
    assert!(text.ends_with(&summary), "{text}");
    assert_eq!(output.status.code(), Some(0));
    let json = leaselab(&[
        "grade",
        RUNBOOKS[1],
        article,
        "--against",
        RUNBOOKS[2],
        "--format",
        "json",
    ]);
    let json: serde_json::Value = serde_json::from_str(stdout(&json)).unwrap();
    assert_eq!(json["leaselab_grade"], 1);
    assert_eq!(json["comparison"]["better"], 1);
    assert_eq!(json["runbooks"][1]["scenarios"][0]["outcome"], "made_worse");
}

#[test]
fn folders_are_searched_and_what_has_no_wreck_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let copy = |from: &str, to: &str| {
        let target = folder.path().join(to);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(root().join(from), target).unwrap();
    };
    copy("scenarios/lease_id_missing.yaml", "b/one.yaml");
    copy("scenarios/lease_id_missing.yaml", "a.yaml");
    let source = fs::read_to_string(root().join("scenarios/lease_id_missing.yaml")).unwrap();
    let without: Vec<&str> = source
        .lines()
        .filter(|line| !line.contains("wreck:"))
        .collect();
    fs::write(folder.path().join("c.yaml"), without.join("\n")).unwrap();
    let path = folder.path().to_str().unwrap();
    let output = leaselab(&["grade", RUNBOOKS[1], path, "--all"]);
    assert_eq!(
        stderr(&output),
        "note: 1 scenario has no `wreck:` step, and no grade\n"
    );
    let text = stdout(&output);
    assert!(
        text.find("a.yaml").unwrap() < text.find("one.yaml").unwrap(),
        "{text}"
    );
    let named = format!("{path}/c.yaml");
    let output = leaselab(&["grade", RUNBOOKS[1], &named]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("c.yaml has no `wreck:` step"),
        "{}",
        stderr(&output)
    );
}

/// As somebody meets it who writes a first runbook.
#[test]
fn a_broken_runbook_says_at_once_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.md");
    fs::write(
        &path,
        "# Mend\n\n```bash\nterraform force-unlok -force <LOCK_ID>\n```\n",
    )
    .unwrap();
    let path = path.to_str().unwrap();
    let output = leaselab(&["grade", path, "scenarios"]);
    assert_eq!(output.status.code(), Some(2));
    let text = stderr(&output);
    assert!(text.contains("mine.md:4:11"), "{text}");
    assert!(
        text.contains("4 | terraform force-unlok -force <LOCK_ID>"),
        "{text}"
    );
    assert!(text.contains("^^^^^^^^^^^"), "{text}");
    assert!(text.contains("did you mean `force-unlock`?"), "{text}");
    let missing = leaselab(&["grade", "no.md", "scenarios"]);
    assert_eq!(
        stderr(&missing),
        "error: cannot read no.md: no such file or directory\n"
    );
}

/// A name that is another thing in the runbook's order can be the state's all the same.
#[test]
fn a_name_can_be_mapped_and_one_better_outcome_is_allowed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.md");
    let text = "# Mend\n\n```bash\naz storage blob show -c tfstate -n other.tfstate\n\
                az storage blob lease break -c tfstate -b prod.tfstate --lease-break-period 0\n\
                terraform state push errored.tfstate\nrm errored.tfstate\n```\n";
    fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap();
    let article = "scenarios/lease_id_missing.yaml";
    let unmapped = leaselab(&["grade", path, article]);
    assert_eq!(unmapped.status.code(), Some(1), "{}", stdout(&unmapped));
    let mapped = leaselab(&["grade", path, article, "--map", "blob=prod.tfstate"]);
    assert_eq!(mapped.status.code(), Some(0), "{}", stdout(&mapped));
    // What is removed before its content is elsewhere comes back by hand.
    let text = "# Mend\n\n```bash\naz storage blob lease break -c tfstate -b terraform.tfstate \
                --lease-break-period 0\nrm errored.tfstate\nterraform import <ADDRESS> <ID>\n```\n";
    fs::write(path, text).unwrap();
    let but = leaselab(&["grade", path, article]);
    assert!(stdout(&but).contains("recovered, but"), "{}", stdout(&but));
    assert_eq!(but.status.code(), Some(1));
    let allowed = leaselab(&["grade", path, article, "--allow", "but"]);
    assert_eq!(allowed.status.code(), Some(0));
    let markdown = leaselab(&["grade", path, article, "--format", "markdown"]);
    assert!(
        stdout(&markdown).contains("| 5 | 1 | recovered, but: "),
        "{}",
        stdout(&markdown)
    );
}

/// A condition that never held has tested nothing: the report says so, short and for machines.
#[test]
fn each_condition_is_shown_with_how_often_it_held() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.md");
    let text = "# Mend\n\nIf errored.tfstate exists:\n\n```bash\nterraform state push errored.tfstate\n```\n\n\
                If the push is refused, ask somebody.\n\nIf the state is missing:\n\n```bash\nls\n```\n";
    fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap();
    let wrecks = ["scenarios/lease_id_missing.yaml"; 2];
    let output = leaselab(&["grade", path, wrecks[0], wrecks[1]]);
    let text = stdout(&output);
    let first = "\nCONDITIONS\n  line 3: If errored.tfstate exists: held on 2 of 2 wrecks\n";
    assert!(text.contains(first), "{text}");
    assert!(
        text.contains("line 9: If the push is refused, ask somebody: "),
        "{text}"
    );
    let markdown = leaselab(&["grade", path, wrecks[0], wrecks[0], "--format", "markdown"]);
    let row = "| 11 | If the state is missing | never held on 2 wrecks: untested |\n";
    assert!(stdout(&markdown).contains(row), "{}", stdout(&markdown));
    let json = leaselab(&["grade", path, wrecks[0], wrecks[0], "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(stdout(&json)).unwrap();
    let conditions = json["runbooks"][0]["conditions"].as_array().unwrap();
    assert_eq!(conditions.len(), 3);
    assert_eq!(conditions[0]["held"], 2);
    assert_eq!(conditions[2]["held"], 0);
    assert_eq!(conditions[2]["wrecks"], 2);
    assert_eq!(conditions[2]["asks"], "the state is missing");
}
