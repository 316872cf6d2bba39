//! Facts in their lanes, and what was wrong from when to when.

use std::collections::BTreeMap;

use super::{LaneKind, Mark, Source, Spell, Turn};
use crate::kernel::SimTime;
use crate::render::fact::{Tone, describe};
use crate::render::layout::Detail;
use crate::scenario::FindingName;
use crate::verdict::FindingKey;

pub(super) fn marks(source: &Source<'_>) -> Vec<Mark> {
    let entries = source.film.report.timeline.entries.iter().enumerate();
    let mut marks = Vec::new();
    for (index, entry) in entries {
        let Some(words) = describe(entry, source.names, Detail::Requests) else {
            continue;
        };
        let lane = match words.tone {
            // What the script does stands with the script, whomever it befalls.
            Tone::Staged => source.lane(LaneKind::Faults),
            Tone::Plain | Tone::Command | Tone::Good | Tone::Bad | Tone::Remark => {
                source.lane_of(entry.actor)
            }
        };
        marks.push(Mark {
            lane,
            time: entry.time,
            actor: entry.actor,
            tone: words.tone,
            line: words.line,
            more: words.more,
            is_story: describe(entry, source.names, Detail::Story).is_some(),
            entry: index,
        });
    }
    marks
}

/// What was wrong for how long, and where records and reality part and meet.
pub(super) fn spells_and_turns(source: &Source<'_>) -> (Vec<Spell>, Vec<Turn>) {
    let mut open: BTreeMap<FindingKey, SimTime> = BTreeMap::new();
    let mut spells = Vec::new();
    let mut turns = Vec::new();
    let mut is_parted = false;
    for picture in &source.film.instants {
        let time = picture.observation().time;
        let keys = picture.keys();
        let is_over: Vec<FindingKey> = { open.keys() }
            .filter(|key| !keys.contains(key))
            .copied()
            .collect();
        for key in is_over {
            let from = open.remove(&key).expect("it was open");
            let to = Some(time);
            spells.push(Spell { key, from, to });
        }
        for key in keys {
            open.entry(*key).or_insert(time);
        }
        let parting: Vec<&FindingKey> = keys.iter().filter(|key| parts(key)).collect();
        if parting.is_empty() == is_parted {
            is_parted = !parting.is_empty();
            turns.push(Turn {
                time,
                is_together: !is_parted,
                label: in_words(source, &parting),
            });
        }
    }
    let left = open.into_iter().map(|(key, from)| {
        let to = None;
        Spell { key, from, to }
    });
    spells.extend(left);
    spells.sort_by_key(|spell| (spell.from, spell.key));
    (spells, turns)
}

/// Whether a finding says that cloud and records differ: the lock is neither.
fn parts(key: &FindingKey) -> bool {
    let is_about_records = match key.name {
        FindingName::OrphanedLock | FindingName::LeftoverLockInfo | FindingName::LimitReached => {
            false
        }
        FindingName::OrphanedObject
        | FindingName::GhostObject
        | FindingName::StaleAttributes
        | FindingName::TaintedObject
        | FindingName::DuplicateObject
        | FindingName::LineageMismatch
        | FindingName::SpuriousErrored
        | FindingName::ForkedState
        | FindingName::StaleErrored
        | FindingName::RemoteBehindErrored
        | FindingName::CorruptState
        | FindingName::StateLost
        | FindingName::WrongAddress
        | FindingName::RecordedTwice
        | FindingName::LostInputs => true,
    };
    is_about_records && key.blocks()
}

/// `orphaned_object subnet, remote_behind_errored alice`.
fn in_words(source: &Source<'_>, keys: &[&FindingKey]) -> String {
    let words = { keys.iter() }
        .map(|key| format!("{} {}", key.name.name(), key.subject.word(source.names)));
    words.collect::<Vec<_>>().join(", ")
}
