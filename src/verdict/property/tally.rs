//! Whether an expectation holds, kept up to date from one instant to the next.
//!
//! What grows with the resources is counted; the rest is judged anew at each instant.

use std::collections::{BTreeMap, BTreeSet};

use super::super::expectation::{Found, judge};
use super::super::finding::Subject;
use super::super::share::Share;
use super::super::standing::{Change, Standing};
use crate::scenario::{
    CloudExpectation, Expectation, FileExpectation, FindingName, ObjectStatus, RemoteExpectation,
};
use crate::terraform::{Names, OperatorId, ResourceId};
use crate::timeline::Observation;

/// The [tally](self) of an expectation.
#[derive(Debug, Clone)]
pub(super) struct Tally {
    /// The parts that do not grow with the resources; `None` where there are none.
    rest: Option<Expectation>,
    cloud: Vec<(Objects, Balance)>,
    remote: Option<Balance>,
    errored: Vec<(OperatorId, Balance)>,
    findings: Option<Wanted>,
    in_sync: Option<bool>,
}

/// How often resources are to occur, and for how many that is otherwise.
#[derive(Debug, Clone)]
struct Balance {
    wanted: BTreeMap<ResourceId, u32>,
    off: usize,
}

impl Balance {
    /// Nothing occurs so far.
    fn new(resources: &[ResourceId]) -> Self {
        let mut wanted = BTreeMap::new();
        for resource in resources {
            *wanted.entry(*resource).or_default() += 1;
        }
        let off = wanted.len();
        Self { wanted, off }
    }

    fn update(&mut self, change: &Change, count: impl Fn(&Share) -> u32) {
        let wanted = self.wanted.get(&change.resource).copied().unwrap_or(0);
        self.off += usize::from(count(&change.after) != wanted);
        self.off -= usize::from(count(&change.before) != wanted);
    }

    const fn holds(&self) -> bool {
        self.off == 0
    }
}

/// Which objects of a resource are counted.
#[derive(Debug, Clone, Copy)]
enum Objects {
    All,
    Of(ObjectStatus),
}

impl Objects {
    const fn count(self, share: &Share) -> u32 {
        match self {
            Self::All => share.existing + share.creating,
            Self::Of(ObjectStatus::Exists) => share.existing,
            Self::Of(ObjectStatus::Creating) => share.creating,
        }
    }

    /// What is to be counted, and how often each resource is to occur.
    fn wanted(expectation: &CloudExpectation) -> Vec<(Self, Balance)> {
        match expectation {
            CloudExpectation::Listed(resources) => vec![(Self::All, Balance::new(resources))],
            CloudExpectation::Exact(pairs) => [ObjectStatus::Exists, ObjectStatus::Creating]
                .map(|status| {
                    let of_status = pairs.iter().filter(|(_, wanted)| *wanted == status);
                    let resources: Vec<ResourceId> =
                        of_status.map(|(resource, _)| *resource).collect();
                    (Self::Of(status), Balance::new(&resources))
                })
                .into(),
        }
    }
}

/// What kind of thing a finding is about.
enum About {
    Resource,
    Operator,
    Lock,
    State,
}

const fn about(name: FindingName) -> About {
    match name {
        FindingName::OrphanedObject
        | FindingName::GhostObject
        | FindingName::StaleAttributes
        | FindingName::TaintedObject
        | FindingName::DuplicateObject
        | FindingName::WrongAddress
        | FindingName::RecordedTwice
        | FindingName::LostInputs => About::Resource,
        FindingName::LineageMismatch
        | FindingName::SpuriousErrored
        | FindingName::ForkedState
        | FindingName::StaleErrored
        | FindingName::RemoteBehindErrored
        | FindingName::LostUpdate => About::Operator,
        FindingName::OrphanedLock | FindingName::LeftoverLockInfo => About::Lock,
        FindingName::CorruptState
        | FindingName::StateLost
        | FindingName::DigestMismatch
        | FindingName::LimitReached => About::State,
    }
}

/// The findings that are to be, and how many about resources are missing or too many.
#[derive(Debug, Clone)]
struct Wanted {
    resources: BTreeSet<(FindingName, ResourceId)>,
    off: usize,
    others: BTreeSet<(FindingName, Subject)>,
    /// Whether there can be such findings at all: a finding is about something, and about the
    /// kind of thing that its name says.
    is_possible: bool,
}

