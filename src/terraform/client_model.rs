//! Client models: how Terraform treats the lease, the saves and the refusals.
//!
//! `terraform` is Terraform 1.11.4 as it was measured. `renewing` is the client that the article
//! on "Lease ID Missing" describes: a finite lease, renewed, and a save after every resource.

use schemars::JsonSchema;
use serde::Deserialize;

use super::dialect::Dialect;
use crate::kernel::SimDuration;

/// How the lease is taken and kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaseModel {
    /// `lease: infinite`, under the lock ID that the client proposes; never renewed.
    Infinite,
    /// `lease: 60s`: finite, under the ID that the service returns, renewed in the background.
    Finite {
        /// 15–60 s.
        duration: SimDuration,
        /// `renew_every`, half the duration by default.
        renew_every: SimDuration,
    },
}

/// What a client does with its lease ID when a renewal fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnRenewalFailure {
    /// Goes on with the ID it has.
    KeepId,
    /// Forgets the ID: its next save carries none.
    ForgetId,
}

/// When an apply saves its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaveModel {
    /// `save: every_resource`
    EveryResource,
    /// `save: { interval: 20s }`: at a finish, where that much time has passed since the first
    /// finish or since the end of the last save in between; and at the end.
    Interval(SimDuration),
    /// `save: at_end`
    AtEnd,
}

/// How `force-unlock` frees the lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ForceUnlockMeans {
    /// Clears the lock info and releases the lease with its ID, as Terraform does.
    Release,
    /// Breaks the lease with period 0, as the article says.
    Break,
}

/// What happens after an answer of 429, 500 or 503.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryModel {
    /// `retry: forever`: waits of 1, 2, 4, 8, 16, 32, then 60 s.
    Forever,
    /// `retry: never`
    Never,
    /// `retry: { attempts: 3 }`: the same waits, at most this many times.
    Attempts(u32),
}

/// What follows a failed save of an apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnFailedSave {
    /// A save of a finish counts as a failure of its resource; after the final one the state goes
    /// to `errored.tfstate`, and the lock is given back.
    Unlock,
    /// After any, the state goes to `errored.tfstate`, and the process ends with its lock.
    Exit,
}

/// What the first interrupt does to resources that are being worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnFirstInterrupt {
    /// The state is saved, the providers are told to stop, and each finish is saved from then on.
    SaveAndStop,
    /// Nothing new starts; what runs is waited for.
    Stop,
}

/// What the second interrupt does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnSecondInterrupt {
    /// The work is given up, and the operation goes to its unlock.
    Unlock {
        /// How long it has for that, until the process ends all the same.
        within: SimDuration,
    },
    /// The process ends with its lock.
    Exit,
}

/// A client model, complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientModel {
    /// The name for the header: `terraform` or `renewing`, with `*` where something is overridden.
    pub base: ClientBase,
    /// Whether anything differs from the base.
    pub is_overridden: bool,
    /// How the lease is taken and kept.
    pub lease: LeaseModel,
    /// What follows a failed renewal.
    pub on_renewal_failure: OnRenewalFailure,
    /// When an apply saves.
    pub save: SaveModel,
    /// How `force-unlock` frees the lease.
    pub force_unlock: ForceUnlockMeans,
    /// Whether refused requests are repeated.
    pub retry: RetryModel,
    /// What follows a failed save.
    pub on_failed_save: OnFailedSave,
    /// What follows the first interrupt.
    pub on_first_interrupt: OnFirstInterrupt,
    /// What follows the second interrupt.
    pub on_second_interrupt: OnSecondInterrupt,
    /// The words of its errors.
    pub dialect: Dialect,
}

/// The client models that have a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientBase {
    /// Terraform 1.11.4, as measured.
    Terraform,
    /// The article's client.
    Renewing,
}

impl ClientBase {
    /// The name as a scenario spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Terraform => "terraform",
            Self::Renewing => "renewing",
        }
    }
}

impl ClientModel {
    /// Terraform 1.11.4 with azurerm, as measured.
    pub const TERRAFORM: Self = Self {
        base: ClientBase::Terraform,
        is_overridden: false,
        lease: LeaseModel::Infinite,
        on_renewal_failure: OnRenewalFailure::KeepId,
        save: SaveModel::Interval(SimDuration::from_seconds(20)),
        force_unlock: ForceUnlockMeans::Release,
        retry: RetryModel::Forever,
        on_failed_save: OnFailedSave::Unlock,
        on_first_interrupt: OnFirstInterrupt::SaveAndStop,
        on_second_interrupt: OnSecondInterrupt::Unlock {
            within: SimDuration::from_seconds(5),
        },
        dialect: Dialect::V1_11,
    };

    /// The article's client: a 60 s lease, renewed every 30 s, and a save after every resource.
    pub const RENEWING: Self = Self {
        base: ClientBase::Renewing,
        is_overridden: false,
        lease: LeaseModel::Finite {
            duration: SimDuration::from_seconds(60),
            renew_every: SimDuration::from_seconds(30),
        },
        on_renewal_failure: OnRenewalFailure::KeepId,
        save: SaveModel::EveryResource,
        force_unlock: ForceUnlockMeans::Break,
        retry: RetryModel::Forever,
        on_failed_save: OnFailedSave::Exit,
        on_first_interrupt: OnFirstInterrupt::Stop,
        on_second_interrupt: OnSecondInterrupt::Exit,
        dialect: Dialect::V1_11,
    };
}
