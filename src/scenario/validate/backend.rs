//! The backend: what it has of its own, and what no scenario can ask of it.

use super::{Checker, http};
use crate::command::Program;
use crate::scenario::document::{Node, quoted};
use crate::scenario::model::{OperatorOptions, Wrapper};
use crate::scenario::raw::scalar::Text;
use crate::scenario::raw::shape::Pairs;
use crate::scenario::raw::step::{
    RawItemChange, RawLockInfoChange, RawRoom, RawStoreAccess, RawStoreChange, RawStorePart,
};
use crate::scenario::raw::{BackendWord, RawBackend, RawOperator, RawOwnBackend, RawScenario};
use crate::scenario::{BlobChange, ClientBase, Step, StoreChange, Verb};
use crate::service::http::Flavor;
use crate::service::local::{Access, Room};
use crate::service::postgres::Schema;
use crate::terraform::backend::LocalPlace;
use crate::terraform::backend::http::Options;
use crate::terraform::backend::s3::{Locks, TABLE};
use crate::terraform::{Backend, LockId, OperatorId};

/// The backend that is asked for.
pub(super) fn backend(raw: Option<&RawBackend>) -> Backend {
    let is_shared = raw.is_some_and(|raw| raw.shared.as_ref().is_some_and(|flag| flag.0));
    let takes_snapshots = raw.is_some_and(|raw| raw.snapshot.as_ref().is_some_and(|flag| flag.0));
    let has_object = raw.is_some_and(|raw| raw.use_lockfile.as_ref().is_some_and(|flag| flag.0));
    let has_item = raw.is_some_and(|raw| raw.dynamodb_table.is_some());
    match raw.and_then(|raw| raw.kind) {
        Some(BackendWord::Gcs) => Backend::Gcs,
        Some(BackendWord::Http) => {
            Backend::Http(raw.map_or(Options::of(Flavor::Open), http::options))
        }
        Some(BackendWord::S3) => Backend::S3 {
            locks: locks(has_object, has_item),
        },
        Some(BackendWord::Pg) => Backend::Pg {
            schema: Schema::States,
        },
        None | Some(BackendWord::Azurerm) => Backend::Azurerm { takes_snapshots },
        Some(BackendWord::Local) => Backend::Local {
            place: if is_shared {
                LocalPlace::Shared
            } else {
                LocalPlace::WorkingDirectory
            },
        },
    }
}

/// Whether the scenario's bucket keeps what its objects were.
pub(super) fn keeps_versions(raw: &RawScenario) -> bool {
    let bucket = raw
        .before
        .as_ref()
        .and_then(|before| before.bucket.as_ref());
    let versioning = bucket.and_then(|bucket| bucket.versioning.as_ref());
    versioning.is_some_and(|flag| flag.0)
}

/// What locks a state in a bucket; an object, unless a table is named alone.
const fn locks(has_object: bool, has_item: bool) -> Locks {
    match (has_object, has_item) {
        (true, true) => Locks::Both,
        (false, true) => Locks::Item,
        (_, false) => Locks::Object,
    }
}

/// What may be written of a local state.
const fn access(word: RawStoreAccess) -> StoreChange {
    let (file, directory) = match word {
        RawStoreAccess::Ok => (Access::Writable, Access::Writable),
        RawStoreAccess::ReadOnly => (Access::ReadOnly, Access::ReadOnly),
        RawStoreAccess::FileReadOnly => (Access::ReadOnly, Access::Writable),
        RawStoreAccess::DirectoryReadOnly => (Access::Writable, Access::ReadOnly),
    };
    StoreChange::Access { file, directory }
}

impl Checker<'_, '_> {
    /// Whether a lock is a lease.
    pub(super) const fn has_lease(&self) -> bool {
        match self.backend {
            Backend::Azurerm { .. } => true,
            Backend::S3 { .. }
            | Backend::Gcs
            | Backend::Pg { .. }
            | Backend::Http(_)
            | Backend::Local { .. } => false,
        }
    }

    /// Whether the state is an object in a bucket.
    pub(super) const fn is_in_bucket(&self) -> bool {
        match self.backend {
            Backend::S3 { .. } | Backend::Gcs => true,
            Backend::Azurerm { .. }
            | Backend::Pg { .. }
            | Backend::Http(_)
            | Backend::Local { .. } => false,
        }
    }

