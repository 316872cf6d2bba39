//! Facts in words: the timeline's third column, the same in every format.

mod outside;

pub(super) use outside::peer;
use outside::{blob, cloud, lease, machine, request};

use super::layout::Detail;
use crate::kernel::{SimDuration, SimTime};
use crate::service::azure::LeaseDuration;
use crate::terraform::backend::Hold;
use crate::terraform::{Counts, Diagnostic, LockId, Names, OperationKind, RunId, Serial};
use crate::timeline::{
    Actor, Entry, Fact, LockFact, OperationFact, OperationOutcome, OutputFact, Printed,
    ProcessFact, ScriptFact, StateFact, WrapperAct,
};

/// What a fact means for the story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    /// Something was done.
    Plain,
    /// A command was typed.
    Command,
    /// Something was made safe.
    Good,
    /// Something was refused, failed or was lost.
    Bad,
    /// The script: faults and hands from outside.
    Staged,
    /// A remark.
    Remark,
}

/// A fact in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) tone: Tone,
    /// One line, without its end.
    pub(super) line: String,
    /// What belongs to it, in lines of their own.
    pub(super) more: Vec<String>,
}

fn words(tone: Tone, line: impl Into<String>) -> Words {
    Words {
        tone,
        line: line.into(),
        more: Vec::new(),
    }
}

/// Who or what an actor is.
pub(super) fn actor(actor: Actor, names: &Names) -> &str {
    match actor {
        Actor::Operator(operator) => names.operator(operator),
        Actor::Service => names.backend.service(),
        Actor::Cloud => "cloud",
        Actor::Scenario => "scenario",
    }
}

/// The first digits of a lock ID: enough to tell the locks of a timeline apart.
pub(super) fn short(id: LockId) -> String {
    // Of a number the first digits tell nothing.
    let length = id.as_uuid().map_or(usize::MAX, |_| 8);
    id.to_string().chars().take(length).collect()
}

/// A command by its ID in the scenario, which no sentence takes for a word of its own: `[apply]`.
pub(super) fn run_name(run: RunId, names: &Names) -> String {
    format!("[{}]", names.run(run))
}

/// `1 resource`, `2 resources`.
pub(super) fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// The duration in whole seconds, as leases are spoken of: `60s`.
pub(super) fn in_seconds(duration: SimDuration) -> String {
    format!("{}s", duration.as_ms() / 1_000)
}

/// A lock with what holds it.
fn held(id: LockId, hold: Hold) -> String {
    let id = short(id);
    match hold {
        Hold::Lease(LeaseDuration::Infinite) => format!("lease {id}, infinite"),
        Hold::Lease(LeaseDuration::Fixed(duration)) => {
            format!("lease {id}, {}", in_seconds(duration))
        }
        Hold::Record | Hold::Session | Hold::Left | Hold::Nothing | Hold::Process => id,
    }
}

fn with_serial(text: &str, serial: Option<Serial>) -> String {
    match serial {
        Some(serial) => format!("{text}, serial {serial}"),
        None => text.to_owned(),
    }
}

fn planned(counts: Counts) -> String {
    if counts.is_nothing() {
        return "plans: no changes".to_owned();
    }
    let Counts {
        add,
        change,
        destroy,
    } = counts;
    format!("plans: {add} to add, {change} to change, {destroy} to destroy")
}

/// A command that takes no time, such as `rm`, and ends well is told by its own line.
#[derive(Debug, Default)]
pub(super) struct QuietEnds {
    started: Option<(RunId, SimTime)>,
}

