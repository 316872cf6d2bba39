//! A grade as a page: what to change first, and the runbook beside each wreck, line by line.

use super::super::grade::{details, how_often, summary};
use super::super::xml::Page;
use super::{begin, head, image};
use crate::runbook::{
    Complaint, Decided, Fate, Grade, Graded, LineRead, Outcome, Performance, StepEnd, complaints,
};

/// A runbook beside each wreck, line by line. `performances` and their pictures' files stand in
/// the order of the grade's cases.
pub fn grade_page(grade: &Grade, performances: &[(String, Performance)]) -> String {
    let title = format!("leaselab: {}", grade.runbook);
    let mut page = begin(&title);
    page.element("p", &[("class", &"faint")], &summary(grade));
    let complaints = complaints(grade);
    if !complaints.is_empty() {
        page.element("h2", &[], "What to change first");
        complaint_table(&mut page, grade, &complaints);
    }
    page.element("h2", &[], "All wrecks");
    wreck_table(&mut page, grade);
    if !grade.conditions.is_empty() {
        page.element("h2", &[], "Conditions");
        condition_table(&mut page, &grade.conditions);
    }
    for (index, ((path, graded), performance)) in grade.cases.iter().zip(performances).enumerate() {
        grade_section(&mut page, index, (path, graded), performance);
    }
    page.finish()
}

fn complaint_table(page: &mut Page, grade: &Grade, complaints: &[Complaint]) {
    page.open("table", &[]);
    head(
        page,
        &["line", "wrecks", "what goes wrong", "what to change"],
    );
    page.open("tbody", &[]);
    for complaint in complaints {
        page.open("tr", &[]);
        let line = { complaint.line }.map_or_else(|| "end".to_owned(), |line| line.to_string());
        page.element("td", &[("class", &"number")], &line);
        let wrecks = complaint.scenarios.len().to_string();
        page.element("td", &[("class", &"number")], &wrecks);
        page.open("td", &[]);
        page.element("span", &[("class", &"bad")], complaint.outcome.words());
        page.text(&format!(": {}; for example ", complaint.reason));
        let example = &complaint.scenarios[0];
        let index = grade.cases.iter().position(|(path, _)| path == example);
        wreck_link(page, index.unwrap_or(0), example);
        page.close();
        page.element("td", &[], &complaint.remedy);
        page.close();
    }
    page.close();
    page.close();
}

/// A link to a wreck's section, by its file's name alone: a phone has no room for the folders.
fn wreck_link(page: &mut Page, index: usize, path: &str) {
    let link = format!("#s{}", index + 1);
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    page.element("a", &[("href", &link), ("title", &path)], file);
}

fn wreck_table(page: &mut Page, grade: &Grade) {
    page.open("table", &[]);
    head(page, &["wreck", "grade", "why"]);
    page.open("tbody", &[]);
    for (index, (path, graded)) in grade.cases.iter().enumerate() {
        page.open("tr", &[]);
        page.open("td", &[]);
        wreck_link(page, index, path);
        page.close();
        grade_cell(page, graded);
        let why = match graded.outcome {
            Outcome::Recovered => None,
            Outcome::RecoveredBut | Outcome::Incomplete | Outcome::Blocked | Outcome::MadeWorse => {
                details(graded).into_iter().next()
            }
        };
        page.element("td", &[], &why.unwrap_or_default());
        page.close();
    }
    page.close();
    page.close();
}

fn grade_cell(page: &mut Page, graded: &Graded) {
    let class = format!("word {}", grade_class(graded));
    page.element("td", &[("class", &class)], graded.outcome.words());
}

fn condition_table(page: &mut Page, conditions: &[Decided]) {
    page.open("table", &[]);
    head(page, &["line", "condition", "how often"]);
    page.open("tbody", &[]);
    for condition in conditions {
        page.open("tr", &[]);
        let line = condition.line.to_string();
        page.element("td", &[("class", &"number")], &line);
        let written = condition.written.trim_end_matches([':', '.']);
        page.element("td", &[], written);
        let class = if condition.is_untested() { "bad" } else { "" };
        page.element("td", &[("class", &class)], &how_often(condition));
        page.close();
    }
    page.close();
    page.close();
}

const fn grade_class(graded: &Graded) -> &'static str {
    match graded.outcome {
        Outcome::Recovered => "good",
        Outcome::RecoveredBut | Outcome::Incomplete | Outcome::Blocked | Outcome::MadeWorse => {
            "bad"
        }
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
    if !details.is_empty() && graded.outcome != Outcome::Recovered {
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
    let before = [None].into_iter().chain(performance.lines.iter().map(Some));
    for (line, before) in performance.lines.iter().zip(before) {
        // A line that is a condition and its deed at once is written once.
        let is_same = before.is_some_and(|it| it.line == line.line && it.text == line.text);
        if !(is_same && line.fate == Fate::WentOn) {
            line_row(page, line, is_same);
        }
    }
    page.close();
    page.close();
    page.close();
    image(page, file, &scenario.title);
    page.close();
}

fn line_row(page: &mut Page, line: &LineRead, is_written: bool) {
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
            page.text(if is_written { "" } else { &line.text });
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
        StepEnd::LeftOpen => ("left open".to_owned(), "faint"),
        StepEnd::StillRunning => ("still running after a day".to_owned(), "bad"),
    };
    page.element("span", &[("class", &class)], &words);
    if text != line.text {
        page.element("code", &[], &format!(" $ {text}"));
    }
}
