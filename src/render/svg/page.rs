//! Where everything of a still stands, before any of it is drawn.

use std::collections::BTreeMap;

use crate::kernel::SimTime;
use crate::render::chart::scale::{Room, Scale};
use crate::render::chart::{Bar, Chart, LaneKind};
use crate::render::fact::Tone;
use crate::render::layout::columns;

/// Left of the chart stand the names of lanes and tracks.
pub(super) const GUTTER: u64 = 150;
pub(super) const MARGIN: u64 = 24;
/// A track's row, and the bar in it.
pub(super) const ROW: u64 = 24;
pub(super) const BAR: u64 = 19;
/// The row of a lane's marks.
pub(super) const MARKS: u64 = 24;
pub(super) const PADDING: u64 = 6;
/// Between two lanes, and where the names of messages stand between them.
const GAP: u64 = 12;
pub(super) const GAP_STATE: u64 = 58;
pub(super) const GAP_CLOUD: u64 = 34;
/// Right of the chart the last time is written.
pub(super) const MARGIN_RIGHT: u64 = 40;
const ROOM: Room = Room {
    min: 1_180,
    max: 1_720,
};

/// A lane's band.
#[derive(Debug, Clone)]
pub(super) struct Band {
    pub(super) lane: usize,
    pub(super) top: u64,
    pub(super) bottom: u64,
    /// Where its first track begins.
    pub(super) tracks: u64,
    /// The tracks that are drawn, by their positions.
    pub(super) shown: Vec<usize>,
    /// How many are not, for want of room.
    pub(super) more: usize,
}

/// A mark that is told below the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Note {
    pub(super) number: usize,
    pub(super) lane: usize,
    pub(super) time: SimTime,
    pub(super) tone: Tone,
    pub(super) line: String,
    /// How often it occurred, and when for the last time.
    pub(super) count: usize,
    pub(super) last: SimTime,
}

/// The plan of a still.
#[derive(Debug)]
pub(super) struct Plan<'c> {
    pub(super) chart: &'c Chart,
    pub(super) scale: Scale,
    pub(super) from: SimTime,
    pub(super) to: SimTime,
    pub(super) bands: Vec<Band>,
    pub(super) notes: Vec<Note>,
    /// How many facts are told nowhere for want of room.
    pub(super) untold: usize,
    /// The chart's bottom.
    pub(super) bottom: u64,
}

/// So many facts are told below a picture.
const NOTES_MAX: usize = 36;

/// How wide a text is at most, in pixels, in the system's sans-serif font.
pub(super) fn width(text: &str, size: u64) -> u64 {
    pixels(text, size, 57)
}

/// The same in its font of even width.
pub(super) fn width_mono(text: &str, size: u64) -> u64 {
    pixels(text, size, 61)
}

fn pixels(text: &str, size: u64, percent: u64) -> u64 {
    let columns = u64::try_from(columns(text)).unwrap_or(u64::MAX);
    columns.saturating_mul(size * percent).div_ceil(100)
}

/// The beginning of a text that fits into so many columns.
pub(super) fn cut(text: &str, room: usize) -> String {
    if columns(text) <= room {
        return text.to_owned();
    }
    let mut shown = String::new();
    for c in text.chars() {
        let mut longer = shown.clone();
        longer.push(c);
        if columns(&longer) + 1 > room {
            break;
        }
        shown = longer;
    }
    format!("{}…", shown.trim_end())
}

impl<'c> Plan<'c> {
    /// Plans the part of a chart between two instants; `top` is left for what stands above it.
    pub(super) fn new(chart: &'c Chart, from: SimTime, to: SimTime) -> Self {
        let (notes, untold) = notes(chart, from, to);
        Self {
            scale: Scale::new(instants(chart), (from, to), ROOM),
            chart,
            from,
            to,
            bands: Vec::new(),
            notes,
            untold,
            bottom: 0,
        }
    }

