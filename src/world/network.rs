//! The network between the operators' machines and the blob service.
//!
//! A request and its answer are separate messages. A link that is *cut* resets connections:
//! whoever waits learns of it. A link that is a *black hole* delivers nothing and tells nobody.

mod blob;
mod connection;

use super::pg::{closing, connection_of, ended};
use super::{
    Actor, Agenda, Answer, Event, Lane, OperatorId, Outgoing, Payload, RunId, Runner, Waiting,
    World,
};
use crate::fault::{AnswerLeg, Cause, Fate, RequestLeg};
use crate::kernel::{EventKey, SimDuration, SimTime};
use crate::scenario::{CredentialState, Direction, Link, LinkState, Peer};
use crate::service;
use crate::terraform::backend::azurerm::BlobSuccess;
use crate::terraform::backend::pg::{Closing, ConnectionId, SqlSuccess};
use crate::terraform::backend::{Request, Success};
use crate::terraform::process::Input;
use crate::terraform::{LockId, RequestKind};
use crate::timeline::{FaultNote, RequestFact};

/// Where a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// On its way to the service.
    Outward,
    /// Its answer is on the way back.
    Inward,
    /// Its answer is there, but the machine sleeps.
    Arrived,
    /// Nowhere: nothing will come of it.
    Lost,
}

/// A request that a process waits for.
#[derive(Debug, Clone)]
struct Message {
    waiting: Waiting,
    operator: OperatorId,
    number: u64,
    place: Place,
    key: Option<EventKey>,
    /// What was decided of the answer when the request set out.
    answer_leg: AnswerLeg,
    /// The connection to a database that it goes over.
    connection: Option<ConnectionId>,
}

impl Message {
    /// Sets out to what the fate says: how long until something arrives somewhere, and what is to
    /// be told of it.
    fn set_out(&mut self, fate: Fate, latency: SimDuration) -> (SimDuration, Option<FaultNote>) {
        self.answer_leg = fate.answer;
        match fate.request {
            RequestLeg::Answered(refusal) => {
                self.waiting.payload = Some(Payload::Answer(Answer::Refused(refusal)));
                self.place = Place::Inward;
                (latency + latency, Some(FaultNote::AnsweredWith(refusal)))
            }
            RequestLeg::Reset(end) => {
                let answer = ended(self.waiting.kind, end.how, Closing::Unheard);
                self.waiting.payload = Some(Payload::Answer(answer));
                self.place = Place::Inward;
                (latency, Some(FaultNote::RequestLost))
            }
            RequestLeg::Swallowed => {
                self.place = Place::Lost;
                (latency, Some(FaultNote::Hangs))
            }
            RequestLeg::Delivered(SimDuration::ZERO) => match fate.answer {
                AnswerLeg::Delivered(delay) if delay > SimDuration::ZERO => {
                    (latency, Some(FaultNote::AnswerDelayed(delay)))
                }
                AnswerLeg::Delivered(_) | AnswerLeg::Reset(_) | AnswerLeg::Swallowed => {
                    (latency, None)
                }
            },
            RequestLeg::Delivered(delay) => {
                (latency + delay, Some(FaultNote::RequestDelayed(delay)))
            }
        }
    }
}

/// The [network](self).
#[derive(Debug, Clone, Default)]
pub(super) struct Network {
    messages: Vec<Option<Message>>,
    free: Vec<u32>,
    sent: u64,
}

fn position(slot: u32) -> usize {
    usize::try_from(slot).expect("a slot of a message")
}

impl Network {
    fn next_slot(&self) -> u32 {
        self.free.last().copied().unwrap_or_else(|| {
            u32::try_from(self.messages.len()).expect("fewer than 2³² requests under way")
        })
    }

    fn hold(&mut self, message: Message) {
        let slot = position(self.next_slot());
        if slot == self.messages.len() {
            self.messages.push(Some(message));
        } else {
            self.free.pop();
            self.messages[slot] = Some(message);
        }
    }

    /// Whether a statement is on its way to the server over the connection.
    pub(super) fn is_outward(&self, connection: ConnectionId) -> bool {
        let mut messages = self.messages.iter().flatten();
        messages.any(|message| {
            message.connection == Some(connection) && message.place == Place::Outward
        })
    }

