//! The blob service: blobs with content, metadata, `ETag`, lease, versions and blob snapshots.
//!
//! A pure state machine: a request and the service's clock go in, an answer comes out. It knows
//! nothing of Terraform (content and metadata are type parameters), of the network (a lost
//! request never gets here) and of chance (faults are dealt before and after it).
//!
//! The behaviour is Azure's documented one. Tables say what that is, row by row, and each
//! row is a test: `lease-operations.tsv`, `use-attempts.tsv` and `edge-cases.tsv` in
//! `tests/azure/`; of versions, soft delete, snapshots and copies a fourth, `versions.tsv`. Where Azure's documents are silent, contradict each other or differ from what
//! was seen in production, the row says which value was taken and from where; a row marked
//! `inferred` is a choice that nobody has confirmed.
//!
//! # Where Azurite differs
//!
//! The emulator is no oracle. These differences are known (observed with Azurite 3.35.0) and
//! **not** copied:
//!
//! 1. An ID sent against an expired or broken lease: Azurite answers
//!    `LeaseNotPresentWithBlobOperation`, Azure `LeaseLost`.
//! 2. Renewal of an expired lease: Azurite takes any ID, Azure only the remembered one.
//! 3. A copy onto an expired or broken lease: Azurite keeps the lease renewable.
//! 4. Acquire without a duration: Azurite answers 201 and corrupts its record, Azure 400.
//! 5. A break period outside 0..60 s: Azurite checks it in some states only.
//! 6. Lease IDs: Azurite takes any text and compares spellings, Azure compares GUIDs.
//! 7. A write with an ID to a blob that does not exist: Azurite creates it, Azure answers 412.
//! 8. Missing or malformed headers: Azurite answers 400 without a code; fractions of a second
//!    pass.
//! 9. Conditions and leases: Azurite checks the condition first, Azure the lease.
//! 10. Azurite's texts say "container or blob".
//! 11. An asynchronous copy onto a fixed lease: Azurite accepts it.
//! 12. Azurite never throttles and never times out.
//!
//! # What is not modelled
//!
//! Container leases, uncommitted block lists (the blob is written whole), other types than block
//! blobs, access tiers and tags beyond their lease rules, and the whole-second precision of HTTP
//! dates. A container is there as soon as it is named. The service's faults (503, 500, 403, 429) are [`Refusal`]s that
//! somebody else deals; nothing here gives them by itself.

pub mod account;
pub mod blob;
pub mod history;
pub mod lease;
pub mod lease_id;
pub mod refusal;
pub mod request;
pub mod service;

pub use account::{
    Accounts, Addressed, BlobPath, Call, CallAnswer, CopySource, Found, Include, Looked, Which,
};
pub use blob::{Blob, Condition, ConditionHeaders, ETag, ETagPattern, Properties, ReportedLease};
pub use history::{BlobHistory, Deletion, Kept, Past, Protection, VersionId};
pub use lease::{Access, LeaseDuration, LeaseState, Proposal, Term, break_period_from_header};
pub use lease_id::{LeaseId, LeaseIdError};
pub use refusal::Refusal;
pub use request::{Action, Request, Success, WriteKind};
pub use service::BlobService;
