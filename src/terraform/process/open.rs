//! Opening, locking, reading: what every command does before its own work.

use super::super::backend::{LockFailure, Locked, OpenFailure, ReadFailure};
use super::super::command_model::{Access, ErrorPrefix, Listing};
use super::super::invocation::{Approval, Locking};
use super::super::lock::{LockId, LockInfo, LockOperation};
use super::{
    Cause, Context, Core, Diagnostic, DiagnosticKind, Effect, Interrupts, LockFact, OutputFact,
    Phase, Planning, Printed, Process, Prompt, ResourceId, StateFact, Task, Timer,
};
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
            Task::PrintFile(content) => {
                context.effects.push_back(Effect::Print(content.clone()));
                self.exit(context);
                return;
            }
            Task::Plan(planning) => refuses(planning, context),
            Task::Nothing
            | Task::ApplySaved { .. }
            | Task::ForceUnlock { .. }
            | Task::List
            | Task::Print
            | Task::PrintObject(_)
            | Task::Push { .. }
            | Task::Remove { .. }
            | Task::Move { .. }
            | Task::SetTainted { .. } => None,
        };
        let refusal = { refusal }
            .or_else(|| self.cannot_be_forced())
            .or_else(|| self.cannot_be_listed());
        if let Some(kind) = refusal {
            self.core.fail(kind, context);
            self.exit(context);
            return;
        }
        match self.core.model.listing {
            Listing::None => self.begin_first_open(context),
            Listing::First | Listing::Only => {
                self.phase = Phase::Listing;
                let end = self.core.begin_list(context);
                self.on_main_end(end, context);
            }
        }
    }

    /// A lock that belongs to another process can't be taken away; whoever is asked first is told
    /// so at once.
    fn cannot_be_forced(&self) -> Option<DiagnosticKind> {
        let is_asked = matches!(
            self.task,
            Task::ForceUnlock {
                approval: Approval::Asked,
                ..
            }
        );
        let is_forced = is_asked && !self.core.backend.can_be_forced();
        is_forced.then_some(DiagnosticKind::NotForced)
    }

    /// Where there are no workspaces, none are listed.
    fn cannot_be_listed(&self) -> Option<DiagnosticKind> {
        let is_listed = self.core.model.listing == Listing::Only;
        let is_refused = is_listed && !self.core.backend.has_workspaces();
        is_refused.then_some(DiagnosticKind::NoWorkspaces)
    }

    fn begin_first_open(&mut self, context: &mut Context<'_>) {
        let pass = Pass {
            access: self.core.model.access,
            next: self.core.model.second_access,
        };
        self.begin_open(pass, context);
    }

    fn begin_open(&mut self, pass: Pass, context: &mut Context<'_>) {
        self.phase = Phase::Opening(pass);
        let end = self.core.begin_open(context);
        self.on_main_end(end, context);
    }

    /// The backend could not be configured: nothing else was done yet.
    pub(super) fn on_unconfigured(&mut self, cause: Cause, context: &mut Context<'_>) {
        let kind = DiagnosticKind::Unconfigured;
        self.core.fail_for(kind, cause, context);
        self.exit(context);
    }

    pub(super) fn on_listed(&mut self, result: Result<(), Cause>, context: &mut Context<'_>) {
        let listing = self.core.model.listing;
        if let Err(cause) = result {
            let kind = match listing {
                Listing::Only => DiagnosticKind::BareListFailed,
                Listing::None | Listing::First => DiagnosticKind::ListFailed,
            };
            self.core.fail_for(kind, cause, context);
            self.exit(context);
            return;
        }
        match listing {
            Listing::Only => {
                context.tell(OutputFact::Printed(Printed::Text("default".into())));
                self.exit(context);
            }
            Listing::None | Listing::First => self.begin_first_open(context),
        }
    }

    /// The state was read.
    pub(super) fn on_read(&mut self, result: Result<(), ReadFailure>, context: &mut Context<'_>) {
        let Phase::Reading(pass) = self.phase else {
            return;
        };
        if let Err(failure) = result {
            let (kind, cause) = match failure {
                ReadFailure::Unsupported(cause) => (DiagnosticKind::UnsupportedState, cause),
                ReadFailure::Problems(cause) if pass.access.read == ErrorPrefix::Operation => {
                    (DiagnosticKind::UnsupportedState, cause)
                }
                ReadFailure::File(cause) if pass.access.read == ErrorPrefix::Operation => {
                    (DiagnosticKind::StateFileNotRead, cause)
                }
                ReadFailure::File(cause) => {
                    let line = Cause {
                        detail: Some(cause.text),
                        ..Cause::new("Failed to read state file")
                    };
                    (DiagnosticKind::ReadFailed(pass.access.read), line.in_line())
                }
                ReadFailure::Problems(cause) | ReadFailure::Other(cause) => {
                    (DiagnosticKind::ReadFailed(pass.access.read), cause)
                }
            };
            self.core.fail_for(kind, cause, context);
            self.finish(context);
            return;
        }
        let serial = self.core.manager.read().map(|file| file.serial);
        context.tell(StateFact::Read { serial });
        match pass.next {
            Some(access) => self.begin_open(Pass { access, next: None }, context),
            None => self.begin_work(context),
        }
    }

    /// The backend is open, or could not be opened.
    pub(super) fn on_opened(&mut self, result: Result<(), OpenFailure>, context: &mut Context<'_>) {
        let Phase::Opening(pass) = self.phase else {
            return;
        };
        if let Err(failure) = result {
            let prefix = pass.access.open;
            let (kind, cause) = match failure {
                OpenFailure::Unsupported(cause) => (DiagnosticKind::UnsupportedState, cause),
                OpenFailure::Problems(cause) if prefix == ErrorPrefix::Operation => {
                    (DiagnosticKind::UnsupportedState, cause)
                }
                OpenFailure::Locked(cause) => (DiagnosticKind::OpenLocked(prefix), cause),
                OpenFailure::Held(cause, info) => {
                    let kind = DiagnosticKind::OpenLocked(prefix);
                    self.core.fail_showing(kind, (cause, info), context);
                    self.exit(context);
                    return;
                }
                OpenFailure::Problems(cause) | OpenFailure::Other(cause) => {
                    (DiagnosticKind::OpenFailed(prefix), cause)
                }
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
                    context.tell(OutputFact::Prompted);
                }
            }
            return;
        }
        match (self.core.locking, self.core.model.lock) {
            (Locking::Lock { .. }, Some(operation)) => {
                let info = self.core.draw_lock_info(operation, context);
                self.phase = Phase::Locking(Box::new(Locker {
                    info,
                    pass,
                    since: context.now,
                    delay: SimDuration::from_seconds(1),
                    refusal: None,
                }));
                let end = self.core.begin_lock(info, context);
                self.on_main_end(end, context);
            }
            (Locking::NoLock, _) | (Locking::Lock { .. }, None) => self.begin_read(pass, context),
        }
    }

    fn begin_read(&mut self, pass: Pass, context: &mut Context<'_>) {
        self.phase = Phase::Reading(pass);
        let end = self.core.begin_read(context);
        self.on_main_end(end, context);
    }

    pub(super) fn on_locked(
        &mut self,
        result: Result<Locked, LockFailure>,
        context: &mut Context<'_>,
    ) {
        let Phase::Locking(locker) = &mut self.phase else {
            return;
        };
        match result {
            Ok(locked) => {
                let pass = locker.pass;
                self.core.on_lock_taken(locked, context);
                self.begin_read(pass, context);
            }
            Err(failure) => {
                if let Some(failure) = locker.waits(failure, &self.core, context) {
                    self.give_up_lock(failure, context);
                }
            }
        }
    }

    pub(super) fn on_lock_poll(&mut self, context: &mut Context<'_>) {
        if let Phase::Locking(locker) = &mut self.phase
            && locker.refusal.take().is_some()
        {
            let end = self.core.begin_lock(locker.info, context);
            self.on_main_end(end, context);
        }
    }

    /// The wait for the lock is over: by `-lock-timeout`, or by an interrupt.
    pub(super) fn on_lock_deadline(&mut self, context: &mut Context<'_>) {
        if let Phase::Locking(locker) = &mut self.phase
            && let Some(failure) = locker.refusal.take()
        {
            self.give_up_lock(failure, context);
        }
    }

    fn give_up_lock(&mut self, failure: LockFailure, context: &mut Context<'_>) {
        let dialect = context.client.dialect;
        let diagnostic = Diagnostic {
            is_lock_own: self.core.backend.shows_own_lock() && failure.info.is_some(),
            lock_info: failure.info,
            ..Diagnostic::with_cause(DiagnosticKind::LockRefused, failure.cause, dialect)
        };
        self.core.fail_with(diagnostic, context);
        self.exit(context);
    }
}

