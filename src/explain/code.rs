//! The catalogue of the blob service's error codes.

mod lease;
mod request;

use super::topic::Topic;

/// All codes: those that speak of the lease, and the others.
pub(super) const ALL: [&[Topic]; 2] = [lease::TOPICS, request::TOPICS];
