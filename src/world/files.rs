//! Working directories: files, the commands on them, and `az`.

use std::sync::Arc;

use super::{
    Actor, Agenda, Answer, AzCommand, Diagnostic, FileContent, OperatorId, RequestLane, RunEnd,
    RunId, World,
};
use crate::command::{FileCommand, SerialChange};
use crate::kernel::SimTime;
use crate::service::azure::{Action, LeaseDuration, LeaseId, Proposal, Request, Success};
use crate::terraform::backend::azurerm::TransportError;
use crate::terraform::backend::{self, Outgoing};
use crate::terraform::invocation::LockIdArgument;
use crate::terraform::{BlobContent, RequestKind, Serial, StateFile};
use crate::timeline::{ProcessFact, StateFact};

const fn end(exit: u8) -> RunEnd {
    RunEnd {
        exit,
        plan: None,
        applied: None,
    }
}

fn serial(content: &FileContent) -> Option<Serial> {
    match content {
        FileContent::State(file) => Some(file.serial),
        FileContent::Empty | FileContent::Plan(_) | FileContent::Text(_) => None,
    }
}

fn as_content(file: &FileContent) -> BlobContent {
    match file {
        FileContent::Empty => BlobContent::Empty,
        FileContent::State(file) => BlobContent::State(Arc::clone(file)),
        FileContent::Plan(_) => BlobContent::Unreadable("a saved plan".into()),
        FileContent::Text(text) => BlobContent::Unreadable(Arc::clone(text)),
    }
}

impl World {
    /// Writes a file in an operator's working directory.
    pub(super) fn write_file(
        &mut self,
        operator: OperatorId,
        name: Arc<str>,
        content: FileContent,
        now: SimTime,
    ) {
        let serial = serial(&content);
        self.machine_mut(operator)
            .files
            .insert(Arc::clone(&name), content);
        let actor = Actor::Operator(operator);
        self.record(now, actor, || StateFact::FileWritten { file: name, serial });
    }

    /// A command prints a state: to a file, or to the terminal.
    pub(super) fn print_state(&mut self, run: RunId, content: FileContent, now: SimTime) {
        let state = self.run(run);
        let operator = state.operator;
        if let Some(file) = state.command.redirect.clone() {
            return self.write_file(operator, file, content, now);
        }
        let names = Arc::clone(&self.names);
        self.record(now, Actor::Operator(operator), || {
            ProcessFact::Printed(match &content {
                FileContent::State(file) => {
                    let addresses: Vec<String> = file
                        .snapshot
                        .objects()
                        .map(|(id, _)| names.address(id))
                        .collect();
                    let list = if addresses.is_empty() {
                        "no resources".to_owned()
                    } else {
                        addresses.join(", ")
                    };
                    format!("state, serial {}: {list}", file.serial).into()
                }
                FileContent::Empty | FileContent::Plan(_) | FileContent::Text(_) => "".into(),
            })
        });
    }

    fn fail_instantly(&mut self, run: RunId, text: String, now: SimTime) {
        let operator = self.run(run).operator;
        let diagnostic = Diagnostic::of_program(text);
        self.run_mut(run).errors.push(diagnostic.clone());
        self.record(now, Actor::Operator(operator), || {
            ProcessFact::ErrorPrinted(diagnostic)
        });
        self.end_run(run, end(1), None, now);
    }

    /// Runs a command on files, which takes no time.
    pub(super) fn run_file_command(
        &mut self,
        run: RunId,
        command: &FileCommand,
        agenda: &mut Agenda,
    ) {
        let now = agenda.now;
        match self.do_file_command(run, command, now) {
            Ok(exit) => self.end_run(run, end(exit), None, now),
            Err(text) => self.fail_instantly(run, text, now),
        }
    }

    fn find_file(&self, operator: OperatorId, name: &str) -> Result<FileContent, String> {
        let file = self.machine(operator).files.get(name).cloned();
        file.ok_or_else(|| format!("{name}: No such file or directory"))
    }

