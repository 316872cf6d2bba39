//! The blob service against its tables: every row of the three files is a case.
//!
//! The tables say what Azure documents, not what the model does. Rows whose code is marked
//! `inferred` in their note are followed like the others; how many they are is printed and
//! pinned. `edge-cases.tsv` is prose and has a check of its own for each row.

mod edge_cases;
mod table;
pub(crate) mod versions;

use leaselab::kernel::{SimDuration, SimTime};
use leaselab::service::azure::{
    Action, BlobService, LeaseDuration, LeaseId, LeaseState, Proposal, Refusal, ReportedLease,
    Request, Success, Term, WriteKind,
};
use table::Row;

/// The service of these tests; content and metadata are numbers.
type Service = BlobService<u32, u32>;
type Answer = Result<Success<u32, u32>, Refusal>;

const A: LeaseId = LeaseId::from_bits(0xa);
const B: LeaseId = LeaseId::from_bits(0xb);
const C: LeaseId = LeaseId::from_bits(0xc);
/// The ID that the service generates.
const X: LeaseId = LeaseId::from_bits(0xf);

const CONTENT: u32 = 1;
const METADATA: u32 = 7;

fn seconds(seconds: u64) -> SimTime {
    SimTime::ZERO + SimDuration::from_seconds(seconds)
}

fn fixed(seconds: u64) -> LeaseDuration {
    LeaseDuration::Fixed(SimDuration::from_seconds(seconds))
}

fn send(
    service: &mut Service,
    now: SimTime,
    lease_id: Option<LeaseId>,
    action: Action<u32, u32>,
) -> Answer {
    service.handle(now, Request::new(action).with_lease(lease_id))
}

fn must(service: &mut Service, now: SimTime, lease_id: Option<LeaseId>, action: Action<u32, u32>) {
    send(service, now, lease_id, action).expect("the scene can be set");
}

fn acquire(id: LeaseId, duration: LeaseDuration) -> Action<u32, u32> {
    Action::AcquireLease {
        proposal: Proposal::Proposed(id),
        duration,
    }
}

fn break_lease(period_s: impl Into<Option<u64>>) -> Action<u32, u32> {
    Action::BreakLease {
        period: period_s.into().map(SimDuration::from_seconds),
    }
}

fn put() -> Action<u32, u32> {
    Action::Put {
        content: CONTENT + 1,
        metadata: METADATA + 1,
    }
}

/// A blob with content and metadata and without a lease.
fn unleased() -> Service {
    let mut service = Service::default();
    must(
        &mut service,
        SimTime::ZERO,
        None,
        Action::Put {
            content: CONTENT,
            metadata: METADATA,
        },
    );
    service
}

fn leased(duration: LeaseDuration) -> Service {
    let mut service = unleased();
    must(&mut service, SimTime::ZERO, None, acquire(A, duration));
    service
}

/// Status and code of an answer, written as in the tables.
fn status_and_code(answer: &Answer) -> (String, String) {
    match answer {
        Ok(success) => (success.http_status().to_string(), "-".to_owned()),
        Err(refusal) => (refusal.http_status().to_string(), refusal.code().to_owned()),
    }
}

/// A lease state written as in the tables: `leased(A)`.
fn written(state: LeaseState) -> String {
    let name = ReportedLease::from(state).state();
    let letter = match state.remembered_id() {
        None => return name.to_owned(),
        Some(id) if id == A => 'A',
        Some(id) if id == B => 'B',
        Some(id) if id == C => 'C',
        Some(id) if id == X => 'X',
        Some(id) => panic!("a lease nobody asked for: {id}"),
    };
    format!("{name}({letter})")
}

/// A blob whose lease has a history, and the time at which the row's request arrives.
struct Scene {
    state: &'static str,
    history: &'static str,
    service: Service,
    now: SimTime,
}

/// A request that made the history, and when it came.
type Past = (u64, Option<LeaseId>, Action<u32, u32>);

/// The history at `now_s`: a blob, leased at time zero for `duration`, and what came then.
fn scene(
    state: &'static str,
    history: &'static str,
    now_s: u64,
    duration: Option<LeaseDuration>,
    past: impl Into<Option<Past>>,
) -> Scene {
    let mut service = duration.map_or_else(unleased, leased);
    if let Some((at_s, lease_id, action)) = past.into() {
        must(&mut service, seconds(at_s), lease_id, action);
    }
    Scene {
        state,
        history,
        service,
        now: seconds(now_s),
    }
}

