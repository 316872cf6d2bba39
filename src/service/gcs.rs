//! Google Cloud Storage, as far as whoever keeps a state there meets it.
//!
//! A [`bucket`] keeps objects under names, each with the generation that it got when it was
//! written. A request may name the generation that it is meant for: a lock is an object that was put
//! where there was none, and is deleted by its generation alone. From Google's documentation of
//! request preconditions and of object versioning; measured with an emulator behind a proxy that
//! enforces them.

pub mod bucket;
mod refusal;

pub use refusal::Refusal;
