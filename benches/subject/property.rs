//! Properties over an apply of many resources, each of which stays open to the end: what decides
//! a property early costs nothing from then on.

use std::fmt::Write;

use crate::apply::{CASES, yaml};

/// The properties, by the name that stands in the table; the first one is none.
pub(crate) const PROPERTIES: [&str; 4] = ["without", "findings", "cloud", "in_sync"];

/// A scenario file in which so many resources are created while a property is watched.
pub(crate) fn watched(property: &str, resources: u32) -> String {
    let independent = CASES[0];
    let mut text = yaml(independent, resources).replace("{ run:", "{ id: apply, run:");
    match property {
        "without" => return text,
        "findings" => text.push_str("properties: { it: { always: { findings: [] } } }\n"),
        // In sync it is at the beginning, too.
        "in_sync" => text.push_str(
            "properties: { it: { eventually: { in_sync: true, exit: { apply: 0 } } } }\n",
        ),
        "cloud" => {
            text.push_str("properties: { it: { eventually: { cloud: [");
            for index in 0..resources {
                write!(text, "r{index},").expect("a string takes everything");
            }
            text.push_str("] } } }\n");
        }
        other => panic!("no property {other}"),
    }
    text
}
