//! Versions, soft delete, snapshots and copies: the rules of `versions.tsv`, row by row.
//!
//! `versions.tsv` is what Azure documents, in words; `version-operations.tsv` has cases for each of
//! its rows about the service: settings of the account, what was done before, an operation, the
//! answer, and what there is afterwards. A step is done a second after the one before.
//!
//! | written | means |
//! |---|---|
//! | `V1S0` | versioning on, soft delete off |
//! | `put:2/7` | a Put of content 2 with metadata 7; 0 is none |
//! | `new:2` | a Put with `If-None-Match: *` |
//! | `del`, `del+`, `delsnaps` | a deletion: of the blob, with its snapshots, of these alone |
//! | `get:snap0`, `del:ver0`, `copy:ver0/8` | of the first active snapshot or version, as they are listed; `cur` is the current one; the copy has metadata 8 instead |
//! | `copy:9` | a copy of another blob whose content is 9 |
//! | `wait` | eight days pass: retention is seven |
//! | `@A` | with the lease ID |
//! | `cur=2 ver=1/7 ~snap=3` | what is there: the blob, previous versions, what is soft-deleted |

use std::collections::BTreeSet;

use leaselab::service::azure::{
    Condition, ETagPattern, Kept, Past, Protection, Refusal, VersionId,
};

use super::table::{self, Row};
use super::{
    A, Action, Answer, LeaseDuration, Request, Service, SimDuration, SimTime, Success, acquire,
    break_lease,
};

const DAY_S: u64 = 24 * 60 * 60;

struct Case {
    service: Service,
    now: SimTime,
}

fn protection(text: &str) -> Option<Protection> {
    let (versioning, soft_delete) = match text {
        "V0S0" => (false, false),
        "V0S1" => (false, true),
        "V1S0" => (true, false),
        "V1S1" => (true, true),
        _ => return None,
    };
    Some(Protection {
        versioning,
        soft_delete: soft_delete.then(|| SimDuration::from_seconds(7 * DAY_S)),
    })
}

/// `2/7`: content and metadata.
fn numbers(text: &str) -> (u32, Option<u32>) {
    let number = |text: &str| text.parse().unwrap_or_else(|_| panic!("no number: {text}"));
    match text.split_once('/') {
        None => (number(text), None),
        Some((content, metadata)) => (number(content), Some(number(metadata))),
    }
}

fn shown(content: u32, metadata: u32) -> String {
    match metadata {
        0 => content.to_string(),
        metadata => format!("{content}/{metadata}"),
    }
}

impl Case {
    fn past(&self, text: &str) -> Option<Past> {
        let nothing = VersionId(u64::MAX);
        let id = |kept: Option<&Kept<u32, u32>>| kept.map_or(nothing, |kept| kept.id);
        let history = self.service.history();
        if let Some(number) = text.strip_prefix("snap") {
            let number: usize = number.parse().unwrap();
            let kept = history.and_then(|history| history.active_snapshots().nth(number));
            return Some(Past::Snapshot(id(kept)));
        }
        if let Some(number) = text.strip_prefix("ver") {
            let number: usize = number.parse().unwrap();
            let kept = history.and_then(|history| history.active_versions().nth(number));
            return Some(Past::Version(id(kept)));
        }
        None
    }

    fn copy(&self, text: &str) -> Result<Action<u32, u32>, Refusal> {
        let (source, metadata) = match text.split_once('/') {
            Some((source, metadata)) => (source, Some(metadata.parse().unwrap())),
            None => (text, None),
        };
        let past = self.past(source);
        if past.is_none() && source != "cur" {
            let (content, _) = numbers(source);
            return Ok(Action::Copy {
                content,
                metadata: metadata.unwrap_or(0),
            });
        }
        let found = self
            .service
            .read(self.now, past, None, Condition::Unconditional)?;
        Ok(Action::Copy {
            content: found.content,
            metadata: metadata.unwrap_or(found.metadata),
        })
    }

    /// Does one step.
    fn step(&mut self, text: &str) -> Answer {
        self.now += SimDuration::from_seconds(1);
        if let Some(protection) = protection(text) {
            self.service.set_protection(protection);
            return Ok(Success::Deleted);
        }
        if text == "wait" {
            self.now += SimDuration::from_seconds(8 * DAY_S);
            return Ok(Success::Deleted);
        }
        let (text, lease_id) = match text.strip_suffix("@A") {
            Some(text) => (text, Some(A)),
            None => (text, None),
        };
        let (name, argument) = text.split_once(':').unwrap_or((text, ""));
        let mut condition = Condition::Unconditional;
        let action = match name {
            "put" | "new" => {
                if name == "new" {
                    condition = Condition::IfNoneMatch(ETagPattern::Any);
                }
                let (content, metadata) = numbers(argument);
                Action::Put {
                    content,
                    metadata: metadata.unwrap_or(0),
                }
            }
            "meta" => Action::SetMetadata(numbers(argument).0),
            "snap" => Action::Snapshot,
            "get" => {
                let past = self.past(argument);
                let found = self.service.read(self.now, past, lease_id, condition);
                return found.map(|_| Success::LeaseReleased);
            }
            "del" if argument == "cur" => {
                let version = self.service.blob().and_then(|blob| blob.version);
                Action::DeletePast(Past::Version(version.unwrap()))
            }
            "del" => match self.past(argument) {
                Some(past) => Action::DeletePast(past),
                None => Action::Delete,
            },
            "del+" => Action::DeleteWithSnapshots,
            "delsnaps" => Action::DeleteSnapshots,
            "undel" => Action::Undelete,
            "copy" => self.copy(argument)?,
            "lease" => acquire(A, LeaseDuration::Infinite),
            "break" => break_lease(Some(0)),
            other => panic!("no step: {other}"),
        };
        let request = Request::new(action)
            .with_lease(lease_id)
            .on_condition(condition);
        self.service.handle(self.now, request)
    }

