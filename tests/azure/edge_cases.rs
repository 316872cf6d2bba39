//! One check for each row of `edge-cases.tsv`, which is prose.
//!
//! Five rows are outside the model, and their checks say what it has instead:
//! `uncommitted_blob_lease` (the blob is written whole), `snapshot_lease` (a blob snapshot has no
//! lease to operate on), `container_delete` and `copy_source` (there is one blob and no
//! container), `arm_throttle` (the control plane). The service's faults (`throttle_busy`,
//! `timeout_server`, `internal_error`) are refusals that the model has and somebody else deals.

use leaselab::kernel::{SimDuration, SimTime};
use leaselab::service::azure::{
    Action, Condition, ETag, ETagPattern, LeaseDuration, LeaseId, LeaseState, Proposal, Refusal,
    Request, Success, WriteKind, break_period_from_header,
};

use super::table::{self, Row};
use super::{
    A, Answer, B, C, Service, X, acquire, break_lease, fixed, leased, must, put, seconds, send,
    status_and_code, unleased, written,
};

type Check = fn(&Row);

/// The checks in the order of the file.
const CHECKS: &[(&str, Check)] = &[
    ("nonexistent_lease_op", nonexistent_lease_op),
    ("nonexistent_put_with_id", nonexistent_put_with_id),
    (
        "nonexistent_read_or_update_with_id",
        nonexistent_read_or_update_with_id,
    ),
    ("uncommitted_blob_lease", uncommitted_blob_lease),
    ("snapshot_lease", snapshot_lease),
    ("duration_missing", duration_missing),
    ("duration_out_of_range", duration_out_of_range),
    ("duration_not_a_number", duration_not_a_number),
    ("duration_fraction", duration_fraction),
    ("proposed_id_malformed", proposed_id_malformed),
    ("guid_spelling", guid_spelling),
    ("break_period_out_of_range", break_period_out_of_range),
    ("break_period_not_a_number", break_period_not_a_number),
    ("cond_ifmatch_fail_lease_op", cond_ifmatch_fail_lease_op),
    (
        "cond_ifmatch_fail_and_lease_fail",
        cond_ifmatch_fail_and_lease_fail,
    ),
    (
        "cond_ifnonematch_star_on_leased",
        cond_ifnonematch_star_on_leased,
    ),
    ("cond_ifnonematch_star_own_id", cond_ifnonematch_star_own_id),
    ("etag_stability", etag_stability),
    ("lease_survives_overwrite", lease_survives_overwrite),
    ("delete_recreate", delete_recreate),
    ("delete_retry", delete_retry),
    ("failed_use_keeps_state", failed_use_keeps_state),
    ("retry_acquire_proposed", retry_acquire_proposed),
    ("retry_acquire_generated", retry_acquire_generated),
    ("retry_change", retry_change),
    ("retry_release", retry_release),
    ("retry_break", retry_break),
    ("concurrent_acquire", concurrent_acquire),
    ("container_delete", container_delete),
    ("copy_source", copy_source),
    ("async_copy_fixed_lease", async_copy_fixed_lease),
    ("throttle_busy", refusal_exists),
    ("timeout_server", refusal_exists),
    ("internal_error", refusal_exists),
    ("arm_throttle", refusal_exists),
];

#[test]
fn every_edge_case_has_a_check_and_holds() {
    let rows = table::rows(include_str!("edge-cases.tsv"));
    assert_eq!(rows.len(), 35, "every row is a case");
    assert_eq!(CHECKS.len(), 35, "every check has a row");
    for row in &rows {
        let name = row.cell("case");
        let check = CHECKS.iter().find(|(case, _)| *case == name);
        let (_, check) = check.unwrap_or_else(|| panic!("no check: {row}"));
        check(row);
    }
    let inferred = rows
        .iter()
        .filter(|row| row.cell("note").contains("inferred"))
        .count();
    println!(
        "edge-cases.tsv: {} rows, {inferred} with something inferred",
        rows.len()
    );
    assert_eq!(inferred, 6);
}

