//! The JSON documents that `az storage blob` prints, made of the service's answers.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};
use serde_json::{Map, Value, json};

use super::date;
use crate::kernel::{SimDuration, SimTime};
use crate::service::azure::{BlobPath, Deletion, ETag, LeaseId, ReportedLease, VersionId, Which};
use crate::terraform::backend::azurerm::{FoundBlob, Metadata};
use crate::terraform::{BlobContent, LockInfo, Names, state_file};

/// The key of Terraform's lock info in a blob's metadata.
pub const LOCK_INFO_KEY: &str = "terraformlockid";

/// The version of the service's interface that az asks for.
const SERVICE_VERSION: &str = "2022-11-02";

/// Where a document is from: what its texts are made of.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// The blob.
    pub at: &'a BlobPath,
    /// Where the state is, which lock info names.
    pub state: &'a BlobPath,
    /// The words behind the numbers.
    pub names: &'a Names,
    /// When the answer came.
    pub now: SimTime,
    /// The number of the request.
    pub number: u64,
}

/// The bytes of a blob.
pub fn text(content: &BlobContent, names: &Names) -> String {
    match content {
        BlobContent::Empty => String::new(),
        BlobContent::State(file) => state_file::write(names, file),
        BlobContent::Unreadable(text) => text.to_string(),
    }
}

/// The lock info, as Terraform writes it: JSON, without line ends.
pub fn lock_info(info: &LockInfo, path: &str, names: &Names) -> String {
    let who = names.operator(info.who);
    // In the order in which Terraform writes the fields.
    format!(
        "{{\"ID\":{},\"Operation\":{},\"Info\":\"\",\"Who\":{},\"Version\":\"1.11.4\",\
         \"Created\":\"{}\",\"Path\":{}}}",
        json!(info.id.to_string()),
        json!(info.operation.to_string()),
        json!(format!("{who}@{who}")),
        date::lock_info(info.created),
        json!(path),
    )
}

/// The metadata: lock info as base64, or nothing.
pub fn metadata(metadata: &Metadata, state: &BlobPath, names: &Names) -> Value {
    let mut object = Map::new();
    if let Some(info) = metadata {
        let encoded = STANDARD.encode(lock_info(info, &state.to_string(), names));
        object.insert(LOCK_INFO_KEY.to_owned(), Value::String(encoded));
    }
    Value::Object(object)
}

/// Whether base64 text is this lock info.
pub fn is_lock_info(text: &str, info: &LockInfo, state: &BlobPath, names: &Names) -> bool {
    STANDARD.encode(lock_info(info, &state.to_string(), names)) == text
}

fn md5_text(bytes: &str) -> String {
    STANDARD.encode(Md5::digest(bytes.as_bytes()))
}

/// An ID that is the same in every replay.
fn request_id(number: u64, salt: &str) -> String {
    let digest = Md5::digest(format!("{salt} {number}").as_bytes());
    let bytes = digest.iter().take(16);
    let bits = bytes.fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
    LeaseId::from_bits(bits).to_string()
}

/// The ID that the service gives to a request.
pub fn service_request_id(number: u64) -> String {
    request_id(number, "service")
}

/// How a document shows a blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// By itself: `show`, `download`.
    Alone,
    /// In a list.
    Listed {
        /// Whether versions are among them.
        with_versions: bool,
        /// Whether their metadata is shown.
        with_metadata: bool,
    },
}

/// A blob, a version of it or a snapshot.
pub fn blob(found: &FoundBlob, shown: Shown, origin: &Origin<'_>) -> Value {
    let bytes = text(&found.content, origin.names);
    let (shows_versions, shows_metadata) = match shown {
        Shown::Alone => (true, true),
        Shown::Listed {
            with_versions,
            with_metadata,
        } => (with_versions, with_metadata),
    };
    let (version, is_current, snapshot) = match found.which {
        Which::Current(version) => (version, version.is_some(), None),
        Which::Version(id) => (Some(id), false, None),
        Which::Snapshot(id) => (None, false, Some(id)),
    };
    let version = version.filter(|_| shows_versions);
    let is_current = is_current && shows_versions && found.deletion.is_none();
    let metadata = if shows_metadata {
        metadata(&found.metadata, origin.state, origin.names)
    } else {
        json!({})
    };
    let deleted = match (shown, found.deletion) {
        (Shown::Alone, _) => json!(false),
        (Shown::Listed { .. }, Some(_)) => json!(true),
        (Shown::Listed { .. }, None) => Value::Null,
    };
    json!({
        "container": &*origin.at.container,
        "content": "",
        "deleted": deleted,
        "encryptedMetadata": null,
        "encryptionKeySha256": null,
        "encryptionScope": null,
        "hasLegalHold": null,
        "hasVersionsOnly": null,
        "immutabilityPolicy": { "expiryTime": null, "policyMode": null },
        "isAppendBlobSealed": null,
        "isCurrentVersion": is_current.then_some(true),
        "lastAccessedOn": null,
        "metadata": metadata,
        "name": &*origin.at.name,
        "objectReplicationDestinationPolicy": null,
        "objectReplicationSourceProperties": [],
        "properties": properties(found, shown, &bytes, origin.now),
        "rehydratePriority": null,
        "requestServerEncrypted": matches!(shown, Shown::Alone).then_some(true),
        "snapshot": snapshot.map(date::version),
        "tagCount": null,
        "tags": null,
        "versionId": version.map(date::version),
    })
}

