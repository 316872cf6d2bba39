//! What hands do at a local state: its files, their permissions, and the disk.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::super::format::{BackendKind, DiskPlace, Hand, Recording, User};
use super::{Translator, operator};

/// Milliseconds from what the cloud does to the script that sees it in the provider's log. By then
/// Terraform knows it, too, and has written it.
pub(super) const LOG_LAG: u64 = 20;

/// Whether something can be written by whom permissions bind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Mode {
    #[default]
    Writable,
    ReadOnly,
}

/// What hands have done so far.
#[derive(Debug, Default)]
pub(super) struct Hands {
    /// As `chmod` left them.
    file: Mode,
    directory: Mode,
    /// What the scenario has of that: nothing binds root.
    staged: (Mode, Mode),
    /// Whether the command that started last is bound.
    is_bound: bool,
    /// The disks that are full.
    full: BTreeSet<DiskPlace>,
}

/// Actors that have no `init` of their own work in the directory of the first actor that has one.
pub(super) fn guests(recording: &Recording) -> Value {
    let hosts: BTreeSet<&str> = recording.inits().collect();
    let mut guests = Map::new();
    let Some(host) = recording.inits().next() else {
        return Value::Object(guests);
    };
    for start in recording.starts() {
        if !hosts.contains(start.actor) {
            let options = json!({ "directory": operator(host) });
            guests.insert(operator(start.actor), options);
        }
    }
    Value::Object(guests)
}

impl Translator<'_> {
    /// Permissions bind a command only if it does not run as root.
    pub(super) fn become_user(&mut self, user: Option<User>) {
        self.hands.is_bound = match user {
            Some(User::Unprivileged) => true,
            Some(User::Root) | None => false,
        };
        self.stage_access();
    }

    fn stage_access(&mut self) {
        let hands = &mut self.hands;
        let wanted = if hands.is_bound {
            (hands.file, hands.directory)
        } else {
            (Mode::Writable, Mode::Writable)
        };
        if wanted == hands.staged {
            return;
        }
        hands.staged = wanted;
        let word = match wanted {
            (Mode::Writable, Mode::Writable) => "ok",
            (Mode::ReadOnly, Mode::Writable) => "file_read_only",
            (Mode::Writable, Mode::ReadOnly) => "directory_read_only",
            (Mode::ReadOnly, Mode::ReadOnly) => "read_only",
        };
        self.push(json!({ "store": { "access": word } }));
    }

    pub(super) fn add_by_hand(&mut self, hand: &Hand) -> Result<(), String> {
        let is_pg = self.recording.backend.kind == BackendKind::Pg;
        if is_pg && self.add_session_hand(hand).is_some() {
            return Ok(());
        }
        match hand {
            Hand::DeleteState { .. } => self.push(json!({ "store": "delete" })),
            Hand::OverwriteState { content, .. } if content.is_empty() => {
                self.push(json!({ "store": "empty" }));
            }
            Hand::OverwriteState { content, .. } => {
                self.push(json!({ "store": { "content": content } }));
            }
            Hand::RemoveLock { .. } => {
                self.push(json!({ "store": { "lock_info": "remove" } }));
                self.push(json!({ "expect": {} }));
            }
            Hand::WriteEmptyFile { actor, path } => {
                let file = json!({ "in": operator(actor), "name": path, "empty": true });
                self.push(json!({ "file": file }));
            }
            Hand::SmallDisk { .. } => {}
            Hand::DiskFull { at, actor } => self.fill(*at, actor.as_deref()),
            Hand::DiskFreed { .. } => self.free(),
            Hand::Chmod { path, mode, .. } => self.chmod(path, mode)?,
            Hand::BackupNotWritable { .. } => {
                self.push(json!({ "store": { "occupied": "backup" } }));
            }
            Hand::StatePathOccupied { .. } => {
                self.push(json!({ "store": { "occupied": "state" } }));
            }
            Hand::WriteLockInfo { id, .. } => {
                self.push(json!({ "store": { "lock_info": { "id": id } } }));
            }
            Hand::OverwriteLockInfo { id, content, .. } => {
                let info = match (id, content) {
                    (_, Some(content)) => json!({ "content": content }),
                    (Some(id), None) => json!({ "id": id }),
                    (None, None) => json!({ "content": "" }),
                };
                self.push(json!({ "store": { "lock_info": info } }));
            }
            Hand::ListFiles { .. } => self.push(json!({ "expect": {} })),
            Hand::BackendOption { .. }
            | Hand::ConnectionsCut { .. }
            | Hand::ConnectionsBlackhole { .. }
            | Hand::PgTerminateBackend { .. } => {
                return Err("a hand on what this backend does not have".to_owned());
            }
        }
        Ok(())
    }

    /// The disk of a working directory is that of the state, too, if the state is in it.
    fn fill(&mut self, at: DiskPlace, actor: Option<&str>) {
        self.hands.full.insert(at);
        let first = self.first_actor();
        let owner = operator(actor.unwrap_or(&first));
        match at {
            DiskPlace::State => self.push(json!({ "store": { "disk": "full" } })),
            DiskPlace::WorkingDirectory => self.push(json!({ "disk": { owner: "full" } })),
        }
    }

    fn free(&mut self) {
        for at in std::mem::take(&mut self.hands.full) {
            match at {
                DiskPlace::State => self.push(json!({ "store": { "disk": "ok" } })),
                DiskPlace::WorkingDirectory => {
                    let owner = operator(&self.first_actor());
                    self.push(json!({ "disk": { owner: "ok" } }));
                }
            }
        }
    }

    /// One mode for each of what the path names, in its order, or one for all.
    fn chmod(&mut self, path: &str, mode: &str) -> Result<(), String> {
        let modes: Vec<Mode> = mode
            .split(',')
            .map(|mode| {
                let bits =
                    u32::from_str_radix(mode.trim(), 8).map_err(|error| error.to_string())?;
                let is_writable = bits & 0o200 != 0;
                Ok::<_, String>(if is_writable {
                    Mode::Writable
                } else {
                    Mode::ReadOnly
                })
            })
            .collect::<Result<_, _>>()?;
        let (first, last) = match *modes.as_slice() {
            [one] => (one, one),
            [first, last] => (first, last),
            _ => return Err(format!("a mode like {mode}")),
        };
        let (has_file, has_directory) = (
            path.contains("file") || path == "both",
            path.contains("director") || path == "both",
        );
        if has_file {
            self.hands.file = first;
        }
        if has_directory {
            self.hands.directory = last;
        }
        if !has_file && !has_directory {
            return Err(format!("a chmod of {path}"));
        }
        self.stage_access();
        Ok(())
    }
}
