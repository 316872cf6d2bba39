//! What `az storage blob …` means.

use leaselab::command::{AzCommand, Program};
use leaselab::kernel::SimDuration;
use leaselab::terraform::invocation::LockIdArgument;

use super::command;

fn az(line: &str) -> AzCommand {
    match command(line).program {
        Program::Az(command) => command,
        other @ (Program::Terraform(_) | Program::Script(_)) => {
            panic!("{line}: {other:?}")
        }
    }
}

/// What says which blob is meant: the model has one.
const NAMES: &str = "--account-name $ACCOUNT -c tfstate -b '<STATE FILE>' --auth-mode login";

#[test]
fn az_takes_the_names_of_account_container_and_blob_without_effect() {
    let upload = |lease_id| AzCommand::Upload {
        file: "e.tfstate".into(),
        lease_id,
    };
    for (rest, expected) in [
        ("show --query \"properties.lease\" -o json", AzCommand::Show),
        ("list --prefix terraform --output table", AzCommand::List),
        ("upload -f e.tfstate --overwrite", upload(None)),
        (
            "upload --overwrite true --file=e.tfstate --lease-id <LOCK_ID>",
            upload(Some(LockIdArgument::Placeholder)),
        ),
        (
            "download --file e.tfstate --no-progress",
            AzCommand::Download {
                file: "e.tfstate".into(),
            },
        ),
        (
            "delete",
            AzCommand::Delete {
                lease_id: None,
                with_snapshots: false,
            },
        ),
        (
            "delete --delete-snapshots include",
            AzCommand::Delete {
                lease_id: None,
                with_snapshots: true,
            },
        ),
        ("snapshot", AzCommand::Snapshot),
    ] {
        let line = format!("az storage blob {rest} {NAMES}");
        assert_eq!(az(&line), expected, "{line}");
    }
}

#[test]
fn az_takes_breaks_and_gives_back_leases() {
    let period = |ms| AzCommand::LeaseBreak {
        period: Some(SimDuration::from_ms(ms)),
    };
    let guid = "11111111-2222-3333-4444-555555555555";
    for (rest, expected) in [
        ("lease break", AzCommand::LeaseBreak { period: None }),
        ("lease break --lease-break-period 0", period(0)),
        ("lease break --lease-break-period=60", period(60_000)),
        (
            "lease acquire",
            AzCommand::LeaseAcquire {
                duration: None,
                proposed: None,
            },
        ),
        (
            "lease acquire --lease-duration 15 --proposed-lease-id \
             11111111-2222-3333-4444-555555555555",
            AzCommand::LeaseAcquire {
                duration: Some(SimDuration::from_seconds(15)),
                proposed: Some(guid.into()),
            },
        ),
        (
            "lease acquire --lease-duration -1",
            AzCommand::LeaseAcquire {
                duration: None,
                proposed: None,
            },
        ),
        (
            "lease release --lease-id <LOCK_ID>",
            AzCommand::LeaseRelease {
                lease_id: LockIdArgument::Placeholder,
            },
        ),
        (
            "lease renew --lease-id abc",
            AzCommand::LeaseRenew {
                lease_id: LockIdArgument::Literal("abc".into()),
            },
        ),
        (
            "lease change --lease-id abc --proposed-lease-id \
             11111111-2222-3333-4444-555555555555",
            AzCommand::LeaseChange {
                lease_id: LockIdArgument::Literal("abc".into()),
                proposed: guid.into(),
            },
        ),
    ] {
        let line = format!("az storage blob {rest} {NAMES}");
        assert_eq!(az(&line), expected, "{line}");
    }
}
