//! Grades of runbooks as text: a table, what went wrong, and how to see it again.

use anstyle::{AnsiColor, Style};

use super::fact::counted;
use super::junit::{JunitCase, JunitFailure, junit};
use super::layout::{BOLD, DIM, Layout, columns, pad};
use crate::runbook::{
    Comparison, Complaint, Decided, Grade, Graded, Harm, Held, Outcome, Step, StepEnd, complaints,
};
use crate::terraform::Names;

/// Longer paths make room for nothing beside them.
const PATH_COLUMNS_MAX: usize = 52;
/// So many conditions are shown where not all are asked for.
const CONDITIONS_MAX: usize = 12;

pub(super) const fn style(outcome: Outcome) -> Style {
    match outcome {
        Outcome::Recovered => AnsiColor::Green.on_default(),
        Outcome::RecoveredBut => AnsiColor::Cyan.on_default(),
        Outcome::Incomplete | Outcome::Blocked => AnsiColor::Yellow.on_default(),
        Outcome::MadeWorse => AnsiColor::Red.on_default().bold(),
    }
}

/// How many wrecks a runbook recovers, and what keeps it from the others: by line and reason, what
/// concerns most wrecks first.
pub fn grade_report(grade: &Grade, layout: Layout) -> String {
    let mut lines = vec![layout.paint(BOLD, &first_line(&grade.runbook, grade))];
    lines.push(String::new());
    for outcome in Outcome::ALL {
        let count = grade.count(outcome);
        if count > 0 {
            let words = layout.paint(style(outcome), outcome.words());
            lines.push(format!("{count:>5}  {words}"));
        }
    }
    let complaints = complaints(grade);
    if !complaints.is_empty() {
        lines.push(String::new());
        lines.push(layout.paint(DIM, "WHAT TO CHANGE FIRST"));
        for complaint in &complaints {
            lines.extend(complaint_lines(complaint, layout));
        }
        let example = &complaints[0].scenarios[0];
        lines.push(String::new());
        lines.push(format!("  see one: {}", reproduce(grade, example)));
        lines.push("  see all: the same with all scenarios, and --all".to_owned());
    }
    lines.extend(conditions(grade, Some(CONDITIONS_MAX), layout));
    lines.push(String::new());
    lines.push(last_line(grade, layout));
    lines.push(String::new());
    lines.join("\n")
}

/// How often each condition held. Where there are more than so many, those that never did come
/// before all others.
fn conditions(grade: &Grade, at_most: Option<usize>, layout: Layout) -> Vec<String> {
    let mut shown: Vec<&Decided> = grade.conditions.iter().collect();
    let left = at_most.map_or(0, |at_most| shown.len().saturating_sub(at_most));
    if left > 0 {
        shown.sort_by_key(|condition| !condition.is_untested());
        shown.truncate(shown.len() - left);
        shown.sort_by_key(|condition| condition.line);
    }
    if shown.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![String::new(), layout.paint(DIM, "CONDITIONS")];
    for condition in shown {
        let text = format!(
            "line {}: {}: {}",
            condition.line,
            condition.written.trim_end_matches([':', '.']),
            how_often(condition)
        );
        lines.extend(layout.wrap("  ", 4, &text));
    }
    if left > 0 {
        lines.push(format!("  and {left} more: --all"));
    }
    lines
}

/// `held on 31 of 130 wrecks`.
pub(super) fn how_often(condition: &Decided) -> String {
    let wrecks = counted(count(condition.wrecks), "wreck");
    if condition.is_untested() {
        return format!("never held on {wrecks}: untested");
    }
    format!("held on {} of {wrecks}", condition.held)
}

fn complaint_lines(complaint: &Complaint, layout: Layout) -> Vec<String> {
    let place = complaint
        .line
        .map_or_else(|| "at the end".to_owned(), |line| format!("line {line}"));
    let wrecks = counted(count(complaint.scenarios.len()), "wreck");
    let outcome = complaint.outcome.words();
    let title = format!("{place}: {wrecks} {outcome}: {}", complaint.reason);
    let mut lines = layout.wrap("  ", 4, &title);
    lines.extend(layout.wrap("    ", 6, &format!("-> {}", complaint.remedy)));
    lines.push(format!("    for example {}", complaint.scenarios[0]));
    lines
}

fn last_line(grade: &Grade, layout: Layout) -> String {
    let worst = if grade.is_all_recovered() {
        Outcome::Recovered
    } else {
        Outcome::MadeWorse
    };
    layout.paint(style(worst).bold(), &format!("grade: {}", summary(grade)))
}

