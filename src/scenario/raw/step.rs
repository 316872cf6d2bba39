//! Steps as they are written.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::step::{CredentialState, Since};
use super::configuration::RawResource;
use super::expectation::RawExpectation;
use super::fault::{RawFailNext, RawRule};
use super::scalar::{
    AttributeValue, Duration, LineageText, LinkText, Saves, SerialNumber, SignalText, Text, True,
};
use super::shape::{OneOrSome, Pairs, WordOr};
use crate::scenario::DiskState;

/// Whether a verb stages something, of which a scenario can say that it has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Stages {
    /// It does.
    Yes,
    /// It does not.
    No,
}

/// The keys of a step that say what it does. A step has exactly one.
pub(in super::super) const VERBS: [(&str, Stages); 24] = [
    ("run", Stages::No),
    ("ctrl_c", Stages::Yes),
    ("signal", Stages::Yes),
    ("cancel", Stages::Yes),
    ("suspend", Stages::Yes),
    ("resume", Stages::Yes),
    ("cut", Stages::Yes),
    ("blackhole", Stages::Yes),
    ("heal", Stages::Yes),
    ("faults", Stages::Yes),
    ("fail_next", Stages::Yes),
    ("edit", Stages::Yes),
    ("file", Stages::Yes),
    ("disk", Stages::Yes),
    ("blob", Stages::Yes),
    ("store", Stages::Yes),
    ("cloud", Stages::Yes),
    ("credentials", Stages::Yes),
    ("answer", Stages::Yes),
    ("phase", Stages::No),
    ("note", Stages::No),
    ("ask", Stages::No),
    ("wreck", Stages::No),
    ("expect", Stages::No),
];

/// A step: at most one trigger (`at` or `when`, with `after`), and exactly one verb.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct RawStep {
    /// Trigger: at this instant, counted from the start.
    pub(in super::super) at: Option<Duration>,
    /// Trigger: a fact such as `subnet created`, `alice sends put_state 2`, `apply ended`,
    /// `lease expired`.
    pub(in super::super) when: Option<Text>,
    /// A delay to `when`; alone: so long after the step above started.
    pub(in super::super) after: Option<Duration>,
    /// From when on facts count for `when`; `latest_run` by default.
    pub(in super::super) since: Option<Since>,
    /// `none`: the step is meant to have no effect; else one without an effect makes the run
    /// vacuous.
    pub(in super::super) effect: Option<EffectWord>,
    /// In which combinations of the matrix it happens: those with these values, or with one of a
    /// list; in all by default.
    #[serde(rename = "if")]
    pub(in super::super) _wanted: Option<Pairs<OneOrSome<Text>>>,
    /// In which not: those with these values, or with one of a list.
    #[serde(rename = "unless")]
    pub(in super::super) _unwanted: Option<Pairs<OneOrSome<Text>>>,
    /// Verb: an operator starts this command.
    pub(in super::super) run: Option<Text>,
    /// The name of the run; by default the subcommand, such as `apply`.
    #[serde(rename = "id")]
    pub(in super::super) _id: Option<Text>,
    /// Who runs the command.
    #[serde(rename = "as")]
    pub(in super::super) operator: Option<Text>,
    /// Verb: this operator presses Ctrl+C.
    pub(in super::super) ctrl_c: Option<Text>,
    /// Verb: a signal to a process: `{ alice: SIGTERM }`, by operator or run.
    pub(in super::super) signal: Option<Pairs<SignalText>>,
    /// Verb: a CI runner cancels the job: `{ ci: github_actions }`.
    pub(in super::super) cancel: Option<Pairs<WordOr<CancelWord, RawCancel>>>,
    /// Verb: this operator's machine sleeps.
    pub(in super::super) suspend: Option<Text>,
    /// Verb: this operator's machine wakes up.
    pub(in super::super) resume: Option<Text>,
    /// Verb: connections are reset: `alice <-> blob`, also `->` and `<-`, and `cloud`.
    pub(in super::super) cut: Option<LinkText>,
    /// Verb: nothing arrives any more: `alice <-> blob`.
    pub(in super::super) blackhole: Option<LinkText>,
    /// Verb: the link works again: `alice <-> blob`.
    pub(in super::super) heal: Option<LinkText>,
    /// After how long a `cut` or `blackhole` heals.
    #[serde(rename = "for")]
    pub(in super::super) duration: Option<Duration>,
    /// Verb: replaces the active fault rules; `[]` for none.
    #[serde(rename = "faults")]
    pub(in super::super) _faults: Option<Vec<RawRule>>,
    /// Verb: the resource's next operation fails.
    pub(in super::super) fail_next: Option<RawFailNext>,
    /// Verb: this operator's configuration is what `resources` says from now on.
    pub(in super::super) edit: Option<Text>,
    /// The complete new configuration of an `edit`.
    #[serde(rename = "resources")]
    pub(in super::super) _resources: Option<Pairs<RawResource>>,
    /// Verb: a state file appears in an operator's working directory.
    pub(in super::super) file: Option<RawFile>,
    /// Verb: the disk of an operator's machine: `{ alice: full }`.
    pub(in super::super) disk: Option<Pairs<DiskState>>,
    /// Verb: hands on the state blob, past the protocol.
    pub(in super::super) blob: Option<RawBlobChange>,
    /// Verb: hands on the place where the state lives, whatever the backend.
    pub(in super::super) store: Option<RawStoreChange>,
    /// Verb: hands on the objects in the cloud, past Terraform.
    pub(in super::super) cloud: Option<RawCloudChange>,
    /// Verb: an operator's credentials: `{ alice: { blob: expired } }`.
    pub(in super::super) credentials: Option<Pairs<RawCredentials>>,
    /// Verb: an answer to a command's prompt: `{ alice: yes }`.
    pub(in super::super) answer: Option<Pairs<Text>>,
    /// Verb: requests are counted under this run again.
    pub(in super::super) phase: Option<Text>,
    /// Verb: a line on the timeline.
    pub(in super::super) note: Option<Text>,
    /// Verb: a question to the audience.
    pub(in super::super) ask: Option<Text>,
    /// Verb: a graded runbook starts here, as this operator.
    pub(in super::super) wreck: Option<Text>,
    /// Verb: what holds now; `{}` only takes an observation.
    #[serde(rename = "expect")]
    pub(in super::super) _expect: Option<RawExpectation>,
}

