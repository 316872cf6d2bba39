//! The lease of a blob: five states, five verbs, two kinds of use.
//!
//! A is the ID that the blob remembers, B any other. Time changes the state by itself, and
//! [`LeaseState::at`] derives that when a request is processed: a lease is over *at* its expiry,
//! a break period *at* its end (Azurite; Azure's documents are silent on the boundary).
//!
//! | verb | available | leased(A) | expired(A) | breaking(A) | broken(A) |
//! |---|---|---|---|---|---|
//! | time | | fixed: expired(A) at expiry; infinite: never | | broken(A) at the end | |
//! | acquire, ID generated | leased | `LeaseAlreadyPresent` | leased | `LeaseAlreadyPresent` | leased |
//! | acquire, A proposed | leased(A) | leased(A), clock and kind anew | leased(A) | `LeaseIsBreakingAndCannotBeAcquired` | leased(A) |
//! | acquire, B proposed | leased(B) | `LeaseAlreadyPresent` | leased(B) | `LeaseAlreadyPresent` | leased(B) |
//! | renew A | mismatch | leased(A), clock anew | leased(A), clock anew | `LeaseIsBrokenAndCannotBeRenewed` | same |
//! | renew B | mismatch | mismatch | mismatch | mismatch | mismatch |
//! | change A to B | not present | leased(B), same clock | not present | `LeaseIsBreakingAndCannotBeChanged` | not present |
//! | change B to A | not present | leased(A) | not present | mismatch | not present |
//! | change B to C | not present | mismatch | not present | mismatch | not present |
//! | release A | mismatch | available | available | available | available |
//! | release B | mismatch | mismatch | mismatch | mismatch | mismatch |
//! | break, no period | not present | infinite: broken(A); fixed: breaking(A) for the rest | broken(A) | unchanged | broken(A) |
//! | break, period N | not present | breaking(A) for N, at most the rest | broken(A) | at most N from now | broken(A) |
//! | read or snapshot, no ID | ok | ok | ok | ok | ok |
//! | write or delete, no ID | ok | `LeaseIdMissing` | ok, then available | `LeaseIdMissing` | ok, then available |
//! | any use with A | not present | ok | `LeaseLost` | ok | `LeaseLost` |
//! | any use with B | not present | mismatch | `LeaseLost` | mismatch | `LeaseLost` |
//!
//! A break period of zero is broken(A) at once. *mismatch* is `LeaseIdMismatchWith…` and *not
//! present* `LeaseNotPresentWith…Operation`: `LeaseOperation` (409) for the verbs,
//! `BlobOperation` (412) for the uses. A refusal changes nothing.
//!
//! Sources: the outcome tables of Azure's page "Lease Blob" and its lists of error codes; codes
//! from the live tests of the .NET SDK, from production reports, and from Azurite where those
//! agree. `tests/azure/lease-operations.tsv` and `use-attempts.tsv` name the source of each
//! cell. Inferred: `LeaseLost` for a use with B after expiry or break (the pages give only 412),
//! the mismatch of a renewal or release of expired(A) with B.

use super::lease_id::LeaseId;
use super::refusal::Refusal;
use crate::kernel::{SimDuration, SimTime};

/// The ID under which a lease is to be acquired, and who chose it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Proposal {
    /// By the client, in `x-ms-proposed-lease-id`: a repeated acquire finds its own lease.
    Proposed(LeaseId),
    /// By the service, because the client proposed none: a repeated acquire finds a stranger's
    /// lease. The caller draws the ID, so that the service draws nothing itself.
    Generated(LeaseId),
}

impl Proposal {
    /// The ID that the lease will have.
    pub const fn id(self) -> LeaseId {
        match self {
            Self::Proposed(id) | Self::Generated(id) => id,
        }
    }
}

/// How long a lease is asked for, as in the header `x-ms-lease-duration`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LeaseDuration {
    /// Whole seconds, in [15 s, 60 s]; the service refuses others.
    Fixed(SimDuration),
    /// Until it is released or broken; on the wire -1.
    Infinite,
}

