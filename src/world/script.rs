//! The script: the steps of the scenario, and the facts that they wait for.

use std::sync::Arc;

use super::act::Done;
use super::{Agenda, OperatorId, RunId, World, position};
use crate::fault::Origin;
use crate::kernel::SimTime;
use crate::scenario::{FactPattern, Scenario, Since, StepEffect, Trigger, Verb};
use crate::timeline::{Actor, Fact, Family, Vacuity, VacuityReason, VacuousPart, WaitedFor};

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
    /// The families of the facts that are counted.
    families: Vec<Family>,
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
        let mut families: Vec<Family> = Vec::new();
        for family in counters
            .iter()
            .filter_map(|counter| counter.pattern.family())
        {
            if !families.contains(&family) {
                families.push(family);
            }
        }
        Self {
            next: 0,
            last_start: SimTime::ZERO,
            counters,
            families,
        }
    }

    /// Whether a step may wait for a fact of this family.
    pub(super) fn awaits(&self, family: Family) -> bool {
        self.families.contains(&family)
    }

    /// A fact occurred.
    pub(super) fn note(&mut self, actor: Actor, fact: &Fact, now: SimTime) {
        for counter in &mut self.counters {
            if counter.pattern.matches(actor, fact) {
                counter.occurrences.push(now);
            }
        }
    }

    pub(super) fn latest_run_starts(&mut self) {
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
    pub(crate) fn next_step_due(&self, now: SimTime) -> Option<SimTime> {
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

    /// The position of the step that starts next; behind the last one where none is left.
    pub(crate) const fn next_step(&self) -> usize {
        self.script.next
    }

    /// From now on no step starts any more.
    pub(crate) fn end_script(&mut self) {
        self.script.next = self.scenario.steps.len();
    }

    /// Starts the next step. Returns its position if it asks for an observation.
    pub(crate) fn take_step(&mut self, agenda: &mut Agenda) -> Option<usize> {
        let scenario = Arc::clone(&self.scenario);
        let index = self.script.next;
        let step = &scenario.steps[index];
        self.script.next += 1;
        self.script.last_start = agenda.now;
        let origin = Origin {
            line: Some(step.line),
            effect: step.effect,
        };
        let reason = match (self.act(&step.verb, origin, agenda), step.effect) {
            (Done::Idle(why), StepEffect::Some) => Some(VacuityReason::Idle(why)),
            (Done::Acted, StepEffect::None) => Some(VacuityReason::HadEffect),
            (Done::Acted, StepEffect::Some)
            | (Done::Idle(_), StepEffect::None)
            | (Done::Staged, StepEffect::Some | StepEffect::None) => None,
        };
        self.vacuities.extend(reason.map(|reason| Vacuity {
            line: step.line,
            part: VacuousPart::Step,
            reason,
        }));
        matches!(step.verb, Verb::Expect(_) | Verb::Wreck(_)).then_some(index)
    }

    /// Reports the steps that can't start any more.
    pub(crate) fn abandon_steps(&mut self) {
        let scenario = Arc::clone(&self.scenario);
        let Some(step) = scenario.steps.get(self.script.next) else {
            return;
        };
        let mut started = self.started.iter();
        let waits_for = match step.trigger {
            Trigger::AllEnded => started
                .find(|run| self.run(**run).is_alive())
                .map_or(WaitedFor::Time, |run| WaitedFor::End(*run)),
            Trigger::When { .. } => WaitedFor::Fact,
            Trigger::At(_) | Trigger::After(_) => WaitedFor::Time,
        };
        let below = scenario.steps.len() - self.script.next - 1;
        self.vacuities.push(Vacuity {
            line: step.line,
            part: VacuousPart::Step,
            reason: VacuityReason::NotStarted { waits_for, below },
        });
    }
}
