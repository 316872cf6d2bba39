//! Opening, locking, reading: what every command does before its own work.

use super::super::client::{InfoError, LockFailure, TransportError, Unlock, UnlockFailure};
use super::super::client_model::{ForceUnlockMeans, LeaseModel};
use super::super::command_model::{Access, Listing};
use super::super::invocation::{Approval, Locking};
use super::super::lock::{LockInfo, LockOperation};
use super::super::state::BlobContent;
use super::lane::{Lane, SaveFailure};
use super::{
    Cause, Context, Core, Diagnostic, DiagnosticKind, Interrupts, News, Phase, Planning, Process,
    Prompt, ResourceId, Task, Timer,
};
use crate::azure::{LeaseDuration, LeaseId};
use crate::kernel::{SimDuration, SimTime};

/// The longest wait between two attempts to take the lock.
const LOCK_DELAY_MAX: SimDuration = SimDuration::from_seconds(16);

/// An open and the read that follows it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pass {
    /// How its errors begin.
    access: Access,
    /// How those of the next one begin, where the command opens and reads once more.
    next: Option<Access>,
}

/// An opening, with where it stands that found no state.
#[derive(Debug, Clone)]
pub(super) struct Opening {
    stage: OpenStage,
    pass: Pass,
}

#[derive(Debug, Clone)]
enum OpenStage {
    Get,
    Lock,
    Read,
    Save,
    /// The failure to report after the unlock, if there is one.
    Unlock(Option<OpenFailure>),
}

/// Why the backend could not be opened.
#[derive(Debug, Clone)]
enum OpenFailure {
    /// What was read is no state.
    Unsupported(Cause),
    /// There is no state, and somebody holds the lock.
    Locked(Cause),
    Other(Cause),
}

impl From<TransportError> for OpenFailure {
    fn from(error: TransportError) -> Self {
        match error {
            TransportError::Unreadable => Self::Unsupported(error.into()),
            TransportError::Reset(_) | TransportError::Refused(_, _) => Self::Other(error.into()),
        }
    }
}

impl From<TransportError> for Cause {
    fn from(error: TransportError) -> Self {
        Self {
            text: error.to_string().into(),
            detail: None,
            code: error.shown_code(),
        }
    }
}

/// Attempts to take the lock.
#[derive(Debug, Clone)]
pub(super) struct Locker {
    info: LockInfo,
    pass: Pass,
    since: SimTime,
    delay: SimDuration,
    /// Why the last attempt failed, while the next one is waited for.
    pub(super) refusal: Option<LockFailure>,
}

impl Process {
    pub(super) fn on_started(&mut self, context: &mut Context<'_>) {
        let refusal = match &self.task {
            Task::Refuse(kind) => Some(kind.clone()),
            Task::PrintFile(text) => {
                context.tell(News::Printed(text.clone()));
                self.exit(context);
                return;
            }
            Task::Plan(planning) => refuses(planning, context),
            Task::Nothing
            | Task::ApplySaved { .. }
            | Task::ForceUnlock { .. }
            | Task::Print
            | Task::PrintObject(_)
            | Task::Push { .. }
            | Task::Remove(_)
            | Task::Move { .. }
            | Task::SetTainted { .. } => None,
        };
        if let Some(kind) = refusal {
            self.core.fail(kind, context);
            self.exit(context);
            return;
        }
        match self.core.model.listing {
            Listing::None => self.begin_first_open(context),
            Listing::First | Listing::Only => {
                self.phase = Phase::Listing;
                self.core.begin_list(context);
            }
        }
    }

    fn begin_first_open(&mut self, context: &mut Context<'_>) {
        let pass = Pass {
            access: self.core.model.access,
            next: self.core.model.second_access,
        };
        self.begin_open(pass, context);
    }

    fn begin_open(&mut self, pass: Pass, context: &mut Context<'_>) {
        let stage = OpenStage::Get;
        self.phase = Phase::Opening(Opening { stage, pass });
        self.core.begin_get(context);
    }

    pub(super) fn on_listed(
        &mut self,
        result: Result<(), TransportError>,
        context: &mut Context<'_>,
    ) {
        let listing = self.core.model.listing;
        if let Err(error) = result {
            let kind = match listing {
                Listing::Only => DiagnosticKind::BareListFailed,
                Listing::None | Listing::First => DiagnosticKind::ListFailed,
            };
            self.core.fail_for(kind, error, context);
            self.exit(context);
            return;
        }
        match listing {
            Listing::Only => {
                context.tell(News::Printed("default".into()));
                self.exit(context);
            }
            Listing::None | Listing::First => self.begin_first_open(context),
        }
    }

