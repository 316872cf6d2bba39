//! Films as pictures and reports: every format of the article's scenario, and of one with 5,000
//! facts.

use leaselab::kernel::{Seed, SimTime};
use leaselab::render::{self, View, Window};
use leaselab::suite;
use leaselab::verdict::Film;

use crate::scenario;

/// A format by its name.
pub(crate) type Format = (&'static str, fn(&Film) -> String);

pub(crate) const FORMATS: [Format; 8] = [
    ("text", |film| {
        render::text(&film.report, render::Layout::default())
    }),
    ("lanes", |film| {
        render::lanes(film, &View::default(), render::Layout::default())
    }),
    ("html", render::html),
    ("json", |film| render::json(&film.report)),
    ("svg", |film| render::svg(film, Window::ALL)),
    ("mermaid", |film| render::mermaid(film, Window::ALL)),
    ("perfetto", render::perfetto),
    ("markdown", |film| render::markdown(film, Window::ALL)),
];

/// The article's failure and its resolution.
pub(crate) fn article() -> Film {
    suite::film(&crate::article::article(), Seed(0), SimTime::MAX)
}

/// An apply of so many resources that there are 5,000 facts.
pub(crate) fn facts_5000() -> Film {
    const FACTS: usize = 5_000;
    let film = (1..).map(|hundreds| {
        let source = crate::apply::yaml(crate::apply::CASES[0], hundreds * 100);
        let scenario = scenario::parse("many", source.as_bytes());
        suite::film(&scenario, Seed(0), SimTime::MAX)
    });
    let mut large = film.filter(|film| film.report.timeline.entries.len() >= FACTS);
    large.next().expect("more resources have more facts")
}
