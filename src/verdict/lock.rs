//! Findings about the lock: the lease on the state blob, and the lock info beside it.

use super::advice::{MendStage, wait};
use super::caution::NOT_WITHOUT_LOCK;
use super::finding::{Finding, FindingKey, Subject};
use super::kept::named;
use super::survey::Survey;
use crate::scenario::FindingName;
use crate::timeline::{LeaseObservation, LockObservation, Observation, RemoteState};

/// What is found about the lock.
pub(super) fn key(observation: &Observation) -> Option<FindingKey> {
    if !observation.lock.is_locked() {
        let leftover = FindingKey::note(FindingName::LeftoverLockInfo, Subject::Lock);
        return observation.lock_info.map(|_| leftover);
    }
    match observation.lock {
        LockObservation::Lease(_) => {
            let orphaned = FindingKey::blocking(FindingName::OrphanedLock, Subject::Lock);
            (!is_lease_known(observation)).then_some(orphaned)
        }
        // It is always a living process's.
        LockObservation::Kernel { .. } => None,
    }
}

/// Whether a living process believes to hold the blob's lease, or is about to learn that it does.
fn is_lease_known(observation: &Observation) -> bool {
    let id = observation.lock.id();
    let mut living = observation.living();
    living.any(|run| run.lock_id.is_some() && run.lock_id == id)
}

/// The finding about the lock in words.
pub(super) fn finding(survey: &Survey<'_>) -> Option<Finding> {
    let key = key(survey.observation)?;
    Some(if survey.observation.lock.is_locked() {
        orphaned_lock(survey, key)
    } else {
        leftover_lock_info(survey, key)
    })
}

fn leftover_lock_info(survey: &Survey<'_>, key: FindingKey) -> Finding {
    let info = survey.observation.lock_info.expect("it was found");
    let who = survey.names.operator(info.who);
    let advice = survey.observation.backend.advice();
    let evidence = format!(
        "{} names {who} (ID {}), and {}",
        advice.lock_info, info.id, advice.without_lock
    );
    key.with(evidence)
        .mended_by(
            MendStage::Refresh,
            survey.mender(),
            "terraform plan".to_owned(),
        )
        .with_caution(advice.not_force_unlocked)
}

fn orphaned_lock(survey: &Survey<'_>, key: FindingKey) -> Finding {
    let observation = survey.observation;
    let id = observation.lock.id().expect("the lease is held");
    if let Some(run) = observation.living_holder() {
        let run = &format!("[{}]", survey.names.run(run.run));
        let evidence = format!(
            "lease {id} is held, and {run}, which took it, is alive and does not know its lease ID"
        );
        return key
            .with(evidence)
            .with_hint(wait(&[run]))
            .with_caution(format!(
                "do not free the lock while {run} is alive: it still changes the cloud"
            ));
    }
    let info = observation.lock_info.filter(|info| info.id == id);
    let evidence = match info {
        Some(info) => format!(
            "lease {id} is held; the lock info names {} ({}), and no living process holds it",
            survey.names.operator(info.who),
            info.operation,
        ),
        None => format!("lease {id} is held without lock info, and no living process holds it"),
    };
    let finding = key.with(evidence).with_caution(NOT_WITHOUT_LOCK);
    let finding = match observation.lock {
        LockObservation::Lease(LeaseObservation::Leased {
            is_infinite: false, ..
        }) => finding.with_hint("or wait: nobody renews the lease, so it runs out within a minute"),
        LockObservation::Lease(LeaseObservation::Breaking { .. }) => {
            finding.with_hint("or wait: the lease is being broken, within a minute at most")
        }
        LockObservation::Lease(
            LeaseObservation::Leased {
                is_infinite: true, ..
            }
            | LeaseObservation::Available
            | LeaseObservation::Expired
            | LeaseObservation::Broken,
        )
        | LockObservation::Kernel { .. } => finding,
    };
    let is_readable = match observation.remote {
        RemoteState::State(_) => true,
        // Every command fails when it opens such a blob, force-unlock with the right ID included.
        RemoteState::Absent | RemoteState::Empty | RemoteState::Unreadable => false,
    };
    let is_breaking = matches!(
        observation.lock,
        LockObservation::Lease(LeaseObservation::Breaking { .. })
    );
    let line = if info.is_some() && is_readable && !is_breaking {
        Some(format!("terraform force-unlock -force {id}"))
    } else {
        let break_lock = observation.backend.advice().break_lock;
        break_lock.map(|line| named(survey, line))
    };
    match line {
        Some(line) => finding.mended_by(MendStage::Unlock, survey.mender(), line),
        None => finding,
    }
}
