//! What plans say of an observation, against what they would say of the perfect record.

use std::collections::BTreeSet;
use std::sync::Arc;

use leaselab::command;
use leaselab::kernel::{Seed, SimDuration, SimTime};
use leaselab::scenario::FindingName;
use leaselab::simulation::{Recording, Simulation};
use leaselab::terraform::configuration::ObjectName;
use leaselab::terraform::invocation::{PlanMode, PlanOptions};
use leaselab::terraform::plan::{CloudView, NodeStep, Plan};
use leaselab::terraform::{
    Attributes, Configuration, Names, ObjectId, OperationKind, RecordedObject, ResourceId,
    StateSnapshot,
};
use leaselab::timeline::{CloudObject, CloudObjects, Observation, Occasion, RemoteState};
use leaselab::verdict::record::due_state;
use leaselab::verdict::{FindingKey, Picture, Subject, mends, picture};
use rayon::prelude::*;

use super::generator::wreck;
use crate::places::{Drawn as _, Place};

/// The cloud as providers read it.
struct Cloud<'o>(&'o CloudObjects);

impl CloudView for Cloud<'_> {
    fn read(&self, object: ObjectId) -> Option<Arc<Attributes>> {
        self.0
            .get(object)
            .map(|object| Arc::clone(&object.attributes))
    }

    fn find(&self, _: &str, _: ResourceId) -> Option<ObjectId> {
        None
    }
}

