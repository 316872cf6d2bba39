//! Facts for machines.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::fact::{actor, describe, peer};
use super::super::layout::Detail;
use super::kind::kind;
use crate::kernel::{SimDuration, SimTime};
use crate::scenario::{
    ConnectionChange, CredentialState, Direction, DiskState, Ending, LinkState, ServerSide,
    StoreChange,
};
use crate::service::azure::LeaseDuration;
use crate::service::local::{Access, Room};
use crate::terraform::Names;
use crate::terraform::backend::Hold;
use crate::timeline::{
    BlobFact, BlobHand, BlobVersion, CloudFact, Entry, Fact, FaultNote, LeaseFact, LockFact,
    MachineFact, OperationFact, OperationOutcome, OutputFact, ProcessFact, RequestFact, Retry,
    ScriptFact, StateFact, WrapperAct,
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
    /// The run of the shell whose script the command stands in.
    #[serde(skip_serializing_if = "Option::is_none")]
    shell: Option<String>,
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
    /// The ID of the lock that the fact is about, as the client knows it; with azurerm, the lease ID.
    #[serde(skip_serializing_if = "Option::is_none")]
    lock_id: Option<String>,
    /// Of what the blob service did with a lease.
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
    /// The number of the refused request that this one repeats.
    #[serde(skip_serializing_if = "Option::is_none")]
    repeats: Option<u64>,
    /// How a fault struck a request: `request_lost`, `answer_lost`, `hangs`, `request_delayed`,
    /// `answer_delayed` or `answered`.
    #[serde(skip_serializing_if = "Option::is_none")]
    strike: Option<&'static str>,
    /// How long a wait, a delay, a cut or a break period is.
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_ms: Option<u64>,
    /// When a lease ends, or an operation is due; none where a lease never ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    until_ms: Option<u64>,
    /// The lease ID before it was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    old_lease_id: Option<String>,
    /// How an operation ended: `done`, `failed_before`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'static str>,
    /// How many resources a saved state records, or were skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u32>,
    /// Whose link changed, or who mends from the wreck on.
    #[serde(skip_serializing_if = "Option::is_none")]
    operator: Option<String>,
    /// `blob` or `cloud`: the other end of a link, or whom credentials are for.
    #[serde(skip_serializing_if = "Option::is_none")]
    peer: Option<&'static str>,
    /// Which way of a link: `both`, `outward` (requests) or `inward` (answers).
    #[serde(skip_serializing_if = "Option::is_none")]
    direction: Option<&'static str>,
    /// What a link (`up`, `cut`, `blackhole`), a disk (`ok`, `full`, `read_only`, `occupied`),
    /// credentials (`valid`, `expired`) or a machine (`asleep`, `awake`) is from now on, or what
    /// the blob holds (`empty`, `unreadable`, `state`).
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
    /// What hands did to the blob (`deleted`, `emptied`, `overwritten`, `restored`,
    /// `lease_broken`), or a wrapper or runner to a process (`doubles_ctrl_c`, `kills_on_ctrl_c`,
    /// `swallows_ctrl_c`, `cancels_job`).
    #[serde(skip_serializing_if = "Option::is_none")]
    act: Option<&'static str>,
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
        Fact::Output(fact) => fill_output(&mut json, fact),
        Fact::Request(fact) => fill_request(&mut json, fact, names),
        Fact::Lock(fact) => fill_lock(&mut json, fact),
        Fact::Lease(fact) => fill_lease(&mut json, *fact),
        Fact::State(fact) => fill_state(&mut json, fact),
        Fact::Operation(fact) => fill_operation(&mut json, fact, names),
        Fact::Blob(fact) => fill_blob(&mut json, fact, names),
        Fact::Cloud(fact) => fill_cloud(&mut json, fact, names),
        Fact::Machine(fact) => fill_machine(&mut json, fact, names),
        Fact::Script(ScriptFact::Wrecked(operator)) => {
            json.operator = Some(names.operator(*operator).to_owned());
        }
        Fact::Script(ScriptFact::Note(_) | ScriptFact::Asked(_) | ScriptFact::LimitReached) => {}
    }
    json
}

