//! `az storage blob` command lines.
//!
//! The model has one account, one container and one blob: the options that name them, and those
//! that say how to sign in or what to print, are accepted and change nothing.

use std::sync::Arc;

use super::super::AzCommand;
use super::super::word::Word;
use super::CommandError;
use crate::kernel::SimDuration;
use crate::terraform::invocation::LockIdArgument;

/// What an option does in the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    File,
    LeaseId,
    /// What becomes of the blob's snapshots.
    Snapshots,
    BreakPeriod,
    LeaseDuration,
    ProposedId,
    Overwrite,
    /// Accepted with its value.
    NoEffect,
    /// Accepted; has no value.
    Switch,
    /// Real, and with an effect that the model does not have.
    NotModeled,
}

/// A subcommand of `az storage blob`.
struct Subcommand {
    name: &'static str,
    options: &'static [(&'static [&'static str], Role)],
    build: fn(&Typed<'_>) -> Result<AzCommand, CommandError>,
}

/// What was typed after a subcommand.
struct Typed<'a> {
    command: &'a str,
    at: &'a Word,
    given: Vec<Given<'a>>,
}

/// An option as it was typed: what it does, its name, and its value if it has one.
type Given<'a> = (Role, &'a Word, Option<Word>);

/// What every subcommand accepts.
const COMMON: &[(&[&str], Role)] = &[
    (&["--account-name"], Role::NoEffect),
    (&["--container-name", "-c"], Role::NoEffect),
    (&["--name", "-n", "--blob-name", "-b"], Role::NoEffect),
    (&["--account-key"], Role::NoEffect),
    (&["--auth-mode"], Role::NoEffect),
    (&["--connection-string"], Role::NoEffect),
    (&["--sas-token"], Role::NoEffect),
    (&["--blob-endpoint"], Role::NoEffect),
    (&["--subscription"], Role::NoEffect),
    (&["--query"], Role::NoEffect),
    (&["--output", "-o"], Role::NoEffect),
    (&["--only-show-errors"], Role::Switch),
    (&["--verbose"], Role::Switch),
    (&["--debug"], Role::Switch),
    (&["--no-progress"], Role::Switch),
    (&["--timeout"], Role::NotModeled),
    (&["--if-match"], Role::NotModeled),
    (&["--if-none-match"], Role::NotModeled),
    (&["--if-modified-since"], Role::NotModeled),
    (&["--if-unmodified-since"], Role::NotModeled),
    (&["--tags-condition"], Role::NotModeled),
    (&["--snapshot"], Role::NotModeled),
];

const LEASE_ID: &[&str] = &["--lease-id"];

const SUBCOMMANDS: &[Subcommand] = &[
    Subcommand {
        name: "show",
        options: &[(LEASE_ID, Role::NotModeled)],
        build: |_| Ok(AzCommand::Show),
    },
    Subcommand {
        name: "list",
        options: &[
            (&["--prefix"], Role::NoEffect),
            (&["--include"], Role::NoEffect),
            (&["--num-results"], Role::NoEffect),
        ],
        build: |_| Ok(AzCommand::List),
    },
    Subcommand {
        name: "upload",
        options: &[
            (&["--file", "-f"], Role::File),
            (&["--overwrite"], Role::Overwrite),
            (LEASE_ID, Role::LeaseId),
            (&["--type", "-t"], Role::NoEffect),
            (&["--content-type"], Role::NoEffect),
            (&["--data"], Role::NotModeled),
            (&["--metadata"], Role::NotModeled),
        ],
        build: upload,
    },
    Subcommand {
        name: "download",
        options: &[
            (&["--file", "-f"], Role::File),
            (&["--overwrite"], Role::Overwrite),
            (LEASE_ID, Role::NotModeled),
        ],
        build: |typed| {
            Ok(AzCommand::Download {
                file: typed.file()?,
            })
        },
    },
    Subcommand {
        name: "delete",
        options: &[
            (LEASE_ID, Role::LeaseId),
            (&["--delete-snapshots"], Role::Snapshots),
        ],
        build: delete,
    },
    Subcommand {
        name: "snapshot",
        options: &[(LEASE_ID, Role::NotModeled)],
        build: |_| Ok(AzCommand::Snapshot),
    },
    Subcommand {
        name: "lease break",
        options: &[(&["--lease-break-period"], Role::BreakPeriod)],
        build: lease_break,
    },
    Subcommand {
        name: "lease acquire",
        options: &[
            (&["--lease-duration"], Role::LeaseDuration),
            (&["--proposed-lease-id"], Role::ProposedId),
        ],
        build: lease_acquire,
    },
    Subcommand {
        name: "lease release",
        options: &[(LEASE_ID, Role::LeaseId)],
        build: |typed| {
            Ok(AzCommand::LeaseRelease {
                lease_id: typed.needed_lease_id()?,
            })
        },
    },
    Subcommand {
        name: "lease renew",
        options: &[(LEASE_ID, Role::LeaseId)],
        build: |typed| {
            Ok(AzCommand::LeaseRenew {
                lease_id: typed.needed_lease_id()?,
            })
        },
    },
    Subcommand {
        name: "lease change",
        options: &[
            (LEASE_ID, Role::LeaseId),
            (&["--proposed-lease-id"], Role::ProposedId),
        ],
        build: lease_change,
    },
];