/// What a step says of its effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in super::super) enum EffectWord {
    /// It has none.
    None,
}

/// A CI service whose cancel is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in super::super) enum CancelWord {
    /// SIGINT, 7.5 s, SIGTERM, 2.5 s, SIGKILL.
    GithubActions,
    /// SIGINT, 7.5 s, SIGTERM, 2.5 s, SIGKILL.
    AzureDevops,
}

/// When a CI runner sends which signal, counted from the cancel.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct RawCancel {
    /// SIGINT.
    pub(in super::super) interrupt: Option<Duration>,
    /// SIGTERM.
    pub(in super::super) terminate: Option<Duration>,
    /// SIGKILL.
    pub(in super::super) kill: Option<Duration>,
}

/// A state file that appears in a working directory.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct RawFile {
    /// In this operator's.
    #[serde(rename = "in")]
    pub(in super::super) operator: Text,
    /// The file's name.
    pub(in super::super) name: Text,
    /// The serial of the state.
    pub(in super::super) serial: Option<SerialNumber>,
    /// The lineage of the state: `remote` (the default) or a UUID.
    pub(in super::super) lineage: Option<LineageText>,
    /// The resources that the state records.
    pub(in super::super) resources: Option<Vec<Text>>,
    /// The IDs of objects that the state records for resources, whether or not they exist:
    /// `{ ip: /things/ip-7 }`.
    pub(in super::super) object: Option<Pairs<Text>>,
    /// The resources that the state has marked for replacement, and no others.
    pub(in super::super) tainted: Option<Vec<Text>>,
    /// All attributes that the state records for a resource, where the object has others.
    #[serde(rename = "attributes")]
    pub(in super::super) _attributes: Option<Pairs<Pairs<AttributeValue>>>,
    /// All inputs that the state records for a resource; `{}` for none, as after an import.
    #[serde(rename = "inputs")]
    pub(in super::super) _inputs: Option<Pairs<Pairs<AttributeValue>>>,
    /// `true`: a file of 0 bytes.
    pub(in super::super) empty: Option<True>,
}

