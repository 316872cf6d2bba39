//! Mistaken and hostile scenario files: what is said about each, to the letter, and that none of
//! them makes the reader panic or lose its bounds.
//!
//! `tests/scenario_errors/NAME.yaml` is a mistaken file, `NAME.txt` what is said about it; in
//! `mistakes/` are scenarios with one mistake each, as people make them. After a change of a message,
//! `LEASELAB_UPDATE=1 cargo test --locked scenario_errors` writes them anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use leaselab::scenario::{self, ScenarioErrors};
use proptest::prelude::*;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenario_errors")
}

/// The stems of the files of a folder with this ending.
fn stems(folder: &Path, ending: &str) -> BTreeSet<String> {
    let files = fs::read_dir(folder).unwrap();
    files
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect()
}

#[test]
fn each_mistake_is_named_where_it_stands() {
    compare_all(&folder());
}

#[test]
fn a_mistake_that_people_make_is_one_error_in_plain_words() {
    let folder = folder().join("mistakes");
    compare_all(&folder);
    for stem in stems(&folder, "txt") {
        let said = fs::read_to_string(folder.join(format!("{stem}.txt"))).unwrap();
        let errors = said.matches("error: ").count();
        // A key under a wrong name is missing under its own.
        let at_most = if stem == "step_for_steps" { 2 } else { 1 };
        assert!((1..=at_most).contains(&errors), "{stem}: {errors} errors");
        let is_jargon = said.contains("not YAML: while") || said.contains("did not find");
        assert!(!is_jargon || stem == "brackets_in_command", "{said}");
    }
}

