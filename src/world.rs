//! The world: everything that is simulated, and how it reacts to an event.
//!
//! The world has no loop of its own. [`react`](World::react) takes one event and schedules
//! others; [`take_step`](World::take_step) does what the next step of the script says. A copy of
//! a world goes its own way: snapshots of states and of the cloud share their structure.

mod act;
mod aws;
mod az;
mod before;
mod bucket;
mod cloud;
mod desk;
mod files;
mod gcs;
mod http;
mod keeper;
mod lease;
mod local;
mod memory;
mod network;
mod observe;
mod pg;
mod record;
mod run;
mod screen;
mod script;
mod shell;
mod updates;

use std::collections::VecDeque;
use std::sync::Arc;

pub(crate) use self::act::Done;
use self::before::{service_before, state_before};
use self::cloud::Cloud;
use self::keeper::Keeper;
use self::lease::LeaseWatch;
use self::network::Network;
use self::record::Recorder;
use self::run::{Run, Runner};
use self::script::Script;
use self::shell::Terminal;
use self::updates::Updates;
use crate::command::AzCommand;
use crate::fault::{Faults, Staged};
use crate::kernel::{EventList, Seed, SimTime, Stream};
use crate::scenario::{CredentialState, DiskState, Scenario, StartOrder, Wrapper};
use crate::service::azure::{Accounts, BlobService};
use crate::service::local::Directory;
use crate::terraform::backend::azurerm::Metadata;
use crate::terraform::backend::{Answer, Outgoing, Request};
use crate::terraform::process::{Effect, FileContent, Input, Lane, OperationEnd, Timer};
use crate::terraform::{
    BlobContent, Configuration, Diagnostic, LockInfo, Names, OperatorId, RequestKind, RunEnd,
    RunId, Signal,
};
use crate::timeline::{Actor, Entry, Log, Observation, ScriptFact, Shown, Vacuity};

/// Whether facts are recorded. Observations are taken either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recording {
    /// Every fact is kept.
    On,
    /// No fact is kept, nor built where no `when` waits for its kind: half to three quarters of the
    /// time (`benches/`).
    Off,
}

/// What occurs at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    /// A process's own timer.
    Timer(RunId, Timer),
    /// A request reaches the blob service.
    RequestArrives(u32),
    /// An answer reaches the process that waits for it.
    AnswerArrives(u32),
    /// An operation in the cloud is due.
    OperationDue(u32),
    /// A process learns how an operation ended.
    OperationReported(RunId, OperationEnd),
    /// A CI runner sends a signal.
    RunnerSignals(RunId, Signal),
    /// A link that was cut for a time works again.
    LinkHeals(u32),
    /// The lease may have run out, or its break period.
    LeaseDue,
    /// A shell has slept.
    ShellWakes(RunId),
    /// A program that asks reads from what it has instead of a terminal.
    InputIsRead(RunId),
}

/// The clock's hand and the events ahead: what the world needs to schedule more.
#[derive(Debug, Clone)]
pub(crate) struct Agenda {
    /// The instant.
    pub(crate) now: SimTime,
    /// The events that are to occur.
    pub(crate) events: EventList<Event>,
}

impl Agenda {
    /// An empty agenda at the start.
    pub(crate) fn new() -> Self {
        Self {
            now: SimTime::ZERO,
            events: EventList::with_capacity(32),
        }
    }
}

/// An operator's machine.
#[derive(Debug, Clone)]
struct Machine {
    configuration: Arc<Configuration>,
    /// The position of its working directory.
    directory: usize,
    disk: Staged<DiskState>,
    wrapper: Wrapper,
    /// Whether the machine sleeps.
    is_suspended: Staged<bool>,
    /// What happened to the machine's processes while it slept.
    deferred: Vec<Event>,
    terminal: Arc<Terminal>,
    blob_credentials: Staged<CredentialState>,
    cloud_credentials: Staged<CredentialState>,
    latency: Option<Stream>,
}

/// The [world](self).
#[derive(Debug, Clone)]
pub(crate) struct World {
    /// How it began, and what its script says.
    scenario: Arc<Scenario>,
    /// The words behind the numbers. Runs are added as commands are typed.
    names: Arc<Names>,
    recorder: Recorder,
    /// What has appeared on terminals, where somebody watches them.
    screens: Option<Arc<Vec<Shown>>>,
    service: BlobService<BlobContent, Metadata>,
    /// All blobs but the state's.
    accounts: Accounts<BlobContent, Metadata>,
    /// Working directories by their owners, and behind them the one of a shared local state.
    directories: Vec<Arc<Directory<FileContent>>>,
    /// What keeps the state.
    keeper: Keeper,
    lease: LeaseWatch,
    updates: Updates,
    cloud: Cloud,
    network: Network,
    faults: Faults,
    /// The run under which requests are counted.
    phase: RunId,
    script: Script,
    machines: Vec<Machine>,
    /// By [`RunId`]; `None` until the step has started.
    runs: Vec<Option<Run>>,
    started: Vec<RunId>,
    alive: usize,
    /// Programs of shells that have ended, and whose shells do not know it yet.
    reaped: Vec<RunId>,
    identity: Stream,
    /// For waits that clients draw.
    waits: Stream,
    order: Option<Stream>,
    effects: VecDeque<Effect>,
    vacuities: Vec<Vacuity>,
    last_lock: Option<LockInfo>,
    limit_reached: bool,
}

