//! Findings about lost updates: whose records vanished from the state while nobody was told.
//!
//! What mends it is said of each object: an import, where no copy records it any more.

use std::collections::BTreeMap;

use super::finding::{Finding, FindingKey, Subject};
use super::survey::Survey;
use crate::scenario::FindingName;
use crate::terraform::ResourceId;
use crate::timeline::{Loss, LostUpdate, Observation};

/// The updates that are lost at an instant, by whose records they were, with the resources: of
/// objects that exist, and that no living process still means to save.
type Lost = BTreeMap<Subject, BTreeMap<LostUpdate, Vec<ResourceId>>>;

fn lost(observation: &Observation) -> Lost {
    let mut lost = Lost::new();
    if observation.lost_updates.is_empty() {
        return lost;
    }
    let unsaved = observation.unsaved();
    for (object, update) in observation.lost_updates.iter() {
        if let Some(exists) = observation.cloud.get(*object)
            && !unsaved.contains(&exists.resource)
        {
            let subject = update.writer.map_or(Subject::State, Subject::Operator);
            let of_writer = lost.entry(subject).or_default();
            of_writer.entry(*update).or_default().push(exists.resource);
        }
    }
    lost
}

const fn key(subject: Subject) -> FindingKey {
    FindingKey::blocking(FindingName::LostUpdate, subject)
}

/// What is found about lost updates: one for each writer.
pub(super) fn keys(observation: &Observation) -> impl Iterator<Item = FindingKey> {
    lost(observation).into_keys().map(key)
}

/// The findings in words.
pub(super) fn find(survey: &Survey<'_>, findings: &mut Vec<Finding>) {
    for (subject, updates) in lost(survey.observation) {
        let told: Vec<String> = { updates.iter() }
            .map(|(update, resources)| in_words(survey, *update, resources))
            .collect();
        findings.push(key(subject).with(told.join("; ")).with_hint(
            "bring the records back, as the findings about the objects say; then find out how two \
             could write: -lock=false, a lock taken by force, locks that do not see each other",
        ));
    }
}

fn in_words(survey: &Survey<'_>, update: LostUpdate, resources: &[ResourceId]) -> String {
    let labels = survey.labels(resources.iter().copied());
    let runs = &survey.observation.runs;
    let by = { runs.iter().find(|run| run.run == update.by) }
        .map_or_else(|| "a command".to_owned(), |run| survey.command(run));
    let serial = update.serial;
    match (update.loss, update.writer) {
        (Loss::Overwritten, Some(writer)) => format!(
            "{}'s save (serial {serial}) recorded {labels}; {by} saved over it what knows nothing of \
             that, and nobody was told",
            survey.names.operator(writer)
        ),
        (Loss::Overwritten, None) => format!(
            "the state (serial {serial}) recorded {labels}; {by} saved over it what knows nothing of \
             that, and nobody was told"
        ),
        (Loss::PutBack, _) => format!(
            "{by} was to record {labels}; before its save it found a state where it had read none \
             (serial {serial}), put that back, and told nobody"
        ),
    }
}
