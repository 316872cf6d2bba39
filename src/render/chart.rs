//! The chart: a film as lanes with bars, arrows and marks, which every picture is drawn from.
//!
//! It knows neither a format nor a backend: a lock is a lock, whoever keeps it. Where things stand
//! on a page, how they look and what is left out for want of room is each renderer's own.

mod arrows;
mod bars;
mod marks;
pub(super) mod palette;
pub(super) mod scale;

pub(super) use bars::phase_name;

use super::fact::Tone;
use crate::kernel::SimTime;
use crate::terraform::process::ProcessPhase;
use crate::terraform::{Names, OperatorId, RequestKind, RunId};
use crate::timeline::Actor;
use crate::verdict::Film;

/// A film, ready to be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chart {
    /// When the replication ends.
    pub(super) end: SimTime,
    /// The lanes, from left to right, or from top to bottom.
    pub(super) lanes: Vec<Lane>,
    /// Messages between lanes, in the order in which they set out.
    pub(super) arrows: Vec<Arrow>,
    /// What occurred, in the order of the facts.
    pub(super) marks: Vec<Mark>,
    /// Where cloud and records part, and are in step again.
    pub(super) turns: Vec<Turn>,
}

/// Whose lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum LaneKind {
    /// An operator with what runs on the operator's machine.
    Operator(OperatorId),
    /// The state, wherever it is kept, with its lock.
    State,
    /// The cloud.
    Cloud,
    /// What the script does to all of them.
    Faults,
}

/// A lane: everything that one side does and is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lane {
    pub(super) kind: LaneKind,
    pub(super) name: String,
    /// What lasts, one beside the other; bars of one track do not overlap.
    pub(super) tracks: Vec<Track>,
}

/// Bars of one kind, one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Track {
    /// What the bars are about: `lock`, `vnet`, `errored.tfstate`.
    pub(super) name: String,
    pub(super) bars: Vec<Bar>,
}

/// Something that lasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bar {
    pub(super) from: SimTime,
    /// When it is over; `None` where it lasts beyond the end.
    pub(super) to: Option<SimTime>,
    pub(super) what: BarKind,
    /// In a few words.
    pub(super) label: String,
    /// Of the lock: who took it, where that is known.
    pub(super) holder: Option<OperatorId>,
}

/// What lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BarKind {
    /// A command at work. `exit`: how it ended.
    Run { run: RunId, exit: Option<u8> },
    /// What a Terraform process is at.
    Phase { run: RunId, phase: ProcessPhase },
    /// The lock.
    Lock(LockLook),
    /// What a record of the state holds.
    Record,
    /// An object in the cloud.
    Object(ObjectLook),
    /// A fault: a link that is down, a full disk, a machine that sleeps.
    Fault,
}

/// How the lock looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LockLook {
    /// Somebody who lives holds it.
    Held,
    /// It is locked, and whoever took it is gone.
    Orphaned,
    /// It is locked until its break period is over.
    Breaking,
    /// It ran out, and was never given back.
    Expired,
}

/// How an object looks beside the records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ObjectLook {
    /// The cloud is making it.
    Creating,
    /// It exists, and a living process still means to save it.
    Unsaved,
    /// It exists, and the state records it as it is.
    Recorded,
    /// It exists, and the state records it as it was.
    Changed,
    /// It exists, and the state does not know it.
    Orphaned,
    /// It is gone, and the state still records it.
    Ghost,
}

/// A message from one lane to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Arrow {
    /// The lane that it leaves, and when.
    pub(super) from: (usize, SimTime),
    /// The lane that it was meant for.
    pub(super) toward: usize,
    /// When it arrives; `None` where it never does.
    pub(super) arrives: Option<SimTime>,
    /// What it carries: `put_state, serial 100`, `412 LeaseIdMissing`.
    pub(super) label: String,
    pub(super) look: ArrowLook,
    pub(super) carries: Carried,
    /// The positions, among the timeline's facts, of those at which it sets out and at which it
    /// arrives or is known to be lost.
    pub(super) entries: [usize; 2],
}

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Carried {
    /// A request to whoever keeps the state, or its answer.
    Request {
        /// The request's number.
        number: u64,
        kind: RequestKind,
    },
    /// An operation of the cloud, or its end.
    Operation,
}

/// How a message looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ArrowLook {
    /// Something is asked for.
    Request,
    /// It was done.
    Answer,
    /// It was refused, or failed.
    Refusal,
    /// It never arrives, and why.
    Lost(String),
}

