//! The format as a JSON Schema, for completion and hints in an editor.

use schemars::generate::SchemaSettings;

use super::raw::RawScenario;

/// The JSON Schema of the scenario format. It describes the shape; names, units and what goes
/// together are checked by [`parse`](super::parse).
pub fn schema() -> serde_json::Value {
    SchemaSettings::draft07()
        .into_generator()
        .into_root_schema_for::<RawScenario>()
        .to_value()
}
