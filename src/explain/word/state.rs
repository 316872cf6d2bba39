//! What states and locks consist of.

use crate::explain::topic::Advice::{Do, Run};
use crate::explain::topic::{Sign, Source, Topic, WORD};
use crate::explain::{gcs, http, local, pg, s3};
use crate::verdict::advice::PUSH;
use crate::verdict::caution::{NOT_APPLIED_ANEW, NOT_FORCED, PUSHED_FIRST};

pub(super) const TOPICS: &[Topic] = &[
    Topic {
        name: "lease",
        also: &["blob lease", "lease ID"],
        means: "Azure's lock on a blob. While it is active, writes and deletes need its ID; reads \
            never do. Terraform's lock is such a lease on the state blob: infinite, never renewed, \
            ended by a release with the ID or by a break.",
        when: "Every command that locks takes one, and gives it back at its end. It is available, \
            leased, expired (finite ones only), breaking or broken; a release makes it available.",
        advice: &[
            Do("see what it is"),
            Run("az storage blob show --container-name tfstate --name terraform.tfstate"),
        ],
        cautions: &["do not take a lease on the state blob by hand: there is no lock info then"],
        sources: &[
            Source::Azure("lease-blob"),
            Source::Recording("azurerm/happy_chain"),
        ],
        see: &["lock info", "lock ID", "orphaned_lock", "renewing"],
        ..WORD
    },
    Topic {
        name: "lock info",
        also: &["terraformlockid", "lock metadata", "Who", "Path"],
        means: "Who holds the lock: ID, Operation, Who, Version, Created. It stands in the blob's \
            metadata, beside the lease and apart from it: either can be there without the other.",
        when: "Written after the lease is taken, cleared before it is released. A process that dies \
            in between leaves a lease without info; a break leaves info without a lease.",
        advice: &[
            Do("let a command that locks print it"),
            Run("terraform plan"),
            Do("or look at the blob"),
            Run("az storage blob show --container-name tfstate --name terraform.tfstate"),
        ],
        cautions: &["do not clear the metadata by hand: force-unlock needs it"],
        elsewhere: &[
            local::LOCK_INFO,
            s3::LOCK_INFO,
            gcs::LOCK_INFO,
            pg::LOCK_INFO,
            http::LOCK_INFO,
        ],
        sources: &[
            Source::Recording("azurerm/lock_metadata_write_fails"),
            Source::Code("internal/backend/remote-state/azure/client.go"),
        ],
        see: &["lease", "lock ID", "orphaned_lock", "leftover_lock_info"],
        ..WORD
    },
    Topic {
        name: "lock ID",
        also: &["LOCK_ID", "<LOCK_ID>"],
        means: "The ID in the lock info, a GUID that the command makes up when it locks. With \
            azurerm it is the lease ID too.",
        when: "force-unlock asks for it; \"Error acquiring the state lock\" prints it. In a \
            scenario `<LOCK_ID>` is the ID in the lock info when the command starts.",
        advice: &[
            Run("terraform plan"),
            Run("terraform force-unlock <LOCK_ID>"),
        ],
        cautions: &["do not use the ID of an older message: the lock may have changed hands"],
        sources: &[
            Source::Recording("azurerm/second_apply_while_locked"),
            Source::Terraform("cli/commands/force-unlock"),
        ],
        see: &["lock info", "force-unlock"],
        ..WORD
    },
    Topic {
        name: "serial",
        also: &["state serial"],
        means: "How often a state has been saved, told by the process that saves: each attempt to \
            save a change raises it by 1, whether or not it succeeds. So errored.tfstate has the \
            serial that was read plus the number of attempts.",
        when: "`state push` compares it: a lower one is refused, and so is an equal one with other \
            content. A saved plan is stale when it has changed.",
        advice: &[
            Run("terraform state pull > remote.tfstate"),
            Run("diff remote.tfstate errored.tfstate"),
        ],
        cautions: &[
            "do not raise it in the file to get a push accepted: it says nothing about content",
            NOT_FORCED,
        ],
        sources: &[
            Source::Recording("azurerm/push_same_serial_different"),
            Source::Recording("azurerm/intermediate_put_fails_once"),
        ],
        see: &["lineage", "state push", "Saved plan is stale"],
        ..WORD
    },
    Topic {
        name: "lineage",
        also: &["state lineage"],
        means: "A state's birth certificate: a GUID that is drawn when the state is first saved and \
            never changes. Two states with different lineages are no versions of one another.",
        when: "With azurerm it is born with `init`, which writes an empty state. A blob that was \
            deleted and made anew has a new one.",
        advice: &[
            Do("keep both files, and import what is missing"),
            Run("terraform import ADDRESS ID"),
        ],
        cautions: &["do not edit it", NOT_FORCED],
        sources: &[Source::Recording("azurerm/push_wrong_lineage")],
        see: &["lineage_mismatch", "serial", "state push"],
        ..WORD
    },
    Topic {
        name: "errored.tfstate",
        also: &["errored", "rescue file"],
        sign: Sign::Written("errored.tfstate"),
        means: "The state that an apply or destroy could not save, in the directory where it ran. \
            For what that run did it is the only record. It is never removed by Terraform, and an \
            older one is overwritten without a word.",
        when: "Only when the last save of `apply` or `destroy` fails. Not after a kill, not after \
            two Ctrl+C, not for `import` or `state rm`; in a directory that can't be written \
            Terraform says that it has written it, and there is none.",
        advice: &[
            Do("save it from the runner first; it holds secrets"),
            Run(PUSH),
            Run("terraform plan"),
            Run("rm errored.tfstate"),
        ],
        cautions: &[PUSHED_FIRST],
        sources: &[
            Source::Recording("azurerm/final_put_conn_reset_forever"),
            Source::Recording("azurerm/errored_unwritable"),
        ],
        see: &[
            "Failed to save state",
            "remote_behind_errored",
            "spurious_errored",
            "state push",
        ],
        ..WORD
    },
    Topic {
        name: "0-byte state",
        also: &[
            "empty state",
            "zero byte state",
            "0 bytes",
            "blob absent",
            "no state",
        ],
        means: "A state blob that has 0 bytes, or is absent, is \"no state\" to Terraform: the plan \
            creates everything, without a word. If such a blob is leased, every command fails when \
            it opens it.",
        when: "Before the first `init`; after a truncation, a delete, or a crash between creating \
            the blob and writing to it.",
        advice: &[
            Do("restore a version of the blob, or push a good copy: an empty state takes any file"),
            Run("terraform state push COPY.tfstate"),
            Run("terraform plan"),
        ],
        cautions: &[NOT_APPLIED_ANEW],
        elsewhere: &[
            local::ZERO_BYTES,
            s3::ZERO_BYTES,
            gcs::ZERO_BYTES,
            pg::ZERO_BYTES,
            http::ZERO_BYTES,
        ],
        sources: &[Source::Issue("hashicorp/terraform#17066")],
        see: &[
            "state_lost",
            "BlobNotFound",
            "…failed to lock azure state: state blob is already locked",
        ],
        ..WORD
    },
    Topic {
        name: "husk",
        also: &["husks"],
        means: "An entry of the state without an object: Terraform makes one when a create is ready \
            to start. It becomes the object, or vanishes; after a stop it may stay. No listing \
            shows it, and a later apply drops it.",
        when: "It explains a serial that rises although nothing else changed.",
        advice: &[Run(crate::verdict::advice::REFRESH_ONLY)],
        cautions: &["do not worry: it records nothing and hides nothing"],
        sources: &[Source::Recording("azurerm/sigint_once_cancel_clean")],
        see: &["serial", "execution halted"],
        ..WORD
    },
    Topic {
        name: "saving during an apply",
        also: &[
            "intermediate save",
            "incremental saving",
            "persist interval",
            "20 s",
            "20 seconds",
            "saves the state",
        ],
        means: "Terraform saves at the end of an apply, and in between only when a resource \
            finishes 20 s or more after the first one finished, or after the last save in between \
            ended. So a first resource that takes long is not saved when it is done. A kill \
            forgets everything since the last save.",
        when: "A save in between that fails counts as a failure of the resource that triggered it: \
            what needs it is skipped, and the final save may still succeed, with exit 1 and no \
            errored.tfstate.",
        advice: &[Do("long applies: split them, so that less is ever unsaved")],
        cautions: &["do not believe that every resource is saved as it is made"],
        sources: &[
            Source::Recording("azurerm/interval_persist"),
            Source::Recording("azurerm/intermediate_put_fails_once"),
        ],
        see: &["exit status 137", "executing request: …: EOF", "renewing"],
        ..WORD
    },
];
