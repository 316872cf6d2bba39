//! Vacuities in words.

use crate::terraform::Names;
use crate::timeline::{Idleness, Staging, Vacuity, VacuityReason, VacuousPart, WaitedFor};

/// What never came to act, as a sentence's subject: `this step`, `rule 2`.
pub(super) fn part(part: VacuousPart) -> String {
    match part {
        VacuousPart::Step => "this step".to_owned(),
        VacuousPart::Failure => "this failure".to_owned(),
        VacuousPart::Rule(position) => format!("rule {position}"),
    }
}

/// Why a part of the scenario never came to act.
pub fn vacuity_reason(vacuity: &Vacuity, names: &Names) -> String {
    match vacuity.reason {
        VacuityReason::Idle(why) => idleness(why).to_owned(),
        VacuityReason::Unfelt(staging) => unfelt(staging).to_owned(),
        VacuityReason::HadEffect => "it says `effect: none`, and it had an effect".to_owned(),
        VacuityReason::NothingCame => "nothing that it names came".to_owned(),
        VacuityReason::LeftAlone { count } => {
            format!("only {count} came, which it leaves alone")
        }
        VacuityReason::NotStarted { waits_for, below } => {
            let why = not_started(waits_for, names);
            if below > 0 {
                format!("{why}, and {below} more below it")
            } else {
                why
            }
        }
    }
}

fn not_started(waits_for: WaitedFor, names: &Names) -> String {
    match waits_for {
        WaitedFor::End(run) => format!("{} never ended", super::fact::run_name(run, names)),
        WaitedFor::Fact => "the fact that it waits for never occurred".to_owned(),
        WaitedFor::Time => "the run ended before its time".to_owned(),
    }
}

const fn unfelt(staging: Staging) -> &'static str {
    match staging {
        Staging::Sleep => "nothing happened on the machine while it slept",
        Staging::FailedOperation => "no operation on the resource came",
        Staging::Link => "no message met it",
        Staging::Disk => "nothing was written to it",
        Staging::Credentials => "nobody used the credentials",
    }
}

/// Why something that acts at once did nothing.
pub const fn idleness(why: Idleness) -> &'static str {
    match why {
        Idleness::NobodySignalled => "the signal reached no process",
        Idleness::NobodyInterrupted => "the Ctrl+C reached no process",
        Idleness::NobodyAsked => "nobody asked",
        Idleness::NothingToCancel => "there was nothing to cancel",
        Idleness::Awake => "the machine was awake",
        Idleness::LinkUp => "the link was up",
        Idleness::DiskWorked => "the disk worked",
        Idleness::CredentialsValid => "the credentials were valid",
        Idleness::NoRule => "there was no rule to end",
        Idleness::ConfigurationUnchanged => "the configuration was so already",
        Idleness::FileUnchanged => "the file was so already",
        Idleness::NoBlob => "there was no blob",
        Idleness::BlobEmpty => "the blob was empty",
        Idleness::BlobUnchanged => "the blob held that already",
        Idleness::NoEarlierState => "there is no state that old",
        Idleness::NoLease => "there is no lease to break",
        Idleness::NotLocal => "the state is in no local file",
        Idleness::StoreUnchanged => "it was so already",
        Idleness::ObjectsUnchanged => "all that it names was so already",
        Idleness::NoObject => "nothing that it names existed",
    }
}
