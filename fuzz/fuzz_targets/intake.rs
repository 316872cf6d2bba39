//! Bytes are taken in as state files; what comes out is a scenario.
#![no_main]

use leaselab::scenario::intake::{Errored, Intake, Source};
use leaselab::scenario::{self, intake};
use libfuzzer_sys::fuzz_target;

/// Between the files in the bytes.
const SEPARATOR: u8 = 0;

fuzz_target!(|bytes: &[u8]| {
    let mut files = bytes.split(|byte| *byte == SEPARATOR);
    let mut next = |name| files.next().map(|bytes| Source { name, bytes });
    let remote = next("remote.tfstate");
    let errored = next("errored.tfstate");
    let taken_in = intake::scenario(&Intake {
        backend: None,
        remote,
        errored: { errored.into_iter() }
            .map(|source| Errored {
                operator: "alice",
                source,
            })
            .collect(),
        lock: next("lock.json"),
        cloud: next("cloud.json"),
        init: next("terraform.tfstate"),
        gone: Vec::new(),
    });
    match taken_in {
        Ok(yaml) => {
            let read = scenario::parse("fuzz.yaml", yaml.as_bytes());
            assert!(read.is_ok(), "{yaml}");
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
