//! The subcommands of `state` that name what they are about.

use super::{Action, CommandError, Manner, ResourceId, Typed, address, addresses};

pub(super) fn list(typed: &Typed<'_>) -> Result<Action, CommandError> {
    let id = typed.options.object.clone();
    typed.without_arguments(Action::StateList { id })
}

pub(super) fn rm(typed: &Typed<'_>) -> Result<Action, CommandError> {
    if typed.arguments.is_empty() {
        return Err(typed
            .at
            .error("terraform state rm needs a resource address"));
    }
    let named = typed.arguments.iter();
    let named = named.map(|word| addresses(word, typed.names));
    let named: Result<Vec<Vec<ResourceId>>, CommandError> = named.collect();
    Ok(Action::StateRemove {
        resources: named?.concat(),
        is_dry_run: typed.options.manner == Manner::DryRun,
    })
}

pub(super) fn mv(typed: &Typed<'_>) -> Result<Action, CommandError> {
    let [from, to] = typed.exactly::<2>("two resource addresses")?;
    Ok(Action::StateMove {
        from: address(from, typed.names)?,
        to: address(to, typed.names)?,
        is_dry_run: typed.options.manner == Manner::DryRun,
    })
}
