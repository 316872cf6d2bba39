//! The wreck that states record together: which objects there are, where they belong, and what each
//! copy of the state says of them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::cloud::Cloud;
use super::compare::{NONE, Numbers, OWN, Parts, numbers};
use super::state::{Instance, Place};
use super::{Copy, label, needs};
use crate::terraform::address::Address;

/// A resource of the scenario.
#[derive(Debug)]
pub(super) struct Resource {
    pub(super) place: Place,
    pub(super) label: String,
    /// Whether the configuration is taken to have it.
    pub(super) is_configured: bool,
    /// The positions of the resources that it needs.
    pub(super) needs: Vec<usize>,
    /// The objects that belong to it.
    pub(super) objects: Vec<usize>,
    /// Whether copies have different attributes of its objects.
    pub(super) has_versions: bool,
    /// Whether any of its objects has inputs.
    pub(super) has_inputs: bool,
}

/// An object.
#[derive(Debug)]
pub(super) struct Object {
    /// The position of the resource that it belongs to.
    pub(super) home: usize,
    pub(super) exists: bool,
}

/// A record of an object in a copy of the state.
#[derive(Debug)]
pub(super) struct Record {
    /// The position of the resource under whose address it stands.
    pub(super) resource: usize,
    pub(super) object: usize,
    pub(super) is_tainted: bool,
    pub(super) numbers: Numbers,
}

/// The [wreck](self).
#[derive(Debug)]
pub(super) struct Wreck {
    pub(super) resources: Vec<Resource>,
    pub(super) objects: Vec<Object>,
    /// By copy; nothing for what is no state.
    pub(super) records: Vec<Vec<Record>>,
}

/// Which object a record is of. An ID with a `/` is a path, and the only one of its type; others,
/// such as `none`, many objects may have.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Identity<'a> {
    Path(&'a str, &'a str),
    Own(usize, Option<&'a str>),
}

fn identity<'a>(place: usize, kind: &'a str, id: Option<&'a str>) -> Identity<'a> {
    match id {
        Some(id) if id.contains('/') => Identity::Path(kind, id),
        id => Identity::Own(place, id),
    }
}

/// The places and objects, as they are found.
#[derive(Debug, Default)]
struct Survey<'a> {
    places: Vec<Place>,
    by_place: BTreeMap<Place, usize>,
    objects: BTreeMap<Identity<'a>, usize>,
    /// By object: the place where it belongs.
    homes: Vec<usize>,
    /// By object, in the order of the copies: the copy and the position of the record in it.
    records: Vec<Vec<(usize, usize)>>,
}

impl<'a> Survey<'a> {
    fn place(&mut self, place: &Place) -> usize {
        if let Some(index) = self.by_place.get(place) {
            return *index;
        }
        self.places.push(place.clone());
        self.by_place.insert(place.clone(), self.places.len() - 1);
        self.places.len() - 1
    }

    /// The object, which belongs where it is seen first.
    fn object(&mut self, identity: Identity<'a>, place: usize) -> usize {
        let next = self.homes.len();
        let object = *self.objects.entry(identity).or_insert(next);
        if object == next {
            self.homes.push(place);
            self.records.push(Vec::new());
        }
        object
    }
}

