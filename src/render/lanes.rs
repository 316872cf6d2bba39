//! The report as lanes: operators, state, cloud and faults side by side, and time runs down.

mod canvas;
mod grid;
mod rows;
mod symbol;
mod voice;

use anstyle::Style;

use super::chart::chart;
use super::fact::Tone;
use super::fold::{Told, fold};
use super::layout::{BOLD, DIM, Detail, Layout, columns, pad};
use super::text::{header, style, verdict};
use super::view::View;
use crate::kernel::{SimDuration, SimTime};
use crate::verdict::Film;
use canvas::Canvas;
use grid::Grid;
use rows::{Row, What, rows};
use symbol::Symbol;

/// A longer time in which nothing occurs is drawn as a gap.
const GAP: SimDuration = SimDuration::from_seconds(5);
/// So many lines are told of what belongs to a fact, unless everything is.
const MORE_MAX: usize = 4;
/// What stands above the times.
const TIME: &str = "TIME (s)";

/// A film as lanes, side by side: bars for what lasts, arrows for messages, each line with what
/// occurs in words. Lines end with a line feed; none is wider than the layout unless a word is.
pub fn lanes(film: &Film, view: &View, layout: Layout) -> String {
    let chart = chart(film);
    let timeline = &film.report.timeline;
    let told = rows(&chart, timeline, view, layout.detail);
    let longest = told.iter().map(|row| columns(&row.time.to_string())).max();
    let time = longest.unwrap_or(0).max(columns(TIME));
    let mut painter = Painter {
        grid: Grid::new((&chart, &timeline.names), view, layout, time + 1),
        layout,
        time,
        lines: header(&film.report, view, layout),
        last: None,
    };
    painter.lines.push(String::new());
    painter.head();
    let steps = match layout.detail {
        Detail::Story => fold(&told, Row::is_like),
        Detail::Requests => (0..told.len()).map(Told::Item).collect(),
    };
    for step in steps {
        match step {
            Told::Item(index) => painter.row(&told[index]),
            Told::Again(again) => {
                let last = told[again.last].time;
                painter.remark(last, Symbol::Again, &again.words(last));
                painter.last = Some(last);
            }
        }
    }
    if told.is_empty() {
        painter.lines.push("  nothing occurs here".to_owned());
    }
    painter.legend();
    let mut lines = painter.lines;
    lines.push(String::new());
    verdict(&film.report, layout, &mut lines);
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

/// Draws line after line.
struct Painter<'c> {
    grid: Grid<'c>,
    layout: Layout,
    /// How many columns the times take.
    time: usize,
    lines: Vec<String>,
    /// The instant of the last line.
    last: Option<SimTime>,
}

