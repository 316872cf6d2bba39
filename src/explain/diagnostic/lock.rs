//! Lines about taking the lock, giving it back, and taking it away.

use crate::explain::topic::Advice::{Do, Run};
use crate::explain::topic::{LINE, Source, Topic};
use crate::explain::{gcs, http, local, pg, s3};
use crate::terraform::backend::azurerm::{BREAK_LEASE, NOT_FORCE_UNLOCKED};
use crate::verdict::caution::NOT_WITHOUT_LOCK;

/// How the backend locks and unlocks.
const AZURE_CLIENT: &str = "internal/backend/remote-state/azure/client.go";

pub(super) const TOPICS: &[Topic] = &[
    Topic {
        name: "Error acquiring the state lock",
        also: &["locked", "state lock", "state locked"],
        lines: &["state blob is already locked"],
        means: "Terraform wanted the lock on the state and did not get it, so it did nothing. Below \
            the line stands lock info, where there is any: ID, Operation, Who, Created.",
        when: "With azurerm the info is that of whoever holds the lock. Where there is none, the \
            lock was taken by something that died before it could say who it was, or the request \
            failed before it could be read. Somebody else's command holds the lock right now; or its process died and left the \
            lock behind, which as Terraform takes it with azurerm never runs out; or the request \
            for the lock failed.",
        advice: &[
            Do(
                "find out whether Who is alive: the job's log, the process on that machine, the \
                colleague",
            ),
            Do("alive: wait, or let the command wait with -lock-timeout=10m"),
            Do("dead: take the lock away with the ID from the lock info"),
            Run("terraform force-unlock <LOCK_ID>"),
            Do("dead and no lock info: break the lease itself"),
            Run(BREAK_LEASE),
            Do("then look at what it left: plan, and import what exists and is not recorded"),
            Run("terraform plan"),
        ],
        cautions: &[
            NOT_WITHOUT_LOCK,
            "do not force-unlock a process that is alive: it goes on changing the cloud and can \
             no longer save",
        ],
        elsewhere: &[
            local::LOCK_REFUSED,
            s3::LOCK_REFUSED,
            gcs::LOCK_REFUSED,
            pg::LOCK_REFUSED,
            http::LOCK_REFUSED,
        ],
        sources: &[
            Source::Recording("azurerm/second_apply_while_locked"),
            Source::Recording("azurerm/lock_metadata_write_fails"),
        ],
        see: &[
            "lock info",
            "orphaned_lock",
            "force-unlock",
            "-lock-timeout",
            "LeaseAlreadyPresent",
        ],
        ..LINE
    },
    Topic {
        name: "Error releasing the state lock",
        also: &["unlock failed"],
        means: "The command has done its work and could not give the lock back. This says nothing \
            about the work: the state may well be saved.",
        when: "The network or the credentials failed at the unlock, or somebody had taken the lock \
            away while the command was at work. `apply`, `destroy` and `plan` then exit 1 without \
            \"Apply complete!\"; `state push`, `state rm` and `import` exit 0 all the same.",
        advice: &[
            Do(
                "see whether the state was saved: if \"Failed to save state\" stands above, begin \
                there",
            ),
            Run("terraform plan"),
            Do("if it meets the old lock, take it away with the ID that the plan prints"),
            Run("terraform force-unlock <LOCK_ID>"),
        ],
        cautions: &[
            "do not take exit status 1 for a failed apply: destroying or tainting what is in order \
             does the harm that the lock did not",
        ],
        elsewhere: &[
            local::UNLOCK_FAILED,
            s3::UNLOCK_FAILED,
            gcs::UNLOCK_FAILED,
            pg::UNLOCK_FAILED,
            http::UNLOCK_FAILED,
        ],
        sources: &[
            Source::Recording("azurerm/release_fails_after_metadata_cleared"),
            Source::Recording("azurerm/force_unlocked_during_apply"),
        ],
        see: &["orphaned_lock", "force-unlock", "Failed to save state"],
        ..LINE
    },
    Topic {
        name: "Failed to unlock state: lock id \"…\" does not match existing lock",
        also: &["lock id does not match"],
        means: "force-unlock was given another ID than the lock info has, so it touched nothing.",
        when: "The ID is from an older message, or somebody else has taken the lock since.",
        advice: &[
            Do(
                "let a command print the lock as it is now, and look again whether its holder is \
                dead",
            ),
            Run("terraform plan"),
            Run("terraform force-unlock <LOCK_ID>"),
        ],
        cautions: &[
            "do not put in whatever ID comes next: a lock that has just changed hands has a \
             holder that is alive",
        ],
        sources: &[
            Source::Terraform("cli/commands/force-unlock"),
            Source::Code(AZURE_CLIENT),
        ],
        see: &["force-unlock", "lock ID"],
        ..LINE
    },
    Topic {
        name: "Failed to unlock state: failed to retrieve lock info: …",
        also: &[
            "terraformlockid was empty",
            "blob metadata \"terraformlockid\" was empty",
        ],
        means: "force-unlock reads the lock info first, to compare the ID, and there was none, or \
            it could not be read. It can't help in this case, whatever the ID.",
        when: "The lock is free; or the lease is held without lock info, because a process died or \
            was cut off between taking the lease and writing the info, or while unlocking; or the \
            blob service could not be reached.",
        advice: &[
            Run("terraform plan"),
            Do(
                "it works: the lock was free. It meets \"Error acquiring the state lock\" without \
                lock info: make sure that nothing runs, then break the lease",
            ),
            Run(BREAK_LEASE),
        ],
        cautions: &[
            "do not try other IDs, and not -lock-timeout: without lock info there is nothing to \
             compare with, and no retry",
        ],
        sources: &[
            Source::Recording("azurerm/force_unlock_when_unlocked"),
            Source::Issue("hashicorp/terraform#24289"),
        ],
        see: &["lock info", "orphaned_lock", "az storage blob lease break"],
        ..LINE
    },
    Topic {
        name: "Failed to unlock state: failed to delete lock info from metadata: …",
        means: "The ID matches the lock info, and the service refused to clear the info: the lease \
            that it speaks of is gone, or is another one.",
        when: "The lease was broken by hand, which leaves the lock info behind; or the request \
            failed on the way.",
        advice: &[
            Do(
                "a lease that was broken: there is nothing to unlock, any command that locks clears \
                the info",
            ),
            Run("terraform plan"),
            Do(
                "a request that failed: force-unlock again once the network or the credentials are \
                back",
            ),
        ],
        cautions: &[NOT_FORCE_UNLOCKED],
        sources: &[Source::Azure("lease-blob"), Source::Code(AZURE_CLIENT)],
        see: &["leftover_lock_info", "LeaseLost", "force-unlock"],
        ..LINE
    },
    Topic {
        name: "Failed to unlock state: executing request: …",
        lines: &["Failed to unlock state"],
        means: "force-unlock did not come to its end. What it was to free may be free by now, or \
            still be held.",
        when: "With azurerm the lock info was cleared, and the last request, which gives the lease \
            back, failed: the network, or somebody else who has freed the lease. Where that came too \
            late to matter, the lock is free; else with azurerm the lease is held without lock info.",
        advice: &[
            Run("terraform plan"),
            Do("if it is still locked, now without lock info:"),
            Run(BREAK_LEASE),
        ],
        cautions: &["do not repeat force-unlock: without lock info it can't compare the ID"],
        elsewhere: &[
            local::FORCE_UNLOCK,
            s3::FORCE_UNLOCK,
            gcs::FORCE_UNLOCK,
            pg::FORCE_UNLOCK,
            http::FORCE_UNLOCK,
        ],
        sources: &[Source::Code(AZURE_CLIENT)],
        see: &["az storage blob lease break", "orphaned_lock"],
        ..LINE
    },
    Topic {
        name: "…failed to lock azure state: state blob is already locked",
        also: &["failed to lock azure state"],
        lines: &["failed to lock azure state"],
        means: "The state blob is absent or has 0 bytes, so every command first wants to write an \
            empty state into it; that takes the lock, and somebody holds it. So no command comes \
            any further, force-unlock with the right ID included.",
        when: "A process died between creating the blob and writing to it, or the blob was \
            truncated while it was locked.",
        advice: &[
            Do("make sure that nobody is at work, then break the lease"),
            Run(BREAK_LEASE),
            Do(
                "a state that once was there: put a version of the blob, or a copy, back before \
                anything else; an empty state takes any file",
            ),
            Run("terraform state push COPY.tfstate"),
            Run("terraform plan"),
        ],
        cautions: &[
            "do not apply while the state is empty: the plan creates everything, without a word of \
             warning",
        ],
        elsewhere: &[gcs::LOCK_REFUSED],
        sources: &[
            Source::Issue("hashicorp/terraform#28374"),
            Source::Issue("hashicorp/terraform#17046"),
        ],
        see: &["0-byte state", "orphaned_lock", "state_lost"],
        ..LINE
    },
    Topic {
        name: "Error unlocking Azure state. Lock ID: …",
        lines: &["Error unlocking Azure state"],
        means: "The command has made a new state blob, or tried to, and could not give back the \
            lock that it had taken for that.",
        when: "The network or the credentials failed in the middle of a first command on an absent \
            or empty blob.",
        advice: &[
            Do("take the lock away; the line names its ID"),
            Run("terraform force-unlock <LOCK_ID>"),
            Do("if there is no lock info any more, break the lease"),
            Run(BREAK_LEASE),
        ],
        cautions: &["do not delete the blob to get rid of the lock: look first what is in it"],
        sources: &[Source::Code(
            "internal/backend/remote-state/azure/backend_state.go",
        )],
        see: &["force-unlock", "0-byte state"],
        ..LINE
    },
];
