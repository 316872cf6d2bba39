//! The script: the steps of the scenario, and the facts that they wait for.

use std::sync::Arc;

use super::{Actor, Agenda, Event, FileContent, OperatorId, RunId, Runner, World, position};
use crate::kernel::SimTime;
use crate::scenario::{
    BlobChange, CancelPlan, CredentialState, DiskState, FactPattern, Link, LinkState, Scenario,
    Since, StateFileLineage, Trigger, Verb, Wrapper, WrittenFile, WrittenState,
};
use crate::terraform::process::{ERRORED, Input};
use crate::terraform::{BlobContent, Signal, StateFile, StateSnapshot};
use crate::timeline::{ProcessFact, ScriptFact, Vacuity};

/// A fact that some step waits for, and how often it has occurred.
#[derive(Debug, Clone)]
struct Counter {
    pattern: FactPattern,
    /// When each occurrence was that a step can wait for.
    occurrences: Vec<SimTime>,
    /// How many of them were before the latest run started.
    before_latest_run: usize,
}

/// The [script](self)'s progress.
#[derive(Debug, Clone)]
pub(super) struct Script {
    next: usize,
    /// When the step above started.
    last_start: SimTime,
    counters: Vec<Counter>,
}

/// The pattern without its count.
const fn uncounted(pattern: FactPattern) -> FactPattern {
    if let FactPattern::Sends { operator, kind, .. } = pattern {
        FactPattern::Sends {
            operator,
            kind,
            nth: 0,
        }
    } else {
        pattern
    }
}

impl Script {
    pub(super) fn new(scenario: &Scenario) -> Self {
        let mut counters: Vec<Counter> = Vec::new();
        for step in &scenario.steps {
            if let Trigger::When { pattern, .. } = step.trigger {
                let pattern = uncounted(pattern);
                if counters.iter().all(|counter| counter.pattern != pattern) {
                    let occurrences = Vec::new();
                    counters.push(Counter {
                        pattern,
                        occurrences,
                        before_latest_run: 0,
                    });
                }
            }
        }
        Self {
            next: 0,
            last_start: SimTime::ZERO,
            counters,
        }
    }

    /// A fact occurred.
    pub(super) fn note(&mut self, pattern: FactPattern, now: SimTime) {
        for counter in &mut self.counters {
            if counter.pattern == pattern {
                counter.occurrences.push(now);
            }
        }
    }

    fn latest_run_starts(&mut self) {
        for counter in &mut self.counters {
            counter.before_latest_run = counter.occurrences.len();
        }
    }

    /// When the nth such fact occurred, if it did.
    fn occurrence(&self, pattern: FactPattern, since: Since) -> Option<SimTime> {
        let nth = if let FactPattern::Sends { nth, .. } = pattern {
            usize::try_from(nth).ok()?
        } else {
            1
        };
        let wanted = uncounted(pattern);
        let counter = self
            .counters
            .iter()
            .find(|counter| counter.pattern == wanted)?;
        let skipped = match since {
            Since::LatestRun => counter.before_latest_run,
            Since::Beginning => 0,
        };
        counter
            .occurrences
            .get(skipped + nth.checked_sub(1)?)
            .copied()
    }
}

impl World {
    /// When the next step is due: `None` while it waits for a fact that has not occurred, or if
    /// there is no step any more.
    pub fn next_step_due(&self, now: SimTime) -> Option<SimTime> {
        let step = self.scenario.steps.get(self.script.next)?;
        match step.trigger {
            Trigger::AllEnded => (self.alive == 0).then_some(now),
            Trigger::At(time) => Some(time.max(now)),
            Trigger::After(duration) => Some((self.script.last_start + duration).max(now)),
            Trigger::When {
                pattern,
                since,
                after,
            } => {
                let time = if let FactPattern::RunEnded(run) = pattern {
                    self.run_ended(run)?
                } else if let FactPattern::OperatorEnded(operator) = pattern {
                    self.operator_ended(operator)?
                } else {
                    self.script.occurrence(pattern, since)?
                };
                Some((time + after).max(now))
            }
        }
    }

    fn run_ended(&self, run: RunId) -> Option<SimTime> {
        self.runs[position(run.0)].as_ref()?.ended_at
    }

    fn operator_ended(&self, operator: OperatorId) -> Option<SimTime> {
        let mut latest = None;
        for run in self.started.iter().map(|run| self.run(*run)) {
            if run.operator == operator {
                latest = latest.max(Some(run.ended_at?));
            }
        }
        latest
    }

