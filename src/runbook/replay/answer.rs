//! What conditions ask, answered by what there is to see at that instant.

use super::Replay;
use crate::runbook::condition::{Condition, PushRefusal, Rank};
use crate::runbook::placeholder::Each;
use crate::runbook::value::{last_lock_id, meant};
use crate::scenario::{FindingName, ObjectStatus};
use crate::terraform::{
    Counts, Diagnostic, DiagnosticKind, ProviderError, ResourceId, RunId, StateFile,
};
use crate::timeline::{Entries, RemoteState};
use crate::verdict::{self, Balance, Subject, keys};

impl Replay<'_> {
    pub(super) fn asks(&self, condition: Condition) -> bool {
        let observation = &self.observation;
        let is_locked = observation.lock.is_locked();
        match condition {
            Condition::ErroredExists => observation.errored.contains_key(&self.operator),
            Condition::LockHeld => is_locked,
            Condition::HolderAlive => is_locked && observation.living_holder().is_some(),
            Condition::HolderGone => is_locked && observation.living_holder().is_none(),
            Condition::LockIdPrinted => last_lock_id(self.said_last(), self.operator).is_some(),
            Condition::LockErrorPrinted => {
                let errors = self.locking.map_or(&[][..], |(run, _)| self.errors_of(run));
                errors.iter().any(|error| error.kind.is_lock_error())
            }
            Condition::LastFailed { .. } => {
                let last = self.last.and_then(|run| self.exit_of(run));
                last.is_some_and(|exit| exit != 0)
            }
            Condition::Failed { step, .. } => { self.run_of(step) }
                .and_then(|run| self.exit_of(run))
                .is_some_and(|exit| exit != 0),
            Condition::PushRefused { step, why } => {
                let errors = self.run_of(step).map_or(&[][..], |run| self.errors_of(run));
                let refusals = errors.iter().filter_map(|error| {
                    if let DiagnosticKind::PushRefused(refusal) = error.kind {
                        Some(PushRefusal::of(refusal))
                    } else {
                        None
                    }
                });
                { refusals }.any(|refusal| refusal == why)
            }
            Condition::ErroredSerial(rank) => self
                .both_states()
                .is_some_and(|(errored, remote)| Rank::of(errored.serial, remote.serial) == rank),
            Condition::Lineage { is_same } => self
                .both_states()
                .is_some_and(|(errored, remote)| (errored.lineage == remote.lineage) == is_same),
            Condition::AlreadyExists => {
                let errors = self.last_errors();
                let exists = DiagnosticKind::OperationFailed(ProviderError::AlreadyExists);
                errors.iter().any(|error| error.kind == exists)
            }
            Condition::StateUnreadable => match observation.remote {
                RemoteState::Unreadable | RemoteState::Empty => true,
                RemoteState::Absent | RemoteState::State(_) => false,
            },
            Condition::StateMissing => observation.remote == RemoteState::Absent,
            Condition::PlanClean => self.last_plan().is_some_and(Counts::is_nothing),
            Condition::PlanChanges => self.last_plan().is_some_and(|plan| !plan.is_nothing()),
            Condition::PlanAdds => self.last_plan().is_some_and(|plan| plan.add > 0),
            Condition::PlanDestroys => self.last_plan().is_some_and(|plan| plan.destroy > 0),
            Condition::RemoteHasMore => {
                self.balance().remote_has_more || self.finds_of_errored(FindingName::StaleErrored)
            }
            Condition::ErroredHasMore => {
                self.balance().file_has_more
                    || self.finds_of_errored(FindingName::RemoteBehindErrored)
            }
            Condition::Unrecorded => {
                self.finds(&[FindingName::OrphanedObject, FindingName::DuplicateObject])
            }
            Condition::Tainted => self.finds(&[FindingName::TaintedObject]),
            Condition::TaintedWhole => !self.meant(&[Each::TaintedWhole]).is_empty(),
            Condition::WrongAddress => self.finds(&[FindingName::WrongAddress]),
            Condition::RecordedTwice => self.finds(&[FindingName::RecordedTwice]),
            Condition::InputsLost => self.finds(&[FindingName::LostInputs]),
            Condition::Creating => { self.observation.cloud.iter() }
                .any(|(_, object)| object.status == ObjectStatus::Creating),
            Condition::Gone => self.finds(&[FindingName::GhostObject]),
            Condition::Always => true,
        }
    }

    /// The last run of a step of the runbook.
    fn run_of(&self, step: usize) -> Option<RunId> {
        let mut typed = self.typed.iter().rev();
        typed.find(|(typed, _)| *typed == step).map(|(_, run)| *run)
    }

    /// The operator's `errored.tfstate` and the remote state, where both are states.
    fn both_states(&self) -> Option<(&StateFile, &StateFile)> {
        let errored = self.observation.errored.get(&self.operator)?.state()?;
        match &self.observation.remote {
            RemoteState::State(remote) => Some((errored, remote)),
            RemoteState::Absent | RemoteState::Empty | RemoteState::Unreadable => None,
        }
    }

    /// What occurred since the last command was typed that could print a lock ID.
    fn said_last(&self) -> Entries<'_> {
        let entries = self.session.simulation().entries();
        let from = match (self.last, self.locking) {
            (None, _) => entries.len(),
            (Some(_), Some((_, from))) => from,
            (Some(_), None) => self.said_from,
        };
        entries.since(from)
    }

    fn finds(&self, any_of: &[FindingName]) -> bool {
        let found = keys(self.names(), &self.observation);
        found.iter().any(|key| any_of.contains(&key.name))
    }

    /// The resources for which a command is typed that is meant for these.
    pub(super) fn meant(&self, each: &[Each]) -> Vec<ResourceId> {
        let of = |each: &Each| meant(*each, &self.observation, self.names(), self.operator);
        let mut resources: Vec<ResourceId> = Vec::new();
        for resource in each.iter().flat_map(of) {
            if !resources.contains(&resource) {
                resources.push(resource);
            }
        }
        resources
    }

    /// What the operator's `errored.tfstate` and the remote state have of each other.
    fn balance(&self) -> Balance {
        verdict::balance(self.names(), &self.observation, self.operator)
    }

    /// Whether this is said of the operator's own `errored.tfstate`: one of two records of the same
    /// is the older one.
    fn finds_of_errored(&self, name: FindingName) -> bool {
        let own = Subject::Operator(self.operator);
        let found = keys(self.names(), &self.observation);
        { found.iter() }.any(|key| key.subject == own && key.name == name)
    }

    pub(super) fn last_errors(&self) -> &[Diagnostic] {
        self.last.map_or(&[], |run| self.errors_of(run))
    }

    pub(super) fn errors_of(&self, run: RunId) -> &[Diagnostic] {
        let mut runs = self.observation.runs.iter();
        runs.find(|other| other.run == run)
            .map_or(&[], |run| &run.errors)
    }

    pub(super) fn exit_of(&self, run: RunId) -> Option<u8> {
        let mut runs = self.observation.runs.iter();
        runs.find(|other| other.run == run)?.end.map(|end| end.exit)
    }

    fn last_plan(&self) -> Option<Counts> {
        let runs = self.observation.runs.iter().rev();
        runs.filter(|run| run.operator == self.operator)
            .find_map(|run| run.end?.plan)
    }
}
