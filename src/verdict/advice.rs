//! Advice: the commands that mend what was found, in the order in which they are safe.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::lock::leaves_lock;
use super::survey::Survey;
use crate::scenario::{CredentialState, FindingName};
use crate::terraform::OperatorId;
use crate::terraform::process::ProcessPhase;
use crate::timeline::RunObservation;

/// Stores what `errored.tfstate` holds.
pub const PUSH: &str = "terraform state push errored.tfstate";

/// Lets the state learn what has become of the objects.
pub const REFRESH_ONLY: &str = "terraform apply -refresh-only -auto-approve";

/// Why a client gets no command.
const SHORT_LEASE: &str = "this client's lease runs out before it is renewed, so that its own commands \
                           fail: let it renew sooner or lease longer; then look again";

/// Why a command is not advised yet.
const LOOK_IN_BETWEEN: &str = "then look again: the command before leaves its lock, or an old digest, \
                               which has to be mended first";

/// In which order mends are safe: a held lock refuses all that follow, an import into a state that
/// is still to be pushed over would be lost, and an import to an address under which something is
/// recorded that is gone would be refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MendStage {
    /// Whoever mends signs in again.
    SignIn,
    /// The lock is freed.
    Unlock,
    /// What can't be read is put aside.
    Restore,
    /// A backup takes the place of a state that is lost.
    BringBack,
    /// `errored.tfstate` is pushed.
    Push,
    /// The state learns what has become of the objects.
    Refresh,
    /// Records are brought to their own addresses, in this order.
    Readdress(usize),
    /// What no state records is imported.
    Import,
    /// Objects that an import took for whole, or whose mark was dropped, are marked as tainted again.
    Taint,
    /// Objects are given their inputs again.
    Restate,
    /// What has nothing that is not elsewhere is cleared away.
    Clear,
}

