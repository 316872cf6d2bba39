//! What no command of Terraform does, and how each backend's users do it.
//!
//! | | azurerm | local |
//! |---|---|---|
//! | a lock that nobody holds | its lease is broken | there is none: it ends with its process |
//! | what is no state | is downloaded, and deleted | is moved away |
//! | what was there before | is a version of the blob, if versions are kept | is the backup |

use super::{Backend, azurerm, gcs, http, local, pg, s3};

/// The commands, and the words, for a state in this place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advice {
    /// What holds the state.
    pub place: &'static str,
    /// The same, once it was said.
    pub it: &'static str,
    /// What the lock info is in.
    pub lock_info: &'static str,
    /// That the lock info stands alone.
    pub without_lock: &'static str,
    /// Takes a lock away, whoever holds it; `None` where none outlives its process.
    pub break_lock: Option<&'static str>,
    /// Keep what is there and no state, and make room for one.
    pub put_aside: &'static [&'static str],
    /// The same, where the place has snapshots.
    pub put_aside_with_snapshots: &'static [&'static str],
    /// Brings back the backup, where the place keeps one.
    pub bring_back: Option<&'static str>,
    /// What else may bring a state back that can't be read.
    pub unreadable_hint: Option<&'static str>,
    /// What may bring a state back that is lost.
    pub lost_hint: &'static str,
    /// Why lock info alone is no business of `force-unlock`.
    pub not_force_unlocked: &'static str,
    /// Why a push mends no garbage.
    pub not_pushed: &'static str,
}

impl Backend {
    /// What its users do where Terraform has no command.
    pub const fn advice(self) -> &'static Advice {
        match self {
            Self::Azurerm { .. } => &azurerm::ADVICE,
            Self::S3 { .. } => &s3::ADVICE,
            Self::Gcs => &gcs::ADVICE,
            Self::Pg { .. } => &pg::ADVICE,
            Self::Http(_) => &http::ADVICE,
            Self::Local { .. } => &local::ADVICE,
        }
    }
}
