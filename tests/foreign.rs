//! Nothing that is printed of a scenario speaks in the words of a backend that it is not on: every
//! output, and everything that a drill says, of the scenarios of each backend. What a scenario says
//! in its own words is its author's, and a sentence that names another backend compares.

use std::collections::BTreeSet;
use std::sync::Arc;

use leaselab::drill::Drill;
use leaselab::kernel::{Seed, SimTime};
use leaselab::render::{self, Detail, Layout, Naming, View, Window};
use leaselab::scenario::{self, BackendPreset, Scenario, Settings};
use leaselab::suite::film;
use leaselab::terraform::Backend;
use rayon::prelude::*;
use regex::Regex;

/// By backend the words that no other has, and what it is called where it is compared with.
const WORDS: [(&str, &str); 6] = [
    (
        "azurerm",
        r"leases?|leased|blobs?|Azure|az (?:storage|login)|LeaseId\w+",
    ),
    ("s3", r"S3|DynamoDB|aws (?:s3|s3api|dynamodb|sso)|digest"),
    ("gcs", r"gcloud|gsutil|gs://|generations?|Cloud Storage"),
    (
        "pg",
        r"psql|pg_\w+|sessions?|PostgreSQL|creation key|the row",
    ),
    ("http", r"curl|unlock_address|lock_address|HTTP|GitLab"),
    ("local", r"the kernel|info file|\.lock\.info"),
];

/// What a state is not that is no remote one.
const REMOTE: &str = r"remote state|REMOTE";

/// A scenario of one backend, and the text of its file.
struct Play {
    scenario: Arc<Scenario>,
    own: String,
}

fn squashed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The scenarios of the folders that are of one backend, and the nights on each.
fn plays() -> Vec<Play> {
    let mut plays = Vec::new();
    for folder in ["s3", "gcs", "pg", "http", "local", "backends"] {
        for (path, source) in crate::scenarios::sources(folder) {
            let variants = scenario::variants(&path, &source, &Settings::new()).unwrap();
            let own = squashed(&String::from_utf8(source).unwrap());
            // Locks and servers have their words in the scenarios of their own.
            let is_plain = |scenario: &Scenario| {
                folder != "backends"
                    || BackendPreset::of(scenario.backend).word() == scenario.backend.name()
            };
            let variants = variants.into_iter().filter(is_plain);
            plays.extend(variants.map(|scenario| Play {
                scenario: Arc::new(scenario),
                own: own.clone(),
            }));
        }
    }
    plays
}

/// Everything that is printed of a replication.
fn printed(scenario: &Arc<Scenario>) -> Vec<(&'static str, String)> {
    let film = film(scenario, Seed(0), SimTime::MAX);
    let layout = Layout {
        detail: Detail::Requests,
        ..Layout::default()
    };
    let view = View {
        tables: true,
        ..View::default()
    };
    let html = render::html(&film);
    let (_, data) = html.split_once("class=\"data\">").unwrap();
    let (data, _) = data.split_once("</script>").unwrap();
    vec![
        ("text", render::text_viewed(&film, &view, layout)),
        ("markdown", render::markdown(&film, Window::ALL)),
        ("svg", render::svg(&film, Window::ALL)),
        ("html", data.to_owned()),
    ]
}

/// Everything that a drill says to somebody who asks it everything.
fn drilled(scenario: &Arc<Scenario>) -> Option<String> {
    scenario.wreck()?;
    let seats: Vec<_> = scenario
        .wreck()
        .map(|(_, mender)| mender)
        .into_iter()
        .collect();
    let mut drill = Drill::begin(scenario, Seed(0), &seats).unwrap();
    let layout = Layout::default();
    let mut text = render::drill_opening(&drill.opening(), Naming::Hidden, layout);
    let colleagues: Vec<String> = { scenario.names.operators.iter() }
        .map(|name| format!(":ask {name}"))
        .collect();
    let lines = [
        ":help",
        ":look",
        ":why",
        ":hint",
        ":hint",
        ":hint",
        "terraform plan",
        ":why",
        ":undo",
    ];
    let lines = lines
        .into_iter()
        .chain(colleagues.iter().map(String::as_str));
    for line in lines.chain([":truth"]) {
        text.push_str(&render::drill(&drill.line(line), layout));
    }
    text.push_str(&render::drill_end(&drill.finish(), layout));
    Some(text)
}

