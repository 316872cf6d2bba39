//! A state as `terraform show -json` prints it: Terraform's representation of values.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::address::{Address, InstanceKey};
use super::names::Names;
use super::state::{RecordedObject, StateFile, StateSnapshot};
use super::state_file::{TERRAFORM_VERSION, dependencies, instance_attributes, provider_source};

/// The version of the representation.
const FORMAT_VERSION: &str = "1.0";

/// What `show -json` prints. A state without objects has a version only.
#[derive(Debug, Serialize)]
struct Shown {
    format_version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    terraform_version: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<Values>,
}

#[derive(Debug, Serialize)]
struct Values {
    root_module: Module,
}

/// A module: the root has no address.
#[derive(Debug, Default, Serialize)]
struct Module {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    resources: Vec<Instance>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    child_modules: Vec<Module>,
}

/// Which instance of a resource it is.
#[derive(Debug, Serialize)]
pub(super) struct Head {
    address: String,
    /// Of a change alone: the module that it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    module_address: Option<String>,
    mode: &'static str,
    #[serde(rename = "type")]
    kind: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<Value>,
    provider_name: String,
}

/// An instance of a resource.
#[derive(Debug, Serialize)]
struct Instance {
    #[serde(flatten)]
    head: Head,
    schema_version: u64,
    values: Value,
    sensitive_values: Value,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    depends_on: Vec<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    tainted: bool,
}

/// The state in one line, with a line feed at its end; none where there is no state.
pub fn write(names: &Names, file: Option<&StateFile>) -> String {
    let file = file.filter(|file| file.snapshot.object_count() > 0);
    let shown = Shown {
        format_version: FORMAT_VERSION,
        terraform_version: file.map(|_| TERRAFORM_VERSION),
        values: file.map(|file| Values {
            root_module: root(names, &file.snapshot),
        }),
    };
    let mut text = serde_json::to_string(&shown).expect("plain data is serializable");
    text.push('\n');
    text
}

fn root(names: &Names, snapshot: &StateSnapshot) -> Module {
    let mut root = Module::default();
    for (resource, object) in snapshot.objects() {
        let address = names.address_parts(resource);
        let values = recorded_values(names, &address.kind, object);
        let instance = Instance {
            head: Head::of(&address),
            schema_version: 0,
            sensitive_values: sensitive(&values),
            values,
            depends_on: dependencies(names, object).into_iter().collect(),
            tainted: object.is_tainted,
        };
        within(&mut root, &address).resources.push(instance);
    }
    root.sort();
    root
}

impl Head {
    fn of(address: &Address) -> Self {
        Self {
            address: address.to_string(),
            module_address: None,
            mode: "managed",
            kind: address.kind.clone(),
            name: address.name.clone(),
            index: address.key.as_ref().map(|key| match key {
                InstanceKey::Number(number) => json!(number),
                InstanceKey::Text(text) => json!(text),
            }),
            provider_name: provider_source(&address.kind),
        }
    }
}

impl Head {
    /// The same, as changes show it: with the module.
    pub(super) fn of_change(address: &Address) -> Self {
        Self {
            module_address: Some(address.module()).filter(|module| !module.is_empty()),
            ..Self::of(address)
        }
    }
}

impl Module {
    fn sort(&mut self) {
        self.resources
            .sort_by(|one, other| one.head.address.cmp(&other.head.address));
        self.child_modules
            .sort_by(|one, other| one.address.cmp(&other.address));
        for child in &mut self.child_modules {
            child.sort();
        }
    }
}

/// The module in which an address stands.
fn within<'m>(root: &'m mut Module, address: &Address) -> &'m mut Module {
    let mut module = root;
    for depth in 1..=address.modules.len() {
        let path = Address {
            modules: address.modules[..depth].to_vec(),
            ..address.clone()
        };
        let path = path.module();
        let children = &mut module.child_modules;
        let found = { children.iter() }.position(|child| child.address.as_ref() == Some(&path));
        let at = found.unwrap_or_else(|| {
            children.push(Module {
                address: Some(path),
                ..Module::default()
            });
            children.len() - 1
        });
        module = &mut children[at];
    }
    module
}

/// The values of an object of this type, as a state records it.
pub(super) fn recorded_values(names: &Names, kind: &str, object: &RecordedObject) -> Value {
    let values = instance_attributes(kind, &names.object(object.id), object);
    plain(kind, values)
}

/// The values without the types that a state file keeps beside those of `terraform_data`.
fn plain(kind: &str, mut values: Value) -> Value {
    if kind == "terraform_data" {
        let input = values["input"]["value"].take();
        values["input"] = input;
    }
    values
}

/// Which values are sensitive: none. Values with parts of their own are listed all the same.
pub(super) fn sensitive(values: &Value) -> Value {
    let parts = values.as_object().into_iter().flatten();
    let nested = parts.filter(|(_, value)| value.is_object());
    let nested: Map<String, Value> = nested
        .map(|(name, value)| (name.clone(), sensitive(value)))
        .collect();
    Value::Object(nested)
}
