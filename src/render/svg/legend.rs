//! The axis of time, and what the colors mean.

use super::bars::draw_box;
use super::is_free;
use super::page::{MARGIN, Plan, width};
use crate::kernel::SimTime;
use crate::render::chart::palette::{ALARM, FAINT, INK, Look, STAGE};
use crate::render::fact::counted;
use crate::render::xml::{Attributes, Page};

/// How high the axis is.
pub(super) const AXIS: u64 = 56;
const ROW: u64 = 24;
const SIZE: u64 = 12;

/// What the bars and arrows need: hatching and arrowheads.
pub(super) fn definitions(page: &mut Page) {
    page.open("defs", &[]);
    let hatch: Attributes<'_> = &[
        ("id", &"ll-hatch"),
        ("width", &6),
        ("height", &6),
        ("patternUnits", &"userSpaceOnUse"),
        ("patternTransform", &"rotate(45)"),
    ];
    page.open("pattern", hatch);
    let stroke: Attributes<'_> = &[
        ("width", &2),
        ("height", &6),
        ("fill", &"#ffffff"),
        ("fill-opacity", &"0.55"),
    ];
    page.empty("rect", stroke);
    page.close();
    for (id, color) in [("ll-request", "#6e7781"), ("ll-refusal", ALARM)] {
        let marker: Attributes<'_> = &[
            ("id", &id),
            ("viewBox", &"0 0 8 8"),
            ("refX", &7),
            ("refY", &4),
            ("markerWidth", &7),
            ("markerHeight", &7),
            ("orient", &"auto"),
        ];
        page.open("marker", marker);
        page.empty("path", &[("d", &"M0 0 L8 4 L0 8 z"), ("fill", &color)]);
        page.close();
    }
    page.close();
}

/// Instants that get their time written: the ends, and between them those of turns and notes.
fn ticks(plan: &Plan<'_>) -> Vec<SimTime> {
    let mut ticks = vec![plan.from, plan.to];
    let mut taken: Vec<(u64, u64)> = { ticks.iter() }
        .map(|time| tick_extent(plan, *time))
        .collect();
    let folds = { plan.scale.folds().iter() }.flat_map(|fold| [fold.from, fold.to]);
    let turns = { plan.chart.turns.iter() }.map(|turn| turn.time);
    let notes = { plan.notes.iter() }.map(|note| note.time);
    let bars = { plan.chart.lanes.iter() }
        .flat_map(|lane| &lane.tracks)
        .flat_map(|track| &track.bars)
        .map(|bar| bar.from);
    for time in turns.chain(folds).chain(notes).chain(bars) {
        let extent = tick_extent(plan, time);
        let is_seen = plan.from <= time && time <= plan.to;
        if is_seen && is_free(&taken, extent) {
            taken.push(extent);
            ticks.push(time);
        }
    }
    ticks.sort_unstable();
    ticks.dedup();
    ticks
}

fn tick_extent(plan: &Plan<'_>, time: SimTime) -> (u64, u64) {
    let half = width(&time.to_string(), SIZE) / 2;
    let x = plan.x(time);
    (x.saturating_sub(half), x + half)
}

pub(super) fn draw_axis(page: &mut Page, plan: &Plan<'_>, y: u64) {
    let top = plan.bands.first().map_or(y, |band| band.top);
    for fold in plan.scale.folds() {
        draw_fold(page, plan, (fold.from, fold.to), (top, y));
    }
    for time in ticks(plan) {
        let x = plan.x(time);
        let line: Attributes<'_> = &[
            ("x1", &x),
            ("x2", &x),
            ("y1", &top),
            ("y2", &(y + 6)),
            ("stroke", &"#d8dde3"),
        ];
        page.empty("line", line);
        let text: Attributes<'_> = &[
            ("x", &x),
            ("y", &(y + 19)),
            ("text-anchor", &"middle"),
            ("fill", &INK),
        ];
        page.element("text", text, &time.to_string());
    }
    let unit: Attributes<'_> = &[("x", &MARGIN), ("y", &(y + 19)), ("fill", &FAINT)];
    page.element("text", unit, "time in seconds");
}

/// A stretch in which nothing occurs.
fn draw_fold(
    page: &mut Page,
    plan: &Plan<'_>,
    span: (SimTime, SimTime),
    (top, bottom): (u64, u64),
) {
    let (left, right) = (plan.x(span.0), plan.x(span.1));
    let middle = left.midpoint(right);
    let break_line = format!(
        "M{middle} {top} V{} l-5 5 l10 6 l-5 5 V{}",
        bottom - 8,
        bottom + 22
    );
    let stripe: Attributes<'_> = &[
        ("d", &break_line),
        ("stroke", &"#8c959f"),
        ("stroke-dasharray", &"1 4"),
        ("fill", &"none"),
    ];
    page.empty("path", stripe);
    let text: Attributes<'_> = &[
        ("x", &middle),
        ("y", &(bottom + 36)),
        ("text-anchor", &"middle"),
        ("fill", &FAINT),
        ("font-style", &"italic"),
        ("font-size", &11),
    ];
    page.element("text", text, &long(span.1.since(span.0).as_ms()));
}

