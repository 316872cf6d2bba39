//! The machine itself: any transcript, what is taken back, and that the record does it again.

use std::sync::Arc;

use leaselab::drill::{Drill, Said};
use leaselab::kernel::{Seed, SimDuration};
use leaselab::render::{self, Layout};
use leaselab::runbook;
use leaselab::scenario::{self, Scenario};
use leaselab::terraform::OperatorId;
use proptest::prelude::*;

fn scenario(name: &str) -> Arc<Scenario> {
    let path = format!("tests/drill/{name}.yaml");
    let source = std::fs::read(super::root().join(&path)).unwrap();
    Arc::new(scenario::parse(&path, &source).unwrap())
}

fn text(said: &[Said]) -> String {
    render::drill(said, Layout::default())
}

/// What people type, and what they had better not.
fn line() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "terraform plan",
        "terraform apply",
        "terraform apply -auto-approve",
        "terraform destroy",
        "terraform apply -lock-timeout=1m -auto-approve",
        "terraform state list",
        "terraform state pull > copy.tfstate",
        "terraform state push errored.tfstate",
        "terraform state push copy.tfstate",
        "terraform state rm azurerm_virtual_network.vnet",
        "terraform import azurerm_virtual_network.vnet /things/vnet",
        "terraform force-unlock 11111111-2222-3333-4444-555555555555",
        "az storage blob lease break -c tfstate -b terraform.tfstate",
        "rm errored.tfstate",
        "cp errored.tfstate copy.tfstate",
        "read answer; echo \"$answer\"",
        "sleep 20",
        "for x in 1 2; do terraform plan; done",
        "cat <<END",
        "END",
        "f() { terraform plan; }",
        "f",
        "cd /tmp",
        "false",
        "if true; then",
        "fi",
        "echo '",
        "yes",
        "no",
        "",
        "# nothing",
        "it's \"odd\"",
        "```",
        "^C",
        "^C^C",
        "^C after 3s",
        "^C^C after 10s",
        "^C after 700ms",
        "switch bob",
        ":switch alice",
        "switch bob after 4s",
        "switch alice after 2s",
        "look",
        ":look",
        "hint",
        "why",
        "ask bob",
        "undo",
        ":undo",
        "again",
        "help",
        "terraform aply",
        "terraform force-unlock <LOCK_ID>",
    ]);
    prop_oneof![20 => known.prop_map(str::to_owned), 1 => "\\PC{0,20}"]
}

