//! Runbooks that are typed literally: stroke by stroke, as a person did it.

use super::{Blocked, COMMANDS_MAX, PATIENCE, Replay, Step, StepEnd};
use crate::kernel::SimDuration;
use crate::runbook::stroke::{CTRL_C, Stroke, has_placeholder};
use crate::runbook::{Effect, Typed};
use crate::scenario::Verb;
use crate::simulation::{Session, Waited};
use crate::terraform::{OperatorId, RunId};

use super::super::witness::Witness;

/// The command that an operator typed last.
#[derive(Debug, Clone, Copy)]
pub(super) struct Foreground {
    pub(super) run: RunId,
    /// Its line in the runbook.
    line: u32,
    effect: Effect,
}

/// Waits as long as a person does before the next stroke: to the end, the question, or so long.
pub(super) fn wait(
    session: &mut Session,
    run: RunId,
    pace: Option<SimDuration>,
    watch: &mut Witness,
) -> StepEnd {
    match session.wait_watched(run, pace.unwrap_or(PATIENCE), watch) {
        Waited::Ended(end) => StepEnd::Exited(end.exit),
        Waited::StillRunning if pace.is_none() => StepEnd::StillRunning,
        Waited::Asks | Waited::StillRunning => StepEnd::LeftOpen,
    }
}

/// Presses Ctrl+C, if the command is still there that it is for.
pub(super) fn interrupt(session: &mut Session, operator: OperatorId, run: RunId) {
    if session.simulation().run_end(run).is_none() {
        // Whom it does not reach it does not stop.
        let _reached = session.simulation_mut().act(&Verb::CtrlC(operator));
    }
}

impl Replay<'_> {
    /// Does what a person did.
    pub(super) fn stroke(&mut self, typed: &Typed) -> Result<(), Blocked> {
        let blocked = |message: &str| Blocked {
            line: typed.line,
            command: typed.source.clone(),
            message: message.to_owned(),
        };
        if self.steps.len() == COMMANDS_MAX {
            return Err(blocked("so many commands are not typed in one wreck"));
        }
        if let Some(name) = &typed.typist {
            let known = self
                .names()
                .operators
                .iter()
                .position(|known| known == name);
            let index = known.and_then(|index| u16::try_from(index).ok());
            let index = index.ok_or_else(|| blocked(&format!("nobody here is called {name}")))?;
            self.operator = OperatorId(index);
        }
        let started = self.session.simulation().now();
        self.said_from = self.session.simulation().entries().len();
        let before = self.foregrounds.get(&self.operator).copied();
        let is_asked = before.is_some_and(|of| self.session.simulation().is_prompting(of.run));
        let (stroke, of) = match (typed.stroke, before) {
            (Stroke::Line | Stroke::Answer, Some(of)) if is_asked => {
                let answered = self.session.answer(self.operator, &typed.source);
                assert_eq!(answered, Ok(()), "it asked");
                (Stroke::Answer, of)
            }
            (Stroke::Line, _) => (Stroke::Line, self.type_literally(typed)?),
            (Stroke::Interrupt, Some(of)) => {
                interrupt(&mut self.session, self.operator, of.run);
                (Stroke::Interrupt, of)
            }
            (Stroke::Wait, Some(of)) => (Stroke::Wait, of),
            (Stroke::Answer, _) => return Err(blocked("nothing asks here")),
            (Stroke::Interrupt | Stroke::Wait, None) => {
                return Err(blocked("nothing was typed before it"));
            }
        };
        self.watch.begin(self.steps.len());
        let end = wait(&mut self.session, of.run, typed.pace, &mut self.watch);
        self.observation = std::sync::Arc::clone(self.session.look());
        self.watch.end(&self.observation);
        let text = match stroke {
            Stroke::Line | Stroke::Answer | Stroke::Wait => typed.source.clone(),
            Stroke::Interrupt => CTRL_C.to_owned(),
        };
        self.steps.push(Step {
            line: of.line,
            text,
            is_change: of.effect == Effect::Change,
            answers: Vec::new(),
            started,
            ended: self.session.simulation().now(),
            end,
            operator: self.operator,
            stroke,
            pace: typed.pace,
        });
        self.weigh(typed, of, end)
    }

    fn type_literally(&mut self, typed: &Typed) -> Result<Foreground, Blocked> {
        if has_placeholder(&typed.source) {
            return Err(Blocked {
                line: typed.line,
                command: typed.source.clone(),
                message: "a placeholder can't be typed".to_owned(),
            });
        }
        let name = format!("line_{}", typed.line);
        let run = self.session.type_line(self.operator, &name, &typed.source);
        let run = run.map_err(|error| Blocked {
            line: typed.line,
            command: typed.source.clone(),
            message: error.to_string(),
        })?;
        let foreground = Foreground {
            run,
            line: typed.line,
            effect: typed.effect,
        };
        self.foregrounds.insert(self.operator, foreground);
        self.last = Some(run);
        Ok(foreground)
    }

    /// What a stroke came to. A person goes on after what failed: it is held against the last stroke
    /// alone.
    fn weigh(&mut self, typed: &Typed, of: Foreground, end: StepEnd) -> Result<(), Blocked> {
        let own = |step: &&Step| step.operator == self.operator && step.stroke == Stroke::Line;
        let command = self
            .steps
            .iter()
            .rev()
            .find(own)
            .map(|step| step.text.clone());
        let blocked = |message: String| Blocked {
            line: of.line,
            command: command.clone().unwrap_or_default(),
            message,
        };
        self.last = Some(of.run);
        match end {
            StepEnd::LeftOpen => {}
            StepEnd::StillRunning => {
                self.pending = Some(blocked("still running after a day".to_owned()));
            }
            StepEnd::Exited(exit) => {
                if self.session.simulation().is_shell_closed(self.operator) {
                    return self.leave(typed, &typed.source, exit);
                }
                let is_failed = exit != 0 && of.effect == Effect::Change && self.has_tried(of.run);
                self.pending = is_failed.then(|| blocked(self.message(exit)));
            }
        }
        Ok(())
    }
}
