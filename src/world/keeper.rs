//! What keeps the state: one of the places that a backend has, with all that is asked of any.

use std::sync::Arc;

use super::act::Done;
use super::local::LocalState;
use super::memory::Writer;
use super::observe::blob;
use super::{Actor, Agenda, LockInfo, RunId, World, aws, gcs, http, pg};
use crate::kernel::SimTime;
use crate::scenario::{Scenario, StoreChange};
use crate::service;
use crate::terraform::StateFile;
use crate::terraform::backend::Backend;
use crate::timeline::{Idleness, LockObservation, MachineFact, RemoteState};

/// Where the state is.
#[derive(Debug, Clone)]
pub(super) enum Keeper {
    /// In a blob, which is the world's `service`.
    Blob,
    /// In a bucket of S3, with a table beside it.
    Aws(aws::Store),
    /// In a bucket of Cloud Storage.
    Gcs(gcs::Store),
    /// In a database.
    Pg(pg::Server),
    /// On an HTTP server.
    Http(http::Store),
    /// In a local file.
    File(LocalState),
}

/// Writes the ways to one of the keepers, where it is that one.
macro_rules! ways_to {
    ($( $(#[$doc:meta])* $name:ident, $name_mut:ident: $variant:ident($type:ty); )+) => {
        impl Keeper {
            $(
                $(#[$doc])*
                pub(super) const fn $name(&self) -> Option<&$type> {
                    if let Self::$variant(keeper) = self {
                        Some(keeper)
                    } else {
                        None
                    }
                }

                $(#[$doc])*
                pub(super) const fn $name_mut(&mut self) -> Option<&mut $type> {
                    if let Self::$variant(keeper) = self {
                        Some(keeper)
                    } else {
                        None
                    }
                }
            )+
        }
    };
}

ways_to! {
    /// The bucket of S3 and the table, where the state is there.
    aws, aws_mut: Aws(aws::Store);
    /// The bucket of Cloud Storage, where the state is there.
    gcs, gcs_mut: Gcs(gcs::Store);
    /// The database server, where the state is there.
    pg, pg_mut: Pg(pg::Server);
}

impl Keeper {
    /// What there is before the first step.
    pub(super) fn of(scenario: &Scenario) -> Self {
        let keeps_versions = scenario.before.keeps_versions;
        match scenario.backend {
            Backend::Azurerm { .. } => Self::Blob,
            Backend::S3 { locks } => {
                let versioning = if keeps_versions {
                    service::aws::bucket::Versioning::On
                } else {
                    service::aws::bucket::Versioning::Off
                };
                Self::Aws(aws::Store::new(locks, versioning))
            }
            Backend::Gcs => Self::Gcs(gcs::Store::new(if keeps_versions {
                service::gcs::bucket::Versioning::On
            } else {
                service::gcs::bucket::Versioning::Off
            })),
            Backend::Pg { .. } => Self::Pg(pg::Server::new()),
            Backend::Http(options) => Self::Http(http::Store::new(options)),
            Backend::Local { place } => Self::File(LocalState::new(scenario, place)),
        }
    }

    /// The HTTP server, where the state is there.
    pub(super) const fn http_mut(&mut self) -> Option<&mut http::Store> {
        if let Self::Http(store) = self {
            Some(store)
        } else {
            None
        }
    }

    /// The local file, where the state is there.
    pub(super) const fn local(&self) -> Option<&LocalState> {
        if let Self::File(local) = self {
            Some(local)
        } else {
            None
        }
    }
}

impl World {
    /// The state that is stored, if one is.
    pub(super) fn remote_state(&self) -> Option<Arc<StateFile>> {
        match &self.keeper {
            Keeper::Blob => self.service.blob()?.content.state().cloned(),
            Keeper::Aws(store) => store.state().cloned(),
            Keeper::Gcs(store) => store.state().cloned(),
            Keeper::Pg(server) => server.state().cloned(),
            Keeper::Http(store) => store.state().cloned(),
            Keeper::File(local) => self.local_state(local),
        }
    }

    /// Puts the state where it is before the first step, where that is no blob.
    pub(super) fn place_state(&mut self, file: Arc<StateFile>) {
        match &mut self.keeper {
            Keeper::Blob => return,
            Keeper::Aws(store) => store.place(file),
            Keeper::Gcs(store) => store.place(file),
            Keeper::Pg(server) => server.place(file),
            Keeper::Http(store) => store.place(file),
            Keeper::File(local) => {
                let directory = Arc::make_mut(&mut self.directories[local.directory]);
                local.place(directory, file);
            }
        }
        self.track_kept(None);
    }

    /// Puts the lock of somebody who is dead where it is before the first step, where it is no
    /// lease and outlives its holder.
    pub(super) fn place_lock(&mut self, info: LockInfo) {
        match &mut self.keeper {
            Keeper::Blob | Keeper::Pg(_) | Keeper::File(_) => return,
            Keeper::Aws(store) => store.place_lock(info),
            Keeper::Gcs(store) => store.place_lock(info),
            Keeper::Http(store) => store.place_lock(info),
        }
        self.last_lock = Some(info);
    }

    /// Looks at the state after it has changed, where it is in no blob.
    pub(super) fn track_kept(&mut self, by: Option<Writer>) {
        let held = self.remote_state();
        self.track_state(held.as_ref(), by);
    }

    /// What stands where the state should be, as an observation has it.
    pub(super) fn observe_remote(&self) -> RemoteState {
        match &self.keeper {
            Keeper::Blob => blob(self),
            Keeper::Aws(store) => store.remote(),
            Keeper::Gcs(store) => store.remote(),
            Keeper::Pg(server) => server.remote(),
            Keeper::Http(store) => store.remote(),
            Keeper::File(local) => self.observe_local_state(local),
        }
    }

    /// The lock, what its info says, and which run has put it.
    pub(super) fn observe_lock(
        &self,
        now: SimTime,
    ) -> (LockObservation, Option<LockInfo>, Option<RunId>) {
        match &self.keeper {
            Keeper::Blob => self.observe_lease(now),
            Keeper::Aws(store) => store.lock(),
            Keeper::Gcs(store) => store.lock(),
            Keeper::Pg(server) => self.observe_session_lock(server, now),
            Keeper::Http(store) => store.lock(),
            Keeper::File(local) => self.observe_local_lock(local),
        }
    }

    /// The lock info beside the state.
    pub(super) fn lock_info(&self) -> Option<LockInfo> {
        match &self.keeper {
            Keeper::Blob => self.service.blob()?.metadata.as_deref().copied(),
            Keeper::Aws(store) => store.info(),
            Keeper::Gcs(store) => store.info(),
            Keeper::Pg(_) => None,
            Keeper::Http(store) => store.info(),
            Keeper::File(local) => self.observe_local_lock(local).1,
        }
    }

    /// Hands on the place of the state, past Terraform.
    pub(super) fn change_store(&mut self, change: &StoreChange, agenda: &mut Agenda) -> Done {
        let now = agenda.now;
        let has_changed = match &mut self.keeper {
            Keeper::Blob => return Done::Idle(Idleness::NotLocal),
            Keeper::Aws(store) => store.change(change, now),
            Keeper::Gcs(store) => {
                let has_changed = store.change(change, now);
                if has_changed {
                    self.last_lock = store.info().or(self.last_lock);
                }
                has_changed
            }
            Keeper::Pg(_) => return self.change_database(change, agenda),
            Keeper::Http(store) => store.change(change, now),
            Keeper::File(local) => {
                let directory = Arc::make_mut(&mut self.directories[local.directory]);
                local.change(directory, change, now)
            }
        };
        if !has_changed {
            return Done::Idle(Idleness::StoreUnchanged);
        }
        self.record(now, Actor::Scenario, || {
            MachineFact::StateFileHandled(change.clone())
        });
        self.track_kept(None);
        Done::Acted
    }
}