impl QuietEnds {
    /// Whether the entry, of all entries in their order, need not be told.
    pub(super) fn is_quiet(&mut self, entry: &Entry) -> bool {
        match &entry.fact {
            Fact::Process(ProcessFact::Started { run, .. }) => {
                self.started = Some((*run, entry.time));
                false
            }
            Fact::Process(ProcessFact::Ended { run, end, .. }) => {
                end.exit == 0 && self.started == Some((*run, entry.time))
            }
            Fact::Process(_)
            | Fact::Output(_)
            | Fact::Lock(_)
            | Fact::State(_)
            | Fact::Operation(_)
            | Fact::Request(_)
            | Fact::Lease(_)
            | Fact::Blob(_)
            | Fact::Cloud(_)
            | Fact::Machine(_)
            | Fact::Script(_) => false,
        }
    }
}

/// The fact in words; `None` where it is no part of the story.
pub(super) fn describe(entry: &Entry, names: &Names, detail: Detail) -> Option<Words> {
    match &entry.fact {
        Fact::Process(fact) => Some(process(fact, names)),
        Fact::Output(fact) => output(fact, names),
        Fact::Request(fact) => request(fact, names, detail),
        Fact::Lock(fact) => Some(lock(fact, names)),
        Fact::Lease(fact) => lease(*fact, entry.time, detail),
        Fact::State(fact) => Some(state(fact)),
        Fact::Operation(fact) => Some(operation(fact, names)),
        Fact::Blob(fact) => blob(fact, names, detail),
        Fact::Cloud(fact) => cloud(fact, names, detail),
        Fact::Machine(fact) => Some(machine(fact, names)),
        Fact::Script(fact) => Some(script(fact, names)),
    }
}

fn lock(fact: &LockFact, names: &Names) -> Words {
    match fact {
        LockFact::Acquired {
            hold: Hold::Nothing,
            ..
        } => words(
            Tone::Plain,
            "has no address for a lock, and goes on without",
        ),
        LockFact::Acquired { id, hold } => {
            words(Tone::Good, format!("takes the lock: {}", held(*id, *hold)))
        }
        LockFact::Awaited { info, wait } => words(
            Tone::Plain,
            format!(
                "finds the lock held by {}; tries again in {wait}",
                names.operator(info.who)
            ),
        ),
        LockFact::Released {
            hold: Hold::Nothing,
            ..
        } => words(Tone::Plain, "has no lock to give back"),
        LockFact::Released {
            id,
            hold: Hold::Left,
        } => words(
            Tone::Bad,
            format!("has no address to unlock, and leaves lock {}", short(*id)),
        ),
        LockFact::Released { id, hold } => {
            let id = short(*id);
            let lock = match hold {
                Hold::Lease(_) => format!("lease {id}"),
                Hold::Record | Hold::Session | Hold::Left | Hold::Nothing | Hold::Process => id,
            };
            words(Tone::Good, format!("gives the lock back: {lock}"))
        }
        LockFact::Forced { id } => words(
            Tone::Plain,
            format!("takes lock {} away by force", short(*id)),
        ),
        LockFact::Renewed => words(Tone::Good, "renews the lease"),
        LockFact::RenewalFailed { id_forgotten } => words(
            Tone::Bad,
            match id_forgotten {
                true => "fails to renew the lease, and forgets its lease ID",
                false => "fails to renew the lease, and keeps its lease ID",
            },
        ),
    }
}

/// What an operation is called while it runs, when it is done, and as a noun.
const fn forms(kind: OperationKind) -> (&'static str, &'static str, &'static str) {
    match kind {
        OperationKind::Create => ("creating", "created", "creation"),
        OperationKind::Update => ("updating", "updated", "update"),
        OperationKind::Delete => ("deleting", "deleted", "deletion"),
    }
}

