//! What `az storage blob` writes on its two streams, and how it exits: the rules A, Q, F and R of
//! `azure/versions.tsv`.

mod rule;

use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::scenario;
use leaselab::simulation::{Recording, simulate};
use leaselab::terraform::transcript::Stream;
use leaselab::timeline::{Observation, RemoteState};

/// What came of one command.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Written {
    exit: Option<u8>,
    stdout: String,
    stderr: String,
}

/// What is written before the steps of a scenario whose state blob holds serial 4 with a resource.
const HEAD: &str = "leaselab: 1\ntitle: t\nresources: { rg: { create: 1s } }\n";

/// Types command lines one after the other, and tells what each wrote and what there is then.
fn typed(head: &str, lines: &[&str]) -> (Vec<Written>, Observation) {
    replayed(&source_of(head, lines))
}

/// A scenario in which alice types these lines.
fn source_of(head: &str, lines: &[&str]) -> String {
    let step = |line: &&str| format!("  - as: alice\n    run: |\n      {line}\n");
    let steps: Vec<String> = lines.iter().map(step).collect();
    format!("{HEAD}{head}\nsteps:\n{}", steps.concat())
}

/// What each command of a scenario wrote, and what there is at its end.
fn replayed(source: &str) -> (Vec<Written>, Observation) {
    let scenario = match scenario::parse("az.yaml", source.as_bytes()) {
        Ok(scenario) => Arc::new(scenario),
        Err(errors) => panic!("{}", errors.render("az.yaml", source.as_bytes())),
    };
    let timeline = simulate(&scenario, Seed(0), Recording::On);
    let last = timeline.last();
    let written = last.runs.iter().map(|run| {
        let on = |wanted: Stream| {
            let texts = run.written.iter().filter(|(stream, _)| *stream == wanted);
            texts.map(|(_, text)| &**text).collect::<String>()
        };
        Written {
            exit: run.end.map(|end| end.exit),
            stdout: on(Stream::Stdout),
            stderr: on(Stream::Stderr),
        }
    });
    (written.collect(), last.clone())
}

const STATE: &str = "before: { remote: { serial: 4, resources: [rg] } }";
const VERSIONED: &str =
    "before: { remote: { serial: 4, resources: [rg] }, account: { versioning: true } }";
const RETAINED: &str =
    "before: { remote: { serial: 4, resources: [rg] }, account: { soft_delete: 7d } }";

/// What the last of some commands wrote.
fn last(head: &str, lines: &[&str]) -> Written {
    typed(head, lines).0.pop().unwrap()
}

/// The same, where `-c … -n … --auth-mode login` is at the end of each line.
fn named(head: &str, lines: &[&str]) -> Written {
    let lines: Vec<String> = lines.iter().map(|line| with_names(line)).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    last(head, &lines)
}

fn with_names(line: &str) -> String {
    let name = if line.starts_with("lease") {
        "-b"
    } else {
        "-n"
    };
    format!("az storage blob {line} -c tfstate {name} terraform.tfstate --auth-mode login")
}

#[test]
fn a_blob_that_is_not_the_state_is_another_blob() {
    let upload = "az storage blob upload --auth-mode login --data x --overwrite";
    for names in [
        "-c tfstate -n old.tfstate",
        "-c backup -n terraform.tfstate",
        "--account-name oldaccount -c tfstate -n terraform.tfstate",
    ] {
        let lines = [
            format!("{upload} {names}"),
            format!("az storage blob show --query name -o tsv {names}"),
            format!("az storage blob delete {names}"),
            format!("az storage blob exists --query exists -o tsv {names}"),
        ];
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let (written, observation) = typed(STATE, &lines);
        let exits: Vec<Option<u8>> = written.iter().map(|it| it.exit).collect();
        assert_eq!(exits, [Some(0); 4], "{names}: {written:?}");
        assert_eq!(written[3].stdout, "false\n");
        let RemoteState::State(file) = &observation.remote else {
            panic!("{names}: the state is untouched")
        };
        assert_eq!(file.serial, 4);
    }
}

#[test]
fn a_scenario_names_its_own_account_container_and_blob() {
    let head = "before: { remote: { serial: 4, resources: [rg] } }\n\
                backend: { storage_account_name: prodstate, container_name: infra, key: prod/a.tfstate }";
    let named = "--account-name prodstate -c infra -n prod/a.tfstate";
    let shown = last(
        head,
        &[&format!("az storage blob show --query name -o tsv {named}")],
    );
    assert_eq!(shown.stdout, "prod/a.tfstate\n");
    let other = "az storage blob show -c tfstate -n terraform.tfstate";
    assert_eq!(last(head, &[other]).exit, Some(3));
    let (_, observation) = typed(head, &[&format!("az storage blob delete {named}")]);
    assert_eq!(observation.remote, RemoteState::Absent);
}

