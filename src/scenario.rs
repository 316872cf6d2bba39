//! A scenario: who does what to which infrastructure, and what goes wrong, and when.
//!
//! The YAML file is read once and validated once. After that nothing is optional that cannot be
//! missing, and no name stands as text that is known to exist: names are numbers into
//! [`Names`](crate::terraform::Names).

pub mod expectation;
pub mod fault;
pub mod model;
pub mod step;

pub use expectation::{
    CloudExpectation, ErroredExpectation, Expectation, FindingName, LockExpectation,
    RemoteExpectation,
};
pub use fault::{FailMode, FaultRule, RequestEffect, RequestName};
pub use model::{
    Before, BlobBefore, Limits, OperatorOptions, Scenario, StartOrder, Timing, Wrapper,
};
pub use step::{
    BlobChange, CancelPlan, CloudChange, CredentialState, Direction, FactPattern, Link, LinkState,
    Peer, Since, StateFileLineage, Step, Trigger, Verb, WrittenFile, WrittenState,
};

pub use crate::terraform::client_model::{
    ClientBase, ClientModel, ForceUnlockMeans, LeaseModel, OnRenewalFailure, RetryModel, SaveModel,
};
pub use crate::terraform::configuration::{
    Accepts, Configuration, ObjectName, OnStop, ResourceConfig,
};
pub use crate::terraform::process::DiskState;