    /// Puts the bands below each other, from `top` on.
    pub(super) fn stack(&mut self, top: u64) {
        let mut y = top;
        let mut shown = 0;
        for (index, lane) in self.chart.lanes.iter().enumerate() {
            let is_within = |bar: &Bar| self.is_within(bar.from, bar.to);
            let (own, more) = lane.drawn(|track| track.bars.iter().any(is_within));
            let rows = own.len() + usize::from(more > 0);
            let tracks = u64::try_from(rows).unwrap_or(u64::MAX);
            let is_noted = self.notes.iter().any(|note| note.lane == index);
            if tracks == 0 && !is_noted && lane.kind != LaneKind::State {
                continue;
            }
            if shown > 0 {
                y += match lane.kind {
                    LaneKind::State => GAP_STATE,
                    LaneKind::Cloud => GAP_CLOUD,
                    LaneKind::Operator(_) | LaneKind::Faults => GAP,
                };
            }
            shown += 1;
            let tracks_top = y + PADDING + if is_noted || tracks == 0 { MARKS } else { 0 };
            let bottom = tracks_top + tracks * ROW + PADDING;
            self.bands.push(Band {
                lane: index,
                top: y,
                bottom,
                tracks: tracks_top,
                shown: own,
                more,
            });
            y = bottom;
        }
        self.bottom = y;
    }

    /// Whether something that lasts is to be seen.
    pub(super) fn is_within(&self, from: SimTime, to: Option<SimTime>) -> bool {
        from <= self.to && to.is_none_or(|to| to >= self.from)
    }

    /// Where an instant stands.
    pub(super) fn x(&self, time: SimTime) -> u64 {
        GUTTER + self.scale.place(time)
    }

    pub(super) fn right(&self) -> u64 {
        GUTTER + self.scale.width()
    }

    pub(super) fn band(&self, lane: usize) -> Option<&Band> {
        self.bands.iter().find(|band| band.lane == lane)
    }
}

/// Every instant that is worth its own place.
fn instants(chart: &Chart) -> Vec<SimTime> {
    let bars = { chart.lanes.iter() }
        .flat_map(|lane| &lane.tracks)
        .flat_map(|track| &track.bars)
        .flat_map(|bar| [Some(bar.from), bar.to]);
    let arrows = { chart.arrows.iter() }.flat_map(|arrow| [Some(arrow.from.1), arrow.arrives]);
    let marks = { chart.marks.iter() }
        .filter(|mark| mark.is_story)
        .map(|mark| Some(mark.time));
    bars.chain(arrows).chain(marks).flatten().collect()
}

/// What is told below the picture: what was typed, what went wrong and what the script did. What
/// is said again is told once.
fn notes(chart: &Chart, from: SimTime, to: SimTime) -> (Vec<Note>, usize) {
    let mut notes: Vec<Note> = Vec::new();
    let mut known: BTreeMap<(usize, &str), usize> = BTreeMap::new();
    let mut untold = 0;
    for mark in &chart.marks {
        if !mark.is_notable() || mark.time < from || mark.time > to {
            continue;
        }
        let is_again = mark.tone != Tone::Command;
        let key = (mark.lane, mark.line.as_str());
        if let Some(index) = known.get(&key).filter(|_| is_again) {
            notes[*index].count += 1;
            notes[*index].last = mark.time;
            continue;
        }
        if notes.len() == NOTES_MAX {
            untold += 1;
            continue;
        }
        known.insert(key, notes.len());
        let more = mark.more.iter().map(|more| more.replace('\n', " "));
        let parts = std::iter::once(mark.line.replace('\n', " ")).chain(more);
        notes.push(Note {
            number: notes.len() + 1,
            lane: mark.lane,
            time: mark.time,
            tone: mark.tone,
            line: parts.collect::<Vec<_>>().join("; "),
            count: 1,
            last: mark.time,
        });
    }
    (notes, untold)
}
