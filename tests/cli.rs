//! The command line as a user meets it: what is printed where, and the exit status.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const ARTICLE: &str = "scenarios/lease_id_missing.yaml";

pub(crate) fn leaselab(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_leaselab"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap()
}

fn with_input(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_leaselab"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

pub(crate) fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

pub(crate) fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

/// What the real `terraform` prints in a folder; `None` where it is not installed.
pub(crate) fn terraform(folder: &Path, arguments: &[&str]) -> Option<String> {
    let config = folder.join("terraformrc");
    fs::write(&config, "disable_checkpoint = true\n").unwrap();
    let output = Command::new("terraform")
        .args(arguments)
        .current_dir(folder)
        .env("TF_CLI_CONFIG_FILE", &config)
        .output();
    let Ok(output) = output else {
        println!("skipped: there is no `terraform` on the PATH");
        return None;
    };
    assert!(output.status.success(), "{}", stderr(&output));
    Some(String::from_utf8(output.stdout).unwrap())
}

/// Exit status, standard output and standard error.
fn told(output: &Output) -> (Option<i32>, &str, &str) {
    (output.status.code(), stdout(output), stderr(output))
}

const SMALL: &str = "\
leaselab: 1
title: small
resources: { vnet: { type: azurerm_virtual_network, create: 4s } }
steps:
  - { id: apply, run: terraform apply -auto-approve, as: alice }
";

#[test]
fn list_takes_the_scenarios_of_a_backend() {
    let listed = |word: &str| {
        let output = leaselab(&["list", "scenarios", "--backend", word, "--format", "json"]);
        let json: serde_json::Value = serde_json::from_str(stdout(&output)).unwrap();
        let scenarios = json["scenarios"].as_array().unwrap().clone();
        let paths = scenarios.iter().map(|one| {
            let backends = one["backends"].as_array().unwrap();
            assert!(!backends.is_empty());
            one["path"].as_str().unwrap().to_owned()
        });
        paths.collect::<std::collections::BTreeSet<String>>()
    };
    let night = "scenarios/backends/night_holder_killed.yaml";
    for (word, own, others) in [
        (
            "s3",
            "scenarios/s3/s3_digest_repeated.yaml",
            "scenarios/gcs/gcs_single_503.yaml",
        ),
        (
            "gitlab",
            "scenarios/http/http_gitlab_answer_lost.yaml",
            "scenarios/http/http_ghost_lock.yaml",
        ),
        (
            "local",
            "scenarios/local/local_two_terminals.yaml",
            "scenarios/pg/pg_puts_back.yaml",
        ),
    ] {
        let paths = listed(word);
        assert!(
            paths.contains(night) && paths.contains(own),
            "{word}: {paths:?}"
        );
        assert!(!paths.contains(others), "{word}: {paths:?}");
    }
    // With s3 whatever locks it, also the table alone.
    assert!(listed("s3_table").is_subset(&listed("s3")));
    let output = leaselab(&["list", "--backend", "consul"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("gitlab"), "{}", stderr(&output));
}

#[test]
fn the_main_job_prints_the_timeline_and_exits_0() {
    let output = leaselab(&["run", ARTICLE]);
    let (status, text, complaints) = told(&output);
    assert_eq!((status, complaints), (Some(0), ""));
    let first = text.lines().next().unwrap();
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        first,
        format!("scenario lease_id_missing  seed 0  client renewing*  leaselab {version}")
    );
    assert!(text.contains("blob      refuses put_state: 412 LeaseIdMissing"));
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "80 columns when piped"
    );
    assert!(!text.contains('\u{1b}'), "no color when piped");
    assert!(text.ends_with("verdict: in sync; as expected (20 of 20)\n"));
}

