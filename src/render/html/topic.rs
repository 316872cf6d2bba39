//! Which explanation belongs to a fact.

use super::super::fact::Tone;
use crate::explain::{self, Group, Topic, topics};
use crate::terraform::Backend;
use crate::terraform::process::ERRORED;
use crate::timeline::{
    Fact, LockFact, MachineFact, OutputFact, ProcessFact, ScriptFact, StateFact,
};

/// What explains a fact whose words are these: what a failure says itself, or what it is about.
pub(super) fn topic(
    fact: &Fact,
    (tone, line): (Tone, &str),
    backend: Backend,
) -> Option<&'static Topic> {
    let said = match tone {
        Tone::Bad => {
            let mut said = explain::in_line(line).into_iter();
            said.find(|topic| topic.is_of(backend))
        }
        Tone::Plain | Tone::Command | Tone::Good | Tone::Staged | Tone::Remark => None,
    };
    said.or_else(|| about(fact, backend))
}

fn about(fact: &Fact, backend: Backend) -> Option<&'static Topic> {
    let name = match fact {
        Fact::Process(fact) => return process(fact),
        Fact::Output(OutputFact::Planned(_)) => "terraform plan",
        Fact::Output(OutputFact::Prompted) => "prompt",
        Fact::Output(OutputFact::ErrorPrinted(_) | OutputFact::Printed(_)) => return None,
        Fact::Lock(fact) => lock(fact),
        Fact::State(fact) => state(fact),
        Fact::Operation(_) | Fact::Cloud(_) => "accepts",
        Fact::Request(_) => "put_state",
        Fact::Lease(_) => "lease",
        Fact::Blob(_) => match backend {
            Backend::Azurerm { .. } => "blob version",
            Backend::S3 { .. }
            | Backend::Gcs
            | Backend::Pg { .. }
            | Backend::Http(_)
            | Backend::Local { .. } => "serial",
        },
        Fact::Machine(fact) => machine(fact),
        Fact::Script(ScriptFact::Wrecked(_)) => "wreck",
        Fact::Script(ScriptFact::LimitReached) => "limit_reached",
        Fact::Script(ScriptFact::Note(_) | ScriptFact::Asked(_)) => "scenario",
    };
    Some(known(name))
}

fn known(name: &str) -> &'static Topic {
    explain::topic(name).expect("a topic of the catalogue")
}

fn process(fact: &ProcessFact) -> Option<&'static Topic> {
    match fact {
        // The longest word of the command that is explained.
        ProcessFact::Started { line, .. } => topics()
            .filter(|topic| topic.group == Group::Word && line.contains(topic.name))
            .max_by_key(|topic| topic.name.len()),
        ProcessFact::Ended { end, .. } => explain::topic(&format!("exit status {}", end.exit)),
        ProcessFact::Signalled(_) => Some(known("Ctrl+C")),
        ProcessFact::WrapperActed(_) => Some(known("wrapper")),
        ProcessFact::Answered(_) => Some(known("prompt")),
    }
}

const fn lock(fact: &LockFact) -> &'static str {
    match fact {
        LockFact::Acquired { .. } | LockFact::Released { .. } => "takes the lock",
        LockFact::Awaited { .. } => "-lock-timeout",
        LockFact::Forced { .. } => "force-unlock",
        LockFact::Renewed | LockFact::RenewalFailed { .. } => "renewing",
    }
}

const fn state(fact: &StateFact) -> &'static str {
    match fact {
        StateFact::Read { .. } => "serial",
        StateFact::Saved { .. } | StateFact::SaveFailed { .. } => "saving during an apply",
        StateFact::ErroredNotWritten { .. } => "errored.tfstate",
    }
}

fn machine(fact: &MachineFact) -> &'static str {
    match fact {
        MachineFact::Suspended(_) => "suspend",
        MachineFact::LinkChanged { .. } => "cut",
        MachineFact::DiskChanged(_) => "disk full",
        MachineFact::CredentialsChanged { .. } => "credentials",
        MachineFact::ConfigurationEdited => "operator",
        MachineFact::FileWritten { file, .. } | MachineFact::FileRemoved(file) => {
            if &**file == ERRORED {
                "errored.tfstate"
            } else {
                "operator"
            }
        }
        MachineFact::StateFileHandled(_) => "terraform.tfstate.backup",
    }
}
