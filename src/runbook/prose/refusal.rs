//! Why a command failed: `the push fails because the serial is too old`, or with what it printed.

use super::super::condition::PushRefusal;
use super::word::{joined, words};

/// Why a command failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// A push was refused for one of these.
    Refused(&'static [PushRefusal]),
    /// The lock could not be taken.
    Locked,
    /// An object exists already.
    Exists,
}

const SERIAL: Reason = Reason::Refused(&[PushRefusal::Serial]);
const CONTENT: Reason = Reason::Refused(&[PushRefusal::Content]);
const LINEAGE: Reason = Reason::Refused(&[PushRefusal::Lineage]);
/// `because of the serial` is said of both.
const SERIALS: Reason = Reason::Refused(&[PushRefusal::Serial, PushRefusal::Content]);

/// What Terraform prints, without numbers and names; a part of it is quoted.
const MESSAGES: [(Reason, &str); 5] = [
    (
        LINEAGE,
        "cannot import state with lineage over unrelated state with lineage",
    ),
    (
        SERIAL,
        "cannot import state with serial over newer state with serial",
    ),
    (
        CONTENT,
        "cannot overwrite existing state with serial with a different state that has the same serial",
    ),
    (
        Reason::Locked,
        "error acquiring the state lock state blob is already locked",
    ),
    (
        Reason::Exists,
        "a resource with the id already exists to be managed via terraform this resource needs to be imported into the state",
    ),
];

#[rustfmt::skip]
const REASONS: &[(Reason, &[&str])] = &[
    (SERIAL, &[
        "serial is too old", "serial is older", "serial is lower", "serial is too low", "its serial is too old", "its serial is lower", "its serial is older", "its serial is too low",
        "serial of errored.tfstate is lower", "serial in errored.tfstate is lower", "serial of errored.tfstate is too old", "serial in errored.tfstate is too old",
        "serial is behind", "remote serial is higher", "remote serial is newer", "remote state is newer", "remote state has newer serial", "remote state has higher serial",
        "serial of remote state is higher", "state is newer", "newer serial", "higher serial", "older serial", "lower serial", "newer state", "old serial", "stale serial",
        "errored.tfstate is older", "file is older", "remote state has moved on", "state has moved on", "serial too old", "serial too low", "state is older", "it is older",
    ]),
    (CONTENT, &[
        "serial is same", "serial is equal", "serials is same", "serials is equal", "same serial", "both have same serial", "equal serial", "they have same serial", "serial is identical",
        "equal serials", "remote state has same serial", "errored.tfstate has same serial", "content differs under same serial", "same serial and different content",
    ]),
    (SERIALS, &[
        "serial", "serials", "of serial", "of serials", "serial mismatch", "serial conflict", "serial error", "of serial mismatch", "of serial conflict", "serial does not match",
        "serial is wrong", "serials do not match", "serial number", "its serial", "of its serial",
    ]),
    (LINEAGE, &[
        "lineage differs", "lineages differ", "lineage is different", "lineages is different", "lineage does not match", "lineages do not match", "lineage mismatch", "lineage error",
        "of lineage", "of lineage mismatch", "lineage", "different lineage", "other lineage", "another lineage", "its lineage differs", "lineage is wrong", "lineage is not same",
        "wrong lineage", "its lineage", "of its lineage", "it has another lineage", "lineage conflict",
    ]),
    (Reason::Locked, &[
        "lock is held", "lock is taken", "state is locked", "of lock", "it is locked", "lock can not be acquired", "lock can not be taken", "lock is already held",
        "state is already locked", "somebody holds lock", "of state lock", "blob is leased", "state blob is leased", "blob is locked",
    ]),
    (Reason::Exists, &[
        "object already exists", "resource already exists", "objects already exist", "resources already exist", "object exists already", "resource exists already", "it already exists",
        "something already exists", "already exists", "objects exist already", "resources exist already",
    ]),
];

/// The reason behind `fails` or `is refused`; none where no reason is said, or an unknown one.
pub(super) fn reason(behind: &[String]) -> Option<Reason> {
    let rest = match behind {
        [because, rest @ ..]
            if matches!(
                because.as_str(),
                "because" | "since" | "with" | "as" | "saying" | "for" | "over"
            ) =>
        {
            rest
        }
        [due, to, rest @ ..] if due == "due" && to == "to" => rest,
        _ => return None,
    };
    said(rest)
}

/// The reason in such words, or in a part of what Terraform prints.
pub(super) fn said(rest: &[String]) -> Option<Reason> {
    let rest = match rest {
        [error, rest @ ..]
            if matches!(error.as_str(), "error" | "message" | "that") && !rest.is_empty() =>
        {
            rest
        }
        rest => rest,
    };
    let text = joined(rest);
    let known = REASONS
        .iter()
        .find(|(_, phrases)| phrases.contains(&text.as_str()));
    known.map(|(reason, _)| *reason).or_else(|| quoted(rest))
}

/// The reason of a message, where this is a part of it, and of no other one.
fn quoted(words: &[String]) -> Option<Reason> {
    const PARTS_MIN: usize = 3;
    let failed = ["failed", "to", "write", "state"];
    let words = match words {
        [error, rest @ ..] if error == "error" => rest,
        words => words,
    };
    let words = if words.len() > failed.len() && failed.iter().zip(words).all(|(a, b)| a == b) {
        &words[failed.len()..]
    } else {
        words
    };
    let is_varying = |word: &&String| {
        let is_shape = word.starts_with(['<', '{', '['])
            || matches!(word.as_str(), "\u{2026}" | "..." | "x" | "n" | "y");
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        let is_uuid = word.len() == 36 && word.matches('-').count() == 4;
        !(is_shape || is_number || is_uuid)
    };
    let words: Vec<&String> = words.iter().filter(is_varying).collect();
    if words.len() < PARTS_MIN {
        return None;
    }
    let is_in = |message: &str| {
        let message = self::words(message);
        message
            .windows(words.len())
            .any(|part| part.iter().eq(words.iter().copied()))
    };
    let mut found = MESSAGES.iter().filter(|(_, message)| is_in(message));
    let (reason, _) = found.next()?;
    found.next().is_none().then_some(*reason)
}
