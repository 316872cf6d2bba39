//! What the page asks before it shows it: made from what comes next, with choices from the same
//! film.

use serde::Serialize;

use super::super::chart::{Chart, LaneKind};
use super::super::fact::{Tone, actor};
use crate::kernel::SimTime;
use crate::terraform::Names;
use crate::timeline::{Fact, Observation, ProcessFact, RunObservation, ScriptFact};
use crate::verdict::{Film, Picture};

/// So many questions are asked at most.
const QUESTIONS_MAX: usize = 12;
/// So many answers are offered at most.
const CHOICES_MAX: usize = 4;

/// A question, asked just before its instant is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Question {
    /// The instant that answers it, in milliseconds.
    t: u64,
    text: String,
    /// What may be answered; none where everybody answers in words of their own.
    choices: Vec<String>,
    /// The position of the right one.
    right: usize,
    /// What is said once it was answered.
    reveal: String,
}

/// The film's questions, in their order: at most one an instant.
pub(super) fn questions(film: &Film, chart: &Chart) -> Vec<Question> {
    let mut questions = asked(film);
    questions.extend(ends(film, chart));
    questions.extend(locks(chart));
    questions.extend(records(film, chart));
    // What is there from the beginning can't be asked for before it is shown.
    questions.retain(|question| question.t > 0);
    questions.sort_by_key(|question| question.t);
    questions.dedup_by_key(|question| question.t);
    questions.truncate(QUESTIONS_MAX);
    questions
}

/// The question with the right answer among others, in an order that gives nothing away.
fn among(
    t: SimTime,
    text: String,
    right: &str,
    others: impl IntoIterator<Item = String>,
    reveal: String,
) -> Option<Question> {
    let mut choices = vec![right.to_owned()];
    for other in others {
        if choices.len() < CHOICES_MAX && !choices.contains(&other) {
            choices.push(other);
        }
    }
    choices.sort();
    let right = choices.iter().position(|choice| choice == right)?;
    (choices.len() > 1).then(|| Question {
        t: t.as_ms(),
        text,
        choices,
        right,
        reveal,
    })
}

/// What the scenario's author asks.
fn asked(film: &Film) -> Vec<Question> {
    let entries = film.report.timeline.entries.iter();
    entries
        .filter_map(|entry| match &entry.fact {
            Fact::Script(ScriptFact::Asked(text)) => Some(Question {
                t: entry.time.as_ms(),
                text: text.to_string(),
                choices: Vec::new(),
                right: 0,
                reveal: String::new(),
            }),
            Fact::Script(_)
            | Fact::Process(_)
            | Fact::Output(_)
            | Fact::Lock(_)
            | Fact::State(_)
            | Fact::Operation(_)
            | Fact::Request(_)
            | Fact::Lease(_)
            | Fact::Blob(_)
            | Fact::Cloud(_)
            | Fact::Machine(_) => None,
        })
        .collect()
}

/// How commands end.
fn ends(film: &Film, chart: &Chart) -> Vec<Question> {
    let timeline = &film.report.timeline;
    let names = &timeline.names;
    let last = timeline.last();
    let said = |run: &RunObservation| match (run.end, run.errors.first()) {
        (Some(end), Some(error)) if end.exit != 0 => Some(error.summary.to_string()),
        (Some(end), None) if end.exit != 0 => Some(format!("it ends with status {}", end.exit)),
        (Some(_), _) => Some("it succeeds".to_owned()),
        (None, _) => None,
    };
    let all: Vec<String> = last.runs.iter().filter_map(said).collect();
    let usual = [
        "it succeeds",
        "Error acquiring the state lock",
        "Failed to save state",
        "it waits",
    ];
    let others = || {
        let usual = usual.iter().map(|text| (*text).to_owned());
        all.iter().cloned().chain(usual)
    };
    let mut questions = Vec::new();
    for entry in &timeline.entries {
        let Fact::Process(ProcessFact::Started { run, line, .. }) = &entry.fact else {
            continue;
        };
        let Some(seen) = last.runs.iter().find(|seen| seen.run == *run) else {
            continue;
        };
        let (Some(right), Some(ended)) = (said(seen), seen.ended_at) else {
            continue;
        };
        if !line.starts_with("terraform") || ended == entry.time {
            continue;
        }
        // Whoever sees what goes wrong knows the answer.
        let first = chart.marks.partition_point(|mark| mark.time <= entry.time);
        let meanwhile = chart.marks[first..].iter();
        let given_away = meanwhile
            .take_while(|mark| mark.time < ended)
            .find(|mark| mark.is_story && mark.tone == Tone::Bad);
        let asked_at = given_away.map_or(ended, |mark| mark.time);
        let who = actor(entry.actor, names);
        let text = format!("{who} types: {line}\nWhat does it come to?");
        questions.extend(among(
            asked_at,
            text,
            &right,
            others(),
            printed(seen, &right),
        ));
    }
    questions
}