/// What `az storage blob` has and the model has not.
const NOT_MODELED: &[&str] = &[
    "copy",
    "delete-batch",
    "download-batch",
    "exists",
    "filter",
    "generate-sas",
    "immutability-policy",
    "incremental-copy",
    "metadata",
    "query",
    "restore",
    "rewrite",
    "service-properties",
    "set-legal-hold",
    "set-tier",
    "sync",
    "tag",
    "undelete",
    "update",
    "upload-batch",
    "url",
];

/// Reads what stands after `az`.
pub(super) fn parse(program: &Word, words: &[Word]) -> Result<AzCommand, CommandError> {
    let mut at = program;
    for (index, expected) in ["storage", "blob"].into_iter().enumerate() {
        match words.get(index) {
            Some(word) if word.text == expected => at = word,
            Some(word) => {
                return Err(word
                    .error(format!(
                        "the model has only `az storage blob`, not `{}`",
                        word.text
                    ))
                    .suggest_nearest(&word.text, [expected])
                    .not_modeled());
            }
            None => return Err(at.error("the model has only `az storage blob …`")),
        }
    }
    let (subcommand, used) = find(at, &words[2..])?;
    let used = 2 + used;
    let given = options(subcommand, &words[used..])?;
    (subcommand.build)(&Typed {
        command: subcommand.name,
        at: &words[used - 1],
        given,
    })
}

/// The subcommand, and how many words its name has.
fn find(blob: &Word, words: &[Word]) -> Result<(&'static Subcommand, usize), CommandError> {
    let (name, used, at) = match words {
        [lease, verb, ..] if lease.text == "lease" => (format!("lease {}", verb.text), 2, verb),
        [verb, ..] => (verb.text.clone(), 1, verb),
        [] => (String::new(), 0, blob),
    };
    if let Some(subcommand) = SUBCOMMANDS.iter().find(|known| known.name == name) {
        return Ok((subcommand, used));
    }
    if NOT_MODELED.contains(&name.as_str()) {
        let message = format!("the model does not have az storage blob {name}");
        return Err(at.error(message).not_modeled());
    }
    let prefix = if used == 2 || name == "lease" {
        "lease "
    } else {
        ""
    };
    let known: Vec<&str> = SUBCOMMANDS
        .iter()
        .filter_map(|subcommand| subcommand.name.strip_prefix(prefix))
        .collect();
    let message = if name.is_empty() || name == "lease" {
        let blank = if name.is_empty() { "" } else { " " };
        format!(
            "az storage blob{blank}{name} needs a subcommand; known are {}",
            known.join(", ")
        )
    } else {
        format!(
            "az storage blob has no subcommand `{name}`; known are {}",
            known.join(", ")
        )
    };
    let typed = name.strip_prefix(prefix).unwrap_or(&name).to_owned();
    Err(at.error(message).suggest_nearest(&typed, known))
}

/// The options: `--name value` or `--name=value`.
fn options<'a>(subcommand: &Subcommand, words: &'a [Word]) -> Result<Vec<Given<'a>>, CommandError> {
    let mut given = Vec::new();
    let mut rest = words;
    while let Some((word, after)) = rest.split_first() {
        rest = after;
        if !word.text.starts_with('-') {
            return Err(word.error(format!(
                "az storage blob {} takes only options, not `{}`",
                subcommand.name, word.text
            )));
        }
        let (name, inline) = match word.text.split_once('=') {
            Some((name, _)) => (name, Some(word.tail(name.len() + 1))),
            None => (word.text.as_str(), None),
        };
        let role = option_role(subcommand, word, name)?;
        let value = match role {
            Role::Switch => inline,
            Role::Overwrite if inline.is_none() => {
                let is_value = |word: &&Word| matches!(word.text.as_str(), "true" | "false");
                let value = rest.first().filter(is_value).cloned();
                if value.is_some() {
                    rest = &rest[1..];
                }
                value
            }
            Role::File
            | Role::LeaseId
            | Role::Snapshots
            | Role::BreakPeriod
            | Role::LeaseDuration
            | Role::ProposedId
            | Role::Overwrite
            | Role::NoEffect
            | Role::NotModeled => {
                let value = inline.or_else(|| rest.first().cloned());
                if value.is_none() {
                    return Err(word.error(format!("{name} needs a value")));
                }
                if !word.text.contains('=') {
                    rest = &rest[1..];
                }
                value
            }
        };
        given.push((role, word, value));
    }
    Ok(given)
}

