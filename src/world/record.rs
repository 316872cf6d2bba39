//! Recording: facts for the timeline, and for the steps that wait for one.

use super::{Actor, Agenda, Entry, Event, Fact, Recording, RunId, Signal, SimTime, World};
use crate::scenario::FactPattern;
use crate::terraform::process::News;
use crate::terraform::{OperationKind, ResourceId};

/// The facts so far, if they are kept.
#[derive(Debug, Clone)]
pub(super) struct Recorder {
    recording: Recording,
    entries: Vec<Entry>,
}

impl Recorder {
    pub(super) const fn new(recording: Recording) -> Self {
        Self {
            recording,
            entries: Vec::new(),
        }
    }

    pub(super) fn is_on(&self) -> bool {
        self.recording == Recording::On
    }

    pub(super) fn into_entries(self) -> Vec<Entry> {
        self.entries
    }
}

impl World {
    /// Records a fact, which is only made where it is kept.
    pub(super) fn record(&mut self, time: SimTime, actor: Actor, fact: impl FnOnce() -> Fact) {
        match self.recorder.recording {
            Recording::On => self.recorder.entries.push(Entry {
                time,
                actor,
                fact: fact(),
            }),
            Recording::Off => {}
        }
    }

    /// A process tells what it did.
    pub(super) fn tell(&mut self, run: RunId, news: News, agenda: &mut Agenda) {
        let now = agenda.now;
        let operator = self.run(run).operator;
        match &news {
            News::OperationEnded(resource, kind, outcome) if outcome.error(*kind).is_some() => {
                self.script
                    .note(FactPattern::OperationFailed(*resource), now);
            }
            News::Prompted => self.script.note(FactPattern::Prompted(operator), now),
            _ => {}
        }
        let is_output = matches!(
            news,
            News::Planned(_)
                | News::Prompted
                | News::ProvisionerBegan(_)
                | News::OperationEnded(..)
                | News::Error(_)
                | News::Printed(_)
        );
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
        News::LockAcquired(id, duration) => Fact::LockAcquired { id, duration },
        News::LockAwaited(info, wait) => Fact::LockAwaited { info, wait },
        News::LockReleased(id) => Fact::LockReleased { id },
        News::LockForced(id) => Fact::LockForced { id },
        News::LeaseRenewed => Fact::LeaseRenewed,
        News::LeaseRenewalFailed(id_forgotten) => Fact::LeaseRenewalFailed { id_forgotten },
        News::Retried(kind, wait, refusal) => Fact::RequestRetried {
            kind,
            wait,
            refusal,
        },
        News::StateRead(serial) => Fact::StateRead { serial },
        News::Planned(counts) => Fact::Planned(counts),
        News::Prompted => Fact::Prompted,
        News::ProvisionerBegan(resource) => Fact::ProvisionerBegan { resource },
        News::OperationEnded(resource, kind, outcome) => Fact::OperationEnded {
            resource,
            kind,
            outcome,
        },
        News::Skipped(count) => Fact::Skipped { count },
        News::StateSaved(serial, objects) => Fact::StateSaved { serial, objects },
        News::SaveFailed(serial) => Fact::SaveFailed { serial },
        News::ErroredNotWritten {
            is_on_terminal,
            is_claimed,
        } => Fact::ErroredNotWritten {
            is_on_terminal,
            is_claimed,
        },
        News::StopRequested => Fact::StopRequested,
        News::Error(diagnostic) => Fact::ErrorPrinted(diagnostic),
        News::Printed(text) => Fact::Printed(text),
    }
}