    fn do_file_command(
        &mut self,
        run: RunId,
        command: &FileCommand,
        now: SimTime,
    ) -> Result<u8, String> {
        let operator = self.run(run).operator;
        let actor = Actor::Operator(operator);
        match command {
            FileCommand::Remove { files, force } => {
                for name in files {
                    if self.machine_mut(operator).files.remove(name).is_some() {
                        self.record(now, actor, || StateFact::FileRemoved(Arc::clone(name)));
                    } else if !force {
                        return Err(format!(
                            "rm: cannot remove '{name}': No such file or directory"
                        ));
                    }
                }
            }
            FileCommand::Copy { from, to } => {
                let content = self.find_file(operator, from)?;
                self.write_file(operator, Arc::clone(to), content, now);
            }
            FileCommand::Move { from, to } => {
                let content = self.find_file(operator, from)?;
                self.machine_mut(operator).files.remove(from);
                self.write_file(operator, Arc::clone(to), content, now);
            }
            FileCommand::Print(name) => {
                let content = self.find_file(operator, name)?;
                self.print_state(run, content, now);
            }
            FileCommand::List(None) => {
                let names: Vec<&str> = self
                    .machine(operator)
                    .files
                    .keys()
                    .map(AsRef::as_ref)
                    .collect();
                let text: Arc<str> = names.join(" ").into();
                self.record(now, actor, || ProcessFact::Printed(text));
            }
            FileCommand::List(Some(name)) => {
                self.find_file(operator, name)?;
                self.record(now, actor, || ProcessFact::Printed(Arc::clone(name)));
            }
            FileCommand::Compare { one, two } => {
                let is_same = self.find_file(operator, one)? == self.find_file(operator, two)?;
                let text = if is_same {
                    "the files are equal"
                } else {
                    "the files differ"
                };
                self.record(now, actor, || ProcessFact::Printed(text.into()));
                return Ok(u8::from(!is_same));
            }
            FileCommand::SetSerial { file, change } => {
                let FileContent::State(state) = self.find_file(operator, file)? else {
                    return Err(format!("jq: {file} is no state file"));
                };
                let serial = match change {
                    SerialChange::Set(serial) => *serial,
                    SerialChange::Add(more) => state.serial.saturating_add(*more),
                };
                let changed = StateFile {
                    serial,
                    ..(*state).clone()
                };
                self.print_state(run, FileContent::State(Arc::new(changed)), now);
            }
        }
        Ok(0)
    }

    fn lease_id(&self, argument: &LockIdArgument) -> Option<LeaseId> {
        match argument {
            LockIdArgument::Placeholder => self.lock_id().parse().ok(),
            LockIdArgument::Literal(text) => text.parse().ok(),
        }
    }

    /// An `az` command sends its one request.
    pub(super) fn begin_az(&mut self, run: RunId, command: &AzCommand, agenda: &mut Agenda) {
        let operator = self.run(run).operator;
        let with = |kind, action, id: Option<LeaseId>| Outgoing {
            kind,
            request: backend::Request::Blob(Request::new(action).with_lease(id)),
        };
        let out = match command {
            AzCommand::Show => with(RequestKind::Head, Action::Head, None),
            AzCommand::List => with(RequestKind::List, Action::List, None),
            AzCommand::Download { .. } => with(RequestKind::Get, Action::Get, None),
            AzCommand::Snapshot => with(RequestKind::Snapshot, Action::Snapshot, None),
            AzCommand::Delete { lease_id } => {
                let id = lease_id.as_ref().and_then(|id| self.lease_id(id));
                with(RequestKind::Delete, Action::DeleteWithSnapshots, id)
            }
            AzCommand::Upload { file, lease_id } => {
                let content = match self.find_file(operator, file) {
                    Ok(content) => as_content(&content),
                    Err(text) => return self.fail_instantly(run, text, agenda.now),
                };
                let id = lease_id.as_ref().and_then(|id| self.lease_id(id));
                with(
                    RequestKind::PutState,
                    Action::Put {
                        content,
                        metadata: None,
                    },
                    id,
                )
            }
            AzCommand::LeaseBreak { period } => with(
                RequestKind::LeaseBreak,
                Action::BreakLease { period: *period },
                None,
            ),
            AzCommand::LeaseAcquire { duration, proposed } => {
                let generated = u128::from(self.identity.next_u64()) << 64
                    | u128::from(self.identity.next_u64());
                let proposal = match proposed.as_ref().and_then(|text| text.parse().ok()) {
                    Some(id) => Proposal::Proposed(id),
                    None => Proposal::Generated(LeaseId::from_bits(generated)),
                };
                let duration = duration.map_or(LeaseDuration::Infinite, LeaseDuration::Fixed);
                with(
                    RequestKind::LeaseAcquire,
                    Action::AcquireLease { proposal, duration },
                    None,
                )
            }
            AzCommand::LeaseRelease { lease_id } => with(
                RequestKind::LeaseRelease,
                Action::ReleaseLease,
                self.lease_id(lease_id),
            ),
            AzCommand::LeaseRenew { lease_id } => with(
                RequestKind::LeaseRenew,
                Action::RenewLease,
                self.lease_id(lease_id),
            ),
            AzCommand::LeaseChange { lease_id, proposed } => {
                let proposed = proposed.parse().ok();
                let id = self.lease_id(lease_id);
                with(
                    RequestKind::LeaseChange,
                    Action::ChangeLease { proposed },
                    id,
                )
            }
        };
        self.send(run, RequestLane::Main, out, agenda);
    }

