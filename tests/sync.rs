//! In sync: the record that should be, and what plans say of it.
//!
//! Inputs that were once judged wrongly have their right value here; then, over random wrecks by
//! every verb: what is said to be in sync gives every operator the plan that the perfect record
//! would give, and what gives everybody that plan is in sync.

pub(crate) mod generator;
mod once;
pub(crate) mod oracle;
mod trials;
