//! State tables within a timeline: at every `expect`, at the wreck, and where cloud and records part.

use super::chart::chart;
use super::layout::{BOLD, Layout};
use super::table;
use super::view::View;
use crate::scenario::Verb;
use crate::terraform::Names;
use crate::timeline::Observation;
use crate::verdict::Film;

/// A state table that stands in a timeline, behind all that occurs at its instant.
#[derive(Debug)]
pub(super) struct Shown<'f> {
    pub(super) observation: &'f Observation,
    /// Why it is shown.
    title: String,
}

impl Shown<'_> {
    pub(super) fn show(&self, names: &Names, layout: Layout, lines: &mut Vec<String>) {
        let title = format!("at {} s: {}", self.observation.time, self.title);
        let titled = layout.wrap("  -- ", 5, &title);
        if lines.last().is_some_and(|line| !line.is_empty()) {
            lines.push(String::new());
        }
        lines.extend(titled.iter().map(|line| layout.paint(BOLD, line)));
        let table = table::table(names, self.observation, layout);
        let spelled = |line: &String| layout.symbols.spelled(line).into_owned();
        lines.extend(table.iter().map(spelled));
    }
}

/// The tables of a film, in order, if they are to be shown.
pub(super) fn tables<'f>(film: &'f Film, view: &View) -> Vec<Shown<'f>> {
    if !view.tables {
        return Vec::new();
    }
    let steps = &film.report.scenario.steps;
    let mut tables: Vec<Shown<'f>> = Vec::new();
    for picture in &film.report.pictures {
        let Some(step) = picture.occasion.step().map(|step| &steps[step]) else {
            continue;
        };
        let is_wreck = matches!(step.verb, Verb::Wreck(_));
        if is_wreck || matches!(step.verb, Verb::Expect(_)) {
            tables.push(Shown {
                observation: picture.observation(),
                title: if is_wreck {
                    "the wreck".to_owned()
                } else {
                    format!("what line {} looks at", step.line)
                },
            });
        }
    }
    for turn in chart(film).turns {
        let mut instants = film.instants.iter();
        let found = instants.find(|picture| picture.observation().time == turn.time);
        tables.extend(found.map(|picture| Shown {
            observation: picture.observation(),
            title: turn.words(),
        }));
    }
    tables.retain(|table| table.observation.time >= view.from);
    tables.sort_by_key(|table| table.observation.time);
    tables.dedup_by(|later, earlier| {
        let is_same = later.observation == earlier.observation;
        if is_same {
            earlier.title = format!("{}; {}", earlier.title, later.title);
        }
        is_same
    });
    tables
}
