//! What only a state in a bucket of Cloud Storage has: its faults, and generations for lock IDs.

use leaselab::service::gcs::Refusal;
use serde_json::json;

use super::super::format::{FaultAction, Recording, Rule};

/// Its requests.
const REQUESTS: [&str; 9] = [
    "list",
    "get_state",
    "attrs_state",
    "put_state",
    "delete_state",
    "put_lock",
    "get_lock",
    "attrs_lock",
    "delete_lock",
];

/// A rule strikes each of the requests that it names, and each counts for itself.
pub(super) fn rules(rule: &Rule) -> Vec<Rule> {
    let named = REQUESTS.into_iter().filter(|name| rule.names(name));
    let rules = named.map(|name| {
        let mut one = rule.clone();
        one.op = json!(name);
        if rule.action == FaultAction::Status {
            let known = Refusal::ALL.iter();
            let mut known = known.filter(|known| Some(known.http_status()) == rule.status);
            // Of others it makes no difference which one it is.
            let known = known.next().copied().unwrap_or(Refusal::Invalid);
            one.status = Some(known.http_status());
            one.code = Some(json!(known.code()));
        }
        one
    });
    rules.collect()
}

/// `gen-2` in a command is the lock's ID at that moment; one of a lock that is gone, while there is
/// another one, is a number that nothing has.
pub(super) fn with_placeholder(recording: &Recording, step: &str, command: &str) -> String {
    let words = command.split(' ').map(|word| {
        let number = word.strip_prefix("gen-").unwrap_or_default();
        let is_generation = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        match is_generation
            .then(|| latest_lock(recording, step))
            .flatten()
        {
            Some(latest) if latest == word => "<LOCK_ID>",
            Some(_) => "1",
            None if is_generation => "<LOCK_ID>",
            None => word,
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The generation of the lock that was put last before a command's first request.
fn latest_lock<'r>(recording: &'r Recording, step: &str) -> Option<&'r str> {
    let before = recording
        .requests
        .iter()
        .take_while(|request| request.step != step);
    let puts = before.filter(|request| request.op == "put_lock");
    puts.filter_map(|request| request.generation.as_deref())
        .last()
}
