//! `[[ … ]]`.

use brush_parser::ast::{BinaryPredicate, ExtendedTestExpr, UnaryPredicate};

use crate::shell::ast::{Comparison, Condition, FileTest, Span};
use crate::shell::error::SyntaxError;

use super::words::Place;
use super::{Reader, fault};

impl Reader<'_> {
    pub(super) fn condition(
        &self,
        expression: &ExtendedTestExpr,
        span: Span,
    ) -> Result<Condition, SyntaxError> {
        let both = |left, right| -> Result<_, SyntaxError> {
            let left = Box::new(self.condition(left, span)?);
            Ok((left, Box::new(self.condition(right, span)?)))
        };
        Ok(match expression {
            ExtendedTestExpr::And(left, right) => {
                let (left, right) = both(left, right)?;
                Condition::And(left, right)
            }
            ExtendedTestExpr::Or(left, right) => {
                let (left, right) = both(left, right)?;
                Condition::Or(left, right)
            }
            ExtendedTestExpr::Not(inner) => Condition::Not(Box::new(self.condition(inner, span)?)),
            ExtendedTestExpr::Parenthesized(inner) => self.condition(inner, span)?,
            ExtendedTestExpr::UnaryTest(predicate, word) => {
                let word = self.word_within(word, span, Place::Text)?;
                match unary(predicate) {
                    Some(Unary::Text { empty }) => Condition::Text { empty, word },
                    Some(Unary::Set) => Condition::Set(word),
                    Some(Unary::File(test)) => Condition::File(test, word),
                    None => return Err(fault(word.span, "this test of a file is not covered")),
                }
            }
            ExtendedTestExpr::BinaryTest(predicate, left, right) => {
                let Some(comparison) = binary(predicate) else {
                    return Err(fault(span, "`-nt`, `-ot` and `-ef` are not covered"));
                };
                let left = self.word_within(left, span, Place::Text)?;
                let right = self.word_within(right, span, Place::Text)?;
                Condition::Compare(comparison, left, right)
            }
        })
    }
}

enum Unary {
    Text { empty: bool },
    Set,
    File(FileTest),
}

fn unary(predicate: &UnaryPredicate) -> Option<Unary> {
    Some(match predicate {
        UnaryPredicate::StringHasZeroLength => Unary::Text { empty: true },
        UnaryPredicate::StringHasNonZeroLength => Unary::Text { empty: false },
        UnaryPredicate::ShellVariableIsSetAndAssigned => Unary::Set,
        UnaryPredicate::FileExists
        | UnaryPredicate::FileExistsAndIsReadable
        | UnaryPredicate::FileExistsAndIsWritable => Unary::File(FileTest::Exists),
        UnaryPredicate::FileExistsAndIsRegularFile => Unary::File(FileTest::Regular),
        UnaryPredicate::FileExistsAndIsDir | UnaryPredicate::FileExistsAndIsExecutable => {
            Unary::File(FileTest::Directory)
        }
        UnaryPredicate::FileExistsAndIsNotZeroLength => Unary::File(FileTest::NotEmpty),
        UnaryPredicate::FileExistsAndIsSymlink => Unary::File(FileTest::Link),
        UnaryPredicate::FileExistsAndIsBlockSpecialFile
        | UnaryPredicate::FileExistsAndIsCharSpecialFile
        | UnaryPredicate::FileExistsAndIsSetgid
        | UnaryPredicate::FileExistsAndHasStickyBit
        | UnaryPredicate::FileExistsAndIsFifo
        | UnaryPredicate::FdIsOpenTerminal
        | UnaryPredicate::FileExistsAndIsSetuid
        | UnaryPredicate::FileExistsAndOwnedByEffectiveGroupId
        | UnaryPredicate::FileExistsAndModifiedSinceLastRead
        | UnaryPredicate::FileExistsAndOwnedByEffectiveUserId
        | UnaryPredicate::FileExistsAndIsSocket
        | UnaryPredicate::ShellOptionEnabled
        | UnaryPredicate::ShellVariableIsSetAndNameRef => return None,
    })
}

fn binary(predicate: &BinaryPredicate) -> Option<Comparison> {
    Some(match predicate {
        BinaryPredicate::StringExactlyMatchesPattern
        | BinaryPredicate::StringExactlyMatchesString => Comparison::Matches,
        BinaryPredicate::StringDoesNotExactlyMatchPattern
        | BinaryPredicate::StringDoesNotExactlyMatchString => Comparison::Differs,
        BinaryPredicate::StringMatchesRegex | BinaryPredicate::StringContainsSubstring => {
            Comparison::Regex
        }
        BinaryPredicate::LeftSortsBeforeRight => Comparison::Before,
        BinaryPredicate::LeftSortsAfterRight => Comparison::After,
        BinaryPredicate::ArithmeticEqualTo => Comparison::Equal,
        BinaryPredicate::ArithmeticNotEqualTo => Comparison::NotEqual,
        BinaryPredicate::ArithmeticLessThan => Comparison::Less,
        BinaryPredicate::ArithmeticLessThanOrEqualTo => Comparison::LessOrEqual,
        BinaryPredicate::ArithmeticGreaterThan => Comparison::Greater,
        BinaryPredicate::ArithmeticGreaterThanOrEqualTo => Comparison::GreaterOrEqual,
        BinaryPredicate::FilesReferToSameDeviceAndInodeNumbers
        | BinaryPredicate::LeftFileIsNewerOrExistsWhenRightDoesNot
        | BinaryPredicate::LeftFileIsOlderOrDoesNotExistWhenRightDoes => return None,
    })
}
