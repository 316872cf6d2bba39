//! Advice: the commands that mend what was found, in the order in which they are safe.

use std::collections::BTreeSet;

use super::finding::Finding;
use crate::terraform::OperatorId;

/// Stores what `errored.tfstate` holds.
pub const PUSH: &str = "terraform state push errored.tfstate";

/// Lets the state learn what has become of the objects.
pub const REFRESH_ONLY: &str = "terraform apply -refresh-only -auto-approve";

/// In which order mends are safe: a held lock refuses all that follow, and an import into a state
/// that is still to be pushed over would be lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MendStage {
    /// The lock is freed.
    Unlock,
    /// What can't be read is put aside.
    Restore,
    /// A backup takes the place of a state that is lost.
    BringBack,
    /// `errored.tfstate` is pushed.
    Push,
    /// What no state records is imported.
    Import,
    /// The state learns what has become of the objects.
    Refresh,
    /// Objects are declared whole.
    Untaint,
    /// What was mended is cleared away.
    Clear,
}

/// A command that mends something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mend {
    /// When it is safe.
    pub stage: MendStage,
    /// Who types it, in whose working directory.
    pub operator: OperatorId,
    /// The command line.
    pub line: String,
}

/// All commands that the findings call for, in a safe order, each once.
pub fn mends(findings: &[Finding]) -> Vec<Mend> {
    let mut seen: BTreeSet<(OperatorId, &str)> = BTreeSet::new();
    let mends = findings.iter().flat_map(|finding| &finding.mends);
    let mut all: Vec<Mend> = mends
        .filter(|mend| seen.insert((mend.operator, mend.line.as_str())))
        .cloned()
        .collect();
    all.sort_by_key(|mend| mend.stage);
    all
}
