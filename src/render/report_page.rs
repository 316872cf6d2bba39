//! Reports as pages: a suite's pictures with their verdicts, and a runbook beside each wreck.
//!
//! A page is one HTML file with its pictures beside it. It needs no script and no network, and
//! says so to the browser: its policy allows its own style and pictures from its own folder, and
//! nothing else. Light and dark are the style's.

use super::fact::counted;
use super::grade::{details, summary};
use super::layout::Layout;
use super::suite::{failure, reproduce};
use super::text::verdict_line;
use super::xml::{Attributes, Page, digest};
use crate::runbook::{
    Fate, Grade, Graded, LineRead, Outcome as GradeOutcome, Performance, StepEnd,
};
use crate::suite::{CaseResult, SuiteReport};
use crate::verdict::{Film, Outcome};

/// Nothing in it needs an escape, so that it stands in the page as it stands here.
const STYLE: &str = "
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #ffffff; --faint: #57606a; --line: #d0d7de; --good: #00694d; --bad: #a84300; --soft: #f4f6f8 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #14181d; --faint: #9aa4af; --line: #3a424c; --good: #4fc3a1; --bad: #f08a4b; --soft: #1d232a } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1.5rem; max-width: 80rem; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
h1 { font-size: 1.6rem; margin: 0 0 .25rem } h2 { font-size: 1.2rem; margin: 0 0 .25rem }
a { color: inherit }
table { border-collapse: collapse; width: 100%; margin: .75rem 0 }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere }
th { white-space: nowrap }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
code, pre { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .9em }
pre { overflow-x: auto; background: var(--soft); padding: .75rem; border-radius: .4rem }
code { white-space: pre-wrap }
section { border-top: 1px solid var(--line); margin-top: 2rem; padding-top: 1.25rem }
img { display: block; width: 100%; height: auto; margin-top: .75rem; background: #ffffff; border: 1px solid var(--line); border-radius: .4rem }
.faint { color: var(--faint) } .good { color: var(--good); font-weight: 600 } .bad { color: var(--bad); font-weight: 600 }
.scroll { overflow-x: auto }
@media print { section { break-inside: avoid } }
";

/// Begins a page up to its body.
fn begin(title: &str) -> Page {
    let digest = digest(STYLE);
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{digest}'; img-src 'self' file:; base-uri 'none'; \
         form-action 'none'"
    );
    let mut page = Page::html();
    page.open("html", &[("lang", &"en")]);
    page.open("head", &[]);
    page.empty("meta", &[("charset", &"utf-8")]);
    let meta: Attributes<'_> = &[
        ("http-equiv", &"Content-Security-Policy"),
        ("content", &policy),
    ];
    page.empty("meta", meta);
    let viewport = "width=device-width, initial-scale=1";
    page.empty("meta", &[("name", &"viewport"), ("content", &viewport)]);
    page.element("title", &[], title);
    page.element("style", &[], STYLE);
    page.close();
    page.open("body", &[]);
    page.open("main", &[]);
    page.element("h1", &[], title);
    page
}

/// The name of a picture's file: nothing of a scenario's own name but letters and digits.
pub fn picture_name(index: usize, name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let name: String = name.chars().take(60).map(plain).collect();
    format!("{:03}-{name}.svg", index + 1)
}

fn image(page: &mut Page, file: &str, title: &str) {
    let alternative = format!("The timeline of {title}, drawn as lanes");
    page.open("a", &[("href", &file)]);
    let attributes: Attributes<'_> = &[("src", &file), ("alt", &alternative), ("loading", &"lazy")];
    page.empty("img", attributes);
    page.close();
}

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

fn head(page: &mut Page, titles: &[&str]) {
    page.open("thead", &[]);
    page.open("tr", &[]);
    for title in titles {
        page.element("th", &[("scope", &"col")], title);
    }
    page.close();
    page.close();
}