/// The row's status and code are the answer's.
fn assert_answer(row: &Row, answer: &Answer) {
    assert_eq!(status_and_code(answer), row.status_and_code(), "{row}");
}

/// The row's status and code are those of a header that was refused.
fn assert_refused<T: std::fmt::Debug>(row: &Row, header: Result<T, Refusal>) {
    assert_answer(row, &Err(header.expect_err("the header is wrong")));
}

/// The model has a refusal with the row's status and code.
fn refusal_exists(row: &Row) {
    let refusal = Refusal::from_code(row.cell("error_code"));
    assert_answer(
        row,
        &Err(refusal.unwrap_or_else(|| panic!("no such code: {row}"))),
    );
}

fn operations() -> [(Option<LeaseId>, Action<u32, u32>); 5] {
    [
        (None, acquire(A, LeaseDuration::Infinite)),
        (Some(A), Action::RenewLease),
        (Some(A), Action::ChangeLease { proposed: Some(B) }),
        (Some(A), Action::ReleaseLease),
        (None, break_lease(None)),
    ]
}

fn nonexistent_lease_op(row: &Row) {
    for (lease_id, action) in operations() {
        assert_answer(
            row,
            &send(&mut Service::default(), SimTime::ZERO, lease_id, action),
        );
    }
    let without_id = send(
        &mut Service::default(),
        SimTime::ZERO,
        None,
        Action::RenewLease,
    );
    assert_eq!(without_id, Err(Refusal::MissingRequiredHeader), "{row}");
}

fn nonexistent_put_with_id(row: &Row) {
    for action in [
        put(),
        Action::Touch(WriteKind::PutBlock),
        Action::Touch(WriteKind::PutBlockList),
        Action::Touch(WriteKind::CopyDestination),
        Action::Touch(WriteKind::AsyncCopyDestination),
    ] {
        let mut service = Service::default();
        assert_answer(row, &send(&mut service, SimTime::ZERO, Some(A), action));
        assert_eq!(service.blob(), None, "{row}");
    }
}

fn nonexistent_read_or_update_with_id(row: &Row) {
    for action in [
        Action::Get,
        Action::Head,
        Action::SetMetadata(1),
        Action::Delete,
        Action::DeleteWithSnapshots,
        Action::Snapshot,
    ] {
        assert_answer(
            row,
            &send(&mut Service::default(), SimTime::ZERO, Some(A), action),
        );
    }
}

/// Outside the model: staged blocks create no blob. What follows in the row holds.
fn uncommitted_blob_lease(row: &Row) {
    let mut service = Service::default();
    let staged = send(
        &mut service,
        SimTime::ZERO,
        None,
        Action::Touch(WriteKind::PutBlock),
    );
    assert_eq!(staged, Err(Refusal::BlobNotFound), "{row}");
    let mut service = unleased();
    let acquired = send(
        &mut service,
        SimTime::ZERO,
        None,
        acquire(A, LeaseDuration::Infinite),
    );
    assert_answer(row, &acquired);
    for kind in [WriteKind::PutBlock, WriteKind::PutBlockList] {
        let answer = send(&mut service, SimTime::ZERO, None, Action::Touch(kind));
        assert_eq!(answer, Err(Refusal::LeaseIdMissing), "{row}");
    }
}

/// Outside the model: no request addresses a blob snapshot, and its type has no lease.
fn snapshot_lease(row: &Row) {
    refusal_exists(row);
}

fn duration_missing(row: &Row) {
    assert_refused(row, LeaseDuration::from_header(None));
}

fn duration_out_of_range(row: &Row) {
    for text in ["0", "14", "61", "-2"] {
        assert_refused(row, LeaseDuration::from_header(Some(text)));
    }
    for duration_s in [0, 14, 61] {
        let action = acquire(A, fixed(duration_s));
        assert_answer(row, &send(&mut unleased(), SimTime::ZERO, None, action));
    }
    for (text, duration) in [
        ("15", fixed(15)),
        ("60", fixed(60)),
        ("-1", LeaseDuration::Infinite),
    ] {
        assert_eq!(
            LeaseDuration::from_header(Some(text)),
            Ok(duration),
            "{row}"
        );
    }
}

