//! Inputs that were once judged wrongly, with their right values.

use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::render::{self, Layout};
use leaselab::runbook::{self, Outcome as Grade};
use leaselab::scenario::{self, Scenario};
use leaselab::simulation::Recording;
use leaselab::suite;
use leaselab::verdict::{Outcome, Picture, Report, mends};

use crate::advice::unmended;

fn parse(yaml: &str) -> Arc<Scenario> {
    let scenario = scenario::parse("trial.yaml", yaml.as_bytes());
    Arc::new(
        scenario
            .unwrap_or_else(|errors| panic!("{}", errors.render("trial.yaml", yaml.as_bytes()))),
    )
}

fn report(yaml: &str) -> Report {
    suite::replay(&parse(yaml), Seed(0), Recording::On)
}

/// The commands that a picture's findings call for.
fn advised(report: &Report, picture: &Picture) -> Vec<String> {
    let names = &report.timeline.names;
    let line = |mend: &leaselab::verdict::Mend| {
        format!("{}$ {}", names.operator(mend.operator), mend.line)
    };
    mends(picture.findings()).iter().map(line).collect()
}

/// It goes as it expects, its advice at the end is this, and that ends in sync.
fn met(yaml: &str, advice: &[&str]) {
    let report = report(yaml);
    let text = render::text(&report, Layout::default());
    assert_eq!(report.outcome, Outcome::AsExpected, "{text}");
    assert_eq!(advised(&report, report.last()), advice, "{text}");
    let left = unmended(&report.scenario);
    assert!(left.is_empty(), "{}", left.join("\n\n"));
}

#[test]
fn one_object_under_two_addresses_is_not_in_sync() {
    let advice = ["alice$ terraform state rm lab_thing.b"];
    met(include_str!("trials/two_records.yaml"), &advice);
    met(include_str!("trials/insync_wrong_import.yaml"), &advice);
}

#[test]
fn an_object_that_is_moved_to_anothers_address_is_moved_back() {
    met(
        include_str!("trials/insync_wrong_mv.yaml"),
        &["alice$ terraform state mv lab_thing.b lab_thing.a"],
    );
}

#[test]
fn two_objects_that_have_changed_places_are_a_persons_to_change_back() {
    // There is no third address, and to forget one is to have no record of it for a moment.
    met(include_str!("trials/grade_swap_after.yaml"), &[]);
}

#[test]
fn a_plan_that_would_destroy_what_a_wrong_move_left_is_foreseen() {
    let report = report(include_str!("trials/oracle_destroy_30245.yaml"));
    assert!(!report.last().in_sync());
    let names = &report.timeline.names;
    let keys = report.last().keys().iter();
    let found: Vec<String> = keys
        .map(|key| format!("{} {}", key.name.name(), key.subject.word(names)))
        .collect();
    // The move to r2, whose name the cloud makes up, counts: the import to r0 is the second record.
    assert_eq!(found, ["recorded_twice r0", "lost_inputs r1"]);
    assert_eq!(
        advised(&report, report.last()),
        [
            "alice$ terraform state rm azurerm_subnet.r0",
            "alice$ terraform apply -auto-approve -target=azurerm_virtual_network.r1",
        ]
    );
}

#[test]
fn an_import_that_drops_a_taint_is_found_out_and_never_advised() {
    met(include_str!("trials/import_drops_taint.yaml"), &[]);
    let report = report(include_str!("trials/advice_drops_taint.yaml"));
    assert_eq!(
        advised(&report, &report.pictures[0]),
        [
            "alice$ terraform import azurerm_postgresql_server.db /things/db",
            "alice$ terraform taint azurerm_postgresql_server.db",
        ]
    );
    assert_eq!(unmended(&report.scenario), Vec::<String>::new());
}

#[test]
fn an_import_looks_among_objects_of_its_own_type() {
    met(
        include_str!("trials/t3_wrong_object.yaml"),
        &["bob$ terraform import azurerm_resource_group.rg /things/rg"],
    );
}

#[test]
fn no_object_changes_its_type_by_a_move() {
    met(include_str!("trials/mv_types.yaml"), &[]);
}

/// The grade of a runbook with these commands.
fn grade(yaml: &str, commands: &str) -> runbook::Graded {
    let markdown = format!("```bash\n{commands}\n```\n");
    let runbook = runbook::parse("trial.md", markdown.as_bytes()).unwrap();
    runbook::grade(&runbook, &parse(yaml), Seed(0)).unwrap()
}

const BREAK: &str = "az storage blob lease break -c tfstate -b terraform.tfstate \
                     --lease-break-period 0";

#[test]
fn a_runbook_that_swaps_two_objects_makes_it_worse() {
    let wreck = include_str!("trials/grade_swap.yaml");
    let swapped = grade(
        wreck,
        &format!(
            "{BREAK}\nterraform state mv azurerm_managed_disk.data azurerm_managed_disk.logs\n\
             terraform import azurerm_managed_disk.data /things/logs"
        ),
    );
    assert_eq!(swapped.outcome, Grade::MadeWorse, "{:?}", swapped.harms);
    let right = grade(
        wreck,
        &format!("{BREAK}\nterraform import azurerm_managed_disk.logs /things/logs"),
    );
    assert_eq!(right.outcome, Grade::Recovered, "{:?}", right.left);
}

#[test]
fn a_runbook_that_loses_the_inputs_or_the_taint_makes_it_worse() {
    let wreck = include_str!("trials/grade_inputs_lost.yaml");
    let careless = format!(
        "{BREAK}\nrm errored.tfstate\nterraform import azurerm_postgresql_server.db /things/db"
    );
    let lost = grade(wreck, &careless);
    assert_eq!(lost.outcome, Grade::MadeWorse, "{:?}", lost.harms);
    let kept = format!("{BREAK}\nterraform import azurerm_postgresql_server.db /things/db");
    assert_eq!(grade(wreck, &kept).outcome, Grade::Incomplete);
    let pushed = format!("{BREAK}\nterraform state push errored.tfstate\nrm errored.tfstate");
    assert_eq!(grade(wreck, &pushed).outcome, Grade::Recovered);

    let wreck = include_str!("trials/advice_drops_taint.yaml");
    let import = "terraform import azurerm_postgresql_server.db /things/db";
    let dropped = grade(wreck, &format!("{import}\nrm errored.tfstate"));
    assert_eq!(dropped.outcome, Grade::MadeWorse, "{:?}", dropped.harms);
}
