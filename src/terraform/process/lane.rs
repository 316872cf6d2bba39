//! Lanes: one request under way at a time, repeated where the backend's client says so.

use std::sync::Arc;

use super::super::backend::{
    Answer, Job, LockFailure, Locked, Next, OpenFailure, Outcome, Outgoing, Part, ReadFailure,
    Repeat, Routine, SaveFailure, UnlockFailure,
};
use super::super::diagnostic::{Cause, DiagnosticKind};
use super::super::lock::{LockId, LockInfo};
use super::super::manager::Save;
use super::super::state::{StateContent, StateFile};
use super::{Context, Core, Effect, LockFact, Retry, Timer};

/// Which of a process's concurrent parts a request belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// The operation.
    Main,
    /// The saves that finishes cause.
    Saves,
    /// What keeps the lock alive.
    KeepAlive,
}

impl Lane {
    pub(crate) const fn position(self) -> usize {
        match self {
            Self::Main => 0,
            Self::Saves => 1,
            Self::KeepAlive => 2,
        }
    }
}

/// What a lane does.
#[derive(Debug, Clone, Default)]
pub(super) struct LaneState {
    under_way: Option<UnderWay>,
    /// Tells a retry that is due from one whose request is gone.
    token: u32,
}

/// What a job is done for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// What comes of it is told to the process.
    Plain,
    /// It has the state manager: a save, or an unlock.
    Manager,
    /// It has the state manager, and reads before the first save of a state.
    ReadBeforeSave,
}

/// A request that waits for its answer, and the routine that it belongs to.
#[derive(Debug, Clone)]
struct UnderWay {
    routine: Routine,
    purpose: Purpose,
    sent: Outgoing,
    retries: u32,
}

/// What comes of a lane's work for the process.
#[derive(Debug, Clone)]
pub(super) enum LaneEnd {
    Unconfigured(Cause),
    Reopened(Result<(), Cause>),
    Listed(Result<(), Cause>),
    Opened(Result<(), OpenFailure>),
    Read(Result<(), ReadFailure>),
    Locked(Result<Locked, LockFailure>),
    Saved(Result<(), SaveFailure>),
    Unlocked(Result<LockId, UnlockFailure>),
    KeptAlive,
}

impl Core {
    pub(super) fn is_lane_idle(&self, lane: Lane) -> bool {
        self.lanes[lane.position()].under_way.is_none()
    }

    /// Whether a save or an unlock has the state manager.
    pub(super) fn is_manager_busy(&self) -> bool {
        [Lane::Main, Lane::Saves].into_iter().any(|lane| {
            let under_way = self.lanes[lane.position()].under_way.as_ref();
            under_way.is_some_and(|under_way| match under_way.purpose {
                Purpose::Manager | Purpose::ReadBeforeSave => true,
                Purpose::Plain => false,
            })
        })
    }

    pub(super) fn clear_lanes(&mut self) {
        for lane in &mut self.lanes {
            lane.under_way = None;
            lane.token += 1;
        }
    }

    /// Begins a job. Returns what came of it, where that needed no request.
    #[must_use]
    fn begin(
        &mut self,
        lane: Lane,
        purpose: Purpose,
        job: Job,
        context: &mut Context<'_>,
    ) -> Option<LaneEnd> {
        let mut around = context.surroundings(self.operator);
        match self.client.begin(job, &mut around) {
            Next::Send(routine, sent) => {
                context.effects.push_back(Effect::Send(lane, sent.clone()));
                self.lanes[lane.position()].under_way = Some(UnderWay {
                    routine,
                    purpose,
                    sent,
                    retries: 0,
                });
                None
            }
            Next::Done(outcome) => self.done(lane, purpose, outcome, context),
        }
    }

    fn done(
        &mut self,
        lane: Lane,
        purpose: Purpose,
        outcome: Outcome,
        context: &mut Context<'_>,
    ) -> Option<LaneEnd> {
        Some(match outcome {
            Outcome::Read(read) if purpose == Purpose::ReadBeforeSave => {
                return self.read_before_save(lane, read, context);
            }
            Outcome::Read(read) => {
                LaneEnd::Read(read.map(|content| self.manager.refresh(&content)))
            }
            Outcome::Opened(opened) => LaneEnd::Opened(opened.map(|content| {
                if let Some(content) = content {
                    self.manager.refresh(&content);
                }
            })),
            Outcome::Saved(Ok(file)) => {
                self.manager.stored(file);
                LaneEnd::Saved(Ok(()))
            }
            Outcome::NotSaved => {
                self.manager.was_not_attempted();
                LaneEnd::Saved(Ok(()))
            }
            Outcome::Saved(Err(failure)) => {
                if !failure.is_attempt {
                    self.manager.was_not_attempted();
                }
                LaneEnd::Saved(Err(failure))
            }
            Outcome::Listed(listed) => LaneEnd::Listed(listed),
            Outcome::Unconfigured(cause) => LaneEnd::Unconfigured(cause),
            Outcome::Reopened(reopened) => LaneEnd::Reopened(reopened),
            Outcome::Locked(locked) => LaneEnd::Locked(locked),
            Outcome::Unlocked(unlocked) => LaneEnd::Unlocked(unlocked),
            Outcome::KeptAlive(kept) => {
                context.tell(match kept {
                    Ok(()) => LockFact::Renewed,
                    Err(failure) => LockFact::RenewalFailed {
                        id_forgotten: failure.is_forgotten,
                    },
                });
                LaneEnd::KeptAlive
            }
        })
    }
}

impl Core {
    pub(super) fn begin_list(&mut self, context: &mut Context<'_>) -> Option<LaneEnd> {
        self.begin(Lane::Main, Purpose::Plain, Job::List, context)
    }

