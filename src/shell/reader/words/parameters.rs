//! `${…}`.

use std::sync::Arc;

use brush_parser::word::{
    Parameter as Parsed, ParameterExpr as Expr, ParameterTestType, SpecialParameter,
    SubstringMatchKind,
};

use crate::shell::ast::{Operation, Parameter, Part, Span, Trim, Word};
use crate::shell::error::SyntaxError;
use crate::shell::pattern;

use super::super::{Reader, fault, refused};
use super::Place;

type Read<T> = Result<T, SyntaxError>;

impl Reader<'_> {
    pub(super) fn parameter_expansion(
        &self,
        expression: &Expr,
        span: Span,
        quoted: bool,
    ) -> Read<Part> {
        let operation = self.operation(expression, span, quoted)?;
        let parameter = match parameter_of(expression) {
            Some((_, true)) | None => return Err(fault(span, "`${!…}` is not covered")),
            Some((parameter, false)) => checked(parameter, span)?,
        };
        match (&operation, &parameter) {
            (Operation::Assign { .. }, Parameter::Named(_)) => {}
            (Operation::Assign { .. }, _) => {
                let message = "only a variable can be given a value by `${…=…}`";
                return Err(fault(span, message));
            }
            (_, _) => {}
        }
        Ok(Part::Parameter {
            parameter,
            operation,
            quoted,
            span,
        })
    }

    /// What is done with the value; nothing for what [`parameter_of`] refuses.
    fn operation(&self, expression: &Expr, span: Span, quoted: bool) -> Read<Operation> {
        if let Some(operation) = self.test(expression, span, quoted)? {
            return Ok(operation);
        }
        let trim = |trim: Trim, pattern: &Option<String>| -> Read<_> {
            let pattern = self.word_text(pattern.as_deref().unwrap_or(""), span, Place::Text)?;
            Ok(Operation::Remove { trim, pattern })
        };
        Ok(match expression {
            Expr::ParameterLength { .. } => Operation::Length,
            Expr::RemoveSmallestSuffixPattern { pattern, .. } => {
                trim(Trim::ShortestSuffix, pattern)?
            }
            Expr::RemoveLargestSuffixPattern { pattern, .. } => trim(Trim::LongestSuffix, pattern)?,
            Expr::RemoveSmallestPrefixPattern { pattern, .. } => {
                trim(Trim::ShortestPrefix, pattern)?
            }
            Expr::RemoveLargestPrefixPattern { pattern, .. } => trim(Trim::LongestPrefix, pattern)?,
            Expr::Substring { offset, length, .. } => {
                let length = length
                    .as_ref()
                    .map(|length| self.arithmetic(&length.value, span));
                let length = length.transpose()?;
                let offset = self.arithmetic(&offset.value, span)?;
                Operation::Substring { offset, length }
            }
            Expr::ReplaceSubstring {
                pattern,
                replacement,
                match_kind,
                ..
            } => {
                let replacement = replacement.as_deref().unwrap_or("");
                Operation::Replace {
                    pattern: self.word_text(pattern, span, Place::Text)?,
                    replacement: self.word_text(replacement, span, Place::Text)?,
                    place: place(match_kind),
                }
            }
            Expr::UppercaseFirstChar { pattern, .. } => {
                case(true, false, pattern.as_deref(), span)?
            }
            Expr::UppercasePattern { pattern, .. } => case(true, true, pattern.as_deref(), span)?,
            Expr::LowercaseFirstChar { pattern, .. } => {
                case(false, false, pattern.as_deref(), span)?
            }
            Expr::LowercasePattern { pattern, .. } => case(false, true, pattern.as_deref(), span)?,
            Expr::Transform { .. } => return Err(fault(span, "`${…@…}` is not covered")),
            Expr::Parameter { .. }
            | Expr::UseDefaultValues { .. }
            | Expr::AssignDefaultValues { .. }
            | Expr::IndicateErrorIfNullOrUnset { .. }
            | Expr::UseAlternativeValue { .. }
            | Expr::VariableNames { .. }
            | Expr::MemberKeys { .. } => Operation::Value,
        })
    }

    /// The four forms that ask whether the parameter is set.
    fn test(&self, expression: &Expr, span: Span, quoted: bool) -> Read<Option<Operation>> {
        let word =
            |text: &Option<String>| self.operand(text.as_deref().unwrap_or(""), span, quoted);
        if let Expr::UseDefaultValues {
            test_type,
            default_value,
            ..
        } = expression
        {
            let (or_empty, word) = (or_empty(test_type), word(default_value)?);
            return Ok(Some(Operation::Default { or_empty, word }));
        }
        if let Expr::AssignDefaultValues {
            test_type,
            default_value,
            ..
        } = expression
        {
            let (or_empty, word) = (or_empty(test_type), word(default_value)?);
            return Ok(Some(Operation::Assign { or_empty, word }));
        }
        if let Expr::IndicateErrorIfNullOrUnset {
            test_type,
            error_message,
            ..
        } = expression
        {
            let (or_empty, word) = (or_empty(test_type), word(error_message)?);
            return Ok(Some(Operation::Require { or_empty, word }));
        }
        if let Expr::UseAlternativeValue {
            test_type,
            alternative_value,
            ..
        } = expression
        {
            let (or_empty, word) = (or_empty(test_type), word(alternative_value)?);
            return Ok(Some(Operation::Alternative { or_empty, word }));
        }
        Ok(None)
    }

    /// The word after `:-` and the like.
    fn operand(&self, text: &str, span: Span, quoted: bool) -> Read<Word> {
        if quoted {
            return self.quoted_text(&text.replace('"', ""), span);
        }
        self.word_text(text, span, Place::Text)
    }
}

