//! Fault rules that are active, and what they count.

use super::ledger::{Cause, Ledger, Origin};
use crate::kernel::{Ratio, Seed, Stream};
use crate::scenario::{FailMode, FaultRule, RequestEffect, RequestName, StepEffect};
use crate::terraform::{OperationKind, OperatorId, RequestKind, ResourceId, RunId};
use crate::timeline::{Vacuity, VacuityReason, VacuousPart};

#[derive(Debug, Clone)]
struct Active {
    rule: FaultRule,
    /// How many requests or operations matched it.
    matched: u64,
    chance: Option<Stream>,
    has_struck: bool,
    origin: Origin,
    position: usize,
}

impl Active {
    /// Whether it strikes what it means, the `count`-th time that it came. A draw is made only
    /// where the count lets it strike.
    fn strikes(&mut self, count: u64, nth: Option<(u64, u64)>, chance: Option<Ratio>) -> bool {
        let is_counted = nth.is_none_or(|(first, last)| first <= count && count <= last);
        let is_drawn = match (chance, &mut self.chance) {
            (Some(chance), Some(stream)) if is_counted => stream.happens(chance),
            _ => true,
        };
        self.has_struck |= is_counted && is_drawn;
        is_counted && is_drawn
    }
}

#[derive(Debug, Clone)]
struct FailNext {
    resource: ResourceId,
    mode: FailMode,
    by: Cause,
}

/// The active [rules](self).
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    seed: Seed,
    active: Vec<Active>,
    fail_next: Vec<FailNext>,
    /// How many requests of each kind were sent in each phase.
    sent: Vec<(RunId, RequestKind, u64)>,
    replaced: Vec<Vacuity>,
    installed: usize,
}

impl Rules {
    pub(crate) const fn new(seed: Seed) -> Self {
        Self {
            seed,
            active: Vec::new(),
            fail_next: Vec::new(),
            sent: Vec::new(),
            replaced: Vec::new(),
            installed: 0,
        }
    }

    /// The resource's next operation fails.
    pub(crate) fn fail_next(&mut self, resource: ResourceId, mode: FailMode, by: Cause) {
        self.fail_next.push(FailNext { resource, mode, by });
    }

    /// Replaces the active rules. Returns whether there were or are any.
    pub(crate) fn replace(&mut self, rules: &[FaultRule], origin: Origin) -> bool {
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
                origin,
                position: position + 1,
            });
        }
        !(old.is_empty() && rules.is_empty())
    }

    /// No operation fails any more that was to fail next.
    pub(crate) fn forget_next(&mut self) {
        self.fail_next.clear();
    }

    /// Counts a request, and returns what becomes of it, if a rule strikes it.
    pub(crate) fn strike_request(
        &mut self,
        kind: RequestKind,
        operator: OperatorId,
        phase: RunId,
    ) -> Option<RequestEffect> {
        // Counts matter to rules only, and to those that are yet to come.
        let in_phase = self.count(kind, phase);
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
            let (nth, chance, effect) = (*nth, *chance, *effect);
            if active.strikes(count, nth, chance) {
                return Some(effect);
            }
        }
        None
    }

    fn count(&mut self, kind: RequestKind, phase: RunId) -> u64 {
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
    pub(crate) fn strike_operation(
        &mut self,
        resource: ResourceId,
        kind: OperationKind,
        operator: OperatorId,
        ledger: &mut Ledger,
    ) -> Option<FailMode> {
        if let Some(position) = self
            .fail_next
            .iter()
            .position(|next| next.resource == resource)
        {
            let next = self.fail_next.remove(position);
            ledger.feel(Some(next.by));
            return Some(next.mode);
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
            let (nth, chance, fail) = (*nth, *chance, *fail);
            if active.strikes(count, nth, chance) {
                return Some(fail);
            }
        }
        None
    }

    /// The rules that never struck, of those that could be counted on; and those that struck
    /// where the scenario says that none would.
    pub(crate) fn vacuities(&self) -> impl Iterator<Item = Vacuity> {
        let active = self.active.iter().filter_map(vacuity);
        self.replaced.iter().copied().chain(active)
    }
}

fn vacuity(active: &Active) -> Option<Vacuity> {
    let reason = match (active.origin.effect, active.has_struck) {
        (StepEffect::None, false) | (StepEffect::Some, true) => return None,
        (StepEffect::None, true) => VacuityReason::HadEffect,
        (StepEffect::Some, false) if active.chance.is_some() => return None,
        (StepEffect::Some, false) if active.matched == 0 => VacuityReason::NothingCame,
        (StepEffect::Some, false) => VacuityReason::LeftAlone {
            count: active.matched,
        },
    };
    Some(Vacuity {
        line: active.origin.line?,
        part: VacuousPart::Rule(active.position),
        reason,
    })
}
