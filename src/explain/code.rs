//! The catalogue of the services' error codes.

mod account;
mod aws;
mod gcs;
mod http;
mod lease;
mod postgres;
mod request;
mod unmet;

use super::topic::Topic;

/// All codes: those that speak of the lease, of the request, of who is let in, those that Terraform
/// does not meet, those of S3 and `DynamoDB`, and of Cloud Storage, and those of `PostgreSQL`, and the statuses of HTTP state servers.
pub(super) const ALL: [&[Topic]; 8] = [
    lease::TOPICS,
    request::TOPICS,
    account::TOPICS,
    unmet::TOPICS,
    aws::TOPICS,
    gcs::TOPICS,
    postgres::TOPICS,
    http::TOPICS,
];
