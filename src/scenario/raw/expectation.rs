//! Expectations as they are written.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use super::super::expectation::{FindingName, ObjectStatus};
use super::scalar::{Duration, ExitStatus, Flag, SerialNumber, Text};
use super::shape::{FindingPairs, ListOrPairs, Pairs, WordOr};

/// What holds at this point. What is not named is not judged.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct RawExpectation {
    /// The exit status of each run: `{ apply: 1 }`.
    pub(in super::super) exit: Option<Pairs<ExitStatus>>,
    /// Parts of the errors that each run printed, all of them.
    pub(in super::super) errors: Option<Pairs<Vec<Text>>>,
    /// The resources whose objects the cloud has, exactly; or how far each is: `{ vnet: creating }`.
    pub(in super::super) cloud: Option<ListOrPairs<Text, ObjectStatus>>,
    /// The state blob.
    pub(in super::super) remote: Option<WordOr<RemoteWord, RawState>>,
    /// Each operator's `errored.tfstate`.
    pub(in super::super) errored: Option<Pairs<WordOr<FileWord, RawState>>>,
    /// The backup beside a local state.
    pub(in super::super) backup: Option<WordOr<FileWord, RawState>>,
    /// The lock.
    pub(in super::super) lock: Option<RawLock>,
    /// The findings with their subjects, exactly; `{}` for none.
    pub(in super::super) findings: Option<FindingPairs<Vec<Text>>>,
    /// Whether cloud and remote state agree and nothing is left to repair.
    pub(in super::super) in_sync: Option<Flag>,
    /// When each run had exited: `{ apply: 33s }`.
    pub(in super::super) ended_by: Option<Pairs<Duration>>,
}

/// The state blob in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in super::super) enum RemoteWord {
    /// There is none.
    Absent,
    /// It has 0 bytes.
    Empty,
    /// It is no state file.
    Unreadable,
}

/// A file that may hold a state, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in super::super) enum FileWord {
    /// There is none.
    None,
    /// It has 0 bytes.
    Empty,
}

/// What a state holds. What is not named is not judged.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct RawState {
    /// Its serial.
    pub(in super::super) serial: Option<SerialNumber>,
    /// The resources that it records, exactly.
    pub(in super::super) resources: Option<Vec<Text>>,
}

/// The lock.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in super::super) enum RawLock {
    /// Nobody holds it.
    Free,
    /// Somebody holds it.
    Held,
    /// This operator holds it.
    HeldBy(Text),
    /// It is held, and no lock info says by whom.
    WithoutInfo,
}

impl<T: JsonSchema> JsonSchema for FindingPairs<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Findings".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let value = generator.subschema_for::<T>();
        let properties: serde_json::Map<String, serde_json::Value> = FindingName::ALL
            .iter()
            .map(|finding| {
                let mut subjects = value.clone();
                subjects.insert("description".to_owned(), finding.meaning().into());
                (finding.name().to_owned(), subjects.to_value())
            })
            .collect();
        json_schema!({
            "anyOf": [
                { "type": "object", "properties": properties, "additionalProperties": false },
                { "type": "array", "maxItems": 0 },
            ]
        })
    }
}