/// What a plan does: to what, what, and to which object.
type Deeds = BTreeSet<(ResourceId, &'static str, Option<ObjectId>)>;

fn plan(
    observation: &Observation,
    state: &StateSnapshot,
    configuration: &Configuration,
    mode: PlanMode,
    refreshes: bool,
) -> Plan {
    let options = PlanOptions {
        refreshes,
        ..PlanOptions::new(mode)
    };
    Plan::make(&options, state, configuration, &Cloud(&observation.cloud))
}

fn deeds(plan: &Plan) -> Deeds {
    let nodes = plan.nodes.iter();
    nodes
        .filter_map(|node| {
            let what = match node.step {
                NodeStep::Keep => return None,
                NodeStep::Operate(OperationKind::Create) => "create",
                NodeStep::Operate(OperationKind::Update) => "update",
                NodeStep::Operate(OperationKind::Delete) => "delete",
            };
            Some((
                node.resource,
                what,
                node.recorded.as_ref().map(|record| record.id),
            ))
        })
        .collect()
}

/// All plans that an operator can ask for.
fn all_plans(observation: &Observation, state: &StateSnapshot) -> Vec<Deeds> {
    let mut all = Vec::new();
    for configuration in &observation.configurations {
        for mode in [PlanMode::Normal, PlanMode::Destroy] {
            for refreshes in [true, false] {
                all.push(deeds(&plan(
                    observation,
                    state,
                    configuration,
                    mode,
                    refreshes,
                )));
            }
        }
    }
    all
}

fn remote(observation: &Observation) -> StateSnapshot {
    let file = observation.remote_state();
    file.map_or_else(StateSnapshot::default, |file| file.snapshot.clone())
}

/// Whether the configuration has this object under this address.
fn has(configuration: &Configuration, resource: ResourceId, object: ObjectId) -> bool {
    configuration
        .get(resource)
        .is_some_and(|config| match config.name {
            ObjectName::Given(name) => {
                object
                    == ObjectId {
                        name,
                        generation: 0,
                    }
            }
            ObjectName::Generated(_) => true,
        })
}

/// What a plan from the real state does though nothing but the state can be to blame: without a
/// look at the perfect record.
fn blunders(observation: &Observation) -> Vec<String> {
    let state = remote(observation);
    let mut blunders = Vec::new();
    for configuration in &observation.configurations {
        let plan = plan(observation, &state, configuration, PlanMode::Normal, true);
        for (resource, what, object) in deeds(&plan) {
            if what == "create"
                && let Some(ObjectName::Given(name)) = configuration.get(resource).map(|c| c.name)
            {
                let id = ObjectId {
                    name,
                    generation: 0,
                };
                let is_recorded = state.objects().any(|(_, record)| record.id == id);
                if observation.cloud.contains(id) && !is_recorded {
                    blunders.push(format!("creates {id:?}, which exists"));
                }
            }
            let (Some(object), "delete") = (object, what) else {
                continue;
            };
            let is_tainted = state
                .object(resource)
                .is_some_and(|record| record.is_tainted);
            if has(configuration, resource, object) && !is_tainted {
                blunders.push(format!("replaces {object:?}"));
            }
        }
    }
    blunders
}

/// What is said to be in sync and is not.
pub(crate) fn not_in_sync(observation: &Observation) -> Vec<String> {
    let mut wrong = blunders(observation);
    let (state, due) = (remote(observation), due_state(observation));
    if all_plans(observation, &state) != all_plans(observation, &due) {
        wrong.push(format!("other plans than from {due:#?}, from {state:#?}"));
    }
    let mut recorded: Vec<ObjectId> = state.objects().map(|(_, record)| record.id).collect();
    recorded.sort_unstable();
    let existing: Vec<ObjectId> = observation.cloud.ids().collect();
    if recorded != existing {
        wrong.push(format!("{recorded:?} is recorded, and {existing:?} exists"));
    }
    if observation.lock.is_locked() {
        wrong.push("the lock is held".to_owned());
    }
    // What some copy still has under the object's own address, the state has.
    let files = observation.errored.values().filter_map(|file| file.state());
    for (address, copy) in files.flat_map(|file| file.snapshot.objects()) {
        let mut records = state.objects().filter(|(_, record)| record.id == copy.id);
        let exists = observation.cloud.get(copy.id);
        let lacks = |record: &RecordedObject| {
            let is_true = exists.is_some_and(|exists| {
                exists.resource == address && copy.inputs.as_ref() == Some(&exists.inputs)
            });
            let has_any = copy
                .inputs
                .as_ref()
                .is_some_and(|inputs| !inputs.is_empty());
            is_true && has_any && record.inputs != copy.inputs
        };
        if records.any(|(_, record)| lacks(record)) {
            wrong.push(format!(
                "only errored.tfstate has the inputs of {:?}",
                copy.id
            ));
        }
    }
    wrong
}

/// Whether a finding is one that somebody's plan must show.
fn is_visible(observation: &Observation, key: &FindingKey) -> bool {
    let Subject::Resource(resource) = key.subject else {
        return false;
    };
    let state = remote(observation);
    let record = state.object(resource);
    let exists = record.and_then(|record| observation.cloud.get(record.id));
    let configs = || {
        let all = observation.configurations.iter();
        all.filter_map(|all| all.get(resource))
    };
    match key.name {
        FindingName::OrphanedObject | FindingName::GhostObject | FindingName::RecordedTwice => true,
        // Names that the cloud makes up stand in no configuration.
        FindingName::WrongAddress => record.is_some_and(|record| record.id.generation == 0),
        FindingName::LostInputs => shows(record, exists, |record, exists| {
            let nothing = Arc::new(Attributes::new());
            let due = exists.copied.inputs.as_ref().unwrap_or(&nothing);
            let had = record.inputs.as_ref().unwrap_or(&nothing);
            exists.resource == resource
                && exists.copied.is_tainted == record.is_tainted
                && !record.is_tainted
                && record.attributes == exists.attributes
                && configs().any(|config| {
                    has_name(config.name, record.id)
                        && config.attributes == exists.attributes
                        && ((config.inputs == *due) != (config.inputs == *had))
                })
        }),
        FindingName::TaintedObject => shows(record, exists, |record, exists| {
            exists.resource == resource
                && !record.is_tainted
                && configs().any(|config| has_name(config.name, record.id))
        }),
        FindingName::StaleAttributes => shows(record, exists, |record, exists| {
            exists.resource == resource
                && exists.copied.is_tainted == record.is_tainted
                && !record.is_tainted
                && record.inputs == exists.copied.inputs
                && configs().any(|config| {
                    has_name(config.name, record.id)
                        && record.inputs.as_ref() == Some(&config.inputs)
                        && ((config.attributes == record.attributes)
                            != (config.attributes == exists.attributes))
                })
        }),
        FindingName::DuplicateObject
        | FindingName::LineageMismatch
        | FindingName::SpuriousErrored
        | FindingName::ForkedState
        | FindingName::StaleErrored
        | FindingName::RemoteBehindErrored
        | FindingName::OrphanedLock
        | FindingName::LeftoverLockInfo
        | FindingName::CorruptState
        | FindingName::StateLost
        | FindingName::DigestMismatch
        | FindingName::LostUpdate
        | FindingName::LimitReached => false,
    }
}

fn has_name(name: ObjectName, object: ObjectId) -> bool {
    match name {
        ObjectName::Given(name) => {
            object
                == ObjectId {
                    name,
                    generation: 0,
                }
        }
        ObjectName::Generated(_) => true,
    }
}

fn shows(
    record: Option<&Arc<RecordedObject>>,
    exists: Option<&CloudObject>,
    is_so: impl Fn(&RecordedObject, &CloudObject) -> bool,
) -> bool {
    record
        .zip(exists)
        .is_some_and(|(record, exists)| is_so(record, exists))
}

/// What is said not to be in sync for a reason that plans show, and none shows it.
fn not_out_of_sync(observation: &Observation, keys: &[FindingKey]) -> Vec<String> {
    let visible: Vec<&FindingKey> = { keys.iter() }
        .filter(|key| is_visible(observation, key))
        .collect();
    let (state, due) = (remote(observation), due_state(observation));
    if visible.is_empty() || all_plans(observation, &state) != all_plans(observation, &due) {
        return Vec::new();
    }
    vec![format!(
        "{visible:?}, and no plan shows it: {state:#?}\n{:#?}",
        observation.cloud
    )]
}

/// How often which side was tried.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tried {
    pub(super) in_sync: usize,
    pub(super) visible: usize,
    pub(super) mended: usize,
    pub(super) commands: usize,
}