fn or_empty(test: &ParameterTestType) -> bool {
    match test {
        ParameterTestType::UnsetOrNull => true,
        ParameterTestType::Unset => false,
    }
}

fn case(upper: bool, all: bool, pattern: Option<&str>, span: Span) -> Read<Operation> {
    match pattern {
        None | Some("") => Ok(Operation::Case { upper, all }),
        Some(_) => Err(fault(span, "a pattern after `^` or `,` is not covered")),
    }
}

/// Whose value is taken, and whether by way of another's.
fn parameter_of(expression: &Expr) -> Option<(&Parsed, bool)> {
    if let Expr::Parameter {
        parameter,
        indirect,
    }
    | Expr::ParameterLength {
        parameter,
        indirect,
    }
    | Expr::UseDefaultValues {
        parameter,
        indirect,
        ..
    }
    | Expr::AssignDefaultValues {
        parameter,
        indirect,
        ..
    }
    | Expr::IndicateErrorIfNullOrUnset {
        parameter,
        indirect,
        ..
    }
    | Expr::UseAlternativeValue {
        parameter,
        indirect,
        ..
    }
    | Expr::ReplaceSubstring {
        parameter,
        indirect,
        ..
    } = expression
    {
        return Some((parameter, *indirect));
    }
    changed_parameter(expression)
}

fn changed_parameter(expression: &Expr) -> Option<(&Parsed, bool)> {
    if let Expr::RemoveSmallestSuffixPattern {
        parameter,
        indirect,
        ..
    }
    | Expr::RemoveLargestSuffixPattern {
        parameter,
        indirect,
        ..
    }
    | Expr::RemoveSmallestPrefixPattern {
        parameter,
        indirect,
        ..
    }
    | Expr::RemoveLargestPrefixPattern {
        parameter,
        indirect,
        ..
    }
    | Expr::Substring {
        parameter,
        indirect,
        ..
    }
    | Expr::Transform {
        parameter,
        indirect,
        ..
    }
    | Expr::UppercaseFirstChar {
        parameter,
        indirect,
        ..
    }
    | Expr::UppercasePattern {
        parameter,
        indirect,
        ..
    }
    | Expr::LowercaseFirstChar {
        parameter,
        indirect,
        ..
    }
    | Expr::LowercasePattern {
        parameter,
        indirect,
        ..
    } = expression
    {
        return Some((parameter, *indirect));
    }
    None
}

fn place(kind: &SubstringMatchKind) -> pattern::Place {
    match kind {
        SubstringMatchKind::Prefix => pattern::Place::Start,
        SubstringMatchKind::Suffix => pattern::Place::End,
        SubstringMatchKind::FirstOccurrence => pattern::Place::First,
        SubstringMatchKind::Anywhere => pattern::Place::Every,
    }
}

fn checked(parameter: &Parsed, span: Span) -> Read<Parameter> {
    match parameter {
        Parsed::Positional(number) => Ok(Parameter::Positional(
            usize::try_from(*number).unwrap_or(usize::MAX),
        )),
        Parsed::Named(name) if refused::variable(name) => Err(fault(
            span,
            format!("the shell's own variable `{name}` is not covered"),
        )),
        Parsed::Named(name) => Ok(Parameter::Named(Arc::from(name.as_str()))),
        Parsed::NamedWithIndex { .. } | Parsed::NamedWithAllIndices { .. } => {
            Err(fault(span, "arrays are not covered"))
        }
        Parsed::Special(special) => match special {
            SpecialParameter::AllPositionalParameters { concatenate: false } => Ok(Parameter::All),
            SpecialParameter::AllPositionalParameters { concatenate: true } => {
                Ok(Parameter::Joined)
            }
            SpecialParameter::PositionalParameterCount => Ok(Parameter::Count),
            SpecialParameter::LastExitStatus => Ok(Parameter::Status),
            SpecialParameter::ProcessId => Ok(Parameter::Process),
            SpecialParameter::ShellName => Ok(Parameter::Positional(0)),
            SpecialParameter::CurrentOptionFlags => Err(fault(span, "`$-` is not covered")),
            SpecialParameter::LastBackgroundProcessId => Err(fault(
                span,
                "`$!` is not covered: there are no background jobs",
            )),
        },
    }
}
