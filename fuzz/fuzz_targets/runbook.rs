//! Bytes are read as a recovery runbook in Markdown; what is wrong with it points into it.
#![no_main]

use leaselab::runbook;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|source: &[u8]| {
    if let Err(errors) = runbook::parse("fuzz.md", source) {
        assert!(!errors.render("fuzz.md", source).is_empty());
    }
});
