//! What `terraform show -json`, `output -json`, `state list -id` and dry runs print, and that `jq`
//! reads it.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use leaselab::kernel::{Seed, SimDuration, SimTime};
use leaselab::scenario;
use leaselab::simulation::{Recording, Session, Simulation, Waited};
use leaselab::terraform::OperatorId;
use leaselab::terraform::process::OutputFact;
use leaselab::timeline::{Fact, Printed};
use serde_json::{Value, json};

/// Objects that an apply will make.
const BEFORE: &str = "\
leaselab: 1
title: applied
operators: { alice: {} }
resources:
  a: { address: terraform_data.a, create: 4s }
  b: { address: 'terraform_data.b[\"x\"]', create: 4s, needs: [a] }
  c: { address: 'module.m.terraform_data.c[0]', create: 4s }
  d: { address: 'module.m.terraform_data.c[1]', create: 4s }
steps:
  - { run: terraform init, as: alice }
";
/// What makes them.
const APPLIED: &str = "\
\x20 - { run: terraform apply -auto-approve, as: alice }
  - { run: terraform taint terraform_data.a, as: alice }
";

/// The same for the real one.
const MAIN: &str = "\
resource \"terraform_data\" \"a\" {
  input = {}
}
resource \"terraform_data\" \"b\" {
  for_each   = toset([\"x\"])
  input      = {}
  depends_on = [terraform_data.a]
}
module \"m\" {
  source = \"./m\"
}
";
const MODULE: &str = "resource \"terraform_data\" \"c\" {\n  count = 2\n  input = {}\n}\n";

fn terminal(after: &str) -> Session {
    let source = format!("{BEFORE}{after}");
    let scenario = scenario::parse("applied.yaml", source.as_bytes());
    let scenario = Arc::new(scenario.unwrap_or_else(|errors| panic!("{errors}")));
    let mut simulation = Simulation::new(&scenario, Seed(0), Recording::On);
    simulation.run_until(SimTime::MAX);
    Session::new(simulation)
}

/// What a line prints through `cat`, as a script does it.
fn printed(session: &mut Session, line: &str) -> String {
    let from = session.simulation().entries().len();
    let run = session.type_line(
        OperatorId(0),
        &format!("at_{from}"),
        &format!("{line} | cat"),
    );
    let waited = session.wait(run.unwrap(), SimDuration::from_seconds(3_600));
    assert!(
        matches!(waited, Waited::Ended(end) if end.exit == 0),
        "{line}: {waited:?}"
    );
    let entries = session.simulation().entries().since(from);
    let texts = entries.into_iter().filter_map(|entry| match &entry.fact {
        Fact::Output(OutputFact::Printed(Printed::Text(text))) => Some(text.to_string()),
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
    });
    texts.collect()
}

/// The exit status of a line.
fn exit(session: &mut Session, line: &str) -> u8 {
    let name = format!("at_{}", session.simulation().entries().len());
    let run = session.type_line(OperatorId(0), &name, line).unwrap();
    match session.wait(run, SimDuration::from_seconds(3_600)) {
        Waited::Ended(end) => end.exit,
        waited @ (Waited::Asks | Waited::StillRunning) => panic!("{line}: {waited:?}"),
    }
}

/// The document without what differs from run to run, and without the provider's own values.
fn shape(document: &Value) -> Value {
    match document {
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| {
                let value = match name.as_str() {
                    "values" if value.get("root_module").is_none() => {
                        let names = value.as_object().unwrap().keys();
                        json!(names.collect::<Vec<_>>())
                    }
                    "sensitive_values" => json!("an object"),
                    _ => shape(value),
                };
                (name.clone(), value)
            });
            Value::Object(fields.collect())
        }
        Value::Array(values) => values.iter().map(shape).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => document.clone(),
    }
}

fn shown(session: &mut Session) -> Value {
    serde_json::from_str(&printed(session, "terraform show -json")).unwrap()
}

