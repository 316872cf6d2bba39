//! Where cloud and records part, and are in step again.

use super::is_free;
use super::page::{Plan, width};
use crate::render::chart::Turn;
use crate::render::chart::palette::{ALARM, CALM};
use crate::render::xml::{Attributes, Page};

const ROW: u64 = 19;
const ROWS_MAX: usize = 6;
const SIZE: u64 = 12;

/// The turns with the places of their words.
pub(super) struct Turns {
    places: Vec<Place>,
    rows: usize,
    pub(super) height: u64,
}

struct Place {
    x: u64,
    color: &'static str,
    text: String,
    /// Where the words begin.
    left: u64,
    /// How many rows above the lowest; `None` where there is no room.
    level: Option<usize>,
}

fn words(turn: &Turn) -> String {
    if turn.is_in_step {
        return format!("{} s  in step again", turn.time);
    }
    let parts: Vec<&str> = turn.label.split(", ").collect();
    let what = match parts.as_slice() {
        [] | [_] | [_, _] => turn.label.replace('_', " "),
        [first, rest @ ..] => format!("{} and {} more", first.replace('_', " "), rest.len()),
    };
    format!("{} s  parted: {what}", turn.time)
}

pub(super) fn place(plan: &Plan<'_>) -> Turns {
    let mut places: Vec<Place> = Vec::new();
    let seen =
        { plan.chart.turns.iter() }.filter(|turn| plan.from <= turn.time && turn.time <= plan.to);
    for turn in seen.rev() {
        let x = plan.x(turn.time);
        let text = words(turn);
        let wide = width(&text, SIZE) + 8;
        let left = if x + wide <= plan.right() {
            x
        } else {
            (x + 1).saturating_sub(wide)
        };
        let extent = (left, left + wide);
        // Words stand above the lines that they would cross.
        let crossed = { places.iter() }
            .filter(|other| (extent.0..=extent.1).contains(&other.x))
            .filter_map(|other| other.level.map(|level| level + 1));
        let least = crossed.max().unwrap_or(0);
        let level = (least..ROWS_MAX).find(|level| {
            let row: Vec<(u64, u64)> = { places.iter() }
                .filter(|other| other.level == Some(*level))
                .map(|other| (other.left, other.left + width(&other.text, SIZE) + 8))
                .collect();
            is_free(&row, extent)
        });
        places.push(Place {
            x,
            color: if turn.is_in_step { CALM } else { ALARM },
            text,
            left,
            level,
        });
    }
    let levels = places.iter().filter_map(|place| place.level);
    let rows = levels.max().map_or(0, |level| level + 1);
    let height = u64::try_from(rows).unwrap_or(u64::MAX) * ROW + 6;
    Turns {
        places,
        rows,
        height,
    }
}

impl Turns {
    /// The top of a row.
    fn y(&self, place: &Place, top: u64) -> u64 {
        let above = place.level.map_or(self.rows, |level| self.rows - 1 - level);
        top + u64::try_from(above).unwrap_or(u64::MAX) * ROW
    }
}

pub(super) fn draw_lines(page: &mut Page, plan: &Plan<'_>, turns: &Turns, top: u64) {
    for place in &turns.places {
        let line: Attributes<'_> = &[
            ("x1", &place.x),
            ("x2", &place.x),
            ("y1", &turns.y(place, top)),
            ("y2", &plan.bottom),
            ("stroke", &place.color),
            ("stroke-width", &"1.5"),
            ("stroke-dasharray", &"6 4"),
        ];
        page.empty("line", line);
    }
}

pub(super) fn draw_labels(page: &mut Page, turns: &Turns, top: u64) {
    for place in turns.places.iter().filter(|place| place.level.is_some()) {
        let y = turns.y(place, top);
        let wide = width(&place.text, SIZE) + 8;
        let flag: Attributes<'_> = &[
            ("x", &place.left),
            ("y", &y),
            ("width", &wide),
            ("height", &(ROW - 2)),
            ("rx", &2),
            ("fill", &place.color),
        ];
        page.empty("rect", flag);
        let text: Attributes<'_> = &[
            ("x", &(place.left + 4)),
            ("y", &(y + ROW - 6)),
            ("font-size", &SIZE),
            ("fill", &"#ffffff"),
        ];
        page.element("text", text, &place.text);
    }
}
