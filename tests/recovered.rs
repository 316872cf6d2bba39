//! What is graded recovered is recovered: the definition's own test, over random runbooks on
//! random wrecks, without a look at how the grade comes about.
//!
//! The runbook's commands are typed once more, and every instant is looked at. In sync at the end,
//! by the plans of everybody; nothing lost; nothing real destroyed that was not to be; no lock
//! taken from the living; and nothing that no copy and no living process held for a while.

mod runbook;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use leaselab::kernel::{Seed, SimDuration, SimTime};
use leaselab::runbook::{self as grading, Graded, Outcome};
use leaselab::scenario::{self, Scenario};
use leaselab::simulation::{Recording, Session, Simulation, Waited};
use leaselab::terraform::process::ProcessPhase;
use leaselab::terraform::{
    Attributes, ObjectId, OperatorId, ResourceId, RunId, StateFile, StateSnapshot,
};
use leaselab::timeline::{LeaseObservation, LocalFile, LockObservation, ObjectStatus, Observation};
use rayon::prelude::*;
use serde_json::{Value, json};

use crate::advice;
use crate::places::{Drawn as _, Place, translate};
use crate::sync::oracle::not_in_sync;

const PATIENCE: SimDuration = SimDuration::from_seconds(24 * 60 * 60);

/// A random wreck with its mender, and in every second one no fault that goes on. What a step
/// waits for may never come: then all begin without.
fn document(number: u64, place: Place, waits: bool) -> Value {
    let mut document = advice::document(number, Place::Azurerm);
    let is_local = document["backend"]["type"] == "local";
    let steps = document["steps"].as_array_mut().unwrap();
    if !waits {
        for step in steps.iter_mut() {
            step.as_object_mut().unwrap().remove("when");
        }
    }
    if !steps.iter().any(|step| step.get("wreck").is_some()) {
        if number.is_multiple_of(2) {
            let mut ends = vec![json!({ "faults": [] })];
            for who in ["alice", "bob"] {
                let peers: &[&str] = if is_local {
                    &["cloud"]
                } else {
                    &["blob", "cloud"]
                };
                let links = peers
                    .iter()
                    .map(|peer| json!({ "heal": format!("{who} <-> {peer}") }));
                ends.extend(links);
                ends.push(json!({ "resume": who }));
                ends.push(json!({ "disk": { who: "ok" } }));
                let valid = json!({ "credentials": { who: { "cloud": "valid" } } });
                ends.push(valid);
                if !is_local {
                    ends.push(json!({ "credentials": { who: { "blob": "valid" } } }));
                }
            }
            for mut end in ends {
                end["after"] = json!("0s");
                steps.push(end);
            }
        }
        // In every fourth one a colleague is at work.
        let after = match number % 4 {
            1 => {
                let line = "terraform apply -auto-approve";
                steps.push(json!({ "run": line, "as": "bob", "id": "late", "after": "1s" }));
                "3s"
            }
            2 => "3h",
            _ => "4s",
        };
        steps.push(json!({ "wreck": "alice", "after": after }));
    }
    translate(&mut document, place, number);
    document
}

fn scenario(number: u64, place: Place, waits: bool) -> Option<Arc<Scenario>> {
    let yaml = serde_yaml::to_string(&document(number, place, waits)).unwrap();
    scenario::parse("wreck.yaml", yaml.as_bytes())
        .ok()
        .map(Arc::new)
}

/// What can be known of an object besides what the cloud says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Known {
    Record(ObjectId),
    Inputs(ObjectId),
    Taint(ObjectId),
}

impl Known {
    const fn object(self) -> ObjectId {
        match self {
            Self::Record(id) | Self::Inputs(id) | Self::Taint(id) => id,
        }
    }
}

/// The state files that there are at an instant, in the backend, in directories and in blobs, and
/// those that a version, a blob snapshot or an undeletion can bring back.
fn files(observation: &Observation) -> Vec<&Arc<StateFile>> {
    let mut files: Vec<&Arc<StateFile>> = observation.remote_state().into_iter().collect();
    files.extend(observation.errored.values().filter_map(LocalFile::state));
    files.extend(observation.backup.iter().filter_map(LocalFile::state));
    files.extend(observation.kept.iter().chain(&observation.elsewhere));
    files.extend(&observation.elsewhere_past);
    if let Some(history) = &observation.history {
        let past = history.versions.iter().chain(&history.snapshots);
        let past = past.chain(&history.deleted);
        let can_return = past.filter(|kept| match kept.deletion {
            None => true,
            Some(deletion) => observation.time < deletion.until,
        });
        files.extend(can_return.filter_map(|kept| kept.content.state()));
    }
    files
}

