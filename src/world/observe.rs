//! Observations: what there is to see of the world at one instant.

use std::sync::Arc;

use super::local::local_file;
use super::{Runner, World};
use crate::kernel::SimTime;
use crate::service::azure::{LeaseState, Term};
use crate::terraform::process::ERRORED;
use crate::terraform::{BlobContent, OperatorId};
use crate::timeline::{LeaseObservation, Observation, RemoteState, RunObservation};

pub(super) fn observe(world: &World, now: SimTime) -> Observation {
    let remote = world.observe_local_state();
    let remote = remote.unwrap_or_else(|| blob(world));
    let local_lock = world.observe_local_lock();
    let (lease, lock_info, holder) = local_lock.unwrap_or_else(|| {
        let info = world.service.blob().and_then(|blob| blob.metadata);
        let lease = lease(world.service.lease_state(now));
        (lease, info, world.lease.holder())
    });
    let errored = world
        .machines
        .iter()
        .enumerate()
        .filter_map(|(index, machine)| {
            let operator = OperatorId(u16::try_from(index).expect("validated"));
            // A directory that several share is its owner's.
            if machine.directory != index {
                return None;
            }
            let file = world.directory(operator).get(ERRORED).map(local_file)?;
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
        lease,
        lock_info,
        backup: world.observe_backup(),
        holder,
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

fn blob(world: &World) -> RemoteState {
    match world.service.blob().map(|blob| &blob.content) {
        None => RemoteState::Absent,
        Some(BlobContent::Empty) => RemoteState::Empty,
        Some(BlobContent::Unreadable(_)) => RemoteState::Unreadable,
        Some(BlobContent::State(file)) => RemoteState::State(Arc::clone(file)),
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
