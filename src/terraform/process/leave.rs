//! The end of a command: the final save, `errored.tfstate`, the unlock, the exit.

use std::sync::Arc;

use super::super::backend::{Locked, SaveFailure, UnlockFailure};
use super::super::client_model::OnFailedSave;
use super::super::command_model::{OnFailedUnlock, OnUnsaved};
use super::super::lock::LockId;
use super::lane::Lane;
use super::{
    Cause, Context, Core, Diagnostic, DiagnosticKind, DiskState, ERRORED, Effect, FileContent,
    Interrupts, LockFact, OutputFact, Phase, Printed, Process, RunEnd, StateFact, Timer, Walking,
};

impl Process {
    /// A save has ended: while opening, of a finish, at the first interrupt, or at the end.
    pub(super) fn on_saved(
        &mut self,
        lane: Lane,
        result: Result<(), SaveFailure>,
        context: &mut Context<'_>,
    ) {
        match (&self.phase, lane) {
            (Phase::Walking(_), Lane::Main) => self.on_flushed(result, context),
            (Phase::Walking(_), Lane::Saves | Lane::KeepAlive) => {
                self.on_finish_saved(result, context);
            }
            (Phase::Saving(_), _) => self.on_finally_saved(result, context),
            (
                Phase::Starting
                | Phase::Listing
                | Phase::Opening(_)
                | Phase::Locking(_)
                | Phase::Reading(_)
                | Phase::Planning(_)
                | Phase::Prompting(_)
                | Phase::Unlocking(_)
                | Phase::Forcing(_)
                | Phase::Leaving(_)
                | Phase::Ended,
                _,
            ) => {}
        }
    }

    pub(super) fn on_finally_saved(
        &mut self,
        result: Result<(), SaveFailure>,
        context: &mut Context<'_>,
    ) {
        if let Phase::Saving(Some(walking)) = &mut self.phase {
            walking.print_errors(&mut self.core, context);
        }
        if let Err(failure) = result {
            match self.core.model.on_unsaved {
                OnUnsaved::Rescues => {
                    self.core.rescue(failure.cause, context);
                    match context.client.on_failed_save {
                        OnFailedSave::Unlock => {}
                        OnFailedSave::Exit => {
                            self.core.clear_lanes();
                            self.exit(context);
                            return;
                        }
                    }
                }
                OnUnsaved::Loses(prefix) => {
                    let prefix = self.core.backend.save_prefix(prefix);
                    let kind = DiagnosticKind::WriteFailed(prefix);
                    self.core.fail_for(kind, failure.cause.in_line(), context);
                }
            }
        }
        self.finish(context);
    }

    /// The work is done, or was given up: unlocks if there is a lock, and exits.
    pub(super) fn finish(&mut self, context: &mut Context<'_>) {
        let walking = self.take_walking();
        let Some(lock) = self.core.lock else {
            self.leave(walking, context);
            return;
        };
        self.phase = Phase::Unlocking(walking);
        let end = self.core.begin_unlock(lock.info, context);
        self.on_main_end(end, context);
    }

    pub(super) fn on_unlocked(
        &mut self,
        result: Result<LockId, UnlockFailure>,
        context: &mut Context<'_>,
    ) {
        match &mut self.phase {
            Phase::Forcing(typed) => {
                let typed = Arc::clone(typed);
                self.on_force_unlocked(typed, result, context);
            }
            Phase::Unlocking(walking) => {
                let walking = walking.take();
                self.core.on_lock_returned(result, context);
                self.leave(walking, context);
            }
            Phase::Starting
            | Phase::Listing
            | Phase::Opening(_)
            | Phase::Locking(_)
            | Phase::Reading(_)
            | Phase::Planning(_)
            | Phase::Prompting(_)
            | Phase::Walking(_)
            | Phase::Saving(_)
            | Phase::Leaving(_)
            | Phase::Ended => {}
        }
    }

    fn leave(&mut self, walking: Option<Box<Walking>>, context: &mut Context<'_>) {
        let is_cancelled = self.core.interrupts == Interrupts::Two;
        match walking {
            Some(mut walking) if is_cancelled && !walking.walk.running().is_empty() => {
                context.effects.push_back(Effect::LeaveProviders);
                walking.fail_in_flight(&mut self.core, context);
                self.phase = Phase::Leaving(Some(walking));
            }
            Some(_) | None => self.exit(context),
        }
    }

