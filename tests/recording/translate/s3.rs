//! What only a state in a bucket has: its locks' configuration, its faults, and hands on objects
//! and items.

use serde_json::{Map, Value, json};

use super::super::format::{FaultAction, Mode, Modes, ObjectHand, Recording, Rule};
use super::{Translator, operator};

/// Requests to the bucket, and to the table.
const BUCKET: [&str; 7] = [
    "list",
    "head_state",
    "get_state",
    "put_state",
    "put_lock",
    "get_lock",
    "delete_lock",
];
const TABLE: [&str; 5] = [
    "ddb_put_lock",
    "ddb_get_lock",
    "ddb_delete_lock",
    "ddb_get_digest",
    "ddb_put_digest",
];

fn locks(mode: Mode) -> Map<String, Value> {
    let mut locks = Map::new();
    locks.insert("use_lockfile".to_owned(), json!(mode != Mode::D));
    if mode != Mode::L {
        locks.insert("dynamodb_table".to_owned(), json!("tflock"));
    }
    locks
}

/// The backend of all operators, and what each says of it itself where they differ.
pub(super) fn backend(recording: &Recording) -> (Value, Value) {
    let (all, each) = match recording.backend.mode.as_ref() {
        Some(Modes::One(mode)) => (*mode, Map::new()),
        Some(Modes::Each(modes)) => {
            let own = modes.iter().map(|(actor, mode)| {
                let own = json!({ "backend": locks(*mode) });
                (operator(actor), own)
            });
            (Mode::B, own.collect())
        }
        None => (Mode::L, Map::new()),
    };
    let mut backend = locks(all);
    backend.insert("type".to_owned(), json!("s3"));
    (Value::Object(backend), Value::Object(each))
}

/// A rule strikes each of the requests that it names, and each counts for itself.
pub(super) fn rules(rule: &Rule) -> Vec<Rule> {
    let named: Vec<&str> = match &rule.op {
        Value::String(all) if all == "*" => BUCKET.iter().chain(&TABLE).copied().collect(),
        Value::String(one) => vec![one.as_str()],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
    };
    let is_known = |name: &&str| BUCKET.contains(name) || TABLE.contains(name);
    let rules = named.into_iter().filter(is_known).map(|name| {
        let mut one = rule.clone();
        one.op = json!(name);
        if rule.action == FaultAction::Status {
            let (status, code) = answered(rule, name);
            one.status = Some(status);
            one.code = Some(json!(code));
        }
        one
    });
    rules.collect()
}

/// What the service of the request answers under a rule that has the bucket's code.
fn answered<'r>(rule: &'r Rule, name: &str) -> (u16, &'r str) {
    let status = rule.status.unwrap_or_default();
    let code = rule
        .code
        .as_ref()
        .and_then(Value::as_str)
        .unwrap_or_default();
    if TABLE.contains(&name) {
        return match code {
            "ExpiredToken" => (400, "ExpiredTokenException"),
            "AccessDenied" => (400, "AccessDeniedException"),
            "SlowDown" => (400, "ProvisionedThroughputExceededException"),
            "InternalError" => (500, "InternalServerError"),
            other => (status, other),
        };
    }
    // A head has no body, whatever the proxy was told to say.
    match code {
        "NotFound" => (status, "NoSuchKey"),
        other => (status, other),
    }
}

impl Translator<'_> {
    pub(super) fn add_object_hand(&mut self, hand: &ObjectHand) {
        let change = match hand {
            ObjectHand::DeleteStateObject {} => json!("delete"),
            ObjectHand::OverwriteStateObject { content } if content.is_empty() => json!("empty"),
            ObjectHand::OverwriteStateObject { content } => json!({ "content": content }),
            ObjectHand::DeleteLockObject {} => json!({ "lock_info": "remove" }),
            ObjectHand::OverwriteLockObject { content } => json!({ "lock_info": info(content) }),
            ObjectHand::DeleteLockItem {} => json!({ "lock_item": "remove" }),
            ObjectHand::OverwriteLockItem { info: text } => json!({ "lock_item": info(text) }),
            ObjectHand::DeleteDigestItem {} => json!({ "digest": "remove" }),
            // What is no digest of zeros is the state's, whose bytes are not ours.
            ObjectHand::OverwriteDigestItem { value } if value.bytes().any(|byte| byte != b'0') => {
                json!({ "digest": "fitting" })
            }
            ObjectHand::OverwriteDigestItem { value } => json!({ "digest": { "content": value } }),
        };
        self.push(json!({ "store": change }));
    }
}

/// Lock info by its ID, where the text is some.
fn info(text: &str) -> Value {
    let read: Option<Value> = serde_json::from_str(text).ok();
    let id = read.as_ref().and_then(|info| info.get("ID")).cloned();
    id.map_or_else(|| json!({ "content": text }), |id| json!({ "id": id }))
}
