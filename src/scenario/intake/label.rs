//! Short names for addresses: what the timeline calls a resource.

use std::collections::{BTreeMap, BTreeSet};

use super::state::Place;
use crate::terraform::address::InstanceKey;

/// The longest short name, in bytes.
pub(super) const BYTES_MAX: usize = 80;

/// The text as a name: `_` in place of what a name does not have. No `-`, behind which the number
/// of an object stands whose name the cloud makes up.
pub(super) fn as_name(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let begins = text.starts_with(|c: char| c.is_ascii_digit());
    let parts = text.chars().map(|c| if is_part(c) { c } else { '_' });
    let name = { begins.then_some('_').into_iter() }.chain(parts);
    name.take(BYTES_MAX).collect()
}

fn key(key: Option<&InstanceKey>) -> String {
    match key {
        None => String::new(),
        Some(InstanceKey::Number(number)) => format!("_{number}"),
        Some(InstanceKey::Text(text)) => format!("_{text}"),
    }
}

/// Names for a place, from the shortest on.
fn candidates(place: &Place) -> [String; 5] {
    let address = &place.address;
    let deposed = match &place.deposed {
        Some(key) => format!("_deposed_{key}"),
        None => String::new(),
    };
    let keyed = format!("{}{}{deposed}", address.name, key(address.key.as_ref()));
    let kind = address
        .kind
        .split_once('_')
        .map_or(&*address.kind, |(_, kind)| kind);
    let mut modules = String::new();
    for module in &address.modules {
        modules.push_str(&module.name);
        modules.push_str(&key(module.key.as_ref()));
        modules.push('_');
    }
    let plain = format!("{}{deposed}", address.name);
    let of_module = format!("{modules}{keyed}");
    let of_kind = format!("{kind}_{keyed}");
    let whole = format!("{modules}{kind}_{keyed}");
    [plain, keyed, of_module, of_kind, whole].map(|name| as_name(&name))
}

/// A name for each place, no two the same: the shortest that is its alone, or else the longest with
/// a number.
pub(super) fn labels(places: &[Place]) -> Vec<String> {
    let all: Vec<[String; 5]> = places.iter().map(candidates).collect();
    let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
    for names in &all {
        let own: BTreeSet<&str> = names.iter().map(String::as_str).collect();
        for name in own {
            *uses.entry(name).or_default() += 1;
        }
    }
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    let mut labels = Vec::with_capacity(places.len());
    for names in &all {
        let own = names.iter().find(|name| uses[name.as_str()] == 1);
        let label = own.cloned().unwrap_or_else(|| {
            let stem: String = names[4].chars().take(BYTES_MAX - 12).collect();
            let number = numbers.entry(stem.clone()).or_default();
            loop {
                *number += 1;
                let label = format!("{stem}_{number}");
                if !taken.contains(&label) && !uses.contains_key(label.as_str()) {
                    break label;
                }
            }
        });
        taken.insert(label.clone());
        labels.push(label);
    }
    labels
}
