//! What only a state in a bucket has: the state object, the locks and the digest.

use leaselab::terraform::backend::s3::{Item, Object};
use leaselab::timeline::{DigestObservation, Observation, RemoteState};
use serde_json::{Value, json};

use super::super::format::StepRecord;
use super::Comparison;

pub(super) fn compare_step(
    comparison: &mut Comparison,
    record: &StepRecord,
    observation: &Observation,
) {
    let step = &record.step;
    let field = |name: &str| format!("{step}: after: {name}");
    let state = match observation.remote {
        RemoteState::Absent => "absent",
        RemoteState::Empty => "empty",
        RemoteState::Unreadable => "garbage",
        RemoteState::State(_) => "state",
    };
    let recorded = record.after.state_object.as_deref();
    comparison.same(&field("state object"), &recorded, &Some(state));
    let (Some(aws), Some(lock)) = (&observation.aws, &record.after.lock) else {
        comparison.same(&field("lock"), &true, &false);
        return;
    };
    let digest = aws.digest.as_ref().map(|digest| match digest {
        DigestObservation::Fits => "matches",
        DigestObservation::IsNone | DigestObservation::Differs { .. } => "differs",
    });
    comparison.same(&field("digest"), &lock.digest.as_deref(), &digest);
    let object = aws.lock_object.as_ref().map(|object| match object {
        Object::Lock(info) => (
            Some(info.id.to_string()),
            json!({ "operation": info.operation.to_string() }),
        ),
        Object::Empty => (None, json!({ "empty": true })),
        Object::State(_) | Object::Text(_) => (None, json!({ "garbage": true })),
    });
    compare_lock(
        comparison,
        &field("lock object"),
        lock.lockfile.as_ref(),
        object,
    );
    let item = aws.lock_item.as_ref().map(|item| match item {
        Item::Lock(info) => (
            Some(info.id.to_string()),
            json!({ "operation": info.operation.to_string() }),
        ),
        Item::Digest(_) | Item::Text(_) => (None, json!({ "garbage": true })),
    });
    compare_lock(
        comparison,
        &field("lock item"),
        lock.dynamodb.as_ref(),
        item,
    );
}

fn compare_lock(
    comparison: &mut Comparison,
    field: &str,
    recorded: Option<&Value>,
    simulated: Option<(Option<String>, Value)>,
) {
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let kind = |value: &Value| {
        let keys = ["operation", "empty", "garbage"];
        keys.into_iter().find(|key| value.get(key).is_some())
    };
    let one = recorded.map(|value| (kind(value), text(value, "operation")));
    let other = { simulated.as_ref() }.map(|(_, value)| (kind(value), text(value, "operation")));
    comparison.same(field, &one, &other);
    let id = recorded.and_then(|value| text(value, "id"));
    if let (Some(id), Some((Some(ours), _))) = (id, simulated) {
        comparison.same_alias(&format!("{field}: id"), &id, &ours);
    }
}

/// An error's line, with the key of every session as the one that we have, and without the texts
/// that the proxy wrote behind codes.
pub(super) fn in_one_shape(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let Some(at) = word.find(".tfstate") else {
            return word.to_owned();
        };
        let quote: String = word.chars().take_while(|c| !c.is_alphanumeric()).collect();
        format!("{quote}terraform{}", &word[at..])
    });
    let text = words.collect::<Vec<_>>().join(" ");
    let text = match text.split_once("api error ") {
        Some((before, after)) => {
            let code = after.split(':').next().unwrap_or_default();
            format!("{before}api error {code}")
        }
        None => text,
    };
    text.trim_end().to_owned()
}
