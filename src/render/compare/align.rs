//! Two timelines, aligned by what they say.

use std::collections::BTreeMap;

use similar::{Algorithm, DiffOp};

use crate::kernel::SimTime;
use crate::render::fact::{Tone, Words, actor};
use crate::render::fold::{Told, fold};
use crate::render::layout::Detail;
use crate::render::text::{are_alike, shown};
use crate::render::view::View;
use crate::verdict::Report;

/// A line of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    /// When; `None` for what is said of the lines before it.
    pub(super) time: Option<SimTime>,
    pub(super) actor: String,
    pub(super) words: Words,
}

/// Positions in the first and in the second timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pair {
    /// Both say so.
    Same(usize, usize),
    /// Only the first one does.
    First(usize),
    /// Only the second one does.
    Second(usize),
    /// In one place, they say different things.
    Both(usize, usize),
}

impl Pair {
    pub(super) const fn is_same(&self) -> bool {
        match self {
            Self::Same(..) => true,
            Self::First(_) | Self::Second(_) | Self::Both(..) => false,
        }
    }

    /// What the first timeline alone says.
    pub(super) const fn first(&self) -> Option<usize> {
        match *self {
            Self::First(one) | Self::Both(one, _) => Some(one),
            Self::Same(..) | Self::Second(_) => None,
        }
    }

    /// What the second timeline alone says.
    pub(super) const fn second(&self) -> Option<usize> {
        match *self {
            Self::Second(other) | Self::Both(_, other) => Some(other),
            Self::Same(..) | Self::First(_) => None,
        }
    }
}

/// What a report's timeline says, with repetitions told once.
pub(super) fn said(report: &Report, detail: Detail) -> Vec<Said> {
    let names = &report.timeline.names;
    let shown = shown(&report.timeline, &View::default(), detail);
    let steps = match detail {
        Detail::Story => fold(&shown, are_alike),
        Detail::Requests => (0..shown.len()).map(Told::Item).collect(),
    };
    let told = steps.into_iter().map(|told| match told {
        Told::Item(index) => {
            let (entry, words) = &shown[index];
            Said {
                time: Some(entry.time),
                actor: actor(entry.actor, names).to_owned(),
                words: words.clone(),
            }
        }
        Told::Again(again) => Said {
            time: None,
            actor: String::new(),
            words: Words {
                tone: Tone::Plain,
                line: format!("… {}", again.words(shown[again.last].0.time)),
                more: Vec::new(),
            },
        },
    });
    told.collect()
}

/// The text without IDs that are drawn by chance: locks that differ in nothing else are the same.
fn without_ids(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        kept.push_str(if is_id(word) { "#" } else { word });
        let next = behind.find(is_part).unwrap_or(behind.len());
        kept.push_str(&behind[..next]);
        rest = &behind[next..];
    }
    kept
}

/// Whether a word is a UUID, or the first digits of one, as locks are named.
fn is_id(word: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let lengths: Vec<usize> = word.split('-').map(str::len).collect();
    let is_named = matches!(lengths.as_slice(), [8] | [8, 4, 4, 4, 12]);
    is_named && word.split('-').all(digits)
}

/// What both say, and what only one does. Neither instants nor IDs are compared: what comes later
/// and is the same is the same.
pub(super) fn differences(sides: &[Vec<Said>; 2]) -> Vec<Pair> {
    let mut numbers: BTreeMap<(&str, String, Vec<String>), usize> = BTreeMap::new();
    let [first, second] = sides.each_ref().map(|said| {
        let numbered = said.iter().map(|said| {
            let key = (
                said.actor.as_str(),
                without_ids(&said.words.line),
                said.words
                    .more
                    .iter()
                    .map(|more| without_ids(more))
                    .collect(),
            );
            let next = numbers.len();
            *numbers.entry(key).or_insert(next)
        });
        numbered.collect::<Vec<usize>>()
    });
    let operations = similar::capture_diff_slices(Algorithm::Myers, &first, &second);
    operations.into_iter().flat_map(pairs).collect()
}

fn pairs(operation: DiffOp) -> Vec<Pair> {
    match operation {
        DiffOp::Equal {
            old_index,
            new_index,
            len,
        } => (0..len)
            .map(|index| Pair::Same(old_index + index, new_index + index))
            .collect(),
        DiffOp::Delete {
            old_index, old_len, ..
        } => (old_index..old_index + old_len).map(Pair::First).collect(),
        DiffOp::Insert {
            new_index, new_len, ..
        } => (new_index..new_index + new_len).map(Pair::Second).collect(),
        DiffOp::Replace {
            old_index,
            old_len,
            new_index,
            new_len,
        } => {
            let both = old_len.min(new_len);
            let pairs = (0..both).map(|index| Pair::Both(old_index + index, new_index + index));
            let first = (old_index + both..old_index + old_len).map(Pair::First);
            let second = (new_index + both..new_index + new_len).map(Pair::Second);
            pairs.chain(first).chain(second).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::without_ids;

    #[test]
    fn ids_are_no_difference() {
        let lease = "takes the lock: lease e51c19d6, 60s";
        assert_eq!(without_ids(lease), "takes the lock: lease #, 60s");
        let id = "ID: e51c19d6-098f-d27f-b6d0-347c19ac4487";
        assert_eq!(without_ids(id), "ID: #");
        for text in [
            "$ terraform plan -lock=false",
            "serial 99",
            "– 花子 deadbee",
            "",
        ] {
            assert_eq!(without_ids(text), text);
        }
    }
}