    fn after(&self) -> String {
        let mut words = Vec::new();
        if let Some(blob) = self.service.blob() {
            words.push(format!("cur={}", shown(blob.content, blob.metadata)));
        }
        let list = |name: &str, kept: Vec<&Kept<u32, u32>>| {
            let kept: Vec<String> = kept
                .iter()
                .map(|kept| shown(kept.content, kept.metadata))
                .collect();
            (!kept.is_empty()).then(|| format!("{name}={}", kept.join(",")))
        };
        if let Some(history) = self.service.history() {
            let gone = |all: &'_ [Kept<u32, u32>]| -> Vec<Kept<u32, u32>> {
                let retained = all.iter().filter(|kept| kept.is_retained(self.now));
                retained.cloned().collect()
            };
            words.extend(list("ver", history.active_versions().collect()));
            words.extend(list("snap", history.active_snapshots().collect()));
            let deleted = history.deleted.as_ref();
            let deleted = deleted.filter(|kept| kept.is_retained(self.now));
            words.extend(list("~cur", deleted.into_iter().collect()));
            words.extend(list("~snap", gone(&history.snapshots).iter().collect()));
            words.extend(list("~ver", gone(&history.versions).iter().collect()));
        }
        if self.service.lease_state(self.now).is_locked() {
            words.push("leased".to_owned());
        }
        if words.is_empty() {
            words.push("-".to_owned());
        }
        words.join(" ")
    }
}

/// `201 version`, `404 BlobNotFound`
fn answered(answer: &Answer) -> (String, String) {
    match answer {
        Ok(success) => {
            let version = match success {
                Success::Written { version, .. } | Success::SnapshotTaken { version, .. } => {
                    version.is_some()
                }
                Success::Content { .. }
                | Success::Properties(_)
                | Success::Listed { .. }
                | Success::Deleted
                | Success::Undeleted
                | Success::LeaseAcquired { .. }
                | Success::LeaseRenewed { .. }
                | Success::LeaseChanged { .. }
                | Success::LeaseReleased
                | Success::LeaseBroken { .. } => false,
            };
            let status = success.http_status().to_string();
            (status, if version { "version" } else { "" }.to_owned())
        }
        Err(refusal) => (refusal.http_status().to_string(), refusal.code().to_owned()),
    }
}

fn check(row: &Row) {
    let protection = protection(row.cell("settings")).unwrap();
    let mut case = Case {
        service: Service::protected(protection),
        now: SimTime::ZERO,
    };
    let before = row.cell("before").split_whitespace();
    for step in before.filter(|step| *step != "-") {
        let answer = case.step(step);
        assert!(answer.is_ok(), "{step}: {answer:?}: {row}");
    }
    let (status, code) = answered(&case.step(row.cell("operation")));
    let expected = row.cell("answer");
    let (expected_status, expected_code) = expected.split_once(' ').unwrap_or((expected, ""));
    assert_eq!(status, expected_status, "{code}: {row}");
    // Of some refusals only the status is known.
    if *status < *"400" || !expected_code.is_empty() {
        assert_eq!(code, expected_code, "{row}");
    }
    assert_eq!(case.after(), row.cell("after"), "{row}");
}

#[test]
fn every_case_of_version_operations_holds() {
    let rows = table::rows(include_str!("version-operations.tsv"));
    for row in &rows {
        check(row);
    }
}

/// The names of all rules, in their order.
pub(crate) fn rules() -> Vec<&'static str> {
    let rules = table::rows(include_str!("versions.tsv"));
    rules.iter().map(|row| row.cell("row")).collect()
}

/// The rows about az, which are in `tests/az/rule.rs`; O9 is about a list.
const ELSEWHERE: [&str; 6] = ["A", "Q", "F", "R", "O9", "table"];

#[test]
fn every_row_about_the_service_has_a_case() {
    let rules = table::rows(include_str!("versions.tsv"));
    assert_eq!(rules.len(), 97);
    let cases = table::rows(include_str!("version-operations.tsv"));
    let covered: BTreeSet<&str> = cases.iter().map(|row| row.cell("row")).collect();
    let missing: Vec<&str> = rules
        .iter()
        .map(|row| row.cell("row"))
        .filter(|row| !ELSEWHERE.iter().any(|start| row.starts_with(start)))
        .filter(|row| !covered.contains(row))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