    /// Starts the next step. Returns its position if it asks for an observation.
    pub fn take_step(&mut self, agenda: &mut Agenda) -> Option<usize> {
        let scenario = Arc::clone(&self.scenario);
        let index = self.script.next;
        let step = &scenario.steps[index];
        self.script.next += 1;
        self.script.last_start = agenda.now;
        self.do_step(&step.verb, step.line, agenda);
        matches!(step.verb, Verb::Expect(_) | Verb::Wreck(_)).then_some(index)
    }

    /// Reports the steps that can't start any more.
    pub fn abandon_steps(&mut self) {
        let scenario = Arc::clone(&self.scenario);
        let Some(step) = scenario.steps.get(self.script.next) else {
            return;
        };
        let left = scenario.steps.len() - self.script.next - 1;
        let mut why = match step.trigger {
            Trigger::AllEnded => self
                .started
                .iter()
                .find(|run| self.run(**run).is_alive())
                .map_or_else(String::new, |run| {
                    format!("{} never ended", scenario.names.run(*run))
                }),
            Trigger::When { .. } => "the fact that it waits for never occurred".to_owned(),
            Trigger::At(_) | Trigger::After(_) => "the run ended before its time".to_owned(),
        };
        if left > 0 {
            why = format!("{why}, and {left} more below it");
        }
        self.vacuities.push(Vacuity {
            line: step.line,
            what: "this step".into(),
            why: why.into(),
        });
    }

    fn stage(&mut self, now: SimTime, text: impl FnOnce(&Self) -> String) {
        if self.recorder.is_on() {
            let text = text(self).into();
            self.record(now, Actor::Scenario, || ScriptFact::Staged(text));
        }
    }

    fn was_vacuous(&mut self, line: u32, why: &str) {
        self.vacuities.push(Vacuity {
            line,
            what: "this step".into(),
            why: why.into(),
        });
    }

    fn do_step(&mut self, verb: &Verb, line: u32, agenda: &mut Agenda) {
        let now = agenda.now;
        match verb {
            Verb::Run {
                run,
                operator,
                command,
            } => {
                self.script.latest_run_starts();
                self.start_run(*run, *operator, command, agenda);
            }
            Verb::CtrlC(operator) => self.press_ctrl_c(*operator, line, agenda),
            Verb::Signal(operator, signal) => match self.latest_alive(*operator) {
                Some(run) => self.signal(run, *signal, agenda),
                None => self.was_vacuous(line, "the signal reached no process"),
            },
            Verb::SignalRun(run, signal) => self.signal_run(*run, *signal, line, agenda),
            Verb::Cancel(operator, plan) => self.cancel(*operator, plan, line, agenda),
            Verb::Suspend(operator) => self.suspend(*operator, true, agenda),
            Verb::Resume(operator) => self.suspend(*operator, false, agenda),
            Verb::Link {
                link,
                state,
                duration,
            } => {
                self.tell_link(*link, *state, *duration, now);
                self.set_link(*link, *state, *duration, agenda);
            }
            Verb::Faults(rules) => self.rules.replace(rules, line),
            Verb::FailNext { resource, mode } => self.rules.fail_next(*resource, *mode, line),
            Verb::Edit(operator, configuration) => {
                self.machine_mut(*operator).configuration = Arc::clone(configuration);
                self.record(now, Actor::Operator(*operator), || {
                    ScriptFact::Staged("edited the configuration".into())
                });
            }
            Verb::File(operator, file) => self.put_file(*operator, file, now),
            Verb::Disk(operator, disk) => self.set_disk(*operator, *disk, now),
            Verb::Blob(change) => self.change_blob(change, line, agenda),
            Verb::Cloud(change) => {
                if !self.change_cloud(change, now) {
                    self.was_vacuous(line, "nothing that it names existed");
                }
            }
            Verb::Credentials {
                operator,
                blob,
                cloud,
            } => {
                self.set_credentials(*operator, *blob, *cloud, now);
            }
            Verb::Answer(operator, text) => self.answer(*operator, text, line, agenda),
            Verb::Phase(run) => self.rules.set_phase(*run),
            Verb::Note(text) => {
                self.record(now, Actor::Scenario, || ScriptFact::Note(Arc::clone(text)));
            }
            Verb::Ask(text) => {
                self.record(now, Actor::Scenario, || ScriptFact::Asked(Arc::clone(text)));
            }
            Verb::Expect(_) => {}
            Verb::Wreck(operator) => {
                self.record(now, Actor::Scenario, || ScriptFact::Wrecked(*operator));
            }
        }
    }