    /// The answer to an `az` command: it prints it and exits.
    pub(super) fn end_az(
        &mut self,
        run: RunId,
        kind: RequestKind,
        answer: &Answer,
        agenda: &mut Agenda,
    ) {
        let now = agenda.now;
        if !self.run(run).is_alive() {
            return;
        }
        let error = match answer {
            Answer::Success(backend::Success::Blob(success)) => {
                self.show_az(run, success, now);
                return self.end_run(run, end(0), None, now);
            }
            Answer::Refused(refusal) => TransportError::Refused(kind, *refusal),
            Answer::Reset => TransportError::Reset(kind),
        };
        let code = error.shown_code();
        let summary = match code {
            Some(code) => format!("{}\nErrorCode:{}", code.text(), code.code()),
            None => error.to_string(),
        };
        self.fail_instantly(run, summary.replace('\n', " "), now);
    }

    fn show_az(
        &mut self,
        run: RunId,
        success: &Success<BlobContent, Option<crate::terraform::LockInfo>>,
        now: SimTime,
    ) {
        let operator = self.run(run).operator;
        let actor = Actor::Operator(operator);
        match success {
            Success::Properties(found) => {
                let text = match found.metadata {
                    Some(info) => format!(
                        "lease {}, {}; lock info: {}",
                        found.lease.state(),
                        found.lease.status(),
                        info.id
                    ),
                    None => {
                        format!("lease {}, {}", found.lease.state(), found.lease.status())
                    }
                };
                self.record(now, actor, || ProcessFact::Printed(text.into()));
            }
            Success::Content { content, .. } => {
                let super::Runner::Az(AzCommand::Download { file }) = &self.run(run).runner else {
                    unreachable!("only a download is answered with content")
                };
                let file = Arc::clone(file);
                let content = match content {
                    BlobContent::Empty => FileContent::Empty,
                    BlobContent::State(state) => FileContent::State(Arc::clone(state)),
                    BlobContent::Unreadable(text) => FileContent::Text(Arc::clone(text)),
                };
                self.write_file(operator, file, content, now);
            }
            Success::LeaseAcquired { id }
            | Success::LeaseRenewed { id }
            | Success::LeaseChanged { id } => {
                let text = id.to_string();
                self.record(now, actor, || ProcessFact::Printed(text.into()));
            }
            Success::LeaseBroken { remaining_s } => {
                let text = remaining_s.to_string();
                self.record(now, actor, || ProcessFact::Printed(text.into()));
            }
            Success::Listed { .. }
            | Success::Written { .. }
            | Success::SnapshotTaken { .. }
            | Success::Deleted
            | Success::LeaseReleased => {}
        }
    }
}
