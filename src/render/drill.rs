//! Drills: what there is to print at the prompt.

mod end;
mod first;

pub use end::drill_end;
pub use first::{Naming, drill_opening};

use std::borrow::Cow;

use first::looked;

use super::layout::{BAD, BOLD, COMMAND, Color, DIM, GOOD, Layout, STAGED, columns};
use super::table::table;
use super::visible::visible;
use crate::drill::{
    Advised, Asked, BUILTINS, Builtin, Doing, Ended, Hint, LastRun, Prompt, Refused, Said, Why,
};
use crate::kernel::SimTime;
use crate::terraform::Backend;
use crate::timeline::{Shown, Sight};

/// The prompt before the next line.
pub fn drill_prompt(prompt: &Prompt) -> String {
    match prompt {
        Prompt::Shell {
            operator,
            directory,
            time,
        } => visible(
            &format!("{operator} {directory} {}$ ", clock(*time)),
            Color::Plain,
        )
        .into_owned(),
        Prompt::More => "> ".to_owned(),
        Prompt::Question => String::new(),
    }
}

/// What a drill says, as text that ends its last line unless it is a question.
pub fn drill(said: &[Said], layout: Layout) -> String {
    let mut text = String::new();
    for one in said {
        say(one, layout, &mut text);
    }
    text
}

fn say(said: &Said, layout: Layout, text: &mut String) {
    let lines = match said {
        Said::Screen { since, shown } => {
            text.push_str(&screen(*since, shown, layout));
            return;
        }
        Said::Pressed => {
            // A terminal shows it where it stands.
            text.push_str("^C\n");
            return;
        }
        Said::TakenAsAnswer { word } => remark(
            layout,
            &format!(
                "`{word}` was your answer; for leaselab it is `:{word}` where a command asks."
            ),
        ),
        Said::Ended(ended) => ended_in_words(*ended, layout),
        Said::AsksAgain { line } => remark(layout, &format!("`{line}` still waits for an answer.")),
        Said::Stuck => remark(
            layout,
            "It is still running after a day. Press Ctrl+C (`^C`), or take it back: `:undo`.",
        ),
        Said::Rewound { time } => remark(
            layout,
            &format!(
                "Back at {}: you press it there, and what was printed later has not been.",
                clock(*time)
            ),
        ),
        Said::Look(look) => looked(look, layout),
        Said::Hint(hint) => hinted(hint, layout),
        Said::Why(why) => explained(why, layout),
        Said::Undone { line, time } => remark(
            layout,
            &format!(
                "Taken back: {}. It is {} again.",
                one_line(line),
                clock(*time)
            ),
        ),
        Said::Again => remark(
            layout,
            "You are at the wreck again, and nothing has been typed.",
        ),
        Said::Colleague(asked) => answered(asked, layout),
        Said::Switched { operator } => remark(layout, &format!("{operator} types now.")),
        Said::Truth { observation, names } => {
            let mut lines =
                vec![layout.paint(BOLD, &format!("what is so, at {}", clock(observation.time)))];
            lines.extend(table(names, observation, layout));
            lines
        }
        Said::Help { in_turns, backend } => help(*in_turns, *backend, layout),
        Said::Refused(refused) => refused_in_words(refused, layout),
        Said::Over => Vec::new(),
    };
    begin_line(text);
    for line in lines {
        text.push_str(&visible(&line, layout.color));
        text.push('\n');
    }
}

fn begin_line(text: &mut String) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

/// An instant as the prompt shows it: `1:02.4`.
pub(super) fn clock(time: SimTime) -> String {
    let ms = time.as_ms();
    let (seconds, tenths) = (ms / 1_000, ms % 1_000 / 100);
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}.{tenths}")
    }
}

/// leaselab's own words, apart from what programs print.
fn remark(layout: Layout, words: &str) -> Vec<String> {
    let lines = layout.wrap("-- ", 3, words);
    lines
        .iter()
        .map(|line| layout.paint(STAGED, line))
        .collect()
}

