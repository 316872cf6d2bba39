//! Runbooks: how they are read, what they make of wrecks, and how it is told.

mod address;
mod answers;
mod blame;
mod caution;
mod junit;
mod library;
mod literal;
mod plain;
mod serial;

use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::runbook::{self, Graded, Outcome, Runbook, StepEnd, Ungraded};
use leaselab::scenario::{self, Scenario};
use leaselab::verdict::PropertyOutcome;
use proptest::prelude::*;

/// Alice's apply is killed: the lock stays, and what it made is in no state.
const KILLED: &str = "\
leaselab: 1
title: killed
resources: { vnet: { type: azurerm_virtual_network, create: 4s } }
steps:
  - { id: apply, run: terraform apply -auto-approve, as: alice }
  - { when: vnet created, after: 1ms, signal: { alice: SIGKILL } }
  - wreck: alice
";

/// The save fails: `errored.tfstate` has what the remote state lacks; the lock is free.
const UNSAVED: &str = "\
leaselab: 1
title: unsaved
before: { remote: { serial: 7, resources: [rg] } }
resources:
  rg: { type: azurerm_resource_group, create: 2s }
  vnet: { type: azurerm_virtual_network, create: 4s, needs: [rg] }
steps:
  - { faults: [{ request: put_state, lose: request }] }
  - { id: apply, run: terraform apply -auto-approve, as: alice }
  - { faults: [] }
  - wreck: alice
";

fn scenario(source: &str) -> Arc<Scenario> {
    let parsed = scenario::parse("test.yaml", source.as_bytes());
    Arc::new(parsed.unwrap_or_else(|errors| panic!("{errors}")))
}

fn read(source: &str) -> Runbook {
    runbook::parse("test.md", source.as_bytes())
        .unwrap_or_else(|errors| panic!("{}", errors.render("test.md", source.as_bytes())))
}

fn graded(markdown: &str, source: &str) -> Graded {
    runbook::grade(&read(markdown), &scenario(source), Seed(0)).unwrap()
}

/// What was typed.
fn typed(graded: &Graded) -> Vec<&str> {
    let steps = graded.steps.iter();
    steps.map(|step| step.text.as_str()).collect()
}

fn bash(commands: &str) -> String {
    format!("```bash\n{commands}\n```\n")
}

/// What is drawn of the mistakes in a runbook.
fn drawn(markdown: &str) -> String {
    let errors = runbook::parse("test.md", markdown.as_bytes()).unwrap_err();
    errors.render("test.md", markdown.as_bytes())
}

#[test]
fn a_wreck_is_recovered() {
    let graded = graded(
        &bash("terraform state push errored.tfstate\nrm errored.tfstate"),
        UNSAVED,
    );
    assert_eq!(graded.outcome, Outcome::Recovered);
    assert!(graded.left.is_empty() && graded.harms.is_empty());
    let ends: Vec<StepEnd> = graded.steps.iter().map(|step| step.end).collect();
    assert_eq!(ends, [StepEnd::Exited(0); 2]);
}

/// The scenario's properties are judged from its start to the runbook's end.
#[test]
fn properties_are_judged_through_the_wreck_and_the_runbook() {
    let properties = "\
properties:
  no file is left: { always: { errored: { alice: none } } }
  never recorded: { never: { remote: { resources: [rg, vnet] } } }
  recorded: { sometimes: { remote: { resources: [rg, vnet] } } }
";
    let source = format!("{UNSAVED}{properties}");
    let outcomes = |commands: &str| {
        let graded = graded(&bash(commands), &source);
        let started = graded.steps[0].started;
        let properties = graded.report.properties.iter();
        let outcomes: Vec<&str> = properties
            .map(|property| match &property.outcome {
                PropertyOutcome::Held => "held",
                PropertyOutcome::NotSeen => "not seen",
                PropertyOutcome::Broken { time, .. } if *time < started => "broken before",
                PropertyOutcome::Broken { .. } => "broken by it",
            })
            .collect();
        outcomes
    };
    assert_eq!(
        outcomes("terraform state push errored.tfstate"),
        ["broken before", "broken by it", "held"]
    );
    assert_eq!(
        outcomes("terraform state list"),
        ["broken before", "held", "not seen"]
    );
}

#[test]
fn what_is_left_is_incomplete() {
    let graded = graded(&bash("terraform state list"), UNSAVED);
    assert_eq!(graded.outcome, Outcome::Incomplete);
    let left: Vec<&str> = graded
        .left
        .iter()
        .map(|finding| finding.name.name())
        .collect();
    assert_eq!(left, ["remote_behind_errored", "orphaned_object"]);
}

