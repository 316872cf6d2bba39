//! The ledger: what was staged, and whether anything ever felt it.
//!
//! A cut that no message met and a full disk to which nothing was written show nothing of what
//! they were meant to show: a replication in which that happens is vacuous.

use crate::scenario::StepEffect;
use crate::timeline::{Staging, Vacuity, VacuityReason, VacuousPart};

/// Something that was staged, by its place in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cause(usize);

/// A condition, and what brought it about, if it was staged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Staged<T> {
    pub(crate) value: T,
    pub(crate) by: Option<Cause>,
}

impl<T> Staged<T> {
    /// As it is by itself.
    pub(crate) const fn natural(value: T) -> Self {
        Self { value, by: None }
    }
}

/// Where something that is staged comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The line of the step in the scenario's file; `None` for what is done from outside.
    pub(crate) line: Option<u32>,
    /// What the step says of its effect.
    pub(crate) effect: StepEffect,
}

impl Origin {
    /// Somebody who drives the simulation.
    pub(crate) const OUTSIDE: Self = Self {
        line: None,
        effect: StepEffect::Some,
    };
}

#[derive(Debug, Clone, Copy)]
struct Account {
    origin: Origin,
    staging: Staging,
    is_felt: bool,
}

/// The [ledger](self).
#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger {
    accounts: Vec<Account>,
}

impl Ledger {
    /// A step stages something, which is vacuous if nothing feels it.
    pub(crate) fn stage(&mut self, origin: Origin, staging: Staging) -> Cause {
        self.accounts.push(Account {
            origin,
            staging,
            is_felt: false,
        });
        Cause(self.accounts.len() - 1)
    }

    /// Something felt it.
    pub(crate) fn feel(&mut self, cause: Option<Cause>) {
        if let Some(Cause(index)) = cause {
            self.accounts[index].is_felt = true;
        }
    }

    /// What nothing felt, and what was felt where the scenario says that nothing would.
    pub(crate) fn vacuities(&self) -> impl Iterator<Item = Vacuity> {
        self.accounts.iter().filter_map(|account| {
            let reason = match (account.origin.effect, account.is_felt) {
                (StepEffect::Some, true) | (StepEffect::None, false) => return None,
                (StepEffect::Some, false) => VacuityReason::Unfelt(account.staging),
                (StepEffect::None, true) => VacuityReason::HadEffect,
            };
            let part = match account.staging {
                Staging::FailedOperation => VacuousPart::Failure,
                Staging::Sleep | Staging::Link | Staging::Disk | Staging::Credentials => {
                    VacuousPart::Step
                }
            };
            Some(Vacuity {
                line: account.origin.line?,
                part,
                reason,
            })
        })
    }
}
