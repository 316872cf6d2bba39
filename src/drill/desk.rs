//! The desk: the session, who sits at it, and what was typed so far. A copy is a way back.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::kernel::{SimDuration, SimTime};
use crate::runbook::{PATIENCE, Stroke};
use crate::scenario::Verb;
use crate::simulation::Session;
use crate::terraform::{OperatorId, RunId};
use crate::timeline::{Shown, Sight};

/// Something that a person did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Struck {
    pub(super) operator: OperatorId,
    pub(super) stroke: Stroke,
    pub(super) text: String,
    /// How long came after it, where its end was not waited for.
    pub(super) pace: Option<SimDuration>,
    /// How the command stood when the next came; for whoever reads the record.
    pub(super) exit: Option<u8>,
}

/// The command that an operator typed last.
#[derive(Debug, Clone)]
pub(super) struct Front {
    pub(super) run: RunId,
    pub(super) line: Arc<str>,
    pub(super) started: SimTime,
    /// Whether its end has been told.
    is_told: bool,
}

/// The [desk](self).
#[derive(Debug, Clone)]
pub(super) struct Desk {
    pub(super) session: Session,
    pub(super) operator: OperatorId,
    pub(super) strokes: Vec<Struck>,
    pub(super) fronts: BTreeMap<OperatorId, Front>,
    /// How many sights each operator has been shown.
    seen: BTreeMap<OperatorId, usize>,
    /// When the last stroke came, and how all stood then.
    since: SimTime,
    before_wait: Option<Kept>,
    /// The instant of what was shown last.
    seen_at: SimTime,
}

/// How all stood right after a stroke. Whatever waits for a copy of the desk shares it.
#[derive(Debug, Clone)]
struct Kept(Session);

/// How the command in front stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// There is none, or it has ended.
    Idle,
    /// Time has to pass.
    AtWork,
    /// It asks.
    Asks,
    /// It was waited for, a day long.
    Stuck,
}

impl Desk {
    pub(super) fn new(session: Session, operator: OperatorId) -> Self {
        let simulation = session.simulation();
        let all = simulation.screens().len();
        let simulation_now = simulation.now();
        let operators = simulation.names().operator_ids();
        Self {
            since: simulation_now,
            seen: operators.map(|operator| (operator, all)).collect(),
            session,
            operator,
            strokes: Vec::new(),
            fronts: BTreeMap::new(),
            before_wait: None,
            seen_at: simulation_now,
        }
    }

    pub(super) fn front(&self) -> Option<&Front> {
        self.fronts.get(&self.operator)
    }

    pub(super) fn standing(&self) -> Standing {
        let simulation = self.session.simulation();
        let Some(front) = self.front() else {
            return Standing::Idle;
        };
        if simulation.run_end(front.run).is_some() {
            Standing::Idle
        } else if simulation.is_prompting(front.run) {
            Standing::Asks
        } else if simulation.now() >= self.since + PATIENCE {
            Standing::Stuck
        } else {
            Standing::AtWork
        }
    }

    pub(super) fn is_at_work(&self) -> bool {
        self.standing() == Standing::AtWork
    }

    pub(super) fn is_asked(&self) -> bool {
        self.standing() == Standing::Asks
    }

    /// A command was typed.
    pub(super) fn began(&mut self, run: RunId, line: &str) {
        let front = Front {
            run,
            line: line.into(),
            started: self.session.simulation().now(),
            is_told: false,
        };
        self.fronts.insert(self.operator, front);
    }

    /// A person did something: from here time passes.
    pub(super) fn struck(&mut self, stroke: Stroke, text: &str) {
        self.strokes.push(Struck {
            operator: self.operator,
            stroke,
            text: text.to_owned(),
            pace: None,
            exit: None,
        });
        self.since = self.session.simulation().now();
        self.seen_at = self.since;
        self.before_wait = Some(Kept(self.session.clone()));
    }