fn duration_not_a_number(row: &Row) {
    for text in ["x", "", "+15", "15 ", "99999999999999999999"] {
        assert_refused(row, LeaseDuration::from_header(Some(text)));
    }
}

fn duration_fraction(row: &Row) {
    assert_refused(row, LeaseDuration::from_header(Some("15.5")));
    let action = acquire(A, LeaseDuration::Fixed(SimDuration::from_ms(15_500)));
    assert_answer(row, &send(&mut unleased(), SimTime::ZERO, None, action));
}

fn proposed_id_malformed(row: &Row) {
    assert_refused(row, LeaseId::from_header(Some("not-a-guid")));
}

fn guid_spelling(row: &Row) {
    let lower = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
    let id = LeaseId::from_header(Some(lower)).expect("a GUID");
    let upper = lower.to_uppercase();
    let spellings = [
        upper.clone(),
        format!("{{{upper}}}"),
        lower.replace('-', ""),
    ];
    for spelling in spellings {
        let same = LeaseId::from_header(Some(&spelling)).expect("a GUID");
        let mut service = unleased();
        must(
            &mut service,
            SimTime::ZERO,
            None,
            acquire(id, LeaseDuration::Infinite),
        );
        for action in [put(), Action::RenewLease, Action::ReleaseLease] {
            let answer = send(&mut service, SimTime::ZERO, Some(same), action);
            assert!(answer.is_ok(), "{spelling}: {row}");
        }
    }
}

fn break_period_out_of_range(row: &Row) {
    for text in ["61", "-1"] {
        assert_refused(row, break_period_from_header(Some(text)));
    }
    for duration in [fixed(60), LeaseDuration::Infinite] {
        let answer = send(&mut leased(duration), SimTime::ZERO, None, break_lease(61));
        assert_answer(row, &answer);
    }
    let period = |text| break_period_from_header(text);
    assert_eq!(period(None), Ok(None), "{row}");
    assert_eq!(period(Some("0")), Ok(Some(SimDuration::ZERO)), "{row}");
    assert_eq!(
        period(Some("60")),
        Ok(Some(SimDuration::from_seconds(60))),
        "{row}"
    );
}

fn break_period_not_a_number(row: &Row) {
    for text in ["x", "", "1.5"] {
        assert_refused(row, break_period_from_header(Some(text)));
    }
}

/// A leased blob that was overwritten at 1 s, and four conditions that it does not meet.
fn overwritten_and_unmet() -> (Service, [Condition; 4]) {
    let mut service = leased(LeaseDuration::Infinite);
    must(&mut service, seconds(1), Some(A), put());
    let etag = service.blob().expect("there is a blob").etag;
    let conditions = [
        Condition::IfMatch(ETagPattern::Exactly(ETag(etag.0 + 1))),
        Condition::IfNoneMatch(ETagPattern::Exactly(etag)),
        Condition::IfModifiedSince(seconds(1)),
        Condition::IfUnmodifiedSince(SimTime::ZERO),
    ];
    (service, conditions)
}

fn cond_ifmatch_fail_lease_op(row: &Row) {
    let (service, conditions) = overwritten_and_unmet();
    for (lease_id, action) in operations() {
        for condition in conditions {
            let mut tried = service.clone();
            let request = Request::new(action.clone()).with_lease(lease_id);
            let answer = tried.handle(seconds(2), request.clone().on_condition(condition));
            assert_answer(row, &answer);
            assert_eq!(tried, service, "{row}");
            assert!(tried.handle(seconds(2), request).is_ok(), "{row}");
        }
    }
}

