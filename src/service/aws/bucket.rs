//! A bucket: objects under keys, perhaps with their versions.
//!
//! | request | where the key has | answer |
//! |---|---|---|
//! | head, get | an object | it |
//! | head, get | none, or a delete marker | 404 `NoSuchKey` |
//! | get of the first bytes | an object of 0 bytes | 416 `InvalidRange` |
//! | put | anything | written |
//! | put with `If-None-Match: *` | an object | 412 `PreconditionFailed` |
//! | put with `If-None-Match: *` | none, or a delete marker | written |
//! | delete | anything | deleted (204): with versions a delete marker, else the object is gone |
//! | get of a version | none such, or a delete marker | 404 `NoSuchVersion` |
//! | delete of a version | anything | it is gone for good; of a delete marker, the object is there again |
//!
//! From the S3 API reference and "Conditional writes" of the S3 user guide. A put is atomic, and
//! a read after it sees it.

use std::collections::BTreeMap;

use super::Refusal;
use crate::kernel::SimTime;

/// What can be stored.
pub trait Stored: Clone {
    /// Whether it has 0 bytes: a range of it is none.
    fn is_empty(&self) -> bool;
}

/// The ID of a version, in the order in which they were made; 0 where the bucket keeps none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct VersionId(pub u64);

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call<K, V> {
    /// `ListObjectsV2`
    List,
    /// `ListObjectVersions`
    ListVersions,
    /// `HeadObject`
    Head(K),
    /// `GetObject`
    Get(K),
    /// `GetObject` of the first bytes, as who downloads in parts begins.
    GetRange(K),
    /// `GetObject` or `HeadObject` of a version.
    GetVersion(K, VersionId),
    /// `PutObject`
    Put {
        /// The key.
        key: K,
        /// The content.
        content: V,
        /// Whether there must be none (`If-None-Match: *`).
        is_new: bool,
    },
    /// `DeleteObject`
    Delete(K),
    /// `DeleteObject` of a version: it is gone for good.
    DeleteVersion(K, VersionId),
}

/// What is kept under a key: an object, or a version of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept<V> {
    /// Its content; `None` of a delete marker.
    pub content: Option<V>,
    /// When it was stored.
    pub modified: SimTime,
    /// Which version it is.
    pub version: VersionId,
}

/// What the service answers to a request that it carries out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Success<K, V> {
    /// The objects, by their keys.
    Listed(Vec<(K, Kept<V>)>),
    /// The versions and delete markers, by their keys, the newest first.
    Versions(Vec<(K, Kept<V>)>),
    /// The object is there.
    Headed(Kept<V>),
    /// The object.
    Content(Kept<V>),
    /// The same, as the answer to a range.
    Range(Kept<V>),
    /// It is stored.
    Written(VersionId),
    /// It is not there, or not any more; the delete marker that stands for it, where one does.
    Deleted(Option<VersionId>),
}

impl<K, V> Success<K, V> {
    /// The HTTP status of the answer.
    pub const fn http_status(&self) -> u16 {
        match self {
            Self::Listed(_)
            | Self::Versions(_)
            | Self::Headed(_)
            | Self::Content(_)
            | Self::Written(_) => 200,
            Self::Range(_) => 206,
            Self::Deleted(_) => 204,
        }
    }
}

/// Whether a bucket keeps what its objects were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Versioning {
    /// It does not.
    Off,
    /// It does.
    On,
}

/// A [bucket](self).
#[derive(Debug, Clone)]
pub struct Bucket<K, V> {
    versioning: Versioning,
    /// By key what the object is and was, the oldest first; the last one is what it is. Where no
    /// versions are kept there is one at most, and never a delete marker.
    kept: BTreeMap<K, Vec<Kept<V>>>,
    /// How many versions were made.
    made: u64,
}

impl<K: Ord + Clone, V: Stored> Bucket<K, V> {
    /// A bucket without objects.
    pub const fn new(versioning: Versioning) -> Self {
        Self {
            versioning,
            kept: BTreeMap::new(),
            made: 0,
        }
    }

    /// Does what it is asked.
    ///
    /// # Errors
    ///
    /// The refusals of the [table](self).
    pub fn handle(&mut self, now: SimTime, call: Call<K, V>) -> Result<Success<K, V>, Refusal> {
        let found = |bucket: &Self, key: &K| bucket.object(key).cloned().ok_or(Refusal::NoSuchKey);
        Ok(match call {
            Call::List => Success::Listed(self.list()),
            Call::ListVersions => Success::Versions(self.list_versions()),
            Call::Head(key) => Success::Headed(found(self, &key)?),
            Call::Get(key) => Success::Content(found(self, &key)?),
            Call::GetRange(key) => {
                let object = found(self, &key)?;
                if object.content.as_ref().is_some_and(V::is_empty) {
                    return Err(Refusal::InvalidRange);
                }
                Success::Range(object)
            }
            Call::GetVersion(key, version) => {
                let versions = self.versions(&key).iter();
                let mut named = versions.filter(|kept| kept.version == version);
                let kept = named.next().filter(|kept| kept.content.is_some());
                Success::Content(kept.cloned().ok_or(Refusal::NoSuchVersion)?)
            }
            Call::Put {
                key,
                content,
                is_new,
            } => {
                if is_new && self.object(&key).is_some() {
                    return Err(Refusal::PreconditionFailed);
                }
                Success::Written(self.put(now, key, content))
            }
            Call::Delete(key) => Success::Deleted(self.delete(now, &key).1),
            Call::DeleteVersion(key, version) => {
                if let Some(versions) = self.kept.get_mut(&key) {
                    versions.retain(|kept| kept.version != version);
                }
                Success::Deleted(None)
            }
        })
    }

