//! The end of a command: the final save, `errored.tfstate`, the unlock, the exit.

use super::super::client::{TransportError, Unlock, UnlockFailure};
use super::super::client_model::{ForceUnlockMeans, LeaseModel, OnFailedSave, OnRenewalFailure};
use super::super::command_model::{OnFailedUnlock, OnUnsaved};
use super::super::invocation::{Action, LockIdArgument};
use super::lane::{Lane, SaveFailure};
use super::open::unlock_cause;
use super::{
    Approval, Context, Diagnostic, DiagnosticKind, DiskState, ERRORED, Effect, FileContent, News,
    Opening, Phase, Process, RunEnd, Timer,
};
use crate::azure::LeaseId;

impl Process {
    /// A save of the main lane has ended: while opening, at the first interrupt, or at the end.
    pub(super) fn on_saved(&mut self, result: Result<(), SaveFailure>, context: &mut Context<'_>) {
        if matches!(self.phase, Phase::Opening(Opening::Save)) {
            self.on_opening_saved(result, context);
        } else if matches!(self.phase, Phase::Walking) {
            self.on_flushed(result, context);
        } else {
            self.on_finally_saved(result, context);
        }
    }

    pub(super) fn on_finally_saved(
        &mut self,
        result: Result<(), SaveFailure>,
        context: &mut Context<'_>,
    ) {
        self.print_walk_errors(context);
        if let Err(failure) = result {
            match self.invocation.action.model().on_unsaved {
                OnUnsaved::Rescues => {
                    self.rescue(failure.error, context);
                    match context.client.on_failed_save {
                        OnFailedSave::Unlock => {}
                        OnFailedSave::Exit => {
                            self.clear_lanes();
                            self.exit(context);
                            return;
                        }
                    }
                }
                OnUnsaved::Loses(prefix) => {
                    self.fail_for(DiagnosticKind::WriteFailed(prefix), failure.error, context);
                }
            }
        }
        self.finish(context);
    }

    /// The final save failed: the state goes to `errored.tfstate`.
    pub(super) fn rescue(&mut self, error: TransportError, context: &mut Context<'_>) {
        self.print_walk_errors(context);
        self.fail_for(DiagnosticKind::SaveFailed, error, context);
        let file = FileContent::State(self.manager.export());
        match context.disk {
            DiskState::Ok => context
                .effects
                .push(Effect::WriteFile(ERRORED.into(), file)),
            DiskState::Full => {
                context
                    .effects
                    .push(Effect::WriteFile(ERRORED.into(), FileContent::Empty));
            }
            DiskState::ReadOnly | DiskState::Occupied => {}
        }
        let is_on_terminal = match context.disk {
            DiskState::Ok => None,
            DiskState::ReadOnly => Some(false),
            DiskState::Full | DiskState::Occupied => Some(true),
        };
        if let Some(is_on_terminal) = is_on_terminal {
            let is_claimed = !is_on_terminal;
            context.tell(News::ErroredNotWritten {
                is_on_terminal,
                is_claimed,
            });
            if is_on_terminal {
                self.fail(DiagnosticKind::StateFileNotCreated, context);
            }
        }
        self.fail(DiagnosticKind::StateNotPersisted, context);
    }

    /// The work is done, or was given up: unlocks if there is a lock, and exits.
    pub(super) fn finish(&mut self, context: &mut Context<'_>) {
        let Some(lock) = self.lock else {
            self.leave(context);
            return;
        };
        self.phase = Phase::Unlocking;
        let (unlock, out) = Unlock::begin(Some(lock.id), ForceUnlockMeans::Release, self.held);
        self.begin_unlock_routine(unlock, out, context);
    }

