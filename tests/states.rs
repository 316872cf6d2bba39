//! `--states`: real state files, which the real Terraform reads where it is installed.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::cli::{leaselab, stderr, terraform};

/// A resource type whose provider is built into Terraform, so that `terraform show` needs none.
const SCENARIO: &str = "\
leaselab: 1
title: a save that fails
resources:
  base: { type: terraform_data, create: 1s, attributes: { size: 3 } }
  app: { type: terraform_data, create: 1s, needs: [base] }
steps:
  - { id: first, run: terraform apply -auto-approve -target=terraform_data.base, as: alice }
  - faults: [{ request: put_state, lose: request }]
  - { id: second, run: terraform apply -auto-approve, as: alice }
expect: { exit: { first: 0, second: 1 }, errored: { alice: { resources: [base, app] } } }
";

fn exported(scenario: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("scenario.yaml");
    fs::write(&file, scenario).unwrap();
    let states = folder.path().join("states");
    let output = leaselab(&[
        "run",
        file.to_str().unwrap(),
        "--states",
        states.to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    folder
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn states_are_written_as_version_4_files() {
    let folder = exported(SCENARIO);
    let states = folder.path().join("states");
    let remote = read(&states.join("remote.tfstate"));
    let errored = read(&states.join("alice/errored.tfstate"));
    assert_eq!(remote["version"], 4);
    assert_eq!(remote["lineage"], errored["lineage"]);
    assert_eq!(
        (&remote["serial"], &errored["serial"]),
        (&2.into(), &3.into())
    );
    assert_eq!(remote["resources"].as_array().unwrap().len(), 1);
    let app = &errored["resources"][1];
    assert_eq!(
        app["instances"][0]["dependencies"],
        serde_json::json!(["terraform_data.base"])
    );
    let cloud = read(&states.join("cloud.json"));
    assert_eq!(
        cloud["objects"]["/things/base"]["address"],
        "terraform_data.base"
    );
    assert_eq!(cloud["objects"]["/things/base"]["attributes"]["size"], 3);
}

#[test]
fn the_real_terraform_lists_and_shows_what_is_written() {
    let folder = exported(SCENARIO);
    let errored = "states/alice/errored.tfstate";
    let Some(list) = terraform(
        folder.path(),
        &["state", "list", &format!("-state={errored}")],
    ) else {
        return;
    };
    assert_eq!(list, "terraform_data.app\nterraform_data.base\n");
    let shown = terraform(folder.path(), &["show", "-json", errored]).unwrap();
    let shown: Value = serde_json::from_str(&shown).unwrap();
    let resources = shown["values"]["root_module"]["resources"]
        .as_array()
        .unwrap();
    let base = resources
        .iter()
        .find(|resource| resource["address"] == "terraform_data.base")
        .unwrap();
    assert_eq!(base["values"]["id"], "/things/base");
    assert_eq!(base["values"]["input"]["size"], 3);
}

/// The real `state push` takes the exported `errored.tfstate` over the exported remote state, and
/// refuses the older one over it: the same rules of lineage and serial as in the simulation.
#[test]
fn the_real_terraform_pushes_what_is_written() {
    let folder = exported(SCENARIO);
    let place = folder.path();
    fs::copy(
        place.join("states/remote.tfstate"),
        place.join("terraform.tfstate"),
    )
    .unwrap();
    if terraform(place, &["init", "-input=false"]).is_none() {
        return;
    }
    terraform(place, &["state", "push", "states/alice/errored.tfstate"]);
    let list = terraform(place, &["state", "list"]).unwrap();
    assert_eq!(list, "terraform_data.app\nterraform_data.base\n");
    let refused = Command::new("terraform")
        .args(["state", "push", "states/remote.tfstate"])
        .current_dir(place)
        .output()
        .unwrap();
    let refusal = stderr(&refused);
    assert!(
        refusal.contains("cannot import state with serial 2 over newer state"),
        "{refusal}"
    );
}
