//! The end: the grade, and the scenario's own way beside it.

use std::sync::Arc;

use super::{Advice, Course, Drill};
use crate::kernel::SimDuration;
use crate::runbook::{self, Graded, Outcome, Runbook, Stroke};
use crate::scenario::Verb;
use crate::terraform::OperatorId;
use crate::timeline::{LeaseObservation, LockObservation};
use crate::verdict;

/// What came of a drill.
#[derive(Debug, Clone)]
pub struct Finish {
    /// The grade, as a runbook with the same commands has it.
    pub graded: Graded,
    /// What was typed.
    pub typed: Vec<Typed>,
    /// How many commands were typed.
    pub commands: usize,
    /// How much simulated time they took.
    pub time: SimDuration,
    /// Whether nobody alive holds the lock, and a lease that runs out keeps it for now: the grade,
    /// which waits, finds nothing left of it.
    pub is_lock_passing: bool,
    /// How many hints were given.
    pub hints: u32,
    /// Whether the truth was looked at before the end.
    pub is_revealed: bool,
    /// A way that recovers it.
    pub own_way: OwnWay,
    /// The scenario's name and its title.
    pub scenario: (String, String),
    /// Why it happens, where the scenario says so.
    pub why: Option<String>,
}

/// Something that was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// Who typed it, where that is not who sat down first.
    pub operator: Option<String>,
    /// Its text.
    pub text: String,
    /// Its line in the record.
    pub line: u32,
    /// Whether it is a line, or a key.
    pub stroke: Stroke,
}

/// The way beside one's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnWay {
    /// The commands that stand in the scenario below its wreck, each with who types it; and the
    /// grade that they have, where they are all of it. A scenario may show how not to do it.
    Written(Vec<(String, String)>, Option<Outcome>),
    /// What the findings at the wreck advise.
    Advised(Vec<(String, String)>),
    /// Nothing is wrong at the wreck.
    Nothing,
    /// None is known.
    Unknown,
    /// It is not shown.
    Hidden,
}

impl Drill {
    /// The runbook that was typed.
    ///
    /// # Panics
    ///
    /// If what a drill writes could not be read.
    pub fn runbook(&self) -> Runbook {
        let name = "what was typed";
        match self.record(&self.scenario.name) {
            None => Runbook::idle(name),
            Some(record) => runbook::parse(name, record.as_bytes()).unwrap_or_else(|errors| {
                unreachable!(
                    "a record is a runbook: {}",
                    errors.render(name, record.as_bytes())
                )
            }),
        }
    }

    /// Ends the drill: everything that is at work is waited for, and what was typed is graded.
    ///
    /// # Panics
    ///
    /// If what was typed does not come to the same a second time.
    pub fn finish(&mut self) -> Finish {
        self.end_of_input();
        let runbook = self.runbook();
        let graded = runbook::grade(&runbook, &self.scenario, self.seed)
            .expect("a drill has come to the wreck");
        let begun = self.wreck.session.simulation().now();
        let own = self.wreck.operator;
        let lines = runbook.lines().collect::<Vec<u32>>();
        let typed = { self.desk.strokes.iter() }
            .zip(lines)
            .filter(|(struck, _)| struck.stroke != Stroke::Wait)
            .map(|(struck, line)| {
                let who = (struck.operator != own)
                    .then(|| self.names().operator(struck.operator).to_owned());
                Typed {
                    operator: who,
                    text: struck.text.clone(),
                    line,
                    stroke: struck.stroke,
                }
            });
        let is_line = |struck: &&super::desk::Struck| struck.stroke == Stroke::Line;
        Finish {
            typed: typed.collect(),
            commands: self.desk.strokes.iter().filter(is_line).count(),
            time: self.simulation().now().since(begun),
            is_lock_passing: self.is_lock_passing(),
            hints: self.hints.count,
            is_revealed: self.course == Course::Revealed,
            own_way: self.own_way(),
            scenario: (self.scenario.name.clone(), self.scenario.title.clone()),
            why: self.scenario.why.clone(),
            graded,
        }
    }