impl Tried {
    fn plus(self, other: Self) -> Self {
        Self {
            in_sync: self.in_sync + other.in_sync,
            visible: self.visible + other.visible,
            mended: self.mended + other.mended,
            commands: self.commands + other.commands,
        }
    }
}

fn look(simulation: &Simulation) -> (Arc<Observation>, Picture) {
    let observation = Arc::new(simulation.observe());
    let picture = picture(simulation.names(), &observation, Occasion::Look, None);
    (observation, picture)
}

fn judge(observation: &Observation, picture: &Picture, tried: &mut Tried) -> Vec<String> {
    let is_alive = observation.runs.iter().any(|run| run.end.is_none());
    if picture.in_sync() {
        tried.in_sync += 1;
        return not_in_sync(observation);
    }
    if is_alive {
        return Vec::new();
    }
    let shown = picture
        .keys()
        .iter()
        .any(|key| is_visible(observation, key));
    tried.visible += usize::from(shown);
    not_out_of_sync(observation, picture.keys())
}

const ROUNDS_MAX: usize = 16;
const PATIENCE: SimDuration = SimDuration::from_seconds(24 * 60 * 60);

/// Follows the advice from the end on: whatever it is, it gives no object up, and what it ends with
/// is judged, too.
fn follow(mut simulation: Simulation, tried: &mut Tried) -> Vec<String> {
    simulation.take_over();
    simulation.lift_faults();
    let mut wrong = Vec::new();
    let mut typed: Vec<String> = Vec::new();
    for round in 0..ROUNDS_MAX {
        let (observation, picture) = look(&simulation);
        if picture.in_sync() || observation.runs.iter().any(|run| run.end.is_none()) {
            break;
        }
        let advised = mends(picture.findings());
        if advised.is_empty() {
            break;
        }
        for (number, mend) in advised.iter().enumerate() {
            let command = command::parse(&mend.line, simulation.names()).unwrap();
            let name = format!("mend_{round}_{number}");
            let run = simulation.type_command(mend.operator, name, command);
            simulation.run_until_all_ended(simulation.now() + PATIENCE);
            typed.push(mend.line.clone());
            tried.commands += 1;
            let is_failed = simulation.run_end(run).is_none_or(|end| end.exit != 0);
            if is_failed {
                let (after, _) = look(&simulation);
                let errors = after.runs.last().map(|run| Arc::clone(&run.errors));
                wrong.push(format!("{} fails: {errors:?} of {typed:#?}", mend.line));
            }
        }
        let (after, _) = look(&simulation);
        for (id, object) in observation.cloud.iter() {
            match after.cloud.get(id) {
                None => wrong.push(format!("{typed:?} gives up {id:?}")),
                Some(now)
                    if object.copied.inputs.is_some()
                        && now.copied.inputs != object.copied.inputs =>
                {
                    wrong.push(format!("{typed:?} changes the inputs of {id:?}"));
                }
                Some(_) => {}
            }
            if let Some(inputs) = &object.copied.inputs
                && has_copy(&observation, id, inputs)
                && !has_copy(&after, id, inputs)
            {
                wrong.push(format!(
                    "{typed:?} removes the last copy of the inputs of {id:?}"
                ));
            }
        }
    }
    let (observation, picture) = look(&simulation);
    wrong.extend(judge(&observation, &picture, tried));
    tried.mended += usize::from(picture.in_sync());
    let is_beyond = picture
        .findings()
        .iter()
        .filter(|finding| finding.key().blocks());
    let is_beyond = { is_beyond }.all(|finding| finding.mends.is_empty() && finding.hint.is_some());
    let is_alive = observation.runs.iter().any(|run| run.end.is_none());
    if !picture.in_sync() && !is_beyond && !is_alive && wrong.is_empty() {
        let left: Vec<_> = picture
            .findings()
            .iter()
            .map(|f| (&f.evidence, &f.mends))
            .collect();
        wrong.push(format!("after {typed:#?} is left {left:#?}"));
    }
    wrong
}

