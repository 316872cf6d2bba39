//! State files as text: version 4, as Terraform writes and reads it.
//!
//! Attributes stand as the scenario names them. `terraform_data` has a schema of its own, and
//! keeps them under `input`, so that a real Terraform reads the file without a provider.
//!
//! What is read back was written by the model, and perhaps edited since, as runbooks do with `jq`:
//! another serial or lineage, a resource fewer, a mark of taint gone. An instance is one of the
//! objects that some copy of a state records, or the file is none that the model can follow.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::address::{Address, InstanceKey};
use super::names::Names;
use super::state::{Attributes, Lineage, RecordedObject, Scalar, StateFile, StateSnapshot};

/// The version of Terraform whose behavior is modelled.
pub(super) const TERRAFORM_VERSION: &str = "1.11.4";
/// The version of the files' format.
const FORMAT_VERSION: u64 = 4;

/// The state as a version-4 state file.
pub fn write(names: &Names, file: &StateFile) -> String {
    let resources = resource_values(names, &file.snapshot);
    let document = json!({
        "version": FORMAT_VERSION,
        "terraform_version": TERRAFORM_VERSION,
        "serial": file.serial,
        "lineage": file.lineage.to_string(),
        "outputs": {},
        "resources": resources,
        "check_results": null,
    });
    let mut text = serde_json::to_string_pretty(&document).expect("plain data is serializable");
    text.push('\n');
    text
}

/// Why a text is no state that the model can follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadError {
    /// It is no JSON document.
    NoDocument,
    /// It is no state file of version 4: this field is missing or not what it has to be.
    NoStateFile {
        /// The field.
        field: &'static str,
    },
    /// It records something under an address that the scenario does not have.
    UnknownAddress {
        /// The address.
        address: String,
    },
    /// It records an object that no copy of the state has, or otherwise than any.
    UnknownObject {
        /// The address.
        address: String,
    },
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDocument => f.write_str("no JSON document"),
            Self::NoStateFile { field } => {
                write!(
                    f,
                    "no version-4 state file: `{field}` is not what it has to be"
                )
            }
            Self::UnknownAddress { address } => {
                write!(f, "{address} is no resource of the scenario")
            }
            Self::UnknownObject { address } => {
                write!(f, "no copy of the state has what stands under {address}")
            }
        }
    }
}

impl std::error::Error for ReadError {}

/// Reads a version-4 state file. `known` are the objects that it may record.
///
/// # Errors
///
/// Where it is none, or records what is not known.
pub fn read(
    names: &Names,
    text: &str,
    known: &[Arc<RecordedObject>],
) -> Result<StateFile, ReadError> {
    let document: Value = serde_json::from_str(text).map_err(|_| ReadError::NoDocument)?;
    let wrong = |field| ReadError::NoStateFile { field };
    let number = |field: &'static str| document[field].as_u64().ok_or(wrong(field));
    if number("version")? != FORMAT_VERSION {
        return Err(wrong("version"));
    }
    let lineage = document["lineage"].as_str().and_then(lineage);
    let resources = document["resources"].as_array().ok_or(wrong("resources"))?;
    let mut by_id: BTreeMap<String, Vec<&Arc<RecordedObject>>> = BTreeMap::new();
    for object in known {
        let same = by_id.entry(names.object(object.id)).or_default();
        same.push(object);
    }
    let mut snapshot = StateSnapshot::default();
    for recorded in resources {
        let address = address(recorded)?;
        let instances = recorded["instances"].as_array().ok_or(wrong("instances"))?;
        for instance in instances {
            let key = instance_key(instance);
            let address = Address {
                key,
                ..address.clone()
            };
            let kind = &address.kind;
            let text = address.to_string();
            let Some(resource) = names.find_address(&text) else {
                return Err(ReadError::UnknownAddress { address: text });
            };
            let id = instance["attributes"]["id"].as_str();
            let same = id.and_then(|id| by_id.get(id));
            let object = same.and_then(|same| find(names, kind, instance, same));
            let object = object.ok_or(ReadError::UnknownObject { address: text })?;
            snapshot.record(resource, object);
        }
    }
    Ok(StateFile {
        lineage: lineage.ok_or(wrong("lineage"))?,
        serial: number("serial")?,
        snapshot,
    })
}

