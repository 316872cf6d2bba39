//! The finding about the digest that a table holds of a state in a bucket.

use super::advice::MendStage;
use super::caution::NOT_BY_PUSH;
use super::finding::{Finding, FindingKey, Subject};
use super::survey::Survey;
use crate::scenario::FindingName;
use crate::terraform::backend::s3;
use crate::timeline::{DigestObservation, Observation};

/// What is found about the digest. What somebody alive may be about to write is not found yet.
pub(super) fn key(observation: &Observation) -> Option<FindingKey> {
    mismatch(observation)?;
    let key = FindingKey::blocking(FindingName::DigestMismatch, Subject::State);
    observation.living_holder().is_none().then_some(key)
}

/// The digest that is stored and that of the state, where they differ.
fn mismatch(observation: &Observation) -> Option<(&str, Option<&str>)> {
    match observation.aws.as_ref()?.digest.as_ref()? {
        DigestObservation::Fits | DigestObservation::IsNone => None,
        DigestObservation::Differs { stored, of_state } => Some((stored, of_state.as_deref())),
    }
}

/// The finding about the digest in words.
pub(super) fn finding(survey: &Survey<'_>) -> Option<Finding> {
    let key = key(survey.observation)?;
    let (stored, of_state) = mismatch(survey.observation)?;
    // What is no state makes room, and takes its digest along.
    let is_kept = !survey.observation.is_unreadable();
    let (there, line) = match of_state {
        Some(of_state) => (
            format!("the state's is {of_state}"),
            if is_kept {
                s3::set_digest(of_state)
            } else {
                s3::DELETE_DIGEST.to_owned()
            },
        ),
        None => ("there is no state".to_owned(), s3::DELETE_DIGEST.to_owned()),
    };
    let evidence =
        format!("the digest in the table is {stored}, and {there}: every command that reads fails");
    let finding = key.with(evidence).with_caution(NOT_BY_PUSH);
    Some(finding.mended_by(MendStage::Restore, survey.mender(), line))
}
