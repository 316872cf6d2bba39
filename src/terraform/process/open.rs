//! Opening, locking, reading: what every command does before its own work.

use std::sync::Arc;

use super::super::client::{InfoError, LockFailure, TransportError, Unlock, UnlockFailure};
use super::super::client_model::{ForceUnlockMeans, LeaseModel};
use super::super::command_model::{Access, Listing};
use super::super::diagnostic::FileProblem;
use super::super::invocation::Action;
use super::super::state::BlobContent;
use super::lane::{Lane, Outcome, SaveFailure};
use super::{
    Cause, Context, Diagnostic, DiagnosticKind, FileContent, LockInfo, LockOperation, Locker,
    Locking, News, OpenFailure, Opening, Phase, Process, Timer,
};
use crate::azure::{LeaseDuration, LeaseId};
use crate::kernel::SimDuration;

/// The longest wait between two attempts to take the lock.
const LOCK_DELAY_MAX: SimDuration = SimDuration::from_seconds(16);

impl Process {
    pub(super) fn on_started(&mut self, context: &mut Context<'_>) {
        let needs_backend = match &self.invocation.action {
            Action::Init | Action::WorkspaceList => {
                self.phase = Phase::Listing;
                self.begin_list(context);
                return;
            }
            Action::StatePush { file, .. } => match self.problem_of_source() {
                None => Ok(()),
                Some(problem) => Err(DiagnosticKind::BadFile {
                    file: Arc::clone(file),
                    problem,
                }),
            },
            Action::ApplySaved { file, .. } => match self.file {
                Some(FileContent::Plan(_)) => Ok(()),
                Some(FileContent::Empty | FileContent::State(_) | FileContent::Text(_)) | None => {
                    Err(DiagnosticKind::BadFile {
                        file: Arc::clone(file),
                        problem: FileProblem::NoPlan,
                    })
                }
            },
            Action::Import { resource, .. } if context.configuration.get(*resource).is_none() => {
                Err(DiagnosticKind::NotConfigured {
                    address: context.names.address(*resource).into(),
                })
            }
            Action::Show { file: Some(name) } => {
                match &self.file {
                    Some(content) => {
                        context.tell(News::Printed(describe_file(content).into()));
                    }
                    None => {
                        let kind = DiagnosticKind::BadFile {
                            file: Arc::clone(name),
                            problem: FileProblem::Missing,
                        };
                        self.fail(kind, context);
                    }
                }
                self.exit(context);
                return;
            }
            Action::Plan { .. }
            | Action::Apply { .. }
            | Action::Refresh { .. }
            | Action::Import { .. }
            | Action::ForceUnlock { .. }
            | Action::StateList
            | Action::StateShow(_)
            | Action::StatePull
            | Action::StateRemove(_)
            | Action::StateMove { .. }
            | Action::Show { file: None }
            | Action::Output
            | Action::Taint(_)
            | Action::Untaint(_) => Ok(()),
        };
        match needs_backend {
            Ok(()) => self.begin_open(context),
            Err(kind) => {
                self.fail(kind, context);
                self.exit(context);
            }
        }
    }

    /// What is wrong with the file that `state push` is to read.
    const fn problem_of_source(&self) -> Option<FileProblem> {
        match &self.file {
            Some(FileContent::State(_)) => None,
            Some(FileContent::Empty) => Some(FileProblem::SourceEmpty),
            Some(FileContent::Plan(_) | FileContent::Text(_)) => {
                Some(FileProblem::SourceUnsupported)
            }
            None => Some(FileProblem::SourceMissing),
        }
    }

    fn begin_open(&mut self, context: &mut Context<'_>) {
        self.phase = Phase::Opening(Opening::Get);
        self.begin_get(context);
    }

