//! Compares what a recording says with what the simulation gave, field by field.

#[path = "compare/gcs.rs"]
mod gcs;
#[path = "compare/http.rs"]
mod http;
#[path = "compare/local.rs"]
mod local;
#[path = "compare/pg.rs"]
mod pg;
#[path = "compare/requests.rs"]
mod requests;
#[path = "compare/s3.rs"]
mod s3;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use leaselab::scenario::{Scenario, Verb};
use leaselab::service::Refusal;
use leaselab::service::azure::LeaseId;
use leaselab::terraform::{
    Counts, Diagnostic, Entry as StateEntry, Lineage, Names, OperatorId, RunId, Scalar, StateFile,
};
use leaselab::timeline::{
    LeaseObservation, LocalFile, LockObservation, Observation, RemoteState, Timeline,
};

use self::requests::compare_requests;
use super::format::{
    AfterRecord, BackendKind, CountsRecord, Hand, Item, Recording, StateRecord, StepRecord,
};
use super::translate::operator;

/// A field in which they differ.
#[derive(Debug)]
pub(crate) struct Difference {
    pub(crate) field: String,
    pub(crate) recorded: String,
    pub(crate) simulated: String,
}

/// What came of a comparison.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    pub(crate) differences: Vec<Difference>,
    /// How often Azurite's code for a lease that is gone stood where Azure has another.
    pub(crate) azurite_codes: usize,
    /// From where on the recording and the simulation have different stories.
    pub(crate) parted: Option<Parting>,
    /// Which of our IDs and lineages goes by which name in the recording.
    aliases: BTreeMap<String, String>,
}

/// Where two stories part, and why.
#[derive(Debug)]
pub(crate) struct Parting {
    /// The first command whose end is not compared any more.
    pub(crate) step: String,
    pub(crate) reason: PartingReason,
}

/// Why two stories part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PartingReason {
    /// Azurite stored a put with an ID where there was no blob, which Azure refuses.
    PutWithoutBlob,
    /// The label under which requests are counted changed while one was on its way: it counts here
    /// under the one, there under the other, and a fault rule strikes those of one of them.
    TieOfLabels,
}

impl PartingReason {
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::PutWithoutBlob => "where Azurite stores what Azure refuses",
            Self::TieOfLabels => {
                "where a request and the change of its label tie, and a rule names the label"
            }
        }
    }
}

/// What the recording looks at, in the order of its script.
#[derive(Debug, Clone, Copy)]
enum Look<'a> {
    /// At everything, when a command has exited or something was done by hand.
    Step(&'a StepRecord),
    /// At the names in the directory of the state.
    Files(&'a [String]),
}

fn looks(recording: &Recording) -> Vec<Look<'_>> {
    let mut steps = recording.steps.iter();
    let mut inits = recording.recorded_inits();
    let mut looks = Vec::new();
    for item in &recording.script {
        let is_recorded_init = inits > 0 && matches!(item, Item::Init { .. });
        inits -= usize::from(is_recorded_init);
        let is_recorded = matches!(
            item,
            Item::WaitExit { .. } | Item::AzLeaseBreak { .. } | Item::Hand(Hand::RemoveLock { .. })
        );
        if is_recorded_init || is_recorded {
            looks.extend(steps.next().map(Look::Step));
        } else if let Item::Hand(Hand::ListFiles { files, .. }) = item {
            looks.push(Look::Files(files));
        }
    }
    looks.extend(steps.map(Look::Step));
    looks
}

impl Comparison {
    fn same<T: PartialEq + Debug>(&mut self, field: &str, recorded: &T, simulated: &T) {
        if recorded != simulated {
            self.differences.push(Difference {
                field: field.to_owned(),
                recorded: format!("{recorded:?}"),
                simulated: format!("{simulated:?}"),
            });
        }
    }

    /// One of ours goes by one name in the recording, all the time.
    fn same_alias(&mut self, field: &str, recorded: &str, simulated: &str) {
        let known = self.aliases.get(simulated).cloned();
        let is_new = known.is_none() && !self.aliases.values().any(|alias| alias == recorded);
        if is_new || recorded == simulated {
            self.aliases
                .insert(simulated.to_owned(), recorded.to_owned());
        } else {
            self.same(field, &Some(recorded.to_owned()), &known);
        }
    }