impl Wanted {
    fn new(expected: &BTreeMap<FindingName, Vec<String>>, names: &Names) -> Self {
        let labels: BTreeMap<&str, ResourceId> = names
            .resource_ids()
            .map(|resource| (names.resource(resource), resource))
            .collect();
        let mut wanted = Self {
            resources: BTreeSet::new(),
            off: 0,
            others: BTreeSet::new(),
            is_possible: true,
        };
        for (name, words) in expected {
            wanted.is_possible &= !words.is_empty();
            for word in words.iter().map(String::as_str) {
                let other = match about(*name) {
                    About::Resource => {
                        let resource = labels.get(word);
                        wanted
                            .resources
                            .extend(resource.map(|found| (*name, *found)));
                        wanted.is_possible &= resource.is_some();
                        continue;
                    }
                    About::Operator => names.find_operator(word).map(Subject::Operator),
                    About::Lock => Some(Subject::Lock),
                    About::State => Some(Subject::State),
                };
                let other = other.filter(|subject| subject.word(names) == word);
                wanted.others.extend(other.map(|subject| (*name, subject)));
                wanted.is_possible &= other.is_some();
            }
        }
        wanted.off = wanted.resources.len();
        wanted
    }

    fn update(&mut self, change: &Change) {
        let Change {
            resource,
            before,
            after,
        } = change;
        for name in before.findings.symmetric_difference(&after.findings) {
            let is_wanted = self.resources.contains(&(*name, *resource));
            if is_wanted == after.findings.contains(name) {
                self.off -= 1;
            } else {
                self.off += 1;
            }
        }
    }

    fn holds(&self, standing: &Standing) -> bool {
        self.is_possible && self.off == 0 && {
            let others = standing.others().iter();
            others
                .map(|key| (key.name, key.subject))
                .collect::<BTreeSet<_>>()
                == self.others
        }
    }
}

impl Tally {
    pub(super) fn new(expectation: &Expectation, names: &Names) -> Self {
        let balance = |resources: &Option<Vec<ResourceId>>| resources.as_deref().map(Balance::new);
        let mut rest = expectation.clone();
        let cloud = rest.cloud.take();
        let findings = rest.findings.take();
        let in_sync = rest.in_sync.take();
        // What is left of a state is that there is one, and its serial; a backup stays whole, as no
        // share of a resource says what it has.
        let remote = match &mut rest.remote {
            Some(RemoteExpectation::State { resources, .. }) => balance(&resources.take()),
            Some(
                RemoteExpectation::Absent
                | RemoteExpectation::Empty
                | RemoteExpectation::Unreadable,
            )
            | None => None,
        };
        let mut errored = Vec::new();
        for (operator, expected) in &mut rest.errored {
            match expected {
                FileExpectation::State { resources, .. } => {
                    let balance = balance(&resources.take());
                    errored.extend(balance.map(|balance| (*operator, balance)));
                }
                FileExpectation::None | FileExpectation::Empty => {}
            }
        }
        let nothing = rest.bare();
        Self {
            cloud: cloud.iter().flat_map(Objects::wanted).collect(),
            remote,
            errored,
            findings: findings.map(|findings| Wanted::new(&findings, names)),
            in_sync,
            rest: (rest != nothing).then_some(rest),
        }
    }

    pub(super) fn update(&mut self, changes: &[Change]) {
        for change in changes {
            for (objects, balance) in &mut self.cloud {
                balance.update(change, |share| objects.count(share));
            }
            if let Some(balance) = &mut self.remote {
                balance.update(change, |share| u32::from(share.is_recorded));
            }
            for (operator, balance) in &mut self.errored {
                balance.update(change, |share| {
                    let share = share.errored.get(operator);
                    u32::from(share.is_some_and(|share| share.is_recorded))
                });
            }
            if let Some(wanted) = &mut self.findings {
                wanted.update(change);
            }
        }
    }

    pub(super) fn holds(
        &self,
        names: &Names,
        observation: &Observation,
        standing: &Standing,
    ) -> bool {
        let counted = self.cloud.iter().map(|(_, balance)| balance);
        let counted = counted.chain(&self.remote);
        let counted = counted.chain(self.errored.iter().map(|(_, balance)| balance));
        { counted }.all(Balance::holds)
            && self
                .findings
                .as_ref()
                .is_none_or(|wanted| wanted.holds(standing))
            && self
                .in_sync
                .is_none_or(|in_sync| in_sync == standing.is_in_sync())
            && self.rest.as_ref().is_none_or(|rest| {
                judge(rest, names, observation, Found::default())
                    .mismatches
                    .is_empty()
            })
    }
}
