//! What a reader can say of a command before it is typed: that Terraform or `az` has no such
//! subcommand or option. What they would refuse for another reason is typed, and refused.

use std::sync::Arc;

use super::step::Fault;
use super::tree::Start;
use crate::command;
use crate::command::wording::nearest;
use crate::shell::Word;
use crate::terraform::Names;
use crate::terraform::names::ResourceName;

/// Terraform's subcommands.
const TERRAFORM: [&str; 24] = [
    "init",
    "validate",
    "plan",
    "apply",
    "destroy",
    "console",
    "fmt",
    "force-unlock",
    "get",
    "graph",
    "import",
    "login",
    "logout",
    "metadata",
    "modules",
    "output",
    "providers",
    "refresh",
    "show",
    "state",
    "taint",
    "test",
    "untaint",
    "version",
];
const STATE: [&str; 8] = [
    "list",
    "mv",
    "pull",
    "push",
    "replace-provider",
    "rm",
    "show",
    "identities",
];
const WORKSPACE: [&str; 5] = ["list", "show", "select", "new", "delete"];

/// Terraform's options, all that any of its subcommands has.
#[rustfmt::skip]
const OPTIONS: [&str; 60] = [
    "allow-missing", "allow-missing-config", "auto-approve", "backend", "backend-config", "backup", "backup-out", "chdir", "check", "compact-warnings", "concise", "config",
    "cloud", "destroy", "detailed-exitcode", "diff", "draw-cycles", "dry-run", "force", "force-copy", "from-module", "generate-config-out", "get", "help", "id",
    "ignore-remote-version", "input", "json", "json-into", "list", "lock", "lock-timeout", "lockfile", "migrate-state", "module-depth", "no-color", "no-tests", "or-create",
    "out", "parallelism", "plan", "platform", "plugin-dir", "provider", "raw", "reconfigure", "recursive", "refresh", "refresh-only", "replace", "show-sensitive", "state",
    "state-out", "target", "test-directory", "type", "upgrade", "var", "var-file", "write",
];

/// The commands of `az storage blob`.
#[rustfmt::skip]
const BLOB: [&str; 29] = [
    "access", "copy", "delete", "delete-batch", "download", "download-batch", "exists", "filter", "generate-sas", "immutability-policy", "incremental-copy", "lease", "list",
    "metadata", "query", "restore", "rewrite", "service-properties", "set-legal-hold", "set-tier", "show", "snapshot", "sync", "tag", "undelete", "update", "upload",
    "upload-batch", "url",
];
const LEASE: [&str; 5] = ["acquire", "break", "change", "release", "renew"];

/// The mistakes in a command that can be told from its words alone.
pub(super) fn start(text: &str, start: Start<'_>) -> Option<Fault> {
    let program = start.program()?;
    match program.as_str() {
        "terraform" | "tofu" => terraform(text, start),
        "az" => az(start),
        _ => None,
    }
}

/// The words that are no options, each with its text.
fn operands(start: Start<'_>) -> Vec<(&Word, String)> {
    let rest = start.words.iter().skip(1);
    let plain = rest.map(|word| (word, word.literal().unwrap_or_default()));
    plain.filter(|(_, text)| !text.starts_with('-')).collect()
}

fn unknown(word: &Word, what: &str, known: &[&'static str], text: &str) -> Fault {
    let help = nearest(text, known.iter().copied()).map_or_else(
        || format!("known are {}", known.join(", ")),
        command::wording::did_you_mean,
    );
    Fault {
        range: word.span.start..word.span.end,
        message: format!("{what} {}", command::wording::quoted(text)),
        help: Some(help),
    }
}

fn terraform(text: &str, start: Start<'_>) -> Option<Fault> {
    let operands = operands(start);
    let (word, name) = operands.first()?;
    if name.is_empty() {
        return None;
    }
    if !TERRAFORM.contains(&name.as_str()) && name != "workspace" {
        return Some(unknown(
            word,
            "terraform has no subcommand",
            &TERRAFORM,
            name,
        ));
    }
    let group: Option<&[&'static str]> = match name.as_str() {
        "state" => Some(&STATE),
        "workspace" => Some(&WORKSPACE),
        _ => None,
    };
    if let Some(known) = group
        && let Some((word, sub)) = operands.get(1)
        && !sub.is_empty()
        && !known.contains(&sub.as_str())
    {
        return Some(unknown(
            word,
            &format!("terraform {name} has no subcommand"),
            known,
            sub,
        ));
    }
    option(text, start)
}

/// An option that Terraform has nowhere, in the words of the command line's own reader.
fn option(text: &str, start: Start<'_>) -> Option<Fault> {
    let is_plain = start.words.iter().all(|word| word.literal().is_some());
    let first = start.words.first()?.span.start;
    let last = start.words.last()?.span.end;
    let line = text.get(first..last).filter(|_| is_plain)?;
    let names = Names {
        resources: Arc::new(addresses(line)),
        ..Names::default()
    };
    let error = command::parse(line, &names).err()?;
    let option = error.message.strip_prefix("unknown option `")?;
    let name = option.trim_start_matches('-').split(['`', '=']).next()?;
    if OPTIONS.contains(&name) {
        return None;
    }
    let start = first + error.offset;
    Some(Fault {
        range: start..start + error.length,
        message: error.message.clone(),
        help: error
            .suggestion
            .as_deref()
            .map(command::wording::did_you_mean),
    })
}

/// Whatever in the text could be a resource's address: which ones there are, only a scenario
/// knows.
fn addresses(text: &str) -> Vec<ResourceName> {
    let is_part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
    };
    text.split(|c: char| c.is_whitespace() || matches!(c, '=' | '"' | '\''))
        .filter_map(|word| word.split_once('.'))
        .filter(|(kind, label)| is_part(kind) && is_part(label))
        .map(|(kind, label)| ResourceName {
            kind: kind.to_owned(),
            label: label.to_owned(),
        })
        .collect()
}

fn az(start: Start<'_>) -> Option<Fault> {
    let operands = operands(start);
    let texts: Vec<&str> = operands.iter().map(|(_, text)| text.as_str()).collect();
    match texts.as_slice() {
        ["storage", "blob", "lease", "show", ..] => {
            let (first, last) = (operands.first()?.0, operands.get(3)?.0);
            Some(Fault {
                range: first.span.start..last.span.end,
                message: "az has no such command".to_owned(),
                help: Some("write `az storage blob show --query properties.lease`".to_owned()),
            })
        }
        ["storage", "blob", "lease", verb, ..] if !verb.is_empty() && !LEASE.contains(verb) => {
            Some(unknown(
                operands.get(3)?.0,
                "az storage blob lease has no command",
                &LEASE,
                verb,
            ))
        }
        ["storage", "blob", verb, ..] if !verb.is_empty() && !BLOB.contains(verb) => Some(unknown(
            operands.get(2)?.0,
            "az storage blob has no command",
            &BLOB,
            verb,
        )),
        _ => None,
    }
}
