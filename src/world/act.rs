//! What steps do: commands, signals, faults, hands from outside.

use std::sync::Arc;

use super::run::{Runner, Starter};
use super::{Actor, Agenda, Event, FileContent, OperatorId, RunId, World, position};
use crate::fault::{Origin, Staged};
use crate::kernel::{SimDuration, SimTime};
use crate::scenario::{
    BlobChange, CancelPlan, CredentialState, DiskState, FailMode, FaultRule, Link, LinkState, Peer,
    StateFileLineage, Verb, Wrapper, WrittenFile, WrittenState,
};
use crate::terraform::process::Input;
use crate::terraform::{BlobContent, Configuration, ResourceId, Signal, StateFile, StateSnapshot};
use crate::timeline::{
    BlobFact, BlobHand, Idleness, MachineFact, ProcessFact, ScriptFact, Sight, Staging, WrapperAct,
};

/// What a step came to at its instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Done {
    /// It did something.
    Acted,
    /// It did nothing, and why.
    Idle(Idleness),
    /// It staged something that may be felt later: the ledger knows.
    Staged,
}

impl World {
    /// Does what a step can do.
    pub(crate) fn act(&mut self, verb: &Verb, origin: Origin, agenda: &mut Agenda) -> Done {
        let done = self.do_verb(verb, origin, agenda);
        self.reap(agenda);
        done
    }

