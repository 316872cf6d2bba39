//! Blocks of code: which hold commands, and where in them commands begin.

use super::markdown::{Code, CodeKind, Placed};
use super::program::begins_a_command;

/// Words after a fence whose block holds commands.
const SHELLS: [&str; 8] = [
    "bash",
    "sh",
    "shell",
    "zsh",
    "ksh",
    "shellscript",
    "posix",
    "bashrc",
];
/// Words after a fence whose block holds what a terminal shows: commands after prompts, and output.
const SESSIONS: [&str; 9] = [
    "console",
    "shell-session",
    "shellsession",
    "session",
    "terminal",
    "sh-session",
    "bash-session",
    "zsh-session",
    "term",
];
/// Other shells.
const OTHER_SHELLS: [&str; 9] = [
    "powershell",
    "pwsh",
    "ps1",
    "posh",
    "ps",
    "cmd",
    "bat",
    "batch",
    "dos",
];
/// The word after a fence whose block is not typed.
const SKIP: &str = "skip";

/// What a block is.
#[derive(Debug)]
pub(super) enum Listing {
    /// It holds commands: each part is a text of its own in shell's language.
    Commands {
        parts: Vec<Placed>,
        /// Lines with a prompt that is none of bash's, by their places.
        foreign: Vec<usize>,
        /// Lines that look like commands and are taken for output, by their places.
        output: Vec<usize>,
    },
    /// It holds none; why.
    Passed(String),
    /// It is mistaken.
    Wrong {
        /// The line that is, counted from 0; none where the first fence is.
        line: Option<usize>,
        message: String,
        help: String,
    },
}

/// How a line begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Prompt {
    /// With a prompt of bash, which ends here.
    Shell(usize),
    /// With one of PowerShell.
    PowerShell(usize),
    /// With `# `, which is root's prompt or a comment.
    Hash(usize),
    None,
}

/// Reads a block.
pub(super) fn listing(code: &Code, line: u32) -> Listing {
    if code.kind == CodeKind::Unclosed {
        return Listing::Wrong {
            line: None,
            message: format!("the fence at line {line} is never closed"),
            help: "close it with a line of its own: ```".to_owned(),
        };
    }
    if code.words.iter().any(|word| word == SKIP) {
        return Listing::Passed("it is marked with `skip`".to_owned());
    }
    // `linenos=true` is no language.
    let language = code.words.iter().find(|word| !word.contains(['=', ':']));
    let language = language.map(String::as_str);
    match language {
        Some(name) if SHELLS.contains(&name) => commands(code, false),
        Some(name) if SESSIONS.contains(&name) => commands(code, true),
        Some(name) if OTHER_SHELLS.contains(&name) => other_shell(code, name),
        Some(name) => Listing::Passed(format!(
            "its language is `{}`",
            crate::command::wording::shown(name)
        )),
        None if holds_commands(code) => commands(code, false),
        None => Listing::Passed(
            "it has no language, and does not begin with a known command".to_owned(),
        ),
    }
}

fn other_shell(code: &Code, name: &str) -> Listing {
    let has_commands = code.lines.iter().position(|line| {
        let words = line.text.split_whitespace();
        words.take(4).any(|word| {
            matches!(
                word,
                "terraform" | "az" | "aws" | "psql" | "gcloud" | "gsutil" | "curl" | "tofu"
            )
        })
    });
    if has_commands.is_none() {
        return Listing::Passed(format!("its language is `{name}`"));
    }
    let what = if matches!(name, "cmd" | "bat" | "batch" | "dos") {
        "cmd.exe"
    } else {
        "PowerShell"
    };
    Listing::Wrong {
        line: None,
        message: format!("{what} is not read"),
        help: "write the commands for bash, in a ```bash block; or put <!-- leaselab: skip --> above this one".to_owned(),
    }
}

fn first_word(text: &str) -> &str {
    text.split_whitespace().next().unwrap_or("")
}