    pub(super) fn on_outcome(&mut self, lane: Lane, outcome: Outcome, context: &mut Context<'_>) {
        match (lane, outcome) {
            (Lane::Renewals, Outcome::Renewed(result)) => self.on_renewed(result.is_ok(), context),
            (Lane::Saves, Outcome::Saved(result)) => self.on_finish_saved(result, context),
            (Lane::Main, Outcome::Listed(result)) => self.on_listed(result, context),
            (Lane::Main, Outcome::Got(result)) => self.on_got(result, context),
            (Lane::Main, Outcome::Locked(result)) => self.on_locked(result, context),
            (Lane::Main, Outcome::Saved(result)) => self.on_saved(result, context),
            (Lane::Main, Outcome::Unlocked(result)) => {
                if let Phase::Opening(Opening::Unlock(cause)) = &self.phase {
                    // Terraform reports the failed unlock instead of why it had to unlock.
                    let failure = result
                        .err()
                        .map(|failure| opening_unlock_failure(failure, self.lock));
                    let failure = failure.or_else(|| cause.clone());
                    self.lock = None;
                    self.opened(failure.map_or(Ok(()), Err), context);
                } else {
                    self.on_unlocked(result, context);
                }
            }
            (lane, outcome) => unreachable!("{lane:?} does not do {outcome:?}"),
        }
    }

    fn on_listed(&mut self, result: Result<(), TransportError>, context: &mut Context<'_>) {
        let is_only = self.invocation.action.model().listing == Listing::Only;
        match result {
            Err(error) => {
                let kind = if is_only {
                    DiagnosticKind::BareListFailed
                } else {
                    DiagnosticKind::ListFailed
                };
                self.fail_for(kind, error, context);
                self.exit(context);
            }
            Ok(()) if is_only => {
                context.tell(News::Printed("default".into()));
                self.exit(context);
            }
            Ok(()) => self.begin_open(context),
        }
    }

    fn on_got(
        &mut self,
        result: Result<Option<BlobContent>, TransportError>,
        context: &mut Context<'_>,
    ) {
        let result = result.and_then(|content| {
            self.manager
                .refresh(content.as_ref())
                .map_err(|_| TransportError::Unreadable)
        });
        match (&self.phase, result) {
            (Phase::Opening(Opening::Get), Ok(())) => {
                if self.manager.read().is_some() {
                    self.opened(Ok(()), context);
                } else {
                    let info = self.draw_lock_info(LockOperation::Init, context);
                    self.phase = Phase::Opening(Opening::Lock);
                    self.begin_lock(info, context);
                }
            }
            (Phase::Opening(Opening::Get), Err(error)) => self.opened(Err(error.into()), context),
            // A state that was not there a moment ago: goes on, and does not unlock.
            (Phase::Opening(_), Ok(())) if self.manager.read().is_some() => {
                self.lock = None;
                self.opened(Ok(()), context);
            }
            (Phase::Opening(_), Ok(())) => {
                self.phase = Phase::Opening(Opening::Save);
                self.begin_save(Lane::Main, context);
            }
            (Phase::Opening(_), Err(error)) => self.unlock_opening(Some(error.into()), context),
            (_, Ok(())) => {
                let serial = self.manager.read().map(|file| file.serial);
                context.tell(News::StateRead(serial));
                let has_second = self.invocation.action.model().second_access.is_some();
                if has_second && !self.is_second_access {
                    self.is_second_access = true;
                    self.begin_open(context);
                } else {
                    self.begin_work(context);
                }
            }
            (_, Err(error)) => {
                let kind = match error {
                    TransportError::Unreadable => DiagnosticKind::UnsupportedState,
                    TransportError::Reset(_) | TransportError::Refused(_, _) => {
                        DiagnosticKind::ReadFailed(self.access().read)
                    }
                };
                self.fail_for(kind, error, context);
                self.finish(context);
            }
        }
    }

    pub(super) fn on_opening_saved(
        &mut self,
        result: Result<(), SaveFailure>,
        context: &mut Context<'_>,
    ) {
        let failure = result.err().map(|failure| {
            if failure.is_read {
                let mut cause = Cause::from(failure.error);
                cause.text =
                    format!("failed checking for existing remote state: {}", cause.text).into();
                OpenFailure::Other(cause)
            } else {
                failure.error.into()
            }
        });
        self.unlock_opening(failure, context);
    }

