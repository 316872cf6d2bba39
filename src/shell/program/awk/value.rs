//! Values of `awk`.

use std::cmp::Ordering;

use super::super::decimal::Decimal;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Value {
    /// Nothing was assigned: empty, and zero.
    #[default]
    Unset,
    Number(Decimal),
    Text(String),
    /// Text from outside, which is a number where it looks like one.
    Input(String),
}

impl Value {
    pub(super) fn truth(condition: bool) -> Self {
        Self::Number(if condition {
            Decimal::ONE
        } else {
            Decimal::ZERO
        })
    }

    pub(super) fn text(&self) -> String {
        match self {
            Self::Unset => String::new(),
            Self::Number(number) => number_text(*number),
            Self::Text(text) | Self::Input(text) => text.clone(),
        }
    }

    pub(super) fn number(&self) -> Decimal {
        match self {
            Self::Unset => Decimal::ZERO,
            Self::Number(number) => *number,
            Self::Text(text) | Self::Input(text) => {
                Decimal::read(text.trim_start()).map_or(Decimal::ZERO, |(number, _)| number)
            }
        }
    }

    /// The number, if this is one or looks like one.
    fn as_number(&self) -> Option<Decimal> {
        match self {
            Self::Unset => Some(Decimal::ZERO),
            Self::Number(number) => Some(*number),
            Self::Text(_) => None,
            Self::Input(text) => {
                let text = text.trim();
                Decimal::read(text)
                    .filter(|(_, length)| *length == text.len())
                    .map(|(number, _)| number)
            }
        }
    }

    pub(super) fn is_true(&self) -> bool {
        match self {
            Self::Unset => false,
            Self::Number(number) => !number.is_zero(),
            Self::Text(text) => !text.is_empty(),
            Self::Input(text) => match self.as_number() {
                Some(number) => !number.is_zero(),
                None => !text.is_empty(),
            },
        }
    }

    /// Numbers are compared as numbers, and all else as text.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        match (self.as_number(), other.as_number()) {
            (Some(one), Some(other)) => one.compare(other),
            _ => self.text().cmp(&other.text()),
        }
    }
}

pub(super) fn number_text(number: Decimal) -> String {
    if number.is_whole() {
        number.whole_text()
    } else {
        number.general(6)
    }
}
