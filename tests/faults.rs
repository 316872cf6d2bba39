//! Each kind of fault, and each thing that a scenario can do from outside, in a small scenario.

mod network;

use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::scenario;
use leaselab::simulation::Recording;
use leaselab::suite;
use leaselab::terraform::{Counts, StateFile};
use leaselab::timeline::{
    Fact, Idleness, LocalFile, LockFact, OutputFact, RemoteState, Timeline, VacuityReason,
};
use leaselab::verdict::Report;

/// What came of a scenario with these resources and steps, a mapping's or list's lines each.
fn tell(head: &str, resources: &str, steps: &str) -> Report {
    let indent = |text: &str, mark: &str| -> String {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let lines: Vec<String> = lines.map(|line| format!("  {mark}{line}")).collect();
        lines.join("\n")
    };
    let yaml = format!(
        "leaselab: 1\ntitle: a fault\n{head}\nresources:\n{}\nsteps:\n{}\n",
        indent(resources, ""),
        indent(steps, "- ")
    );
    let scenario = scenario::parse("fault.yaml", yaml.as_bytes());
    let scenario = scenario.unwrap_or_else(|errors| {
        panic!("{}\n{yaml}", errors.render("fault.yaml", yaml.as_bytes()))
    });
    let scenario = Arc::new(scenario);
    let report = suite::replay(&scenario, Seed(0), Recording::On);
    assert_eq!(report.timeline.vacuities, [], "{yaml}");
    report
}

/// A state file's serial and the labels that it records, a tainted one with `!`.
fn recorded(timeline: &Timeline, file: &StateFile) -> String {
    let mut words = vec![file.serial.to_string()];
    for (resource, object) in file.snapshot.objects() {
        let mark = if object.is_tainted { "!" } else { "" };
        words.push(format!("{}{mark}", timeline.names.resource(resource)));
    }
    words.join(" ")
}

/// Everything that there is at the end: when and how each run ended and the errors that it
/// printed, objects, states, lock, findings. What there is none of has no line.
fn end(report: &Report) -> Vec<String> {
    let (timeline, last) = (&report.timeline, report.timeline.last());
    let mut lines = Vec::new();
    for run in &last.runs {
        let name = timeline.names.run(run.run);
        let ended = run.end.zip(run.ended_at).map_or_else(
            || "is alive".to_owned(),
            |(end, at)| format!("exits {} at {at}", end.exit),
        );
        lines.push(format!("{name} {ended}"));
        for error in run.errors.iter() {
            let code = error
                .code
                .map_or_else(String::new, |code| format!(" ({})", code.code()));
            lines.push(format!("{name}: {}{code}", error.summary));
        }
    }
    let mut labels: Vec<&str> = last
        .cloud
        .values()
        .map(|object| timeline.names.resource(object.resource))
        .collect();
    labels.sort_unstable();
    if !labels.is_empty() {
        lines.push(format!("cloud {}", labels.join(" ")));
    }
    lines.push(match &last.remote {
        RemoteState::Absent => "remote absent".to_owned(),
        RemoteState::Empty => "remote empty".to_owned(),
        RemoteState::Unreadable => "remote unreadable".to_owned(),
        RemoteState::State(file) => format!("remote {}", recorded(timeline, file)),
    });
    for (operator, file) in &last.errored {
        let content = match file {
            LocalFile::Empty => "empty".to_owned(),
            LocalFile::Unreadable => "unreadable".to_owned(),
            LocalFile::State(file) => recorded(timeline, file),
        };
        lines.push(format!(
            "errored of {} {content}",
            timeline.names.operator(*operator)
        ));
    }
    if last.lock.is_locked() {
        lines.push("locked".to_owned());
    }
    for finding in report.last().findings() {
        let subject = finding.subject.word(&timeline.names);
        lines.push(format!("{} {subject}", finding.name.name()));
    }
    lines
}

/// Asserts what there is at the [`end`].
#[track_caller]
fn ends(report: &Report, expected: &[&str]) {
    assert_eq!(end(report), expected);
}

/// When each fact that is wanted occurred.
fn times(report: &Report, is_wanted: impl Fn(&Fact) -> bool) -> Vec<String> {
    let entries = report.timeline.entries.iter();
    let wanted = entries.filter(|entry| is_wanted(&entry.fact));
    wanted.map(|entry| entry.time.to_string()).collect()
}

