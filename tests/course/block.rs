//! The fenced blocks of a page: commands, and what they print.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// A line that stands for lines that are left out.
const LEFT_OUT: &str = "…";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Console,
    Drill,
}

/// A fenced block.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) kind: Kind,
    /// The line of its fence, counted from 1.
    pub(super) line: usize,
    /// What stands between the fences.
    pub(super) text: String,
}

/// The blocks of a page.
pub(super) fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut is_open = false;
    for (index, line) in page.lines().enumerate() {
        let kind = match line {
            "```console" => Some(Kind::Console),
            "```console drill" => Some(Kind::Drill),
            _ => None,
        };
        match (kind, is_open) {
            (Some(kind), false) => {
                is_open = true;
                let line = index + 1;
                let text = String::new();
                blocks.push(Block { kind, line, text });
            }
            (None, true) if line == "```" => is_open = false,
            (_, true) => {
                let block = blocks.last_mut().unwrap();
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, false) => assert!(
                !line.starts_with("```") || line == "```",
                "line {}: a fence that nothing tests",
                index + 1
            ),
        }
    }
    blocks
}

/// The page with another text in a block.
pub(super) fn replaced(page: &str, block: &Block, text: &str) -> String {
    let fence = match block.kind {
        Kind::Console => "```console\n",
        Kind::Drill => "```console drill\n",
    };
    let old = format!("{fence}{}```\n", block.text);
    page.replacen(&old, &format!("{fence}{text}```\n"), 1)
}

/// A command, and what is shown of what it prints.
struct Exchange {
    command: String,
    shown: Vec<String>,
}

impl Block {
    fn exchanges(&self) -> Vec<Exchange> {
        let mut exchanges: Vec<Exchange> = Vec::new();
        for line in self.text.lines() {
            let last = exchanges.last_mut();
            let is_drill = self.kind == Kind::Drill && last.is_some();
            match (line.strip_prefix("$ "), last) {
                (_, Some(last)) if last.command.ends_with('\\') => {
                    last.command.push('\n');
                    last.command.push_str(line);
                }
                (Some(command), _) if !is_drill => exchanges.push(Exchange {
                    command: command.to_owned(),
                    shown: Vec::new(),
                }),
                (_, Some(last)) => last.shown.push(line.to_owned()),
                (_, None) => panic!("line {}: no command before `{line}`", self.line),
            }
        }
        exchanges
    }

    fn typed(&self, exchange: &Exchange) -> String {
        match self.kind {
            Kind::Console => String::new(),
            Kind::Drill => { exchange.shown.iter() }
                .filter_map(|line| typed(line))
                .collect(),
        }
    }

    /// What is wrong with a drill, as far as it can be said without doing it.
    pub(super) fn mistake(&self) -> Option<String> {
        let exchanges = self.exchanges();
        let [exchange] = exchanges.as_slice() else {
            return Some("it is not one command".to_owned());
        };
        let typed = self.typed(exchange);
        if !exchange.command.starts_with("leaselab drill ") {
            Some(format!("it is no drill: {}", exchange.command))
        } else if typed.lines().count() < 2 || !typed.ends_with("\nquit\n") {
            Some(format!("it does not come to an end: {typed}"))
        } else {
            None
        }
    }

    /// The block as it is when its commands are run in this folder, after one that ended with
    /// `exit`.
    pub(super) fn run(&self, folder: &Path, exit: &mut i32) -> Result<String, String> {
        let mut text = String::new();
        for exchange in self.exchanges() {
            let typed = self.typed(&exchange);
            let printed = run(&exchange.command, folder, &typed, exit);
            let printed: Vec<&str> = printed.lines().collect();
            let shown = excerpt(&exchange.shown, &printed)?;
            writeln!(text, "$ {}", exchange.command).unwrap();
            for line in shown {
                text.push_str(&line);
                text.push('\n');
            }
        }
        Ok(text)
    }
}

/// What is typed in a line of a drill, with a line feed.
fn typed(line: &str) -> Option<String> {
    let is_prompt = line
        .split(' ')
        .nth(1)
        .is_some_and(|place| place.starts_with('~'));
    let after_prompt = line.split_once("$ ").filter(|_| is_prompt);
    let answer = line.split_once("Enter a value: ");
    let (_, text) = after_prompt
        .or(answer)
        .or(line.starts_with("^C").then_some(("", line)))?;
    Some(format!("{text}\n"))
}

