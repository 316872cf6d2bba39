//! The names of account, container and blob.

use std::sync::Arc;

use crate::service::azure::BlobPath;

/// Which blob a command names. What is not named, or by a variable whose value nobody knows, is
/// the scenario's own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BlobNames {
    /// `--account-name`
    pub account: Option<Arc<str>>,
    /// `--container-name`
    pub container: Option<Arc<str>>,
    /// `--name`, `--blob-name`
    pub name: Option<Arc<str>>,
}

impl BlobNames {
    /// The blob, where `own` is the scenario's.
    pub fn path(&self, own: &BlobPath) -> BlobPath {
        let or_own =
            |named: &Option<Arc<str>>, own: &Arc<str>| Arc::clone(named.as_ref().unwrap_or(own));
        BlobPath {
            account: or_own(&self.account, &own.account),
            container: or_own(&self.container, &own.container),
            name: or_own(&self.name, &own.name),
        }
    }
}

/// Whether a name says that it is not the state but a copy of it: nobody's backend writes it.
///
/// ```
/// use leaselab::command::az::is_never_state;
///
/// assert!(is_never_state("tfstate-backup") && is_never_state("prod.tfstate.bak"));
/// assert!(!is_never_state("prod.tfstate"));
/// ```
pub fn is_never_state(name: &str) -> bool {
    const WORDS: [&str; 5] = ["old", "backup", "bak", "archive", "copy"];
    let name = name.to_ascii_lowercase();
    // A word of its own, or the beginning or the end of one that has no parts: `oldtfstate`.
    let mut parts = name.split(|letter: char| !letter.is_ascii_alphabetic());
    parts.any(|part| {
        WORDS
            .iter()
            .any(|word| part.starts_with(word) || part.ends_with(word))
    })
}
