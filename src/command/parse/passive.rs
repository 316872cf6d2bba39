//! Subcommands of Terraform that look at no state and change nothing.

/// A subcommand that looks at no state, and what it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Passive {
    /// `version`
    Version {
        /// `-json`
        is_json: bool,
    },
    /// `validate`
    Validate {
        /// `-json`
        is_json: bool,
    },
    /// `fmt`, `get`, `providers`, `console`: nothing is printed that a runbook reads.
    Silent,
    /// `workspace show`
    WorkspaceShow,
    /// `workspace select NAME`
    WorkspaceSelect {
        /// Its name.
        name: String,
        /// `-or-create`
        or_create: bool,
    },
}

impl Passive {
    /// What the words after `terraform` are, if they are such a subcommand.
    pub fn of<'a>(words: impl Iterator<Item = &'a str>) -> Option<Self> {
        let mut words = words.skip_while(|word| word.starts_with("-chdir="));
        let subcommand = words.next()?;
        let (group, rest): (&str, Vec<&str>) = if subcommand == "workspace" {
            (words.next()?, words.collect())
        } else {
            ("", words.collect())
        };
        let is_json = rest.contains(&"-json");
        Some(match (subcommand, group) {
            ("version" | "-version" | "--version" | "-v", "") => Self::Version { is_json },
            ("validate", "") => Self::Validate { is_json },
            ("fmt" | "get" | "providers", "") => Self::Silent,
            ("workspace", "show") => Self::WorkspaceShow,
            ("workspace", "select") => Self::WorkspaceSelect {
                name: (*rest.iter().find(|word| !word.starts_with('-'))?).to_owned(),
                or_create: rest.contains(&"-or-create"),
            },
            _ => return None,
        })
    }
}
