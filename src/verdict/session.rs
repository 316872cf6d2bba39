//! Findings about the lock of a state in a database: a session that holds it, and whose client is
//! gone.

use super::advice::{MendStage, wait};
use super::caution::NOT_WITHOUT_SESSION;
use super::finding::{Finding, FindingKey};
use super::survey::Survey;
use crate::service::postgres::LockKey;
use crate::terraform::backend::pg;
use crate::timeline::{Observation, SessionLock};

/// The locks of sessions that the server keeps for nobody.
fn left(observation: &Observation) -> impl Iterator<Item = &SessionLock> {
    let locks = observation.sessions.iter();
    locks.filter(|lock| !lock.is_connected)
}

/// Whether the server keeps a session with a lock whose client is gone.
pub(super) fn is_orphaned(observation: &Observation) -> bool {
    left(observation).next().is_some()
}

const fn what(key: LockKey) -> &'static str {
    match key {
        LockKey::Creation => "the creation key −1, which locks every state in the database",
        LockKey::Row(_) => "the lock on the row",
    }
}

/// A lock of a session that no client has any more: of a process that is dead, of one that lost its
/// connection, or of one that never learned that it had it.
pub(super) fn orphaned_session(survey: &Survey<'_>, key: FindingKey) -> Finding {
    let observation = survey.observation;
    let left: Vec<&SessionLock> = left(observation).collect();
    let living = left.iter().find_map(|lock| {
        let mut living = observation.living();
        living.find(|run| run.run == lock.run)
    });
    if let Some(run) = living {
        let run = &format!("[{}]", survey.names.run(run.run));
        let evidence = format!(
            "the server keeps the session in which {run} took the lock; {run} is alive, has lost the \
             connection to it, and does not know that"
        );
        return key
            .with(evidence)
            .with_hint(wait(&[run]))
            .with_caution(format!(
                "do not free the lock while {run} is alive: it still saves, without the lock"
            ));
    }
    let whats: Vec<&str> = left.iter().map(|lock| what(lock.key)).collect();
    let mut sessions: Vec<_> = left.iter().map(|lock| lock.session).collect();
    sessions.dedup();
    let numbers: Vec<String> = sessions.iter().map(|id| id.0.to_string()).collect();
    let whose = left.first().map_or_else(String::new, |lock| {
        let name = survey.names.run(lock.run);
        let mut runs = observation.runs.iter();
        let run = runs.find(|run| run.run == lock.run);
        let is_refused =
            run.is_some_and(|run| run.errors.iter().any(|error| error.kind.is_lock_error()));
        if is_refused {
            format!("[{name}], whose session that was, has ended and never learned that it had it: it belongs to nobody")
        } else {
            format!("its holder [{name}] has ended, and the server has not seen that")
        }
    });
    let evidence = format!(
        "session {} still holds {}; {whose}",
        numbers.join(" and "),
        whats.join(", and ")
    );
    let finding = key
        .with(evidence)
        .with_caution(NOT_WITHOUT_SESSION)
        .with_hint("or wait: TCP keepalive ends the session, by default after more than 2 hours");
    sessions.into_iter().fold(finding, |finding, session| {
        let line = pg::terminate(session);
        finding.mended_by(MendStage::Unlock, survey.mender(), line)
    })
}