fn fill_process(json: &mut JsonEntry, fact: &ProcessFact, names: &Names) {
    match fact {
        ProcessFact::Started { run, line, shell } => {
            json.run = Some(names.run(*run).to_owned());
            json.command = Some(line.to_string());
            json.shell = shell.map(|shell| names.run(shell).to_owned());
        }
        ProcessFact::Ended { run, end, signal } => {
            json.run = Some(names.run(*run).to_owned());
            json.exit = Some(end.exit);
            json.signal = signal.map(|signal| signal.name().to_owned());
        }
        ProcessFact::Signalled(signal) => json.signal = Some(signal.name().to_owned()),
        ProcessFact::WrapperActed(act) => {
            json.act = Some(match act {
                WrapperAct::DoublesCtrlC => "doubles_ctrl_c",
                WrapperAct::KillsOnCtrlC => "kills_on_ctrl_c",
                WrapperAct::SwallowsCtrlC => "swallows_ctrl_c",
                WrapperAct::CancelsJob => "cancels_job",
            });
        }
        ProcessFact::Answered(_) => {}
    }
}

fn fill_output(json: &mut JsonEntry, fact: &OutputFact) {
    match fact {
        OutputFact::Planned(counts) => {
            json.plan = Some(JsonCounts {
                add: counts.add,
                change: counts.change,
                destroy: counts.destroy,
            });
        }
        OutputFact::ErrorPrinted(diagnostic) => {
            json.error = Some(diagnostic.summary.to_string());
            json.code = diagnostic.code.map(|code| code.code().to_owned());
            json.lock_id = diagnostic.lock_info.map(|info| info.id.to_string());
        }
        OutputFact::Prompted | OutputFact::Printed(_) => {}
    }
}

fn fill_request(json: &mut JsonEntry, fact: &RequestFact, names: &Names) {
    match fact {
        RequestFact::Sent {
            number,
            run,
            kind,
            repeats,
            lock_id,
            serial,
            ..
        } => {
            json.request_number = Some(*number);
            json.run = Some(names.run(*run).to_owned());
            json.request = Some(kind.name().to_owned());
            json.repeats = *repeats;
            json.lock_id = lock_id.map(|id| id.to_string());
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
            json.http_status = Some(*status).filter(|status| *status > 0);
            json.code = refusal.map(|refusal| refusal.code().to_owned());
        }
        RequestFact::Arrived {
            number,
            kind,
            status,
        } => {
            json.request_number = Some(*number);
            json.request = Some(kind.name().to_owned());
            json.http_status = status.filter(|status| *status > 0);
        }
        RequestFact::Struck { number, kind, note } => {
            json.request_number = Some(*number);
            json.request = Some(kind.name().to_owned());
            fill_strike(json, note);
        }
        RequestFact::Retried(Retry {
            kind,
            wait,
            refusal,
        }) => {
            json.request = Some(kind.name().to_owned());
            json.code = refusal.map(|refusal| refusal.code().to_owned());
            json.duration_ms = Some(wait.as_ms());
        }
    }
}

fn fill_strike(json: &mut JsonEntry, note: &FaultNote) {
    json.strike = Some(match note {
        FaultNote::RequestLost => "request_lost",
        FaultNote::AnswerLost => "answer_lost",
        FaultNote::Hangs => "hangs",
        FaultNote::RequestDelayed(delay) => {
            json.duration_ms = Some(delay.as_ms());
            "request_delayed"
        }
        FaultNote::AnswerDelayed(delay) => {
            json.duration_ms = Some(delay.as_ms());
            "answer_delayed"
        }
        FaultNote::AnsweredWith(refusal) => {
            json.http_status = Some(refusal.http_status()).filter(|status| *status > 0);
            json.code = Some(refusal.code().to_owned());
            "answered"
        }
    });
}

fn fill_lock(json: &mut JsonEntry, fact: &LockFact) {
    match fact {
        LockFact::Acquired { id, hold } => {
            json.lock_id = Some(id.to_string());
            json.duration_ms = match hold {
                Hold::Lease(LeaseDuration::Infinite)
                | Hold::Record
                | Hold::Left
                | Hold::Session
                | Hold::Nothing
                | Hold::Process => None,
                Hold::Lease(LeaseDuration::Fixed(duration)) => Some(duration.as_ms()),
            };
        }
        LockFact::Released { id, .. } | LockFact::Forced { id } => {
            json.lock_id = Some(id.to_string());
        }
        LockFact::Awaited { info, wait } => {
            json.lock_id = Some(info.id.to_string());
            json.duration_ms = Some(wait.as_ms());
        }
        LockFact::Renewed | LockFact::RenewalFailed { .. } => {}
    }
}