#[test]
fn a_failing_command_blocks_at_its_line() {
    let markdown = format!(
        "# Mend\n\n{}",
        bash("terraform state list\n\nterraform refresh\nls")
    );
    let graded = graded(&markdown, KILLED);
    assert_eq!(graded.outcome, Outcome::Blocked);
    let blocked = graded.blocked.as_ref().unwrap();
    assert_eq!(
        (blocked.line, blocked.command.as_str()),
        (6, "terraform refresh")
    );
    assert!(
        blocked
            .message
            .starts_with("Error acquiring the state lock")
    );
    assert_eq!(
        typed(&graded),
        ["terraform state list", "terraform refresh"]
    );
}

#[test]
fn a_failure_at_the_end_blocks_as_well() {
    let graded = graded(&bash("terraform refresh"), KILLED);
    assert_eq!(graded.blocked.map(|blocked| blocked.line), Some(2));
}

#[test]
fn what_is_forgotten_is_made_worse_and_comes_before_blocked() {
    let graded = graded(&bash("rm errored.tfstate\nrm errored.tfstate"), UNSAVED);
    assert_eq!(graded.outcome, Outcome::MadeWorse);
    assert!(graded.blocked.is_some());
    let told = format!("{:?}", graded.harms);
    assert!(
        told.starts_with("[Forgotten { object: \"/things/vnet\""),
        "{told}"
    );
    assert!(told.contains("line: Some(2)"), "{told}");
}

#[test]
fn what_is_destroyed_is_made_worse() {
    let graded = graded(&bash("terraform destroy"), UNSAVED);
    let told = format!("{:?}", graded.harms);
    assert!(
        told.starts_with("[Destroyed { object: \"/things/rg\""),
        "{told}"
    );
    assert_eq!(graded.outcome, Outcome::MadeWorse);
}

#[test]
fn an_object_that_is_made_a_second_time_is_made_worse() {
    let source = UNSAVED.replace("create: 4s", "create: 4s, name: generated");
    let graded = graded(&bash("terraform apply -auto-approve"), &source);
    assert_eq!(graded.outcome, Outcome::MadeWorse);
    let told = format!("{:?}", graded.harms);
    assert!(told.contains("DuplicateObject"), "{told}");
}

#[test]
fn what_goes_wrong_by_itself_is_not_the_runbooks_doing() {
    let slow = KILLED
        .replace("create: 4s", "create: 4m, accepts: at_start")
        .replace("when: vnet created, after: 1ms", "at: 10s");
    let graded = graded(&bash("terraform state list"), &slow);
    assert_eq!(graded.outcome, Outcome::Incomplete, "{:?}", graded.harms);
    let left = graded.left.iter();
    assert!(
        left.clone()
            .any(|finding| finding.name.name() == "orphaned_object")
    );
}

#[test]
fn the_lock_id_is_the_one_that_was_printed() {
    let markdown = bash("terraform plan || true\nterraform force-unlock <LOCK_ID>");
    let graded_here = graded(&markdown, KILLED);
    let last = graded_here.steps.last().unwrap();
    assert!(
        last.text.len() > "terraform force-unlock ".len() + 30,
        "{}",
        last.text
    );
    assert_eq!(last.end, StepEnd::Exited(0), "the prompt is answered yes");
    let blind = graded(&bash("terraform force-unlock -force <LOCK_ID>"), KILLED);
    let blocked = blind.blocked.unwrap();
    assert_eq!(blocked.message, "no command has printed a lock ID so far");
    assert_eq!(blocked.line, 2);
}

#[test]
fn addresses_stand_for_every_object_that_is_meant() {
    let graded = graded(
        &bash("terraform import <ADDRESS> <ID>\nrm errored.tfstate"),
        UNSAVED,
    );
    assert_eq!(
        typed(&graded),
        [
            "terraform import azurerm_virtual_network.vnet /things/vnet",
            "rm errored.tfstate"
        ]
    );
    assert_eq!(graded.outcome, Outcome::Recovered);
}

#[test]
fn an_address_that_the_scenario_lacks_blocks() {
    let graded = graded(&bash("terraform untaint azurerm_subnet.main"), UNSAVED);
    let message = graded.blocked.unwrap().message;
    assert!(
        message.starts_with("unknown resource address `azurerm_subnet.main`"),
        "{message}"
    );
}