    fn unlock_opening(&mut self, failure: Option<OpenFailure>, context: &mut Context<'_>) {
        self.phase = Phase::Opening(Opening::Unlock(failure));
        let id = self.lock.map(|info| info.id);
        let (unlock, out) = Unlock::begin(id, ForceUnlockMeans::Release, self.held);
        self.begin_unlock_routine(unlock, out, context);
    }

    /// The backend is open, or could not be opened.
    fn opened(&mut self, result: Result<(), OpenFailure>, context: &mut Context<'_>) {
        if let Err(failure) = result {
            let prefix = self.access().open;
            let (kind, cause) = match failure {
                OpenFailure::Unsupported(cause) => (DiagnosticKind::UnsupportedState, cause),
                OpenFailure::Locked(cause) => (DiagnosticKind::OpenLocked(prefix), cause),
                OpenFailure::Other(cause) => (DiagnosticKind::OpenFailed(prefix), cause),
            };
            self.fail_for(kind, cause, context);
            self.exit(context);
            return;
        }
        match (&self.invocation.action, self.lock_operation()) {
            (Action::ForceUnlock { .. }, _) => self.begin_force_unlock(context),
            (_, Some(operation)) => {
                let info = self.draw_lock_info(operation, context);
                let locker = Locker {
                    info,
                    since: context.now,
                    delay: SimDuration::from_seconds(1),
                    is_waiting: false,
                    failure: None,
                };
                self.phase = Phase::Locking(locker);
                self.begin_lock(info, context);
            }
            (_, None) => self.begin_read(context),
        }
    }

    fn begin_read(&mut self, context: &mut Context<'_>) {
        self.phase = Phase::Reading;
        self.begin_get(context);
    }

    fn draw_lock_info(&self, operation: LockOperation, context: &mut Context<'_>) -> LockInfo {
        LockInfo {
            id: context.draw_lease_id(),
            operation,
            who: self.operator,
            created: context.now,
        }
    }

    fn on_locked(&mut self, result: Result<LockInfo, LockFailure>, context: &mut Context<'_>) {
        if matches!(self.phase, Phase::Opening(_)) {
            match result {
                Ok(info) => {
                    self.lock = Some(info);
                    self.phase = Phase::Opening(Opening::Read);
                    self.begin_get(context);
                }
                Err(failure) => self.opened(Err(opening_lock_failure(failure)), context),
            }
            return;
        }
        match result {
            Ok(info) => {
                self.lock = Some(info);
                Self::begin_renewals(info.id, context);
                self.begin_read(context);
            }
            Err(failure) => self.on_lock_refused(failure, context),
        }
    }

    fn begin_renewals(id: LeaseId, context: &mut Context<'_>) {
        let duration = match context.client.lease {
            LeaseModel::Infinite => LeaseDuration::Infinite,
            LeaseModel::Finite {
                duration,
                renew_every,
            } => {
                context.set_timer(renew_every, Timer::Renew(id));
                LeaseDuration::Fixed(duration)
            }
        };
        context.tell(News::LockAcquired(id, duration));
    }

    /// Retries only where the lock info could be read, until `-lock-timeout` is over.
    fn on_lock_refused(&mut self, failure: LockFailure, context: &mut Context<'_>) {
        let Phase::Locking(locker) = &mut self.phase else {
            unreachable!("only a locking process is refused the lock")
        };
        let timeout = match self.invocation.locking {
            Locking::Lock { timeout } => timeout,
            Locking::NoLock => SimDuration::ZERO,
        };
        let deadline = locker.since + timeout;
        let info = match failure.info {
            Some(info) if context.now < deadline && !self.is_stop_pending => info,
            Some(_) | None => return self.give_up_lock(failure, context),
        };
        let delay = locker.delay;
        locker.is_waiting = true;
        locker.failure = Some(failure);
        if context.now + delay < deadline {
            if delay < LOCK_DELAY_MAX {
                locker.delay = delay + delay;
            }
            context.tell(News::LockAwaited(info, delay));
            context.set_timer(delay, Timer::LockPoll);
        } else {
            context.tell(News::LockAwaited(info, deadline.since(context.now)));
            context.set_timer(deadline.since(context.now), Timer::LockDeadline);
        }
    }

