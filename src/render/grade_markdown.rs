//! Grades of runbooks for a pull request: Markdown, and annotations on the runbook's lines.

use std::fmt::Write;

use super::grade::how_often;
use super::layout::Color;
use super::suite::annotation;
use super::visible::visible;
use crate::runbook::{Comparison, Complaint, Grade, Outcome, complaints};

/// So many complaints are shown.
const SHOWN_MAX: usize = 20;

/// A runbook's grades as a comment on a pull request.
pub fn grade_markdown(grade: &Grade) -> String {
    let mut text = String::new();
    add_grade(&mut text, grade);
    text
}

/// Two runbooks' grades as a comment on a pull request.
pub fn grade_comparison_markdown(comparison: &Comparison) -> String {
    let Comparison { one, other } = comparison;
    let (better, equal, worse) = comparison.counts();
    let mut text = format!(
        "{} is better in {better} scenarios, {} in {worse}; equally good in {equal}.\n\n",
        code(&one.runbook),
        code(&other.runbook)
    );
    add_grade(&mut text, one);
    text.push('\n');
    add_grade(&mut text, other);
    text
}

fn add_grade(text: &mut String, grade: &Grade) {
    let all = grade.cases.len();
    let recovered = grade.count(Outcome::Recovered);
    let mut add = |line: &str| writeln!(text, "{line}").expect("a string takes all");
    add(&format!(
        "### {}: {recovered} of {all} recovered",
        code(&grade.runbook)
    ));
    add("");
    add("| grade | wrecks |");
    add("|---|---:|");
    for outcome in Outcome::ALL {
        let count = grade.count(outcome);
        if count > 0 {
            add(&format!("| {} | {count} |", outcome.words()));
        }
    }
    add_complaints(text, &complaints(grade));
    add_conditions(text, grade);
}

fn add_complaints(text: &mut String, complaints: &[Complaint]) {
    if complaints.is_empty() {
        return;
    }
    let mut add = |line: &str| writeln!(text, "{line}").expect("a string takes all");
    add("");
    add("| line | wrecks | what goes wrong | what to change | for example |");
    add("|---:|---:|---|---|---|");
    for complaint in complaints.iter().take(SHOWN_MAX) {
        add(&row(complaint));
    }
    if complaints.len() > SHOWN_MAX {
        add("");
        add(&format!("And {} more.", complaints.len() - SHOWN_MAX));
    }
}

/// How often each condition held.
fn add_conditions(text: &mut String, grade: &Grade) {
    if grade.conditions.is_empty() {
        return;
    }
    let mut add = |line: &str| writeln!(text, "{line}").expect("a string takes all");
    add("");
    add("| line | condition | how often |");
    add("|---:|---|---|");
    for condition in &grade.conditions {
        add(&format!(
            "| {} | {} | {} |",
            condition.line,
            cell(condition.written.trim_end_matches([':', '.'])),
            how_often(condition)
        ));
    }
}

fn row(complaint: &Complaint) -> String {
    let line = { complaint.line }.map_or_else(String::new, |line| line.to_string());
    format!(
        "| {line} | {} | {}: {} | {} | {} |",
        complaint.scenarios.len(),
        complaint.outcome.words(),
        cell(&complaint.reason),
        cell(&complaint.remedy),
        code(&complaint.scenarios[0])
    )
}

/// Text in a table's cell: nothing in it is markup.
fn cell(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut is_code = false;
    for c in visible(text, Color::Plain).chars() {
        is_code ^= c == '`';
        match c {
            '|' => escaped.push_str("\\|"),
            '\n' | '\r' => escaped.push(' '),
            '<' if !is_code => escaped.push_str("&lt;"),
            '*' | '_' | '[' | ']' | '\\' if !is_code => {
                escaped.push('\\');
                escaped.push(c);
            }
            _ => escaped.push(c),
        }
    }
    escaped
}

/// A path or a command.
fn code(text: &str) -> String {
    let plain = visible(text, Color::Plain).replace(['`', '\n', '\r'], "'");
    format!("`{}`", plain.replace('|', "\\|"))
}

/// What goes wrong, as annotations on the runbook's lines in GitHub Actions; what no line does, and
/// is left at the end, on the first one.
pub fn grade_annotations(grade: &Grade) -> String {
    let all = complaints(grade);
    let annotations = all.iter().map(|complaint| {
        let line = complaint.line.unwrap_or(1);
        let title = format!(
            "{} of {} wrecks: {}",
            complaint.scenarios.len(),
            grade.cases.len(),
            complaint.outcome.words()
        );
        let text = format!(
            "{}\n{}\nfor example {}",
            complaint.reason, complaint.remedy, complaint.scenarios[0]
        );
        annotation(&grade.runbook, (line, None), &title, &text)
    });
    annotations.collect()
}