/// Runs a line in a shell, and returns what it prints: results, then complaints.
fn run(command: &str, folder: &Path, input: &str, exit: &mut i32) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_leaselab"));
    let known = std::env::var_os("PATH").unwrap_or_default();
    let beside = program.parent().unwrap().to_owned();
    let path = std::env::join_paths(std::iter::once(beside).chain(std::env::split_paths(&known)));
    let mut child = Command::new("bash")
        .arg("-c")
        .arg(format!("(exit {exit}); {command}"))
        .current_dir(folder)
        .env("PATH", path.unwrap())
        .env_remove("COLUMNS")
        .env_remove("GITHUB_ACTIONS")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let written = child.stdin.take().unwrap().write_all(input.as_bytes());
    // Whoever reads nothing may be gone already.
    assert!(written.is_ok() || input.is_empty(), "{written:?}");
    let output = child.wait_with_output().unwrap();
    *exit = output.status.code().unwrap_or(128);
    let printed = String::from_utf8(output.stdout).unwrap();
    let complaints = String::from_utf8(output.stderr).unwrap();
    printed + &complaints
}

/// What is to be shown of what was printed, in the places where something is shown.
///
/// # Errors
///
/// Where a part that is shown begins or ends with a line that was not printed.
fn excerpt(shown: &[String], printed: &[&str]) -> Result<Vec<String>, String> {
    // Trailing blanks don't survive in an editor.
    let printed: Vec<&str> = printed.iter().map(|line| line.trim_end()).collect();
    if !shown.iter().any(|line| line == LEFT_OUT) {
        return Ok(printed.into_iter().map(str::to_owned).collect());
    }
    let mut real = Vec::new();
    let mut at = 0;
    for part in shown.split(|line| line == LEFT_OUT) {
        if let (Some(first), Some(last)) = (part.first(), part.last()) {
            let find = |line: &String, from: usize| {
                let found = printed[from..]
                    .iter()
                    .position(|one| *one == line.trim_end());
                let place = found.map(|found| from + found);
                place.ok_or_else(|| format!("not printed, or not in this order: `{line}`"))
            };
            let begin = find(first, at)?;
            // The last line may occur within the part as well: the one at its distance is meant.
            let length = part.len() - 1;
            let is_whole = printed
                .get(begin + length)
                .is_some_and(|one| *one == last.trim_end());
            let end = if is_whole {
                begin + length
            } else {
                find(last, begin)?
            };
            real.extend(printed[begin..=end].iter().map(|line| (*line).to_owned()));
            at = end + 1;
        }
        real.push(LEFT_OUT.to_owned());
    }
    real.pop();
    Ok(real)
}

#[test]
fn an_excerpt_is_what_was_printed_or_an_error() {
    let lines = |text: &str| -> Vec<String> { text.lines().map(str::to_owned).collect() };
    let printed = ["a", "b", "c", "b", "d"];
    let shown = |text: &str| excerpt(&lines(text), &printed).map(|lines| lines.join(" "));
    assert_eq!(shown("…\nb\nc\n…"), Ok("… b c …".to_owned()));
    assert_eq!(shown("a\n…\nb\nd"), Ok("a … b c b d".to_owned()));
    assert_eq!(shown("…\nb\nold\nb\n…"), Ok("… b c b …".to_owned()));
    assert_eq!(shown("other"), Ok("a b c b d".to_owned()));
    assert!(shown("…\nother\n…").is_err());
    assert!(shown("…\nd\n…\na\n…").is_err());
}

#[test]
fn what_is_typed_at_a_drill_stands_behind_its_prompts() {
    let text = "alice ~/infra 1:30.7$ rm errored.tfstate\n  $ terraform plan\n  Enter a value: yes\n\
                ^C after 5s\nNo changes.\n";
    let typed: String = text.lines().filter_map(typed).collect();
    assert_eq!(typed, "rm errored.tfstate\nyes\n^C after 5s\n");
}
