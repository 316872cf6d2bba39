//! The walk of an apply, seen by the process: finishes are recorded one at a time, and saved
//! where a save is due.

use std::sync::Arc;

use super::super::client_model::{OnFailedSave, SaveModel};
use super::super::plan::{Node, NodeIndex, NodeStep, Plan};
use super::super::request::OperationKind;
use super::super::state::RecordedObject;
use super::super::walk::Walk;
use super::lane::{Lane, SaveFailure};
use super::{
    Context, Diagnostic, DiagnosticKind, Effect, Finish, News, ObjectId, OperationEnd,
    OperationOrder, Phase, PlanMode, Process, Recording, Timer, Waiting,
};

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

/// Records in the walk's state what an operation came to.
pub(super) fn apply_end(walk: &mut Walk, end: OperationEnd) {
    let plan = Arc::clone(walk.plan());
    let node = plan.node(end.node);
    let NodeStep::Operate(kind) = node.step else {
        unreachable!("only operations end")
    };
    match (kind, end.object) {
        (OperationKind::Create, Some(object)) => {
            let is_tainted = end.outcome.error(kind).is_some();
            walk.state
                .record(node.resource, record(node, object, is_tainted));
        }
        (OperationKind::Create, None) | (OperationKind::Delete, Some(_)) => {
            walk.state.remove(node.resource);
        }
        (OperationKind::Update, Some(object)) => {
            walk.state
                .record(node.resource, record(node, object, false));
        }
        (OperationKind::Update | OperationKind::Delete, None) => {}
    }
}

/// A provisioner that is stopped leaves its object tainted.
pub(super) fn taint(walk: &mut Walk, index: NodeIndex) {
    let resource = walk.node(index).resource;
    if let Some(object) = walk.state.object(resource).cloned() {
        let tainted = RecordedObject {
            is_tainted: true,
            ..(*object).clone()
        };
        walk.state.record(resource, Arc::new(tainted));
    }
}

impl Process {
    pub(super) fn begin_walk(
        &mut self,
        plan: Arc<Plan>,
        parallelism: u16,
        context: &mut Context<'_>,
    ) {
        self.phase = Phase::Walking;
        self.walk = Some(Walk::begin(plan, parallelism, context.order.as_deref_mut()));
        self.advance_walk(context);
    }

    pub(super) fn on_operation_ended(&mut self, end: OperationEnd, context: &mut Context<'_>) {
        // During the unlock after a second interrupt, too, a result is taken over.
        if matches!(self.phase, Phase::Walking | Phase::Unlocking) && self.walk.is_some() {
            self.finishes.push_back(Finish::Operation(end));
            self.advance_walk(context);
        }
    }

    pub(super) fn on_provisioned(
        &mut self,
        node: NodeIndex,
        is_success: bool,
        context: &mut Context<'_>,
    ) {
        if let Some(position) = self
            .provisioning
            .iter()
            .position(|running| *running == node)
        {
            self.provisioning.remove(position);
            self.finishes
                .push_back(Finish::Provisioner(node, is_success));
            self.advance_walk(context);
        }
    }

    /// Records finishes and starts operations, until something has to be waited for.
    pub(super) fn advance_walk(&mut self, context: &mut Context<'_>) {
        while matches!(self.phase, Phase::Walking) {
            if self.is_manager_busy() {
                return;
            }
            match self.waiting.take() {
                Some(Waiting::Flush) => {
                    self.flush(context);
                    continue;
                }
                Some(Waiting::Unlock) => {
                    self.abandon_walk(context);
                    return;
                }
                None => {}
            }
            if let Some(finish) = self.finishes.pop_front() {
                self.record_finish(finish, context);
            } else if !self.start_next(context) {
                let walk = self.walk.as_ref().expect("a walking process has a walk");
                if walk.is_done() && !self.is_flushing {
                    self.end_walk(context);
                }
                return;
            }
        }
    }

    fn start_next(&mut self, context: &mut Context<'_>) -> bool {
        let walk = self.walk.as_mut().expect("a walking process has a walk");
        let Some(index) = walk.start_next() else {
            return false;
        };
        let node = walk.node(index);
        let NodeStep::Operate(kind) = node.step else {
            unreachable!("what is kept is never started")
        };
        let order = OperationOrder {
            node: index,
            resource: node.resource,
            kind,
            config: node.config.clone(),
            recorded: node.recorded.clone(),
        };
        context.effects.push(Effect::Operate(order));
        true
    }