    /// Refuses what belongs to another backend.
    pub(super) fn check_backend(&mut self, root: &Node<'_>, raw: Option<&RawScenario>) {
        const OF_BLOB: &str = "belongs to the backend azurerm, whose state is a blob";
        let (node, before) = (root.field("backend"), root.field("before"));
        let is_local = matches!(self.backend, Backend::Local { .. });
        let (is_s3, is_http) = (
            matches!(self.backend, Backend::S3 { .. }),
            matches!(self.backend, Backend::Http(_)),
        );
        let of_s3: &[&str] = &["use_lockfile", "dynamodb_table"];
        let of_path: &[&str] = &["storage_account_name", "container_name", "key"];
        let of_bucket = "belongs to the backends s3 and gcs, whose state is in a bucket";
        let of_file = "belongs to the backend local, whose state is a file";
        let of_snapshots = if is_local {
            "belongs to the backend azurerm, which has blob snapshots"
        } else {
            OF_BLOB
        };
        for (is_here, at, keys, reason) in [
            (is_s3, node, of_s3, "belongs to the backend s3"),
            (self.is_in_bucket(), before, &["bucket"], of_bucket),
            (is_http, node, &http::KEYS, "belongs to the backend http"),
            (is_local, node, &["shared"], of_file),
            (self.has_lease(), node, &["snapshot"], of_snapshots),
            (self.has_lease(), node, of_path, OF_BLOB),
            (self.has_lease(), before, &["account", "blobs"], OF_BLOB),
        ] {
            if !is_here {
                self.refuse_keys(at, keys, reason);
            }
        }
        match self.backend {
            Backend::Azurerm { .. } | Backend::Pg { .. } => {}
            Backend::S3 { .. } | Backend::Gcs => {
                let table = { raw.and_then(|raw| raw.backend.as_ref()) }
                    .and_then(|backend| backend.dynamodb_table.as_ref());
                self.check_table(node.field("dynamodb_table"), table);
            }
            Backend::Http(options) => self.check_options(node, options),
            Backend::Local { .. } => {
                if raw.is_some_and(|raw| raw.before.as_ref().is_some_and(|it| it.blob.is_some())) {
                    let message = "with the backend local there is no blob";
                    let help = "leave it out: there is no state file at the start".to_owned();
                    let at = before.field("blob");
                    self.diagnostics.error_help(at, message, Some(help));
                }
            }
        }
    }

    /// The operators' circumstances.
    pub(super) fn operators(
        &mut self,
        root: &Node<'_>,
        raw: Option<&Pairs<RawOperator>>,
    ) -> Vec<OperatorOptions> {
        let own = |directory| OperatorOptions {
            wrapper: Wrapper::None,
            directory,
            backend: None,
        };
        let ids = self.index.names.operator_ids();
        let mut options: Vec<OperatorOptions> = ids.map(own).collect();
        for (name, operator) in raw.into_iter().flat_map(|pairs| &pairs.0) {
            let Some(id) = self.index.operators.get(name).copied() else {
                continue;
            };
            let option = &mut options[usize::from(id.0)];
            option.wrapper = operator.wrapper.unwrap_or(Wrapper::None);
            if let Some(own) = &operator.backend {
                let at = root.field("operators").field(name).field("backend");
                option.backend = self.own_backend(at, own);
            }
            if let Some(owner) = &operator.directory {
                let at = root.field("operators").field(name).field("directory");
                if let Some(owner) = self.operator(at, &owner.0) {
                    options[usize::from(id.0)].directory = owner;
                }
            }
        }
        self.check_owners(root, &options);
        options
    }

    /// The model has one table, whose name commands and messages have.
    fn check_table(&mut self, at: &Node<'_>, name: Option<&Text>) {
        if let Some(name) = name.filter(|name| name.0 != TABLE) {
            let message = format!(
                "the model's table is called {TABLE}, not {}",
                quoted(&name.0)
            );
            self.diagnostics.error(at, message);
        }
    }

    /// The backend as an operator's own configuration has it.
    fn own_backend(&mut self, at: &Node<'_>, own: &RawOwnBackend) -> Option<Backend> {
        if !matches!(self.backend, Backend::Http(_)) {
            self.refuse_keys(at, &http::KEYS, "belongs to the backend http");
        }
        if let Backend::Pg { .. } = self.backend {
            return self.own_schema(at, own);
        }
        if let Backend::Http(all) = self.backend {
            self.refuse_keys(
                at,
                &["use_lockfile", "dynamodb_table"],
                "belongs to the backend s3",
            );
            self.refuse_keys(at, &["schema_name"], "belongs to the backend pg");
            let options = http::own_options(all, own);
            self.check_options(at, options);
            return Some(Backend::Http(options));
        }
        let Backend::S3 { locks: all } = self.backend else {
            let message = "operators differ in nothing of this backend";
            self.diagnostics.error(at, message);
            return None;
        };
        self.refuse_keys(at, &["schema_name"], "belongs to the backend pg");
        self.check_table(at.field("dynamodb_table"), own.dynamodb_table.as_ref());
        let flag = own.use_lockfile.as_ref().map(|flag| flag.0);
        let has_object = flag.unwrap_or_else(|| all.has_object() && own.dynamodb_table.is_none());
        Some(Backend::S3 {
            locks: locks(has_object, own.dynamodb_table.is_some()),
        })
    }

