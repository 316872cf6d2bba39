//! What exists, as a run has written it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::text::Document;
use super::{IntakeError, OBJECTS_MAX};
use crate::terraform::address::Address;

/// The objects that exist, by ID.
pub(super) type Cloud = BTreeMap<String, Object>;

/// An object that exists.
#[derive(Debug)]
pub(super) struct Object {
    /// The address under which it belongs.
    pub(super) address: Address,
    pub(super) attributes: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct RawCloud<'a> {
    #[serde(borrow)]
    objects: BTreeMap<String, &'a RawValue>,
}

#[derive(Deserialize)]
struct RawObject<'a> {
    #[serde(borrow)]
    address: &'a RawValue,
    attributes: BTreeMap<String, Value>,
}

/// Reads the file, in which so many objects may be as are `left`.
pub(super) fn read(document: &Document<'_>, left: &mut usize) -> Result<Cloud, IntakeError> {
    let raw: RawCloud<'_> = document.root("what exists")?;
    let mut cloud = Cloud::new();
    for (id, part) in raw.objects {
        if *left == 0 {
            let message = format!(
                "the files have more than {OBJECTS_MAX} objects, and more are not taken in"
            );
            return Err(document.error_in(part, message));
        }
        *left -= 1;
        let object: RawObject<'_> = document.part(part, "an object")?;
        let text: String = document.value(object.address)?;
        let address = text.parse().map_err(|error| {
            document.error_in(object.address, format!("this is no address: {error}"))
        })?;
        if text.contains("${") {
            let message = "the key has `${`, which a scenario takes for a parameter".to_owned();
            return Err(document.error_in(object.address, message));
        }
        let attributes = object.attributes;
        cloud.insert(
            id,
            Object {
                address,
                attributes,
            },
        );
    }
    Ok(cloud)
}