/// The states that there are at an instant: in files, in the backend, in living memory.
fn states(observation: &Observation) -> Vec<StateSnapshot> {
    let files = files(observation).into_iter();
    let files = files.map(|file| file.snapshot.clone());
    let memory = observation.beliefs().map(|(_, belief)| match &belief.walk {
        Some(walk) => walk.state.clone(),
        None => belief.snapshot.clone(),
    });
    files.chain(memory).collect()
}

/// What is known of the objects that exist.
fn known(observation: &Observation) -> BTreeSet<Known> {
    let mut known = BTreeSet::new();
    for state in states(observation) {
        for (_, record) in state.objects() {
            let Some(exists) = observation.cloud.get(record.id) else {
                continue;
            };
            known.insert(Known::Record(record.id));
            // A record of an earlier object of that name says nothing of this one's inputs.
            let is_copied = exists.copied.inputs.is_some();
            let is_true = is_copied && record.inputs.as_ref() == Some(&exists.inputs);
            if is_true && !exists.inputs.is_empty() {
                known.insert(Known::Inputs(record.id));
            }
            if record.is_tainted {
                known.insert(Known::Taint(record.id));
            }
        }
    }
    for (_, belief) in observation.beliefs() {
        if let Some(walk) = &belief.walk {
            let operated = observation.cloud.iter();
            let operated = operated.filter(|(_, object)| walk.operating.contains(&object.resource));
            known.extend(operated.map(|(id, _)| Known::Record(id)));
        }
    }
    known
}

/// All that there was to see from the wreck to the end, and the end of the wreck that nobody
/// touched.
struct Story {
    operator: OperatorId,
    instants: Vec<Observation>,
    untouched: Vec<Observation>,
}

/// Whether an object that exists at first is missing at some instant, or made anew: what has its
/// name later is another one.
fn is_ever_gone(instants: &[Observation], id: ObjectId) -> bool {
    let existed =
        { instants[0].cloud.get(id) }.is_some_and(|object| object.status == ObjectStatus::Exists);
    let mut instants = instants.iter().map(|instant| instant.cloud.get(id));
    instants.any(|object| {
        object.is_none_or(|object| existed && object.status == ObjectStatus::Creating)
    })
}

impl Story {
    fn wreck(&self) -> &Observation {
        &self.instants[0]
    }

    fn end(&self) -> &Observation {
        self.instants.last().unwrap()
    }

    fn untouched(&self) -> &Observation {
        self.untouched.last().unwrap()
    }
}

/// Types the graded commands once more, and looks at every instant.
fn retold(session: &Session, operator: OperatorId, graded: &Graded) -> Story {
    let wreck = session.simulation().observe();
    let mut alone = session.fork().into_simulation();
    let mut untouched = vec![wreck.clone()];
    alone.run_watched(wreck.time + PATIENCE, &mut untouched);
    untouched.push(alone.observe());
    let mut session = session.fork().without_return();
    let mut instants = vec![wreck];
    for step in &graded.steps {
        assert_eq!(session.simulation().now(), step.started, "{step:?}");
        let name = format!("line_{}", step.line);
        let run = session.type_line(operator, &name, &step.text).unwrap();
        for _ in 0..3 {
            match session.wait_watched(run, PATIENCE, &mut instants) {
                Waited::Asks => session.answer(operator, "yes").unwrap(),
                Waited::Ended(_) | Waited::StillRunning => break,
            }
        }
        // Whoever types next may be as quick as that.
        instants.push(session.simulation().observe());
    }
    let mut simulation = session.into_simulation();
    simulation.run_watched(simulation.now() + PATIENCE, &mut instants);
    instants.push(simulation.observe());
    Story {
        operator,
        instants,
        untouched,
    }
}

/// Whether somebody who has run something, or who mends, has the resource in the configuration.
fn is_wanted(story: &Story, resource: ResourceId) -> bool {
    let wreck = story.wreck();
    let ran = wreck.runs.iter().map(|run| run.operator);
    let mut all = ran.chain([story.operator]);
    all.any(|operator| {
        wreck.configurations[usize::from(operator.0)]
            .get(resource)
            .is_some()
    })
}

