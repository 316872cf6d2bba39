//! Each kind of fault, and each thing that a scenario can do from outside, in a small scenario.

use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::scenario;
use leaselab::simulation::{Recording, simulate};
use leaselab::timeline::{
    Fact, FaultNote, LocalFile, LockFact, Observation, RemoteState, RequestFact, Timeline,
};

/// What came of a scenario with these resources and steps, a mapping's or list's lines each.
fn tell(head: &str, resources: &str, steps: &str) -> Timeline {
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
    let timeline = simulate(&Arc::new(scenario), Seed(0), Recording::On);
    assert_eq!(timeline.vacuities, [], "{yaml}");
    timeline
}

/// The labels of the resources whose objects exist, once for each object.
fn cloud(timeline: &Timeline) -> Vec<&str> {
    let objects = timeline.last().cloud.values();
    let mut labels: Vec<&str> = objects
        .map(|object| timeline.names.resource(object.resource))
        .collect();
    labels.sort_unstable();
    labels
}

/// The labels that the remote state records, a tainted one with `!`.
fn remote(timeline: &Timeline) -> Vec<String> {
    let RemoteState::State(file) = &timeline.last().remote else {
        return Vec::new();
    };
    let objects = file.snapshot.objects();
    objects
        .map(|(resource, object)| {
            let mark = if object.is_tainted { "!" } else { "" };
            format!("{}{mark}", timeline.names.resource(resource))
        })
        .collect()
}

fn exits(timeline: &Timeline) -> Vec<Option<u8>> {
    let runs = timeline.last().runs.iter();
    runs.map(|run| run.end.map(|end| end.exit)).collect()
}

fn errors(timeline: &Timeline) -> Vec<&str> {
    let runs = timeline.last().runs.iter();
    runs.flat_map(|run| run.errors.iter().map(|error| &*error.summary))
        .collect()
}

fn is_locked(timeline: &Timeline) -> bool {
    timeline.last().lease.is_locked()
}

fn errored(observation: &Observation) -> Option<&LocalFile> {
    observation.errored.values().next()
}

const APPLY: &str = "{ after: 0s, run: terraform apply -auto-approve, as: alice, id: one }";
const AGAIN: &str = "{ run: terraform apply -auto-approve, as: alice, id: two }";

#[test]
fn what_a_provider_lost_is_made_twice_where_names_are_generated() {
    let steps =
        format!("{{ fail_next: {{ resource: ip, fail: after_without_id }} }}\n{APPLY}\n{AGAIN}");
    let timeline = tell("", "ip: { create: 1s, name: generated }", &steps);
    assert_eq!(exits(&timeline), [Some(1), Some(0)]);
    assert_eq!(cloud(&timeline), ["ip", "ip"]);
    let timeline = tell("", "ip: { create: 1s }", &steps);
    assert_eq!(exits(&timeline), [Some(1), Some(1)]);
    assert_eq!(
        errors(&timeline),
        ["PostCreateFailure", "A resource with the ID already exists"]
    );
}

#[test]
fn a_crash_takes_all_operations_of_the_process_along() {
    let timeline = tell(
        "",
        "a: { create: 1s }\nb: { create: 5s, accepts: at_end }\nc: { create: 5s }",
        &format!("{{ faults: [{{ operation: create, resource: a, fail: crash }}] }}\n{APPLY}"),
    );
    assert_eq!(exits(&timeline), [Some(1)]);
    assert_eq!(errors(&timeline), ["Plugin did not respond"; 3]);
    // What the cloud has accepted goes on; what it would have accepted at the end never comes.
    assert_eq!(cloud(&timeline), ["a", "c"]);
    assert!(remote(&timeline).is_empty());
}

#[test]
fn a_stopped_provisioner_leaves_its_object_tainted() {
    let timeline = tell(
        "",
        "vm: { create: 1s, provision: 60s }",
        &format!("{APPLY}\n{{ when: vm created, after: 3s, ctrl_c: alice }}"),
    );
    assert_eq!(exits(&timeline), [Some(1)]);
    assert_eq!(remote(&timeline), ["vm!"]);
    assert!(errors(&timeline).contains(&"execution halted"));
}