    /// Lets time pass, so long at most, or until the command has ended or asks.
    pub(super) fn wait(&mut self, at_most: SimDuration) {
        let Some(run) = self.front().map(|front| front.run) else {
            return;
        };
        let left = (self.since + PATIENCE).since(self.session.simulation().now());
        self.session.wait(run, at_most.min(left));
    }

    /// Goes back to the last stroke, and lets only so much time pass after it. Returns whether what
    /// has been shown already lies ahead again; `None` where the command had ended by then.
    pub(super) fn wait_only(&mut self, pace: SimDuration) -> Option<bool> {
        let kept = self.before_wait.clone()?;
        let mut earlier = self.clone();
        earlier.session = kept.0;
        if let Some(last) = earlier.strokes.last_mut() {
            last.exit = None;
        }
        if let Some(front) = earlier.fronts.get_mut(&self.operator) {
            front.is_told = false;
        }
        earlier.wait(pace);
        if earlier.standing() == Standing::Idle {
            return None;
        }
        if let Some(last) = earlier.strokes.last_mut() {
            last.pace = Some(pace);
        }
        // What was shown and has occurred again is not shown again.
        let occurred = earlier.session.simulation().screens().len();
        for seen in earlier.seen.values_mut() {
            *seen = occurred.min(*seen);
        }
        let now = earlier.session.simulation().now();
        earlier.seen_at = earlier.seen_at.min(now);
        let is_rewound = now < self.session.simulation().now();
        *self = earlier;
        Some(is_rewound)
    }

    /// Since the last stroke only this much time has passed, and more is not waited for.
    pub(super) fn pace_to_now(&mut self) {
        let passed = self.session.simulation().now().since(self.since);
        let is_at_work = self.is_at_work();
        if let Some(last) = self.strokes.last_mut().filter(|_| is_at_work) {
            last.pace = Some(passed);
        }
    }

    /// Ctrl+C reaches the command.
    pub(super) fn press(&mut self) {
        let pressed = Verb::CtrlC(self.operator);
        // Whom it does not reach it does not stop.
        let _reached = self.session.simulation_mut().act(&pressed);
    }

    /// What has appeared on the operator's terminal since it was looked at, but for what was typed;
    /// and when it was looked at.
    pub(super) fn unseen(&mut self) -> (SimTime, Vec<Shown>) {
        let screens = self.session.simulation().screens();
        let seen = self.seen.insert(self.operator, screens.len()).unwrap_or(0);
        let new = screens.get(seen..).unwrap_or(&[]).iter();
        let new = new.filter(|shown| shown.operator == self.operator && is_news(&shown.what));
        let new: Vec<Shown> = new.cloned().collect();
        let since = self.seen_at;
        if let Some(last) = new.last() {
            self.seen_at = last.time;
        }
        (since, new)
    }

    /// How long a command took that has ended and whose end was not told so far, and its exit
    /// status.
    pub(super) fn newly_ended(&mut self) -> Option<(u8, SimDuration)> {
        let front = self.fronts.get_mut(&self.operator)?;
        let simulation = self.session.simulation();
        let end = simulation.run_end(front.run)?;
        if std::mem::replace(&mut front.is_told, true) {
            return None;
        }
        if let Some(last) = self.strokes.last_mut() {
            last.exit = Some(end.exit);
        }
        let observed = simulation.observe();
        let mut runs = observed.runs.iter();
        let run = runs.find(|run| run.run == front.run);
        let ended = run.and_then(|run| run.ended_at).unwrap_or(simulation.now());
        Some((end.exit, ended.since(front.started)))
    }
}

/// Whether it is not what the person has typed.
const fn is_news(sight: &Sight) -> bool {
    match sight {
        Sight::Written(_) | Sight::NotModeled(_) => true,
        Sight::Typed(_) | Sight::Answered(_) | Sight::Interrupted => false,
    }
}
