//! Steps: when each starts.

use super::Checker;
use super::configuration::RawConfiguration;
use crate::kernel::{SimDuration, SimTime};
use crate::scenario::document::{Node, decode, quoted};
use crate::scenario::raw::step::{EffectWord, RawStep, Stages, VERBS};
use crate::scenario::step::{Since, Step, StepEffect, Trigger};

impl Checker<'_, '_> {
    /// The steps; those that are wrong are left out. `edits` has the configuration of each step
    /// that has one.
    pub(super) fn steps(
        &mut self,
        nodes: &[Node<'_>],
        edits: Vec<Option<RawConfiguration<'_, '_>>>,
    ) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut earliest = SimTime::ZERO;
        for (position, (node, edit)) in nodes.iter().zip(edits).enumerate() {
            self.step = position;
            if self.diagnostics.is_full() {
                break;
            }
            steps.extend(self.step(node, edit.as_ref(), &mut earliest));
        }
        self.step = nodes.len();
        steps
    }

    fn step(
        &mut self,
        node: &Node<'_>,
        edit: Option<&RawConfiguration<'_, '_>>,
        earliest: &mut SimTime,
    ) -> Option<Step> {
        let raw: Option<RawStep> =
            decode(node, &["resources", "faults", "expect"], self.diagnostics);
        let verb = self.single_verb(node);
        let (raw, verb) = (raw?, verb?);
        let line = self.diagnostics.line(node);
        let siblings = self.siblings(node, verb);
        let trigger = self.trigger(node, &raw, earliest);
        let effect = match raw.effect {
            Some(EffectWord::None) => StepEffect::None,
            None => StepEffect::Some,
        };
        let at = node.field(verb);
        let verb = self.verb(node, verb, raw, edit);
        if let Some(verb) = &verb {
            self.check_verb(at, verb)?;
        }
        siblings?;
        Some(Step {
            line,
            trigger: trigger?,
            effect,
            verb: verb?,
        })
    }

    /// The one key that says what the step does.
    fn single_verb(&mut self, node: &Node<'_>) -> Option<&'static str> {
        let verbs = VERBS.iter().map(|(verb, _)| *verb);
        let known = |key: &Node<'_>| verbs.clone().find(|verb| key.text() == Some(*verb));
        let mut found = node
            .entries()
            .iter()
            .filter_map(|(key, _)| known(key).map(|verb| (key, verb)));
        let Some((_, first)) = found.next() else {
            // An unknown key is reported already, and probably was meant to be the verb.
            if self.diagnostics.is_silent_at(node) {
                let message = "the step does nothing: it has no verb";
                let help = "write `run`, `cut`, `note`, `expect` or another verb".to_owned();
                self.diagnostics.error_help(node, message, Some(help));
            }
            return None;
        };
        if let Some((key, second)) = found.find(|(_, second)| *second != first) {
            let message = format!("a step does one thing, and `{first}` and `{second}` are two");
            self.diagnostics.error(key, message);
            return None;
        }
        Some(first)
    }

    /// Reports keys that belong to another verb.
    fn siblings(&mut self, node: &Node<'_>, verb: &str) -> Option<()> {
        let staging: Vec<&str> = { VERBS.iter() }
            .filter(|(_, staging)| *staging == Stages::Yes)
            .map(|(verb, _)| *verb)
            .collect();
        let belongs: [(&str, &[&str]); 5] = [
            ("as", &["run"]),
            ("id", &["run"]),
            ("for", &["cut", "blackhole"]),
            ("resources", &["edit"]),
            ("effect", &staging),
        ];
        let mut result = Some(());
        for (key, verbs) in belongs {
            if !verbs.contains(&verb) {
                let verbs: Vec<String> = verbs.iter().map(|verb| format!("`{verb}`")).collect();
                let reason = format!("belongs to {}, not to `{verb}`", verbs.join(" and "));
                result = result.and(self.refuse_keys(node, &[key], &reason));
            }
        }
        result
    }

    /// When the step starts. `earliest` is the time before which it can't.
    fn trigger(
        &mut self,
        node: &Node<'_>,
        raw: &RawStep,
        earliest: &mut SimTime,
    ) -> Option<Trigger> {
        let after = raw.after.as_ref().map(|after| after.0);
        if node.get("when").is_none() {
            self.refuse_keys(node, &["since"], "belongs to `when`")?;
        }
        match (&raw.at, &raw.when) {
            (Some(_), Some(_)) => {
                self.refuse_keys(node, &["when"], "and `at` are two triggers; a step has one")?;
                None
            }
            (Some(at), None) => {
                self.refuse_keys(node, &["after"], "adds to `when`; `at` is an absolute time")?;
                self.at(node.field("at"), at.0, earliest)
            }
            (None, Some(fact)) => {
                let pattern = self.fact(node.field("when"), &fact.0)?;
                Some(Trigger::When {
                    pattern,
                    since: raw.since.unwrap_or(Since::LatestRun),
                    after: after.unwrap_or(SimDuration::ZERO),
                })
            }
            (None, None) => match after {
                None => Some(Trigger::AllEnded),
                Some(after) => {
                    *earliest += after;
                    Some(Trigger::After(after))
                }
            },
        }
    }

    fn at(&mut self, node: &Node<'_>, at: SimDuration, earliest: &mut SimTime) -> Option<Trigger> {
        let time = SimTime::ZERO + at;
        if time < *earliest {
            let message = format!(
                "{} is before {}, when a step above starts; steps start in order",
                quoted(node.text().unwrap_or("")),
                earliest.since(SimTime::ZERO)
            );
            self.diagnostics.error(node, message);
            return None;
        }
        *earliest = time;
        Some(Trigger::At(time))
    }
}