/// Shortest fixed lease (page "Lease Blob").
const LEASE_DURATION_MIN: SimDuration = SimDuration::from_seconds(15);
/// Longest fixed lease and longest break period (page "Lease Blob").
const LEASE_DURATION_MAX: SimDuration = SimDuration::from_seconds(60);

impl LeaseDuration {
    /// Reads the header `x-ms-lease-duration`.
    ///
    /// # Errors
    ///
    /// `MissingRequiredHeader` where it is absent; `InvalidHeaderValue` where it is no whole
    /// number of seconds in 15..=60 and not -1 (that code is inferred for what is no number).
    pub fn from_header(value: Option<&str>) -> Result<Self, Refusal> {
        match value.ok_or(Refusal::MissingRequiredHeader)? {
            "-1" => Ok(Self::Infinite),
            seconds => Self::Fixed(seconds_from_header(seconds)?).checked(),
        }
    }

    /// The duration itself, where the service accepts it.
    ///
    /// # Errors
    ///
    /// `InvalidHeaderValue` where it is fixed and not a whole number of seconds in 15..=60.
    pub const fn checked(self) -> Result<Self, Refusal> {
        match self {
            Self::Infinite => Ok(self),
            Self::Fixed(duration)
                if duration.as_ms() >= LEASE_DURATION_MIN.as_ms()
                    && duration.as_ms() <= LEASE_DURATION_MAX.as_ms()
                    && duration.as_ms().is_multiple_of(1_000) =>
            {
                Ok(self)
            }
            Self::Fixed(_) => Err(Refusal::InvalidHeaderValue),
        }
    }
}

/// Reads the optional header `x-ms-lease-break-period`.
///
/// # Errors
///
/// `InvalidHeaderValue` where it is no whole number of seconds in 0..=60.
pub fn break_period_from_header(value: Option<&str>) -> Result<Option<SimDuration>, Refusal> {
    let period = value.map(seconds_from_header).transpose()?;
    check_break_period(period)?;
    Ok(period)
}

/// Refuses a break period that is no whole number of seconds in 0..=60 (page "Lease Blob").
pub(super) fn check_break_period(period: Option<SimDuration>) -> Result<(), Refusal> {
    match period {
        Some(period) if period > LEASE_DURATION_MAX || !period.as_ms().is_multiple_of(1_000) => {
            Err(Refusal::InvalidHeaderValue)
        }
        Some(_) | None => Ok(()),
    }
}

fn seconds_from_header(value: &str) -> Result<SimDuration, Refusal> {
    if !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Refusal::InvalidHeaderValue);
    }
    // Sixteen bits hold every accepted value.
    let seconds: u16 = value.parse().map_err(|_| Refusal::InvalidHeaderValue)?;
    Ok(SimDuration::from_seconds(u64::from(seconds)))
}

/// How a use attempt touches the blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    /// Gives content or properties: needs no ID, and an unmet condition may be a 304.
    Read,
    /// Takes a blob snapshot: needs no ID, but conditions hold as for a write.
    Snapshot,
    /// Changes or deletes an existing blob: needs the ID of an active lease.
    Write,
    /// Puts a blob, whether or not it exists: needs the ID of an active lease.
    Put,
}

/// What remains of an active lease's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Term {
    /// It expires by itself; a renewal runs for the original duration again.
    Fixed {
        /// The duration for which it was acquired.
        duration: SimDuration,
        /// When it expires, unless it is renewed.
        expiry: SimTime,
    },
    /// It never expires.
    Infinite,
}

impl Term {
    fn starting(now: SimTime, duration: LeaseDuration) -> Self {
        match duration {
            LeaseDuration::Fixed(duration) => Self::Fixed {
                duration,
                expiry: now + duration,
            },
            LeaseDuration::Infinite => Self::Infinite,
        }
    }

    fn restarted(self, now: SimTime) -> Self {
        match self {
            Self::Fixed {
                duration,
                expiry: _,
            } => Self::Fixed {
                duration,
                expiry: now + duration,
            },
            Self::Infinite => Self::Infinite,
        }
    }

