//! The catalogue of findings.
//!
//! What a finding is about in one line says [`FindingName::meaning`]; the commands for a world at
//! hand says the finding itself, with IDs and addresses. Here is what they have in common.

use super::topic::Advice::{Do, Run};
use super::topic::{FINDING, Sign, Source, Topic};
use super::{gcs, http, local, pg, s3};
use crate::scenario::FindingName;
use crate::terraform::backend::azurerm::{
    BREAK_LEASE, DELETE_BLOB, NOT_FORCE_UNLOCKED, NOT_PUSHED_OVER_GARBAGE,
};
use crate::terraform::backend::s3::DELETE_DIGEST;
use crate::verdict::advice::{PUSH, REFRESH_ONLY};
use crate::verdict::caution::{
    FORGOTTEN_NOT_DESTROYED, IMPORTED_BEFORE_DUPLICATED, IMPORTED_FIRST, KEPT_FOR_INPUTS,
    LOOKED_AT_FIRST, MARKED_AGAIN, MOVED_FIRST, NOT_APPLIED_ANEW, NOT_BY_PUSH, NOT_CHANGED_BACK,
    NOT_CREATED_ANEW, NOT_DECLARED_WHOLE, NOT_FORCED, NOT_PUSHED, NOT_SEEN_BY_PLANS,
    NOT_WITHOUT_LOCK, PUSHED_FIRST,
};

/// A finding of which all that differs is said.
const fn of(name: FindingName) -> Topic {
    Topic {
        name: name.name(),
        sign: Sign::Found(name),
        ..FINDING
    }
}