const APPLY: &str = "{ after: 0s, run: terraform apply -auto-approve, as: alice, id: one }";
const AGAIN: &str = "{ run: terraform apply -auto-approve, as: alice, id: two }";

#[test]
fn what_a_provider_lost_is_made_twice_where_names_are_generated() {
    let steps =
        format!("{{ fail_next: {{ resource: ip, fail: after_without_id }} }}\n{APPLY}\n{AGAIN}");
    let told = tell("", "ip: { create: 1s, name: generated }", &steps);
    ends(
        &told,
        &[
            "one exits 1 at 1.720",
            "one: PostCreateFailure",
            "two exits 0 at 3.448",
            "cloud ip ip",
            "remote 2 ip",
            "duplicate_object ip",
        ],
    );
    let told = tell("", "ip: { create: 1s }", &steps);
    ends(
        &told,
        &[
            "one exits 1 at 1.720",
            "one: PostCreateFailure",
            "two exits 1 at 2.440",
            "two: A resource with the ID already exists",
            "cloud ip",
            "remote 1",
            "orphaned_object ip",
        ],
    );
}

#[test]
fn a_crash_takes_all_operations_of_the_process_along() {
    let told = tell(
        "",
        "a: { create: 1s }\nb: { create: 5s, accepts: at_end }\nc: { create: 5s }",
        &format!("{{ faults: [{{ operation: create, resource: a, fail: crash }}] }}\n{APPLY}"),
    );
    // What the cloud has accepted goes on; what it would have accepted at the end never comes.
    ends(
        &told,
        &[
            "one exits 1 at 1.720",
            "one: Plugin did not respond",
            "one: Plugin did not respond",
            "one: Plugin did not respond",
            "cloud a c",
            "remote 1",
            "orphaned_object a",
            "orphaned_object c",
        ],
    );
}

#[test]
fn a_stopped_provisioner_leaves_its_object_tainted() {
    let told = tell(
        "",
        "vm: { create: 1s, provision: 60s }",
        &format!("{APPLY}\n{{ when: vm created, after: 3s, ctrl_c: alice }}"),
    );
    ends(
        &told,
        &[
            "one exits 1 at 4.728",
            "one: local-exec provisioner error",
            "one: execution halted",
            "cloud vm",
            "remote 2 vm!",
            "tainted_object vm",
        ],
    );
}

#[test]
fn a_creation_that_is_accepted_at_the_start_goes_on_without_terraform() {
    let kill = "{ when: vm creating, after: 1s, ctrl_c: alice }\n{ after: 1s, ctrl_c: alice }";
    let after = |accepts: &str| {
        let resources = format!("vm: {{ create: 9s, accepts: {accepts} }}");
        tell("", &resources, &format!("{APPLY}\n{kill}"))
    };
    ends(
        &after("at_start"),
        &[
            "one exits 1 at 4.720",
            "one: operation canceled",
            "cloud vm",
            "remote 1",
            "orphaned_object vm",
        ],
    );
    ends(
        &after("at_end"),
        &[
            "one exits 1 at 4.720",
            "one: operation canceled",
            "remote 1",
        ],
    );
}

#[test]
fn a_deletion_ends_with_its_provider_where_only_creations_are_accepted_at_the_start() {
    let destroy = "{ run: terraform destroy -auto-approve, as: alice, id: two }\n\
                   { when: vm deleting, after: 1s, ctrl_c: alice }\n{ after: 1s, ctrl_c: alice }";
    let after = |accepts: &str| {
        let resources = format!("vm: {{ create: 9s, accepts: {accepts} }}");
        tell("", &resources, &format!("{APPLY}\n{destroy}"))
    };
    ends(
        &after("at_start"),
        &[
            "one exits 0 at 9.728",
            "two exits 1 at 14.448",
            "two: operation canceled",
            "remote 2 vm",
            "ghost_object vm",
        ],
    );
    ends(
        &after("create_at_start"),
        &[
            "one exits 0 at 9.728",
            "two exits 1 at 14.448",
            "two: operation canceled",
            "cloud vm",
            "remote 2 vm",
        ],
    );
}

