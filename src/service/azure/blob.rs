//! The blob: content, metadata, `ETag`, lease; its snapshots, and the conditions put on it.

use std::fmt;

use super::history::VersionId;
use super::lease::{Access, LeaseState, Term};
use super::lease_id::LeaseId;
use super::refusal::Refusal;
use crate::kernel::SimTime;

/// The version of a blob: when it was written [100 ns since the start]. Every change of content,
/// metadata or properties gives a new one, which the service never gives again; lease operations
/// keep it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ETag(pub u64);

/// Hexadecimal, the way the service writes it.
impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("0x{:015X}", self.0))
    }
}

/// What an `If-Match` or `If-None-Match` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ETagPattern {
    /// Every version: `*`.
    Any,
    /// This version.
    Exactly(ETag),
}

impl ETagPattern {
    fn matches(self, etag: ETag) -> bool {
        match self {
            Self::Any => true,
            Self::Exactly(expected) => expected == etag,
        }
    }
}

/// The condition that decides whether a request is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Condition {
    /// There is none.
    #[default]
    Unconditional,
    /// The blob has this version.
    IfMatch(ETagPattern),
    /// The blob has another version, or (with `*`) does not exist.
    IfNoneMatch(ETagPattern),
    /// The blob was modified after this time.
    IfModifiedSince(SimTime),
    /// The blob was not modified after this time.
    IfUnmodifiedSince(SimTime),
}

/// The four conditional headers of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ConditionHeaders {
    /// `If-Match`.
    pub if_match: Option<ETagPattern>,
    /// `If-None-Match`.
    pub if_none_match: Option<ETagPattern>,
    /// `If-Modified-Since`.
    pub if_modified_since: Option<SimTime>,
    /// `If-Unmodified-Since`.
    pub if_unmodified_since: Option<SimTime>,
}

impl ConditionHeaders {
    /// The condition that decides: a request carries one, or a pair of which the `ETag` decides
    /// (page "Specifying conditional headers"; taken for reads as well, which is inferred).
    ///
    /// # Errors
    ///
    /// `MultipleConditionHeadersNotSupported` with any other combination.
    pub const fn read(self) -> Result<Condition, Refusal> {
        let Self {
            if_match,
            if_none_match,
            if_modified_since,
            if_unmodified_since,
        } = self;
        match (
            if_match,
            if_none_match,
            if_modified_since,
            if_unmodified_since,
        ) {
            (None, None, None, None) => Ok(Condition::Unconditional),
            (Some(pattern), None, None, _) => Ok(Condition::IfMatch(pattern)),
            (None, Some(pattern), _, None) => Ok(Condition::IfNoneMatch(pattern)),
            (None, None, Some(time), None) => Ok(Condition::IfModifiedSince(time)),
            (None, None, None, Some(time)) => Ok(Condition::IfUnmodifiedSince(time)),
            _ => Err(Refusal::MultipleConditionHeadersNotSupported),
        }
    }
}

impl Condition {
    /// Checks the condition on a blob that exists.
    ///
    /// A read that is not carried out because the reader has the newest content gives 304; a Put
    /// with `If-None-Match: *` gives 409 `BlobAlreadyExists`; everything else gives 412.
    ///
    /// # Errors
    ///
    /// `NotModified`, `BlobAlreadyExists` or `ConditionNotMet`, as above.
    #[inline]
    pub fn check(self, access: Access, etag: ETag, last_modified: SimTime) -> Result<(), Refusal> {
        let is_met = match self {
            Self::Unconditional => return Ok(()),
            Self::IfMatch(pattern) => pattern.matches(etag),
            Self::IfNoneMatch(pattern) => !pattern.matches(etag),
            Self::IfModifiedSince(time) => last_modified > time,
            Self::IfUnmodifiedSince(time) => last_modified <= time,
        };
        if is_met {
            Ok(())
        } else {
            Err(self.refusal(access))
        }
    }

    fn refusal(self, access: Access) -> Refusal {
        match (access, self) {
            (Access::Read, Self::IfNoneMatch(_) | Self::IfModifiedSince(_)) => Refusal::NotModified,
            (Access::Put, Self::IfNoneMatch(ETagPattern::Any)) => Refusal::BlobAlreadyExists,
            (
                Access::Read | Access::Snapshot | Access::Write | Access::Put,
                Self::Unconditional
                | Self::IfMatch(_)
                | Self::IfNoneMatch(_)
                | Self::IfModifiedSince(_)
                | Self::IfUnmodifiedSince(_),
            ) => Refusal::ConditionNotMet,
        }
    }

    /// Checks the condition of a Put on a blob that does not exist: only `If-Match` is unmet
    /// (inferred for the two dates).
    pub(super) const fn check_absent(self) -> Result<(), Refusal> {
        match self {
            Self::IfMatch(_) => Err(Refusal::ConditionNotMet),
            Self::Unconditional
            | Self::IfNoneMatch(_)
            | Self::IfModifiedSince(_)
            | Self::IfUnmodifiedSince(_) => Ok(()),
        }
    }
}

/// What the headers of an answer say of the lease. The ID is never among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReportedLease {
    /// No lease.
    Available,
    /// An active lease that expires.
    LeasedFixed,
    /// An active lease that does not.
    LeasedInfinite,
    /// A lease that ran out.
    Expired,
    /// A lease that is active until its break period ends.
    Breaking,
    /// A lease that was broken.
    Broken,
}