fn option_role(subcommand: &Subcommand, word: &Word, name: &str) -> Result<Role, CommandError> {
    let all = || subcommand.options.iter().chain(COMMON);
    let found = all()
        .find(|(names, _)| names.contains(&name))
        .map(|(_, role)| *role);
    match found {
        Some(Role::NotModeled) => {
            let command = subcommand.name;
            let message = format!("the model does not have `{name}` of az storage blob {command}");
            Err(word.error(message).not_modeled())
        }
        Some(role) => Ok(role),
        None => {
            let known: Vec<&str> = all()
                .filter(|(_, role)| *role != Role::NotModeled)
                .map(|(names, _)| names[0])
                .collect();
            let error = word.error(format!(
                "unknown option `{name}` of az storage blob {}; known are {}",
                subcommand.name,
                known.join(", ")
            ));
            Err(error.suggest_nearest(name, known))
        }
    }
}

impl Typed<'_> {
    /// The value of the last option with this role.
    fn value(&self, role: Role) -> Option<&Word> {
        let given = self.given.iter().rev().find(|(is, _, _)| *is == role);
        given.and_then(|(_, _, value)| value.as_ref())
    }

    fn needed(&self, role: Role, name: &str) -> Result<&Word, CommandError> {
        self.value(role).ok_or_else(|| {
            self.at
                .error(format!("az storage blob {} needs {name}", self.command))
        })
    }

    fn file(&self) -> Result<Arc<str>, CommandError> {
        self.needed(Role::File, "--file")?.file()
    }

    fn lease_id(&self) -> Result<Option<LockIdArgument>, CommandError> {
        self.value(Role::LeaseId).map(Word::lock_id).transpose()
    }

    fn needed_lease_id(&self) -> Result<LockIdArgument, CommandError> {
        self.needed(Role::LeaseId, "--lease-id")?.lock_id()
    }
}

fn upload(typed: &Typed<'_>) -> Result<AzCommand, CommandError> {
    let file = typed.file()?;
    let overwrites = typed
        .given
        .iter()
        .filter(|(role, _, _)| *role == Role::Overwrite)
        .any(|(_, _, value)| value.as_ref().is_none_or(|word| word.text != "false"));
    if !overwrites {
        return Err(typed.at.error(
            "without --overwrite, az refuses to upload over a blob that exists: add --overwrite",
        ));
    }
    Ok(AzCommand::Upload {
        file,
        lease_id: typed.lease_id()?,
    })
}

fn delete(typed: &Typed<'_>) -> Result<AzCommand, CommandError> {
    let with_snapshots = match typed.value(Role::Snapshots) {
        None => false,
        Some(word) => match word.text.as_str() {
            "include" => true,
            "only" => {
                return Err(word
                    .error("the model deletes no snapshots alone: `only` is not modeled")
                    .not_modeled());
            }
            _ => {
                let message = format!(
                    "'{}' is not a valid value for '--delete-snapshots'. Allowed values: include, only.",
                    word.text
                );
                return Err(word.error(message));
            }
        },
    };
    Ok(AzCommand::Delete {
        lease_id: typed.lease_id()?,
        with_snapshots,
    })
}

fn lease_break(typed: &Typed<'_>) -> Result<AzCommand, CommandError> {
    let period = match typed.value(Role::BreakPeriod) {
        None => None,
        Some(word) => match word.value()?.parse::<u64>() {
            Ok(seconds @ 0..=60) => Some(SimDuration::from_seconds(seconds)),
            Ok(_) | Err(_) => {
                return Err(word.error(format!(
                    "--lease-break-period is a number of seconds from 0 to 60, not `{}`",
                    word.text
                )));
            }
        },
    };
    Ok(AzCommand::LeaseBreak { period })
}

fn lease_acquire(typed: &Typed<'_>) -> Result<AzCommand, CommandError> {
    let duration = match typed.value(Role::LeaseDuration) {
        None => None,
        Some(word) => match word.value()?.parse::<i64>() {
            Ok(-1) => None,
            Ok(seconds @ 15..=60) => Some(SimDuration::from_seconds(seconds.unsigned_abs())),
            Ok(_) | Err(_) => {
                return Err(word.error(format!(
                    "--lease-duration is a number of seconds from 15 to 60, or -1 for an \
                     infinite lease, not `{}`",
                    word.text
                )));
            }
        },
    };
    let proposed = typed.value(Role::ProposedId).map(guid).transpose()?;
    Ok(AzCommand::LeaseAcquire { duration, proposed })
}

fn lease_change(typed: &Typed<'_>) -> Result<AzCommand, CommandError> {
    Ok(AzCommand::LeaseChange {
        lease_id: typed.needed_lease_id()?,
        proposed: guid(typed.needed(Role::ProposedId, "--proposed-lease-id")?)?,
    })
}

/// An ID that the service accepts: a GUID.
fn guid(word: &Word) -> Result<Arc<str>, CommandError> {
    let text = word.value()?;
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    let is_hex = text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    if is_hex && lengths == [8, 4, 4, 4, 12] {
        return Ok(text.into());
    }
    Err(word.error(format!(
        "--proposed-lease-id is a GUID, such as 00000000-0000-0000-0000-000000000001, not `{text}`"
    )))
}