/// What has come to a terminal. Where time passes without a line, that is said.
fn screen(since: SimTime, shown: &[Shown], layout: Layout) -> String {
    const GAP_MS: u64 = 2_000;
    let mut text = String::new();
    let mut at = since;
    for one in shown {
        let gap = one.time.since(at.min(one.time)).as_ms();
        if gap >= GAP_MS {
            begin_line(&mut text);
            let passed = format!("   … {} s", gap / 1_000);
            text.push_str(&layout.paint(DIM, &layout.symbols.spelled(&passed)));
            text.push('\n');
        }
        at = one.time;
        sight(&one.what, layout, &mut text);
    }
    text
}

fn sight(what: &Sight, layout: Layout, text: &mut String) {
    match what {
        Sight::Written(written) => text.push_str(&as_shown(written, layout)),
        Sight::Typed(line) => {
            begin_line(text);
            let line = visible(line, Color::Plain);
            text.push_str(&layout.paint(COMMAND, &format!("$ {line}")));
            text.push('\n');
        }
        Sight::Answered(answer) => {
            text.push_str(&visible(answer, Color::Plain));
            text.push('\n');
        }
        Sight::Interrupted => text.push_str("^C\n"),
        Sight::NotModeled(what) => {
            begin_line(text);
            for line in remark(layout, &format!("leaselab can't go on with this: {what}")) {
                text.push_str(&visible(&line, layout.color));
                text.push('\n');
            }
        }
    }
}

/// What a program wrote: in color as it is, else without the codes, and with whatever else a
/// terminal would obey made visible.
pub(super) fn as_shown(written: &str, layout: Layout) -> String {
    let shown = visible(written, Color::Ansi);
    let shown = match layout.color {
        Color::Ansi => shown.into_owned(),
        Color::Plain => without_colors(&shown),
    };
    let lines = shown.split_inclusive('\n').map(|line| framed(line, layout));
    lines.collect()
}

/// A line of an error's frame as Terraform breaks it, where it is too long: each part has the frame
/// before it. Another line is left as it is.
fn framed(line: &str, layout: Layout) -> Cow<'_, str> {
    let width = |text: &str| columns(&without_colors(text));
    let plain = without_colors(line);
    let is_long = columns(plain.trim_end()) > layout.width;
    let Some((frame, text)) = line
        .split_once("│")
        .filter(|_| is_long && plain.starts_with('│'))
    else {
        return Cow::Borrowed(line);
    };
    let (frame, text) = match text.split_once(' ') {
        Some((codes, text)) => (format!("{frame}│{codes} "), text),
        None => (format!("{frame}│"), text),
    };
    let mut broken = String::new();
    let mut at = layout.width;
    for word in text.trim_end().split(' ') {
        if at + 1 + width(word) > layout.width {
            if !broken.is_empty() {
                broken.push('\n');
            }
            broken.push_str(&frame);
            at = width(&frame);
        } else {
            broken.push(' ');
            at += 1;
        }
        broken.push_str(word);
        at += width(word);
    }
    broken.push('\n');
    Cow::Owned(broken)
}

fn without_colors(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("\u{1b}[") {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        let end = from.find('m').map_or(from.len(), |end| end + 1);
        rest = from.get(end..).unwrap_or("");
    }
    plain.push_str(rest);
    plain
}

fn one_line(line: &str) -> String {
    let first = line.lines().next().unwrap_or("");
    if first.len() < line.len() {
        format!("`{first} …`")
    } else {
        format!("`{first}`")
    }
}

fn ended_in_words(ended: Ended, layout: Layout) -> Vec<String> {
    let ms = ended.took.as_ms();
    let took = format!("{}.{} s", ms / 1_000, ms % 1_000 / 100);
    match (ended.exit, ms) {
        (0, ..1_000) => Vec::new(),
        (0, _) => vec![layout.paint(DIM, &format!("-- after {took}"))],
        (exit, ..100) => vec![layout.paint(DIM, &format!("-- exit {exit}"))],
        (exit, _) => vec![layout.paint(DIM, &format!("-- exit {exit}, after {took}"))],
    }
}

