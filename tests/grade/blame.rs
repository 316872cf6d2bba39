//! Who is blamed: the command at whose end a harm first holds, and never one that only looks.

use leaselab::runbook::{Graded, Harm, Outcome};

use super::{UNSAVED, bash, graded};

/// Alice's branch has a database whose password stands in her `errored.tfstate` alone.
const PASSWORD: &str = "\
leaselab: 1
title: a password
before: { remote: { serial: 7, resources: [rg] } }
resources:
  rg: { type: azurerm_resource_group, create: 2s }
  db: { type: azurerm_postgresql_server, create: 4s, needs: [rg], inputs: { admin_password: hunter2 } }
steps:
  - { faults: [{ request: put_state, lose: request }] }
  - { id: apply, run: terraform apply -auto-approve, as: alice }
  - { faults: [] }
  - wreck: alice
";

/// Bob has made a zone, which Alice's branch does not have.
const BRANCHES: &str = "\
leaselab: 1
title: two branches
before: { remote: { serial: 7, resources: [rg] } }
resources:
  rg: { type: azurerm_resource_group, create: 2s }
  zone: { type: azurerm_dns_zone, create: 4s, delete: 3s, needs: [rg] }
steps:
  - edit: alice
    resources: { rg: { type: azurerm_resource_group, create: 2s } }
  - { run: terraform state list, as: alice }
  - { id: other, run: terraform apply -auto-approve, as: bob }
  - wreck: alice
";

/// Alice's apply is at work, in another terminal.
const AT_WORK: &str = "\
leaselab: 1
title: at work
before: { remote: { serial: 7, resources: [rg] } }
resources:
  rg: { type: azurerm_resource_group, create: 2s }
  vnet: { type: azurerm_virtual_network, create: 10m, needs: [rg] }
steps:
  - { id: apply, run: terraform apply -auto-approve, as: alice }
  - { id: look, when: vnet creating, after: 10s, run: terraform plan, as: alice }
  - { when: look ended, wreck: alice }
";

/// The blob is deleted beside an `errored.tfstate` that has everything.
const DELETED: &str =
    include_str!("../../scenarios/findings/state_blob_deleted_beside_errored.yaml");

/// The state records the accounts under the address that they had before a merge.
const MOVED: &str = include_str!("../../scenarios/findings/moved_before_the_merge.yaml");

fn blamed_for_lapses(graded: &Graded) -> Vec<Option<u32>> {
    graded.lapses.iter().map(|lapse| lapse.line).collect()
}

fn blamed_for_harms(graded: &Graded) -> Vec<Option<u32>> {
    graded.harms.iter().map(Harm::line).collect()
}

/// `rm` takes no time: the plan begins in the same instant.
#[test]
fn what_takes_no_time_is_blamed_all_the_same() {
    let commands = "rm errored.tfstate\nterraform plan\nterraform import <ADDRESS> <ID>";
    let graded = graded(&bash(commands), UNSAVED);
    assert_eq!(graded.outcome, Outcome::RecoveredBut);
    assert_eq!(blamed_for_lapses(&graded), [Some(2)]);
}

/// That inputs are lost is found when a state records the object without them, later.
#[test]
fn lost_inputs_are_blamed_on_who_lost_them() {
    let commands = "rm errored.tfstate\nterraform plan\nterraform import <ADDRESS> <ID>";
    let graded = graded(&bash(commands), PASSWORD);
    assert_eq!(graded.outcome, Outcome::MadeWorse);
    assert_eq!(blamed_for_harms(&graded), [Some(2)]);
}

#[test]
fn what_a_colleague_has_made_is_not_to_be_destroyed() {
    let graded = graded(
        &bash("terraform state list\nterraform apply -auto-approve"),
        BRANCHES,
    );
    assert_eq!(graded.outcome, Outcome::MadeWorse);
    assert!(matches!(graded.harms[0], Harm::Destroyed { .. }));
    assert_eq!(blamed_for_harms(&graded), [Some(3)]);
}

/// It is the object that is destroyed, under whichever address it stood in the state.
#[test]
fn what_stands_under_another_address_is_not_to_be_destroyed() {
    let graded = graded(&bash("terraform apply -auto-approve || true"), MOVED);
    assert_eq!(graded.outcome, Outcome::MadeWorse);
    assert!(matches!(graded.harms[0], Harm::Destroyed { .. }));
    assert_eq!(blamed_for_harms(&graded), [Some(2)]);
}

