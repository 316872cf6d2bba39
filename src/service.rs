//! Services: what each other side promises to whoever keeps a state there.
//!
//! Each is a pure state machine: a request and the time go in, an answer comes out. None knows of
//! Terraform, of the network or of chance.

pub mod azure;
pub mod local;