fn hinted(hint: &Hint, layout: Layout) -> Vec<String> {
    match hint {
        Hint::Done { cleared } => {
            let mut lines = remark(
                layout,
                "Nothing is left to mend. Make sure of it as you would at work (`terraform \
                 plan`), and `quit`.",
            );
            if !cleared.is_empty() {
                lines.extend(remark(layout, "What has served can be cleared away:"));
                lines.extend(advised(cleared, layout));
            }
            lines
        }
        Hint::Step {
            step,
            text,
            commands,
            then,
            caution,
        } => {
            let mut lines = remark(layout, &format!("hint {} of 3: {text}", step.number()));
            lines.extend(advised(commands, layout));
            if let Some(then) = then {
                lines.extend(layout.wrap("   -> ", 6, then));
            }
            if let Some(caution) = caution {
                let wrapped = layout.wrap("   ! ", 5, caution);
                lines.extend(wrapped.iter().map(|line| layout.paint(BAD, line)));
            }
            lines
        }
    }
}

fn advised(commands: &[Advised], layout: Layout) -> Vec<String> {
    let mut lines = Vec::new();
    for (who, line) in commands {
        let first = match who {
            Some(who) => format!("   {who} $ "),
            None => "   $ ".to_owned(),
        };
        let wrapped = layout.wrap(&first, first.len() + 4, line);
        lines.extend(wrapped.iter().map(|line| layout.paint(GOOD, line)));
    }
    lines
}

fn explained(why: &Why, layout: Layout) -> Vec<String> {
    match why {
        Why::NothingPrinted => remark(layout, "Nothing stands on your terminal so far."),
        Why::Unknown { line, earlier } => {
            let mut lines = nothing_since(earlier.as_deref(), layout);
            let text = format!("Nothing is known of this line: {line}");
            lines.extend(remark(layout, &text));
            lines
        }
        Why::Explained {
            line,
            topics,
            backend,
            earlier,
            lease,
        } => {
            let mut lines = nothing_since(earlier.as_deref(), layout);
            lines.extend(remark(layout, &format!("about: {line}")));
            lines.push(String::new());
            for told in topics.iter().flat_map(|topic| topic.told(*backend)) {
                lines.extend(layout.wrap("   ", 3, &backend.spoken(told)));
                lines.push(String::new());
            }
            if let Some(lease) = lease {
                let text = format!(
                    "With the client of this drill a lock does run out: its lease lasts {} s, \
                     unless a living process renews it.",
                    lease.as_ms() / 1_000
                );
                lines.extend(layout.wrap("   ", 3, &text));
                lines.push(String::new());
            }
            let name = topics.first().map_or("", |topic| topic.name);
            lines.extend(remark(
                layout,
                &format!("more: leaselab explain \"{name}\""),
            ));
            lines
        }
    }
}

/// That the last command had no error, and which one had.
fn nothing_since(earlier: Option<&str>, layout: Layout) -> Vec<String> {
    let text = |line| {
        format!(
            "Your last command had no error; {} had, before it.",
            one_line(line)
        )
    };
    earlier.map_or_else(Vec::new, |line| remark(layout, &text(line)))
}

fn answered(asked: &Asked, layout: Layout) -> Vec<String> {
    let Asked {
        operator,
        doing,
        last,
        ..
    } = asked;
    let mut lines = Vec::new();
    let first = format!("{operator}: ");
    for Doing {
        line,
        since,
        is_asking,
    } in doing
    {
        let how = if *is_asking {
            "It waits for my answer."
        } else {
            "It is still running."
        };
        let text = format!(
            "Yes, I am still at it: `{line}`, since {}. {how} Please leave it to me.",
            clock(*since)
        );
        lines.extend(layout.wrap(&first, 3, &text));
    }
    if let Some(last) = last {
        lines.extend(recalled(&first, last, doing.is_empty(), layout));
    }
    if lines.is_empty() {
        lines.extend(layout.wrap(&first, 3, "I have not run anything."));
    }
    lines
}

