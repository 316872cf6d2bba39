//! The walk of an apply, seen by the process: finishes are recorded one at a time, and saved
//! where a save is due.

use std::collections::VecDeque;
use std::sync::Arc;

use super::super::backend::{SaveFailure, SavePolicy};
use super::super::client_model::{OnFailedSave, SaveModel};
use super::super::names::ObjectId;
use super::super::plan::{Node, NodeIndex, Plan};
use super::super::request::OperationKind;
use super::super::state::RecordedObject;
use super::super::walk::Walk;
use super::lane::Lane;
use super::{
    Context, Core, Diagnostic, DiagnosticKind, Effect, Interrupts, OperationEnd, OperationFact,
    OperationOrder, Phase, Process, Timer,
};
use crate::kernel::SimTime;
use crate::terraform::invocation::PlanMode;

/// Something that the walk has to record, one after the other.
#[derive(Debug, Clone, Copy)]
pub(super) enum Finish {
    /// An operation ended.
    Operation(OperationEnd),
    /// A provisioner ended, and whether it was done.
    Provisioner(NodeIndex, bool),
    /// The second attempt of the save at the first interrupt, from which on each finish is saved.
    Flush,
}

/// How far the first interrupt has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// There was none.
    No,
    /// Its save waits for the state manager.
    Waiting,
    /// Its save is under way.
    Flushing,
    /// Nothing new starts.
    Stopping,
    /// Nothing new starts, and every finish is saved.
    Saving,
}

impl Stop {
    pub(super) const fn is_flushing(self) -> bool {
        match self {
            Self::Waiting | Self::Flushing => true,
            Self::No | Self::Stopping | Self::Saving => false,
        }
    }

    pub(super) const fn is_stopping(self) -> bool {
        match self {
            Self::Stopping | Self::Saving => true,
            Self::No | Self::Waiting | Self::Flushing => false,
        }
    }
}

/// How far a walk has come by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// It waits for something.
    Waits,
    /// Everything has ended.
    Done,
    /// It is given up.
    Abandoned,
}

/// A walk, and what the process has to do with it.
#[derive(Debug, Clone)]
pub(super) struct Walking {
    pub(super) walk: Walk,
    pub(super) finishes: VecDeque<Finish>,
    /// The node whose finish is being saved, and whether it succeeded; none where nothing is, and
    /// for the interrupt's own save.
    recording: Option<(NodeIndex, bool)>,
    /// Nodes whose provisioner runs.
    provisioning: Vec<NodeIndex>,
    /// When the last intermediate save ended, or else the first finish was.
    persisted_at: Option<SimTime>,
    pub(super) stop: Stop,
    /// The unlock after the second interrupt waits for the state manager.
    pub(super) is_given_up: bool,
    /// What the walk has to report. It is printed after the final save, and never by a process
    /// that is killed or gives up before that.
    unprinted: Vec<Diagnostic>,
}

/// What the state records of a new or changed object.
fn record(node: &Node, id: ObjectId, is_tainted: bool) -> Arc<RecordedObject> {
    let config = node
        .config
        .as_ref()
        .expect("what is created or updated is configured");
    Arc::new(RecordedObject {
        id,
        is_tainted,
        attributes: Arc::clone(&config.attributes),
        inputs: Some(Arc::clone(&config.inputs)),
        dependencies: Arc::clone(&config.needs),
        delete: config.delete,
    })
}

impl Walking {
    fn begin(plan: Arc<Plan>, parallelism: u16, context: &mut Context<'_>) -> Self {
        Self {
            walk: Walk::begin(plan, parallelism, context.order.as_deref_mut()),
            finishes: VecDeque::new(),
            recording: None,
            provisioning: Vec::new(),
            persisted_at: None,
            stop: Stop::No,
            is_given_up: false,
            unprinted: Vec::new(),
        }
    }

    /// Records in the walk's state what an operation came to.
    pub(super) fn apply_end(&mut self, end: OperationEnd) {
        let plan = Arc::clone(self.walk.plan());
        let node = plan.node(end.node);
        let state = &mut self.walk.state;
        match (end.kind, end.object) {
            (OperationKind::Create, Some(object)) => {
                let is_tainted = end.outcome.error(end.kind).is_some();
                state.record(node.resource, record(node, object, is_tainted));
            }
            (OperationKind::Create, None) | (OperationKind::Delete, Some(_)) => {
                state.remove(node.resource);
            }
            (OperationKind::Update, Some(object)) => {
                state.record(node.resource, record(node, object, false));
            }
            (OperationKind::Update | OperationKind::Delete, None) => {}
        }
    }

    /// A provisioner that is stopped leaves its object tainted.
    pub(super) fn taint(&mut self, index: NodeIndex) {
        let resource = self.walk.node(index).resource;
        if let Some(object) = self.walk.state.object(resource).cloned() {
            let tainted = RecordedObject {
                is_tainted: true,
                ..(*object).clone()
            };
            self.walk.state.record(resource, Arc::new(tainted));
        }
    }

