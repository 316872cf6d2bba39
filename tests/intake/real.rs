//! States that the real Terraform has made, where it is installed: taken in, run, written, and
//! read again by it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::cli::{leaselab, stderr, stdout, terraform};

const ROOT: &str = r#"
variable "more" { default = false }
resource "terraform_data" "plain" { input = "secret-value" }
resource "terraform_data" "counted" {
  count = 2
  input = { nested = [1, { deep = true }] }
}
module "network" {
  source   = "./network"
  for_each = toset(["a", "b c"])
  needed   = terraform_data.plain.id
  more     = var.more
}
"#;

const NETWORK: &str = r#"
variable "needed" {}
variable "more" { type = bool }
resource "terraform_data" "base" { input = var.needed }
resource "terraform_data" "each" {
  for_each = toset(var.more ? ["x", "y/z"] : ["x"])
  input    = terraform_data.base.id
}
"#;

/// The addresses of all resources below a module, as `terraform show -json` has them.
fn addresses(module: &Value, found: &mut BTreeSet<String>) {
    let list = |key: &str| module[key].as_array().cloned().unwrap_or_default();
    let resources = list("resources");
    let own = resources
        .iter()
        .map(|resource| resource["address"].as_str().unwrap().to_owned());
    found.extend(own);
    for child in &list("child_modules") {
        addresses(child, found);
    }
}

fn shown(folder: &Path, file: &str) -> BTreeSet<String> {
    let shown = terraform(folder, &["show", "-json", file]).unwrap();
    let shown: Value = serde_json::from_str(&shown).unwrap();
    let mut found = BTreeSet::new();
    addresses(&shown["values"]["root_module"], &mut found);
    found
}

#[test]
fn states_of_the_real_terraform_are_taken_in_and_written_again() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path();
    fs::create_dir(place.join("network")).unwrap();
    fs::write(place.join("main.tf"), ROOT).unwrap();
    fs::write(place.join("network/main.tf"), NETWORK).unwrap();
    if terraform(place, &["init", "-input=false"]).is_none() {
        return;
    }
    terraform(place, &["apply", "-auto-approve", "-input=false"]).unwrap();
    fs::copy(
        place.join("terraform.tfstate"),
        place.join("remote.tfstate"),
    )
    .unwrap();
    terraform(
        place,
        &["apply", "-auto-approve", "-input=false", "-var=more=true"],
    )
    .unwrap();
    terraform(place, &["taint", "terraform_data.counted[1]"]).unwrap();
    fs::copy(
        place.join("terraform.tfstate"),
        place.join("errored.tfstate"),
    )
    .unwrap();

    let path = |name: &str| place.join(name).to_str().unwrap().to_owned();
    let [remote, errored, yaml, states] =
        ["remote.tfstate", "errored.tfstate", "night.yaml", "states"].map(path);
    let made = leaselab(&[
        "scenario",
        "--remote",
        &remote,
        "--errored",
        &errored,
        "--out",
        &yaml,
    ]);
    assert_eq!(made.status.code(), Some(0), "{}", stderr(&made));
    let text = fs::read_to_string(&yaml).unwrap();
    assert!(!text.contains("secret-value"), "{text}");
    let checked = leaselab(&["check", &yaml]);
    assert_eq!(checked.status.code(), Some(0), "{}", stderr(&checked));

    let ran = leaselab(&["run", &yaml, "--states", &states]);
    let printed = stdout(&ran);
    assert_eq!(ran.status.code(), Some(0), "{printed}{}", stderr(&ran));
    for part in [
        "remote_behind_errored alice",
        "tainted_object counted_1",
        "orphaned_object",
    ] {
        assert!(printed.contains(part), "{part}\n{printed}\n{text}");
    }
    assert_eq!(
        shown(place, "states/remote.tfstate"),
        shown(place, "remote.tfstate")
    );
    let written = shown(place, "states/alice/errored.tfstate");
    assert_eq!(written, shown(place, "errored.tfstate"));
    let address = r#"module.network["b c"].terraform_data.each["y/z"]"#;
    assert!(written.contains(address), "{written:?}");
    let lineage = |name: &str| {
        let text = fs::read_to_string(place.join(name)).unwrap();
        let state: Value = serde_json::from_str(&text).unwrap();
        (state["lineage"].clone(), state["serial"].clone())
    };
    assert_eq!(lineage("states/remote.tfstate"), lineage("remote.tfstate"));
    assert_eq!(
        lineage("states/alice/errored.tfstate"),
        lineage("errored.tfstate")
    );
}