/// The table of a runbook's grades, the details of each scenario that it does not recover, and a
/// summary.
pub fn grade_table(grade: &Grade, layout: Layout) -> String {
    let mut lines = vec![layout.paint(BOLD, &first_line(&grade.runbook, grade))];
    lines.push(String::new());
    let column = path_column(grade);
    let heading = format!("{}  OUTCOME         WHERE", pad("SCENARIO", column));
    lines.push(layout.paint(DIM, &heading));
    for (path, graded) in &grade.cases {
        let outcome = pad(graded.outcome.words(), 14);
        let outcome = layout.paint(style(graded.outcome), &outcome);
        let row = format!("{}  {outcome}  {}", pad(path, column), place(graded));
        lines.push(row.trim_end().to_owned());
    }
    for (path, graded) in &grade.cases {
        if graded.outcome != Outcome::Recovered {
            lines.push(String::new());
            let title = format!("{path}: {}", graded.outcome.words());
            lines.push(layout.paint(style(graded.outcome).bold(), &title));
            for detail in details(graded) {
                lines.extend(layout.wrap("  ", 4, &detail));
            }
            // A command has to be copied in one piece.
            lines.push(format!("  see it: {}", reproduce(grade, path)));
        }
    }
    lines.extend(conditions(grade, None, layout));
    lines.push(String::new());
    lines.push(last_line(grade, layout));
    lines.push(String::new());
    lines.join("\n")
}

