//! States as real version-4 state files, which Terraform itself reads, and the cloud as JSON.

use serde_json::{Map, Value, json};

use crate::terraform::{Attributes, Names, RecordedObject, ResourceId, Scalar, StateFile};
use crate::timeline::Observation;

/// The version of Terraform whose behavior is modelled.
const TERRAFORM_VERSION: &str = "1.11.4";

/// The state as a version-4 state file.
///
/// Attributes stand as the scenario names them. `terraform_data` has a schema of its own, and
/// keeps them under `input`, so that `terraform show` can read it without a provider.
pub fn state_file(names: &Names, file: &StateFile) -> String {
    let resources: Vec<Value> = file
        .snapshot
        .objects()
        .map(|(resource, object)| resource_value(names, resource, object))
        .collect();
    written(&json!({
        "version": 4,
        "terraform_version": TERRAFORM_VERSION,
        "serial": file.serial,
        "lineage": file.lineage.to_string(),
        "outputs": {},
        "resources": resources,
        "check_results": null,
    }))
}

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
    written(&json!({ "time_ms": observation.time.as_ms(), "objects": objects }))
}

fn written(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("plain data is serializable");
    text.push('\n');
    text
}

fn resource_value(names: &Names, resource: ResourceId, object: &RecordedObject) -> Value {
    let address = names.address(resource);
    let (kind, label) = address.split_once('.').expect("a type and a name");
    let dependencies: Vec<String> = object
        .dependencies
        .iter()
        .map(|needed| names.address(*needed))
        .collect();
    let mut instance = json!({
        "schema_version": 0,
        "attributes": instance_attributes(kind, &names.object(object.id), object),
        "sensitive_attributes": [],
        "dependencies": dependencies,
    });
    if object.is_tainted {
        instance["status"] = json!("tainted");
    }
    json!({
        "mode": "managed",
        "type": kind,
        "name": label,
        "provider": provider(kind),
        "instances": [instance],
    })
}

/// The provider that a resource type belongs to: its first word says which.
fn provider(kind: &str) -> String {
    let source = match kind.split('_').next() {
        Some("terraform") => "terraform.io/builtin/terraform".to_owned(),
        first => format!("registry.terraform.io/hashicorp/{}", first.unwrap_or(kind)),
    };
    format!("provider[\"{source}\"]")
}

fn instance_attributes(kind: &str, id: &str, object: &RecordedObject) -> Value {
    let mut all = attributes(&object.attributes);
    for (name, value) in object.inputs.iter().flat_map(|inputs| inputs.iter()) {
        all.insert(name.clone(), scalar(value));
    }
    if kind == "terraform_data" {
        let types: Map<String, Value> = all
            .iter()
            .map(|(name, value)| (name.clone(), json!(type_of(value))))
            .collect();
        return json!({
            "id": id,
            "input": { "value": all, "type": ["object", types] },
            "output": null,
            "triggers_replace": null,
        });
    }
    all.insert("id".to_owned(), json!(id));
    Value::Object(all)
}

const fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::Null | Value::String(_) | Value::Array(_) | Value::Object(_) => "string",
    }
}

fn attributes(attributes: &Attributes) -> Map<String, Value> {
    attributes
        .iter()
        .map(|(name, value)| (name.clone(), scalar(value)))
        .collect()
}

fn scalar(value: &Scalar) -> Value {
    match value {
        Scalar::Null => Value::Null,
        Scalar::Boolean(value) => json!(value),
        Scalar::Number(digits) => serde_json::from_str(digits).unwrap_or_else(|_| json!(digits)),
        Scalar::Text(text) => json!(text),
    }
}
