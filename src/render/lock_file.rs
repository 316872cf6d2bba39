//! Lock info as JSON, in the shape in which Terraform stores it.

use serde_json::json;

use crate::terraform::Names;
use crate::timeline::Observation;

/// The lock info of a lock that is held, without the instant, which no calendar has.
pub fn lock_file(names: &Names, observation: &Observation) -> Option<String> {
    let info = observation.lock_info?;
    if !observation.lock.is_locked() || observation.lock.id() != Some(info.id) {
        return None;
    }
    let who = names.operator(info.who);
    let value = json!({
        "ID": info.id.to_string(),
        "Operation": info.operation.to_string(),
        "Info": "",
        "Who": format!("{who}@{who}"),
        "Version": "1.11.4",
        "Path": names.lock_path(),
    });
    let mut text = serde_json::to_string_pretty(&value).expect("plain data is serializable");
    text.push('\n');
    Some(text)
}
