//! A runbook as commands take it: its file, and whom its names stand for.

use std::path::Path;

use leaselab::runbook::{self, NameKind, Runbook};

use super::exit::Failure;
use super::input::{Source, read_source};

/// Reads a runbook from a file.
pub(super) fn read_runbook(path: &Path) -> Result<Runbook, Failure> {
    let Source { name, bytes } = read_source(path)?;
    runbook::parse(&name, &bytes).map_err(|errors| Failure::mistakes(&errors, &name, &bytes))
}

/// Reads `blob=prod.tfstate`.
pub(super) fn mapping(text: &str) -> Result<(NameKind, String), String> {
    let (kind, name) = text
        .split_once('=')
        .ok_or("a mapping is written KIND=NAME")?;
    let kinds = NameKind::ALL;
    let known = kinds.iter().find(|known| known.word() == kind.trim());
    let kind = known.ok_or_else(|| {
        let words = kinds.map(NameKind::word);
        format!(
            "`{kind}` is no kind of name; known are {}",
            words.join(", ")
        )
    })?;
    match name.trim() {
        "" => Err("a mapping is written KIND=NAME".to_owned()),
        name => Ok((*kind, name.to_owned())),
    }
}