    /// An error of the walk: the command will exit with 1, and prints it after the final save.
    fn fail_later(&mut self, diagnostic: Diagnostic, core: &mut Core) {
        core.has_failed = true;
        self.unprinted.push(diagnostic);
    }

    pub(super) fn print_errors(&mut self, core: &mut Core, context: &mut Context<'_>) {
        for diagnostic in std::mem::take(&mut self.unprinted) {
            core.print_error(diagnostic, context);
        }
    }

    /// Records finishes and starts operations, until something has to be waited for.
    fn advance(&mut self, core: &mut Core, context: &mut Context<'_>) -> Progress {
        loop {
            if core.is_manager_busy() {
                return Progress::Waits;
            }
            if self.stop == Stop::Waiting {
                self.flush(core, context);
                if !self.stop.is_flushing() && core.interrupts == Interrupts::Two {
                    return Progress::Abandoned;
                }
            } else if self.is_given_up {
                return Progress::Abandoned;
            } else if let Some(finish) = self.finishes.pop_front() {
                self.record_finish(finish, core, context);
            } else if !self.start_next(context) {
                let is_done = self.walk.is_done() && !self.stop.is_flushing();
                return if is_done {
                    Progress::Done
                } else {
                    Progress::Waits
                };
            }
        }
    }

    fn start_next(&mut self, context: &mut Context<'_>) -> bool {
        let Some((index, kind)) = self.walk.start_next() else {
            return false;
        };
        let node = self.walk.node(index);
        let order = OperationOrder {
            node: index,
            resource: node.resource,
            kind,
            config: node.config.clone(),
            recorded: node.recorded.clone(),
        };
        context.effects.push_back(Effect::Operate(order));
        true
    }

    fn record_finish(&mut self, finish: Finish, core: &mut Core, context: &mut Context<'_>) {
        match finish {
            Finish::Operation(end) => self.record_operation(end, core, context),
            Finish::Provisioner(index, is_success) => {
                if !is_success {
                    self.taint(index);
                    let kind = DiagnosticKind::ProvisionerFailed;
                    self.fail_later(Diagnostic::new(kind, context.client.dialect), core);
                }
                self.finish_node(index, is_success, core, context);
            }
            Finish::Flush => {
                if core.saves_at_interrupt(context) {
                    self.stop = Stop::Saving;
                    core.begin_save(Lane::Saves, context);
                }
            }
        }
    }

    fn record_operation(&mut self, end: OperationEnd, core: &mut Core, context: &mut Context<'_>) {
        self.apply_end(end);
        let node = self.walk.node(end.node);
        let resource = node.resource;
        let provision = node.config.as_ref().and_then(|config| config.provision);
        context.tell(OperationFact::Ended {
            resource,
            kind: end.kind,
            outcome: end.outcome,
        });
        let error = end.outcome.error(end.kind);
        if let Some(error) = error {
            let kind = DiagnosticKind::OperationFailed(error);
            self.fail_later(Diagnostic::new(kind, context.client.dialect), core);
        }
        match (end.kind, error, provision) {
            (OperationKind::Create, None, Some(duration)) if !self.stop.is_stopping() => {
                self.provisioning.push(end.node);
                context.tell(OperationFact::ProvisionerBegan { resource });
                context.set_timer(duration, Timer::Provisioned(end.node));
            }
            _ => self.finish_node(end.node, error.is_none(), core, context),
        }
    }

    /// A resource finished: the state manager gets a copy, which is saved if a save is due.
    fn finish_node(
        &mut self,
        node: NodeIndex,
        is_success: bool,
        core: &mut Core,
        context: &mut Context<'_>,
    ) {
        core.manager.snapshot = self.walk.state.clone();
        let first = *self.persisted_at.get_or_insert(context.now);
        let is_due = match core.backend.save_policy(context.client) {
            SavePolicy::EveryFinish | SavePolicy::WhenDue(SaveModel::EveryResource) => true,
            SavePolicy::WhenDue(SaveModel::Interval(interval)) => {
                self.stop == Stop::Saving || context.now.since(first) >= interval
            }
            SavePolicy::WhenDue(SaveModel::AtEnd) => false,
        };
        if is_due {
            if core.begin_save(Lane::Saves, context) {
                self.recording = Some((node, is_success));
                return;
            }
            self.persisted_at = Some(context.now);
        }
        self.close_node(node, is_success, context);
    }

    fn close_node(&mut self, node: NodeIndex, is_success: bool, context: &mut Context<'_>) {
        let order = context.order.as_deref_mut();
        self.walk.finish(node, is_success, order);
    }

    /// Nothing new starts any more.
    pub(super) fn halt(&mut self) {
        self.stop = Stop::Stopping;
        for node in std::mem::take(&mut self.provisioning) {
            self.finishes.push_back(Finish::Provisioner(node, false));
        }
        self.walk.halt();
    }