    pub(super) fn exit(&mut self, context: &mut Context<'_>) {
        self.phase = Phase::Ended;
        let core = &self.core;
        let applied = if core.has_failed { None } else { core.applied };
        context.effects.push_back(Effect::Exit(RunEnd {
            exit: core.exit_status(),
            plan: core.plan,
            applied,
        }));
    }

    /// Takes the lock away that has the ID that was typed.
    pub(super) fn force_unlock(&mut self, typed: Arc<str>, context: &mut Context<'_>) {
        self.phase = Phase::Forcing(Arc::clone(&typed));
        let end = self.core.begin_force_unlock(typed, context);
        self.on_main_end(end, context);
    }

    fn on_force_unlocked(
        &mut self,
        typed: Arc<str>,
        result: Result<LockId, UnlockFailure>,
        context: &mut Context<'_>,
    ) {
        match result {
            // It says so, too, where nothing was asked and nothing has changed.
            Ok(_) if self.core.backend.shows_own_lock() => {
                let text = "Terraform state has been successfully unlocked!".into();
                context.tell(OutputFact::Printed(Printed::Text(text)));
            }
            Ok(id) => context.tell(LockFact::Forced { id }),
            Err(UnlockFailure::Mismatch(_)) => {
                let kind = DiagnosticKind::ForceUnlockMismatch { typed };
                self.core.fail(kind, context);
            }
            Err(UnlockFailure::Other(cause)) => {
                let kind = DiagnosticKind::ForceUnlockFailed;
                self.core.fail_for(kind, cause, context);
            }
            Err(UnlockFailure::Held(cause, info)) => {
                let kind = DiagnosticKind::ForceUnlockFailed;
                self.core.fail_showing(kind, (cause, info), context);
            }
        }
        self.exit(context);
    }
}

impl Core {
    /// The final save failed: the state goes to `errored.tfstate`.
    pub(super) fn rescue(&mut self, cause: Cause, context: &mut Context<'_>) {
        self.fail_for(DiagnosticKind::SaveFailed, cause, context);
        let written = match context.disk {
            DiskState::Ok => Some(FileContent::State(self.manager.rescued())),
            DiskState::Full => Some(FileContent::Empty),
            DiskState::ReadOnly | DiskState::Occupied => None,
        };
        if let Some(file) = written {
            let write = Effect::WriteFile(ERRORED.into(), file);
            context.effects.push_back(write);
        }
        let is_on_terminal = match context.disk {
            DiskState::Ok => None,
            DiskState::ReadOnly => Some(false),
            DiskState::Full | DiskState::Occupied => Some(true),
        };
        if let Some(is_on_terminal) = is_on_terminal {
            let is_claimed = !is_on_terminal;
            context.tell(StateFact::ErroredNotWritten {
                is_on_terminal,
                is_claimed,
            });
            if is_on_terminal {
                self.fail(DiagnosticKind::StateFileNotCreated, context);
            }
        }
        self.fail(DiagnosticKind::StateNotPersisted, context);
    }

    fn on_lock_returned(
        &mut self,
        result: Result<LockId, UnlockFailure>,
        context: &mut Context<'_>,
    ) {
        let taken = self.lock.take();
        match result {
            Ok(id) => {
                if let Some(Locked { hold, .. }) = taken {
                    context.tell(LockFact::Released { id, hold });
                }
            }
            Err(failure) => {
                let shown = failure.shown();
                let cause = failure.into_cause();
                let (kind, dialect) = (DiagnosticKind::UnlockFailed, context.client.dialect);
                let shows_lock = self.backend.shows_own_lock();
                let own = taken.filter(|_| shows_lock).map(|locked| locked.info);
                let diagnostic = Diagnostic {
                    lock_info: own.or(shown),
                    is_lock_own: own.is_some(),
                    ..Diagnostic::with_cause(kind, cause, dialect)
                };
                self.print_error(diagnostic, context);
                self.has_failed |= match self.model.on_failed_unlock {
                    OnFailedUnlock::Fails => true,
                    OnFailedUnlock::IsPrinted => false,
                };
            }
        }
    }

    /// The lock is to be kept alive, if the process still has it.
    ///
    /// A process takes its lock once, so a timer can mean no other.
    pub(super) fn on_keep_alive_due(&mut self, context: &mut Context<'_>) {
        let Some(every) = self.lock.and_then(|lock| lock.keep_alive_every) else {
            return;
        };
        if self.client.held().is_none() {
            return;
        }
        if self.is_lane_idle(Lane::KeepAlive) {
            self.begin_keep_alive(context);
        }
        context.set_timer(every, Timer::KeepAlive);
    }
}
