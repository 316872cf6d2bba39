//! Which backends there are, and in what each is unlike the others.

use super::{SavePolicy, http, s3};
use crate::service::http::Flavor;
use crate::service::postgres::Schema;
use crate::terraform::client_model::ClientModel;
use crate::terraform::command_model::ErrorPrefix;
use crate::terraform::manager::SerialRule;
use crate::terraform::request::RequestKind;

/// Where the state of a scenario lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// In a blob of Azure's blob service.
    Azurerm {
        /// Whether a blob snapshot is taken before each save (`snapshot = true`).
        takes_snapshots: bool,
    },
    /// In an object of an S3 bucket.
    S3 {
        /// What locks it.
        locks: s3::Locks,
    },
    /// In an object of a Cloud Storage bucket.
    Gcs,
    /// In a row of a table of `PostgreSQL`.
    Pg {
        /// The schema of the table.
        schema: Schema,
    },
    /// Under an address of an HTTP server.
    Http(http::Options),
    /// In a file: in the directory of the operators, which they share, or in one of its own.
    Local {
        /// Where the file is.
        place: LocalPlace,
    },
}

/// Where a local state file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocalPlace {
    /// In the working directory.
    WorkingDirectory,
    /// At a path that all operators share, outside of their working directories.
    Shared,
}

/// In what a backend is unlike the others; the questions below say what each means.
#[derive(Debug, Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is the answer to a question of its own"
)]
struct Traits {
    serials: SerialRule,
    saves_every_finish: bool,
    is_remote: bool,
    can_be_forced: bool,
    shows_own_lock: bool,
    refuses_empty: bool,
    lists_at_open: bool,
    has_workspaces: bool,
}