fn recalled(first: &str, last: &LastRun, is_idle: bool, layout: Layout) -> Vec<String> {
    let how = match (last.is_killed, last.exit) {
        (true, _) => "was killed".to_owned(),
        (false, 0) => "went well".to_owned(),
        (false, exit) => format!("ended with exit {exit}"),
    };
    let begin = if is_idle {
        "No, nothing of mine is running."
    } else {
        "Before that:"
    };
    let text = format!(
        "{begin} I ran `{}`; it {how} at {}.{}",
        last.line,
        clock(last.ended),
        if last.saw.is_empty() {
            ""
        } else {
            " The last I saw:"
        }
    );
    let mut lines = layout.wrap(first, 3, &text);
    for line in &last.saw {
        lines.extend(layout.wrap("   | ", 5, line));
    }
    lines
}

/// The tool that reads and writes a state there, before a list goes on.
const fn tool(backend: Backend) -> &'static str {
    match backend {
        Backend::Azurerm { .. } => "az, ",
        Backend::S3 { .. } => "aws, ",
        Backend::Gcs => "gcloud, ",
        Backend::Pg { .. } => "psql, ",
        Backend::Http(_) => "curl, ",
        Backend::Local { .. } => "",
    }
}

fn help(in_turns: bool, backend: Backend, layout: Layout) -> Vec<String> {
    let tool = tool(backend);
    let mut lines = vec![
        format!("You are at a shell: terraform, {tool}ls, cat, cp, jq and the like, as at work."),
        "These words are leaselab's; with a colon before them (`:hint`) also where a".to_owned(),
        "command asks, and where the shell has one of that name:".to_owned(),
        String::new(),
    ];
    lines = layout.wrap("", 0, &lines.join(" ").replace("  ", " "));
    lines.push(String::new());
    for (builtin, name, follows, does) in BUILTINS {
        if builtin == Builtin::Switch && !in_turns {
            continue;
        }
        let called = format!("{name} {follows}");
        let first = format!("  {:<13}", called.trim());
        lines.extend(layout.wrap(&first, 15, does));
    }
    let first = "  ^C           ";
    let text = "Ctrl+C. `^C after 5s`: five seconds after what was before; `^C^C`: twice";
    lines.extend(layout.wrap(first, 15, text));
    lines.push(String::new());
    let text = "Time passes only while commands run (`sleep 30` lets it pass). Tab completes.";
    lines.extend(layout.wrap("", 0, text));
    lines
}

fn refused_in_words(refused: &Refused, layout: Layout) -> Vec<String> {
    let text = match refused {
        Refused::NotUnderstood(why) => format!("not run: {why}"),
        Refused::Placeholder => {
            "A placeholder stands for what you have to look up: type the ID that was printed (Tab \
             completes it)."
                .to_owned()
        }
        Refused::ControlCharacter(character) => {
            format!(
                "not run: no key types the character U+{:04X}",
                u32::from(*character)
            )
        }
        Refused::TooMany(most) => {
            format!("More than {most} lines are not typed in one drill: `undo`, `again` or `quit`.")
        }
        Refused::Nobody { name, known } => nobody(name, known),
        Refused::NoHints => "No hints are given in this drill.".to_owned(),
        Refused::NothingToUndo => "You are at the wreck: there is nothing to take back.".to_owned(),
        Refused::NothingToInterrupt => "Nothing has been typed that Ctrl+C could stop.".to_owned(),
        Refused::EndedBefore { took } => {
            let ms = took.as_ms();
            format!(
                "Too late: it had ended after {}.{} s.",
                ms / 1_000,
                ms % 1_000 / 100
            )
        }
        Refused::NothingAsks => "Nothing asks here.".to_owned(),
        Refused::Busy => "The command is still running: press Ctrl+C (`^C`).".to_owned(),
    };
    remark(layout, &text)
}

/// That nobody is called like that, and who there is.
fn nobody(name: &str, known: &[String]) -> String {
    match (name, known) {
        ("", []) => "There is nobody to turn to but you.".to_owned(),
        ("", known) => format!("There is {}.", known.join(", ")),
        (name, []) => format!("There is no {name} here, and nobody to turn to but you."),
        (name, known) => format!("There is no {name} here; there is {}.", known.join(", ")),
    }
}