    /// How long a break without a period takes: a fixed lease keeps what remains of it, an
    /// infinite one nothing. `period` can only shorten the first and sets the second.
    fn break_delay(self, now: SimTime, period: Option<SimDuration>) -> SimDuration {
        match self {
            Self::Fixed {
                duration: _,
                expiry,
            } => {
                let rest = expiry.since(now);
                period.map_or(rest, |period| period.min(rest))
            }
            Self::Infinite => period.unwrap_or(SimDuration::ZERO),
        }
    }
}

/// The lease of a blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum LeaseState {
    /// There is no lease and no ID is remembered.
    #[default]
    Available,
    /// A lease is active.
    Leased {
        /// Its ID.
        id: LeaseId,
        /// Its time.
        term: Term,
    },
    /// A fixed lease ran out; whoever has its ID may still renew it, if nobody wrote since.
    Expired {
        /// The ID that the blob remembers.
        id: LeaseId,
        /// For how long a renewal runs.
        duration: SimDuration,
    },
    /// The lease is still active, but ends with its break period.
    Breaking {
        /// Its ID.
        id: LeaseId,
        /// When it is broken.
        until: SimTime,
    },
    /// The lease was broken; its ID is remembered, but only good for a release.
    Broken {
        /// The ID that the blob remembers.
        id: LeaseId,
    },
}

impl LeaseState {
    /// The state at `now`, with what time alone has done to it.
    #[must_use]
    #[inline]
    pub fn at(self, now: SimTime) -> Self {
        match self {
            Self::Leased {
                id,
                term: Term::Fixed { duration, expiry },
            } if now >= expiry => Self::Expired { id, duration },
            Self::Breaking { id, until } if now >= until => Self::Broken { id },
            Self::Available
            | Self::Leased { .. }
            | Self::Expired { .. }
            | Self::Breaking { .. }
            | Self::Broken { .. } => self,
        }
    }

    /// The ID that the blob remembers, active or not.
    pub const fn remembered_id(self) -> Option<LeaseId> {
        match self {
            Self::Available => None,
            Self::Leased { id, term: _ }
            | Self::Expired { id, duration: _ }
            | Self::Breaking { id, until: _ }
            | Self::Broken { id } => Some(id),
        }
    }

    /// Whether writes need the ID; `x-ms-lease-status` says `locked`. Ask it of a state that is
    /// derived [at](Self::at) the present.
    pub const fn is_locked(self) -> bool {
        match self {
            Self::Leased { .. } | Self::Breaking { .. } => true,
            Self::Available | Self::Expired { .. } | Self::Broken { .. } => false,
        }
    }

    /// Acquires the lease. Its clock starts at `now`.
    ///
    /// # Errors
    ///
    /// `LeaseAlreadyPresent` while a lease is active, except that its own ID, proposed again,
    /// acquires anew; `LeaseIsBreakingAndCannotBeAcquired` where that lease is breaking.
    #[inline]
    pub fn acquire(
        self,
        now: SimTime,
        proposal: Proposal,
        duration: LeaseDuration,
    ) -> Result<Self, Refusal> {
        let leased = Self::Leased {
            id: proposal.id(),
            term: Term::starting(now, duration),
        };
        match self.at(now) {
            Self::Available | Self::Expired { .. } | Self::Broken { .. } => Ok(leased),
            Self::Leased { id, term: _ } if proposal == Proposal::Proposed(id) => Ok(leased),
            Self::Breaking { id, until: _ } if proposal == Proposal::Proposed(id) => {
                Err(Refusal::LeaseIsBreakingAndCannotBeAcquired)
            }
            Self::Leased { .. } | Self::Breaking { .. } => Err(Refusal::LeaseAlreadyPresent),
        }
    }

    /// Renews the lease: its clock starts again with the original duration. An expired lease is
    /// revived.
    ///
    /// # Errors
    ///
    /// `LeaseIdMismatchWithLeaseOperation` with an ID that is not remembered,
    /// `LeaseIsBrokenAndCannotBeRenewed` once it is breaking or broken.
    #[inline]
    pub fn renew(self, now: SimTime, lease_id: LeaseId) -> Result<Self, Refusal> {
        match self.at(now) {
            Self::Leased { id, term } if id == lease_id => Ok(Self::Leased {
                id,
                term: term.restarted(now),
            }),
            Self::Expired { id, duration } if id == lease_id => {
                let term = Term::starting(now, LeaseDuration::Fixed(duration));
                Ok(Self::Leased { id, term })
            }
            Self::Breaking { id, until: _ } | Self::Broken { id } if id == lease_id => {
                Err(Refusal::LeaseIsBrokenAndCannotBeRenewed)
            }
            Self::Available
            | Self::Leased { .. }
            | Self::Expired { .. }
            | Self::Breaking { .. }
            | Self::Broken { .. } => Err(Refusal::LeaseIdMismatchWithLeaseOperation),
        }
    }

