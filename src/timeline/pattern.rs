//! Which facts a `when` names.

use super::{
    Actor, CloudFact, Fact, Family, LeaseFact, LockFact, OperationFact, OutputFact, RequestFact,
};
use crate::scenario::{FactPattern, LeaseEvent};
use crate::terraform::backend::Hold;

impl FactPattern {
    /// The family of the facts that it names; `None` for ends, which are facts for ever.
    pub const fn family(self) -> Option<Family> {
        match self {
            Self::OperationBegan(..) | Self::OperationFailed(_) => Some(Family::Operation),
            Self::OperationDone(..) | Self::OperationAccepted(_) | Self::OperationWithdrawn(_) => {
                Some(Family::Cloud)
            }
            Self::Sends { .. } => Some(Family::Request),
            Self::Prompted(_) => Some(Family::Output),
            Self::Lease(_) => Some(Family::Lease),
            Self::LockTaken | Self::LockFreed => Some(Family::Lock),
            Self::RunEnded(_) | Self::OperatorEnded(_) => None,
        }
    }

    /// Whether it names this fact of this actor. How often such a fact has occurred is another
    /// question.
    pub fn matches(self, actor: Actor, fact: &Fact) -> bool {
        match fact {
            Fact::Operation(fact) => self.matches_operation(fact),
            Fact::Cloud(fact) => self.matches_cloud(fact),
            Fact::Request(fact) => self.matches_request(actor, fact),
            Fact::Output(OutputFact::Prompted) => {
                matches!(self, Self::Prompted(operator) if actor == Actor::Operator(operator))
            }
            Fact::Lease(fact) => self.matches_lease(*fact),
            Fact::Lock(fact) => self.matches_lock(fact),
            Fact::Output(
                OutputFact::Planned(_) | OutputFact::ErrorPrinted(_) | OutputFact::Printed(_),
            )
            | Fact::Process(_)
            | Fact::State(_)
            | Fact::Blob(_)
            | Fact::Machine(_)
            | Fact::Script(_) => false,
        }
    }

    fn matches_operation(self, fact: &OperationFact) -> bool {
        match *fact {
            OperationFact::Began { resource, kind } => self == Self::OperationBegan(resource, kind),
            OperationFact::Ended {
                resource,
                kind,
                outcome,
            } => self == Self::OperationFailed(resource) && outcome.error(kind).is_some(),
            OperationFact::ProvisionerBegan { .. }
            | OperationFact::Skipped { .. }
            | OperationFact::StopRequested => false,
        }
    }

    fn matches_cloud(self, fact: &CloudFact) -> bool {
        match *fact {
            CloudFact::Done { resource, kind, .. } => self == Self::OperationDone(resource, kind),
            CloudFact::Accepted { resource, .. } => self == Self::OperationAccepted(resource),
            CloudFact::Withdrawn { resource, .. } => self == Self::OperationWithdrawn(resource),
            CloudFact::ChangedOutside { .. } => false,
        }
    }

    fn matches_request(self, actor: Actor, fact: &RequestFact) -> bool {
        match (self, fact) {
            (Self::Sends { operator, kind, .. }, RequestFact::Sent { kind: sent, .. }) => {
                actor == Actor::Operator(operator) && kind == *sent
            }
            (
                _,
                RequestFact::Sent { .. }
                | RequestFact::Handled { .. }
                | RequestFact::Arrived { .. }
                | RequestFact::Struck { .. }
                | RequestFact::Retried(_),
            ) => false,
        }
    }

    fn matches_lease(self, fact: LeaseFact) -> bool {
        let event = match fact {
            LeaseFact::Acquired { .. } => LeaseEvent::Acquired,
            LeaseFact::Renewed { .. } => LeaseEvent::Renewed,
            LeaseFact::Changed { .. } => LeaseEvent::Changed,
            LeaseFact::Released { .. } => {
                return [LeaseEvent::Released, LeaseEvent::Available]
                    .map(Self::Lease)
                    .contains(&self);
            }
            LeaseFact::Cleared { .. } => LeaseEvent::Available,
            LeaseFact::Expired { .. } => LeaseEvent::Expired,
            LeaseFact::Breaking { .. } => LeaseEvent::Breaking,
            LeaseFact::Broken { .. } => LeaseEvent::Broken,
        };
        self == Self::Lease(event)
    }

    fn matches_lock(self, fact: &LockFact) -> bool {
        match fact {
            LockFact::Acquired { hold, .. } => {
                self == Self::LockTaken && !matches!(hold, Hold::Nothing)
            }
            LockFact::Released { hold, .. } => {
                self == Self::LockFreed && !matches!(hold, Hold::Nothing | Hold::Left)
            }
            LockFact::Forced { .. } => self == Self::LockFreed,
            LockFact::Awaited { .. } | LockFact::Renewed | LockFact::RenewalFailed { .. } => false,
        }
    }
}