#[test]
fn the_disk_decides_what_becomes_of_the_state() {
    let after = |disk: &str| {
        let effect = if disk == "ok" { ", effect: none" } else { "" };
        let steps = format!(
            "{{ disk: {{ alice: {disk} }}{effect} }}\n\
             {{ faults: [{{ request: put_state, lose: request }}] }}\n{APPLY}"
        );
        tell("", "vm: { create: 1s }", &steps)
    };
    ends(
        &after("ok"),
        &[
            "one exits 1 at 1.726",
            "one: Failed to save state",
            "one: Failed to persist state to backend",
            "cloud vm",
            "remote 1",
            "errored of alice 2 vm",
            "remote_behind_errored alice",
            "orphaned_object vm",
        ],
    );
    ends(
        &after("full"),
        &[
            "one exits 1 at 1.726",
            "one: Failed to save state",
            "one: Failed to create local state file",
            "one: Failed to persist state to backend",
            "cloud vm",
            "remote 1",
            "errored of alice empty",
            "orphaned_object vm",
        ],
    );
    ends(
        &after("occupied"),
        &[
            "one exits 1 at 1.726",
            "one: Failed to save state",
            "one: Failed to create local state file",
            "one: Failed to persist state to backend",
            "cloud vm",
            "remote 1",
            "orphaned_object vm",
        ],
    );
    // Terraform claims to have written the file, and there is none.
    ends(
        &after("read_only"),
        &[
            "one exits 1 at 1.726",
            "one: Failed to save state",
            "one: Failed to persist state to backend",
            "cloud vm",
            "remote 1",
            "orphaned_object vm",
        ],
    );
}

#[test]
fn wrappers_double_kill_and_swallow() {
    let after = |wrapper: &str| {
        let head = format!("operators: {{ alice: {{ wrapper: {wrapper} }} }}");
        let steps = format!("{APPLY}\n{{ when: vm creating, after: 1s, ctrl_c: alice }}");
        tell(&head, "vm: { create: 4s }", &steps)
    };
    ends(
        &after("doubles_ctrl_c"),
        &[
            "one exits 1 at 3.720",
            "one: operation canceled",
            "cloud vm",
            "remote 1",
            "orphaned_object vm",
        ],
    );
    ends(
        &after("kills_on_ctrl_c"),
        &[
            "one exits 137 at 1.704",
            "cloud vm",
            "remote 1",
            "locked",
            "orphaned_lock lock",
            "orphaned_object vm",
        ],
    );
    ends(
        &after("swallows_ctrl_c"),
        &["one exits 0 at 4.728", "cloud vm", "remote 2 vm"],
    );
}

#[test]
fn a_runner_escalates_to_the_kill() {
    let steps = format!("{APPLY}\n{{ when: vm creating, cancel: {{ alice: github_actions }} }}");
    // The second interrupt unlocks, and its providers are gone within 2 s: before the kill.
    ends(
        &tell("", "vm: { create: 60s }", &steps),
        &[
            "one exits 1 at 10.220",
            "one: operation canceled",
            "cloud vm",
            "remote 1",
            "orphaned_object vm",
        ],
    );
    let hang = format!("{{ faults: [{{ request: put_state, hang: true }}] }}\n{APPLY}");
    let steps =
        format!("{hang}\n{{ when: alice sends put_state, cancel: {{ alice: azure_devops }} }}");
    ends(
        &tell("", "vm: { create: 1s }", &steps),
        &[
            "one exits 137 at 11.708",
            "one: operation canceled",
            "cloud vm",
            "remote 1",
            "locked",
            "orphaned_lock lock",
            "orphaned_object vm",
        ],
    );
}

