//! What a command does with the state that it has read.

use std::sync::Arc;

use super::super::invocation::{Action, Approval, PlanMode};
use super::super::names::ResourceId;
use super::super::plan::{Plan, SavedPlan};
use super::super::state::RecordedObject;
use super::{Context, DiagnosticKind, Effect, FileContent, News, Phase, Process, Timer};
use crate::kernel::SimDuration;

impl Process {
    pub(super) fn begin_work(&mut self, context: &mut Context<'_>) {
        match &self.invocation.action {
            Action::Plan { .. }
            | Action::Apply { .. }
            | Action::Refresh { .. }
            | Action::Import { .. } => {
                self.phase = Phase::Planning;
                context.set_timer(context.plan, Timer::Planned);
            }
            Action::ApplySaved { parallelism, .. } => {
                let parallelism = parallelism.get();
                self.apply_saved(parallelism, context);
            }
            Action::StatePush { force, .. } => {
                let force = *force;
                self.push(force, context);
            }
            Action::StateRemove(resources) => {
                let resources = resources.clone();
                self.remove(&resources, context);
            }
            Action::StateMove { from, to } => {
                let (from, to) = (*from, *to);
                self.move_object(from, to, context);
            }
            Action::Taint(resource) => {
                let resource = *resource;
                self.set_tainted(resource, true, context);
            }
            Action::Untaint(resource) => {
                let resource = *resource;
                self.set_tainted(resource, false, context);
            }
            Action::StateList
            | Action::StateShow(_)
            | Action::StatePull
            | Action::Show { .. }
            | Action::Output => self.print_state(context),
            Action::Init | Action::WorkspaceList | Action::ForceUnlock { .. } => {
                self.finish(context);
            }
        }
    }

    fn print_state(&mut self, context: &mut Context<'_>) {
        let file = self.manager.export();
        if let Action::StateShow(resource) = self.invocation.action
            && file.snapshot.object(resource).is_none()
        {
            self.fail(DiagnosticKind::InstanceNotFound, context);
        } else {
            context
                .effects
                .push(Effect::Print(FileContent::State(file)));
        }
        self.finish(context);
    }

    pub(super) fn on_planned(&mut self, context: &mut Context<'_>) {
        if !matches!(self.phase, Phase::Planning) {
            return;
        }
        match self.invocation.action.clone() {
            Action::Import { resource, object } => self.import(resource, &object, context),
            Action::Plan { out, .. } => {
                // Twice interrupted before its walk, it prints nothing.
                if self.is_cancelled {
                    return self.finish(context);
                }
                let plan = self.make_plan(context);
                if let Some(file) = out {
                    let read = self.manager.read();
                    let saved = SavedPlan {
                        plan,
                        lineage: read.map(|read| read.lineage),
                        serial: read.map_or(0, |read| read.serial),
                    };
                    let content = FileContent::Plan(Arc::new(saved));
                    context.effects.push(Effect::WriteFile(file, content));
                }
                self.finish(context);
            }
            Action::Refresh { .. } => {
                let plan = self.make_plan(context);
                self.plan = None;
                self.manager.snapshot = plan.refreshed.clone();
                self.save_finally(context);
            }
            Action::Apply { options, approval } => {
                let plan = self.make_plan(context);
                let is_trivial = match options.mode {
                    PlanMode::RefreshOnly => !plan.has_drift,
                    PlanMode::Normal | PlanMode::Destroy => plan.counts.is_nothing(),
                };
                self.halt_or(context, |process, context| {
                    if approval == Approval::Asked && !is_trivial {
                        process.phase = Phase::Prompting(Some(plan));
                        context.tell(News::Prompted);
                    } else {
                        process.begin_walk(plan, options.parallelism.get(), context);
                    }
                });
            }
            Action::Init
            | Action::WorkspaceList
            | Action::ApplySaved { .. }
            | Action::ForceUnlock { .. }
            | Action::StateList
            | Action::StateShow(_)
            | Action::StatePull
            | Action::StatePush { .. }
            | Action::StateRemove(_)
            | Action::StateMove { .. }
            | Action::Show { .. }
            | Action::Output
            | Action::Taint(_)
            | Action::Untaint(_) => unreachable!("these plan nothing"),
        }
    }

