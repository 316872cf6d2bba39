//! Messages: requests and their answers, operations and their ends.

use std::collections::BTreeMap;

use super::{Arrow, ArrowLook, Carried, LaneKind, Source};
use crate::kernel::SimTime;
use crate::service::Refusal;
use crate::terraform::{OperationKind, RequestKind, ResourceId, Serial};
use crate::timeline::{
    Actor, CloudFact, Entry, Fact, FaultNote, OperationFact, OperationOutcome, RequestFact,
};

/// A request that is under way, or was handled.
struct Request {
    lane: usize,
    sent: SimTime,
    /// The position of the fact that it was sent.
    entry: usize,
    carries: Carried,
    label: String,
    handled: Option<Handled>,
}

/// What whoever keeps the state made of a request.
#[derive(Clone, Copy)]
struct Handled {
    time: SimTime,
    entry: usize,
    status: u16,
    refusal: Option<Refusal>,
}

/// The label of what was granted.
fn answered(status: u16) -> String {
    match status {
        0 => "ok".to_owned(),
        status => status.to_string(),
    }
}

/// Where a fact stands.
#[derive(Clone, Copy)]
struct Instant {
    time: SimTime,
    entry: usize,
}

/// What is under way while the facts are read.
struct Reader<'s, 'f> {
    source: &'s Source<'f>,
    requests: BTreeMap<u64, Request>,
    operations: BTreeMap<(ResourceId, OperationKind), (usize, Instant)>,
    /// What the cloud has done and nobody was told of yet.
    done: BTreeMap<(ResourceId, OperationKind), Instant>,
    arrows: Vec<Arrow>,
}

pub(super) fn arrows(source: &Source<'_>) -> Vec<Arrow> {
    let mut reader = Reader {
        source,
        requests: BTreeMap::new(),
        operations: BTreeMap::new(),
        done: BTreeMap::new(),
        arrows: Vec::new(),
    };
    for (index, entry) in source.film.report.timeline.entries.iter().enumerate() {
        let at = Instant {
            time: entry.time,
            entry: index,
        };
        match &entry.fact {
            Fact::Request(fact) => reader.request(entry, at, fact),
            Fact::Operation(fact) => reader.operation(entry, at, fact),
            Fact::Cloud(fact) => reader.cloud(at, fact),
            Fact::Process(_)
            | Fact::Output(_)
            | Fact::Lock(_)
            | Fact::State(_)
            | Fact::Lease(_)
            | Fact::Blob(_)
            | Fact::Machine(_)
            | Fact::Script(_) => {}
        }
    }
    let left = std::mem::take(&mut reader.requests);
    for request in left.into_values() {
        let last = request
            .handled
            .map_or(request.entry, |handled| handled.entry);
        reader.lose(&request, last, "it is still under way".to_owned());
    }
    reader.arrows.sort_by_key(|arrow| arrow.from.1);
    reader.arrows
}

/// `put_state, serial 100`.
fn label(kind: RequestKind, serial: Option<Serial>) -> String {
    match serial {
        Some(serial) => format!("{kind}, serial {serial}"),
        None => kind.to_string(),
    }
}

fn verb(kind: OperationKind) -> &'static str {
    match kind {
        OperationKind::Create => "create",
        OperationKind::Update => "update",
        OperationKind::Delete => "delete",
    }
}

impl Reader<'_, '_> {
    fn state(&self) -> usize {
        self.source.lane(LaneKind::State)
    }

    fn request(&mut self, entry: &Entry, at: Instant, fact: &RequestFact) {
        match fact {
            RequestFact::Sent { kind, .. } if !kind.is_remote() => {}
            RequestFact::Sent {
                number,
                kind,
                serial,
                ..
            } => {
                let request = Request {
                    lane: self.source.lane_of(entry.actor),
                    sent: at.time,
                    entry: at.entry,
                    carries: Carried::Request {
                        number: *number,
                        kind: *kind,
                    },
                    label: label(*kind, *serial),
                    handled: None,
                };
                self.requests.insert(*number, request);
            }
            RequestFact::Handled {
                number,
                status,
                refusal,
                ..
            } => {
                if let Some(request) = self.requests.get_mut(number) {
                    request.handled = Some(Handled {
                        time: at.time,
                        entry: at.entry,
                        status: *status,
                        refusal: *refusal,
                    });
                }
            }
            RequestFact::Arrived { number, status, .. } => {
                if let Some(request) = self.requests.remove(number) {
                    self.arrive(&request, at, *status);
                }
            }
            RequestFact::Struck { number, note, .. } => self.strike(*number, at, note),
            RequestFact::Retried(_) => {}
        }
    }

