//! Conditions: the few sentences that decide whether commands of a runbook are typed.

use crate::command::wording;

/// What a condition asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// There is a file `errored.tfstate` in the operator's directory.
    ErroredExists,
    /// The lease on the state blob is held.
    LockHeld,
    /// The lease is held, and a living process holds it: what its owner says who is asked.
    HolderAlive,
    /// The lease is held, and no living process holds it.
    HolderGone,
    /// The last command printed a lock ID.
    LockIdPrinted,
    /// The last command said that the lock can't be taken.
    LockErrorPrinted,
    /// The last command exited with another status than 0.
    CommandFails,
    /// The last command said that an object exists already.
    AlreadyExists,
    /// The state blob has content that is no state.
    StateUnreadable,
    /// There is no state blob.
    StateMissing,
    /// The last plan that was printed to the operator changes nothing.
    NoChanges,
    /// An object exists that no remote state records.
    Unrecorded,
    /// The remote state marks an object as tainted.
    Tainted,
    /// Always: it ends a condition above it.
    Always,
}

/// A condition, and whether it has to hold or not to hold.
pub(super) type Clause = (Condition, bool);

/// The sentences, without their `if`.
const SENTENCES: [(&str, Clause); 26] = [
    ("errored.tfstate exists", (Condition::ErroredExists, true)),
    (
        "errored.tfstate does not exist",
        (Condition::ErroredExists, false),
    ),
    ("the lock is held", (Condition::LockHeld, true)),
    ("the lock is free", (Condition::LockHeld, false)),
    (
        "the holder of the lock is alive",
        (Condition::HolderAlive, true),
    ),
    (
        "the holder of the lock is gone",
        (Condition::HolderGone, true),
    ),
    ("a lock ID was printed", (Condition::LockIdPrinted, true)),
    ("no lock ID was printed", (Condition::LockIdPrinted, false)),
    (
        "a lock error was printed",
        (Condition::LockErrorPrinted, true),
    ),
    (
        "no lock error was printed",
        (Condition::LockErrorPrinted, false),
    ),
    ("the command fails", (Condition::CommandFails, true)),
    ("the command succeeds", (Condition::CommandFails, false)),
    ("the command failed", (Condition::CommandFails, true)),
    ("the command succeeded", (Condition::CommandFails, false)),
    ("an object already exists", (Condition::AlreadyExists, true)),
    (
        "the state cannot be read",
        (Condition::StateUnreadable, true),
    ),
    ("the state can be read", (Condition::StateUnreadable, false)),
    ("the state is missing", (Condition::StateMissing, true)),
    ("the state exists", (Condition::StateMissing, false)),
    ("the plan shows no changes", (Condition::NoChanges, true)),
    ("the plan shows changes", (Condition::NoChanges, false)),
    ("an object is in no state", (Condition::Unrecorded, true)),
    (
        "every object is in the state",
        (Condition::Unrecorded, false),
    ),
    ("an object is tainted", (Condition::Tainted, true)),
    ("no object is tainted", (Condition::Tainted, false)),
    ("in any case", (Condition::Always, true)),
];

/// Words with which a sentence begins that looks like a condition.
const BEGINNINGS: [&str; 6] = ["if ", "when ", "unless ", "in case ", "only if ", "where "];

/// What a sentence says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sentence {
    /// No condition.
    Prose,
    /// A condition.
    Known(Clause),
    /// `Otherwise:`
    Otherwise,
    /// It looks like a condition, and the model does not know it. With what was probably meant.
    Unknown(String),
}

impl Condition {
    /// Whether it holds only where the last command failed, or printed what the next one needs:
    /// the failure is foreseen.
    pub(super) const fn foresees_failure(self) -> bool {
        match self {
            Self::LockErrorPrinted
            | Self::LockIdPrinted
            | Self::CommandFails
            | Self::AlreadyExists => true,
            Self::ErroredExists
            | Self::LockHeld
            | Self::HolderAlive
            | Self::HolderGone
            | Self::StateUnreadable
            | Self::StateMissing
            | Self::NoChanges
            | Self::Unrecorded
            | Self::Tainted
            | Self::Always => false,
        }
    }
}

/// Reads a sentence. In a heading it needs no colon at its end.
pub(super) fn read(sentence: &str, is_heading: bool) -> Sentence {
    let lower = sentence.trim().to_lowercase().replace('\u{2019}', "'");
    let Some(words) = lower
        .strip_suffix(':')
        .or_else(|| is_heading.then_some(lower.as_str()))
    else {
        return Sentence::Prose;
    };
    if matches!(words, "otherwise" | "else") {
        return Sentence::Otherwise;
    }
    if words == "in any case" {
        return Sentence::Known((Condition::Always, true));
    }
    if !BEGINNINGS.iter().any(|start| words.starts_with(start)) {
        return Sentence::Prose;
    }
    // `If errored.tfstate exists, push it:` is the same condition with a reason to read on.
    let clause = words.split(',').next().unwrap_or(words);
    let clause = clause.split_whitespace().collect::<Vec<_>>().join(" ");
    let clause = clause.replace("can't", "cannot");
    let asked = clause.strip_prefix("if ");
    let known = asked.and_then(|asked| {
        let mut sentences = SENTENCES.iter();
        sentences.find(|(text, _)| text.to_lowercase() == asked)
    });
    match known {
        Some((_, clause)) => Sentence::Known(*clause),
        None => Sentence::Unknown(help(asked.unwrap_or(&clause))),
    }
}

fn help(asked: &str) -> String {
    let sentences = || SENTENCES.iter().map(|(text, _)| *text);
    if let Some(near) = wording::nearest(asked, sentences()) {
        return wording::did_you_mean(&format!("If {near}:"));
    }
    let known: Vec<&str> = sentences().collect();
    format!("known are: If … {}", known.join(" · "))
}

/// Every sentence that is understood, as a runbook writes it.
pub fn sentences() -> Vec<String> {
    let written = |text: &str| match text {
        "in any case" => "In any case:".to_owned(),
        text => format!("If {text}:"),
    };
    SENTENCES.iter().map(|(text, _)| written(text)).collect()
}
