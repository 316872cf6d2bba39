//! Where lanes stand, and what stands in them at an instant.

use std::collections::BTreeMap;

use anstyle::Style;

use super::canvas::{Canvas, cut};
use super::rows::{Message, MessageLook};
use super::symbol::{Symbol, Used};
use crate::kernel::SimTime;
use crate::render::chart::{Bar, BarKind, Chart, Lane, LaneKind, ObjectLook, Track};
use crate::render::layout::{BAD, COMMAND, DIM, GOOD, Layout, STAGED, Symbols, columns};
use crate::render::view::View;
use crate::terraform::Names;

/// No lane is narrower.
const LANE_MIN: usize = 4;
/// No lane is wider.
const LANE_MAX: usize = 14;
/// So many columns are left for words, if that can be.
const TEXT_WANTED: usize = 30;
/// So many are left in any case.
const TEXT_MIN: usize = 20;
/// From this width on, what lasts is named in its lane.
const WIDE: usize = 100;
/// How long a message is whose other lane is not shown.
const STUB: usize = 3;
/// So many objects have a column each; more are counted.
const OBJECTS_MAX: usize = 5;

/// A lane that is drawn.
#[derive(Debug)]
struct Column {
    /// Its position among the chart's lanes.
    lane: usize,
    /// Where its bar stands. The mark of what occurs stands before it.
    anchor: usize,
    width: usize,
    /// What stood in it last, and its name, so that it is named once.
    named: Named,
}

/// What stands in a lane, and what it is called.
type Named = (Option<Symbol>, String);

/// How many objects look how, from an instant on.
type Counts = BTreeMap<ObjectLook, usize>;

/// The picture's columns.
#[derive(Debug)]
pub(super) struct Grid<'c> {
    chart: &'c Chart,
    names: &'c Names,
    layout: Layout,
    columns: Vec<Column>,
    /// Where words begin.
    pub(super) text: usize,
    /// The lanes for which there is no room.
    left_out: Vec<usize>,
    /// The instants at which the number of objects changes, where they are counted.
    counts: Vec<(SimTime, Counts)>,
    pub(super) used: Used,
}

/// Whether anything occurs or lasts in a lane.
fn is_needed(chart: &Chart, index: usize, lane: &Lane) -> bool {
    let is_marked = || {
        let mut marks = chart.marks.iter();
        marks.any(|mark| mark.lane == index && mark.tone != crate::render::fact::Tone::Remark)
    };
    match lane.kind {
        LaneKind::State => true,
        LaneKind::Operator(_) | LaneKind::Cloud | LaneKind::Faults => {
            !lane.tracks.is_empty() || is_marked()
        }
    }
}

/// How wide a lane would be.
fn wanted(lane: &Lane, layout: Layout, longest_operator: usize) -> usize {
    let name = columns(&lane.name) + 2;
    let room = match lane.kind {
        LaneKind::Operator(_) if layout.width >= WIDE => 11,
        LaneKind::Operator(_) | LaneKind::Faults => 6,
        LaneKind::State => 4 + longest_operator,
        LaneKind::Cloud if lane.tracks.len() > OBJECTS_MAX => 9,
        LaneKind::Cloud => lane.tracks.len() + 2,
    };
    room.max(name).min(LANE_MAX)
}