/// The copies that are states, the newest first: by serial, and of the same serial what a failed
/// save has left.
fn newest_first(copies: &[Copy<'_>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..copies.len())
        .filter(|copy| copies[*copy].content.state().is_some())
        .collect();
    order.sort_by_key(|copy| {
        let serial = copies[*copy].content.state().map(|state| state.serial);
        (Reverse(serial), copies[*copy].operator.is_none())
    });
    order
}

fn instances<'c>(copies: &'c [Copy<'_>], copy: usize) -> &'c [Instance] {
    let state = copies[copy].content.state();
    state.map_or(&[], |state| &state.instances)
}

impl Wreck {
    /// The wreck that these copies of the state record, and of which this exists, where that is
    /// known.
    pub(super) fn of(copies: &[Copy<'_>], cloud: Option<&Cloud>) -> Self {
        let mut survey = Survey::default();
        for copy in 0..copies.len() {
            for instance in instances(copies, copy) {
                survey.place(&instance.place);
            }
        }
        let mut existing = BTreeMap::new();
        for (id, object) in cloud.into_iter().flatten() {
            let place = survey.place(&Place {
                address: object.address.clone(),
                deposed: None,
            });
            let identity = identity(place, &object.address.kind, Some(id));
            existing.insert(survey.object(identity, place), &object.attributes);
        }
        let order = newest_first(copies);
        for copy in &order {
            for (position, instance) in instances(copies, *copy).iter().enumerate() {
                let place = survey.place(&instance.place);
                let kind = &instance.place.address.kind;
                let identity = identity(place, kind, instance.id.as_deref());
                let object = survey.object(identity, place);
                survey.records[object].push((*copy, position));
            }
        }
        let mut records: Vec<BTreeMap<usize, Record>> =
            copies.iter().map(|_| BTreeMap::new()).collect();
        for (object, found) in survey.records.iter().enumerate() {
            let own = existing.get(&object).copied();
            let instance = |(copy, position): &(usize, usize)| &instances(copies, *copy)[*position];
            let parts = found
                .iter()
                .map(|place| Parts::of(&instance(place).attributes, own));
            let parts: Vec<Parts<'_>> = parts.collect();
            for (place, numbers) in found.iter().zip(numbers(&parts, own)) {
                let record = Record {
                    resource: survey.by_place[&instance(place).place],
                    object,
                    is_tainted: instance(place).is_tainted,
                    numbers,
                };
                records[place.0].insert(place.1, record);
            }
        }
        let objects = survey
            .homes
            .iter()
            .enumerate()
            .map(|(object, home)| Object {
                home: *home,
                exists: cloud.is_none() || existing.contains_key(&object),
            });
        let mut wreck = Self {
            objects: objects.collect(),
            records: records
                .into_iter()
                .map(|all| all.into_values().collect())
                .collect(),
            resources: resources(survey.places, copies, &order, &survey.homes),
        };
        wreck.note_differences();
        wreck
    }

    fn note_differences(&mut self) {
        for record in self.records.iter().flatten() {
            let home = self.objects[record.object].home;
            if record.numbers.attributes != OWN {
                self.resources[home].has_versions = true;
            }
            if record.numbers.inputs != NONE {
                self.resources[home].has_inputs = true;
            }
        }
    }

    /// The objects under an address are gone. Whether any is recorded there, or belongs there.
    pub(super) fn lose(&mut self, address: &Address) -> bool {
        let resources = self.resources.iter();
        let is_at: Vec<bool> = resources
            .map(|resource| resource.place.address == *address && resource.place.deposed.is_none())
            .collect();
        let records = self.records.iter().flatten();
        let mut lost: BTreeSet<usize> = records
            .filter(|record| is_at[record.resource])
            .map(|record| record.object)
            .collect();
        let homes = self.objects.iter().enumerate();
        lost.extend(
            homes
                .filter(|(_, object)| is_at[object.home])
                .map(|(index, _)| index),
        );
        for object in &lost {
            self.objects[*object].exists = false;
        }
        !lost.is_empty()
    }

    /// All addresses, as they are spelled.
    pub(super) fn addresses(&self) -> impl Iterator<Item = String> {
        self.resources
            .iter()
            .map(|resource| resource.place.address.to_string())
    }
}

/// The resources of these places, with the objects whose homes they are.
fn resources(
    places: Vec<Place>,
    copies: &[Copy<'_>],
    newest_first: &[usize],
    homes: &[usize],
) -> Vec<Resource> {
    let mut objects: Vec<Vec<usize>> = vec![Vec::new(); places.len()];
    for (object, home) in homes.iter().enumerate() {
        objects[*home].push(object);
    }
    let mut dependencies: BTreeMap<&Place, &[Address]> = BTreeMap::new();
    for copy in newest_first {
        for instance in instances(copies, *copy) {
            dependencies
                .entry(&instance.place)
                .or_insert(&instance.needs);
        }
    }
    let dependencies: Vec<&[Address]> = places
        .iter()
        .map(|place| dependencies.get(place).copied().unwrap_or_default())
        .collect();
    let is_configured: Vec<bool> = { places.iter().zip(&objects) }
        .map(|(place, objects)| place.deposed.is_none() && !objects.is_empty())
        .collect();
    let needs = needs::needs(&places, &is_configured, &dependencies);
    let labels = label::labels(&places);
    let parts = places.into_iter().zip(labels).zip(is_configured);
    let parts = parts.zip(needs).zip(objects);
    parts
        .map(
            |((((place, label), is_configured), needs), objects)| Resource {
                place,
                label,
                is_configured,
                needs,
                objects,
                has_versions: false,
                has_inputs: false,
            },
        )
        .collect()
}
