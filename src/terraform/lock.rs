//! Locks: their IDs, and the lock info from which others can read who holds one.
//!
//! A lock ID is text, and each backend has its own: with azurerm it *is* the lease ID, and the lock
//! info is blob metadata under `terraformlockid`; locally it is a UUID in a file.

use std::fmt;

use super::names::OperatorId;
use crate::kernel::SimTime;
use crate::service::azure::LeaseId;

/// The longest text that a lock ID can have, in bytes.
const ID_LENGTH_MAX: usize = 40;

/// The ID of a lock: a short text, such as a UUID. Kept in place, because lock info travels with
/// many requests.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LockId(Spelling);

/// A text that is a UUID as Terraform writes one is always kept as its bits, which azurerm's
/// lease IDs are, so that the same text is the same ID.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Spelling {
    /// A UUID in lower case with dashes: its bits, the highest byte first.
    Uuid([u8; 16]),
    /// Any other text.
    Text {
        /// Behind the text: zeros.
        bytes: [u8; ID_LENGTH_MAX],
        length: u8,
    },
}

impl LockId {
    /// The ID with this text, which has at most 40 bytes.
    pub fn new(text: &str) -> Option<Self> {
        let uuid = text.parse().map(|id: LeaseId| Self::uuid(id.bits()));
        if let Ok(id) = uuid
            && id.to_string() == text
        {
            return Some(id);
        }
        let mut bytes = [0; ID_LENGTH_MAX];
        bytes
            .get_mut(..text.len())?
            .copy_from_slice(text.as_bytes());
        let length = u8::try_from(text.len()).ok()?;
        Some(Self(Spelling::Text { bytes, length }))
    }

    /// The UUID with these bits.
    pub const fn uuid(bits: u128) -> Self {
        Self(Spelling::Uuid(bits.to_be_bytes()))
    }

    /// The bits of an ID that is a UUID, as Terraform writes one.
    pub const fn as_uuid(self) -> Option<u128> {
        match self.0 {
            Spelling::Uuid(bytes) => Some(u128::from_be_bytes(bytes)),
            Spelling::Text { .. } => None,
        }
    }
}

impl From<LeaseId> for LockId {
    fn from(id: LeaseId) -> Self {
        Self::uuid(id.bits())
    }
}

impl fmt::Debug for LockId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_string().fmt(f)
    }
}

impl fmt::Display for LockId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Spelling::Uuid(bytes) => LeaseId::from_bits(u128::from_be_bytes(*bytes)).fmt(f),
            Spelling::Text { bytes, length } => {
                let text = std::str::from_utf8(&bytes[..usize::from(*length)]);
                f.pad(text.expect("it was made of text"))
            }
        }
    }
}

/// What a process was doing when it took the lock, in the words of the lock info.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LockOperation {
    /// `plan`
    Plan,
    /// `apply`, and `destroy`, which is an apply of nothing.
    Apply,
    /// `refresh`
    Refresh,
    /// The blob is created at the first use of a backend.
    Init,
    /// `import`
    Import,
    /// `state push`
    StatePush,
    /// `state rm`
    StateRemove,
    /// `state mv`
    StateMove,
    /// `taint`
    Taint,
    /// `untaint`
    Untaint,
}

impl fmt::Display for LockOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plan => "OperationTypePlan",
            Self::Apply => "OperationTypeApply",
            Self::Refresh => "OperationTypeRefresh",
            Self::Init => "init",
            Self::Import => "import",
            Self::StatePush => "state-push",
            Self::StateRemove => "state-rm",
            Self::StateMove => "state-mv",
            Self::Taint => "taint",
            Self::Untaint => "untaint",
        })
    }
}

/// What names the holder of a lock: blob metadata, a file, the body of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockInfo {
    /// The lock ID.
    pub id: LockId,
    /// What the holder does.
    pub operation: LockOperation,
    /// Who holds the lock: `alice@alice`.
    pub who: OperatorId,
    /// When the lock was asked for.
    pub created: SimTime,
}

impl LockInfo {
    /// What hands from outside write: lock info under this ID, of an apply of nobody who lives.
    pub const fn by_hand(id: LockId, created: SimTime) -> Self {
        Self {
            id,
            operation: LockOperation::Apply,
            who: OperatorId(0),
            created,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_its_text() {
        for bits in [0, 1, u128::MAX, 0x0123_4567_89ab_cdef_0011_2233_4455_6677] {
            let lease = LeaseId::from_bits(bits);
            let id = LockId::from(lease);
            assert_eq!(id.to_string(), lease.to_string());
            assert_eq!(LockId::new(&lease.to_string()), Some(id));
            assert_eq!(id.as_uuid(), Some(bits));
        }
        let long = "x".repeat(ID_LENGTH_MAX);
        let upper = "0F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0";
        for text in [
            &*long,
            "",
            "1",
            upper,
            "{0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0}",
        ] {
            let id = LockId::new(text).unwrap();
            assert_eq!(id.to_string(), text);
            assert_eq!(id.as_uuid(), None);
        }
        assert_eq!(LockId::new(&format!("{long}x")), None);
    }
}