fn count(observation: &Observation, resource: ResourceId) -> usize {
    let objects = observation.cloud.values();
    objects.filter(|object| object.resource == resource).count()
}

/// Real objects that are gone, that would still be there, and that somebody wants.
fn destroyed(story: &Story) -> Vec<String> {
    let (wreck, end) = (story.wreck(), story.end());
    let mut wrong = Vec::new();
    for (id, object) in wreck.cloud.iter() {
        let resource = object.resource;
        let is_superfluous = count(wreck, resource) > 1 && count(end, resource) > 0;
        let is_half_made = !object.is_whole || object.status == ObjectStatus::Creating;
        let is_gone = is_ever_gone(&story.instants, id) && !is_ever_gone(&story.untouched, id);
        if is_gone && !is_superfluous && !is_half_made && is_wanted(story, resource) {
            wrong.push(format!("{id:?} was destroyed"));
        }
    }
    // What a colleague made in the meantime.
    for (id, object) in story.untouched().cloud.iter() {
        let is_seen = story.instants.iter().any(|instant| {
            let seen = instant.cloud.get(id);
            seen.is_some_and(|seen| seen.is_whole && seen.status == ObjectStatus::Exists)
        });
        if is_seen
            && !end.cloud.contains(id)
            && count(end, object.resource) == 0
            && is_wanted(story, object.resource)
        {
            wrong.push(format!("{id:?} was made and destroyed"));
        }
    }
    wrong
}

/// Whether an object has gone and come back in one instant, under the same name: what copies knew of
/// the first one is not known of the second.
fn is_made_anew(wreck: &Observation, end: &Observation, id: ObjectId) -> bool {
    let [before, after] = [wreck, end].map(|observation| {
        let exists = observation.cloud.get(id);
        exists.map(|exists| exists.copied.inputs.is_some())
    });
    before == Some(true) && after == Some(false)
}

/// Inputs and marks that there were at the wreck and that the state has no more.
fn lost(story: &Story, graded: &Graded) -> Vec<String> {
    let (wreck, end) = (story.wreck(), story.end());
    let nothing = Arc::new(Attributes::new());
    let record = |observation: &Observation, id| {
        let file = observation.remote_state()?;
        let mut records = file.snapshot.objects();
        records.find_map(|(_, record)| (record.id == id).then(|| (**record).clone()))
    };
    let mut wrong = Vec::new();
    for known in known(wreck) {
        let id = known.object();
        let Some(exists) = end.cloud.get(id) else {
            continue;
        };
        if is_ever_gone(&story.instants, id) || is_made_anew(wreck, end, id) {
            continue;
        }
        let Some(recorded) = record(end, id) else {
            wrong.push(format!("{id:?} is not recorded"));
            continue;
        };
        match known {
            Known::Record(_) => {}
            Known::Inputs(_) => {
                if recorded.inputs.as_ref().unwrap_or(&nothing) != &exists.inputs {
                    wrong.push(format!("the inputs of {id:?} are lost"));
                }
            }
            Known::Taint(_) => {
                let is_marked = wreck
                    .cloud
                    .get(id)
                    .is_some_and(|object| object.copied.is_tainted);
                let is_declared = graded
                    .steps
                    .iter()
                    .any(|step| step.text.contains("untaint"))
                    || record(story.untouched(), id).is_some_and(|record| !record.is_tainted);
                if is_marked && !recorded.is_tainted && !(exists.is_whole && is_declared) {
                    wrong.push(format!("{id:?} is marked as tainted no more"));
                }
            }
        }
    }
    wrong
}

/// Whether a run is at work under its lock.
fn is_at_work(observation: &Observation, run: RunId) -> bool {
    let mut runs = observation.runs.iter();
    let belief = runs
        .find(|other| other.run == run)
        .and_then(|run| run.belief.as_ref());
    belief.is_some_and(|belief| {
        matches!(
            belief.phase,
            ProcessPhase::Reading
                | ProcessPhase::Planning
                | ProcessPhase::Prompting
                | ProcessPhase::Walking
                | ProcessPhase::Saving
        )
    })
}