/// A length in the unit in which one speaks of it.
fn long(ms: u64) -> String {
    let seconds = ms / 1_000;
    match seconds {
        0..120 => format!("⇠ {seconds} s ⇢"),
        120..7_200 => format!("⇠ {} min ⇢", seconds / 60),
        _ => format!("⇠ {} h ⇢", seconds / 3_600),
    }
}

/// What stands in the legend, in rows.
pub(super) struct Legend {
    items: Vec<(Sample, &'static str, (u64, u64))>,
    notes: u64,
    pub(super) bottom: u64,
}

#[derive(Debug, Clone, Copy)]
enum Sample {
    Box(Look),
    Line(&'static str, &'static str, bool),
}

pub(super) fn place(plan: &Plan<'_>, top: u64) -> Legend {
    let all = { plan.bands.iter() }
        .flat_map(|band| &plan.chart.lanes[band.lane].tracks)
        .flat_map(|track| &track.bars)
        .filter(|bar| plan.is_within(bar.from, bar.to))
        .map(crate::render::chart::Bar::look);
    let mut looks: Vec<Look> = Vec::new();
    for look in all {
        if !looks.contains(&look) {
            looks.push(look);
        }
    }
    let mut samples: Vec<(Sample, &'static str)> = { looks.into_iter() }
        .map(|look| (Sample::Box(look), look.name))
        .collect();
    samples.push((Sample::Line("#6e7781", "none", false), "request"));
    samples.push((Sample::Line("#6e7781", "2 2", false), "answer"));
    samples.push((Sample::Line(ALARM, "none", false), "refusal or failure"));
    samples.push((Sample::Line(STAGE, "5 3", true), "lost on the way"));
    let (mut x, mut y) = (MARGIN, top + 22);
    let mut items = Vec::new();
    for (sample, name) in samples {
        let wide = 34 + width(name, SIZE) + 20;
        if x + wide > plan.right() {
            (x, y) = (MARGIN, y + ROW);
        }
        items.push((sample, name, (x, y)));
        x += wide;
    }
    let notes = y + ROW;
    let bottom = notes + ROW;
    Legend {
        items,
        notes,
        bottom,
    }
}

impl Legend {
    pub(super) fn draw(&self, page: &mut Page, thinned: usize) {
        for (sample, name, (x, y)) in &self.items {
            match sample {
                Sample::Box(look) => draw_box(page, *look, (*x, *y), (26, 14)),
                Sample::Line(color, dashes, is_lost) => {
                    draw_line(page, (*x, y + 7), (color, dashes), *is_lost);
                }
            }
            let text: Attributes<'_> = &[("x", &(x + 34)), ("y", &(y + 11)), ("fill", &FAINT)];
            page.element("text", text, name);
        }
        let left_out = match u64::try_from(thinned) {
            Ok(0) => String::new(),
            Ok(count) => format!(
                "; {} too near to others {} left out",
                counted(count, "message"),
                if count == 1 { "is" } else { "are" }
            ),
            Err(_) => "; many messages are left out".to_owned(),
        };
        let note = format!(
            "Time is not drawn evenly: where little occurs it is pressed together, and a dotted \
             line says by how much{left_out}."
        );
        let text: Attributes<'_> = &[("x", &MARGIN), ("y", &(self.notes + 11)), ("fill", &FAINT)];
        page.element("text", text, &note);
    }
}

fn draw_line(page: &mut Page, (x, y): (u64, u64), (color, dashes): (&str, &str), is_lost: bool) {
    let head = match (is_lost, color == ALARM) {
        (true, _) => "none",
        (false, true) => "url(#ll-refusal)",
        (false, false) => "url(#ll-request)",
    };
    let line: Attributes<'_> = &[
        ("x1", &x),
        ("x2", &(x + 26)),
        ("y1", &y),
        ("y2", &y),
        ("stroke", &color),
        ("stroke-width", &"1.2"),
        ("stroke-dasharray", &dashes),
        ("marker-end", &head),
    ];
    page.empty("line", line);
    if is_lost {
        let cross = format!("M{} {} l8 8 m0 -8 l-8 8", x + 20, y - 4);
        let shape: Attributes<'_> = &[
            ("d", &cross),
            ("stroke", &color),
            ("stroke-width", &2),
            ("fill", &"none"),
        ];
        page.empty("path", shape);
    }
}