    fn signal_run(&mut self, run: RunId, signal: Signal, line: u32, agenda: &mut Agenda) {
        let is_alive = self.runs[position(run.0)]
            .as_ref()
            .is_some_and(super::Run::is_alive);
        if is_alive {
            self.signal(run, signal, agenda);
        } else {
            self.was_vacuous(line, "the signal reached no process");
        }
    }

    /// A machine goes to sleep, or wakes up to all that came in the meantime.
    fn suspend(&mut self, operator: OperatorId, is_suspended: bool, agenda: &mut Agenda) {
        self.machine_mut(operator).is_suspended = is_suspended;
        self.record(agenda.now, Actor::Operator(operator), || {
            ProcessFact::Suspended(is_suspended)
        });
        if !is_suspended {
            let deferred = std::mem::take(&mut self.machine_mut(operator).deferred);
            Self::schedule_deferred(deferred, agenda);
        }
    }

    fn latest_alive(&self, operator: OperatorId) -> Option<RunId> {
        let is_meant = |run: &&RunId| {
            let run = self.run(**run);
            run.operator == operator && run.is_alive()
        };
        self.started.iter().rev().find(is_meant).copied()
    }

    fn press_ctrl_c(&mut self, operator: OperatorId, line: u32, agenda: &mut Agenda) {
        let Some(run) = self.latest_alive(operator) else {
            return self.was_vacuous(line, "the Ctrl+C reached no process");
        };
        let now = agenda.now;
        let actor = Actor::Operator(operator);
        let act = |world: &mut Self, text: &str| {
            world.record(now, actor, || ProcessFact::WrapperActed(text.into()));
        };
        match self.machine(operator).wrapper {
            Wrapper::None => self.signal(run, Signal::Interrupt, agenda),
            Wrapper::DoublesCtrlC => {
                act(
                    self,
                    "the terminal sends the Ctrl+C, and the wrapper forwards it again",
                );
                self.signal(run, Signal::Interrupt, agenda);
                self.signal(run, Signal::Interrupt, agenda);
            }
            Wrapper::KillsOnCtrlC => {
                act(self, "the wrapper answers the Ctrl+C by killing Terraform");
                self.signal(run, Signal::Kill, agenda);
            }
            Wrapper::SwallowsCtrlC => act(self, "the wrapper keeps the Ctrl+C to itself"),
        }
    }

    fn cancel(&mut self, operator: OperatorId, plan: &CancelPlan, line: u32, agenda: &mut Agenda) {
        let Some(run) = self.latest_alive(operator) else {
            return self.was_vacuous(line, "there was nothing to cancel");
        };
        self.record(agenda.now, Actor::Operator(operator), || {
            ProcessFact::WrapperActed("the runner cancels the job".into())
        });
        let signals = [
            (plan.interrupt, Signal::Interrupt),
            (plan.terminate, Signal::Terminate),
            (plan.kill, Signal::Kill),
        ];
        for (after, signal) in signals {
            if let Some(after) = after {
                agenda
                    .events
                    .schedule(agenda.now + after, Event::RunnerSignals(run, signal));
            }
        }
    }

    pub(super) fn tell_link(
        &mut self,
        link: Link,
        state: LinkState,
        duration: Option<crate::kernel::SimDuration>,
        now: SimTime,
    ) {
        use crate::scenario::{Direction, Peer};
        self.stage(now, |world| {
            let operator = world.scenario.names.operator(link.operator);
            let peer = match link.peer {
                Peer::Blob => "blob",
                Peer::Cloud => "cloud",
            };
            let arrow = match link.direction {
                Direction::Both => "<->",
                Direction::Outward => "->",
                Direction::Inward => "<-",
            };
            let what = match state {
                LinkState::Up => "network heals",
                LinkState::Cut => "network cut",
                LinkState::Blackhole => "network swallows everything",
            };
            let span = duration
                .map(|duration| format!(" for {duration}"))
                .unwrap_or_default();
            format!("{what}: {operator} {arrow} {peer}{span}")
        });
    }

    fn put_file(&mut self, operator: OperatorId, file: &WrittenFile, now: SimTime) {
        let content = match &file.content {
            None => FileContent::Empty,
            Some(written) => FileContent::State(Arc::new(self.written_state(written))),
        };
        self.write_file(operator, Arc::clone(&file.name), content, now);
    }

