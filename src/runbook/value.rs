//! What fills placeholders: what was printed, and what somebody finds in the portal.

use std::collections::BTreeSet;

use super::Step;
use super::placeholder::{Each, Placeholder, StandsFor, filled};
use crate::scenario::FindingName;
use crate::service::azure::LeaseId;
use crate::simulation::Simulation;
use crate::terraform::address::Address;
use crate::terraform::process::OperationFact;
use crate::terraform::{LockId, Names, OperatorId, RecordedObject, ResourceId};
use crate::timeline::{Actor, Entries, Entry, Fact, Log, Observation, OutputFact, Printed};
use crate::verdict::{Finding, MendStage, Subject, findings, keys};

/// The resources for which such a command is typed, in the order of the findings.
pub(super) fn meant(
    each: Each,
    observation: &Observation,
    names: &Names,
    operator: OperatorId,
) -> Vec<ResourceId> {
    let wanted = match each {
        Each::Unrecorded => FindingName::OrphanedObject,
        Each::Tainted | Each::TaintedWhole => FindingName::TaintedObject,
        Each::Gone => FindingName::GhostObject,
        Each::Misplaced => FindingName::WrongAddress,
        Each::RecordedTwice => FindingName::RecordedTwice,
        Each::InputsLost => FindingName::LostInputs,
        Each::Printed => return Vec::new(),
    };
    let found = keys(names, observation).into_iter();
    let mut resources: Vec<ResourceId> = found
        .filter(|found| found.name == wanted)
        .filter_map(|found| match found.subject {
            Subject::Resource(resource) => Some(resource),
            Subject::Lock | Subject::State | Subject::Operator(_) => None,
        })
        .collect();
    if each == Each::TaintedWhole {
        resources.retain(|resource| is_marked_and_whole(observation, *resource));
    }
    if each == Each::InputsLost && !resources.is_empty() {
        let found = findings(names, observation, Some(operator));
        resources.retain(|resource| has_inputs(&found, *resource, operator));
    }
    resources
}

/// Whether the remote state marks an object as tainted that was made to the end.
fn is_marked_and_whole(observation: &Observation, resource: ResourceId) -> bool {
    recorded(observation, resource).is_some_and(|record| {
        let exists = observation.cloud.get(record.id);
        record.is_tainted && exists.is_some_and(|exists| exists.is_whole)
    })
}

/// Whether the operator's configuration still has the inputs that the state lacks, so that an apply
/// of this resource sets them again.
fn has_inputs(found: &[Finding], resource: ResourceId, operator: OperatorId) -> bool {
    let of = found.iter().filter(|found| {
        found.name == FindingName::LostInputs && found.subject == Subject::Resource(resource)
    });
    let mut mends = of.flat_map(|found| &found.mends);
    mends.any(|mend| mend.stage == MendStage::Restate && mend.operator == operator)
}

fn recorded(observation: &Observation, resource: ResourceId) -> Option<&RecordedObject> {
    let record = observation.remote_state()?.snapshot.object(resource);
    record.map(AsRef::as_ref)
}

/// The address that the object recorded under this one should have.
pub(super) fn own_address(
    resource: ResourceId,
    observation: &Observation,
    names: &Names,
) -> Option<String> {
    let record = recorded(observation, resource)?;
    let exists = observation.cloud.get(record.id)?;
    Some(names.typed_address(exists.resource))
}