fn suite_table(page: &mut Page, report: &SuiteReport) {
    page.open("div", &[("class", &"scroll")]);
    page.open("table", &[]);
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

/// A runbook beside each wreck, line by line. `performances` and their pictures' files stand in
/// the order of the grade's cases.
pub fn grade_page(grade: &Grade, performances: &[(String, Performance)]) -> String {
    let title = format!("leaselab: {}", grade.runbook);
    let mut page = begin(&title);
    page.element("p", &[("class", &"faint")], &summary(grade));
    page.open("table", &[]);
    head(&mut page, &["wreck", "outcome"]);
    page.open("tbody", &[]);
    for (index, (path, graded)) in grade.cases.iter().enumerate() {
        page.open("tr", &[]);
        page.open("td", &[]);
        let link = format!("#s{}", index + 1);
        page.element("a", &[("href", &link)], path);
        page.close();
        page.element(
            "td",
            &[("class", &grade_class(graded))],
            graded.outcome.words(),
        );
        page.close();
    }
    page.close();
    page.close();
    for (index, ((path, graded), performance)) in grade.cases.iter().zip(performances).enumerate() {
        grade_section(&mut page, index, (path, graded), performance);
    }
    page.finish()
}

const fn grade_class(graded: &Graded) -> &'static str {
    match graded.outcome {
        GradeOutcome::Recovered => "good",
        GradeOutcome::RecoveredBut
        | GradeOutcome::Incomplete
        | GradeOutcome::Blocked
        | GradeOutcome::MadeWorse => "bad",
    }
}

fn grade_section(
    page: &mut Page,
    index: usize,
    (path, graded): (&str, &Graded),
    (file, performance): &(String, Performance),
) {
    let scenario = &performance.film.report.scenario;
    let id = format!("s{}", index + 1);
    page.open("section", &[("id", &id)]);
    page.element("h2", &[], &scenario.title);
    page.element("p", &[("class", &"faint")], path);
    page.element(
        "p",
        &[("class", &grade_class(graded))],
        graded.outcome.words(),
    );
    let details = details(graded);
    if !details.is_empty() && graded.outcome != GradeOutcome::Recovered {
        page.open("ul", &[]);
        for detail in &details {
            page.element("li", &[], detail);
        }
        page.close();
    }
    page.open("div", &[("class", &"scroll")]);
    page.open("table", &[]);
    head(page, &["line", "runbook", "what became of it"]);
    page.open("tbody", &[]);
    for line in &performance.lines {
        line_row(page, line);
    }
    page.close();
    page.close();
    page.close();
    image(page, file, &scenario.title);
    page.close();
}

fn line_row(page: &mut Page, line: &LineRead) {
    page.open("tr", &[]);
    page.element("td", &[("class", &"number")], &line.line.to_string());
    page.open("td", &[]);
    match line.fate {
        Fate::Typed(_) | Fate::PassedOver => page.element("code", &[], &line.text),
        Fate::Held
        | Fate::DidNotHold
        | Fate::NotAsked
        | Fate::Halted
        | Fate::WentOn
        | Fate::NotReached => {
            page.text(&line.text);
        }
    }
    page.close();
    let said = |page: &mut Page, class: &str, text: &str| {
        page.element("td", &[("class", &class)], text);
    };
    match &line.fate {
        Fate::Held => said(page, "good", "holds"),
        Fate::DidNotHold => said(page, "faint", "does not hold"),
        Fate::NotAsked => said(page, "faint", "not asked: the one around it does not hold"),
        Fate::Halted => said(page, "bad", "the reader stops, or waits"),
        Fate::WentOn => said(page, "faint", "does not apply"),
        Fate::PassedOver => said(page, "faint", "not typed: its condition does not hold"),
        Fate::NotReached => said(page, "faint", "not reached"),
        Fate::Typed(typed) => {
            page.open("td", &[]);
            for (text, end) in typed {
                page.open("div", &[]);
                typed_line(page, line, text, *end);
                page.close();
            }
            page.close();
        }
    }
    page.close();
}

/// How a command ended; what was typed, where that is not what is written.
fn typed_line(page: &mut Page, line: &LineRead, text: &str, end: StepEnd) {
    let (words, class) = match end {
        StepEnd::Exited(0) => ("exit 0".to_owned(), "good"),
        StepEnd::Exited(exit) => (format!("exit {exit}"), "bad"),
        StepEnd::LeftOpen => ("left open".to_owned(), "plain"),
        StepEnd::StillRunning => ("still running after a day".to_owned(), "bad"),
    };
    page.element("span", &[("class", &class)], &words);
    if text != line.text {
        page.element("code", &[], &format!(" $ {text}"));
    }
}