    pub(super) fn begin_open(&mut self, context: &mut Context<'_>) -> Option<LaneEnd> {
        let job = Job::Open(self.manager.snapshot.clone());
        self.begin(Lane::Main, Purpose::Plain, job, context)
    }

    pub(super) fn begin_reopen(&mut self, context: &mut Context<'_>) -> Option<LaneEnd> {
        self.begin(Lane::Main, Purpose::Plain, Job::Reopen, context)
    }

    pub(super) fn begin_read(&mut self, context: &mut Context<'_>) -> Option<LaneEnd> {
        self.begin(Lane::Main, Purpose::Plain, Job::Read, context)
    }

    pub(super) fn begin_lock(
        &mut self,
        info: LockInfo,
        context: &mut Context<'_>,
    ) -> Option<LaneEnd> {
        self.begin(Lane::Main, Purpose::Plain, Job::Lock(info), context)
    }

    pub(super) fn begin_unlock(
        &mut self,
        info: LockInfo,
        context: &mut Context<'_>,
    ) -> Option<LaneEnd> {
        self.begin(Lane::Main, Purpose::Manager, Job::Unlock(info), context)
    }

    pub(super) fn begin_force_unlock(
        &mut self,
        typed: Arc<str>,
        context: &mut Context<'_>,
    ) -> Option<LaneEnd> {
        let job = Job::ForceUnlock(typed);
        self.begin(Lane::Main, Purpose::Manager, job, context)
    }

    pub(super) fn begin_keep_alive(&mut self, context: &mut Context<'_>) {
        // What comes of it is told, and means nothing more to the process.
        let _told = self.begin(Lane::KeepAlive, Purpose::Plain, Job::KeepAlive, context);
    }

    /// Begins to save the state manager's snapshot. Returns whether there is anything to save.
    pub(super) fn begin_save(&mut self, lane: Lane, context: &mut Context<'_>) -> bool {
        let mut around = context.surroundings(self.operator);
        let (purpose, job) = match self.manager.begin_save(|| around.draw_lineage()) {
            Save::Nothing => return false,
            Save::ReadFirst => (Purpose::ReadBeforeSave, Job::Read),
            Save::Store(file) => (Purpose::Manager, Job::Save(file)),
        };
        let end = self.begin(lane, purpose, job, context);
        assert!(end.is_none(), "a save asks the service");
        true
    }

    /// Goes on with an answer; returns what came of a job that has ended with it.
    pub(super) fn on_answer(
        &mut self,
        lane: Lane,
        answer: Answer,
        context: &mut Context<'_>,
    ) -> Option<LaneEnd> {
        let operator = self.operator;
        let state = &mut self.lanes[lane.position()];
        let under_way = state.under_way.as_mut()?;
        let mut around = context.surroundings(operator);
        let sent = (&under_way.routine, &under_way.sent);
        let repeat = self
            .client
            .repeat(sent, &answer, under_way.retries, &mut around);
        let Some(repeat) = repeat else {
            let routine = &mut under_way.routine;
            return match self.client.resume(routine, answer, &mut around) {
                Part::Send(sent) => {
                    under_way.sent.clone_from(&sent);
                    under_way.retries = 0;
                    context.effects.push_back(Effect::Send(lane, sent));
                    None
                }
                Part::SendAfter(pause, sent) => {
                    under_way.sent = sent;
                    under_way.retries = 0;
                    state.token += 1;
                    context.set_timer(pause, Timer::Retry(lane, state.token));
                    None
                }
                Part::Done(outcome) => {
                    let purpose = under_way.purpose;
                    state.under_way = None;
                    self.done(lane, purpose, outcome, context)
                }
            };
        };
        match repeat {
            Repeat::AtOnce => {
                let sent = under_way.sent.clone();
                context.effects.push_back(Effect::Resend(lane, sent));
            }
            Repeat::After { refusal, wait } => {
                under_way.retries += 1;
                state.token += 1;
                context.tell(Retry {
                    kind: under_way.sent.kind,
                    wait,
                    refusal,
                });
                context.set_timer(wait, Timer::Retry(lane, state.token));
            }
        }
        None
    }

    pub(super) fn on_retry(&mut self, lane: Lane, token: u32, context: &mut Context<'_>) {
        let state = &self.lanes[lane.position()];
        if let (true, Some(under_way)) = (state.token == token, &state.under_way) {
            let sent = under_way.sent.clone();
            // A pause comes before a request that was not sent yet.
            context.effects.push_back(match under_way.retries {
                0 => Effect::Send(lane, sent),
                _ => Effect::Resend(lane, sent),
            });
        }
    }

    fn read_before_save(
        &mut self,
        lane: Lane,
        read: Result<StateContent, ReadFailure>,
        context: &mut Context<'_>,
    ) -> Option<LaneEnd> {
        match read {
            Err(failure) => {
                let is_garbage = matches!(failure, ReadFailure::Problems(_));
                let mut cause = failure.into_cause();
                if self.backend.is_remote() {
                    let text = format!("failed checking for existing remote state: {}", cause.text);
                    cause.text = text.into();
                } else if is_garbage {
                    // What is not wrapped into a line of its own is printed as what it is.
                    let kind = DiagnosticKind::UnsupportedState;
                    let line = context.client.dialect.summary(&kind, &cause.text);
                    cause.detail = Some(std::mem::replace(&mut cause.text, line));
                }
                Some(LaneEnd::Saved(Err(SaveFailure {
                    cause,
                    is_attempt: true,
                })))
            }
            Ok(content) => {
                self.manager.refresh_before_save(&content);
                let lineage = context.surroundings(self.operator).draw_lineage();
                let file: Arc<StateFile> = self.manager.save_after_read(|| lineage);
                self.begin(lane, Purpose::Manager, Job::Save(file), context)
            }
        }
    }
}
