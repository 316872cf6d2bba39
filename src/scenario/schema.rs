//! The format as a JSON Schema, for completion and hints in an editor.

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use super::raw::RawScenario;

/// A parameter, in place of a value or of a part of it.
const PARAMETER: &str = r"\$\{[A-Za-z0-9_]+\}";

/// The JSON Schema of the scenario format. It describes the shape; names, units and what goes
/// together are checked by [`parse`](super::parse).
pub fn schema() -> Value {
    let schema = SchemaSettings::draft07()
        .into_generator()
        .into_root_schema_for::<RawScenario>()
        .to_value();
    let mut schema = as_written(schema);
    if let Some(Value::Object(definitions)) = schema.get_mut("definitions") {
        definitions.values_mut().for_each(allow_parameters);
    }
    allow_parameters(&mut schema);
    schema
}

/// Lets `${name}` stand wherever a single value of some kind stands. Versions and the names of
/// parameters are what they are.
fn allow_parameters(schema: &mut Value) {
    let Value::Object(parts) = schema else { return };
    for key in ["properties", "additionalProperties", "items", "anyOf"] {
        match parts.get_mut(key) {
            Some(Value::Array(choices)) => choices.iter_mut().for_each(allow_parameters),
            Some(Value::Object(named)) if key == "properties" => {
                let others = named.iter_mut().filter(|(name, _)| *name != "leaselab");
                others.for_each(|(_, part)| allow_parameters(part));
            }
            Some(part) => allow_parameters(part),
            None => {}
        }
    }
    let is_choice = |part: &Value| part.get("const").is_some();
    let is_restricted = match parts.get("oneOf") {
        Some(Value::Array(choices)) => choices.iter().all(is_choice),
        Some(_) => false,
        None => {
            let kind = parts.get("type").and_then(Value::as_str);
            ["enum", "pattern", "const"]
                .iter()
                .any(|key| parts.contains_key(*key))
                || matches!(kind, Some("integer" | "boolean"))
        }
    };
    if is_restricted {
        let mut own = std::mem::take(parts);
        let description = own.remove("description");
        parts.extend(description.map(|text| ("description".to_owned(), text)));
        let parameter = json!({ "type": "string", "pattern": PARAMETER });
        parts.insert("anyOf".to_owned(), json!([own, parameter]));
    }
}

/// The schema in the words of the format: a key that may be missing still needs a value where it
/// stands, and what is called `RawStep` in the code is a `Step` to a reader.
fn as_written(schema: Value) -> Value {
    match schema {
        Value::Object(entries) => entries
            .into_iter()
            .map(|(key, value)| match (key.as_str(), value) {
                ("properties", Value::Object(properties)) => {
                    let properties = properties.into_iter();
                    let present = properties
                        .map(|(name, property)| (name, as_written(without_null(property))));
                    (key, Value::Object(present.collect()))
                }
                ("$ref", Value::String(name)) => (key, name.replacen("/Raw", "/", 1).into()),
                (_, value) => {
                    let key = key.strip_prefix("Raw").map_or(key.clone(), str::to_owned);
                    (key, as_written(value))
                }
            })
            .collect(),
        Value::Array(items) => items.into_iter().map(as_written).collect(),
        Value::String(text) => Value::String(text.replace('\n', " ")),
        Value::Null | Value::Bool(_) | Value::Number(_) => schema,
    }
}

/// The schema of an optional field without the null that serde would take.
fn without_null(mut property: Value) -> Value {
    let is_null = |value: &Value| value == "null" || value["type"] == "null";
    for key in ["type", "anyOf"] {
        if let Some(Value::Array(choices)) = property.get_mut(key) {
            choices.retain(|choice| !is_null(choice));
            if let ("type", [only]) = (key, choices.as_mut_slice()) {
                property[key] = only.take();
            }
        }
    }
    property
}
