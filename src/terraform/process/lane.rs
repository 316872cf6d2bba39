//! Lanes: one request under way at a time, repeated where the service was busy.

use super::super::client::{
    Answer, Lock, LockFailure, Next, Outgoing, Put, TransportError, Unlock, UnlockFailure, content,
};
use super::super::client_model::RetryModel;
use super::super::lock::LockInfo;
use super::super::manager::Save;
use super::super::request::RequestKind;
use super::super::state::{BlobContent, StateFile};
use super::{Context, Core, Effect, News, Timer};
use crate::azure::{LeaseId, Refusal};
use crate::kernel::SimDuration;
use std::sync::Arc;

/// Which of a process's concurrent parts a request belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// The operation.
    Main,
    /// The saves that finishes cause.
    Saves,
    /// The renewals of a finite lease.
    Renewals,
}

impl Lane {
    const fn position(self) -> usize {
        match self {
            Self::Main => 0,
            Self::Saves => 1,
            Self::Renewals => 2,
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

/// A request that waits for its answer, and the routine that it belongs to.
#[derive(Debug, Clone)]
struct UnderWay {
    routine: Routine,
    sent: Outgoing,
    retries: u32,
}

#[derive(Debug, Clone)]
enum Routine {
    List,
    Get,
    Renew,
    Lock(Lock),
    ReadBeforeSave,
    Put(Put),
    Unlock(Unlock),
}

/// What comes of a routine.
#[derive(Debug, Clone)]
pub(super) enum Outcome {
    Listed(Result<(), TransportError>),
    Got(Result<Option<BlobContent>, TransportError>),
    Renewed(Result<(), TransportError>),
    Locked(Result<LockInfo, LockFailure>),
    Saved(Result<(), SaveFailure>),
    Unlocked(Result<LeaseId, UnlockFailure>),
}

/// Why a save failed.
#[derive(Debug, Clone, Copy)]
pub(super) struct SaveFailure {
    pub(super) error: TransportError,
    /// Whether it was the read before the first save of a state.
    pub(super) is_read: bool,
}

impl Core {
    pub(super) fn is_lane_idle(&self, lane: Lane) -> bool {
        self.lanes[lane.position()].under_way.is_none()
    }

    /// Whether a save or an unlock has the state manager.
    pub(super) fn is_manager_busy(&self) -> bool {
        [Lane::Main, Lane::Saves].into_iter().any(|lane| {
            let under_way = self.lanes[lane.position()].under_way.as_ref();
            under_way.is_some_and(|under_way| match under_way.routine {
                Routine::ReadBeforeSave | Routine::Put(_) | Routine::Unlock(_) => true,
                Routine::List | Routine::Get | Routine::Renew | Routine::Lock(_) => false,
            })
        })
    }

    pub(super) fn clear_lanes(&mut self) {
        for lane in &mut self.lanes {
            lane.under_way = None;
            lane.token += 1;
        }
    }

    fn send(&mut self, lane: Lane, routine: Routine, out: Outgoing, context: &mut Context<'_>) {
        self.lanes[lane.position()].under_way = Some(UnderWay {
            routine,
            sent: out.clone(),
            retries: 0,
        });
        context.effects.push(Effect::Send(lane, out));
    }

    pub(super) fn begin_list(&mut self, context: &mut Context<'_>) {
        self.send(Lane::Main, Routine::List, Outgoing::list(), context);
    }

    pub(super) fn begin_get(&mut self, context: &mut Context<'_>) {
        self.send(Lane::Main, Routine::Get, Outgoing::get(), context);
    }

    pub(super) fn begin_lock(&mut self, info: LockInfo, context: &mut Context<'_>) {
        let (lock, out) = Lock::begin(info, context.client.lease);
        self.send(Lane::Main, Routine::Lock(lock), out, context);
    }

    pub(super) fn begin_unlock_routine(
        &mut self,
        unlock: Unlock,
        out: Outgoing,
        c: &mut Context<'_>,
    ) {
        self.send(Lane::Main, Routine::Unlock(unlock), out, c);
    }

    pub(super) fn begin_renewal(&mut self, id: LeaseId, context: &mut Context<'_>) {
        self.send(Lane::Renewals, Routine::Renew, Outgoing::renew(id), context);
    }

    /// Begins to save the state manager's snapshot. Returns whether there is anything to save.
    pub(super) fn begin_save(&mut self, lane: Lane, context: &mut Context<'_>) -> bool {
        match self.manager.begin_save() {
            Save::Nothing => false,
            Save::ReadFirst => {
                self.send(lane, Routine::ReadBeforeSave, Outgoing::get(), context);
                true
            }
            Save::Store(file) => {
                self.begin_put(lane, file, context);
                true
            }
        }
    }

    fn begin_put(&mut self, lane: Lane, file: Arc<StateFile>, context: &mut Context<'_>) {
        let (put, out) = Put::begin(file, context.takes_blob_snapshots, self.held);
        self.send(lane, Routine::Put(put), out, context);
    }

    /// Goes on with an answer; returns what came of a routine that has ended with it.
    pub(super) fn on_answer(
        &mut self,
        lane: Lane,
        answer: Answer,
        context: &mut Context<'_>,
    ) -> Option<Outcome> {
        let state = &mut self.lanes[lane.position()];
        let mut under_way = state.under_way.take()?;
        let Some((refusal, wait)) = retry(lane, &under_way, &answer, context.client.retry) else {
            return self.resume(lane, under_way.routine, answer, context);
        };
        under_way.retries += 1;
        state.token += 1;
        context.tell(News::Retried(under_way.sent.kind, wait, refusal));
        context.set_timer(wait, Timer::Retry(lane, state.token));
        state.under_way = Some(under_way);
        None
    }

    pub(super) fn on_retry(&mut self, lane: Lane, token: u32, context: &mut Context<'_>) {
        let state = &self.lanes[lane.position()];
        if let (true, Some(under_way)) = (state.token == token, &state.under_way) {
            context
                .effects
                .push(Effect::Send(lane, under_way.sent.clone()));
        }
    }

    fn resume(
        &mut self,
        lane: Lane,
        routine: Routine,
        answer: Answer,
        context: &mut Context<'_>,
    ) -> Option<Outcome> {
        let succeeded = |kind, answer| match answer {
            Answer::Success(_) => Ok(()),
            Answer::Refused(refusal) => Err(TransportError::Refused(kind, refusal)),
            Answer::Reset => Err(TransportError::Reset(kind)),
        };
        match routine {
            Routine::List => Some(Outcome::Listed(succeeded(RequestKind::List, answer))),
            Routine::Renew => Some(Outcome::Renewed(succeeded(RequestKind::LeaseRenew, answer))),
            Routine::Get => Some(Outcome::Got(content(answer))),
            Routine::Lock(mut lock) => match lock.resume(answer, &mut self.held) {
                Next::Done(result) => Some(Outcome::Locked(result)),
                Next::Send(out) => {
                    self.send(lane, Routine::Lock(lock), out, context);
                    None
                }
            },
            Routine::ReadBeforeSave => self.read_before_save(lane, answer, context),
            Routine::Put(mut put) => match put.resume(answer, self.held) {
                Next::Done(result) => Some(self.put_done(&put, result, context)),
                Next::Send(out) => {
                    self.send(lane, Routine::Put(put), out, context);
                    None
                }
            },
            Routine::Unlock(mut unlock) => match unlock.resume(answer, &mut self.held) {
                Next::Done(result) => Some(Outcome::Unlocked(result)),
                Next::Send(out) => {
                    self.send(lane, Routine::Unlock(unlock), out, context);
                    None
                }
            },
        }
    }

    fn read_before_save(
        &mut self,
        lane: Lane,
        answer: Answer,
        context: &mut Context<'_>,
    ) -> Option<Outcome> {
        let read = content(answer).and_then(|content| {
            self.manager
                .refresh(content.as_ref())
                .map_err(|_| TransportError::Unreadable)
        });
        if let Err(error) = read {
            return Some(Outcome::Saved(Err(SaveFailure {
                error,
                is_read: true,
            })));
        }
        let lineage = context.draw_lineage();
        let file = self.manager.save_after_read(|| lineage);
        self.begin_put(lane, file, context);
        None
    }

    fn put_done(
        &mut self,
        put: &Put,
        result: Result<Arc<StateFile>, TransportError>,
        context: &mut Context<'_>,
    ) -> Outcome {
        match result {
            Ok(file) => {
                context.tell(News::StateSaved(file.serial, file.snapshot.object_count()));
                self.manager.stored(file);
                Outcome::Saved(Ok(()))
            }
            Err(error) => {
                context.tell(News::SaveFailed(put.file().serial));
                Outcome::Saved(Err(SaveFailure {
                    error,
                    is_read: false,
                }))
            }
        }
    }
}

/// How long to wait until the request is sent again. 429, 500 and 503 are repeated after waits of
/// 1, 2, 4, 8, 16, 32, then 60 s.
fn retry(
    lane: Lane,
    under_way: &UnderWay,
    answer: &Answer,
    model: RetryModel,
) -> Option<(Refusal, SimDuration)> {
    let Answer::Refused(refusal) = *answer else {
        return None;
    };
    if !matches!(refusal.http_status(), 429 | 500 | 503) || lane == Lane::Renewals {
        return None;
    }
    let retries = under_way.retries;
    let is_allowed = match model {
        RetryModel::Forever => true,
        RetryModel::Never => false,
        RetryModel::Attempts(attempts) => retries < attempts,
    };
    let wait = SimDuration::from_seconds((1_u64 << retries.min(6)).min(60));
    is_allowed.then_some((refusal, wait))
}
