//! Version-4 state files of any provider.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::text::Document;
use super::{IntakeError, OBJECTS_MAX};
use crate::terraform::address::{Address, AddressError, InstanceKey};
use crate::terraform::state::SERIAL_MAX;
use crate::terraform::{Lineage, Serial};

/// The version of the format that is read.
const VERSION: u64 = 4;

/// What a file holds.
#[derive(Debug)]
pub(super) enum Content {
    /// 0 bytes.
    Empty,
    /// A state.
    State(State),
}

impl Content {
    /// The state, if it is one.
    pub(super) const fn state(&self) -> Option<&State> {
        match self {
            Self::Empty => None,
            Self::State(state) => Some(state),
        }
    }
}

/// A state.
#[derive(Debug)]
pub(super) struct State {
    pub(super) serial: Serial,
    pub(super) lineage: Lineage,
    pub(super) instances: Vec<Instance>,
    /// Its data sources, which are left out: module, type and name of each.
    pub(super) data_sources: BTreeSet<[Option<String>; 3]>,
}

/// Where in a state an object is recorded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) address: Address,
    /// The key of an object that was replaced, and is still to be destroyed.
    pub(super) deposed: Option<String>,
}

/// An object as a state records it.
#[derive(Debug)]
pub(super) struct Instance {
    pub(super) place: Place,
    pub(super) is_tainted: bool,
    /// Its ID, where it has a text for one.
    pub(super) id: Option<String>,
    /// Its attributes but the ID. They are compared, and go nowhere.
    pub(super) attributes: BTreeMap<String, Value>,
    /// The addresses of what it needs, without keys.
    pub(super) needs: Vec<Address>,
}

#[derive(Deserialize)]
struct RawState<'a> {
    #[serde(borrow)]
    version: Option<&'a RawValue>,
    #[serde(borrow)]
    serial: Option<&'a RawValue>,
    #[serde(borrow)]
    lineage: Option<&'a RawValue>,
    #[serde(borrow)]
    resources: Option<Vec<&'a RawValue>>,
}

#[derive(Deserialize)]
struct RawResource<'a> {
    mode: Option<String>,
    module: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    name: Option<String>,
    #[serde(borrow)]
    instances: Option<Vec<&'a RawValue>>,
}

#[derive(Deserialize)]
struct RawInstance<'a> {
    #[serde(borrow)]
    index_key: Option<&'a RawValue>,
    status: Option<String>,
    deposed: Option<String>,
    #[serde(borrow)]
    attributes: Option<&'a RawValue>,
    #[serde(borrow)]
    attributes_flat: Option<&'a RawValue>,
    dependencies: Option<Vec<String>>,
}

/// Reads a state file, which may record so many objects as are `left`.
pub(super) fn read(document: &Document<'_>, left: &mut usize) -> Result<Content, IntakeError> {
    if document.text.is_empty() {
        return Ok(Content::Empty);
    }
    let raw: RawState<'_> = document.root("a state file")?;
    let version = required(document, "version", raw.version)?;
    let number: u64 = document.value(version)?;
    if number != VERSION {
        let message = format!(
            "this is version {number}; version {VERSION} is read, which Terraform 0.12 and all after \
             it write"
        );
        return Err(document.error_in(version, message));
    }
    let serial = required(document, "serial", raw.serial)?;
    let lineage = required(document, "lineage", raw.lineage)?;
    let mut state = State {
        serial: document.value(serial)?,
        lineage: read_lineage(document, lineage)?,
        instances: Vec::new(),
        data_sources: BTreeSet::new(),
    };
    if state.serial > SERIAL_MAX {
        return Err(document.error_in(serial, format!("a serial is at most {SERIAL_MAX}")));
    }
    let mut seen = BTreeSet::new();
    for part in raw.resources.unwrap_or_default() {
        read_resource(document, part, left, &mut seen, &mut state)?;
    }
    Ok(Content::State(state))
}

fn required<'a>(
    document: &Document<'a>,
    field: &str,
    value: Option<&'a RawValue>,
) -> Result<&'a RawValue, IntakeError> {
    value.ok_or_else(|| document.error(format!("this is no state file: `{field}` is missing")))
}

fn read_lineage<'a>(document: &Document<'a>, part: &'a RawValue) -> Result<Lineage, IntakeError> {
    let text: String = document.value(part)?;
    let parts = text.split('-').map(str::len);
    let is_uuid =
        parts.eq([8, 4, 4, 4, 12]) && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit());
    let digits = text.replace('-', "");
    match u128::from_str_radix(&digits, 16) {
        Ok(lineage) if is_uuid => Ok(Lineage(lineage)),
        Ok(_) | Err(_) => Err(document.error_in(part, "a lineage is a UUID".to_owned())),
    }
}

