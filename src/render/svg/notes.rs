//! What is told: numbers in the picture, words below it.

use super::page::{Note, PADDING, Plan, width};
use super::{MARGIN, wrapped};
use crate::render::chart::palette::{FAINT, INK, ink};
use crate::render::xml::{Attributes, Page};

const LINE: u64 = 18;
const SIZE: u64 = 13;
/// Where the words begin in their column.
const INDENT: u64 = 104;

/// The words with their places.
pub(super) struct Notes {
    /// Number, time and words of each, from where on.
    items: Vec<((u64, u64), usize, Vec<String>)>,
    top: u64,
    pub(super) bottom: u64,
}

fn sentence(plan: &Plan<'_>, note: &Note) -> String {
    let lane = &plan.chart.lanes[note.lane].name;
    let again = match note.count {
        1 => String::new(),
        count => format!(" ({count} times, until {} s)", note.last),
    };
    format!("{lane}: {}{again}", note.line)
}

pub(super) fn place(plan: &Plan<'_>, top: u64) -> Notes {
    const GUTTER: u64 = 28;
    let column = (plan.right() - MARGIN - GUTTER) / 2;
    let words: Vec<Vec<String>> = { plan.notes.iter() }
        .map(|note| wrapped(&sentence(plan, note), SIZE, column - INDENT))
        .collect();
    let lines: usize = words.iter().map(Vec::len).sum();
    let heading = top + 22;
    let mut items = Vec::new();
    let (mut x, mut y) = (MARGIN, heading);
    let mut used = 0;
    let mut bottom = heading;
    for (index, lines_here) in words.into_iter().enumerate() {
        if x == MARGIN && used * 2 >= lines && used > 0 {
            (x, y) = (MARGIN + column + GUTTER, heading);
        }
        used += lines_here.len();
        let high = u64::try_from(lines_here.len()).unwrap_or(u64::MAX) * LINE;
        items.push(((x, y), index, lines_here));
        y += high;
        bottom = bottom.max(y);
    }
    if plan.untold > 0 {
        bottom += LINE;
    }
    Notes { items, top, bottom }
}

pub(super) fn draw(page: &mut Page, plan: &Plan<'_>, notes: &Notes) {
    if plan.notes.is_empty() {
        return;
    }
    let heading: Attributes<'_> = &[
        ("x", &MARGIN),
        ("y", &(notes.top + 12)),
        ("font-size", &14),
        ("font-weight", &"bold"),
    ];
    page.element("text", heading, "What happened");
    for ((x, y), index, lines) in &notes.items {
        let note = &plan.notes[*index];
        draw_pill(page, (x + 14, y + LINE / 2), &note.number.to_string(), note);
        let time: Attributes<'_> = &[
            ("x", &(x + INDENT - 8)),
            ("y", &(y + 13)),
            ("font-size", &SIZE),
            ("text-anchor", &"end"),
            ("fill", &FAINT),
        ];
        page.element("text", time, &note.time.to_string());
        for (row, line) in (0_u64..).zip(lines) {
            let text: Attributes<'_> = &[
                ("x", &(x + INDENT)),
                ("y", &(y + 13 + row * LINE)),
                ("font-size", &SIZE),
                ("fill", &ink(note.tone)),
            ];
            page.element("text", text, line);
        }
    }
    if plan.untold > 0 {
        let more: Attributes<'_> = &[
            ("x", &(MARGIN + INDENT)),
            ("y", &(notes.bottom - 5)),
            ("font-size", &SIZE),
            ("fill", &FAINT),
        ];
        let text = format!("and {} more, which --format text tells", plan.untold);
        page.element("text", more, &text);
    }
}

/// A number on its ground.
fn draw_pill(page: &mut Page, (x, y): (u64, u64), text: &str, note: &Note) {
    let wide = pill_width(text);
    let ground: Attributes<'_> = &[
        ("x", &x.saturating_sub(wide / 2)),
        ("y", &y.saturating_sub(8)),
        ("width", &wide),
        ("height", &16),
        ("rx", &8),
        ("fill", &ink(note.tone)),
    ];
    page.empty("rect", ground);
    let number: Attributes<'_> = &[
        ("x", &x),
        ("y", &(y + 4)),
        ("font-size", &11),
        ("font-weight", &"bold"),
        ("text-anchor", &"middle"),
        ("fill", &"#ffffff"),
    ];
    page.element("text", number, text);
}

fn pill_width(text: &str) -> u64 {
    (width(text, 11) + 10).max(18)
}

/// `3`, `3-5`, `3, 5`.
fn numbers(notes: &[&Note]) -> String {
    match notes {
        [] => String::new(),
        [one] => one.number.to_string(),
        [one, two] => format!("{}, {}", one.number, two.number),
        [first, .., last] => {
            let is_row = last.number - first.number == notes.len() - 1;
            let between = if is_row { "–" } else { " … " };
            format!("{}{between}{}", first.number, last.number)
        }
    }
}

/// The numbers in the lanes; what would overlap is put together.
pub(super) fn draw_marks(page: &mut Page, plan: &Plan<'_>) {
    for band in &plan.bands {
        let mut groups: Vec<Vec<&Note>> = Vec::new();
        for note in plan.notes.iter().filter(|note| note.lane == band.lane) {
            match groups.last_mut() {
                Some(group) if is_near(plan, group, note) => group.push(note),
                Some(_) | None => groups.push(vec![note]),
            }
        }
        for group in &groups {
            let text = numbers(group);
            let y = band.top + PADDING + 10;
            let worst = group.iter().copied().max_by_key(|note| severity(note));
            let Some(worst) = worst else { continue };
            let x = plan.x(group[0].time);
            let stem: Attributes<'_> = &[
                ("x1", &x),
                ("x2", &x),
                ("y1", &(y + 8)),
                ("y2", &(band.bottom)),
                ("stroke", &INK),
                ("stroke-opacity", &"0.35"),
            ];
            page.empty("line", stem);
            draw_pill(page, (center(plan, x, &text), y), &text, worst);
        }
    }
}

fn severity(note: &Note) -> u8 {
    use crate::render::fact::Tone;
    match note.tone {
        Tone::Plain | Tone::Good | Tone::Remark => 0,
        Tone::Command => 1,
        Tone::Staged => 2,
        Tone::Bad => 3,
    }
}

/// The middle of a pill that begins at an instant's place and stays on the page.
fn center(plan: &Plan<'_>, x: u64, text: &str) -> u64 {
    let wide = pill_width(text);
    let left = x.saturating_sub(9);
    let left = left.min((plan.right() + 12).saturating_sub(wide));
    left + wide / 2
}

fn is_near(plan: &Plan<'_>, group: &[&Note], note: &Note) -> bool {
    // Room for what the group may yet be called.
    let wide = if group.len() == 1 {
        pill_width(&numbers(group))
    } else {
        pill_width("00 … 00")
    };
    plan.x(note.time) < plan.x(group[0].time) + wide.max(pill_width(&numbers(group))) + 3
}
