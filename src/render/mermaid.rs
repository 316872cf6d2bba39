//! The chart as a sequence diagram of Mermaid, for pages that draw them: a README, a wiki, an
//! issue.

use super::chart::{Arrow, ArrowLook, BarKind, Chart, chart};
use super::escape::mermaid as escaped;
use super::fact::{Tone, counted};
use super::layout::Color;
use super::svg::Window;
use super::visible::visible;
use crate::kernel::SimTime;
use crate::verdict::Film;

/// Mermaid refuses what is longer than 50,000 characters; a reader gives up before.
const LINES_MAX: usize = 240;

/// A line with its instant and what comes first within it.
type Line = (SimTime, u8, String);

/// The film, or a part of it, as a sequence diagram.
pub fn mermaid(film: &Film, window: Window) -> String {
    let chart = chart(film);
    // The title stands in YAML, of which JSON is a part.
    let title = visible(&film.report.scenario.title, Color::Plain);
    let title = serde_json::Value::from(&*title);
    let mut lines: Vec<String> = { chart.lanes.iter().enumerate() }
        .map(|(index, lane)| format!("participant p{index} as {}", escaped(&lane.name)))
        .collect();
    let mut told = messages(&chart);
    told.extend(locks(&chart));
    told.extend(marks(&chart));
    told.extend(turns(&chart));
    told.retain(|(time, ..)| window.from <= *time && *time <= window.until);
    told.sort_by_key(|(time, order, _)| (*time, *order));
    let left_out = told.len().saturating_sub(LINES_MAX);
    lines.extend(told.into_iter().take(LINES_MAX).map(|(_, _, line)| line));
    if left_out > 0 {
        let count = u64::try_from(left_out).unwrap_or(u64::MAX);
        let all = across(&chart);
        lines.push(format!(
            "Note over {all}: {} left out",
            counted(count, "line")
        ));
    }
    let body = lines.join("\n  ");
    format!("---\ntitle: {title}\n---\nsequenceDiagram\n  {body}\n")
}

/// `p0,p3`: over all lanes.
fn across(chart: &Chart) -> String {
    match chart.lanes.len() {
        0 | 1 => "p0".to_owned(),
        lanes => format!("p0,p{}", lanes - 1),
    }
}

/// The messages; of those that are sent again and again, the first says how often.
fn messages(chart: &Chart) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut rest = chart.arrows.iter().peekable();
    while let Some(arrow) = rest.next() {
        let mut again = 0_u64;
        while rest.next_if(|next| is_same(arrow, next)).is_some() {
            again += 1;
        }
        let head = match &arrow.look {
            ArrowLook::Request => "->>",
            ArrowLook::Answer | ArrowLook::Refusal => "-->>",
            ArrowLook::Lost(_) => "-x",
        };
        let why = match &arrow.look {
            ArrowLook::Lost(why) => format!(" (lost: {why})"),
            ArrowLook::Request | ArrowLook::Answer | ArrowLook::Refusal => String::new(),
        };
        let again = match again {
            0 => String::new(),
            _ => format!(", and {again} more"),
        };
        let label = escaped(&format!("{}{why}{again}", arrow.label));
        let (from, time) = arrow.from;
        lines.push((time, 1, format!("p{from}{head}p{}: {label}", arrow.toward)));
    }
    lines
}

fn is_same(one: &Arrow, other: &Arrow) -> bool {
    (one.from.0, one.toward, &one.label, &one.look)
        == (other.from.0, other.toward, &other.label, &other.look)
}

/// How the lock stands from when on.
fn locks(chart: &Chart) -> Vec<Line> {
    let mut lines = Vec::new();
    for (index, lane) in chart.lanes.iter().enumerate() {
        for bar in lane.tracks.iter().flat_map(|track| &track.bars) {
            let is_lock = match bar.what {
                BarKind::Lock(_) => true,
                BarKind::Run { .. }
                | BarKind::Phase { .. }
                | BarKind::Record
                | BarKind::Object(_)
                | BarKind::Fault => false,
            };
            if is_lock {
                let text = escaped(&format!("lock {}", bar.label));
                lines.push((bar.from, 2, format!("Note over p{index}: {text}")));
            }
        }
    }
    lines
}

fn marks(chart: &Chart) -> Vec<Line> {
    let told = chart.marks.iter().filter(|mark| mark.is_notable());
    told.map(|mark| {
        let order = if mark.tone == Tone::Command { 0 } else { 3 };
        let text = escaped(&format!("{} s  {}", mark.time, mark.line));
        (
            mark.time,
            order,
            format!("Note over p{}: {text}", mark.lane),
        )
    })
    .collect()
}

fn turns(chart: &Chart) -> Vec<Line> {
    let all = across(chart);
    let turns = chart.turns.iter().map(|turn| {
        let what = format!("{} s  {}", turn.time, turn.words());
        (turn.time, 4, format!("Note over {all}: {}", escaped(&what)))
    });
    turns.collect()
}
