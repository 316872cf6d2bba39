//! Scripts in the simulated world: what they see, what they change, and what signals do to them.

use std::sync::Arc;

use leaselab::kernel::{Seed, SimDuration, SimTime};
use leaselab::render::{self, Layout};
use leaselab::scenario::{self, Scenario};
use leaselab::simulation::{Recording, Session, Simulation, Waited};
use leaselab::suite;
use leaselab::terraform::OperatorId;
use leaselab::terraform::process::OutputFact;
use leaselab::timeline::{Actor, Fact, Printed};

/// Alice's apply was killed: the lock is held, and an object is recorded nowhere.
const WRECK: &str = "\
leaselab: 1
title: a wreck
operators: { alice: {}, bob: {} }
resources: { vnet: { create: 4s }, subnet: { create: 4s, needs: [vnet] } }
steps:
  - { id: apply, run: terraform apply -auto-approve, as: alice }
  - { when: vnet creating, after: 1s, signal: { alice: SIGKILL } }
";

const ID: &str = "e51c19d6-098f-d27f-b6d0-347c19ac4487";

fn scenario(source: &str) -> Arc<Scenario> {
    match scenario::parse("scripts.yaml", source.as_bytes()) {
        Ok(scenario) => Arc::new(scenario),
        Err(errors) => panic!("{}", errors.render("scripts.yaml", source.as_bytes())),
    }
}

const BOB: OperatorId = OperatorId(1);

/// Bob's terminal after the wreck.
fn terminal() -> Session {
    let scenario = scenario(WRECK);
    let mut simulation = Simulation::new(&scenario, Seed(0), Recording::On);
    simulation.run_until(SimTime::MAX);
    Session::new(simulation)
}

/// What bob sees after so many facts: what is printed, and errors.
fn seen(session: &Session, from: usize) -> Vec<String> {
    let entries = session.simulation().entries().since(from);
    let texts = entries.into_iter().filter_map(|entry| {
        if let Fact::Output(OutputFact::Printed(Printed::Text(text))) = &entry.fact {
            return Some(text.to_string());
        }
        let is_bobs = entry.actor == Actor::Operator(BOB);
        match &entry.fact {
            Fact::Output(OutputFact::ErrorPrinted(error)) if is_bobs => {
                Some(error.summary.to_string())
            }
            Fact::Output(_)
            | Fact::Process(_)
            | Fact::Lock(_)
            | Fact::State(_)
            | Fact::Operation(_)
            | Fact::Request(_)
            | Fact::Lease(_)
            | Fact::Blob(_)
            | Fact::Cloud(_)
            | Fact::Machine(_)
            | Fact::Script(_) => None,
        }
    });
    texts.collect()
}

/// Types lines one after the other into one shell. What is seen, and the last exit status.
fn typed(session: &mut Session, lines: &[&str]) -> (Vec<String>, u8) {
    let from = session.simulation().entries().len();
    let mut exit = 0;
    for (number, line) in lines.iter().enumerate() {
        let name = format!("{from}_{number}");
        let run = session.type_line(BOB, &name, line).expect(line);
        let Waited::Ended(end) = session.wait(run, SimDuration::from_seconds(3_600)) else {
            panic!("`{line}` does not end");
        };
        exit = end.exit;
    }
    (seen(session, from), exit)
}

/// The same, in a terminal of its own.
fn once(lines: &[&str]) -> (Vec<String>, u8) {
    typed(&mut terminal(), lines)
}

#[test]
fn what_terraform_prints_can_be_searched() {
    let id = "plan -no-color 2>&1 | grep 'ID:' | head -1 | awk '{print $2}'";
    let (seen, exit) = once(&[&format!("terraform {id}")]);
    assert_eq!(seen.last().map(String::as_str), Some(ID));
    assert_eq!(exit, 0);
    // A person's variables stay from line to line.
    let (seen, exit) = once(&[
        &format!("LOCK_ID=$(terraform {id})"),
        "terraform force-unlock -force \"$LOCK_ID\"",
        "echo \"$LOCK_ID is gone: $?\"",
    ]);
    assert_eq!(seen.last().unwrap(), &format!("{ID} is gone: 0"));
    assert_eq!(exit, 0);
}

#[test]
fn with_colors_the_id_is_hidden_behind_a_code() {
    let (_, exit) = once(&[
        "LOCK_ID=$(terraform plan 2>&1 | grep 'ID:' | awk '{print $2}')",
        "terraform force-unlock -force $LOCK_ID",
    ]);
    assert_eq!(exit, 1);
}