    /// Whoever works in another's directory must not be another's host as well.
    fn check_owners(&mut self, root: &Node<'_>, options: &[OperatorOptions]) {
        let names = &self.index.names;
        for (id, option) in names.operator_ids().zip(options) {
            let owner = option.directory;
            let owners = options[usize::from(owner.0)].directory;
            if owner != id && owners != owner {
                let (guest, host) = (names.operator(id), names.operator(owner));
                let at = root.field("operators").field(guest).field("directory");
                let message = format!(
                    "{host} works in the directory of {}",
                    names.operator(owners)
                );
                let help = format!("write `directory: {}`", names.operator(owners));
                self.diagnostics.error_help(at, message, Some(help));
            }
        }
    }

    /// A scenario has one state: those who work on a local one share a directory.
    pub(super) fn check_one_state(
        &mut self,
        root: &Node<'_>,
        operators: &[OperatorOptions],
        steps: &[Step],
    ) {
        let Backend::Local { place } = self.backend else {
            return;
        };
        if place == LocalPlace::Shared {
            return;
        }
        let directory = |id: OperatorId| operators[usize::from(id.0)].directory;
        let mut first = None;
        for step in steps {
            let Verb::Run {
                operator, command, ..
            } = &step.verb
            else {
                continue;
            };
            if !matches!(command.program, Program::Terraform(_)) {
                continue;
            }
            let one = *first.get_or_insert(*operator);
            if directory(one) != directory(*operator) {
                let names = &self.index.names;
                let (one, other) = (names.operator(one), names.operator(*operator));
                let message = format!("{one} and {other} would each have a state of their own");
                let help = format!(
                    "let them share a directory, `operators: {{ {other}: {{ directory: {one} }} }}`, \
                     or the state alone, `backend: {{ type: local, shared: true }}`"
                );
                self.diagnostics
                    .error_help(root.field("backend"), message, Some(help));
                return;
            }
        }
    }

    /// Refuses a backup that the backend does not make.
    pub(super) fn check_backup(&mut self, node: &Node<'_>) -> Option<()> {
        match self.backend {
            Backend::Azurerm { .. }
            | Backend::S3 { .. }
            | Backend::Gcs
            | Backend::Pg { .. }
            | Backend::Http(_) => {
                let reason = "belongs to the backend local, which makes one";
                self.refuse_keys(node, &["backup"], reason)
            }
            Backend::Local { .. } => Some(()),
        }
    }

    /// Refuses a client that the backend does not have.
    pub(super) fn check_client(&mut self, at: &Node<'_>, base: ClientBase) {
        let is_lease_clients = match base {
            ClientBase::Terraform => false,
            ClientBase::Renewing => true,
        };
        if is_lease_clients && !self.has_lease() {
            let message = format!("the client {} belongs to the backend azurerm", base.name());
            self.diagnostics.error(at, message);
        }
    }

