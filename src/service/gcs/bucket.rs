//! A bucket: objects under names, each with its generation, perhaps with what they were.
//!
//! | request | where the name has | answer |
//! |---|---|---|
//! | get, attributes | an object | it |
//! | get, attributes | none | 404 `notFound` |
//! | get of a generation | another one, or none | 404 `notFound` |
//! | put | anything | written, under a new generation |
//! | put with `ifGenerationMatch=0` | an object | 412 `conditionNotMet` |
//! | put with `ifGenerationMatch=G` | none, or another generation | 412 `conditionNotMet` |
//! | delete | an object | deleted; with versions what it was is kept |
//! | delete | none | 404 `notFound` |
//! | delete with `ifGenerationMatch=G` | another generation | 412 `conditionNotMet` |
//! | delete of a generation | such a one | it is gone for good |
//!
//! A generation is a number that rises with each write in a bucket. Reads and lists see a write as
//! soon as it is answered.

use std::collections::BTreeMap;
use std::fmt;

use super::Refusal;
use crate::kernel::SimTime;

/// What an object is after one write and before the next: microseconds, as real ones are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Generation(pub u64);

/// The generation that is written when simulation time is zero: 2026-01-01T00:00:00Z
/// [microseconds since 1970-01-01T00:00:00Z].
const FIRST: u64 = 1_767_225_600_000_000;

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a request asks of the object that it is meant for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// Nothing.
    None,
    /// `ifGenerationMatch=0`: there is none.
    Absent,
    /// `ifGenerationMatch=G`: it is this one.
    Is(Generation),
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call<K, V> {
    /// The names of the objects.
    List,
    /// The same, with what they were.
    ListVersions,
    /// The content of an object.
    Get(K),
    /// The content of what an object was.
    GetVersion(K, Generation),
    /// What is known of an object beside its content.
    Attributes(K),
    /// An object is written.
    Put {
        /// The name.
        key: K,
        /// The content.
        content: V,
        /// What must be there before.
        condition: Condition,
    },
    /// An object is written with what another one is, or was (`rewrite`).
    Copy {
        /// What is copied.
        from: K,
        /// The generation, where one is named.
        generation: Option<Generation>,
        /// The name.
        to: K,
    },
    /// An object is deleted.
    Delete(K, Condition),
    /// What an object was, or is, is deleted for good.
    DeleteVersion(K, Generation),
}

impl<K, V> Call<K, V> {
    /// Whether it is to be done only where something holds.
    pub const fn is_conditional(&self) -> bool {
        match self {
            Self::Put { condition, .. } | Self::Delete(_, condition) => match condition {
                Condition::None => false,
                Condition::Absent | Condition::Is(_) => true,
            },
            Self::List
            | Self::ListVersions
            | Self::Get(_)
            | Self::GetVersion(..)
            | Self::Attributes(_)
            | Self::Copy { .. }
            | Self::DeleteVersion(..) => false,
        }
    }
}

/// What is kept under a name: an object, or what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept<V> {
    /// Its content.
    pub content: V,
    /// When it was written.
    pub written: SimTime,
    /// Its generation.
    pub generation: Generation,
    /// Whether it is what the object is.
    pub is_live: bool,
}

/// What the service answers to a request that it carries out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Success<K, V> {
    /// The objects by their names, and what they were, where that was asked for; the oldest first.
    Listed(Vec<(K, Kept<V>)>),
    /// The object.
    Content(Kept<V>),
    /// Its generation.
    Attributes(Generation),
    /// It is stored, under this generation.
    Written(Generation),
    /// It is not there any more.
    Deleted,
}