impl Backend {
    /// The name, as a configuration spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Azurerm { .. } => "azurerm",
            Self::S3 { .. } => "s3",
            Self::Gcs => "gcs",
            Self::Pg { .. } => "pg",
            Self::Http(_) => "http",
            Self::Local { .. } => "local",
        }
    }

    /// The kind of request that a name means here, if it is one that can be struck and waited for.
    pub const fn request(self, named: RequestKind) -> Option<RequestKind> {
        match (self, named) {
            (Self::Azurerm { .. } | Self::Http(_), RequestKind::ReadFile) => Some(RequestKind::Get),
            (Self::S3 { .. } | Self::Gcs, RequestKind::ReadFile) => Some(RequestKind::GetState),
            (Self::Pg { .. }, RequestKind::ReadFile) => Some(RequestKind::SelectState),
            (Self::Pg { .. }, RequestKind::SaveFile) => Some(RequestKind::UpsertState),
            (Self::Pg { .. }, RequestKind::LockFile) => Some(RequestKind::TryLock),
            (Self::Pg { .. }, RequestKind::UnlockFile) => Some(RequestKind::UnlockRow),
            (
                Self::Azurerm { .. } | Self::S3 { .. } | Self::Gcs | Self::Http(_),
                RequestKind::SaveFile,
            ) => Some(RequestKind::PutState),
            (Self::Azurerm { .. }, RequestKind::LockFile) => Some(RequestKind::LeaseAcquire),
            (Self::Azurerm { .. }, RequestKind::UnlockFile) => Some(RequestKind::LeaseRelease),
            (Self::S3 { locks }, RequestKind::LockFile) => Some(if locks.has_object() {
                RequestKind::PutLock
            } else {
                RequestKind::DdbPutLock
            }),
            (Self::S3 { locks }, RequestKind::UnlockFile) => Some(if locks.has_object() {
                RequestKind::DeleteLock
            } else {
                RequestKind::DdbDeleteLock
            }),
            (Self::Gcs, RequestKind::LockFile) => Some(RequestKind::PutLock),
            (Self::Gcs, RequestKind::UnlockFile) => Some(RequestKind::DeleteLock),
            (Self::Http(_), RequestKind::LockFile) => Some(RequestKind::HttpLock),
            (Self::Http(_), RequestKind::UnlockFile) => Some(RequestKind::HttpUnlock),
            (Self::Local { .. }, RequestKind::ReadFile | RequestKind::SaveFile) => Some(named),
            (Self::Azurerm { .. }, _) if named.is_of_blob() => Some(named),
            (Self::S3 { .. }, _) if named.is_of_bucket() => Some(named),
            (Self::Gcs, _) if named.is_of_storage() => Some(named),
            (Self::Http(_), _) if named.is_of_http() => Some(named),
            (Self::Pg { .. }, _) if named.is_of_database() => Some(named),
            (
                Self::Azurerm { .. }
                | Self::S3 { .. }
                | Self::Gcs
                | Self::Pg { .. }
                | Self::Http(_)
                | Self::Local { .. },
                _,
            ) => None,
        }
    }

    /// In what it is unlike the others.
    const fn traits(self) -> Traits {
        const REMOTE: Traits = Traits {
            serials: SerialRule::PerAttempt,
            saves_every_finish: false,
            is_remote: true,
            can_be_forced: true,
            shows_own_lock: false,
            refuses_empty: false,
            lists_at_open: false,
            has_workspaces: true,
        };
        match self {
            Self::Azurerm { .. } => REMOTE,
            Self::S3 { .. } => Traits {
                lists_at_open: true,
                ..REMOTE
            },
            Self::Gcs => Traits {
                refuses_empty: true,
                ..REMOTE
            },
            Self::Pg { .. } => Traits {
                shows_own_lock: true,
                refuses_empty: true,
                lists_at_open: true,
                ..REMOTE
            },
            Self::Http(_) => Traits {
                has_workspaces: false,
                // GitLab goes on counting the serials, and Terraform begins anew.
                refuses_empty: self.takes_serials_once(),
                ..REMOTE
            },
            Self::Local { .. } => Traits {
                serials: SerialRule::PerDifference,
                saves_every_finish: true,
                is_remote: false,
                can_be_forced: false,
                ..REMOTE
            },
        }
    }

    /// How serials rise.
    pub const fn serial_rule(self) -> SerialRule {
        self.traits().serials
    }

    /// How the line of a failed save begins, that begins like this where taking over a state and
    /// storing it are two things.
    pub const fn save_prefix(self, prefix: ErrorPrefix) -> ErrorPrefix {
        if !self.is_remote() && matches!(prefix, ErrorPrefix::PushSave) {
            ErrorPrefix::PushWrite
        } else {
            prefix
        }
    }

    /// When an apply saves.
    pub const fn save_policy(self, model: &ClientModel) -> SavePolicy {
        if self.traits().saves_every_finish {
            SavePolicy::EveryFinish
        } else {
            SavePolicy::WhenDue(model.save)
        }
    }

    /// What a lock is known by.
    pub const fn lock_id_word(self) -> &'static str {
        match self {
            Self::Azurerm { .. } => "lease ID",
            Self::Gcs => "generation",
            Self::S3 { .. } | Self::Pg { .. } | Self::Http(_) | Self::Local { .. } => "lock ID",
        }
    }

    /// A text that speaks of the remote state, about the state of this backend: a local one is a
    /// file, and not remote.
    pub fn spoken(self, text: &str) -> String {
        if self.is_remote() {
            return text.to_owned();
        }
        text.replace("the remote state", "the state file")
            .replace("remote state", "state")
    }

    /// Whether `force-unlock` can take away what another process holds.
    pub const fn can_be_forced(self) -> bool {
        self.traits().can_be_forced
    }

    /// Whether the state is somewhere else than on the operator's machine.
    pub const fn is_remote(self) -> bool {
        self.traits().is_remote
    }

    /// Whether an error of the lock shows the command's own lock info, for want of the holder's.
    pub const fn shows_own_lock(self) -> bool {
        self.traits().shows_own_lock
    }

    /// Whether a state of 0 bytes is an error, and not no state.
    pub const fn refuses_empty(self) -> bool {
        self.traits().refuses_empty
    }

    /// Whether its client keeps the state's digest in a table, and compares it.
    pub const fn keeps_digest(self) -> bool {
        match self {
            Self::S3 { locks } => locks.has_item(),
            Self::Azurerm { .. }
            | Self::Gcs
            | Self::Pg { .. }
            | Self::Http(_)
            | Self::Local { .. } => false,
        }
    }

    /// Whether it refuses a serial that it was ever given.
    pub const fn takes_serials_once(self) -> bool {
        match self {
            Self::Http(options) => matches!(options.server, Flavor::Gitlab),
            Self::Azurerm { .. }
            | Self::S3 { .. }
            | Self::Gcs
            | Self::Pg { .. }
            | Self::Local { .. } => false,
        }
    }

    /// Whether every command asks first which workspaces there are.
    pub const fn lists_at_open(self) -> bool {
        self.traits().lists_at_open
    }

    /// Whether it has workspaces.
    pub const fn has_workspaces(self) -> bool {
        self.traits().has_workspaces
    }
}