impl<'c> Grid<'c> {
    /// Columns for the lanes that are shown, behind `first` columns.
    pub(super) fn new(
        (chart, names): (&'c Chart, &'c Names),
        view: &View,
        layout: Layout,
        first: usize,
    ) -> Self {
        let operators = chart.lanes.iter().filter(|lane| match lane.kind {
            LaneKind::Operator(_) => true,
            LaneKind::State | LaneKind::Cloud | LaneKind::Faults => false,
        });
        let longest = operators.map(|lane| columns(&lane.name)).max().unwrap_or(0);
        let shown = { chart.lanes.iter().enumerate() }
            .filter(|(_, lane)| view.shows(&lane.name))
            .filter(|(index, lane)| !view.only.is_empty() || is_needed(chart, *index, lane));
        let mut widths: Vec<(usize, usize)> = shown
            .map(|(index, lane)| (index, wanted(lane, layout, longest)))
            .collect();
        let left_out = fit(chart, &mut widths, layout.width.saturating_sub(first));
        // What comes from a lane that is not shown comes from the left.
        let is_first = widths.first().is_none_or(|(index, _)| *index == 0);
        let mut at = first + if is_first { 0 } else { STUB };
        let columns = widths
            .into_iter()
            .map(|(lane, width)| {
                let anchor = at + 1;
                at += width;
                Column {
                    lane,
                    anchor,
                    width,
                    named: Named::default(),
                }
            })
            .collect();
        let cloud = chart.lanes.iter().find(|lane| lane.kind == LaneKind::Cloud);
        let objects = cloud.map_or(&[][..], |lane| &lane.tracks);
        Self {
            chart,
            names,
            layout,
            columns,
            text: at + 1,
            left_out,
            counts: if objects.len() > OBJECTS_MAX {
                counts(objects)
            } else {
                Vec::new()
            },
            used: Used::default(),
        }
    }