fn operation(fact: &OperationFact, names: &Names) -> Words {
    match fact {
        OperationFact::Began { resource, kind } => words(
            Tone::Plain,
            format!("{}: {}", names.resource(*resource), forms(*kind).0),
        ),
        OperationFact::Ended {
            resource,
            kind,
            outcome,
        } => {
            let name = names.resource(*resource);
            let (_, done, noun) = forms(*kind);
            match because(*outcome) {
                None => words(Tone::Good, format!("{name}: {done}")),
                Some(why) => words(Tone::Bad, format!("{name}: {noun} failed: {why}")),
            }
        }
        OperationFact::ProvisionerBegan { resource } => words(
            Tone::Plain,
            format!("{}: provisioning", names.resource(*resource)),
        ),
        OperationFact::StopRequested => words(Tone::Plain, "tells the providers to stop"),
        OperationFact::Skipped { count } => {
            let them = if *count == 1 { "it needs" } else { "they need" };
            let skipped = counted(u64::from(*count), "resource");
            words(Tone::Bad, format!("skips {skipped}: what {them} failed"))
        }
    }
}

/// Why an operation failed, if it did.
const fn because(outcome: OperationOutcome) -> Option<&'static str> {
    Some(match outcome {
        OperationOutcome::Done => return None,
        OperationOutcome::FailedBefore => "the cloud refused it",
        OperationOutcome::FailedWithId => "an error after the cloud had made it; tainted",
        OperationOutcome::FailedWithoutId => {
            "an error after the cloud had made it; no ID came back"
        }
        OperationOutcome::AlreadyExists => "it already exists",
        OperationOutcome::Cancelled => "cancelled, nothing is left",
        OperationOutcome::CancelledWithId => "cancelled half-way; tainted",
        OperationOutcome::CancelledWithoutId => "cancelled half-way; no ID came back",
        OperationOutcome::Crashed => "the provider crashed",
        OperationOutcome::Disconnected => "the connection to the cloud was lost",
        OperationOutcome::Unauthorized => "the cloud refused the credentials",
    })
}

fn state(fact: &StateFact) -> Words {
    match fact {
        StateFact::Read { serial: None } => words(Tone::Plain, "finds no state"),
        StateFact::Read { serial } => words(Tone::Plain, with_serial("reads the state", *serial)),
        StateFact::Saved { serial, objects } => words(
            Tone::Good,
            format!(
                "saves the state, serial {serial}: {}",
                counted(u64::from(*objects), "resource")
            ),
        ),
        StateFact::SaveFailed { serial } => words(
            Tone::Bad,
            format!("fails to save the state, serial {serial}"),
        ),
        StateFact::ErroredNotWritten {
            is_on_terminal,
            is_claimed,
        } => words(
            Tone::Bad,
            match (is_on_terminal, is_claimed) {
                (true, _) => "can't write errored.tfstate: the state's JSON goes to the terminal",
                (false, true) => "can't write errored.tfstate, and says that it has",
                (false, false) => "can't write errored.tfstate",
            },
        ),
    }
}

fn process(fact: &ProcessFact, names: &Names) -> Words {
    match fact {
        ProcessFact::Started { line, shell, .. } => {
            // What a script starts looks as bash shows it when asked to trace.
            let prompt = if shell.is_some() { '+' } else { '$' };
            words(Tone::Command, format!("{prompt} {}", one_line(line)))
        }
        ProcessFact::Ended { run, end, signal } => {
            let name = run_name(*run, names);
            let exit = end.exit;
            match signal {
                Some(signal) => words(
                    Tone::Bad,
                    format!("{name} is ended by {}: exit {exit}", signal.name()),
                ),
                None if exit == 0 => words(Tone::Good, format!("{name} ends: exit 0")),
                None => words(Tone::Bad, format!("{name} ends: exit {exit}")),
            }
        }
        ProcessFact::Answered(text) => words(Tone::Plain, format!("answers \"{text}\"")),
        ProcessFact::Signalled(signal) => {
            words(Tone::Staged, format!("receives {}", signal.name()))
        }
        ProcessFact::WrapperActed(act) => words(
            Tone::Staged,
            match act {
                WrapperAct::DoublesCtrlC => {
                    "the terminal sends the Ctrl+C, and the wrapper forwards it again"
                }
                WrapperAct::KillsOnCtrlC => "the wrapper answers the Ctrl+C by killing Terraform",
                WrapperAct::SwallowsCtrlC => "the wrapper keeps the Ctrl+C to itself",
                WrapperAct::CancelsJob => "the runner cancels the job",
            },
        ),
    }
}