#[test]
fn names_that_azure_refuses_are_errors() {
    for (key, value) in [
        ("storage_account_name", "My-State"),
        ("container_name", "T F"),
        ("key", "''"),
    ] {
        let source = format!("{HEAD}backend: {{ {key}: {value} }}\nsteps: []\n");
        let errors = scenario::parse("a.yaml", source.as_bytes()).expect_err("it is no name");
        let text = errors.render("a.yaml", source.as_bytes());
        assert!(text.contains("is no name of a"), "{text}");
    }
    let source = format!("{HEAD}before: {{ account: {{ soft_delete: 7 }} }}\nsteps: []\n");
    let errors = scenario::parse("a.yaml", source.as_bytes()).expect_err("days have a unit");
    let text = errors.render("a.yaml", source.as_bytes());
    assert!(text.contains("write `7d`"), "{text}");
}

#[test]
fn the_lock_id_comes_out_of_the_metadata_only_by_decoding() {
    use base64::Engine as _;
    let head = "before: { remote: { serial: 4, resources: [] } }";
    let source = format!(
        "{HEAD}{head}\nsteps:\n  - {{ id: apply, run: terraform apply -auto-approve, as: bob }}\n  \
         - {{ when: rg creating, signal: {{ bob: SIGKILL }} }}\n  \
         - {{ run: az storage blob metadata show -c tfstate -n terraform.tfstate --query \
         terraformlockid -o tsv, as: alice }}\n"
    );
    let scenario = Arc::new(scenario::parse("a.yaml", source.as_bytes()).unwrap());
    let timeline = simulate(&scenario, Seed(0), Recording::On);
    let last = timeline.last();
    let (_, text) = last.runs[1].written.last().unwrap();
    let id = last.lock_info.unwrap().id.to_string();
    assert!(!text.contains(&id));
    let decoded = base64::engine::general_purpose::STANDARD
        .decode(text.trim())
        .unwrap();
    let info: serde_json::Value = serde_json::from_slice(&decoded).unwrap();
    assert_eq!(info["ID"], id);
    assert_eq!(info["Path"], "tfstate/terraform.tfstate");
}

/// Follows all advice of the end once, and tells what there is then.
fn mended(head: &str, lines: &[&str]) -> (Vec<String>, Observation) {
    use leaselab::simulation::{Session, Simulation};
    use leaselab::verdict::{mends, picture};
    let source = source_of(head, lines);
    let scenario = Arc::new(scenario::parse("az.yaml", source.as_bytes()).unwrap());
    let mut simulation = Simulation::new(&scenario, Seed(0), Recording::On);
    simulation.run_until(leaselab::kernel::SimTime::from_ms(3_600_000));
    let mut session = Session::new(simulation);
    let observation = Arc::clone(session.look());
    let names = session.simulation().names().clone();
    let found = picture(
        &names,
        &observation,
        leaselab::timeline::Occasion::Look,
        None,
    );
    let advised: Vec<String> = mends(found.findings())
        .into_iter()
        .map(|mend| mend.line)
        .collect();
    for line in &advised {
        let operator = leaselab::terraform::OperatorId(0);
        let run = session.type_line(operator, "mend", line).unwrap();
        session.wait(run, leaselab::kernel::SimDuration::from_seconds(600));
    }
    let last = Arc::clone(session.look());
    (advised, Observation::clone(&last))
}

#[test]
fn what_is_lost_is_brought_back_by_the_names_of_the_scenario() {
    let backend =
        "backend: { storage_account_name: prodstate, container_name: infra, key: a.tfstate }";
    let names = "-c infra -n a.tfstate --auth-mode login";
    let delete = format!("az storage blob delete {names}");
    let garbage = format!("az storage blob upload --data x --overwrite {names}");
    let empty = format!("az storage blob upload --data '' --overwrite {names}");
    let plan = "terraform plan".to_owned();
    for (account, lines, count) in [
        ("versioning: true", vec![&delete], 1),
        ("versioning: true", vec![&garbage], 2),
        ("versioning: true", vec![&delete, &plan], 1),
        ("soft_delete: 7d", vec![&delete], 1),
        ("soft_delete: 7d", vec![&garbage], 3),
        ("soft_delete: 7d", vec![&empty], 2),
        ("soft_delete: 7d", vec![&delete, &plan], 2),
        ("versioning: true, soft_delete: 7d", vec![&delete], 1),
    ] {
        let before = format!(
            "before: {{ remote: {{ serial: 4, resources: [rg] }}, account: {{ {account} }} }}"
        );
        let lines: Vec<&str> = lines.into_iter().map(String::as_str).collect();
        let (advised, observation) = mended(&format!("{before}\n{backend}"), &lines);
        assert_eq!(advised.len(), count, "{account} {lines:?}: {advised:#?}");
        assert!(
            advised.iter().all(|line| line.contains("a.tfstate")),
            "{advised:#?}"
        );
        let state = observation.remote_state().map(|file| file.serial);
        assert_eq!(state, Some(4), "{account} {lines:?}: {advised:#?}");
    }
}
