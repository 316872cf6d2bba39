//! Runbooks that are typed as they stand.

use leaselab::runbook::{Outcome, StepEnd, Stroke, stroke};

use super::{KILLED, UNSAVED, drawn, graded, read, typed};

/// Nothing has gone wrong so far.
const BEFORE: &str = "\
leaselab: 1
title: before
operators: { alice: {}, bob: {} }
resources: { vnet: { type: azurerm_virtual_network, create: 40s } }
steps:
  - { run: terraform plan, as: bob }
  - wreck: alice
";

fn literally(rest: &str) -> String {
    format!("# Typed\n\n<!-- leaselab: literally -->\n\n{rest}")
}

/// An ID is no sample, a name is nobody else's, and no sentence decides.
#[test]
fn what_stands_there_is_typed() {
    let text = "If the lock is free, stop.\n\n```bash\nterraform force-unlock -force \
                11111111-2222-3333-4444-555555555555\nterraform plan\n```\n";
    let graded_here = graded(&literally(text), KILLED);
    assert_eq!(typed(&graded_here).len(), 2);
    assert!(typed(&graded_here)[0].contains("11111111"));
    let exits: Vec<StepEnd> = graded_here.steps.iter().map(|step| step.end).collect();
    assert_eq!(
        exits,
        [StepEnd::Exited(1); 2],
        "a person goes on after what failed"
    );
    assert_eq!(
        graded_here.outcome,
        Outcome::Incomplete,
        "a look stands last"
    );
    let blocked = graded(
        &literally("```bash\nterraform state push missing.tfstate\n```\n"),
        KILLED,
    );
    assert_eq!(blocked.outcome, Outcome::Blocked, "what failed stands last");
}

/// A line answers where a command asks; `keys` blocks hold answers and Ctrl+C.
#[test]
fn a_line_answers_where_a_command_asks() {
    let push = "terraform state push errored.tfstate";
    for (answer, added) in [("yes", 0), ("nope", 1)] {
        let text = format!("```bash\n{push}\nterraform destroy\n```\n\n```keys\n{answer}\n```\n");
        let graded = graded(&literally(&text), UNSAVED);
        let strokes: Vec<Stroke> = graded.steps.iter().map(|step| step.stroke).collect();
        assert_eq!(strokes, [Stroke::Line, Stroke::Line, Stroke::Answer]);
        assert_eq!(graded.steps[1].end, StepEnd::LeftOpen);
        assert_eq!(graded.steps[2].line, graded.steps[1].line, "the command's");
        assert_eq!(graded.steps[2].end, StepEnd::Exited(added), "{answer}");
    }
    let text = format!("```bash\n{push}\nterraform destroy\nyes\n```\n");
    assert_eq!(
        graded(&literally(&text), UNSAVED).outcome,
        Outcome::MadeWorse
    );
}

#[test]
fn ctrl_c_comes_when_it_is_said() {
    let text = "```bash\nterraform apply -auto-approve\n```\n\n```keys\n^C after 2s\n^C after 500ms\n```\n";
    let graded = graded(&literally(text), BEFORE);
    let times: Vec<u64> = { graded.steps.iter() }
        .map(|step| step.started.since(graded.steps[0].started).as_ms())
        .collect();
    assert_eq!(times, [0, 2_000, 2_500]);
    assert_eq!(graded.steps[2].end, StepEnd::Exited(1));
}

/// Two at one world: one begins while the other's command is at work.
#[test]
fn somebody_else_types_while_a_command_is_at_work() {
    let text = "```bash\nterraform apply\nyes\n```\n\n<!-- leaselab: as bob after 1s -->\n\n```bash\nterraform \
                plan\n```\n\n<!-- leaselab: as alice -->\n\n<!-- leaselab: wait -->\n";
    let graded = graded(&literally(text), BEFORE);
    let strokes: Vec<Stroke> = graded.steps.iter().map(|step| step.stroke).collect();
    assert_eq!(
        strokes,
        [Stroke::Line, Stroke::Answer, Stroke::Line, Stroke::Wait]
    );
    assert_eq!(graded.steps[1].end, StepEnd::LeftOpen);
    assert_eq!(
        graded.steps[2].end,
        StepEnd::Exited(1),
        "alice holds the lock"
    );
    assert_ne!(graded.steps[0].operator, graded.steps[2].operator);
}

#[test]
fn mistakes_are_told() {
    let text = drawn(&literally(
        "<!-- leaselab: perhaps -->\n\n```bash\nls\n```\n",
    ));
    assert!(
        text.contains("says nothing where lines are typed literally"),
        "{text}"
    );
    let text = drawn("```bash\nls\n```\n\n<!-- leaselab: literally -->\n\n```bash\nls\n```\n");
    assert!(
        text.contains("`literally` stands above the first block"),
        "{text}"
    );
    let nobody = literally("<!-- leaselab: as zoe -->\n\n```bash\nls\n```\n");
    let blocked = graded(&nobody, KILLED).blocked.unwrap();
    assert_eq!(blocked.message, "nobody here is called zoe");
    for (text, message) in [
        ("```keys\nyes\n```\n", "nothing asks here"),
        ("```keys\n^C\n```\n", "nothing was typed before it"),
        (
            "```bash\nterraform force-unlock <LOCK_ID> -force\n```\n",
            "a placeholder can't be typed",
        ),
    ] {
        let blocked = graded(&literally(text), KILLED).blocked.unwrap();
        assert_eq!(blocked.message, message);
    }
    assert_eq!(
        read(&literally("```bash\nls\n\n# not typed\n```\n"))
            .commands()
            .count(),
        1
    );
    assert!(stroke::has_placeholder("az x --lease-id <lock-id>"));
}
