//! What fills placeholders: what was printed, and what somebody finds in the portal.

use super::placeholder::{Each, Placeholder, StandsFor, filled};
use crate::scenario::FindingName;
use crate::service::azure::LeaseId;
use crate::terraform::{LockId, Names, OperatorId};
use crate::timeline::{Actor, Entries, Entry, Fact, Observation, OutputFact, Printed};
use crate::verdict::{Subject, keys};

/// The command for each resource that it is meant for.
pub(super) fn for_each(
    source: &str,
    placeholders: &[Placeholder],
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
        lines.push(filled(
            source,
            placeholders,
            |stands_for| match stands_for {
                StandsFor::Address => Some(names.typed_address(resource)),
                StandsFor::ObjectId => object.clone(),
                StandsFor::LockId | StandsFor::Name(_) | StandsFor::Nothing => None,
            },
        ));
    }
    lines
}

/// The ID of the object that exists for an address, as the portal shows it.
pub(super) fn object_at(address: &str, observation: &Observation, names: &Names) -> Option<String> {
    let mut objects = observation.cloud.iter();
    objects
        .find(|(_, object)| names.address(object.resource) == address)
        .map(|(id, _)| names.object(id))
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
            // In the metadata that `az` shows the lock info is base64.
            OutputFact::Printed(
                Printed::Nothing
                | Printed::Blob { .. }
                | Printed::State { .. }
                | Printed::Seconds(_),
            )
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