/// The command for each of these resources.
pub(super) fn for_each(
    source: &str,
    placeholders: &[Placeholder],
    resources: &[ResourceId],
    observation: &Observation,
    names: &Names,
) -> Vec<String> {
    let line = |resource: ResourceId| {
        // Two objects for one address are another finding, and beyond commands.
        let object = observation
            .cloud
            .iter()
            .find(|(_, object)| object.resource == resource)
            .map(|(id, _)| names.object(id));
        filled(source, placeholders, |stands_for| match stands_for {
            StandsFor::Address => Some(names.typed_address(resource)),
            StandsFor::OwnAddress => own_address(resource, observation, names),
            StandsFor::ObjectId => object.clone(),
            StandsFor::LockId | StandsFor::Name(_) | StandsFor::Nothing => None,
        })
    };
    resources.iter().copied().map(line).collect()
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

/// The one address that the operator was shown last, as it is typed.
///
/// # Errors
///
/// Where none was, or several: what to write instead.
pub(super) fn shown_address(
    simulation: &Simulation,
    steps: &[Step],
    operator: OperatorId,
) -> Result<String, String> {
    let names = simulation.names();
    let shown = last_addresses(simulation.entries(), steps, operator, names);
    let mut all = shown.iter().map(|resource| names.typed_address(*resource));
    match (all.next(), shown.len()) {
        (Some(only), 1) => Ok(only),
        (Some(first), count) => Err(format!(
            "{count} addresses were printed last: write which one is meant, such as {first}"
        )),
        (None, _) => Err(
            "no command has printed an address so far: write which one is meant, or look first, \
             such as with terraform state list"
                .to_owned(),
        ),
    }
}

/// The addresses that the operator was shown last: by the last of these commands that printed any,
/// or else before all of them.
fn last_addresses(
    entries: &Log,
    steps: &[Step],
    operator: OperatorId,
    names: &Names,
) -> BTreeSet<ResourceId> {
    let own = |entry: &&Entry| entry.actor == Actor::Operator(operator);
    for step in steps.iter().rev() {
        let during = |entry: &&Entry| step.started <= entry.time && entry.time <= step.ended;
        let entries = entries.iter().rev().filter(own);
        let entries = entries.skip_while(|entry| entry.time > step.ended);
        let shown = entries.take_while(during);
        let (mut listed, mut read) = (BTreeSet::new(), BTreeSet::new());
        for entry in shown {
            let is_text = matches!(
                entry.fact,
                Fact::Output(OutputFact::Printed(Printed::Text(_)))
            );
            let into = if is_text { &mut read } else { &mut listed };
            into.extend(shown_in(entry, names));
        }
        // What a filter lets through is all that is seen of a list.
        let shown = if read.is_empty() { listed } else { read };
        if !shown.is_empty() {
            return shown;
        }
    }
    let first = steps.first().map(|step| step.started);
    let mut before = { entries.iter().rev().filter(own) }
        .skip_while(|entry| first.is_some_and(|first| entry.time >= first))
        .map(|entry| shown_in(entry, names))
        .filter(|shown| !shown.is_empty());
    before.next().into_iter().flatten().collect()
}

/// The resources whose addresses a fact has brought to the terminal.
fn shown_in(entry: &Entry, names: &Names) -> Vec<ResourceId> {
    match &entry.fact {
        Fact::Output(OutputFact::Printed(Printed::State { resources, .. })) => resources.clone(),
        Fact::Output(OutputFact::Printed(Printed::Text(text))) => {
            let addresses = Address::find_all(text).into_iter();
            let known = addresses.filter_map(|address| names.find_address(&address.to_string()));
            known.collect()
        }
        Fact::Operation(OperationFact::Began { resource, .. }) => vec![*resource],
        Fact::Output(
            OutputFact::Printed(
                Printed::Nothing | Printed::Blob { .. } | Printed::LeaseId(_) | Printed::Seconds(_),
            )
            | OutputFact::ErrorPrinted(_)
            | OutputFact::Planned(_)
            | OutputFact::Prompted,
        )
        | Fact::Operation(
            OperationFact::Ended { .. }
            | OperationFact::Skipped { .. }
            | OperationFact::ProvisionerBegan { .. }
            | OperationFact::StopRequested,
        )
        | Fact::Process(_)
        | Fact::Lock(_)
        | Fact::State(_)
        | Fact::Request(_)
        | Fact::Lease(_)
        | Fact::Blob(_)
        | Fact::Cloud(_)
        | Fact::Machine(_)
        | Fact::Script(_) => Vec::new(),
    }
}

fn lock_id_in(text: &str) -> Option<LockId> {
    const LENGTH: usize = 36;
    text.split(|c: char| !c.is_ascii_hexdigit() && c != '-')
        .filter(|word| word.len() == LENGTH)
        .find_map(|word| word.parse::<LeaseId>().ok())
        .map(LockId::from)
}
