//! Blame: which line of a runbook did the harm.
//!
//! A harm, and what was at risk on the way, is blamed on the command at whose end it first holds.
//! Where that only looks, or where it shows between commands or after the last one, the commands
//! are typed again without one of those that change something, each in turn, the text and the
//! times of all others kept: the latest whose absence averts it is to blame. If only several
//! together do, the last of those; if none does, the last that changed anything.

use std::collections::BTreeSet;

use super::Runbook;
use super::grade::{Harm, Lapse};
use super::harm::{harms, risks};
use super::replay::{Replayed, retype};
use super::witness::Holding;
use super::wreck::Wreck;
use crate::verdict::{Report, judge};

/// What has been made worse, each harm with the line to blame.
pub(super) fn blamed(
    runbook: &Runbook,
    wreck: &Wreck,
    replayed: &Replayed,
    report: &Report,
) -> Vec<Harm> {
    let harms = harms(wreck, replayed, report);
    let trial = Trial {
        runbook,
        wreck,
        replayed,
    };
    let blame = |harm: Harm| match harm.line() {
        Some(_) => harm,
        None => match trial.culprit(|without| trial.is_done_without(&harm, without)) {
            Some(line) => harm.blamed_on(line),
            None => harm,
        },
    };
    harms.into_iter().map(blame).collect()
}

/// What was at risk on the way, each with the line to blame.
pub(super) fn lapses(
    runbook: &Runbook,
    wreck: &Wreck,
    replayed: &Replayed,
    report: &Report,
) -> Vec<Lapse> {
    let trial = Trial {
        runbook,
        wreck,
        replayed,
    };
    let blame = |(holding, mut lapse): (Holding, Lapse)| {
        lapse.line = lapse
            .line
            .or_else(|| trial.culprit(|without| trial.without(without).witness.has_gap(holding)));
        lapse
    };
    let risks = risks(wreck, replayed, report);
    risks.into_iter().map(blame).collect()
}

/// What was typed, where, and from which runbook.
struct Trial<'t> {
    runbook: &'t Runbook,
    wreck: &'t Wreck,
    replayed: &'t Replayed,
}

impl Trial<'_> {
    /// The line of the command whose absence averts what shows later. `is_done` says whether it
    /// comes to pass without some of the commands.
    fn culprit(&self, is_done: impl Fn(&BTreeSet<usize>) -> bool) -> Option<u32> {
        let steps = self.replayed.steps.iter().enumerate().rev();
        let changing: Vec<usize> = { steps }
            .filter(|(_, step)| step.is_change)
            .map(|(index, _)| index)
            .collect();
        let line = |index: usize| self.replayed.steps[index].line;
        let averts = |without: &BTreeSet<usize>| !is_done(without);
        let mut alone = changing.iter().copied();
        if let Some(index) = alone.find(|index| averts(&BTreeSet::from([*index]))) {
            return Some(line(index));
        }
        // Together: as many of the latest as it takes.
        let mut without = BTreeSet::new();
        for index in &changing {
            without.insert(*index);
            if without.len() > 1 && averts(&without) {
                return Some(line(*index));
            }
        }
        changing.first().map(|index| line(*index))
    }

    fn without(&self, without: &BTreeSet<usize>) -> Replayed {
        retype(self.runbook, self.wreck, &self.replayed.steps, without)
    }

    fn is_done_without(&self, harm: &Harm, without: &BTreeSet<usize>) -> bool {
        let other = self.without(without);
        let timeline = other.timeline.clone();
        let report = judge(&self.wreck.scenario, timeline, other.properties.clone());
        let harms = harms(self.wreck, &other, &report);
        harms.iter().any(|done| done.is_same(harm))
    }
}
