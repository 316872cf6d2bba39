//! Observations: what there is to see of the world at one instant.

use std::sync::Arc;

use super::local::local_file;
use super::{Machine, Runner, World};
use crate::fault::Way;
use crate::kernel::SimTime;
use crate::scenario::Peer;
use crate::service::azure::{LeaseState, Term};
use crate::terraform::backend::Backend;
use crate::terraform::client_model::LeaseModel;
use crate::terraform::process::{ERRORED, Process};
use crate::terraform::{BlobContent, LockId, LockInfo, OperatorId, RunId, StateFile};
use crate::timeline::{
    Belief, LeaseObservation, LockObservation, MachineObservation, Observation, RemoteState,
    RunObservation, WalkObservation,
};

pub(super) fn observe(world: &World, now: SimTime) -> Observation {
    let remote = world.observe_remote();
    let is_lease_short = is_lease_short(world, &remote);
    let (lock, lock_info, holder_run) = world.observe_lock(now);
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
    let runs = { world.started.iter() }
        .map(|id| run(world, *id, lock.id().filter(|_| holder_run == Some(*id))))
        .collect();
    Observation {
        time: now,
        backend: world.scenario.backend,
        aws: world.observe_aws(),
        strangers: strangers(world),
        own_backends: own_backends(world),
        sessions: world.observe_sessions(now),
        cloud: world.cloud.objects().clone(),
        remote,
        errored,
        lock,
        lock_info,
        backup: world.observe_backup(),
        kept: kept(world),
        elsewhere: elsewhere(world),
        elsewhere_past: elsewhere_past(world, now),
        files: world.observe_local_files(),
        holder: holder_run.map(|run| world.run(run).operator),
        holder_run,
        is_lease_short,
        runs,
        lost: world.lease.lost().cloned(),
        lost_updates: Arc::clone(world.updates.lost()),
        versions: world.lease.versions().clone(),
        has_snapshots: !world.service.snapshots().is_empty(),
        history: world.service.history().cloned(),
        configurations: world
            .machines
            .iter()
            .map(|machine| Arc::clone(&machine.configuration))
            .collect(),
        machines: world
            .names
            .operator_ids()
            .zip(&world.machines)
            .map(|(operator, state)| machine(world, operator, state))
            .collect(),
        limit_reached: world.limit_reached,
    }
}

impl World {
    /// The lease on the state blob, its lock info, and who acquired it.
    pub(super) fn observe_lease(
        &self,
        now: SimTime,
    ) -> (LockObservation, Option<LockInfo>, Option<RunId>) {
        let lease = lease(self.service.lease_state(now));
        let holder = self.lease.holder();
        (LockObservation::Lease(lease), self.lock_info(), holder)
    }
}

/// The operators whose configurations have the backend otherwise.
fn own_backends(world: &World) -> Vec<(OperatorId, Backend)> {
    let all = world.names.operator_ids();
    let own = all.map(|operator| (operator, world.scenario.backend_of(operator)));
    own.filter(|(_, backend)| *backend != world.scenario.backend)
        .collect()
}

/// The operators who work on another state of the same database.
fn strangers(world: &World) -> Vec<OperatorId> {
    let Backend::Pg { schema } = world.scenario.backend else {
        return Vec::new();
    };
    let own = Backend::Pg { schema };
    let all = world.names.operator_ids();
    all.filter(|operator| world.scenario.backend_of(*operator) != own)
        .collect()
}

/// The states that stand in files beside the state and `errored.tfstate`.
fn kept(world: &World) -> Vec<Arc<StateFile>> {
    let mut kept = Vec::new();
    for directory in &world.directories {
        let others = directory
            .names()
            .filter(|name| &***name != ERRORED && !world.is_file_of_state(name));
        kept.extend(others.filter_map(|name| directory.get(name)?.state().cloned()));
    }
    kept
}

/// The states in other blobs than the state's.
fn elsewhere(world: &World) -> Vec<Arc<StateFile>> {
    let others = world.accounts.others();
    let blobs = others.filter_map(|(_, service)| service.blob());
    let states = blobs.filter_map(|blob| blob.content.state());
    states
        .cloned()
        .chain(world.observe_other_schema())
        .collect()
}

