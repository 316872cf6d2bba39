//! The article's scenario, as the user replays it.

use std::fs;
use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::render::{Layout, text};
use leaselab::scenario::Scenario;
use leaselab::simulation::Recording;
use leaselab::suite::replay;

use crate::scenario::parse;

/// The article's failure and its resolution.
pub(crate) fn article() -> Arc<Scenario> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/scenarios/lease_id_missing.yaml"
    );
    parse("lease_id_missing", &fs::read(path).expect(path))
}

/// Replays a scenario and renders its timeline, pictures and verdict as text.
pub(crate) fn render(scenario: &Arc<Scenario>, seed: u64) -> String {
    let report = replay(scenario, Seed(seed), Recording::On);
    text(&report, Layout::default())
}