    /// The ID of the lock that a process is about to learn of: the answer that grants it is on its
    /// way, or waits for the machine to wake up, or the other one of two locks is being asked for.
    /// Only a lease's stands in the answer; of others it is `taken`, that of the lock which the run
    /// has put and which is still there.
    pub(super) fn granted(&self, run: RunId, taken: Option<LockId>) -> Option<LockId> {
        let messages = self.messages.iter().flatten();
        let mut own = messages.filter(|message| message.waiting.run == run);
        own.find_map(|Message { waiting, place, .. }| {
            let comes = match place {
                Place::Inward | Place::Arrived => true,
                Place::Outward | Place::Lost => false,
            };
            match (waiting.kind, &waiting.payload) {
                (RequestKind::DdbPutLock, _) if *place != Place::Lost => taken,
                (
                    RequestKind::PutLock | RequestKind::HttpLock,
                    Some(Payload::Answer(Answer::Success(_))),
                ) if comes => taken,
                (
                    _,
                    Some(Payload::Answer(Answer::Success(Success::Blob(
                        BlobSuccess::LeaseAcquired { id },
                    )))),
                ) if comes => Some(LockId::from(*id)),
                _ => None,
            }
        })
    }

    fn message(&mut self, slot: u32) -> &mut Message {
        self.messages[position(slot)]
            .as_mut()
            .expect("a slot that is taken")
    }

    /// Frees the slot of an answer that arrives. Only what is still wanted leaves it: a message
    /// is large.
    fn take_answer(&mut self, slot: u32) -> (Lane, u64, RequestKind, Answer) {
        let message = self.message(slot);
        let number = message.number;
        let waiting = &mut message.waiting;
        let Some(Payload::Answer(answer)) = waiting.payload.take() else {
            unreachable!("what arrives at a process is an answer")
        };
        let (lane, kind) = (waiting.lane, waiting.kind);
        self.forget(slot);
        (lane, number, kind, answer)
    }

    fn forget(&mut self, slot: u32) {
        self.messages[position(slot)] = None;
        self.free.push(slot);
    }
}

/// The connection that an answer says was made.
const fn made_by(answer: &Answer) -> Option<ConnectionId> {
    match answer {
        Answer::Success(Success::Sql(SqlSuccess::Connected(connection))) => Some(*connection),
        Answer::Success(_)
        | Answer::Refused(_)
        | Answer::Failed(_)
        | Answer::Closed(_)
        | Answer::Reset => None,
    }
}

/// The HTTP status of an answer, 0 of a service that speaks no HTTP; a reset has none, nor has what a file system answers.
const fn status(answer: &Answer) -> Option<u16> {
    match answer {
        Answer::Success(Success::Blob(success)) => Some(success.http_status()),
        Answer::Success(Success::Called(answer)) => Some(answer.http_status()),
        Answer::Refused(refusal) => Some(refusal.http_status()),
        Answer::Success(Success::Bucket(success)) => Some(success.http_status()),
        Answer::Success(Success::Table(_)) => Some(200),
        Answer::Success(Success::Storage(success)) => Some(success.http_status()),
        Answer::Success(Success::Sql(_)) => Some(0),
        Answer::Success(Success::Http(response)) => Some(response.status.http_status()),
        Answer::Success(Success::File(_))
        | Answer::Failed(_)
        | Answer::Closed(_)
        | Answer::Reset => None,
    }
}

impl World {
    /// Whether the service takes a run's credentials.
    ///
    /// # Errors
    ///
    /// What it answers where they have expired.
    pub(super) fn check_credentials<R>(&mut self, run: RunId, expired: R) -> Result<(), R> {
        let credentials = self.machine(self.run(run).operator).blob_credentials;
        match credentials.value {
            CredentialState::Valid => Ok(()),
            CredentialState::Expired => {
                self.faults.ledger.feel(credentials.by);
                Err(expired)
            }
        }
    }

