//! Random wrecks that were once judged or mended wrongly, by their numbers.

use super::oracle::{Tried, try_wreck, try_wreck_of_advice};
use crate::places::Place;

/// Wrecks that were once judged or mended wrongly.
const ONCE_WRONG: [u64; 15] = [
    99, 117, 1_388, 1_614, 4_793, 5_688, 6_628, 12_382, 14_101, 14_501, 17_618, 19_795, 20_567,
    21_618, 21_780,
];

/// Wrecks of advice that were: records were moved that a version to be brought back has elsewhere.
const ONCE_WRONG_OF_ADVICE: [u64; 1] = [42_001];

/// The same, of other backends: garbage whose digest stayed when it was put aside, the digest that a
/// configuration without a table leaves to one with it, what no command mends in a database, locks
/// that a configuration does not give back, and serials that GitLab takes no second time.
const ONCE_WRONG_ELSEWHERE: [(Place, u64); 9] = [
    (Place::S3, 660),
    (Place::S3, 718),
    (Place::S3Table, 206),
    (Place::S3Both, 51),
    (Place::Pg, 32),
    (Place::Http, 4),
    (Place::HttpFenced, 20),
    (Place::Gitlab, 18),
    (Place::Gitlab, 156),
];

#[test]
fn wrecks_that_were_once_judged_wrongly_are_judged_rightly() {
    let mut tried = Tried::default();
    let mut wrong: Vec<String> = Vec::new();
    for seed in ONCE_WRONG {
        wrong.extend(try_wreck(seed, Place::Azurerm, &mut tried));
    }
    for (place, seed) in ONCE_WRONG_ELSEWHERE {
        wrong.extend(try_wreck(seed, place, &mut tried));
    }
    for seed in ONCE_WRONG_OF_ADVICE {
        wrong.extend(try_wreck_of_advice(seed, Place::Azurerm, &mut tried));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `LEASELAB_WRECK=17` prints it, on the backend of `LEASELAB_PLACE`.
#[test]
fn a_wreck_is_shown_on_demand() {
    if let Ok(seed) = std::env::var("LEASELAB_WRECK") {
        let word = std::env::var("LEASELAB_PLACE").ok();
        let named = |place: &Place| word.as_deref() == Some(place.word());
        let place = Place::ALL.into_iter().find(named);
        let place = place.unwrap_or(Place::Azurerm);
        let seed = seed.parse().unwrap();
        println!("{}", super::generator::yaml(seed, place));
        println!("{}", crate::advice::document(seed, place));
    }
}
