//! Resource addresses: `azurerm_subnet.subnet`, `module.network["a"].azurerm_subnet.main[0]`.

use super::super::word::Word;
use super::super::wording::nearest;
use super::CommandError;
use crate::terraform::address::{Address, AddressError, quoted_for_shell};
use crate::terraform::{Names, ResourceId};

/// So many resources are compared with a mistyped address: a scenario can have a million.
const COMPARED_MAX: usize = 1_000;

/// A resource's address, which the scenario must have.
pub(super) fn address(word: &Word, names: &Names) -> Result<ResourceId, CommandError> {
    let text = word.value()?;
    if let Some(resource) = names.find_address(text) {
        return Ok(resource);
    }
    if text.parse::<Address>() == Err(AddressError::DataSource) {
        let message = format!("`{text}`: the model has no data sources");
        return Err(word.error(message).not_modeled());
    }
    if let Some(meant) = unquoted(text, names) {
        let message = format!("`{text}`: the shell has taken the quotes of the key away");
        return Err(word.error(message).suggest(quoted_for_shell(&meant)));
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

/// The resources that an address stands for: one, or all in a module, or all instances of a
/// resource.
pub(super) fn addresses(word: &Word, names: &Names) -> Result<Vec<ResourceId>, CommandError> {
    let text = word.value()?;
    if names.find_address(text).is_none() {
        let within = names.find_within(text);
        if !within.is_empty() {
            return Ok(within);
        }
    }
    Ok(vec![address(word, names)?])
}

/// The address that somebody has typed in a shell without quotes around it.
fn unquoted(text: &str, names: &Names) -> Option<String> {
    let mut given = names.addresses.values().map(ToString::to_string);
    let without = |address: &String| address.contains('"') && address.replace('"', "") == text;
    given.find(without)
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
