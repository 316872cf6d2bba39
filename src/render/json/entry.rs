//! Facts for machines.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::fact::{actor, describe};
use super::super::layout::Detail;
use crate::terraform::Names;
use crate::timeline::{
    Entry, Fact, LockFact, OperationFact, ProcessFact, RequestFact, ScriptFact, StateFact,
};

/// One fact.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(super) struct JsonEntry {
    time_ms: u64,
    /// An operator, `blob`, `cloud` or `scenario`.
    actor: String,
    /// Which kind of fact: `lock.acquired`, `state.saved`, `process.ended`, …
    fact: String,
    /// The fact in words.
    text: String,
    /// The ID of the `run` step.
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<String>,
    /// The command line that was typed.
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<String>,
    /// The exit status.
    #[serde(skip_serializing_if = "Option::is_none")]
    exit: Option<u8>,
    /// The number of the request, counted from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_number: Option<u64>,
    /// The kind of request: `put_state`, `lease_acquire`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    http_status: Option<u16>,
    /// The service's code: `LeaseIdMissing`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lease_id: Option<String>,
    /// The serial of the state that was read, sent, saved or written.
    #[serde(skip_serializing_if = "Option::is_none")]
    serial: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<String>,
    /// `create`, `update` or `delete`.
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<String>,
    /// The object's ID.
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signal: Option<String>,
    /// The summary line of an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<JsonCounts>,
}

/// What a plan adds, changes and destroys.
#[derive(Debug, Serialize, JsonSchema)]
struct JsonCounts {
    add: u32,
    change: u32,
    destroy: u32,
}

/// A fact for machines.
pub(super) fn entry(entry: &Entry, names: &Names) -> JsonEntry {
    let words = describe(entry, names, Detail::Requests);
    let text = words.map_or_else(String::new, |words| {
        let more = words.more.iter().map(|more| format!("; {more}"));
        std::iter::once(words.line.clone()).chain(more).collect()
    });
    let mut json = JsonEntry {
        time_ms: entry.time.as_ms(),
        actor: actor(entry.actor, names).to_owned(),
        fact: kind(&entry.fact).to_owned(),
        text,
        ..JsonEntry::default()
    };
    match &entry.fact {
        Fact::Process(fact) => fill_process(&mut json, fact, names),
        Fact::Request(fact) => fill_request(&mut json, fact, names),
        Fact::Lock(fact) => fill_lock(&mut json, fact),
        Fact::State(fact) => fill_state(&mut json, fact),
        Fact::Operation(fact) => fill_operation(&mut json, fact, names),
        Fact::Script(_) => {}
    }
    json
}

fn fill_process(json: &mut JsonEntry, fact: &ProcessFact, names: &Names) {
    match fact {
        ProcessFact::Started { run, line } => {
            json.run = Some(names.run(*run).to_owned());
            json.command = Some(line.to_string());
        }
        ProcessFact::Ended { run, end, signal } => {
            json.run = Some(names.run(*run).to_owned());
            json.exit = Some(end.exit);
            json.signal = signal.map(|signal| signal.name().to_owned());
        }
        ProcessFact::Planned(counts) => {
            json.plan = Some(JsonCounts {
                add: counts.add,
                change: counts.change,
                destroy: counts.destroy,
            });
        }
        ProcessFact::ErrorPrinted(diagnostic) => {
            json.error = Some(diagnostic.summary.to_string());
            json.code = diagnostic.code.map(|code| code.code().to_owned());
            json.lease_id = diagnostic.lock_info.map(|info| info.id.to_string());
        }
        ProcessFact::Signalled(signal) => json.signal = Some(signal.name().to_owned()),
        ProcessFact::Prompted
        | ProcessFact::Answered(_)
        | ProcessFact::Printed(_)
        | ProcessFact::WrapperActed(_)
        | ProcessFact::Suspended(_)
        | ProcessFact::StopRequested => {}
    }
}

fn fill_request(json: &mut JsonEntry, fact: &RequestFact, names: &Names) {
    match fact {
        RequestFact::Sent {
            number,
            run,
            kind,
            lock_id,
            serial,
            ..
        } => {
            json.request_number = Some(*number);
            json.run = Some(names.run(*run).to_owned());
            json.request = Some(kind.name().to_owned());
            json.lease_id = lock_id.map(|id| id.to_string());
            json.serial = *serial;
        }
        RequestFact::Handled {
            number,
            kind,
            status,
            refusal,
        } => {
            json.request_number = Some(*number);
            json.request = Some(kind.name().to_owned());
            json.http_status = Some(*status);
            json.code = refusal.map(|refusal| refusal.code().to_owned());
        }
        RequestFact::Struck { number, kind, .. } => {
            json.request_number = Some(*number);
            json.request = Some(kind.name().to_owned());
        }
        RequestFact::Retried { kind, refusal, .. } => {
            json.request = Some(kind.name().to_owned());
            json.code = Some(refusal.code().to_owned());
        }
    }
}