    /// The service has handled a request. The status is 0 where it speaks no HTTP.
    pub(super) fn tell_handled(
        &mut self,
        (number, kind): (u64, RequestKind),
        (status, refusal): (u16, Option<service::Refusal>),
        now: SimTime,
    ) {
        self.record(now, Actor::Service, || RequestFact::Handled {
            number,
            kind,
            status,
            refusal,
        });
    }

    fn latency(&mut self, operator: OperatorId) -> SimDuration {
        let timing = self.scenario.timing;
        match &mut self.machine_mut(operator).latency {
            None => timing.latency_min,
            Some(stream) => {
                let ms = stream.between(timing.latency_min.as_ms(), timing.latency_max.as_ms());
                SimDuration::from_ms(ms)
            }
        }
    }

    /// How long a message takes; one to the machine's own file system takes no time.
    fn latency_of(&mut self, kind: RequestKind, operator: OperatorId) -> SimDuration {
        if kind.is_remote() {
            self.latency(operator)
        } else {
            SimDuration::ZERO
        }
    }

    /// A process sends a request, perhaps its lane's last one again.
    pub(super) fn send(
        &mut self,
        run: RunId,
        lane: Lane,
        out: Outgoing,
        is_repeat: bool,
        agenda: &mut Agenda,
    ) {
        if self.is_disconnected(&out.request) {
            let answer = Answer::Closed(Closing::Unheard);
            let number = self.network.sent;
            return self.hand_over(run, (lane, number, out.kind), answer, agenda);
        }
        let connection = connection_of(&out.request);
        let number = self.network.sent;
        self.network.sent += 1;
        let state = self.run_mut(run);
        let operator = state.operator;
        let last = state.sent[lane.position()].replace(number);
        let repeats = last.filter(|_| is_repeat);
        let kind = out.kind;
        let phase = self.phase;
        self.record(agenda.now, Actor::Operator(operator), || {
            RequestFact::Sent {
                number,
                run,
                phase,
                kind,
                repeats,
                lock_id: out.lock_id(),
                is_conditional: out.is_conditional(),
                serial: out.serial(),
                has_empty_body: out.has_empty_body(),
            }
        });
        let fate = self.decide(kind, operator, connection, agenda.now);
        let latency = self.latency_of(kind, operator);
        let mut message = Message {
            waiting: Waiting {
                run,
                lane,
                kind,
                payload: Some(Payload::Request(out.request)),
            },
            operator,
            number,
            place: Place::Outward,
            key: None,
            answer_leg: fate.answer,
            connection,
        };
        let slot = self.network.next_slot();
        let (travel, note) = message.set_out(fate, latency);
        let event = match message.place {
            Place::Outward => Some(Event::RequestArrives(slot)),
            Place::Inward => Some(Event::AnswerArrives(slot)),
            Place::Arrived | Place::Lost => None,
        };
        let arrival = agenda.now + travel;
        if let Some(note) = note {
            let actor = Actor::Operator(operator);
            self.record(agenda.now, actor, || RequestFact::Struck {
                number,
                kind,
                note,
            });
        }
        message.key = event.map(|event| agenda.events.schedule(arrival, event));
        self.network.hold(message);
    }

    /// A request reaches the service.
    pub(super) fn on_request(&mut self, slot: u32, agenda: &mut Agenda) {
        let now = agenda.now;
        let message = self.network.message(slot);
        let number = message.number;
        let (run, kind) = (message.waiting.run, message.waiting.kind);
        let Some(Payload::Request(request)) = message.waiting.payload.take() else {
            unreachable!("what arrives at a service is a request")
        };
        let planned = message.answer_leg;
        // A request that is sent goes on without its sender. A call to the kernel does not: the
        // lock that it took would be nobody's.
        if !kind.is_remote() && !self.run(run).is_alive() {
            return self.network.forget(slot);
        }
        let answer = match request {
            Request::Blob(request) => self.handle_blob(run, number, kind, request, agenda),
            Request::Call(call) => self.handle_call(run, number, kind, *call, agenda),
            Request::Bucket(call) => self.handle_bucket(run, (number, kind), call, now),
            Request::Table(call) => self.handle_table(run, (number, kind), call, now),
            Request::Storage(call) => self.handle_storage(run, (number, kind), call, now),
            Request::Sql(call) => self.handle_sql(run, (number, kind), call, agenda),
            Request::Http { call, is_reachable } => {
                self.handle_http(run, (number, kind), (call, is_reachable), now)
            }
            Request::File(request) => match self.handle_file(run, request, now) {
                Ok(success) => Answer::Success(Success::File(success)),
                Err(failure) => Answer::Failed(failure),
            },
        };
        self.send_answer(slot, planned, answer, agenda);
    }