fn position(id: u16) -> usize {
    usize::from(id)
}

/// The operators' machines before the first step.
fn machines(scenario: &Scenario, seed: Seed) -> Vec<Machine> {
    let has_latency_range = scenario.timing.latency_min != scenario.timing.latency_max;
    let terminal = Arc::<Terminal>::default();
    scenario
        .operators
        .iter()
        .enumerate()
        .map(|(index, options)| Machine {
            configuration: Arc::clone(&scenario.configuration),
            directory: position(options.directory.0),
            disk: Staged::natural(DiskState::Ok),
            wrapper: options.wrapper,
            is_suspended: Staged::natural(false),
            deferred: Vec::new(),
            terminal: Arc::clone(&terminal),
            blob_credentials: Staged::natural(CredentialState::Valid),
            cloud_credentials: Staged::natural(CredentialState::Valid),
            latency: has_latency_range.then(|| {
                Stream::named(
                    seed,
                    &format!("latency/{}", scenario.names.operators[index]),
                )
            }),
        })
        .collect()
}

impl World {
    /// The world before the first step.
    pub(crate) fn new(scenario: &Arc<Scenario>, seed: Seed, recording: Recording) -> Self {
        let mut identity = Stream::named(seed, "identity");
        let machines = machines(scenario, seed);
        let order = match scenario.start_order {
            StartOrder::File => None,
            StartOrder::Shuffled => Some(Stream::named(seed, "order")),
        };
        let mut cloud = Cloud::default();
        for resource in &scenario.before.cloud {
            cloud.place(*resource, scenario.definitions.get(*resource));
        }
        let state = state_before(scenario, &mut identity, &mut cloud);
        let service = service_before(scenario, state.as_ref());
        let lease = service.lease_state(SimTime::ZERO);
        let mut world = Self {
            recorder: Recorder::new(recording),
            screens: None,
            service,
            accounts: Accounts::new(Arc::clone(&scenario.names.state_blob)),
            directories: vec![Arc::default(); scenario.operators.len() + 1],
            keeper: Keeper::of(scenario),
            lease: LeaseWatch::new(scenario, lease),
            updates: Updates::default(),
            cloud,
            network: Network::default(),
            faults: Faults::new(seed, scenario.operators.len()),
            phase: RunId(0),
            script: Script::new(scenario),
            machines,
            runs: vec![None; scenario.names.runs.len()],
            started: Vec::new(),
            alive: 0,
            reaped: Vec::new(),
            identity,
            waits: Stream::named(seed, "waits"),
            order,
            effects: VecDeque::new(),
            vacuities: Vec::new(),
            last_lock: None,
            limit_reached: false,
            names: Arc::clone(&scenario.names),
            scenario: Arc::clone(scenario),
        };
        world.track_blob(None);
        if let Some(state) = state {
            world.place_state(state);
        }
        if let Some(lock) = &scenario.before.lock {
            world.place_lock(lock.info);
        }
        world.place_other_blobs();
        world
    }

    /// Reacts to an event.
    pub(crate) fn react(&mut self, event: Event, agenda: &mut Agenda) {
        match event {
            Event::Timer(run, timer) => self.on_timer(run, timer, event, agenda),
            Event::RequestArrives(slot) => self.on_request(slot, agenda),
            Event::AnswerArrives(slot) => self.on_answer(slot, event, agenda),
            Event::OperationDue(slot) => self.on_operation_due(slot, agenda),
            Event::OperationReported(run, end) => self.on_reported(run, end, event, agenda),
            Event::RunnerSignals(run, signal) => self.signal_tree(run, signal, agenda),
            Event::LinkHeals(token) => self.on_link_heals(token, agenda),
            Event::LeaseDue => self.watch_lease(agenda),
            Event::ShellWakes(run) => self.on_shell_wakes(run, event, agenda),
            Event::InputIsRead(run) => self.on_input_read(run, event, agenda),
        }
        self.reap(agenda);
    }