/// The states that those blobs held and can hold again.
fn elsewhere_past(world: &World, now: SimTime) -> Vec<Arc<StateFile>> {
    let others = world.accounts.others();
    let histories = others.filter_map(|(_, service)| service.history());
    let past = histories.flat_map(|history| history.restorable(now));
    let states = past.filter_map(|kept| kept.content.state());
    states.cloned().collect()
}

/// Whether the client's lease may run out within a command: its renewals come too late for one that
/// takes long.
/// Where there is no state, the opening makes one under a lease that it never renews.
fn is_lease_short(world: &World, remote: &RemoteState) -> bool {
    /// One way each: so many messages follow the grant of the lease, until it is given back.
    const MESSAGES: u64 = 24;
    /// And so many until the client counts to the first renewal, and until that one arrives.
    const MESSAGES_TO_RENEWAL: u64 = 6;
    let has_lease = match world.scenario.backend {
        Backend::Azurerm { .. } => true,
        Backend::S3 { .. }
        | Backend::Gcs
        | Backend::Pg { .. }
        | Backend::Http(_)
        | Backend::Local { .. } => false,
    };
    let LeaseModel::Finite {
        duration,
        renew_every,
    } = world.scenario.client.lease
    else {
        return false;
    };
    let timing = world.scenario.timing;
    let message = timing.latency_max.as_ms();
    let work = timing.plan.as_ms() + MESSAGES * message;
    // An apply that is advised takes as long as the cloud does: only renewals keep its lease.
    let kept = match remote {
        RemoteState::State(_) => renew_every.as_ms() + MESSAGES_TO_RENEWAL * message,
        RemoteState::Absent | RemoteState::Empty | RemoteState::Unreadable => work,
    };
    has_lease && kept >= duration.as_ms()
}

pub(super) fn blob(world: &World) -> RemoteState {
    match world.service.blob().map(|blob| &blob.content) {
        None => RemoteState::Absent,
        Some(BlobContent::Empty) => RemoteState::Empty,
        Some(BlobContent::Unreadable(_)) => RemoteState::Unreadable,
        Some(BlobContent::State(file)) => RemoteState::State(Arc::clone(file)),
    }
}

/// A run; `taken` is the ID of the lock that is held, where the run took it.
fn run(world: &World, id: RunId, taken: Option<LockId>) -> RunObservation {
    let run = world.run(id);
    let process = match &run.runner {
        Runner::Terraform(process) if run.is_alive() => Some(process),
        Runner::Terraform(_)
        | Runner::Az(_)
        | Runner::Aws(_)
        | Runner::Psql(_)
        | Runner::Gcloud(_)
        | Runner::Curl(_)
        | Runner::Shell(_)
        | Runner::Instant => None,
    };
    RunObservation {
        run: id,
        operator: run.operator,
        end: run.end,
        ended_at: run.ended_at,
        lock_id: process
            .and_then(|process| process.held())
            .or_else(|| run.is_alive().then(|| world.network.granted(id, taken))?),
        errors: Arc::clone(run.errors()),
        written: Arc::clone(&run.written),
        belief: process.and_then(|process| belief(process)),
    }
}

fn belief(process: &Process) -> Option<Belief> {
    let manager = process.manager();
    Some(Belief {
        phase: process.phase()?,
        lock: process.lock(),
        serial: manager.serial,
        snapshot: manager.snapshot.clone(),
        stored: manager.read().cloned(),
        walk: process.walk_state().map(|state| WalkObservation {
            state: state.clone(),
            operating: process.operating(),
        }),
    })
}

fn machine(world: &World, operator: OperatorId, machine: &Machine) -> MachineObservation {
    let links = &world.faults.links;
    let link = |peer, way| links.get(operator, peer, way).value;
    MachineObservation {
        disk: machine.disk.value,
        is_suspended: machine.is_suspended.value,
        blob_requests: link(Peer::State, Way::Outward),
        blob_answers: link(Peer::State, Way::Inward),
        cloud_requests: link(Peer::Cloud, Way::Outward),
        cloud_answers: link(Peer::Cloud, Way::Inward),
        state_credentials: machine.blob_credentials.value,
        cloud_credentials: machine.cloud_credentials.value,
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
