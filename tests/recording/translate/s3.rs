//! What only a state in a bucket has: its locks' configuration, its faults, and hands on objects
//! and items.

use serde_json::{Map, Value, json};

use super::super::format::{FaultAction, Mode, Modes, ObjectHand, Recording, Rule, StepRecord};
use super::{Translator, operator};

/// What stands for a state that somebody has changed, and that still is one.
const CHANGED_STATE: &str = "(a state)";
/// Who puts it there.
const HAND: &str = "op_hand";

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
            ObjectHand::OverwriteStateObject { content } if content == CHANGED_STATE => {
                return self.put_changed_state();
            }
            ObjectHand::OverwriteStateObject { content } if content.is_empty() => json!("empty"),
            ObjectHand::OverwriteStateObject { content } => json!({ "content": content }),
            ObjectHand::DeleteLockObject {} => json!({ "lock_info": "remove" }),
            ObjectHand::OverwriteLockObject { content } => json!({ "lock_info": info(content) }),
            ObjectHand::DeleteLockItem {} => json!({ "lock_item": "remove" }),
            ObjectHand::OverwriteLockItem { info: text } => json!({ "lock_item": info(text) }),
            ObjectHand::DeleteDigestItem {} => json!({ "digest": "remove" }),
            // The bytes of the state are not ours, and so is not its digest.
            ObjectHand::OverwriteDigestItem { value } if self.is_fitting(value) => {
                json!({ "digest": "fitting" })
            }
            ObjectHand::OverwriteDigestItem { value } => json!({ "digest": { "content": value } }),
        };
        self.push(json!({ "store": change }));
    }

    /// Whether a digest is that of the state: no made-up one, nor one that is seen to differ next.
    fn is_fitting(&self, value: &str) -> bool {
        let is_digest = value.len() == 32 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_made_up = value
            .bytes()
            .all(|byte| value.as_bytes().first() == Some(&byte));
        let next = self.recording.steps.get(self.exited);
        let lock = next.and_then(|next| next.after.lock.as_ref());
        let differs = lock.is_some_and(|lock| lock.digest.as_deref() == Some("differs"));
        is_digest && !is_made_up && !differs
    }

    /// Somebody puts a state in the place of the one that is there. What it says is what is seen
    /// there next, before the command saves that ends then.
    fn put_changed_state(&mut self) {
        let recording = self.recording;
        let next = recording.steps.get(self.exited);
        let before = self.exited.checked_sub(1);
        let before = before.and_then(|index| recording.steps.get(index));
        let saved = next.and_then(|next| {
            let mut requests = recording.requests.iter();
            let save =
                requests.find(|request| request.step == next.step && request.op == "put_state")?;
            save.serial.map(|serial| serial.saturating_sub(1))
        });
        let remote = |step: Option<&StepRecord>| step.and_then(|step| step.after.remote.clone());
        let Some(seen) = remote(next).or(remote(before)) else {
            return self.push(json!({ "store": { "content": CHANGED_STATE } }));
        };
        let resources = match saved {
            Some(_) => remote(before).map_or(Vec::new(), |state| state.resources),
            None => seen.resources,
        };
        let plain = resources.iter().map(|name| {
            let end = name.find(['!', '(']).unwrap_or(name.len());
            name[..end].to_owned()
        });
        let plain: Vec<String> = plain.collect();
        let id = format!("by_hand_{}", self.steps.len());
        self.push(json!({ "file": {
            "in": HAND, "name": "by_hand.tfstate",
            "serial": saved.unwrap_or(seen.serial), "resources": plain,
        } }));
        let command = "aws s3 cp by_hand.tfstate s3://tfstate/terraform.tfstate";
        self.push(json!({ "run": command, "as": HAND, "id": id }));
        if let Some(label) = self.label.clone() {
            self.push(json!({ "phase": label }));
        }
        self.wait(&format!("{id} ended"), false);
        self.latest = None;
    }
}

/// Lock info by its ID, where the text is some.
fn info(text: &str) -> Value {
    let read: Option<Value> = serde_json::from_str(text).ok();
    let id = read.as_ref().and_then(|info| info.get("ID")).cloned();
    id.map_or_else(|| json!({ "content": text }), |id| json!({ "id": id }))
}
