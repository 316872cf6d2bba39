//! Recording: facts for the timeline, and for the steps that wait for one.

use super::{Actor, Agenda, Entry, Event, Log, Recording, RunId, Signal, SimTime, World};
use crate::terraform::DiagnosticKind;
use crate::terraform::process::{OutputFact, StateFact, Told};
use crate::timeline::{FactFamily, RequestFact};

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

    pub(super) const fn entries(&self) -> &Log {
        &self.entries
    }

    pub(super) fn into_entries(self) -> Log {
        self.entries
    }
}

impl World {
    /// A fact occurred. It is only made where it is kept, or where a step may wait for it.
    pub(super) fn record<F: FactFamily>(
        &mut self,
        time: SimTime,
        actor: Actor,
        fact: impl FnOnce() -> F,
    ) {
        let is_awaited = self.script.awaits(F::FAMILY);
        match (self.recorder.recording, is_awaited) {
            (Recording::Off, false) => {}
            (Recording::Off, true) => self.script.note(actor, &fact().into(), time),
            (Recording::On, _) => {
                let fact = fact().into();
                if is_awaited {
                    self.script.note(actor, &fact, time);
                }
                self.recorder.entries.push(Entry { time, actor, fact });
            }
        }
    }

    /// A process tells what it did.
    pub(super) fn tell(&mut self, run: RunId, told: Told, agenda: &mut Agenda) {
        let now = agenda.now;
        let operator = self.run(run).operator;
        let actor = Actor::Operator(operator);
        self.keep_told(run, &told, agenda);
        self.show_told(run, &told, now);
        let is_output = match told {
            Told::Lock(fact) => {
                self.record(now, actor, || fact);
                false
            }
            Told::State(fact) => {
                if matches!(fact, StateFact::ErroredNotWritten { .. }) {
                    self.feel_disk(operator);
                }
                self.record(now, actor, || fact);
                false
            }
            Told::Operation(fact) => {
                let is_output = fact.is_output();
                self.record(now, actor, || fact);
                is_output
            }
            Told::Output(fact) => {
                if let OutputFact::ErrorPrinted(diagnostic) = &fact
                    && diagnostic.kind == DiagnosticKind::PlanNotWritten
                {
                    self.feel_disk(operator);
                }
                self.record::<OutputFact>(now, actor, || fact);
                true
            }
            Told::Plan(_) | Told::Removed(_) => false,
            Told::Retry(retry) => {
                self.record(now, actor, || RequestFact::Retried(retry));
                false
            }
        };
        if is_output && self.run(run).is_pipe_broken {
            self.kill(run, Signal::Pipe, now);
        }
    }

    /// Schedules an event that a sleeping machine put off.
    pub(super) fn schedule_deferred(events: Vec<Event>, agenda: &mut Agenda) {
        for event in events {
            agenda.events.schedule(agenda.now, event);
        }
    }
}
