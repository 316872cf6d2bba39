//! Files that are none, or not what they say: what is said about each, to the letter.

use std::fmt::Write as _;

use leaselab::scenario::BackendPreset;
use leaselab::scenario::intake::{self, BYTES_MAX, Errored, Intake, OBJECTS_MAX, Source};
use proptest::prelude::*;

use super::{file, taken_in};
use crate::cli::{leaselab, stderr};

const LINEAGE: &str = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";

fn state(resources: &str) -> String {
    format!(
        "{{\n  \"version\": 4, \"serial\": 3,\n  \"lineage\": \"{LINEAGE}\",\n  \"resources\": \
         [{resources}]\n}}"
    )
}

fn resource(rest: &str) -> String {
    format!(r#"{{ "mode": "managed", "type": "a", "name": "b", {rest} }}"#)
}

fn said_of(remote: &str) -> String {
    let error = taken_in(&Intake {
        remote: Some(file("r.tfstate", remote)),
        ..Intake::default()
    });
    error.map_or_else(|error| error.to_string(), |(yaml, _)| yaml)
}

/// What is said of each file.
fn check(cases: &[(String, &str)]) {
    let mut differ = String::new();
    for (source, expected) in cases {
        let said = said_of(source);
        if said != *expected {
            writeln!(differ, "{source}\n  said     {said}\n  expected {expected}").unwrap();
        }
    }
    assert!(differ.is_empty(), "{differ}");
}

#[test]
fn what_is_no_state_file_is_said_with_its_place() {
    check(&[
        (
            "{".to_owned(),
            "r.tfstate:1:1: the file is cut off: EOF while parsing an object",
        ),
        (
            "no state".to_owned(),
            "r.tfstate:1:1: a state file is a JSON object, and this is none",
        ),
        (
            "[4]".to_owned(),
            "r.tfstate:1:1: a state file is a JSON object, and this is none",
        ),
        (
            "7".to_owned(),
            "r.tfstate:1:1: a state file is a JSON object, and this is none",
        ),
        (
            "{}".to_owned(),
            "r.tfstate: this is no state file: `version` is missing",
        ),
        (
            r#"{ "version": 3, "serial": 1 }"#.to_owned(),
            "r.tfstate:1:14: this is version 3; version 4 is read, which Terraform 0.12 and all \
             after it write",
        ),
        (
            r#"{ "version": 4 }"#.to_owned(),
            "r.tfstate: this is no state file: `serial` is missing",
        ),
        (
            r#"{ "version": 4, "serial": 1 }"#.to_owned(),
            "r.tfstate: this is no state file: `lineage` is missing",
        ),
        (
            "{ \"version\": 4,\n \"serial\": \"1\", \"lineage\": 2 }".to_owned(),
            "r.tfstate:2:14: invalid type: string \"1\", expected u64",
        ),
        (
            r#"{ "version": 4, "serial": 1, "lineage": "old" }"#.to_owned(),
            "r.tfstate:1:41: a lineage is a UUID",
        ),
        (
            r#"{ "version": 4, "version": 4 }"#.to_owned(),
            "r.tfstate:1:25: duplicate field `version`",
        ),
    ]);
}

#[test]
fn what_is_no_record_is_said_with_its_place() {
    check(&[
        (
            state("7"),
            "r.tfstate:4:17: a resource is a JSON object, and this is none",
        ),
        (
            state(r#"{ "type": "a" }"#),
            "r.tfstate:4:17: the resource has no `mode`",
        ),
        (
            state(r#"{ "mode": "ephemeral" }"#),
            "r.tfstate:4:17: a resource's `mode` is managed or data",
        ),
        (
            state(r#"{ "mode": "managed", "type": "a b", "name": "c" }"#),
            "r.tfstate:4:17: `module`, `type` and `name` are no address: at byte 1 it is not a \
             type, a dot, a name and perhaps a key",
        ),
        (
            state(&resource(r#""x": 1"#)),
            "r.tfstate:4:17: the resource has no `instances`",
        ),
        (
            state(&resource(r#""instances": [ { "index_key": -1 } ]"#)),
            "r.tfstate:4:94: an `index_key` is a whole number from 0, or a text",
        ),
        (
            state(&resource(r#""instances": [ { "index_key": "${x}" } ]"#)),
            "r.tfstate:4:79: the key has `${`, which a scenario takes for a parameter",
        ),
        (
            state(&resource(r#""instances": [ { "status": "gone" } ]"#)),
            "r.tfstate:4:79: an instance's `status` is tainted, or missing",
        ),
        (
            state(&resource(r#""instances": [ {}, {} ]"#)),
            "r.tfstate:4:83: a.b stands in this file twice",
        ),
        (
            state(&resource(
                r#""instances": [ { "attributes": [ "secret" ] } ]"#,
            )),
            "r.tfstate:4:95: `attributes` is a JSON object, and this is none",
        ),
        (
            state(&resource(&format!(
                r#""instances": [ {{ "attributes": {{ "x": {}{} }} }} ]"#,
                "[".repeat(200),
                "]".repeat(200)
            ))),
            "r.tfstate:4:228: recursion limit exceeded",
        ),
    ]);
}

#[test]
fn a_file_that_is_too_large_ends_at_a_bound_that_is_named() {
    let large = "x".repeat(BYTES_MAX + 1);
    assert_eq!(
        said_of(&large),
        "r.tfstate: the file has more than 16777216 bytes, and none is taken in"
    );
    let instances = |count: usize| {
        let all: Vec<String> = (0..count)
            .map(|index| format!(r#"{{ "index_key": {index} }}"#))
            .collect();
        state(&resource(&format!(r#""instances": [{}]"#, all.join(", "))))
    };
    let said = said_of(&instances(100_000));
    let expected = "the files record more than 20000 objects, and more are not taken in";
    assert!(said.ends_with(expected), "{said}");
    assert!(said_of(&instances(OBJECTS_MAX)).contains("b_19999: {"));
    let deep = "[".repeat(1_000_000);
    assert!(
        said_of(&deep).starts_with("r.tfstate:1:1: "),
        "{}",
        said_of(&deep)
    );
    let deep = format!(r#"{{ "version": {deep}"#);
    assert!(
        said_of(&deep).starts_with("r.tfstate:1:"),
        "{}",
        said_of(&deep)
    );
}

#[test]
fn lock_info_is_json_or_the_lines_that_terraform_prints() {
    let remote = state("");
    let lock = |text: &str| {
        let taken = taken_in(&Intake {
            remote: Some(file("r.tfstate", &remote)),
            lock: Some(file("lock.json", text)),
            ..Intake::default()
        });
        match taken {
            Ok((yaml, _)) => { yaml.lines().find(|line| line.starts_with("  lock:")) }
                .unwrap()
                .trim()
                .to_owned(),
            Err(error) => error.to_string(),
        }
    };
    let id = "11111111-2222-3333-4444-555555555555";
    let json = format!(
        r#"{{ "ID": "{id}", "Operation": "OperationTypePlan", "Who": "runner@fv-az1", "Info": "" }}"#
    );
    let printed = format!(
        "│ Error: Error acquiring the state lock\n│ Lock Info:\n│   ID:        {id}\n│   \
         Operation: OperationTypePlan\n│   Who:       runner@fv-az1\n│   Created:   2026\n"
    );
    let taken = format!("lock: {{ id: {id}, who: runner, operation: plan }}");
    assert_eq!((lock(&json), lock(&printed)), (taken.clone(), taken));
    for (text, said) in [
        (
            "",
            "lock.json: this is no lock info: neither JSON with an `ID`, nor a line `ID: …` as Terraform prints it",
        ),
        (
            r#"{ "ID": 7 }"#,
            "lock.json:1:9: invalid type: integer `7`, expected a string",
        ),
        (
            r#"{ "ID": "x" }"#,
            "lock.json: the lock's ID is no UUID, as those of this backend are",
        ),
        (
            "[]",
            "lock.json:1:1: lock info is a JSON object, and this is none",
        ),
    ] {
        assert_eq!(lock(text), said);
    }
}

#[test]
fn the_command_refuses_with_2_and_says_where() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("errored.tfstate");
    std::fs::write(&path, state("7")).unwrap();
    let path = path.to_str().unwrap();
    let output = leaselab(&["scenario", "--errored", path]);
    assert_eq!(output.status.code(), Some(2));
    let said = "a resource is a JSON object, and this is none";
    assert_eq!(stderr(&output), format!("error: {path}:4:17: {said}\n"));
    let cases: [(&[&str], &str); 4] = [
        (
            &["scenario"],
            "error: there is no state: give the remote one, an errored.tfstate, or both\n",
        ),
        (
            &["scenario", "--errored", "no-such-file"],
            "error: cannot read no-such-file: no such file or directory\n",
        ),
        (
            &["scenario", "--errored", "LICENSE-MIT"],
            "error: LICENSE-MIT:1:1: a state file is a JSON object, and this is none\n",
        ),
        (
            &["scenario", "--errored", "/dev/null", "--gone", "a.b"],
            "error: --gone: no file records a.b\n",
        ),
    ];
    for (arguments, said) in cases {
        let output = leaselab(arguments);
        assert_eq!((output.status.code(), stderr(&output)), (Some(2), said));
    }
}

/// A data source that several files have is one.
#[test]
fn a_data_source_is_counted_once() {
    let both = state(r#"{ "mode": "data", "type": "a", "name": "b", "instances": [] }"#);
    let (yaml, _) = taken_in(&Intake {
        remote: Some(file("r.tfstate", &both)),
        errored: vec![Errored {
            operator: "alice",
            source: file("e.tfstate", &both),
        }],
        ..Intake::default()
    })
    .unwrap();
    assert!(
        yaml.contains("# Left out: 1 data source is read anew by every plan."),
        "{yaml}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever is changed in a state file, it is a scenario or an error, and no panic.
    #[test]
    fn a_mutated_state_is_taken_in_or_refused(
        at in 0_usize..900,
        length in 0_usize..40,
        put in prop_oneof![
            Just("{".to_owned()), Just("]".to_owned()), Just("\"".to_owned()), Just("null".to_owned()),
            Just("\\u0085".to_owned()), Just("'".to_owned()), "[a-z0-9.\\[\\]\"]{0,6}", "\\PC{0,3}",
        ],
    ) {
        let whole = state(&[
            r#"{ "mode": "managed", "module": "module.m[\"k\"]", "type": "a", "name": "b", "instances": [
                { "index_key": "x y", "attributes": { "id": "/p/1", "v": 1 } },
                { "index_key": 7, "status": "tainted", "dependencies": ["module.m.a.c"] },
                { "index_key": 7, "deposed": "00ff", "attributes": { "id": "/p/2" } } ] }"#,
            r#"{ "mode": "managed", "module": "module.m[\"k\"]", "type": "a", "name": "c", "instances": [
                { "attributes": { "id": "/p/1" }, "dependencies": ["module.m.a.b"] } ] }"#,
            r#"{ "mode": "data", "type": "a", "name": "b", "instances": [] }"#,
        ].join(","));
        let start = (0..=at.min(whole.len())).rev().find(|at| whole.is_char_boundary(*at)).unwrap();
        let end = (start + length).min(whole.len());
        let mutated = format!("{}{put}{}", &whole[..start], &whole[end..]);
        for (remote, errored) in [(&whole, &mutated), (&mutated, &whole)] {
            let _result = taken_in(&Intake {
                remote: Some(file("r.tfstate", remote)),
                errored: vec![Errored {
                    operator: "alice",
                    source: file("e.tfstate", errored),
                }],
                ..Intake::default()
            }).map(|(_, scenario)| super::ended(&scenario));
        }
    }

    /// Whatever bytes the four files are, they are a scenario that is read, or an error with words.
    #[test]
    fn any_bytes_are_taken_in_or_refused(
        files in prop::collection::vec(
            prop_oneof![
                prop::collection::vec(any::<u8>(), 0..60),
                Just(state(&resource(r#""instances": [{ "attributes": { "id": "/p" } }]"#)).into_bytes()),
                "[\\[\\]{}:,\"0-9a-zIDser\n ]{0,80}".prop_map(String::into_bytes),
                r#"\{ ?"(ID|Who|version|serial|objects)": ?("[a-z0-9@-]{0,40}"|[0-9]{0,25}|null|\[\]) ?\}"#
                    .prop_map(String::into_bytes),
            ],
            5,
        ),
        given in 0_u8..32,
        backend in 0_u8..20,
    ) {
        let part = |at: usize, name| {
            let source = Source { name, bytes: &files[at] };
            ((given >> at) & 1 == 1).then_some(source)
        };
        let errored = part(1, "errored.tfstate");
        let taken_in = intake::scenario(&Intake {
            backend: BackendPreset::ALL.get(usize::from(backend)).copied(),
            init: part(4, "terraform.tfstate"),
            remote: part(0, "remote.tfstate"),
            errored: errored.map(|source| Errored { operator: "alice", source }).into_iter().collect(),
            lock: part(2, "lock.json"),
            cloud: part(3, "cloud.json"),
            gone: Vec::new(),
        });
        match taken_in {
            Ok(yaml) => prop_assert!(
                leaselab::scenario::parse("any.yaml", yaml.as_bytes()).is_ok(),
                "{yaml}"
            ),
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }
}
