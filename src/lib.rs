//! A deterministic discrete-event simulator of Terraform applies that go wrong.

pub mod azure;
pub mod kernel;
