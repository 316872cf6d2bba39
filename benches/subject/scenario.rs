//! Scenarios through the public API: parsed once, replayed with one seed after the other.

use std::fs;
use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::scenario::{self, Scenario};
use leaselab::simulation::{self, Recording};
use leaselab::timeline::Timeline;

/// Parses a scenario that is known to be right.
pub(crate) fn parse(name: &str, source: &[u8]) -> Arc<Scenario> {
    match scenario::parse(name, source) {
        Ok(scenario) => Arc::new(scenario),
        Err(errors) => panic!("{name}: {errors:?}"),
    }
}

/// The article's failure and its resolution.
pub(crate) fn article() -> Arc<Scenario> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/scenarios/lease_id_missing.yaml"
    );
    parse("lease_id_missing", &fs::read(path).expect(path))
}

/// Ten minutes of renewals: what comes nearest to `renewal.rs` with one blob, whose lease only
/// one client can hold. The other one waits for it, so that it asks the service as often.
pub(crate) fn renewals() -> Arc<Scenario> {
    parse("ten_minutes", TEN_MINUTES.as_bytes())
}

const TEN_MINUTES: &str = "\
leaselab: 1
title: Ten minutes of renewals
client: { base: renewing, lease: 60s, renew_every: 10s }
timing: { latency: 1ms..50ms }
resources:
  database: { type: azurerm_postgresql_flexible_server, create: 10m }
steps:
  - { id: apply, run: terraform apply -auto-approve, as: alice }
  - { id: next, at: 1s, run: terraform plan -lock-timeout=15m, as: bob }
";

/// Replays a scenario.
pub(crate) fn replay(scenario: &Arc<Scenario>, seed: u64, recording: Recording) -> Timeline {
    simulation::simulate(scenario, Seed(seed), recording)
}
