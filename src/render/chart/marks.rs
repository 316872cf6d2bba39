//! Facts in their lanes, and where records and reality part and meet.

use super::{LaneKind, Mark, Source, Turn};
use crate::render::fact::{Tone, describe};
use crate::render::layout::Detail;
use crate::scenario::FindingName;
use crate::verdict::FindingKey;

pub(super) fn marks(source: &Source<'_>) -> Vec<Mark> {
    let entries = source.film.report.timeline.entries.iter().enumerate();
    let mut marks = Vec::new();
    for (index, entry) in entries {
        let story = describe(entry, source.names, Detail::Story);
        let is_story = story.is_some();
        let words = story.or_else(|| describe(entry, source.names, Detail::Requests));
        let Some(words) = words else {
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
            is_story,
            entry: index,
        });
    }
    marks
}

/// Where records and reality part and meet.
pub(super) fn turns(source: &Source<'_>) -> Vec<Turn> {
    let mut turns = Vec::new();
    let mut is_parted = false;
    for picture in &source.film.instants {
        let keys = picture.keys();
        let parting: Vec<&FindingKey> = keys.iter().filter(|key| parts(key)).collect();
        if parting.is_empty() == is_parted {
            is_parted = !parting.is_empty();
            turns.push(Turn {
                time: picture.observation().time,
                is_in_step: !is_parted,
                label: in_words(source, &parting),
            });
        }
    }
    turns
}

/// Whether a finding says that cloud and records differ: the lock is neither, nor is a digest.
fn parts(key: &FindingKey) -> bool {
    let is_about_records = match key.name {
        FindingName::OrphanedLock
        | FindingName::LeftoverLockInfo
        | FindingName::DigestMismatch
        | FindingName::LimitReached => false,
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
        | FindingName::LostInputs
        | FindingName::LostUpdate => true,
    };
    is_about_records && key.blocks()
}

/// `orphaned_object subnet, remote_behind_errored alice`.
fn in_words(source: &Source<'_>, keys: &[&FindingKey]) -> String {
    let words = { keys.iter() }
        .map(|key| format!("{} {}", key.name.name(), key.subject.word(source.names)));
    words.collect::<Vec<_>>().join(", ")
}
