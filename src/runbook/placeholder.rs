//! Placeholders: `<LOCK_ID>`, and `<ADDRESS>` with the object's `<ID>`.

use std::ops::Range;
use std::sync::Arc;

use crate::command::{self, CommandError, CommandErrorKind, Program};
use crate::scenario::FindingName;
use crate::service::azure::LeaseId;
use crate::terraform::ResourceId;
use crate::terraform::address::Address;
use crate::terraform::invocation::Action;
use crate::terraform::names::ResourceName;
use crate::terraform::{LockId, Names, OperatorId};
use crate::timeline::{Actor, Entries, Entry, Fact, Observation, OutputFact, Printed};
use crate::verdict::{Subject, keys};

/// For what a command with `<ADDRESS>` is typed, once each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Each {
    /// `terraform import <ADDRESS> <ID>`: each object that exists and no remote state records.
    Unrecorded,
    /// `terraform untaint <ADDRESS>`: each resource that the remote state marks as tainted.
    Tainted,
    /// `terraform state rm <ADDRESS>`: each resource whose recorded object is gone.
    Gone,
}

const LOCK_IDS: [&str; 3] = ["LOCK_ID", "LEASE_ID", "ID"];
const ADDRESSES: [&str; 2] = ["ADDRESS", "ADDR"];
const OBJECT_IDS: [&str; 2] = ["ID", "OBJECT_ID"];

/// The placeholders in a command line: where, and the name in capitals.
fn placeholders(text: &str) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].find('<').map(|at| from + at) {
        let inside = &text[start + 1..];
        let length = inside
            .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-' | '.' | ' '))
            .unwrap_or(inside.len());
        let name = &inside[..length];
        let is_closed = inside[length..].starts_with('>');
        if is_closed && name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let name = name.to_uppercase().replace(['-', ' '], "_");
            found.push((start..start + length + 2, name));
        }
        from = start + 1;
    }
    found
}

