//! Where the state is: by what is asked for, by what the files tell, or as most are.

use serde::Deserialize;
use serde_json::Value;

use super::text::Document;
use super::{Intake, IntakeError, lock};
use crate::command::wording;
use crate::scenario::BackendPreset;

/// What `terraform init` writes of the backend.
#[derive(Deserialize)]
struct RawInit {
    backend: Option<RawBackend>,
}

#[derive(Deserialize)]
struct RawBackend {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    config: Value,
}

/// The backend of what is taken in.
pub(super) fn of(intake: &Intake<'_>) -> Result<BackendPreset, IntakeError> {
    if let Some(asked) = intake.backend {
        return Ok(asked);
    }
    if let Some(source) = &intake.init {
        return read(&Document::new(source)?);
    }
    let told = match &intake.lock {
        Some(source) => lock::told(Document::new(source)?.text),
        None => None,
    };
    Ok(told.unwrap_or(BackendPreset::Azurerm))
}

fn read(document: &Document<'_>) -> Result<BackendPreset, IntakeError> {
    let raw: RawInit = document.root("what `terraform init` writes")?;
    let Some(RawBackend { kind, config }) = raw.backend else {
        return Err(document.error(
            "there is no `backend` in it: this is not `.terraform/terraform.tfstate`, as \
             `terraform init` writes it",
        ));
    };
    let text = |key: &str| config.get(key).and_then(Value::as_str).unwrap_or("");
    let has_object = config.get("use_lockfile") == Some(&Value::Bool(true));
    let has_item = !text("dynamodb_table").is_empty();
    Ok(match kind.as_str() {
        "s3" if has_item && has_object => BackendPreset::S3Both,
        "s3" if has_item => BackendPreset::S3Table,
        "http" if text("address").contains("/api/v4/projects/") => BackendPreset::Gitlab,
        kind => BackendPreset::read(kind).ok_or_else(|| {
            let words = BackendPreset::ALL.map(BackendPreset::word);
            let near = wording::nearest(kind, words);
            let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            document.error(format!(
                "the backend `{kind}` is not modeled: name one that is like it, such as \
                 `--backend s3`{near}"
            ))
        })?,
    })
}
