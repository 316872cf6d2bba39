//! A still of the chart as SVG: lanes one below the other, time to the right.
//!
//! It stands alone: no script, no font and no picture of somewhere else. Whatever has a color has
//! a pattern or a word as well.

mod arrows;
mod bars;
mod legend;
mod notes;
mod page;
mod turns;

use super::chart::chart;
use super::chart::palette::{FAINT, INK};
use super::text::{first_line, verdict_line};
use super::xml::{Attributes, Page};
use crate::kernel::SimTime;
use crate::verdict::Film;
use page::{Band, MARGIN, MARGIN_RIGHT, Plan};

const SANS: &str = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', \
                    'Liberation Sans', Arial, sans-serif";
const MONO: &str = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', \
                    'DejaVu Sans Mono', monospace";

/// A part of a replication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// What is earlier is left out.
    pub from: SimTime,
    /// What is later is left out.
    pub until: SimTime,
}

impl Window {
    /// All of it.
    pub const ALL: Self = Self {
        from: SimTime::ZERO,
        until: SimTime::MAX,
    };
}

/// The film, or a part of it, as one picture.
pub fn svg(film: &Film, window: Window) -> String {
    let chart = chart(film);
    let to = chart.end.min(window.until);
    let mut plan = Plan::new(&chart, window.from.min(to), to);
    let head = heading(film, &plan);
    let turns = turns::place(&plan);
    let top = head.height + turns.height;
    plan.stack(top);
    let axis = plan.bottom;
    let notes = notes::place(&plan, axis + legend::AXIS);
    let legend = legend::place(&plan, notes.bottom);
    let mut page = Page::xml();
    let (wide, high) = (plan.right() + MARGIN_RIGHT, legend.bottom + MARGIN);
    let view = format!("0 0 {wide} {high}");
    let root: Attributes<'_> = &[
        ("xmlns", &"http://www.w3.org/2000/svg"),
        ("width", &wide),
        ("height", &high),
        ("viewBox", &view),
        ("role", &"img"),
        ("font-family", &SANS),
        ("font-size", &12),
        ("fill", &INK),
    ];
    page.open("svg", root);
    page.element("title", &[], &film.report.scenario.title);
    page.element("desc", &[], &verdict_line(&film.report));
    legend::definitions(&mut page);
    let paper: Attributes<'_> = &[("width", &wide), ("height", &high), ("fill", &"#ffffff")];
    page.empty("rect", paper);
    head.draw(&mut page);
    draw_bands(&mut page, &plan);
    legend::draw_axis(&mut page, &plan, axis);
    turns::draw_lines(&mut page, &plan, &turns, head.height);
    let thinned = arrows::draw(&mut page, &plan);
    bars::draw(&mut page, &plan);
    notes::draw_marks(&mut page, &plan);
    turns::draw_labels(&mut page, &turns, head.height);
    notes::draw(&mut page, &plan, &notes);
    legend.draw(&mut page, thinned);
    page.finish()
}

/// What stands above the chart.
struct Heading {
    lines: Vec<(String, u64, &'static str, &'static str)>,
    height: u64,
}

/// The text in lines of so many pixels.
fn wrapped(text: &str, size: u64, room: u64) -> Vec<String> {
    let column = (size * 57).div_ceil(100).max(1);
    let room = usize::try_from(room / column).unwrap_or(usize::MAX);
    // A command that is broken within a word is another one.
    let options = textwrap::Options::new(room.max(20))
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .word_separator(textwrap::WordSeparator::AsciiSpace);
    let lines = textwrap::wrap(text, options);
    lines
        .into_iter()
        .map(std::borrow::Cow::into_owned)
        .collect()
}

fn heading(film: &Film, plan: &Plan<'_>) -> Heading {
    let report = &film.report;
    let room = plan.right() - MARGIN;
    let mut lines = Vec::new();
    for line in wrapped(&report.scenario.title, 22, room) {
        lines.push((line, 22, "bold", INK));
    }
    let why = report.scenario.why.as_deref().unwrap_or_default();
    for line in wrapped(why, 14, room)
        .into_iter()
        .filter(|line| !line.is_empty())
    {
        lines.push((line, 14, "normal", INK));
    }
    for line in wrapped(&verdict_line(report), 14, room) {
        lines.push((line, 14, "bold", INK));
    }
    for line in wrapped(&first_line(report), 12, room) {
        lines.push((line, 12, "normal", FAINT));
    }
    let height = MARGIN + lines.iter().map(|line| leading(line.1)).sum::<u64>() + 14;
    Heading { lines, height }
}

const fn leading(size: u64) -> u64 {
    size * 7 / 5
}

impl Heading {
    fn draw(&self, page: &mut Page) {
        let mut y = MARGIN;
        for (line, size, weight, color) in &self.lines {
            y += leading(*size);
            let attributes: Attributes<'_> = &[
                ("x", &MARGIN),
                ("y", &(y - size * 2 / 5)),
                ("font-size", size),
                ("font-weight", weight),
                ("fill", color),
            ];
            page.element("text", attributes, line);
        }
    }
}

/// The lanes' bands with their names.
fn draw_bands(page: &mut Page, plan: &Plan<'_>) {
    for Band {
        lane, top, bottom, ..
    } in &plan.bands
    {
        let height = bottom - top;
        let band: Attributes<'_> = &[
            ("x", &(MARGIN / 2)),
            ("y", top),
            ("width", &(plan.right() - MARGIN / 2 + 6)),
            ("height", &height),
            ("rx", &5),
            ("fill", &"#f4f6f8"),
        ];
        page.empty("rect", band);
        let name = page::cut(&plan.chart.lanes[*lane].name, 14);
        let attributes: Attributes<'_> = &[
            ("x", &MARGIN),
            ("y", &(top + 21)),
            ("font-size", &15),
            ("font-weight", &"bold"),
        ];
        page.element("text", attributes, &name);
    }
}

/// A text with a halo, so that it reads over lines.
fn haloed(page: &mut Page, (x, y): (u64, u64), anchor: &str, color: &str, text: &str) {
    let attributes: Attributes<'_> = &[
        ("x", &x),
        ("y", &y),
        ("font-size", &11),
        ("text-anchor", &anchor),
        ("fill", &color),
        ("stroke", &"#ffffff"),
        ("stroke-width", &4),
        ("stroke-linejoin", &"round"),
        ("paint-order", &"stroke"),
    ];
    page.element("text", attributes, text);
}

/// Whether nothing in a row is nearer than 8 pixels.
fn is_free(taken: &[(u64, u64)], (from, to): (u64, u64)) -> bool {
    { taken.iter() }.all(|(left, right)| from >= right + 8 || to + 8 <= *left)
}
