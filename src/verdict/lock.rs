//! Findings about the lock: the lease on the state blob, and the lock info beside it.

use super::advice::{MendStage, break_lease};
use super::finding::{Finding, Subject};
use super::survey::Survey;
use crate::scenario::FindingName;
use crate::timeline::{LeaseObservation, RemoteState};

const NOT_WITHOUT_LOCK: &str = "do not apply with -lock=false: while the lease is held, a save \
     without its ID is refused with 412 LeaseIdMissing";

pub(super) fn find(survey: &Survey<'_>, findings: &mut Vec<Finding>) {
    let observation = survey.observation;
    match (observation.lease, observation.lock_info) {
        (LeaseObservation::Leased { .. } | LeaseObservation::Breaking { .. }, _) => {
            if !survey.is_lease_held() {
                findings.push(orphaned_lock(survey));
            }
        }
        (
            LeaseObservation::Available | LeaseObservation::Expired | LeaseObservation::Broken,
            Some(info),
        ) => {
            let who = survey.names.operator(info.who);
            let evidence = format!(
                "the blob's lock info names {who} (ID {}), and there is no lease",
                info.id
            );
            let finding = Finding::new(FindingName::LeftoverLockInfo, Subject::Lock, evidence)
                .into_note()
                .mended_by(
                    MendStage::Refresh,
                    survey.mender(),
                    "terraform plan".to_owned(),
                )
                .with_caution(
                    "do not use force-unlock: it fails with 412 where no lease is held; the next \
                     command that locks clears the info",
                );
            findings.push(finding);
        }
        (
            LeaseObservation::Available | LeaseObservation::Expired | LeaseObservation::Broken,
            None,
        ) => {}
    }
}

fn orphaned_lock(survey: &Survey<'_>) -> Finding {
    let observation = survey.observation;
    let id = observation.lease.id().expect("the lease is held");
    let info = observation.lock_info.filter(|info| info.id == id);
    let evidence = match info {
        Some(info) => format!(
            "lease {id} is held; the lock info names {} ({}), and no living process holds it",
            survey.names.operator(info.who),
            info.operation,
        ),
        None => format!("lease {id} is held without lock info, and no living process holds it"),
    };
    let finding = Finding::new(FindingName::OrphanedLock, Subject::Lock, evidence)
        .with_caution(NOT_WITHOUT_LOCK);
    let is_readable = match observation.remote {
        RemoteState::State(_) => true,
        // Every command fails when it opens such a blob, force-unlock with the right ID included.
        RemoteState::Absent | RemoteState::Empty | RemoteState::Unreadable => false,
    };
    let is_breaking = matches!(observation.lease, LeaseObservation::Breaking { .. });
    let line = if info.is_some() && is_readable && !is_breaking {
        format!("terraform force-unlock -force {id}")
    } else {
        break_lease()
    };
    finding.mended_by(MendStage::Unlock, survey.mender(), line)
}
