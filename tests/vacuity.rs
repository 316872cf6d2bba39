//! What asserts nothing is not judged, and what has no effect makes a run vacuous: each file in
//! `tests/vacuity/` is one way to say nothing, and stands in the table with what must come of it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::render;
use leaselab::scenario;
use leaselab::simulation::Recording;
use leaselab::suite;
use leaselab::timeline::Vacuity;
use leaselab::verdict::{Outcome, Report};

/// What must come of a file.
#[derive(Debug, Clone, Copy)]
enum Must {
    /// It is read with this error.
    Err(&'static str),
    NotJudged,
    AsExpected,
    /// It is vacuous in this line, for this reason.
    Vacuous(u32, &'static str),
    /// It is not as expected, and this is what there was.
    Fail(&'static str),
}

use Must::{AsExpected, Err, Fail, NotJudged, Vacuous};

const FILES: [(&str, Must); 31] = [
    ("answer_wrong", AsExpected),
    ("blackhole_wrong_dir", Vacuous(5, "no message met it")),
    ("chance", AsExpected),
    (
        "change_same",
        Vacuous(6, "all that it names was so already"),
    ),
    ("cred_no_effect", Vacuous(6, "nobody used the credentials")),
    ("cut_no_effect", Vacuous(6, "no message met it")),
    ("disk_no_effect", Vacuous(5, "nothing was written to it")),
    ("edit_same", Vacuous(6, "the configuration was so already")),
    (
        "effect_none_broken",
        Vacuous(5, "it says `effect: none`, and it had an effect"),
    ),
    ("effect_none_held", AsExpected),
    (
        "effect_none_of_rules",
        Vacuous(5, "it says `effect: none`, and it had an effect"),
    ),
    ("errors_dup", AsExpected),
    ("errors_empty_text", AsExpected),
    ("exit_empty_map", Err("nothing is expected of the end")),
    ("expect_empty", Err("nothing is expected of the end")),
    ("expect_step_empty", NotJudged),
    (
        "findings_empty_subject",
        Err("`orphaned_object` of nothing is no finding"),
    ),
    ("heal_of_what_is_up", Vacuous(5, "the link was up")),
    ("held_by_wrong", Fail("held by bob")),
    ("matrix_no_rows", AsExpected),
    ("note_only", NotJudged),
    ("params_default_row", AsExpected),
    ("prop_always_empty", NotJudged),
    ("prop_never_empty", NotJudged),
    ("prop_sometimes_empty", NotJudged),
    ("remote_empty_map", NotJudged),
    ("rule_shadowed", Vacuous(5, "nothing that it names came")),
    ("sometimes_unseen", AsExpected),
    (
        "steps_expect_unreached",
        Vacuous(6, "the fact that it waits for never occurred"),
    ),
    (
        "suspend_no_effect",
        Vacuous(6, "nothing happened on the machine while it slept"),
    ),
    ("wreck_never_graded", AsExpected),
];

fn is_met(report: &Report, must: Must) -> bool {
    let vacuities = &report.timeline.vacuities;
    let is_plain = vacuities.is_empty();
    match must {
        Err(_) => false,
        NotJudged => report.outcome == Outcome::NotJudged && is_plain,
        AsExpected => report.outcome == Outcome::AsExpected && is_plain,
        Vacuous(line, why) => {
            let names = &report.timeline.names;
            let in_words = |told: &Vacuity| (told.line, render::vacuity_reason(told, names));
            let told = vacuities.iter().map(in_words);
            report.outcome == Outcome::Vacuous && told.eq([(line, why.to_owned())])
        }
        Fail(actual) => {
            let mut mismatches = report.judgements.iter().flat_map(|told| &told.mismatches);
            report.outcome == Outcome::NotAsExpected
                && mismatches.any(|mismatch| mismatch.actual == actual)
        }
    }
}

#[test]
fn what_says_nothing_is_told_from_what_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vacuity");
    let stems: BTreeSet<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let listed: BTreeSet<String> = FILES.iter().map(|(stem, _)| (*stem).to_owned()).collect();
    assert_eq!(stems, listed, "the folder and the table");
    for (stem, must) in FILES {
        let source = fs::read(folder.join(format!("{stem}.yaml"))).unwrap();
        match (scenario::parse(stem, &source), must) {
            (Result::Err(errors), Err(message)) => {
                assert_eq!(errors.errors.len(), 1, "{stem}");
                assert_eq!(errors.errors[0].message, message, "{stem}");
            }
            (Result::Err(errors), must) => panic!("{stem}: {errors}, where {must:?}"),
            (Ok(scenario), must) => {
                let scenario = Arc::new(scenario);
                let report = suite::replay(&scenario, Seed(0), Recording::On);
                let told = (
                    report.outcome,
                    &report.timeline.vacuities,
                    &report.judgements,
                );
                assert!(is_met(&report, must), "{stem}: {told:?}, where {must:?}");
            }
        }
    }
}
