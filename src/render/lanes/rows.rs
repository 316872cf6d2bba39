//! What is told, line by line: facts with the messages that bring them, and turns.

use std::collections::BTreeMap;

use super::voice::sentence;
use crate::kernel::SimTime;
use crate::render::chart::{Arrow, ArrowLook, Carried, Chart, Mark};
use crate::render::fact::{QuietEnds, Tone, actor};
use crate::render::layout::Detail;
use crate::render::view::View;
use crate::terraform::{Names, RequestKind};
use crate::timeline::Timeline;

/// A line of the picture, before it is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) time: SimTime,
    pub(super) what: What,
    pub(super) text: String,
    pub(super) more: Vec<String>,
}

/// What a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// A fact in its lane, and the message that brings it or that it sends out.
    Fact {
        lane: usize,
        tone: Tone,
        message: Option<Message>,
    },
    /// A message of which no fact tells.
    Message(Message),
    /// Where cloud and records part, or meet.
    Turn { is_in_step: bool },
}

/// A message, as it is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) from: usize,
    pub(super) toward: usize,
    pub(super) look: MessageLook,
}

/// How a message is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MessageLook {
    Arrives,
    /// A request that was granted, and its answer.
    Exchange,
    Refusal,
    Lost,
}

/// A message on its way to a line.
struct Posted {
    /// The fact at which it is told, by its position.
    entry: usize,
    time: SimTime,
    /// The lane in which the next fact tells of it; `None` where only its own fact does.
    lane: Option<usize>,
    message: Message,
    /// What is told of it where no fact does; `None` where it is then left out.
    words: Option<String>,
}

struct Teller<'t> {
    chart: &'t Chart,
    timeline: &'t Timeline,
    names: &'t Names,
    view: &'t View,
    detail: Detail,
}

impl Row {
    /// Whether two lines say the same of two instants.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.what == other.what && self.text == other.text && self.more == other.more
    }
}

/// What is told of a chart, in order.
pub(super) fn rows(chart: &Chart, timeline: &Timeline, view: &View, detail: Detail) -> Vec<Row> {
    let teller = Teller {
        chart,
        timeline,
        names: &timeline.names,
        view,
        detail,
    };
    let marks = teller.marks();
    let mut taken: BTreeMap<usize, Message> = BTreeMap::new();
    let mut rows: Vec<((usize, bool), Row)> = Vec::new();
    for posted in teller.posts() {
        match teller.bearer(&marks, &taken, &posted) {
            Some(mark) => {
                taken.insert(mark.entry, posted.message);
            }
            None => rows.extend(teller.alone(posted)),
        }
    }
    for mark in marks {
        let message = taken.get(&mark.entry).copied();
        rows.extend(teller.fact(mark, message));
    }
    rows.sort_by_key(|(order, _)| *order);
    let rows = rows.into_iter().map(|(_, row)| row);
    with_turns(
        chart,
        rows.filter(|row| row.time >= view.from).collect(),
        view,
    )
}

/// A turn stands behind all that occurs at its instant: it is what they amount to.
fn with_turns(chart: &Chart, rows: Vec<Row>, view: &View) -> Vec<Row> {
    let mut turns = { chart.turns.iter() }
        .filter(|turn| turn.time >= view.from)
        .map(|turn| Row {
            time: turn.time,
            what: What::Turn {
                is_in_step: turn.is_in_step,
            },
            text: turn.words(),
            more: Vec::new(),
        })
        .peekable();
    let mut told = Vec::new();
    for row in rows {
        while let Some(turn) = turns.next_if(|turn| turn.time < row.time) {
            told.push(turn);
        }
        told.push(row);
    }
    told.extend(turns);
    told
}

