//! `leaselab test`: many scenarios, in the order of their paths on any number of threads.

mod bounds;
mod junit;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use leaselab::render::{self, Layout};
use leaselab::scenario;
use leaselab::suite::{Case, OnFailure, Outside, Seeds, SuiteReport, run};
use leaselab::verdict::Outcome;
use unicode_width::UnicodeWidthStr as _;

use crate::cli::{leaselab, stderr, stdout};
use crate::scenario_format::schema;

const HEAD: &str = "\
leaselab: 1
title: small
resources: { vnet: { type: azurerm_virtual_network, create: 4s } }
steps:
  - { id: apply, run: terraform apply -auto-approve, as: alice }
";

/// A clock that shows the same on any number of threads: nothing takes time.
#[derive(Default)]
struct Still(AtomicU64);

impl Outside for Still {
    fn microseconds(&self) -> u64 {
        0
    }

    fn case_is_done(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

fn case(name: &str, more: &str) -> Vec<Case> {
    let path = format!("{name}.yaml");
    let source = format!("{HEAD}{more}");
    let variants = scenario::variants(&path, source.as_bytes(), &scenario::Settings::new());
    variants
        .unwrap_or_else(|errors| panic!("{}", errors.render(&path, source.as_bytes())))
        .into_iter()
        .map(|scenario| Case {
            path: path.clone(),
            scenario: Arc::new(scenario),
        })
        .collect()
}

const GOOD: &str = "expect: { exit: { apply: 0 } }\n";
const BAD: &str = "expect: { exit: { apply: 1 } }\n";

fn mixed() -> Vec<Case> {
    let mut cases = Vec::new();
    for index in 0..40 {
        let more = if index % 7 == 3 { BAD } else { GOOD };
        cases.extend(case(&format!("case_{index:02}"), more));
    }
    cases
}

fn on_threads(threads: usize, on_failure: OnFailure) -> SuiteReport {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    pool.install(|| run(mixed(), Seeds::one(0), on_failure, &Still::default()))
}

#[test]
fn results_are_the_same_on_any_number_of_threads() {
    for on_failure in [OnFailure::GoOn, OnFailure::Stop] {
        let one = render::suite_json(&on_threads(1, on_failure));
        for threads in [2, 5] {
            assert_eq!(render::suite_json(&on_threads(threads, on_failure)), one);
        }
    }
}

#[test]
fn fail_fast_leaves_out_what_stands_behind_the_first_failure() {
    let report = on_threads(3, OnFailure::Stop);
    assert_eq!((report.results.len(), report.left_out), (4, 36));
    assert_eq!(report.results[3].outcome, Outcome::NotAsExpected);
    let text = render::suite_text(&report, Layout::default());
    assert!(text.ends_with("4 scenarios: 3 ok, 1 failed; 36 left out after the first failure\n"));
}

#[test]
fn columns_stay_aligned_behind_wide_names() {
    let mut cases = case("保存に失敗する", GOOD);
    cases.extend(case("good", GOOD));
    let report = run(cases, Seeds::one(0), OnFailure::GoOn, &Still::default());
    let text = render::suite_text(&report, Layout::default());
    let columns: Vec<usize> = text
        .lines()
        .take(2)
        .map(|line| line.split_once(" s  ").unwrap().0.width())
        .collect();
    assert_eq!(columns, [40, 40], "{text}");
}

const DRAWN: &str = "  - { after: 1s, note: late }
";

#[test]
fn a_failure_under_one_of_many_seeds_names_its_seed() {
    let more = "  - faults: [{ request: put_state, chance: 1/8, lose: request }]\n\
                expect: { exit: { apply: 0 } }\n";
    // The rules stand below the run, so that they strike its save.
    let cases = case("by_chance", more);
    let seeds = Seeds::range(0, 64).unwrap();
    let report = run(cases, seeds, OnFailure::GoOn, &Still::default());
    let result = &report.results[0];
    // Without a trigger the step waits for the apply, and strikes nothing.
    assert_eq!(result.outcome, Outcome::AsExpected);

    let more = "  - { at: 0s, faults: [{ request: put_state, chance: 1/8, lose: request }] }\n\
                expect: { exit: { apply: 0 } }\n";
    let report = run(
        case("by_chance", more),
        seeds,
        OnFailure::GoOn,
        &Still::default(),
    );
    let result = &report.results[0];
    assert_eq!(result.outcome, Outcome::NotAsExpected);
    let seed = result.failed.as_ref().unwrap().timeline.seed;
    let text = render::suite_text(&report, Layout::default());
    let command = format!("reproduce: leaselab run by_chance.yaml --seed {seed}\n");
    assert!(text.contains(&command), "{text}");
}

#[test]
fn a_sometimes_that_never_came_true_over_all_seeds_fails() {
    let more = format!(
        "{DRAWN}properties:\n  bob holds the lock: {{ sometimes: {{ lock: {{ held_by: bob }} }} }}\n\
         operators: {{ bob: {{}} }}\n"
    );
    let seeds = Seeds::range(0, 3).unwrap();
    let report = run(
        case("never", &more),
        seeds,
        OnFailure::GoOn,
        &Still::default(),
    );
    assert_eq!(report.results[0].outcome, Outcome::NotAsExpected);
    let text = render::suite_text(&report, Layout::default());
    let said = "sometimes \"bob holds the lock\" never came true under any seed";
    assert!(text.contains(said), "{text}");

    let more = more.replace("held_by: bob", "held_by: alice");
    let report = run(
        case("seen", &more),
        seeds,
        OnFailure::GoOn,
        &Still::default(),
    );
    assert_eq!(report.results[0].outcome, Outcome::AsExpected);
}

#[test]
fn properties_are_judged_at_every_instant() {
    let cases = [
        ("always: { cloud: [] }", Outcome::NotAsExpected),
        ("always: { findings: [] }", Outcome::AsExpected),
        (
            "never: { lock: { held_by: alice } }",
            Outcome::NotAsExpected,
        ),
        (
            "never: { lock: without_info, findings: { orphaned_lock: [lock] } }",
            Outcome::AsExpected,
        ),
        (
            "eventually: { in_sync: true, cloud: [vnet] }",
            Outcome::AsExpected,
        ),
        (
            "eventually: { cloud: [], remote: absent }",
            Outcome::NotAsExpected,
        ),
    ];
    for (property, outcome) in cases {
        let more = format!("properties:\n  it: {{ {property} }}\n");
        let report = run(
            case("it", &more),
            Seeds::one(0),
            OnFailure::GoOn,
            &Still::default(),
        );
        assert_eq!(report.results[0].outcome, outcome, "{property}");
    }
}

const MATRIX: &str = "
parameters: { create: 4s, patience: 0s }
matrix:
  axes: { patience: [0s, 30s], create: [4s, 60s] }
  rows:
    - { if: { patience: 0s }, expect: { exit: { plan: 1 } } }
    - { if: { patience: 30s, create: 4s }, expect: { exit: { plan: 0 } } }
    - { if: { patience: 30s, create: 60s }, expect: { exit: { plan: 1 } } }
";

#[test]
fn a_matrix_replays_all_combinations_with_the_expectations_of_its_rows() {
    let more = format!(
        "  - {{ id: plan, when: vnet creating, run: \"terraform plan -lock-timeout=${{patience}}\", \
         as: bob }}\n{MATRIX}"
    );
    let source = format!("{HEAD}{more}").replace("create: 4s } }", "create: \"${create}\" } }");
    let settings = scenario::Settings::new();
    let variants = scenario::variants("m.yaml", source.as_bytes(), &settings)
        .unwrap_or_else(|errors| panic!("{}", errors.render("m.yaml", source.as_bytes())));
    let cases: Vec<Case> = variants
        .into_iter()
        .map(|scenario| Case {
            path: "m.yaml".to_owned(),
            scenario: Arc::new(scenario),
        })
        .collect();
    let names: Vec<String> = cases.iter().map(Case::name).collect();
    assert_eq!(
        names,
        [
            "m [create=4s, patience=0s]",
            "m [create=60s, patience=0s]",
            "m [create=4s, patience=30s]",
            "m [create=60s, patience=30s]",
        ]
    );
    let report = run(cases, Seeds::one(0), OnFailure::GoOn, &Still::default());
    let text = render::suite_text(&report, Layout::default());
    assert_eq!(report.count(Outcome::AsExpected), 4, "{text}");
}

#[test]
fn mistakes_about_parameters_are_said_at_their_place() {
    let cases = [
        (
            "parameters: { ttl: 3s }\n",
            "the parameter `ttl` stands nowhere",
        ),
        (
            "why: \"${tll}\"\nparameters: { ttl: 3s }\n",
            "unknown parameter `tll`",
        ),
        (
            "why: \"${ttl\"\nparameters: { ttl: 3s }\n",
            "`${` without a `}`",
        ),
        (
            "why: \"${a}\"\nparameters: { a: [1] }\n",
            "a parameter's default is a single value",
        ),
        (
            "why: \"${a}\"\nparameters: { a: 1 }\nmatrix: { axes: { b: [1] } }\n",
            "unknown parameter `b`",
        ),
        (
            "why: \"${a}\"\nparameters: { a: 1 }\nmatrix: { axes: { a: [1, 2] }, rows: [{ if: { a: 3 }, expect: {} }] }\n",
            "`3` is not on the axis `a`",
        ),
        (
            "properties: { it: { allways: {} } }\n",
            "unknown key `allways`",
        ),
        (
            "properties: { it: {} }\n",
            "a property has exactly one of always, never",
        ),
    ];
    for (more, message) in cases {
        let source = format!("{HEAD}{more}");
        let errors = scenario::parse("x.yaml", source.as_bytes()).unwrap_err();
        assert!(errors.to_string().contains(message), "{more}: {errors}");
    }
}

#[test]
fn the_library_passes_from_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("results.xml");
    let output = leaselab(&["test", "scenarios", "--junit", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    assert_eq!(stderr(&output), "");
    let files = crate::scenarios::all().len();
    let summary = stdout(&output).lines().last().unwrap().to_owned();
    let count: usize = summary.split(' ').next().unwrap().parse().unwrap();
    assert!(count >= files, "{summary}");
    assert_eq!(junit::mistakes(&fs::read_to_string(file).unwrap()), [""; 0]);
}

fn written(folder: &Path, name: &str, more: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, format!("{HEAD}{more}")).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_broken_expectation_is_told_with_the_command_that_shows_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path(), "broken.yaml", BAD);
    let junit = folder.path().join("junit.xml");
    let output = leaselab(&["test", &path, "--junit", junit.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let told = format!(
        "\
FAILED {path}
  not as expected: line 6, column 19, at 4.728 s: exit.apply
    expected  1
    actual    0
  the last facts before it:
      0.704  alice     vnet: creating
      4.704  cloud     /things/vnet exists
      4.704  alice     vnet: created
      4.712  alice     saves the state, serial 2: 1 resource
      4.728  alice     gives the lock back: lease e51c19d6
      4.728  alice     [apply] ends: exit 0
  reproduce: leaselab run {path} --seed 0

1 scenario: 1 failed
"
    );
    let text = stdout(&output);
    let tail: Vec<&str> = text
        .lines()
        .skip_while(|line| !line.starts_with("FAILED /"))
        .collect();
    let mut wanted: Vec<&str> = told.lines().collect();
    // The facts further up are there as well.
    let shown: Vec<&str> = tail
        .iter()
        .copied()
        .filter(|line| wanted.contains(line))
        .collect();
    wanted.retain(|line| !shown.contains(line));
    assert!(wanted.is_empty(), "{wanted:?} is missing in\n{text}");
    let xml = fs::read_to_string(junit).unwrap();
    assert_eq!(junit::mistakes(&xml), [""; 0]);
    assert!(xml.contains("failures=\"1\""));
    let reproduced = leaselab(&["run", &path, "--seed", "0"]);
    assert_eq!(reproduced.status.code(), Some(1));
}

#[test]
fn filters_seeds_and_formats_are_taken() {
    let output = leaselab(&[
        "test",
        "scenarios",
        "--filter",
        "lease_id_missing",
        "--seeds",
        "0..3",
    ]);
    assert!(stdout(&output).ends_with("10 scenarios, each under 3 seeds: 10 ok\n"));
    let output = leaselab(&[
        "test",
        "scenarios/lease_id_missing.yaml",
        "--format",
        "json",
    ]);
    let json: serde_json::Value = serde_json::from_str(stdout(&output)).unwrap();
    assert_eq!(schema::mistakes(&render::suite_schema(), &json), [""; 0]);
    let cases: [(&[&str], &str); 5] = [
        (
            &["test", "scenarios", "--filter", "no_such"],
            "there is no such scenario",
        ),
        (
            &["test", "scenarios", "--seeds", "3..1"],
            "B is greater than A",
        ),
        (&["test", "src"], "there is no .yaml file in src"),
        (
            &["test", "scenarios", "--set", "no_such=1"],
            "no scenario has a parameter `no_such`",
        ),
        (&["test", "scenarios", "--jobs", "0"], "0 is not in 1.."),
    ];
    for (arguments, message) in cases {
        let output = leaselab(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(
            stderr(&output).contains(message),
            "{arguments:?}: {}",
            stderr(&output)
        );
    }
}

#[test]
fn broken_files_do_not_hide_the_others() {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path(), "a_broken.yaml", "expekt: {}\n");
    written(folder.path(), "b_good.yaml", GOOD);
    let output = leaselab(&["test", folder.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("unknown key `expekt`"));
    let summary = "1 scenario: 1 ok; 1 file is no scenario\n";
    assert!(stdout(&output).ends_with(summary), "{}", stdout(&output));
}

#[test]
fn annotations_point_at_the_line_of_the_expectation() {
    let report = run(
        case("bad", BAD),
        Seeds::one(0),
        OnFailure::GoOn,
        &Still::default(),
    );
    assert_eq!(
        render::annotations(&report),
        "::error file=bad.yaml,line=6,col=19,title=bad::not as expected: line 6, column 19, at 4.728 s: \
         exit.apply%0Aleaselab run bad.yaml --seed 0\n"
    );
}

#[test]
fn a_broken_file_is_in_every_report() {
    let folder = tempfile::tempdir().unwrap();
    let good = written(folder.path(), "good.YAML", GOOD);
    let broken = folder.path().join("broken.yml");
    fs::write(&broken, "leaselab: 1\ntitle: a: b\nsteps: []\n").unwrap();
    let junit = folder.path().join("junit.xml");
    let junit = junit.to_str().unwrap();
    let path = folder.path().to_str().unwrap();
    let run = |format: &str| {
        std::process::Command::new(env!("CARGO_BIN_EXE_leaselab"))
            .args(["test", path, "--junit", junit, "--format", format])
            .env("GITHUB_ACTIONS", "true")
            .output()
            .unwrap()
    };
    let output = run("text");
    assert_eq!(output.status.code(), Some(2));
    let text = stdout(&output);
    assert!(
        text.contains("1 scenario: 1 ok; 1 file is no scenario\n"),
        "{text}"
    );
    let broken = broken.to_str().unwrap();
    let said = "not YAML: this colon makes a key of the text before it; write `title: \"a: b\"`";
    let annotation = format!("::error file={broken},line=2,title=no scenario::{said}\n");
    assert!(text.ends_with(&annotation), "{text}");
    let xml = fs::read_to_string(junit).unwrap();
    assert_eq!(junit::mistakes(&xml), [""; 0]);
    assert!(xml.contains("tests=\"2\" failures=\"1\""), "{xml}");
    let json: serde_json::Value = serde_json::from_str(stdout(&run("json"))).unwrap();
    assert_eq!(json["broken"][0]["path"], broken);
    assert_eq!(json["broken"][0]["line"], 2);
    assert_eq!(json["cases"][0]["path"], good.as_str());
}

#[test]
fn files_behind_links_are_taken_and_a_link_in_a_circle_is_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    written(elsewhere.path(), "linked.yaml", GOOD);
    let link = |from: &Path, to: &str| {
        std::os::unix::fs::symlink(from, folder.path().join(to)).unwrap();
    };
    link(&elsewhere.path().join("linked.yaml"), "file.yaml");
    link(elsewhere.path(), "below");
    link(folder.path(), "circle");
    let path = folder.path().to_str().unwrap();
    let output = leaselab(&["test", path]);
    assert!(
        stdout(&output).ends_with("2 scenarios: 2 ok\n"),
        "{}",
        stdout(&output)
    );
    link(Path::new("/nowhere/at/all"), "lost.yaml");
    let output = leaselab(&["test", path]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("lost.yaml: no such file"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn what_reproduces_a_failure_can_be_typed() {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path(), "it's $HOME.yaml", BAD);
    written(folder.path(), "-x.yaml", BAD);
    for name in ["it's $HOME.yaml", "-x.yaml"] {
        let run = |command: &str| {
            std::process::Command::new("bash")
                .args(["-c", command])
                .env("PATH", bin_path())
                .current_dir(folder.path())
                .output()
                .unwrap()
        };
        let output = run(&format!(
            "leaselab test -- {}",
            shlex::try_quote(name).unwrap()
        ));
        let line = stdout(&output)
            .lines()
            .find_map(|line| line.trim().strip_prefix("reproduce: "))
            .unwrap()
            .to_owned();
        let again = run(&line);
        assert_eq!(again.status.code(), Some(1), "{line}: {}", stderr(&again));
    }
}

/// The path of programs with leaselab's own folder before all others.
fn bin_path() -> String {
    let folder = Path::new(env!("CARGO_BIN_EXE_leaselab")).parent().unwrap();
    format!("{}:{}", folder.display(), std::env::var("PATH").unwrap())
}

#[test]
fn a_broken_property_is_annotated_at_its_line() {
    let more = "properties:\n  never held: { never: { lock: held } }\n";
    let report = run(
        case("held", more),
        Seeds::one(0),
        OnFailure::GoOn,
        &Still::default(),
    );
    let annotations = render::annotations(&report);
    assert!(
        annotations.starts_with("::error file=held.yaml,line=7,"),
        "{annotations}"
    );
}

#[test]
fn check_reads_every_combination() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("matrix.yaml");
    let source = "leaselab: 1\ntitle: t\nparameters: { ttl: 15s }\n\
        client: { base: renewing, lease: '${ttl}' }\nmatrix: { axes: { ttl: [15s, 5s] } }\nsteps: []\n";
    fs::write(&file, source).unwrap();
    let output = leaselab(&["check", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    let said = stderr(&output);
    assert!(said.contains("`5s` is no lease duration"), "{said}");
    assert!(said.contains("in the combination ttl=5s"), "{said}");
    fs::write(&file, source.replace("5s] }", "60s] }")).unwrap();
    let output = leaselab(&["check", file.to_str().unwrap()]);
    assert!(stdout(&output).ends_with("ok (0 steps, 0 resources, 2 combinations)\n"));
}
