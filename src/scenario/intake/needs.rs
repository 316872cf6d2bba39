//! What needs what: from the dependencies that states record.

use std::collections::BTreeMap;

use super::state::{Place, without_keys};
use crate::terraform::address::Address;

/// So many instances of a resource are named as what another one needs; of more only the first.
pub(super) const INSTANCES_MAX: usize = 20;

/// For each place the places that it needs. A dependency names a resource and means all its
/// instances: here those in the same instance of a module, where there are any.
pub(super) fn needs(
    places: &[Place],
    is_configured: &[bool],
    dependencies: &[&[Address]],
) -> Vec<Vec<usize>> {
    let mut instances: BTreeMap<Address, Vec<usize>> = BTreeMap::new();
    for (index, place) in places.iter().enumerate() {
        if is_configured[index] && place.deposed.is_none() {
            let resource = without_keys(place.address.clone());
            instances.entry(resource).or_default().push(index);
        }
    }
    let of_place = |index: usize| {
        let place = &places[index];
        let mut needed = Vec::new();
        for dependency in dependencies[index] {
            let all = instances.get(dependency).map_or(&[][..], Vec::as_slice);
            let is_near = |other: &&usize| {
                let modules = &places[**other].address.modules;
                place.address.modules.starts_with(modules)
            };
            let near: Vec<usize> = all.iter().filter(is_near).copied().collect();
            let chosen = if near.is_empty() { all } else { &near };
            let most = if chosen.len() > INSTANCES_MAX {
                1
            } else {
                chosen.len()
            };
            needed.extend(chosen[..most].iter().filter(|other| **other != index));
        }
        needed.sort_unstable();
        needed.dedup();
        needed
    };
    let mut needs: Vec<Vec<usize>> = (0..places.len())
        .map(|index| {
            if is_configured[index] {
                of_place(index)
            } else {
                Vec::new()
            }
        })
        .collect();
    break_cycles(&mut needs);
    needs
}

/// Whatever is part of a cycle, or behind one, needs nothing: no configuration is like that.
fn break_cycles(needs: &mut [Vec<usize>]) {
    let mut waiting: Vec<usize> = needs.iter().map(Vec::len).collect();
    let mut needed_by: Vec<Vec<usize>> = vec![Vec::new(); needs.len()];
    for (index, needed) in needs.iter().enumerate() {
        for other in needed {
            needed_by[*other].push(index);
        }
    }
    let mut ready: Vec<usize> = (0..needs.len())
        .filter(|index| waiting[*index] == 0)
        .collect();
    while let Some(index) = ready.pop() {
        for other in &needed_by[index] {
            waiting[*other] -= 1;
            if waiting[*other] == 0 {
                ready.push(*other);
            }
        }
    }
    for (index, needed) in needs.iter_mut().enumerate() {
        if waiting[index] > 0 {
            needed.clear();
        }
    }
}
