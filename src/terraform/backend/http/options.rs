//! What a configuration says of the server: addresses, methods, and how often a request is repeated.

use super::{Asked, HttpCall, LockBody};
use crate::kernel::SimDuration;
use crate::service::http::{Body, Call, Flavor};

/// Where the state is.
pub const ADDRESS: &str = "https://state.example.com/terraform.tfstate";
/// Where GitLab's lock is; that of the other servers is where the state is.
pub const GITLAB_LOCK_ADDRESS: &str = "https://state.example.com/terraform.tfstate/lock";

/// What a configuration says of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Address {
    /// It is the server's.
    Given,
    /// There is none.
    None,
    /// There is one where nobody listens: connections to it are refused.
    Dead,
}

/// The method of a save.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpdateMethod {
    /// `POST`, unless another one is configured.
    Post,
    /// `PUT`
    Put,
}

/// The method of a request for the lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `LOCK`
    Lock,
    /// `UNLOCK`
    Unlock,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `DELETE`
    Delete,
}

impl Method {
    /// As it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lock => "LOCK",
            Self::Unlock => "UNLOCK",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// What a method means at the lock's address.
#[derive(Debug, Clone, Copy)]
enum Meant {
    /// The lock is taken.
    Lock,
    /// It is given back.
    Unlock,
    /// The server does not know the method there.
    Nothing,
}

/// The options of a configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The server.
    pub server: Flavor,
    /// `lock_address`
    pub lock: Address,
    /// `unlock_address`
    pub unlock: Address,
    /// `update_method`
    pub update: UpdateMethod,
    /// `lock_method`; the one that the server knows, unless the configuration says another.
    pub lock_with: Option<Method>,
    /// `unlock_method`; likewise.
    pub unlock_with: Option<Method>,
    /// `retry_max`: how often a request is repeated at most.
    pub retry_max: u32,
    /// `retry_wait_min`: the wait before the first repetition; each one after it is twice as long.
    pub retry_wait_min: SimDuration,
    /// `retry_wait_max`: the longest wait.
    pub retry_wait_max: SimDuration,
}

impl Options {
    /// What a configuration has that says no more than where the lock is, and how its server wants to
    /// be asked for it.
    pub const fn of(server: Flavor) -> Self {
        Self {
            server,
            lock: Address::Given,
            unlock: Address::Given,
            update: UpdateMethod::Post,
            lock_with: None,
            unlock_with: None,
            retry_max: 2,
            retry_wait_min: SimDuration::from_seconds(1),
            retry_wait_max: SimDuration::from_seconds(30),
        }
    }

    /// Where the lock is.
    pub const fn lock_address(self) -> &'static str {
        match self.server {
            Flavor::Open | Flavor::Fenced => ADDRESS,
            Flavor::Gitlab => GITLAB_LOCK_ADDRESS,
        }
    }

    /// Whether the client locks at all.
    pub const fn locks(self) -> bool {
        match self.lock {
            Address::Given | Address::Dead => true,
            Address::None => false,
        }
    }

    /// Whether it gives a lock back: without a lock address it has none.
    pub const fn unlocks(self) -> bool {
        match self.unlock {
            Address::Given | Address::Dead => self.locks(),
            Address::None => false,
        }
    }

    /// Whether each command leaves the lock that it takes.
    pub const fn leaves_lock(self) -> bool {
        self.locks() && !self.unlocks()
    }

    /// Whether the server compares the IDs of saves with that of the lock.
    pub const fn is_fenced(self) -> bool {
        match self.server {
            Flavor::Open => false,
            Flavor::Fenced | Flavor::Gitlab => true,
        }
    }

    /// The method of the request for the lock.
    pub const fn lock_method(self) -> Method {
        match (self.lock_with, self.server) {
            (Some(method), _) => method,
            (None, Flavor::Open | Flavor::Fenced) => Method::Lock,
            (None, Flavor::Gitlab) => Method::Post,
        }
    }

    /// The method of the request that gives the lock back.
    pub const fn unlock_method(self) -> Method {
        match (self.unlock_with, self.server) {
            (Some(method), _) => method,
            (None, Flavor::Open | Flavor::Fenced) => Method::Unlock,
            (None, Flavor::Gitlab) => Method::Delete,
        }
    }

    /// What a request with this method to the lock's address asks of the server; `None` where that
    /// is the state's address, and the state is meant.
    const fn meant(self, method: Method) -> Option<Meant> {
        match (self.server, method) {
            (Flavor::Open | Flavor::Fenced, Method::Lock) | (Flavor::Gitlab, Method::Post) => {
                Some(Meant::Lock)
            }
            (Flavor::Open | Flavor::Fenced, Method::Unlock) | (Flavor::Gitlab, Method::Delete) => {
                Some(Meant::Unlock)
            }
            (Flavor::Gitlab, Method::Lock | Method::Unlock | Method::Put) => Some(Meant::Nothing),
            (Flavor::Open | Flavor::Fenced, Method::Post | Method::Put | Method::Delete) => None,
        }
    }

    /// Whether a request for the lock with this method would store or delete the state.
    pub const fn means_the_state(self, method: Method) -> bool {
        self.meant(method).is_none()
    }

    /// What a request with this method and body to the lock's address asks.
    pub(super) fn lock_call(self, method: Method, body: Body<LockBody>) -> HttpCall {
        match self.meant(method) {
            Some(Meant::Lock) => Call::Lock(match body {
                Body::Of(body) => body,
                Body::Empty => LockBody::Empty,
            }),
            Some(Meant::Unlock) => Call::Unlock(body),
            Some(Meant::Nothing) | None => Call::Unknown(body),
        }
    }

    /// The method of a request.
    pub(super) const fn method(self, asked: Asked) -> &'static str {
        match asked {
            Asked::Lock => self.lock_method().name(),
            Asked::Unlock => self.unlock_method().name(),
            Asked::Save => match self.update {
                UpdateMethod::Post => "POST",
                UpdateMethod::Put => "PUT",
            },
            Asked::Read => "GET",
        }
    }

    /// What the configuration says of the address of a request.
    pub(super) const fn address(self, asked: Asked) -> Address {
        match asked {
            Asked::Lock => self.lock,
            Asked::Unlock => self.unlock,
            Asked::Read | Asked::Save => Address::Given,
        }
    }
}