/// What a run printed, for those who guessed.
fn printed(run: &RunObservation, right: &str) -> String {
    let causes: Vec<String> = { run.errors.iter() }
        .map(|error| match &error.cause {
            Some(cause) => format!("{}: {cause}", error.summary),
            None => error.summary.to_string(),
        })
        .collect();
    if causes.is_empty() {
        right.to_owned()
    } else {
        causes.join("\n")
    }
}

/// What becomes of the lock.
fn locks(chart: &Chart) -> Vec<Question> {
    let state = chart.lanes.iter().find(|lane| lane.kind == LaneKind::State);
    let tracks = state.into_iter().flat_map(|lane| &lane.tracks);
    let lock = tracks.filter(|track| track.name == "lock");
    let bars: Vec<_> = lock.flat_map(|track| &track.bars).collect();
    let labels = || bars.iter().map(|bar| bar.label.clone());
    let free = "it is free".to_owned();
    let mut questions = Vec::new();
    for (bar, next) in bars.iter().zip(bars.iter().skip(1).map(Some).chain([None])) {
        let Some(over) = bar.to else {
            continue;
        };
        let follows = next.filter(|next| next.from == over);
        let right = follows.map_or_else(|| free.clone(), |next| next.label.clone());
        let text = format!("The lock is {}.\nAnd then?", bar.label);
        let reveal = format!("From here on: {right}.");
        let others = labels().chain([free.clone(), "it expires".to_owned()]);
        questions.extend(among(over, text, &right, others, reveal));
    }
    questions
}

/// What the state records once something has come between it and the cloud.
fn records(film: &Film, chart: &Chart) -> Vec<Question> {
    let names = &film.report.timeline.names;
    let mut questions = Vec::new();
    for turn in chart.turns.iter().filter(|turn| !turn.is_in_step) {
        let picture = film
            .instants
            .iter()
            .find(|picture| picture.observation().time == turn.time);
        let Some(picture) = picture else {
            continue;
        };
        let seen = picture.observation();
        let right = recorded(names, seen);
        let others = [existing(names, seen), "nothing".to_owned()]
            .into_iter()
            .chain(
                { film.instants.iter() }
                    .map(Picture::observation)
                    .map(|seen| recorded(names, seen)),
            );
        let text = names.backend.spoken(
            "Something comes between the cloud and its records.\nWhat does the remote state \
             record now?",
        );
        questions.extend(among(turn.time, text, &right, others, turn.label.clone()));
    }
    questions
}

fn recorded(names: &Names, seen: &Observation) -> String {
    let file = seen.remote_state();
    let resources = file.into_iter().flat_map(|file| file.snapshot.objects());
    list(resources.map(|(resource, _)| names.resource(resource)))
}

fn existing(names: &Names, seen: &Observation) -> String {
    list(
        seen.cloud
            .values()
            .map(|object| names.resource(object.resource)),
    )
}

fn list<'n>(words: impl Iterator<Item = &'n str>) -> String {
    let words: Vec<&str> = words.take(8).collect();
    if words.is_empty() {
        "nothing".to_owned()
    } else {
        words.join(", ")
    }
}
