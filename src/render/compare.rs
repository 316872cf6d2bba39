//! Two reports side by side: what both say, where they part, and how each ends.

mod align;
mod machine;

use anstyle::Style;

use super::client::overrides;
use super::layout::{BAD, BOLD, DIM, GOOD, Layout, STAGED, Symbols, columns, pad};
use super::table;
use super::text::{first_line, style, verdict_line};
use crate::verdict::Report;
use align::{Pair, Said, differences, said};

pub use machine::{comparison_json, comparison_schema};

/// From this width on, the two stand side by side.
const SIDE_BY_SIDE: usize = 110;
/// Between the two: a mark and blanks.
const GUTTER: usize = 5;

/// Two reports as text, line by line: side by side where there is room, one below the other with
/// `-` and `+` where there is not. What is the same is dimmed, and the first difference is marked.
pub fn comparison(one: &Report, other: &Report, layout: Layout) -> String {
    let sides = [said(one, layout.detail), said(other, layout.detail)];
    let pairs = differences(&sides);
    let mut lines = header([one, other], layout);
    lines.push(String::new());
    let drawn = Drawn {
        sides: &sides,
        layout,
        actor: widest(&sides),
    };
    if layout.width >= SIDE_BY_SIDE {
        drawn.side_by_side(&pairs, &mut lines);
    } else {
        drawn.below(&pairs, &mut lines);
    }
    lines.push(String::new());
    lines.extend(layout.wrap("", 2, &counted(&pairs)));
    ends([one, other], layout, &mut lines);
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

/// How wide the longest actor of both is.
fn widest(sides: &[Vec<Said>; 2]) -> usize {
    let said = sides.iter().flatten();
    let widest = said.map(|said| columns(&said.actor)).max();
    widest.unwrap_or(0).clamp("ACTOR".len(), 24)
}

fn header(reports: [&Report; 2], layout: Layout) -> Vec<String> {
    let mut lines = Vec::new();
    for (mark, report) in ["-", "+"].into_iter().zip(reports) {
        let first = format!("{mark} {}", first_line(report));
        lines.push(layout.paint(BOLD, &first));
        lines.extend(layout.wrap("  ", 2, &report.scenario.title));
        let overrides = overrides(&report.scenario.client);
        if !overrides.is_empty() {
            lines.extend(layout.wrap("  * ", 4, &overrides.join(", ")));
        }
        let settings = report.scenario.variant.settings.iter();
        let settings: Vec<String> = settings
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !settings.is_empty() {
            lines.extend(layout.wrap("  with ", 4, &settings.join(", ")));
        }
    }
    lines
}

/// `26 facts are the same; 12 of the first and 9 of the second differ`.
fn counted(pairs: &[Pair]) -> String {
    let (mut same, mut first, mut second) = (0_usize, 0_usize, 0_usize);
    for pair in pairs {
        match pair {
            Pair::Same(..) => same += 1,
            Pair::First(_) => first += 1,
            Pair::Second(_) => second += 1,
            Pair::Both(..) => {
                first += 1;
                second += 1;
            }
        }
    }
    if first + second == 0 {
        return format!("no difference: all {same} lines are the same");
    }
    format!(
        "{same} lines are the same (times and lock IDs aside); {first} are the first one's \
         alone, {second} the second's"
    )
}

/// Both timelines, to be drawn.
struct Drawn<'s> {
    sides: &'s [Vec<Said>; 2],
    layout: Layout,
    actor: usize,
}

