//! What a newcomer writes is read, and recovers what it is for.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::runbook::{self, Graded, Outcome};
use leaselab::scenario::FindingName;
use leaselab::terraform::Backend;
use leaselab::timeline::{LocalFile, Occasion};

use super::{KILLED, bash, graded, typed};
use crate::scenarios::all;

/// Whether a wreck has nothing but a dead holder's lock, with lock info, and an `errored.tfstate`
/// of whoever mends that knows all that the remote state lacks.
fn is_plain(graded: &Graded) -> bool {
    let (index, _) = graded.report.scenario.wreck().unwrap();
    let mut pictures = graded.report.pictures.iter();
    let picture = pictures.find(|picture| picture.occasion == Occasion::Step(index));
    let picture = picture.unwrap();
    let mut observed = graded.report.timeline.observations.iter();
    let observed = observed.find(|observed| observed.occasion == Occasion::Step(index));
    let observation = &observed.unwrap().observation;
    let file = observation.errored.get(&graded.operator);
    let file = file.and_then(LocalFile::state);
    let is_known = |object| {
        let mut all = file.iter().flat_map(|file| file.snapshot.objects());
        all.any(|(_, record)| record.id == object)
    };
    let unrecorded_are_known = observation.cloud.iter().all(|(object, _)| {
        let recorded = observation.remote_state();
        let mut remote = recorded.iter().flat_map(|file| file.snapshot.objects());
        remote.any(|(_, record)| record.id == object) || is_known(object)
    });
    let has_info = observation.lock_info.is_some() || !observation.lock.is_locked();
    let mut blocking = picture.keys().iter().filter(|key| key.blocks());
    let is_named = blocking.all(|key| {
        matches!(
            key.name,
            FindingName::OrphanedLock
                | FindingName::RemoteBehindErrored
                | FindingName::OrphanedObject
        )
    });
    is_named && has_info && unrecorded_are_known && !picture.in_sync()
}

#[test]
fn a_runbook_as_people_write_them_recovers_every_plain_wreck() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for path in ["runbooks/plain.md", "tests/runbooks/trials/team1.md"] {
        let source = fs::read(root.join(path)).unwrap();
        let runbook = runbook::parse(path, &source).unwrap();
        let mut plain = 0;
        for scenario in all() {
            if scenario.wreck().is_none() || !matches!(scenario.backend, Backend::Azurerm { .. }) {
                continue;
            }
            let graded = runbook::grade(&runbook, &Arc::clone(&scenario), Seed(0)).unwrap();
            if !is_plain(&graded) {
                continue;
            }
            plain += 1;
            let told = (&graded.blocked, &graded.harms, &graded.left);
            let name = &scenario.name;
            assert_eq!(
                graded.outcome,
                Outcome::Recovered,
                "{path}, {name}: {told:?}"
            );
        }
        assert!(plain >= 10, "{path}: {plain} plain wrecks");
    }
}

#[test]
fn a_look_that_fails_has_shown_something_and_blocks_nothing() {
    let markdown = bash("terraform plan\nls nothing\ncat nothing | grep x\n[ -f nothing ]");
    let graded = graded(&markdown, KILLED);
    assert_eq!(graded.blocked, None);
    assert!(typed(&graded).len() == 4, "{graded:?}");
}