fn fill_lease(json: &mut JsonEntry, fact: LeaseFact) {
    let id = match fact {
        LeaseFact::Acquired { id, until } | LeaseFact::Renewed { id, until } => {
            json.until_ms = until.map(SimTime::as_ms);
            id
        }
        LeaseFact::Changed { old, new } => {
            json.old_lease_id = Some(old.to_string());
            new
        }
        LeaseFact::Breaking { id, until } => {
            json.until_ms = Some(until.as_ms());
            id
        }
        LeaseFact::Released { id }
        | LeaseFact::Cleared { id }
        | LeaseFact::Expired { id }
        | LeaseFact::Broken { id } => id,
    };
    json.lease_id = Some(id.to_string());
}

fn fill_state(json: &mut JsonEntry, fact: &StateFact) {
    match fact {
        StateFact::Read { serial } => json.serial = *serial,
        StateFact::Saved { serial, objects } => {
            json.serial = Some(*serial);
            json.count = Some(*objects);
        }
        StateFact::SaveFailed { serial } => json.serial = Some(*serial),
        StateFact::ErroredNotWritten { .. } => {}
    }
}

fn fill_operation(json: &mut JsonEntry, fact: &OperationFact, names: &Names) {
    match fact {
        OperationFact::Began { resource, kind } => {
            json.resource = Some(names.resource(*resource).to_owned());
            json.operation = Some(kind.name().to_owned());
        }
        OperationFact::Ended {
            resource,
            kind,
            outcome,
        } => {
            json.resource = Some(names.resource(*resource).to_owned());
            json.operation = Some(kind.name().to_owned());
            json.outcome = Some(outcome_name(*outcome));
        }
        OperationFact::ProvisionerBegan { resource } => {
            json.resource = Some(names.resource(*resource).to_owned());
        }
        OperationFact::Skipped { count } => json.count = Some(*count),
        OperationFact::StopRequested => {}
    }
}

const fn outcome_name(outcome: OperationOutcome) -> &'static str {
    match outcome {
        OperationOutcome::Done => "done",
        OperationOutcome::FailedBefore => "failed_before",
        OperationOutcome::FailedWithId => "failed_with_id",
        OperationOutcome::FailedWithoutId => "failed_without_id",
        OperationOutcome::AlreadyExists => "already_exists",
        OperationOutcome::Cancelled => "cancelled",
        OperationOutcome::CancelledWithId => "cancelled_with_id",
        OperationOutcome::CancelledWithoutId => "cancelled_without_id",
        OperationOutcome::Crashed => "crashed",
        OperationOutcome::Disconnected => "disconnected",
        OperationOutcome::Unauthorized => "unauthorized",
    }
}

fn fill_blob(json: &mut JsonEntry, fact: &BlobFact, names: &Names) {
    match fact {
        BlobFact::Stored { version, by } | BlobFact::Undeleted { version, by } => {
            json.run = Some(names.run(*by).to_owned());
            json.state = Some(match version {
                BlobVersion::Empty => "empty",
                BlobVersion::Unreadable => "unreadable",
                BlobVersion::State(serial) => {
                    json.serial = Some(*serial);
                    "state"
                }
            });
        }
        BlobFact::Deleted { by } => json.run = Some(names.run(*by).to_owned()),
        BlobFact::Handled(hand) => {
            json.act = Some(match hand {
                BlobHand::Deleted => "deleted",
                BlobHand::Emptied => "emptied",
                BlobHand::Overwritten => "overwritten",
                BlobHand::Restored { serial } => {
                    json.serial = Some(*serial);
                    "restored"
                }
                BlobHand::LeaseBroken { period } => {
                    json.duration_ms = Some(period.as_ms());
                    "lease_broken"
                }
            });
        }
    }
}

