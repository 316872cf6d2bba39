//! Looks and changes: what a reader goes on after when it fails, and what not.

use super::names::is_spare;
use super::tree::{Start, Visitor, walk};
use crate::shell::{Command, CommandKind, Part, RedirectionKind, Statement, Word};

/// Whether a line changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It only looks: a reader goes on after it fails.
    Look,
    /// It changes something: a reader stops where it fails.
    Change,
}

/// Whether a top-level line looks or changes: it is a look only if every command in it is one. A
/// function that is defined runs nothing, one that is called counts as a change.
pub fn effect(line: &[Statement]) -> Effect {
    let mut looks = Looks(Effect::Look);
    walk(line, &mut looks);
    looks.0
}

struct Looks(Effect);

impl Visitor for Looks {
    fn command(&mut self, command: &Command) {
        self.0 = self.0.max(of(command));
    }
}

/// One command, without what is within it.
fn of(command: &Command) -> Effect {
    let writes = command
        .redirections
        .iter()
        .any(|redirection| match redirection.kind {
            RedirectionKind::Read
            | RedirectionKind::Duplicate { .. }
            | RedirectionKind::Text { .. } => false,
            RedirectionKind::Write { .. }
            | RedirectionKind::Clobber { .. }
            | RedirectionKind::Append { .. }
            | RedirectionKind::WriteBoth
            | RedirectionKind::AppendBoth => !is_harmless(&redirection.target),
        });
    if writes {
        return Effect::Change;
    }
    let CommandKind::Simple { words, .. } = &command.kind else {
        return Effect::Look;
    };
    if words.is_empty() {
        return Effect::Look;
    }
    let looks = Start::of(command).is_some_and(is_look);
    if looks { Effect::Look } else { Effect::Change }
}

/// Whether writing this file destroys nothing that a runbook could need: it is no state, or a copy
/// of one by its name.
fn is_harmless(target: &Word) -> bool {
    let literal = |part: &Part| match part {
        Part::Literal(text) | Part::Quoted(text) => text.to_string(),
        Part::Home | Part::Parameter { .. } | Part::Substitution(_) | Part::Arithmetic { .. } => {
            String::new()
        }
    };
    let text: String = target.parts.iter().map(literal).collect();
    !text.is_empty() && (is_spare(&text) || !text.ends_with(".tfstate"))
}

fn is_look(start: Start<'_>) -> bool {
    let Some(program) = start.program() else {
        return false;
    };
    let operands = start.operands();
    let operands: Vec<&str> = operands.iter().map(String::as_str).collect();
    match program.as_str() {
        "terraform" | "tofu" => is_terraform_look(start, &operands),
        "az" => is_az_look(start, &operands),
        "aws" => is_aws_look(&operands),
        "psql" => {
            !{ operands.iter() }.any(|word| word.to_lowercase().contains("pg_terminate_backend"))
        }
        "gcloud" | "gsutil" => is_gcloud_look(&operands),
        // With a method, data or a file it may change something.
        "curl" => matches!(operands.as_slice(), [_]),
        "gh" => {
            !operands.contains(&"cancel")
                && !operands.contains(&"rerun")
                && !operands.contains(&"delete")
        }
        "git" => true,
        "tee" => start.words.iter().skip(1).all(is_harmless),
        "sed" => !start.has("-i") && !start.has("--in-place"),
        "sort" => !start.has("-o"),
        "find" => !start.has("-delete") && !start.has("-exec"),
        "rm" | "cp" | "mv" | "mkdir" | "rmdir" | "touch" | "kill" | "bash" | "sh" | "truncate"
        | "ln" | "chmod" => false,
        name => super::program::is_known(name),
    }
}

fn is_terraform_look(start: Start<'_>, operands: &[&str]) -> bool {
    match operands {
        ["plan", ..] => !start.has("-out") && !start.has("--out"),
        ["state", "rm" | "mv", ..] => start.has("-dry-run") || start.has("--dry-run"),
        ["fmt", ..] => start.has("-check") || start.has("--check"),
        [
            "validate" | "show" | "output" | "version" | "providers" | "graph" | "console",
            ..,
        ]
        | ["state", "list" | "show" | "pull", ..]
        | ["workspace", "show" | "list", ..]
        | [] => true,
        _ => false,
    }
}

fn is_aws_look(operands: &[&str]) -> bool {
    match operands {
        ["s3", "ls", ..]
        | ["s3api", "head-object" | "list-object-versions", ..]
        | ["dynamodb", "get-item", ..]
        | ["sts" | "sso" | "configure" | "iam", ..] => true,
        ["s3", "cp", from, to, ..] => from.starts_with("s3://") && (*to == "-" || is_spare(to)),
        ["s3api", "get-object", .., file] => is_spare(file),
        _ => false,
    }
}

fn is_gcloud_look(operands: &[&str]) -> bool {
    let operands = operands.strip_prefix(&["storage"]).unwrap_or(operands);
    match operands {
        ["ls" | "cat" | "auth" | "config" | "info" | "version", ..] => true,
        ["cp", from, to, ..] => from.starts_with("gs://") && (*to == "-" || is_spare(to)),
        _ => false,
    }
}

fn is_az_look(start: Start<'_>, operands: &[&str]) -> bool {
    match operands {
        ["storage", "blob", "download", ..] => {
            start.value(&["--file", "-f"]).is_none_or(is_harmless)
        }
        [
            "storage",
            "blob" | "container" | "account",
            "show" | "list" | "exists",
            ..,
        ]
        | ["storage", "blob", "metadata", "show", ..]
        | ["login" | "account" | "version" | "group", ..] => true,
        ["storage", ..] => false,
        _ => operands
            .iter()
            .any(|word| matches!(*word, "show" | "list" | "exists")),
    }
}
