//! Lock info: JSON, as Terraform stores it, or the lines that it prints.
//!
//! | backend | the lock's ID | the lines name |
//! |---|---|---|
//! | azurerm, s3, local | a UUID | the holder |
//! | gcs | the generation of the lock object, a number | the holder |
//! | http | a UUID, behind `already locked: ID=` | who was refused |
//! | pg | none is kept | who was refused |

use serde::Deserialize;

use super::text::Document;
use super::{IntakeError, label};
use crate::scenario::BackendPreset;
use crate::service::azure::LeaseId;
use crate::terraform::LockId;
use crate::terraform::backend::gcs;

/// Who holds the lock.
#[derive(Debug)]
pub(super) struct Lock {
    pub(super) id: LockId,
    /// The holder as a scenario can name it.
    pub(super) who: String,
    /// The word for what the holder did.
    pub(super) operation: &'static str,
    /// Whether that word is a guess.
    pub(super) is_operation_guessed: bool,
}

#[derive(Deserialize, Default)]
struct RawLock {
    #[serde(rename = "ID")]
    id: Option<String>,
    #[serde(rename = "Operation")]
    operation: Option<String>,
    #[serde(rename = "Who")]
    who: Option<String>,
}

/// Reads the lock info.
pub(super) fn read(document: &Document<'_>, backend: BackendPreset) -> Result<Lock, IntakeError> {
    let raw = if document.text.trim_start().starts_with(['{', '[']) {
        document.root("lock info")?
    } else {
        let printed = printed(document.text);
        match holder_behind(document.text) {
            // The block below it is of the command that was refused.
            Some(holder) if printed.id.as_deref() != Some(holder) => RawLock {
                id: Some(holder.to_owned()),
                ..RawLock::default()
            },
            Some(_) | None => printed,
        }
    };
    let Some(id) = raw.id else {
        return Err(document.error(
            "this is no lock info: neither JSON with an `ID`, nor a line `ID: …` as Terraform \
             prints it",
        ));
    };
    let (id, mistake) = if backend == BackendPreset::Gcs {
        let id = gcs::lock_generation(&id).map(gcs::lock_id);
        let mistake = "the lock's ID is no number: with gcs it is the generation of the lock object, \
                       which Terraform prints and `gcloud storage ls -a` shows";
        (id, mistake)
    } else {
        let id = id.parse::<LeaseId>().ok().map(LockId::from);
        (id, "the lock's ID is no UUID, as those of this backend are")
    };
    let id = id.ok_or_else(|| document.error(mistake))?;
    let known = raw.operation.as_deref().and_then(operation);
    let who = raw.who.unwrap_or_default();
    let user = who.split('@').next().unwrap_or_default();
    Ok(Lock {
        id,
        who: match label::as_name(user) {
            name if user.is_empty() || name.is_empty() => "holder".to_owned(),
            name => name,
        },
        operation: known.unwrap_or("apply"),
        is_operation_guessed: known.is_none(),
    })
}

/// The holder's ID in the message of a server that says no more of who holds the lock.
pub(super) fn holder_behind(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("HTTP remote state already locked: ID=")?;
    rest.split(char::is_whitespace).next()
}

/// What lock info tells of the backend that it is of, where it tells that.
pub(super) fn told(text: &str) -> Option<BackendPreset> {
    // What errors say above the lines, and how a backend writes the path.
    const SIGNS: [(&str, BackendPreset); 9] = [
        ("gs://", BackendPreset::Gcs),
        ("HTTP remote state already locked", BackendPreset::Http),
        ("Workspace is already locked", BackendPreset::Pg),
        ("locked for workspace creation", BackendPreset::Pg),
        ("operation error DynamoDB", BackendPreset::S3Table),
        ("operation error S3", BackendPreset::S3),
        ("terraform.tfstate.tflock", BackendPreset::S3),
        ("resource temporarily unavailable", BackendPreset::Local),
        ("state blob is already locked", BackendPreset::Azurerm),
    ];
    let mut signs = SIGNS.into_iter();
    signs
        .find(|(sign, _)| text.contains(sign))
        .map(|(_, backend)| backend)
}

/// The lines that Terraform prints, with the frame that it draws at their left.
fn printed(text: &str) -> RawLock {
    let mut lock = RawLock::default();
    for line in text.lines() {
        let line = line.trim_start_matches(|c: char| c.is_whitespace() || c == '│' || c == '|');
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        let field = match name {
            "ID" => &mut lock.id,
            "Operation" => &mut lock.operation,
            "Who" => &mut lock.who,
            _ => continue,
        };
        field.get_or_insert_with(|| value.trim().to_owned());
    }
    lock
}

/// The scenario's word for an operation.
fn operation(text: &str) -> Option<&'static str> {
    Some(match text {
        "OperationTypePlan" => "plan",
        "OperationTypeApply" => "apply",
        "OperationTypeRefresh" => "refresh",
        "init" => "init",
        "import" => "import",
        "state-push" => "state_push",
        "state-rm" => "state_rm",
        "state-mv" => "state_mv",
        "taint" => "taint",
        "untaint" => "untaint",
        _ => return None,
    })
}
