//! What a command does with the state that it has read.

use std::sync::Arc;

use super::super::invocation::{Approval, PlanMode, PlanOptions};
use super::super::names::ResourceId;
use super::super::plan::{Plan, SavedPlan};
use super::super::state::{RecordedObject, StateFile};
use super::open::not_configured;
use super::{
    Cause, Context, Core, DiagnosticKind, DiskState, Effect, FileContent, Interrupts, OutputFact,
    Phase, Planning, Process, Prompt, Task, Timer, Told, ToldPlan,
};
use crate::kernel::SimDuration;

impl Process {
    pub(super) fn begin_work(&mut self, context: &mut Context<'_>) {
        match self.task.clone() {
            Task::Plan(planning) => {
                self.phase = Phase::Planning(planning);
                context.set_timer(context.plan, Timer::Planned);
            }
            Task::ApplySaved { saved, parallelism } => {
                self.apply_saved(&saved, parallelism, context);
            }
            Task::Push { file, force } => {
                let pushed = self.core.push(&file, force);
                self.save_edited(pushed, context);
            }
            Task::List | Task::PrintObject(_) | Task::Remove { .. } | Task::Move { .. }
                if self.core.manager.read().is_none() =>
            {
                self.fail_and_finish(DiagnosticKind::NoStateFile, context);
            }
            Task::List
            | Task::Print
            | Task::Remove {
                is_dry_run: true, ..
            } => self.print_state(context),
            Task::Remove { .. } => self.reopen(context),
            Task::Move {
                from,
                to,
                is_dry_run,
            } => {
                let moved = self.core.movable(from, to, context);
                match moved {
                    Err(kind) => self.fail_and_finish(kind, context),
                    Ok(_) if is_dry_run => self.print_state(context),
                    Ok(_) => self.reopen(context),
                }
            }
            Task::SetTainted {
                resource,
                is_tainted,
            } => {
                let set = self.core.set_tainted(resource, is_tainted);
                self.save_edited(set, context);
            }
            Task::PrintObject(resource) => {
                if self.core.manager.snapshot.object(resource).is_none() {
                    self.fail_and_finish(DiagnosticKind::InstanceNotFound, context);
                } else {
                    self.print_state(context);
                }
            }
            Task::Refuse(_) | Task::PrintFile(_) | Task::Nothing | Task::ForceUnlock { .. } => {
                self.finish(context);
            }
        }
    }

    /// Opens the backend once more, as commands do that change addresses, before they save.
    fn reopen(&mut self, context: &mut Context<'_>) {
        self.phase = Phase::Saving(None);
        let end = self.core.begin_reopen(context);
        self.on_main_end(end, context);
    }

    pub(super) fn on_reopened(&mut self, result: Result<(), Cause>, context: &mut Context<'_>) {
        if let Err(cause) = result {
            let kind = DiagnosticKind::Unconfigured;
            self.core.fail_for(kind, cause, context);
            self.finish(context);
            return;
        }
        let edited = match &self.task {
            Task::Remove { resources, .. } => {
                let resources = resources.clone();
                self.core.remove(&resources, context)
            }
            Task::Move { from, to, .. } => {
                let (from, to) = (*from, *to);
                self.core.movable(from, to, context).map(|object| {
                    self.core.manager.snapshot.remove(from);
                    self.core.manager.snapshot.record(to, object);
                    self.core.manager.snapshot.forget_dependency(from);
                })
            }
            Task::Refuse(_)
            | Task::PrintFile(_)
            | Task::Plan(_)
            | Task::Nothing
            | Task::ApplySaved { .. }
            | Task::ForceUnlock { .. }
            | Task::List
            | Task::Print
            | Task::PrintObject(_)
            | Task::Push { .. }
            | Task::SetTainted { .. } => return,
        };
        self.save_edited(edited, context);
    }

    fn fail_and_finish(&mut self, kind: DiagnosticKind, context: &mut Context<'_>) {
        self.core.fail(kind, context);
        self.finish(context);
    }

    fn print_state(&mut self, context: &mut Context<'_>) {
        let file = FileContent::State(self.core.manager.export());
        context.effects.push_back(Effect::Print(file));
        self.finish(context);
    }

