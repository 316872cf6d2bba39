//! What the page's script is given: the chart, the panels, the facts, findings, questions.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::super::chart::scale::{Room, Scale};
use super::super::chart::{
    ArrowLook, Bar, BarKind, Chart, Lane, LaneKind, LockLook, ObjectLook, chart,
};
use super::super::client::{client, client_note};
use super::super::fact::{Tone, actor};
use super::super::text::verdict_line;
use super::panel::{Panel, Pool, panel};
use super::question::{Question, questions};
use super::topic::topic;
use crate::explain;
use crate::kernel::SimTime;
use crate::terraform::{Backend, Names};
use crate::timeline::Timeline;
use crate::verdict::{Film, Finding, Weight};

/// So many facts are shown; of more, the page says how many it left out.
const FACTS_MAX: usize = 20_000;

/// Everything on a page.
#[derive(Debug, Serialize)]
pub(super) struct Page {
    pub(super) title: String,
    why: Option<String>,
    source: Option<String>,
    name: String,
    seed: u64,
    client: String,
    /// In what it differs from its base, and from Terraform.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_note: Option<String>,
    version: &'static str,
    verdict: String,
    /// How long the replication lasts (ms).
    lasts: u64,
    /// How far the picture goes (ms).
    end: u64,
    /// Pairs of time (ms) and place.
    scale: Vec<(u64, u64)>,
    /// Where the stretches begin that are drawn much shorter than they are (ms).
    folds: Vec<u64>,
    lanes: Vec<LaneData>,
    arrows: Vec<ArrowData>,
    facts: Vec<FactData>,
    rows: Vec<Vec<String>>,
    panels: Vec<Panel>,
    findings: Vec<FindingData>,
    turns: Vec<TurnData>,
    questions: Vec<Question>,
    topics: BTreeMap<&'static str, TopicData>,
    notes: Option<String>,
    /// How many facts are not here.
    left_out: usize,
}

#[derive(Debug, Serialize)]
struct LaneData {
    kind: &'static str,
    name: String,
    tracks: Vec<TrackData>,
    /// How many tracks are left out.
    more: usize,
}

#[derive(Debug, Serialize)]
struct TrackData {
    name: String,
    bars: Vec<BarData>,
}

#[derive(Debug, Serialize)]
struct BarData {
    f: u64,
    t: Option<u64>,
    k: &'static str,
    l: String,
}

