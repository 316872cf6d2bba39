//! The reference of the format stays true: its examples are read, and the schema is current.

pub(crate) mod schema;

use std::fs;
use std::path::{Path, PathBuf};

use leaselab::scenario;
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

#[test]
fn the_committed_schema_is_current() {
    let path = root().join("docs/scenario.schema.json");
    let mut current = serde_json::to_string_pretty(&scenario::schema()).unwrap();
    current.push('\n');
    if std::env::var_os("LEASELAB_UPDATE").is_some() {
        fs::write(&path, &current).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == current,
        "docs/scenario.schema.json is old: \
         LEASELAB_UPDATE=1 cargo test --locked the_committed_schema writes it anew"
    );
}

/// The fenced examples of the page: line, kind (`yaml`, `yaml keys`, `yaml steps`) and text.
fn examples(page: &str) -> Vec<(usize, String, String)> {
    let mut examples = Vec::new();
    let mut open: Option<(usize, String, String)> = None;
    for (index, line) in page.lines().enumerate() {
        match (open.as_mut(), line.strip_prefix("```")) {
            (None, Some(kind)) => open = Some((index + 1, kind.to_owned(), String::new())),
            (Some(_), Some(_)) => examples.extend(open.take()),
            (Some((_, _, text)), None) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a fence is not closed");
    examples
}

const RESOURCES: &str = "resources: { vnet: {}, subnet: { needs: [vnet] } }\n";
const RUNS: &str = "\
- { run: terraform apply -auto-approve, as: alice }
- { id: bob_apply, run: terraform apply -auto-approve, as: bob }
- { id: ci_apply, run: terraform apply -auto-approve, as: ci }
";

/// The whole file that an example stands for, by the rule that the page states.
fn complete(kind: &str, text: &str) -> Option<String> {
    let has = |key: &str| text.lines().any(|line| line.starts_with(key));
    let head = "leaselab: 1\ntitle: An example\n";
    match kind {
        "yaml" => Some(text.to_owned()),
        "yaml keys" => {
            let resources = if has("resources:") { "" } else { RESOURCES };
            let steps = if has("steps:") { "" } else { "steps:\n" };
            let runs = if has("steps:") { "" } else { RUNS };
            Some(format!("{head}{text}{resources}{steps}{runs}"))
        }
        "yaml local" => Some(format!(
            "{head}{RESOURCES}backend: {{ type: local, shared: true }}\nsteps:\n{RUNS}{text}"
        )),
        "yaml s3" => Some(format!(
            "{head}{RESOURCES}backend: {{ type: s3, dynamodb_table: tflock }}\n\
             before: {{ bucket: {{ versioning: true }} }}\nsteps:\n{RUNS}{text}"
        )),
        "yaml pg" => Some(format!(
            "{head}{RESOURCES}backend: {{ type: pg }}\nsteps:\n{RUNS}{text}"
        )),
        "yaml gcs" => Some(format!(
            "{head}{RESOURCES}backend: {{ type: gcs }}\n\
             before: {{ bucket: {{ versioning: true }} }}\nsteps:\n{RUNS}{text}"
        )),
        "yaml http" => Some(format!(
            "{head}{RESOURCES}backend: {{ type: http, server: fenced }}\nsteps:\n{RUNS}{text}"
        )),
        "yaml steps" => Some(format!("{head}{RESOURCES}steps:\n{RUNS}{text}")),
        _ => None,
    }
}

fn page() -> String {
    fs::read_to_string(root().join("docs/scenario-format.md")).unwrap()
}

/// All scenarios that shall be right: the page's examples and the files of `scenarios/`.
fn scenarios() -> Vec<(String, String)> {
    let mut scenarios: Vec<(String, String)> = examples(&page())
        .into_iter()
        .filter_map(|(line, kind, text)| {
            let name = format!("docs/scenario-format.md:{line}");
            Some((name, complete(&kind, &text)?))
        })
        .collect();
    assert!(scenarios.len() > 15, "the page has examples");
    for entry in fs::read_dir(root().join("scenarios")).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "yaml") {
            let text = fs::read_to_string(&path).unwrap();
            scenarios.push((path.display().to_string(), text));
        }
    }
    scenarios
}

#[test]
fn every_example_of_the_page_is_a_scenario() {
    let mut wrong = Vec::new();
    for (name, source) in scenarios() {
        if let Err(errors) = scenario::parse(&name, source.as_bytes()) {
            wrong.push(errors.render(&name, source.as_bytes()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_key_and_word_of_the_schema_stands_on_the_page() {
    let page = page();
    let mut missing = Vec::new();
    for word in schema::words(&scenario::schema()) {
        let is_named = [
            format!("`{word}`"),
            format!("{word}:"),
            format!("`{word}` "),
            format!("`{{ {word}"),
            format!(": {word}"),
        ]
        .iter()
        .any(|shape| page.contains(shape));
        if !is_named && !word.contains(' ') {
            missing.push(word);
        }
    }
    assert!(missing.is_empty(), "not on the page: {missing:?}");
}

#[test]
fn every_scenario_fits_the_schema_and_mistakes_do_not() {
    let schema = scenario::schema();
    for (name, source) in scenarios() {
        let value: Value = serde_yaml::from_str(&source).unwrap();
        let wrong = schema::mistakes(&schema, &value);
        assert!(wrong.is_empty(), "{name}: {wrong:?}");
    }
    let mistaken = |steps: &str| {
        let source = format!("leaselab: 1\ntitle: t\nsteps: [{steps}]\n");
        schema::mistakes(&schema, &serde_yaml::from_str(&source).unwrap())
    };
    assert_eq!(mistaken("{ note: a }"), Vec::<String>::new());
    for step in [
        "{ runs: x }",
        "{ at: 5 parsecs }",
        "{ at: null }",
        "{ cut: alice }",
        "{ disk: { a: broken } }",
        "{ faults: [{ request: put }] }",
        "{ expect: { exit: { a: 256 } } }",
        "{ blob: { restore: -1 } }",
    ] {
        assert_eq!(mistaken(step).len(), 1, "{step}");
    }
}