fn compare_all(folder: &Path) {
    let updates = std::env::var_os("LEASELAB_UPDATE").is_some();
    let mut differ = Vec::new();
    for stem in stems(folder, "yaml") {
        let source = fs::read(folder.join(format!("{stem}.yaml"))).unwrap();
        let said = match scenario::parse("mistake.yaml", &source) {
            Ok(_) => panic!("{stem}.yaml is read without an error"),
            Err(errors) => errors.render("mistake.yaml", &source),
        };
        let expected = folder.join(format!("{stem}.txt"));
        if updates {
            fs::write(&expected, &said).unwrap();
        } else if fs::read_to_string(&expected).unwrap_or_default() != said {
            differ.push(format!("{stem}:\n{said}"));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
    if !updates {
        let twins = (stems(folder, "yaml"), stems(folder, "txt"));
        assert_eq!(twins.0, twins.1, "files without their twin");
    }
}

const HEAD: &str = "leaselab: 1\ntitle: A hostile file\n";

/// The first error of a hostile file, and how many there are. Neither the errors nor what is drawn
/// of them grow with the file.
fn first_error(source: &[u8]) -> (String, usize) {
    let errors = scenario::parse("hostile.yaml", source).expect_err("the file is wrong");
    assert!(errors.errors.len() <= 1_000);
    assert!(errors.render("hostile.yaml", source).len() < 1_000_000);
    check_spans(source, &errors);
    (errors.errors[0].to_string(), errors.errors.len())
}

fn check_spans(source: &[u8], errors: &ScenarioErrors) {
    assert!(!errors.errors.is_empty());
    for error in &errors.errors {
        assert!(error.span.start <= error.span.end, "{error:?}");
        assert!(error.span.end <= source.len(), "{error:?}");
        assert!(error.line > 0 && error.column > 0, "{error:?}");
        assert!(!error.message.is_empty());
    }
}

fn numbered(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

/// The name of a hostile file, the file, its first error, and how many errors there are.
type Hostile = (&'static str, String, &'static str, usize);

fn check_all<const N: usize>(files: [Hostile; N]) {
    for (name, source, message, count) in files {
        let said = first_error(source.as_bytes());
        assert_eq!(said, (message.to_owned(), count), "{name}");
    }
}

/// A file with these lines as its resources.
fn of_resources(lines: &str) -> String {
    format!("{HEAD}resources:\n{lines}steps: []\n")
}

#[test]
fn a_file_that_is_too_deep_or_too_large_ends_at_a_limit() {
    check_all([
        (
            "10 MB of [",
            "[".repeat(10_000_000),
            "1:256: nested more than 64 levels deep",
            1,
        ),
        (
            "65 levels",
            format!("{HEAD}why: {}{}\n", "[".repeat(65), "]".repeat(65)),
            "3:69: nested more than 64 levels deep",
            1,
        ),
        (
            "a list in a list in a list",
            "- ".repeat(1_000_000),
            "1:129: nested more than 64 levels deep",
            1,
        ),
        (
            "more than 16 MiB",
            "#\n".repeat(8_388_609),
            "1:1: the file has 16777218 bytes; a scenario has at most 16777216",
            1,
        ),
        (
            "more than 2,000,000 values",
            "-\n".repeat(2_000_001),
            "2000001:2: the file has more than 2000000 values",
            1,
        ),
    ]);
}

#[test]
fn a_file_of_nothing_but_mistakes_ends_at_a_limit() {
    check_all([
        (
            "20,000 mistaken resources",
            of_resources(&numbered(20_000, |i| format!("  r{i}: {{ creat: 1s }}\n"))),
            "4:9: unknown key `creat` (did you mean `create`?)",
            1_000,
        ),
        (
            "20,000 keys without a value",
            format!(
                "{HEAD}steps: []\n{}",
                numbered(20_000, |i| format!("k{i}:\n"))
            ),
            "4:1: `k0` has no value",
            70,
        ),
        (
            "20,000 unknown resources in a list",
            of_resources(&format!("  a: {{ needs: [{}] }}\n", "b, ".repeat(20_000))),
            "4:16: unknown resource `b`",
            1_000,
        ),
        (
            "a command of one long word",
            format!(
                "{HEAD}steps: [{{ run: terraform {}, as: a }}]\n",
                "x".repeat(1_000_000)
            ),
            "3:26: a word of 1000000 bytes; the model takes at most 4096",
            1,
        ),
        (
            "a long line",
            format!("{HEAD}{}: 1\nsteps: []\n", "x".repeat(1_000)),
            "3:1: unknown key `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…` (the \
             keys here are `leaselab`, `title`, `why`, `notes`, `source`, `level`, `topics`, `course`, `client`, `timing`, `before`, \
             `backend`, `start_order`, `operators`, `resources`, `steps`, `expect`, `properties`, `parameters`, `matrix` or `limits`)",
            1,
        ),
    ]);
}

#[test]
fn a_file_that_grows_while_it_is_read_ends_at_a_limit() {
    check_all([
        (
            "a bomb of aliases",
            numbered(40, |i| {
                format!("k{i}: &k{i} [*k{j}, *k{j}]\n", j = i.max(1) - 1)
            }),
            "1:5: an anchor stands here; scenarios have none (a text that begins with `&` needs \
             quotes)",
            1,
        ),
        (
            "an alias",
            format!("{HEAD}steps: *steps\n"),
            "3:8: an alias stands here; scenarios have none (a text that begins with `*` needs \
             quotes)",
            1,
        ),
        (
            "100,000 resources in a cycle",
            of_resources(&numbered(100_000, |i| {
                format!("  r{i}: {{ needs: [r{}] }}\n", (i + 1) % 100_000)
            })),
            "4:16: these resources need each other: r0 → r1 → r2 → r3 → r4 → r5 → r6 → r7 → … → r0",
            1,
        ),
        (
            "a million copies, twice",
            of_resources("  a: { count: 1000000 }\n  b: { count: 1000000 }\n"),
            "5:3: a scenario has at most 1000000 resources, all its configurations together",
            1,
        ),
        (
            "copies that need all copies",
            of_resources("  a: { count: 5000 }\n  b: { count: 5000, needs: [a] }\n"),
            "5:6: the scenario refers to its resources more than 5000000 times",
            1,
        ),
    ]);
}

#[test]
fn a_hundred_thousand_resources_are_a_scenario() {
    let resources = numbered(100_000, |i| match i {
        0 => "  r0: {}\n".to_owned(),
        _ => format!("  r{i}: {{ create: 1s, needs: [r{}] }}\n", i - 1),
    });
    let source = format!("{HEAD}resources:\n{resources}steps: []\n");
    let scenario = scenario::parse("large.yaml", source.as_bytes()).unwrap();
    assert_eq!(scenario.configuration.resources.len(), 100_000);
}

#[test]
fn line_ends_byte_order_marks_and_wide_characters_are_text() {
    let unix = format!("{HEAD}why: |\n  Größe 東京 🦀\n  two lines\nsteps: [{{ note: ä }}]\n");
    let scenario = scenario::parse("text.yaml", unix.as_bytes()).unwrap();
    assert_eq!(scenario.why.as_deref(), Some("Größe 東京 🦀\ntwo lines\n"));
    for other in [unix.replace('\n', "\r\n"), format!("\u{feff}{unix}")] {
        let read = scenario::parse("text.yaml", other.as_bytes());
        let read = read.unwrap_or_else(|errors| panic!("{errors}"));
        assert_eq!(read.why, scenario.why);
        assert_eq!(read.steps[0].line, scenario.steps[0].line);
    }
}

/// A scenario that has nearly everything.
const VALID: &str = r#"leaselab: 1
title: "Nearly \u0065verything"
why: |
  A block,
  and a second line.
client: { base: renewing, lease: 30s, renew_every: 10s, save: { interval: 20s }, retry: { attempts: 3 } }
timing: { start: 80ms, latency: 1ms..5ms }
before: { remote: { serial: 7, resources: [vnet] }, cloud: [subnet] }
operators: { ci: { wrapper: doubles_ctrl_c } }
resources:
  vnet: { type: azurerm_virtual_network, create: 4s, attributes: { size: 1, name: 'ö' } }
  subnet: { needs: [vnet], name: generated, on_stop: cancel, accepts: at_end, provision: 1s }
  disk: { count: 3 }
steps:
  - { id: apply, run: terraform apply -auto-approve -target=azurerm_virtual_network.vnet, as: alice }
  - { when: subnet creating, after: 1s, cut: alice <-> blob, for: 2s }
  - faults:
      - { request: put_state, of: alice, during: apply, nth: 1..2, chance: 1/20, answer: 503 ServerBusy }
      - { operation: create, resource: subnet, fail: after_with_id }
  - { when: alice sends put_state 2, signal: { alice: SIGTERM } }
  - run: |
      terraform force-unlock -force <LOCK_ID>
    as: bob
  - { edit: alice, resources: { vnet: {} } }
  - { file: { in: bob, name: errored.tfstate, serial: 3, resources: [vnet] } }
  - { cancel: { ci: github_actions }, at: 9m }
  - { run: terraform plan, as: ci, after: 5s }
expect: { exit: { apply: 1 }, errored: { alice: none }, lock: free, findings: {}, in_sync: true }
"#;

#[test]
fn the_file_that_is_mutated_is_nearly_right() {
    let errors = scenario::parse("valid.yaml", VALID.as_bytes()).unwrap_err();
    assert_eq!(
        errors.to_string(),
        "26:17: `ci` runs nothing above this step"
    );
}

/// One change of a text: a range of bytes gives way to others.
fn mutation() -> impl Strategy<Value = (usize, usize, Vec<u8>)> {
    let syntax = proptest::sample::select(vec![
        "\n",
        "\r",
        "  ",
        "- ",
        ": ",
        "{",
        "}",
        "[",
        "]",
        ",",
        "'",
        "\"",
        "#",
        "*a",
        "&a",
        "!t",
        "|",
        ">",
        "%",
        "\t",
        "0",
        "-1",
        "99999999999999999999",
        "ä",
        "\u{feff}",
        "\u{2028}",
        "\\x00",
        "steps: ",
        "run: ",
        "<<: ",
        "---\n",
        "...\n",
    ]);
    let bytes = prop_oneof![
        4 => syntax.prop_map(|text| text.as_bytes().to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 0..4),
    ];
    (0..VALID.len(), 0_usize..12, bytes)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2_000,
        // The fuzz targets look for what is new; this holds what was found.
        rng_seed: proptest::test_runner::RngSeed::Fixed(0),
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_mutated_scenario_is_read_or_refused_within_the_source(
        mutations in proptest::collection::vec(mutation(), 1..6)
    ) {
        let mut source = VALID.as_bytes().to_vec();
        for (start, length, bytes) in mutations {
            let start = start.min(source.len());
            let end = (start + length).min(source.len());
            source.splice(start..end, bytes);
        }
        if let Err(errors) = scenario::parse("mutated.yaml", &source) {
            check_spans(&source, &errors);
            prop_assert!(!errors.render("mutated.yaml", &source).is_empty());
        }
    }
}
