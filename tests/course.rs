//! The course is true: every command in it is run, and every output shown is the real one.
//!
//! A fence of `console` holds commands after `$ ` and what they print, whole, or with lines `…` for
//! what is left out. They are run in the order of the page, in a copy of what the course needs. A
//! fence of `console drill` holds one `leaselab drill` and what is typed at it, behind its prompts.
//! Where texts have changed, `LEASELAB_UPDATE=1 cargo test --locked course` writes them anew.

mod block;
mod pages;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use block::{Kind, blocks, replaced};
use leaselab::course::{CHAPTERS, MATERIALS, Material};
use leaselab::kernel::Seed;
use leaselab::scenario;
use leaselab::simulation::Recording;
use leaselab::suite;
use leaselab::verdict::Outcome;

use crate::cli::leaselab;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// What the commands find: the repository as far as the course needs it.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for part in ["scenarios", "runbooks", "docs/course"] {
        copy(&root().join(part), &folder.path().join(part));
    }
    folder
}

/// Runs the blocks of one kind of every page, and compares what is shown with what is printed.
fn check(kind: Kind) {
    let updates = std::env::var_os("LEASELAB_UPDATE").is_some();
    let mut differ = Vec::new();
    for chapter in CHAPTERS {
        let path = root().join("docs/course").join(chapter.file);
        let mut page = fs::read_to_string(&path).unwrap();
        let folder = repository();
        let mut exit = 0;
        for block in blocks(&page).into_iter().filter(|block| block.kind == kind) {
            let shown = block.text.clone();
            let real = block.run(folder.path(), &mut exit);
            match real {
                Ok(real) if real == shown => {}
                Ok(real) if updates => page = replaced(&page, &block, &real),
                Ok(real) => differ.push(format!(
                    "docs/course/{}:{}\n{shown}\nis\n{real}",
                    chapter.file, block.line
                )),
                Err(problem) => differ.push(format!(
                    "docs/course/{}:{}\n{problem}",
                    chapter.file, block.line
                )),
            }
        }
        if updates {
            fs::write(&path, page).unwrap();
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n\n"));
}

#[test]
fn every_command_prints_what_is_shown() {
    check(Kind::Console);
}

#[test]
fn every_drill_goes_as_it_is_shown() {
    if !leaselab(&["help", "drill"]).status.success() {
        println!("skipped: this leaselab has no `drill`");
        return;
    }
    check(Kind::Drill);
}

fn is_scenario(file: &str) -> bool {
    Path::new(file)
        .extension()
        .is_some_and(|ending| ending == "yaml")
}

/// The scenarios that a text names by their files.
fn named(text: &str) -> BTreeSet<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_/-.".contains(c);
    text.split(|c| !is_part(c))
        .filter(|word| is_scenario(word))
        .filter_map(|word| Some(word[word.find("scenarios/")?..].to_owned()))
        .collect()
}

/// One truth: a scenario's `course:` is the first chapter that names its file.
#[test]
fn the_chapters_and_the_scenarios_agree() {
    let mut first: BTreeMap<String, u16> = BTreeMap::new();
    for (chapter, number) in CHAPTERS[1..].iter().zip(1..) {
        for name in named(chapter.markdown) {
            first.entry(name).or_insert(number);
        }
    }
    // The course has scenarios of its own as well, beside its chapters.
    first.retain(|name, _| root().join(name).exists());
    let keys: BTreeMap<String, u16> = crate::scenarios::courses().into_iter().collect();
    assert_eq!(first, keys);
}

#[test]
fn what_is_compiled_in_is_what_the_chapters_lead_to() {
    let mut known = BTreeSet::new();
    for material in MATERIALS {
        assert!(known.insert(material.page()), "{}: twice", material.page());
        let read = scenario::parse(material.path, material.source.as_bytes());
        let scenario = read.unwrap_or_else(|errors| panic!("{}: {errors:?}", material.path));
        assert!(scenario.lesson.course.is_some(), "{}", material.path);
        let report = suite::replay(&Arc::new(scenario), Seed(0), Recording::On);
        assert_eq!(report.outcome, Outcome::AsExpected, "{}", material.path);
    }
    let targets: BTreeSet<String> = MATERIALS.iter().map(Material::target).collect();
    for chapter in CHAPTERS {
        for target in links(chapter.markdown) {
            let file = root().join("docs/course").join(&target);
            assert!(file.exists(), "{}: no {target}", chapter.file);
            let leads = !is_scenario(&target) || targets.contains(&target);
            assert!(leads, "{}: {target} is not compiled in", chapter.file);
        }
    }
    let library = crate::scenarios::courses();
    for (path, _) in library {
        let is_there = MATERIALS.iter().any(|one| one.path == path);
        assert!(is_there, "{path} is of the course and not compiled in");
    }
}

/// The targets of a page's links.
fn links(markdown: &str) -> Vec<String> {
    let rest = markdown.split("](").skip(1);
    rest.map(|rest| rest.split(')').next().unwrap().to_owned())
        .collect()
}

/// A chapter has its parts, in their order, and its minutes are those of the plan.
#[test]
fn every_chapter_has_its_parts() {
    let plan = CHAPTERS[0].markdown;
    for chapter in &CHAPTERS[1..] {
        let text = chapter.markdown;
        let parts = [
            "**Predict.**",
            "## Drill",
            "## What to take home",
            "## For the facilitator",
        ];
        let places: Vec<Option<usize>> = parts.iter().map(|part| text.find(part)).collect();
        assert!(
            places.iter().all(Option::is_some),
            "{}: {places:?}",
            chapter.file
        );
        assert!(places.is_sorted(), "{}: {places:?}", chapter.file);
        let drills = { blocks(text).into_iter() }.filter(|one| one.kind == Kind::Drill);
        for drill in drills {
            assert_eq!(drill.mistake(), None, "{}:{}", chapter.file, drill.line);
        }
        assert!(
            text.contains("The usual wrong answers:"),
            "{}",
            chapter.file
        );
        let (_, table) = text.split_once("| minutes | what |\n|---|---|\n").unwrap();
        let rows = table.lines().take_while(|line| line.starts_with('|'));
        let minutes: u32 = rows
            .map(|row| {
                row.split('|')
                    .nth(1)
                    .unwrap()
                    .trim()
                    .parse::<u32>()
                    .unwrap()
            })
            .sum();
        assert!((10..=20).contains(&minutes), "{}: {minutes}", chapter.file);
        let row = plan
            .lines()
            .find(|line| line.contains(chapter.file))
            .unwrap();
        assert!(row.ends_with(&format!("| {minutes} |")), "{row}: {minutes}");
    }
}

/// Where a chapter asks for a prediction, something happens at the instant that it names.
#[test]
fn a_prediction_is_asked_at_an_instant() {
    for chapter in &CHAPTERS[1..] {
        let (_, rest) = chapter.markdown.split_once("**Predict.**").unwrap();
        let question = rest.split("\n\n").next().unwrap();
        let words: Vec<&str> = question.split_whitespace().collect();
        let instants: Vec<&str> = { words.windows(2) }
            .filter(|pair| matches!(pair[1], "s" | "s." | "s,"))
            .map(|pair| pair[0])
            .collect();
        let targets = links(question);
        let of_target = MATERIALS
            .iter()
            .filter(|one| targets.contains(&one.target()));
        let times: BTreeSet<String> = of_target
            .flat_map(|one| {
                let read = scenario::parse(one.path, one.source.as_bytes()).unwrap();
                let report = suite::replay(&Arc::new(read), Seed(0), Recording::On);
                let entries = report.timeline.entries.iter();
                let times: Vec<String> = entries.map(|entry| entry.time.to_string()).collect();
                times
            })
            .collect();
        let is_graded = chapter.file.starts_with("8-");
        assert_eq!(instants.is_empty(), is_graded, "{}", chapter.file);
        for instant in instants {
            assert!(times.contains(instant), "{}: {instant} s", chapter.file);
        }
    }
}