    fn object(&self, key: &K) -> Option<&Kept<V>> {
        let current = self.kept.get(key)?.last()?;
        current.content.is_some().then_some(current)
    }

    fn list(&self) -> Vec<(K, Kept<V>)> {
        let keys = self.kept.keys();
        keys.filter_map(|key| Some((key.clone(), self.object(key)?.clone())))
            .collect()
    }

    fn list_versions(&self) -> Vec<(K, Kept<V>)> {
        let all = self.kept.iter();
        all.flat_map(|(key, versions)| {
            let newest_first = versions.iter().rev();
            newest_first.map(|kept| (key.clone(), kept.clone()))
        })
        .collect()
    }

    /// What is under a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.object(key)?.content.as_ref()
    }

    /// Stores an object, whatever is there. Returns its version.
    pub fn put(&mut self, now: SimTime, key: K, content: V) -> VersionId {
        self.keep(now, key, Some(content))
    }

    fn keep(&mut self, now: SimTime, key: K, content: Option<V>) -> VersionId {
        let versions = self.kept.entry(key).or_default();
        let version = match self.versioning {
            Versioning::Off => {
                versions.clear();
                VersionId(0)
            }
            Versioning::On => {
                self.made += 1;
                VersionId(self.made)
            }
        };
        versions.push(Kept {
            content,
            modified: now,
            version,
        });
        version
    }

    /// Takes an object away. Returns whether there was one, and the delete marker in its place.
    pub fn delete(&mut self, now: SimTime, key: &K) -> (bool, Option<VersionId>) {
        let was_there = self.object(key).is_some();
        match self.versioning {
            Versioning::Off => {
                self.kept.remove(key);
                (was_there, None)
            }
            Versioning::On => (was_there, Some(self.keep(now, key.clone(), None))),
        }
    }

    /// What the object under a key is and was, the oldest first, delete markers among it.
    pub fn versions(&self, key: &K) -> &[Kept<V>] {
        self.kept.get(key).map_or(&[], Vec::as_slice)
    }

    /// Whether it keeps versions.
    pub const fn versioning(&self) -> Versioning {
        self.versioning
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Stored for u8 {
        fn is_empty(&self) -> bool {
            *self == 0
        }
    }

    const NOW: SimTime = SimTime::ZERO;

    fn put(is_new: bool) -> Call<char, u8> {
        Call::Put {
            key: 'k',
            content: u8::from(is_new),
            is_new,
        }
    }

    #[test]
    fn a_put_that_asks_that_there_be_none_is_refused_where_there_is_one() {
        for versioning in [Versioning::Off, Versioning::On] {
            let mut bucket = Bucket::new(versioning);
            let mut ask = |call| bucket.handle(NOW, call);
            assert_eq!(ask(Call::Get('k')), Err(Refusal::NoSuchKey));
            assert_eq!(ask(Call::Head('k')), Err(Refusal::NoSuchKey));
            assert!(ask(put(true)).is_ok());
            assert_eq!(ask(put(true)), Err(Refusal::PreconditionFailed));
            assert!(ask(put(false)).is_ok());
            let Ok(Success::Content(kept)) = ask(Call::Get('k')) else {
                panic!("it is there")
            };
            assert_eq!(kept.content, Some(0));
            assert_eq!(ask(Call::GetRange('k')), Err(Refusal::InvalidRange));
            assert!(ask(Call::Delete('k')).is_ok());
            assert!(ask(Call::Delete('k')).is_ok());
            // Over a delete marker it is carried out.
            assert!(ask(put(true)).is_ok());
        }
    }

    #[test]
    fn a_versioned_bucket_keeps_what_its_objects_were() {
        let contents = |bucket: &Bucket<char, u8>| -> Vec<Option<u8>> {
            let versions = bucket.versions(&'k').iter();
            versions.map(|kept| kept.content).collect()
        };
        let mut bucket = Bucket::new(Versioning::On);
        let first = bucket.put(NOW, 'k', 1);
        bucket.put(NOW, 'k', 2);
        let (was_there, marker) = bucket.delete(NOW, &'k');
        assert!(was_there);
        assert_eq!(contents(&bucket), [Some(1), Some(2), None]);
        let Ok(Success::Content(kept)) = bucket.handle(NOW, Call::GetVersion('k', first)) else {
            panic!("it is kept")
        };
        assert_eq!(kept.content, Some(1));
        // Without its delete marker the object is there again.
        let marker = marker.unwrap();
        let refusal = bucket.handle(NOW, Call::GetVersion('k', marker));
        assert_eq!(refusal, Err(Refusal::NoSuchVersion));
        let removed = bucket.handle(NOW, Call::DeleteVersion('k', marker));
        assert_eq!(removed, Ok(Success::Deleted(None)));
        assert_eq!(bucket.get(&'k'), Some(&2));
        let mut bucket = Bucket::new(Versioning::Off);
        bucket.put(NOW, 'k', 1);
        bucket.put(NOW, 'k', 2);
        assert_eq!(contents(&bucket), [Some(2)]);
        bucket.delete(NOW, &'k');
        assert_eq!(contents(&bucket), []);
    }
}
