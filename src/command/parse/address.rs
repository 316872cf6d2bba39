//! Resource addresses: `azurerm_subnet.subnet`.

use super::super::word::Word;
use super::super::wording::nearest;
use super::CommandError;
use crate::terraform::{Names, ResourceId};

/// So many resources are compared with a mistyped address: a scenario can have a million.
const COMPARED_MAX: usize = 1_000;

/// A resource's address, which the scenario must have.
pub(super) fn address(word: &Word, names: &Names) -> Result<ResourceId, CommandError> {
    let text = word.value()?;
    if let Some(resource) = names.find_address(text) {
        return Ok(resource);
    }
    if text.contains('[') {
        let message = format!("`{text}`: the model has no indexes; every resource is one object");
        return Err(word.error(message).not_modeled());
    }
    if text.starts_with("module.") || text.starts_with("data.") {
        let message = format!("`{text}`: the model has neither modules nor data sources");
        return Err(word.error(message).not_modeled());
    }
    let known: Vec<String> = names
        .resource_ids()
        .take(COMPARED_MAX)
        .map(|id| names.address(id))
        .collect();
    let label = text.rsplit('.').next().unwrap_or(text);
    let near = names
        .find_resource(label)
        .map(|resource| names.address(resource))
        .or_else(|| nearest(text, known.iter().map(String::as_str)).map(str::to_owned));
    let error = match known.as_slice() {
        [] => word.error(format!(
            "unknown resource address `{text}`: the scenario has no resources"
        )),
        _ => word.error(format!(
            "unknown resource address `{text}`; the scenario has {}",
            some(&known)
        )),
    };
    Err(match near {
        Some(near) => error.suggest(near),
        None => error,
    })
}

/// The first few of many.
fn some(known: &[String]) -> String {
    const SHOWN_MAX: usize = 8;
    let mut text = known[..known.len().min(SHOWN_MAX)].join(", ");
    if known.len() > SHOWN_MAX {
        text.push_str(", …");
    }
    text
}