/// Every history that leads to a row's state. Where a lease is active, it or its break period
/// has 50 s left.
fn scenes() -> Vec<Scene> {
    let infinite = Some(LeaseDuration::Infinite);
    let short = Some(fixed(15));
    let long = Some(fixed(60));
    let prior = "prior=never_leased_or_released";
    let unmodified = "held=fixed;blob=unmodified";
    let modified = "held=fixed;blob=modified_since_expiry";
    let by_b = "held=fixed;blob=leased_again_by_B_since_expiry";
    let acquire_b = acquire(B, LeaseDuration::Infinite);
    let at_once = "via=break_period_0";
    let elapsed = "via=break_period_elapsed";
    vec![
        scene("available", prior, 10, None, None),
        scene(
            "available",
            prior,
            10,
            infinite,
            (5, Some(A), Action::ReleaseLease),
        ),
        scene("leased", "held=infinite", 10, infinite, None),
        scene("leased", "held=fixed", 10, long, None),
        scene("expired", unmodified, 20, short, None),
        scene("expired", modified, 20, short, (18, None, put())),
        scene("expired", by_b, 20, short, (18, None, acquire_b)),
        scene(
            "breaking",
            "held=infinite",
            10,
            infinite,
            (0, None, break_lease(60)),
        ),
        scene(
            "breaking",
            "held=fixed",
            10,
            long,
            (0, None, break_lease(None)),
        ),
        scene("broken", at_once, 20, infinite, (10, None, break_lease(0))),
        scene("broken", at_once, 20, long, (10, None, break_lease(0))),
        scene("broken", elapsed, 20, infinite, (10, None, break_lease(10))),
        scene("broken", elapsed, 20, long, (10, None, break_lease(10))),
    ]
}

/// What the row's break period is, where it names one.
fn break_period_s(variant: &str) -> Option<u64> {
    match table::option(variant, "break_period").expect("a break row names its period") {
        "absent" => None,
        "0" => Some(0),
        "N_1..60" => Some(30),
        "N<remaining" => Some(20),
        "N>=remaining" => Some(60),
        other => panic!("unknown break period {other}"),
    }
}

/// The lease ID and the action of a row of `lease-operations.tsv`.
fn lease_operation(row: &Row) -> (Option<LeaseId>, Action<u32, u32>) {
    let variant = row.cell("variant");
    let sent = match row.cell("lease_id") {
        "none" => None,
        "matching" => Some(A),
        "other" if row.cell("operation") == "change" => Some(C),
        "other" => Some(B),
        other => panic!("unknown lease ID {other}"),
    };
    match row.cell("operation") {
        "acquire" => {
            let duration = match table::option(variant, "request") {
                Some("fixed_15..60") => fixed(30),
                Some("infinite_-1") => LeaseDuration::Infinite,
                other => panic!("unknown duration {other:?}"),
            };
            let proposal = sent.map_or(Proposal::Generated(X), Proposal::Proposed);
            (None, Action::AcquireLease { proposal, duration })
        }
        "renew" => (sent, Action::RenewLease),
        "change" => {
            let proposed = match table::option(variant, "proposed") {
                Some("new") => Some(B),
                Some("current") => Some(A),
                Some("missing") => None,
                other => panic!("unknown proposal {other:?}"),
            };
            (sent, Action::ChangeLease { proposed })
        }
        "release" => (sent, Action::ReleaseLease),
        "break" => (sent, break_lease(break_period_s(variant))),
        other => panic!("unknown operation {other}"),
    }
}

/// When an active lease ends by itself.
fn end(state: LeaseState) -> Option<SimTime> {
    match state {
        LeaseState::Leased {
            id: _,
            term: Term::Fixed {
                duration: _,
                expiry,
            },
        } => Some(expiry),
        LeaseState::Breaking { id: _, until } => Some(until),
        LeaseState::Leased {
            id: _,
            term: Term::Infinite,
        }
        | LeaseState::Available
        | LeaseState::Expired { .. }
        | LeaseState::Broken { .. } => None,
    }
}

/// What a carried out operation says, and when the lease then ends. The table has it in prose:
/// an acquire starts the clock, a renewal starts it with the original duration, a change leaves
/// it, a break answers what remains.
fn check_success(row: &Row, scene: &Scene, success: &Success<u32, u32>, after: LeaseState) {
    let now = scene.now;
    let is_fixed = row.cell("variant").contains("held=fixed");
    let leased_until = match success {
        Success::LeaseAcquired { id } => {
            assert_eq!(Some(*id), after.remembered_id(), "{row}");
            let is_fixed = row.cell("variant").contains("request=fixed");
            is_fixed.then(|| now + SimDuration::from_seconds(30))
        }
        Success::LeaseRenewed { id } => {
            assert_eq!(Some(*id), after.remembered_id(), "{row}");
            let original_s = if row.cell("state") == "expired" {
                15
            } else {
                60
            };
            is_fixed.then(|| now + SimDuration::from_seconds(original_s))
        }
        Success::LeaseChanged { id } => {
            assert_eq!(Some(*id), after.remembered_id(), "{row}");
            end(scene.service.lease_state(now))
        }
        Success::LeaseReleased => None,
        Success::LeaseBroken { remaining_s } => {
            let expected_s = match row.note_value("x-ms-lease-time: ") {
                Some("0") => 0,
                Some("N") => 30,
                Some("remaining" | "remaining (approximate)") => 50,
                Some("that remainder") => break_period_s(row.cell("variant")).unwrap_or(50).min(50),
                other => panic!("unknown lease time {other:?}: {row}"),
            };
            assert_eq!(*remaining_s, expected_s, "{row}");
            (expected_s > 0).then(|| now + SimDuration::from_seconds(expected_s))
        }
        Success::Content { .. }
        | Success::Properties(_)
        | Success::Listed { .. }
        | Success::Written { .. }
        | Success::SnapshotTaken { .. }
        | Success::Deleted
        | Success::Undeleted => panic!("{success:?} answers no lease operation: {row}"),
    };
    assert_eq!(end(after), leased_until, "{row}");
}

