//! The ledger: what was staged, and whether anything ever felt it.
//!
//! A cut that no message met and a full disk to which nothing was written show nothing of what
//! they were meant to show: a replication in which that happens is vacuous.

use std::sync::Arc;

use crate::scenario::StepEffect;
use crate::timeline::Vacuity;

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

#[derive(Debug, Clone)]
struct Account {
    origin: Origin,
    what: Arc<str>,
    /// Why it is vacuous if nothing feels it.
    why: &'static str,
    is_felt: bool,
}

/// The [ledger](self).
#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger {
    accounts: Vec<Account>,
}

impl Ledger {
    /// A step stages something. `why` says why it is vacuous if nothing feels it.
    pub(crate) fn stage(&mut self, origin: Origin, why: &'static str) -> Cause {
        self.open(origin, "this step".into(), why)
    }

    /// A part of a step is staged; `what` is its name, as a sentence's subject.
    pub(crate) fn open(&mut self, origin: Origin, what: Arc<str>, why: &'static str) -> Cause {
        self.accounts.push(Account {
            origin,
            what,
            why,
            is_felt: false,
        });
        Cause(self.accounts.len() - 1)
    }

    /// A step did something at its instant.
    pub(crate) fn settle(&mut self, origin: Origin) {
        if origin.effect == StepEffect::None {
            let done = self.stage(origin, HAS_EFFECT);
            self.feel(Some(done));
        }
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
            let why = match (account.origin.effect, account.is_felt) {
                (StepEffect::Some, true) | (StepEffect::None, false) => return None,
                (StepEffect::Some, false) => account.why,
                (StepEffect::None, true) => HAS_EFFECT,
            };
            Some(Vacuity {
                line: account.origin.line?,
                what: Arc::clone(&account.what),
                why: why.into(),
            })
        })
    }
}

/// Why a step is vacuous that says `effect: none`, and had one.
pub(super) const HAS_EFFECT: &str = "it says `effect: none`, and it had an effect";
