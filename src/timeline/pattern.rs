//! Which facts a `when` names.

use super::{Actor, CloudFact, Fact, Family, LeaseFact, OperationFact, OutputFact, RequestFact};
use crate::scenario::FactPattern;

impl FactPattern {
    /// The family of the facts that it names; `None` for ends, which are facts for ever.
    pub const fn family(self) -> Option<Family> {
        match self {
            Self::OperationBegan(..) | Self::OperationFailed(_) => Some(Family::Operation),
            Self::OperationDone(..) => Some(Family::Cloud),
            Self::Sends { .. } => Some(Family::Request),
            Self::Prompted(_) => Some(Family::Output),
            Self::LeaseExpired | Self::LeaseBroken | Self::LeaseAvailable => Some(Family::Lease),
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
            Fact::Output(
                OutputFact::Planned(_) | OutputFact::ErrorPrinted(_) | OutputFact::Printed(_),
            )
            | Fact::Process(_)
            | Fact::Lock(_)
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
            CloudFact::Accepted { .. }
            | CloudFact::Withdrawn { .. }
            | CloudFact::ChangedOutside { .. } => false,
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

    const fn matches_lease(self, fact: LeaseFact) -> bool {
        match fact {
            LeaseFact::Expired { .. } => matches!(self, Self::LeaseExpired),
            LeaseFact::Broken { .. } => matches!(self, Self::LeaseBroken),
            LeaseFact::Released { .. } | LeaseFact::Cleared { .. } => {
                matches!(self, Self::LeaseAvailable)
            }
            LeaseFact::Acquired { .. }
            | LeaseFact::Renewed { .. }
            | LeaseFact::Changed { .. }
            | LeaseFact::Breaking { .. } => false,
        }
    }
}