    /// Azurite gives one code for every ID against an unlocked lease (LEASES.md §9, item 1).
    fn same_code(&mut self, recorded: &str, simulated: &str) -> bool {
        let is_azurite = recorded == "LeaseNotPresentWithBlobOperation"
            && matches!(simulated, "LeaseLost" | "LeaseIdMismatchWithBlobOperation");
        if is_azurite && recorded != simulated {
            self.azurite_codes += 1;
        }
        recorded == simulated || is_azurite
    }
}

/// Whether a line is one that the recorder of the folder did not take for an error: it has none
/// of the frame that Terraform draws around others.
fn is_unheard(recording: &Recording, error: &Diagnostic) -> bool {
    let summary = &error.summary;
    match recording.backend.kind {
        BackendKind::Azurerm | BackendKind::S3 => {
            error.kind.is_bare()
                || (summary.starts_with("open ") && summary.ends_with("no such file or directory"))
        }
        BackendKind::Gcs | BackendKind::Pg | BackendKind::Http | BackendKind::Local => false,
    }
}

/// Compares a recording with a timeline.
pub(crate) fn compare(
    recording: &Recording,
    scenario: &Scenario,
    timeline: &Timeline,
) -> Comparison {
    let mut comparison = Comparison::default();
    let observed: Vec<&Observation> = timeline
        .observations
        .iter()
        .filter(|observed| {
            observed
                .occasion
                .step()
                .is_some_and(|step| matches!(scenario.steps[step].verb, Verb::Expect(_)))
        })
        .map(|observed| observed.observation.as_ref())
        .collect();
    let looks = looks(recording);
    let operators = scenario.operators.iter();
    let directories: Vec<OperatorId> = operators.map(|operator| operator.directory).collect();
    comparison.same("number of looks", &looks.len(), &observed.len());
    compare_requests(&mut comparison, recording, timeline);
    for (look, observation) in looks.into_iter().zip(observed) {
        let record = match look {
            Look::Step(record) => record,
            Look::Files(files) => {
                local::compare_files(&mut comparison, files, observation);
                continue;
            }
        };
        let parted = comparison.parted.as_ref();
        if parted.is_some_and(|parting| parting.step == record.step) {
            break;
        }
        compare_step(
            &mut comparison,
            (recording, record),
            observation,
            &timeline.names,
            &directories,
        );
        match recording.backend.kind {
            BackendKind::Azurerm => {}
            BackendKind::S3 => s3::compare_step(&mut comparison, record, observation),
            BackendKind::Gcs => {
                gcs::compare_step(&mut comparison, record, observation, &timeline.names);
            }
            BackendKind::Pg => {
                pg::compare_step(&mut comparison, record, observation, &timeline.names);
            }
            BackendKind::Http => {
                http::compare_step(&mut comparison, record, observation, &timeline.names);
            }
            BackendKind::Local => local::compare_step(
                &mut comparison,
                recording,
                record,
                observation,
                &timeline.names,
            ),
        }
    }
    comparison
}

/// The run of a command.
fn run_of(record: &StepRecord, names: &Names) -> Option<RunId> {
    let init = || names.find_run(&format!("init_{}", record.actor.as_deref()?));
    names.find_run(&record.step).or_else(init)
}

