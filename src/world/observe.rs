//! Observations: what there is to see of the world at one instant.

use std::sync::Arc;

use super::{FileContent, Runner, World};
use crate::kernel::SimTime;
use crate::service::azure::{LeaseState, Term};
use crate::terraform::process::ERRORED;
use crate::terraform::{BlobContent, OperatorId};
use crate::timeline::{LeaseObservation, LocalFile, Observation, RemoteState, RunObservation};

pub(super) fn observe(world: &World, now: SimTime) -> Observation {
    let remote = match world.service.blob().map(|blob| &blob.content) {
        None => RemoteState::Absent,
        Some(BlobContent::Empty) => RemoteState::Empty,
        Some(BlobContent::Unreadable(_)) => RemoteState::Unreadable,
        Some(BlobContent::State(file)) => RemoteState::State(Arc::clone(file)),
    };
    let errored = world
        .machines
        .iter()
        .enumerate()
        .filter_map(|(index, machine)| {
            let operator = OperatorId(u16::try_from(index).expect("validated"));
            let file = match machine.files.get(ERRORED)? {
                FileContent::Empty => LocalFile::Empty,
                FileContent::State(file) => LocalFile::State(Arc::clone(file)),
                FileContent::Plan(_) | FileContent::Text(_) => LocalFile::Unreadable,
            };
            Some((operator, file))
        })
        .collect();
    let mut unsaved = Vec::new();
    let runs = world
        .started
        .iter()
        .map(|id| {
            let run = world.run(*id);
            let mut lock_id = None;
            if let (true, Runner::Terraform(process)) = (run.is_alive(), &run.runner) {
                lock_id = process.held().or_else(|| world.network.granted(*id));
                unsaved.extend(process.unsaved());
            }
            let errors = run.errors().to_vec();
            RunObservation {
                run: *id,
                operator: run.operator,
                end: run.end,
                ended_at: run.ended_at,
                lock_id,
                errors,
            }
        })
        .collect();
    unsaved.sort_unstable();
    unsaved.dedup();
    Observation {
        time: now,
        cloud: world
            .cloud
            .objects()
            .map(|(id, object)| (id, object.clone()))
            .collect(),
        remote,
        errored,
        lease: lease(world.service.lease_state(now)),
        lock_info: world.service.blob().and_then(|blob| blob.metadata),
        holder: world.lease.holder(),
        runs,
        unsaved,
        lost: world.lease.lost().cloned(),
        configurations: world
            .machines
            .iter()
            .map(|machine| Arc::clone(&machine.configuration))
            .collect(),
        limit_reached: world.limit_reached,
    }
}

fn lease(state: LeaseState) -> LeaseObservation {
    match state {
        LeaseState::Available => LeaseObservation::Available,
        LeaseState::Leased { id, term } => LeaseObservation::Leased {
            id,
            is_infinite: term == Term::Infinite,
        },
        LeaseState::Expired { .. } => LeaseObservation::Expired,
        LeaseState::Breaking { id, .. } => LeaseObservation::Breaking { id },
        LeaseState::Broken { .. } => LeaseObservation::Broken,
    }
}