    /// Hands on the place where the state lives.
    pub(super) fn store(&mut self, at: &Node<'_>, raw: RawStoreChange) -> Option<Verb> {
        if self.has_lease() {
            return self.blob_store(at, raw);
        }
        if let Backend::Pg { .. } = self.backend {
            return self.row_store(at, raw);
        }
        let change = match raw {
            RawStoreChange::Delete => StoreChange::Delete,
            RawStoreChange::Empty => StoreChange::Empty,
            RawStoreChange::Content(text) => StoreChange::Content(text.0.into()),
            RawStoreChange::Disk(RawRoom::Full) => StoreChange::Room(Room::None),
            RawStoreChange::Disk(RawRoom::Ok) => StoreChange::Room(Room::Enough),
            RawStoreChange::Access(word) => access(word),
            RawStoreChange::Occupied(RawStorePart::State) => StoreChange::OccupyState,
            RawStoreChange::Occupied(RawStorePart::Backup) => StoreChange::OccupyBackup,
            RawStoreChange::LockInfo(RawLockInfoChange::Remove) => StoreChange::RemoveLockInfo,
            RawStoreChange::LockInfo(RawLockInfoChange::Content(text)) => {
                StoreChange::LockInfoContent(text.0.into())
            }
            RawStoreChange::LockInfo(RawLockInfoChange::Id(id)) => {
                let Some(id) = LockId::new(&id.0) else {
                    let message = format!("{} is longer than a lock ID can be", quoted(&id.0));
                    self.diagnostics
                        .error(at.field("lock_info").field("id"), message);
                    return None;
                };
                StoreChange::LockInfo(id)
            }
            RawStoreChange::LockItem(_) | RawStoreChange::Digest(_)
                if matches!(self.backend, Backend::Gcs) =>
            {
                let message = "this backend has no table, and so no items";
                self.diagnostics.error(at, message);
                return None;
            }
            RawStoreChange::LockItem(item) => self.lock_item(at, item)?,
            RawStoreChange::Digest(item) => self.digest_item(at, item)?,
            RawStoreChange::Connections(_)
            | RawStoreChange::EndSession
            | RawStoreChange::Restart => {
                let message = "there are no sessions with this backend";
                let help = "these belong to the backend pg".to_owned();
                self.diagnostics.error_help(at, message, Some(help));
                return None;
            }
            RawStoreChange::Restore(saves) if self.keeps_versions => StoreChange::Restore(saves.0),
            RawStoreChange::Restore(_) if self.is_in_bucket() => {
                let message = "this bucket keeps no versions";
                let help = "write `before: { bucket: { versioning: true } }`".to_owned();
                self.diagnostics.error_help(at, message, Some(help));
                return None;
            }
            RawStoreChange::Restore(_) if matches!(self.backend, Backend::Http(_)) => {
                self.diagnostics
                    .error(at, "the model's servers keep no versions");
                return None;
            }
            RawStoreChange::Restore(_) => {
                let message = "a local state has no versions";
                let help = "copy the backup: `run: cp terraform.tfstate.backup terraform.tfstate`";
                self.diagnostics
                    .error_help(at, message, Some(help.to_owned()));
                return None;
            }
        };
        Some(Verb::Store(change))
    }

    fn lock_item(&mut self, at: &Node<'_>, item: RawItemChange) -> Option<StoreChange> {
        match item {
            RawItemChange::Remove => Some(StoreChange::RemoveLockItem),
            RawItemChange::Content(text) => Some(StoreChange::LockItemContent(text.0.into())),
            RawItemChange::Id(id) => {
                let lock = LockId::new(&id.0);
                if lock.is_none() {
                    let message = format!("{} is longer than a lock ID can be", quoted(&id.0));
                    let at = at.field("lock_item").field("id");
                    self.diagnostics.error(at, message);
                }
                lock.map(StoreChange::LockItem)
            }
            RawItemChange::Fitting => self.no_such_item(at),
        }
    }

    fn digest_item(&mut self, at: &Node<'_>, item: RawItemChange) -> Option<StoreChange> {
        match item {
            RawItemChange::Fitting => Some(StoreChange::FitDigest),
            RawItemChange::Remove => Some(StoreChange::RemoveDigest),
            RawItemChange::Content(text) => Some(StoreChange::DigestContent(text.0.into())),
            RawItemChange::Id(_) => self.no_such_item(at),
        }
    }

    fn no_such_item(&mut self, at: &Node<'_>) -> Option<StoreChange> {
        let message = "a lock item has an `id`, a digest is `fitting`";
        self.diagnostics.error(at, message);
        None
    }

    fn blob_store(&mut self, at: &Node<'_>, raw: RawStoreChange) -> Option<Verb> {
        let change = match raw {
            RawStoreChange::Delete => BlobChange::Delete,
            RawStoreChange::Empty => BlobChange::Truncate,
            RawStoreChange::Content(text) => BlobChange::Content(text.0.into()),
            RawStoreChange::Restore(saves) => BlobChange::Restore(saves.0),
            RawStoreChange::Disk(_)
            | RawStoreChange::Access(_)
            | RawStoreChange::Occupied(_)
            | RawStoreChange::LockInfo(_)
            | RawStoreChange::LockItem(_)
            | RawStoreChange::Digest(_)
            | RawStoreChange::Connections(_)
            | RawStoreChange::EndSession
            | RawStoreChange::Restart => {
                let message = "a blob has no disk, no permissions and no file beside it";
                let help = "these belong to the backend local".to_owned();
                self.diagnostics.error_help(at, message, Some(help));
                return None;
            }
        };
        Some(Verb::Blob(change))
    }
}