    pub(super) fn on_got(
        &mut self,
        result: Result<Option<BlobContent>, TransportError>,
        context: &mut Context<'_>,
    ) {
        let result = result.and_then(|content| {
            let refreshed = self.core.manager.refresh(content.as_ref());
            refreshed.map_err(|_| TransportError::Unreadable)
        });
        match &mut self.phase {
            Phase::Opening(opening) => match (&opening.stage, result) {
                (OpenStage::Get, Ok(())) if self.core.manager.read().is_some() => {
                    self.opened(Ok(()), context);
                }
                (OpenStage::Get, Ok(())) => {
                    opening.stage = OpenStage::Lock;
                    let info = self.core.draw_lock_info(LockOperation::Init, context);
                    self.core.begin_lock(info, context);
                }
                (OpenStage::Get, Err(error)) => self.opened(Err(error.into()), context),
                // A state that was not there a moment ago: goes on, and does not unlock.
                (_, Ok(())) if self.core.manager.read().is_some() => {
                    self.core.lock = None;
                    self.opened(Ok(()), context);
                }
                (_, Ok(())) => {
                    opening.stage = OpenStage::Save;
                    self.core.begin_save(Lane::Main, context);
                }
                (_, Err(error)) => self.unlock_opening(Some(error.into()), context),
            },
            Phase::Reading(pass) => {
                let pass = *pass;
                self.on_read(pass, result, context);
            }
            Phase::Starting
            | Phase::Listing
            | Phase::Locking(_)
            | Phase::Planning(_)
            | Phase::Prompting(_)
            | Phase::Walking(_)
            | Phase::Saving(_)
            | Phase::Unlocking(_)
            | Phase::Forcing(_)
            | Phase::Leaving(_)
            | Phase::Ended => {}
        }
    }

