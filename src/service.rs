//! Services: what each other side promises to whoever keeps a state there.
//!
//! Each is a pure state machine: a request and the time go in, an answer comes out. None knows of
//! Terraform, of the network or of chance.
//!
//! ```
//! use leaselab::kernel::SimTime;
//! use leaselab::service::azure::{
//!     Action, BlobService, LeaseDuration, LeaseId, Proposal, Refusal, Request,
//! };
//!
//! let mut service: BlobService<&str, ()> = BlobService::with_blob(SimTime::ZERO, "state");
//! let id = LeaseId::from_bits(1);
//! let acquire = Action::AcquireLease {
//!     proposal: Proposal::Proposed(id),
//!     duration: LeaseDuration::Infinite,
//! };
//! assert!(service.handle(SimTime::ZERO, Request::new(acquire)).is_ok());
//! let put = || Action::Put { content: "new state", metadata: () };
//! let without_id = Request::new(put());
//! assert_eq!(service.handle(SimTime::ZERO, without_id), Err(Refusal::LeaseIdMissing));
//! let with_id = Request::new(put()).with_lease(id);
//! assert!(service.handle(SimTime::ZERO, with_id).is_ok());
//! ```

pub mod aws;
pub mod azure;
pub mod gcs;
pub mod http;
pub mod local;
pub mod postgres;
pub mod refusal;

pub use refusal::Refusal;
