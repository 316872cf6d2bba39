//! What `az storage blob …` means.

use leaselab::command::az::{AzAction, Deletion, Format, MetadataArgument, Moment, UploadSource};
use leaselab::command::{AzCommand, Program};
use leaselab::kernel::SimDuration;
use leaselab::service::azure::Include;
use leaselab::terraform::invocation::LockIdArgument;

use super::command;

fn az(line: &str) -> AzCommand {
    match command(line).program {
        Program::Az(command) => command,
        other @ (Program::Terraform(_)
        | Program::Aws(_)
        | Program::Psql(_)
        | Program::Gcloud(_)
        | Program::Curl(_)
        | Program::Script(_)) => {
            panic!("{line}: {other:?}")
        }
    }
}

fn show(moment: Moment) -> AzAction {
    AzAction::Show {
        moment,
        lease_id: None,
    }
}

fn download(moment: Moment) -> AzAction {
    AzAction::Download {
        file: Some("e.tfstate".into()),
        moment,
        overwrites: true,
        lease_id: None,
    }
}

fn upload(overwrites: bool, lease_id: Option<LockIdArgument>) -> AzAction {
    AzAction::Upload {
        source: UploadSource::File("e.tfstate".into()),
        overwrites,
        lease_id,
        metadata: MetadataArgument::None,
    }
}

fn delete(deletion: Deletion) -> AzAction {
    AzAction::Delete {
        deletion,
        lease_id: None,
    }
}

#[test]
fn az_says_what_it_does_with_a_blob() {
    let lock = || Some(LockIdArgument::Placeholder);
    let version = || Moment::Version("2026-01-01T00:00:01.0000000Z".into());
    let snapshot = || Moment::Snapshot("2026-01-01T00:00:01.0000000Z".into());
    for (rest, expected) in [
        (
            "show --query \"properties.lease\" -o json",
            show(Moment::Current),
        ),
        (
            "show --snapshot 2026-01-01T00:00:01.0000000Z",
            show(snapshot()),
        ),
        (
            "exists",
            AzAction::Exists {
                moment: Moment::Current,
            },
        ),
        ("upload -f e.tfstate", upload(false, None)),
        ("upload -f e.tfstate --overwrite", upload(true, None)),
        ("upload -f e.tfstate --overwrite false", upload(false, None)),
        (
            "upload --over true --file=e.tfstate --lease-id <LOCK_ID>",
            upload(true, lock()),
        ),
        (
            "download --file e.tfstate --no-progress",
            download(Moment::Current),
        ),
        (
            "download -fe.tfstate --version 2026-01-01T00:00:01.0000000Z",
            download(version()),
        ),
        ("delete", delete(Deletion::Blob)),
        (
            "delete --delete-snapshots include",
            delete(Deletion::WithSnapshots),
        ),
        ("delete --delete only", delete(Deletion::SnapshotsOnly)),
        ("undelete", AzAction::Undelete),
        ("snapshot", AzAction::Snapshot { lease_id: None }),
        (
            "metadata show",
            AzAction::MetadataShow {
                moment: Moment::Current,
                lease_id: None,
            },
        ),
        (
            "metadata update --lease-id <LOCK_ID>",
            AzAction::MetadataUpdate {
                metadata: MetadataArgument::None,
                lease_id: lock(),
            },
        ),
    ] {
        let line = format!("az storage blob {rest} -c tfstate -n s.tfstate --auth-mode login");
        let command = az(&line);
        assert_eq!(command.action, expected, "{line}");
        assert_eq!(command.blob.name.as_deref(), Some("s.tfstate"), "{line}");
        assert!(!command.asks_for_key, "{line}");
    }
}