    fn on_read(
        &mut self,
        pass: Pass,
        result: Result<(), TransportError>,
        context: &mut Context<'_>,
    ) {
        if let Err(error) = result {
            let kind = match error {
                TransportError::Unreadable => DiagnosticKind::UnsupportedState,
                TransportError::Reset(_) | TransportError::Refused(_, _) => {
                    DiagnosticKind::ReadFailed(pass.access.read)
                }
            };
            self.core.fail_for(kind, error, context);
            self.finish(context);
            return;
        }
        let serial = self.core.manager.read().map(|file| file.serial);
        context.tell(News::StateRead(serial));
        match pass.next {
            Some(access) => self.begin_open(Pass { access, next: None }, context),
            None => self.begin_work(context),
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
        if let Phase::Opening(opening) = &mut self.phase {
            opening.stage = OpenStage::Unlock(failure);
        }
        let id = self.core.lock.map(|info| info.id);
        let (unlock, out) = Unlock::begin(id, ForceUnlockMeans::Release, self.core.held);
        self.core.begin_unlock_routine(unlock, out, context);
    }

    pub(super) fn on_opening_unlocked(
        &mut self,
        result: Result<LeaseId, UnlockFailure>,
        context: &mut Context<'_>,
    ) {
        let Phase::Opening(opening) = &self.phase else {
            return;
        };
        let reason = match &opening.stage {
            OpenStage::Unlock(reason) => reason.clone(),
            OpenStage::Get | OpenStage::Lock | OpenStage::Read | OpenStage::Save => None,
        };
        // Terraform reports the failed unlock instead of why it had to unlock.
        let lock = self.core.lock.take();
        let failure = result
            .err()
            .map(|failure| opening_unlock_failure(failure, lock));
        let failure = failure.or(reason);
        self.opened(failure.map_or(Ok(()), Err), context);
    }

    /// The backend is open, or could not be opened.
    fn opened(&mut self, result: Result<(), OpenFailure>, context: &mut Context<'_>) {
        let Phase::Opening(Opening { pass, .. }) = &self.phase else {
            return;
        };
        let pass = *pass;
        if let Err(failure) = result {
            let prefix = pass.access.open;
            let (kind, cause) = match failure {
                OpenFailure::Unsupported(cause) => (DiagnosticKind::UnsupportedState, cause),
                OpenFailure::Locked(cause) => (DiagnosticKind::OpenLocked(prefix), cause),
                OpenFailure::Other(cause) => (DiagnosticKind::OpenFailed(prefix), cause),
            };
            self.core.fail_for(kind, cause, context);
            self.exit(context);
            return;
        }
        if let Task::ForceUnlock { typed, approval } = &self.task {
            let typed = typed.clone();
            match approval {
                Approval::Given => self.force_unlock(typed, context),
                Approval::Asked => {
                    self.phase = Phase::Prompting(Prompt::ForceUnlock { typed });
                    context.tell(News::Prompted);
                }
            }
            return;
        }
        match (self.core.locking, self.core.model.lock) {
            (Locking::Lock { .. }, Some(operation)) => {
                let info = self.core.draw_lock_info(operation, context);
                self.phase = Phase::Locking(Locker {
                    info,
                    pass,
                    since: context.now,
                    delay: SimDuration::from_seconds(1),
                    refusal: None,
                });
                self.core.begin_lock(info, context);
            }
            (Locking::NoLock, _) | (Locking::Lock { .. }, None) => self.begin_read(pass, context),
        }
    }

    fn begin_read(&mut self, pass: Pass, context: &mut Context<'_>) {
        self.phase = Phase::Reading(pass);
        self.core.begin_get(context);
    }

    pub(super) fn on_locked(
        &mut self,
        result: Result<LockInfo, LockFailure>,
        context: &mut Context<'_>,
    ) {
        match &mut self.phase {
            Phase::Opening(opening) => match result {
                Ok(info) => {
                    opening.stage = OpenStage::Read;
                    self.core.lock = Some(info);
                    self.core.begin_get(context);
                }
                Err(failure) => self.opened(Err(opening_lock_failure(failure)), context),
            },
            Phase::Locking(locker) => match result {
                Ok(info) => {
                    let pass = locker.pass;
                    self.core.lock = Some(info);
                    begin_renewals(info.id, context);
                    self.begin_read(pass, context);
                }
                Err(failure) => {
                    if !locker.waits(failure, &self.core, context) {
                        self.give_up_lock(failure, context);
                    }
                }
            },
            Phase::Starting
            | Phase::Listing
            | Phase::Reading(_)
            | Phase::Planning(_)
            | Phase::Prompting(_)
            | Phase::Walking(_)
            | Phase::Saving(_)
            | Phase::Unlocking(_)
            | Phase::Forcing(_)
            | Phase::Leaving(_)
            | Phase::Ended => {}
        }
    }

    pub(super) fn on_lock_poll(&mut self, context: &mut Context<'_>) {
        if let Phase::Locking(locker) = &mut self.phase
            && locker.refusal.take().is_some()
        {
            self.core.begin_lock(locker.info, context);
        }
    }

    /// The wait for the lock is over: by `-lock-timeout`, or by an interrupt.
    pub(super) fn on_lock_deadline(&mut self, context: &mut Context<'_>) {
        if let Phase::Locking(Locker {
            refusal: Some(failure),
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
        self.core.fail_with(diagnostic, context);
        self.exit(context);
    }
}

impl Locker {
    /// Waits for the next attempt, or for the deadline. Returns whether it does: only where the
    /// lock info could be read, until `-lock-timeout` is over.
    fn waits(&mut self, failure: LockFailure, core: &Core, context: &mut Context<'_>) -> bool {
        let timeout = match core.locking {
            Locking::Lock { timeout } => timeout,
            Locking::NoLock => SimDuration::ZERO,
        };
        let deadline = self.since + timeout;
        let Some(info) = failure.info else {
            return false;
        };
        if context.now >= deadline || core.interrupts != Interrupts::None {
            return false;
        }
        self.refusal = Some(failure);
        let delay = self.delay;
        if context.now + delay < deadline {
            if delay < LOCK_DELAY_MAX {
                self.delay = delay + delay;
            }
            context.tell(News::LockAwaited(info, delay));
            context.set_timer(delay, Timer::LockPoll);
        } else {
            context.tell(News::LockAwaited(info, deadline.since(context.now)));
            context.set_timer(deadline.since(context.now), Timer::LockDeadline);
        }
        true
    }
}

impl Core {
    fn draw_lock_info(&self, operation: LockOperation, context: &mut Context<'_>) -> LockInfo {
        LockInfo {
            id: context.draw_lease_id(),
            operation,
            who: self.operator,
            created: context.now,
        }
    }
}

/// What is wrong with the configuration for a command.
fn refuses(planning: &Planning, context: &Context<'_>) -> Option<DiagnosticKind> {
    match planning {
        Planning::Import { resource, .. } if context.configuration.get(*resource).is_none() => {
            Some(not_configured(*resource, context))
        }
        Planning::Import { .. }
        | Planning::Plan { .. }
        | Planning::Apply { .. }
        | Planning::Refresh { .. } => None,
    }
}

pub(super) fn not_configured(resource: ResourceId, context: &Context<'_>) -> DiagnosticKind {
    DiagnosticKind::NotConfigured {
        address: context.names.address(resource).into(),
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
