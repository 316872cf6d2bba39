//! Interrupts: what the first and the second SIGINT or SIGTERM do in each phase.
//!
//! | phase | first | second: exit 1 within 5 s |
//! |---|---|---|
//! | starting, opening, locking, reading | the lock is still taken and the plan printed, then halted | runs on |
//! | waiting for the lock | gives up | – |
//! | planning | prints the plan, halted; a `plan` ends at once, without counts | runs on |
//! | prompting | cancelled | – |
//! | walking | saves, tells the providers to stop, waits, saves each finish | unlocks at once |
//! | saving, unlocking | nothing | runs on |

use std::sync::Arc;

use super::super::client_model::{OnFirstInterrupt, OnSecondInterrupt, SaveModel};
use super::super::command_model::OnInterrupt;
use super::super::invocation::Action;
use super::apply::{apply_end, taint};
use super::lane::{Lane, SaveFailure};
use super::{
    Context, DiagnosticKind, Effect, Finish, Locker, News, Phase, Process, Timer, Waiting, Walk,
};

impl Process {
    pub(super) fn on_interrupt(&mut self, context: &mut Context<'_>) {
        match self.invocation.action.model().on_interrupt {
            OnInterrupt::Heeds => {}
            OnInterrupt::Ignores => return,
        }
        self.interrupts += 1;
        match self.interrupts {
            1 => self.on_first_interrupt(context),
            2 => self.on_second_interrupt(context),
            _ => {}
        }
    }

    fn on_first_interrupt(&mut self, context: &mut Context<'_>) {
        match &self.phase {
            Phase::Locking(Locker {
                is_waiting: true, ..
            }) => self.on_lock_deadline(context),
            Phase::Starting
            | Phase::Listing
            | Phase::Opening(_)
            | Phase::Locking(_)
            | Phase::Reading => {
                self.is_stop_pending = true;
            }
            Phase::Planning if matches!(self.invocation.action, Action::Apply { .. }) => {
                self.is_stop_pending = true;
            }
            Phase::Planning => {
                self.fail(DiagnosticKind::ExecutionHalted, context);
                self.finish(context);
            }
            Phase::Prompting(_) => {
                self.fail(DiagnosticKind::ApprovalInterrupted, context);
                self.finish(context);
            }
            Phase::Walking => match context.client.on_first_interrupt {
                OnFirstInterrupt::Stop => self.stop_walk(context),
                OnFirstInterrupt::SaveAndStop => self.flush(context),
            },
            Phase::Saving | Phase::Unlocking | Phase::Leaving | Phase::Ended => {}
        }
    }

    /// The save at the first interrupt; it waits where a finish is being saved.
    pub(super) fn flush(&mut self, context: &mut Context<'_>) {
        self.is_flushing = true;
        if self.is_manager_busy() {
            self.waiting = Some(Waiting::Flush);
        } else if context.client.save == SaveModel::AtEnd || !self.begin_save(Lane::Main, context) {
            self.on_flushed(Ok(()), context);
        }
    }

    /// The first attempt of the save at the first interrupt has ended.
    pub(super) fn on_flushed(
        &mut self,
        result: Result<(), SaveFailure>,
        context: &mut Context<'_>,
    ) {
        self.is_flushing = false;
        if let Err(failure) = result {
            self.fail_for(DiagnosticKind::FlushFailed, failure.error, context);
        }
        // One finish may have waited for the attempt; it is recorded first, and the second
        // attempt saves it along. From then on each finish is saved.
        let behind = self.finishes.len().min(1);
        self.finishes.insert(behind, Finish::Flush);
        context.tell(News::StopRequested);
        context.effects.push(Effect::StopProviders);
        self.stop_walk(context);
        if self.is_cancelled {
            self.abandon_walk(context);
        }
    }

    fn stop_walk(&mut self, context: &mut Context<'_>) {
        self.is_stopping = true;
        let provisioning = std::mem::take(&mut self.provisioning);
        for node in provisioning {
            self.finishes.push_back(Finish::Provisioner(node, false));
        }
        if let Some(walk) = &mut self.walk {
            walk.halt();
        }
        if !self.is_cancelled {
            self.advance_walk(context);
        }
    }

    fn on_second_interrupt(&mut self, context: &mut Context<'_>) {
        if matches!(self.phase, Phase::Leaving | Phase::Ended) {
            return;
        }
        self.is_cancelled = true;
        self.fail(DiagnosticKind::OperationCanceled, context);
        match context.client.on_second_interrupt {
            OnSecondInterrupt::Exit => {
                self.clear_lanes();
                self.exit(context);
            }
            OnSecondInterrupt::Unlock { within } => {
                context.set_timer(within, Timer::ForcedExit);
                if matches!(self.phase, Phase::Walking) && !self.is_flushing {
                    self.abandon_walk(context);
                }
            }
        }
    }

    /// The operation is given up: it goes to its unlock, behind a save that is under way. If that
    /// was the last that there was to do, the final save still comes.
    pub(super) fn abandon_walk(&mut self, context: &mut Context<'_>) {
        let is_done = self.walk.as_ref().is_some_and(Walk::is_done);
        if self.is_manager_busy() {
            self.waiting = Some(Waiting::Unlock);
        } else if is_done {
            self.end_walk(context);
        } else {
            self.finish(context);
        }
    }

    /// 5 s after the second interrupt, whatever is still to do is not done.
    pub(super) fn on_forced_exit(&mut self, context: &mut Context<'_>) {
        if matches!(self.phase, Phase::Leaving | Phase::Ended) {
            return;
        }
        self.clear_lanes();
        self.begin_leaving(context);
    }

    /// Leaves the providers: they get up to 2 s. What they were doing fails inside Terraform,
    /// and where that changes the content, it is saved once more.
    pub(super) fn begin_leaving(&mut self, context: &mut Context<'_>) {
        self.phase = Phase::Leaving;
        context.effects.push(Effect::LeaveProviders);
    }

    /// What was in flight fails; a creation that failed leaves no husk.
    pub(super) fn fail_in_flight(&mut self, context: &mut Context<'_>) {
        let Some(walk) = &mut self.walk else { return };
        for finish in std::mem::take(&mut self.finishes) {
            match finish {
                Finish::Operation(end) => apply_end(walk, end),
                Finish::Provisioner(node, false) => taint(walk, node),
                Finish::Provisioner(_, true) | Finish::Flush => {}
            }
        }
        let plan = Arc::clone(walk.plan());
        for node in walk.abandon() {
            let node = plan.node(node);
            if node.recorded.is_none() && walk.state.object(node.resource).is_none() {
                walk.state.remove(node.resource);
            }
        }
        self.manager.snapshot = walk.state.clone();
        self.begin_save(Lane::Saves, context);
    }
}
