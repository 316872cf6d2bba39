//! Scenarios made from others: cut off at a step, and carried on by further commands.
//!
//! Whoever tries a recovery needs the wreck without what the scenario's author does about it: the
//! steps up to the wreck stay as they are, and the steps of the attempt come after them.

use std::sync::Arc;

use super::{
    CredentialState, Direction, DiskState, Expectation, Link, LinkState, Peer, Scenario, Step,
    Trigger, Verb,
};
use crate::command::Command;
use crate::kernel::SimTime;
use crate::terraform::{OperatorId, RunId};

impl Scenario {
    /// The position of the `wreck` step among the steps, and who mends from there.
    pub fn wreck(&self) -> Option<(usize, OperatorId)> {
        let mut steps = self.steps.iter().enumerate();
        steps.find_map(|(index, step)| {
            if let Verb::Wreck(operator) = step.verb {
                Some((index, operator))
            } else {
                None
            }
        })
    }

    /// The scenario up to its step `last`, that step included. Nothing is expected of its end.
    #[must_use]
    pub fn cut_after_step(&self, last: usize) -> Self {
        let mut cut = self.clone();
        cut.steps.truncate(last + 1);
        cut.expect = None;
        cut
    }

    /// Adds a step at the end. It counts as a part of the step above it in the file.
    pub fn follow_with(&mut self, trigger: Trigger, verb: Verb) {
        let line = self.steps.last().map_or(1, |step| step.line);
        self.steps.push(Step {
            line,
            trigger,
            verb,
        });
    }

    /// Adds a step at which the operator types a command. `name` is what the run is called.
    /// Returns nothing, and adds nothing, where the scenario has as many runs as can be numbered.
    pub fn follow_with_run(
        &mut self,
        trigger: Trigger,
        operator: OperatorId,
        name: String,
        command: Command,
    ) -> Option<RunId> {
        let run = RunId(u16::try_from(self.names.runs.len()).ok()?);
        Arc::make_mut(&mut self.names).runs.push(name);
        let command = Arc::new(command);
        let verb = Verb::Run {
            run,
            operator,
            command,
        };
        self.follow_with(trigger, verb);
        Some(run)
    }

    /// Adds a step that takes an observation, and judges nothing.
    pub fn follow_with_look(&mut self, trigger: Trigger) {
        self.follow_with(trigger, Verb::Expect(Expectation::default()));
    }

    /// Adds steps that end every fault at an instant: links, disks and credentials work again,
    /// and no rule strikes any more.
    pub fn follow_with_fair_weather(&mut self, time: SimTime) {
        let trigger = Trigger::At(time);
        self.follow_with(trigger.clone(), Verb::Faults(Vec::new()));
        for operator in self.names.operator_ids() {
            for peer in [Peer::Blob, Peer::Cloud] {
                let link = Link {
                    operator,
                    peer,
                    direction: Direction::Both,
                };
                let verb = Verb::Link {
                    link,
                    state: LinkState::Up,
                    duration: None,
                };
                self.follow_with(trigger.clone(), verb);
            }
            self.follow_with(trigger.clone(), Verb::Disk(operator, DiskState::Ok));
            let verb = Verb::Credentials {
                operator,
                blob: Some(CredentialState::Valid),
                cloud: Some(CredentialState::Valid),
            };
            self.follow_with(trigger.clone(), verb);
        }
    }
}
