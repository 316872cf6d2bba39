//! Findings about the lock: the lease on the state blob and the lock info beside it, the objects
//! and items that lock a state in a bucket, the lock on a server, or the sessions that lock a state
//! in a database.

use super::advice::{MendStage, wait};
use super::caution::{NOT_WITHOUT_LOCK, NOT_WITHOUT_LOCK_FENCED, NOT_WITHOUT_LOCK_UNFENCED};
use super::finding::{Finding, FindingKey, Subject};
use super::kept::named;
use super::session::{is_orphaned, orphaned_session};
use super::survey::Survey;
use crate::scenario::FindingName;
use crate::terraform::backend::{Backend, gcs, http, s3};
use crate::terraform::{DiagnosticKind, LockId};
use crate::timeline::{
    LeaseObservation, LockObservation, Observation, RemoteState, RunObservation,
};

const ORPHANED: FindingKey = FindingKey::blocking(FindingName::OrphanedLock, Subject::Lock);

/// What is found about the lock.
pub(super) fn key(observation: &Observation) -> Option<FindingKey> {
    if !observation.lock.is_locked() {
        let leftover = FindingKey::note(FindingName::LeftoverLockInfo, Subject::Lock);
        return observation.lock_info.map(|_| leftover);
    }
    match observation.lock {
        LockObservation::Lease(_) => (!is_lease_known(observation)).then_some(ORPHANED),
        LockObservation::Record { .. } => {
            let mut records = records(observation);
            let is_orphaned = records.any(|record| !is_known(observation, record.id));
            is_orphaned.then_some(ORPHANED)
        }
        LockObservation::Session { .. } => is_orphaned(observation).then_some(ORPHANED),
        // It is always a living process's.
        LockObservation::Kernel { .. } => None,
    }
}

/// Whether a living process believes to hold the blob's lease, or is about to learn that it does.
fn is_lease_known(observation: &Observation) -> bool {
    is_known(observation, observation.lock.id())
}

/// Whether a living process believes to hold the lock with this ID.
fn is_known(observation: &Observation, id: Option<LockId>) -> bool {
    let mut living = observation.living();
    living.any(|run| run.lock_id.is_some() && run.lock_id == id)
}

/// Where a lock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// In a bucket.
    Object,
    /// In a table.
    Item,
    /// On a server.
    Server,
}

impl At {
    const fn what(self) -> &'static str {
        match self {
            Self::Object => "the lock object",
            Self::Item => "the lock item",
            Self::Server => "the lock on the server",
        }
    }
}

/// An object or an item that locks.
struct Record {
    /// Where it stands.
    at: At,
    /// The ID in it, where it can be read.
    id: Option<LockId>,
    /// The command that takes it away, whoever put it there.
    remove: &'static str,
}

/// The objects and items that lock a state in a bucket, or the lock on a server.
fn records(observation: &Observation) -> impl Iterator<Item = Record> {
    let aws = observation.aws.as_ref();
    let on_server = match (observation.backend, observation.lock) {
        (Backend::Http(options), LockObservation::Record { is_held: true, id }) => Some(Record {
            at: At::Server,
            id,
            remove: http::unlock_by_hand(options.server),
        }),
        (Backend::Gcs, LockObservation::Record { is_held: true, id }) => Some(Record {
            at: At::Object,
            id,
            remove: gcs::REMOVE_LOCK,
        }),
        (
            Backend::Azurerm { .. }
            | Backend::S3 { .. }
            | Backend::Gcs
            | Backend::Http(_)
            | Backend::Pg { .. }
            | Backend::Local { .. },
            _,
        ) => None,
    };
    let object = aws.and_then(|aws| aws.lock_object.as_ref());
    let object = object.map(|object| Record {
        at: At::Object,
        id: match object {
            s3::Object::Lock(info) => Some(info.id),
            s3::Object::Empty | s3::Object::State(_) | s3::Object::Text(_) => None,
        },
        remove: s3::REMOVE_LOCK_OBJECT,
    });
    let item = aws.and_then(|aws| aws.lock_item.as_ref());
    let item = item.map(|item| Record {
        at: At::Item,
        id: match item {
            s3::Item::Lock(info) => Some(info.id),
            s3::Item::Digest(_) | s3::Item::Text(_) => None,
        },
        remove: s3::DELETE_LOCK_ITEM,
    });
    object.into_iter().chain(item).chain(on_server)
}

/// Whether a command that has ended took a lock and was told that it could not: the answer that
/// said so was lost.
fn never_learned(run: &RunObservation) -> bool {
    run.errors.iter().any(|error| {
        matches!(
            error.kind,
            DiagnosticKind::LockRefused | DiagnosticKind::OpenLocked(_)
        )
    })
}

/// Whether commands of this configuration leave what they lock.
pub(super) const fn leaves_lock(backend: Backend) -> bool {
    match backend {
        Backend::Http(options) => options.leaves_lock(),
        Backend::Azurerm { .. }
        | Backend::S3 { .. }
        | Backend::Gcs
        | Backend::Pg { .. }
        | Backend::Local { .. } => false,
    }
}

