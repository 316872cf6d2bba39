//! Faults: what becomes of a request on its way, and whether what was staged was ever felt.
//!
//! A request and its answer are two messages, and a [`Fate`] says what becomes of each. It is
//! decided here and nowhere else: the first rule that matches strikes, and then the link.
//!
//! A link that is *cut* resets connections: whoever waits learns of it. A link that is a *black
//! hole* delivers nothing and tells nobody.

mod ledger;
mod link;
mod rule;

pub(crate) use ledger::{Cause, Ledger, Origin, Staged};
pub(crate) use link::{Links, Way};
pub(crate) use rule::Rules;

use crate::kernel::{Seed, SimDuration};
use crate::scenario::{ConnectionEnd, FailMode, LinkState, Peer, RequestEffect};
use crate::service::Refusal;
use crate::terraform::{OperationKind, OperatorId, RequestKind, ResourceId, RunId};
use crate::timeline::Vacuity;

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequestLeg {
    /// It arrives, so much later than it would.
    Delivered(SimDuration),
    /// It never arrives, and the sender's connection ends.
    Reset(ConnectionEnd),
    /// It never arrives, and nobody is told.
    Swallowed,
    /// Something on the way answers in the service's stead.
    Answered(Refusal),
}

/// What becomes of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AnswerLeg {
    /// It arrives, so much later than it would.
    Delivered(SimDuration),
    /// It never arrives, and the receiver's connection ends.
    Reset(ConnectionEnd),
    /// It never arrives, and nobody is told.
    Swallowed,
}

/// What becomes of a request and of its answer, as far as it is decided when the request is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fate {
    /// The request's way.
    pub(crate) request: RequestLeg,
    /// The answer's way, if the link lets it go.
    pub(crate) answer: AnswerLeg,
}

impl Fate {
    const UNDISTURBED: Self = Self {
        request: RequestLeg::Delivered(SimDuration::ZERO),
        answer: AnswerLeg::Delivered(SimDuration::ZERO),
    };

    const fn of_rule(effect: RequestEffect) -> Self {
        let (request, answer) = (Self::UNDISTURBED.request, Self::UNDISTURBED.answer);
        match effect {
            RequestEffect::LoseRequest(end) => Self {
                request: RequestLeg::Reset(end),
                answer,
            },
            RequestEffect::LoseAnswer(end) => Self {
                request,
                answer: AnswerLeg::Reset(end),
            },
            RequestEffect::Hang => Self {
                request: RequestLeg::Swallowed,
                answer,
            },
            RequestEffect::DelayRequest(delay) => Self {
                request: RequestLeg::Delivered(delay),
                answer,
            },
            RequestEffect::DelayAnswer(delay) => Self {
                request,
                answer: AnswerLeg::Delivered(delay),
            },
            RequestEffect::Answer(refusal) => Self {
                request: RequestLeg::Answered(refusal),
                answer,
            },
        }
    }
}

/// All that strikes messages, and what has been felt of it and of other things that were staged.
#[derive(Debug, Clone)]
pub(crate) struct Faults {
    pub(crate) rules: Rules,
    pub(crate) links: Links,
    pub(crate) ledger: Ledger,
}

impl Faults {
    /// No rule, and links that are up.
    pub(crate) fn new(seed: Seed, operators: usize) -> Self {
        Self {
            rules: Rules::new(seed),
            links: Links::new(operators),
            ledger: Ledger::default(),
        }
    }

    /// What was staged and never felt.
    pub(crate) fn vacuities(&self) -> impl Iterator<Item = Vacuity> {
        self.ledger.vacuities().chain(self.rules.vacuities())
    }

    /// Decides the fate of a request that sets out to where the state lives. `phase` is the run
    /// under which it is counted.
    pub(crate) fn decide(&mut self, kind: RequestKind, operator: OperatorId, phase: RunId) -> Fate {
        let effect = self.rules.strike_request(kind, operator, phase);
        let mut fate = effect.map_or(Fate::UNDISTURBED, Fate::of_rule);
        let link = self.link(kind, operator, Way::Outward);
        match (fate.request, link.value) {
            (RequestLeg::Answered(_), _)
            | (_, LinkState::Up)
            | (RequestLeg::Reset(_), LinkState::Cut | LinkState::Blackhole)
            | (RequestLeg::Swallowed, LinkState::Blackhole) => {}
            (RequestLeg::Delivered(_) | RequestLeg::Swallowed, LinkState::Cut) => {
                self.ledger.feel(link.by);
                fate.request = RequestLeg::Reset(ConnectionEnd::RESET);
            }
            (RequestLeg::Delivered(_), LinkState::Blackhole) => {
                self.ledger.feel(link.by);
                fate.request = RequestLeg::Swallowed;
            }
        }
        fate
    }

    /// The link that a message takes. Nothing is between a machine and its own file system.
    fn link(&self, kind: RequestKind, operator: OperatorId, way: Way) -> Staged<LinkState> {
        if kind.is_remote() {
            self.links.get(operator, Peer::State, way)
        } else {
            Staged::natural(LinkState::Up)
        }
    }

    /// How an operation of a provider fails, if a rule strikes it.
    pub(crate) fn strike_operation(
        &mut self,
        resource: ResourceId,
        kind: OperationKind,
        operator: OperatorId,
    ) -> Option<FailMode> {
        self.rules
            .strike_operation(resource, kind, operator, &mut self.ledger)
    }

    /// Decides what becomes of an answer that sets out now, with what was decided of it before.
    pub(crate) fn decide_answer(
        &mut self,
        kind: RequestKind,
        planned: AnswerLeg,
        operator: OperatorId,
    ) -> AnswerLeg {
        let link = self.link(kind, operator, Way::Inward);
        match (planned, link.value) {
            (AnswerLeg::Reset(_) | AnswerLeg::Swallowed, _) | (_, LinkState::Up) => planned,
            (AnswerLeg::Delivered(_), LinkState::Cut) => {
                self.ledger.feel(link.by);
                AnswerLeg::Reset(ConnectionEnd::RESET)
            }
            (AnswerLeg::Delivered(_), LinkState::Blackhole) => {
                self.ledger.feel(link.by);
                AnswerLeg::Swallowed
            }
        }
    }
}