#[derive(Debug, Serialize)]
struct ArrowData {
    f: (usize, u64),
    to: usize,
    at: Option<u64>,
    l: String,
    k: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

#[derive(Debug, Serialize)]
struct FactData {
    t: u64,
    lane: usize,
    who: String,
    k: &'static str,
    l: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    topic: Option<&'static str>,
    /// 1 where it is part of the story.
    s: u8,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct FindingData {
    name: &'static str,
    subject: String,
    blocks: bool,
    evidence: String,
    commands: Vec<String>,
    hint: Option<String>,
    caution: Option<String>,
}

#[derive(Debug, Serialize)]
struct TurnData {
    t: u64,
    in_step: bool,
    l: String,
}

#[derive(Debug, Serialize)]
struct TopicData {
    means: String,
    when: String,
}

/// What the page of a film shows.
pub(super) fn page(film: &Film) -> Page {
    page_of(film, &chart(film))
}

fn page_of(film: &Film, chart: &Chart) -> Page {
    let report = &film.report;
    let scenario = &report.scenario;
    let places = places(chart);
    let mut topics = BTreeMap::new();
    let left_out = chart.marks.len().saturating_sub(FACTS_MAX);
    let facts = facts(chart, &places, &report.timeline, &mut topics);
    let (rows, panels, findings) = panels(film, &mut topics);
    let (scale, folds) = axis(times(film, chart), chart.end);
    Page {
        title: scenario.title.clone(),
        why: scenario.why.clone(),
        source: scenario.source.clone(),
        name: scenario.name.clone(),
        seed: report.timeline.seed.0,
        client: client(&scenario.client),
        client_note: client_note(&scenario.client),
        version: env!("CARGO_PKG_VERSION"),
        verdict: verdict_line(report),
        lasts: chart.end.as_ms(),
        end: chart.end.as_ms(),
        scale,
        folds,
        lanes: { chart.lanes.iter().zip(&places) }
            .filter(|(_, place)| place.is_some())
            .map(|(lane, _)| lane_data(lane))
            .collect(),
        arrows: arrows(chart, &places),
        facts,
        rows,
        panels,
        findings,
        turns: { chart.turns.iter() }
            .map(|turn| TurnData {
                t: turn.time.as_ms(),
                in_step: turn.is_in_step,
                l: turn.label.clone(),
            })
            .collect(),
        questions: questions(film, chart),
        topics,
        notes: scenario.notes.clone(),
        left_out,
    }
}

/// What a page of two films shows: both with one scale, so that what happens at one time stands
/// at one place.
pub(super) fn pair(one: &Film, other: &Film) -> [Page; 2] {
    let films = [one, other].map(|film| (film, chart(film)));
    let mut all = { films.each_ref() }
        .map(|(film, chart)| times(film, chart))
        .concat();
    all.sort_unstable();
    all.dedup();
    let end = all.last().copied().unwrap_or(SimTime::ZERO);
    let (scale, folds) = axis(all, end);
    films.map(|(film, chart)| Page {
        scale: scale.clone(),
        folds: folds.clone(),
        end: end.as_ms(),
        ..page_of(film, &chart)
    })
}

/// Where each instant stands, in units of which the script makes pixels, and where the stretches
/// begin that are folded.
fn axis(times: Vec<SimTime>, end: SimTime) -> (Vec<(u64, u64)>, Vec<u64>) {
    const ROOM: Room = Room {
        min: 1_000,
        max: u64::MAX,
    };
    let scale = Scale::new(times, (SimTime::ZERO, end), ROOM);
    let knots = scale.knots().iter();
    let folds = scale.folds().iter();
    (
        knots.map(|(time, place)| (time.as_ms(), *place)).collect(),
        folds.map(|fold| fold.from.as_ms()).collect(),
    )
}

/// Every instant at which something is drawn.
fn times(film: &Film, chart: &Chart) -> Vec<SimTime> {
    let instants = film.instants.iter();
    let mut times: Vec<SimTime> = { instants }
        .map(|picture| picture.observation().time)
        .chain(chart.marks.iter().map(|mark| mark.time))
        .chain([SimTime::ZERO, chart.end])
        .collect();
    times.sort_unstable();
    times.dedup();
    times
}

/// Where each lane stands among those that are drawn: all in which something lasts or occurs.
fn places(chart: &Chart) -> Vec<Option<usize>> {
    let ends = chart
        .arrows
        .iter()
        .flat_map(|arrow| [arrow.from.0, arrow.toward]);
    let touched: BTreeSet<usize> = ends
        .chain(chart.marks.iter().map(|mark| mark.lane))
        .collect();
    let mut next = 0..;
    { chart.lanes.iter().enumerate() }
        .map(|(index, lane)| {
            let is_shown = !lane.tracks.is_empty() || touched.contains(&index);
            is_shown.then(|| next.next()).flatten()
        })
        .collect()
}

/// The place of a lane in which something occurs.
fn place(places: &[Option<usize>], lane: usize) -> usize {
    places[lane].expect("a lane in which something occurs is drawn")
}

fn lane_data(lane: &Lane) -> LaneData {
    let (drawn, more) = lane.drawn(|_| true);
    LaneData {
        kind: match lane.kind {
            LaneKind::Operator(_) => "operator",
            LaneKind::State => "state",
            LaneKind::Cloud => "cloud",
            LaneKind::Faults => "faults",
        },
        name: lane.name.clone(),
        more,
        tracks: { drawn.into_iter().map(|track| &lane.tracks[track]) }
            .map(|track| TrackData {
                name: track.name.clone(),
                bars: track.bars.iter().map(bar).collect(),
            })
            .collect(),
    }
}

fn bar(bar: &Bar) -> BarData {
    BarData {
        f: bar.from.as_ms(),
        t: bar.to.map(SimTime::as_ms),
        k: match bar.what {
            BarKind::Run {
                exit: Some(0) | None,
                ..
            } => "run",
            BarKind::Run { exit: Some(_), .. } => "run-failed",
            BarKind::Phase { .. } => "phase",
            BarKind::Lock(LockLook::Held) => "lock-held",
            BarKind::Lock(LockLook::Orphaned) => "lock-orphaned",
            BarKind::Lock(LockLook::Breaking) => "lock-breaking",
            BarKind::Lock(LockLook::Expired) => "lock-expired",
            BarKind::Record => "record",
            BarKind::Object(ObjectLook::Creating) => "object-creating",
            BarKind::Object(ObjectLook::Unsaved) => "object-unsaved",
            BarKind::Object(ObjectLook::Recorded) => "object-recorded",
            BarKind::Object(ObjectLook::Changed) => "object-changed",
            BarKind::Object(ObjectLook::Orphaned) => "object-orphaned",
            BarKind::Object(ObjectLook::Ghost) => "object-ghost",
            BarKind::Fault => "fault",
        },
        l: bar.label.clone(),
    }
}

fn arrows(chart: &Chart, places: &[Option<usize>]) -> Vec<ArrowData> {
    let arrows = chart.arrows.iter().take(FACTS_MAX);
    arrows
        .map(|arrow| {
            let (k, why) = match &arrow.look {
                ArrowLook::Request => ("request", None),
                ArrowLook::Answer => ("answer", None),
                ArrowLook::Refusal => ("refusal", None),
                ArrowLook::Lost(why) => ("lost", Some(why.clone())),
            };
            ArrowData {
                f: (place(places, arrow.from.0), arrow.from.1.as_ms()),
                to: place(places, arrow.toward),
                at: arrow.arrives.map(SimTime::as_ms),
                l: arrow.label.clone(),
                k,
                why,
            }
        })
        .collect()
}

fn facts(
    chart: &Chart,
    places: &[Option<usize>],
    timeline: &Timeline,
    topics: &mut BTreeMap<&'static str, TopicData>,
) -> Vec<FactData> {
    let (names, entries) = (&timeline.names, &timeline.entries);
    let marks = chart.marks.iter().take(FACTS_MAX);
    let mut facts = Vec::new();
    for mark in marks {
        let mut line = mark.line.clone();
        for more in &mark.more {
            line.push('\n');
            line.push_str(more);
        }
        let topic = { entries.get(mark.entry) }
            .and_then(|entry| topic(&entry.fact, (mark.tone, line.as_str()), names.backend));
        facts.push(FactData {
            t: mark.time.as_ms(),
            lane: place(places, mark.lane),
            who: actor(mark.actor, names).to_owned(),
            k: tone(mark.tone),
            l: line,
            topic: topic.map(|topic| keep(topics, topic, names.backend)),
            s: u8::from(mark.is_story),
        });
    }
    facts
}

const fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "plain",
        Tone::Command => "command",
        Tone::Good => "good",
        Tone::Bad => "bad",
        Tone::Staged => "staged",
        Tone::Remark => "remark",
    }
}