    /// Halts if an interrupt came before the plan; else goes on.
    fn halt_or(
        &mut self,
        context: &mut Context<'_>,
        go_on: impl FnOnce(&mut Self, &mut Context<'_>),
    ) {
        if self.is_stop_pending {
            self.fail(DiagnosticKind::ExecutionHalted, context);
            self.finish(context);
        } else {
            go_on(self, context);
        }
    }

    /// Refreshes and plans, and prints the plan.
    pub(super) fn make_plan(&mut self, context: &mut Context<'_>) -> Arc<Plan> {
        let options = self.invocation.action.plan_options();
        let plan = Plan::make(
            options.expect("only what has options plans"),
            &self.manager.snapshot,
            context.configuration,
            context.cloud,
        );
        let is_counted = plan.mode != PlanMode::RefreshOnly || !plan.has_drift;
        self.plan = is_counted.then_some(plan.counts);
        if let Some(counts) = self.plan {
            context.tell(News::Planned(counts));
        }
        Arc::new(plan)
    }

    pub(super) fn on_prompted(&mut self, text: &str, context: &mut Context<'_>) {
        let Phase::Prompting(plan) = &self.phase else {
            return;
        };
        let plan = plan.clone();
        if text != "yes" {
            self.fail(DiagnosticKind::ApplyCancelled, context);
            self.finish(context);
            return;
        }
        match (plan, &self.invocation.action) {
            (Some(plan), Action::Apply { options, .. }) => {
                let parallelism = options.parallelism.get();
                self.begin_walk(plan, parallelism, context);
            }
            _ => self.force_unlock(context),
        }
    }

    fn apply_saved(&mut self, parallelism: u16, context: &mut Context<'_>) {
        let Some(FileContent::Plan(saved)) = self.file.clone() else {
            unreachable!("the file was read at the start")
        };
        let read = self.manager.read();
        // A plan that was made where there was no state has no lineage to compare.
        let is_other = saved.lineage.is_some() && read.map(|read| read.lineage) != saved.lineage;
        let is_stale = read.map_or(0, |read| read.serial) != saved.serial;
        let problem = match (is_other, is_stale) {
            (true, _) => DiagnosticKind::ForeignPlan,
            (false, true) => DiagnosticKind::StalePlan,
            (false, false) => {
                return self.halt_or(context, |process, context| {
                    process.begin_walk(Arc::clone(&saved.plan), parallelism, context);
                });
            }
        };
        self.fail(problem, context);
        self.finish(context);
    }

    fn push(&mut self, force: bool, context: &mut Context<'_>) {
        let Some(FileContent::State(file)) = self.file.clone() else {
            unreachable!("the file was read at the start")
        };
        match self.manager.import(&file, force) {
            Ok(()) => self.save_finally(context),
            Err(refusal) => {
                self.fail(DiagnosticKind::PushRefused(refusal), context);
                self.finish(context);
            }
        }
    }

    fn import(&mut self, resource: ResourceId, id: &str, context: &mut Context<'_>) {
        if self.manager.snapshot.object(resource).is_some() {
            self.fail(DiagnosticKind::AlreadyManaged, context);
            return self.finish(context);
        }
        let found = context
            .cloud
            .find(id)
            .and_then(|object| Some((object, context.cloud.read(object)?)));
        let Some((object, attributes)) = found else {
            self.fail(DiagnosticKind::RemoteObjectNotFound, context);
            return self.finish(context);
        };
        let config = context
            .configuration
            .get(resource)
            .expect("checked at the start");
        let forgets_inputs = !config.inputs.is_empty();
        let imported = RecordedObject {
            id: object,
            is_tainted: false,
            attributes,
            inputs: (!forgets_inputs).then(|| Arc::clone(&config.inputs)),
            dependencies: Arc::from([]),
            // A provider that keeps its times in the state has forgotten them.
            delete: if forgets_inputs {
                SimDuration::ZERO
            } else {
                config.delete
            },
        };
        self.manager.snapshot.record(resource, Arc::new(imported));
        self.save_finally(context);
    }

    fn remove(&mut self, resources: &[ResourceId], context: &mut Context<'_>) {
        let known = resources
            .iter()
            .any(|id| self.manager.snapshot.object(*id).is_some());
        if !known {
            self.fail(DiagnosticKind::InvalidTarget, context);
            return self.finish(context);
        }
        for resource in resources {
            self.manager.snapshot.remove(*resource);
        }
        self.save_finally(context);
    }

    fn move_object(&mut self, from: ResourceId, to: ResourceId, context: &mut Context<'_>) {
        let snapshot = &mut self.manager.snapshot;
        let object = match (snapshot.object(from).cloned(), snapshot.object(to)) {
            (Some(object), None) => object,
            (None, _) => {
                self.fail(DiagnosticKind::InvalidSource, context);
                return self.finish(context);
            }
            (Some(_), Some(_)) => {
                self.fail(DiagnosticKind::InvalidTarget, context);
                return self.finish(context);
            }
        };
        snapshot.remove(from);
        snapshot.record(to, object);
        self.save_finally(context);
    }

    fn set_tainted(&mut self, resource: ResourceId, is_tainted: bool, context: &mut Context<'_>) {
        let Some(object) = self.manager.snapshot.object(resource).cloned() else {
            self.fail(DiagnosticKind::NoSuchInstance, context);
            return self.finish(context);
        };
        if !is_tainted && !object.is_tainted {
            self.fail(DiagnosticKind::NotTainted, context);
            return self.finish(context);
        }
        let object = RecordedObject {
            is_tainted,
            ..(*object).clone()
        };
        self.manager.snapshot.record(resource, Arc::new(object));
        self.save_finally(context);
    }
}
