//! What lasts.

use super::MONO;
use super::page::{BAR, Band, GUTTER, Plan, ROW, cut, width, width_mono};
use crate::render::chart::palette::{FAINT, Fill, INK, Look};
use crate::render::chart::{Bar, BarKind, Track};
use crate::render::xml::{Attributes, Page};

const SIZE: u64 = 12;
/// What is shorter is drawn as long as this.
const LEAST: u64 = 3;
/// What is cut to fewer columns says nothing.
const COLUMNS_MIN: usize = 5;

pub(super) fn draw(page: &mut Page, plan: &Plan<'_>) {
    for band in &plan.bands {
        draw_band(page, plan, band);
    }
}

fn draw_band(page: &mut Page, plan: &Plan<'_>, band: &Band) {
    let mut y = band.tracks;
    for index in &band.shown {
        let track = &plan.chart.lanes[band.lane].tracks[*index];
        let seen: Vec<&Bar> = { track.bars.iter() }
            .filter(|bar| plan.is_within(bar.from, bar.to))
            .collect();
        draw_name(page, track, y);
        for (index, bar) in seen.iter().enumerate() {
            let next = seen.get(index + 1).map(|next| plan.x(next.from));
            draw_bar(page, plan, bar, y, next.unwrap_or(plan.right()));
        }
        y += ROW;
    }
    if band.more > 0 {
        let attributes: Attributes<'_> = &[
            ("x", &(GUTTER + 5)),
            ("y", &(y + BAR - 5)),
            ("font-size", &SIZE),
            ("fill", &FAINT),
        ];
        let text = format!("and {} more, left out for want of room", band.more);
        page.element("text", attributes, &text);
    }
}

fn draw_name(page: &mut Page, track: &Track, y: u64) {
    let attributes: Attributes<'_> = &[
        ("x", &(GUTTER - 8)),
        ("y", &(y + BAR - 5)),
        ("text-anchor", &"end"),
        ("font-size", &SIZE),
        ("fill", &FAINT),
    ];
    page.element("text", attributes, &cut(&track.name, 18));
}

/// How wide its label is.
fn label_width(bar: &Bar, label: &str) -> u64 {
    match bar.what {
        BarKind::Run { .. } => width_mono(label, SIZE),
        BarKind::Phase { .. }
        | BarKind::Lock(_)
        | BarKind::Record
        | BarKind::Object(_)
        | BarKind::Fault => width(label, SIZE),
    }
}

fn label(bar: &Bar) -> String {
    match bar.what {
        BarKind::Run {
            exit: Some(exit), ..
        } if exit != 0 => format!("{} (exit {exit})", bar.label),
        BarKind::Run { .. }
        | BarKind::Phase { .. }
        | BarKind::Lock(_)
        | BarKind::Record
        | BarKind::Object(_)
        | BarKind::Fault => bar.label.clone(),
    }
}

/// A bar, and its label where there is room: in it, or between it and the next.
fn draw_bar(page: &mut Page, plan: &Plan<'_>, bar: &Bar, y: u64, next: u64) {
    let look = bar.look();
    let left = plan.x(bar.from.max(plan.from));
    let right = bar.to.map_or(plan.right(), |to| plan.x(to.min(plan.to)));
    let right = right.max(left + LEAST);
    draw_box(page, look, (left, y), (right - left, BAR));
    let label = label(bar);
    let wide = label_width(bar, &label);
    let inside = (right - left).saturating_sub(10);
    let beside = next.saturating_sub(right + 10);
    let baseline = y + BAR - 5;
    let mut write = |x: u64, color: &str, text: &str| {
        // Beside its bar a label stands on whatever runs there.
        let halo = if x > right { 4 } else { 0 };
        let font = match bar.what {
            BarKind::Run { .. } => MONO,
            BarKind::Phase { .. }
            | BarKind::Lock(_)
            | BarKind::Record
            | BarKind::Object(_)
            | BarKind::Fault => super::SANS,
        };
        let attributes: Attributes<'_> = &[
            ("x", &x),
            ("y", &baseline),
            ("font-size", &SIZE),
            ("font-family", &font),
            ("fill", &color),
            ("stroke", &"#f4f6f8"),
            ("stroke-width", &halo),
            ("paint-order", &"stroke"),
        ];
        page.element("text", attributes, text);
    };
    if wide <= inside {
        return write(left + 5, look.text, &label);
    }
    // What a process is at is a detail: it is told by the legend where there is no room.
    if let BarKind::Phase { .. } = bar.what {
        return;
    }
    if wide <= beside {
        return write(right + 5, INK, &label);
    }
    let column = label_width(bar, "m").max(1);
    let room = |pixels: u64| usize::try_from(pixels / column).unwrap_or(usize::MAX);
    if inside >= beside && room(inside) >= COLUMNS_MIN {
        write(left + 5, look.text, &cut(&label, room(inside)));
    } else if room(beside) >= COLUMNS_MIN {
        write(right + 5, INK, &cut(&label, room(beside)));
    }
}

/// A box as it looks, also in the legend.
pub(super) fn draw_box(page: &mut Page, look: Look, (x, y): (u64, u64), (wide, high): (u64, u64)) {
    let (fill, dashes) = match look.fill {
        Fill::Plain | Fill::Hatched => (look.color, "none"),
        Fill::Outline => ("#ffffff", "4 3"),
    };
    let stroke = match look.fill {
        Fill::Plain => "#ffffff",
        Fill::Hatched => INK,
        Fill::Outline => look.color,
    };
    let shape: Attributes<'_> = &[
        ("x", &x),
        ("y", &y),
        ("width", &wide),
        ("height", &high),
        ("rx", &3.min(wide / 2)),
        ("fill", &fill),
        ("stroke", &stroke),
        ("stroke-dasharray", &dashes),
    ];
    page.empty("rect", shape);
    if look.fill == Fill::Hatched {
        let hatch: Attributes<'_> = &[
            ("x", &x),
            ("y", &y),
            ("width", &wide),
            ("height", &high),
            ("rx", &3.min(wide / 2)),
            ("fill", &"url(#ll-hatch)"),
        ];
        page.empty("rect", hatch);
    }
}