/// The words before and behind a place, as many as tell whose sentence it is.
fn around(text: &str, start: usize, end: usize) -> String {
    let before: Vec<&str> = text[..start].split(' ').rev().take(3).collect();
    let before: Vec<&str> = before.into_iter().rev().collect();
    let behind: Vec<&str> = text[end..].split(' ').take(3).collect();
    format!(
        "{}{}{}",
        before.join(" "),
        &text[start..end],
        behind.join(" ")
    )
}

/// What foreign words are looked for with.
struct Reader {
    sentence: Regex,
    /// Of each backend, and of what is remote.
    words: Vec<(&'static str, Regex)>,
    compares: Regex,
}

impl Reader {
    fn new() -> Self {
        let words = WORDS.into_iter().chain([("remote", REMOTE)]);
        let regex = |words| Regex::new(&format!(r"(?:^|[^\w./-])({words})(?:$|[^\w-])")).unwrap();
        Self {
            sentence: Regex::new(r#"(?:[.;] |"[,:]|\\n)"#).unwrap(),
            words: words
                .map(|(backend, words)| (backend, regex(words)))
                .collect(),
            compares: Regex::new(r"azurerm|[Ww]ith (?:s3|gcs|pg|http|local)").unwrap(),
        }
    }

    /// The sentences that have words of other backends.
    fn foreign(&self, text: &str, play: &Play, found: &mut BTreeSet<String>, output: &str) {
        let backend = play.scenario.backend;
        let text = text.replace(['│', '|'], " ").replace("&apos;", "'");
        let text = squashed(&text);
        for (other, words) in &self.words {
            let has_both = backend.name() == "s3" && *other == "gcs";
            let is_remote = *other == "remote" && backend.is_remote();
            if *other == backend.name() || has_both || is_remote {
                continue;
            }
            for part in self.sentence.split(&text) {
                let Some(word) = words.captures(part).and_then(|found| found.get(1)) else {
                    continue;
                };
                let near: Vec<&str> = part[word.start()..].split(' ').take(2).collect();
                let near = near.join(" ");
                let is_own = play
                    .own
                    .contains(near.trim_end_matches(['.', ',', '"', '<']));
                if !is_own && !self.compares.is_match(part) {
                    let around = around(part, word.start(), word.end());
                    found.insert(format!("{} {output}: {around}", backend.name()));
                }
            }
        }
    }
}

#[test]
fn nothing_speaks_in_the_words_of_another_backend() {
    let plays = plays();
    assert!(plays.len() > 80, "{}", plays.len());
    let reader = Reader::new();
    let found: Vec<BTreeSet<String>> = { plays.par_iter() }
        .map(|play| {
            let mut found = BTreeSet::new();
            if matches!(play.scenario.backend, Backend::Azurerm { .. }) {
                return found;
            }
            for (output, text) in printed(&play.scenario) {
                reader.foreign(&text, play, &mut found, output);
            }
            if let Some(text) = drilled(&play.scenario) {
                reader.foreign(&text, play, &mut found, "drill");
            }
            found
        })
        .collect();
    let found: BTreeSet<String> = found.into_iter().flatten().collect();
    let lines: Vec<String> = found.into_iter().collect();
    assert!(lines.is_empty(), "{}\n{}", lines.len(), lines.join("\n"));
}

/// The test above can fail.
#[test]
fn a_word_of_another_backend_is_seen() {
    let source = b"{ leaselab: 1, title: t, backend: pg, steps: [{ note: n }] }";
    let scenario = Arc::new(scenario::parse("t.yaml", source).unwrap());
    let play = Play {
        scenario,
        own: "the blob of the story".to_owned(),
    };
    for (text, is_foreign) in [
        ("The lease on the state is held.", true),
        ("With azurerm the lease is infinite.", false),
        ("It is the blob of the story.", false),
        ("The row is locked, and azurerm_lease is a resource.", false),
        ("Type `aws s3 ls` now.", true),
    ] {
        let mut found = BTreeSet::new();
        Reader::new().foreign(text, &play, &mut found, "text");
        assert_eq!(!found.is_empty(), is_foreign, "{text}: {found:?}");
    }
}