fn fill_cloud(json: &mut JsonEntry, fact: &CloudFact, names: &Names) {
    let (resource, object, kind) = match fact {
        CloudFact::Accepted {
            run,
            resource,
            object,
            kind,
            due,
        } => {
            json.run = Some(names.run(*run).to_owned());
            json.until_ms = Some(due.as_ms());
            (resource, Some(object), kind)
        }
        CloudFact::Withdrawn {
            run,
            resource,
            object,
            kind,
        } => {
            json.run = Some(names.run(*run).to_owned());
            (resource, Some(object), kind)
        }
        CloudFact::Done {
            resource,
            object,
            kind,
        } => (resource, Some(object), kind),
        CloudFact::ChangedOutside { resource, kind } => (resource, None, kind),
    };
    json.resource = Some(names.resource(*resource).to_owned());
    json.object = object.map(|object| names.object(*object));
    json.operation = Some(kind.name().to_owned());
}

fn fill_machine(json: &mut JsonEntry, fact: &MachineFact, names: &Names) {
    match fact {
        MachineFact::Suspended(is_asleep) => {
            json.state = Some(if *is_asleep { "asleep" } else { "awake" });
        }
        MachineFact::LinkChanged {
            link,
            state,
            duration,
        } => {
            json.operator = Some(names.operator(link.operator).to_owned());
            json.peer = Some(peer(link.peer, names));
            json.direction = Some(match link.direction {
                Direction::Both => "both",
                Direction::Outward => "outward",
                Direction::Inward => "inward",
            });
            json.state = Some(match state {
                LinkState::Up => "up",
                LinkState::Cut => "cut",
                LinkState::Blackhole => "blackhole",
            });
            json.duration_ms = duration.map(SimDuration::as_ms);
        }
        MachineFact::DiskChanged(disk) => {
            json.state = Some(match disk {
                DiskState::Ok => "ok",
                DiskState::Full => "full",
                DiskState::ReadOnly => "read_only",
                DiskState::Occupied => "occupied",
            });
        }
        MachineFact::CredentialsChanged { peer: whose, state } => {
            json.peer = Some(peer(*whose, names));
            json.state = Some(match state {
                CredentialState::Valid => "valid",
                CredentialState::Expired => "expired",
            });
        }
        MachineFact::FileWritten { file, serial } => {
            json.file = Some(file.to_string());
            json.serial = *serial;
        }
        MachineFact::FileRemoved(file) => json.file = Some(file.to_string()),
        MachineFact::StateFileHandled(change) => json.act = Some(state_file_act(change)),
        MachineFact::ConfigurationEdited => {}
    }
}

const fn state_file_act(change: &StoreChange) -> &'static str {
    match change {
        StoreChange::Delete => "deleted",
        StoreChange::Empty => "emptied",
        StoreChange::Content(_) => "overwritten",
        StoreChange::Room(Room::None) => "disk_full",
        StoreChange::Room(Room::Enough) => "disk_ok",
        StoreChange::Access {
            file: Access::Writable,
            directory: Access::Writable,
        } => "writable",
        StoreChange::Access {
            file: Access::ReadOnly,
            directory: Access::Writable,
        } => "file_read_only",
        StoreChange::Access {
            file: Access::Writable,
            directory: Access::ReadOnly,
        } => "directory_read_only",
        StoreChange::Access {
            file: Access::ReadOnly,
            directory: Access::ReadOnly,
        } => "read_only",
        StoreChange::OccupyState => "state_occupied",
        StoreChange::OccupyBackup => "backup_occupied",
        StoreChange::RemoveLockInfo => "lock_info_removed",
        StoreChange::LockInfo(_) => "lock_info_placed",
        StoreChange::LockInfoContent(_) => "lock_info_overwritten",
        StoreChange::Restore(_) => "restored",
        StoreChange::RemoveLockItem => "lock_item_removed",
        StoreChange::LockItemContent(_) => "lock_item_overwritten",
        StoreChange::LockItem(_) => "lock_item_placed",
        StoreChange::FitDigest => "digest_fitted",
        StoreChange::RemoveDigest => "digest_removed",
        StoreChange::DigestContent(_) => "digest_overwritten",
        StoreChange::EndSession => "session_ended",
        StoreChange::Restart => "restarted",
        StoreChange::Connections { change, .. } => match change {
            ConnectionChange::End(end) => match (end.how, end.server) {
                (Ending::Closed, ServerSide::Sees) => "connections_closed",
                (Ending::Reset, ServerSide::Sees) => "connections_reset",
                (Ending::Closed, ServerSide::Keeps) => "connections_half_open",
                (Ending::Reset, ServerSide::Keeps) => "connections_half_open_reset",
            },
            ConnectionChange::Blackhole => "connections_blackholed",
        },
    }
}