pub(super) const TOPICS: &[Topic] = &[
    Topic {
        also: &["orphan", "orphaned object", "lost object"],
        means: "An object exists in the cloud, the remote state does not record it, and no living \
            process still means to save it. Terraform knows nothing of it: it costs money, it is \
            never destroyed, and the next apply collides with it or makes a second one.",
        when: "After a kill, a second Ctrl+C, a create that was given up or whose answer was lost, \
            or a save that failed.",
        advice: &[
            Do("an errored.tfstate records it: push that"),
            Run(PUSH),
            Do("none does: import it"),
            Run("terraform import ADDRESS ID"),
        ],
        cautions: &[IMPORTED_FIRST, IMPORTED_BEFORE_DUPLICATED],
        sources: &[
            Source::Recording("azurerm/sigkill_mid_apply"),
            Source::Recording("azurerm/sigint_once_cancel_orphan"),
        ],
        see: &[
            "A resource with the ID already exists",
            "import",
            "remote_behind_errored",
        ],
        ..of(FindingName::OrphanedObject)
    },
    Topic {
        also: &["ghost", "ghost object"],
        means: "The remote state records an object that does not exist any more.",
        when: "Somebody deleted it outside Terraform; or a destroy deleted it and could not save; \
            or an old state was restored.",
        advice: &[Run("terraform plan"), Run(REFRESH_ONLY)],
        cautions: &[NOT_CREATED_ANEW],
        sources: &[Source::Recording("azurerm/drift_deleted_outside")],
        see: &["stale_attributes", "state rm"],
        ..of(FindingName::GhostObject)
    },
    Topic {
        also: &["drift", "stale"],
        means: "An object's attributes differ from what the remote state says of it.",
        when: "Somebody changed it outside Terraform; or an update was done and could not be saved.",
        advice: &[Run("terraform plan"), Run(REFRESH_ONLY)],
        cautions: &[NOT_CHANGED_BACK],
        sources: &[Source::Terraform("tutorials/state/resource-drift")],
        see: &["ghost_object"],
        ..of(FindingName::StaleAttributes)
    },
    Topic {
        also: &["tainted", "taint", "untaint"],
        means: "The remote state marks an object as tainted: it may be half-made, so the next apply \
            deletes it and creates it anew. Or a copy of the state marked it, and the remote state \
            does not any more, though nobody has declared it whole.",
        when: "A create failed after the cloud had made the object and returned its ID; a \
            provisioner failed or was interrupted; or somebody ran `terraform taint`. An import, a \
            `state rm` or a push drops the mark.",
        advice: &[
            Do("look at the object"),
            Do("it is whole: keep it"),
            Run("terraform untaint ADDRESS"),
            Do("it is not: let the apply replace it"),
            Run("terraform apply"),
            Do("the mark was dropped: set it again"),
            Run("terraform taint ADDRESS"),
        ],
        cautions: &[LOOKED_AT_FIRST, NOT_DECLARED_WHOLE, MARKED_AGAIN],
        sources: &[
            Source::Recording("azurerm/create_fails_after_tainted"),
            Source::Terraform("cli/commands/untaint"),
        ],
        see: &["PostCreateFailure", "local-exec provisioner error"],
        ..of(FindingName::TaintedObject)
    },
    Topic {
        also: &["duplicate", "duplicates"],
        means: "Two or more objects exist for one address, of which the state records one or none.",
        when: "A create whose record was lost was repeated, and the cloud made up a new name: \
            nothing collided, so nobody noticed.",
        advice: &[
            Do("decide which of them lives; no command of Terraform deletes the other one"),
            Do(
                "delete the others with the cloud's own tools; if the state records none of them, \
                import the one that is left",
            ),
            Run("terraform import ADDRESS ID"),
        ],
        cautions: &[
            "do not destroy the address to be rid of both: Terraform deletes the recorded \
            one only",
        ],
        sources: &[Source::Own],
        see: &["orphaned_object", "A resource with the ID already exists"],
        ..of(FindingName::DuplicateObject)
    },
    Topic {
        also: &["wrong address", "swapped", "misplaced"],
        means: "The remote state records an object under an address that is not its own: not the one \
            that it was created for, nor one to which a configuration and the state have moved it. A \
            plan for that address deletes or changes the wrong object; where the cloud made up the \
            names, no plan shows anything.",
        when: "An import with another object's ID; a `state mv` before the configuration has the new \
            address; two imports that were taken for each other.",
        advice: &[
            Do("its own address is free: move the record from where it stands to there"),
            Run("terraform state mv ADDRESS ADDRESS"),
            Do("the configuration is to have it where it is: write that into the configuration"),
            Do("two records have changed places: move one of them aside first"),
            Run("terraform plan"),
        ],
        cautions: &[MOVED_FIRST, NOT_SEEN_BY_PLANS],
        sources: &[
            Source::Terraform("cli/commands/state/mv"),
            Source::Terraform("cli/import"),
        ],
        see: &["recorded_twice", "Invalid state move request", "import"],
        ..of(FindingName::WrongAddress)
    },
    Topic {
        also: &["recorded twice", "two addresses"],
        means: "The remote state records one object under two addresses. Terraform does not look for \
            that: each address plans for itself, and what one of them deletes the other one loses.",
        when: "An import with the ID of an object that another address has already; a `state mv` of \
            an object that was imported again meanwhile.",
        advice: &[
            Do("forget the record that is too many; the object stays"),
            Run("terraform state rm ADDRESS"),
            Run("terraform plan"),
        ],
        cautions: &[FORGOTTEN_NOT_DESTROYED],
        sources: &[Source::Terraform("cli/import")],
        see: &["wrong_address", "state rm"],
        ..of(FindingName::RecordedTwice)
    },
    Topic {
        also: &["lost inputs", "inputs", "lost password"],
        means: "The remote state lacks inputs of an object that some copy of the state once had: what \
            was given to the provider and no provider can read back, such as a password. A plan \
            shows a change in place.",
        when: "An object was forgotten or lost, and imported instead of pushed: an import brings what \
            the cloud says, and no inputs.",
        advice: &[
            Do("a file still has them: push it, if the push is accepted"),
            Run(PUSH),
            Do("the configuration has the same values: set them again, of this resource alone"),
            Run("terraform apply -target=ADDRESS"),
            Do("neither: find out what they were before anything else"),
        ],
        cautions: &[KEPT_FOR_INPUTS],
        sources: &[Source::Terraform("cli/import/usage")],
        see: &["import", "remote_behind_errored", "state push"],
        ..of(FindingName::LostInputs)
    },
    Topic {
        means: "errored.tfstate has another lineage than the remote state: they were born apart, and \
            a push is refused.",
        when: "The state was lost and made anew between the failed save and now; or the file \
            is another project's.",
        advice: &[
            Do("import what exists and only the file records, then remove the file"),
            Run("terraform import ADDRESS ID"),
            Run("rm errored.tfstate"),
        ],
        cautions: &[NOT_FORCED],
        sources: &[Source::Recording("azurerm/push_wrong_lineage")],
        see: &["lineage", "forked_state"],
        ..of(FindingName::LineageMismatch)
    },
    Topic {
        means: "errored.tfstate says just what the remote state says. It is left over; nothing is \
            lost.",
        when: "The last save arrived and only its answer was lost; or the file has been pushed and \
            not removed.",
        advice: &[Run("terraform plan"), Run("rm errored.tfstate")],
        cautions: &["do not keep it: in a month it is stale, and somebody pushes it with -force"],
        sources: &[Source::Recording("azurerm/final_put_resp_lost_once")],
        see: &["stale_errored", "errored.tfstate"],
        ..of(FindingName::SpuriousErrored)
    },
    Topic {
        also: &["fork", "forked"],
        means: "errored.tfstate and the remote state each have what the other lacks: pushing the one \
            would forget what only the other one records.",
        when: "Somebody applied again before the file was pushed, or two writers worked from the \
            same state.",
        advice: &[
            Do("keep the remote state, and import what only the file records"),
            Run("terraform import ADDRESS ID"),
            Run("rm errored.tfstate"),
        ],
        cautions: &[NOT_FORCED],
        sources: &[
            Source::Recording("azurerm/push_same_serial_different"),
            Source::Recording("azurerm/force_unlocked_and_relocked"),
        ],
        see: &["serial", "remote_behind_errored", "lineage_mismatch"],
        ..of(FindingName::ForkedState)
    },
    Topic {
        means: "The remote state has all that errored.tfstate has, and more. The file is left over; \
            nothing is lost.",
        when: "The file was pushed or imported from, and work went on since.",
        advice: &[Run("rm errored.tfstate")],
        cautions: &[NOT_PUSHED],
        sources: &[Source::Recording("azurerm/rerun_instead_of_push")],
        see: &["spurious_errored", "state push"],
        ..of(FindingName::StaleErrored)
    },
    Topic {
        also: &["push errored.tfstate"],
        means: "errored.tfstate has what the remote state lacks: for what the failed apply did, it \
            is the only record.",
        when: "The last save of an apply or destroy failed.",
        advice: &[
            Do("free the lock first, if the failed run left it"),
            Run(PUSH),
            Run("terraform plan"),
            Run("rm errored.tfstate"),
            Do("the push is refused: import what only the file records"),
            Run("terraform import ADDRESS ID"),
        ],
        cautions: &[PUSHED_FIRST],
        elsewhere: &[local::BEHIND_ERRORED],
        sources: &[
            Source::Recording("azurerm/final_put_conn_reset_forever"),
            Source::Recording("azurerm/partition_before_final_put"),
        ],
        see: &["Failed to save state", "state push", "orphaned_object"],
        ..of(FindingName::RemoteBehindErrored)
    },
    Topic {
        also: &["stale lock", "stuck lock", "dead lock"],
        means: "The lock is held, and no living process will give it back: its holder is dead, or is \
            alive and does not know its lock ID. With azurerm it is a lease on the state blob, and \
            infinite: it stays until somebody takes it away.",
        when: "The process was killed, lost its network before it could unlock, died between taking \
            the lease and writing the lock info, or has forgotten the ID.",
        advice: &[
            Do("make sure that its holder is dead: the log of the job, the process on the machine"),
            Do("there is lock info:"),
            Run("terraform force-unlock <LOCK_ID>"),
            Do("there is none, or the blob is empty:"),
            Run(BREAK_LEASE),
            Do("then see what it left behind"),
            Run("terraform plan"),
        ],
        cautions: &[NOT_WITHOUT_LOCK],
        elsewhere: &[
            local::ORPHANED_LOCK,
            s3::ORPHANED_LOCK,
            gcs::ORPHANED_LOCK,
            pg::ORPHANED_LOCK,
            http::ORPHANED_LOCK,
        ],
        sources: &[
            Source::Recording("azurerm/sigkill_mid_apply"),
            Source::Recording("azurerm/lock_metadata_write_fails"),
            Source::Issue("hashicorp/terraform#33651"),
        ],
        see: &[
            "Error acquiring the state lock",
            "force-unlock",
            "lock info",
            "lease",
        ],
        ..of(FindingName::OrphanedLock)
    },
    Topic {
        means: "The blob's metadata still has lock info, and there is no lease: the lock is free, and \
            only looks taken. Nothing is lost.",
        when: "Somebody broke the lease by hand, or it ran out.",
        advice: &[
            Do("any command that locks clears the info"),
            Run("terraform plan"),
        ],
        cautions: &[NOT_FORCE_UNLOCKED],
        elsewhere: &[local::LEFTOVER_LOCK_INFO],
        sources: &[
            Source::Azure("lease-blob"),
            Source::Code("internal/backend/remote-state/azure/client.go"),
        ],
        see: &["lock info", "az storage blob lease break"],
        ..of(FindingName::LeftoverLockInfo)
    },
    Topic {
        means: "The state blob holds something that is no state file: every command fails when it \
            reads it, `state push -force` included.",
        when: "An upload or a script wrote over it, or a restore put something else there.",
        advice: &[
            Do("put a version or a snapshot of the blob back"),
            Do("there is none: keep what is there, delete the blob, push a copy or import"),
            Run(
                "az storage blob download --container-name tfstate --name terraform.tfstate --file corrupt.tfstate",
            ),
            Run(DELETE_BLOB),
            Run("terraform state push COPY.tfstate"),
        ],
        cautions: &[NOT_PUSHED_OVER_GARBAGE],
        elsewhere: &[
            local::CORRUPT_STATE,
            s3::CORRUPT_STATE,
            gcs::CORRUPT_STATE,
            pg::CORRUPT_STATE,
            http::CORRUPT_STATE,
        ],
        sources: &[Source::Recording("azurerm/remote_corrupt")],
        see: &["Unsupported state file format", "state_lost"],
        ..of(FindingName::CorruptState)
    },
    Topic {
        also: &["lost state"],
        means: "What the state blob once recorded exists in the cloud, and in no copy of the state \
            any more.",
        when: "The blob was deleted, emptied, overwritten or rolled back, and no errored.tfstate \
            has it either.",
        advice: &[
            Do("restore a version of the blob, undelete it, or push a copy that somebody pulled"),
            Run("terraform state push COPY.tfstate"),
            Do("there is none: import object by object"),
            Run("terraform import ADDRESS ID"),
        ],
        cautions: &[NOT_APPLIED_ANEW],
        elsewhere: &[
            local::STATE_LOST,
            s3::STATE_LOST,
            gcs::STATE_LOST,
            pg::STATE_LOST,
            http::STATE_LOST,
        ],
        sources: &[Source::Own],
        see: &["0-byte state", "corrupt_state", "import"],
        ..of(FindingName::StateLost)
    },
    Topic {
        also: &[
            "digest",
            "checksum",
            "state data in S3 does not have the expected content",
        ],
        means: "With s3 and a DynamoDB table: the MD5 that the table holds is not that of the state \
            object. Every command that reads the state fails after ten seconds, whatever the lock.",
        when: "The write of the digest was refused or lost, of which Terraform says nothing (\"Apply \
            complete!\", exit 0); all answers to a save were lost; a process was killed between the \
            two writes; somebody wrote, restored or deleted the state by hand, or with a client \
            that does not know the table.",
        advice: &[
            Do(
                "make sure that the state object is the right one: look at its serial and resources",
            ),
            Run("aws s3 cp s3://tfstate/terraform.tfstate remote.tfstate"),
            Do("it is: set the digest to the checksum that the error calculated, or delete it"),
            Run(DELETE_DIGEST),
            Do("it is not: bring the right version back first"),
            Run("aws s3api list-object-versions --bucket tfstate --prefix terraform.tfstate"),
            Run("terraform plan"),
        ],
        cautions: &[NOT_BY_PUSH],
        sources: &[
            Source::Recording("s3/digest_put_403_D"),
            Source::Issue("hashicorp/terraform#20708"),
            Source::Issue("hashicorp/terraform#28496"),
        ],
        see: &["error loading state: …", "state_lost"],
        ..of(FindingName::DigestMismatch)
    },
    Topic {
        also: &["lost update", "overwritten state", "last writer wins"],
        means: "What a command had recorded vanished from the state by another save, and nobody was \
            told: both printed that all went well. The objects exist, no state records them, and \
            there is no errored.tfstate, for the save was accepted.",
        when: "Two writers had read the same state, and nothing refused the later save: with \
            -lock=false, after a force-unlock of a living apply, where two clients use locks that \
            do not see each other, or where a lock died with its connection. Where a save carries a \
            lock that is compared, it is refused; everywhere else it is stored. It is lost as well \
            where a first save finds a state that the plan did not know of: it puts that back and \
            drops its own.",
        advice: &[
            Do("nobody may apply meanwhile: that creates anew what exists"),
            Do("import what vanished, one after the other"),
            Run("terraform import ADDRESS ID"),
            Run("terraform plan"),
            Do("a bucket with versions still has the state that was overwritten: compare the two"),
        ],
        cautions: &[IMPORTED_FIRST, NOT_WITHOUT_LOCK],
        sources: &[
            Source::Recording("gcs/force_unlocked_overwrite"),
            Source::Issue("hashicorp/terraform#24643"),
        ],
        see: &["orphaned_object", "-lock=false", "force-unlock"],
        ..of(FindingName::LostUpdate)
    },
    Topic {
        means: "The replication was ended by its bound on events or on simulated time, because it \
            would not end by itself.",
        when: "A request that is never answered, or one that is refused and repeated without end; \
            with real Terraform somebody would press Ctrl+C.",
        advice: &[Do(
            "let an operator of the scenario interrupt or kill the command, or raise `limits`",
        )],
        cautions: &[],
        sources: &[
            Source::Recording("azurerm/blackhole_put"),
            Source::Recording("azurerm/put_503_forever"),
        ],
        see: &["ServerBusy", "Ctrl+C"],
        ..of(FindingName::LimitReached)
    },
];
