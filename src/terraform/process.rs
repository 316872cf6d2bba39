//! A Terraform process, from its start to its exit.
//!
//! The process is a machine without a clock and without a network: it is told what happens to it
//! ([`Input`]) and answers with what it wants done ([`Effect`]). Inside it there are up to three
//! lanes, each with one request under way at most: the operation itself, the saves that the
//! finishes of resources cause, and the renewals of a finite lease. The state manager belongs to
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
mod exchange;
mod interrupt;
mod lane;
mod leave;
mod open;
mod work;

use std::collections::VecDeque;
use std::sync::Arc;

use self::lane::LaneState;
use super::client::{LockFailure, TransportError};
use super::client_model::ClientModel;
use super::configuration::Configuration;
use super::diagnostic::{Cause, Counts, Diagnostic, DiagnosticKind, RunEnd};
use super::invocation::{Approval, Invocation, Locking, PlanMode};
use super::lock::{LockInfo, LockOperation};
use super::manager::StateManager;
use super::names::{Names, ObjectId, OperatorId, ResourceId, RunId};
use super::plan::{CloudView, NodeIndex, Plan};
use super::state::{Lineage, StateFile};
use super::walk::Walk;
use crate::azure::LeaseId;
use crate::kernel::{SimDuration, SimTime, Stream};

pub use self::exchange::{
    DiskState, ERRORED, Effect, FileContent, Input, News, OperationEnd, OperationOrder,
    OperationOutcome, Timer,
};
pub use self::lane::Lane as RequestLane;

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
    /// Whether the backend takes a blob snapshot before each save.
    pub takes_blob_snapshots: bool,
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
    /// For the order of starts, where it is drawn.
    pub order: Option<&'a mut Stream>,
    /// What the process wants done, in order.
    pub effects: &'a mut Vec<Effect>,
}

impl std::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context")
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

impl Context<'_> {
    fn tell(&mut self, news: News) {
        self.effects.push(Effect::Tell(news));
    }

    fn set_timer(&mut self, duration: SimDuration, timer: Timer) {
        self.effects.push(Effect::SetTimer(duration, timer));
    }

    fn draw_u128(&mut self) -> u128 {
        (u128::from(self.identity.next_u64()) << 64) | u128::from(self.identity.next_u64())
    }

    fn draw_lease_id(&mut self) -> LeaseId {
        LeaseId::from_bits(self.draw_u128())
    }

    fn draw_lineage(&mut self) -> Lineage {
        Lineage(self.draw_u128())
    }
}

/// Where an opening stands that found no state.
#[derive(Debug, Clone)]
enum Opening {
    Get,
    Lock,
    Read,
    Save,
    /// The failure to report after the unlock, if there is one.
    Unlock(Option<OpenFailure>),
}

/// Why the backend could not be opened.
#[derive(Debug, Clone)]
enum OpenFailure {
    /// What was read is no state.
    Unsupported(Cause),
    /// There is no state, and somebody holds the lock.
    Locked(Cause),
    Other(Cause),
}

impl From<TransportError> for OpenFailure {
    fn from(error: TransportError) -> Self {
        match error {
            TransportError::Unreadable => Self::Unsupported(error.into()),
            TransportError::Reset(_) | TransportError::Refused(_, _) => Self::Other(error.into()),
        }
    }
}

impl From<TransportError> for Cause {
    fn from(error: TransportError) -> Self {
        Self {
            text: error.to_string().into(),
            detail: None,
            code: error.shown_code(),
        }
    }
}

/// Attempts to take the lock.
#[derive(Debug, Clone)]
struct Locker {
    info: LockInfo,
    since: SimTime,
    delay: SimDuration,
    is_waiting: bool,
    failure: Option<LockFailure>,
}

#[derive(Debug, Clone)]
enum Phase {
    Starting,
    Listing,
    Opening(Opening),
    Locking(Locker),
    Reading,
    Planning,
    Prompting(Option<Arc<Plan>>),
    Walking,
    Saving,
    Unlocking,
    Leaving,
    Ended,
}

/// What waits for the state manager while a finish is being saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waiting {
    /// The save at the first interrupt.
    Flush,
    /// The unlock after the second.
    Unlock,
}

/// Something that the walk has to record, one after the other.
#[derive(Debug, Clone, Copy)]
enum Finish {
    /// An operation ended.
    Operation(OperationEnd),
    /// A provisioner ended, and whether it was done.
    Provisioner(NodeIndex, bool),
    /// The second attempt of the save at the first interrupt, from which on each finish is saved.
    Flush,
}

/// A finish whose save is under way.
#[derive(Debug, Clone, Copy)]
struct Recording {
    /// The node that finished, and whether it succeeded; none for the interrupt's own save.
    node: Option<(NodeIndex, bool)>,
}

