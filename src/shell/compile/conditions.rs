//! `[[ … ]]`: tests whose answer is the status, joined by jumps.

use super::{Compiler, Condition, Ending, Operation, TestOperation, WordOperation};
use crate::shell::ast::Comparison;

impl Compiler {
    pub(super) fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::And(left, right) => self.either(left, right, false),
            Condition::Or(left, right) => self.either(left, right, true),
            Condition::Not(inner) => {
                self.condition(inner);
                self.emit(Operation::Invert);
            }
            Condition::Text { empty, word } => {
                self.word(word);
                self.emit(WordOperation::End(Ending::Value));
                self.emit(TestOperation::Text { empty: *empty });
            }
            Condition::Set(word) => {
                self.word(word);
                self.emit(WordOperation::End(Ending::Value));
                self.emit(TestOperation::Set);
            }
            Condition::File(test, word) => {
                self.word(word);
                self.emit(WordOperation::End(Ending::Value));
                self.emit(TestOperation::File(*test));
            }
            Condition::Compare(comparison, left, right) => {
                self.word(left);
                self.emit(WordOperation::End(Ending::Value));
                self.word(right);
                self.emit(match comparison {
                    Comparison::Matches | Comparison::Differs => {
                        WordOperation::End(Ending::Pattern)
                    }
                    Comparison::Regex => WordOperation::End(Ending::Regex),
                    Comparison::Before
                    | Comparison::After
                    | Comparison::Equal
                    | Comparison::NotEqual
                    | Comparison::Less
                    | Comparison::LessOrEqual
                    | Comparison::Greater
                    | Comparison::GreaterOrEqual => WordOperation::End(Ending::Value),
                });
                self.emit(TestOperation::Compare(*comparison));
            }
        }
    }

    /// Two conditions, the second only asked if the first does not decide.
    fn either(&mut self, left: &Condition, right: &Condition, success: bool) {
        self.condition(left);
        let jump = self.emit(Operation::JumpIf { success, target: 0 });
        self.condition(right);
        let target = self.here();
        self.set(jump, Operation::JumpIf { success, target });
    }
}
