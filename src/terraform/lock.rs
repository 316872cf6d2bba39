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
pub struct LockId {
    /// Behind the text: zeros.
    bytes: [u8; ID_LENGTH_MAX],
    length: u8,
}

impl LockId {
    /// The ID with this text, which has at most 40 bytes.
    pub fn new(text: &str) -> Option<Self> {
        let mut bytes = [0; ID_LENGTH_MAX];
        bytes
            .get_mut(..text.len())?
            .copy_from_slice(text.as_bytes());
        Some(Self {
            bytes,
            length: u8::try_from(text.len()).ok()?,
        })
    }

    /// The UUID with these bits.
    pub fn uuid(bits: u128) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        const DASHES: [usize; 4] = [8, 13, 18, 23];
        let mut bytes = [0; ID_LENGTH_MAX];
        let mut places = (0..36).filter(|place| !DASHES.contains(place));
        for byte in bits.to_be_bytes() {
            for digit in [byte >> 4, byte & 15] {
                if let Some(place) = places.next() {
                    bytes[place] = DIGITS[usize::from(digit)];
                }
            }
        }
        for place in DASHES {
            bytes[place] = b'-';
        }
        Self { bytes, length: 36 }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        let text = std::str::from_utf8(&self.bytes[..usize::from(self.length)]);
        text.expect("it was made of text")
    }
}

impl From<LeaseId> for LockId {
    fn from(id: LeaseId) -> Self {
        Self::uuid(id.bits())
    }
}

impl fmt::Debug for LockId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl fmt::Display for LockId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_its_text() {
        for bits in [0, 1, u128::MAX, 0x0123_4567_89ab_cdef_0011_2233_4455_6677] {
            let lease = LeaseId::from_bits(bits);
            assert_eq!(LockId::from(lease).as_str(), lease.to_string());
        }
        let long = "x".repeat(ID_LENGTH_MAX);
        assert_eq!(LockId::new(&long).unwrap().as_str(), long);
        assert_eq!(LockId::new(&format!("{long}x")), None);
        assert_eq!(LockId::new("").unwrap().as_str(), "");
    }
}