    /// Saves what a command has made of the state, or says why it could not.
    fn save_edited(&mut self, edited: Result<(), DiagnosticKind>, context: &mut Context<'_>) {
        match edited {
            Ok(()) => self.save_finally(None, context),
            Err(kind) => self.fail_and_finish(kind, context),
        }
    }

    pub(super) fn on_planned(&mut self, context: &mut Context<'_>) {
        let Phase::Planning(planning) = &self.phase else {
            return;
        };
        match &*Arc::clone(planning) {
            Planning::Import { resource, object } => {
                let imported = self.core.import(*resource, object, context);
                self.save_edited(imported, context);
            }
            Planning::Plan { options, out } => {
                // Twice interrupted before its walk, it prints nothing.
                if self.core.interrupts != Interrupts::Two {
                    let plan = self.core.make_plan(options, context);
                    if let Some(file) = out {
                        self.core.write_plan(file, plan, context);
                    }
                }
                self.finish(context);
            }
            Planning::Refresh { options } => {
                let plan = self.core.make_plan(options, context);
                self.core.plan = None;
                self.core.manager.snapshot = plan.refreshed.clone();
                self.save_finally(None, context);
            }
            Planning::Apply { options, approval } => {
                let plan = self.core.make_plan(options, context);
                let is_trivial = match options.mode {
                    PlanMode::RefreshOnly => !plan.has_drift,
                    PlanMode::Normal | PlanMode::Destroy => plan.counts.is_nothing(),
                };
                let parallelism = options.parallelism.get();
                if self.core.interrupts != Interrupts::None {
                    self.fail_and_finish(DiagnosticKind::ExecutionHalted, context);
                } else if *approval == Approval::Asked && !is_trivial {
                    self.phase = Phase::Prompting(Prompt::Apply { plan, parallelism });
                    context.tell(OutputFact::Prompted);
                } else {
                    self.begin_walk(plan, parallelism, context);
                }
            }
        }
    }

    pub(super) fn on_prompted(&mut self, text: &str, context: &mut Context<'_>) {
        let Phase::Prompting(prompt) = &self.phase else {
            return;
        };
        if text != "yes" {
            let cancelled = match prompt {
                Prompt::Apply { .. } => DiagnosticKind::ApplyCancelled,
                Prompt::ForceUnlock { .. } => DiagnosticKind::ForceUnlockCancelled,
            };
            self.fail_and_finish(cancelled, context);
            return;
        }
        match prompt.clone() {
            Prompt::Apply { plan, parallelism } => self.begin_walk(plan, parallelism, context),
            Prompt::ForceUnlock { typed } => self.force_unlock(typed, context),
        }
    }

    fn apply_saved(&mut self, saved: &SavedPlan, parallelism: u16, context: &mut Context<'_>) {
        let read = self.core.manager.read();
        // A plan that was made where there was no state has no lineage to compare.
        let is_other = saved.lineage.is_some() && read.map(|read| read.lineage) != saved.lineage;
        let is_stale = read.map_or(0, |read| read.serial) != saved.serial;
        let is_halted = self.core.interrupts != Interrupts::None;
        match (is_other, is_stale, is_halted) {
            (true, _, _) => self.fail_and_finish(DiagnosticKind::ForeignPlan, context),
            (false, true, _) => self.fail_and_finish(DiagnosticKind::StalePlan, context),
            (false, false, true) => self.fail_and_finish(DiagnosticKind::ExecutionHalted, context),
            (false, false, false) => {
                self.begin_walk(Arc::clone(&saved.plan), parallelism, context);
            }
        }
    }
}

impl Core {
    /// Refreshes and plans, and prints the plan.
    fn make_plan(&mut self, options: &PlanOptions, context: &mut Context<'_>) -> Arc<Plan> {
        let plan = Plan::make(
            options,
            &self.manager.snapshot,
            context.configuration,
            context.cloud,
        );
        let is_counted = plan.mode != PlanMode::RefreshOnly || !plan.has_drift;
        self.plan = is_counted.then_some(plan.counts);
        let plan = Arc::new(plan);
        if let Some(counts) = self.plan {
            context.tell(ToldPlan(Arc::clone(&plan)));
            context.tell(OutputFact::Planned(counts));
        }
        plan
    }