    fn glyph(&mut self, symbol: Symbol) -> &'static str {
        self.used.add(symbol);
        symbol.glyph(self.layout.symbols)
    }

    /// The character that says that something was cut.
    fn cut_mark(&self) -> &'static str {
        match self.layout.symbols {
            Symbols::Unicode => "…",
            Symbols::Ascii => "~",
        }
    }

    /// The names of the lanes for which there is no room.
    pub(super) fn left_out(&self) -> impl Iterator<Item = &str> {
        let lanes = self.left_out.iter();
        lanes.map(|lane| self.chart.lanes[*lane].name.as_str())
    }

    /// The names of the lanes.
    pub(super) fn heading(&self, canvas: &mut Canvas) {
        for column in &self.columns {
            let name = &self.chart.lanes[column.lane].name;
            let name = cut(name, column.width - 1, self.cut_mark());
            canvas.put(column.anchor, &name, DIM);
        }
    }

    /// What lasts at an instant. What is named in words is named where it begins.
    pub(super) fn bars(&mut self, canvas: &mut Canvas, time: SimTime, names_again: bool) {
        let chart = self.chart;
        let mut columns = std::mem::take(&mut self.columns);
        for column in &mut columns {
            let lane = &chart.lanes[column.lane];
            let named = match lane.kind {
                LaneKind::Operator(_) => self.operator(canvas, column, lane, time),
                LaneKind::State => self.state(canvas, column, lane, time),
                LaneKind::Cloud => {
                    self.cloud(canvas, column, lane, time);
                    Named::default()
                }
                LaneKind::Faults => {
                    if lane.tracks.iter().any(|track| at(track, time).is_some()) {
                        let glyph = self.glyph(Symbol::Fault);
                        canvas.put(column.anchor, glyph, STAGED);
                    }
                    Named::default()
                }
            };
            if named != column.named || names_again {
                let room = column.width.saturating_sub(4);
                if room > 1 {
                    canvas.put(
                        column.anchor + 2,
                        &cut(&named.1, room, self.cut_mark()),
                        DIM,
                    );
                }
                column.named = named;
            }
        }
        self.columns = columns;
    }

    fn operator(
        &mut self,
        canvas: &mut Canvas,
        column: &Column,
        lane: &Lane,
        time: SimTime,
    ) -> Named {
        let mut name = String::new();
        let mut works = None;
        for bar in lane.tracks.iter().filter_map(|track| at(track, time)) {
            match bar.what {
                BarKind::Run { .. } => works = works.or(Some(Symbol::Works)),
                BarKind::Phase { phase, .. } => {
                    works = Some(Symbol::of_phase(phase));
                    name.clone_from(&bar.label);
                }
                BarKind::Record => {
                    let glyph = self.glyph(Symbol::Errored);
                    canvas.put(column.anchor + 1, glyph, BAD);
                }
                BarKind::Lock(_) | BarKind::Object(_) | BarKind::Fault => {}
            }
        }
        if let Some(symbol) = works {
            let glyph = self.glyph(symbol);
            canvas.put(column.anchor, glyph, COMMAND);
        }
        if self.layout.width < WIDE {
            name.clear();
        }
        (works, name)
    }

    fn state(&mut self, canvas: &mut Canvas, column: &Column, lane: &Lane, time: SimTime) -> Named {
        let mut name = String::new();
        let mut lock = None;
        for bar in lane.tracks.iter().filter_map(|track| at(track, time)) {
            let BarKind::Lock(look) = bar.what else {
                continue;
            };
            let symbol = Symbol::of_lock(look);
            let style = if symbol == Symbol::Held { GOOD } else { BAD };
            let glyph = self.glyph(symbol);
            canvas.put(column.anchor, glyph, style);
            lock = Some(symbol);
            name = bar.holder.map_or_else(String::new, |operator| {
                self.names.operator(operator).to_owned()
            });
        }
        (lock, name)
    }

    fn cloud(&mut self, canvas: &mut Canvas, column: &Column, lane: &Lane, time: SimTime) {
        let style = |look| match look {
            ObjectLook::Recorded => GOOD,
            ObjectLook::Creating | ObjectLook::Unsaved => Style::new(),
            ObjectLook::Changed | ObjectLook::Orphaned | ObjectLook::Ghost => BAD,
        };
        if self.counts.is_empty() {
            for (index, track) in lane.tracks.iter().enumerate() {
                if let Some(BarKind::Object(look)) = at(track, time).map(|bar| bar.what) {
                    let glyph = self.glyph(Symbol::of_object(look));
                    canvas.put(column.anchor + index, glyph, style(look));
                }
            }
            return;
        }
        let known = self.counts.partition_point(|(from, _)| *from <= time);
        let Some((_, counts)) = known.checked_sub(1).map(|index| self.counts[index].clone()) else {
            return;
        };
        let (mut from, end) = (column.anchor, column.anchor + column.width - 1);
        for (look, count) in counts {
            let text = format!("{}{count}", self.glyph(Symbol::of_object(look)));
            if from + columns(&text) > end {
                canvas.put(end - 1, self.cut_mark(), Style::new());
                return;
            }
            canvas.put(from, &text, style(look));
            from += columns(&text);
        }
    }

    /// The mark of what occurs, before its lane's bar.
    pub(super) fn mark(&mut self, canvas: &mut Canvas, lane: usize, symbol: Symbol, style: Style) {
        let anchor = self.anchor(lane);
        if let Some(anchor) = anchor {
            let glyph = self.glyph(symbol);
            // Where a message arrives, its head is the mark.
            canvas.put_beneath(anchor - 1, glyph, style);
        }
    }

    fn anchor(&self, lane: usize) -> Option<usize> {
        let mut columns = self.columns.iter();
        let column = columns.find(|column| column.lane == lane)?;
        Some(column.anchor)
    }

    /// A message from one lane to another. Of a lane that is not shown only its side is known.
    pub(super) fn message(&mut self, canvas: &mut Canvas, message: Message) {
        let is_rightward = message.from < message.toward;
        let (left, right) = if is_rightward {
            (message.from, message.toward)
        } else {
            (message.toward, message.from)
        };
        let (first, last) = match (self.anchor(left), self.anchor(right)) {
            (None, None) => return,
            (Some(left), Some(right)) => (left + 1, right - 1),
            (Some(left), None) => (left + 1, left + STUB),
            (None, Some(right)) => (right.saturating_sub(STUB), right - 1),
        };
        let (dash, style) = match (message.look, self.layout.symbols) {
            (MessageLook::Arrives | MessageLook::Exchange, Symbols::Unicode) => ("─", Style::new()),
            (MessageLook::Arrives | MessageLook::Exchange, Symbols::Ascii) => ("-", Style::new()),
            (MessageLook::Refusal, Symbols::Unicode) => ("╌", BAD),
            (MessageLook::Refusal, Symbols::Ascii) => (".", BAD),
            (MessageLook::Lost, Symbols::Unicode) => ("─", BAD),
            (MessageLook::Lost, Symbols::Ascii) => ("-", BAD),
        };
        self.used.add(match message.look {
            MessageLook::Arrives => Symbol::Message,
            MessageLook::Exchange => Symbol::Exchange,
            MessageLook::Refusal => Symbol::Refusal,
            MessageLook::Lost => Symbol::Lost,
        });
        // What is lost ends in the void between the two.
        let (first, last) = match message.look {
            MessageLook::Lost if is_rightward => (first, first.midpoint(last)),
            MessageLook::Lost => (first.midpoint(last), last),
            MessageLook::Arrives | MessageLook::Exchange | MessageLook::Refusal => (first, last),
        };
        let anchors: Vec<usize> = self.columns.iter().map(|column| column.anchor).collect();
        for at in first..=last {
            if anchors.contains(&at) {
                canvas.put_beneath(at, dash, style);
            } else {
                canvas.put(at, dash, style);
            }
        }
        self.heads(canvas, message.look, is_rightward, (first, last), style);
    }

    fn heads(
        &self,
        canvas: &mut Canvas,
        look: MessageLook,
        is_rightward: bool,
        (first, last): (usize, usize),
        style: Style,
    ) {
        let [left, right, lost] = match self.layout.symbols {
            Symbols::Unicode => ["◀", "▶", "✗"],
            Symbols::Ascii => ["<", ">", "x"],
        };
        let end = if is_rightward { last } else { first };
        match look {
            MessageLook::Exchange => {
                canvas.put(first, left, style);
                canvas.put(last, right, style);
            }
            MessageLook::Arrives | MessageLook::Refusal => {
                canvas.put(end, if is_rightward { right } else { left }, style);
            }
            MessageLook::Lost => canvas.put(end, lost, style),
        }
    }
}

