//! The world: everything that is simulated, and how it reacts to an event.
//!
//! The world has no loop of its own. [`react`](World::react) takes one event and schedules
//! others; [`take_step`](World::take_step) does what the next step of the script says. A copy of
//! a world goes its own way: snapshots of states and of the cloud share their structure.

mod before;
mod cloud;
mod files;
mod lease;
mod network;
mod objects;
mod observe;
mod record;
mod rule;
mod script;

use std::collections::BTreeMap;
use std::sync::Arc;

use self::before::service_before;
use self::cloud::Cloud;
use self::lease::LeaseWatch;
use self::network::Network;
use self::record::Recorder;
use self::rule::Rules;
use self::script::Script;
use crate::azure::BlobService;
use crate::command::{AzCommand, Command, Program};
use crate::kernel::{EventList, Seed, SimTime, Stream};
use crate::scenario::{CredentialState, DiskState, LinkState, Scenario, StartOrder, Wrapper};
use crate::terraform::client::{Answer, Outgoing};
use crate::terraform::invocation::{Action, Invocation, LockIdArgument};
use crate::terraform::process::{
    Context, Effect, FileContent, Input, OperationEnd, Process, RequestLane, Timer,
};
use crate::terraform::{
    BlobContent, Configuration, Diagnostic, LockInfo, OperatorId, RunEnd, RunId, Signal,
};
use crate::timeline::{Actor, Entry, Fact, Observation, ProcessFact, ScriptFact, Vacuity};

/// Whether facts are recorded. Observations are taken either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recording {
    /// Every fact is kept.
    On,
    /// No fact is kept: several times faster.
    Off,
}

/// What occurs at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
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
}

/// The clock's hand and the events ahead: what the world needs to schedule more.
#[derive(Debug, Clone)]
pub struct Agenda {
    /// The instant.
    pub now: SimTime,
    /// The events that are to occur.
    pub events: EventList<Event>,
}

impl Agenda {
    /// An empty agenda at the start.
    pub fn new() -> Self {
        Self {
            now: SimTime::ZERO,
            events: EventList::with_capacity(32),
        }
    }
}

impl Default for Agenda {
    fn default() -> Self {
        Self::new()
    }
}

/// A program that runs, or has run.
#[derive(Debug, Clone)]
enum Runner {
    Terraform(Box<Process>),
    Az(AzCommand),
    /// Ended at once, as commands on files do.
    Instant,
}

/// A `run` step that has started.
#[derive(Debug, Clone)]
struct Run {
    operator: OperatorId,
    command: Arc<Command>,
    runner: Runner,
    end: Option<RunEnd>,
    ended_at: Option<SimTime>,
    /// What an `az` command or a command on files printed as errors.
    errors: Vec<Diagnostic>,
    is_pipe_broken: bool,
}

impl Run {
    fn is_alive(&self) -> bool {
        self.end.is_none()
    }

    fn errors(&self) -> &[Diagnostic] {
        match &self.runner {
            Runner::Terraform(process) => process.errors(),
            Runner::Az(_) | Runner::Instant => &self.errors,
        }
    }
}

/// An operator's machine.
#[derive(Debug, Clone)]
struct Machine {
    configuration: Arc<Configuration>,
    files: BTreeMap<Arc<str>, FileContent>,
    disk: DiskState,
    wrapper: Wrapper,
    is_suspended: bool,
    /// What happened to the machine's processes while it slept.
    deferred: Vec<Event>,
    blob_credentials: CredentialState,
    cloud_credentials: CredentialState,
    blob_requests: LinkState,
    blob_answers: LinkState,
    cloud_requests: LinkState,
    cloud_answers: LinkState,
    latency: Option<Stream>,
}

/// The [world](self).
#[derive(Debug, Clone)]
pub struct World {
    scenario: Arc<Scenario>,
    recorder: Recorder,
    service: BlobService<BlobContent, Option<LockInfo>>,
    lease: LeaseWatch,
    cloud: Cloud,
    network: Network,
    rules: Rules,
    script: Script,
    machines: Vec<Machine>,
    /// By [`RunId`]; `None` until the step has started.
    runs: Vec<Option<Run>>,
    started: Vec<RunId>,
    alive: usize,
    identity: Stream,
    order: Option<Stream>,
    effects: Vec<Effect>,
    vacuities: Vec<Vacuity>,
    last_lock: Option<LockInfo>,
    limit_reached: bool,
}

