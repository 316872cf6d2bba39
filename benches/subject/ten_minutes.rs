//! Ten simulated minutes of renewals as a scenario.

use std::sync::Arc;

use leaselab::scenario::Scenario;

use crate::scenario::parse;

/// What comes nearest to `renewal.rs` with one blob, whose lease only
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