    /// The service answers.
    fn send_answer(&mut self, slot: u32, planned: AnswerLeg, answer: Answer, agenda: &mut Agenda) {
        let now = agenda.now;
        let message = self.network.message(slot);
        let (operator, number) = (message.operator, message.number);
        let (kind, connection) = (message.waiting.kind, message.connection);
        let latency = self.latency_of(kind, operator);
        let leg = self.faults.decide_answer(kind, planned, operator);
        let leg = match leg {
            AnswerLeg::Delivered(_) if !self.carries(connection) => AnswerLeg::Swallowed,
            AnswerLeg::Delivered(_) | AnswerLeg::Reset(_) | AnswerLeg::Swallowed => leg,
        };
        if let AnswerLeg::Reset(end) = leg {
            let connection = connection.or(made_by(&answer));
            self.lose_connection(connection, end.server, now);
        }
        let message = self.network.message(slot);
        message.place = Place::Inward;
        message.waiting.payload = Some(Payload::Answer(match leg {
            AnswerLeg::Reset(end) => ended(kind, end.how, closing(&answer)),
            AnswerLeg::Delivered(_) | AnswerLeg::Swallowed => answer,
        }));
        let (travel, note) = match leg {
            AnswerLeg::Delivered(delay) => (Some(latency + delay), None),
            AnswerLeg::Reset(_) => (Some(latency), Some(FaultNote::AnswerLost)),
            AnswerLeg::Swallowed => (None, Some(FaultNote::Hangs)),
        };
        if travel.is_none() {
            message.place = Place::Lost;
        }
        message.key = travel.map(|travel| {
            let event = Event::AnswerArrives(slot);
            agenda.events.schedule(now + travel, event)
        });
        if let Some(note) = note {
            self.record(now, Actor::Service, || RequestFact::Struck {
                number,
                kind,
                note,
            });
        }
    }

    /// An answer, or the news that there is none, reaches a process.
    pub(super) fn on_answer(&mut self, slot: u32, event: Event, agenda: &mut Agenda) {
        let run = self.network.message(slot).waiting.run;
        if self.defers(run, event) {
            let message = self.network.message(slot);
            message.place = Place::Arrived;
            message.key = None;
            return;
        }
        let (lane, number, kind, answer) = self.network.take_answer(slot);
        if kind.is_remote() && self.run(run).is_alive() {
            let actor = Actor::Operator(self.run(run).operator);
            self.record(agenda.now, actor, || RequestFact::Arrived {
                number,
                kind,
                status: status(&answer),
            });
        }
        self.hand_over(run, (lane, number, kind), answer, agenda);
    }

    /// A process has the answer to a request.
    fn hand_over(
        &mut self,
        run: RunId,
        (lane, number, kind): (Lane, u64, RequestKind),
        answer: Answer,
        agenda: &mut Agenda,
    ) {
        match self.run(run).runner {
            Runner::Terraform(_) => self.deliver(run, Input::Answer(lane, answer), agenda),
            Runner::Az(_) => self.end_az(run, (kind, number), answer, agenda),
            Runner::Aws(_) => self.end_aws(run, answer, agenda),
            Runner::Psql(_) => self.go_on_psql(run, kind, answer, agenda),
            Runner::Gcloud(_) => self.end_gcloud(run, answer, agenda),
            Runner::Curl(_) => self.end_curl(run, answer, agenda),
            Runner::Shell(_) | Runner::Instant => {}
        }
    }