fn compare_step(
    comparison: &mut Comparison,
    (recording, record): (&Recording, &StepRecord),
    observation: &Observation,
    names: &Names,
    directories: &[OperatorId],
) {
    let step = &record.step;
    let field = |name: &str| format!("{step}: {name}");
    if record.command.is_some() {
        let run = run_of(record, names).expect("every command is a run");
        let run = observation.runs.iter().find(|other| other.run == run);
        let end = run.and_then(|run| run.end);
        let exit = record
            .exit_code
            .map(|code| if code < 0 { 128 - code } else { code });
        comparison.same(
            &field("exit code"),
            &exit,
            &end.map(|end| i64::from(end.exit)),
        );
        let counts = |counts: Option<Counts>| counts.map(|c| (c.add, c.change, c.destroy));
        let recorded = |counts: Option<CountsRecord>| counts.map(|c| (c.add, c.change, c.destroy));
        let plan = counts(end.and_then(|end| end.plan));
        comparison.same(&field("plan"), &recorded(record.plan), &plan);
        let applied = counts(end.and_then(|end| end.applied));
        comparison.same(&field("applied"), &recorded(record.applied), &applied);
        let printed = run.map_or(&[][..], |run| &run.errors[..]);
        let errors: BTreeSet<String> = { record.errors.iter() }
            .map(|text| normalized(&pg::in_our_words(recording, text)))
            .collect();
        let simulated = printed
            .iter()
            .filter(|error| !is_unheard(recording, error))
            .map(|error| normalized(&error.summary))
            .collect();
        comparison.same(&field("errors"), &errors, &simulated);
        let codes = printed
            .iter()
            .flat_map(|error| [error.code, error.other_code])
            .flatten();
        let shown = match recording.backend.kind {
            BackendKind::Gcs => Some(gcs::statuses(codes)),
            // Of an HTTP server a message shows the number.
            BackendKind::Http => Some(codes.map(|code| code.http_status().to_string()).collect()),
            BackendKind::Azurerm | BackendKind::S3 | BackendKind::Local => {
                Some(codes.map(|code| Refusal::code(code).to_owned()).collect())
            }
            // What pg shows is no code, but the server's text, which is compared with its line.
            BackendKind::Pg => None,
        };
        if let Some(codes) = shown {
            compare_codes(
                comparison,
                &field("codes shown"),
                &record.codes_shown,
                &codes,
            );
        }
    }
    let operator_name = record.actor.as_deref().map(operator);
    let actor = operator_name.and_then(|name| names.find_operator(&name));
    // A directory that several share is its owner's.
    let actor = actor.map(|actor| directories[usize::from(actor.0)]);
    compare_after(comparison, step, &record.after, observation, actor, names);
}

fn compare_codes(
    comparison: &mut Comparison,
    field: &str,
    recorded: &[String],
    simulated: &BTreeSet<String>,
) {
    let recorded: BTreeSet<&str> = recorded.iter().map(String::as_str).collect();
    let is_same = recorded.len() == simulated.len()
        && recorded
            .iter()
            .zip(simulated)
            .all(|(one, two)| comparison.same_code(one, two));
    if !is_same {
        comparison.same(
            field,
            &recorded,
            &simulated.iter().map(String::as_str).collect(),
        );
    }
}

fn compare_after(
    comparison: &mut Comparison,
    step: &str,
    record: &AfterRecord,
    observation: &Observation,
    actor: Option<OperatorId>,
    names: &Names,
) {
    let field = |name: &str| format!("{step}: after: {name}");
    let name = |id| names.object(id).trim_start_matches("/things/").to_owned();
    let mut cloud: Vec<String> = observation.cloud.ids().map(name).collect();
    cloud.sort();
    comparison.same(&field("cloud"), &record.cloud, &cloud);
    let remote = match &observation.remote {
        RemoteState::Absent | RemoteState::Unreadable => None,
        RemoteState::Empty => Some((0, Vec::new())),
        RemoteState::State(file) => Some(summary(file, names)),
    };
    comparison.same(
        &field("remote"),
        &record.remote.as_ref().map(recorded_summary),
        &remote,
    );
    if let Some(actor) = actor {
        compare_errored(comparison, step, record, observation, actor, names);
    }
    if let Some(lease) = record
        .lease
        .as_ref()
        .and_then(|lease| lease.state.as_deref())
    {
        let simulated = match observation.lock {
            LockObservation::Lease(LeaseObservation::Available)
            | LockObservation::Record { is_held: false, .. }
            | LockObservation::Session { holder: None, .. }
            | LockObservation::Kernel { holder: None } => "available",
            LockObservation::Lease(LeaseObservation::Leased { .. })
            | LockObservation::Record { is_held: true, .. }
            | LockObservation::Session {
                holder: Some(_), ..
            }
            | LockObservation::Kernel { holder: Some(_) } => "leased",
            LockObservation::Lease(LeaseObservation::Expired) => "expired",
            LockObservation::Lease(LeaseObservation::Breaking { .. }) => "breaking",
            LockObservation::Lease(LeaseObservation::Broken) => "broken",
        };
        comparison.same(&field("lease"), &lease, &simulated);
    }
    if let Some(has_info) = record.lock_metadata {
        let simulated = observation.lock_info.is_some();
        comparison.same(&field("lock info"), &has_info, &simulated);
    }
}