#[test]
fn every_row_of_lease_operations_holds() {
    let rows = table::rows(include_str!("azure/lease-operations.tsv"));
    assert_eq!(rows.len(), 211, "every row is a case");
    for row in &rows {
        let (lease_id, action) = lease_operation(row);
        let mut histories = 0;
        for scene in scenes() {
            let is_rows =
                scene.state == row.cell("state") && row.cell("variant").starts_with(scene.history);
            if !is_rows {
                continue;
            }
            histories += 1;
            let mut service = scene.service.clone();
            let answer = send(&mut service, scene.now, lease_id, action.clone());
            let after = service.lease_state(scene.now);
            assert_eq!(status_and_code(&answer), row.status_and_code(), "{row}");
            assert_eq!(written(after), row.cell("result"), "{row}");
            match answer {
                Ok(success) => check_success(row, &scene, &success, after),
                Err(_) => assert_eq!(service, scene.service, "a refusal changes nothing: {row}"),
            }
            let version =
                |service: &Service| service.blob().map(|blob| (blob.etag, blob.last_modified));
            assert_eq!(version(&service), version(&scene.service), "{row}");
        }
        assert!(histories > 0, "no history leads to this row: {row}");
    }
    let inferred = rows.iter().filter(|row| row.has_inferred_code()).count();
    println!(
        "lease-operations.tsv: {} rows, {inferred} with an inferred code",
        rows.len()
    );
    assert_eq!(inferred, 38);
}

fn use_attempt(operation: &str) -> Action<u32, u32> {
    match operation {
        "read" => Action::Get,
        "read_head" => Action::Head,
        "write" => put(),
        "set_metadata" => Action::SetMetadata(METADATA + 1),
        "set_properties" => Action::Touch(WriteKind::SetProperties),
        "put_block" => Action::Touch(WriteKind::PutBlock),
        "put_block_list" => Action::Touch(WriteKind::PutBlockList),
        "copy_destination" => Action::Touch(WriteKind::CopyDestination),
        "delete" => Action::Delete,
        "snapshot" => Action::Snapshot,
        "set_tier" => Action::Touch(WriteKind::SetTier),
        "set_tags" => Action::Touch(WriteKind::SetTags),
        other => panic!("unknown use {other}"),
    }
}

#[test]
fn every_row_of_use_attempts_holds() {
    let rows = table::rows(include_str!("azure/use-attempts.tsv"));
    assert_eq!(rows.len(), 180, "every row is a case");
    for row in &rows {
        let lease_id = match row.cell("lease_id") {
            "none" => None,
            "matching" => Some(A),
            "other" => Some(B),
            other => panic!("unknown lease ID {other}"),
        };
        let mut histories = 0;
        for scene in scenes() {
            if scene.state != row.cell("state") || scene.history.contains("since_expiry") {
                continue;
            }
            histories += 1;
            let mut service = scene.service.clone();
            let answer = send(
                &mut service,
                scene.now,
                lease_id,
                use_attempt(row.cell("operation")),
            );
            assert_eq!(status_and_code(&answer), row.status_and_code(), "{row}");
            if answer.is_err() {
                assert_eq!(service, scene.service, "a refusal changes nothing: {row}");
            }
            let before = scene.service.lease_state(scene.now);
            let after = service.lease_state(scene.now);
            if row.cell("effect") == "blob_deleted" {
                assert_eq!(service.blob(), None, "{row}");
            } else {
                assert_eq!(written(after), row.cell("effect"), "{row}");
                assert!(
                    after == before || end(after).is_none(),
                    "no use extends a lease: {row}"
                );
            }
        }
        assert!(histories > 0, "no history leads to this row: {row}");
    }
    let inferred = rows.iter().filter(|row| row.has_inferred_code()).count();
    println!(
        "use-attempts.tsv: {} rows, {inferred} with an inferred code",
        rows.len()
    );
    assert_eq!(inferred, 28);
}