/// Whether a block without a language holds commands.
fn holds_commands(code: &Code) -> bool {
    let mut texts = code.lines.iter().map(|line| line.text.trim());
    let has_own = code.lines.iter().any(|line| match prompt(&line.text) {
        Prompt::Shell(start) | Prompt::PowerShell(start) => !line.text[start..].trim().is_empty(),
        Prompt::Hash(_) => false,
        Prompt::None => matches!(
            first_word(&line.text),
            "terraform" | "az" | "aws" | "psql" | "gcloud" | "gsutil" | "curl" | "tofu"
        ),
    });
    let first = texts.find(|text| !text.is_empty() && !text.starts_with('#'));
    has_own || first.is_some_and(|text| begins_a_command(first_word(text)))
}

fn prompt(line: &str) -> Prompt {
    let indent = line.len() - line.trim_start().len();
    let text = &line[indent..];
    if text == "$" {
        return Prompt::Shell(line.len());
    }
    for sign in ["$ ", "\u{276f} ", "\u{279c} "] {
        if text.starts_with(sign) {
            return Prompt::Shell(indent + sign.len());
        }
    }
    if let Some(rest) = text.strip_prefix("% ")
        && begins_a_command(first_word(rest))
    {
        return Prompt::Shell(indent + 2);
    }
    if text.starts_with("# ") {
        return Prompt::Hash(indent + 2);
    }
    if text.starts_with("PS>") || text.starts_with("PS ") {
        let end = text
            .find('>')
            .filter(|end| !text[..*end].contains(['|', '"', '\'']));
        if let Some(end) = end {
            return Prompt::PowerShell(indent + end + 1);
        }
    }
    match host_prompt(text) {
        Some(end) => Prompt::Shell(indent + end),
        None => Prompt::None,
    }
}

/// `user@host:~/infra$ ` and `bash-5.2# `: where the command begins.
fn host_prompt(text: &str) -> Option<usize> {
    const LENGTH_MAX: usize = 80;
    let end = ["$ ", "# ", "% "]
        .iter()
        .filter_map(|sign| text.find(sign))
        .min()?;
    let before = &text[..end];
    let is_plain = before.chars().all(|c| {
        c.is_ascii_alphanumeric()
            || matches!(
                c,
                '@' | ':' | '~' | '/' | '.' | '_' | '-' | '[' | ']' | '(' | ')' | ' '
            )
    });
    let inside: Vec<&str> = before.split(' ').collect();
    let is_one = inside.len() == 1
        || (before.starts_with('[') && before.ends_with(']'))
        || (before.starts_with('(') && inside.len() == 2);
    let is_host = before.contains('@') && before.contains([':', ']', '~']);
    let is_shell =
        before.starts_with("bash-") || before.starts_with("sh-") || before.starts_with("zsh-");
    (is_plain && is_one && end <= LENGTH_MAX && (is_host || is_shell)).then_some(end + 2)
}

/// The commands of a block.
fn commands(code: &Code, is_session: bool) -> Listing {
    let prompts: Vec<Prompt> = code.lines.iter().map(|line| prompt(&line.text)).collect();
    let has_prompt = prompts
        .iter()
        .any(|prompt| matches!(prompt, Prompt::Shell(_) | Prompt::PowerShell(_)));
    if has_prompt {
        return prompted(code, &prompts, false);
    }
    let bare = code
        .lines
        .iter()
        .zip(&prompts)
        .filter(|(_, prompt)| **prompt == Prompt::None);
    let bare: Vec<&str> = bare
        .map(|(line, _)| line.text.trim())
        .filter(|text| !text.is_empty())
        .collect();
    let begins = bare
        .first()
        .is_some_and(|text| begins_a_command(first_word(text)));
    if is_session && !begins {
        let is_root = code
            .lines
            .iter()
            .zip(&prompts)
            .any(|(line, prompt)| match prompt {
                Prompt::Hash(start) => begins_a_command(first_word(&line.text[*start..])),
                Prompt::Shell(_) | Prompt::PowerShell(_) | Prompt::None => false,
            });
        if is_root {
            return prompted(code, &prompts, true);
        }
        if !bare.is_empty() {
            return Listing::Passed(
                "it shows what is printed, and no command after a prompt".to_owned(),
            );
        }
    }
    if let Some(line) = code.lines.iter().position(|line| {
        let text = line.text.trim_start();
        text.strip_prefix("> ")
            .is_some_and(|rest| begins_a_command(first_word(rest)))
    }) {
        return Listing::Wrong {
            line: Some(line),
            message: "`>` begins a redirection; write `$`".to_owned(),
            help: "a prompt is `$`: $ terraform plan".to_owned(),
        };
    }
    if bare.is_empty() {
        return Listing::Passed("it holds comments only".to_owned());
    }
    let mut whole = Placed::default();
    for line in &code.lines {
        push_line(&mut whole, line, 0);
    }
    Listing::Commands {
        parts: vec![whole],
        foreign: Vec::new(),
        output: Vec::new(),
    }
}