/// The `errored.tfstate` in an actor's directory.
fn compare_errored(
    comparison: &mut Comparison,
    step: &str,
    record: &AfterRecord,
    observation: &Observation,
    actor: OperatorId,
    names: &Names,
) {
    let field = |name: &str| format!("{step}: after: {name}");
    let errored = match observation.errored.get(&actor) {
        None | Some(LocalFile::Unreadable) => None,
        Some(LocalFile::Empty) => Some((0, Vec::new())),
        Some(LocalFile::State(file)) => Some(summary(file, names)),
    };
    let recorded = record.errored_tfstate.as_ref().map(recorded_summary);
    comparison.same(&field("errored.tfstate"), &recorded, &errored);
    let lineage = { record.errored_tfstate.as_ref() }.and_then(|it| it.lineage.as_deref());
    if let (Some(lineage), Some(LocalFile::State(file))) =
        (lineage, observation.errored.get(&actor))
    {
        // None is none, and no alias.
        let is_none = file.lineage == Lineage::NONE;
        let field = field("lineage of errored.tfstate");
        comparison.same(&field, &lineage.is_empty(), &is_none);
        if !is_none {
            comparison.same_alias(&field, lineage, &file.lineage.to_string());
        }
    }
    let same_lineage = |remote: &Option<StateRecord>| {
        Some(
            remote.as_ref()?.lineage.clone()?
                == record.errored_tfstate.as_ref()?.lineage.clone()?,
        )
    };
    let simulated = match (&observation.remote, observation.errored.get(&actor)) {
        (RemoteState::State(remote), Some(LocalFile::State(errored))) => {
            Some(remote.lineage == errored.lineage)
        }
        _ => None,
    };
    if let (Some(recorded), Some(simulated)) = (same_lineage(&record.remote), simulated) {
        comparison.same(&field("same lineage"), &recorded, &simulated);
    }
}

fn recorded_summary(record: &StateRecord) -> (u64, Vec<String>) {
    (record.serial, record.resources.clone())
}

fn summary(file: &StateFile, names: &Names) -> (u64, Vec<String>) {
    let mut resources: Vec<String> = file
        .snapshot
        .entries()
        .filter_map(|(resource, entry)| match entry {
            StateEntry::Husk => None,
            StateEntry::Object(object) => {
                let mut text = names.resource(resource).to_owned();
                if object.is_tainted {
                    text.push_str("!tainted");
                }
                match object.attributes.get("size") {
                    None | Some(Scalar::Null) => {}
                    Some(size) => text = format!("{text}(size={size})"),
                }
                Some(text)
            }
        })
        .collect();
    resources.sort();
    (file.serial, resources)
}

/// An error's line, with transport errors reduced to verb and kind and with IDs renamed.
fn normalized(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(at) = text.find("unexpected status ") {
        let tail = &text[at..];
        let status: String = tail["unexpected status ".len()..].chars().take(3).collect();
        let code = tail
            .split(" with ")
            .nth(1)
            .unwrap_or("")
            .split(':')
            .next()
            .unwrap_or("");
        text = format!("{}unexpected status {status} with {code}", &text[..at]);
    }
    let text = http::without_addresses(&text);
    let text = pg::in_one_shape(&s3::in_one_shape(&local::without_paths(&text)));
    let text = gcs::in_one_shape(&text);
    let words: Vec<String> = text.split('"').map(rename).collect();
    let text = words.join("\"");
    let words: Vec<String> = text.split('\'').map(rename).collect();
    let text = words.join("'");
    let words: Vec<String> = text.split(' ').map(rename).collect();
    words.join(" ")
}

/// IDs and lineages are renamed by a mark: which one it is, the states tell.
fn rename(word: &str) -> String {
    let prefixes = ["lineage-", "lease-", "lock-", "gen-"];
    let is_renamed = prefixes.iter().any(|prefix| word.starts_with(prefix));
    if is_renamed || word.parse::<LeaseId>().is_ok() {
        "ID".to_owned()
    } else {
        word.to_owned()
    }
}
