//! Words: each part puts text into the word that was begun.

use std::sync::Arc;

use super::{Compiler, Ending, Kind, Operation, Part, Purpose, Transform, Word, WordOperation};
use crate::shell::ast::{Operation as Expansion, Parameter, Substitution};

impl Compiler {
    /// Begins a word and fills it. What it becomes is the next operation.
    pub(super) fn word(&mut self, word: &Word) {
        self.emit(WordOperation::Begin);
        self.parts(&word.parts, Kind::Literal);
    }

    fn parts(&mut self, parts: &[Part], literal: Kind) {
        for part in parts {
            match part {
                Part::Literal(text) => {
                    self.emit(WordOperation::Text(literal, Arc::clone(text)));
                }
                Part::Quoted(text) => {
                    self.emit(WordOperation::Text(Kind::Quoted, Arc::clone(text)));
                }
                Part::Home => {
                    self.emit(WordOperation::Home);
                }
                Part::Parameter {
                    parameter,
                    operation,
                    quoted,
                    ..
                } => {
                    self.expansion(parameter, operation, *quoted);
                }
                Part::Substitution(Substitution::Output { list, quoted }) => {
                    let purpose = Purpose::Output { quoted: *quoted };
                    self.subshell(purpose, |compiler| compiler.list(list));
                }
                Part::Substitution(Substitution::File(list)) => {
                    self.subshell(Purpose::File, |compiler| compiler.list(list));
                }
                Part::Arithmetic { expression, quoted } => {
                    self.value(expression);
                    self.emit(WordOperation::Arithmetic { quoted: *quoted });
                }
            }
        }
    }

    fn value(&mut self, word: &Word) {
        self.word(word);
        self.emit(WordOperation::End(Ending::Value));
    }

    fn pattern(&mut self, word: &Word) {
        self.word(word);
        self.emit(WordOperation::End(Ending::Pattern));
    }

    fn expansion(&mut self, parameter: &Parameter, operation: &Expansion, quoted: bool) {
        let transform = match operation {
            Expansion::Value => {
                self.plain(parameter, quoted);
                return;
            }
            Expansion::Default { .. }
            | Expansion::Assign { .. }
            | Expansion::Require { .. }
            | Expansion::Alternative { .. } => {
                self.tested(parameter, operation, quoted);
                return;
            }
            Expansion::Length => {
                let parameter = parameter.clone();
                self.emit(WordOperation::Length { parameter, quoted });
                return;
            }
            Expansion::Remove { trim, pattern } => {
                self.pattern(pattern);
                Transform::Remove(*trim)
            }
            Expansion::Replace {
                pattern,
                replacement,
                place,
            } => {
                self.pattern(pattern);
                self.value(replacement);
                Transform::Replace(*place)
            }
            Expansion::Substring { offset, length } => {
                self.value(offset);
                if let Some(length) = length {
                    self.value(length);
                }
                let length = length.is_some();
                Transform::Substring { length }
            }
            Expansion::Case { upper, all } => Transform::Case {
                upper: *upper,
                all: *all,
            },
        };
        let parameter = parameter.clone();
        self.emit(WordOperation::Transform {
            parameter,
            transform,
            quoted,
        });
    }

    fn plain(&mut self, parameter: &Parameter, quoted: bool) {
        let parameter = parameter.clone();
        self.emit(WordOperation::Parameter { parameter, quoted });
    }

    /// The four forms that ask whether the parameter is set.
    fn tested(&mut self, parameter: &Parameter, operation: &Expansion, quoted: bool) {
        match operation {
            Expansion::Default { or_empty, word } => {
                let set = self.branch(parameter, *or_empty, true);
                self.operand(word, quoted);
                let jump = self.emit(Operation::Jump(0));
                self.land(set, parameter, *or_empty, true);
                self.plain(parameter, quoted);
                let end = self.here();
                self.set(jump, Operation::Jump(end));
            }
            Expansion::Alternative { or_empty, word } => {
                if quoted {
                    self.emit(WordOperation::Text(Kind::Quoted, Arc::from("")));
                }
                let unset = self.branch(parameter, *or_empty, false);
                self.operand(word, quoted);
                self.land(unset, parameter, *or_empty, false);
            }
            Expansion::Assign { or_empty, word } => {
                let set = self.branch(parameter, *or_empty, true);
                self.value(word);
                if let Parameter::Named(name) = parameter {
                    self.emit(WordOperation::AssignDefault(Arc::clone(name)));
                }
                self.land(set, parameter, *or_empty, true);
                self.plain(parameter, quoted);
            }
            Expansion::Require { or_empty, word } => {
                let set = self.branch(parameter, *or_empty, true);
                self.value(word);
                self.emit(WordOperation::Require {
                    parameter: parameter.clone(),
                    or_empty: *or_empty,
                });
                self.land(set, parameter, *or_empty, true);
                self.plain(parameter, quoted);
            }
            Expansion::Value
            | Expansion::Length
            | Expansion::Remove { .. }
            | Expansion::Replace { .. }
            | Expansion::Substring { .. }
            | Expansion::Case { .. } => {}
        }
    }

    /// The word after `:-`: unquoted text in it is split like an expansion.
    fn operand(&mut self, word: &Word, quoted: bool) {
        if quoted {
            self.emit(WordOperation::Text(Kind::Quoted, Arc::from("")));
        }
        self.parts(&word.parts, Kind::of_expansion(quoted));
    }

    fn branch(&mut self, parameter: &Parameter, or_empty: bool, set: bool) -> usize {
        let parameter = parameter.clone();
        self.emit(WordOperation::Branch {
            parameter,
            or_empty,
            set,
            target: 0,
        })
    }

    fn land(&mut self, label: usize, parameter: &Parameter, or_empty: bool, set: bool) {
        let parameter = parameter.clone();
        let target = self.here();
        self.set(
            label,
            WordOperation::Branch {
                parameter,
                or_empty,
                set,
                target,
            },
        );
    }
}
