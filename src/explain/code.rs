//! The catalogue of the services' error codes.

mod account;
mod aws;
mod http;
mod lease;
mod request;
mod unmet;

use super::topic::Topic;

/// All codes: those that speak of the lease, of the request, of who is let in, those that Terraform
/// does not meet, those of S3 and `DynamoDB`, and the statuses of HTTP state servers.
pub(super) const ALL: [&[Topic]; 6] = [
    lease::TOPICS,
    request::TOPICS,
    account::TOPICS,
    unmet::TOPICS,
    aws::TOPICS,
    http::TOPICS,
];
