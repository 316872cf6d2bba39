//! A Terraform process, from its start to its exit.
//!
//! The process is a machine without a clock and without a network: it is told what happens to it
//! ([`Input`]) and answers with what it wants done ([`Effect`]). Inside it there are up to three
//! lanes, each with one request under way at most: the operation itself, the saves that the
//! finishes of resources cause, and what keeps the lock alive. The state manager belongs to
//! one lane at a time.
//!
//! | phase | leaves it by |
//! |---|---|
//! | starting | the first request |
//! | listing (`init`, `workspace list`) → opening → locking → reading | answers |
//! | planning | time |
//! | prompting | an answer at the keyboard |
//! | walking | the last finish, or a second interrupt |
//! | saving → unlocking | answers |
//! | leaving | the providers' end |
//!
//! All rules are those measured on Terraform 1.11.4, and the article's for the client model
//! `renewing`.

mod apply;
mod belief;
mod exchange;
mod fact;
mod interrupt;
mod lane;
mod leave;
mod open;
mod task;
mod work;

use std::collections::VecDeque;
use std::sync::Arc;

use self::apply::Walking;
use self::lane::{LaneEnd, LaneState};
use self::open::{Locker, Pass};
use self::task::{Planning, Prompt, Task};
use super::backend::{Backend, Client, Locked, Surroundings};
use super::client_model::ClientModel;
use super::command_model::CommandModel;
use super::configuration::Configuration;
use super::diagnostic::{Cause, Counts, Diagnostic, DiagnosticKind, RunEnd};
use super::invocation::{Action, Invocation, Locking};
use super::lock::{LockId, LockInfo};
use super::manager::StateManager;
use super::names::{Names, OperatorId, ResourceId};
use super::plan::CloudView;
use crate::kernel::{SimDuration, SimTime, Stream};

pub use self::belief::ProcessPhase;
pub use self::exchange::{
    DiskState, ERRORED, Effect, FileContent, Input, OperationEnd, OperationOrder, OperationOutcome,
    Timer,
};
pub use self::fact::{
    LockFact, OperationFact, OutputFact, Printed, Retry, StateFact, Told, ToldPlan,
};
pub use self::lane::Lane;

/// What a process sees of the world while something happens to it.
pub struct Context<'a> {
    /// The instant.
    pub now: SimTime,
    /// How Terraform behaves.
    pub client: &'a ClientModel,
    /// How long the process takes to its first request.
    pub start: SimDuration,
    /// How long refresh and plan take.
    pub plan: SimDuration,
    /// The words behind the numbers.
    pub names: &'a Names,
    /// What the providers can read.
    pub cloud: &'a dyn CloudView,
    /// The disk under the working directory.
    pub disk: DiskState,
    /// The operator's configuration.
    pub configuration: &'a Arc<Configuration>,
    /// For lock IDs and lineages.
    pub identity: &'a mut Stream,
    /// For waits that a client draws.
    pub waits: &'a mut Stream,
    /// For the order of starts, where it is drawn.
    pub order: Option<&'a mut Stream>,
    /// What the process wants done, in order.
    pub effects: &'a mut VecDeque<Effect>,
}

impl std::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context")
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

impl Context<'_> {
    fn tell(&mut self, fact: impl Into<Told>) {
        self.effects.push_back(Effect::Tell(fact.into()));
    }

    fn set_timer(&mut self, duration: SimDuration, timer: Timer) {
        self.effects.push_back(Effect::SetTimer(duration, timer));
    }

    /// What the backend's client needs.
    fn surroundings(&mut self, operator: OperatorId) -> Surroundings<'_> {
        Surroundings {
            now: self.now,
            model: self.client,
            operator,
            names: self.names,
            identity: self.identity,
            waits: self.waits,
            effects: self.effects,
        }
    }
}

/// Where a process stands, with what it needs there.
#[derive(Debug, Clone)]
enum Phase {
    Starting,
    Listing,
    Opening(Pass),
    Locking(Box<Locker>),
    Reading(Pass),
    Planning(Arc<Planning>),
    Prompting(Prompt),
    Walking(Box<Walking>),
    /// The final save; after a walk its state is kept until the end.
    Saving(Option<Box<Walking>>),
    Unlocking(Option<Box<Walking>>),
    /// `force-unlock` takes a lock away, whose ID was typed like this.
    Forcing(Arc<str>),
    Leaving(Option<Box<Walking>>),
    Ended,
}