fn lineage(text: &str) -> Option<Lineage> {
    let digits: String = text.chars().filter(|c| *c != '-').collect();
    let is_uuid = digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    u128::from_str_radix(&digits, 16)
        .ok()
        .filter(|_| is_uuid)
        .map(Lineage)
}

/// The address of an entry of `resources`, without the key of its instances.
fn address(recorded: &Value) -> Result<Address, ReadError> {
    let text = |field: &'static str| {
        let text = recorded[field].as_str();
        text.ok_or(ReadError::NoStateFile { field })
    };
    let plain = Address::plain(text("type")?, text("name")?);
    let Some(module) = recorded["module"].as_str() else {
        return Ok(plain);
    };
    let module = format!("{module}.{plain}").parse();
    module.map_err(|_| ReadError::NoStateFile { field: "module" })
}

/// The key of an instance.
fn instance_key(instance: &Value) -> Option<InstanceKey> {
    let key = &instance["index_key"];
    let text = || key.as_str().map(|text| InstanceKey::Text(text.to_owned()));
    key.as_u64().map(InstanceKey::Number).or_else(text)
}

/// The known object that an instance is.
fn find(
    names: &Names,
    kind: &str,
    instance: &Value,
    known: &[&Arc<RecordedObject>],
) -> Option<Arc<RecordedObject>> {
    let is_tainted = instance["status"] == "tainted";
    let mut plain = instance.clone();
    plain.as_object_mut()?.remove("status");
    plain.as_object_mut()?.remove("index_key");
    let object = known.iter().find(|object| {
        let marked = RecordedObject {
            is_tainted: false,
            ..(****object).clone()
        };
        instance_value(names, kind, &marked) == plain
    })?;
    if object.is_tainted == is_tainted {
        return Some(Arc::clone(object));
    }
    Some(Arc::new(RecordedObject {
        is_tainted,
        ..(***object).clone()
    }))
}

/// The entries of `resources`: one for each resource, with all its instances.
fn resource_values(names: &Names, snapshot: &StateSnapshot) -> Vec<Value> {
    let mut places: BTreeMap<Address, usize> = BTreeMap::new();
    let mut resources: Vec<Value> = Vec::new();
    for (resource, object) in snapshot.objects() {
        let mut address = names.address_parts(resource);
        let key = address.key.take();
        let kind = &address.kind;
        let mut instance = instance_value(names, kind, object);
        match key {
            None => {}
            Some(InstanceKey::Number(number)) => instance["index_key"] = json!(number),
            Some(InstanceKey::Text(text)) => instance["index_key"] = json!(text),
        }
        if let Some(place) = places.get(&address) {
            let instances = resources[*place]["instances"].as_array_mut();
            instances.expect("it was made as a list").push(instance);
            continue;
        }
        let mut value = json!({
            "mode": "managed",
            "type": kind,
            "name": address.name,
            "provider": provider(kind),
            "instances": [instance],
        });
        if !address.modules.is_empty() {
            value["module"] = json!(address.module());
        }
        places.insert(address, resources.len());
        resources.push(value);
    }
    resources
}

fn instance_value(names: &Names, kind: &str, object: &RecordedObject) -> Value {
    let mut instance = json!({
        "schema_version": 0,
        "attributes": instance_attributes(kind, &names.object(object.id), object),
        "sensitive_attributes": [],
        "dependencies": dependencies(names, object),
    });
    if object.is_tainted {
        instance["status"] = json!("tainted");
    }
    instance
}

/// What an object needs, as a state names it: the instances of one resource are one dependency.
pub(super) fn dependencies(names: &Names, object: &RecordedObject) -> BTreeSet<String> {
    let needed = object.dependencies.iter();
    { needed }
        .map(|needed| dependency(names.address_parts(*needed)))
        .collect()
}