#[test]
fn console_blocks_prompts_and_continued_lines_are_understood() {
    let markdown = "\
```console
$ terraform state pull \\
>   > before.tfstate
ls
$ # nothing
```

```bash skip
kubectl drain node && echo
```

~~~sh
$ ls
errored.tfstate
~~~

    indented code is no command

```yaml
run: terraform apply
```
";
    let commands: Vec<(u32, String)> = read(markdown)
        .commands()
        .map(|(line, text)| (line, text.split_whitespace().collect::<Vec<_>>().join(" ")))
        .collect();
    let pull = "terraform state pull \\ > before.tfstate".to_owned();
    assert_eq!(commands, [(2, pull), (13, "ls".to_owned())]);
}

#[test]
fn conditions_decide_what_is_typed() {
    let markdown = "\
## If the lock is held

If the holder of the lock is gone:

```bash
terraform plan
```

If a lock error was printed:

```bash
terraform force-unlock -force <LOCK_ID>
```

Otherwise:

```bash
ls
```

## Step 2: If `errored.tfstate` exists

```bash
terraform state push errored.tfstate
```

### Then

```bash
rm errored.tfstate
```

## Last

1. Look. If an object is in no state, import it:

   ```bash
   terraform import <ADDRESS> <ID>
   ```

2. In the end:

   ```bash
   terraform state list
   ```
";
    let killed = graded(markdown, KILLED);
    let last_words: Vec<&str> = typed(&killed)
        .iter()
        .map(|line| line.split(' ').nth(1).unwrap())
        .collect();
    assert_eq!(last_words, ["plan", "force-unlock", "import", "state"]);
    assert_eq!(killed.outcome, Outcome::Recovered);
    let unsaved = graded(markdown, UNSAVED);
    assert_eq!(
        typed(&unsaved),
        [
            "terraform state push errored.tfstate",
            "rm errored.tfstate",
            "terraform state list"
        ]
    );
    assert_eq!(unsaved.outcome, Outcome::Recovered);
}

#[test]
fn a_failure_is_foreseen_only_by_a_condition_that_asks_for_it() {
    let cases = [
        ("If the command fails:", true),
        ("If a lock error was printed:", true),
        ("If a lock ID was printed:", true),
        ("If no lock error was printed:", false),
        ("If the lock is held:", false),
        ("If an object already exists:", false),
    ];
    for (condition, foreseen) in cases {
        let markdown = format!(
            "{}\n{condition}\n\n{}",
            bash("terraform refresh"),
            bash("ls")
        );
        let graded = graded(&markdown, KILLED);
        assert_eq!(graded.blocked.is_none(), foreseen, "{condition}");
    }
}

#[test]
fn mistakes_are_drawn_all_at_once_with_their_place() {
    let markdown = "\
# Mend

If errored.tfstate exist:

```bash
terraform state pusch errored.tfstate
$ kubectl get pods
```

If you have questions:

ask somebody.

```bash
terraform plan -lok=false
```
";
    let text = drawn(markdown);
    assert!(
        !text.contains("pusch"),
        "without a prompt, that is output here: {text}"
    );
    let expected = [
        "error: the model does not know this condition",
        "--> test.md:3:1",
        "3 | If errored.tfstate exist:",
        "did you mean `If errored.tfstate exists:`?",
        "error: unknown program `kubectl`",
        "--> test.md:7:3",
        "7 | $ kubectl get pods",
        "|   ^^^^^^^",
        "```bash skip",
        "--> test.md:10:1",
        "--> test.md:15:16",
        "did you mean `-lock",
    ];
    let mut rest = text.as_str();
    for part in expected {
        let at = rest.find(part);
        let at = at.unwrap_or_else(|| panic!("`{part}` does not stand in, or not here:\n{text}"));
        rest = &rest[at + part.len()..];
    }
}

#[test]
fn sentences_that_govern_no_command_are_prose() {
    let markdown = format!("If you are new here:\n\n# Go\n\n{}", bash("ls"));
    assert_eq!(read(&markdown).commands().count(), 1);
}

#[test]
fn a_placeholder_without_a_meaning_is_a_mistake() {
    let cases = [
        ("terraform state mv <ADDRESS> x.y", "test.md:2:20"),
        ("terraform state push <FILE>", "test.md:2:22"),
        ("rm <FILE>", "test.md:2:4"),
    ];
    for (command, place) in cases {
        let text = drawn(&bash(command));
        assert!(text.contains(place), "{command}: {text}");
    }
}

#[test]
fn what_is_no_runbook_says_so() {
    assert!(drawn("# Nothing\n").contains("the runbook has no commands"));
    assert!(drawn("Otherwise:\n\n```sh\nls\n```\n").contains("without a condition above"));
    let errors = runbook::parse("test.md", b"\xff\xfe").unwrap_err();
    assert!(errors.to_string().contains("UTF-8"));
    for hostile in [
        "```bash\n\\",
        "```bash\n$ \\\n",
        "> - ```sh\n> ls",
        "<",
        "\r\n```sh\r\nls\r\n",
    ] {
        runbook::parse("test.md", hostile.as_bytes()).ok();
    }
}