#[test]
fn exit_statuses_say_what_the_replication_amounts_to() {
    let cases = [
        ("", 0, "not judged: the scenario expects nothing"),
        (
            "expect: { exit: { apply: 0 } }\n",
            0,
            "as expected (1 of 1)",
        ),
        (
            "expect: { exit: { apply: 1 } }\n",
            1,
            "not as expected (0 of 1)",
        ),
        (
            "  - { at: 1s, ctrl_c: alice }\n  - { at: 1h, ctrl_c: alice }\n",
            3,
            "never came to act",
        ),
        ("expect: { exit: { aply: 1 } }\n", 2, ""),
    ];
    for (more, status, words) in cases {
        let output = with_input(&["run", "-"], &format!("{SMALL}{more}"));
        assert_eq!(
            output.status.code(),
            Some(status),
            "{more}{}",
            stderr(&output)
        );
        assert!(stdout(&output).contains(words), "{more}{}", stdout(&output));
    }
}

#[test]
fn what_failed_is_said_with_expected_and_actual_value() {
    let scenario = format!("{SMALL}expect: {{ exit: {{ apply: 1 }}, cloud: [] }}\n");
    let output = with_input(&["run", "-"], &scenario);
    let expected = "\
not as expected: line 6, column 19, at 4.728 s: exit.apply
  expected  1
  actual    0
not as expected: line 6, column 31, at 4.728 s: cloud
  expected  []
  actual    [vnet]
verdict: in sync; not as expected (0 of 2)
";
    assert!(stdout(&output).ends_with(expected), "{}", stdout(&output));
}

#[test]
fn mistakes_in_a_file_are_drawn_and_exit_2() {
    let output = with_input(&["check", "-"], &format!("{SMALL}expekt: {{}}\n"));
    let (status, text, complaints) = told(&output);
    assert_eq!((status, text), (Some(2), ""));
    assert!(complaints.contains("stdin:6:1"), "{complaints}");
    assert!(complaints.contains("^^^^^^"), "{complaints}");
    assert!(complaints.contains("expect"), "{complaints}");
}

#[test]
fn files_that_cannot_be_read_are_named_with_the_reason() {
    let cases = [
        (
            "scenarios/lease_id_mising.yaml",
            "no such file or directory\nhelp: there is a file scenarios/lease_id_missing.yaml\n",
        ),
        ("scenarios", "is a directory\n"),
        ("no/such/folder/file.yaml", "no such file or directory\n"),
    ];
    for (path, reason) in cases {
        let output = leaselab(&["run", path]);
        let complaint = format!("error: cannot read {path}: {reason}");
        assert_eq!(told(&output), (Some(2), "", complaint.as_str()));
    }
}

#[test]
fn a_file_without_permission_is_named_with_the_reason() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("locked.yaml");
    fs::write(&path, SMALL).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&path).is_ok() {
        println!("skipped: whoever runs this may read every file");
        return;
    }
    let output = leaselab(&["run", path.to_str().unwrap()]);
    let complaint = format!("error: cannot read {}: permission denied\n", path.display());
    assert_eq!(told(&output), (Some(2), "", complaint.as_str()));
}

#[test]
fn wrong_arguments_exit_2_and_help_exits_0() {
    let cases: [(&[&str], i32, &str); 6] = [
        (&["rum"], 2, "'run'"),
        (&["run"], 2, "<FILE>"),
        (&["run", ARTICLE, "--sed", "3"], 2, "'--seed'"),
        (
            &["run", ARTICLE, "--until", "31"],
            2,
            "has no unit; write ms, s, m or h",
        ),
        (
            &["run", ARTICLE, "--format", "text,json"],
            2,
            "add `--output DIR`",
        ),
        (
            &["run", ARTICLE, "--format", "xml"],
            2,
            "[possible values: text, lanes, json",
        ),
    ];
    for (arguments, status, words) in cases {
        let output = leaselab(arguments);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}");
        assert!(
            stderr(&output).contains(words),
            "{arguments:?}: {}",
            stderr(&output)
        );
    }
    let help = leaselab(&["--help"]);
    assert_eq!(help.status.code(), Some(0));
    assert!(stdout(&help).contains("Exit status: 0 as expected"));
}