impl ReportedLease {
    /// The value of `x-ms-lease-state`.
    pub const fn state(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::LeasedFixed | Self::LeasedInfinite => "leased",
            Self::Expired => "expired",
            Self::Breaking => "breaking",
            Self::Broken => "broken",
        }
    }

    /// The value of `x-ms-lease-status`.
    pub const fn status(self) -> &'static str {
        if self.is_locked() {
            "locked"
        } else {
            "unlocked"
        }
    }

    /// The value of `x-ms-lease-duration`, which is there only while the blob is leased.
    pub const fn duration(self) -> Option<&'static str> {
        match self {
            Self::LeasedFixed => Some("fixed"),
            Self::LeasedInfinite => Some("infinite"),
            Self::Available | Self::Expired | Self::Breaking | Self::Broken => None,
        }
    }

    /// Whether a write needs the lease's ID.
    pub const fn is_locked(self) -> bool {
        match self {
            Self::LeasedFixed | Self::LeasedInfinite | Self::Breaking => true,
            Self::Available | Self::Expired | Self::Broken => false,
        }
    }
}

impl From<LeaseState> for ReportedLease {
    fn from(state: LeaseState) -> Self {
        match state {
            LeaseState::Available => Self::Available,
            LeaseState::Leased {
                id: _,
                term: Term::Fixed { .. },
            } => Self::LeasedFixed,
            LeaseState::Leased {
                id: _,
                term: Term::Infinite,
            } => Self::LeasedInfinite,
            LeaseState::Expired { .. } => Self::Expired,
            LeaseState::Breaking { .. } => Self::Breaking,
            LeaseState::Broken { .. } => Self::Broken,
        }
    }
}

/// What a Head answers, and a Get besides the content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Properties<M> {
    /// The blob's metadata.
    pub metadata: M,
    /// The blob's version.
    pub etag: ETag,
    /// When content, metadata or properties last changed.
    pub last_modified: SimTime,
    /// The lease, as the headers report it.
    pub lease: ReportedLease,
}

/// A blob with content `C` and metadata `M`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob<C, M> {
    /// What a Get gives.
    pub content: C,
    /// What a Head gives besides the properties.
    pub metadata: M,
    /// The blob's version.
    pub etag: ETag,
    /// When content, metadata or properties last changed.
    pub last_modified: SimTime,
    /// The lease as the last request left it; derive the present one with [`LeaseState::at`].
    pub lease: LeaseState,
    /// When it was created: the name of its first version, had it been one.
    pub created: VersionId,
    /// The name of the version that it is; `None` where versioning was off at the last change.
    pub version: Option<VersionId>,
}

impl<C, M> Blob<C, M> {
    pub(super) fn new(now: SimTime, content: C, metadata: M, etag: ETag) -> Self {
        Self {
            content,
            metadata,
            etag,
            last_modified: now,
            lease: LeaseState::Available,
            created: VersionId(etag.0),
            version: None,
        }
    }

    /// Whether a use is admitted, and the lease after it. The lease is checked before the
    /// condition, as production was seen to do (Azurite#2637); Azure's documents are silent.
    #[inline]
    pub(super) fn admit(
        &self,
        now: SimTime,
        access: Access,
        lease_id: Option<LeaseId>,
        condition: Condition,
    ) -> Result<LeaseState, Refusal> {
        let lease = self.lease.admit(now, access, lease_id)?;
        condition.check(access, self.etag, self.last_modified)?;
        Ok(lease)
    }

    /// Records that content, metadata or properties changed.
    pub(super) fn modified(&mut self, now: SimTime, etag: ETag) {
        self.etag = etag;
        self.last_modified = now;
    }
}

impl<C, M: Clone> Blob<C, M> {
    /// What a Head at `now` answers.
    pub fn properties(&self, now: SimTime) -> Properties<M> {
        Properties {
            metadata: self.metadata.clone(),
            etag: self.etag,
            last_modified: self.last_modified,
            lease: self.lease.at(now).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_carries_one_condition_or_a_pair_that_fits() {
        let any = Some(ETagPattern::Any);
        let time = Some(SimTime::ZERO);
        let headers = |if_match, if_none_match, if_modified_since, if_unmodified_since| {
            ConditionHeaders {
                if_match,
                if_none_match,
                if_modified_since,
                if_unmodified_since,
            }
            .read()
        };
        let refused = Err(Refusal::MultipleConditionHeadersNotSupported);
        for (condition, expected) in [
            (
                headers(None, None, None, None),
                Ok(Condition::Unconditional),
            ),
            (
                headers(any, None, None, time),
                Ok(Condition::IfMatch(ETagPattern::Any)),
            ),
            (
                headers(None, any, time, None),
                Ok(Condition::IfNoneMatch(ETagPattern::Any)),
            ),
            (headers(any, any, None, None), refused),
            (headers(any, None, time, None), refused),
            (headers(None, any, None, time), refused),
            (headers(None, None, time, time), refused),
        ] {
            assert_eq!(condition, expected);
        }
    }

    #[test]
    fn an_unmet_condition_is_304_for_reads_and_412_for_writes() {
        let etag = ETag(1);
        let modified = SimTime::from_ms(5);
        for (condition, read, put) in [
            (Condition::IfMatch(ETagPattern::Exactly(ETag(2))), 412, 412),
            (Condition::IfNoneMatch(ETagPattern::Exactly(etag)), 304, 412),
            (Condition::IfNoneMatch(ETagPattern::Any), 304, 409),
            (Condition::IfModifiedSince(modified), 304, 412),
            (Condition::IfUnmodifiedSince(SimTime::from_ms(4)), 412, 412),
        ] {
            let status = |access| {
                condition
                    .check(access, etag, modified)
                    .unwrap_err()
                    .http_status()
            };
            assert_eq!(
                (status(Access::Read), status(Access::Put)),
                (read, put),
                "{condition:?}"
            );
        }
    }
}