    fn is_lock_passing(&self) -> bool {
        let observed = self.simulation().observe();
        let is_passing = matches!(
            observed.lock,
            LockObservation::Lease(LeaseObservation::Leased {
                is_infinite: false,
                ..
            })
        );
        is_passing && observed.living_holder().is_none()
    }

    /// The grade of commands that are typed one after the other at a prompt of one's own, as a
    /// drill's are; `None` where somebody has to do what no command does.
    fn outcome_of(&self, way: &[(OperatorId, String)]) -> Option<Outcome> {
        let (wreck, mender) = self.scenario.wreck()?;
        let mut below = self.scenario.steps.iter().skip(wreck + 1);
        if !below.all(|step| is_typed_or_told(&step.verb)) {
            return None;
        }
        let mut typed = Self::begin(&self.scenario, self.seed, &[mender]).ok()?;
        for (who, command) in way {
            typed.settle();
            while typed.desk.is_asked() {
                typed.line("yes");
                typed.settle();
            }
            typed.desk.operator = *who;
            let info = typed.simulation().observe().lock_info;
            let id = info.map_or_else(String::new, |info| info.id.to_string());
            for line in command.replace("<LOCK_ID>", &id).lines() {
                typed.line(line);
            }
        }
        typed.end_of_input();
        let graded = runbook::grade(&typed.runbook(), &self.scenario, self.seed).ok()?;
        Some(graded.outcome)
    }

    pub(super) fn own_way(&self) -> OwnWay {
        if self.advice == Advice::Hidden {
            return OwnWay::Hidden;
        }
        let names = &self.scenario.names;
        let wreck = self.scenario.wreck().map_or(0, |(index, _)| index);
        let below = self.scenario.steps.iter().skip(wreck + 1);
        let written: Vec<(OperatorId, String)> = below
            .filter_map(|step| {
                let Verb::Run {
                    operator, command, ..
                } = &step.verb
                else {
                    return None;
                };
                Some((*operator, command.line.to_string()))
            })
            .collect();
        if !written.is_empty() {
            let outcome = self.outcome_of(&written);
            let named = { written.into_iter() }
                .map(|(operator, line)| (names.operator(operator).to_owned(), line));
            return OwnWay::Written(named.collect(), outcome);
        }
        let observation = Arc::new(self.wreck.session.simulation().observe());
        let mender = self.scenario.wreck().map(|(_, mender)| mender);
        let found = verdict::findings(names, &observation, mender);
        let mends = verdict::mends(&found);
        let advised: Vec<(String, String)> = { mends.into_iter() }
            .map(|mend| (names.operator(mend.operator).to_owned(), mend.line))
            .collect();
        if found.is_empty() {
            OwnWay::Nothing
        } else if advised.is_empty() {
            OwnWay::Unknown
        } else {
            OwnWay::Advised(advised)
        }
    }
}

/// Whether a step is a command, an answer to one, or moves nothing.
const fn is_typed_or_told(verb: &Verb) -> bool {
    match verb {
        Verb::Run { .. }
        | Verb::Answer(..)
        | Verb::Phase(_)
        | Verb::Note(_)
        | Verb::Ask(_)
        | Verb::Expect(_)
        | Verb::Wreck(_) => true,
        Verb::CtrlC(_)
        | Verb::Signal(..)
        | Verb::SignalRun(..)
        | Verb::Cancel(..)
        | Verb::Suspend(_)
        | Verb::Resume(_)
        | Verb::Link { .. }
        | Verb::Faults(_)
        | Verb::FailNext { .. }
        | Verb::Edit(..)
        | Verb::File(..)
        | Verb::Disk(..)
        | Verb::Blob(_)
        | Verb::Store(_)
        | Verb::Cloud(_)
        | Verb::Credentials { .. } => false,
    }
}
