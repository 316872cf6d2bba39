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
    const WORDS: [&str; 8] = [
        "old", "backup", "backups", "bak", "archive", "archived", "copy", "copies",
    ];
    // The names of accounts have no room for more than letters.
    const BEGINNINGS: [&str; 3] = ["old", "backup", "archive"];
    const ENDS: [&str; 6] = ["stateold", "backup", "backups", "bak", "archive", "copy"];
    let lower = name.to_lowercase();
    let mut words = lower
        .split(|c: char| !c.is_ascii_alphanumeric())
        .map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit()));
    words.any(|word| {
        WORDS.contains(&word)
            || BEGINNINGS.iter().any(|part| word.starts_with(part))
            || ENDS.iter().any(|part| word.ends_with(part))
    })
}

/// Names that stand for the scenario's own; what is not named stands for nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NameMap(pub BlobNames);

impl NameMap {
    /// Replaces the names that stand for the scenario's own.
    pub fn apply(&self, names: &mut BlobNames) {
        let replace = |name: &mut Option<Arc<str>>, stands: &Option<Arc<str>>| {
            if stands.is_some() && name == stands {
                *name = None;
            }
        };
        replace(&mut names.account, &self.0.account);
        replace(&mut names.container, &self.0.container);
        replace(&mut names.name, &self.0.name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(account: &str, container: &str, name: &str) -> BlobNames {
        BlobNames {
            account: Some(account.into()),
            container: Some(container.into()),
            name: Some(name.into()),
        }
    }

    #[test]
    fn names_that_stand_for_the_scenarios_own_do_and_others_do_not() {
        let own = BlobPath::default();
        let map = NameMap(names("prodstate", "tf", "prod.tfstate"));
        let path = |mut names: BlobNames| {
            map.apply(&mut names);
            names.path(&own)
        };
        assert_eq!(path(names("prodstate", "tf", "prod.tfstate")), own);
        assert_eq!(
            &*path(names("prodstate", "tf", "prod.tfstate.bak")).name,
            "prod.tfstate.bak"
        );
        assert_eq!(
            &*path(names("otherstate", "tf", "dev.tfstate")).account,
            "otherstate"
        );
    }
}