impl<K, V> Success<K, V> {
    /// The HTTP status of the answer.
    pub const fn http_status(&self) -> u16 {
        match self {
            Self::Listed(_)
            | Self::Content(_)
            | Self::Attributes(_)
            | Self::Written(_)
            | Self::Deleted => 200,
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
    /// By name what the object is and was, the oldest first.
    kept: BTreeMap<K, Vec<Kept<V>>>,
    /// The latest generation.
    latest: Generation,
}

impl<K: Ord + Clone, V: Clone> Bucket<K, V> {
    /// A bucket without objects.
    pub const fn new(versioning: Versioning) -> Self {
        Self {
            versioning,
            kept: BTreeMap::new(),
            latest: Generation(0),
        }
    }

    /// Does what it is asked.
    ///
    /// # Errors
    ///
    /// The refusals of the [table](self).
    pub fn handle(&mut self, now: SimTime, call: Call<K, V>) -> Result<Success<K, V>, Refusal> {
        Ok(match call {
            Call::List => Success::Listed(self.list(|kept| kept.is_live)),
            Call::ListVersions => Success::Listed(self.list(|_| true)),
            Call::Get(key) => Success::Content(self.found(&key)?.clone()),
            Call::GetVersion(key, generation) => {
                Success::Content(self.found_at(&key, Some(generation))?.clone())
            }
            Call::Attributes(key) => Success::Attributes(self.found(&key)?.generation),
            Call::Put {
                key,
                content,
                condition,
            } => {
                self.check(&key, condition)?;
                Success::Written(self.put(now, key, content))
            }
            Call::Copy {
                from,
                generation,
                to,
            } => {
                let content = self.found_at(&from, generation)?.content.clone();
                Success::Written(self.put(now, to, content))
            }
            Call::Delete(key, condition) => {
                self.found(&key)?;
                self.check(&key, condition)?;
                self.delete(&key);
                Success::Deleted
            }
            Call::DeleteVersion(key, generation) => {
                let versions = self.kept.entry(key).or_default();
                let count = versions.len();
                versions.retain(|kept| kept.generation != generation);
                if versions.len() == count {
                    return Err(Refusal::NotFound);
                }
                Success::Deleted
            }
        })
    }

    fn check(&self, key: &K, condition: Condition) -> Result<(), Refusal> {
        let generation = self.live(key).map(|kept| kept.generation);
        let holds = match condition {
            Condition::None => true,
            Condition::Absent => generation.is_none(),
            Condition::Is(wanted) => generation == Some(wanted),
        };
        holds.then_some(()).ok_or(Refusal::ConditionNotMet)
    }

    fn found(&self, key: &K) -> Result<&Kept<V>, Refusal> {
        self.live(key).ok_or(Refusal::NotFound)
    }

    fn found_at(&self, key: &K, generation: Option<Generation>) -> Result<&Kept<V>, Refusal> {
        let Some(generation) = generation else {
            return self.found(key);
        };
        let mut versions = self.versions(key).iter();
        let named = versions.find(|kept| kept.generation == generation);
        named.ok_or(Refusal::NotFound)
    }

    fn list(&self, is_asked: impl Fn(&Kept<V>) -> bool) -> Vec<(K, Kept<V>)> {
        let all = self.kept.iter();
        let all = all.flat_map(|(key, versions)| versions.iter().map(move |kept| (key, kept)));
        all.filter(|(_, kept)| is_asked(kept))
            .map(|(key, kept)| (key.clone(), kept.clone()))
            .collect()
    }

    /// What the object of a name is.
    pub fn live(&self, key: &K) -> Option<&Kept<V>> {
        self.versions(key).last().filter(|kept| kept.is_live)
    }

    /// What the object of a name is and was, the oldest first.
    pub fn versions(&self, key: &K) -> &[Kept<V>] {
        self.kept.get(key).map_or(&[], Vec::as_slice)
    }

    /// Writes an object, whatever is there. Returns its generation.
    pub fn put(&mut self, now: SimTime, key: K, content: V) -> Generation {
        self.delete(&key);
        let at = FIRST.saturating_add(now.as_ms().saturating_mul(1_000));
        let generation = Generation(at.max(self.latest.0.saturating_add(1)));
        self.latest = generation;
        self.kept.entry(key).or_default().push(Kept {
            content,
            written: now,
            generation,
            is_live: true,
        });
        generation
    }

    /// Writes an object under a generation of its own, before anything else is written.
    pub fn place(&mut self, key: K, content: V, generation: Generation) {
        self.latest = self.latest.max(generation);
        self.kept.entry(key).or_default().push(Kept {
            content,
            written: SimTime::ZERO,
            generation,
            is_live: true,
        });
    }

    /// Takes an object away. Returns whether there was one.
    pub fn delete(&mut self, key: &K) -> bool {
        let was_there = self.live(key).is_some();
        if let Some(versions) = self.kept.get_mut(key) {
            match self.versioning {
                Versioning::Off => versions.clear(),
                Versioning::On => versions.iter_mut().for_each(|kept| kept.is_live = false),
            }
        }
        was_there
    }

    /// Whether it keeps what its objects were.
    pub const fn versioning(&self) -> Versioning {
        self.versioning
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: SimTime = SimTime::ZERO;

    fn put(bucket: &mut Bucket<char, u8>, condition: Condition) -> Result<Generation, Refusal> {
        let call = Call::Put {
            key: 'k',
            content: 1,
            condition,
        };
        bucket.handle(NOW, call).map(|success| {
            let Success::Written(generation) = success else {
                panic!("a put is answered with a generation, not {success:?}")
            };
            generation
        })
    }

    #[test]
    fn a_request_that_names_a_generation_means_no_other() {
        for versioning in [Versioning::Off, Versioning::On] {
            let bucket = &mut Bucket::new(versioning);
            let none = Generation(1);
            let absent = Call::Delete('k', Condition::Is(none));
            assert_eq!(bucket.handle(NOW, absent.clone()), Err(Refusal::NotFound));
            assert_eq!(
                put(bucket, Condition::Is(none)),
                Err(Refusal::ConditionNotMet)
            );
            let first = put(bucket, Condition::Absent).unwrap();
            assert_eq!(
                put(bucket, Condition::Absent),
                Err(Refusal::ConditionNotMet)
            );
            assert_eq!(bucket.handle(NOW, absent), Err(Refusal::ConditionNotMet));
            let second = put(bucket, Condition::Is(first)).unwrap();
            assert!(second > first);
            let stale = Call::Delete('k', Condition::Is(first));
            assert_eq!(bucket.handle(NOW, stale), Err(Refusal::ConditionNotMet));
            let delete = Call::Delete('k', Condition::Is(second));
            assert_eq!(bucket.handle(NOW, delete), Ok(Success::Deleted));
            assert_eq!(bucket.handle(NOW, Call::Get('k')), Err(Refusal::NotFound));
            // What was is no hindrance.
            assert!(put(bucket, Condition::Absent).unwrap() > second);
        }
    }

    #[test]
    fn a_versioned_bucket_keeps_what_its_objects_were() {
        let bucket = &mut Bucket::new(Versioning::On);
        let first = put(bucket, Condition::None).unwrap();
        let second = put(bucket, Condition::None).unwrap();
        assert!(bucket.delete(&'k'));
        assert!(!bucket.delete(&'k'));
        assert_eq!(bucket.versions(&'k').len(), 2);
        assert!(bucket.handle(NOW, Call::GetVersion('k', first)).is_ok());
        let gone = Call::DeleteVersion('k', first);
        assert_eq!(bucket.handle(NOW, gone.clone()), Ok(Success::Deleted));
        assert_eq!(bucket.handle(NOW, gone), Err(Refusal::NotFound));
        assert_eq!(bucket.versions(&'k')[0].generation, second);
        let bucket = &mut Bucket::new(Versioning::Off);
        put(bucket, Condition::None).unwrap();
        put(bucket, Condition::None).unwrap();
        assert_eq!(bucket.versions(&'k').len(), 1);
    }
}
