//! S3 and `DynamoDB`, as far as whoever keeps a state there meets them.
//!
//! | service | promises |
//! |---|---|
//! | [`bucket`] | objects under keys; a put may ask that there be none (`If-None-Match: *`); a delete of what is not there succeeds |
//! | [`table`] | items under keys; a put may ask that there be none; a delete of what is not there succeeds |
//!
//! Neither knows of locks: a lock is an object or an item whose put asked that there be none.
//! From AWS's API references; where a rule was measured, with moto 5.2.1 behind a proxy, and agrees.

pub mod bucket;
mod refusal;
pub mod table;

pub use refusal::Refusal;
