//! A paragraph: its sentences, and what a question in it asks of the order behind it.

use std::ops::Range;

use super::{Builder, Directive};
use crate::runbook::PassedOver;
use crate::runbook::condition::Test;
use crate::runbook::markdown::Prose;
use crate::runbook::prose::{self, Reading, Sentence};

/// The questions of a paragraph that no sentence has answered so far.
#[derive(Debug)]
struct Asked {
    /// Where the first of them begins.
    start: usize,
    /// What they ask together; nothing where one of them is not understood.
    test: Option<Test>,
}

impl Asked {
    /// One question more.
    fn with(asked: Option<Self>, test: Option<Test>, start: usize) -> Self {
        match asked {
            None => Self { start, test },
            Some(asked) => Self {
                start: asked.start,
                test: asked.test.zip(test).map(|(one, other)| one.and(other)),
            },
        }
    }
}

impl Builder<'_> {
    pub(super) fn paragraph(&mut self, text: &Prose) {
        self.scope.text();
        let placed = &text.placed;
        self.note_inline(text);
        let is_decided = match self.directive.take() {
            Some(directive @ Directive::Skip) => {
                self.directive = Some(directive);
                false
            }
            Some(directive) => {
                self.decided(directive);
                true
            }
            None => false,
        };
        let mut is_condition = is_decided;
        let unparted = text.unparted();
        let sentences = prose::sentences(&unparted);
        let last = sentences.last().map(|range| range.start);
        let mut asked: Option<Asked> = None;
        for range in sentences {
            let sentence = &unparted[range.clone()];
            if is_decided {
                prose::topics(sentence, &mut self.context);
                continue;
            }
            let is_bare = sentence.trim_end().ends_with(':');
            let read = prose::read(sentence, false, &self.context);
            let is_last = last == Some(range.start);
            let (read, range) = answered(read, sentence, range, &mut asked, is_last);
            if let Some(guard) = self.decision(placed, range, |_| read.clone()) {
                self.scope.set(guard, is_bare);
                is_condition = true;
            }
            prose::topics(sentence, &mut self.context);
        }
        if !is_condition {
            self.scope.not_fresh();
        }
    }

    /// Orders not to do something are for the reader alone; the outline lists them.
    pub(super) fn remark(&mut self, text: &str, line: u32) {
        if prose::is_for_the_reader(text) {
            self.passed.push(PassedOver {
                line,
                what: text.to_owned(),
                why: "a remark for whoever reads".to_owned(),
            });
        }
    }

    /// The same within a sentence with a condition: `…, ask its owner, then release it`.
    pub(super) fn remarks_within(&mut self, text: &str, line: u32) {
        for part in prose::orders_within(text) {
            self.remark(part, line);
        }
    }
}

/// What a sentence decides behind the questions of its paragraph: the order at the end is given
/// where they are answered with yes.
fn answered(
    read: Sentence,
    sentence: &str,
    range: Range<usize>,
    asked: &mut Option<Asked>,
    is_last: bool,
) -> (Sentence, Range<usize>) {
    match read {
        Sentence::Question(test) if prose::is_question(sentence) => {
            *asked = Some(Asked::with(asked.take(), Some(test.clone()), range.start));
            (Sentence::Question(test), range)
        }
        Sentence::Prose if prose::is_question(sentence) => {
            *asked = Some(Asked::with(asked.take(), None, range.start));
            (Sentence::Prose, range)
        }
        read @ (Sentence::Prose | Sentence::Condition(_)) => {
            let own = match &read {
                Sentence::Condition(Reading::Known(test)) if prose::is_order_with(sentence) => {
                    Some(test.clone())
                }
                Sentence::Prose if is_last => None,
                Sentence::Prose => return (read, range),
                Sentence::Condition(_) if prose::is_then(sentence) => None,
                Sentence::Condition(_)
                | Sentence::Question(_)
                | Sentence::Halt(_)
                | Sentence::Unknown(_) => {
                    *asked = None;
                    return (read, range);
                }
            };
            let Some(Asked { start, test }) = asked.take() else {
                return (read, range);
            };
            if own.is_none() && !prose::is_order(sentence, test.is_some()) {
                return (read, range);
            }
            let read = match test {
                Some(test) => {
                    let both = own.map_or(test.clone(), |own| test.and(own));
                    Sentence::Condition(Reading::Known(both))
                }
                None => Sentence::Unknown(prose::UNKNOWN.to_owned()),
            };
            (read, start..range.end)
        }
        read @ (Sentence::Question(_) | Sentence::Halt(_) | Sentence::Unknown(_)) => {
            *asked = None;
            (read, range)
        }
    }
}