/// How many interrupts have come that mean something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Interrupts {
    None,
    One,
    Two,
}

/// What a process has in every phase.
#[derive(Debug, Clone)]
struct Core {
    operator: OperatorId,
    model: CommandModel,
    locking: Locking,
    backend: Backend,
    client: Client,
    lanes: [LaneState; 3],
    /// The lock that this command took and has to give back.
    lock: Option<Locked>,
    manager: StateManager,
    interrupts: Interrupts,
    has_failed: bool,
    /// Whether it exits with 2 where there are changes.
    is_detailed: bool,
    plan: Option<Counts>,
    applied: Option<Counts>,
    /// Shared with those who look at the process.
    errors: Arc<Vec<Diagnostic>>,
}

/// A [Terraform process](self).
#[derive(Debug, Clone)]
pub struct Process {
    task: Task,
    core: Core,
    phase: Phase,
}

impl Process {
    /// A process that has not started yet. `file` is the content of the file that the command
    /// names, which is read before anything else.
    pub fn new(
        operator: OperatorId,
        backend: Backend,
        invocation: &Invocation,
        file: Option<FileContent>,
    ) -> Self {
        Self {
            task: Task::new(&invocation.action, file),
            core: Core {
                operator,
                model: invocation.action.model(),
                locking: invocation.locking,
                backend,
                client: Client::new(backend, invocation.action.model().lock),
                lanes: Default::default(),
                lock: None,
                manager: StateManager::new(backend.serial_rule()),
                interrupts: Interrupts::None,
                has_failed: false,
                is_detailed: matches!(
                    invocation.action,
                    Action::Plan {
                        is_detailed: true,
                        ..
                    }
                ),
                plan: None,
                applied: None,
                errors: Arc::default(),
            },
            phase: Phase::Starting,
        }
    }

    /// Reacts to what happens.
    pub fn handle(&mut self, input: Input, context: &mut Context<'_>) {
        if matches!(self.phase, Phase::Ended) {
            return;
        }
        match input {
            Input::Start => context.set_timer(context.start, Timer::Started),
            Input::Timer(timer) => self.on_timer(timer, context),
            Input::Answer(lane, answer) => {
                let end = self.core.on_answer(lane, answer, context);
                self.on_lane_end(lane, end, context);
            }
            Input::OperationEnded(end) => self.on_operation_ended(end, context),
            Input::Interrupt => self.on_interrupt(context),
            Input::Prompted(text) => self.on_prompted(&text, context),
        }
    }

    fn on_timer(&mut self, timer: Timer, context: &mut Context<'_>) {
        match timer {
            Timer::Started => self.on_started(context),
            Timer::Planned => self.on_planned(context),
            Timer::LockPoll => self.on_lock_poll(context),
            Timer::LockDeadline => self.on_lock_deadline(context),
            Timer::Retry(lane, token) => self.core.on_retry(lane, token, context),
            Timer::KeepAlive => self.core.on_keep_alive_due(context),
            Timer::Provisioned(node) => self.on_provisioned(node, context),
            Timer::ForcedExit => self.on_forced_exit(context),
            Timer::ProvidersGone => self.exit(context),
        }
    }

    /// Goes on with what a job came to; where it did not end yet, nothing happens.
    fn on_lane_end(&mut self, lane: Lane, end: Option<LaneEnd>, context: &mut Context<'_>) {
        match end {
            None | Some(LaneEnd::KeptAlive) => {}
            Some(LaneEnd::Listed(result)) => self.on_listed(result, context),
            Some(LaneEnd::Unconfigured(cause)) => self.on_unconfigured(cause, context),
            Some(LaneEnd::Reopened(result)) => self.on_reopened(result, context),
            Some(LaneEnd::Opened(result)) => self.on_opened(result, context),
            Some(LaneEnd::Read(result)) => self.on_read(result, context),
            Some(LaneEnd::Locked(result)) => self.on_locked(result, context),
            Some(LaneEnd::Saved(result)) => self.on_saved(lane, result, context),
            Some(LaneEnd::Unlocked(result)) => self.on_unlocked(result, context),
        }
    }

