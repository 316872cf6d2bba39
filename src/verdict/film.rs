//! Films: a report with a picture of every instant, and who takes them.

use std::sync::Arc;

use super::{Picture, PropertyWatch, Report, picture};
use crate::scenario::Scenario;
use crate::timeline::{Log, Observation, Occasion, Watch};

/// A report with a picture of every instant: what whoever draws it reads.
#[derive(Debug, Clone)]
pub struct Film {
    /// The report.
    pub report: Report,
    /// Every instant at which something occurred, as it was at its end, judged.
    pub instants: Vec<Picture>,
}

impl Film {
    /// The film of a replication, from what a [`Camera`] has kept of it.
    pub fn new(report: Report, observations: Vec<Observation>) -> Self {
        let names = &report.timeline.names;
        let mender = report.scenario.wreck().map(|(_, operator)| operator);
        let instants = observations
            .into_iter()
            .map(|observation| picture(names, &Arc::new(observation), Occasion::Look, mender))
            .collect();
        Self { report, instants }
    }
}

/// Keeps every instant at which something occurs, and looks after the scenario's properties.
#[derive(Debug)]
pub struct Camera {
    properties: PropertyWatch,
    /// How many facts there were.
    facts: usize,
    /// Whether the last instant brought any.
    is_new: bool,
    observations: Vec<Observation>,
}

impl Camera {
    /// Before the first instant.
    pub fn new(scenario: &Arc<Scenario>) -> Self {
        Self {
            properties: PropertyWatch::new(scenario),
            facts: 0,
            is_new: false,
            observations: Vec::new(),
        }
    }

    /// What the properties have seen, and every instant that was kept.
    pub fn into_parts(self) -> (PropertyWatch, Vec<Observation>) {
        (self.properties, self.observations)
    }
}

impl Watch for Camera {
    fn is_due(&mut self, facts: &Log) -> bool {
        self.is_new = facts.len() > self.facts;
        self.facts = facts.len();
        self.is_new || !self.properties.is_done()
    }

    fn instant(&mut self, observation: Observation) {
        if !self.properties.is_done() {
            self.properties.instant(observation.clone());
        }
        if self.is_new {
            self.observations.push(observation);
        }
    }
}
