//! The recommended runbook beside what findings caution against, and beside each story's own mend.

use std::sync::Arc;

use leaselab::kernel::{Seed, SimDuration};
use leaselab::simulation::{Recording, Session, Simulation, Waited};
use leaselab::suite;
use leaselab::terraform::{Names, OperatorId};
use leaselab::verdict::{self, Finding, Subject, caution};

use super::library::{BEYOND, RUNBOOKS, graded, recommended, wrecks};

/// Those that it leaves and whose own mend ends in sync all the same: it destroys one of two objects
/// on purpose, as somebody has decided in that story and no runbook can for all.
const DECIDED_IN_THE_STORY: [&str; 2] = ["forked_lineage_second_apply", "zero_byte_made_worse"];

/// Where the story's own mend ends in sync, the runbook of its backend recovers the wreck.
#[test]
fn the_recommended_runbooks_recover_whatever_their_stories_do() {
    let beyond: Vec<&str> = { BEYOND.lines().skip(1) }
        .filter_map(|row| row.split('\t').next())
        .collect();
    let mut left = 0;
    for (name, scenario) in recommended().into_iter().flat_map(wrecks) {
        if beyond.contains(&&*name) {
            let report = suite::replay(&scenario, Seed(0), Recording::Off);
            let is_mended = report.last().in_sync();
            let is_decided = DECIDED_IN_THE_STORY.contains(&&*scenario.name);
            assert!(!is_mended || is_decided, "{name}");
            left += 1;
        }
    }
    assert_eq!(left, beyond.len());
}

/// Whether a caution forbids the operator to type this.
fn is_forbidden(finding: &Finding, operator: OperatorId, names: &Names, line: &str) -> bool {
    let Some(said) = finding.caution.as_deref() else {
        return false;
    };
    let is_own = finding.subject == Subject::Operator(operator);
    let pushes = line.starts_with("terraform state push");
    let removes = line.starts_with("rm ") && line.contains("errored.tfstate");
    let applies = line.starts_with("terraform destroy")
        || (line.starts_with("terraform apply") && !line.contains("-refresh-only"));
    match said {
        caution::NOT_WITHOUT_LOCK
        | caution::NOT_WITHOUT_LOCK_FENCED
        | caution::NOT_WITHOUT_LOCK_UNFENCED => line.contains("-lock=false"),
        caution::NOT_FORCED => pushes && line.contains("-force"),
        caution::NOT_PUSHED | caution::NOT_EVEN_PUSHED => is_own && pushes,
        caution::PUSHED_FIRST => is_own && (applies || removes),
        caution::NOT_REMOVED => is_own && removes,
        caution::KEPT_FOR_INPUTS => removes,
        caution::NOT_APPLIED_ANEW
        | caution::IMPORTED_FIRST
        | caution::IMPORTED_BEFORE_DUPLICATED
        | caution::NOT_CREATED_ANEW
        | caution::NOT_CHANGED_BACK
        | caution::MOVED_FIRST
        | caution::FORGOTTEN_NOT_DESTROYED => applies,
        caution::NOT_DECLARED_WHOLE => {
            let word = finding.subject.word(names);
            line.starts_with("terraform untaint") && line.ends_with(&format!(".{word}"))
        }
        // What to think of a plan, and that somebody looks: no command.
        caution::LOOKED_AT_FIRST | caution::MARKED_AGAIN | caution::NOT_SEEN_BY_PLANS => false,
        said if said.starts_with("do not use force-unlock") => line.contains("force-unlock"),
        said if said.starts_with("do not free the lock while") => {
            line.contains("force-unlock") || line.contains("lease break")
        }
        said if said.starts_with("do not try state push -force") => {
            pushes && line.contains("-force")
        }
        other => panic!("what does it forbid? {other}"),
    }
}

#[test]
fn the_recommended_runbook_does_nothing_that_a_caution_forbids() {
    let grade = graded(RUNBOOKS[1]);
    let mut forbidden = Vec::new();
    let mut cautions = 0;
    for ((name, scenario), (_, graded)) in wrecks(RUNBOOKS[1]).iter().zip(&grade.cases) {
        let simulation = Simulation::new(scenario, Seed(0), Recording::Off);
        let (mut session, operator) = Session::at_wreck(simulation).unwrap();
        let names = Arc::clone(session.simulation().names());
        let blob = &names.state_blob;
        for step in &graded.steps {
            session.simulation_mut().run_until(step.started);
            let found = verdict::findings(&names, session.look(), Some(operator));
            cautions += found.iter().filter(|found| found.caution.is_some()).count();
            let broken = found
                .iter()
                .filter(|found| is_forbidden(found, operator, &names, &step.text));
            forbidden.extend(
                broken.map(|found| {
                    format!("{name}:{}: {}: {:?}", step.line, step.text, found.caution)
                }),
            );
            let line = step
                .text
                .replace("-name tfstate", &format!("-name {}", blob.container))
                .replace("-name terraform.tfstate", &format!("-name {}", blob.name));
            let run = session.type_line(operator, "line", &line).unwrap();
            let end = session.wait(run, SimDuration::from_seconds(24 * 60 * 60));
            assert!(matches!(end, Waited::Ended(_)), "{name}: {line}");
        }
    }
    assert!(cautions > 100, "{cautions}");
    assert_eq!(forbidden, Vec::<String>::new());
}