/// Hands on the state blob.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in super::super) enum RawBlobChange {
    /// It is deleted.
    Delete,
    /// It has 0 bytes.
    Truncate,
    /// It contains this text.
    Content(Text),
    /// It has the state before the one that it holds, or so many before; where it holds none any
    /// more, 1 is the last one that it held.
    Restore(Saves),
    /// Its lease is broken, with this break period.
    BreakLease(Duration),
}

/// Hands on the place where the state lives.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in super::super) enum RawStoreChange {
    /// The state is deleted.
    Delete,
    /// The state has 0 bytes.
    Empty,
    /// The state is this text, which is no state.
    Content(Text),
    /// The state is the one before, or so many before; where there is none any more, 1 is the
    /// last one that there was.
    Restore(Saves),
    /// The disk that a local state is on.
    Disk(RawRoom),
    /// Whether a local state and its directory can be written.
    Access(RawStoreAccess),
    /// A directory stands in the way.
    Occupied(RawStorePart),
    /// The lock info beside a local state; the lock object beside one in a bucket.
    LockInfo(RawLockInfoChange),
    /// The item that locks a state in a bucket.
    LockItem(RawItemChange),
    /// The item with the digest of a state in a bucket.
    Digest(RawItemChange),
    /// The connections to a database that are open now.
    Connections(RawConnections),
    /// The sessions that hold the lock on a state in a database are ended by the server.
    EndSession,
    /// The database server restarts.
    Restart,
}

/// Hands on connections to a database.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct RawConnections {
    /// What becomes of them.
    pub(in super::super) change: RawConnectionChange,
    /// Whose; everybody's by default.
    pub(in super::super) of: Option<Text>,
}

/// What becomes of connections to a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in super::super) enum RawConnectionChange {
    /// They are closed at both ends.
    Closed,
    /// They are reset at both ends.
    Reset,
    /// They are closed at the client's end, and the server keeps their sessions.
    HalfOpen,
    /// They are reset at the client's end, and the server keeps their sessions.
    HalfOpenReset,
    /// Nothing is carried on them any more, and nobody is told.
    Blackhole,
}

/// Hands on an item in a table.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in super::super) enum RawItemChange {
    /// It is removed.
    Remove,
    /// The lock item has this ID, and nobody has put it there.
    Id(Text),
    /// The digest is that of the state that is there.
    Fitting,
    /// It is this text.
    Content(Text),
}

/// The room on a disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in super::super) enum RawRoom {
    /// There is room.
    Ok,
    /// There is none.
    Full,
}

/// What of a local state can be written. What is open already still can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in super::super) enum RawStoreAccess {
    /// The file and its directory.
    Ok,
    /// Neither the file nor its directory.
    ReadOnly,
    /// Not the file.
    FileReadOnly,
    /// Not its directory.
    DirectoryReadOnly,
}

/// A file that belongs to a local state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in super::super) enum RawStorePart {
    /// The state.
    State,
    /// The backup.
    Backup,
}

/// Hands on the lock info beside a local state.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in super::super) enum RawLockInfoChange {
    /// It is removed.
    Remove,
    /// It names a lock with this ID that nobody holds.
    Id(Text),
    /// It is this text, which is no lock info.
    Content(Text),
}

/// Hands on the objects in the cloud.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in super::super) enum RawCloudChange {
    /// Their objects are deleted.
    Delete(Vec<Text>),
    /// Their attributes change.
    Change(Pairs<Pairs<AttributeValue>>),
    /// Somebody creates them by hand.
    Create(Vec<Text>),
}

/// Whether credentials are accepted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct RawCredentials {
    /// By the service that keeps the state.
    pub(in super::super) state: Option<CredentialState>,
    /// azurerm: the same, by the name that the place has there.
    pub(in super::super) blob: Option<CredentialState>,
    /// By the cloud.
    pub(in super::super) cloud: Option<CredentialState>,
}
