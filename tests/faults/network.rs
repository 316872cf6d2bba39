//! Faults of links, requests, credentials and sleeping machines.

use leaselab::terraform::RequestKind;
use leaselab::timeline::{
    CloudFact, Fact, FaultNote, LeaseFact, LockFact, OperationFact, RequestFact,
};
use leaselab::verdict::Report;

use super::{APPLY, ends, tell, times};

/// The apply made the vm, could neither save nor unlock, and left `errored.tfstate`.
fn ends_unsaved(report: &Report, exit: &str) {
    ends(
        report,
        &[
            exit,
            "one: Failed to save state",
            "one: Failed to persist state to backend",
            "one: Error releasing the state lock",
            "cloud vm",
            "remote 1",
            "errored of alice 2 vm",
            "locked",
            "orphaned_lock lock",
            "remote_behind_errored alice",
            "orphaned_object vm",
        ],
    );
}

/// The apply made the vm, and its lease is gone: it could not save, and there was nothing to unlock.
fn ends_without_lease(report: &Report, exit: &str, error: &str) {
    ends(
        report,
        &[
            exit,
            error,
            "one: Failed to persist state to backend",
            "cloud vm",
            "remote 1",
            "errored of alice 2 vm",
            "leftover_lock_info lock",
            "remote_behind_errored alice",
            "orphaned_object vm",
        ],
    );
}

#[test]
fn credentials_fail_for_the_blob_and_for_the_cloud_apart() {
    let told = tell(
        "",
        "vm: { create: 4s }",
        &format!("{APPLY}\n{{ when: vm creating, credentials: {{ alice: {{ blob: expired }} }} }}"),
    );
    ends_unsaved(&told, "one exits 1 at 4.712");
    let steps = format!("{{ credentials: {{ alice: {{ cloud: expired }} }} }}\n{APPLY}");
    ends(
        &tell("", "vm: { create: 4s }", &steps),
        &[
            "one exits 1 at 0.720",
            "one: AuthorizationFailed",
            "remote 1",
        ],
    );
}

#[test]
fn one_way_cuts_tell_whether_the_service_did_it() {
    let handled = |told: &Report| {
        times(told, |fact| {
            matches!(fact, Fact::Request(RequestFact::Handled { .. }))
        })
    };
    let after = |arrow: &str| {
        let steps = format!("{APPLY}\n{{ when: vm creating, cut: alice {arrow} blob }}");
        tell("", "vm: { create: 4s }", &steps)
    };
    let (there, back) = (after("->"), after("<-"));
    ends_unsaved(&there, "one exits 1 at 4.708");
    // Only the answer to the head is lost, on its way: the put is never sent.
    ends_unsaved(&back, "one exits 1 at 4.712");
    let before = ["0.082", "0.086", "0.090", "0.094", "0.098", "0.102"];
    assert_eq!(handled(&there), before);
    assert_eq!(handled(&back)[..6], before);
    assert_eq!(handled(&back)[6..], ["4.706", "4.710"]);
}

#[test]
fn a_black_hole_swallows_and_a_cut_wakes_whoever_waits() {
    let swallow = format!("{APPLY}\n{{ when: vm creating, blackhole: alice <-> blob }}");
    ends(
        &tell("", "vm: { create: 4s }", &swallow),
        &["one is alive", "cloud vm", "remote 1", "locked"],
    );
    let steps = format!("{swallow}\n{{ after: 60s, cut: alice <-> blob }}");
    ends_unsaved(
        &tell("", "vm: { create: 4s }", &steps),
        "one exits 1 at 60.706",
    );
}

#[test]
fn a_black_hole_before_the_cloud_keeps_what_it_swallows_until_it_heals() {
    let told = tell(
        "",
        "vm: { create: 4s }",
        &format!(
            "{APPLY}\n{{ when: vm creating, after: 1s, blackhole: alice <-> cloud, for: 9s }}"
        ),
    );
    let done = |fact: &Fact| matches!(fact, Fact::Cloud(CloudFact::Done { .. }));
    assert_eq!(times(&told, done), ["4.704"], "the cloud has done it");
    let ended = |fact: &Fact| matches!(fact, Fact::Operation(OperationFact::Ended { .. }));
    assert_eq!(
        times(&told, ended),
        ["10.704"],
        "and the process hears of it once it can"
    );
    ends(&told, &["one exits 0 at 10.728", "cloud vm", "remote 2 vm"]);
}