    /// Gives the lease another ID and keeps its clock. Where it has that ID already, nothing
    /// changes, whatever `lease_id` is, so that a repeated change succeeds.
    ///
    /// # Errors
    ///
    /// `LeaseNotPresentWithLeaseOperation` unless a lease is active,
    /// `LeaseIdMismatchWithLeaseOperation` with another's ID,
    /// `LeaseIsBreakingAndCannotBeChanged` while it is breaking.
    pub fn change(
        self,
        now: SimTime,
        lease_id: LeaseId,
        proposed: LeaseId,
    ) -> Result<Self, Refusal> {
        match self.at(now) {
            Self::Available | Self::Expired { .. } | Self::Broken { .. } => {
                Err(Refusal::LeaseNotPresentWithLeaseOperation)
            }
            Self::Leased { id, term } if id == lease_id || id == proposed => {
                Ok(Self::Leased { id: proposed, term })
            }
            Self::Breaking { id, until: _ } if id == lease_id => {
                Err(Refusal::LeaseIsBreakingAndCannotBeChanged)
            }
            Self::Leased { .. } | Self::Breaking { .. } => {
                Err(Refusal::LeaseIdMismatchWithLeaseOperation)
            }
        }
    }

    /// Releases the lease, active or not: the blob forgets the ID.
    ///
    /// # Errors
    ///
    /// `LeaseIdMismatchWithLeaseOperation` with an ID that is not remembered, so also on a
    /// second release.
    #[inline]
    pub fn release(self, now: SimTime, lease_id: LeaseId) -> Result<Self, Refusal> {
        match self.at(now) {
            Self::Leased { id, term: _ }
            | Self::Expired { id, duration: _ }
            | Self::Breaking { id, until: _ }
            | Self::Broken { id }
                if id == lease_id =>
            {
                Ok(Self::Available)
            }
            Self::Available
            | Self::Leased { .. }
            | Self::Expired { .. }
            | Self::Breaking { .. }
            | Self::Broken { .. } => Err(Refusal::LeaseIdMismatchWithLeaseOperation),
        }
    }

    /// Breaks the lease after `period` and returns how long that takes. Anybody may: no ID is
    /// needed. A period never makes a lease last longer than it would.
    ///
    /// # Errors
    ///
    /// `LeaseNotPresentWithLeaseOperation` where no ID is remembered.
    pub fn break_after(
        self,
        now: SimTime,
        period: Option<SimDuration>,
    ) -> Result<(Self, SimDuration), Refusal> {
        match self.at(now) {
            Self::Available => Err(Refusal::LeaseNotPresentWithLeaseOperation),
            Self::Leased { id, term } => Ok(Self::breaking(id, now, term.break_delay(now, period))),
            Self::Breaking { id, until } => {
                let rest = until.since(now);
                let delay = period.map_or(rest, |period| period.min(rest));
                Ok(Self::breaking(id, now, delay))
            }
            Self::Expired { id, duration: _ } | Self::Broken { id } => {
                Ok((Self::Broken { id }, SimDuration::ZERO))
            }
        }
    }

    fn breaking(id: LeaseId, now: SimTime, delay: SimDuration) -> (Self, SimDuration) {
        let state = if delay == SimDuration::ZERO {
            Self::Broken { id }
        } else {
            Self::Breaking {
                id,
                until: now + delay,
            }
        };
        (state, delay)
    }

