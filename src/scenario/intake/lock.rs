//! Lock info: JSON, as Terraform stores it, or the lines that it prints.

use serde::Deserialize;

use super::text::Document;
use super::{IntakeError, label};
use crate::service::azure::LeaseId;

/// Who holds the lock.
#[derive(Debug)]
pub(super) struct Lock {
    pub(super) id: LeaseId,
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
pub(super) fn read(document: &Document<'_>) -> Result<Lock, IntakeError> {
    let raw = if document.text.trim_start().starts_with(['{', '[']) {
        document.root("lock info")?
    } else {
        printed(document.text)
    };
    let Some(id) = raw.id else {
        return Err(document.error(
            "this is no lock info: neither JSON with an `ID`, nor a line `ID: …` as Terraform \
             prints it",
        ));
    };
    let id = id.parse().map_err(|_| {
        document.error("the lock's ID is no UUID, as those of the azurerm backend are")
    })?;
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
