//! A text is what a parameter is set to, in every place where one can stand: a duration, a number,
//! a word, a part of a command, a value on an axis.
#![no_main]

use leaselab::scenario::{self, Settings};
use libfuzzer_sys::fuzz_target;

const SOURCE: &[u8] = b"
leaselab: 1
title: about ${text}
parameters: { text: vnet, time: 4s, number: 1, command: -refresh=false }
resources:
  vnet: { create: '${time}', attributes: { size: '${number}', name: '${text}' } }
steps:
  - { run: 'terraform apply -auto-approve ${command}', as: alice }
  - { when: '${text} created', after: '${time}', note: 'saw ${text}' }
  - { file: { in: alice, name: '${text}.tfstate', serial: '${number}' } }
expect: { exit: { apply: '${number}' }, errors: { apply: ['${text}'] } }
matrix:
  axes: { time: [1s, 2s] }
  rows: [{ if: { time: 1s }, expect: { remote: { serial: '${number}' } } }]
";

fuzz_target!(|value: &str| {
    for name in ["text", "time", "number", "command", value] {
        let settings = Settings::from([(name.to_owned(), value.to_owned())]);
        for read in [
            scenario::parse_with("fuzz.yaml", SOURCE, &settings).map(|_| ()),
            scenario::variants("fuzz.yaml", SOURCE, &settings).map(|_| ()),
        ] {
            if let Err(errors) = read {
                assert!(!errors.render("fuzz.yaml", SOURCE).is_empty());
            }
        }
    }
});