impl Drawn<'_> {
    fn heading(&self) -> String {
        format!(" TIME (s)  {}  FACT", pad("ACTOR", self.actor))
    }

    /// One line of a timeline, wrapped to so many columns.
    fn lines(&self, said: &Said, width: usize) -> Vec<String> {
        let room = Layout {
            width,
            ..self.layout
        };
        let indent = 9 + 2 + self.actor + 2;
        let time = said.time.map_or_else(String::new, |time| time.to_string());
        let prefix = format!("{time:>9}  {}  ", pad(&said.actor, self.actor));
        let spelled = |text: &str| self.layout.symbols.spelled(text).into_owned();
        let mut lines = room.wrap(&prefix, indent, &spelled(&said.words.line));
        for more in &said.words.more {
            let blank = " ".repeat(indent + 2);
            lines.extend(room.wrap(&blank, indent + 2, &spelled(more)));
        }
        lines
    }

    fn first_difference(&self, lines: &mut Vec<String>) {
        let rule = match self.layout.symbols {
            Symbols::Unicode => "──",
            Symbols::Ascii => "--",
        };
        let text = format!("{rule} the first difference {rule}");
        lines.push(self.layout.paint(STAGED.bold(), &text));
    }

    /// One below the other.
    fn below(&self, pairs: &[Pair], lines: &mut Vec<String>) {
        let [first, second] = self.sides;
        let heading = format!("  {}", self.heading());
        lines.push(self.layout.paint(DIM, &heading));
        let put = |mark: &str, said: &Said, style: Style, lines: &mut Vec<String>| {
            for line in self.lines(said, self.layout.width - 2) {
                let line = format!("{mark} {line}");
                lines.push(self.layout.paint(style, line.trim_end()));
            }
        };
        let mut is_first = true;
        for run in pairs.chunk_by(|one, other| one.is_same() == other.is_same()) {
            if is_first && !run[0].is_same() {
                self.first_difference(lines);
                is_first = false;
            }
            for pair in run {
                if let Pair::Same(one, _) = pair {
                    put(" ", &first[*one], DIM, lines);
                }
            }
            for one in run.iter().filter_map(Pair::first) {
                put("-", &first[one], BAD, lines);
            }
            for other in run.iter().filter_map(Pair::second) {
                put("+", &second[other], GOOD, lines);
            }
        }
    }

    /// Side by side.
    fn side_by_side(&self, pairs: &[Pair], lines: &mut Vec<String>) {
        let half = (self.layout.width - GUTTER) / 2;
        let heading = self.heading();
        let gutter = " ".repeat(GUTTER);
        let heading = format!("{}{gutter}{heading}", pad(&heading, half));
        lines.push(self.layout.paint(DIM, &heading));
        let [first, second] = self.sides;
        let mut is_first = true;
        for pair in pairs {
            if is_first && !pair.is_same() {
                self.first_difference(lines);
                is_first = false;
            }
            let (left, right, mark) = match *pair {
                Pair::Same(one, other) => (Some(one), Some(other), " "),
                Pair::First(one) => (Some(one), None, "-"),
                Pair::Second(other) => (None, Some(other), "+"),
                Pair::Both(one, other) => (Some(one), Some(other), "|"),
            };
            let left = left.map(|index| &first[index]);
            let right = right.map(|index| &second[index]);
            let tone = |said: Option<&Said>| match said {
                Some(said) if !pair.is_same() => style(said.words.tone),
                Some(_) | None => DIM,
            };
            let texts =
                [left, right].map(|said| said.map_or_else(Vec::new, |said| self.lines(said, half)));
            let styles = [tone(left), tone(right)];
            self.beside(texts, mark, styles, lines);
        }
    }

    /// Two texts side by side, with a mark between them.
    fn beside(
        &self,
        [left, right]: [Vec<String>; 2],
        mark: &str,
        styles: [Style; 2],
        lines: &mut Vec<String>,
    ) {
        let half = (self.layout.width - GUTTER) / 2;
        for index in 0..left.len().max(right.len()) {
            let text = |side: &[String]| side.get(index).cloned().unwrap_or_default();
            let one = self.layout.paint(styles[0], &pad(&text(&left), half));
            let other = self.layout.paint(styles[1], &text(&right));
            lines.push(format!("{one}  {mark}  {other}").trim_end().to_owned());
        }
    }
}

/// How both end: the state table and the verdict.
fn ends(reports: [&Report; 2], layout: Layout, lines: &mut Vec<String>) {
    for (mark, report) in ["-", "+"].into_iter().zip(reports) {
        let observation = report.last().observation();
        lines.push(String::new());
        let title = format!("{mark} the end, at {} s", observation.time);
        lines.push(layout.paint(BOLD, &title));
        let table = table::table(&report.timeline.names, observation, layout);
        let spelled = |line: &String| layout.symbols.spelled(line).into_owned();
        lines.extend(table.iter().map(spelled));
        lines.extend(layout.wrap("  ", 4, &verdict_line(report)));
    }
}