/// Why nobody applies with -lock=false while such a lock is there.
const fn not_without_lock(backend: Backend) -> &'static str {
    let is_fenced = match backend {
        Backend::Http(options) => options.is_fenced(),
        Backend::Azurerm { .. }
        | Backend::S3 { .. }
        | Backend::Gcs
        | Backend::Pg { .. }
        | Backend::Local { .. } => false,
    };
    if is_fenced {
        NOT_WITHOUT_LOCK_FENCED
    } else {
        NOT_WITHOUT_LOCK_UNFENCED
    }
}

/// What has become of who put a lock there.
fn whose(survey: &Survey<'_>) -> String {
    let observation = survey.observation;
    let mut runs = observation.runs.iter();
    let holder = runs.find(|run| observation.holder_run == Some(run.run) && run.end.is_some());
    let Some(run) = holder else {
        return "no living process holds it".to_owned();
    };
    let name = survey.names.run(run.run);
    if never_learned(run) {
        format!(
            "[{name}], which put it, has ended and never learned that it had it: it belongs to nobody"
        )
    } else if leaves_lock(observation.backend_of(run.operator)) {
        format!(
            "its holder [{name}] has ended, and its configuration has no address to give it back"
        )
    } else {
        format!("its holder [{name}] has ended")
    }
}

/// A lock in a bucket or a table that no living process holds: of a process that is dead, of one
/// that never learned that it had it, or of nobody who could be named.
fn orphaned_record(survey: &Survey<'_>, key: FindingKey) -> Finding {
    let observation = survey.observation;
    if let Some(run) = observation.living_holder() {
        let run = &survey.command(run);
        let evidence =
            format!("{run}, which put the lock, is alive and does not know that it has it");
        return key
            .with(evidence)
            .with_hint(wait(&[run]))
            .with_caution(format!(
                "do not free the lock while {run} is alive: it may still take it for its own"
            ));
    }
    let orphaned: Vec<Record> = { records(observation) }
        .filter(|record| !is_known(observation, record.id))
        .collect();
    let what: Vec<&str> = orphaned.iter().map(|record| record.at.what()).collect();
    let what = what.join(" and ");
    let are = if orphaned.len() > 1 { "are" } else { "is" };
    let id = orphaned.iter().find_map(|record| record.id);
    let evidence = match (id, observation.lock_info) {
        (None, _) => format!("{what} {are} there and can't be read: nobody can say whose it is"),
        (Some(id), info) => {
            let named = info
                .filter(|info| info.id == id)
                .map_or_else(String::new, |info| {
                    format!(
                        ", names {} ({})",
                        survey.names.operator(info.who),
                        info.operation
                    )
                });
            let whose = whose(survey);
            format!("{what} {are} still there, ID {id}{named}; {whose}")
        }
    };
    let caution = not_without_lock(observation.backend);
    let finding = key.with(evidence).with_caution(caution);
    let is_whole = is_freed_by_force(survey, &orphaned);
    if let (Some(id), true) = (id, is_whole) {
        let line = format!("terraform force-unlock -force {id}");
        return finding.mended_by(MendStage::Unlock, survey.mender(), line);
    }
    orphaned.iter().fold(finding, |finding, record| {
        finding.mended_by(MendStage::Unlock, survey.mender(), record.remove.to_owned())
    })
}

/// Whether a `force-unlock` by whoever mends frees all of these and succeeds.
fn is_freed_by_force(survey: &Survey<'_>, orphaned: &[Record]) -> bool {
    let stands = |at: At| orphaned.iter().any(|record| record.at == at);
    match survey.observation.backend_of(survey.mender()) {
        // Where the client locks by both and one is missing, it frees the other and fails; where it
        // locks by one, it does not see the other.
        Backend::S3 { locks } => {
            let mut ids = orphaned.iter().map(|record| record.id);
            let first = ids.next();
            locks.has_object() == stands(At::Object)
                && locks.has_item() == stands(At::Item)
                && ids.all(|id| Some(id) == first)
        }
        // Without an address it says that it did, and asks nobody.
        Backend::Http(options) => options.unlocks(),
        // Whoever force-unlocks opens the state first, and makes one where there is none.
        Backend::Gcs => survey.observation.remote_state().is_some(),
        Backend::Azurerm { .. } | Backend::Pg { .. } | Backend::Local { .. } => false,
    }
}

/// The finding about the lock in words.
pub(super) fn finding(survey: &Survey<'_>) -> Option<Finding> {
    let key = key(survey.observation)?;
    Some(match survey.observation.lock {
        lock if !lock.is_locked() => leftover_lock_info(survey, key),
        LockObservation::Record { .. } => orphaned_record(survey, key),
        LockObservation::Session { .. } => orphaned_session(survey, key),
        LockObservation::Lease(_) | LockObservation::Kernel { .. } => orphaned_lock(survey, key),
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
        let run = &survey.command(run);
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
        | LockObservation::Record { .. }
        | LockObservation::Session { .. }
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
