//! Hostile scenarios that are read all the same: none makes a replication, its judgement or its
//! pages panic.
//!
//! The library's own files are mutated: numbers to the ends of their range, words for other words
//! of the format, lines left out, doubled and moved. What is still a scenario is replayed within
//! bounds, and printed in every form.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use leaselab::kernel::{Seed, SimDuration};
use leaselab::render::{self, Detail, Layout};
use leaselab::scenario;
use leaselab::simulation::Recording;
use leaselab::suite;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::places::Place;
use crate::sync::generator;

/// Larger scenarios are read, but not replayed.
const RESOURCES_MAX: usize = 1_000;
/// So many mutated files; `LEASELAB_HOSTILE` sets another number.
const FILES: u32 = 1_000;

fn yaml_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            yaml_files(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "yaml") {
            files.push(path);
        }
    }
    files.sort();
}

fn corpus() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    yaml_files(&root.join("scenarios"), &mut files);
    let files = files.iter().map(|path| fs::read_to_string(path).unwrap());
    files.collect()
}

/// Reads a file; what is a scenario is replayed and printed. Whether it was one.
fn replay(source: &[u8]) -> bool {
    let mut scenario = match scenario::parse("hostile.yaml", source) {
        Ok(scenario) => scenario,
        Err(errors) => {
            assert!(!errors.render("hostile.yaml", source).is_empty());
            return false;
        }
    };
    if scenario.configuration.resources.len() > RESOURCES_MAX {
        return true;
    }
    scenario.limits.events_max = scenario.limits.events_max.min(3_000);
    scenario.limits.time_max = scenario
        .limits
        .time_max
        .min(SimDuration::from_seconds(7_200));
    let report = suite::replay(&Arc::new(scenario), Seed(0), Recording::On);
    let layout = Layout {
        detail: Detail::Requests,
        ..Layout::default()
    };
    assert!(!render::text(&report, layout).is_empty());
    assert!(!render::json(&report).is_empty());
    true
}

/// All that was read of a file but the places at which it stands.
fn without_lines(source: &[u8]) -> Option<String> {
    let read = scenario::parse("rewritten.yaml", source).ok()?;
    let lines = regex::Regex::new(r"(line|column): \d+").unwrap();
    Some(
        lines
            .replace_all(&format!("{read:?}"), "$1: _")
            .into_owned(),
    )
}

/// What is written back reads the same, and is written the same again.
fn check_rewritten(source: &str) {
    let Some(read) = without_lines(source.as_bytes()) else {
        return;
    };
    let written = scenario::rewrite(source.as_bytes()).unwrap();
    assert_eq!(without_lines(written.as_bytes()), Some(read), "{written}");
    assert_eq!(scenario::rewrite(written.as_bytes()).unwrap(), written);
}

#[test]
fn every_scenario_that_is_written_back_reads_the_same() {
    for source in corpus() {
        check_rewritten(&source);
    }
    for seed in 0..300 {
        let place = Place::ALL[usize::try_from(seed).unwrap() % Place::ALL.len()];
        check_rewritten(&generator::yaml(seed, place));
    }
    check_rewritten(
        "leaselab: 1\ntitle: 'values: all'\nresources:\n  a: { attributes: { a: 1, b: '1', c: 1.10, \
         d: -0.50, e: true, f: 'true', g: null, h: 'null', i: ~, j: '', k: 99999999999999999999, \
         l: \"a\\nb\", m: 1-2, n: '- x', o: \"it's \\\"x\\\"\", p: 0 } }\nsteps: []\n",
    );
}

/// A change of one place: which line, which word of it, what becomes of it.
#[derive(Debug, Clone)]
struct Mutation {
    line: prop::sample::Index,
    word: prop::sample::Index,
    other: prop::sample::Index,
    kind: u8,
    extreme: &'static str,
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let extreme = prop::sample::select(vec![
        "0",
        "1",
        "18446744073709551615",
        "9007199254740992",
        "9007199254740991",
        "10000000",
        "65535",
        "4294967295",
        "8760h",
        "0s",
        "1ms",
        "60s",
        "''",
        "\"\\e[31m\"",
        "ä",
        "[]",
        "{}",
        "~",
    ]);
    let index = || any::<prop::sample::Index>();
    (index(), index(), index(), 0_u8..9, extreme).prop_map(|(line, word, other, kind, extreme)| {
        Mutation {
            line,
            word,
            other,
            kind,
            extreme,
        }
    })
}

/// The words of a line with what divides them, so that they make the line again.
fn words(line: &str) -> Vec<&str> {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    let mut words = Vec::new();
    let mut start = 0;
    for (at, c) in line.char_indices() {
        let before = line[..at].chars().next_back();
        if before.is_some_and(|before| is_word(before) != is_word(c) || !is_word(c)) {
            words.push(&line[start..at]);
            start = at;
        }
    }
    words.push(&line[start..]);
    words
}

fn mutate(source: &str, other: &str, mutations: &[Mutation]) -> String {
    let mut lines: Vec<String> = source.lines().map(str::to_owned).collect();
    let others: Vec<&str> = other.lines().collect();
    for mutation in mutations {
        if lines.is_empty() {
            break;
        }
        let at = mutation.line.index(lines.len());
        match mutation.kind {
            0 => {
                lines.remove(at);
            }
            1 => lines.insert(at, lines[at].clone()),
            2 => {
                let to = mutation.other.index(lines.len());
                lines.swap(at, to);
            }
            3 => {
                let line = others[mutation.other.index(others.len())];
                lines.insert(at, line.to_owned());
            }
            kind => {
                let line = lines[at].clone();
                let mut words = words(&line);
                let word = mutation.word.index(words.len());
                let far = lines[mutation.other.index(lines.len())].clone();
                let far = self::words(&far);
                words[word] = match kind {
                    4 | 5 => far[mutation.word.index(far.len())],
                    6 => "",
                    _ => mutation.extreme,
                };
                lines[at] = words.concat();
            }
        }
    }
    lines.join("\n")
}

#[test]
fn no_mutated_scenario_makes_a_replication_panic() {
    let corpus = corpus();
    let cases = std::env::var("LEASELAB_HOSTILE").map_or(FILES, |text| text.parse().unwrap());
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let seed = std::env::var("LEASELAB_HOSTILE_SEED").map_or(0, |text| text.parse().unwrap());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let files = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        prop::collection::vec(mutation(), 1..4),
    );
    let read = std::cell::Cell::new(0_u32);
    let result = runner.run(&files, |(one, other, mutations)| {
        let one = &corpus[one.index(corpus.len())];
        let other = &corpus[other.index(corpus.len())];
        let source = mutate(one, other, &mutations);
        let both = || {
            check_rewritten(&source);
            replay(source.as_bytes())
        };
        let is_scenario =
            std::panic::catch_unwind(both).map_err(|_| TestCaseError::fail(source.clone()))?;
        read.set(read.get() + u32::from(is_scenario));
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    // Most mutations are refused; enough are not for the test to mean something.
    assert!(read.get() > cases / 20, "{} of {cases}", read.get());
    println!("{} of {cases} mutated files are scenarios", read.get());
}
