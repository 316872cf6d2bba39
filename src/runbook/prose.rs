//! Prose: which sentences of a runbook decide about commands, and what they ask.
//!
//! A clause is read by a small vocabulary: subjects (the lock, its holder, `errored.tfstate`, the
//! plan), and what can be said of each, with negation. A clause of which one word is left over is
//! not understood; half of one is never used.

mod answer;
mod asked;
mod clause;
mod comparison;
mod halt;
mod phrase;
mod refusal;
mod sentence;
mod subject;
mod version;
mod word;

pub(super) use answer::is_answer;
pub(super) use asked::{
    is_for_the_reader, is_order, is_order_with, is_question, is_then, orders_within,
};
pub(super) use halt::orders_to_halt;
pub(super) use phrase::{begins_to_decide as begins, sentences};
pub(super) use sentence::{Manner, Reading, Sentence, UNKNOWN, UNKNOWN_CASE, read, topics};
pub(super) use subject::Subject;
pub(super) use word::nearest_sentence;

use super::condition::{Deed, Test};

/// What a sentence can refer to.
#[derive(Debug, Clone, Default)]
pub(super) struct Context {
    /// What was spoken of, the latest last: what `it` may be.
    pub(super) topics: Vec<Subject>,
    /// What was asked: `Is the lock held? If so:`
    pub(super) question: Option<Test>,
    /// The same until another question or heading comes: `Yes:` and `No:` answer it.
    pub(super) asked: Option<Test>,
    /// The deeds of the steps above.
    pub(super) deeds: Vec<Deed>,
}