#[test]
fn a_prompt_waits_under_the_lock() {
    let ask = "{ run: terraform apply, as: alice, id: one }";
    let answered = |answer: &str| {
        let answer =
            format!("{{ when: alice prompted, after: 1h, answer: {{ alice: \"{answer}\" }} }}");
        tell("", "vm: { create: 1s }", &format!("{ask}\n{answer}"))
    };
    let asked = |fact: &Fact| *fact == Fact::Output(OutputFact::Prompted);
    let acquired = |fact: &Fact| matches!(fact, Fact::Lock(LockFact::Acquired { .. }));
    let released = |fact: &Fact| matches!(fact, Fact::Lock(LockFact::Released { .. }));
    let (yes, no) = (answered("yes"), answered("no"));
    for told in [&yes, &no] {
        assert_eq!(times(told, acquired), ["0.100"]);
        assert_eq!(times(told, asked), ["0.704"]);
    }
    assert_eq!(times(&yes, released), ["3601.728"]);
    assert_eq!(times(&no, released), ["3600.720"]);
    ends(
        &yes,
        &["one exits 0 at 3601.728", "cloud vm", "remote 2 vm"],
    );
    ends(
        &no,
        &[
            "one exits 1 at 3600.720",
            "one: Apply cancelled.",
            "remote 1",
        ],
    );
}

#[test]
fn errors_of_a_walk_die_with_the_process() {
    let fails = "{ fail_next: { resource: a, fail: before } }";
    let kill = "{ when: b creating, after: 1s, signal: { alice: SIGKILL } }";
    let resources = "a: { create: 1s }\nb: { create: 4s }";
    // Terraform reports at its end, and there is none.
    ends(
        &tell("", resources, &format!("{fails}\n{APPLY}\n{kill}")),
        &[
            "one exits 137 at 1.704",
            "cloud b",
            "remote 1",
            "locked",
            "orphaned_lock lock",
            "orphaned_object b",
        ],
    );
    ends(
        &tell("", resources, &format!("{fails}\n{APPLY}")),
        &[
            "one exits 1 at 4.728",
            "one: QuotaExceeded",
            "cloud b",
            "remote 2 b",
        ],
    );
}

#[test]
fn an_interrupted_plan_phase_ends_before_the_halt() {
    let steps =
        format!("{APPLY}\n{{ after: 200ms, ctrl_c: alice }}\n{{ after: 400ms, ctrl_c: alice }}");
    let told = tell("", "vm: { create: 1s }", &steps);
    ends(
        &told,
        &[
            "one exits 1 at 0.720",
            "one: operation canceled",
            "one: execution halted",
            "remote 1",
        ],
    );
    let plan = told.timeline.last().runs[0].end.and_then(|end| end.plan);
    assert_eq!(
        plan,
        Some(Counts {
            add: 1,
            ..Counts::default()
        }),
        "it was printed"
    );
}

#[test]
fn an_object_whose_change_is_skipped_keeps_the_dependencies_that_the_refresh_added() {
    let resources = "vnet: { type: lab_thing, create: 1s }
        subnet: { type: lab_thing, create: 1s, needs: [vnet], inputs: { cidr: wide } }";
    let run =
        |id: &str, command: &str| format!("{{ run: terraform {command}, as: alice, id: {id} }}\n");
    let steps = [
        run("rm", "state rm lab_thing.vnet lab_thing.subnet"),
        run("import", "import lab_thing.subnet /things/subnet"),
        AGAIN.to_owned(),
    ];
    let told = tell("", resources, &format!("{APPLY}\n{}", steps.concat()));
    ends(
        &told,
        &[
            "one exits 0 at 2.728",
            "rm exits 0 at 2.856",
            "import exits 0 at 3.584",
            "two exits 1 at 4.312",
            "two: A resource with the ID already exists",
            "cloud subnet vnet",
            "remote 5 subnet",
            "orphaned_object vnet",
            // An import brings no inputs.
            "lost_inputs subnet",
        ],
    );
    let RemoteState::State(file) = &told.timeline.last().remote else {
        panic!("there is a state");
    };
    // The import recorded none; the failed apply saved what its refresh had found.
    let dependencies: Vec<&str> = file
        .snapshot
        .objects()
        .flat_map(|(_, object)| object.dependencies.iter())
        .map(|needed| told.timeline.names.resource(*needed))
        .collect();
    assert_eq!(dependencies, ["vnet"]);
}

#[test]
fn a_blob_that_a_command_deletes_has_lost_its_state() {
    let before = "before: { remote: { serial: 5, resources: [vnet] } }";
    let delete =
        "{ run: az storage blob delete -c tfstate -n terraform.tfstate, as: alice, id: one }";
    ends(
        &tell(before, "vnet: {}", delete),
        &[
            "one exits 0 at 0.084",
            "cloud vnet",
            "remote absent",
            "state_lost state",
            "orphaned_object vnet",
        ],
    );
}