/// Locks that went from a living holder to somebody else, or were freed under it.
fn robbed(story: &Story) -> Vec<String> {
    // What a holder loses by itself, such as a lock that is a session's, nobody takes.
    let untouched = thefts(&story.untouched);
    let thefts = thefts(&story.instants).into_iter();
    let taken = thefts.filter(|theft| !untouched.contains(theft));
    taken
        .map(|(run, time)| format!("{run:?} lost its lock at {time:?}"))
        .collect()
}

/// When locks went from living holders.
fn thefts(instants: &[Observation]) -> Vec<(RunId, SimTime)> {
    let mut thefts = Vec::new();
    for pair in instants.windows(2) {
        let (before, after) = (&pair[0], &pair[1]);
        let Some(holder) = before.living_holder() else {
            continue;
        };
        let run = holder.run;
        if !is_at_work(before, run) || !is_at_work(after, run) {
            continue;
        }
        let has_run_out = after.lock == LockObservation::Lease(LeaseObservation::Expired);
        let is_taken = after.holder_run != Some(run) || !after.lock.is_locked();
        let is_changed = before.lock.id() != after.lock.id() && before.lock.id() == holder.lock_id;
        if !has_run_out && (is_taken || is_changed) {
            thefts.push((run, after.time));
        }
    }
    thefts
}

/// What was known, was not for a while, and is again.
fn gaps(story: &Story) -> Vec<String> {
    let mut ever = BTreeSet::new();
    let mut missing = BTreeSet::new();
    for instant in &story.instants {
        let now = known(instant);
        let gone = ever.difference(&now).copied();
        // An object that was given no inputs has none that anybody could hold.
        let is_missed = |known: &Known| {
            let object = instant.cloud.get(known.object());
            object.is_some_and(|object| match known {
                Known::Inputs(_) => !object.inputs.is_empty(),
                Known::Record(_) | Known::Taint(_) => true,
            })
        };
        missing.extend(gone.filter(is_missed));
        ever.extend(now);
    }
    let kept = states(story.untouched());
    let is_kept = |id: ObjectId| {
        let resource = story.end().cloud.get(id).map(|object| object.resource);
        let mut records = kept.iter().flat_map(StateSnapshot::objects);
        records.any(|(address, record)| record.id == id || Some(address) == resource)
    };
    let back = known(story.end());
    let missing = missing.intersection(&back);
    let missing = missing.filter(|known| is_kept(known.object()));
    missing
        .map(|known| format!("nobody held {known:?} for a while"))
        .collect()
}

/// What a runbook came to, and what contradicts it.
struct Tried {
    outcome: Outcome,
    is_cheating: bool,
    /// Which parts of the definition's test fail.
    fails: Vec<&'static str>,
    contradictions: Vec<String>,
}

impl Tried {
    const fn is_wrong(&self) -> bool {
        !self.fails.is_empty()
    }
}

fn try_one(number: u64, place: Place) -> Option<Tried> {
    let (scenario, session, operator) = [true, false].into_iter().find_map(|waits| {
        let scenario = scenario(number, place, waits)?;
        let simulation = Simulation::new(&scenario, Seed(0), Recording::On);
        let (session, operator) = Session::at_wreck(simulation)?;
        Some((scenario, session, operator))
    })?;
    let text = runbook::runbook((number, place), &session, operator);
    let runbook = match grading::parse("random.md", text.as_bytes()) {
        Ok(runbook) => runbook,
        Err(errors) => panic!("{number}: {}", errors.render("random.md", text.as_bytes())),
    };
    let graded = grading::grade(&runbook, &scenario, Seed(0)).unwrap();
    let story = retold(&session, operator, &graded);
    let (end, last) = (story.end(), graded.report.timeline.last());
    assert!(
        end.cloud == last.cloud && end.remote == last.remote && end.errored == last.errored,
        "{number}: told otherwise"
    );
    let parts = [
        ("in sync", not_in_sync(end)),
        ("nothing destroyed", destroyed(&story)),
        ("nothing lost", lost(&story, &graded)),
        ("no lock taken", robbed(&story)),
        ("held all the time", gaps(&story)),
    ];
    let failing = parts.iter().filter(|(_, wrong)| !wrong.is_empty());
    // Of what is recovered, but, something was not held all the time.
    let asked = match graded.outcome {
        Outcome::Recovered => &parts[..],
        Outcome::RecoveredBut => &parts[..4],
        Outcome::Incomplete | Outcome::Blocked | Outcome::MadeWorse => &[],
    };
    let grade = graded.outcome.words();
    Some(Tried {
        outcome: graded.outcome,
        is_cheating: text.contains("|| true"),
        fails: failing.map(|(part, _)| *part).collect(),
        contradictions: { asked.iter() }
            .flat_map(|(_, wrong)| wrong)
            .map(|wrong| format!("{} {number} is {grade}, and {wrong}:\n{text}", place.word()))
            .collect(),
    })
}