fn output(fact: &OutputFact, names: &Names) -> Option<Words> {
    Some(match fact {
        OutputFact::Planned(counts) => words(Tone::Plain, planned(*counts)),
        OutputFact::Prompted => words(Tone::Plain, "waits for an answer: \"yes\" or anything else"),
        OutputFact::ErrorPrinted(diagnostic) => error(diagnostic, names),
        OutputFact::Printed(printed) => {
            let text = printed_text(printed, names)?;
            words(Tone::Plain, format!("prints: {text}"))
        }
    })
}

fn printed_text(printed: &Printed, names: &Names) -> Option<String> {
    let text = match printed {
        Printed::Nothing => return None,
        Printed::Text(text) => folded(text),
        Printed::State { serial, resources } => {
            let addresses: Vec<String> = resources.iter().map(|id| names.address(*id)).collect();
            let list = if addresses.is_empty() {
                "no resources".to_owned()
            } else {
                addresses.join(", ")
            };
            format!("state, serial {serial}: {list}")
        }
        Printed::Blob { lease, lock } => {
            let info = lock.map_or_else(String::new, |id| format!("; lock info: {id}"));
            format!("lease {}, {}{info}", lease.state(), lease.status())
        }
        Printed::LeaseId(id) => id.to_string(),
        Printed::Seconds(seconds) => seconds.to_string(),
    };
    (!text.is_empty()).then_some(text)
}

fn error(diagnostic: &Diagnostic, names: &Names) -> Words {
    let mut error = words(Tone::Bad, format!("Error: {}", diagnostic.summary));
    let cause = diagnostic.cause.as_ref().map(ToString::to_string);
    error
        .more
        .extend(cause.filter(|cause| !diagnostic.summary.contains(cause.as_str())));
    if let Some(info) = diagnostic.lock_info {
        error.more.push(format!("ID: {}", info.id));
        if diagnostic.is_lock_own {
            error
                .more
                .push("the command's own: the holder's is kept nowhere".to_owned());
            return error;
        }
        error.more.push(format!(
            "held by {} for {}, since {}",
            names.operator(info.who),
            info.operation,
            info.created
        ));
    }
    error
}

fn script(fact: &ScriptFact, names: &Names) -> Words {
    match fact {
        ScriptFact::Note(text) => words(Tone::Remark, format!("note: {text}")),
        ScriptFact::Asked(text) => words(Tone::Remark, format!("question: {text}")),
        ScriptFact::Wrecked(operator) => words(
            Tone::Remark,
            format!(
                "the wreck: {} mends it from here",
                names.operator(*operator)
            ),
        ),
        ScriptFact::LimitReached => {
            words(Tone::Bad, "a bound on events or time ends the replication")
        }
    }
}

/// A script's first line, and how many more there are. A line that goes on is one.
fn one_line(script: &str) -> String {
    let parts = script.split("\\\n").map(str::trim);
    let joined = parts.collect::<Vec<_>>().join(" ");
    match joined.split_once('\n') {
        None => joined,
        Some((first, rest)) => {
            let more = counted(
                u64::try_from(rest.lines().count()).unwrap_or(u64::MAX),
                "more line",
            );
            format!("{first} … ({more})")
        }
    }
}

/// The beginning of a long text.
fn folded(text: &str) -> String {
    const LINES_MAX: usize = 10;
    let count = text.lines().count();
    if count <= LINES_MAX {
        return text.to_owned();
    }
    let first: Vec<&str> = text.lines().take(LINES_MAX - 1).collect();
    format!(
        "{}\n… ({} more lines)",
        first.join("\n"),
        count + 1 - LINES_MAX
    )
}