fn fill_lock(json: &mut JsonEntry, fact: &LockFact) {
    match fact {
        LockFact::Acquired { id, .. } | LockFact::Released { id } | LockFact::Forced { id } => {
            json.lease_id = Some(id.to_string());
        }
        LockFact::Awaited { info, .. } => json.lease_id = Some(info.id.to_string()),
        LockFact::LeaseRenewed
        | LockFact::RenewalFailed { .. }
        | LockFact::LeaseExpired
        | LockFact::LeaseBroken { .. } => {}
    }
}

fn fill_state(json: &mut JsonEntry, fact: &StateFact) {
    match fact {
        StateFact::Read { serial } => json.serial = *serial,
        StateFact::Saved { serial, .. } | StateFact::SaveFailed { serial } => {
            json.serial = Some(*serial);
        }
        StateFact::FileWritten { file, serial } => {
            json.file = Some(file.to_string());
            json.serial = *serial;
        }
        StateFact::FileRemoved(file) => json.file = Some(file.to_string()),
        StateFact::ErroredNotWritten { .. } => {}
    }
}

fn fill_operation(json: &mut JsonEntry, fact: &OperationFact, names: &Names) {
    match fact {
        OperationFact::Done {
            resource,
            object,
            kind,
        } => {
            json.resource = Some(names.resource(*resource).to_owned());
            json.object = Some(names.object(*object));
            json.operation = Some(kind.name().to_owned());
        }
        OperationFact::Began { resource, kind }
        | OperationFact::ChangedOutside { resource, kind }
        | OperationFact::Ended { resource, kind, .. } => {
            json.resource = Some(names.resource(*resource).to_owned());
            json.operation = Some(kind.name().to_owned());
        }
        OperationFact::ProvisionerBegan { resource } => {
            json.resource = Some(names.resource(*resource).to_owned());
        }
        OperationFact::Skipped { .. } => {}
    }
}

const fn kind(fact: &Fact) -> &'static str {
    match fact {
        Fact::Process(fact) => process_kind(fact),
        Fact::Request(fact) => match fact {
            RequestFact::Sent { .. } => "request.sent",
            RequestFact::Handled { .. } => "request.handled",
            RequestFact::Struck { .. } => "request.struck",
            RequestFact::Retried { .. } => "request.retried",
        },
        Fact::Lock(fact) => match fact {
            LockFact::Acquired { .. } => "lock.acquired",
            LockFact::Awaited { .. } => "lock.awaited",
            LockFact::Released { .. } => "lock.released",
            LockFact::Forced { .. } => "lock.forced",
            LockFact::LeaseRenewed => "lock.lease_renewed",
            LockFact::RenewalFailed { .. } => "lock.renewal_failed",
            LockFact::LeaseExpired => "lock.lease_expired",
            LockFact::LeaseBroken { .. } => "lock.lease_broken",
        },
        Fact::State(fact) => match fact {
            StateFact::Read { .. } => "state.read",
            StateFact::Saved { .. } => "state.saved",
            StateFact::SaveFailed { .. } => "state.save_failed",
            StateFact::FileWritten { .. } => "state.file_written",
            StateFact::ErroredNotWritten { .. } => "state.errored_not_written",
            StateFact::FileRemoved(_) => "state.file_removed",
        },
        Fact::Operation(fact) => match fact {
            OperationFact::Began { .. } => "operation.began",
            OperationFact::Done { .. } => "operation.done",
            OperationFact::Ended { .. } => "operation.ended",
            OperationFact::ProvisionerBegan { .. } => "operation.provisioner_began",
            OperationFact::ChangedOutside { .. } => "operation.changed_outside",
            OperationFact::Skipped { .. } => "operation.skipped",
        },
        Fact::Script(fact) => script_kind(fact),
    }
}

const fn script_kind(fact: &ScriptFact) -> &'static str {
    match fact {
        ScriptFact::Staged(_) => "script.staged",
        ScriptFact::Note(_) => "script.note",
        ScriptFact::Asked(_) => "script.asked",
        ScriptFact::Wrecked(_) => "script.wrecked",
        ScriptFact::LimitReached => "script.limit_reached",
    }
}

const fn process_kind(fact: &ProcessFact) -> &'static str {
    match fact {
        ProcessFact::Started { .. } => "process.started",
        ProcessFact::Ended { .. } => "process.ended",
        ProcessFact::Planned(_) => "process.planned",
        ProcessFact::Prompted => "process.prompted",
        ProcessFact::Answered(_) => "process.answered",
        ProcessFact::ErrorPrinted(_) => "process.error_printed",
        ProcessFact::Printed(_) => "process.printed",
        ProcessFact::Signalled(_) => "process.signalled",
        ProcessFact::WrapperActed(_) => "process.wrapper_acted",
        ProcessFact::Suspended(_) => "process.suspended",
        ProcessFact::StopRequested => "process.stop_requested",
    }
}
