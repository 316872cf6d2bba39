//! Text is read as a command line; an error points into it.
#![no_main]

use leaselab::command::parse;
use leaselab::terraform::Names;
use leaselab::terraform::names::ResourceName;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|line: &str| {
    let names = Names {
        operators: vec!["alice".to_owned()].into(),
        runs: vec!["apply".to_owned()],
        resources: vec![ResourceName {
            kind: "azurerm_subnet".to_owned(),
            label: "subnet".to_owned(),
        }]
        .into(),
        objects: vec!["subnet".to_owned()].into(),
        ..Names::default()
    };
    if let Err(error) = parse(line, &names) {
        assert!(
            line.get(error.offset..error.offset + error.length)
                .is_some()
        );
        assert!(!error.to_string().is_empty());
    }
});