#[test]
fn a_state_is_json_and_json_is_a_state() {
    let free = format!("terraform force-unlock -force {ID}");
    let (seen, exit) = once(&[
        &free,
        "sleep 5",
        "terraform import lab_thing.vnet /things/vnet",
        "terraform state pull > a.tfstate",
        "jq -r '.serial, (.resources | length)' a.tfstate",
        "jq '.serial += 7' a.tfstate > b.tfstate",
        "terraform state push b.tfstate",
        "terraform state pull | jq .serial",
        "terraform state pull | jq '.resources = []' | terraform state push -force -",
        "terraform state list | wc -l",
    ]);
    assert_eq!(&seen[seen.len() - 3..], ["2\n1", "10", "0"], "{seen:#?}");
    assert_eq!(exit, 0);
}

#[test]
fn a_refused_push_stops_what_depends_on_it() {
    let (seen, exit) = once(&[
        "terraform state pull > old.tfstate",
        "jq '.lineage = \"00000000-0000-0000-0000-000000000009\"' old.tfstate > new.tfstate",
        "terraform state push new.tfstate && echo pushed || echo \"not pushed: $?\"",
    ]);
    assert_eq!(seen.last().unwrap(), "not pushed: 1");
    assert_eq!(exit, 0);
}

#[test]
fn a_function_a_directory_and_set_e_are_the_shells() {
    let mut session = terminal();
    let (seen, _) = typed(
        &mut session,
        &[
            "state() { terraform state pull | jq -r \".$1\"; }",
            "state serial",
            "mkdir backup",
            "terraform state pull > backup/a.tfstate",
            "cd backup",
            "ls",
            "jq .serial a.tfstate",
            "terraform state list",
        ],
    );
    let seen: Vec<&str> = seen.iter().map(String::as_str).collect();
    assert_eq!(
        seen,
        ["1", "a.tfstate", "1", "Error: No configuration files"]
    );
    let (seen, _) = typed(&mut session, &["cd ..", "set -e", "ls", "false"]);
    assert_eq!(seen.last().unwrap(), "backup");
    assert!(session.simulation().is_shell_closed(BOB));
}

#[test]
fn another_path_of_the_directory_is_the_directory() {
    let mut session = terminal();
    session.simulation_mut().name_directory(BOB, "/srv/prod");
    session.simulation_mut().name_directory(BOB, "infra");
    let (seen, exit) = typed(
        &mut session,
        &[
            "terraform state pull > here.tfstate",
            "cd /srv/prod && ls && cd",
            "cd infra/infra && ls *.tfstate && terraform state list",
            "cat /srv/prod/here.tfstate | jq .serial",
        ],
    );
    assert_eq!(seen, ["here.tfstate", "here.tfstate", "1"]);
    assert_eq!(exit, 0);
}

#[test]
fn time_passes_in_a_script() {
    let mut session = terminal();
    let before = session.simulation().now();
    typed(&mut session, &["for i in 1 2 3; do sleep 20; done"]);
    assert_eq!(
        session.simulation().now().since(before),
        SimDuration::from_seconds(60)
    );
}

#[test]
fn commands_about_the_outside_pass_with_a_note() {
    let (seen, exit) = once(&["az login", "git status", "gh run list --limit 5"]);
    assert_eq!(
        seen,
        [
            "(signed in again)",
            "(git status: nothing here can change by it)",
            "(gh run list --limit 5: nothing here can change by it)",
        ]
    );
    assert_eq!(exit, 0);
    let (seen, _) = once(&[
        "terraform version | head -1",
        "terraform workspace show",
        "terraform -chdir=infra validate",
        "terraform workspace select default",
    ]);
    assert_eq!(
        seen,
        [
            "Terraform v1.11.4",
            "default",
            "Success! The configuration is valid.",
            "Switched to workspace \"default\"."
        ]
    );
}

#[test]
fn what_the_model_does_not_have_ends_the_script_and_says_so() {
    let (seen, exit) = once(&["x=graph; terraform $x; echo on"]);
    assert_eq!(seen, ["the model does not have terraform graph"]);
    assert_eq!(exit, 1);
    // What the program itself refuses does not.
    let (seen, exit) = once(&["x=; terraform force-unlock $x; echo on"]);
    assert_eq!(
        seen,
        ["Error: terraform force-unlock needs a lock ID", "on"]
    );
    assert_eq!(exit, 0);
}

/// The facts of a whole scenario whose script is bob's.
fn told(script: &str, more: &str) -> String {
    let indented = script.replace('\n', "\n      ");
    let source = format!("{WRECK}  - id: mend\n    as: bob\n    run: |\n      {indented}\n{more}");
    let report = suite::replay(&scenario(&source), Seed(0), Recording::On);
    render::text(&report, Layout::default())
}

