//! Fault rules that are active, and what they count.

use std::sync::Arc;

use super::{OperatorId, RunId};
use crate::kernel::{Seed, Stream};
use crate::scenario::{FailMode, FaultRule, RequestEffect, RequestName};
use crate::terraform::{OperationKind, RequestKind, ResourceId};
use crate::timeline::Vacuity;

#[derive(Debug, Clone)]
struct Active {
    rule: FaultRule,
    /// How many requests or operations matched it.
    matched: u64,
    chance: Option<Stream>,
    has_struck: bool,
    /// Where it stands in the scenario's file, if it stands there.
    line: Option<u32>,
    position: usize,
}

#[derive(Debug, Clone)]
struct FailNext {
    resource: ResourceId,
    mode: FailMode,
    /// Where it stands in the scenario's file, if it stands there.
    line: Option<u32>,
}

/// The active [rules](self).
#[derive(Debug, Clone)]
pub(super) struct Rules {
    seed: Seed,
    active: Vec<Active>,
    fail_next: Vec<FailNext>,
    phase: RunId,
    /// How many requests of each kind were sent in each phase.
    sent: Vec<(RunId, RequestKind, u64)>,
    replaced: Vec<Vacuity>,
    installed: usize,
}

impl Rules {
    pub(super) const fn new(seed: Seed) -> Self {
        Self {
            seed,
            active: Vec::new(),
            fail_next: Vec::new(),
            phase: RunId(0),
            sent: Vec::new(),
            replaced: Vec::new(),
            installed: 0,
        }
    }

    pub(super) fn set_phase(&mut self, run: RunId) {
        self.phase = run;
    }

    pub(super) const fn phase(&self) -> RunId {
        self.phase
    }

    pub(super) fn fail_next(&mut self, resource: ResourceId, mode: FailMode, line: Option<u32>) {
        self.fail_next.push(FailNext {
            resource,
            mode,
            line,
        });
    }

    /// Replaces the active rules.
    pub(super) fn replace(&mut self, rules: &[FaultRule], line: Option<u32>) {
        let old = std::mem::take(&mut self.active);
        self.replaced.extend(old.iter().filter_map(vacuity));
        for (position, rule) in rules.iter().enumerate() {
            let (FaultRule::Request { chance, .. } | FaultRule::Operation { chance, .. }) = rule;
            let name = format!("chance/{}", self.installed);
            self.installed += 1;
            self.active.push(Active {
                chance: chance.map(|_| Stream::named(self.seed, &name)),
                rule: rule.clone(),
                matched: 0,
                has_struck: false,
                line,
                position: position + 1,
            });
        }
    }

    /// Counts a request, and returns what becomes of it, if a rule strikes it.
    pub(super) fn strike_request(
        &mut self,
        kind: RequestKind,
        operator: OperatorId,
    ) -> Option<RequestEffect> {
        if self.active.is_empty() && self.installed == 0 {
            // Counts matter to rules only, and to those that are yet to come.
            self.count(kind);
            return None;
        }
        let in_phase = self.count(kind);
        let phase = self.phase;
        for active in &mut self.active {
            let FaultRule::Request {
                name,
                of,
                during,
                nth,
                chance,
                effect,
            } = &active.rule
            else {
                continue;
            };
            let is_named = match name {
                RequestName::Any => true,
                RequestName::Kind(named) => *named == kind,
            };
            let is_meant = is_named
                && of.is_none_or(|of| of == operator)
                && during.is_none_or(|during| during == phase);
            if !is_meant {
                continue;
            }
            active.matched += 1;
            let count = if during.is_some() {
                in_phase
            } else {
                active.matched
            };
            let is_counted = nth.is_none_or(|(first, last)| first <= count && count <= last);
            let is_drawn = match (chance, &mut active.chance) {
                (Some(chance), Some(stream)) if is_counted => stream.happens(*chance),
                _ => true,
            };
            if is_counted && is_drawn {
                active.has_struck = true;
                return Some(*effect);
            }
        }
        None
    }

    fn count(&mut self, kind: RequestKind) -> u64 {
        let phase = self.phase;
        let counter = self
            .sent
            .iter_mut()
            .rev()
            .find(|(run, of, _)| (*run, *of) == (phase, kind));
        if let Some((_, _, count)) = counter {
            *count += 1;
            return *count;
        }
        self.sent.push((phase, kind, 1));
        1
    }

    /// How an operation fails, if a rule strikes it.
    pub(super) fn strike_operation(
        &mut self,
        resource: ResourceId,
        kind: OperationKind,
        operator: OperatorId,
    ) -> Option<FailMode> {
        if let Some(position) = self
            .fail_next
            .iter()
            .position(|next| next.resource == resource)
        {
            return Some(self.fail_next.remove(position).mode);
        }
        for active in &mut self.active {
            let FaultRule::Operation {
                kind: named,
                resource: meant,
                of,
                nth,
                chance,
                fail,
            } = &active.rule
            else {
                continue;
            };
            let is_meant = named.is_none_or(|named| named == kind)
                && meant.is_none_or(|meant| meant == resource)
                && of.is_none_or(|of| of == operator);
            if !is_meant {
                continue;
            }
            active.matched += 1;
            let count = active.matched;
            let is_counted = nth.is_none_or(|(first, last)| first <= count && count <= last);
            let is_drawn = match (chance, &mut active.chance) {
                (Some(chance), Some(stream)) if is_counted => stream.happens(*chance),
                _ => true,
            };
            if is_counted && is_drawn {
                active.has_struck = true;
                return Some(*fail);
            }
        }
        None
    }

    /// The rules that never struck, of those that could be counted on.
    pub(super) fn unstruck(&self) -> Vec<Vacuity> {
        let mut vacuities = self.replaced.clone();
        vacuities.extend(self.active.iter().filter_map(vacuity));
        vacuities.extend(self.fail_next.iter().filter_map(|next| {
            Some(Vacuity {
                line: next.line?,
                what: "this failure".into(),
                why: "no operation on the resource came".into(),
            })
        }));
        vacuities
    }
}

fn vacuity(active: &Active) -> Option<Vacuity> {
    if active.has_struck || active.chance.is_some() {
        return None;
    }
    let why: Arc<str> = if active.matched == 0 {
        "nothing that it names came".into()
    } else {
        format!("only {} came, which it leaves alone", active.matched).into()
    };
    Some(Vacuity {
        line: active.line?,
        what: format!("rule {}", active.position).into(),
        why,
    })
}