fn first_line(runbooks: &str, grade: &Grade) -> String {
    format!(
        "runbook {runbooks}  seed {}  {}  leaselab {}",
        grade.seed,
        counted(count(grade.cases.len()), "scenario"),
        env!("CARGO_PKG_VERSION")
    )
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn path_column(grade: &Grade) -> usize {
    let widths = grade.cases.iter().map(|(path, _)| columns(path));
    let widest = widths.max().unwrap_or(0);
    widest.clamp("SCENARIO".len(), PATH_COLUMNS_MAX)
}

/// `line 12`, where it stops or does harm.
fn place(graded: &Graded) -> String {
    let harm = graded.harms.first().and_then(Harm::line);
    let blocked = graded.blocked.as_ref().map(|blocked| blocked.line);
    harm.or(blocked)
        .map_or_else(String::new, |line| format!("line {line}"))
}

/// A harm in words, without its line: `/things/subnet is forgotten: …`.
pub(super) fn harm_in_words(harm: &Harm, names: &Names) -> String {
    match harm {
        Harm::Destroyed {
            object,
            is_created_anew: true,
            ..
        } => format!("{object} was destroyed, and created anew"),
        Harm::Destroyed { object, .. } => format!("{object} was destroyed"),
        Harm::LockTaken {
            victim, operator, ..
        } => {
            let who = names.operator(*operator);
            format!("the lock was taken from {who}, whose {victim} was alive")
        }
        Harm::Forgotten { object, .. } => {
            format!("{object} is forgotten: it exists, and no state records it any more")
        }
        Harm::Found {
            name,
            subject,
            evidence,
            ..
        } => format!("{} {}: {evidence}", name.name(), subject.word(names)),
    }
}

/// What there is to say of a scenario that is not recovered.
pub(super) fn details(graded: &Graded) -> Vec<String> {
    let mut details = harms_and_risks(graded, &|line| Some(format!("line {line}")));
    if let Some(blocked) = &graded.blocked {
        details.push(format!("line {}: $ {}", blocked.line, blocked.command));
        details.push(format!("stops there: {}", blocked.message));
    }
    details.extend(left(graded));
    details
}

/// What was made worse and what was at risk, with commands that are to blame called as `place` has
/// it.
pub(super) fn harms_and_risks(
    graded: &Graded,
    place: &dyn Fn(u32) -> Option<String>,
) -> Vec<String> {
    let names = &graded.report.timeline.names;
    let placed = |line: Option<u32>| {
        let place = line.and_then(place);
        place.map_or_else(String::new, |place| format!("{place}: "))
    };
    let harms = graded.harms.iter().map(|harm| {
        let line = placed(harm.line());
        format!("worse: {line}{}", harm_in_words(harm, names))
    });
    let mut details = first_few(harms);
    details.extend(first_few(graded.lapses.iter().map(|lapse| {
        let line = placed(lapse.line);
        let what = match lapse.what {
            Held::Record => "was recorded nowhere",
            Held::Inputs => "had its inputs in no copy",
            Held::Taint => "was marked as tainted in no copy",
        };
        format!(
            "at risk: {line}{} {what} from {} on",
            lapse.object, lapse.time
        )
    })));
    details
}

/// What is still wrong, and who is still at work.
pub(super) fn left(graded: &Graded) -> Vec<String> {
    let names = &graded.report.timeline.names;
    let mut details = Vec::new();
    if graded.harms.is_empty() {
        details.extend(first_few(graded.left.iter().map(|finding| {
            let subject = finding.subject.word(names);
            let name = finding.name.name();
            format!("left: {name} {subject}: {}", finding.evidence)
        })));
    }
    let observation = graded.report.timeline.last();
    for run in observation.runs.iter().filter(|run| run.end.is_none()) {
        let who = names.operator(run.operator);
        details.push(format!("{} of {who} is still at work", names.run(run.run)));
    }
    details
}

/// The first of many lines, and how many more there are; all of them are in the JSON.
fn first_few(lines: impl Iterator<Item = String>) -> Vec<String> {
    const SHOWN_MAX: usize = 6;
    let mut lines: Vec<String> = lines.collect();
    let more = lines.len().saturating_sub(SHOWN_MAX);
    if more > 0 {
        lines.truncate(SHOWN_MAX);
        lines.push(format!("and {more} more"));
    }
    lines
}

/// The command that shows the replication.
pub(super) fn reproduce(grade: &Grade, path: &str) -> String {
    let seed = match grade.seed.0 {
        0 => String::new(),
        seed => format!(" --seed {seed}"),
    };
    let quoted = |word: &str| {
        shlex::try_quote(word).map_or_else(|_| word.to_owned(), std::borrow::Cow::into_owned)
    };
    format!(
        "leaselab grade {} {} --timeline{seed}",
        quoted(&grade.runbook),
        quoted(path)
    )
}

/// `40 of 46 recovered; 2 incomplete, 3 blocked, 1 made worse`.
pub(super) fn summary(grade: &Grade) -> String {
    let all = grade.cases.len();
    let recovered = format!("{} of {all} recovered", grade.count(Outcome::Recovered));
    let others: Vec<String> = Outcome::ALL
        .into_iter()
        .filter(|outcome| *outcome != Outcome::Recovered && grade.count(*outcome) > 0)
        .map(|outcome| format!("{} {}", grade.count(outcome), outcome.words()))
        .collect();
    if others.is_empty() {
        recovered
    } else {
        format!("{recovered}; {}", others.join(", "))
    }
}

/// Two runbooks side by side: one line a scenario, and where which is better.
pub fn grade_comparison(comparison: &Comparison, layout: Layout) -> String {
    let Comparison { one, other } = comparison;
    let runbooks = format!("{} against {}", one.runbook, other.runbook);
    let mut lines = vec![layout.paint(BOLD, &first_line(&runbooks, one))];
    lines.push(String::new());
    let column = path_column(one);
    let heading = format!(
        "{}  ONE             AGAINST         BETTER",
        pad("SCENARIO", column)
    );
    lines.push(layout.paint(DIM, &heading));
    for ((path, mine), (_, theirs)) in one.cases.iter().zip(&other.cases) {
        let cell = |outcome: Outcome| layout.paint(style(outcome), &pad(outcome.words(), 14));
        let better = match mine.outcome.cmp(&theirs.outcome) {
            std::cmp::Ordering::Less => one.runbook.as_str(),
            std::cmp::Ordering::Equal => "",
            std::cmp::Ordering::Greater => other.runbook.as_str(),
        };
        let cells = format!("{}  {}", cell(mine.outcome), cell(theirs.outcome));
        let row = format!("{}  {cells}  {better}", pad(path, column));
        lines.push(row.trim_end().to_owned());
    }
    let (better, equal, worse) = comparison.counts();
    lines.push(String::new());
    lines.push(format!("{}: {}", one.runbook, summary(one)));
    lines.push(format!("{}: {}", other.runbook, summary(other)));
    lines.push(layout.paint(
        BOLD,
        &format!(
            "{} is better in {better}, {} in {worse}; equally good in {equal}",
            one.runbook, other.runbook
        ),
    ));
    lines.push(String::new());
    lines.join("\n")
}

/// The grades as a `JUnit` report: every scenario that is not recovered is a failure.
pub fn grade_junit(grade: &Grade) -> String {
    let cases: Vec<JunitCase> = grade
        .cases
        .iter()
        .map(|(path, graded)| JunitCase {
            name: path.clone(),
            class: grade.runbook.clone(),
            real_us: None,
            failure: (graded.outcome != Outcome::Recovered).then(|| failure(grade, path, graded)),
        })
        .collect();
    junit(&format!("grade {}", grade.runbook), &cases)
}

fn failure(grade: &Grade, path: &str, graded: &Graded) -> JunitFailure {
    let mut details = details(graded);
    let message = details.first().cloned().unwrap_or_default();
    details.extend(graded.steps.iter().map(typed));
    details.push(format!("see it: {}", reproduce(grade, path)));
    JunitFailure {
        kind: graded.outcome.name().to_owned(),
        message: format!("{}: {message}", graded.outcome.words()),
        details: details.join("\n"),
    }
}

/// A command as it was typed, and how it ended.
fn typed(step: &Step) -> String {
    let end = match step.end {
        StepEnd::Exited(exit) => format!("exit {exit}"),
        StepEnd::StillRunning => "still running".to_owned(),
        StepEnd::LeftOpen => "left open".to_owned(),
    };
    format!("line {}: $ {} ({end})", step.line, step.text)
}
