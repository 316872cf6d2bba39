//! A scenario as it is written: what serde reads, and what the JSON Schema is made from.
//!
//! The documentation of the fields is what an editor shows beside a key.

pub(super) mod backend;
pub(super) mod configuration;
pub(super) mod expectation;
pub(super) mod fault;
pub(super) mod http;
pub(super) mod scalar;
pub(super) mod shape;
pub(super) mod step;

use schemars::JsonSchema;
use serde::Deserialize;

use super::lesson::LessonTopic;
use super::model::{StartOrder, Wrapper};
use crate::scenario::{ForceUnlockMeans, OnRenewalFailure};
use configuration::RawResource;
use expectation::RawExpectation;
use http::{AddressWord, MethodWord, ServerWord, UpdateWord};
use scalar::{
    Attempts, AttributeValue, Chapter, Count, Days, Duration, Flag, Latency, LeaseText,
    LevelNumber, LineageText, SerialNumber, Text, True, Version,
};
use shape::{OneOrSome, Pairs, WordOr};
use step::RawStep;

/// A scenario of leaselab: who does what to which infrastructure, what goes wrong, and when.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "leaselab scenario")]
pub(super) struct RawScenario {
    /// The version of the format: 1.
    #[serde(rename = "leaselab")]
    #[schemars(required)]
    pub(super) _version: Option<Version>,
    /// One line: what goes wrong.
    #[schemars(required)]
    pub(super) title: Option<Text>,
    /// A paragraph: why it happens and what it teaches.
    pub(super) why: Option<Text>,
    /// For whoever shows it to others: what to point at, and the usual wrong answers.
    pub(super) notes: Option<Text>,
    /// Where it happened: an issue, or a section of an article.
    pub(super) source: Option<Text>,
    /// What a participant must know: 1 for `terraform apply`, 2 for daily work with a state, 3 for
    /// an expert.
    pub(super) level: Option<LevelNumber>,
    /// What it is about, for whoever looks for scenarios.
    pub(super) topics: Option<Vec<LessonTopic>>,
    /// The chapter of a course in which it comes first.
    pub(super) course: Option<Chapter>,
    /// How Terraform treats the lease, the saves and the refusals.
    pub(super) client: Option<WordOr<ClientWord, RawClient>>,
    /// How long things take.
    pub(super) timing: Option<RawTiming>,
    /// What there is before the first step.
    pub(super) before: Option<RawBefore>,
    /// Where the state lives: a word, or the options of the backend.
    #[serde(default, deserialize_with = "backend::options")]
    #[schemars(with = "Option<WordOr<backend::BackendPreset, RawBackend>>")]
    pub(super) backend: Option<RawBackend>,
    /// In which order resources that are ready together start.
    pub(super) start_order: Option<StartOrder>,
    /// The operators, where they have options. Others are known by `as:`.
    pub(super) operators: Option<Pairs<RawOperator>>,
    /// The configuration that every operator starts with.
    #[serde(rename = "resources")]
    pub(super) _resources: Option<Pairs<RawResource>>,
    /// What happens, in order.
    #[serde(rename = "steps")]
    #[schemars(required)]
    pub(super) _steps: Option<Vec<RawStep>>,
    /// What holds at the end.
    #[serde(rename = "expect")]
    pub(super) _expect: Option<RawExpectation>,
    /// What holds over time, by name.
    #[serde(rename = "properties")]
    pub(super) _properties: Option<Pairs<RawProperty>>,
    /// Defaults of parameters: `${name}` stands for its value.
    #[serde(rename = "parameters")]
    pub(super) _parameters: Option<Pairs<Text>>,
    /// Values of parameters that are replayed in all combinations.
    #[serde(rename = "matrix")]
    pub(super) _matrix: Option<RawMatrix>,
    /// Bounds that end a run that would not end.
    pub(super) limits: Option<RawLimits>,
}