#[test]
fn a_later_cut_outlives_the_end_of_an_earlier_one() {
    let steps = format!(
        "{APPLY}\n{{ when: vm creating, cut: alice <-> blob, for: 2s, effect: none }}\n\
         {{ after: 1s, cut: alice <-> blob, for: 30s }}"
    );
    // The second cut still holds at the final save.
    ends_unsaved(
        &tell("", "vm: { create: 4s }", &steps),
        "one exits 1 at 4.708",
    );
}

#[test]
fn a_machine_that_sleeps_keeps_its_answers() {
    let steps = format!(
        "{APPLY}\n{{ when: alice sends put_state, suspend: alice }}\n\
         {{ after: 20s, cut: alice <-> blob, for: 1s, effect: none }}\n\
         {{ after: 20s, resume: alice }}"
    );
    ends(
        &tell("", "vm: { create: 4s }", &steps),
        &["one exits 0 at 44.724", "cloud vm", "remote 2 vm"],
    );
}

#[test]
fn a_lease_runs_out_while_its_holder_sleeps() {
    let steps = "{ run: terraform apply -auto-approve, as: alice, id: one }\n\
                 { when: vm creating, suspend: alice }\n\
                 { when: lease expired, note: expired }\n{ after: 1s, resume: alice }";
    let told = tell("client: renewing", "vm: { create: 4s }", steps);
    let expired = |fact: &Fact| matches!(fact, Fact::Lease(LeaseFact::Expired { .. }));
    // A minute after it was acquired, and a minute after the renewal that came with the end.
    assert_eq!(times(&told, expired), ["60.090", "121.092"]);
    ends_without_lease(&told, "one exits 1 at 61.094", "one: Failed to save state");
}

#[test]
fn a_client_that_forgets_its_id_after_a_failed_renewal_sends_none() {
    let head =
        "client: { base: renewing, lease: 60s, renew_every: 10s, on_renewal_failure: forget_id }";
    let steps =
        format!("{{ faults: [{{ request: lease_renew, nth: 1, lose: request }}] }}\n{APPLY}");
    ends_without_lease(
        &tell(head, "vm: { create: 15s }", &steps),
        "one exits 1 at 15.712",
        "one: Failed to save state (LeaseIdMissing)",
    );
}

#[test]
fn a_refused_renewal_is_not_repeated() {
    let steps = format!(
        "{{ faults: [{{ request: lease_renew, nth: 1, answer: 503 ServerBusy }}] }}\n{APPLY}"
    );
    let told = tell("client: renewing", "vm: { create: 50s }", &steps);
    let sent = |fact: &Fact| {
        matches!(
            fact,
            Fact::Request(RequestFact::Sent {
                kind: RequestKind::LeaseRenew,
                ..
            })
        )
    };
    assert_eq!(times(&told, sent), ["30.100"]);
    let failed = |fact: &Fact| {
        matches!(
            fact,
            Fact::Lock(LockFact::RenewalFailed {
                id_forgotten: false
            })
        )
    };
    assert_eq!(times(&told, failed), ["30.104"]);
    let retried = |fact: &Fact| matches!(fact, Fact::Request(RequestFact::Retried(_)));
    assert_eq!(times(&told, retried), [""; 0]);
    ends(&told, &["one exits 0 at 50.728", "cloud vm", "remote 2 vm"]);
}

#[test]
fn chance_strikes_by_the_seed() {
    let steps = format!("{{ faults: [{{ request: any, chance: 1/4, lose: answer }}] }}\n{APPLY}");
    let told = tell(
        "timing: { latency: 1ms..90ms }",
        "vm: { create: 1s }",
        &steps,
    );
    let struck = |fact: &Fact| {
        let note = FaultNote::AnswerLost;
        matches!(fact, Fact::Request(RequestFact::Struck { note: found, .. }) if *found == note)
    };
    assert_eq!(times(&told, struck), ["0.548"]);
    ends(
        &told,
        &[
            "one exits 1 at 0.620",
            "one: Error acquiring the state lock",
            "remote 1",
            "locked",
            "orphaned_lock lock",
        ],
    );
}
