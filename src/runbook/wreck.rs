//! A wreck, reached once, and forks of it.

use std::cell::OnceCell;
use std::sync::Arc;

use super::grade::Ungraded;
use super::replay::PATIENCE;
use super::witness::Witness;
use super::{NameKind, Runbook};
use crate::command::az::{self, BlobNames};
use crate::kernel::Seed;
use crate::scenario::Scenario;
use crate::simulation::{Recording, Session, Simulation};
use crate::terraform::OperatorId;
use crate::timeline::{Observation, Timeline, Watch};
use crate::verdict::{Camera, PropertyWatch};

/// A wreck, reached once: whoever tries something on it takes a fork.
pub(super) struct Wreck {
    pub(super) scenario: Arc<Scenario>,
    /// The position of the `wreck:` step.
    pub(super) index: usize,
    /// Who mends it.
    pub(super) operator: OperatorId,
    /// What there is to see.
    pub(super) observation: Arc<Observation>,
    session: Session,
    untouched: OnceCell<Timeline>,
    /// Who has looked at every instant so far.
    watch: PropertyWatch,
}

impl Wreck {
    /// Replays the scenario up to its wreck.
    pub(super) fn reach(scenario: &Arc<Scenario>, seed: Seed) -> Result<Self, Ungraded> {
        let watch = PropertyWatch::new(scenario);
        let reached = Self::reach_watched(scenario, seed, watch, |watch| (watch, ()));
        reached.map(|(wreck, ())| wreck)
    }

    /// The same, with every instant on the way.
    pub(super) fn filmed(
        scenario: &Arc<Scenario>,
        seed: Seed,
    ) -> Result<(Self, Vec<Observation>), Ungraded> {
        Self::reach_watched(scenario, seed, Camera::new(scenario), Camera::into_parts)
    }

    fn reach_watched<W: Watch, K>(
        scenario: &Arc<Scenario>,
        seed: Seed,
        mut watch: W,
        into_parts: impl FnOnce(W) -> (PropertyWatch, K),
    ) -> Result<(Self, K), Ungraded> {
        let (index, _) = scenario.wreck().ok_or(Ungraded::NoWreck)?;
        let line = scenario.steps[index].line;
        let simulation = Simulation::new(scenario, seed, Recording::On);
        let reached = Session::at_wreck_watched(simulation, &mut watch);
        let (session, operator) = reached.ok_or(Ungraded::WreckNeverComes { line })?;
        let observed = session.simulation().observations().last();
        let observation = Arc::clone(&observed.expect("a wreck is observed").observation);
        let (watch, kept) = into_parts(watch);
        let wreck = Self {
            scenario: Arc::clone(scenario),
            index,
            operator,
            observation,
            session,
            untouched: OnceCell::new(),
            watch,
        };
        Ok((wreck, kept))
    }

    /// What comes of it if nobody does anything for a day: replayed when it is first asked for,
    /// since a wreck that is recovered never asks.
    pub(super) fn untouched(&self) -> &Timeline {
        self.untouched.get_or_init(|| {
            let mut untouched = self.session.fork().into_simulation();
            untouched.run_until(self.observation.time + PATIENCE);
            untouched.finish()
        })
    }

    /// A fork of it, for whoever types what a runbook says.
    pub(super) fn fork(&self, runbook: &Runbook) -> (Session, Witness) {
        let mut session = self.session.fork().without_return();
        name_own(runbook, &mut session, self.operator);
        (session, Witness::new(&self.observation, self.watch.clone()))
    }
}

/// Lets the names that a runbook uses stand for the scenario's own: where it uses those themselves,
/// they are what it means.
fn name_own(runbook: &Runbook, session: &mut Session, operator: OperatorId) {
    let own = Arc::clone(&session.simulation().names().state_blob);
    let stands = |kind: NameKind, scenarios: &str| {
        let others = runbook.names.others();
        let mut all = { others.map(|(kind, name, _)| (kind, name)) }
            .chain(runbook.names.own().map(|(kind, name, _)| (kind, name)));
        let is_meant_itself = all.any(|named| named == (kind, scenarios));
        let name = runbook.names.name(kind).filter(|_| !is_meant_itself);
        name.map(Arc::from)
    };
    let blob = BlobNames {
        account: stands(NameKind::Account, &own.account),
        container: stands(NameKind::Container, &own.container),
        name: stands(NameKind::Blob, &own.name),
    };
    let simulation = session.simulation_mut();
    simulation.name_blob(operator, &az::NameMap(blob));
    if let Some(directory) = runbook.names.name(NameKind::Directory) {
        simulation.name_directory(operator, directory);
    }
    if let Some(workspace) = runbook.names.name(NameKind::Workspace) {
        simulation.name_workspace(operator, workspace);
    }
}