#[test]
fn the_code_tells_a_stale_holder_which_history_happened() {
    let expired = leased(fixed(15));
    let mut leased_by_b = expired.clone();
    must(
        &mut leased_by_b,
        seconds(20),
        None,
        acquire(B, LeaseDuration::Infinite),
    );
    let mut broken = leased(LeaseDuration::Infinite);
    must(&mut broken, seconds(20), None, break_lease(0));
    let mut overwritten = broken.clone();
    must(&mut overwritten, seconds(20), None, put());
    let mut released = leased(LeaseDuration::Infinite);
    must(&mut released, seconds(20), Some(A), Action::ReleaseLease);
    for (mut service, with_id, is_fenced) in [
        (expired, Refusal::LeaseLost, false),
        (leased_by_b, Refusal::LeaseIdMismatchWithBlobOperation, true),
        (broken, Refusal::LeaseLost, false),
        (
            overwritten,
            Refusal::LeaseNotPresentWithBlobOperation,
            false,
        ),
        (released, Refusal::LeaseNotPresentWithBlobOperation, false),
    ] {
        assert_eq!(
            send(&mut service, seconds(30), Some(A), put()),
            Err(with_id)
        );
        let without_id = send(&mut service, seconds(30), None, put());
        assert_eq!(
            without_id.is_err(),
            is_fenced,
            "only a request with an ID is fenced"
        );
    }
}

#[test]
fn a_put_replaces_the_metadata_and_set_metadata_keeps_the_content() {
    let mut service = leased(LeaseDuration::Infinite);
    must(&mut service, seconds(1), Some(A), Action::SetMetadata(9));
    let blob = service.blob().unwrap();
    assert_eq!((blob.content, blob.metadata), (CONTENT, 9));
    must(
        &mut service,
        seconds(2),
        Some(A),
        Action::Put {
            content: 5,
            metadata: 0,
        },
    );
    let blob = service.blob().unwrap();
    assert_eq!(
        (blob.content, blob.metadata, blob.last_modified),
        (5, 0, seconds(2))
    );
}

#[test]
fn blob_snapshots_keep_what_was_and_go_with_the_blob_only_on_request() {
    let mut service = leased(LeaseDuration::Infinite);
    must(&mut service, seconds(1), None, Action::Snapshot);
    must(&mut service, seconds(2), Some(A), put());
    let snapshots = service.snapshots();
    let [snapshot] = snapshots.as_slice() else {
        panic!("one was taken")
    };
    assert_eq!(
        (snapshot.content, snapshot.metadata, snapshot.id.time()),
        (CONTENT, METADATA, seconds(1))
    );
    let refused = send(&mut service, seconds(3), Some(A), Action::Delete);
    assert_eq!(refused, Err(Refusal::SnapshotsPresent));
    must(
        &mut service,
        seconds(4),
        Some(A),
        Action::DeleteWithSnapshots,
    );
    assert_eq!((service.blob(), service.snapshots().len()), (None, 0));
    let listed = send(&mut service, seconds(5), None, Action::List);
    assert_eq!(
        listed,
        Ok(Success::Listed {
            blob: None,
            snapshots: vec![]
        })
    );
}

#[test]
fn an_answer_reports_the_lease_without_its_id() {
    for scene in scenes() {
        if scene.history.contains("since_expiry") {
            continue;
        }
        let mut service = scene.service.clone();
        let Ok(Success::Properties(head)) = send(&mut service, scene.now, None, Action::Head)
        else {
            panic!("a Head without an ID is admitted in every state");
        };
        let duration = table::option(scene.history, "held").filter(|_| scene.state == "leased");
        let status = if ["leased", "breaking"].contains(&scene.state) {
            "locked"
        } else {
            "unlocked"
        };
        let reported = (
            head.lease.state(),
            head.lease.status(),
            head.lease.duration(),
        );
        assert_eq!(reported, (scene.state, status, duration));
    }
}

#[test]
fn hands_outside_the_protocol_ask_for_no_lease() {
    let mut service = leased(LeaseDuration::Infinite);
    let before = service.blob().unwrap().etag;
    assert!(service.replace_content(seconds(1), 5));
    assert!(service.replace_metadata(seconds(1), 6));
    let blob = service.blob().unwrap();
    assert_eq!((blob.content, blob.metadata), (5, 6));
    assert_ne!(blob.etag, before);
    assert!(service.lease_state(seconds(1)).is_locked());
    assert_eq!(service.delete_blob().unwrap().content, 5);
    assert!(!service.replace_content(seconds(2), 5));
    service.restore(seconds(3), 8);
    let blob = service.blob().unwrap();
    assert_eq!((blob.content, blob.metadata), (8, 0));
    assert_eq!(service.lease_state(seconds(3)), LeaseState::Available);
}