/// Makes lanes narrower until there is room for words beside them. Where that is not enough, the
/// last operators are left out: without the state and the cloud there would be nothing to see.
fn fit(chart: &Chart, widths: &mut Vec<(usize, usize)>, room: usize) -> Vec<usize> {
    let total = |widths: &[(usize, usize)]| widths.iter().map(|(_, width)| width).sum::<usize>();
    while total(widths) + TEXT_WANTED > room {
        let widest = widths.iter_mut().max_by_key(|(_, width)| *width);
        match widest {
            Some((_, width)) if *width > LANE_MIN => *width -= 1,
            Some(_) | None => break,
        }
    }
    let is_operator = |(lane, _): &(usize, usize)| match chart.lanes[*lane].kind {
        LaneKind::Operator(_) => true,
        LaneKind::State | LaneKind::Cloud | LaneKind::Faults => false,
    };
    let mut left_out = Vec::new();
    while total(widths) + TEXT_MIN > room {
        let Some(last) = widths.iter().rposition(is_operator) else {
            break;
        };
        left_out.push(widths.remove(last).0);
    }
    left_out.reverse();
    left_out
}

/// The bar of a track at an instant.
fn at(track: &Track, time: SimTime) -> Option<&Bar> {
    let begun = track.bars.partition_point(|bar| bar.from <= time);
    let last = track.bars.get(begun.checked_sub(1)?)?;
    last.to.is_none_or(|to| to > time).then_some(last)
}

/// How many objects look how, at each instant at which that changes.
fn counts(tracks: &[Track]) -> Vec<(SimTime, Counts)> {
    let mut changes: BTreeMap<SimTime, Vec<(ObjectLook, bool)>> = BTreeMap::new();
    for bar in tracks.iter().flat_map(|track| &track.bars) {
        let BarKind::Object(look) = bar.what else {
            continue;
        };
        changes.entry(bar.from).or_default().push((look, true));
        if let Some(to) = bar.to {
            changes.entry(to).or_default().push((look, false));
        }
    }
    let mut now = Counts::new();
    let mut counts = Vec::new();
    for (time, changes) in changes {
        for (look, comes) in changes {
            let count = now.entry(look).or_default();
            *count = if comes { *count + 1 } else { *count - 1 };
        }
        now.retain(|_, count| *count > 0);
        counts.push((time, now.clone()));
    }
    counts
}
