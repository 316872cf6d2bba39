//! Facts as sentences with their subjects, where no column says who acts.

use crate::timeline::{
    BlobFact, CloudFact, Fact, LeaseFact, MachineFact, OperationFact, OutputFact, ProcessFact,
    RequestFact,
};

/// Whether a fact's words name who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Voice {
    /// They are a predicate: `takes the lock`.
    Predicate,
    /// They are a command line behind a prompt.
    Prompt,
    /// They are about something of the actor's: `the disk is full`.
    Possession,
    /// They are a sentence by themselves.
    Sentence,
}

const fn voice(fact: &Fact) -> Voice {
    match fact {
        Fact::Process(ProcessFact::Started { .. }) => Voice::Prompt,
        Fact::Process(ProcessFact::Ended { .. } | ProcessFact::WrapperActed(_))
        | Fact::Output(OutputFact::ErrorPrinted(_))
        | Fact::Operation(
            OperationFact::Began { .. }
            | OperationFact::Ended { .. }
            | OperationFact::ProvisionerBegan { .. },
        )
        | Fact::Request(RequestFact::Struck { .. })
        | Fact::Lease(
            LeaseFact::Expired { .. } | LeaseFact::Breaking { .. } | LeaseFact::Broken { .. },
        )
        | Fact::Blob(BlobFact::Handled(_))
        | Fact::Cloud(
            CloudFact::Withdrawn { .. } | CloudFact::Done { .. } | CloudFact::ChangedOutside { .. },
        )
        | Fact::Machine(MachineFact::LinkChanged { .. } | MachineFact::StateFileHandled(_))
        | Fact::Script(_) => Voice::Sentence,
        Fact::Machine(
            MachineFact::Suspended(_)
            | MachineFact::DiskChanged(_)
            | MachineFact::CredentialsChanged { .. },
        ) => Voice::Possession,
        Fact::Process(ProcessFact::Answered(_) | ProcessFact::Signalled(_))
        | Fact::Output(OutputFact::Planned(_) | OutputFact::Prompted | OutputFact::Printed(_))
        | Fact::Lock(_)
        | Fact::State(_)
        | Fact::Operation(OperationFact::StopRequested | OperationFact::Skipped { .. })
        | Fact::Request(
            RequestFact::Sent { .. }
            | RequestFact::Handled { .. }
            | RequestFact::Arrived { .. }
            | RequestFact::Retried(_),
        )
        | Fact::Lease(
            LeaseFact::Acquired { .. }
            | LeaseFact::Renewed { .. }
            | LeaseFact::Changed { .. }
            | LeaseFact::Released { .. }
            | LeaseFact::Cleared { .. },
        )
        | Fact::Blob(
            BlobFact::Stored { .. } | BlobFact::Deleted { .. } | BlobFact::Undeleted { .. },
        )
        | Fact::Cloud(CloudFact::Accepted { .. })
        | Fact::Machine(
            MachineFact::ConfigurationEdited
            | MachineFact::FileWritten { .. }
            | MachineFact::FileRemoved(_),
        ) => Voice::Predicate,
    }
}

/// The fact's words with whoever acts: `alice takes the lock`, `alice$ terraform plan`.
pub(super) fn sentence(fact: &Fact, actor: &str, words: &str) -> String {
    match voice(fact) {
        Voice::Predicate => format!("{actor} {words}"),
        Voice::Prompt => format!("{actor}{words}"),
        Voice::Possession => format!("{actor}: {words}"),
        Voice::Sentence => words.to_owned(),
    }
}
