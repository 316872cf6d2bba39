//! What only a state in a database has: its faults, and hands on sessions and connections.

use leaselab::service::postgres::{Refusal, Severity};
use serde_json::{Map, Value, json};

use super::super::format::{FaultAction, Hand, How, Item, Recording, Rule, Side};
use super::{Translator, operator};

/// The requests of the backend.
const REQUESTS: [&str; 13] = [
    "connect",
    "schema_check",
    "create_schema",
    "create_sequence",
    "create_table",
    "create_index",
    "list",
    "try_lock",
    "try_lock_create",
    "select_state",
    "upsert_state",
    "unlock",
    "unlock_create",
];

/// What operators say of the backend themselves.
pub(super) fn operators(recording: &Recording) -> Value {
    let own = recording.script.iter().filter_map(|item| {
        let Item::Hand(Hand::BackendOption { actor, schema_name }) = item else {
            return None;
        };
        let own = json!({ "backend": { "schema_name": schema_name.as_ref()? } });
        Some((operator(actor), own))
    });
    Value::Object(own.collect::<Map<_, _>>())
}

/// The refusal that stands for what a rule answers: the one with its code, if that has its severity, or
/// else one that has.
pub(crate) fn refusal(rule: &Rule) -> Refusal {
    let text = |value: &Option<Value>| value.as_ref().and_then(Value::as_str).map(str::to_owned);
    let severity = match text(&rule.severity).as_deref() {
        Some("FATAL" | "PANIC") => Severity::Fatal,
        _ => Severity::Error,
    };
    let known = text(&rule.code).and_then(|code| Refusal::from_code(&code));
    let fitting = known.filter(|known| known.severity() == severity);
    fitting.unwrap_or(match severity {
        Severity::Fatal => Refusal::AdminShutdown,
        Severity::Error => Refusal::InsufficientPrivilege,
    })
}

/// A rule strikes each of the requests that it names, and each counts for itself.
pub(super) fn rules(rule: &Rule) -> Vec<Rule> {
    let named: Vec<&str> = match &rule.op {
        Value::String(all) if all == "*" => REQUESTS.to_vec(),
        Value::String(one) => vec![one.as_str()],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
    };
    let rules = named.into_iter().filter(|name| REQUESTS.contains(name));
    let rules = rules.map(|name| {
        let mut one = rule.clone();
        one.op = json!(name);
        if rule.action == FaultAction::Status {
            one.status = Some(0);
            one.code = Some(json!(refusal(rule).to_string()));
        }
        one
    });
    rules.collect()
}

/// How the connection of a rule ends, where it is not closed at both ends.
pub(super) fn connection(rule: &Rule) -> Option<&'static str> {
    match rule.action {
        FaultAction::DropRequest | FaultAction::DropResponse => {}
        FaultAction::Hang
        | FaultAction::Status
        | FaultAction::DelayRequest
        | FaultAction::DelayResponse => return None,
    }
    let says = |value: &Option<Value>, word: &str| value.as_ref().is_some_and(|it| it == word);
    match (says(&rule.how, "rst"), says(&rule.server, "keeps")) {
        (false, false) => None,
        (true, false) => Some("reset"),
        (false, true) => Some("half_open"),
        (true, true) => Some("half_open_reset"),
    }
}

impl Translator<'_> {
    /// Whether a command of this actor's has started, or an `init`.
    fn has_begun(&self, actor: &str) -> bool {
        let own = operator(actor);
        self.steps
            .iter()
            .any(|step| step["as"].as_str() == Some(&*own))
    }

    /// What a hand does to connections; `None` where it is none of those.
    pub(super) fn add_session_hand(&mut self, hand: &Hand) -> Option<()> {
        let change = match hand {
            Hand::ConnectionsCut { side, how, .. } => match (side, how) {
                (Side::Both, How::Fin) => "closed",
                (Side::Both, How::Rst) => "reset",
                (Side::Client, How::Fin) => "half_open",
                (Side::Client, How::Rst) => "half_open_reset",
            },
            Hand::ConnectionsBlackhole { .. } => "blackhole",
            Hand::PgTerminateBackend { .. } => {
                self.push(json!({ "store": "end_session" }));
                return Some(());
            }
            Hand::RemoveLock { .. } => {
                self.push(json!({ "store": "end_session" }));
                self.push(json!({ "expect": {} }));
                return Some(());
            }
            // Whoever has not begun has the option from the start.
            Hand::BackendOption { actor, .. } if !self.has_begun(actor) => return Some(()),
            Hand::DeleteState { .. }
            | Hand::OverwriteState { .. }
            | Hand::WriteEmptyFile { .. }
            | Hand::SmallDisk { .. }
            | Hand::DiskFull { .. }
            | Hand::DiskFreed { .. }
            | Hand::Chmod { .. }
            | Hand::BackupNotWritable { .. }
            | Hand::StatePathOccupied { .. }
            | Hand::WriteLockInfo { .. }
            | Hand::OverwriteLockInfo { .. }
            | Hand::BackendOption { .. }
            | Hand::ListFiles { .. } => return None,
        };
        let connections = json!({ "change": change });
        self.push(json!({ "store": { "connections": connections } }));
        Some(())
    }
}
