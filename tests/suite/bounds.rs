//! The ends of what a suite takes: seeds, threads, combinations.

use leaselab::scenario;
use leaselab::suite::{OnFailure, Seeds, run};
use leaselab::verdict::Outcome;

use super::{BAD, Still, case};
use crate::cli::{leaselab, stderr};

#[test]
fn the_last_seed_is_a_seed() {
    for seed in [0, u64::MAX] {
        let report = run(
            case("last", BAD),
            Seeds::one(seed),
            OnFailure::GoOn,
            &Still::default(),
        );
        assert_eq!((report.seeds, report.results.len()), (1, 1));
        assert_eq!(report.results[0].outcome, Outcome::NotAsExpected);
    }
    assert_eq!(Seeds::range(0, u64::MAX).unwrap().count(), u64::MAX);
    assert_eq!(Seeds::range(u64::MAX, u64::MAX), None);
}

#[test]
fn more_threads_than_the_bound_are_refused_with_it() {
    let output = leaselab(&["test", "scenarios", "--jobs", "20000"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("1..=1024"), "{}", stderr(&output));
}

/// A scenario with this resource and these axes.
fn large(count: usize, axes: &str) -> Result<usize, String> {
    let source = format!(
        "leaselab: 1\ntitle: large\nparameters: {{ p: v, q: v }}\nwhy: '${{p}} ${{q}}'\n\
         resources: {{ a: {{ count: {count} }} }}\nmatrix: {{ axes: {{ {axes} }} }}\nsteps: []\n"
    );
    let read = scenario::variants("large.yaml", source.as_bytes(), &scenario::Settings::new());
    read.map(|variants| variants.len())
        .map_err(|errors| errors.to_string())
}

fn numbers(count: usize) -> String {
    let numbers: Vec<String> = (0..count).map(|number| number.to_string()).collect();
    format!("[{}]", numbers.join(","))
}

#[test]
fn a_matrix_is_as_large_as_can_be_replayed() {
    // Each of them was read anew from the whole file, with all values on its axes.
    assert_eq!(large(1, &format!("p: {}", numbers(10_000))), Ok(10_000));
    let hundred = numbers(100);
    let both = format!("p: {hundred}, q: {hundred}");
    assert_eq!(
        large(10_000, &both),
        Err(
            "6:1: 10000 combinations of 10013 values and resources; a matrix has at most 4000000 \
             of one times the other"
                .to_owned()
        )
    );
    assert_eq!(
        large(1, &format!("p: {}, q: [1, 2]", numbers(10_000))),
        Err("6:1: the matrix has more than 10,000 combinations".to_owned())
    );
}