    /// The object whose provisioner runs for a node.
    pub(super) fn provisioning(&self, node: NodeIndex) -> Option<ObjectId> {
        let is_running = self.provisioning.contains(&node);
        let resource = is_running.then(|| self.walk.node(node).resource)?;
        self.walk.state.object(resource).map(|object| object.id)
    }

    /// A provisioner ended; whether it was one of this walk that ran.
    fn provisioned(&mut self, node: NodeIndex) -> bool {
        let mut running = self.provisioning.iter();
        let Some(position) = running.position(|running| *running == node) else {
            return false;
        };
        self.provisioning.remove(position);
        self.finishes.push_back(Finish::Provisioner(node, true));
        true
    }
}

impl Process {
    pub(super) fn begin_walk(
        &mut self,
        plan: Arc<Plan>,
        parallelism: u16,
        context: &mut Context<'_>,
    ) {
        let walking = Walking::begin(plan, parallelism, context);
        self.phase = Phase::Walking(Box::new(walking));
        self.advance_walk(context);
    }

    pub(super) fn on_operation_ended(&mut self, end: OperationEnd, context: &mut Context<'_>) {
        match &mut self.phase {
            Phase::Walking(walking) => {
                walking.finishes.push_back(Finish::Operation(end));
                self.advance_walk(context);
            }
            // During the unlock after a second interrupt, too, a result is taken over.
            Phase::Unlocking(Some(walking)) => {
                walking.finishes.push_back(Finish::Operation(end));
            }
            Phase::Unlocking(None)
            | Phase::Starting
            | Phase::Listing
            | Phase::Opening(_)
            | Phase::Locking(_)
            | Phase::Reading(_)
            | Phase::Planning(_)
            | Phase::Prompting(_)
            | Phase::Saving(_)
            | Phase::Forcing(_)
            | Phase::Leaving(_)
            | Phase::Ended => {}
        }
    }

    pub(super) fn on_provisioned(&mut self, node: NodeIndex, context: &mut Context<'_>) {
        if let Phase::Walking(walking) = &mut self.phase
            && walking.provisioned(node)
        {
            self.advance_walk(context);
        }
    }

    /// Goes on with the walk, until something has to be waited for.
    pub(super) fn advance_walk(&mut self, context: &mut Context<'_>) {
        let Phase::Walking(walking) = &mut self.phase else {
            return;
        };
        match walking.advance(&mut self.core, context) {
            Progress::Waits => {}
            Progress::Done => self.end_walk(context),
            Progress::Abandoned => self.abandon_walk(context),
        }
    }

    /// The save of a finish has ended. If it failed, that counts as a failure of the resource.
    pub(super) fn on_finish_saved(
        &mut self,
        result: Result<(), SaveFailure>,
        context: &mut Context<'_>,
    ) {
        let Phase::Walking(walking) = &mut self.phase else {
            return;
        };
        match (result, walking.recording.take()) {
            (Ok(()), Some((node, is_success))) => {
                walking.persisted_at = Some(context.now);
                walking.close_node(node, is_success, context);
            }
            (Err(failure), Some((node, _))) => match context.client.on_failed_save {
                OnFailedSave::Exit => {
                    walking.print_errors(&mut self.core, context);
                    self.core.rescue(failure.cause, context);
                    self.core.clear_lanes();
                    self.exit(context);
                    return;
                }
                OnFailedSave::Unlock => {
                    let kind = DiagnosticKind::IntermediateSaveFailed;
                    let cause = failure.cause;
                    let diagnostic = Diagnostic::with_cause(kind, cause, context.client.dialect);
                    walking.fail_later(diagnostic, &mut self.core);
                    walking.close_node(node, false, context);
                }
            },
            // The interrupt's second attempt is only logged.
            (Ok(()) | Err(_), None) => {}
        }
        self.advance_walk(context);
    }

    /// Everything has ended: the result is saved if it differs from what was saved last.
    pub(super) fn end_walk(&mut self, context: &mut Context<'_>) {
        let Some(mut walking) = self.take_walking() else {
            return;
        };
        let plan = Arc::clone(walking.walk.plan());
        let skipped = walking.walk.skipped();
        if plan.mode == PlanMode::Destroy && !self.core.has_failed {
            walking.walk.state.drop_husks();
        }
        self.core.manager.snapshot = walking.walk.state.clone();
        if skipped > 0 {
            context.tell(OperationFact::Skipped { count: skipped });
        }
        if walking.stop.is_stopping() {
            let halted = DiagnosticKind::ExecutionHalted;
            let diagnostic = Diagnostic::new(halted, context.client.dialect);
            walking.fail_later(diagnostic, &mut self.core);
        }
        self.core.applied = Some(plan.counts);
        self.save_finally(Some(walking), context);
    }

    /// The final save, of an apply's walk or of what the command has made of the state.
    pub(super) fn save_finally(
        &mut self,
        walking: Option<Box<Walking>>,
        context: &mut Context<'_>,
    ) {
        self.phase = Phase::Saving(walking);
        if !self.core.begin_save(Lane::Main, context) {
            self.on_finally_saved(Ok(()), context);
        }
    }
}
