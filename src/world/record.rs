//! Recording: facts for the timeline, and for the steps that wait for one.

use super::{Actor, Agenda, Entry, Event, Fact, Log, Recording, RunId, Signal, SimTime, World};
use crate::scenario::FactPattern;
use crate::terraform::process::News;
use crate::terraform::{OperationKind, ResourceId};
use crate::timeline::{LockFact, OperationFact, ProcessFact, RequestFact, StateFact};

/// The facts so far, if they are kept.
#[derive(Debug, Clone)]
pub(super) struct Recorder {
    recording: Recording,
    entries: Log,
}

impl Recorder {
    pub(super) fn new(recording: Recording) -> Self {
        Self {
            recording,
            entries: Log::default(),
        }
    }

    pub(super) fn is_on(&self) -> bool {
        self.recording == Recording::On
    }

    pub(super) const fn entries(&self) -> &Log {
        &self.entries
    }

    pub(super) fn into_entries(self) -> Log {
        self.entries
    }
}

impl World {
    /// Records a fact, which is only made where it is kept.
    pub(super) fn record<F: Into<Fact>>(
        &mut self,
        time: SimTime,
        actor: Actor,
        fact: impl FnOnce() -> F,
    ) {
        match self.recorder.recording {
            Recording::On => self.recorder.entries.push(Entry {
                time,
                actor,
                fact: fact().into(),
            }),
            Recording::Off => {}
        }
    }

    /// A process tells what it did.
    pub(super) fn tell(&mut self, run: RunId, news: News, agenda: &mut Agenda) {
        let now = agenda.now;
        let operator = self.run(run).operator;
        if let News::OperationEnded(resource, kind, outcome) = &news
            && outcome.error(*kind).is_some()
        {
            let failed = FactPattern::OperationFailed(*resource);
            self.script.note(failed, now);
        }
        if matches!(news, News::ErroredNotWritten { .. }) {
            self.feel_disk(operator);
        }
        if news == News::Prompted {
            self.script.note(FactPattern::Prompted(operator), now);
        }
        // What failed is printed later, with the other errors.
        let is_output = match &news {
            News::OperationEnded(_, kind, outcome) => outcome.error(*kind).is_none(),
            News::Planned(_)
            | News::Prompted
            | News::ProvisionerBegan(_)
            | News::Error(_)
            | News::Printed(_) => true,
            News::LockAcquired(..)
            | News::LockAwaited(..)
            | News::LockReleased(_)
            | News::LockForced(_)
            | News::LeaseRenewed
            | News::LeaseRenewalFailed(_)
            | News::Retried(..)
            | News::StateRead(_)
            | News::Skipped(_)
            | News::StateSaved(..)
            | News::SaveFailed(_)
            | News::ErroredNotWritten { .. }
            | News::StopRequested => false,
        };
        self.record(now, Actor::Operator(operator), || fact(news));
        if is_output && self.run(run).is_pipe_broken {
            self.kill(run, Signal::Pipe, now);
        }
    }

    /// An operation began, or was done in the cloud.
    pub(super) fn note_operation(
        &mut self,
        resource: ResourceId,
        kind: OperationKind,
        is_done: bool,
        now: SimTime,
    ) {
        let pattern = if is_done {
            FactPattern::OperationDone(resource, kind)
        } else {
            FactPattern::OperationBegan(resource, kind)
        };
        self.script.note(pattern, now);
    }

    /// Schedules an event that a sleeping machine put off.
    pub(super) fn schedule_deferred(events: Vec<Event>, agenda: &mut Agenda) {
        for event in events {
            agenda.events.schedule(agenda.now, event);
        }
    }
}

fn fact(news: News) -> Fact {
    match news {
        News::LockAcquired(id, hold) => LockFact::Acquired { id, hold }.into(),
        News::LockAwaited(info, wait) => LockFact::Awaited { info, wait }.into(),
        News::LockReleased(id) => LockFact::Released { id }.into(),
        News::LockForced(id) => LockFact::Forced { id }.into(),
        News::LeaseRenewed => LockFact::LeaseRenewed.into(),
        News::LeaseRenewalFailed(id_forgotten) => LockFact::RenewalFailed { id_forgotten }.into(),
        News::Retried(kind, wait, refusal) => RequestFact::Retried {
            kind,
            wait,
            refusal,
        }
        .into(),
        News::StateRead(serial) => StateFact::Read { serial }.into(),
        News::Planned(counts) => ProcessFact::Planned(counts).into(),
        News::Prompted => ProcessFact::Prompted.into(),
        News::ProvisionerBegan(resource) => OperationFact::ProvisionerBegan { resource }.into(),
        News::OperationEnded(resource, kind, outcome) => OperationFact::Ended {
            resource,
            kind,
            outcome,
        }
        .into(),
        News::Skipped(count) => OperationFact::Skipped { count }.into(),
        News::StateSaved(serial, objects) => StateFact::Saved { serial, objects }.into(),
        News::SaveFailed(serial) => StateFact::SaveFailed { serial }.into(),
        News::ErroredNotWritten {
            is_on_terminal,
            is_claimed,
        } => StateFact::ErroredNotWritten {
            is_on_terminal,
            is_claimed,
        }
        .into(),
        News::StopRequested => ProcessFact::StopRequested.into(),
        News::Error(diagnostic) => ProcessFact::ErrorPrinted(diagnostic).into(),
        News::Printed(text) => ProcessFact::Printed(text).into(),
    }
}