/// A fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    /// The position of its lane.
    pub(super) lane: usize,
    pub(super) time: SimTime,
    pub(super) actor: Actor,
    pub(super) tone: Tone,
    pub(super) line: String,
    /// What belongs to it, in lines of their own.
    pub(super) more: Vec<String>,
    /// Whether it is part of the story, and not only of its messages.
    pub(super) is_story: bool,
    /// Its position among the timeline's facts.
    pub(super) entry: usize,
}

/// Where cloud, remote state and `errored.tfstate` part, or are in step again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Turn {
    pub(super) time: SimTime,
    /// Whether they are in step again.
    pub(super) is_in_step: bool,
    /// What parts them, in words; empty where they are in step again.
    pub(super) label: String,
}

/// What a chart is made from.
struct Source<'f> {
    film: &'f Film,
    names: &'f Names,
    kinds: Vec<LaneKind>,
}

impl LaneKind {
    /// The lane of an actor.
    pub(super) const fn of(actor: Actor) -> Self {
        match actor {
            Actor::Operator(operator) => Self::Operator(operator),
            Actor::Service => Self::State,
            Actor::Cloud => Self::Cloud,
            Actor::Scenario => Self::Faults,
        }
    }

    /// What it is called.
    pub(super) fn name(self, names: &Names) -> &str {
        match self {
            Self::Operator(operator) => names.operator(operator),
            Self::State => "state",
            Self::Cloud => "cloud",
            Self::Faults => "faults",
        }
    }

    /// All lanes: every operator's, the state's, the cloud's, and the faults'.
    pub(super) fn all(names: &Names) -> Vec<Self> {
        let operators = names.operator_ids().map(Self::Operator);
        { operators }
            .chain([Self::State, Self::Cloud, Self::Faults])
            .collect()
    }
}

impl Turn {
    /// What it comes to, in words.
    pub(super) fn words(&self) -> String {
        if self.is_in_step {
            "cloud and records are in step again".to_owned()
        } else {
            format!("cloud and records part: {}", self.label)
        }
    }
}

impl Mark {
    /// Whether a short account tells it: what was typed, what went wrong, what the script did.
    pub(super) fn is_notable(&self) -> bool {
        self.is_story
            && match self.tone {
                Tone::Command | Tone::Bad | Tone::Staged | Tone::Remark => true,
                Tone::Plain | Tone::Good => false,
            }
    }
}

/// So many tracks of a lane are drawn.
const TRACKS_MAX: usize = 24;

impl Lane {
    /// The positions of the tracks that are drawn, of those that are seen, and how many are not: of
    /// many, those are drawn on which something is wrong, and then the first.
    pub(super) fn drawn(&self, is_seen: impl Fn(&Track) -> bool) -> (Vec<usize>, usize) {
        let mut drawn: Vec<usize> = { self.tracks.iter().enumerate() }
            .filter(|(_, track)| is_seen(track))
            .map(|(index, _)| index)
            .collect();
        let seen = drawn.len();
        drawn.sort_by_key(|index| !self.tracks[*index].is_wrong());
        drawn.truncate(TRACKS_MAX);
        drawn.sort_unstable();
        let more = seen - drawn.len();
        (drawn, more)
    }
}

impl Track {
    /// Whether an object is ever other than the records say.
    fn is_wrong(&self) -> bool {
        self.bars.iter().any(|bar| match bar.what {
            BarKind::Object(ObjectLook::Changed | ObjectLook::Orphaned | ObjectLook::Ghost) => true,
            BarKind::Object(ObjectLook::Creating | ObjectLook::Unsaved | ObjectLook::Recorded)
            | BarKind::Run { .. }
            | BarKind::Phase { .. }
            | BarKind::Lock(_)
            | BarKind::Record
            | BarKind::Fault => false,
        })
    }
}

impl Source<'_> {
    fn lane(&self, kind: LaneKind) -> usize {
        let position = self.kinds.iter().position(|other| *other == kind);
        position.expect("every actor of a film has a lane")
    }

    fn lane_of(&self, actor: Actor) -> usize {
        self.lane(LaneKind::of(actor))
    }
}

/// Makes the chart of a film.
pub(super) fn chart(film: &Film) -> Chart {
    let timeline = &film.report.timeline;
    let source = Source {
        film,
        names: &timeline.names,
        kinds: LaneKind::all(&timeline.names),
    };
    Chart {
        end: timeline.last().time,
        lanes: { source.kinds.iter() }
            .map(|kind| Lane {
                kind: *kind,
                name: kind.name(source.names).to_owned(),
                tracks: bars::tracks(&source, *kind),
            })
            .collect(),
        arrows: arrows::arrows(&source),
        marks: marks::marks(&source),
        turns: marks::turns(&source),
    }
}
