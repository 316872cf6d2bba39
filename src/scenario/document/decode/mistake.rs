//! What serde finds wrong, as values.

use std::fmt;

use serde::de::{Error, Expected, Unexpected};

use super::super::Node;

/// A mistake, and where it is.
#[derive(Debug)]
pub(super) struct Mistake<'n, 'a> {
    /// What is wrong.
    pub(super) what: What,
    /// The value that is wrong, and the key under which it stands.
    pub(super) place: Option<(&'n Node<'a>, Option<&'n Node<'a>>)>,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// The key is none of these.
    UnknownKey(&'static [&'static str]),
    /// The word is none of these.
    UnknownWord {
        /// The word.
        word: String,
        /// What it could be.
        known: &'static [&'static str],
    },
    /// The mapping lacks this key.
    MissingKey(&'static str),
    /// A mapping of one key is expected, and this one has none or several.
    NoSingleKey,
    /// The word says only half of it.
    NeedsValue,
    /// Something of another shape is expected: this.
    Shape(String),
    /// A value says itself what is wrong with it.
    Value {
        /// What is wrong.
        message: String,
        /// What was probably meant.
        help: Option<String>,
    },
}

impl<'n, 'a> Mistake<'n, 'a> {
    /// A mistake in a value.
    pub(super) const fn at(what: What, node: &'n Node<'a>, key: Option<&'n Node<'a>>) -> Self {
        let place = Some((node, key));
        Self { what, place }
    }

    /// The mistake in this value, unless it is in a part of it.
    #[must_use]
    pub(super) fn or_at(self, node: &'n Node<'a>, key: Option<&'n Node<'a>>) -> Self {
        let place = self.place.or(Some((node, key)));
        Self { place, ..self }
    }

    /// A mistake of which the place is known to whoever reads the value.
    pub(super) const fn nowhere(what: What) -> Self {
        Self { what, place: None }
    }
}

/// For serde; what is shown to people is made of the value.
impl fmt::Display for Mistake<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.what)
    }
}

impl std::error::Error for Mistake<'_, '_> {}

impl Error for Mistake<'_, '_> {
    /// What a value says of itself: after a line break, what was probably meant.
    fn custom<T: fmt::Display>(said: T) -> Self {
        let said = said.to_string();
        let (message, help) = match said.split_once('\n') {
            Some((message, help)) => (message.to_owned(), Some(help.to_owned())),
            None => (said, None),
        };
        Self::nowhere(What::Value { message, help })
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::nowhere(What::Shape(expected.to_string()))
    }

    fn unknown_variant(word: &str, known: &'static [&'static str]) -> Self {
        let word = word.to_owned();
        Self::nowhere(What::UnknownWord { word, known })
    }

    fn unknown_field(_: &str, known: &'static [&'static str]) -> Self {
        Self::nowhere(What::UnknownKey(known))
    }

    fn missing_field(name: &'static str) -> Self {
        Self::nowhere(What::MissingKey(name))
    }
}
