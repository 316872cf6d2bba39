//! The format as a JSON Schema, for completion and hints in an editor.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::raw::RawScenario;

/// The JSON Schema of the scenario format. It describes the shape; names, units and what goes
/// together are checked by [`parse`](super::parse).
pub fn schema() -> Value {
    let schema = SchemaSettings::draft07()
        .into_generator()
        .into_root_schema_for::<RawScenario>()
        .to_value();
    as_written(schema)
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
