//! The end of a drill: the grade, what was lost by which command, and the scenario's own way.

use super::super::grade::{harms_and_risks, left, style};
use super::super::layout::{BOLD, DIM, Layout, columns, pad};
use super::visible;
use crate::drill::{Finish, OwnWay};
use crate::runbook::{Graded, Outcome, Stroke};
use crate::verdict::Picture;

/// Said of a lock that is none of what is left to mend.
const PASSING_LOCK: &str = "the lock is still held; its lease runs out by itself";

/// The end: the grade, and one's own way beside the scenario's.
pub fn drill_end(finish: &Finish, layout: Layout) -> String {
    let graded = &finish.graded;
    let mut lines = vec![String::new()];
    let (style, words) = (style(graded.outcome), graded.outcome.words());
    let verdict = layout.wrap("", 2, &format!("{words}: {}", means(finish)));
    lines.extend(verdict.into_iter().enumerate().map(|(row, line)| {
        match line.strip_prefix(words).filter(|_| row == 0) {
            Some(rest) => format!("{}{rest}", layout.paint(style, words)),
            None => line,
        }
    }));
    let command_at = |line: u32| {
        let mut typed = { finish.typed.iter() }.rev();
        let text = typed
            .find(|typed| typed.line <= line)
            .map(|typed| typed.text.as_str());
        text.map(|text| format!("`{}`", text.lines().next().unwrap_or("")))
    };
    let mut details = harms_and_risks(graded, &command_at);
    if let Some(blocked) = &graded.blocked {
        let command = blocked.command.lines().next().unwrap_or("");
        details.push(format!("`{command}`: {}", blocked.message));
    }
    details.extend(left(graded));
    details.extend(finish.is_lock_passing.then(|| PASSING_LOCK.to_owned()));
    details.extend(served(graded));
    for detail in details {
        lines.extend(layout.wrap("  ", 4, &detail));
    }
    lines.push(String::new());
    let counted = |count: usize, noun: &str| {
        let plural = if count == 1 { "" } else { "s" };
        format!("{count} {noun}{plural}")
    };
    let ms = finish.time.as_ms();
    let hints = match finish.hints {
        0 => "no hint".to_owned(),
        1 => "1 hint".to_owned(),
        hints => format!("{hints} hints"),
    };
    let revealed = if finish.is_revealed {
        "; you looked at the truth"
    } else {
        ""
    };
    let text = format!(
        "{}, {}.{} s of simulated time, {hints}{revealed}",
        counted(finish.commands, "command"),
        ms / 1_000,
        ms % 1_000 / 100
    );
    lines.extend(layout.wrap("", 0, &text));
    lines.push(String::new());
    lines.extend(ways(finish, layout));
    lines.push(String::new());
    let (name, title) = &finish.scenario;
    lines.extend(
        layout
            .wrap("", 2, &format!("{name}: {title}"))
            .iter()
            .map(|line| layout.paint(BOLD, line)),
    );
    if let Some(why) = &finish.why {
        lines.extend(layout.wrap("  ", 2, why.trim()));
    }
    let mut text = String::new();
    for line in lines {
        text.push_str(&visible(&line, layout.color));
        text.push('\n');
    }
    text
}

/// What is still there, although nothing is wrong any more.
fn served(graded: &Graded) -> Vec<String> {
    match graded.outcome {
        Outcome::Recovered | Outcome::RecoveredBut => {}
        Outcome::Incomplete | Outcome::Blocked | Outcome::MadeWorse => return Vec::new(),
    }
    let last = graded.report.pictures.last();
    let notes = last.into_iter().flat_map(Picture::findings);
    notes
        .filter(|finding| !finding.mends.is_empty())
        .map(|finding| format!("can be cleared away: {}", finding.evidence))
        .collect()
}

fn means(finish: &Finish) -> &'static str {
    let is_idle = finish.commands == 0;
    match finish.graded.outcome {
        Outcome::Recovered => "state, cloud and lock agree, and nothing was lost",
        Outcome::RecoveredBut => "state, cloud and lock agree; but there was a moment of risk",
        Outcome::Incomplete if is_idle => "nothing was typed, and something is still wrong",
        Outcome::Incomplete => "something is still wrong",
        Outcome::Blocked => "the last command that was to change something failed",
        Outcome::MadeWorse => "something is wrong that was not before",
    }
}

/// One's own way, and the scenario's beside it where there is room.
fn ways(finish: &Finish, layout: Layout) -> Vec<String> {
    const GAP: usize = 3;
    let own: Vec<String> = { finish.typed.iter() }
        .map(|typed| {
            let text = typed.text.lines().next().unwrap_or("");
            let text = match typed.stroke {
                Stroke::Line => format!("$ {text}"),
                Stroke::Answer | Stroke::Interrupt | Stroke::Wait => format!("    {text}"),
            };
            match &typed.operator {
                Some(who) => format!("{who} {text}"),
                None => text,
            }
        })
        .collect();
    let (heading, way) = match &finish.own_way {
        OwnWay::Written(way, None | Some(Outcome::Recovered)) => {
            ("the scenario's own way".to_owned(), way.as_slice())
        }
        OwnWay::Written(way, Some(outcome)) => {
            let heading = format!(
                "the scenario's own way, which is no model: {}",
                outcome.words()
            );
            (heading, way.as_slice())
        }
        OwnWay::Advised(way) => ("a way that mends it".to_owned(), way.as_slice()),
        OwnWay::Hidden | OwnWay::Nothing => (String::new(), &[][..]),
        OwnWay::Unknown => ("no command mends it".to_owned(), &[][..]),
    };
    let operators: std::collections::BTreeSet<&str> =
        way.iter().map(|(who, _)| who.as_str()).collect();
    let way: Vec<String> = { way.iter() }
        .map(|(who, line)| {
            if operators.len() > 1 {
                format!("{who} $ {line}")
            } else {
                format!("$ {line}")
            }
        })
        .collect();
    let column = { own.iter() }
        .map(|line| columns(line))
        .max()
        .unwrap_or(0)
        .max(8);
    let other = { way.iter() }.map(|line| columns(line)).max().unwrap_or(0);
    let column = column + 2 + GAP;
    if column + other.max(columns(&heading)) > layout.width {
        let mut lines = vec![layout.paint(DIM, "your way")];
        lines.extend(own.iter().flat_map(|line| layout.wrap("  ", 6, line)));
        lines.extend((!heading.is_empty()).then(|| layout.paint(DIM, &heading)));
        lines.extend(way.iter().flat_map(|line| layout.wrap("  ", 6, line)));
        return lines;
    }
    let mut lines = vec![layout.paint(
        DIM,
        format!("{}{heading}", pad("your way", column)).trim_end(),
    )];
    for row in 0..own.len().max(way.len()) {
        let mine = own.get(row).map_or("", String::as_str);
        let theirs = way.get(row).map_or("", String::as_str);
        let line = format!("{}{theirs}", pad(&format!("  {mine}"), column));
        lines.push(line.trim_end().to_owned());
    }
    lines
}