#[test]
fn az_lists_what_is_included() {
    let line = "az storage blob list --container tfstate --pre dev/ --include vd --num-results 2";
    let AzAction::List {
        prefix,
        include,
        with_metadata: false,
        count_max,
    } = az(line).action
    else {
        panic!("it lists")
    };
    let both = Include {
        versions: true,
        deleted: true,
        ..Include::default()
    };
    assert_eq!((&*prefix, include, count_max), ("dev/", both, Some(2)));
}

#[test]
fn az_copies_a_blob_a_snapshot_or_a_version() {
    let to = "--destination-container tfstate --destination-blob s.tfstate";
    let version = "2026-01-01T00:00:01.0000000Z";
    for (from, account, moment) in [
        (
            "--source-container old --source-blob s",
            None,
            Moment::Current,
        ),
        (
            "--source-container old --source-blob s --source-account-name a --source-snapshot T",
            Some("a"),
            Moment::Snapshot("T".into()),
        ),
        (
            "--source-uri 'https://a.blob.core.windows.net/old/s?versionId=2026-01-01T00:00:01.0000000Z'",
            Some("a"),
            Moment::Version(version.into()),
        ),
        (
            "-u 'https://a.blob.core.windows.net/old/s?snapshot=2026-01-01T00%3A00%3A01.0000000Z'",
            Some("a"),
            Moment::Snapshot(version.into()),
        ),
    ] {
        let line = format!("az storage blob copy start {to} {from}");
        let command = az(&line);
        assert_eq!(command.blob.name.as_deref(), Some("s.tfstate"), "{line}");
        let AzAction::CopyStart { source, .. } = command.action else {
            panic!("{line}: it copies")
        };
        let named = (
            source.blob.account.as_deref(),
            source.blob.container.as_deref(),
        );
        assert_eq!(
            (named, source.moment),
            ((account, Some("old")), moment),
            "{line}"
        );
    }
}

#[test]
fn a_name_that_nobody_knows_is_the_scenarios_own() {
    let line = "az storage blob show --account-name $ACCOUNT -c '<CONTAINER>' -n s -o tsv";
    let command = az(line);
    assert_eq!(
        (&command.blob.account, &command.blob.container),
        (&None, &None)
    );
    assert_eq!(command.output.format, Format::Tsv);
    assert!(command.asks_for_key);
}

#[test]
fn az_takes_breaks_and_gives_back_leases() {
    let period = |ms| AzAction::LeaseBreak {
        period: Some(SimDuration::from_ms(ms)),
    };
    let guid = "11111111-2222-3333-4444-555555555555";
    for (rest, expected) in [
        ("lease break", AzAction::LeaseBreak { period: None }),
        ("lease break --lease-break-period 0", period(0)),
        ("lease break --lease-break-period=60", period(60_000)),
        (
            "lease acquire",
            AzAction::LeaseAcquire {
                duration: None,
                proposed: None,
            },
        ),
        (
            "lease acquire --lease-duration 15 --proposed-lease-id \
             11111111-2222-3333-4444-555555555555",
            AzAction::LeaseAcquire {
                duration: Some(SimDuration::from_seconds(15)),
                proposed: Some(guid.into()),
            },
        ),
        (
            "lease acquire --lease-duration -1",
            AzAction::LeaseAcquire {
                duration: None,
                proposed: None,
            },
        ),
        (
            "lease release --lease-id <LOCK_ID>",
            AzAction::LeaseRelease {
                lease_id: LockIdArgument::Placeholder,
            },
        ),
        (
            "lease renew --lease-id abc",
            AzAction::LeaseRenew {
                lease_id: LockIdArgument::Literal("abc".into()),
            },
        ),
        (
            "lease change --lease-id abc --proposed-lease-id \
             11111111-2222-3333-4444-555555555555",
            AzAction::LeaseChange {
                lease_id: LockIdArgument::Literal("abc".into()),
                proposed: guid.into(),
            },
        ),
    ] {
        let line = format!("az storage blob {rest} -c tfstate -b s.tfstate");
        assert_eq!(az(&line).action, expected, "{line}");
    }
}