    pub(super) fn on_lock_poll(&mut self, context: &mut Context<'_>) {
        if let Phase::Locking(locker) = &mut self.phase
            && locker.is_waiting
        {
            locker.is_waiting = false;
            let info = locker.info;
            self.begin_lock(info, context);
        }
    }

    /// The wait for the lock is over: by `-lock-timeout`, or by an interrupt.
    pub(super) fn on_lock_deadline(&mut self, context: &mut Context<'_>) {
        if let Phase::Locking(Locker {
            is_waiting: true,
            failure: Some(failure),
            ..
        }) = self.phase
        {
            self.give_up_lock(failure, context);
        }
    }

    fn give_up_lock(&mut self, failure: LockFailure, context: &mut Context<'_>) {
        let cause = lock_cause(failure);
        let dialect = context.client.dialect;
        let diagnostic = Diagnostic {
            lock_info: failure.info,
            ..Diagnostic::with_cause(DiagnosticKind::LockRefused, cause, dialect)
        };
        self.fail_with(diagnostic, context);
        self.exit(context);
    }

    /// How the errors of the open and the read begin that are under way.
    fn access(&self) -> Access {
        let model = self.invocation.action.model();
        match (self.is_second_access, model.second_access) {
            (true, Some(second)) => second,
            (true | false, _) => model.access,
        }
    }
}

fn lock_cause(failure: LockFailure) -> Cause {
    let mut cause = match failure.error {
        Some(error) => Cause::from(error),
        None => Cause::new("state blob is already locked"),
    };
    if let Some(info_error) = failure.info_error {
        cause.detail = Some(format!("{}; {info_error}", cause.text).into());
    }
    cause
}

fn opening_lock_failure(failure: LockFailure) -> OpenFailure {
    let mut cause = lock_cause(failure);
    cause.text = format!("failed to lock azure state: {}", cause.text).into();
    match failure.error {
        None => OpenFailure::Locked(cause),
        Some(_) => OpenFailure::Other(cause),
    }
}

/// The unlock of a blob that was only just made failed: its line names the lock.
fn opening_unlock_failure(failure: UnlockFailure, lock: Option<LockInfo>) -> OpenFailure {
    let cause = unlock_cause(failure, lock);
    let id = lock.map(|info| info.id.to_string()).unwrap_or_default();
    OpenFailure::Other(Cause {
        text: format!("Error unlocking Azure state. Lock ID: {id}").into(),
        detail: Some(cause.text),
        code: cause.code,
    })
}

/// Why an unlock failed, in Terraform's words.
pub(super) fn unlock_cause(failure: UnlockFailure, lock: Option<LockInfo>) -> Cause {
    match failure {
        UnlockFailure::ReadInfo(error) => Cause {
            text: format!("failed to retrieve lock info: {error}").into(),
            detail: None,
            code: match error {
                InfoError::Transport(error) => error.shown_code(),
                InfoError::Empty => None,
            },
        },
        UnlockFailure::Mismatch => {
            let id = lock.map(|info| info.id.to_string()).unwrap_or_default();
            Cause::new(format!("lock id \"{id}\" does not match existing lock"))
        }
        UnlockFailure::DeleteInfo(error) => Cause {
            text: format!("failed to delete lock info from metadata: {error}").into(),
            detail: None,
            code: error.shown_code(),
        },
        UnlockFailure::Release(error) => error.into(),
    }
}

fn describe_file(content: &FileContent) -> String {
    match content {
        FileContent::Empty | FileContent::Text(_) => "No state.".to_owned(),
        FileContent::State(file) => {
            format!(
                "{} objects, serial {}",
                file.snapshot.object_count(),
                file.serial
            )
        }
        FileContent::Plan(saved) => {
            let counts = saved.plan.counts;
            format!(
                "Plan: {} to add, {} to change, {} to destroy.",
                counts.add, counts.change, counts.destroy
            )
        }
    }
}
