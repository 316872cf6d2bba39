//! A deserializer over the tree: what serde reads is the node itself, so that every mistake knows
//! its place.
//!
//! Every scalar is its text. A choice is a word, or a mapping of one key.

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::super::{Content, Node};
use super::is_left_out;
use super::mistake::{Mistake, What};

/// A node, the key under which it stands, and the nodes that are decoded elsewhere.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tree<'n, 'a, 'l> {
    node: &'n Node<'a>,
    key: Option<&'n Node<'a>>,
    left_out: &'l [&'n Node<'a>],
}

impl<'n, 'a, 'l> Tree<'n, 'a, 'l> {
    /// The whole of a node.
    pub(super) const fn new(node: &'n Node<'a>, left_out: &'l [&'n Node<'a>]) -> Self {
        Self {
            node,
            key: None,
            left_out,
        }
    }

    fn mistake(&self, what: What) -> Mistake<'n, 'a> {
        Mistake::at(what, self.node, self.key)
    }

    fn expected(&self, shape: &str) -> Mistake<'n, 'a> {
        self.mistake(What::Shape(shape.to_owned()))
    }

    /// The entries that are not left out.
    fn entries(&self) -> Vec<&'n (Node<'a>, Node<'a>)> {
        let entries = self.node.entries().iter();
        entries
            .filter(|(_, value)| !is_left_out(value, self.left_out))
            .collect()
    }
}

impl<'de, 'n, 'a> Deserializer<'de> for Tree<'n, 'a, '_> {
    type Error = Mistake<'n, 'a>;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        let result = match &self.node.content {
            Content::Scalar { .. } if self.node.is_null() => visitor.visit_unit(),
            Content::Scalar { text, .. } => visitor.visit_str(text),
            Content::List(items) => visitor.visit_seq(Items {
                items: items.iter(),
                left_out: self.left_out,
            }),
            Content::Map(_) => visitor.visit_map(Entries::of(&self)),
        };
        result.map_err(|mistake: Self::Error| mistake.or_at(self.node, self.key))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        if self.node.is_null() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match &self.node.content {
            Content::List(_) => self.deserialize_any(visitor),
            Content::Scalar { .. } | Content::Map(_) => Err(self.expected("a list")),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match &self.node.content {
            Content::Map(_) => self.deserialize_any(visitor),
            // Nothing is a mapping without entries.
            Content::Scalar { .. } if self.node.is_null() => visitor.visit_map(Entries::of(&self)),
            Content::Scalar { .. } | Content::List(_) => Err(self.expected("a mapping")),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        if self.node.is_null() {
            visitor.visit_unit()
        } else {
            Err(self.expected("a word alone"))
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        let choice = match &self.node.content {
            Content::Scalar { .. } if self.node.is_null() => None,
            Content::Scalar { text, .. } => Some(Choice {
                word: text,
                value: None,
            }),
            Content::Map(_) => match self.entries()[..] {
                [(key, value)] => Some(Choice {
                    word: key.text().unwrap_or(""),
                    value: Some(Tree {
                        node: value,
                        key: Some(key),
                        left_out: self.left_out,
                    }),
                }),
                [] | [_, ..] => return Err(self.mistake(What::NoSingleKey)),
            },
            Content::List(_) => None,
        };
        let choice = choice.ok_or_else(|| self.expected("a word, or a mapping with one key,"))?;
        let result = visitor.visit_enum(choice);
        result.map_err(|mistake: Self::Error| mistake.or_at(self.node, self.key))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit_struct tuple tuple_struct identifier ignored_any
    }
}

/// The items of a list.
#[derive(Debug)]
struct Items<'n, 'a, 'l> {
    items: std::slice::Iter<'n, Node<'a>>,
    left_out: &'l [&'n Node<'a>],
}

impl<'de, 'n, 'a> SeqAccess<'de> for Items<'n, 'a, '_> {
    type Error = Mistake<'n, 'a>;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Self::Error> {
        let left_out = self.left_out;
        let Some(node) = self.items.find(|item| !is_left_out(item, left_out)) else {
            return Ok(None);
        };
        let item = Tree {
            node,
            key: None,
            left_out,
        };
        let read = seed.deserialize(item);
        read.map(Some).map_err(|mistake| mistake.or_at(node, None))
    }
}

/// The entries of a mapping.
#[derive(Debug)]
struct Entries<'n, 'a, 'l> {
    rest: std::vec::IntoIter<&'n (Node<'a>, Node<'a>)>,
    /// The entry of which the key is read, and the value not yet.
    current: Option<&'n (Node<'a>, Node<'a>)>,
    left_out: &'l [&'n Node<'a>],
}

impl<'n, 'a, 'l> Entries<'n, 'a, 'l> {
    fn of(tree: &Tree<'n, 'a, 'l>) -> Self {
        Self {
            rest: tree.entries().into_iter(),
            current: None,
            left_out: tree.left_out,
        }
    }
}

impl<'de, 'n, 'a> MapAccess<'de> for Entries<'n, 'a, '_> {
    type Error = Mistake<'n, 'a>;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Self::Error> {
        self.current = self.rest.next();
        let Some((key, value)) = self.current else {
            return Ok(None);
        };
        let text: StrDeserializer<'_, Self::Error> = StrDeserializer::new(key.text().unwrap_or(""));
        let read = seed.deserialize(text);
        read.map(Some)
            .map_err(|mistake| mistake.or_at(value, Some(key)))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, Self::Error> {
        let (key, node) = self.current.expect("serde reads the key before the value");
        let value = Tree {
            node,
            key: Some(key),
            left_out: self.left_out,
        };
        let read = seed.deserialize(value);
        read.map_err(|mistake| mistake.or_at(node, Some(key)))
    }
}

/// One of several words, with a value or without.
#[derive(Debug)]
struct Choice<'n, 'a, 'l> {
    word: &'n str,
    value: Option<Tree<'n, 'a, 'l>>,
}

impl<'de, 'n, 'a> EnumAccess<'de> for Choice<'n, 'a, '_> {
    type Error = Mistake<'n, 'a>;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Self::Variant), Self::Error> {
        let word: StrDeserializer<'_, Self::Error> = StrDeserializer::new(self.word);
        let read = seed.deserialize(word);
        let read = read.map_err(|mistake| match &self.value {
            Some(value) => mistake.or_at(value.node, value.key),
            None => mistake,
        });
        Ok((read?, self))
    }
}

impl<'de, 'n, 'a> VariantAccess<'de> for Choice<'n, 'a, '_> {
    type Error = Mistake<'n, 'a>;

    fn unit_variant(self) -> Result<(), Self::Error> {
        match self.value {
            None => Ok(()),
            // The mapping is wrong, not what stands in it.
            Some(_) => Err(Mistake::nowhere(What::Shape("a word alone".to_owned()))),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<T::Value, Self::Error> {
        match self.value {
            Some(value) => {
                let read = seed.deserialize(value);
                read.map_err(|mistake| mistake.or_at(value.node, value.key))
            }
            None => Err(Mistake::nowhere(What::NeedsValue)),
        }
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Self::Error> {
        let value = self.value.ok_or(Mistake::nowhere(What::NeedsValue))?;
        value.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        let value = self.value.ok_or(Mistake::nowhere(What::NeedsValue))?;
        value.deserialize_map(visitor)
    }
}