/// `LEASELAB_RUNBOOKS=0..100000` tries those instead.
fn numbers(usual: u64) -> Vec<u64> {
    /// Somebody's apply takes the inputs away on purpose, and the mender's gives them again.
    const UNGIVEN: u64 = 2_493;
    let given = std::env::var("LEASELAB_RUNBOOKS").ok();
    match given.as_deref().and_then(|given| given.split_once("..")) {
        Some((from, to)) => (from.parse().unwrap()..to.parse().unwrap()).collect(),
        None => (0..usual).chain([UNGIVEN]).collect(),
    }
}

#[test]
fn what_is_graded_recovered_is_recovered_by_definition() {
    let tried: Vec<Tried> = { numbers(250).into_par_iter() }
        .filter_map(|number| try_one(number, Place::Azurerm))
        .collect();
    for outcome in Outcome::ALL {
        let all: Vec<&Tried> = tried
            .iter()
            .filter(|tried| tried.outcome == outcome)
            .collect();
        let of = |is_so: fn(&Tried) -> bool| all.iter().filter(|tried| is_so(tried)).count();
        let (cheating, wrong) = (of(|tried| tried.is_cheating), of(Tried::is_wrong));
        println!(
            "{}: {}, {cheating} with careless lines, {wrong} fail the definition's test",
            outcome.words(),
            all.len()
        );
    }
    let mut parts: BTreeMap<&str, usize> = BTreeMap::new();
    for part in tried.iter().flat_map(|tried| &tried.fails) {
        *parts.entry(part).or_default() += 1;
    }
    println!("what fails: {parts:?}");
    let wrong: Vec<&String> = tried
        .iter()
        .flat_map(|tried| &tried.contradictions)
        .collect();
    let some: Vec<&str> = wrong.iter().take(8).map(|wrong| wrong.as_str()).collect();
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        tried.len(),
        some.join("\n")
    );
    if tried.len() < 100 {
        return;
    }
    let count = |is_so: fn(&Tried) -> bool| tried.iter().filter(|tried| is_so(tried)).count();
    let recovered = count(|tried| tried.outcome == Outcome::Recovered);
    let careless = count(|tried| tried.outcome == Outcome::Recovered && tried.is_cheating);
    let caught = count(|tried| tried.outcome == Outcome::MadeWorse && tried.is_wrong());
    let risky = count(|tried| tried.outcome == Outcome::RecoveredBut && tried.is_wrong());
    assert!(
        recovered * 5 > tried.len(),
        "{recovered} of {} are recovered",
        tried.len()
    );
    assert!(careless * 20 > tried.len() && caught * 20 > tried.len() && risky > 0);
    assert!(parts.len() == 5, "{parts:?}");
}

#[test]
fn what_is_graded_recovered_is_recovered_on_every_backend() {
    let mut wrong = Vec::new();
    for place in Place::others() {
        let tried = numbers(20).into_par_iter();
        let tried: Vec<Tried> = tried.filter_map(|number| try_one(number, place)).collect();
        let mut outcomes: BTreeMap<&str, usize> = BTreeMap::new();
        for one in &tried {
            *outcomes.entry(one.outcome.words()).or_default() += 1;
        }
        let mut parts: BTreeMap<&str, usize> = BTreeMap::new();
        for part in tried.iter().flat_map(|tried| &tried.fails) {
            *parts.entry(part).or_default() += 1;
        }
        let found = { tried.iter() }
            .flat_map(|tried| &tried.contradictions)
            .cloned();
        let found: Vec<String> = found.collect();
        println!(
            "{}: {} wrong of {outcomes:?}; what fails: {parts:?}",
            place.word(),
            found.len()
        );
        assert!(outcomes.contains_key("recovered"), "{outcomes:?}");
        wrong.extend(found.into_iter().take(3));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