/// What holds over time: exactly one of these.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Property")]
pub(super) struct RawProperty {
    /// Holds at every instant.
    #[serde(rename = "always")]
    pub(super) _always: Option<RawExpectation>,
    /// Holds at no instant.
    #[serde(rename = "never")]
    pub(super) _never: Option<RawExpectation>,
    /// Holds at some instant of every replication.
    #[serde(rename = "eventually")]
    pub(super) _eventually: Option<RawExpectation>,
    /// Holds at some instant of at least one replication.
    #[serde(rename = "sometimes")]
    pub(super) _sometimes: Option<RawExpectation>,
}

/// Values of parameters that are replayed in all combinations.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Matrix")]
pub(super) struct RawMatrix {
    /// The values of each parameter.
    #[serde(rename = "axes")]
    pub(super) _axes: Pairs<Vec<Text>>,
    /// What else happens, and what holds at the end, by combination.
    #[serde(rename = "rows")]
    pub(super) _rows: Option<Vec<RawRow>>,
}

/// What else happens, and what holds at the end, in some combinations: at least one of both.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "MatrixRow")]
pub(super) struct RawRow {
    /// Which combinations: those with these values, or with one of a list; all by default.
    #[serde(rename = "if")]
    pub(super) _wanted: Option<Pairs<OneOrSome<Text>>>,
    /// In which not: those with these values, or with one of a list.
    #[serde(rename = "unless")]
    pub(super) _unwanted: Option<Pairs<OneOrSome<Text>>>,
    /// What happens behind the steps of the file.
    #[serde(rename = "steps")]
    pub(super) _steps: Option<Vec<RawStep>>,
    /// What holds at the end.
    #[serde(rename = "expect")]
    pub(super) _expect: Option<RawExpectation>,
}

/// A client model by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ClientWord {
    /// Terraform 1.11.4, as measured.
    Terraform,
    /// A finite lease, renewed, and a save after every resource.
    Renewing,
}

/// A client model that differs from its base.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawClient {
    /// What it differs from.
    pub(super) base: ClientWord,
    /// How long the lease is: 15s to 60s, or `infinite`.
    pub(super) lease: Option<LeaseText>,
    /// How often a finite lease is renewed; half its duration by default.
    pub(super) renew_every: Option<Duration>,
    /// What becomes of the lease ID when a renewal fails.
    pub(super) on_renewal_failure: Option<OnRenewalFailure>,
    /// When an apply saves its state.
    pub(super) save: Option<RawSave>,
    /// How `force-unlock` frees the lease.
    pub(super) force_unlock: Option<ForceUnlockMeans>,
    /// Whether requests are repeated after an answer of 429, 500 or 503.
    pub(super) retry: Option<RawRetry>,
}

/// When an apply saves its state.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawSave {
    /// After every resource.
    EveryResource,
    /// Only at the end.
    AtEnd,
    /// When a resource finishes that long after the first one finished, or after the end of the
    /// last save in between; and at the end.
    Interval(Duration),
}

/// Whether requests are repeated after an answer of 429, 500 or 503.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawRetry {
    /// Until it succeeds.
    Forever,
    /// Never.
    Never,
    /// At most this many times.
    Attempts(Attempts),
}

/// How long things take.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTiming {
    /// From the start of a process to its first request; 80ms by default.
    pub(super) start: Option<Duration>,
    /// Refresh and plan; 600ms by default.
    pub(super) plan: Option<Duration>,
    /// One way between an operator and the blob service: `2ms`, or `1ms..50ms`.
    pub(super) latency: Option<Latency>,
}

/// What there is before the first step.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawBefore {
    /// `absent`: there is no state blob yet.
    pub(super) blob: Option<AbsentWord>,
    /// The remote state.
    pub(super) remote: Option<WordOr<AbsentWord, RawRemoteBefore>>,
    /// Objects that exist in the cloud and in no state.
    pub(super) cloud: Option<Vec<Text>>,
    /// The lock is held by somebody who is dead.
    pub(super) lock: Option<RawLockBefore>,
    /// s3, gcs: the settings of the bucket.
    pub(super) bucket: Option<RawBucket>,
    /// The settings of the storage account.
    pub(super) account: Option<RawAccount>,
    /// Blobs besides the state's: old states, copies, backups.
    pub(super) blobs: Option<Vec<RawBlob>>,
}