    /// A link changes. Returns whether it was another way before.
    pub(super) fn set_link(
        &mut self,
        link: Link,
        state: LinkState,
        by: Option<Cause>,
        duration: Option<SimDuration>,
        agenda: &mut Agenda,
    ) -> bool {
        let has_changed = self.faults.links.set(link, state, by);
        let has_struck = match (link.peer, state) {
            (Peer::State, LinkState::Cut) => {
                self.reset_connections_of(link.operator, agenda.now);
                self.reset_blob_connections(link, agenda)
            }
            (Peer::State, LinkState::Blackhole) => self.swallow_messages(link, agenda),
            (Peer::State, LinkState::Up) | (Peer::Cloud, LinkState::Blackhole) => false,
            (Peer::Cloud, LinkState::Cut) => self.reset_cloud_connections(link.operator, agenda),
            (Peer::Cloud, LinkState::Up) => {
                self.release_cloud_link(agenda);
                false
            }
        };
        if has_struck {
            self.faults.ledger.feel(by);
        }
        if let Some(duration) = duration {
            let token = self.faults.links.heal_later(link);
            agenda
                .events
                .schedule(agenda.now + duration, Event::LinkHeals(token));
        }
        has_changed
    }

    pub(super) fn on_link_heals(&mut self, token: u32, agenda: &mut Agenda) {
        let Some(link) = self.faults.links.take_healing(token) else {
            return;
        };
        self.tell_link(link, LinkState::Up, None, agenda.now);
        self.set_link(link, LinkState::Up, None, None, agenda);
    }

    fn messages_struck_by(&self, link: Link) -> Vec<u32> {
        let is_struck = |message: &Message| {
            let is_on_link = match (message.place, link.direction) {
                (Place::Outward, Direction::Both | Direction::Outward)
                | (Place::Inward, Direction::Both | Direction::Inward)
                | (Place::Lost, _) => true,
                (Place::Outward, Direction::Inward)
                | (Place::Inward, Direction::Outward)
                | (Place::Arrived, _) => false,
            };
            let waits = || self.run(message.waiting.run).is_alive();
            message.operator == link.operator && is_on_link && waits()
        };
        (0..u32::try_from(self.network.messages.len()).expect("fewer than 2³² requests"))
            .filter(|slot| {
                self.network.messages[position(*slot)]
                    .as_ref()
                    .is_some_and(is_struck)
            })
            .collect()
    }

    /// Whoever waits on the link learns that the connection is gone. Returns whether anybody did.
    fn reset_blob_connections(&mut self, link: Link, agenda: &mut Agenda) -> bool {
        let struck = self.messages_struck_by(link);
        for slot in &struck {
            let slot = *slot;
            let message = self.network.message(slot);
            let note = match message.place {
                Place::Outward => FaultNote::RequestLost,
                Place::Inward | Place::Arrived | Place::Lost => FaultNote::AnswerLost,
            };
            let (number, kind) = (message.number, message.waiting.kind);
            if let Some(key) = message.key {
                agenda.events.cancel(key);
            }
            message.place = Place::Inward;
            message.waiting.payload = Some(Payload::Answer(Answer::Reset));
            message.key = Some(
                agenda
                    .events
                    .schedule(agenda.now, Event::AnswerArrives(slot)),
            );
            let actor = Actor::Operator(link.operator);
            self.record(agenda.now, actor, || RequestFact::Struck {
                number,
                kind,
                note,
            });
        }
        !struck.is_empty()
    }

    /// What is on the way over the link never arrives. Returns whether anything was.
    fn swallow_messages(&mut self, link: Link, agenda: &mut Agenda) -> bool {
        let mut has_struck = false;
        for slot in self.messages_struck_by(link) {
            let message = self.network.message(slot);
            if message.place == Place::Lost {
                continue;
            }
            message.place = Place::Lost;
            has_struck = true;
            let (number, kind) = (message.number, message.waiting.kind);
            if let Some(key) = message.key.take() {
                agenda.events.cancel(key);
            }
            let actor = Actor::Operator(link.operator);
            let note = FaultNote::Hangs;
            self.record(agenda.now, actor, || RequestFact::Struck {
                number,
                kind,
                note,
            });
        }
        has_struck
    }
}
