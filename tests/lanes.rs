//! `--format lanes`: pictures as they stand in snapshots, and what holds of every one.

use std::path::Path;
use std::sync::Arc;

use leaselab::kernel::{Seed, SimTime};
use leaselab::render::{self, Detail, Layout, Symbols, View};
use leaselab::scenario::Scenario;
use leaselab::suite;
use leaselab::verdict::Film;
use rayon::prelude::*;
use unicode_width::UnicodeWidthStr as _;

use crate::cli::{leaselab, stderr, stdout};
use crate::scenarios::all;

fn film(name: &str) -> Film {
    let scenarios = all();
    let mut named = scenarios.iter().filter(|scenario| scenario.name == name);
    shoot(named.next().unwrap())
}

fn shoot(scenario: &Arc<Scenario>) -> Film {
    suite::film(scenario, Seed(0), SimTime::MAX)
}

fn wide(width: usize) -> Layout {
    Layout {
        width,
        ..Layout::default()
    }
}

fn is_as_it_stands(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lanes");
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn pictures_are_as_they_stand_at_80_and_120_columns() {
    for name in [
        "lease_id_missing",
        "orphan_lock_after_kill",
        "two_honest_runs",
        "orphan_process_still_applying",
        "answer_of_save_lost",
    ] {
        let film = film(name);
        for width in [80, 120] {
            let text = render::lanes(&film, &View::default(), wide(width));
            is_as_it_stands(&format!("{name}_{width}"), &text);
        }
    }
}

#[test]
fn what_is_chosen_is_as_it_stands() {
    let film = film("lease_id_missing");
    let ascii = Layout {
        symbols: Symbols::Ascii,
        ..Layout::default()
    };
    is_as_it_stands("ascii", &render::lanes(&film, &View::default(), ascii));
    let requests = Layout {
        detail: Detail::Requests,
        ..Layout::default()
    };
    let late = View {
        from: SimTime::from_ms(31_000),
        ..View::default()
    };
    is_as_it_stands("requests", &render::lanes(&film, &late, requests));
    for lane in ["state", "alice", "faults"] {
        let only = View {
            only: [lane.to_owned()].into(),
            ..View::default()
        };
        let text = render::lanes(&film, &only, Layout::default());
        is_as_it_stands(&format!("only_{lane}"), &text);
    }
}

#[test]
fn every_picture_fits_and_is_ascii_where_that_is_asked_for() {
    let wrong: Vec<String> = all()
        .par_iter()
        .flat_map_iter(|scenario| {
            let film = shoot(scenario);
            let mut wrong = Vec::new();
            for width in [80, 120] {
                let layout = Layout {
                    symbols: Symbols::Ascii,
                    ..wide(width)
                };
                let ascii = render::lanes(&film, &View::default(), layout);
                let (_, picture) = ascii.split_once("TIME (s)").unwrap();
                let (picture, _) = picture.rsplit_once("verdict:").unwrap();
                let drawn = render::lanes(&film, &View::default(), wide(width));
                let lines = picture.lines().filter(|line| !line.is_ascii());
                // The first line is the same in every width.
                let lines = lines.chain(drawn.lines().skip(1).filter(|line| line.width() > width));
                wrong.extend(lines.map(|line| format!("{} {width}: {line}", scenario.name)));
            }
            wrong
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Times stand in one column, and each line that has one tells what happens at the same column.
#[test]
fn times_and_words_are_aligned() {
    let text = render::lanes(&film("lease_id_missing"), &View::default(), wide(80));
    let heading = text.lines().find(|line| line.contains("WHAT HAPPENS"));
    let (before, _) = heading.unwrap().split_once("WHAT HAPPENS").unwrap();
    for words in ["alice plans:", "blob refuses", "bob$ terraform plan"] {
        let line = text.lines().find(|line| line.contains(words)).unwrap();
        let (left, _) = line.split_once(words).unwrap();
        assert_eq!(left.width(), before.width(), "{line}");
        assert_eq!(line.find('.'), Some(4), "{line}");
    }
}

/// Where there are more operators than columns, a line says who is not drawn; the state is.
#[test]
fn operators_make_room_for_the_state() {
    let steps: Vec<String> = (1..=9)
        .map(|number| format!("{{ at: {number}s, run: terraform plan, as: operator_{number} }}"))
        .collect();
    let yaml = format!(
        "leaselab: 1\ntitle: a crowd\nresources: {{ vnet: {{ create: 4s }} }}\nsteps: [{}]\n",
        steps.join(", ")
    );
    let scenario = leaselab::scenario::parse("crowd.yaml", yaml.as_bytes());
    let film = shoot(&Arc::new(scenario.unwrap_or_else(|errors| {
        panic!("{}", errors.render("crowd.yaml", yaml.as_bytes()))
    })));
    let text = render::lanes(&film, &View::default(), wide(60));
    let heading = text.lines().find(|line| line.contains("WHAT HAPPENS"));
    assert!(heading.unwrap().contains(" st"), "{text}");
    assert!(
        text.contains("! no room for operator_7, operator_8"),
        "{text}"
    );
    assert!(text.contains("operator_9 takes the"), "{text}");
    assert!(text.lines().all(|line| line.width() <= 60), "{text}");
}

const ARTICLE: &str = "scenarios/lease_id_missing.yaml";

fn run(more: &[&str]) -> (Option<i32>, String, String) {
    let output = leaselab(&[&["run", ARTICLE], more].concat());
    let (out, err) = (stdout(&output).to_owned(), stderr(&output).to_owned());
    (output.status.code(), out, err)
}

#[test]
fn the_command_line_chooses_what_is_drawn() {
    let (status, text, _) = run(&["--format", "lanes", "--ascii", "--from", "33s"]);
    assert_eq!(status, Some(0));
    assert!(text.contains("WHAT HAPPENS") && text.is_ascii(), "{text}");
    assert!(
        !text.contains("  31.000") && text.contains("  33.000"),
        "{text}"
    );
    let (status, text, _) = run(&["--only", "cloud"]);
    assert_eq!(status, Some(0));
    assert!(text.contains("/things/vnet exists"), "{text}");
    assert!(!text.contains("$ terraform apply"), "{text}");
}

#[test]
fn a_wrong_choice_is_bad_input() {
    let cases: [(&[&str], &str); 5] = [
        (&["--only", "stae"], "did you mean `state`?"),
        (
            &["--only", "zzzzzzzz"],
            "there are alice, bob, state, cloud, faults",
        ),
        (&["--from", "9x"], "--from"),
        (
            &["--from", "9s", "--until", "8s"],
            "is later than `--until`",
        ),
        (&["--from", "9s", "--format", "json"], "add `--format`"),
    ];
    for (flags, words) in cases {
        let (status, _, complaint) = run(flags);
        assert_eq!(status, Some(2), "{flags:?}");
        assert!(complaint.contains(words), "{flags:?}: {complaint}");
    }
}

/// The page that says how lanes are read has lines of a real picture, in their order.
#[test]
fn the_excerpt_in_the_docs_is_a_real_picture() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/pictures.md")).unwrap();
    let (_, rest) = page
        .split_once("<!-- excerpt: lanes -->\n```text\n")
        .unwrap();
    let (excerpt, _) = rest.split_once("```").unwrap();
    let picture = render::lanes(&film("lease_id_missing"), &View::default(), wide(80));
    let mut left = picture.lines();
    for line in excerpt.lines() {
        let is_there = left.any(|found| found == line);
        assert!(
            is_there,
            "`{line}` does not stand in the picture:\n{picture}"
        );
    }
}
