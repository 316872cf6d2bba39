//! Findings about records under addresses that are not their objects' own.

use super::address::Obstacle;
use super::advice::MendStage;
use super::caution::{FORGOTTEN_NOT_DESTROYED, MOVED_FIRST, NOT_SEEN_BY_PLANS};
use super::finding::{Finding, FindingKey};
use super::mended::Successor;
use super::survey::Survey;
use crate::terraform::{ObjectId, ResourceId};

/// The address under which an object belongs.
fn home(survey: &Survey<'_>, object: ObjectId) -> ResourceId {
    let exists = survey.observation.cloud.get(object);
    exists.expect("what is misplaced exists").resource
}

/// An object that is recorded under several addresses, about one at which it is not to stay.
pub(super) fn twice(
    survey: &Survey<'_>,
    key: FindingKey,
    (resource, object): (ResourceId, ObjectId),
    successor: Option<Successor<'_>>,
) -> Finding {
    let others = survey
        .addresses(object)
        .iter()
        .filter(|other| **other != resource);
    let others: Vec<String> = others.map(|other| survey.names.address(*other)).collect();
    let finding = key.with(format!(
        "{} records {} under {}, and under {}, too",
        survey.remote_in_words(),
        survey.names.object(object),
        survey.names.address(resource),
        others.join(", "),
    ));
    mended(survey, finding, object, successor).with_caution(FORGOTTEN_NOT_DESTROYED)
}

/// An object that is recorded under an address that is not its own.
pub(super) fn elsewhere(
    survey: &Survey<'_>,
    key: FindingKey,
    (resource, object): (ResourceId, ObjectId),
    successor: Option<Successor<'_>>,
) -> Finding {
    let finding = key.with(format!(
        "{} records {} under {}, and it belongs under {}",
        survey.remote_in_words(),
        survey.names.object(object),
        survey.names.address(resource),
        survey.names.address(home(survey, object)),
    ));
    mended(survey, finding, object, successor).with_caution(match object.generation {
        0 => MOVED_FIRST,
        _ => NOT_SEEN_BY_PLANS,
    })
}

fn mended(
    survey: &Survey<'_>,
    finding: Finding,
    object: ObjectId,
    successor: Option<Successor<'_>>,
) -> Finding {
    let own = survey.names.address(home(survey, object));
    if let Some(successor) = successor {
        let mut records = successor.file().snapshot.objects();
        let is_right =
            records.all(|(address, record)| record.id != object || address == home(survey, object));
        return finding.with_hint(if is_right {
            format!("comes right with {}", successor.in_words(survey))
        } else {
            successor.then_look_again(survey)
        });
    }
    let readdressing = survey.readdressing();
    let mut finding = finding;
    // A record may have to wait for others that are in its way.
    let last = readdressing
        .steps
        .iter()
        .rposition(|step| step.object == object);
    let steps = readdressing
        .steps
        .iter()
        .take(last.map_or(0, |last| last + 1));
    for (place, step) in steps.enumerate() {
        finding = finding.mended_by(
            MendStage::Readdress(place),
            survey.mender(),
            step.line.clone(),
        );
    }
    match readdressing.obstacles.get(&object) {
        None => finding,
        Some(Obstacle::Taken(other)) => finding.with_hint(format!(
            "{own} records {}, which belongs there, too: decide which of the two is to stay, give \
             the other one an address of its own in the configuration, and move it there with \
             terraform state mv",
            survey.names.object(*other)
        )),
        Some(Obstacle::Swapped(other)) => finding.with_hint(format!(
            "{own} records {}, which waits for this one: move one of them to an address that no \
             configuration has (terraform state mv {own} {own}_aside), the other one to its own, \
             and then the first one; or forget one (terraform state rm), move the other one, and \
             import the first: until then no copy records it",
            survey.names.object(*other)
        )),
    }
}
