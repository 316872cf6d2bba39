//! What appears on the operators' terminals, where somebody watches them.
//!
//! It is kept beside the facts and changes nothing of what occurs. A program whose output goes into
//! a file, a pipe or a substitution shows nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::desk::{date, home, working_directory};
use super::run::Runner;
use super::{FileContent, OperatorId, RunId, Signal, World};
use crate::command::Command;
use crate::command::Program;
use crate::kernel::SimTime;
use crate::shell::Sink;
use crate::terraform::plan::{NodeStep, Plan};
use crate::terraform::process::{LockFact, Told};
use crate::terraform::transcript::{Stream, Transcript, Words};
use crate::terraform::{DiagnosticKind, Names, OperationKind, ProgramError, ResourceId, RunEnd};
use crate::timeline::{Shown, Sight};

const INTERRUPTED: &str = "\nInterrupt received.\nPlease wait for Terraform to exit or data loss \
                           may occur.\nGracefully shutting down...\n\n";
const INTERRUPTED_TWICE: &str =
    "\nTwo interrupts received. Exiting immediately. Note that data loss may have occurred.\n\n";
const ACQUIRING: &str = "Acquiring state lock. This may take a few moments...\n";

/// What a Terraform process shows of itself.
#[derive(Debug, Clone)]
pub(super) struct Glass {
    transcript: Transcript,
    /// Whether its standard output is the terminal.
    out: bool,
    /// Whether its standard error is.
    err: bool,
    interrupts: u8,
    has_waited: bool,
}

impl World {
    /// From now on, what appears on terminals is kept.
    pub(crate) fn watch_screens(&mut self) {
        self.screens.get_or_insert_default();
    }

    /// What has appeared on terminals since they are watched.
    pub(crate) fn screens(&self) -> &[Shown] {
        self.screens.as_ref().map_or(&[], |screens| screens)
    }

    /// The directory in which an operator's shell stands, and that of its home.
    pub(crate) fn shell_directory(&self, operator: OperatorId) -> (String, String) {
        let name = self.names.operator(operator);
        let shell = self.machine(operator).terminal.shell.as_deref();
        let cwd = shell.map_or_else(
            || working_directory(name),
            |session| session.cwd().to_owned(),
        );
        (cwd, home(name))
    }

    /// Whether a function of this name was defined in an operator's shell.
    pub(crate) fn has_function(&self, operator: OperatorId, name: &str) -> bool {
        let shell = self.machine(operator).terminal.shell.as_deref();
        shell.is_some_and(|session| session.has_function(name))
    }

    /// The names of the files in an operator's working directory.
    pub(crate) fn file_names(&self, operator: OperatorId) -> Vec<Arc<str>> {
        self.directory(operator).names().cloned().collect()
    }

    pub(super) fn appear(
        &mut self,
        operator: OperatorId,
        now: SimTime,
        what: impl FnOnce() -> Sight,
    ) {
        if let Some(screens) = &mut self.screens {
            let shown = Shown {
                time: now,
                operator,
                what: what(),
            };
            Arc::make_mut(screens).push(shown);
        }
    }

    /// The glass through which a run that is about to start is seen.
    pub(super) fn glass(
        &self,
        command: &Command,
        sinks: Option<(Sink, Sink)>,
    ) -> Option<Box<Glass>> {
        let is_terminal = |sink: Sink| matches!(sink, Sink::Terminal(_));
        let Program::Terraform(invocation) = &command.program else {
            return None;
        };
        self.screens.as_ref()?;
        Some(Box::new(Glass {
            transcript: Transcript::new(invocation),
            out: command.redirect.is_none() && sinks.is_none_or(|(out, _)| is_terminal(out)),
            err: sinks.is_none_or(|(_, err)| is_terminal(err)),
            interrupts: 0,
            has_waited: false,
        }))
    }

    /// Lets a process write something, and shows what of it comes to the terminal.
    fn write_through(&mut self, run: RunId, now: SimTime, write: impl FnOnce(&mut Glass, &Self)) {
        let Some(mut glass) = self.run_mut(run).screen.take() else {
            return;
        };
        write(&mut glass, self);
        let operator = self.run(run).operator;
        for (stream, text) in glass.transcript.take() {
            let is_seen = match stream {
                Stream::Stdout => glass.out,
                Stream::Stderr => glass.err,
            };
            if is_seen {
                self.appear(operator, now, || Sight::Written(text.into()));
            }
        }
        self.run_mut(run).screen = Some(glass);
    }

