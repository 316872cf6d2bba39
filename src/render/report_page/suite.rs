//! A suite's index page: every scenario with its verdict and its picture.

use super::super::fact::counted;
use super::super::layout::Layout;
use super::super::suite::{failure, reproduce};
use super::super::text::verdict_line;
use super::super::xml::Page;
use super::{begin, head, image};
use crate::suite::{CaseResult, SuiteReport};
use crate::verdict::{Film, Outcome};

const fn word(outcome: Outcome) -> (&'static str, &'static str) {
    match outcome {
        Outcome::AsExpected => ("as expected", "good"),
        Outcome::NotJudged => ("not judged", "faint"),
        Outcome::NotAsExpected => ("not as expected", "bad"),
        Outcome::Vacuous => ("vacuous", "bad"),
    }
}

/// The index page of a suite. `pictures`: by result, the picture's file and the film that it
/// shows; `None` where there is none.
pub fn suite_page(report: &SuiteReport, pictures: &[Option<(String, Film)>]) -> String {
    let mut page = begin("leaselab: scenarios");
    let passed = report
        .results
        .iter()
        .filter(|result| result.is_passed())
        .count();
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let all = counted(count(report.results.len()), "scenario");
    let summary = format!(
        "{all}, {passed} as expected; leaselab {}",
        env!("CARGO_PKG_VERSION")
    );
    page.element("p", &[("class", &"faint")], &summary);
    suite_table(&mut page, report);
    for file in &report.broken {
        page.open("section", &[]);
        page.element("h2", &[], &file.path);
        page.element("p", &[("class", &"bad")], "broken");
        page.element("pre", &[], &file.details);
        page.close();
    }
    for (index, result) in report.results.iter().enumerate() {
        let picture = pictures.get(index).and_then(Option::as_ref);
        suite_section(&mut page, index, result, picture);
    }
    page.finish()
}

fn suite_table(page: &mut Page, report: &SuiteReport) {
    page.open("div", &[("class", &"scroll")]);
    page.open("table", &[("class", &"suite")]);
    head(page, &["scenario", "title", "simulated", "verdict"]);
    page.open("tbody", &[]);
    for (index, result) in report.results.iter().enumerate() {
        let (verdict, class) = word(result.outcome);
        page.open("tr", &[]);
        page.open("td", &[]);
        let link = format!("#s{}", index + 1);
        page.element("a", &[("href", &link)], &result.case.name());
        page.close();
        page.element("td", &[], &result.case.scenario.title);
        let simulated = format!("{} s", result.simulated);
        page.element("td", &[("class", &"number")], &simulated);
        let class = format!("word {class}");
        page.element("td", &[("class", &class)], verdict);
        page.close();
    }
    page.close();
    page.close();
    page.close();
}

fn suite_section(
    page: &mut Page,
    index: usize,
    result: &CaseResult,
    picture: Option<&(String, Film)>,
) {
    let scenario = &result.case.scenario;
    let (verdict, class) = word(result.outcome);
    let id = format!("s{}", index + 1);
    page.open("section", &[("id", &id)]);
    page.element("h2", &[], &scenario.title);
    page.element("p", &[("class", &"faint")], &result.case.path);
    let verdict = match picture {
        Some((_, film)) if result.is_passed() => verdict_line(&film.report),
        Some(_) | None => format!("verdict: {verdict}"),
    };
    page.element("p", &[("class", &class)], &verdict);
    if let Some(why) = &scenario.why {
        page.element("p", &[], why);
    }
    if !result.is_passed() {
        let told = failure(result, Layout::default()).join("\n");
        page.element("pre", &[], &told);
    }
    page.open("p", &[]);
    page.element("code", &[], &reproduce(result));
    page.close();
    if let Some((file, _)) = picture {
        image(page, file, &scenario.title);
    }
    page.close();
}
