//! Copies of a state besides the state's blob: what its account keeps of it, and other blobs. What
//! they hold is not lost while it is nowhere else.

use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::runbook::{self, Graded, Harm, Outcome};
use leaselab::scenario::{self, Scenario};
use leaselab::simulation::{Recording, simulate};
use leaselab::terraform::transcript::Stream;
use leaselab::timeline::Timeline;

fn parse(before: &str, steps: &str) -> Arc<Scenario> {
    let source = format!(
        "leaselab: 1\ntitle: t\nbefore:\n  remote: {{ serial: 4, resources: [rg, db] }}\n{before}\
         resources:\n  rg: {{ type: lab_thing, create: 1s }}\n  db: {{ type: lab_thing, create: 1s, needs: [rg] }}\n\
         operators: {{ alice: {{}} }}\nsteps:\n{steps}"
    );
    match scenario::parse("copies.yaml", source.as_bytes()) {
        Ok(scenario) => Arc::new(scenario),
        Err(errors) => panic!("{}", errors.render("copies.yaml", source.as_bytes())),
    }
}

/// What these lines are worth where the wreck is a state in which nothing is wrong.
fn graded(before: &str, lines: &str) -> Graded {
    graded_after("", before, lines)
}

fn graded_after(steps: &str, before: &str, lines: &str) -> Graded {
    let scenario = parse(before, &format!("{steps}  - wreck: alice\n"));
    let text = format!("# R\n\n```bash\n{lines}\n```\n");
    let runbook = runbook::parse("r.md", text.as_bytes())
        .unwrap_or_else(|errors| panic!("{}", errors.render("r.md", text.as_bytes())));
    runbook::grade(&runbook, &scenario, Seed(0)).unwrap()
}

/// The state is taken away, and made anew from what exists.
fn rebuilt(taken: &str) -> String {
    format!(
        "{taken}\n\
         terraform import lab_thing.rg /things/rg\n\
         terraform import lab_thing.db /things/db"
    )
}

const DELETE: &str = "az storage blob delete -c tfstate -n terraform.tfstate";
const WITH_SNAPSHOTS: &str =
    "az storage blob delete -c tfstate -n terraform.tfstate --delete-snapshots include";
const SNAPSHOT: &str = "az storage blob snapshot -c tfstate -n terraform.tfstate";

#[test]
fn what_az_can_bring_back_is_held() {
    for (before, first, outcome) in [
        // Nothing is kept: for a while no copy has anything.
        ("", DELETE.to_owned(), Outcome::RecoveredBut),
        // A previous version has it, or the soft-deleted blob.
        (
            "  account: { versioning: true }\n",
            DELETE.to_owned(),
            Outcome::Recovered,
        ),
        (
            "  account: { soft_delete: 7d }\n",
            DELETE.to_owned(),
            Outcome::Recovered,
        ),
        // A blob snapshot goes with its blob, unless what is deleted is retained.
        (
            "",
            format!("{SNAPSHOT}\n{WITH_SNAPSHOTS}"),
            Outcome::RecoveredBut,
        ),
        (
            "  account: { soft_delete: 1d }\n",
            format!("{SNAPSHOT}\n{WITH_SNAPSHOTS}"),
            Outcome::Recovered,
        ),
        // A copy in another container.
        (
            "",
            format!(
                "az storage blob copy start --source-container tfstate --source-blob terraform.tfstate \
                 --destination-container backup --destination-blob x.tfstate\n{DELETE}"
            ),
            Outcome::Recovered,
        ),
    ] {
        let graded = graded(before, &rebuilt(&first));
        assert_eq!(
            graded.outcome, outcome,
            "{before}{first}: {:?}",
            graded.lapses
        );
    }
}

#[test]
fn what_is_retained_is_held_until_it_expires() {
    let late = format!("{DELETE}\nsleep 15h\nsleep 15h");
    for (days, outcome) in [(1, Outcome::RecoveredBut), (2, Outcome::Recovered)] {
        let before = format!("  account: {{ soft_delete: {days}d }}\n");
        assert_eq!(graded(&before, &rebuilt(&late)).outcome, outcome, "{days}");
    }
}

