//! Messages between the lanes.

use std::collections::{BTreeMap, BTreeSet};

use super::page::{Band, GAP_CLOUD, GAP_STATE, Plan, width};
use super::{haloed, is_free};
use crate::render::chart::palette::{ALARM, FAINT, STAGE};
use crate::render::chart::{Arrow, ArrowLook, LaneKind};
use crate::render::xml::{Attributes, Page};

/// Messages of one kind that are nearer to each other are drawn as one.
const NEAREST: u64 = 5;
/// How high a row of names between two lanes is.
const ROW: u64 = 13;

/// Where an arrow runs.
struct Path<'c> {
    arrow: &'c Arrow,
    from: (u64, u64),
    to: (u64, u64),
    /// The gap above which lane its name stands in.
    gap: usize,
}

const fn rank(look: &ArrowLook) -> u8 {
    match look {
        ArrowLook::Lost(_) => 0,
        ArrowLook::Refusal => 1,
        ArrowLook::Request => 2,
        ArrowLook::Answer => 3,
    }
}

const fn color(look: &ArrowLook) -> (&'static str, &'static str, &'static str) {
    match look {
        ArrowLook::Request => ("#6e7781", "none", "url(#ll-request)"),
        ArrowLook::Answer => ("#6e7781", "2 2", "url(#ll-request)"),
        ArrowLook::Refusal => (ALARM, "none", "url(#ll-refusal)"),
        ArrowLook::Lost(_) => (STAGE, "5 3", "none"),
    }
}

/// Draws them; returns how many are left out.
pub(super) fn draw(page: &mut Page, plan: &Plan<'_>) -> usize {
    let (paths, left_out) = paths(plan);
    for path in &paths {
        draw_path(page, path);
    }
    draw_names(page, plan, paths);
    left_out
}

fn paths<'c>(plan: &Plan<'c>) -> (Vec<Path<'c>>, usize) {
    let mut last: BTreeMap<(usize, usize, u8), u64> = BTreeMap::new();
    let mut left_out = 0;
    let mut paths = Vec::new();
    for arrow in &plan.chart.arrows {
        let (lane, sent) = arrow.from;
        if sent < plan.from || sent > plan.to {
            continue;
        }
        let (Some(one), Some(other)) = (plan.band(lane), plan.band(arrow.toward)) else {
            continue;
        };
        let x = plan.x(sent);
        let key = (lane, arrow.toward, rank(&arrow.look));
        if last.get(&key).is_some_and(|last| x < last + NEAREST) {
            left_out += 1;
            continue;
        }
        last.insert(key, x);
        paths.push(path(plan, arrow, one, other));
    }
    (paths, left_out)
}

fn path<'c>(plan: &Plan<'_>, arrow: &'c Arrow, one: &Band, other: &Band) -> Path<'c> {
    let is_downward = one.top < other.top;
    let (from, to) = if is_downward {
        (one.bottom, other.top)
    } else {
        (one.top, other.bottom)
    };
    let x = plan.x(arrow.from.1);
    let lower = if is_downward {
        arrow.toward
    } else {
        arrow.from.0
    };
    let to = match arrow.arrives {
        Some(time) => (plan.x(time.min(plan.to)), to),
        // It ends on its way, just before where it was meant for.
        None if is_downward => (x + 5, to - 10),
        None => (x + 5, to + 10),
    };
    Path {
        arrow,
        from: (x, from),
        to,
        gap: lower,
    }
}

fn draw_path(page: &mut Page, path: &Path<'_>) {
    let (stroke, dashes, head) = color(&path.arrow.look);
    let line: Attributes<'_> = &[
        ("x1", &path.from.0),
        ("y1", &path.from.1),
        ("x2", &path.to.0),
        ("y2", &path.to.1),
        ("stroke", &stroke),
        ("stroke-width", &"1.2"),
        ("stroke-dasharray", &dashes),
        ("marker-end", &head),
    ];
    page.empty("line", line);
    if path.arrow.arrives.is_none() {
        let (x, y) = path.to;
        let cross = format!(
            "M{} {} l8 8 m0 -8 l-8 8",
            x.saturating_sub(4),
            y.saturating_sub(4)
        );
        let shape: Attributes<'_> = &[
            ("d", &cross),
            ("stroke", &stroke),
            ("stroke-width", &2),
            ("fill", &"none"),
        ];
        page.empty("path", shape);
    }
}

/// Names the messages where there is room: first those that are lost or refused.
fn draw_names(page: &mut Page, plan: &Plan<'_>, mut paths: Vec<Path<'_>>) {
    let mut taken: BTreeMap<(usize, u64), Vec<(u64, u64)>> = BTreeMap::new();
    let mut named: BTreeSet<(usize, String)> = BTreeSet::new();
    paths.sort_by_key(|path| rank(&path.arrow.look));
    for path in &paths {
        let name = match &path.arrow.look {
            ArrowLook::Lost(why) => format!("{}: {why}", path.arrow.label),
            ArrowLook::Refusal => path.arrow.label.clone(),
            // What is answered as it should be needs no name, and few requests do.
            ArrowLook::Request if path.arrow.label.contains("serial") => path.arrow.label.clone(),
            ArrowLook::Request | ArrowLook::Answer => continue,
        };
        let Some(lower) = plan.band(path.gap) else {
            continue;
        };
        let gap = match plan.chart.lanes[path.gap].kind {
            LaneKind::State => GAP_STATE,
            LaneKind::Cloud => GAP_CLOUD,
            LaneKind::Operator(_) | LaneKind::Faults => continue,
        };
        // What is said again and again is named once.
        if !named.insert((path.gap, name.clone())) {
            continue;
        }
        let wide = width(&name, 11);
        let x = path.from.0.max(path.to.0) + 6;
        let (left, anchor, at) = if x + wide <= plan.right() {
            (x, "start", x)
        } else {
            let x = path.from.0.min(path.to.0).saturating_sub(6);
            (x.saturating_sub(wide), "end", x)
        };
        let row = (0..gap / ROW).find(|row| {
            let taken = taken.entry((path.gap, *row)).or_default();
            is_free(taken, (left, left + wide))
        });
        let Some(row) = row else { continue };
        taken
            .entry((path.gap, row))
            .or_default()
            .push((left, left + wide));
        let (ink, ..) = color(&path.arrow.look);
        let ink = if ink == ALARM || ink == STAGE {
            ink
        } else {
            FAINT
        };
        let y = lower.top - gap + 13 + row * ROW;
        haloed(page, (at, y), anchor, ink, &name);
    }
}
