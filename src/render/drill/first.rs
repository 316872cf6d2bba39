//! The first screen, and looks.

use super::super::layout::{BOLD, DIM, Layout};
use super::{begin_line, clock, sight};
use crate::drill::{Look, Opening};
use crate::timeline::Shown;

/// Whether the first screen names the scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// It does.
    Named,
    /// It does not: whoever drills is to find out.
    Hidden,
}

/// So many lines of the terminal are shown on the first screen.
const LINES_MAX: usize = 24;

/// The first screen: who one is, what one has seen, what to do, how to leave.
pub fn drill_opening(opening: &Opening, naming: Naming, layout: Layout) -> String {
    let Opening {
        scenario,
        seed,
        client,
        seats,
        look,
    } = opening;
    let what = match naming {
        Naming::Named => format!("drill {scenario}"),
        Naming::Hidden => "drill".to_owned(),
    };
    let version = env!("CARGO_PKG_VERSION");
    let first = format!(
        "{what}  seed {}  client {client}  leaselab {version}",
        seed.0
    );
    let first = layout.wrap("", 2, &first);
    let first = first.iter().map(|line| layout.paint(BOLD, line));
    let mut lines: Vec<String> = first.collect();
    lines.push(String::new());
    let (you, others) = match seats.as_slice() {
        [first, second, ..] => (
            format!("You are {first}"),
            format!(" {second} sits beside you, and types in turns with you (`switch {second}`)."),
        ),
        [_] | [] => (
            format!("You are {}", look.operator),
            colleagues(&look.colleagues),
        ),
    };
    let text = format!(
        "{you}, at your own machine, in {}. Something went wrong. Find out what, and bring the \
         state, the cloud and the lock together again, as you would at work: nothing here is \
         real.{others}",
        look.directory
    );
    lines.extend(layout.wrap("", 0, &text));
    lines.push(String::new());
    lines.extend(seen(&look.terminal, layout));
    lines.push(String::new());
    let text = "Type commands. `look` shows what you can know, `hint` helps, `help` lists the rest; \
                `quit` ends the drill and grades it.";
    lines.extend(layout.wrap("", 0, text));
    lines.push(String::new());
    joined(&lines, layout)
}

fn joined(lines: &[String], layout: Layout) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(&super::visible(line, layout.color));
        text.push('\n');
    }
    text
}

fn colleagues(others: &[String]) -> String {
    match others {
        [] => String::new(),
        [one] => format!(" There is {one}, too, whom you can ask (`ask {one}`)."),
        [first, ..] => format!(
            " There are {}, too, whom you can ask (`ask {first}`).",
            others.join(", ")
        ),
    }
}

fn seen(shown: &[Shown], layout: Layout) -> Vec<String> {
    let mut all = terminal(shown, layout);
    all.retain(|line| !line.is_empty());
    if all.is_empty() {
        return layout.wrap(
            "",
            0,
            "Your terminal is empty: you have typed nothing so far.",
        );
    }
    let mut lines = vec![layout.paint(DIM, "On your terminal:")];
    if all.len() > LINES_MAX {
        let more = counted_lines(all.len() - LINES_MAX);
        let more = format!("  (… {more} above: `look`)");
        lines.push(layout.paint(DIM, &layout.symbols.spelled(&more)));
    }
    let first = all.len().saturating_sub(LINES_MAX);
    lines.extend(all.into_iter().skip(first).map(|line| format!("  {line}")));
    lines
}

fn counted_lines(count: usize) -> String {
    match count {
        1 => "1 more line".to_owned(),
        count => format!("{count} more lines"),
    }
}

/// What stands on a terminal, line by line.
pub(super) fn terminal(shown: &[Shown], layout: Layout) -> Vec<String> {
    let mut text = String::new();
    // It stands indented.
    let layout = Layout {
        width: layout.width.saturating_sub(2),
        ..layout
    };
    for one in shown {
        sight(&one.what, layout, &mut text);
    }
    begin_line(&mut text);
    let mut lines: Vec<String> = text
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect();
    lines.dedup_by(|one, other| one.is_empty() && other.is_empty());
    while lines.first().is_some_and(String::is_empty) {
        lines.remove(0);
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// What there is to know.
pub(super) fn looked(look: &Look, layout: Layout) -> Vec<String> {
    let heading = |text: &str| layout.paint(BOLD, text);
    let mut lines = vec![heading(&format!(
        "{}, in {}, at {}",
        look.operator,
        look.directory,
        clock(look.time)
    ))];
    let mut row = |name: &str, items: &[String], none: &str| {
        let text = if items.is_empty() {
            none.to_owned()
        } else {
            items.join(", ")
        };
        let first = format!("  {name:<14}");
        lines.extend(layout.wrap(&first, 16, &text));
    };
    let files: Vec<String> = look.files.iter().map(ToString::to_string).collect();
    row("files", &files, "no state file and no plan here");
    row("configuration", &look.configuration, "no resources");
    let portal = look.portal.iter().map(|listed| {
        let being = if listed.is_being_made {
            ", being made"
        } else {
            ""
        };
        format!("{} ({}{being})", listed.id, listed.address)
    });
    row("portal", &portal.collect::<Vec<String>>(), "nothing exists");
    row("colleagues", &look.colleagues, "nobody");
    let terminal = terminal(&look.terminal, layout);
    if !terminal.is_empty() {
        lines.push(heading("your terminal"));
        lines.extend(
            terminal
                .iter()
                .map(|line| format!("  {line}").trim_end().to_owned()),
        );
    }
    lines
}