fn cond_ifmatch_fail_and_lease_fail(row: &Row) {
    let (service, conditions) = overwritten_and_unmet();
    for (lease_id, code) in [
        (None, "LeaseIdMissing"),
        (Some(B), "LeaseIdMismatchWithBlobOperation"),
    ] {
        let request = Request::new(put())
            .with_lease(lease_id)
            .on_condition(conditions[0]);
        let answer = service.clone().handle(seconds(2), request);
        assert_eq!(
            status_and_code(&answer),
            (row.cell("http_status").to_owned(), code.to_owned())
        );
        assert!(
            row.cell("error_code")
                .split(" or ")
                .any(|accepted| accepted == code),
            "{row}"
        );
    }
}

fn put_if_absent(lease_id: Option<LeaseId>) -> Answer {
    let condition = Condition::IfNoneMatch(ETagPattern::Any);
    let request = Request::new(put())
        .with_lease(lease_id)
        .on_condition(condition);
    leased(LeaseDuration::Infinite).handle(seconds(1), request)
}

fn cond_ifnonematch_star_on_leased(row: &Row) {
    assert_answer(row, &put_if_absent(None));
}

fn cond_ifnonematch_star_own_id(row: &Row) {
    assert_answer(row, &put_if_absent(Some(A)));
    let condition = Condition::IfNoneMatch(ETagPattern::Any);
    let mut absent = Service::default();
    let created = absent.handle(seconds(1), Request::new(put()).on_condition(condition));
    assert!(
        created.is_ok(),
        "the condition is met where there is no blob: {row}"
    );
}

fn etag_stability(row: &Row) {
    let mut service = unleased();
    let version = |service: &Service| service.blob().map(|blob| (blob.etag, blob.last_modified));
    let before = version(&service);
    for (lease_id, action) in [
        (None, acquire(A, LeaseDuration::Infinite)),
        (Some(A), Action::RenewLease),
        (Some(A), Action::ChangeLease { proposed: Some(B) }),
        (None, break_lease(30)),
        (Some(B), Action::ReleaseLease),
    ] {
        must(&mut service, seconds(1), lease_id, action);
        assert_eq!(version(&service), before, "{row}");
    }
    must(&mut service, seconds(1), None, put());
    assert_ne!(version(&service), before, "{row}");
}

fn lease_survives_overwrite(row: &Row) {
    let mut service = leased(fixed(60));
    let before = service.lease_state(seconds(10));
    let answer = send(&mut service, seconds(10), Some(A), put());
    assert_eq!(status_and_code(&answer).0, "201", "{row}");
    assert_eq!(service.lease_state(seconds(10)), before, "{row}");
}

fn delete_recreate(row: &Row) {
    let mut service = leased(LeaseDuration::Infinite);
    let deleted = send(&mut service, seconds(1), Some(A), Action::Delete);
    let created = send(&mut service, seconds(2), None, put());
    assert_eq!(status_and_code(&deleted).0, "202", "{row}");
    assert_eq!(status_and_code(&created).0, "201", "{row}");
    assert_eq!(
        service.lease_state(seconds(2)),
        LeaseState::Available,
        "{row}"
    );
    for (action, refusal) in [
        (
            Action::RenewLease,
            Refusal::LeaseIdMismatchWithLeaseOperation,
        ),
        (
            Action::ReleaseLease,
            Refusal::LeaseIdMismatchWithLeaseOperation,
        ),
        (Action::Get, Refusal::LeaseNotPresentWithBlobOperation),
    ] {
        assert_eq!(
            send(&mut service, seconds(3), Some(A), action),
            Err(refusal),
            "{row}"
        );
    }
}

fn delete_retry(row: &Row) {
    let mut service = leased(LeaseDuration::Infinite);
    must(&mut service, seconds(1), Some(A), Action::Delete);
    assert_answer(
        row,
        &send(&mut service, seconds(2), Some(A), Action::Delete),
    );
}

fn failed_use_keeps_state(row: &Row) {
    let mut service = leased(fixed(15));
    let before = service.clone();
    let refused = send(&mut service, seconds(20), Some(A), put());
    assert_eq!(status_and_code(&refused).0, "412", "{row}");
    assert_eq!(service, before, "{row}");
    must(&mut service, seconds(21), Some(A), Action::RenewLease);
    assert_eq!(
        written(service.lease_state(seconds(21))),
        "leased(A)",
        "{row}"
    );
}

