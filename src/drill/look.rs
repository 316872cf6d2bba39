//! Looks: what somebody at the prompt can know.
//!
//! Never the truth behind it: the files that are here, what stands on one's own terminal, one's own
//! configuration, and what the cloud's portal lists.

use std::sync::Arc;

use super::Drill;
use super::said::Why;
use crate::explain::{self, Topic};
use crate::kernel::{Seed, SimTime};
use crate::terraform::client_model::LeaseModel;
use crate::terraform::{Diagnostic, DiagnosticKind, OperatorId};
use crate::timeline::{Actor, Fact, ObjectStatus, ProcessFact, Shown, Sight};

/// So many topics are enough for one line.
const TOPICS_MAX: usize = 2;

/// What the first screen says.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The scenario's name.
    pub scenario: String,
    /// The seed.
    pub seed: Seed,
    /// The client model.
    pub client: &'static str,
    /// Who types; of several the first.
    pub seats: Vec<String>,
    /// What there is to know.
    pub look: Look,
}

/// What somebody can know.
#[derive(Debug, Clone)]
pub struct Look {
    /// Who looks.
    pub operator: String,
    /// The instant.
    pub time: SimTime,
    /// Where the shell stands.
    pub directory: String,
    /// The files in the working directory.
    pub files: Vec<Arc<str>>,
    /// The addresses in the configuration, sorted.
    pub configuration: Vec<String>,
    /// What the portal lists.
    pub portal: Vec<Listed>,
    /// Who else there is.
    pub colleagues: Vec<String>,
    /// What stands on the terminal.
    pub terminal: Vec<Shown>,
}

/// An object as the portal lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its ID.
    pub id: String,
    /// The address that a configuration has for such a thing.
    pub address: String,
    /// Whether it is being made.
    pub is_being_made: bool,
}

impl Drill {
    /// The first screen.
    pub fn opening(&self) -> Opening {
        let names = self.names();
        Opening {
            scenario: self.scenario.name.clone(),
            seed: self.seed,
            client: self.scenario.client.base.name(),
            seats: { self.seats.iter() }
                .map(|seat| names.operator(*seat).to_owned())
                .collect(),
            look: self.look(),
        }
    }

    pub(super) fn look(&self) -> Look {
        let simulation = self.simulation();
        let names = simulation.names();
        let operator = self.desk.operator;
        let observed = simulation.observe();
        let configured = observed.configurations.get(usize::from(operator.0));
        let mut configuration: Vec<String> = { configured.into_iter() }
            .flat_map(|configuration| configuration.iter().map(|(id, _)| names.address(id)))
            .collect();
        configuration.sort();
        let portal = observed.cloud.iter().map(|(id, object)| Listed {
            id: names.object(id),
            address: names.address(object.resource),
            is_being_made: object.status != ObjectStatus::Exists,
        });
        Look {
            operator: names.operator(operator).to_owned(),
            time: simulation.now(),
            directory: simulation.directory(operator).0,
            files: simulation.files(operator),
            configuration,
            portal: portal.collect(),
            colleagues: { self.colleagues() }
                .map(|other| names.operator(other).to_owned())
                .collect(),
            terminal: self.terminal(operator),
        }
    }

    fn terminal(&self, operator: OperatorId) -> Vec<Shown> {
        let screens = self.simulation().screens().iter();
        let own = screens.filter(|shown| shown.operator == operator);
        own.cloned().collect()
    }

    /// What explains the last error on the terminal, or else the last line there.
    pub(super) fn why(&self) -> Why {
        let operator = self.desk.operator;
        if let Some((errors, earlier)) = self.last_errors() {
            return self.why_of(&errors, earlier);
        }
        let terminal = self.terminal(operator);
        let printed = terminal.iter().rev().find_map(|shown| match &shown.what {
            Sight::Written(text) => {
                let plain = without_colors(text);
                let mut lines = plain.lines().rev().map(str::trim);
                lines.find(|line| !line.is_empty()).map(str::to_owned)
            }
            Sight::Typed(_) | Sight::Answered(_) | Sight::Interrupted | Sight::NotModeled(_) => {
                None
            }
        });
        let Some(line) = printed else {
            return Why::NothingPrinted;
        };
        let mut topics = explain::in_line(&line);
        topics.truncate(TOPICS_MAX);
        if topics.is_empty() {
            Why::Unknown {
                line,
                earlier: None,
            }
        } else {
            Why::Explained {
                line,
                topics,
                backend: self.scenario.backend,
                earlier: None,
                lease: None,
            }
        }
    }