fn replace(text: &str, with: impl Fn(&str) -> Option<String>) -> String {
    let mut replaced = String::new();
    let mut from = 0;
    for (range, name) in placeholders(text) {
        if let Some(value) = with(&name) {
            replaced.push_str(&text[from..range.start]);
            replaced.push_str(&value);
            from = range.end;
        }
    }
    replaced.push_str(&text[from..]);
    replaced
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

/// Whether the model knows the command, and for what it is typed if it has an `<ADDRESS>`.
pub(super) fn check(text: &str) -> Result<Option<Each>, CommandError> {
    let address = placeholders(text)
        .into_iter()
        .find(|(_, name)| ADDRESSES.contains(&name.as_str()));
    // An address of the same length, so that an error points at the right place.
    let filled = replace(text, |name| {
        let length = name.len();
        ADDRESSES
            .contains(&name)
            .then(|| format!("a.{}", "x".repeat(length)))
    });
    let names = addresses(&filled);
    let command = command::parse(&filled, &names)?;
    let unknown = |range: Range<usize>, message: &str| CommandError {
        kind: CommandErrorKind::Mistake,
        offset: range.start,
        length: range.len(),
        message: message.to_owned(),
        suggestion: None,
    };
    let Some((range, _)) = address else {
        let object = placeholders(text)
            .into_iter()
            .find(|(_, name)| OBJECT_IDS.contains(&name.as_str()));
        return match object {
            Some((range, _)) if is_import(&command.program) => {
                let message = "an object's ID is known only beside its <ADDRESS>";
                Err(unknown(range, message))
            }
            Some(_) | None => Ok(None),
        };
    };
    let each = match &command.program {
        Program::Terraform(invocation) => each(&invocation.action),
        Program::Az(_) | Program::Script(_) => None,
    };
    each.map(Some).ok_or_else(|| {
        unknown(
            range,
            "it is not known which address is meant here; <ADDRESS> goes with terraform import \
             <ADDRESS> <ID>, terraform untaint and terraform state rm",
        )
    })
}

fn is_import(program: &Program) -> bool {
    match program {
        Program::Terraform(invocation) => matches!(invocation.action, Action::Import { .. }),
        Program::Az(_) | Program::Script(_) => false,
    }
}

fn each(action: &Action) -> Option<Each> {
    match action {
        Action::Import { .. } => Some(Each::Unrecorded),
        Action::Untaint(_) => Some(Each::Tainted),
        Action::StateRemove(_) => Some(Each::Gone),
        Action::Init
        | Action::WorkspaceList
        | Action::Plan { .. }
        | Action::Apply { .. }
        | Action::ApplySaved { .. }
        | Action::Refresh { .. }
        | Action::ForceUnlock { .. }
        | Action::StateList
        | Action::StateShow(_)
        | Action::StatePull
        | Action::StatePush { .. }
        | Action::StateMove { .. }
        | Action::Show { .. }
        | Action::Output
        | Action::Taint(_) => None,
    }
}

/// The command with the lock ID that was printed last; nothing where it asks for one, and none was.
pub(super) fn with_lock_id(text: &str, id: impl FnOnce() -> Option<LockId>) -> Option<String> {
    let is_wanted = |name: &str| LOCK_IDS.contains(&name);
    if placeholders(text).iter().all(|(_, name)| !is_wanted(name)) {
        return Some(text.to_owned());
    }
    let id = id()?.to_string();
    Some(replace(text, |name| is_wanted(name).then(|| id.clone())))
}

/// The command for each resource that it is meant for.
pub(super) fn for_each(
    text: &str,
    each: Each,
    observation: &Observation,
    names: &Names,
) -> Vec<String> {
    let wanted = match each {
        Each::Unrecorded => FindingName::OrphanedObject,
        Each::Tainted => FindingName::TaintedObject,
        Each::Gone => FindingName::GhostObject,
    };
    let mut lines = Vec::new();
    for found in keys(names, observation) {
        let Subject::Resource(resource) = found.subject else {
            continue;
        };
        if found.name != wanted {
            continue;
        }
        // Two objects for one address are another finding, and beyond commands.
        let object = observation
            .cloud
            .iter()
            .find(|(_, object)| object.resource == resource)
            .map(|(id, _)| names.object(id));
        lines.push(replace(text, |name| match name {
            name if ADDRESSES.contains(&name) => Some(names.typed_address(resource)),
            name if OBJECT_IDS.contains(&name) => object.clone(),
            _ => None,
        }));
    }
    lines
}

/// The last lock ID that was printed to the operator.
pub(super) fn last_lock_id(entries: Entries<'_>, operator: OperatorId) -> Option<LockId> {
    let own = |entry: &&Entry| entry.actor == Actor::Operator(operator);
    entries.rev().filter(own).find_map(|entry| {
        let Fact::Output(fact) = &entry.fact else {
            return None;
        };
        match fact {
            OutputFact::ErrorPrinted(error) => {
                let info = error.lock_info.map(|info| info.id);
                info.or_else(|| lock_id_in(&error.summary))
            }
            OutputFact::Printed(Printed::Text(text)) => lock_id_in(text),
            OutputFact::Printed(Printed::LeaseId(id)) => Some((*id).into()),
            OutputFact::Printed(Printed::Blob { lock, .. }) => *lock,
            OutputFact::Printed(Printed::Nothing | Printed::State { .. } | Printed::Seconds(_))
            | OutputFact::Planned(_)
            | OutputFact::Prompted => None,
        }
    })
}

fn lock_id_in(text: &str) -> Option<LockId> {
    const LENGTH: usize = 36;
    text.split(|c: char| !c.is_ascii_hexdigit() && c != '-')
        .filter(|word| word.len() == LENGTH)
        .find_map(|word| word.parse::<LeaseId>().ok())
        .map(LockId::from)
}
