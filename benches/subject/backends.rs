//! The night of the article on every backend on which it is told.

use std::fs;
use std::sync::Arc;

use leaselab::scenario::{self, Scenario, Settings};

const PATH: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/scenarios/lease_id_missing_terraform.yaml"
);

/// The backends by their names, azurerm first, each with its night.
pub(crate) fn nights() -> Vec<(String, Arc<Scenario>)> {
    let source = fs::read(PATH).expect(PATH);
    let nights = scenario::variants(PATH, &source, &Settings::new());
    let nights = nights.unwrap_or_else(|errors| panic!("{}", errors.render(PATH, &source)));
    let named = nights.into_iter().map(|night| {
        let backend = night.variant.values["backend"].clone();
        (backend, Arc::new(night))
    });
    named.collect()
}