/// The settings of a bucket.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawBucket {
    /// Whether it keeps what its objects were.
    pub(super) versioning: Option<Flag>,
}

/// A blob that is not the state's.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Blob")]
pub(super) struct RawBlob {
    /// The storage account; that of the state by default.
    pub(super) account: Option<Text>,
    /// The container; that of the state by default.
    pub(super) container: Option<Text>,
    /// The blob's name; that of the state by default.
    pub(super) name: Option<Text>,
    /// The serial of the state in it.
    pub(super) serial: Option<SerialNumber>,
    /// The lineage of the state: `remote` (the default) or a UUID.
    pub(super) lineage: Option<LineageText>,
    /// The resources that the state records.
    pub(super) resources: Option<Vec<Text>>,
    /// The IDs of objects that the state records for resources, whether or not they exist:
    /// `{ ip: /things/ip-7 }`.
    pub(super) object: Option<Pairs<Text>>,
    /// The resources that the state has marked for replacement, and no others.
    pub(super) tainted: Option<Vec<Text>>,
    /// All attributes that the state records for a resource, where the object has others.
    #[serde(rename = "attributes")]
    pub(super) _attributes: Option<Pairs<Pairs<AttributeValue>>>,
    /// All inputs that the state records for a resource; `{}` for none, as after an import.
    #[serde(rename = "inputs")]
    pub(super) _inputs: Option<Pairs<Pairs<AttributeValue>>>,
    /// `true`: a blob of 0 bytes.
    pub(super) empty: Option<True>,
}

/// A lock that somebody took who is dead.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLockBefore {
    /// The lock's ID, a UUID; with gcs the generation of the lock object, a number.
    pub(super) id: Text,
    /// Who took it.
    pub(super) who: Text,
    /// What for; `apply` by default.
    pub(super) operation: Option<RawLockOperation>,
}

/// What a process does with a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawLockOperation {
    /// `plan`
    Plan,
    /// `apply` and `destroy`
    Apply,
    /// `refresh`
    Refresh,
    /// The first use of a backend.
    Init,
    /// `import`
    Import,
    /// `state push`
    StatePush,
    /// `state rm`
    StateRm,
    /// `state mv`
    StateMv,
    /// `taint`
    Taint,
    /// `untaint`
    Untaint,
}

/// The settings of the storage account that holds the state: what it keeps of blobs that are
/// written over or deleted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Account")]
pub(super) struct RawAccount {
    /// Blob versioning: whether each state of a blob stays as a version; false by default.
    pub(super) versioning: Option<Flag>,
    /// Blob soft delete: for how many days what is deleted or written over is retained, `7d`; not at
    /// all by default.
    pub(super) soft_delete: Option<Days>,
}

/// That there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum AbsentWord {
    /// There is none.
    Absent,
}

/// The remote state before the first step.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRemoteBefore {
    /// Its serial; 1 by default.
    pub(super) serial: Option<SerialNumber>,
    /// Which state it is, a UUID; drawn from the seed by default.
    pub(super) lineage: Option<LineageText>,
    /// The resources that it records, and which exist.
    pub(super) resources: Option<Vec<Text>>,
    /// The IDs of objects that it records for resources, and which it does not make:
    /// `{ ip: /things/ip-7 }`.
    pub(super) object: Option<Pairs<Text>>,
    /// The resources that it has marked for replacement, and no others.
    pub(super) tainted: Option<Vec<Text>>,
    /// All attributes that it records for a resource, where the object has others.
    #[serde(rename = "attributes")]
    pub(super) _attributes: Option<Pairs<Pairs<AttributeValue>>>,
    /// All inputs that it records for a resource; `{}` for none, as after an import.
    #[serde(rename = "inputs")]
    pub(super) _inputs: Option<Pairs<Pairs<AttributeValue>>>,
}