impl Painter<'_> {
    fn canvas(&self) -> Canvas {
        Canvas::new(self.grid.text)
    }

    /// The headings of the columns.
    fn head(&mut self) {
        let mut canvas = self.canvas();
        canvas.put(0, &pad(TIME, self.time), DIM);
        self.grid.heading(&mut canvas);
        canvas.put_text(self.grid.text, "WHAT HAPPENS", DIM);
        self.lines.push(canvas.line(self.layout));
    }

    fn row(&mut self, row: &Row) {
        self.gap(row.time);
        match row.what {
            What::Turn { is_in_step } => self.turn(row, is_in_step),
            What::Fact {
                lane,
                tone,
                message,
            } => {
                let mut canvas = self.timed(row.time);
                if let Some(message) = message {
                    self.grid.message(&mut canvas, message);
                }
                self.grid
                    .mark(&mut canvas, lane, Symbol::of_tone(tone), style(tone));
                self.words(canvas, row, style(tone));
            }
            What::Message(message) => {
                let mut canvas = self.timed(row.time);
                self.grid.message(&mut canvas, message);
                self.words(canvas, row, style(Tone::Plain));
            }
        }
        self.last = Some(row.time);
    }

    /// A line with its time and with what lasts.
    fn timed(&mut self, time: SimTime) -> Canvas {
        let mut canvas = self.canvas();
        let width = self.time;
        canvas.put(0, &format!("{time:>width$}"), DIM);
        self.grid.bars(&mut canvas, time, false);
        canvas
    }

    /// The words of a line beside its picture, and what goes on in further lines.
    fn words(&mut self, canvas: Canvas, row: &Row, style: Style) {
        let room = self.room();
        let symbols = self.layout.symbols;
        let mut words = room.wrap("", 2, &symbols.spelled(&row.text));
        let more: Vec<String> = { row.more.iter() }
            .flat_map(|more| room.wrap("  ", 2, &symbols.spelled(more)))
            .collect();
        match self.layout.detail {
            Detail::Story if more.len() > MORE_MAX => {
                words.extend_from_slice(&more[..MORE_MAX - 1]);
                let mark = Symbol::Again.glyph(self.layout.symbols);
                let left = more.len() + 1 - MORE_MAX;
                let left = format!("{mark} ({left} lines, with --requests)");
                words.extend(room.wrap("  ", 2, &left));
            }
            Detail::Story | Detail::Requests => words.extend(more),
        }
        self.beside(canvas, row.time, &words, style);
    }

    /// The layout of what stands beside the picture.
    fn room(&self) -> Layout {
        Layout {
            width: self.layout.width.saturating_sub(self.grid.text),
            ..self.layout
        }
    }

    /// Texts beside a line of the picture, and beside what lasts below it.
    fn beside(&mut self, mut canvas: Canvas, time: SimTime, texts: &[String], style: Style) {
        for (index, text) in texts.iter().enumerate() {
            if index > 0 {
                canvas = self.canvas();
                self.grid.bars(&mut canvas, time, false);
            }
            canvas.put_text(self.grid.text, text, style);
            self.lines.push(canvas.line(self.layout));
        }
    }

    /// Where nothing occurs for long.
    fn gap(&mut self, time: SimTime) {
        let Some(last) = self.last else {
            return;
        };
        let idle = time.since(last);
        if idle >= GAP {
            let text = format!("({} s)", SimTime::ZERO + idle);
            self.remark(last, Symbol::Gap, &text);
        }
    }

    /// A line about the lines.
    fn remark(&mut self, time: SimTime, symbol: Symbol, text: &str) {
        let mut canvas = self.canvas();
        let glyph = symbol.glyph(self.layout.symbols);
        self.grid.used.add(symbol);
        canvas.put(self.time - columns(glyph), glyph, DIM);
        self.grid.bars(&mut canvas, time, true);
        let texts = self.room().wrap("", 2, text);
        self.beside(canvas, time, &texts, DIM);
    }

    /// Cloud and records part, or meet: across all lanes.
    fn turn(&mut self, row: &Row, is_in_step: bool) {
        let symbol = if is_in_step {
            Symbol::Meet
        } else {
            Symbol::Part
        };
        self.grid.used.add(symbol);
        let glyph = symbol.glyph(self.layout.symbols);
        let width = self.time;
        let prefix = format!("{:>width$}  {glyph} ", row.time);
        let indent = columns(&prefix);
        let tone = if is_in_step { Tone::Good } else { Tone::Bad };
        let lines = self.layout.wrap(&prefix, indent, &row.text);
        let styles = [DIM, style(tone).bold()];
        let painted = lines
            .into_iter()
            .map(|line| self.layout.paint_from(self.time + 2, styles, line));
        self.lines.extend(painted);
    }

    /// What the symbols mean that were drawn.
    fn legend(&mut self) {
        let separator = self.layout.symbols.separator();
        self.lines.push(String::new());
        let entries: Vec<String> = self.grid.used.entries(self.layout.symbols).collect();
        let mut line = String::new();
        let mut lines = Vec::new();
        for entry in entries {
            let longer = columns(&line) + columns(separator) + columns(&entry);
            if !line.is_empty() && longer + 2 > self.layout.width {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push_str(separator);
            }
            line.push_str(&entry);
        }
        lines.push(line);
        self.lines.push(self.layout.paint(BOLD, "legend"));
        self.lines
            .extend(lines.into_iter().map(|line| format!("  {line}")));
        let left_out: Vec<&str> = self.grid.left_out().collect();
        if !left_out.is_empty() {
            let text = format!(
                "no room for {}: make the terminal wider, or choose lanes with --only",
                left_out.join(", ")
            );
            self.lines.extend(self.layout.wrap("  ! ", 4, &text));
        }
    }
}
