//! The catalogue: what error lines, codes, findings and words mean, and what to do about them.
//!
//! Everything that the model prints, refuses or finds stands here; tests hold that. The texts are
//! ours, the facts those of the sources that each topic names. Which scenarios show a topic is
//! read from their reports, never written down.
//!
//! ```
//! use leaselab::explain::{Lookup, find};
//!
//! let line = "Error: executing request: unexpected status 412 (412 There is currently no lease on \
//!             the blob.) with LeaseNotPresentWithBlobOperation: There is currently no lease on the \
//!             blob.";
//! let Lookup::Found(topics) = find(line) else { panic!("it is known") };
//! assert!(topics.iter().any(|topic| topic.name == "LeaseNotPresentWithBlobOperation"));
//! ```

pub mod exhibit;
pub mod lookup;
pub mod printed;
pub mod topic;

mod code;
mod diagnostic;
mod finding;
mod gcs;
mod http;
mod local;
mod pg;
mod s3;
mod word;

pub use exhibit::Exhibit;
pub use lookup::{Lookup, find, in_line};
pub use topic::{Advice, Elsewhere, Group, Sign, Source, Topic};

/// All topics, group by group.
pub fn topics() -> impl Iterator<Item = &'static Topic> {
    const FINDINGS: [&[Topic]; 1] = [finding::TOPICS];
    let diagnostics = diagnostic::ALL.into_iter();
    let others = code::ALL.into_iter().chain(FINDINGS).chain(word::ALL);
    diagnostics.chain(others).flatten()
}

/// The topic of this name.
pub fn topic(name: &str) -> Option<&'static Topic> {
    topics().find(|topic| topic.name == name)
}