#[test]
fn a_state_is_shown_as_values() {
    let mut session = terminal(APPLIED);
    let shown = shown(&mut session);
    assert_eq!(shown["format_version"], "1.0");
    assert_eq!(shown["terraform_version"], "1.11.4");
    let root = &shown["values"]["root_module"];
    assert_eq!(root["resources"][0]["tainted"], true);
    assert_eq!(root["resources"][1]["index"], "x");
    assert_eq!(
        root["resources"][1]["depends_on"],
        json!(["terraform_data.a"])
    );
    let module = &root["child_modules"][0];
    assert_eq!(module["address"], "module.m");
    assert_eq!(
        module["resources"][1]["address"],
        "module.m.terraform_data.c[1]"
    );
    assert_eq!(module["resources"][1]["index"], 1);
    let jq = "terraform show -json | jq -r '.values.root_module.resources[] | select(.tainted) | .address'";
    assert_eq!(printed(&mut session, jq).trim(), "terraform_data.a");
}

#[test]
fn no_state_and_no_outputs_are_documents_too() {
    let mut session = terminal("");
    assert_eq!(shown(&mut session), json!({ "format_version": "1.0" }));
    assert_eq!(
        printed(&mut session, "terraform output -json | jq length").trim(),
        "0"
    );
    assert!(printed(&mut session, "terraform output").contains("Warning: No outputs found"));
}

#[test]
fn a_dry_run_removes_nothing() {
    let mut session = terminal(APPLIED);
    let line = "terraform state rm -dry-run terraform_data.a 'terraform_data.b[\"x\"]'";
    let said = printed(&mut session, line);
    assert_eq!(
        said.trim_end(),
        "Would remove terraform_data.a\nWould remove terraform_data.b[\"x\"]"
    );
    let count = "terraform state list | wc -l";
    assert_eq!(printed(&mut session, count).trim(), "4");
}

/// What is not there is no error of a dry run, as with the real one.
#[test]
fn a_dry_run_passes_over_what_is_not_there() {
    let mut session = terminal(APPLIED);
    printed(&mut session, "terraform state rm terraform_data.a");
    for (line, said) in [
        (
            "state rm -dry-run terraform_data.a",
            "Would have removed nothing.",
        ),
        (
            "state rm -dry-run terraform_data.a 'terraform_data.b[\"x\"]'",
            "Would remove terraform_data.b[\"x\"]",
        ),
        (
            "state mv -dry-run 'terraform_data.b[\"x\"]' terraform_data.a",
            "Would move \"terraform_data.b[\"x\"]\" to \"terraform_data.a\"",
        ),
    ] {
        let printed = printed(&mut session, &format!("terraform {line}"));
        assert_eq!(printed.trim_end(), said, "{line}");
    }
    let count = "terraform state list | wc -l";
    assert_eq!(printed(&mut session, count).trim(), "3");
    let absent = "terraform state mv -dry-run terraform_data.a 'terraform_data.b[\"x\"]'";
    assert_eq!(exit(&mut session, absent), 1);
}

/// What is there is removed and counted; what is not there is passed over, unless nothing is left.
#[test]
fn a_removal_counts_what_was_there() {
    let mut session = terminal(APPLIED);
    printed(&mut session, "terraform state rm terraform_data.a");
    let line = "terraform state rm terraform_data.a 'terraform_data.b[\"x\"]'";
    assert_eq!(
        printed(&mut session, line).trim_end(),
        "Removed terraform_data.b[\"x\"]\nSuccessfully removed 1 resource instance(s)."
    );
    assert_eq!(exit(&mut session, line), 1);
}

#[test]
fn a_list_can_be_of_one_id() {
    let mut session = terminal(APPLIED);
    let list = |id: &str| format!("terraform state list -id={id}");
    let found = printed(&mut session, &list("/things/a"));
    assert_eq!(found.trim(), "terraform_data.a");
    assert_eq!(printed(&mut session, &list("/things/z")), "");
}