impl MendStage {
    /// Whether its commands are Terraform's, and take the lock.
    const fn takes_lock(self) -> bool {
        match self {
            Self::Push
            | Self::Refresh
            | Self::Readdress(_)
            | Self::Import
            | Self::Taint
            | Self::Restate => true,
            Self::SignIn | Self::Unlock | Self::Restore | Self::BringBack | Self::Clear => false,
        }
    }
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

/// Whoever works is waited for: where somebody lives, no finding has a command. A lock that nobody
/// holds is an exception where all who live wait for it.
pub(super) fn wait_for_the_living(survey: &Survey<'_>, findings: &mut [Finding]) {
    let living: Vec<&RunObservation> = survey.observation.living().collect();
    if living.is_empty() {
        return;
    }
    let waits = |run: &&RunObservation| {
        let phase = run.belief.as_ref().map(|belief| belief.phase);
        phase == Some(ProcessPhase::Locking)
    };
    let is_lock_awaited = living.iter().all(waits);
    let names: Vec<String> = living.iter().map(|run| survey.command(run)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let hint = wait(&names);
    for finding in findings {
        let is_withheld = if finding.name == FindingName::OrphanedLock {
            !is_lock_awaited
        } else {
            // A second object may be what somebody is about to record.
            !finding.mends.is_empty() || finding.name == FindingName::DuplicateObject
        };
        if is_withheld {
            finding.mends.clear();
            finding.hint = Some(hint.clone());
        }
    }
}

/// Whoever has no valid credentials signs in first.
pub(super) fn sign_in_first(survey: &Survey<'_>, findings: &mut [Finding]) {
    let Some(line) = survey.observation.backend.sign_in() else {
        return;
    };
    let is_signed_out = |operator: OperatorId| {
        let machine = survey.observation.machines.get(usize::from(operator.0));
        machine.is_some_and(|machine| {
            [machine.state_credentials, machine.cloud_credentials]
                .contains(&CredentialState::Expired)
        })
    };
    for finding in findings {
        let menders: BTreeSet<OperatorId> =
            finding.mends.iter().map(|mend| mend.operator).collect();
        let signed_out = menders.into_iter().filter(|who| is_signed_out(*who));
        let first: Vec<Mend> = signed_out
            .map(|operator| Mend {
                stage: MendStage::SignIn,
                operator,
                line: line.to_owned(),
            })
            .collect();
        finding.mends.splice(0..0, first);
    }
}

/// A client whose lease runs out within a command gets no command that takes one.
pub(super) fn withhold_from_short_lease(survey: &Survey<'_>, findings: &mut [Finding]) {
    if !survey.observation.is_lease_short {
        return;
    }
    for finding in findings {
        if finding.mends.iter().any(|mend| mend.stage.takes_lock()) {
            finding.mends.clear();
            finding.hint = Some(SHORT_LEASE.to_owned());
        }
    }
}

/// Where every command fails as it reads the state, and none mends that, none is advised that reads.
pub(super) fn withhold_from_unreadable(survey: &Survey<'_>, findings: &mut [Finding]) {
    let mut mends = findings.iter().flat_map(|finding| &finding.mends);
    let is_mended = mends.any(|mend| match mend.stage {
        MendStage::Restore | MendStage::BringBack => true,
        MendStage::SignIn
        | MendStage::Unlock
        | MendStage::Push
        | MendStage::Refresh
        | MendStage::Readdress(_)
        | MendStage::Import
        | MendStage::Taint
        | MendStage::Restate
        | MendStage::Clear => false,
    });
    if !survey.observation.is_unreadable() || is_mended {
        return;
    }
    let it = survey.observation.backend.advice().it;
    for finding in findings {
        let before = finding.mends.len();
        finding.mends.retain(|mend| !mend.stage.takes_lock());
        if finding.mends.is_empty() && before > 0 {
            finding.hint = Some(format!("look again once {it} can be read"));
        }
    }
}

/// Whether a command leaves behind what makes another one fail: its lock, which it can't give back,
/// or, where it knows of no table, the digest of the state before, which the other one compares.
fn leaves_something_to(survey: &Survey<'_>, earlier: &Mend, later: &Mend) -> bool {
    if !earlier.stage.takes_lock() || !later.stage.takes_lock() {
        return false;
    }
    let observation = survey.observation;
    let [backend, next] = [earlier, later].map(|mend| observation.backend_of(mend.operator));
    let aws = observation.aws.as_ref();
    let has_digest = aws.is_some_and(|aws| aws.digest.is_some());
    let leaves_digest = has_digest && !backend.keeps_digest() && next.keeps_digest();
    leaves_lock(backend) || leaves_digest
}

/// A command that fails because of what one before it leaves is not advised yet: that has to be seen
/// to first.
pub(super) fn look_in_between(survey: &Survey<'_>, findings: &mut [Finding]) {
    let all = mends(findings);
    let too_early = all.iter().enumerate().filter(|(index, mend)| {
        let mut earlier = all.iter().take(*index);
        earlier.any(|earlier| leaves_something_to(survey, earlier, mend))
    });
    let too_early: Vec<&Mend> = too_early.map(|(_, mend)| mend).collect();
    let is_too_early = |mend: &Mend| {
        let mut early = too_early.iter();
        early.any(|other| (other.operator, &other.line) == (mend.operator, &mend.line))
    };
    for finding in findings {
        let before = finding.mends.len();
        finding.mends.retain(|mend| !is_too_early(mend));
        if finding.mends.is_empty() && before > 0 {
            finding.hint = Some(LOOK_IN_BETWEEN.to_owned());
        }
    }
}

/// That these runs are waited for.
pub(super) fn wait(runs: &[&str]) -> String {
    match runs {
        [run] => {
            format!("wait until {run} has ended, or let its owner stop it; then look again")
        }
        runs => format!(
            "wait until {} have ended, or let their owners stop them; then look again",
            runs.join(", ")
        ),
    }
}
