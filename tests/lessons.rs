//! The library as teaching material: every scenario says whom it suits and what it is about, its
//! `why` teaches, and both are found with `leaselab list`.

use std::collections::{BTreeMap, BTreeSet};

use leaselab::scenario::LessonTopic;
use serde_json::Value;

use crate::cli::{leaselab, stderr, stdout};
use crate::scenarios::all;

/// A `why` of more letters is a page, and not read on a projector.
const LETTERS_MAX: usize = 322;

/// Words that look like the name of a scenario, and are none.
const OTHER_NAMES: [&str; 1] = ["PROCESS_SIGINT_TIMEOUT"];

#[test]
fn every_scenario_has_a_level_and_topics() {
    let mut shown: BTreeMap<LessonTopic, usize> = BTreeMap::new();
    for scenario in all() {
        let name = &scenario.name;
        let lesson = &scenario.lesson;
        assert!(lesson.level.is_some(), "{name} has no level");
        let count = lesson.topics.len();
        assert!((1..=4).contains(&count), "{name} has {count} topics");
        for topic in &lesson.topics {
            *shown.entry(*topic).or_default() += 1;
        }
    }
    for topic in LessonTopic::ALL {
        let count = shown.get(&topic).copied().unwrap_or_default();
        assert!(count >= 3, "{}: {count} scenarios", topic.name());
    }
}

/// What happens, why, what to take home: three sentences.
fn sentences(text: &str) -> usize {
    let ends = text.split_whitespace().filter(|word| {
        let bare = word.trim_end_matches('"');
        bare.ends_with(['.', '?', '!'])
    });
    ends.count()
}

/// The words of a text that have an underscore, as names of scenarios have.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.split(move |c| !is_part(c))
        .filter(|word| word.contains('_') && !OTHER_NAMES.contains(word))
}

#[test]
fn every_why_teaches_in_three_sentences_and_names_what_there_is() {
    let scenarios = all();
    let known: BTreeSet<&str> = scenarios.iter().map(|one| one.name.as_str()).collect();
    for scenario in &scenarios {
        let name = scenario.name.as_str();
        let why = scenario.why.as_deref().unwrap_or_default().trim();
        assert_eq!(sentences(why), 3, "{name}: {why}");
        let letters = why.chars().count();
        assert!(letters <= LETTERS_MAX, "{name}: {letters} letters");
        for named in names(why) {
            assert!(
                known.contains(named),
                "{name} names {named}, which is not there"
            );
            assert_ne!(named, name, "{name} names itself");
        }
    }
}

/// Where the comments of a file name its pair, the `why` does: it is what a class sees.
#[test]
fn the_pairs_of_prevention_name_each_other() {
    let scenarios = all();
    let whys: BTreeMap<&str, &str> = { scenarios.iter() }
        .map(|one| (one.name.as_str(), one.why.as_deref().unwrap_or_default()))
        .collect();
    let mut pairs = 0;
    for (name, why) in &whys {
        for (one, other) in [("_with_", "_without_"), ("_terraform", "")] {
            let twin = name.replacen(one, other, 1);
            if twin != **name
                && let Some(back) = whys.get(twin.as_str())
            {
                pairs += 1;
                assert!(why.contains(&twin), "{name} does not name {twin}");
                assert!(back.contains(*name), "{twin} does not name {name}");
            }
        }
    }
    assert!(pairs >= 12, "{pairs} pairs");
}

fn listed(arguments: &[&str]) -> Vec<Value> {
    let mut words = vec!["list", "--format", "json"];
    words.extend(arguments);
    let output = leaselab(&words);
    assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""));
    let mut json: Value = serde_json::from_str(stdout(&output)).unwrap();
    serde_json::from_value(json["scenarios"].take()).unwrap()
}

#[test]
fn a_list_is_narrowed_by_level_and_topic() {
    let found = listed(&["--level", "1", "--topic", "lock", "--topic", "kill"]);
    assert!(found.len() >= 3, "{}", found.len());
    for scenario in &found {
        assert_eq!(scenario["level"], 1, "{scenario}");
        let topics = scenario["topics"].as_array().unwrap();
        assert!(topics.contains(&"lock".into()) && topics.contains(&"kill".into()));
    }
    let all = listed(&[]).len();
    let levels = ["1", "2", "3"].map(|level| listed(&["--level", level]).len());
    assert_eq!(levels.iter().sum::<usize>(), all);
    let output = leaselab(&[
        "list",
        "--level",
        "1",
        "--topic",
        "kill",
        "scenarios/failures",
    ]);
    let text = stdout(&output);
    let lines = [
        "orphan_lock_after_kill\n    The process is killed, and its lock outlives it\n    \
         in scenarios/failures/orphan_lock_after_kill.yaml\n    on azurerm, ",
        "\n    finds orphaned_object, orphaned_lock\n    level 1: kill, lock, import; chapter 3\n",
    ];
    assert!(lines.iter().all(|line| text.contains(line)), "{text}");
}

#[test]
fn the_course_is_listed_in_its_order() {
    let found = listed(&["--course"]);
    let chapters: Vec<u64> = { found.iter() }
        .map(|one| one["course"].as_u64().unwrap())
        .collect();
    assert!(chapters.is_sorted(), "{chapters:?}");
    assert!(found.len() > 10, "{}", found.len());
}

#[test]
fn a_wrong_level_or_topic_is_bad_input_that_says_what_there_is() {
    let output = leaselab(&["list", "--topic", "leese"]);
    assert_eq!(output.status.code(), Some(2));
    let said = stderr(&output);
    assert!(said.contains("lease") && said.contains("'leese'"), "{said}");
    let output = leaselab(&["list", "--level", "4"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("a level is 1, 2 or 3"));
}