/// The options of the backend.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawBackend {
    /// Where the state lives; azurerm by default.
    #[serde(rename = "type")]
    pub(super) kind: Option<BackendWord>,
    /// Whether a local state is outside of the working directories, at a path that all share.
    pub(super) shared: Option<Flag>,
    /// Whether it takes a blob snapshot before each save.
    pub(super) snapshot: Option<Flag>,
    /// s3: whether an object beside the state locks it.
    pub(super) use_lockfile: Option<Flag>,
    /// s3: the table with an item that locks the state, and with the state's digest.
    pub(super) dynamodb_table: Option<Text>,
    /// http: the server; an open one by default.
    pub(super) server: Option<ServerWord>,
    /// http: what the configuration says of the lock's address, where it is not the server's.
    pub(super) lock_address: Option<AddressWord>,
    /// http: what it says of the address to unlock, where it is not the server's.
    pub(super) unlock_address: Option<AddressWord>,
    /// http: the method of a save; POST by default.
    pub(super) update_method: Option<UpdateWord>,
    /// http: the method of the request for the lock; the server's by default.
    pub(super) lock_method: Option<MethodWord>,
    /// http: the method of the request that gives the lock back; the server's by default.
    pub(super) unlock_method: Option<MethodWord>,
    /// http: how often a request is repeated at most; 2 by default.
    pub(super) retry_max: Option<Count>,
    /// http: the wait before the first repetition; 1s by default.
    pub(super) retry_wait_min: Option<Duration>,
    /// http: the longest wait; 30s by default.
    pub(super) retry_wait_max: Option<Duration>,
    /// The storage account that holds the state; ACCOUNT by default.
    pub(super) storage_account_name: Option<Text>,
    /// The container that holds the state; tfstate by default.
    pub(super) container_name: Option<Text>,
    /// The name of the state blob; terraform.tfstate by default.
    pub(super) key: Option<Text>,
}

/// A backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum BackendWord {
    /// A blob in Azure, with a lease for a lock.
    Azurerm,
    /// An object in an S3 bucket.
    S3,
    /// An object in a Cloud Storage bucket.
    Gcs,
    /// A row of a table of `PostgreSQL`.
    Pg,
    /// A state under an address of an HTTP server.
    Http,
    /// A file, with a lock of the kernel.
    Local,
}

/// What an operator's own configuration says of the backend.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOwnBackend {
    /// s3: whether an object beside the state locks it.
    pub(super) use_lockfile: Option<Flag>,
    /// s3: the table with an item that locks the state, and with the state's digest.
    pub(super) dynamodb_table: Option<Text>,
    /// pg: another schema of the same database, where a state of its own is.
    pub(super) schema_name: Option<Text>,
    /// http: what the configuration says of the lock's address, where it is not the server's.
    pub(super) lock_address: Option<AddressWord>,
    /// http: what it says of the address to unlock, where it is not the server's.
    pub(super) unlock_address: Option<AddressWord>,
    /// http: the method of a save; POST by default.
    pub(super) update_method: Option<UpdateWord>,
    /// http: the method of the request for the lock; the server's by default.
    pub(super) lock_method: Option<MethodWord>,
    /// http: the method of the request that gives the lock back; the server's by default.
    pub(super) unlock_method: Option<MethodWord>,
    /// http: how often a request is repeated at most; 2 by default.
    pub(super) retry_max: Option<Count>,
    /// http: the wait before the first repetition; 1s by default.
    pub(super) retry_wait_min: Option<Duration>,
    /// http: the longest wait; 30s by default.
    pub(super) retry_wait_max: Option<Duration>,
}

/// An operator's circumstances.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOperator {
    /// What stands between the operator's keyboard and Terraform.
    pub(super) wrapper: Option<Wrapper>,
    /// The operator in whose working directory this one works.
    pub(super) directory: Option<Text>,
    /// What this operator's configuration says of the backend, where it is something else.
    pub(super) backend: Option<RawOwnBackend>,
}

/// Bounds that end a run that would not end.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLimits {
    /// At most this many events; 10,000,000 by default.
    pub(super) events: Option<Count>,
    /// At most this much simulated time; 7 days by default.
    pub(super) time: Option<Duration>,
}
