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

use super::super::backend::{SaveFailure, SavePolicy};
use super::super::client_model::{OnFirstInterrupt, OnSecondInterrupt, SaveModel};
use super::super::command_model::OnInterrupt;
use super::apply::{Finish, Stop, Walking};
use super::lane::Lane;
use super::{
    Context, Core, DiagnosticKind, Effect, Interrupts, OperationFact, Phase, Planning, Process,
    Timer,
};

impl Process {
    pub(super) fn on_interrupt(&mut self, context: &mut Context<'_>) {
        match self.core.model.on_interrupt {
            OnInterrupt::Heeds => {}
            OnInterrupt::Ignores => return,
        }
        match self.core.interrupts {
            Interrupts::None => {
                self.core.interrupts = Interrupts::One;
                self.on_first_interrupt(context);
            }
            Interrupts::One => {
                self.core.interrupts = Interrupts::Two;
                self.on_second_interrupt(context);
            }
            Interrupts::Two => {}
        }
    }

    fn on_first_interrupt(&mut self, context: &mut Context<'_>) {
        match &mut self.phase {
            Phase::Locking(locker) if locker.refusal.is_some() => self.on_lock_deadline(context),
            Phase::Planning(planning) => match **planning {
                Planning::Apply { .. } => {}
                Planning::Plan { .. } | Planning::Refresh { .. } | Planning::Import { .. } => {
                    self.core.fail(DiagnosticKind::ExecutionHalted, context);
                    self.finish(context);
                }
            },
            Phase::Prompting(_) => {
                self.core.fail(DiagnosticKind::ApprovalInterrupted, context);
                self.finish(context);
            }
            Phase::Walking(walking) => {
                match context.client.on_first_interrupt {
                    OnFirstInterrupt::Stop => walking.halt(),
                    OnFirstInterrupt::SaveAndStop => walking.flush(&mut self.core, context),
                }
                self.advance_walk(context);
            }
            // Before its plan the command heeds it as soon as it comes there; after its work,
            // not at all.
            Phase::Starting
            | Phase::Listing
            | Phase::Opening(_)
            | Phase::Locking(_)
            | Phase::Reading(_)
            | Phase::Saving(_)
            | Phase::Unlocking(_)
            | Phase::Forcing(_)
            | Phase::Leaving(_)
            | Phase::Ended => {}
        }
    }

    /// The first attempt of the save at the first interrupt has ended.
    pub(super) fn on_flushed(
        &mut self,
        result: Result<(), SaveFailure>,
        context: &mut Context<'_>,
    ) {
        let Phase::Walking(walking) = &mut self.phase else {
            return;
        };
        walking.flushed(result, &mut self.core, context);
        match self.core.interrupts {
            Interrupts::None | Interrupts::One => self.advance_walk(context),
            Interrupts::Two => self.abandon_walk(context),
        }
    }

    fn on_second_interrupt(&mut self, context: &mut Context<'_>) {
        if matches!(self.phase, Phase::Leaving(_) | Phase::Ended) {
            return;
        }
        self.core.fail(DiagnosticKind::OperationCanceled, context);
        match context.client.on_second_interrupt {
            OnSecondInterrupt::Exit => {
                self.core.clear_lanes();
                self.exit(context);
            }
            OnSecondInterrupt::Unlock { within } => {
                context.set_timer(within, Timer::ForcedExit);
                if let Phase::Walking(walking) = &self.phase
                    && !walking.stop.is_flushing()
                {
                    self.abandon_walk(context);
                }
            }
        }
    }

    /// The operation is given up: it goes to its unlock, behind a save that is under way. If that
    /// was the last that there was to do, the final save still comes.
    pub(super) fn abandon_walk(&mut self, context: &mut Context<'_>) {
        let Phase::Walking(walking) = &mut self.phase else {
            return;
        };
        if self.core.is_manager_busy() {
            walking.is_given_up = true;
        } else if walking.walk.is_done() {
            self.end_walk(context);
        } else {
            self.finish(context);
        }
    }

    /// After the second interrupt's time, whatever is still to do is not done.
    pub(super) fn on_forced_exit(&mut self, context: &mut Context<'_>) {
        if matches!(self.phase, Phase::Leaving(_) | Phase::Ended) {
            return;
        }
        self.core.clear_lanes();
        let walking = self.take_walking();
        self.begin_leaving(walking, context);
    }

    /// Leaves the providers: they get up to 2 s.
    pub(super) fn begin_leaving(
        &mut self,
        walking: Option<Box<Walking>>,
        context: &mut Context<'_>,
    ) {
        self.phase = Phase::Leaving(walking);
        context.effects.push_back(Effect::LeaveProviders);
    }
}

impl Core {
    /// Whether the first interrupt saves the state, and every finish after it.
    pub(super) const fn saves_at_interrupt(&self, context: &Context<'_>) -> bool {
        match self.backend.save_policy(context.client) {
            SavePolicy::EveryFinish | SavePolicy::WhenDue(SaveModel::AtEnd) => false,
            SavePolicy::WhenDue(SaveModel::EveryResource | SaveModel::Interval(_)) => true,
        }
    }
}

impl Walking {
    /// The save at the first interrupt; it waits where a finish is being saved.
    pub(super) fn flush(&mut self, core: &mut Core, context: &mut Context<'_>) {
        if core.is_manager_busy() {
            self.stop = Stop::Waiting;
            return;
        }
        self.stop = Stop::Flushing;
        if !(core.saves_at_interrupt(context) && core.begin_save(Lane::Main, context)) {
            self.flushed(Ok(()), core, context);
        }
    }

    /// The first attempt of the save at the first interrupt has ended.
    fn flushed(
        &mut self,
        result: Result<(), SaveFailure>,
        core: &mut Core,
        context: &mut Context<'_>,
    ) {
        if let Err(failure) = result {
            core.fail_for(DiagnosticKind::FlushFailed, failure.cause, context);
        }
        // One finish may have waited for the attempt; it is recorded first, and the second
        // attempt saves it along. From then on each finish is saved.
        let behind = self.finishes.len().min(1);
        self.finishes.insert(behind, Finish::Flush);
        context.tell(OperationFact::StopRequested);
        context.effects.push_back(Effect::StopProviders);
        self.halt();
    }

    /// What is in flight fails inside Terraform, and where that changes the content, it is saved
    /// once more. A creation that failed leaves no husk.
    pub(super) fn fail_in_flight(&mut self, core: &mut Core, context: &mut Context<'_>) {
        for finish in std::mem::take(&mut self.finishes) {
            match finish {
                Finish::Operation(end) => self.apply_end(end),
                Finish::Provisioner(node, false) => self.taint(node),
                Finish::Provisioner(_, true) | Finish::Flush => {}
            }
        }
        let plan = Arc::clone(self.walk.plan());
        for node in self.walk.abandon() {
            let node = plan.node(node);
            if node.recorded.is_none() && self.walk.state.object(node.resource).is_none() {
                self.walk.state.remove(node.resource);
            }
        }
        core.manager.snapshot = self.walk.state.clone();
        core.begin_save(Lane::Saves, context);
    }
}