#[test]
fn a_file_is_shown_as_values_too() {
    let mut session = terminal(APPLIED);
    let from_file = "terraform state pull > x.tfstate; terraform show -json x.tfstate";
    let from_file = printed(&mut session, from_file);
    assert_eq!(from_file, printed(&mut session, "terraform show -json"));
    for line in [
        "terraform show -json nothing.json",
        "echo hello > note; terraform show note",
    ] {
        assert_eq!(exit(&mut session, line), 1, "{line}");
    }
}

/// What only prints a state's addresses writes no state.
#[test]
fn a_list_in_a_file_is_text() {
    let mut session = terminal(APPLIED);
    assert_eq!(exit(&mut session, "terraform state list > list.tfstate"), 0);
    assert_eq!(
        exit(&mut session, "terraform state push -force list.tfstate"),
        1
    );
    let values = "terraform show -json > show.json";
    assert_eq!(exit(&mut session, values), 0);
    let version = printed(&mut session, "jq -r .format_version show.json");
    assert_eq!(version.trim(), "1.0");
}

#[test]
fn a_plan_is_shown_as_what_happens_to_each_resource() {
    let mut session = terminal(APPLIED);
    let planned = planned(&mut session);
    assert_eq!(planned["format_version"], "1.2");
    assert_eq!(planned["applyable"], true);
    let destroyed = "terraform show -json p | jq -r \
        '.resource_changes[] | select(.change.actions | index(\"delete\")) | .address'";
    assert_eq!(printed(&mut session, destroyed).trim(), "terraform_data.a");
}

fn planned(session: &mut Session) -> Value {
    let plan = "terraform plan -out=p > /dev/null; terraform show -json p";
    serde_json::from_str(&printed(session, plan)).unwrap()
}

/// The parts of a plan that both have.
fn happens(plan: &Value) -> Vec<Value> {
    let changes = plan["resource_changes"].as_array().unwrap().iter();
    let known = changes.map(|change| {
        let mut change = change.clone();
        change["change"] = change["change"]["actions"].take();
        // Why it is replaced.
        change.as_object_mut().unwrap().remove("action_reason");
        change
    });
    known.collect()
}

/// Where the real Terraform is at hand, its document has the same fields.
#[test]
fn the_real_one_shows_the_same_fields() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.tf"), MAIN).unwrap();
    fs::create_dir(folder.path().join("m")).unwrap();
    fs::write(folder.path().join("m/main.tf"), MODULE).unwrap();
    let Some(version) = real(folder.path(), &["version", "-json"]) else {
        eprintln!("skipped: no terraform here");
        return;
    };
    let version: Value = serde_json::from_str(&version).unwrap();
    if version["terraform_version"] != "1.11.4" {
        eprintln!("skipped: another version of terraform");
        return;
    }
    for arguments in [
        &["init"][..],
        &["apply", "-auto-approve"],
        &["taint", "terraform_data.a"],
    ] {
        real(folder.path(), arguments).unwrap();
    }
    let theirs = real(folder.path(), &["show", "-json"]).unwrap();
    let theirs: Value = serde_json::from_str(&theirs).unwrap();
    let mut session = terminal(APPLIED);
    assert_eq!(shape(&shown(&mut session)), shape(&theirs));
    real(folder.path(), &["plan", "-out=p"]).unwrap();
    let theirs = real(folder.path(), &["show", "-json", "p"]).unwrap();
    let theirs: Value = serde_json::from_str(&theirs).unwrap();
    let ours = planned(&mut session);
    assert_eq!(happens(&ours), happens(&theirs));
    for field in ours.as_object().unwrap().keys() {
        assert!(theirs.get(field).is_some(), "{field}");
    }
}

/// What the real one prints; `None` where there is none, or it fails.
fn real(folder: &Path, arguments: &[&str]) -> Option<String> {
    let mut command = Command::new("terraform");
    let output = command.args(arguments).current_dir(folder).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then_some(text)
}