impl Locker {
    /// Waits for the next attempt, or for the deadline: only where the lock info could be read,
    /// until `-lock-timeout` is over. Else it returns the failure.
    fn waits(
        &mut self,
        failure: LockFailure,
        core: &Core,
        context: &mut Context<'_>,
    ) -> Option<LockFailure> {
        let timeout = match core.locking {
            Locking::Lock { timeout } => timeout,
            Locking::NoLock => SimDuration::ZERO,
        };
        let deadline = self.since + timeout;
        let Some(info) = failure.info else {
            return Some(failure);
        };
        if context.now >= deadline || core.interrupts != Interrupts::None {
            return Some(failure);
        }
        self.refusal = Some(failure);
        let delay = self.delay;
        if context.now + delay < deadline {
            if delay < LOCK_DELAY_MAX {
                self.delay = delay + delay;
            }
            context.tell(LockFact::Awaited { info, wait: delay });
            context.set_timer(delay, Timer::LockPoll);
        } else {
            let wait = deadline.since(context.now);
            context.tell(LockFact::Awaited { info, wait });
            context.set_timer(wait, Timer::LockDeadline);
        }
        None
    }
}

impl Core {
    fn draw_lock_info(&self, operation: LockOperation, context: &mut Context<'_>) -> LockInfo {
        LockInfo {
            id: LockId::uuid(context.surroundings(self.operator).draw_bits()),
            operation,
            who: self.operator,
            created: context.now,
        }
    }

    /// The command has its lock.
    fn on_lock_taken(&mut self, locked: Locked, context: &mut Context<'_>) {
        if let Some(every) = locked.keep_alive_every {
            context.set_timer(every, Timer::KeepAlive);
        }
        let (id, hold) = (locked.info.id, locked.hold);
        context.tell(LockFact::Acquired { id, hold });
        self.lock = Some(locked);
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
