//! The chart in the trace event format that Perfetto and Chrome read: lanes as processes, tracks
//! as threads, what lasts as slices, messages as flows, the lock and the serial as counters.
//!
//! Times are microseconds there; the model counts in milliseconds.

use serde_json::{Value, json};

use super::chart::{Arrow, ArrowLook, Bar, BarKind, Chart, chart};
use super::fact::Tone;
use super::text::first_line;
use crate::kernel::SimTime;
use crate::verdict::Film;

/// Messages are drawn as slices at both ends, to which a flow can be tied. Each is shorter than
/// the model can tell, so that none lasts into the next instant.
const MESSAGE_US: u64 = 500;
/// The thread of a lane on which its messages stand: behind all of its tracks.
const MESSAGES: usize = 1_000;

fn microseconds(time: SimTime) -> u64 {
    time.as_ms().saturating_mul(1_000)
}

/// The film as a trace, one event a line.
pub fn perfetto(film: &Film) -> String {
    let chart = chart(film);
    let mut events = Vec::new();
    for (index, lane) in chart.lanes.iter().enumerate() {
        events.push(named("process_name", (index + 1, 0), &lane.name));
        events.push(json!({
            "ph": "M", "name": "process_sort_index", "pid": index + 1, "tid": 0, "ts": 0,
            "args": { "sort_index": index },
        }));
        for (row, track) in lane.tracks.iter().enumerate() {
            let thread = (index + 1, row + 1);
            events.push(named("thread_name", thread, &track.name));
            events.extend(track.bars.iter().map(|bar| slice(&chart, bar, thread)));
        }
        if chart
            .arrows
            .iter()
            .any(|arrow| arrow.from.0 == index || arrow.toward == index)
        {
            events.push(named("thread_name", (index + 1, MESSAGES), "messages"));
        }
    }
    let arrows = chart.arrows.iter().enumerate();
    events.extend(arrows.flat_map(|(id, arrow)| message(id, arrow)));
    events.extend(counters(film, &chart));
    events.extend(instants(&chart));
    let lines: Vec<String> = events.iter().map(Value::to_string).collect();
    let about =
        json!({ "title": film.report.scenario.title, "replication": first_line(&film.report) });
    format!(
        "{{\"displayTimeUnit\":\"ms\",\"otherData\":{about},\"traceEvents\":[\n{}\n]}}\n",
        lines.join(",\n")
    )
}

fn named(what: &str, (process, thread): (usize, usize), name: &str) -> Value {
    json!({
        "ph": "M", "name": what, "pid": process, "tid": thread, "ts": 0,
        "args": { "name": name },
    })
}

const fn category(bar: &Bar) -> &'static str {
    match bar.what {
        BarKind::Run { .. } => "command",
        BarKind::Phase { .. } => "phase",
        BarKind::Lock(_) => "lock",
        BarKind::Record => "record",
        BarKind::Object(_) => "object",
        BarKind::Fault => "fault",
    }
}

fn slice(chart: &Chart, bar: &Bar, (process, thread): (usize, usize)) -> Value {
    let to = bar.to.unwrap_or(chart.end).max(bar.from);
    let exit = match bar.what {
        BarKind::Run { exit, .. } => exit,
        BarKind::Phase { .. }
        | BarKind::Lock(_)
        | BarKind::Record
        | BarKind::Object(_)
        | BarKind::Fault => None,
    };
    json!({
        "ph": "X", "name": bar.label, "cat": category(bar), "pid": process, "tid": thread,
        "ts": microseconds(bar.from), "dur": microseconds(to) - microseconds(bar.from),
        "args": exit.map_or_else(|| json!({}), |exit| json!({ "exit": exit })),
    })
}

/// A message: a slice at either end, and the flow between them. What is lost has no other end.
fn message(id: usize, arrow: &Arrow) -> Vec<Value> {
    let category = match arrow.look {
        ArrowLook::Request => "request",
        ArrowLook::Answer => "answer",
        ArrowLook::Refusal => "refusal",
        ArrowLook::Lost(_) => "lost",
    };
    let why = match &arrow.look {
        ArrowLook::Lost(why) => json!({ "lost": why }),
        ArrowLook::Request | ArrowLook::Answer | ArrowLook::Refusal => json!({}),
    };
    let end = |lane: usize, time: SimTime| {
        json!({
            "ph": "X", "name": arrow.label, "cat": category, "pid": lane + 1, "tid": MESSAGES,
            "ts": microseconds(time), "dur": MESSAGE_US, "args": why,
        })
    };
    let flow = |phase: &str, lane: usize, time: SimTime| {
        json!({
            "ph": phase, "name": "message", "cat": category, "id": id, "pid": lane + 1,
            "tid": MESSAGES, "ts": microseconds(time), "bp": "e",
        })
    };
    let (lane, sent) = arrow.from;
    let mut events = vec![end(lane, sent)];
    if let Some(arrives) = arrow.arrives {
        events.push(flow("s", lane, sent));
        events.push(end(arrow.toward, arrives));
        events.push(flow("f", arrow.toward, arrives));
    }
    events
}

/// The lock: 0 free, 1 held, 2 held by nobody who lives. The serial, where there is a state.
fn counters(film: &Film, chart: &Chart) -> Vec<Value> {
    let state = { chart.lanes.iter() }
        .position(|lane| lane.kind == super::chart::LaneKind::State)
        .map_or(0, |index| index + 1);
    let counter = |name: &str, time: SimTime, value: u64| {
        json!({
            "ph": "C", "name": name, "pid": state, "tid": 0, "ts": microseconds(time),
            "args": { name: value },
        })
    };
    let mut events = Vec::new();
    let (mut lock, mut serial) = (None, None);
    for picture in &film.instants {
        let seen = picture.observation();
        let held = match (seen.lock.is_locked(), seen.living_holder()) {
            (false, _) => 0,
            (true, Some(_)) => 1,
            (true, None) => 2,
        };
        if lock.replace(held) != Some(held) {
            events.push(counter("lock", seen.time, held));
        }
        if let Some(file) = seen.remote_state()
            && serial.replace(file.serial) != Some(file.serial)
        {
            events.push(counter("serial", seen.time, file.serial));
        }
    }
    events
}

/// What went wrong, what the script did, and where cloud and records part and meet.
fn instants(chart: &Chart) -> Vec<Value> {
    let mut events = Vec::new();
    for mark in &chart.marks {
        let category = match mark.tone {
            Tone::Bad => "error",
            Tone::Staged => "script",
            Tone::Remark => "remark",
            Tone::Plain | Tone::Command | Tone::Good => continue,
        };
        if mark.is_story {
            events.push(json!({
                "ph": "i", "name": mark.line, "cat": category, "pid": mark.lane + 1, "tid": 1,
                "ts": microseconds(mark.time), "s": "p", "args": { "more": mark.more },
            }));
        }
    }
    for turn in &chart.turns {
        let name = if turn.is_in_step {
            "in step again".to_owned()
        } else {
            format!("parted: {}", turn.label)
        };
        events.push(json!({
            "ph": "i", "name": name, "cat": "turn", "pid": 1, "tid": 1,
            "ts": microseconds(turn.time), "s": "g", "args": {},
        }));
    }
    events
}