fn position(id: u16) -> usize {
    usize::from(id)
}

impl World {
    /// The world before the first step.
    pub fn new(scenario: &Arc<Scenario>, seed: Seed, recording: Recording) -> Self {
        let mut identity = Stream::named(seed, "identity");
        let has_latency_range = scenario.timing.latency_min != scenario.timing.latency_max;
        let machines = scenario
            .operators
            .iter()
            .enumerate()
            .map(|(index, options)| Machine {
                configuration: Arc::clone(&scenario.configuration),
                files: BTreeMap::new(),
                disk: DiskState::Ok,
                wrapper: options.wrapper,
                is_suspended: false,
                deferred: Vec::new(),
                blob_credentials: CredentialState::Valid,
                cloud_credentials: CredentialState::Valid,
                blob_requests: LinkState::Up,
                blob_answers: LinkState::Up,
                cloud_requests: LinkState::Up,
                cloud_answers: LinkState::Up,
                latency: has_latency_range.then(|| {
                    Stream::named(
                        seed,
                        &format!("latency/{}", scenario.names.operators[index]),
                    )
                }),
            })
            .collect();
        let order = match scenario.start_order {
            StartOrder::File => None,
            StartOrder::Shuffled => Some(Stream::named(seed, "order")),
        };
        let mut cloud = Cloud::default();
        for resource in &scenario.before.cloud {
            cloud.place(*resource, scenario.configuration.get(*resource));
        }
        let service = service_before(scenario, &mut identity, &mut cloud);
        let mut world = Self {
            recorder: Recorder::new(recording),
            service,
            lease: LeaseWatch::new(scenario),
            cloud,
            network: Network::default(),
            rules: Rules::new(seed),
            script: Script::new(scenario),
            machines,
            runs: vec![None; scenario.names.runs.len()],
            started: Vec::new(),
            alive: 0,
            identity,
            order,
            effects: Vec::new(),
            vacuities: Vec::new(),
            last_lock: None,
            limit_reached: false,
            scenario: Arc::clone(scenario),
        };
        world.lease.track(world.service.blob());
        world
    }

    /// Reacts to an event.
    pub fn react(&mut self, event: Event, agenda: &mut Agenda) {
        match event {
            Event::Timer(run, timer) => self.on_timer(run, timer, event, agenda),
            Event::RequestArrives(slot) => self.on_request(slot, agenda),
            Event::AnswerArrives(slot) => self.on_answer(slot, event, agenda),
            Event::OperationDue(slot) => self.on_operation_due(slot, agenda),
            Event::OperationReported(run, end) => self.on_reported(run, end, event, agenda),
            Event::RunnerSignals(run, signal) => self.signal(run, signal, agenda),
            Event::LinkHeals(token) => self.on_link_heals(token, agenda),
            Event::LeaseDue => self.watch_lease(agenda),
        }
    }

    /// Whether the event concerns a process that has ended: it does not occur, and a replication
    /// does not last until its time.
    pub fn is_moot(&self, event: Event) -> bool {
        match event {
            Event::Timer(run, _)
            | Event::OperationReported(run, _)
            | Event::RunnerSignals(run, _) => !self.run(run).is_alive(),
            Event::RequestArrives(_)
            | Event::AnswerArrives(_)
            | Event::OperationDue(_)
            | Event::LinkHeals(_)
            | Event::LeaseDue => false,
        }
    }

    /// Records that a bound ended the replication.
    pub fn reach_limit(&mut self, now: SimTime) {
        self.limit_reached = true;
        self.record(now, Actor::Scenario, || ScriptFact::LimitReached);
    }

    /// What there is to see.
    pub fn observe(&self, now: SimTime) -> Observation {
        observe::observe(self, now)
    }

