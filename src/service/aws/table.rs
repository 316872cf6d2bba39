//! A table of `DynamoDB`: items under keys.
//!
//! | request | where the key has | answer |
//! |---|---|---|
//! | get | an item | it |
//! | get | none | 200 without an item |
//! | put | anything | written |
//! | put with `attribute_not_exists(LockID)` | an item | 400 `ConditionalCheckFailedException` |
//! | delete | anything | deleted |
//!
//! From the `DynamoDB` API reference. Reads are consistent.

use std::collections::BTreeMap;

use super::Refusal;

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call<K, V> {
    /// `GetItem`
    Get(K),
    /// `PutItem`
    Put {
        /// The key.
        key: K,
        /// The item.
        item: V,
        /// Whether there must be none.
        is_new: bool,
    },
    /// `DeleteItem`
    Delete(K),
}

/// What the service answers to a request that it carries out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Success<V> {
    /// The item, if there is one.
    Item(Option<V>),
    /// It is stored.
    Written,
    /// It is not there, or not any more.
    Deleted,
}

/// A [table](self).
#[derive(Debug, Clone, Default)]
pub struct Table<K, V> {
    items: BTreeMap<K, V>,
}

impl<K: Ord, V: Clone> Table<K, V> {
    /// A table without items.
    pub const fn new() -> Self {
        Self {
            items: BTreeMap::new(),
        }
    }

    /// Does what it is asked.
    ///
    /// # Errors
    ///
    /// [`Refusal::ConditionalCheckFailed`], where a put asks that there be none.
    pub fn handle(&mut self, call: Call<K, V>) -> Result<Success<V>, Refusal> {
        match call {
            Call::Get(key) => Ok(Success::Item(self.items.get(&key).cloned())),
            Call::Put { key, item, is_new } => {
                if is_new && self.items.contains_key(&key) {
                    return Err(Refusal::ConditionalCheckFailed);
                }
                self.items.insert(key, item);
                Ok(Success::Written)
            }
            Call::Delete(key) => {
                self.items.remove(&key);
                Ok(Success::Deleted)
            }
        }
    }

    /// The item under a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.items.get(key)
    }

    /// Stores an item, whatever is there.
    pub fn put(&mut self, key: K, item: V) {
        self.items.insert(key, item);
    }

    /// Takes an item away. Returns whether there was one.
    pub fn delete(&mut self, key: &K) -> bool {
        self.items.remove(key).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_put_that_asks_that_there_be_none_is_refused_where_there_is_one() {
        let mut table = Table::new();
        let put = |is_new| Call::Put {
            key: 'k',
            item: 1,
            is_new,
        };
        assert_eq!(table.handle(Call::Get('k')), Ok(Success::Item(None)));
        assert_eq!(table.handle(put(true)), Ok(Success::Written));
        assert_eq!(
            table.handle(put(true)),
            Err(Refusal::ConditionalCheckFailed)
        );
        assert_eq!(table.handle(put(false)), Ok(Success::Written));
        assert_eq!(table.handle(Call::Get('k')), Ok(Success::Item(Some(1))));
        assert_eq!(table.handle(Call::Delete('k')), Ok(Success::Deleted));
        assert_eq!(table.handle(Call::Delete('k')), Ok(Success::Deleted));
        assert_eq!(table.get(&'k'), None);
    }
}