/// What a process is making has no record, but the process: whoever kills it takes that away.
#[test]
fn who_kills_a_process_that_makes_something_is_blamed() {
    let kill = "ps aux | grep 'terraform apply' | grep -v grep | awk '{print $2}' | while read -r pid; do kill -9 \
                \"$pid\"; done";
    let rest = "terraform plan\nterraform force-unlock -force <LOCK_ID>\nsleep 900\nterraform import <ADDRESS> <ID>";
    let graded = graded(
        &bash(&format!("terraform version\n{kill}\n{rest}")),
        AT_WORK,
    );
    assert_eq!(graded.outcome, Outcome::RecoveredBut);
    assert_eq!(blamed_for_lapses(&graded), [Some(3)]);
}

/// A cancelled run dies ten seconds later, while somebody looks and waits.
#[test]
fn what_shows_during_a_look_is_blamed_on_the_change_before_it() {
    let commands = "gh run cancel 4711\nterraform plan -lock-timeout=10m\nsleep 900\nterraform import <ADDRESS> <ID>";
    let graded = graded(
        &bash(commands),
        &AT_WORK.replace(
            "apply, run: terraform apply -auto-approve, as: alice",
            "apply, run: terraform apply -auto-approve, as: ci",
        ),
    );
    assert_eq!(graded.outcome, Outcome::RecoveredBut);
    assert_eq!(blamed_for_lapses(&graded), [Some(2)]);
}

/// A look at a blob that is gone makes an empty state of another lineage. Nothing is lost by it.
#[test]
fn a_look_makes_nothing_worse() {
    let graded = graded(&bash("terraform state list"), DELETED);
    assert_eq!(graded.outcome, Outcome::Incomplete);
    assert!(graded.harms.is_empty());
}

#[test]
fn what_others_make_after_the_wreck_is_not_to_be_destroyed() {
    let later = |lines: &str| graded(&bash(lines), AT_WORK);
    let destroyed =
        later("sleep 1h\nterraform destroy -auto-approve -target=azurerm_virtual_network.vnet");
    assert_eq!(destroyed.outcome, Outcome::MadeWorse);
    assert!(
        matches!(
            destroyed.harms[..],
            [Harm::Destroyed {
                is_created_anew: false,
                line: Some(_),
                ..
            }]
        ),
        "{:?}",
        destroyed.harms
    );
    assert_eq!(
        later("sleep 1h\nterraform plan").outcome,
        Outcome::Recovered
    );
}

/// Whoever removes a local state takes the lock away from the process that has it open: the next
/// one locks another file.
#[test]
fn who_removes_a_local_state_takes_its_lock() {
    let local = AT_WORK.replace("before:", "backend: { type: local }\nbefore:");
    let commands =
        "rm terraform.tfstate\nsleep 1h\nterraform import azurerm_resource_group.rg /things/rg";
    let graded = graded(&bash(commands), &local);
    assert_eq!(graded.outcome, Outcome::MadeWorse);
    let taken = |harm: &&Harm| matches!(harm, Harm::LockTaken { line: Some(2), .. });
    assert!(
        graded.harms.iter().any(|harm| taken(&harm)),
        "{:?}",
        graded.harms
    );
}

/// A client that has forgotten its lease ID lives all the same.
#[test]
fn who_breaks_the_lease_of_a_forgetful_holder_takes_its_lock() {
    let client = "client: { base: renewing, lease: 60s, renew_every: 5s, retry: never, on_renewal_failure: forget_id }\nbefore:";
    let forgetful = AT_WORK.replace("before:", client).replace(
        "  - { id: look",
        "  - { when: vnet creating, faults: [{ request: lease_renew, answer: 500 InternalError }] }\n  - { id: look",
    );
    let commands =
        "az storage blob lease break -c tfstate -b terraform.tfstate --lease-break-period 0";
    let graded = graded(&bash(commands), &forgetful);
    assert!(graded.report.timeline.observations.iter().any(|seen| {
        let seen = &seen.observation;
        seen.living_holder()
            .is_some_and(|run| run.lock_id.is_none())
    }));
    let taken = |harm: &&Harm| matches!(harm, Harm::LockTaken { line: Some(2), .. });
    assert!(
        graded.harms.iter().any(|harm| taken(&harm)),
        "{:?}",
        graded.harms
    );
}