#[test]
fn until_stops_before_what_comes_later() {
    let output = leaselab(&["run", ARTICLE, "--until", "31s"]);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(0));
    assert!(text.contains("network cut"), "a step at 31 s has started");
    assert!(!text.contains("fails to renew"), "the renewal is later");
    assert!(text.contains("the end, at 31.000 s"));
    assert!(text.contains("not judged"));
}

#[test]
fn requests_are_shown_when_they_are_asked_for() {
    let output = leaselab(&["run", ARTICLE, "--requests"]);
    assert!(stdout(&output).contains("alice     sends lease_acquire\n"));
    let output = leaselab(&["run", ARTICLE]);
    assert!(!stdout(&output).contains("sends lease_acquire"));
}

#[test]
fn color_is_there_when_it_is_asked_for() {
    let output = leaselab(&["run", ARTICLE, "--color", "always"]);
    assert!(stdout(&output).contains('\u{1b}'));
    let plain = anstream::adapter::strip_str(stdout(&output)).to_string();
    assert_eq!(plain, stdout(&leaselab(&["run", ARTICLE])));
}

#[test]
fn several_formats_go_into_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let output = leaselab(&["run", ARTICLE, "--format", "text,json", "-o", path]);
    assert_eq!(told(&output), (Some(0), "", ""));
    let text = fs::read_to_string(folder.path().join("lease_id_missing.txt")).unwrap();
    assert_eq!(text, stdout(&leaselab(&["run", ARTICLE])));
    let json = fs::read_to_string(folder.path().join("lease_id_missing.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["verdict"]["outcome"], "as_expected");
}

#[test]
fn a_replication_is_the_same_on_another_thread() {
    let output = leaselab(&["run", ARTICLE, "--check-determinism", "--seed", "7"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let script = format!(
        "{} run {ARTICLE} --format json | head -c 1",
        env!("CARGO_BIN_EXE_leaselab")
    );
    let output = Command::new("bash")
        .args(["-o", "pipefail", "-c", &script])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert_eq!(told(&output), (Some(0), "{", ""));
}

fn written(folder: &Path, name: &str, source: &str) -> String {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, source).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_reader_that_goes_away_changes_neither_the_status_nor_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let many = SMALL.replace("{ type", "{ count: 3000, type");
    let file = written(
        folder.path(),
        "many.yaml",
        &format!("{many}expect: {{ lock: held }}\n"),
    );
    let program = env!("CARGO_BIN_EXE_leaselab");
    let piped = |arguments: &str| {
        let script = format!("{program} {arguments} | head -1 >/dev/null");
        Command::new("bash")
            .args(["-o", "pipefail", "-c", &script])
            .current_dir(folder.path())
            .output()
            .unwrap()
    };
    let output = piped(&format!("run {file} --states states"));
    assert_eq!(told(&output), (Some(1), "", ""));
    assert!(folder.path().join("states/remote.tfstate").exists());
    assert!(folder.path().join("states/cloud.json").exists());
    let output = piped(&format!("test {file} --junit junit.xml"));
    assert_eq!(told(&output), (Some(1), "", ""));
    assert!(folder.path().join("junit.xml").exists());
}

#[test]
fn states_of_an_earlier_run_do_not_stay() {
    let folder = tempfile::tempdir().unwrap();
    let killed = "steps:\n\
        - { id: apply, run: terraform apply -auto-approve, as: OPERATOR }\n\
        - { when: vnet created, cut: OPERATOR <-> blob }\n";
    let head = SMALL.split("steps:").next().unwrap();
    let states = folder.path().join("states");
    let run = |name: &str, source: &str| {
        let file = written(folder.path(), name, source);
        let output = leaselab(&["run", &file, "--states", states.to_str().unwrap()]);
        assert!(stderr(&output).is_empty(), "{}", stderr(&output));
    };
    run(
        "a.yaml",
        &format!("{head}{}", killed.replace("OPERATOR", "bob")),
    );
    assert!(states.join("bob/errored.tfstate").exists());
    // A real file beside them that no run wrote stays.
    let other = written(&states, "carol/errored.tfstate", "{}");
    run("b.yaml", &SMALL.replace("as: alice", "as: dora"));
    assert!(!states.join("bob/errored.tfstate").exists());
    assert!(states.join("remote.tfstate").exists());
    assert!(Path::new(&other).exists());
    run(
        "c.yaml",
        "leaselab: 1\ntitle: none\nbefore: { blob: absent }\n\
        steps: [{ run: ls, as: alice }]\n",
    );
    assert!(!states.join("remote.tfstate").exists());
}

#[test]
fn what_a_terminal_or_a_workflow_would_obey_is_made_visible() {
    let folder = tempfile::tempdir().unwrap();
    let source = SMALL.replace(
        "title: small",
        "title: \"a \u{202e}turned\\n::error::title\"",
    );
    let source = format!("{source}  - {{ note: \"one ##[error] two\\n\\n::warning::three\" }}\n");
    let name = "e\u{1b}[31m,line=9:x\n::error::name.yaml";
    let source = format!("{source}expect: {{ lock: held }}\n");
    let file = written(folder.path(), name, &source);
    let reports = folder.path().join("reports");
    let reports = reports.to_str().unwrap();
    let junit = format!("{reports}/junit.xml");
    leaselab(&["run", &file, "--format", "text", "--output", reports]);
    leaselab(&["test", &file, "--junit", &junit]);
    let mut written = 0;
    for report in fs::read_dir(reports).unwrap() {
        let text = fs::read_to_string(report.unwrap().path()).unwrap();
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
        written += 1;
    }
    assert_eq!(written, 2);
    for arguments in [["run", file.as_str()], ["test", file.as_str()]] {
        let output = Command::new(env!("CARGO_BIN_EXE_leaselab"))
            .args(arguments)
            .env("GITHUB_ACTIONS", "true")
            .output()
            .unwrap();
        let text = stdout(&output);
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
        let commands: Vec<&str> = text
            .lines()
            .filter(|line| line.trim_start().starts_with("::") || line.contains("##["))
            .collect();
        if arguments[0] == "run" {
            assert!(text.contains("a \\u202eturned ::error::title"), "{text}");
            assert_eq!(commands, [""; 0], "{text}");
        } else {
            let [command] = commands[..] else {
                panic!("{commands:?}");
            };
            let (properties, _) = command
                .strip_prefix("::error ")
                .unwrap()
                .split_once("::")
                .unwrap();
            let keys: Vec<&str> = properties
                .split(',')
                .map(|property| property.split('=').next().unwrap())
                .collect();
            assert_eq!(keys, ["file", "line", "col", "title"], "{command}");
        }
    }
}

#[test]
fn a_value_that_a_terminal_would_obey_is_no_setting() {
    let output = leaselab(&[
        "run",
        "scenarios/pairs/renewal.yaml",
        "--set",
        "x=\u{1b}[2J",
    ]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!stderr(&output).contains('\u{1b}'));
}

#[test]
fn the_schemas_in_the_docs_are_current() {
    for (of, file) in [
        ("scenario", "docs/scenario.schema.json"),
        ("report", "docs/report.schema.json"),
        ("suite", "docs/suite.schema.json"),
        ("grade", "docs/grade.schema.json"),
    ] {
        let printed = leaselab(&["schema", "--of", of]);
        let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let committed = fs::read_to_string(committed).unwrap_or_default();
        assert_eq!(
            stdout(&printed),
            committed,
            "write it anew: cargo run -- schema --of {of} > {file}"
        );
    }
}