fn has_copy(observation: &Observation, id: ObjectId, inputs: &Arc<Attributes>) -> bool {
    let errored = observation.errored.values().filter_map(|file| file.state());
    let mut records =
        { errored.chain(observation.remote_state()) }.flat_map(|file| file.snapshot.objects());
    inputs.is_empty()
        || records.any(|(_, record)| record.id == id && record.inputs.as_ref() == Some(inputs))
}

/// One wreck: what is wrong with it.
pub(super) fn try_wreck(seed: u64, place: Place, tried: &mut Tried) -> Vec<String> {
    let Some(scenario) = wreck(seed, place) else {
        return Vec::new();
    };
    let mut simulation = Simulation::new(&scenario, Seed(seed), Recording::Off);
    // The last step only says which names there are.
    simulation.run_until_step(scenario.steps.len() - 1);
    let wrong = try_ending(simulation, tried);
    let described = wrong
        .iter()
        .map(|wrong| format!("{} wreck {seed}: {wrong}", place.word()));
    described.collect()
}

/// One wreck of those in which advice is followed, which have conditions, phases and rules for
/// the cloud besides: what is wrong with it.
pub(super) fn try_wreck_of_advice(seed: u64, place: Place, tried: &mut Tried) -> Vec<String> {
    let Some(scenario) = crate::advice::scenario(seed, place) else {
        return Vec::new();
    };
    let mut simulation = Simulation::new(&scenario, Seed(seed), Recording::Off);
    simulation.run_until(SimTime::MAX);
    let wrong = try_ending(simulation, tried);
    let described =
        { wrong.iter() }.map(|wrong| format!("{} wreck of advice {seed}: {wrong}", place.word()));
    described.collect()
}

/// What was observed on the way, the end, and what follows if its advice is followed.
fn try_ending(simulation: Simulation, tried: &mut Tried) -> Vec<String> {
    let names: &Arc<Names> = simulation.names();
    let mut wrong = Vec::new();
    for observed in simulation.observations() {
        let picture = picture(names, &observed.observation, observed.occasion, None);
        wrong.extend(judge(&observed.observation, &picture, tried));
    }
    let (observation, picture) = look(&simulation);
    wrong.extend(judge(&observation, &picture, tried));
    wrong.extend(follow(simulation, tried));
    wrong
}

fn try_all(seeds: std::ops::Range<u64>, place: Place) -> (Tried, Vec<String>) {
    let one = |seed| {
        let mut tried = Tried::default();
        let mut wrong = try_wreck(seed, place, &mut tried);
        wrong.extend(try_wreck_of_advice(seed, place, &mut tried));
        (tried, wrong)
    };
    seeds.into_par_iter().map(one).reduce(
        || (Tried::default(), Vec::new()),
        |(tried, mut wrong), (other, more)| {
            wrong.extend(more);
            (tried.plus(other), wrong)
        },
    )
}