    pub(super) fn on_unlocked(
        &mut self,
        result: Result<LeaseId, UnlockFailure>,
        context: &mut Context<'_>,
    ) {
        if matches!(self.invocation.action, Action::ForceUnlock { .. }) {
            self.on_force_unlocked(result, context);
            return;
        }
        match result {
            Ok(id) => context.tell(News::LockReleased(id)),
            Err(failure) => {
                let cause = unlock_cause(failure, self.lock);
                let (kind, dialect) = (DiagnosticKind::UnlockFailed, context.client.dialect);
                self.print_error(Diagnostic::with_cause(kind, cause, dialect), context);
                self.has_failed |= match self.invocation.action.model().on_failed_unlock {
                    OnFailedUnlock::Fails => true,
                    OnFailedUnlock::IsPrinted => false,
                };
            }
        }
        self.lock = None;
        self.leave(context);
    }

    fn leave(&mut self, context: &mut Context<'_>) {
        let has_more = self.is_cancelled
            && self
                .walk
                .as_ref()
                .is_some_and(|walk| !walk.running().is_empty());
        if has_more {
            self.begin_leaving(context);
            self.fail_in_flight(context);
        } else {
            self.exit(context);
        }
    }

    pub(super) fn exit(&mut self, context: &mut Context<'_>) {
        self.phase = Phase::Ended;
        let exit = u8::from(self.has_failed);
        let applied = if self.has_failed { None } else { self.applied };
        context.effects.push(Effect::Exit(RunEnd {
            exit,
            plan: self.plan,
            applied,
        }));
    }

    pub(super) fn begin_force_unlock(&mut self, context: &mut Context<'_>) {
        let Action::ForceUnlock { approval, .. } = &self.invocation.action else {
            unreachable!("only force-unlock comes here")
        };
        match approval {
            Approval::Given => self.force_unlock(context),
            Approval::Asked => {
                self.phase = Phase::Prompting(None);
                context.tell(News::Prompted);
            }
        }
    }

    pub(super) fn force_unlock(&mut self, context: &mut Context<'_>) {
        // A text that is no GUID matches no lock.
        let id = self.forced_text().parse().ok();
        self.phase = Phase::Unlocking;
        let (unlock, out) = Unlock::begin(id, context.client.force_unlock, self.held);
        self.begin_unlock_routine(unlock, out, context);
    }

    /// The lock ID of a force-unlock, as it was typed.
    fn forced_text(&self) -> &str {
        if let Action::ForceUnlock {
            id: LockIdArgument::Literal(text),
            ..
        } = &self.invocation.action
        {
            text
        } else {
            ""
        }
    }

    fn on_force_unlocked(
        &mut self,
        result: Result<LeaseId, UnlockFailure>,
        context: &mut Context<'_>,
    ) {
        match result {
            Ok(id) => context.tell(News::LockForced(id)),
            Err(UnlockFailure::Mismatch) => {
                let typed = self.forced_text().into();
                self.fail(DiagnosticKind::ForceUnlockMismatch { typed }, context);
            }
            Err(failure) => {
                let cause = unlock_cause(failure, None);
                self.fail_for(DiagnosticKind::ForceUnlockFailed, cause, context);
            }
        }
        self.exit(context);
    }

    pub(super) fn on_renewal_due(&mut self, id: LeaseId, context: &mut Context<'_>) {
        let LeaseModel::Finite { renew_every, .. } = context.client.lease else {
            return;
        };
        if self.lock.is_none_or(|lock| lock.id != id) || self.held.is_none() {
            return;
        }
        if self.is_lane_idle(Lane::Renewals) {
            self.begin_renewal(id, context);
        }
        context.set_timer(renew_every, Timer::Renew(id));
    }

    pub(super) fn on_renewed(&mut self, is_success: bool, context: &mut Context<'_>) {
        if is_success {
            context.tell(News::LeaseRenewed);
            return;
        }
        let forgets = context.client.on_renewal_failure == OnRenewalFailure::ForgetId;
        if forgets {
            self.held = None;
        }
        context.tell(News::LeaseRenewalFailed(forgets));
    }
}
