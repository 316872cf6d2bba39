//! Shapes that the format uses in several places.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// A mapping from names to values, in the order of the file.
#[derive(Debug)]
pub(in super::super) struct Pairs<T>(pub(in super::super) Vec<(String, T)>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Pairs<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor(PhantomData))
    }
}

struct PairsVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for PairsVisitor<T> {
    type Value = Pairs<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Pairs<T>, M::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Pairs(pairs))
    }
}

impl<T: JsonSchema> JsonSchema for Pairs<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("PairsOf{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let value = generator.subschema_for::<T>();
        json_schema!({ "type": "object", "additionalProperties": value })
    }
}

/// One word of a few, or a mapping that says more.
#[derive(Debug)]
pub(in super::super) enum WordOr<W, F> {
    /// The word.
    Word(W),
    /// The mapping.
    Fields(F),
}

impl<'de, W: Deserialize<'de>, F: Deserialize<'de>> Deserialize<'de> for WordOr<W, F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordOrVisitor(PhantomData))
    }
}

struct WordOrVisitor<W, F>(PhantomData<(W, F)>);

impl<'de, W: Deserialize<'de>, F: Deserialize<'de>> Visitor<'de> for WordOrVisitor<W, F> {
    type Value = WordOr<W, F>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a word or a mapping")
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<Self::Value, E> {
        W::deserialize(StrDeserializer::new(word)).map(WordOr::Word)
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Self::Value, M::Error> {
        F::deserialize(MapAccessDeserializer::new(map)).map(WordOr::Fields)
    }
}

impl<W: JsonSchema, F: JsonSchema> JsonSchema for WordOr<W, F> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("{}Or{}", W::schema_name(), F::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let word = generator.subschema_for::<W>();
        let fields = generator.subschema_for::<F>();
        json_schema!({ "anyOf": [word, fields] })
    }
}

/// One value, or a list of some of which each will do.
#[derive(Debug)]
pub(in super::super) struct OneOrSome<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrSome<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrSomeVisitor(PhantomData))
    }
}

struct OneOrSomeVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OneOrSomeVisitor<T> {
    type Value = OneOrSome<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or a list of values")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        T::deserialize(StrDeserializer::new(text)).map(|_| OneOrSome(PhantomData))
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut items: S) -> Result<Self::Value, S::Error> {
        while items.next_element::<T>()?.is_some() {}
        Ok(OneOrSome(PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for OneOrSome<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("OneOrSomeOf{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<T>();
        json_schema!({ "anyOf": [one, { "type": "array", "items": one }] })
    }
}

/// A list, or a mapping that says more of each.
#[derive(Debug)]
pub(in super::super) enum ListOrPairs<T, U> {
    /// The list.
    List(Vec<T>),
    /// The mapping, in the order of the file.
    Pairs(Vec<(String, U)>),
}

impl<'de, T: Deserialize<'de>, U: Deserialize<'de>> Deserialize<'de> for ListOrPairs<T, U> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListOrPairsVisitor(PhantomData))
    }
}

struct ListOrPairsVisitor<T, U>(PhantomData<(T, U)>);

impl<'de, T: Deserialize<'de>, U: Deserialize<'de>> Visitor<'de> for ListOrPairsVisitor<T, U> {
    type Value = ListOrPairs<T, U>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or a mapping")
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut items: S) -> Result<Self::Value, S::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(ListOrPairs::List(list))
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Self::Value, M::Error> {
        let Pairs(pairs) = PairsVisitor(PhantomData).visit_map(map)?;
        Ok(ListOrPairs::Pairs(pairs))
    }
}

impl<T: JsonSchema, U: JsonSchema> JsonSchema for ListOrPairs<T, U> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("ListOf{}OrPairsOf{}", T::schema_name(), U::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let list = generator.subschema_for::<Vec<T>>();
        let pairs = generator.subschema_for::<Pairs<U>>();
        json_schema!({ "anyOf": [list, pairs] })
    }
}

/// Findings with their subjects; an empty list says that there are none at all.
#[derive(Debug)]
pub(in super::super) struct FindingPairs<T>(pub(in super::super) Vec<(String, T)>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for FindingPairs<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FindingPairsVisitor(PhantomData))
    }
}

struct FindingPairsVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for FindingPairsVisitor<T> {
    type Value = FindingPairs<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping from findings to lists, or `[]` for none,")
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Self::Value, M::Error> {
        let Pairs(pairs) = PairsVisitor(PhantomData).visit_map(map)?;
        Ok(FindingPairs(pairs))
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut items: S) -> Result<Self::Value, S::Error> {
        match items.next_element::<String>()? {
            None => Ok(FindingPairs(Vec::new())),
            Some(_) => Err(S::Error::custom(
                "a list of findings stands here\nwrite `orphaned_object: [subnet]`, or `[]` for none",
            )),
        }
    }
}
