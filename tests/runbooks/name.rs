//! Names that stand behind variables.

use super::outline;

/// What a runbook calls the scenario's own things.
fn own(script: &str) -> Vec<String> {
    let outline = outline(&format!("```bash\n{script}\n```\n")).unwrap();
    let own = outline.names.own();
    own.map(|(kind, name, _)| format!("{}={name}", kind.word()))
        .collect()
}

/// A default is the name, where nothing else gives the variable a value.
#[test]
fn a_default_is_a_name() {
    let script = "\
CONTAINER=\"${CONTAINER:-prodstate}\"
: \"${BLOB:=prod.tfstate}\"
cd \"${TF_DIR:-infra/prod}\"
az storage blob show --account-name=${ACCOUNT:-corpstate} -c \"$CONTAINER\" -n \"${BLOB}\"
terraform workspace select \"${WS-blue}\"";
    let names = own(script);
    let wanted = [
        "blob=prod.tfstate",
        "container=prodstate",
        "account=corpstate",
        "directory=infra/prod",
        "workspace=blue",
    ];
    assert_eq!(names, wanted);
}

#[test]
fn a_value_is_preferred_to_a_default() {
    let script = "WS=green\nterraform workspace select \"${WS:-blue}\"";
    assert_eq!(own(script), ["workspace=green"]);
    let unknown = "WS=$(cat ws)\nterraform workspace select \"${WS:-blue}\"";
    assert!(own(unknown).is_empty());
    let unknown = "WS=$(cat ws)\nterraform workspace select \"${WS%%-*}\"";
    assert!(own(unknown).is_empty());
}
