//! Stub until the azure branch lands.
use crate::kernel::SimDuration;
/// x
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LeaseId(u128);
/// x
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// x
    LeaseIdMissing,
}
/// x
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaseDuration {
    /// x
    Infinite,
    /// x
    Fixed(SimDuration),
}
