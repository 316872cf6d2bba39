//! Messages over connections to a database: what strikes the connection strikes them.

use super::{FaultNote, Message, Payload, Place, closing, ended, position};
use crate::fault::{Fate, RequestLeg, Way};
use crate::kernel::SimTime;
use crate::scenario::{Ending, LinkState, Peer};
use crate::terraform::backend::pg::{Closing, ConnectionId};
use crate::terraform::{OperatorId, RequestKind};
use crate::timeline::{Actor, RequestFact};
use crate::world::{Agenda, Event, World};

impl World {
    /// Decides the fate of a request, and does to its connection what goes with it.
    pub(super) fn decide(
        &mut self,
        kind: RequestKind,
        operator: OperatorId,
        connection: Option<ConnectionId>,
        now: SimTime,
    ) -> Fate {
        let phase = self.phase;
        let mut fate = self.faults.decide(kind, operator, phase);
        match fate.request {
            RequestLeg::Delivered(_) if !self.carries(connection) => {
                fate.request = RequestLeg::Swallowed;
            }
            RequestLeg::Reset(end) => self.lose_connection(connection, end.server, now),
            RequestLeg::Answered(refusal) => self.told_over(connection, refusal, now),
            // Where it is not the link that swallows it, the connection carries nothing any more.
            RequestLeg::Swallowed => {
                let link = self.faults.links.get(operator, Peer::State, Way::Outward);
                if link.value == LinkState::Up {
                    self.blackhole_connection(connection);
                }
            }
            RequestLeg::Delivered(_) => {}
        }
        fate
    }

    fn messages_on(&self, connection: ConnectionId) -> Vec<u32> {
        let is_on_it = |message: &Message| {
            let waits = self.run(message.waiting.run).is_alive();
            message.connection == Some(connection) && message.place != Place::Arrived && waits
        };
        let slots = 0..u32::try_from(self.network.messages.len()).expect("fewer than 2³² requests");
        slots
            .filter(|slot| {
                let message = self.network.messages[position(*slot)].as_ref();
                message.is_some_and(is_on_it)
            })
            .collect()
    }

    /// The connection ends at the client's end: whoever waits on it learns of it now.
    pub(in crate::world) fn end_messages_on(
        &mut self,
        connection: ConnectionId,
        how: Ending,
        agenda: &mut Agenda,
    ) {
        for slot in self.messages_on(connection) {
            let message = self.network.message(slot);
            let (note, closing) = match (message.place, &message.waiting.payload) {
                (Place::Outward | Place::Lost, _) => (FaultNote::RequestLost, Closing::Unheard),
                (Place::Inward | Place::Arrived, Some(Payload::Answer(answer))) => {
                    (FaultNote::AnswerLost, closing(answer))
                }
                (Place::Inward | Place::Arrived, _) => (FaultNote::AnswerLost, Closing::Unheard),
            };
            let (number, kind) = (message.number, message.waiting.kind);
            if let Some(key) = message.key.take() {
                agenda.events.cancel(key);
            }
            message.place = Place::Inward;
            message.waiting.payload = Some(Payload::Answer(ended(kind, how, closing)));
            let event = Event::AnswerArrives(slot);
            message.key = Some(agenda.events.schedule(agenda.now, event));
            let actor = Actor::Operator(message.operator);
            self.record(agenda.now, actor, || RequestFact::Struck {
                number,
                kind,
                note,
            });
        }
    }

    /// Nothing that is under way on the connection arrives any more.
    pub(in crate::world) fn swallow_messages_on(
        &mut self,
        connection: ConnectionId,
        agenda: &mut Agenda,
    ) {
        for slot in self.messages_on(connection) {
            let message = self.network.message(slot);
            message.place = Place::Lost;
            if let Some(key) = message.key.take() {
                agenda.events.cancel(key);
            }
            let (number, kind) = (message.number, message.waiting.kind);
            let actor = Actor::Operator(message.operator);
            let note = FaultNote::Hangs;
            self.record(agenda.now, actor, || RequestFact::Struck {
                number,
                kind,
                note,
            });
        }
    }
}