#[test]
fn what_only_a_snapshot_holds_is_lost_with_it() {
    let steps = format!("  - {{ run: {SNAPSHOT}, as: alice }}\n  - {{ blob: truncate }}\n");
    let destroyed = graded_after(&steps, "", WITH_SNAPSHOTS);
    assert_eq!(destroyed.outcome, Outcome::MadeWorse);
    let forgotten = |harm: &&Harm| matches!(harm, Harm::Forgotten { line: Some(4), .. });
    assert_eq!(destroyed.harms.iter().filter(forgotten).count(), 2);
    // Made anew by hand, it had been nowhere for a while.
    let lines = format!("{WITH_SNAPSHOTS}\nterraform init");
    let rebuilt = graded_after(&steps, "", &rebuilt(&lines));
    assert_eq!(
        rebuilt.outcome,
        Outcome::RecoveredBut,
        "{:?}",
        rebuilt.harms
    );
    // Where nobody touches the snapshot, it is not missing.
    let lines = "az storage blob exists -c tfstate -n terraform.tfstate";
    assert_eq!(graded_after(&steps, "", lines).outcome, Outcome::Incomplete);
}

/// Replays what alice types where there are other blobs.
fn typed(lines: &[&str]) -> Timeline {
    let before = "  blobs:
    - { account: oldaccount, serial: 2, resources: [rg] }
    - { container: backup, name: day.tfstate, serial: 3, resources: [rg, db], tainted: [db] }
    - { name: scratch, empty: true }
";
    let step = |line: &&str| format!("  - as: alice\n    run: |\n      {line}\n");
    let steps: String = lines.iter().map(step).collect();
    simulate(&parse(before, &steps), Seed(0), Recording::On)
}

fn printed(timeline: &Timeline) -> Vec<String> {
    let runs = timeline.last().runs.iter();
    let of_run = |run: &leaselab::timeline::RunObservation| {
        let out = run
            .written
            .iter()
            .filter(|(stream, _)| *stream == Stream::Stdout);
        out.map(|(_, text)| &**text).collect()
    };
    runs.map(of_run)
        .filter(|text: &String| !text.is_empty())
        .collect()
}

#[test]
fn other_blobs_are_there_from_the_start() {
    let timeline = typed(&[
        "az storage blob list -c tfstate --query [].name -o tsv",
        "az storage blob list -c tfstate --account-name oldaccount --query [].name -o tsv",
        "az storage blob exists -c backup -n day.tfstate --query exists -o tsv",
        "az storage blob show -c tfstate -n scratch --query properties.contentLength -o tsv",
    ]);
    assert_eq!(
        printed(&timeline),
        [
            "scratch\nterraform.tfstate\n",
            "terraform.tfstate\n",
            "true\n",
            "0\n"
        ]
    );
    let last = timeline.last();
    let serials: Vec<u64> = last.elsewhere.iter().map(|file| file.serial).collect();
    assert_eq!(serials, [3, 2]);
    let state = last.remote_state().unwrap();
    assert!(
        last.elsewhere
            .iter()
            .all(|file| file.lineage == state.lineage)
    );
}

#[test]
fn another_blob_can_take_the_states_place() {
    let copied = typed(&[
        "az storage blob copy start --destination-container tfstate \
         --destination-blob terraform.tfstate --source-container backup --source-blob day.tfstate",
    ]);
    assert_eq!(
        copied.last().remote_state().map(|file| file.serial),
        Some(3)
    );
    // Another account's is read with that account's key only.
    let loaded = typed(&[
        "az storage blob download --account-name oldaccount -c tfstate -n terraform.tfstate -f old.tfstate",
        "az storage blob upload -c tfstate -n terraform.tfstate -f old.tfstate --overwrite",
    ]);
    assert_eq!(
        loaded.last().remote_state().map(|file| file.serial),
        Some(2)
    );
}

#[test]
fn a_copy_in_another_blob_is_held() {
    let before =
        "  blobs: [{ container: backup, name: day.tfstate, serial: 3, resources: [rg, db] }]\n";
    assert_eq!(graded(before, &rebuilt(DELETE)).outcome, Outcome::Recovered);
}
