//! The names of facts for machines. They are stable.

use crate::timeline::{
    BlobFact, CloudFact, Fact, LeaseFact, LockFact, MachineFact, OperationFact, OutputFact,
    ProcessFact, RequestFact, ScriptFact, StateFact,
};

/// Which kind of fact: `lock.acquired`, `state.saved`, `process.ended`, …
pub(super) const fn kind(fact: &Fact) -> &'static str {
    match fact {
        Fact::Process(fact) => process(fact),
        Fact::Output(fact) => output(fact),
        Fact::Lock(fact) => lock(fact),
        Fact::State(fact) => state(fact),
        Fact::Operation(fact) => operation(fact),
        Fact::Request(fact) => request(fact),
        Fact::Lease(fact) => lease(*fact),
        Fact::Blob(fact) => blob(fact),
        Fact::Cloud(fact) => cloud(fact),
        Fact::Machine(fact) => machine(fact),
        Fact::Script(fact) => script(fact),
    }
}

const fn process(fact: &ProcessFact) -> &'static str {
    match fact {
        ProcessFact::Started { .. } => "process.started",
        ProcessFact::Ended { .. } => "process.ended",
        ProcessFact::Answered(_) => "process.answered",
        ProcessFact::Signalled(_) => "process.signalled",
        ProcessFact::WrapperActed(_) => "process.wrapper_acted",
    }
}

const fn output(fact: &OutputFact) -> &'static str {
    match fact {
        OutputFact::Planned(_) => "process.planned",
        OutputFact::Prompted => "process.prompted",
        OutputFact::ErrorPrinted(_) => "process.error_printed",
        OutputFact::Printed(_) => "process.printed",
    }
}

const fn lock(fact: &LockFact) -> &'static str {
    match fact {
        LockFact::Acquired { .. } => "lock.acquired",
        LockFact::Awaited { .. } => "lock.awaited",
        LockFact::Released { .. } => "lock.released",
        LockFact::Forced { .. } => "lock.forced",
        LockFact::Renewed => "lock.lease_renewed",
        LockFact::RenewalFailed { .. } => "lock.renewal_failed",
    }
}

const fn state(fact: &StateFact) -> &'static str {
    match fact {
        StateFact::Read { .. } => "state.read",
        StateFact::Saved { .. } => "state.saved",
        StateFact::SaveFailed { .. } => "state.save_failed",
        StateFact::ErroredNotWritten { .. } => "state.errored_not_written",
    }
}

const fn operation(fact: &OperationFact) -> &'static str {
    match fact {
        OperationFact::Began { .. } => "operation.began",
        OperationFact::Ended { .. } => "operation.ended",
        OperationFact::ProvisionerBegan { .. } => "operation.provisioner_began",
        OperationFact::Skipped { .. } => "operation.skipped",
        OperationFact::StopRequested => "process.stop_requested",
    }
}

const fn request(fact: &RequestFact) -> &'static str {
    match fact {
        RequestFact::Sent { .. } => "request.sent",
        RequestFact::Handled { .. } => "request.handled",
        RequestFact::Arrived { .. } => "request.arrived",
        RequestFact::Struck { .. } => "request.struck",
        RequestFact::Retried(_) => "request.retried",
    }
}

const fn lease(fact: LeaseFact) -> &'static str {
    match fact {
        LeaseFact::Acquired { .. } => "lease.acquired",
        LeaseFact::Renewed { .. } => "lease.renewed",
        LeaseFact::Changed { .. } => "lease.changed",
        LeaseFact::Released { .. } => "lease.released",
        LeaseFact::Cleared { .. } => "lease.cleared",
        LeaseFact::Expired { .. } => "lease.expired",
        LeaseFact::Breaking { .. } => "lease.breaking",
        LeaseFact::Broken { .. } => "lease.broken",
    }
}

const fn blob(fact: &BlobFact) -> &'static str {
    match fact {
        BlobFact::Stored { .. } => "blob.stored",
        BlobFact::Deleted { .. } => "blob.deleted",
        BlobFact::Undeleted { .. } => "blob.undeleted",
        BlobFact::Handled(_) => "blob.changed_outside",
    }
}

const fn cloud(fact: &CloudFact) -> &'static str {
    match fact {
        CloudFact::Accepted { .. } => "operation.accepted",
        CloudFact::Withdrawn { .. } => "operation.withdrawn",
        CloudFact::Done { .. } => "operation.done",
        CloudFact::ChangedOutside { .. } => "operation.changed_outside",
    }
}

const fn machine(fact: &MachineFact) -> &'static str {
    match fact {
        MachineFact::Suspended(_) => "process.suspended",
        MachineFact::LinkChanged { .. } => "link.changed",
        MachineFact::DiskChanged(_) => "disk.changed",
        MachineFact::CredentialsChanged { .. } => "credentials.changed",
        MachineFact::ConfigurationEdited => "configuration.edited",
        MachineFact::FileWritten { .. } => "state.file_written",
        MachineFact::FileRemoved(_) => "state.file_removed",
        MachineFact::StateFileHandled(_) => "state.changed_outside",
    }
}

const fn script(fact: &ScriptFact) -> &'static str {
    match fact {
        ScriptFact::Note(_) => "script.note",
        ScriptFact::Asked(_) => "script.asked",
        ScriptFact::Wrecked(_) => "script.wrecked",
        ScriptFact::LimitReached => "script.limit_reached",
    }
}
