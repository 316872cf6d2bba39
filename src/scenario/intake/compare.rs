//! What differs between the copies of an object, as numbers: no value goes further.

use std::collections::BTreeMap;

use serde_json::Value;

/// The number of what an object has in the cloud.
pub(super) const OWN: u32 = 2;
/// The number of no inputs at all.
pub(super) const NONE: u32 = 0;

/// The attributes of an object, as one copy of the state has them, in two parts.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Parts<'a> {
    /// What the cloud has, too.
    attributes: BTreeMap<&'a str, &'a Value>,
    /// What only states have.
    inputs: BTreeMap<&'a str, &'a Value>,
}

/// The numbers of one copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Numbers {
    /// [`OWN`] where the copy has what the object has; other numbers tell others apart.
    pub(super) attributes: u32,
    /// [`NONE`] where it has no inputs; [`OWN`] where it has those of the newest copy that has any.
    pub(super) inputs: u32,
}

impl<'a> Parts<'a> {
    /// The parts of a record. Where it is not known what the cloud has, all is attributes.
    pub(super) fn of(
        record: &'a BTreeMap<String, Value>,
        cloud: Option<&BTreeMap<String, Value>>,
    ) -> Self {
        let all = record.iter().map(|(name, value)| (name.as_str(), value));
        let is_attribute = |name: &str| cloud.is_none_or(|cloud| cloud.contains_key(name));
        let (attributes, inputs) = all.partition(|(name, _)| is_attribute(name));
        Self { attributes, inputs }
    }
}

/// The numbers of the copies of an object, the newest copy first. `cloud` is what it has itself; where
/// that is not known, what the newest copy says.
pub(super) fn numbers(
    copies: &[Parts<'_>],
    cloud: Option<&BTreeMap<String, Value>>,
) -> Vec<Numbers> {
    let own = match (cloud, copies.first()) {
        (Some(cloud), _) => Parts::of(cloud, None).attributes,
        (None, Some(newest)) => newest.attributes.clone(),
        (None, None) => BTreeMap::new(),
    };
    let inputs = copies.iter().map(|copy| &copy.inputs);
    let kept = inputs.clone().find(|inputs| !inputs.is_empty());
    let nothing = BTreeMap::new();
    let attributes = told_apart(&own, copies.iter().map(|copy| &copy.attributes));
    let of_inputs = told_apart(kept.unwrap_or(&nothing), inputs);
    let numbers = attributes.into_iter().zip(of_inputs).zip(copies);
    numbers
        .map(|((attributes, inputs), copy)| Numbers {
            attributes,
            inputs: if copy.inputs.is_empty() { NONE } else { inputs },
        })
        .collect()
}

/// A number for each value: the same for the same.
fn told_apart<'v, T: PartialEq + 'v>(own: &T, values: impl Iterator<Item = &'v T>) -> Vec<u32> {
    let mut others: Vec<&T> = Vec::new();
    let mut numbers = Vec::new();
    for value in values {
        if value == own {
            numbers.push(OWN);
            continue;
        }
        let place = others.iter().position(|other| *other == value);
        let place = place.unwrap_or_else(|| {
            others.push(value);
            others.len() - 1
        });
        let place = u32::try_from(place).expect("as many as there are files");
        numbers.push(if place == 0 { 1 } else { OWN + place });
    }
    numbers
}
