//! What only a state on an HTTP server has: the options of its configuration, and its faults.

use leaselab::service::http::Status;
use serde_json::{Map, Value, json};

use super::super::format::{Backend, FaultAction, Item, Recording, RequestRecord, Rule};

/// Requests to the server.
const REQUESTS: [&str; 4] = ["get", "put_state", "lock", "unlock"];

/// Where a recorder's configuration points to nobody.
const DEAD_PORT: &str = ":18099";

/// What a configuration says of an address; nothing where it is the server's.
fn address(configured: Option<&Value>) -> Option<Value> {
    let configured = configured?;
    match configured.as_str() {
        None => Some(json!("none")),
        Some(address) => address.contains(DEAD_PORT).then(|| json!("dead")),
    }
}

/// The backend of all operators.
pub(super) fn backend(backend: &Backend) -> Value {
    let mut options = Map::new();
    options.insert("type".to_owned(), json!("http"));
    let mut set = |key: &str, value: Option<Value>| {
        options.extend(value.map(|value| (key.to_owned(), value)));
    };
    set("server", backend.server.clone().map(Value::from));
    set("lock_address", address(backend.lock_address.as_ref()));
    set("unlock_address", address(backend.unlock_address.as_ref()));
    for (key, method) in [
        ("update_method", &backend.update_method),
        ("lock_method", &backend.lock_method),
        ("unlock_method", &backend.unlock_method),
    ] {
        set(key, method.clone().map(Value::from));
    }
    set("retry_max", backend.retry_max.map(Value::from));
    let seconds = |wait: Option<u64>| wait.map(|wait| json!(format!("{wait}s")));
    set("retry_wait_min", seconds(backend.retry_wait_min));
    set("retry_wait_max", seconds(backend.retry_wait_max));
    Value::Object(options)
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
        if let (FaultAction::Status, Some(status)) = (rule.action, rule.status) {
            let mut all = Status::ALL.iter();
            let known = all.find(|known| known.http_status() == status);
            one.code = known.map(|known| json!(known.code()));
        }
        one
    });
    rules.collect()
}

/// After how many seconds an answer asks for another attempt.
pub(super) fn retry_after(rule: &Rule) -> Option<Value> {
    let headers = rule.headers.as_ref()?.as_object()?;
    let mut named = headers.iter();
    let (_, wait) = named.find(|(name, _)| name.eq_ignore_ascii_case("retry-after"))?;
    let seconds = wait.as_u64().or_else(|| wait.as_str()?.parse().ok())?;
    Some(json!(format!("{seconds}s")))
}

/// What an answer carries, as a text, but for the ID of a lock.
pub(super) fn body(rule: &Rule) -> Option<Value> {
    let body = rule.body.as_ref().filter(|body| !body.is_null())?;
    let read = body
        .as_str()
        .and_then(|text| serde_json::from_str(text).ok());
    let info: Value = read.unwrap_or_else(|| body.clone());
    Some(match (&info, body) {
        (Value::Object(_), _) => json!("{}"),
        (_, Value::String(text)) => json!(text),
        (other, _) => json!(other.to_string()),
    })
}

/// Whether requests of this name go where nobody listens, past the recorder.
pub(crate) fn is_unheard(recording: &Recording, op: &str) -> bool {
    let backend = &recording.backend;
    let is_dead = |configured: &Option<Value>| {
        let configured = configured.as_ref().and_then(Value::as_str);
        configured.is_some_and(|address| address.contains(DEAD_PORT))
    };
    match op {
        "lock" => is_dead(&backend.lock_address),
        "unlock" => is_dead(&backend.unlock_address),
        _ => false,
    }
}

/// Whether one operator starts a command while another's is under way.
fn has_two_at_once(recording: &Recording) -> bool {
    let mut under_way: Vec<(&str, &str)> = Vec::new();
    for item in &recording.script {
        if let Item::Start { step, actor, .. } = item {
            if under_way.iter().any(|(_, other)| other != actor) {
                return true;
            }
            under_way.push((step, actor));
        } else if let Item::WaitExit { step, .. } = item {
            under_way.retain(|(other, _)| other != step);
        }
    }
    false
}

/// How fast the machine of the recorder was, where it matters: two operators who work side by side
/// meet at the service in an order that neither the script nor a lock forces, but that speed.
pub(super) fn timing(recording: &Recording) -> Value {
    let mut timing = Map::new();
    if !has_two_at_once(recording) {
        return Value::Object(timing);
    }
    let ms = |requests: Vec<&RequestRecord>, is_last: bool| {
        let mut times = requests.into_iter().filter_map(|request| request.ms);
        if is_last {
            times.next_back()
        } else {
            times.next()
        }
    };
    let of = |step: &str, op: Option<&str>| -> Vec<&RequestRecord> {
        let all = recording.requests.iter();
        all.filter(|request| request.step == step && op.is_none_or(|op| request.op == op))
            .collect()
    };
    let plans = { recording.steps.iter() }.filter(|step| {
        let command = step.command.as_deref().unwrap_or_default();
        command == "terraform plan" && step.exit_code == Some(0)
    });
    let plans = plans.filter_map(|step| {
        let unlocked = ms(of(&step.step, Some("unlock")), false)?;
        unlocked.checked_sub(ms(of(&step.step, Some("get")), true)?)
    });
    let mut plans: Vec<u64> = plans.collect();
    plans.sort_unstable();
    if let Some(plan) = plans.get(plans.len() / 2) {
        timing.insert("plan".to_owned(), json!(format!("{plan}ms")));
    }
    let starts = recording.script.windows(2).filter_map(|pair| {
        let [Item::WaitExit { step: ended, .. }, Item::Start { step, .. }] = pair else {
            return None;
        };
        ms(of(step, None), false)?.checked_sub(ms(of(ended, None), true)?)
    });
    if let Some(start) = starts.min() {
        timing.insert("start".to_owned(), json!(format!("{start}ms")));
    }
    Value::Object(timing)
}