impl Teller<'_> {
    /// The marks that are told.
    fn marks(&self) -> Vec<&Mark> {
        let mut ends = QuietEnds::default();
        let quiet: Vec<bool> = { self.timeline.entries.iter() }
            .map(|entry| ends.is_quiet(entry))
            .collect();
        let marks = self.chart.marks.iter();
        marks
            .filter(|mark| mark.is_story || self.detail == Detail::Requests)
            .filter(|mark| !quiet[mark.entry])
            .collect()
    }

    /// The line of a fact, and its place among the lines.
    fn fact(&self, mark: &Mark, message: Option<Message>) -> Option<((usize, bool), Row)> {
        let is_seen = self.shows(mark.lane) || message.is_some_and(|message| self.touches(message));
        let fact = &self.timeline.entries.get(mark.entry)?.fact;
        is_seen.then(|| {
            let row = Row {
                time: mark.time,
                what: What::Fact {
                    lane: mark.lane,
                    tone: mark.tone,
                    message,
                },
                text: sentence(fact, actor(mark.actor, self.names), &mark.line),
                more: mark.more.clone(),
            };
            ((mark.entry, true), row)
        })
    }

    /// The line of a message that no fact tells of.
    fn alone(&self, posted: Posted) -> Option<((usize, bool), Row)> {
        let text = posted.words.filter(|_| self.touches(posted.message))?;
        let row = Row {
            time: posted.time,
            what: What::Message(posted.message),
            text,
            more: Vec::new(),
        };
        Some(((posted.entry, false), row))
    }

    fn shows(&self, lane: usize) -> bool {
        self.view.shows(&self.chart.lanes[lane].name)
    }

    fn touches(&self, message: Message) -> bool {
        self.shows(message.from) || self.shows(message.toward)
    }

    /// The fact that tells of a message: its own, or the next one at that instant in its lane.
    fn bearer<'m>(
        &self,
        marks: &[&'m Mark],
        taken: &BTreeMap<usize, Message>,
        posted: &Posted,
    ) -> Option<&'m Mark> {
        let first = marks.partition_point(|mark| mark.entry < posted.entry);
        let at_once = marks[first..]
            .iter()
            .take_while(|mark| mark.time == posted.time);
        let mut free = at_once.filter(|mark| !taken.contains_key(&mark.entry));
        let is_own = |mark: &&Mark| mark.entry == posted.entry;
        let own = free.clone().next().copied().filter(is_own);
        // Where every message has its own fact, no other one tells of it.
        own.or_else(|| match self.detail {
            Detail::Story => free.find(|mark| Some(mark.lane) == posted.lane).copied(),
            Detail::Requests => None,
        })
    }

    /// The messages that are told, in the order of the facts that tell of them.
    fn posts(&self) -> Vec<Posted> {
        let mut pairs: BTreeMap<u64, Vec<&Arrow>> = BTreeMap::new();
        let mut posts = Vec::new();
        for arrow in &self.chart.arrows {
            match (arrow.carries, self.detail) {
                (Carried::Request { number, .. }, Detail::Story) => {
                    pairs.entry(number).or_default().push(arrow);
                }
                (Carried::Operation, Detail::Story) => posts.push(self.operation(arrow)),
                (Carried::Request { .. } | Carried::Operation, Detail::Requests) => {
                    posts.push(self.post(arrow, None));
                }
            }
        }
        for pair in pairs.values() {
            self.request(pair, &mut posts);
        }
        posts.sort_by_key(|posted| posted.entry);
        posts
    }

    fn name(&self, lane: usize) -> &str {
        &self.chart.lanes[lane].name
    }

    fn post(&self, arrow: &Arrow, words: Option<String>) -> Posted {
        let entry = arrow.entries[1];
        let known = self.timeline.entries.get(entry).map(|entry| entry.time);
        Posted {
            entry,
            time: arrow.arrives.or(known).unwrap_or(arrow.from.1),
            lane: Some(arrow.toward),
            message: Message {
                from: arrow.from.0,
                toward: arrow.toward,
                look: match &arrow.look {
                    ArrowLook::Request | ArrowLook::Answer => MessageLook::Arrives,
                    ArrowLook::Refusal => MessageLook::Refusal,
                    ArrowLook::Lost(_) => MessageLook::Lost,
                },
            },
            words,
        }
    }

    /// What is asked of the cloud stands beside what the process says of it.
    fn operation(&self, arrow: &Arrow) -> Posted {
        let mut posted = self.post(arrow, None);
        if arrow.look == ArrowLook::Request {
            posted.entry = arrow.entries[0];
            posted.time = arrow.from.1;
            posted.lane = Some(arrow.from.0);
        }
        posted
    }

    /// A request with its answer: what was granted is one line, what was refused or lost is told
    /// one after the other.
    fn request(&self, pair: &[&Arrow], posts: &mut Vec<Posted>) {
        let Some((request, answer)) = pair.split_first() else {
            return;
        };
        let who = self.name(request.from.0);
        let label = &request.label;
        let Some(answer) = answer.first() else {
            let words = match &request.look {
                ArrowLook::Lost(why) => format!("{label} of {who}: {why}"),
                ArrowLook::Request | ArrowLook::Answer | ArrowLook::Refusal => {
                    format!("{who} sends {label}")
                }
            };
            posts.push(self.post(request, Some(words)));
            return;
        };
        match &answer.look {
            ArrowLook::Request | ArrowLook::Answer => {
                if is_story(request.carries) {
                    let words = format!("{label} of {who} is granted: {}", answer.label);
                    let mut posted = self.post(answer, Some(words));
                    posted.message.look = MessageLook::Exchange;
                    posts.push(posted);
                }
            }
            ArrowLook::Refusal => {
                posts.push(self.post(request, None));
                posts.push(self.post(answer, None));
            }
            ArrowLook::Lost(why) => {
                let mut sent = self.post(request, Some(format!("{who} sends {label}")));
                sent.lane = None;
                posts.push(sent);
                let words = format!("the answer to {label} of {who}: {why}");
                posts.push(self.post(answer, Some(words)));
            }
        }
    }
}