/// Has a topic's explanation on the page, and returns its name.
fn keep(
    topics: &mut BTreeMap<&'static str, TopicData>,
    topic: &'static explain::Topic,
    backend: Backend,
) -> &'static str {
    topics.entry(topic.name).or_insert_with(|| {
        let mut told = topic.told(backend).map(|text| backend.spoken(text));
        TopicData {
            means: told.next().unwrap_or_default(),
            when: told.next().unwrap_or_default(),
        }
    });
    topic.name
}

/// The rows, the panels and the findings, each once.
fn panels(
    film: &Film,
    topics: &mut BTreeMap<&'static str, TopicData>,
) -> (Vec<Vec<String>>, Vec<Panel>, Vec<FindingData>) {
    let names = &film.report.timeline.names;
    let mut rows = Pool::new();
    let mut findings = Pool::new();
    let mut panels: Vec<Panel> = Vec::new();
    for picture in film.instants.iter().take(FACTS_MAX) {
        let found: Vec<usize> = { picture.findings().iter() }
            .take(20)
            .map(|finding| {
                if let Some(topic) = explain::topic(finding.name.name()) {
                    keep(topics, topic, names.backend);
                }
                findings.place(finding_data(names, finding))
            })
            .collect();
        let judged = (found, picture.in_sync());
        let next = panel(names, picture.observation(), &mut rows, judged);
        if panels.last().is_none_or(|last| next.shows != last.shows) {
            panels.push(next);
        }
    }
    (rows.into_values(), panels, findings.into_values())
}

fn finding_data(names: &Names, finding: &Finding) -> FindingData {
    FindingData {
        name: finding.name.name(),
        subject: finding.subject.word(names).to_owned(),
        blocks: finding.weight == Weight::Blocks,
        evidence: finding.evidence.clone(),
        commands: { finding.mends.iter() }
            .map(|mend| format!("{}$ {}", names.operator(mend.operator), mend.line))
            .collect(),
        hint: finding.hint.clone(),
        caution: finding.caution.clone(),
    }
}