#[test]
fn a_creation_that_is_accepted_at_the_start_goes_on_without_terraform() {
    let kill = "{ when: vm creating, after: 1s, ctrl_c: alice }\n{ after: 1s, ctrl_c: alice }";
    for (accepts, left) in [("at_start", vec!["vm"]), ("at_end", vec![])] {
        let resources = format!("vm: {{ create: 9s, accepts: {accepts} }}");
        let timeline = tell("", &resources, &format!("{APPLY}\n{kill}"));
        assert_eq!(exits(&timeline), [Some(1)], "{accepts}");
        assert_eq!(cloud(&timeline), left, "{accepts}");
        assert!(!is_locked(&timeline), "{accepts}");
    }
}

#[test]
fn a_deletion_ends_with_its_provider_where_only_creations_are_accepted_at_the_start() {
    let destroy = "{ run: terraform destroy -auto-approve, as: alice, id: two }\n\
                   { when: vm deleting, after: 1s, ctrl_c: alice }\n{ after: 1s, ctrl_c: alice }";
    for (accepts, left) in [("at_start", vec![]), ("create_at_start", vec!["vm"])] {
        let resources = format!("vm: {{ create: 9s, accepts: {accepts} }}");
        let timeline = tell("", &resources, &format!("{APPLY}\n{destroy}"));
        assert_eq!(cloud(&timeline), left, "{accepts}");
    }
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
    let failed = "Failed to create local state file";
    let timeline = after("ok");
    assert!(matches!(
        errored(timeline.last()),
        Some(LocalFile::State(_))
    ));
    let timeline = after("full");
    assert_eq!(errored(timeline.last()), Some(&LocalFile::Empty));
    assert!(errors(&timeline).contains(&failed));
    let timeline = after("occupied");
    assert_eq!(errored(timeline.last()), None);
    assert!(errors(&timeline).contains(&failed));
    // Terraform claims to have written the file, and there is none.
    let timeline = after("read_only");
    assert_eq!(errored(timeline.last()), None);
    assert!(!errors(&timeline).contains(&failed));
}

#[test]
fn credentials_fail_for_the_blob_and_for_the_cloud_apart() {
    let timeline = tell(
        "",
        "vm: { create: 4s }",
        &format!("{APPLY}\n{{ when: vm creating, credentials: {{ alice: {{ blob: expired }} }} }}"),
    );
    assert_eq!(exits(&timeline), [Some(1)]);
    assert_eq!(cloud(&timeline), ["vm"]);
    assert!(is_locked(&timeline));
    assert!(matches!(
        errored(timeline.last()),
        Some(LocalFile::State(_))
    ));
    let steps = format!("{{ credentials: {{ alice: {{ cloud: expired }} }} }}\n{APPLY}");
    let timeline = tell("", "vm: { create: 4s }", &steps);
    assert_eq!(errors(&timeline), ["AuthorizationFailed"]);
    assert!(!is_locked(&timeline) && cloud(&timeline).is_empty());
}

#[test]
fn one_way_cuts_tell_whether_the_service_did_it() {
    let after = |arrow: &str| {
        let steps = format!("{APPLY}\n{{ when: vm creating, cut: alice {arrow} blob }}");
        tell("", "vm: { create: 4s }", &steps)
    };
    let timeline = after("->");
    assert!(remote(&timeline).is_empty() && is_locked(&timeline));
    // Only the answer to the head is lost: the put is never sent.
    let timeline = after("<-");
    assert!(remote(&timeline).is_empty() && is_locked(&timeline));
    let handled = |timeline: &Timeline| {
        let facts = timeline.entries.iter().map(|entry| &entry.fact);
        facts
            .filter(|fact| matches!(fact, Fact::Request(RequestFact::Handled { .. })))
            .count()
    };
    assert!(handled(&after("<-")) > handled(&after("->")));
}