    fn record_finish(&mut self, finish: Finish, context: &mut Context<'_>) {
        let walk = self.walk.as_mut().expect("a walking process has a walk");
        match finish {
            Finish::Operation(end) => {
                let plan = Arc::clone(walk.plan());
                let node = plan.node(end.node);
                let NodeStep::Operate(kind) = node.step else {
                    unreachable!("operations end")
                };
                apply_end(walk, end);
                context.tell(News::OperationEnded(node.resource, kind, end.outcome));
                let error = end.outcome.error(kind);
                if let Some(error) = error {
                    let kind = DiagnosticKind::OperationFailed(error);
                    self.fail_later(Diagnostic::new(kind, context.client.dialect));
                }
                let provision = node.config.as_ref().and_then(|config| config.provision);
                match (kind, error, provision) {
                    (OperationKind::Create, None, Some(duration)) if !self.is_stopping => {
                        self.provisioning.push(end.node);
                        context.tell(News::ProvisionerBegan(node.resource));
                        context.set_timer(duration, Timer::Provisioned(end.node));
                    }
                    _ => self.finish_node(end.node, error.is_none(), context),
                }
            }
            Finish::Provisioner(index, is_success) => {
                if !is_success {
                    taint(walk, index);
                    self.fail_later(Diagnostic::new(
                        DiagnosticKind::ProvisionerFailed,
                        context.client.dialect,
                    ));
                }
                self.finish_node(index, is_success, context);
            }
            Finish::Flush => {
                if context.client.save == SaveModel::AtEnd {
                    return;
                }
                self.saves_every_finish = true;
                self.recording = Some(Recording { node: None });
                if !self.begin_save(Lane::Saves, context) {
                    self.recording = None;
                }
            }
        }
    }

    /// A resource finished: the state manager gets a copy, which is saved if a save is due.
    fn finish_node(&mut self, node: NodeIndex, is_success: bool, context: &mut Context<'_>) {
        let walk = self.walk.as_ref().expect("a walking process has a walk");
        self.manager.snapshot = walk.state.clone();
        let first = *self.persisted_at.get_or_insert(context.now);
        let is_due = match context.client.save {
            SaveModel::EveryResource => true,
            SaveModel::Interval(interval) => {
                self.saves_every_finish || context.now.since(first) >= interval
            }
            SaveModel::AtEnd => false,
        };
        if is_due {
            self.recording = Some(Recording {
                node: Some((node, is_success)),
            });
            if self.begin_save(Lane::Saves, context) {
                return;
            }
            self.recording = None;
            self.persisted_at = Some(context.now);
        }
        self.close_node(node, is_success, context);
    }

    fn close_node(&mut self, node: NodeIndex, is_success: bool, context: &mut Context<'_>) {
        let walk = self.walk.as_mut().expect("a walking process has a walk");
        walk.finish(node, is_success, context.order.as_deref_mut());
    }

    /// The save of a finish has ended. If it failed, that counts as a failure of the resource.
    pub(super) fn on_finish_saved(
        &mut self,
        result: Result<(), SaveFailure>,
        context: &mut Context<'_>,
    ) {
        if !matches!(self.phase, Phase::Walking) {
            return;
        }
        let recording = self
            .recording
            .take()
            .expect("a save of the walk records something");
        match (result, recording.node) {
            (Ok(()), Some((node, is_success))) => {
                self.persisted_at = Some(context.now);
                self.close_node(node, is_success, context);
            }
            (Err(failure), Some((node, _))) => match context.client.on_failed_save {
                OnFailedSave::Exit => {
                    self.rescue(failure.error, context);
                    self.clear_lanes();
                    self.exit(context);
                    return;
                }
                OnFailedSave::Unlock => {
                    let (kind, cause) =
                        (DiagnosticKind::IntermediateSaveFailed, failure.error.into());
                    self.fail_later(Diagnostic::with_cause(kind, cause, context.client.dialect));
                    self.close_node(node, false, context);
                }
            },
            // The interrupt's second attempt is only logged.
            (Ok(()) | Err(_), None) => {}
        }
        self.advance_walk(context);
    }

    /// Everything has ended: the result is saved if it differs from what was saved last.
    pub(super) fn end_walk(&mut self, context: &mut Context<'_>) {
        let walk = self.walk.as_mut().expect("a walking process has a walk");
        let plan = Arc::clone(walk.plan());
        let skipped = walk.skipped();
        if plan.mode == PlanMode::Destroy && !self.has_failed {
            walk.state.drop_husks();
        }
        self.manager.snapshot = walk.state.clone();
        if skipped > 0 {
            context.tell(News::Skipped(skipped));
        }
        if self.is_stopping {
            self.fail_later(Diagnostic::new(
                DiagnosticKind::ExecutionHalted,
                context.client.dialect,
            ));
        }
        self.applied = Some(plan.counts);
        self.save_finally(context);
    }

    pub(super) fn save_finally(&mut self, context: &mut Context<'_>) {
        self.phase = Phase::Saving;
        if !self.begin_save(Lane::Main, context) {
            self.on_finally_saved(Ok(()), context);
        }
    }
}