    fn written_state(&self, written: &WrittenState) -> StateFile {
        let remote = self.service.blob().and_then(|blob| match &blob.content {
            BlobContent::State(file) => Some(file),
            BlobContent::Empty | BlobContent::Unreadable(_) => None,
        });
        let lineage = match written.lineage {
            StateFileLineage::Other(lineage) => lineage,
            StateFileLineage::Remote => {
                remote.map_or(crate::terraform::Lineage(0), |file| file.lineage)
            }
        };
        let mut snapshot = StateSnapshot::default();
        for resource in &written.resources {
            let recorded = remote.and_then(|file| file.snapshot.object(*resource).cloned());
            let placed = || {
                let config = self.scenario.configuration.get(*resource);
                self.cloud.clone().place(*resource, config)
            };
            if let Some(object) = recorded.or_else(placed) {
                snapshot.record(*resource, object);
            }
        }
        StateFile {
            lineage,
            serial: written.serial,
            snapshot,
        }
    }

    fn set_disk(&mut self, operator: OperatorId, disk: DiskState, now: SimTime) {
        self.machine_mut(operator).disk = disk;
        self.record(now, Actor::Operator(operator), || {
            ScriptFact::Staged(match disk {
                DiskState::Ok => "the disk works again".into(),
                DiskState::Full => "the disk is full".into(),
                DiskState::ReadOnly => "the working directory can't be written".into(),
                DiskState::Occupied => format!("a directory called {ERRORED} is in the way").into(),
            })
        });
    }

    fn change_blob(&mut self, change: &BlobChange, line: u32, agenda: &mut Agenda) {
        let now = agenda.now;
        let text = match change {
            BlobChange::Delete => {
                self.service.delete_blob();
                "somebody deletes the state blob".to_owned()
            }
            BlobChange::Truncate => {
                self.service.restore(now, BlobContent::Empty);
                "somebody truncates the state blob to 0 bytes".to_owned()
            }
            BlobChange::Content(content) => {
                self.service
                    .restore(now, BlobContent::Unreadable(Arc::clone(content)));
                "somebody overwrites the state blob with something else".to_owned()
            }
            BlobChange::Restore(back) => match self.lease.earlier(*back) {
                Some(file) => {
                    let serial = file.serial;
                    self.service.restore(now, BlobContent::State(file));
                    format!("somebody restores the state of serial {serial}")
                }
                None => return self.was_vacuous(line, "there is no state that old"),
            },
            BlobChange::BreakLease(period) => {
                let action = crate::azure::Action::BreakLease {
                    period: Some(*period),
                };
                let result = self.service.handle(now, crate::azure::Request::new(action));
                if result.is_err() {
                    return self.was_vacuous(line, "there is no lease to break");
                }
                "somebody breaks the lease by hand".to_owned()
            }
        };
        self.stage(now, |_| text);
        self.lease.track(self.service.blob());
        self.watch_lease(agenda);
    }

    fn set_credentials(
        &mut self,
        operator: OperatorId,
        blob: Option<CredentialState>,
        cloud: Option<CredentialState>,
        now: SimTime,
    ) {
        let machine = self.machine_mut(operator);
        machine.blob_credentials = blob.unwrap_or(machine.blob_credentials);
        machine.cloud_credentials = cloud.unwrap_or(machine.cloud_credentials);
        for (what, state) in [("blob service", blob), ("cloud", cloud)] {
            let Some(state) = state else { continue };
            self.record(now, Actor::Operator(operator), || {
                ScriptFact::Staged(match state {
                    CredentialState::Valid => format!("credentials for the {what} renewed").into(),
                    CredentialState::Expired => {
                        format!("credentials for the {what} expired").into()
                    }
                })
            });
        }
    }

    fn answer(&mut self, operator: OperatorId, text: &Arc<str>, line: u32, agenda: &mut Agenda) {
        let prompting = self.started.iter().rev().copied().find(|run| {
            let run = self.run(*run);
            let is_prompting = match &run.runner {
                Runner::Terraform(process) => process.is_prompting(),
                Runner::Az(_) | Runner::Instant => false,
            };
            run.operator == operator && run.is_alive() && is_prompting
        });
        match prompting {
            Some(run) => {
                self.record(agenda.now, Actor::Operator(operator), || {
                    ProcessFact::Answered(Arc::clone(text))
                });
                self.deliver(run, Input::Prompted(Arc::clone(text)), agenda);
            }
            None => self.was_vacuous(line, "nobody asked"),
        }
    }
}
