//! The options of the backend http.

use super::Checker;
use crate::scenario::document::Node;
use crate::scenario::raw::http::{AddressWord, MethodWord, ServerWord, UpdateWord};
use crate::scenario::raw::scalar::{Count, Duration};
use crate::scenario::raw::{RawBackend, RawOwnBackend};
use crate::service::http::Flavor;
use crate::terraform::backend::http::{Address, Method, Options, UpdateMethod};

/// All keys of its options.
pub(super) const KEYS: [&str; 9] = [
    "server",
    "lock_address",
    "unlock_address",
    "update_method",
    "lock_method",
    "unlock_method",
    "retry_max",
    "retry_wait_min",
    "retry_wait_max",
];

/// More repetitions than that nobody waits for.
const RETRIES_MAX: u32 = 1_000;

/// What one configuration says.
#[derive(Debug, Clone, Copy)]
struct Said<'a> {
    lock: Option<AddressWord>,
    unlock: Option<AddressWord>,
    update: Option<UpdateWord>,
    lock_with: Option<MethodWord>,
    unlock_with: Option<MethodWord>,
    retry_max: Option<&'a Count>,
    retry_wait_min: Option<&'a Duration>,
    retry_wait_max: Option<&'a Duration>,
}

const fn address(word: Option<AddressWord>, otherwise: Address) -> Address {
    match word {
        None => otherwise,
        Some(AddressWord::None) => Address::None,
        Some(AddressWord::Dead) => Address::Dead,
    }
}

const fn method(word: MethodWord) -> Method {
    match word {
        MethodWord::Lock => Method::Lock,
        MethodWord::Unlock => Method::Unlock,
        MethodWord::Post => Method::Post,
        MethodWord::Put => Method::Put,
        MethodWord::Delete => Method::Delete,
    }
}

/// What a method does to the state, where it is sent to the state's address.
const fn deed(method: Method) -> &'static str {
    match method {
        Method::Delete => "deletes it",
        Method::Lock | Method::Unlock | Method::Post | Method::Put => "saves the lock info over it",
    }
}

fn merged(options: Options, said: Said<'_>) -> Options {
    let retry_max = said.retry_max.map(|count| count.0);
    let retry_max = retry_max.map(|count| u32::try_from(count).unwrap_or(u32::MAX));
    Options {
        server: options.server,
        lock: address(said.lock, options.lock),
        unlock: address(said.unlock, options.unlock),
        update: match said.update {
            None => options.update,
            Some(UpdateWord::Post) => UpdateMethod::Post,
            Some(UpdateWord::Put) => UpdateMethod::Put,
        },
        lock_with: said.lock_with.map(method).or(options.lock_with),
        unlock_with: said.unlock_with.map(method).or(options.unlock_with),
        retry_max: retry_max.unwrap_or(options.retry_max),
        retry_wait_min: { said.retry_wait_min }.map_or(options.retry_wait_min, |it| it.0),
        retry_wait_max: { said.retry_wait_max }.map_or(options.retry_wait_max, |it| it.0),
    }
}

/// The options of the configuration that all operators have.
pub(super) fn options(raw: &RawBackend) -> Options {
    let server = match raw.server {
        None | Some(ServerWord::Open) => Flavor::Open,
        Some(ServerWord::Fenced) => Flavor::Fenced,
        Some(ServerWord::Gitlab) => Flavor::Gitlab,
    };
    let said = Said {
        lock: raw.lock_address,
        unlock: raw.unlock_address,
        update: raw.update_method,
        lock_with: raw.lock_method,
        unlock_with: raw.unlock_method,
        retry_max: raw.retry_max.as_ref(),
        retry_wait_min: raw.retry_wait_min.as_ref(),
        retry_wait_max: raw.retry_wait_max.as_ref(),
    };
    merged(Options::of(server), said)
}

/// The same with what an operator's own configuration says.
pub(super) fn own_options(all: Options, own: &RawOwnBackend) -> Options {
    let said = Said {
        lock: own.lock_address,
        unlock: own.unlock_address,
        update: own.update_method,
        lock_with: own.lock_method,
        unlock_with: own.unlock_method,
        retry_max: own.retry_max.as_ref(),
        retry_wait_min: own.retry_wait_min.as_ref(),
        retry_wait_max: own.retry_wait_max.as_ref(),
    };
    merged(all, said)
}

impl Checker<'_, '_> {
    /// What can't be configured.
    pub(super) fn check_options(&mut self, at: &Node<'_>, options: Options) {
        if at.entry("retry_max").is_some() && options.retry_max > RETRIES_MAX {
            let message = format!("a request is repeated {RETRIES_MAX} times at most");
            self.diagnostics.error(at.field("retry_max"), message);
        }
        let waits = [
            ("retry_wait_min", options.retry_wait_min),
            ("retry_wait_max", options.retry_wait_max),
        ];
        let broken = waits
            .into_iter()
            .filter(|(_, wait)| !wait.as_ms().is_multiple_of(1_000));
        for (key, _) in broken.filter(|(key, _)| at.entry(key).is_some()) {
            let message = "Terraform counts this wait in whole seconds";
            self.diagnostics.error(at.field(key), message);
        }
        for (key, method, own) in [
            ("lock_method", options.lock_method(), "LOCK"),
            ("unlock_method", options.unlock_method(), "UNLOCK"),
        ] {
            if at.entry(key).is_some() && options.means_the_state(method) {
                let (name, deed) = (method.name(), deed(method));
                let message =
                    format!("this server's lock is at the state's address, where {name} {deed}");
                let help = format!("its own is `{own}`");
                self.diagnostics
                    .error_help(at.field(key), message, Some(help));
            }
        }
    }
}