fn retry_acquire_proposed(row: &Row) {
    let mut service = leased(fixed(30));
    assert_answer(
        row,
        &send(&mut service, seconds(10), None, acquire(A, fixed(30))),
    );
    assert!(
        service.lease_state(seconds(39)).is_locked(),
        "the clock restarts: {row}"
    );
}

fn retry_acquire_generated(row: &Row) {
    let mut service = unleased();
    for (id, is_first) in [(X, true), (C, false)] {
        let proposal = Proposal::Generated(id);
        let action = Action::AcquireLease {
            proposal,
            duration: LeaseDuration::Infinite,
        };
        let answer = send(&mut service, seconds(1), None, action);
        if is_first {
            assert_eq!(answer, Ok(Success::LeaseAcquired { id: X }), "{row}");
        } else {
            assert_answer(row, &answer);
        }
    }
    let again = Proposal::Generated(X);
    let action = Action::AcquireLease {
        proposal: again,
        duration: LeaseDuration::Infinite,
    };
    assert_answer(row, &send(&mut service, seconds(1), None, action));
}

fn retry_change(row: &Row) {
    let mut service = leased(LeaseDuration::Infinite);
    for _ in 0..2 {
        let action = Action::ChangeLease { proposed: Some(B) };
        assert_answer(row, &send(&mut service, seconds(1), Some(A), action));
    }
}

fn retry_release(row: &Row) {
    let mut service = leased(LeaseDuration::Infinite);
    must(&mut service, seconds(1), Some(A), Action::ReleaseLease);
    assert_answer(
        row,
        &send(&mut service, seconds(2), Some(A), Action::ReleaseLease),
    );
}

fn retry_break(row: &Row) {
    let mut service = leased(LeaseDuration::Infinite);
    for _ in 0..2 {
        assert_answer(
            row,
            &send(&mut service, seconds(1), None, break_lease(None)),
        );
    }
    must(&mut service, seconds(2), None, put());
    let cleared = send(&mut service, seconds(3), None, break_lease(None));
    assert_eq!(
        cleared,
        Err(Refusal::LeaseNotPresentWithLeaseOperation),
        "{row}"
    );
}

fn concurrent_acquire(row: &Row) {
    let mut service = unleased();
    let answers: Vec<Answer> = (1..=20)
        .map(|bits| {
            let action = acquire(LeaseId::from_bits(bits), LeaseDuration::Infinite);
            send(&mut service, seconds(1), None, action)
        })
        .collect();
    assert_eq!(
        answers.iter().filter(|answer| answer.is_ok()).count(),
        1,
        "{row}"
    );
    let refused = Err(Refusal::LeaseAlreadyPresent);
    assert_eq!(
        answers.iter().filter(|answer| **answer == refused).count(),
        19,
        "{row}"
    );
}

/// Outside the model: there is no request for it. The hand that does it asks for no lease.
fn container_delete(row: &Row) {
    let mut service = leased(LeaseDuration::Infinite);
    assert!(service.delete_blob().is_some(), "{row}");
    assert_eq!(service.blob(), None, "{row}");
}

/// Outside the model: the source of a copy is read like any blob, which needs no ID.
fn copy_source(row: &Row) {
    let answer = send(
        &mut leased(LeaseDuration::Infinite),
        seconds(1),
        None,
        Action::Get,
    );
    assert!(answer.is_ok(), "{row}");
}

fn async_copy_fixed_lease(row: &Row) {
    let action = Action::Touch(WriteKind::AsyncCopyDestination);
    assert_answer(
        row,
        &send(&mut leased(fixed(60)), seconds(1), Some(A), action.clone()),
    );
    let infinite = send(
        &mut leased(LeaseDuration::Infinite),
        seconds(1),
        Some(A),
        action,
    );
    assert_eq!(status_and_code(&infinite).0, "202", "{row}");
}