/// Who breaks the lease changes no content: there is still no earlier state to restore.
#[test]
fn a_broken_lease_makes_no_version_of_the_blob() {
    let source = b"
leaselab: 1
title: a lease that is broken
before: { remote: { serial: 4, resources: [rg] } }
resources: { rg: {}, vnet: { create: 4s, needs: [rg] } }
steps:
  - { id: apply, run: terraform apply -auto-approve, as: alice }
  - { when: vnet creating, after: 1s, signal: { alice: SIGKILL } }
  - { blob: { break_lease: 0s } }
  - { blob: { restore: 1 } }
";
    let scenario = Arc::new(scenario::parse("broken.yaml", source).unwrap());
    let report = suite::replay(&scenario, Seed(0), Recording::On);
    let versions = &report.timeline.last().versions;
    assert_eq!(versions.count(), 1);
    assert!(versions.serials().eq([4]));
    let why: Vec<VacuityReason> = { report.timeline.vacuities.iter() }
        .map(|vacuity| vacuity.reason)
        .collect();
    assert_eq!(why, [VacuityReason::Idle(Idleness::NoEarlierState)]);
}

#[test]
fn a_disk_reaches_every_command_on_files() {
    let on = |disk: &str, expect: &str| {
        let source = format!(
            "leaselab: 1\ntitle: disk\nresources: {{ vnet: {{}} }}\n\
             before: {{ remote: {{ serial: 3, resources: [vnet] }} }}\nsteps:\n\
             - {{ file: {{ in: alice, name: errored.tfstate, serial: 2, resources: [vnet] }} }}\n\
             - {{ disk: {{ alice: {disk} }} }}\n\
             - {{ id: cp, run: cp errored.tfstate kept.tfstate, as: alice }}\n\
             - {{ id: pull, run: terraform state pull > pulled.tfstate, as: alice }}\n\
             - {{ id: dl, run: az storage blob download -c tfstate -n terraform.tfstate --file dl.tfstate, as: alice }}\n\
             - {{ id: mv, run: mv errored.tfstate moved.tfstate, as: alice }}\n\
             - {{ id: rm, run: rm errored.tfstate, as: alice }}\n\
             - {{ id: plan, run: terraform plan -out=p.tfplan, as: alice }}\n\
             - {{ id: apply, run: terraform apply p.tfplan, as: alice }}\n\
             expect: {{ {expect} }}\n"
        );
        let scenario = scenario::parse("disk.yaml", source.as_bytes());
        let scenario = scenario.unwrap_or_else(|errors| panic!("{errors}"));
        let report = suite::replay(&Arc::new(scenario), Seed(0), Recording::On);
        let text = leaselab::render::text(&report, leaselab::render::Layout::default());
        assert_eq!(
            report.outcome,
            leaselab::verdict::Outcome::AsExpected,
            "{text}"
        );
    };
    on(
        "read_only",
        "exit: { cp: 1, pull: 1, dl: 1, mv: 1, rm: 1, plan: 1, apply: 1 }, \
         errors: { cp: [\"cp: cannot create regular file 'kept.tfstate': Permission denied\"], \
         pull: [\"bash: pulled.tfstate: Permission denied\"], dl: [permission denied], \
         mv: [\"mv: cannot move 'errored.tfstate' to 'moved.tfstate': Permission denied\"], \
         rm: [\"rm: cannot remove 'errored.tfstate': Permission denied\"], \
         plan: [Failed to write plan file] }, \
         errored: { alice: { serial: 2 } }",
    );
    // A name can be changed and removed where nothing more can be written.
    on(
        "full",
        "exit: { cp: 1, pull: 0, dl: 1, mv: 0, rm: 1, plan: 1, apply: 1 }, \
         errors: { cp: [\"cp: error writing 'kept.tfstate': No space left on device\"], \
         dl: [no space left on device], \
         rm: [\"rm: cannot remove 'errored.tfstate': No such file or directory\"], \
         plan: [Failed to write plan file] }, \
         errored: { alice: none }",
    );
}