/// `LEASELAB_WRECKS=0..100000` tries those instead.
fn seeds(count: u64) -> std::ops::Range<u64> {
    let given = std::env::var("LEASELAB_WRECKS").ok();
    let given = given.as_deref().and_then(|given| given.split_once(".."));
    given.map_or(0..count, |(from, to)| {
        from.parse().unwrap()..to.parse().unwrap()
    })
}

#[test]
fn in_sync_is_what_gives_every_operator_the_plan_of_the_perfect_record() {
    let seeds = seeds(600);
    let count = usize::try_from(seeds.end - seeds.start).unwrap();
    let (tried, wrong) = try_all(seeds, Place::Azurerm);
    println!("{tried:?}");
    let some = wrong[..wrong.len().min(12)].join("\n\n");
    assert!(wrong.is_empty(), "{} of {count}:\n{some}", wrong.len());
    assert!(
        tried.in_sync * 4 > count && tried.visible * 4 > count,
        "{tried:?}"
    );
}

#[test]
fn in_sync_means_the_same_on_every_backend() {
    let mut wrong = Vec::new();
    for place in Place::others() {
        let (tried, more) = try_all(seeds(25), place);
        println!("{}: {} wrong, {tried:?}", place.word(), more.len());
        assert!(tried.in_sync > 5 && tried.visible > 5, "{tried:?}");
        wrong.extend(more.into_iter().take(4));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// A state that is changed so that it is wrong: the verdict and the plans must both say so.
fn spoiled(observation: &Observation, kind: u32) -> Option<Observation> {
    let mut spoiled = observation.clone();
    let RemoteState::State(file) = &observation.remote else {
        return None;
    };
    let mut file = (**file).clone();
    let all: Vec<_> = observation.remote_state()?.snapshot.objects().collect();
    let (resource, record) = all.iter().find(|(_, record)| record.id.generation == 0)?;
    let other = ResourceId(u32::from(resource.0 == 0));
    match kind {
        // Under another address that is free; a second time; not at all.
        0 => {
            all.iter().all(|(taken, _)| *taken != other).then_some(())?;
            file.snapshot.remove(*resource);
            file.snapshot.record(other, Arc::clone(record));
        }
        1 => {
            all.iter().all(|(taken, _)| *taken != other).then_some(())?;
            file.snapshot.record(other, Arc::clone(record));
        }
        2 => file.snapshot.remove(*resource),
        // Without its inputs, where everybody's configuration has them.
        _ => {
            let inputs = record.inputs.as_ref().filter(|inputs| !inputs.is_empty())?;
            let mut all = observation.configurations.iter();
            let is_configured = all.all(|configuration| {
                configuration.get(*resource).is_some_and(|config| {
                    config.inputs == *inputs && config.attributes == record.attributes
                })
            });
            let exists = observation.cloud.get(record.id)?;
            (is_configured && exists.copied.inputs.as_ref() == Some(inputs)).then_some(())?;
            let lost = RecordedObject {
                inputs: None,
                ..(***record).clone()
            };
            file.snapshot.record(*resource, Arc::new(lost));
        }
    }
    spoiled.remote = RemoteState::State(Arc::new(file));
    Some(spoiled)
}

#[test]
fn a_state_that_is_spoiled_is_not_in_sync_and_the_plans_show_it() {
    let mut counts = [0; 4];
    for seed in 0..150 {
        let Some(scenario) = wreck(seed, Place::Azurerm) else {
            continue;
        };
        let mut simulation = Simulation::new(&scenario, Seed(seed), Recording::Off);
        simulation.run_until_step(scenario.steps.len() - 1);
        for observed in simulation.observations() {
            let judge = |observation: Observation| {
                let observation = Arc::new(observation);
                let picture = picture(simulation.names(), &observation, Occasion::Look, None);
                (observation, picture.in_sync())
            };
            if !judge((*observed.observation).clone()).1 {
                continue;
            }
            for kind in 0..4 {
                let Some(spoiled) = spoiled(&observed.observation, kind) else {
                    continue;
                };
                let (spoiled, in_sync) = judge(spoiled);
                assert!(!in_sync, "wreck {seed}, {kind}: in sync");
                assert!(!not_in_sync(&spoiled).is_empty(), "wreck {seed}, {kind}");
                counts[usize::try_from(kind).unwrap()] += 1;
            }
        }
    }
    assert!(counts.iter().all(|count| *count > 10), "{counts:?}");
}
