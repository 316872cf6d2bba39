//! Messages: requests and their answers, operations and their ends.

use std::collections::BTreeMap;

use super::{Arrow, ArrowLook, LaneKind, Source};
use crate::kernel::SimTime;
use crate::service::azure::Refusal;
use crate::terraform::{OperationKind, RequestKind, ResourceId, Serial};
use crate::timeline::{
    Actor, CloudFact, Entry, Fact, FaultNote, OperationFact, OperationOutcome, RequestFact,
};

/// A request that is under way, or was handled.
struct Request {
    lane: usize,
    sent: SimTime,
    label: String,
    handled: Option<(SimTime, u16, Option<Refusal>)>,
}

/// What is under way while the facts are read.
struct Reader<'s, 'f> {
    source: &'s Source<'f>,
    requests: BTreeMap<u64, Request>,
    operations: BTreeMap<(ResourceId, OperationKind), (usize, SimTime)>,
    /// What the cloud has done and nobody was told of yet.
    done: BTreeMap<(ResourceId, OperationKind), SimTime>,
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
    for entry in source.film.report.timeline.entries.iter() {
        match &entry.fact {
            Fact::Request(fact) => reader.request(entry, fact),
            Fact::Operation(fact) => reader.operation(entry, fact),
            Fact::Cloud(fact) => reader.cloud(entry.time, fact),
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
        reader.lose(&request, "it is still under way".to_owned());
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

    fn request(&mut self, entry: &Entry, fact: &RequestFact) {
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
                    sent: entry.time,
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
                    request.handled = Some((entry.time, *status, *refusal));
                }
            }
            RequestFact::Arrived { number, status, .. } => {
                if let Some(request) = self.requests.remove(number) {
                    self.arrive(&request, entry.time, *status);
                }
            }
            RequestFact::Struck { number, note, .. } => self.strike(*number, note),
            RequestFact::Retried(_) => {}
        }
    }

    /// An answer is there, or the news that there is none.
    fn arrive(&mut self, request: &Request, time: SimTime, status: Option<u16>) {
        let Some((handled, handled_as, refusal)) = request.handled else {
            // Whatever answered stood on the way: there is nothing to draw but the request.
            return;
        };
        self.set_out(request, Some(handled), ArrowLook::Request);
        if status.is_none() {
            return;
        }
        let (label, look) = match refusal {
            Some(refusal) => (
                format!("{handled_as} {}", refusal.code()),
                ArrowLook::Refusal,
            ),
            None => (handled_as.to_string(), ArrowLook::Answer),
        };
        let state = self.state();
        self.arrows.push(Arrow {
            from: (state, handled),
            toward: request.lane,
            arrives: Some(time),
            label,
            look,
        });
    }

    fn set_out(&mut self, request: &Request, arrives: Option<SimTime>, look: ArrowLook) {
        let toward = self.state();
        self.arrows.push(Arrow {
            from: (request.lane, request.sent),
            toward,
            arrives,
            label: request.label.clone(),
            look,
        });
    }

    /// A request never gets there, or its answer never comes back.
    fn lose(&mut self, request: &Request, why: String) {
        let Some((handled, status, _)) = request.handled else {
            return self.set_out(request, None, ArrowLook::Lost(why));
        };
        self.set_out(request, Some(handled), ArrowLook::Request);
        let state = self.state();
        self.arrows.push(Arrow {
            from: (state, handled),
            toward: request.lane,
            arrives: None,
            label: status.to_string(),
            look: ArrowLook::Lost(why),
        });
    }

    fn strike(&mut self, number: u64, note: &FaultNote) {
        let why = match note {
            FaultNote::RequestLost | FaultNote::AnswerLost => "connection reset".to_owned(),
            FaultNote::Hangs => "it is never answered".to_owned(),
            FaultNote::AnsweredWith(refusal) => format!(
                "answered {} {} on the way",
                refusal.http_status(),
                refusal.code()
            ),
            // It arrives, only later.
            FaultNote::RequestDelayed(_) | FaultNote::AnswerDelayed(_) => return,
        };
        if let Some(request) = self.requests.remove(&number) {
            self.lose(&request, why);
        }
    }

    fn operation(&mut self, entry: &Entry, fact: &OperationFact) {
        let Actor::Operator(_) = entry.actor else {
            return;
        };
        match fact {
            OperationFact::Began { resource, kind } => {
                let lane = self.source.lane_of(entry.actor);
                // Nobody is told any more of what an earlier process had asked for.
                self.done.remove(&(*resource, *kind));
                self.operations
                    .insert((*resource, *kind), (lane, entry.time));
            }
            OperationFact::Ended {
                resource,
                kind,
                outcome,
            } => self.operation_ended(entry, (*resource, *kind), *outcome),
            OperationFact::ProvisionerBegan { .. }
            | OperationFact::StopRequested
            | OperationFact::Skipped { .. } => {}
        }
    }

    fn operation_ended(
        &mut self,
        entry: &Entry,
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
            from: (self.source.lane(LaneKind::Cloud), done),
            toward: self.source.lane_of(entry.actor),
            arrives: Some(entry.time),
            label: format!("{name}: {what}"),
            look,
        });
    }

    fn cloud(&mut self, time: SimTime, fact: &CloudFact) {
        match fact {
            CloudFact::Accepted { resource, kind, .. } => {
                if let Some((lane, began)) = self.operations.get(&(*resource, *kind)).copied() {
                    let name = self.source.names.resource(*resource);
                    self.arrows.push(Arrow {
                        from: (lane, began),
                        toward: self.source.lane(LaneKind::Cloud),
                        arrives: Some(time),
                        label: format!("{} {name}", verb(*kind)),
                        look: ArrowLook::Request,
                    });
                }
            }
            CloudFact::Done { resource, kind, .. } => {
                self.done.insert((*resource, *kind), time);
            }
            CloudFact::Withdrawn { .. } | CloudFact::ChangedOutside { .. } => {}
        }
    }
}