#[test]
fn a_black_hole_swallows_and_a_cut_wakes_whoever_waits() {
    let swallow = format!("{APPLY}\n{{ when: vm creating, blackhole: alice <-> blob }}");
    let timeline = tell("", "vm: { create: 4s }", &swallow);
    assert_eq!(exits(&timeline), [None]);
    let steps = format!("{swallow}\n{{ after: 60s, cut: alice <-> blob }}");
    let timeline = tell("", "vm: { create: 4s }", &steps);
    assert_eq!(exits(&timeline), [Some(1)]);
    assert!(errors(&timeline).contains(&"Failed to save state"));
}

#[test]
fn a_later_cut_outlives_the_end_of_an_earlier_one() {
    let steps = format!(
        "{APPLY}\n{{ when: vm creating, cut: alice <-> blob, for: 2s, effect: none }}\n\
         {{ after: 1s, cut: alice <-> blob, for: 30s }}"
    );
    let timeline = tell("", "vm: { create: 4s }", &steps);
    assert_eq!(
        exits(&timeline),
        [Some(1)],
        "the second cut still holds at the final save"
    );
}

#[test]
fn a_machine_that_sleeps_keeps_its_answers() {
    let steps = format!(
        "{APPLY}\n{{ when: alice sends put_state, suspend: alice }}\n\
         {{ after: 20s, cut: alice <-> blob, for: 1s, effect: none }}\n\
         {{ after: 20s, resume: alice }}"
    );
    let timeline = tell("", "vm: { create: 4s }", &steps);
    assert_eq!(exits(&timeline), [Some(0)]);
    assert_eq!(remote(&timeline), ["vm"]);
    assert!(!is_locked(&timeline));
}

#[test]
fn a_lease_runs_out_while_its_holder_sleeps() {
    let steps = "{ run: terraform apply -auto-approve, as: alice, id: one }\n\
                 { when: vm creating, suspend: alice }\n\
                 { when: lease expired, note: expired }\n{ after: 1s, resume: alice }";
    let timeline = tell("client: renewing", "vm: { create: 4s }", steps);
    assert!(
        timeline
            .entries
            .iter()
            .any(|entry| entry.fact == Fact::Lock(LockFact::LeaseExpired))
    );
    assert_eq!(exits(&timeline).len(), 1);
}

#[test]
fn a_client_that_forgets_its_id_after_a_failed_renewal_sends_none() {
    let head =
        "client: { base: renewing, lease: 60s, renew_every: 10s, on_renewal_failure: forget_id }";
    let steps =
        format!("{{ faults: [{{ request: lease_renew, nth: 1, lose: request }}] }}\n{APPLY}");
    let timeline = tell(head, "vm: { create: 15s }", &steps);
    assert_eq!(exits(&timeline), [Some(1)]);
    let codes = timeline.last().runs[0]
        .errors
        .iter()
        .filter_map(|error| error.code);
    let codes: Vec<&str> = codes.map(leaselab::azure::Refusal::code).collect();
    assert_eq!(codes, ["LeaseIdMissing"]);
    assert!(matches!(
        errored(timeline.last()),
        Some(LocalFile::State(_))
    ));
}

#[test]
fn wrappers_double_kill_and_swallow() {
    let after = |wrapper: &str| {
        let head = format!("operators: {{ alice: {{ wrapper: {wrapper} }} }}");
        let steps = format!("{APPLY}\n{{ when: vm creating, after: 1s, ctrl_c: alice }}");
        tell(&head, "vm: { create: 4s }", &steps)
    };
    assert_eq!(errors(&after("doubles_ctrl_c")), ["operation canceled"]);
    let timeline = after("kills_on_ctrl_c");
    assert_eq!(exits(&timeline), [Some(137)]);
    assert!(is_locked(&timeline));
    assert_eq!(exits(&after("swallows_ctrl_c")), [Some(0)]);
}