    /// The facts so far.
    pub fn into_entries(self) -> (Vec<Entry>, Vec<Vacuity>) {
        let mut vacuities = self.vacuities;
        vacuities.extend(self.rules.unstruck());
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

    fn machine_mut(&mut self, operator: OperatorId) -> &mut Machine {
        &mut self.machines[position(operator.0)]
    }

    /// Whether the event has to wait because the machine of `run` sleeps.
    fn defers(&mut self, run: RunId, event: Event) -> bool {
        let operator = self.run(run).operator;
        let machine = self.machine_mut(operator);
        if machine.is_suspended {
            machine.deferred.push(event);
        }
        machine.is_suspended
    }

    fn on_timer(&mut self, run: RunId, timer: Timer, event: Event, agenda: &mut Agenda) {
        if self.defers(run, event) {
            return;
        }
        match &self.run(run).runner {
            Runner::Terraform(_) => self.deliver(run, Input::Timer(timer), agenda),
            Runner::Az(command) => {
                let command = command.clone();
                self.begin_az(run, &command, agenda);
            }
            Runner::Instant => {}
        }
    }

    fn on_reported(&mut self, run: RunId, end: OperationEnd, event: Event, agenda: &mut Agenda) {
        if !self.defers(run, event) {
            self.deliver(run, Input::OperationEnded(end), agenda);
        }
    }

    /// Starts a command.
    fn start_run(
        &mut self,
        run: RunId,
        operator: OperatorId,
        command: &Arc<Command>,
        agenda: &mut Agenda,
    ) {
        let now = agenda.now;
        self.record(now, Actor::Operator(operator), || ProcessFact::Started {
            run,
            line: Arc::clone(&command.line),
        });
        self.rules.set_phase(run);
        self.started.push(run);
        self.alive += 1;
        let runner = match &command.program {
            Program::Terraform(invocation) => {
                let invocation = self.fill_placeholder(invocation);
                let file = named_file(&invocation.action)
                    .and_then(|name| self.machine(operator).files.get(name).cloned());
                let invocation = Arc::new(invocation);
                Runner::Terraform(Box::new(Process::new(run, operator, invocation, file)))
            }
            Program::Az(command) => Runner::Az(command.clone()),
            Program::File(_) => Runner::Instant,
        };
        self.runs[position(run.0)] = Some(Run {
            operator,
            command: Arc::clone(command),
            runner,
            end: None,
            ended_at: None,
            errors: Vec::new(),
            is_pipe_broken: false,
        });
        match &command.program {
            Program::Terraform(_) => self.deliver(run, Input::Start, agenda),
            Program::Az(_) => {
                let due = now + self.scenario.timing.start;
                agenda
                    .events
                    .schedule(due, Event::Timer(run, Timer::Started));
            }
            Program::File(file_command) => self.run_file_command(run, file_command, agenda),
        }
    }

    /// `<LOCK_ID>` becomes the ID in the lock info, or else the last one that was there.
    fn fill_placeholder(&self, invocation: &Invocation) -> Invocation {
        let mut invocation = invocation.clone();
        if let Action::ForceUnlock { id, .. } = &mut invocation.action
            && *id == LockIdArgument::Placeholder
        {
            *id = LockIdArgument::Literal(self.lock_id().into());
        }
        invocation
    }

    fn lock_id(&self) -> String {
        let info = self
            .service
            .blob()
            .and_then(|blob| blob.metadata)
            .or(self.last_lock);
        let zero = "00000000-0000-0000-0000-000000000000".to_owned();
        info.map_or(zero, |info| info.id.to_string())
    }

    /// Tells a process what happened, and does what it wants done.
    fn deliver(&mut self, run: RunId, input: Input, agenda: &mut Agenda) {
        let mut effects = std::mem::take(&mut self.effects);
        let Self {
            cloud,
            identity,
            order,
            machines,
            scenario,
            runs,
            ..
        } = self;
        let state = runs[position(run.0)]
            .as_mut()
            .expect("a run that has started");
        let machine = &machines[position(state.operator.0)];
        let Runner::Terraform(process) = &mut state.runner else {
            unreachable!("only Terraform processes are told")
        };
        let mut context = Context {
            now: agenda.now,
            client: &scenario.client,
            start: scenario.timing.start,
            plan: scenario.timing.plan,
            takes_blob_snapshots: scenario.takes_blob_snapshots,
            names: &scenario.names,
            cloud: &cloud::View {
                cloud,
                names: &scenario.names,
            },
            disk: machine.disk,
            configuration: &machine.configuration,
            identity,
            order: order.as_mut(),
            effects: &mut effects,
        };
        process.handle(input, &mut context);
        for effect in effects.drain(..) {
            self.carry_out(run, effect, agenda);
        }
        self.effects = effects;
    }

    fn carry_out(&mut self, run: RunId, effect: Effect, agenda: &mut Agenda) {
        if !self.run(run).is_alive() {
            return;
        }
        match effect {
            Effect::Send(lane, out) => self.send(run, lane, out, agenda),
            Effect::SetTimer(duration, timer) => {
                agenda
                    .events
                    .schedule(agenda.now + duration, Event::Timer(run, timer));
            }
            Effect::Operate(order) => self.begin_operation(run, order, agenda),
            Effect::StopProviders => self.stop_providers(run, agenda),
            Effect::LeaveProviders => self.leave_providers(run, agenda),
            Effect::WriteFile(name, content) => {
                let operator = self.run(run).operator;
                self.write_file(operator, name, content, agenda.now);
            }
            Effect::Print(content) => self.print_state(run, content, agenda.now),
            Effect::Tell(news) => self.tell(run, news, agenda),
            Effect::Exit(end) => self.end_run(run, end, None, agenda.now),
        }
    }

    fn end_run(&mut self, run: RunId, end: RunEnd, signal: Option<Signal>, now: SimTime) {
        let state = self.run_mut(run);
        assert!(state.is_alive(), "a run ends once");
        state.end = Some(end);
        state.ended_at = Some(now);
        let operator = state.operator;
        self.alive -= 1;
        self.record(now, Actor::Operator(operator), || ProcessFact::Ended {
            run,
            end,
            signal,
        });
    }

    /// A signal reaches a process.
    fn signal(&mut self, run: RunId, signal: Signal, agenda: &mut Agenda) {
        let Some(state) = &self.runs[position(run.0)] else {
            return;
        };
        if !state.is_alive() {
            return;
        }
        let operator = state.operator;
        let is_asleep = self.machine(operator).is_suspended;
        if is_asleep && signal != Signal::Kill {
            self.machine_mut(operator)
                .deferred
                .push(Event::RunnerSignals(run, signal));
            return;
        }
        self.record(agenda.now, Actor::Operator(operator), || {
            ProcessFact::Signalled(signal)
        });
        let is_terraform = matches!(self.run(run).runner, Runner::Terraform(_));
        match signal {
            Signal::Pipe => self.run_mut(run).is_pipe_broken = true,
            Signal::Interrupt | Signal::Terminate if is_terraform => {
                // "Interrupt received" is output, too.
                if self.run(run).is_pipe_broken {
                    self.kill(run, Signal::Pipe, agenda.now);
                } else {
                    self.deliver(run, Input::Interrupt, agenda);
                }
            }
            Signal::Interrupt | Signal::Terminate | Signal::HangUp | Signal::Kill => {
                self.kill(run, signal, agenda.now);
            }
        }
    }

    /// A process ends at once. What the cloud was asked for goes on.
    fn kill(&mut self, run: RunId, signal: Signal, now: SimTime) {
        let exit = signal.shell_status();
        let end = match &mut self.run_mut(run).runner {
            Runner::Terraform(process) => process.kill(exit),
            Runner::Az(_) | Runner::Instant => RunEnd {
                exit,
                plan: None,
                applied: None,
            },
        };
        self.cloud.detach(run);
        self.end_run(run, end, Some(signal), now);
    }
}

/// The file that a command reads before anything else.
fn named_file(action: &Action) -> Option<&Arc<str>> {
    match action {
        Action::StatePush { file, .. } | Action::ApplySaved { file, .. } => Some(file),
        Action::Show { file } => file.as_ref(),
        Action::Init
        | Action::WorkspaceList
        | Action::Plan { .. }
        | Action::Apply { .. }
        | Action::Refresh { .. }
        | Action::Import { .. }
        | Action::ForceUnlock { .. }
        | Action::StateList
        | Action::StateShow(_)
        | Action::StatePull
        | Action::StateRemove(_)
        | Action::StateMove { .. }
        | Action::Output
        | Action::Taint(_)
        | Action::Untaint(_) => None,
    }
}

/// A request that a process waits for, on one of its lanes.
#[derive(Debug, Clone)]
struct Waiting {
    run: RunId,
    lane: RequestLane,
    out: Outgoing,
    answer: Option<Answer>,
}
