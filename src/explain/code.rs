//! The catalogue of the blob service's error codes.

mod account;
mod lease;
mod request;
mod unmet;

use super::topic::Topic;

/// All codes: those that speak of the lease, of the request, of who is let in, and those that
/// Terraform does not meet.
pub(super) const ALL: [&[Topic]; 4] = [
    lease::TOPICS,
    request::TOPICS,
    account::TOPICS,
    unmet::TOPICS,
];