    /// The state after the blob was used. An ID that is sent is always a condition, for reads
    /// too; a use never extends the lease.
    ///
    /// # Errors
    ///
    /// `LeaseIdMissing` for a write without an ID while a lease is active; with an ID,
    /// `LeaseIdMismatchWithBlobOperation`, `LeaseLost` or `LeaseNotPresentWithBlobOperation`
    /// where it is not that of an active lease.
    #[inline]
    pub fn admit(
        self,
        now: SimTime,
        access: Access,
        lease_id: Option<LeaseId>,
    ) -> Result<Self, Refusal> {
        let state = self.at(now);
        let is_write = match access {
            Access::Read | Access::Snapshot => false,
            Access::Write | Access::Put => true,
        };
        match (state, lease_id) {
            (Self::Available, Some(_)) => Err(Refusal::LeaseNotPresentWithBlobOperation),
            (Self::Leased { id, term: _ } | Self::Breaking { id, until: _ }, Some(sent))
                if sent != id =>
            {
                Err(Refusal::LeaseIdMismatchWithBlobOperation)
            }
            (Self::Leased { .. } | Self::Breaking { .. }, None) if is_write => {
                Err(Refusal::LeaseIdMissing)
            }
            (Self::Expired { .. } | Self::Broken { .. }, Some(_)) => Err(Refusal::LeaseLost),
            (Self::Expired { .. } | Self::Broken { .. }, None) if is_write => Ok(Self::Available),
            (Self::Available | Self::Expired { .. } | Self::Broken { .. }, None)
            | (Self::Leased { .. } | Self::Breaking { .. }, Some(_) | None) => Ok(state),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: LeaseId = LeaseId::from_bits(0xa);
    const B: LeaseId = LeaseId::from_bits(0xb);
    const FIXED: LeaseDuration = LeaseDuration::Fixed(SimDuration::from_seconds(30));

    fn seconds(seconds: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_seconds(seconds)
    }

    fn leased(duration: LeaseDuration) -> LeaseState {
        LeaseState::default()
            .acquire(SimTime::ZERO, Proposal::Proposed(A), duration)
            .unwrap()
    }

    #[test]
    fn a_lease_is_over_at_its_very_end() {
        let fixed = leased(FIXED);
        assert_eq!(fixed.at(SimTime::from_ms(29_999)), fixed);
        let duration = SimDuration::from_seconds(30);
        assert_eq!(
            fixed.at(seconds(30)),
            LeaseState::Expired { id: A, duration }
        );
        let (breaking, _) = fixed
            .break_after(SimTime::ZERO, Some(duration.half()))
            .unwrap();
        assert_eq!(breaking.at(SimTime::from_ms(14_999)), breaking);
        assert_eq!(breaking.at(seconds(15)), LeaseState::Broken { id: A });
        let infinite = leased(LeaseDuration::Infinite);
        assert_eq!(infinite.at(SimTime::MAX), infinite);
    }

    #[test]
    fn a_break_period_only_ever_shortens() {
        let period = |seconds| Some(SimDuration::from_seconds(seconds));
        let (early, _) = leased(LeaseDuration::Infinite)
            .break_after(seconds(0), period(20))
            .unwrap();
        for (state, period, delay_s) in [
            (leased(LeaseDuration::Infinite), None, 0),
            (leased(LeaseDuration::Infinite), period(60), 60),
            (leased(FIXED), None, 20),
            (leased(FIXED), period(5), 5),
            (leased(FIXED), period(60), 20),
            (early, None, 10),
            (early, period(4), 4),
            (early, period(40), 10),
            (early, period(0), 0),
        ] {
            let (broken, delay) = state.break_after(seconds(10), period).unwrap();
            assert_eq!(
                delay,
                SimDuration::from_seconds(delay_s),
                "{state:?} {period:?}"
            );
            assert_eq!(broken.at(seconds(10) + delay), LeaseState::Broken { id: A });
        }
    }

    #[test]
    fn a_changed_lease_keeps_its_clock() {
        let changed = leased(FIXED).change(seconds(20), A, B).unwrap();
        assert!(changed.at(SimTime::from_ms(29_999)).is_locked());
        assert!(!changed.at(seconds(30)).is_locked());
    }

    #[test]
    fn the_state_is_small() {
        assert!(size_of::<LeaseState>() <= 48, "{}", size_of::<LeaseState>());
    }
}
