//! Programs that start others, programs that are refused, and what is not known.

use std::collections::BTreeMap;

use leaselab::shell::program::{Outcome, StartInput, StatusRule, names};

use super::{World, ended, words};

/// The commands that a call starts.
fn started(argv: &[String], stdin: &str) -> Vec<String> {
    let world = World::read();
    match world.call(argv, stdin, &mut world.disk()) {
        Some(Outcome::Starts(starts)) => starts
            .commands
            .into_iter()
            .map(|command| command.argv.join(" "))
            .collect(),
        other => panic!("nothing started: {other:?}"),
    }
}

#[test]
fn xargs_gives_back_what_it_starts() {
    let list = "a b\n'c d'\n";
    assert_eq!(started(&words("xargs"), list), ["echo a b c d"]);
    assert_eq!(
        started(&words("xargs -n1 rm -v"), list),
        ["rm -v a", "rm -v b", "rm -v c d"]
    );
    assert_eq!(
        started(&words("xargs -I{} terraform state rm {}"), "one\ntwo x\n"),
        ["terraform state rm one", "terraform state rm two x"]
    );
    assert_eq!(
        started(&words("xargs -L 1 echo"), "a b\nc\n"),
        ["echo a b", "echo c"]
    );
    assert_eq!(started(&words("xargs"), ""), ["echo"]);
    let world = World::read();
    let none = world.call(&words("xargs -r rm"), "", &mut world.disk());
    assert_eq!(ended(none), (0, String::new(), String::new()));
}

#[test]
fn statuses_of_xargs_are_summed_up() {
    assert_eq!(StatusRule::Xargs.status(&[0, 0]), 0);
    assert_eq!(StatusRule::Xargs.status(&[0, 1, 0]), 123);
    assert_eq!(StatusRule::Xargs.status(&[255]), 124);
    assert!(!StatusRule::Xargs.goes_on(255));
    assert_eq!(StatusRule::Last.status(&[3]), 3);
}

#[test]
fn sudo_env_and_timeout_pass_the_command_on() {
    let world = World::read();
    let first = |line: &str| match world.call(&words(line), "", &mut world.disk()) {
        Some(Outcome::Starts(starts)) => starts.commands.into_iter().next().unwrap(),
        other => panic!("{line}: {other:?}"),
    };
    let command = first("sudo -u deploy TF_LOG=debug terraform plan -lock=false");
    assert_eq!(command.argv, words("terraform plan -lock=false"));
    assert_eq!(command.environment["TF_LOG"], Some("debug".to_owned()));
    let command = first("env -u HOME A=1 B=2 terraform plan");
    assert_eq!(
        command.environment,
        BTreeMap::from([
            ("HOME".to_owned(), None),
            ("A".to_owned(), Some("1".to_owned())),
            ("B".to_owned(), Some("2".to_owned())),
        ])
    );
    let command = first("timeout -k 10 -s INT 1.5m terraform apply");
    let limit = command.limit.unwrap();
    assert_eq!(
        (limit.after, limit.signal.as_str(), limit.kill_after),
        (90_000, "INT", Some(10_000))
    );
    assert_eq!(first("nohup terraform apply").stdin, StartInput::Inherited);
}

#[test]
fn what_is_not_modeled_names_itself() {
    let world = World::read();
    for (line, text) in [
        ("watch terraform plan", "watch: it never ends"),
        ("uuidgen", "uuidgen: a random UUID"),
        ("expr 1 + 1", "expr: it is not modeled"),
        ("tail -f plan.log", "tail: option '-f'"),
        ("grep -z x list.txt", "grep: option '-z'"),
        ("sed l list.txt", "sed: command 'l'"),
        ("date -s tomorrow", "date: option '-s'"),
        ("python3 script.py", "python3: only"),
    ] {
        match world.call(&words(line), "", &mut world.disk()) {
            Some(Outcome::NotModeled(said)) => assert!(said.starts_with(text), "{line}: {said}"),
            other => panic!("{line}: {other:?}"),
        }
    }
}

#[test]
fn unknown_programs_are_none() {
    let world = World::read();
    assert_eq!(
        world.call(&words("kubectl get pods"), "", &mut world.disk()),
        None
    );
    assert_eq!(world.call(&[], "", &mut world.disk()), None);
    let sorted = names();
    assert!(sorted.is_sorted(), "the table is searched by halves");
    assert!(sorted.contains(&"jq"));
}

#[test]
fn a_path_to_a_program_is_the_program() {
    let world = World::read();
    let (status, out, _) = ended(world.call(&words("/bin/echo -n hi"), "", &mut world.disk()));
    assert_eq!((status, out.as_str()), (0, "hi"));
}

#[test]
fn what_would_not_end_is_an_error() {
    let world = World::read();
    let endless = [
        vec!["jq", "-n", "[range(1e12)] | length"],
        vec!["jq", "-n", "def f: f; f"],
        vec!["jq", "-n", "last(repeat(1))"],
        vec!["jq", "-n", "\"x\" * 1000000000000"],
        vec!["jq", "-n", "reduce range(100) as $i (\"x\"; . + .)"],
        vec![
            "jq",
            "-n",
            "reduce range(100) as $i (1; [., .]) | tojson | length",
        ],
        vec!["jq", "-n", "reduce range(100000) as $i (1; [.])"],
        vec![
            "jq",
            "-n",
            "try (reduce range(100) as $i (2; . * .)) catch 1",
        ],
        vec!["jq", "-n", "{} | setpath([range(100000) | \"a\"]; 1)"],
        vec![
            "jq",
            "-n",
            "[limit(100000; repeat(\"[\"))] | add | fromjson | until(false; .)",
        ],
        vec![
            "jq",
            "-n",
            "\"x\" | test(\"((x{900}){900}){900}\") | until(false; .)",
        ],
        vec!["grep", "-E", "((x{900}){900}){900}", "list.txt"],
        vec!["grep", "-P", "^(a+)+$(?<!b)", "list.txt"],
        vec!["awk", "BEGIN { while (1) x = x \"y\" }"],
        vec!["awk", "BEGIN { for (;;) print \"spam spam spam spam\" }"],
        vec!["sed", ":a;s/^/x/;ba", "list.txt"],
        vec!["seq", "100000000"],
    ];
    for argv in endless {
        let argv: Vec<String> = argv.into_iter().map(str::to_owned).collect();
        match world.call(&argv, "", &mut world.disk()) {
            Some(Outcome::NotModeled(_)) => {}
            Some(Outcome::Ended(output)) => assert!(output.status != 0, "{argv:?}: {output:?}"),
            other => panic!("{argv:?}: {other:?}"),
        }
    }
}