fn read_resource<'a>(
    document: &Document<'a>,
    part: &'a RawValue,
    left: &mut usize,
    seen: &mut BTreeSet<Place>,
    state: &mut State,
) -> Result<(), IntakeError> {
    let raw: RawResource<'_> = document.part(part, "a resource")?;
    let missing = |field: &str| document.error_in(part, format!("the resource has no `{field}`"));
    let mode = raw.mode.ok_or_else(|| missing("mode"))?;
    match mode.as_str() {
        "managed" => {}
        "data" => {
            let place = [raw.module, raw.kind, raw.name];
            state.data_sources.insert(place);
            return Ok(());
        }
        _ => {
            let message = "a resource's `mode` is managed or data".to_owned();
            return Err(document.error_in(part, message));
        }
    }
    let kind = raw.kind.ok_or_else(|| missing("type"))?;
    let name = raw.name.ok_or_else(|| missing("name"))?;
    let module = raw.module.filter(|module| !module.is_empty());
    let text = match module {
        Some(module) => format!("{module}.{kind}.{name}"),
        None => format!("{kind}.{name}"),
    };
    let address: Result<Address, AddressError> = text.parse();
    let address = address.map_err(|error| {
        document.error_in(
            part,
            format!("`module`, `type` and `name` are no address: {error}"),
        )
    })?;
    if address.kind != kind {
        return Err(document.error_in(part, "the `type` is none".to_owned()));
    }
    for part in raw.instances.ok_or_else(|| missing("instances"))? {
        if *left == 0 {
            let message = format!(
                "the files record more than {OBJECTS_MAX} objects, and more are not taken in"
            );
            return Err(document.error_in(part, message));
        }
        *left -= 1;
        let instance = read_instance(document, part, &address)?;
        if !seen.insert(instance.place.clone()) {
            let message = format!("{} stands in this file twice", instance.place.address);
            return Err(document.error_in(part, message));
        }
        state.instances.push(instance);
    }
    Ok(())
}

fn read_instance<'a>(
    document: &Document<'a>,
    part: &'a RawValue,
    resource: &Address,
) -> Result<Instance, IntakeError> {
    let raw: RawInstance<'_> = document.part(part, "an instance")?;
    let mut address = resource.clone();
    address.key = match raw.index_key {
        None => None,
        Some(key) => Some(read_key(document, key)?),
    };
    let text = address.to_string();
    if text.parse::<Address>().as_ref() != Ok(&address) {
        return Err(document.error_in(part, "the address is too long".to_owned()));
    }
    if text.contains("${") {
        let message = "the key has `${`, which a scenario takes for a parameter".to_owned();
        return Err(document.error_in(part, message));
    }
    let is_tainted = match raw.status.as_deref() {
        None | Some("") => false,
        Some("tainted") => true,
        Some(_) => {
            let message = "an instance's `status` is tainted, or missing".to_owned();
            return Err(document.error_in(part, message));
        }
    };
    let attributes = match raw.attributes.or(raw.attributes_flat) {
        None => BTreeMap::new(),
        Some(attributes) => document.part(attributes, "`attributes`")?,
    };
    let (id, attributes) = taken_apart(&address.kind, attributes);
    let needs = raw.dependencies.unwrap_or_default();
    Ok(Instance {
        place: Place {
            address,
            deposed: raw.deposed.filter(|key| !key.is_empty()),
        },
        is_tainted,
        id,
        attributes,
        needs: { needs.iter() }
            .filter_map(|need| need.parse().ok())
            .map(without_keys)
            .collect(),
    })
}

/// The ID and the other attributes. Those of `terraform_data` are in its input, where a scenario's
/// state was written.
fn taken_apart(
    kind: &str,
    mut attributes: BTreeMap<String, Value>,
) -> (Option<String>, BTreeMap<String, Value>) {
    let id = attributes.remove("id");
    let id = id.and_then(|id| id.as_str().map(str::to_owned));
    if kind == "terraform_data"
        && let Some(Value::Object(input)) = attributes.get("input")
        && let Some(Value::Object(values)) = input.get("value")
    {
        let values = values.iter();
        let values = values.map(|(name, value)| (name.clone(), value.clone()));
        return (id, values.collect());
    }
    (id, attributes)
}

/// The address as it stands in dependencies, which are of all instances.
pub(super) fn without_keys(mut address: Address) -> Address {
    address.key = None;
    for module in &mut address.modules {
        module.key = None;
    }
    address
}

fn read_key<'a>(document: &Document<'a>, part: &'a RawValue) -> Result<InstanceKey, IntakeError> {
    match document.value(part)? {
        Value::String(text) => Ok(InstanceKey::Text(text)),
        Value::Number(number) if number.is_u64() => Ok(InstanceKey::Number(
            number.as_u64().expect("it was looked at"),
        )),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            let message = "an `index_key` is a whole number from 0, or a text".to_owned();
            Err(document.error_in(part, message))
        }
    }
}