#[test]
fn a_scenario_needs_a_wreck_that_comes() {
    let without = KILLED.replace("  - wreck: alice\n", "");
    let result = runbook::grade(&read(&bash("ls")), &scenario(&without), Seed(0));
    assert_eq!(result.unwrap_err(), Ungraded::NoWreck);
    let never = KILLED.replace("- wreck: alice", "- { when: lease broken, wreck: alice }");
    let result = runbook::grade(&read(&bash("ls")), &scenario(&never), Seed(0));
    assert_eq!(result.unwrap_err(), Ungraded::WreckNeverComes { line: 7 });
}

#[test]
fn a_command_that_never_ends_stops_the_runbook() {
    let hanging = UNSAVED.replace(
        "{ faults: [] }",
        "{ faults: [{ request: any, hang: true }] }",
    );
    let graded = graded(&bash("terraform plan\nls"), &hanging);
    let blocked = graded.blocked.unwrap();
    assert_eq!(
        (blocked.line, blocked.message.as_str()),
        (2, "still running after a day")
    );
    assert_eq!(graded.steps.last().unwrap().end, StepEnd::StillRunning);
}

#[test]
fn a_living_apply_is_waited_for_and_not_mistaken_for_a_dead_one() {
    let living = KILLED
        .replace("create: 4s", "create: 8m")
        .replace(
            "when: vnet created, after: 1ms, signal: { alice: SIGKILL }",
            "at: 1m, run: ls, as: bob",
        )
        .replace("- wreck: alice", "- { at: 2m, wreck: bob }");
    let markdown = "\
## If the holder of the lock is alive

```bash
terraform plan -lock-timeout=1h
```

## If the holder of the lock is gone

```bash
az storage blob lease break --blob-name terraform.tfstate --container-name tfstate
```
";
    let patient = graded(markdown, &living);
    assert_eq!(patient.outcome, Outcome::Recovered, "{:?}", patient.blocked);
    assert_eq!(patient.steps.len(), 1);
}

/// Where a runbook says stop, the reader stops, and nothing is blocked; where it says wait, time
/// passes until it is so.
#[test]
fn a_reader_stops_and_waits_as_the_runbook_says() {
    let living = KILLED
        .replace("create: 4s", "create: 8m")
        .replace(
            "when: vnet created, after: 1ms, signal: { alice: SIGKILL }",
            "at: 1m, run: ls, as: bob",
        )
        .replace("- wreck: alice", "- { at: 2m, wreck: bob }");
    let breaks = bash("az storage blob lease break -b terraform.tfstate -c tfstate");
    let stopped = graded(
        &format!("If the holder of the lock is alive, stop here.\n\n{breaks}"),
        &living,
    );
    assert!(stopped.steps.is_empty() && stopped.blocked.is_none());
    let waited = graded(
        &format!(
            "Wait until nobody is running Terraform.\n\n{}",
            bash("terraform plan")
        ),
        &living,
    );
    assert_eq!(waited.outcome, Outcome::Recovered, "{:?}", waited.blocked);
    let dead = graded(
        &format!("If somebody is running Terraform, stop.\n\n{}", bash("ls")),
        KILLED,
    );
    assert_eq!(dead.steps.len(), 1);
    let never = graded(
        &format!("Wait until the lock is free.\n\n{}", bash("ls")),
        KILLED,
    );
    assert!(never.steps.is_empty());
}

#[test]
fn a_holder_that_has_forgotten_its_lease_is_alive_when_its_owner_is_asked() {
    let forgetful = include_str!("advice/trials/forgetful_second_run.yaml");
    for (section, typed) in [("alive", 1), ("gone", 0)] {
        let markdown = format!(
            "## If the holder of the lock is {section}\n\n```bash\nterraform state list\n```\n"
        );
        assert_eq!(graded(&markdown, forgetful).steps.len(), typed, "{section}");
    }
}

/// Parts of runbooks, in any order and mangled: what is read is read, what is wrong is drawn.
fn pieces() -> impl Strategy<Value = String> {
    let pieces = [
        "```bash\n",
        "```console\n",
        "```\n",
        "$ terraform plan\n",
        "ls \\\n",
        "> ",
        "- ",
        "\t",
        "# ",
        "If the lock is held:",
        "If \u{e4}&amp;\u{1f512} `x`:",
        "Otherwise:",
        "\n",
        "\n\n",
        "<LOCK_ID>",
        "terraform import <ADDRESS> <ID>\n",
        "|| true",
        "\u{fc}",
        "\r\n",
        "---\n",
        "    ",
        "\0",
        "&#x41;",
    ];
    let piece = proptest::sample::select(pieces.to_vec());
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn reading_a_runbook_never_panics(source in pieces()) {
        if let Err(errors) = runbook::parse("test.md", source.as_bytes()) {
            prop_assert!(!errors.render("test.md", source.as_bytes()).is_empty());
        }
    }
}