fn properties(found: &FoundBlob, shown: Shown, bytes: &str, now: SimTime) -> Value {
    let etag = date::etag(found.etag);
    let etag = match shown {
        Shown::Alone => format!("\"{etag}\""),
        Shown::Listed { .. } => etag,
    };
    // Only the blob itself has a lease; a version and a snapshot report none.
    let lease = match found.which {
        Which::Current(_) if found.deletion.is_none() => lease(found.lease),
        Which::Current(_) | Which::Version(_) | Which::Snapshot(_) => {
            json!({ "duration": null, "state": null, "status": null })
        }
    };
    json!({
        "appendBlobCommittedBlockCount": null,
        "blobTier": "Hot",
        "blobTierChangeTime": null,
        "blobTierInferred": true,
        "blobType": "BlockBlob",
        "contentLength": bytes.len(),
        "contentRange": null,
        "contentSettings": {
            "cacheControl": null,
            "contentDisposition": null,
            "contentEncoding": null,
            "contentLanguage": null,
            "contentMd5": md5_text(bytes),
            "contentType": content_type(&found.content),
        },
        "copy": {
            "completionTime": null,
            "destinationSnapshot": null,
            "id": null,
            "incrementalCopy": null,
            "progress": null,
            "source": null,
            "status": null,
            "statusDescription": null,
        },
        "creationTime": date::property(found.created.time()),
        "deletedTime": found.deletion.map(|deletion| date::property(deletion.at)),
        "etag": etag,
        "lastModified": date::property(found.last_modified),
        "lease": lease,
        "pageBlobSequenceNumber": null,
        "pageRanges": null,
        "rehydrationStatus": null,
        "remainingRetentionDays": found.deletion.map(|deletion| days_left(deletion, now)),
        "serverEncrypted": true,
    })
}

fn lease(lease: ReportedLease) -> Value {
    json!({
        "duration": lease.duration(),
        "state": lease.state(),
        "status": lease.status(),
    })
}

/// What Terraform says of a state, and az of a file that it knows nothing of.
const fn content_type(content: &BlobContent) -> &'static str {
    match content {
        BlobContent::State(_) | BlobContent::Empty => "application/json",
        BlobContent::Unreadable(_) => "application/octet-stream",
    }
}

/// Whole days until what is soft-deleted is gone.
fn days_left(deletion: Deletion, now: SimTime) -> u64 {
    let left = if deletion.until > now {
        deletion.until.since(now)
    } else {
        SimDuration::ZERO
    };
    left.as_ms() / 86_400_000
}

/// What `upload` and `metadata update` print.
pub fn written(
    etag: ETag,
    version: Option<VersionId>,
    md5_of: Option<&str>,
    origin: &Origin<'_>,
) -> Value {
    let mut value = json!({
        "client_request_id": request_id(origin.number, "client"),
        "date": date::property(origin.now),
        "encryption_key_sha256": null,
        "encryption_scope": null,
        "etag": format!("\"{}\"", date::etag(etag)),
        "lastModified": date::property(SimTime::from_ms(etag.0 / 10_000)),
        "request_id": service_request_id(origin.number),
        "request_server_encrypted": true,
        "version": SERVICE_VERSION,
        "version_id": version.map(date::version),
    });
    if let Some(bytes) = md5_of {
        value["content_md5"] = json!(md5_text(bytes));
    }
    value
}

/// What `snapshot` prints.
pub fn snapshot(
    id: VersionId,
    etag: ETag,
    version: Option<VersionId>,
    origin: &Origin<'_>,
) -> Value {
    json!({
        "client_request_id": request_id(origin.number, "client"),
        "date": date::property(origin.now),
        "etag": format!("\"{}\"", date::etag(etag)),
        "last_modified": date::property(SimTime::from_ms(etag.0 / 10_000)),
        "request_id": service_request_id(origin.number),
        "request_server_encrypted": false,
        "snapshot": date::version(id),
        "version": SERVICE_VERSION,
        "version_id": version.map(date::version),
    })
}

/// What `copy start` prints: within an account the copy is done at once.
pub fn copied(etag: ETag, version: Option<VersionId>, origin: &Origin<'_>) -> Value {
    json!({
        "client_request_id": request_id(origin.number, "client"),
        "copy_id": request_id(origin.number, "copy"),
        "copy_status": "success",
        "date": date::property(origin.now),
        "etag": format!("\"{}\"", date::etag(etag)),
        "last_modified": date::property(SimTime::from_ms(etag.0 / 10_000)),
        "request_id": service_request_id(origin.number),
        "version": SERVICE_VERSION,
        "version_id": version.map(date::version),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terraform::{LockId, LockOperation, OperatorId};

    #[test]
    fn lock_info_comes_out_of_the_metadata_only_by_decoding_it() {
        let names = Names {
            operators: std::sync::Arc::new(vec!["alice".to_owned()]),
            ..Names::default()
        };
        let state = BlobPath {
            account: "a".into(),
            container: "tfstate".into(),
            name: "terraform.tfstate".into(),
        };
        let info = LockInfo {
            id: LockId::uuid(7),
            operation: LockOperation::Apply,
            who: OperatorId(0),
            created: SimTime::from_ms(80),
        };
        let value = metadata(&Some(std::sync::Arc::new(info)), &state, &names);
        let encoded = value[LOCK_INFO_KEY].as_str().unwrap();
        assert!(!encoded.contains("0000"));
        let decoded = STANDARD.decode(encoded).unwrap();
        assert_eq!(
            String::from_utf8(decoded).unwrap(),
            "{\"ID\":\"00000000-0000-0000-0000-000000000007\",\"Operation\":\"OperationTypeApply\",\
             \"Info\":\"\",\"Who\":\"alice@alice\",\"Version\":\"1.11.4\",\
             \"Created\":\"2026-01-01T00:00:00.08Z\",\"Path\":\"tfstate/terraform.tfstate\"}"
        );
        assert_eq!(metadata(&None, &state, &names), json!({}));
    }
}