    /// An answer is there, or the news that there is none.
    fn arrive(&mut self, request: &Request, at: Instant, status: Option<u16>) {
        let Some(handled) = request.handled else {
            // Whatever answered stood on the way: there is nothing to draw but the request.
            return;
        };
        self.set_out(request, handled, ArrowLook::Request);
        if status.is_none() {
            return;
        }
        let (label, look) = match handled.refusal {
            Some(refusal) => (refusal.to_string(), ArrowLook::Refusal),
            None => (answered(handled.status), ArrowLook::Answer),
        };
        let state = self.state();
        self.arrows.push(Arrow {
            from: (state, handled.time),
            toward: request.lane,
            arrives: Some(at.time),
            label,
            look,
            carries: request.carries,
            entries: [handled.entry, at.entry],
        });
    }

    fn set_out(&mut self, request: &Request, handled: Handled, look: ArrowLook) {
        let toward = self.state();
        self.arrows.push(Arrow {
            from: (request.lane, request.sent),
            toward,
            arrives: Some(handled.time),
            label: request.label.clone(),
            look,
            carries: request.carries,
            entries: [request.entry, handled.entry],
        });
    }

    /// A request never gets there, or its answer never comes back.
    fn lose(&mut self, request: &Request, known: usize, why: String) {
        let state = self.state();
        let Some(handled) = request.handled else {
            self.arrows.push(Arrow {
                from: (request.lane, request.sent),
                toward: state,
                arrives: None,
                label: request.label.clone(),
                look: ArrowLook::Lost(why),
                carries: request.carries,
                entries: [request.entry, known],
            });
            return;
        };
        self.set_out(request, handled, ArrowLook::Request);
        self.arrows.push(Arrow {
            from: (state, handled.time),
            toward: request.lane,
            arrives: None,
            label: answered(handled.status),
            look: ArrowLook::Lost(why),
            carries: request.carries,
            entries: [handled.entry, known],
        });
    }

    fn strike(&mut self, number: u64, at: Instant, note: &FaultNote) {
        let why = match note {
            FaultNote::RequestLost | FaultNote::AnswerLost => "connection reset".to_owned(),
            FaultNote::Hangs => "it is never answered".to_owned(),
            FaultNote::AnsweredWith(refusal) => format!("answered {refusal} on the way"),
            // It arrives, only later.
            FaultNote::RequestDelayed(_) | FaultNote::AnswerDelayed(_) => return,
        };
        if let Some(request) = self.requests.remove(&number) {
            self.lose(&request, at.entry, why);
        }
    }

    fn operation(&mut self, entry: &Entry, at: Instant, fact: &OperationFact) {
        let Actor::Operator(_) = entry.actor else {
            return;
        };
        match fact {
            OperationFact::Began { resource, kind } => {
                let lane = self.source.lane_of(entry.actor);
                // Nobody is told any more of what an earlier process had asked for.
                self.done.remove(&(*resource, *kind));
                self.operations.insert((*resource, *kind), (lane, at));
            }
            OperationFact::Ended {
                resource,
                kind,
                outcome,
            } => self.operation_ended(entry, at, (*resource, *kind), *outcome),
            OperationFact::ProvisionerBegan { .. }
            | OperationFact::StopRequested
            | OperationFact::Skipped { .. } => {}
        }
    }

    fn operation_ended(
        &mut self,
        entry: &Entry,
        at: Instant,
        key: (ResourceId, OperationKind),
        outcome: OperationOutcome,
    ) {
        self.operations.remove(&key);
        let Some(done) = self.done.remove(&key) else {
            return;
        };
        let (what, look) = if outcome == OperationOutcome::Done {
            ("done", ArrowLook::Answer)
        } else {
            ("failed", ArrowLook::Refusal)
        };
        let name = self.source.names.resource(key.0);
        self.arrows.push(Arrow {
            from: (self.source.lane(LaneKind::Cloud), done.time),
            toward: self.source.lane_of(entry.actor),
            arrives: Some(at.time),
            label: format!("{name}: {what}"),
            look,
            carries: Carried::Operation,
            entries: [done.entry, at.entry],
        });
    }

    fn cloud(&mut self, at: Instant, fact: &CloudFact) {
        match fact {
            CloudFact::Accepted { resource, kind, .. } => {
                if let Some((lane, began)) = self.operations.get(&(*resource, *kind)).copied() {
                    let name = self.source.names.resource(*resource);
                    self.arrows.push(Arrow {
                        from: (lane, began.time),
                        toward: self.source.lane(LaneKind::Cloud),
                        arrives: Some(at.time),
                        label: format!("{} {name}", verb(*kind)),
                        look: ArrowLook::Request,
                        carries: Carried::Operation,
                        entries: [began.entry, at.entry],
                    });
                }
            }
            CloudFact::Done { resource, kind, .. } => {
                self.done.insert((*resource, *kind), at);
            }
            CloudFact::Withdrawn { .. } | CloudFact::ChangedOutside { .. } => {}
        }
    }
}
