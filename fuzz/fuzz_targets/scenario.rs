//! Bytes are read as a scenario; what is one runs for a while.
#![no_main]

use std::sync::Arc;

use leaselab::kernel::{Seed, SimDuration};
use leaselab::scenario;
use leaselab::simulation::{Recording, simulate};
use libfuzzer_sys::fuzz_target;

/// Larger scenarios are read, but not run: the fuzzer shall try many.
const RESOURCES_MAX: usize = 1_000;

fuzz_target!(|source: &[u8]| {
    match scenario::parse("fuzz.yaml", source) {
        Err(errors) => {
            for error in &errors.errors {
                assert!(error.span.start <= error.span.end && error.span.end <= source.len());
            }
            assert!(!errors.render("fuzz.yaml", source).is_empty());
        }
        Ok(mut scenario) => {
            if scenario.configuration.resources.len() > RESOURCES_MAX {
                return;
            }
            scenario.limits.events_max = scenario.limits.events_max.min(10_000);
            scenario.limits.time_max = scenario
                .limits
                .time_max
                .min(SimDuration::from_seconds(3_600));
            simulate(&Arc::new(scenario), Seed(0), Recording::On);
        }
    }
});
