//! What steps do: commands, signals, faults, hands from outside.

use std::sync::Arc;

use super::{Actor, Agenda, Event, FileContent, OperatorId, RunId, World, position};
use crate::kernel::SimTime;
use crate::scenario::{
    BlobChange, CancelPlan, CredentialState, DiskState, Link, LinkState, StateFileLineage, Verb,
    Wrapper, WrittenFile, WrittenState,
};
use crate::terraform::process::{ERRORED, Input};
use crate::terraform::{BlobContent, Signal, StateFile, StateSnapshot};
use crate::timeline::{ProcessFact, ScriptFact};

/// Why a step did nothing; `None` where it did something.
type Idle = Option<&'static str>;

impl World {
    fn stage(&mut self, now: SimTime, text: impl FnOnce(&Self) -> String) {
        if self.recorder.is_on() {
            let text = text(self).into();
            self.record(now, Actor::Scenario, || ScriptFact::Staged(text));
        }
    }

    /// Does what a step can do. `line` is where the step stands in the scenario's file, if it is
    /// one of its steps. Returns why nothing was done, where nothing was.
    pub(crate) fn act(&mut self, verb: &Verb, line: Option<u32>, agenda: &mut Agenda) -> Idle {
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
            Verb::CtrlC(operator) => return self.press_ctrl_c(*operator, agenda),
            Verb::Signal(operator, signal) => match self.latest_alive(*operator) {
                Some(run) => self.signal(run, *signal, agenda),
                None => return Some("the signal reached no process"),
            },
            Verb::SignalRun(run, signal) => return self.signal_run(*run, *signal, agenda),
            Verb::Cancel(operator, plan) => return self.cancel(*operator, plan, agenda),
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
            Verb::Blob(change) => return self.change_blob(change, agenda),
            Verb::Cloud(change) => {
                if !self.change_cloud(change, now) {
                    return Some("nothing that it names existed");
                }
            }
            Verb::Credentials {
                operator,
                blob,
                cloud,
            } => {
                self.set_credentials(*operator, *blob, *cloud, now);
            }
            Verb::Answer(operator, text) => return self.answer(*operator, text, agenda),
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
        None
    }

    fn signal_run(&mut self, run: RunId, signal: Signal, agenda: &mut Agenda) -> Idle {
        let is_alive = self.runs[position(run.0)]
            .as_ref()
            .is_some_and(super::Run::is_alive);
        if !is_alive {
            return Some("the signal reached no process");
        }
        self.signal(run, signal, agenda);
        None
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

    fn press_ctrl_c(&mut self, operator: OperatorId, agenda: &mut Agenda) -> Idle {
        let Some(run) = self.latest_alive(operator) else {
            return Some("the Ctrl+C reached no process");
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
        None
    }

    fn cancel(&mut self, operator: OperatorId, plan: &CancelPlan, agenda: &mut Agenda) -> Idle {
        let Some(run) = self.latest_alive(operator) else {
            return Some("there was nothing to cancel");
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
        None
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
            let operator = world.names.operator(link.operator);
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

    fn change_blob(&mut self, change: &BlobChange, agenda: &mut Agenda) -> Idle {
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
                None => return Some("there is no state that old"),
            },
            BlobChange::BreakLease(period) => {
                let action = crate::azure::Action::BreakLease {
                    period: Some(*period),
                };
                let result = self.service.handle(now, crate::azure::Request::new(action));
                if result.is_err() {
                    return Some("there is no lease to break");
                }
                "somebody breaks the lease by hand".to_owned()
            }
        };
        self.stage(now, |_| text);
        self.lease.track(self.service.blob());
        self.watch_lease(agenda);
        None
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

    fn answer(&mut self, operator: OperatorId, text: &Arc<str>, agenda: &mut Agenda) -> Idle {
        let prompting = self.started.iter().rev().copied().find(|run| {
            let run = self.run(*run);
            run.operator == operator && run.is_prompting()
        });
        match prompting {
            Some(run) => {
                self.record(agenda.now, Actor::Operator(operator), || {
                    ProcessFact::Answered(Arc::clone(text))
                });
                self.deliver(run, Input::Prompted(Arc::clone(text)), agenda);
                None
            }
            None => Some("nobody asked"),
        }
    }
}