    /// What a process tells appears.
    pub(super) fn show_told(&mut self, run: RunId, told: &Told, now: SimTime) {
        if self.screens.is_none() {
            return;
        }
        self.write_through(run, now, |glass, world| {
            let id = |resource: ResourceId| {
                let latest = world.cloud.latest_of(resource)?;
                Some(world.names.object(latest))
            };
            let words = Words {
                now,
                names: &world.names,
                id: &id,
                date: &date,
            };
            glass.transcript.tell(told, words);
            if let Told::Plan(plan) = told {
                glass.transcript.say(&planned(&plan.0, &world.names));
            }
            if let Told::Lock(LockFact::Awaited { .. }) = told
                && !std::mem::replace(&mut glass.has_waited, true)
            {
                glass.transcript.say(ACQUIRING);
            }
        });
    }

    /// A state that a process prints appears.
    pub(super) fn show_printed(&mut self, run: RunId, content: &FileContent, now: SimTime) {
        self.write_through(run, now, |glass, world| {
            glass.transcript.print(content, &world.names);
        });
    }

    /// What a process says at its end appears.
    pub(super) fn show_end(
        &mut self,
        run: RunId,
        end: &RunEnd,
        signal: Option<Signal>,
        now: SimTime,
    ) {
        if self.screens.is_none() {
            return;
        }
        for (stream, text) in Arc::clone(&self.run(run).written).iter() {
            self.show_az(run, *stream, text, now);
        }
        if signal.is_none() {
            self.write_through(run, now, |glass, world| {
                glass.transcript.end(end, &world.names);
            });
        }
    }

    /// A signal that reaches a process appears, where it comes from the keyboard.
    pub(super) fn show_interrupt(&mut self, run: RunId, now: SimTime) {
        let is_prompting = self.run(run).is_prompting();
        self.write_through(run, now, |glass, _| {
            glass.interrupts = glass.interrupts.saturating_add(1);
            if is_prompting {
                glass.transcript.say("\n");
            } else {
                glass.transcript.say(match glass.interrupts {
                    1 => INTERRUPTED,
                    _ => INTERRUPTED_TWICE,
                });
            }
        });
    }

    /// What `az` writes appears.
    fn show_az(&mut self, run: RunId, stream: Stream, text: &str, now: SimTime) {
        let state = self.run(run);
        let operator = state.operator;
        let sinks = state.child.as_ref().map(|child| child.sinks());
        let sink = sinks.map(|(out, err)| match stream {
            Stream::Stdout => out,
            Stream::Stderr => err,
        });
        let is_redirected = stream == Stream::Stdout && state.command.redirect.is_some();
        if !is_redirected && sink.is_none_or(|sink| matches!(sink, Sink::Terminal(_))) {
            self.appear(operator, now, || Sight::Written(text.into()));
        }
    }

    /// What a program complains of appears, where it has not written it itself.
    pub(super) fn show_complaint(
        &mut self,
        run: RunId,
        kind: &DiagnosticKind,
        text: &str,
        now: SimTime,
    ) {
        let state = self.run(run);
        let operator = state.operator;
        let is_az = matches!(state.runner, Runner::Az(_));
        let is_not_modeled = matches!(
            kind,
            DiagnosticKind::Program(ProgramError::NotModeled { .. })
        );
        if is_not_modeled {
            self.appear(operator, now, || Sight::NotModeled(text.into()));
        } else if !is_az {
            self.appear(operator, now, || Sight::Written(format!("{text}\n").into()));
        }
    }
}

/// What a plan does to each resource, in Terraform's words.
fn planned(plan: &Plan, names: &Names) -> String {
    let mut steps: BTreeMap<ResourceId, (Vec<OperationKind>, bool)> = BTreeMap::new();
    for node in &plan.nodes {
        if let NodeStep::Operate(kind) = node.step {
            let step = steps.entry(node.resource).or_default();
            step.0.push(kind);
            step.1 |= node
                .recorded
                .as_ref()
                .is_some_and(|recorded| recorded.is_tainted);
        }
    }
    if steps.is_empty() {
        return String::new();
    }
    let mut text = "\nTerraform will perform the following actions:\n\n".to_owned();
    for (resource, (kinds, is_tainted)) in steps {
        let what = match (kinds.as_slice(), is_tainted) {
            ([OperationKind::Create], _) => "will be created",
            ([OperationKind::Update], _) => "will be updated in-place",
            ([OperationKind::Delete], _) => "will be destroyed",
            (_, true) => "is tainted, so must be replaced",
            (_, false) => "must be replaced",
        };
        text.extend(["  # ", &names.address(resource), " ", what, "\n"]);
    }
    text
}
