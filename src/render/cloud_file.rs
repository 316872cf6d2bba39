//! The cloud as JSON.

use serde_json::{Map, Value, json};

use crate::terraform::Names;
use crate::terraform::state_file::attributes;
use crate::timeline::Observation;

/// The objects that exist, by ID, with their resources' addresses and attributes.
pub fn cloud_file(names: &Names, observation: &Observation) -> String {
    let objects: Map<String, Value> = observation
        .cloud
        .iter()
        .map(|(id, object)| {
            let value = json!({
                "address": names.address(object.resource),
                "attributes": attributes(&object.attributes),
            });
            (names.object(id), value)
        })
        .collect();
    let cloud = json!({ "time_ms": observation.time.as_ms(), "objects": objects });
    let mut text = serde_json::to_string_pretty(&cloud).expect("plain data is serializable");
    text.push('\n');
    text
}
