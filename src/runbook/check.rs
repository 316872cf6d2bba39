//! What a reader can say of a command before it is typed: that Terraform or `az` has no such
//! subcommand or option. What they would refuse for another reason is typed, and refused.

use std::sync::Arc;

use super::step::Fault;
use super::tree::Start;
use crate::command;
use crate::command::wording::nearest;
use crate::shell::Word;
use crate::terraform::address::Address;
use crate::terraform::names::ResourceName;
use crate::terraform::{Names, ResourceId};

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
    let error = command::parse(line, &addresses(line)).err()?;
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

/// A command with placeholders that has too few operands, or too many, whatever fills them: so it
/// can be typed nowhere.
pub(super) fn operands_filled(
    start: Start<'_>,
    is_placeholder: &dyn Fn(&Word) -> bool,
) -> Option<Fault> {
    let program = start.program()?;
    let is_template = start.words.iter().any(is_placeholder);
    if !is_template || !matches!(program.as_str(), "terraform" | "tofu") {
        return None;
    }
    let filled = start.words.iter().map(|word| {
        let is_option = word.literal().is_some_and(|text| text.starts_with('-'));
        if is_placeholder(word) && !is_option {
            return Some("x".to_owned());
        }
        word.literal()
    });
    let words: Vec<String> = filled.collect::<Option<_>>()?;
    let line = words.join(" ");
    let error = command::parse(&line, &addresses(&line)).err()?;
    let message = error.message.strip_prefix("terraform ")?;
    let is_of_count = message.contains(" needs ") || message.contains(" and nothing more");
    let (first, last) = (start.words.first()?, start.words.last()?);
    is_of_count.then(|| Fault {
        range: first.span.start..last.span.end,
        // What is left over is a placeholder, and not the word that stands for it here.
        message: error
            .message
            .split(", not `")
            .next()
            .unwrap_or("")
            .to_owned(),
        help: None,
    })
}

/// Whatever in the text could be a resource's address: which ones there are, only a scenario
/// knows.
fn addresses(text: &str) -> Names {
    let found = Address::find_all(text);
    let resources = found.iter().map(|address| ResourceName {
        kind: address.kind.clone(),
        label: address.name.clone(),
    });
    Names {
        resources: Arc::new(resources.collect()),
        addresses: Arc::new((0..).map(ResourceId).zip(found.iter().cloned()).collect()),
        ..Names::default()
    }
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