    /// The errors of the last command at this terminal that had any, the worst first, and its line
    /// where another command has been typed since.
    fn last_errors(&self) -> Option<(Vec<Diagnostic>, Option<Arc<str>>)> {
        let own = Actor::Operator(self.desk.operator);
        let observed = self.simulation().observe();
        let entries = self.simulation().entries().iter().rev();
        let mut started = entries.filter_map(|entry| {
            let Fact::Process(ProcessFact::Started { run, line, shell }) = &entry.fact else {
                return None;
            };
            (entry.actor == own).then(|| (*run, line, shell.unwrap_or(*run)))
        });
        let last = started.clone().next()?.2;
        started.find_map(|(run, line, top)| {
            let seen = observed.runs.iter().find(|seen| seen.run == run)?;
            let mut errors = seen.errors.to_vec();
            // What is lost with the state is lost; a lock that is left can be taken away.
            errors.sort_by_key(|error| !is_unsaved(&error.kind));
            let earlier = (top != last).then(|| Arc::clone(line));
            (!errors.is_empty()).then_some((errors, earlier))
        })
    }

    /// What explains errors that one command printed: the first ones, and the codes in them.
    fn why_of(&self, errors: &[Diagnostic], earlier: Option<Arc<str>>) -> Why {
        let mut topics: Vec<&'static Topic> = Vec::new();
        for error in errors {
            let cause = error.cause.as_ref().map(ToString::to_string);
            let text = format!("{}\n{}", error.summary, cause.unwrap_or_default());
            let found = explain::printed::of(error).into_iter();
            let found = found.chain(explain::in_line(&text));
            for topic in found.filter(|topic| topic.is_of(self.scenario.backend)) {
                if !topics.iter().any(|known| known.name == topic.name) {
                    topics.push(topic);
                }
            }
        }
        topics.truncate(TOPICS_MAX);
        let line = errors
            .first()
            .map_or("", |error| &*error.summary)
            .to_owned();
        if topics.is_empty() {
            return Why::Unknown { line, earlier };
        }
        let is_of_lock = errors.iter().any(|error| {
            matches!(
                error.kind,
                DiagnosticKind::LockRefused | DiagnosticKind::UnlockFailed
            )
        });
        let lease = match self.scenario.client.lease {
            LeaseModel::Finite { duration, .. } if is_of_lock => Some(duration),
            LeaseModel::Finite { .. } | LeaseModel::Infinite => None,
        };
        Why::Explained {
            line,
            topics,
            backend: self.scenario.backend,
            earlier,
            lease,
        }
    }

    /// The lock and lease IDs that stand on the terminal, the last one last.
    pub fn printed_ids(&self) -> Vec<String> {
        const LENGTH: usize = 36;
        let mut ids: Vec<String> = Vec::new();
        for shown in self.terminal(self.desk.operator) {
            let Sight::Written(text) = &shown.what else {
                continue;
            };
            let words = text.split(|c: char| !c.is_ascii_hexdigit() && c != '-');
            for id in words.filter(|word| is_id(word, LENGTH)) {
                ids.retain(|known| known != id);
                ids.push(id.to_owned());
            }
        }
        ids
    }
}

/// Whether an error says that a state is not where it belongs.
const fn is_unsaved(kind: &DiagnosticKind) -> bool {
    matches!(
        kind,
        DiagnosticKind::SaveFailed
            | DiagnosticKind::StateNotPersisted
            | DiagnosticKind::StateFileNotCreated
            | DiagnosticKind::FlushFailed
            | DiagnosticKind::IntermediateSaveFailed
            | DiagnosticKind::WriteFailed(_)
    )
}

/// Whether a word is a UUID.
fn is_id(word: &str, length: usize) -> bool {
    let dashes = word.char_indices().filter(|(_, c)| *c == '-');
    word.len() == length && dashes.map(|(at, _)| at).eq([8, 13, 18, 23])
}

/// A text without the codes that color it.
pub(super) fn without_colors(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("\u{1b}[") {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        let end = from.find('m').map_or(from.len(), |end| end + 1);
        rest = from.get(end..).unwrap_or("");
    }
    plain.push_str(rest);
    plain
}
