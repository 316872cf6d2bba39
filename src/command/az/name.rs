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

/// Which of the names that a text uses stand for the scenario's own: of account, container and
/// blob the first one each, unless the text uses the scenario's own or the name is [never the
/// state's](is_never_state).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NameMap(BlobNames);

impl NameMap {
    /// The names that stand for those of `own`, among these, in their order.
    pub fn of<'n>(all: impl IntoIterator<Item = &'n BlobNames>, own: &BlobPath) -> Self {
        let all: Vec<&BlobNames> = all.into_iter().collect();
        let first = |part: fn(&BlobNames) -> Option<&Arc<str>>, own: &Arc<str>| {
            let mut named = all.iter().filter_map(|names| part(names));
            let is_own = named.clone().any(|name| name == own);
            let first = named.find(|name| !is_never_state(name)).cloned();
            first.filter(|_| !is_own)
        };
        Self(BlobNames {
            account: first(|names| names.account.as_ref(), &own.account),
            container: first(|names| names.container.as_ref(), &own.container),
            name: first(|names| names.name.as_ref(), &own.name),
        })
    }

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
    fn the_first_names_stand_for_the_scenarios_own_and_a_backup_never_does() {
        let own = BlobPath::default();
        let backup = names("prodbackup", "tf", "prod.tfstate.bak");
        let state = names("prodstate", "tf", "prod.tfstate");
        let other = names("otherstate", "tf", "dev.tfstate");
        let map = NameMap::of([&backup, &state, &other], &own);
        let path = |mut names: BlobNames| {
            map.apply(&mut names);
            names.path(&own)
        };
        assert_eq!(path(state.clone()), own);
        assert_eq!(&*path(backup).name, "prod.tfstate.bak");
        assert_eq!(&*path(other).account, "otherstate");
        let uses_own = names("ACCOUNT", "tfstate", "terraform.tfstate");
        assert_eq!(NameMap::of([&state, &uses_own], &own), NameMap::default());
    }
}