    fn do_verb(&mut self, verb: &Verb, origin: Origin, agenda: &mut Agenda) -> Done {
        let now = agenda.now;
        match verb {
            Verb::Run {
                run,
                operator,
                command,
            } => {
                self.script.latest_run_starts();
                self.start_run(*run, *operator, command, Starter::Operator, agenda);
            }
            Verb::CtrlC(operator) => return self.press_ctrl_c(*operator, agenda),
            Verb::Signal(operator, signal) => match self.latest_alive(*operator) {
                Some(run) => self.signal_foreground(run, *signal, agenda),
                None => return Done::Idle(Idleness::NobodySignalled),
            },
            Verb::SignalRun(run, signal) => return self.signal_run(*run, *signal, agenda),
            Verb::Cancel(operator, plan) => return self.cancel(*operator, plan, agenda),
            Verb::Suspend(operator) => return self.suspend(*operator, origin, agenda),
            Verb::Resume(operator) => return self.resume(*operator, agenda),
            Verb::Link {
                link,
                state,
                duration,
            } => {
                self.tell_link(*link, *state, *duration, now);
                return self.stage_link(*link, *state, *duration, origin, agenda);
            }
            Verb::Faults(rules) => return self.replace_rules(rules, origin),
            Verb::FailNext { resource, mode } => {
                return self.fail_next(*resource, *mode, origin);
            }
            Verb::Edit(operator, configuration) => {
                return self.edit(*operator, configuration, now);
            }
            Verb::File(operator, file) => return self.put_file(*operator, file, now),
            Verb::Disk(operator, disk) => return self.set_disk(*operator, *disk, origin, now),
            Verb::Blob(change) => return self.change_blob(change, agenda),
            Verb::Store(change) => return self.change_store(change, agenda),
            Verb::Cloud(change) => return self.change_cloud(change, now),
            Verb::Credentials {
                operator,
                state,
                cloud,
            } => {
                return self.set_credentials(*operator, *state, *cloud, origin, now);
            }
            Verb::Answer(operator, text) => return self.answer(*operator, text, agenda),
            Verb::Phase(run) => self.phase = *run,
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
        Done::Acted
    }

    fn suspend(&mut self, operator: OperatorId, origin: Origin, agenda: &mut Agenda) -> Done {
        let by = self.faults.ledger.stage(origin, Staging::Sleep);
        let sleep = Staged {
            value: true,
            by: Some(by),
        };
        self.set_suspended(operator, sleep, agenda);
        Done::Staged
    }

    fn resume(&mut self, operator: OperatorId, agenda: &mut Agenda) -> Done {
        let slept = self.machine(operator).is_suspended.value;
        self.set_suspended(operator, Staged::natural(false), agenda);
        if slept {
            Done::Acted
        } else {
            Done::Idle(Idleness::Awake)
        }
    }

    fn replace_rules(&mut self, rules: &[FaultRule], origin: Origin) -> Done {
        if self.faults.rules.replace(rules, origin) {
            Done::Staged
        } else {
            Done::Idle(Idleness::NoRule)
        }
    }

    fn fail_next(&mut self, resource: ResourceId, mode: FailMode, origin: Origin) -> Done {
        let by = self.faults.ledger.stage(origin, Staging::FailedOperation);
        self.faults.rules.fail_next(resource, mode, by);
        Done::Staged
    }

    fn edit(
        &mut self,
        operator: OperatorId,
        configuration: &Arc<Configuration>,
        now: SimTime,
    ) -> Done {
        if self.machine(operator).configuration == *configuration {
            return Done::Idle(Idleness::ConfigurationUnchanged);
        }
        // Whoever works in the same directory has the same configuration.
        let directory = self.machine(operator).directory;
        for machine in &mut self.machines {
            if machine.directory == directory {
                machine.configuration = Arc::clone(configuration);
            }
        }
        self.reconsider_addresses(configuration);
        self.record(now, Actor::Operator(operator), || {
            MachineFact::ConfigurationEdited
        });
        Done::Acted
    }

    fn signal_run(&mut self, run: RunId, signal: Signal, agenda: &mut Agenda) -> Done {
        let is_alive = self.runs[position(run.0)]
            .as_ref()
            .is_some_and(super::Run::is_alive);
        if !is_alive {
            return Done::Idle(Idleness::NobodySignalled);
        }
        self.signal(run, signal, agenda);
        Done::Acted
    }

    fn stage_link(
        &mut self,
        link: Link,
        state: LinkState,
        duration: Option<SimDuration>,
        origin: Origin,
        agenda: &mut Agenda,
    ) -> Done {
        match state {
            LinkState::Up if self.set_link(link, state, None, duration, agenda) => Done::Acted,
            LinkState::Up => Done::Idle(Idleness::LinkUp),
            LinkState::Cut | LinkState::Blackhole => {
                let by = self.faults.ledger.stage(origin, Staging::Link);
                self.set_link(link, state, Some(by), duration, agenda);
                Done::Staged
            }
        }
    }

    /// A machine goes to sleep, or wakes up to all that came in the meantime.
    fn set_suspended(&mut self, operator: OperatorId, sleep: Staged<bool>, agenda: &mut Agenda) {
        self.machine_mut(operator).is_suspended = sleep;
        self.record(agenda.now, Actor::Operator(operator), || {
            MachineFact::Suspended(sleep.value)
        });
        if !sleep.value {
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

    fn press_ctrl_c(&mut self, operator: OperatorId, agenda: &mut Agenda) -> Done {
        let Some(run) = self.latest_alive(operator) else {
            return Done::Idle(Idleness::NobodyInterrupted);
        };
        let now = agenda.now;
        let actor = Actor::Operator(operator);
        self.appear(operator, now, || Sight::Interrupted);
        let act = |world: &mut Self, act: WrapperAct| {
            world.record(now, actor, || ProcessFact::WrapperActed(act));
        };
        match self.machine(operator).wrapper {
            Wrapper::None => self.signal(run, Signal::Interrupt, agenda),
            Wrapper::DoublesCtrlC => {
                act(self, WrapperAct::DoublesCtrlC);
                self.signal(run, Signal::Interrupt, agenda);
                self.signal(run, Signal::Interrupt, agenda);
            }
            Wrapper::KillsOnCtrlC => {
                act(self, WrapperAct::KillsOnCtrlC);
                self.signal(run, Signal::Kill, agenda);
            }
            Wrapper::SwallowsCtrlC => act(self, WrapperAct::SwallowsCtrlC),
        }
        Done::Acted
    }

    pub(super) fn cancel(
        &mut self,
        operator: OperatorId,
        plan: &CancelPlan,
        agenda: &mut Agenda,
    ) -> Done {
        let Some(run) = self.latest_alive(operator) else {
            return Done::Idle(Idleness::NothingToCancel);
        };
        let run = self.root(run);
        self.record(agenda.now, Actor::Operator(operator), || {
            ProcessFact::WrapperActed(WrapperAct::CancelsJob)
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
        Done::Acted
    }

    pub(super) fn tell_link(
        &mut self,
        link: Link,
        state: LinkState,
        duration: Option<SimDuration>,
        now: SimTime,
    ) {
        self.record(now, Actor::Scenario, || MachineFact::LinkChanged {
            link,
            state,
            duration,
        });
    }

    fn put_file(&mut self, operator: OperatorId, file: &WrittenFile, now: SimTime) -> Done {
        let content = match &file.content {
            None => FileContent::Empty,
            Some(written) => FileContent::State(Arc::new(self.written_state(written))),
        };
        if self.directory(operator).get(&file.name) == Some(&content) {
            return Done::Idle(Idleness::FileUnchanged);
        }
        self.remember_copy(&content);
        self.write_file(operator, Arc::clone(&file.name), content, now);
        Done::Acted
    }

    pub(super) fn written_state(&self, written: &WrittenState) -> StateFile {
        let remote = self.remote_state();
        let remote = remote.as_ref();
        let lineage = match written.lineage {
            StateFileLineage::Other(lineage) => lineage,
            StateFileLineage::Remote => {
                remote.map_or(crate::terraform::Lineage(0), |file| file.lineage)
            }
        };
        let mut snapshot = StateSnapshot::default();
        for resource in &written.resources {
            let named = written.details.objects.get(resource).copied();
            let recorded = remote.and_then(|file| file.snapshot.object(*resource).cloned());
            let recorded = recorded.filter(|object| named.is_none_or(|named| named == object.id));
            let known = || {
                let config = self.scenario.definitions.get(*resource);
                self.cloud.written(*resource, named, config)
            };
            if let Some(object) = recorded.or_else(known) {
                let object = written.details.apply(*resource, object);
                snapshot.record(*resource, object);
            }
        }
        StateFile {
            lineage,
            serial: written.serial,
            snapshot,
        }
    }

    fn set_disk(
        &mut self,
        operator: OperatorId,
        disk: DiskState,
        origin: Origin,
        now: SimTime,
    ) -> Done {
        let before = self.machine(operator).disk.value;
        let (by, done) = match disk {
            DiskState::Ok if before == DiskState::Ok => (None, Done::Idle(Idleness::DiskWorked)),
            DiskState::Ok => (None, Done::Acted),
            DiskState::Full | DiskState::ReadOnly | DiskState::Occupied => {
                let by = self.faults.ledger.stage(origin, Staging::Disk);
                (Some(by), Done::Staged)
            }
        };
        self.machine_mut(operator).disk = Staged { value: disk, by };
        self.share_disk(operator, disk);
        self.record(now, Actor::Operator(operator), || {
            MachineFact::DiskChanged(disk)
        });
        done
    }

    fn change_blob(&mut self, change: &BlobChange, agenda: &mut Agenda) -> Done {
        let now = agenda.now;
        let hand = match change {
            BlobChange::Delete => {
                if self.service.delete_blob().is_none() {
                    return Done::Idle(Idleness::NoBlob);
                }
                BlobHand::Deleted
            }
            BlobChange::Truncate => {
                if self.holds(&BlobContent::Empty) {
                    return Done::Idle(Idleness::BlobEmpty);
                }
                self.service.restore(now, BlobContent::Empty);
                BlobHand::Emptied
            }
            BlobChange::Content(content) => {
                let content = BlobContent::Unreadable(Arc::clone(content));
                if self.holds(&content) {
                    return Done::Idle(Idleness::BlobUnchanged);
                }
                self.service.restore(now, content);
                BlobHand::Overwritten
            }
            BlobChange::Restore(back) => match self.earlier(*back) {
                Some(file) => {
                    let serial = file.serial;
                    self.service.restore(now, BlobContent::State(file));
                    BlobHand::Restored { serial }
                }
                None => return Done::Idle(Idleness::NoEarlierState),
            },
            BlobChange::BreakLease(period) => {
                let period = *period;
                let action = crate::service::azure::Action::BreakLease {
                    period: Some(period),
                };
                let result = self
                    .service
                    .handle(now, crate::service::azure::Request::new(action));
                if result.is_err() {
                    return Done::Idle(Idleness::NoLease);
                }
                BlobHand::LeaseBroken { period }
            }
        };
        self.record(now, Actor::Scenario, || BlobFact::Handled(hand));
        match change {
            BlobChange::BreakLease(_) => {}
            BlobChange::Delete
            | BlobChange::Truncate
            | BlobChange::Content(_)
            | BlobChange::Restore(_) => self.track_blob(None),
        }
        self.watch_lease(agenda);
        Done::Acted
    }

    fn earlier(&self, back: u64) -> Option<Arc<StateFile>> {
        let held = self.service.blob().map(|blob| &blob.content);
        self.lease.earlier(back, held)
    }

    fn holds(&self, content: &BlobContent) -> bool {
        let blob = self.service.blob();
        blob.is_some_and(|blob| blob.content == *content)
    }

    pub(super) fn set_credentials(
        &mut self,
        operator: OperatorId,
        blob: Option<CredentialState>,
        cloud: Option<CredentialState>,
        origin: Origin,
        now: SimTime,
    ) -> Done {
        let expire = [blob, cloud].contains(&Some(CredentialState::Expired));
        let by = expire.then(|| self.faults.ledger.stage(origin, Staging::Credentials));
        let machine = self.machine_mut(operator);
        let mut has_changed = false;
        let fields = [
            (&mut machine.blob_credentials, blob),
            (&mut machine.cloud_credentials, cloud),
        ];
        for (field, state) in fields {
            if let Some(value) = state {
                has_changed |= field.value != value;
                *field = Staged { value, by };
            }
        }
        for (peer, state) in [(Peer::State, blob), (Peer::Cloud, cloud)] {
            let Some(state) = state else { continue };
            self.record(now, Actor::Operator(operator), || {
                MachineFact::CredentialsChanged { peer, state }
            });
        }
        match (expire, has_changed) {
            (true, _) => Done::Staged,
            (false, true) => Done::Acted,
            (false, false) => Done::Idle(Idleness::CredentialsValid),
        }
    }

    fn answer(&mut self, operator: OperatorId, text: &Arc<str>, agenda: &mut Agenda) -> Done {
        let prompting = self.started.iter().rev().copied().find(|run| {
            let run = self.run(*run);
            run.operator == operator && run.is_prompting()
        });
        match prompting {
            Some(run) => {
                self.record(agenda.now, Actor::Operator(operator), || {
                    ProcessFact::Answered(Arc::clone(text))
                });
                self.appear(operator, agenda.now, || Sight::Answered(Arc::clone(text)));
                match self.run(run).runner {
                    Runner::Shell(_) => self.give_line(run, text, agenda),
                    Runner::Terraform(_)
                    | Runner::Az(_)
                    | Runner::Aws(_)
                    | Runner::Psql(_)
                    | Runner::Gcloud(_)
                    | Runner::Curl(_)
                    | Runner::Instant => {
                        self.deliver(run, Input::Prompted(Arc::clone(text)), agenda);
                    }
                }
                Done::Acted
            }
            None => Done::Idle(Idleness::NobodyAsked),
        }
    }
}