    /// Whether the event concerns a process that has ended: it does not occur, and a replication
    /// does not last until its time.
    pub(crate) fn is_moot(&self, event: Event) -> bool {
        match event {
            Event::Timer(run, _)
            | Event::OperationReported(run, _)
            | Event::RunnerSignals(run, _)
            | Event::ShellWakes(run)
            | Event::InputIsRead(run) => !self.run(run).is_alive(),
            Event::RequestArrives(_)
            | Event::AnswerArrives(_)
            | Event::OperationDue(_)
            | Event::LinkHeals(_)
            | Event::LeaseDue => false,
        }
    }

    /// Records that a bound ended the replication, once.
    pub(crate) fn reach_limit(&mut self, now: SimTime) {
        if !std::mem::replace(&mut self.limit_reached, true) {
            self.record(now, Actor::Scenario, || ScriptFact::LimitReached);
        }
    }

    /// No operation is to fail next any more.
    pub(crate) fn forget_failures(&mut self) {
        self.faults.rules.forget_next();
    }

    /// The words behind the numbers.
    pub(crate) const fn names(&self) -> &Arc<Names> {
        &self.names
    }

    /// The facts so far.
    pub(crate) const fn entries(&self) -> &Log {
        self.recorder.entries()
    }

    /// What there is to see.
    pub(crate) fn observe(&self, now: SimTime) -> Observation {
        observe::observe(self, now)
    }

    /// The facts, and what never came to act.
    pub(crate) fn into_entries(self) -> (Log, Vec<Vacuity>) {
        let mut vacuities = self.vacuities;
        vacuities.extend(self.faults.vacuities());
        vacuities.sort_by_key(|vacuity| vacuity.line);
        (self.recorder.into_entries(), vacuities)
    }

    fn run(&self, run: RunId) -> &Run {
        self.runs[position(run.0)]
            .as_ref()
            .expect("only runs that have started are asked for")
    }

    fn run_mut(&mut self, run: RunId) -> &mut Run {
        self.runs[position(run.0)]
            .as_mut()
            .expect("only runs that have started are asked for")
    }

    fn machine(&self, operator: OperatorId) -> &Machine {
        &self.machines[position(operator.0)]
    }

    /// The operator's working directory.
    fn directory(&self, operator: OperatorId) -> &Directory<FileContent> {
        &self.directories[self.machine(operator).directory]
    }

    fn machine_mut(&mut self, operator: OperatorId) -> &mut Machine {
        &mut self.machines[position(operator.0)]
    }

    /// Whether the event has to wait because the machine of `run` sleeps.
    fn defers(&mut self, run: RunId, event: Event) -> bool {
        let operator = self.run(run).operator;
        self.put_off(operator, event)
    }

    /// Keeps the event for when the machine wakes up, if it sleeps. Returns whether it does.
    fn put_off(&mut self, operator: OperatorId, event: Event) -> bool {
        let machine = self.machine_mut(operator);
        let Staged { value, by } = machine.is_suspended;
        if value {
            machine.deferred.push(event);
            self.faults.ledger.feel(by);
        }
        value
    }

    fn on_timer(&mut self, run: RunId, timer: Timer, event: Event, agenda: &mut Agenda) {
        if self.defers(run, event) {
            return;
        }
        if let Timer::Provisioned(node) = timer
            && let Some(object) = self.provisioned(run, node)
        {
            self.cloud.alter(object, |object| object.is_whole = true);
        }
        match &self.run(run).runner {
            Runner::Terraform(_) => self.deliver(run, Input::Timer(timer), agenda),
            Runner::Az(command) => {
                let command = command.clone();
                self.begin_az(run, &command, agenda);
            }
            Runner::Psql(_) => self.begin_psql(run, agenda),
            Runner::Gcloud(command) => {
                let command = command.clone();
                self.begin_gcloud(run, &command, agenda);
            }
            Runner::Aws(command) => {
                let command = command.clone();
                self.begin_aws(run, &command, agenda);
            }
            Runner::Curl(command) => {
                let command = command.clone();
                self.begin_curl(run, &command, agenda);
            }
            Runner::Shell(_) | Runner::Instant => {}
        }
    }

    fn on_reported(&mut self, run: RunId, end: OperationEnd, event: Event, agenda: &mut Agenda) {
        if !self.defers(run, event) {
            self.deliver(run, Input::OperationEnded(end), agenda);
        }
    }
}

/// A request that a process waits for, on one of its lanes.
#[derive(Debug, Clone)]
struct Waiting {
    run: RunId,
    lane: Lane,
    kind: RequestKind,
    /// What is under way; `None` once nothing is, or while the service has it.
    payload: Option<Payload>,
}

/// What is on its way between a process and a service.
#[derive(Debug, Clone)]
enum Payload {
    Request(Request),
    Answer(Answer),
}