/// A [Terraform process](self).
#[expect(
    clippy::struct_excessive_bools,
    reason = "each tells of an event of its own; they hold in any combination"
)]
#[derive(Debug, Clone)]
pub struct Process {
    /// Which run it is.
    pub run: RunId,
    /// Whose.
    pub operator: OperatorId,
    invocation: Arc<Invocation>,
    /// The file that the command names.
    file: Option<FileContent>,
    phase: Phase,
    /// It opens and reads once more, where its command does that.
    is_second_access: bool,
    lanes: [LaneState; 3],
    /// The client's lease ID.
    held: Option<LeaseId>,
    /// The lock that this command took and has to give back.
    lock: Option<LockInfo>,
    manager: StateManager,
    walk: Option<Walk>,
    finishes: VecDeque<Finish>,
    recording: Option<Recording>,
    waiting: Option<Waiting>,
    /// Nodes whose provisioner runs.
    provisioning: Vec<NodeIndex>,
    /// When the last intermediate save ended, or else the first finish was.
    persisted_at: Option<SimTime>,
    interrupts: u32,
    /// An interrupt came before the command could heed it.
    is_stop_pending: bool,
    /// The first interrupt's save is under way.
    is_flushing: bool,
    /// Nothing new starts.
    is_stopping: bool,
    /// Every finish is saved.
    saves_every_finish: bool,
    /// The second interrupt came.
    is_cancelled: bool,
    has_failed: bool,
    plan: Option<Counts>,
    applied: Option<Counts>,
    errors: Vec<Diagnostic>,
    /// What the walk has to report. It is printed after the final save, and never by a process
    /// that is killed or gives up before that.
    unprinted: Vec<Diagnostic>,
}

impl Process {
    /// A process that has not started yet. `file` is the content of the file that the command
    /// names, which is read before anything else.
    pub fn new(
        run: RunId,
        operator: OperatorId,
        invocation: Arc<Invocation>,
        file: Option<FileContent>,
    ) -> Self {
        Self {
            run,
            operator,
            invocation,
            file,
            phase: Phase::Starting,
            is_second_access: false,
            lanes: Default::default(),
            held: None,
            lock: None,
            manager: StateManager::default(),
            walk: None,
            finishes: VecDeque::new(),
            recording: None,
            waiting: None,
            provisioning: Vec::new(),
            persisted_at: None,
            interrupts: 0,
            is_stop_pending: false,
            is_flushing: false,
            is_stopping: false,
            saves_every_finish: false,
            is_cancelled: false,
            has_failed: false,
            plan: None,
            applied: None,
            errors: Vec::new(),
            unprinted: Vec::new(),
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
            Input::Answer(lane, answer) => self.on_answer(lane, answer, context),
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
            Timer::Retry(lane, token) => self.on_retry(lane, token, context),
            Timer::Renew(id) => self.on_renewal_due(id, context),
            Timer::Provisioned(node) => self.on_provisioned(node, true, context),
            Timer::ForcedExit => self.on_forced_exit(context),
            Timer::ProvidersGone => self.exit(context),
        }
    }

    /// Ends the process at once: no more of its code runs. Returns how it ended.
    pub fn kill(&mut self, exit: u8) -> RunEnd {
        self.phase = Phase::Ended;
        RunEnd {
            exit,
            plan: self.plan,
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

    /// The lease ID that the process believes to hold.
    pub const fn held(&self) -> Option<LeaseId> {
        if self.has_ended() { None } else { self.held }
    }

    /// The errors that it printed so far.
    pub fn errors(&self) -> &[Diagnostic] {
        &self.errors
    }

    /// The resources that the process holds in memory, or is about to create or change, and that
    /// the remote state does not say so yet.
    pub fn unsaved(&self) -> Vec<ResourceId> {
        let (Some(walk), false) = (&self.walk, self.has_ended()) else {
            return Vec::new();
        };
        let mut unsaved: Vec<ResourceId> = walk
            .running()
            .iter()
            .map(|node| walk.node(*node).resource)
            .collect();
        let read = self.manager.read().map(|file| &file.snapshot);
        unsaved.extend(walk.state.objects().filter_map(|(resource, object)| {
            let is_saved = read.and_then(|read| read.object(resource)) == Some(object);
            (!is_saved).then_some(resource)
        }));
        unsaved.sort_unstable();
        unsaved.dedup();
        unsaved
    }

    /// The lock that the command takes, if it takes one.
    fn lock_operation(&self) -> Option<LockOperation> {
        match self.invocation.locking {
            Locking::NoLock => None,
            Locking::Lock { .. } => self.invocation.action.model().lock,
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

    fn fail_with(&mut self, diagnostic: Diagnostic, context: &mut Context<'_>) {
        self.has_failed = true;
        self.print_error(diagnostic, context);
    }

    /// An error of the walk: the command will exit with 1, and prints it after the final save.
    fn fail_later(&mut self, diagnostic: Diagnostic) {
        self.has_failed = true;
        self.unprinted.push(diagnostic);
    }

    fn print_walk_errors(&mut self, context: &mut Context<'_>) {
        for diagnostic in std::mem::take(&mut self.unprinted) {
            self.print_error(diagnostic, context);
        }
    }

    /// Prints an error that does not decide the exit status.
    fn print_error(&mut self, diagnostic: Diagnostic, context: &mut Context<'_>) {
        self.errors.push(diagnostic.clone());
        context.tell(News::Error(diagnostic));
    }
}