#[test]
fn an_interrupt_reaches_the_program_and_the_script_goes_on_where_that_ends_itself() {
    let free = format!("terraform force-unlock -force {ID}");
    let text = told(
        &format!(
            "{free}\nsleep 5\nterraform import lab_thing.vnet /things/vnet\nterraform apply -auto-approve\necho \"after $?\""
        ),
        "  - { when: subnet creating, after: 1s, ctrl_c: bob }\n",
    );
    assert!(text.contains("prints: after 1"), "{text}");
    let text = told("sleep 600\necho never", "  - { after: 1s, ctrl_c: bob }\n");
    assert!(text.contains("[mend] ends: exit 130"), "{text}");
    assert!(!text.contains("never"), "{text}");
}

#[test]
fn a_killed_shell_leaves_its_program_alone() {
    let free = format!("terraform force-unlock -force {ID}");
    let script = format!(
        "{free}\nsleep 5\nterraform import lab_thing.vnet /things/vnet\nterraform apply -auto-approve\necho never"
    );
    let text = told(
        &script,
        "  - { when: subnet creating, after: 1s, signal: { mend: SIGKILL } }\n",
    );
    assert!(text.contains("[mend] is ended by SIGKILL"), "{text}");
    assert!(text.contains("[mend.3] ends: exit"), "{text}");
    assert!(!text.contains("never"), "{text}");
    // A runner that cancels its job ends both.
    let text = told(
        &script,
        "  - { when: subnet creating, after: 1s, cancel: { bob: { kill: 0s } } }\n",
    );
    assert!(text.contains("[mend.3] is ended by SIGKILL"), "{text}");
    assert!(text.contains("[mend] is ended by SIGKILL"), "{text}");
}

#[test]
fn a_prompt_is_answered_by_the_pipe_or_by_the_person() {
    let (_, exit) = once(&[&format!("echo yes | terraform force-unlock {ID}")]);
    assert_eq!(exit, 0);
    let (_, exit) = once(&[&format!("echo no | terraform force-unlock {ID}")]);
    assert_eq!(exit, 1);
    let mut session = terminal();
    let run = session.type_line(BOB, "read", "read -r word; echo \"got $word\"");
    let run = run.unwrap();
    assert_eq!(
        session.wait(run, SimDuration::from_seconds(9)),
        Waited::Asks
    );
    session.answer(BOB, "it").unwrap();
    session.wait(run, SimDuration::from_seconds(9));
    assert_eq!(seen(&session, 0).last().unwrap(), "got it");
}

#[test]
fn a_forked_script_goes_its_own_way() {
    let mut session = terminal();
    let run = session
        .type_line(BOB, "wait", "sleep 10; x=$(cat word); echo \"it is $x\"")
        .unwrap();
    session.wait(run, SimDuration::from_seconds(1));
    let mut fork = session.fork();
    for (session, word) in [(&mut session, "one"), (&mut fork, "two")] {
        let write = format!("echo {word} > word");
        let second = session.simulation_mut();
        let second = second.type_line(OperatorId(1), "write".to_owned(), &write);
        second.unwrap();
        session.wait(run, SimDuration::from_seconds(60));
    }
    assert_eq!(seen(&session, 0).last().unwrap(), "it is one");
    assert_eq!(seen(&fork, 0).last().unwrap(), "it is two");
}

#[test]
fn a_full_disk_and_one_that_can_only_be_read_reach_scripts() {
    let disk = |state: &str| {
        let source = format!("{WRECK}  - {{ disk: {{ bob: {state} }} }}\n");
        let mut simulation = Simulation::new(&scenario(&source), Seed(0), Recording::On);
        simulation.run_until(SimTime::MAX);
        Session::new(simulation)
    };
    let (seen, _) = typed(&mut disk("full"), &["echo a > b; echo \"$?\""]);
    assert_eq!(seen.last().unwrap(), "1", "{seen:?}");
    let (seen, _) = typed(&mut disk("read_only"), &["touch b"]);
    assert_eq!(seen, ["touch: cannot touch 'b': Permission denied"]);
}

#[test]
fn a_parameter_in_a_command_is_filled_in_and_what_else_looks_so_is_the_shells() {
    let source = "\
leaselab: 1
title: parameters in a script
parameters: { who: alice }
resources: { vnet: {} }
steps:
  - id: greet
    as: bob
    run: |
      greeting=${greeting:-hello}
      echo \"${greeting} ${who} ${greeting%lo}\"
";
    let report = suite::replay(&scenario(source), Seed(0), Recording::On);
    let text = render::text(&report, Layout::default());
    assert!(text.contains("prints: hello alice hel\n"), "{text}");
}