/// Whether a message is a part of the story although it was granted: it saves, or it is about the
/// lock.
const fn is_story(carried: Carried) -> bool {
    match carried {
        Carried::Operation => true,
        Carried::Request { kind, .. } => match kind {
            RequestKind::PutState
            | RequestKind::LeaseAcquire
            | RequestKind::LeaseRenew
            | RequestKind::LeaseRelease
            | RequestKind::LeaseBreak
            | RequestKind::LeaseChange
            | RequestKind::PutLock
            | RequestKind::DeleteLock
            | RequestKind::DdbPutLock
            | RequestKind::DdbDeleteLock
            | RequestKind::DdbPutDigest
            | RequestKind::DeleteState
            | RequestKind::DdbDeleteDigest
            | RequestKind::TryLock
            | RequestKind::TryLockCreate
            | RequestKind::UpsertState
            | RequestKind::UnlockRow
            | RequestKind::UnlockCreate
            | RequestKind::TerminateBackend
            | RequestKind::HttpLock
            | RequestKind::HttpUnlock => true,
            RequestKind::List
            | RequestKind::Get
            | RequestKind::Head
            | RequestKind::PutEmpty
            | RequestKind::SetMetadata
            | RequestKind::Snapshot
            | RequestKind::Delete
            | RequestKind::Undelete
            | RequestKind::Copy
            | RequestKind::HeadState
            | RequestKind::GetState
            | RequestKind::GetLock
            | RequestKind::DdbGetLock
            | RequestKind::DdbGetDigest
            | RequestKind::HeadLock
            | RequestKind::AttrsState
            | RequestKind::AttrsLock
            | RequestKind::Connect
            | RequestKind::SchemaCheck
            | RequestKind::CreateSchema
            | RequestKind::CreateSequence
            | RequestKind::CreateTable
            | RequestKind::CreateIndex
            | RequestKind::SelectState
            | RequestKind::SelectLocks
            | RequestKind::ReadFile
            | RequestKind::SaveFile
            | RequestKind::LockFile
            | RequestKind::UnlockFile => false,
        },
    }
}