/// Adds a line from a position on, and its end.
fn push_line(text: &mut Placed, line: &Placed, from: usize) {
    // A line of which nothing is left has a place all the same.
    let end = line.offset(line.text.len().saturating_sub(1)) + usize::from(!line.text.is_empty());
    if from < line.text.len() {
        // What Markdown took apart, such as a line in a list, is in parts of its own.
        text.push(&line.text[from..], line.offset(from));
    }
    text.push("\n", end);
}

/// The commands after prompts: what stands beside them is what they print.
fn prompted(code: &Code, prompts: &[Prompt], is_root: bool) -> Listing {
    let mut parts = Vec::new();
    let mut foreign = Vec::new();
    let mut output = Vec::new();
    let mut at = 0;
    while at < code.lines.len() {
        let line = &code.lines[at];
        let start = match prompts[at] {
            Prompt::Shell(start) => Some(start),
            Prompt::PowerShell(start) => {
                foreign.push(line.offset(0));
                Some(start)
            }
            Prompt::Hash(start) if is_root => Some(start),
            Prompt::Hash(_) | Prompt::None => None,
        };
        at += 1;
        let Some(start) = start else {
            if matches!(
                first_word(&line.text),
                "terraform" | "az" | "aws" | "psql" | "gcloud" | "gsutil" | "curl" | "tofu"
            ) {
                output.push(line.offset(0));
            }
            continue;
        };
        let mut part = Placed::default();
        push_line(&mut part, line, start);
        let lines = code.lines.iter().zip(prompts).skip(at);
        for (more, prompt) in lines {
            if *prompt != Prompt::None && !matches!(prompt, Prompt::Hash(_)) || !goes_on(&part.text)
            {
                break;
            }
            let skipped = if more.text.starts_with("> ") { 2 } else { 0 };
            push_line(&mut part, more, skipped);
            at += 1;
        }
        parts.push(part);
    }
    Listing::Commands {
        parts,
        foreign,
        output,
    }
}

/// Whether a command goes on in the next line: after a backslash, in quotes, in a compound.
fn goes_on(text: &str) -> bool {
    const LENGTH_MAX: usize = 4_096;
    let line = text.trim_end_matches('\n');
    let backslashes = line.bytes().rev().take_while(|byte| *byte == b'\\').count();
    if backslashes % 2 == 1 {
        return true;
    }
    let shapes = super::placeholder::shapes(text, &std::collections::BTreeSet::new());
    let masked = super::placeholder::masked(text, &shapes);
    text.len() <= LENGTH_MAX
        && crate::shell::parse(&masked)
            .is_err_and(|error| error.offset + error.length >= line.len())
}

/// Whether a word with which a line begins looks like one of output.
pub(super) fn looks_printed(line: &str) -> bool {
    let word = first_word(line);
    let Some(first) = word.chars().next() else {
        return false;
    };
    let is_label = word.ends_with(':') && word.len() > 1;
    let is_sentence = first.is_ascii_uppercase() && !word.contains('=');
    let is_drawn = !first.is_ascii() || matches!(word, "+" | "-" | "~" | "-/+" | "|");
    is_label || is_sentence || is_drawn
}
