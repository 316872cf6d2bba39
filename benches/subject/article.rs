//! The article's scenario, as the user replays it.

use std::fs;
use std::sync::Arc;

use leaselab::scenario::Scenario;

use crate::scenario::parse;

/// The article's failure and its resolution.
pub(crate) fn article() -> Arc<Scenario> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/scenarios/lease_id_missing.yaml"
    );
    parse("lease_id_missing", &fs::read(path).expect(path))
}
