//! The JSON documents that `aws` prints, made of the services' answers.

use serde_json::{Map, Value, json};

use crate::command::az::{date, document};
use crate::command::object::text;
use crate::kernel::SimTime;
use crate::service::aws::bucket::{Kept, VersionId};
use crate::terraform::Names;
use crate::terraform::backend::s3::{
    DIGEST_ID, Item, ItemKey, Object, ObjectKey, STATE_PATH, md5_of,
};

/// The `ETag` of an object that was put at once: the MD5 of its bytes, in quotes.
pub fn etag(bytes: &str) -> String {
    format!("\"{}\"", md5_of(bytes))
}

/// The text of a version's ID, which says nothing; `null` where the bucket keeps none.
pub fn version(id: VersionId) -> String {
    match id {
        VersionId(0) => "null".to_owned(),
        VersionId(number) => md5_of(&format!("version {number}")),
    }
}

/// The document of `head-object` and `get-object`.
pub fn object(kept: &Kept<Object>, names: &Names) -> Value {
    let bytes = kept.content.as_ref().map(|object| text(object, names));
    let bytes = bytes.unwrap_or_default();
    let mut value = Map::new();
    let mut add = |key: &str, of: Value| value.insert(key.to_owned(), of);
    add("AcceptRanges", json!("bytes"));
    add("LastModified", json!(date::property(kept.modified)));
    add("ContentLength", json!(bytes.len()));
    add("ETag", json!(etag(&bytes)));
    if kept.version != VersionId(0) {
        add("VersionId", json!(version(kept.version)));
    }
    add("ContentType", json!(content_type(kept.content.as_ref())));
    add("ServerSideEncryption", json!("AES256"));
    add("Metadata", json!({}));
    Value::Object(value)
}

const fn content_type(object: Option<&Object>) -> &'static str {
    match object {
        Some(Object::State(_) | Object::Lock(_)) => "application/json",
        Some(Object::Empty | Object::Text(_)) | None => "binary/octet-stream",
    }
}

/// The document of `delete-object`.
pub fn deleted(marker: Option<VersionId>, named: Option<&str>) -> Option<Value> {
    match (marker, named) {
        (Some(marker), _) => Some(json!({ "DeleteMarker": true, "VersionId": version(marker) })),
        (None, Some(named)) => Some(json!({ "VersionId": named })),
        (None, None) => None,
    }
}

/// The document of `list-object-versions`.
pub fn versions(all: &[(ObjectKey, Kept<Object>)], prefix: &str, names: &Names) -> Value {
    let mut versions = Vec::new();
    let mut markers = Vec::new();
    let mut latest = None;
    for (key, kept) in all.iter().filter(|(key, _)| key.name().starts_with(prefix)) {
        let is_latest = latest.replace(*key) != Some(*key);
        let common = json!({
            "Key": key.name(),
            "VersionId": version(kept.version),
            "IsLatest": is_latest,
            "LastModified": date::property(kept.modified),
        });
        match &kept.content {
            None => markers.push(common),
            Some(object) => {
                let bytes = text(object, names);
                let mut value = json!({
                    "ETag": etag(&bytes),
                    "Size": bytes.len(),
                    "StorageClass": "STANDARD",
                });
                if let (Value::Object(value), Value::Object(common)) = (&mut value, common) {
                    value.extend(common);
                }
                versions.push(value);
            }
        }
    }
    let mut value = Map::new();
    for (name, list) in [("Versions", versions), ("DeleteMarkers", markers)] {
        if !list.is_empty() {
            value.insert(name.to_owned(), Value::Array(list));
        }
    }
    value.insert("RequestCharged".to_owned(), Value::Null);
    Value::Object(value)
}

/// What `s3 ls` prints of an object.
pub fn listed(key: ObjectKey, kept: &Kept<Object>, prefix: &str, names: &Names) -> String {
    let bytes = kept.content.as_ref().map(|object| text(object, names));
    let length = bytes.unwrap_or_default().len();
    let folder = prefix.rfind('/').map_or(0, |at| at + 1);
    let name = &key.name()[folder.min(key.name().len())..];
    format!("{} {length:>10} {name}\n", clock(kept.modified))
}

fn clock(time: SimTime) -> String {
    let text = date::property(time);
    text[..text.len().min(19)].replace('T', " ")
}

/// The document of `get-item`; nothing where there is no item.
pub fn item(key: ItemKey, item: Option<&Item>, names: &Names) -> Option<Value> {
    let item = item?;
    let id = match key {
        ItemKey::Lock => STATE_PATH,
        ItemKey::Digest => DIGEST_ID,
    };
    let (name, text) = match (key, item) {
        (_, Item::Lock(info)) => ("Info", document::lock_info(info, &names.lock_path(), names)),
        (_, Item::Digest(digest)) => ("Digest", digest.text(names)),
        (ItemKey::Lock, Item::Text(text)) => ("Info", text.to_string()),
        (ItemKey::Digest, Item::Text(text)) => ("Digest", text.to_string()),
    };
    Some(json!({ "Item": { "LockID": { "S": id }, name: { "S": text } } }))
}