    fn on_main_end(&mut self, end: Option<LaneEnd>, context: &mut Context<'_>) {
        self.on_lane_end(Lane::Main, end, context);
    }

    /// Ends the process at once: no more of its code runs. Returns how it ended.
    pub fn kill(&mut self, exit: u8) -> RunEnd {
        self.phase = Phase::Ended;
        RunEnd {
            exit,
            plan: self.core.plan,
            applied: None,
        }
    }

    /// Whether the process waits at its prompt.
    pub const fn is_prompting(&self) -> bool {
        matches!(self.phase, Phase::Prompting(_))
    }

    /// Whether the process has ended.
    pub const fn has_ended(&self) -> bool {
        matches!(self.phase, Phase::Ended)
    }

    /// The ID of the lock that the process believes to hold.
    pub fn held(&self) -> Option<LockId> {
        if self.has_ended() {
            None
        } else {
            self.core.client.held()
        }
    }

    /// The errors that it printed so far.
    pub const fn errors(&self) -> &Arc<Vec<Diagnostic>> {
        &self.core.errors
    }

    /// The walk that the process is in, or has behind it. The phase has to be set anew.
    fn take_walking(&mut self) -> Option<Box<Walking>> {
        std::mem::replace(&mut self.phase, Phase::Ended).into_walking()
    }
}

/// The walk that a phase keeps, of a phase or of a reference to one: `$maybe` makes it of what the
/// phases behind the walk have, where there may have been none.
macro_rules! kept_walk {
    ($phase:expr, $walking:ident => $maybe:expr) => {
        match $phase {
            Phase::Walking(walking) => Some(walking),
            Phase::Saving($walking) | Phase::Unlocking($walking) | Phase::Leaving($walking) => {
                $maybe
            }
            Phase::Starting
            | Phase::Listing
            | Phase::Opening(_)
            | Phase::Locking(_)
            | Phase::Reading(_)
            | Phase::Planning(_)
            | Phase::Prompting(_)
            | Phase::Forcing(_)
            | Phase::Ended => None,
        }
    };
}

impl Phase {
    fn walking(&self) -> Option<&Walking> {
        kept_walk!(self, walking => walking.as_ref()).map(Box::as_ref)
    }

    fn into_walking(self) -> Option<Box<Walking>> {
        kept_walk!(self, walking => walking)
    }
}

impl Core {
    /// The status with which the command exits.
    fn exit_status(&self) -> u8 {
        let has_changes = self.plan.is_some_and(|plan| !plan.is_nothing());
        match (self.has_failed, self.is_detailed && has_changes) {
            (true, _) => 1,
            (false, true) => 2,
            (false, false) => 0,
        }
    }

    /// Prints an error; the command will exit with 1.
    fn fail(&mut self, kind: DiagnosticKind, context: &mut Context<'_>) {
        let diagnostic = Diagnostic::new(kind, context.client.dialect);
        self.fail_with(diagnostic, context);
    }

    /// Prints an error with its cause; the command will exit with 1.
    fn fail_for(
        &mut self,
        kind: DiagnosticKind,
        cause: impl Into<Cause>,
        context: &mut Context<'_>,
    ) {
        let diagnostic = Diagnostic::with_cause(kind, cause.into(), context.client.dialect);
        self.fail_with(diagnostic, context);
    }

    /// The same, where the error shows whose the lock is.
    fn fail_showing(
        &mut self,
        kind: DiagnosticKind,
        (cause, info): (Cause, LockInfo),
        context: &mut Context<'_>,
    ) {
        let diagnostic = Diagnostic {
            lock_info: Some(info),
            ..Diagnostic::with_cause(kind, cause, context.client.dialect)
        };
        self.fail_with(diagnostic, context);
    }

    fn fail_with(&mut self, diagnostic: Diagnostic, context: &mut Context<'_>) {
        self.has_failed = true;
        self.print_error(diagnostic, context);
    }

    /// Prints an error that does not decide the exit status.
    fn print_error(&mut self, diagnostic: Diagnostic, context: &mut Context<'_>) {
        Arc::make_mut(&mut self.errors).push(diagnostic.clone());
        context.tell(OutputFact::ErrorPrinted(Arc::new(diagnostic)));
    }
}