/// How a state names what an instance needs: a resource, without the keys of its instances and of
/// its modules.
fn dependency(mut address: Address) -> String {
    address.key = None;
    for module in &mut address.modules {
        module.key = None;
    }
    address.to_string()
}

/// The provider that a resource type belongs to, as a state file names it.
fn provider(kind: &str) -> String {
    format!("provider[\"{}\"]", provider_source(kind))
}

/// Where the provider of a resource type comes from: the type's first word says which it is.
pub(super) fn provider_source(kind: &str) -> String {
    match kind.split('_').next() {
        Some("terraform") => "terraform.io/builtin/terraform".to_owned(),
        first => format!("registry.terraform.io/hashicorp/{}", first.unwrap_or(kind)),
    }
}

/// The attributes of an object, as they stand in a state file.
pub(super) fn instance_attributes(kind: &str, id: &str, object: &RecordedObject) -> Value {
    let mut all = attributes(&object.attributes);
    all.extend(object.inputs.iter().flat_map(|inputs| attributes(inputs)));
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

/// Attributes as JSON.
pub(crate) fn attributes(attributes: &Attributes) -> Map<String, Value> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::SimDuration;
    use crate::terraform::names::{ObjectId, ResourceId, ResourceName};

    fn names() -> Names {
        let resource = |label: &str| ResourceName {
            kind: "azurerm_subnet".to_owned(),
            label: label.to_owned(),
        };
        Names {
            resources: Arc::new(vec![resource("one"), resource("two")]),
            objects: Arc::new(vec!["one".to_owned(), "two".to_owned()]),
            ..Names::default()
        }
    }

    fn object(name: u32) -> Arc<RecordedObject> {
        let size = Scalar::Number("3".to_owned());
        Arc::new(RecordedObject {
            id: ObjectId {
                name,
                generation: 0,
            },
            is_tainted: name == 1,
            attributes: Arc::new([("size".to_owned(), size)].into()),
            inputs: None,
            dependencies: [ResourceId(0)].into(),
            delete: SimDuration::ZERO,
        })
    }

    fn file() -> StateFile {
        let mut snapshot = StateSnapshot::default();
        snapshot.record(ResourceId(0), object(0));
        snapshot.record(ResourceId(1), object(1));
        StateFile {
            lineage: Lineage(7),
            serial: 3,
            snapshot,
        }
    }

    #[test]
    fn what_was_written_is_read_back() {
        let (names, file) = (names(), file());
        let text = write(&names, &file);
        let known = [object(0), object(1)];
        assert_eq!(read(&names, &text, &known), Ok(file));
        let unknown = read(&names, &text, &known[..1]);
        let address = "azurerm_subnet.two".to_owned();
        assert_eq!(unknown, Err(ReadError::UnknownObject { address }));
    }

    #[test]
    fn edits_of_runbooks_are_followed() {
        let (names, file) = (names(), file());
        let known = [object(0), object(1)];
        let mut edited: Value = serde_json::from_str(&write(&names, &file)).unwrap();
        edited["serial"] = json!(9);
        let instance = edited["resources"][1]["instances"][0].as_object_mut();
        instance.unwrap().remove("status");
        edited["resources"].as_array_mut().unwrap().remove(0);
        let read = read(&names, &edited.to_string(), &known).unwrap();
        assert_eq!((read.serial, read.snapshot.object_count()), (9, 1));
        assert!(!read.snapshot.object(ResourceId(1)).unwrap().is_tainted);
    }

    #[test]
    fn what_is_no_state_is_said() {
        let wrong = |field| Err(ReadError::NoStateFile { field });
        let read = |text: &str| read(&names(), text, &[]);
        assert_eq!(read("{"), Err(ReadError::NoDocument));
        assert_eq!(read("[]"), wrong("version"));
        let four = r#"{ "version": 4, "serial": 1, "lineage": "x", "resources": [] }"#;
        assert_eq!(read(four), wrong("lineage"));
        let other = r#"{ "version": 4, "resources": [
            { "type": "a", "name": "b", "instances": [ {} ] } ] }"#;
        let address = "a.b".to_owned();
        assert_eq!(read(other), Err(ReadError::UnknownAddress { address }));
    }
}