/// What stands in the world, without the words that runs are called by.
fn facts(simulation: &leaselab::simulation::Simulation) -> Vec<String> {
    simulation
        .entries()
        .iter()
        .map(|entry| format!("{entry:?}"))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_transcript_does_again_what_it_did(
        lines in prop::collection::vec(line(), 0..14),
        is_unsaved in any::<bool>(),
        is_eager in any::<bool>(),
    ) {
        let scenario = scenario(if is_unsaved { "unsaved" } else { "before" });
        let seats: Vec<OperatorId> = scenario.names.operator_ids().collect();
        let mut drill = Drill::begin(&scenario, Seed(0), &seats).unwrap();
        let layout = Layout::default();
        render::drill_opening(&drill.opening(), render::Naming::Named, layout);
        for line in &lines {
            text(&drill.line(line));
            if is_eager {
                text(&drill.settle());
            }
        }
        let finish = drill.finish();
        render::drill_end(&finish, layout);
        // The same facts, one by one, as the simulation has them that somebody typed into.
        let again = finish.graded.report.timeline.entries.iter();
        let again: Vec<String> = again.map(|entry| format!("{entry:?}")).collect();
        let typed = facts(drill.simulation());
        prop_assert!(again.len() >= typed.len());
        for (one, other) in typed.iter().zip(&again) {
            prop_assert_eq!(one, other);
        }
        // And the record, read from its text, has the same grade.
        if let Some(record) = drill.record("x.yaml") {
            let read = runbook::parse("record.md", record.as_bytes()).unwrap();
            let graded = runbook::grade(&read, &scenario, Seed(0)).unwrap();
            prop_assert_eq!(graded.outcome, finish.graded.outcome);
            let general = record.replace("<!-- leaselab: literally -->", "");
            runbook::parse("general.md", general.as_bytes()).ok();
        }
    }

    /// What was taken back has never been: the same bytes come again.
    #[test]
    fn what_is_taken_back_has_never_been(
        lines in prop::collection::vec(line(), 0..6),
        more in line(),
    ) {
        let ends = |line: &String| line.trim() == "again" || line.contains("undo");
        prop_assume!(!ends(&more) && !lines.iter().any(ends));
        let scenario = scenario("before");
        let mut drill = Drill::begin(&scenario, Seed(0), &[]).unwrap();
        for line in &lines {
            drill.line(line);
            drill.settle();
        }
        let before = (drill.record("x"), facts(drill.simulation()), drill.prompt());
        prop_assume!(!drill.is_over() && before.2 != leaselab::drill::Prompt::More);
        let was_asked = before.2 == leaselab::drill::Prompt::Question;
        prop_assume!(!was_asked && !more.contains("^C"));
        drill.line(&more);
        drill.settle();
        let strokes = |record: &Option<String>| record.as_ref().map_or(0, String::len);
        prop_assume!(!drill.is_over() && drill.prompt() != leaselab::drill::Prompt::More);
        let typed = drill.record("x");
        if strokes(&typed) > strokes(&before.0) {
            drill.line(":undo");
        }
        let after = (drill.record("x"), facts(drill.simulation()), drill.prompt());
        prop_assert_eq!(&before, &after);
    }
}

/// Watched in small steps, a command does what it does at once.
#[test]
fn time_passes_alike_however_it_is_watched() {
    let scenario = scenario("before");
    let run = |step: Option<u64>| {
        let mut drill = Drill::begin(&scenario, Seed(0), &[]).unwrap();
        for line in ["terraform apply", "yes", "terraform state list"] {
            drill.line(line);
            match step {
                None => {
                    drill.settle();
                }
                Some(step) => {
                    while drill.is_at_work() {
                        drill.pass(SimDuration::from_ms(step));
                    }
                }
            }
        }
        (drill.finish().graded.outcome, facts(drill.simulation()))
    };
    let at_once = run(None);
    for step in [7, 500, 3_600_000] {
        assert_eq!(run(Some(step)), at_once, "{step} ms");
    }
}

/// A Ctrl+C that somebody presses while they watch is in the record at its instant.
#[test]
fn a_key_that_is_pressed_is_recorded_at_its_instant() {
    let scenario = scenario("before");
    let mut drill = Drill::begin(&scenario, Seed(0), &[]).unwrap();
    assert!(drill.interrupt().is_empty(), "nothing runs");
    drill.line("terraform apply -auto-approve");
    drill.pass(SimDuration::from_ms(4_250));
    drill.interrupt();
    drill.settle();
    let record = drill.record("x.yaml").unwrap();
    assert!(record.contains("^C after 4250ms\n"), "{record}");
    let finish = drill.finish();
    assert_eq!(finish.commands, 1);
    assert_eq!(
        finish.graded.steps[1]
            .started
            .since(finish.graded.steps[0].started)
            .as_ms(),
        4_250
    );
}

/// A command that never ends is given up after a day, and Ctrl+C ends it.
#[test]
fn what_never_ends_is_stopped_by_ctrl_c() {
    let scenario = scenario("before");
    let mut drill = Drill::begin(&scenario, Seed(0), &[]).unwrap();
    drill.line("while true; do sleep 3600; done");
    let said = text(&drill.settle());
    assert!(said.contains("still running after a day"), "{said}");
    let said = text(&drill.line("ls"));
    assert!(said.contains("The command is still running"), "{said}");
    drill.line("^C");
    let said = text(&drill.line("pwd"));
    assert!(said.contains("/home/alice/infra"), "{said}");
    assert!(drill.record("x").unwrap().contains("sleep 3600"));
    drill.finish();
}