    /// Saves a plan in a file; the disk may refuse it.
    fn write_plan(&mut self, file: &Arc<str>, plan: Arc<Plan>, context: &mut Context<'_>) {
        let content = match context.disk {
            DiskState::Ok | DiskState::Occupied => Some(self.saved_plan(plan)),
            DiskState::Full => Some(FileContent::Empty),
            DiskState::ReadOnly => None,
        };
        if let Some(content) = content {
            let write = Effect::WriteFile(Arc::clone(file), content);
            context.effects.push_back(write);
        }
        match context.disk {
            DiskState::Ok | DiskState::Occupied => {}
            DiskState::Full | DiskState::ReadOnly => {
                self.fail(DiagnosticKind::PlanNotWritten, context);
            }
        }
    }

    fn saved_plan(&self, plan: Arc<Plan>) -> FileContent {
        let read = self.manager.read();
        FileContent::Plan(Arc::new(SavedPlan {
            plan,
            lineage: read.map(|read| read.lineage),
            serial: read.map_or(0, |read| read.serial),
        }))
    }

    fn push(&mut self, file: &StateFile, force: bool) -> Result<(), DiagnosticKind> {
        let imported = self.manager.import(file, force);
        imported.map_err(DiagnosticKind::PushRefused)
    }

    fn import(
        &mut self,
        resource: ResourceId,
        id: &str,
        context: &Context<'_>,
    ) -> Result<(), DiagnosticKind> {
        if self.manager.snapshot.object(resource).is_some() {
            return Err(DiagnosticKind::AlreadyManaged);
        }
        let found = context
            .cloud
            .find(id, resource)
            .and_then(|object| Some((object, context.cloud.read(object)?)));
        let (object, attributes) = found.ok_or(DiagnosticKind::RemoteObjectNotFound)?;
        let config = context.configuration.get(resource);
        let config = config.ok_or_else(|| not_configured(resource, context))?;
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
        Ok(())
    }

    /// Removes those of the resources that the state records; one of them at least.
    fn remove(
        &mut self,
        resources: &[ResourceId],
        context: &mut Context<'_>,
    ) -> Result<(), DiagnosticKind> {
        let snapshot = &mut self.manager.snapshot;
        let recorded = |id: &ResourceId| snapshot.object(*id).is_some();
        let found: Vec<ResourceId> = resources.iter().copied().filter(recorded).collect();
        for resource in &found {
            snapshot.remove(*resource);
        }
        if found.is_empty() {
            return Err(DiagnosticKind::InvalidTarget);
        }
        context.tell(Told::Removed(found.into()));
        Ok(())
    }

    /// The record that can be moved.
    fn movable(
        &self,
        from: ResourceId,
        to: ResourceId,
        context: &Context<'_>,
    ) -> Result<Arc<RecordedObject>, DiagnosticKind> {
        if !context.names.are_of_one_type(from, to) {
            return Err(DiagnosticKind::InvalidMove);
        }
        let snapshot = &self.manager.snapshot;
        let object = snapshot.object(from).cloned();
        let object = object.ok_or(DiagnosticKind::InvalidSource)?;
        if snapshot.object(to).is_some() {
            return Err(DiagnosticKind::InvalidTarget);
        }
        Ok(object)
    }

    fn set_tainted(
        &mut self,
        resource: ResourceId,
        is_tainted: bool,
    ) -> Result<(), DiagnosticKind> {
        let object = self.manager.snapshot.object(resource).cloned();
        let object = object.ok_or(DiagnosticKind::NoSuchInstance)?;
        if !is_tainted && !object.is_tainted {
            return Err(DiagnosticKind::NotTainted);
        }
        let object = RecordedObject {
            is_tainted,
            ..(*object).clone()
        };
        self.manager.snapshot.record(resource, Arc::new(object));
        Ok(())
    }
}
