//! What only a session shows: interrupts, further lines, a person's errors, limits, time.

use leaselab::shell::{
    Answer, Environment, Limit, Limits, Machine, Messages, Request, Sink, Stream, parse,
};

use super::computer::{Computer, environment, run};

#[test]
fn an_interrupt_ends_the_shell_with_130() {
    let script = parse("trouble() { sleep 60; echo no; }; x=$(trouble) | cat; echo no").unwrap();
    let mut machine = Machine::new(&script, environment());
    assert_eq!(machine.resume(Answer::Start), Request::Sleep(60_000));
    assert_eq!(machine.resume(Answer::Interrupt), Request::Exited(130));
    assert_eq!(machine.resume(Answer::Start), Request::Exited(130));
    assert!(machine.is_closed());
}

#[test]
fn a_program_that_catches_the_signal_lets_the_script_go_on() {
    let (last, computer) = run("fails 1; echo $?", environment());
    assert_eq!(
        (last, computer.stdout.as_str()),
        (Request::Exited(0), "1\n")
    );
}

#[test]
fn further_lines_find_what_the_first_left() {
    let first = parse("f() { echo f $x; }\nx=1; cd /home/op; set -u").unwrap();
    let mut machine = Machine::new(&first, environment());
    let mut computer = Computer::new();
    assert_eq!(
        computer.finish(&mut machine, Answer::Start),
        Request::Exited(0)
    );
    machine.feed(&parse("f; pwd; false").unwrap());
    assert_eq!(
        computer.finish(&mut machine, Answer::Start),
        Request::Exited(1)
    );
    machine.feed(&parse("echo $?; echo $nope").unwrap());
    assert_eq!(
        computer.finish(&mut machine, Answer::Start),
        Request::Exited(127)
    );
    assert_eq!(computer.stdout, "f 1\n/home/op\n1\n");
    assert_eq!(
        (machine.cwd(), machine.variable("x")),
        ("/home/op", Some("1"))
    );
}

#[test]
fn a_persons_error_ends_the_line_only() {
    let person = Environment {
        messages: Messages::Interactive,
        ..environment()
    };
    let (last, computer) = run("set -u\necho $nope; echo no\ncd nope\necho yes", person);
    assert_eq!(last, Request::Exited(0));
    assert_eq!(computer.stdout, "yes\n");
    assert_eq!(
        computer.stderr,
        "bash: nope: unbound variable\nbash: cd: nope: No such file or directory\n"
    );
}

#[test]
fn limits_end_what_would_not_end() {
    let cases = [
        ("while :; do :; done", Limit::Steps),
        ("f() { f; }; f", Limit::Depth),
        ("f() { (f); }; f", Limit::Depth),
        ("f() { echo $(f); }; f", Limit::Depth),
        ("x=x; while :; do x=$x$x; done", Limit::OutputBytes),
        ("while :; do echo y; done | cat", Limit::Steps),
        (
            "x=$(printf '%4000d' 1); for i in {1..1000}; do x+=$x; done",
            Limit::OutputBytes,
        ),
        ("until false; do sleep 1; done", Limit::Steps),
    ];
    for (script, expected) in cases {
        let limits = Limits {
            steps_max: 100_000,
            ..Limits::default()
        };
        let (last, _) = run(
            script,
            Environment {
                limits,
                ..environment()
            },
        );
        let Request::Exceeded { limit, span } = last else {
            panic!("{script}: {last:?}");
        };
        assert_eq!(limit, expected, "{script}");
        assert!(span.end <= script.len(), "{script}");
    }
}

#[test]
fn sleep_takes_all_its_forms() {
    let (_, computer) = run(
        "sleep 5; sleep 0.5; sleep 1m; sleep 2s 1h; sleep .25",
        environment(),
    );
    assert_eq!(
        computer.slept,
        5_000 + 500 + 60_000 + 2_000 + 3_600_000 + 250
    );
}

#[test]
fn what_comes_out_of_an_expansion_is_refused_as_well() {
    for (script, what) in [
        (
            "x=eval; $x y",
            "`eval` is not covered: what it would run can't be read beforehand",
        ),
        ("read -t 5 x", "`read -t` is not covered"),
        ("set -k", "`set -k` is not covered"),
        ("[ a -nt b ]", "`test -nt` is not covered"),
    ] {
        let (last, _) = run(script, environment());
        let Request::Refused { what: found, .. } = last else {
            panic!("{script}: {last:?}");
        };
        assert_eq!(found, what);
    }
}

#[test]
fn a_person_answers_a_prompt() {
    let script = parse("read -r -p 'Go on? ' answer; echo \"[$answer]\"; read x; echo $?").unwrap();
    let mut machine = Machine::new(&script, environment());
    let prompt = machine.resume(Answer::Start);
    assert_eq!(
        prompt,
        Request::Print {
            stream: Stream::Stderr,
            text: "Go on? ".into()
        }
    );
    assert_eq!(machine.resume(Answer::Done), Request::ReadLine);
    let printed = machine.resume(Answer::Line(Some("yes ".to_owned())));
    assert_eq!(
        printed,
        Request::Print {
            stream: Stream::Stdout,
            text: "[yes]\n".into()
        }
    );
    assert_eq!(machine.resume(Answer::Done), Request::ReadLine);
    let printed = machine.resume(Answer::Line(None));
    assert_eq!(
        printed,
        Request::Print {
            stream: Stream::Stdout,
            text: "1\n".into()
        }
    );
}

#[test]
fn a_call_says_where_everything_comes_from_and_goes() {
    let source = "cd /tmp; export A=1; B=2 diff <(echo x) y 2>&1 >out <<<in";
    let script = parse(source).unwrap();
    let mut machine = Machine::new(&script, environment());
    let mut computer = Computer::new();
    let mut request = machine.resume(Answer::Start);
    let call = loop {
        if let Request::Run(call) = request {
            break call;
        }
        request = machine.resume(computer.answer(&request).unwrap());
    };
    assert_eq!(call.argv, ["diff", "/dev/fd/63", "y"]);
    assert_eq!(call.files["/dev/fd/63"].as_ref(), "x\n");
    assert_eq!(
        (
            call.environment["A"].as_str(),
            call.environment["B"].as_str()
        ),
        ("1", "2")
    );
    assert_eq!(
        (call.cwd.as_str(), call.stdin.as_deref()),
        ("/tmp", Some("in\n"))
    );
    assert_eq!(
        (call.stdout, call.stderr),
        (Sink::Captured, Sink::Terminal(Stream::Stdout))
    );
    assert_eq!(&source[call.span.start..call.span.end], &source[21..]);
}

#[test]
fn a_script_splits_into_its_lines() {
    let script = parse("a; b\nif true; then\n  c\nfi\n\n# no\nd | e").unwrap();
    let lines: Vec<&str> = script
        .split()
        .iter()
        .map(|line| {
            let span = line.span();
            &script.source()[span.start..span.end]
        })
        .collect();
    assert_eq!(lines.len(), 3);
    assert_eq!((lines[0], lines[2]), ("a; b", "d | e"));
}