#[test]
fn a_runner_escalates_to_the_kill() {
    let steps = format!("{APPLY}\n{{ when: vm creating, cancel: {{ alice: github_actions }} }}");
    let timeline = tell("", "vm: { create: 60s }", &steps);
    // The second interrupt unlocks, and its providers are gone within 2 s: before the kill.
    assert_eq!(exits(&timeline), [Some(1)]);
    assert!(!is_locked(&timeline));
    let hang = format!("{{ faults: [{{ request: put_state, hang: true }}] }}\n{APPLY}");
    let steps =
        format!("{hang}\n{{ when: alice sends put_state, cancel: {{ alice: azure_devops }} }}");
    let timeline = tell("", "vm: { create: 1s }", &steps);
    assert_eq!(exits(&timeline), [Some(137)]);
    assert!(is_locked(&timeline));
}

#[test]
fn a_prompt_waits_under_the_lock() {
    let ask = "{ run: terraform apply, as: alice, id: one }";
    let yes = "{ when: alice prompted, after: 1h, answer: { alice: \"yes\" } }";
    let timeline = tell("", "vm: { create: 1s }", &format!("{ask}\n{yes}"));
    assert_eq!(exits(&timeline), [Some(0)]);
    let no = "{ when: alice prompted, after: 1h, answer: { alice: \"no\" } }";
    let timeline = tell("", "vm: { create: 1s }", &format!("{ask}\n{no}"));
    assert_eq!(exits(&timeline), [Some(1)]);
    assert!(cloud(&timeline).is_empty() && !is_locked(&timeline));
}

#[test]
fn chance_strikes_by_the_seed() {
    let steps = format!("{{ faults: [{{ request: any, chance: 1/4, lose: answer }}] }}\n{APPLY}");
    let timeline = tell(
        "timing: { latency: 1ms..90ms }",
        "vm: { create: 1s }",
        &steps,
    );
    let lost = timeline.entries.iter().filter(|entry| {
        matches!(
            &entry.fact,
            Fact::Request(RequestFact::Struck {
                note: FaultNote::AnswerLost,
                ..
            })
        )
    });
    assert!(lost.count() > 0);
}

#[test]
fn errors_of_a_walk_die_with_the_process() {
    let fails = "{ fail_next: { resource: a, fail: before } }";
    let kill = "{ when: b creating, after: 1s, signal: { alice: SIGKILL } }";
    let resources = "a: { create: 1s }\nb: { create: 4s }";
    let timeline = tell("", resources, &format!("{fails}\n{APPLY}\n{kill}"));
    assert!(errors(&timeline).is_empty(), "Terraform reports at its end");
    let timeline = tell("", resources, &format!("{fails}\n{APPLY}"));
    assert_eq!(errors(&timeline), ["QuotaExceeded"]);
}

#[test]
fn an_interrupted_plan_phase_ends_before_the_halt() {
    let steps =
        format!("{APPLY}\n{{ after: 200ms, ctrl_c: alice }}\n{{ after: 400ms, ctrl_c: alice }}");
    let timeline = tell("", "vm: { create: 1s }", &steps);
    assert_eq!(
        errors(&timeline),
        ["operation canceled", "execution halted"]
    );
    assert!(
        timeline.last().runs[0]
            .end
            .is_some_and(|end| end.plan.is_some())
    );
}

#[test]
fn an_object_whose_change_is_skipped_keeps_the_dependencies_that_the_refresh_added() {
    let resources = "vnet: { type: lab_thing, create: 1s }
        subnet: { type: lab_thing, create: 1s, needs: [vnet], inputs: { cidr: wide } }";
    let run = |command: &str| format!("{{ run: terraform {command}, as: alice }}\n");
    let steps = [
        run("state rm lab_thing.vnet lab_thing.subnet"),
        run("import lab_thing.subnet /things/subnet"),
        AGAIN.to_owned(),
    ];
    let timeline = tell("", resources, &format!("{APPLY}\n{}", steps.concat()));
    assert_eq!(exits(&timeline), [Some(0), Some(0), Some(0), Some(1)]);
    assert_eq!(remote(&timeline), ["subnet"]);
    let RemoteState::State(file) = &timeline.last().remote else {
        panic!("there is a state");
    };
    // The import recorded none; the failed apply saved what its refresh had found.
    let subnet = file.snapshot.objects().next();
    assert!(subnet.is_some_and(|(_, subnet)| subnet.dependencies.len() == 1));
}
