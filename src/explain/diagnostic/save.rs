//! Lines about saving the state, and about being interrupted before it is saved.

use crate::explain::topic::Advice::{Do, Run};
use crate::explain::topic::{LINE, Source, Topic};
use crate::explain::{gcs, http, local, pg, s3};
use crate::verdict::advice::PUSH;
use crate::verdict::caution::{NOT_FORCED, PUSHED_FIRST};

pub(super) const TOPICS: &[Topic] = &[
    Topic {
        name: "Failed to save state",
        also: &["Error saving state"],
        means: "The apply changed the cloud, and the state that says so could not be stored. \
            Terraform puts it into errored.tfstate in the working directory: for what this apply \
            did, that file is now the only record.",
        when: "At the last save of `apply` or `destroy`: the connection was reset (azurerm has no retry), the \
            service refused the lease ID or the credentials, or the lock had been taken away. \
            Which it was stands in the code after \"with\".",
        advice: &[
            Do("keep the working directory, above all on a CI runner"),
            Do("free the lock if the failed run could not"),
            Run("terraform force-unlock <LOCK_ID>"),
            Run(PUSH),
            Run("terraform plan"),
            Do("it shows no changes: the file has done its work"),
            Run("rm errored.tfstate"),
        ],
        cautions: &[
            PUSHED_FIRST,
            "do not push with -lock=false while the lease is held: it is refused with \
             412 LeaseIdMissing",
        ],
        elsewhere: &[
            local::SAVE_FAILED,
            s3::SAVE_FAILED,
            gcs::SAVE_FAILED,
            pg::SAVE_FAILED,
            http::SAVE_FAILED,
        ],
        sources: &[
            Source::Recording("azurerm/final_put_conn_reset_forever"),
            Source::Recording("azurerm/partition_before_final_put"),
            Source::Recording("azurerm/final_put_resp_lost_once"),
        ],
        see: &[
            "errored.tfstate",
            "remote_behind_errored",
            "spurious_errored",
            "LeaseIdMissing",
        ],
        ..LINE
    },
    Topic {
        name: "Failed to persist state to backend",
        means: "The same failure as \"Failed to save state\", told a second time with what to do: \
            the state was written to errored.tfstate, or so it says.",
        when: "After the last save of `apply` or `destroy` has failed. In a directory that can't \
            be written Terraform prints this line too, and there is no file.",
        advice: &[Run("ls errored.tfstate"), Run(PUSH), Run("terraform plan")],
        cautions: &[
            PUSHED_FIRST,
            "do not trust the line alone: look at the file before the directory is cleaned up",
        ],
        sources: &[
            Source::Recording("azurerm/final_put_conn_reset_forever"),
            Source::Recording("azurerm/errored_unwritable"),
        ],
        see: &[
            "Failed to save state",
            "errored.tfstate",
            "Failed to create local state file",
        ],
        ..LINE
    },
    Topic {
        name: "Failed to create local state file",
        means: "The state could be saved neither remotely nor to errored.tfstate. Terraform prints \
            its JSON to the terminal instead; the job's log is the only record.",
        when: "The disk was full (a file of 0 bytes stays), or something stands in the place of \
            errored.tfstate.",
        advice: &[
            Do(
                "copy the JSON from the terminal or the log into a file, say COPY.tfstate, before \
                the log scrolls away",
            ),
            Run("terraform state push COPY.tfstate"),
            Run("terraform plan"),
        ],
        cautions: &[
            "do not push the errored.tfstate of 0 bytes, and do not apply before the copy is \
             pushed",
        ],
        sources: &[Source::Recording("azurerm/errored_unwritable")],
        see: &["errored.tfstate", "Failed to save state"],
        ..LINE
    },
    Topic {
        name: "Error saving current state",
        means: "At the first interrupt Terraform saves what it has before it stops; the first \
            attempt failed. It makes a second one, and saves every resource that still finishes.",
        when: "The first Ctrl+C or SIGTERM during the resources of an apply, with the network gone, \
            or the save refused.",
        advice: &[
            Do(
                "wait until the command has ended; then see whether \"Failed to save state\" \
                follows",
            ),
            Run("terraform plan"),
        ],
        cautions: &["do not press Ctrl+C again: what is still in flight would be in no state"],
        sources: &[Source::Code("internal/backend/local/backend.go")],
        see: &["Ctrl+C", "execution halted", "Failed to save state"],
        ..LINE
    },
    Topic {
        name: "failed to upload state: …",
        lines: &["failed checking for existing remote state: "],
        means: "A save in the middle of an apply failed. The apply goes on, and saves again at its \
            end; the resource whose record was to be saved counts as failed.",
        when: "A resource finished after more than 20 s, and the service refused the save, or the \
            connection was lost as often as the client repeats it.",
        advice: &[
            Do("see whether \"Failed to save state\" follows; if not, all is saved"),
            Run("terraform plan"),
        ],
        cautions: &["do not press Ctrl+C: the save at the end is still to come"],
        sources: &[Source::Recording("s3/intermediate_put_403_once_L")],
        see: &["Failed to save state", "AccessDenied"],
        ..LINE
    },
    Topic {
        name: "Failed to persist state: …",
        lines: &["Failed to persist state: "],
        means: "`state push` was accepted and could not be stored. The file that was pushed is \
            untouched.",
        when: "Somebody else holds the lock and the push ran with -lock=false where that is refused, \
            or the network or the credentials failed.",
        advice: &[Do("mend what the code says"), Run(PUSH)],
        cautions: &["do not remove the file: it is still the only record"],
        sources: &[Source::Code("internal/command/state_push.go")],
        see: &["state push", "LeaseIdMissing"],
        ..LINE
    },
    Topic {
        name: "Error writing state file: …",
        lines: &["Error saving the state: ", "failed to write state: "],
        means: "`import`, `taint`, `untaint`, `state rm`, `state mv` or `refresh` did its work and \
            could not store the result. These commands leave no errored.tfstate: it is as if they \
            had not run.",
        when: "The save of such a command was refused, or its connection was reset.",
        advice: &[Do(
            "mend what the code says, and run the same command again",
        )],
        cautions: &["do not look for errored.tfstate: only `apply` and `destroy` write one"],
        sources: &[
            Source::Code("internal/command/import.go"),
            Source::Code("internal/command/state_rm.go"),
        ],
        see: &["errored.tfstate", "import"],
        ..LINE
    },
    Topic {
        name: "Failed to write state: cannot import state with lineage \"…\" over unrelated state with lineage \"…\"",
        also: &["unrelated state"],
        means: "The file that is pushed and the remote state were born apart: neither is a version \
            of the other. The push is refused, because it would replace the one with the other.",
        when: "The state was lost or deleted and made anew in between; or a first apply failed to \
            save and a second one began from nothing; or it is another project's file.",
        advice: &[
            Do("keep both"),
            Run("terraform state pull > remote.tfstate"),
            Run("diff remote.tfstate errored.tfstate"),
            Do("import what only the file records, object by object"),
            Run("terraform import ADDRESS ID"),
        ],
        cautions: &[
            NOT_FORCED,
            "do not edit the lineage in the file: that makes two histories look like one",
        ],
        sources: &[
            Source::Recording("azurerm/push_wrong_lineage"),
            Source::Issue("hashicorp/terraform#25761"),
        ],
        see: &["lineage", "lineage_mismatch", "state push"],
        ..LINE
    },
    Topic {
        name: "Failed to write state: cannot import state with serial … over newer state with serial …",
        also: &["newer state"],
        means: "The remote state has been saved since the file was written. The push is refused: it \
            would take that back.",
        when: "The file has been pushed before, or somebody applied or imported after the save \
            that failed.",
        advice: &[
            Run("terraform state pull > remote.tfstate"),
            Run("diff remote.tfstate errored.tfstate"),
            Do("nothing is missing from the remote state: remove the file"),
            Run("rm errored.tfstate"),
            Do("something is: import it"),
            Run("terraform import ADDRESS ID"),
        ],
        cautions: &[NOT_FORCED],
        sources: &[Source::Recording("azurerm/rerun_instead_of_push")],
        see: &["serial", "stale_errored", "forked_state", "state push"],
        ..LINE
    },
    Topic {
        name: "Failed to write state: cannot overwrite existing state with serial … with a different state that has the same serial",
        also: &["same serial", "different state that has the same serial"],
        means: "File and remote state count the same number of saves and say different things: they \
            parted after a common ancestor.",
        when: "Two writers began from the same state, one saved and the other kept \
            errored.tfstate; as when a running apply is force-unlocked and somebody applies.",
        advice: &[
            Run("terraform state pull > remote.tfstate"),
            Run("diff remote.tfstate errored.tfstate"),
            Do("import what only the file records"),
            Run("terraform import ADDRESS ID"),
        ],
        cautions: &[
            NOT_FORCED,
            "do not raise the serial in the file: the push then goes through and does the same",
        ],
        sources: &[
            Source::Recording("azurerm/push_same_serial_different"),
            Source::Recording("azurerm/force_unlocked_and_relocked"),
        ],
        see: &["serial", "forked_state", "state push"],
        ..LINE
    },
    Topic {
        name: "execution halted",
        means: "Terraform was interrupted once and has stopped in order: what was in flight was \
            waited for, the state is saved, the lock is given back. It is printed several times.",
        when: "After the first Ctrl+C, SIGINT or SIGTERM, also if the last resource finished just \
            then.",
        advice: &[
            Run("terraform plan"),
            Do(
                "a create that the provider gave up without an ID may exist all the same: import it",
            ),
            Run("terraform import ADDRESS ID"),
        ],
        cautions: &["do not take \"graceful\" for \"nothing is lost\": that is up to the provider"],
        sources: &[
            Source::Recording("azurerm/sigint_once_finish"),
            Source::Recording("azurerm/sigint_once_cancel_orphan"),
        ],
        see: &["Ctrl+C", "context canceled", "orphaned_object"],
        ..LINE
    },
    Topic {
        name: "operation canceled",
        also: &["Two interrupts received", "operation cancelled"],
        lines: &["Two interrupts received"],
        means: "Terraform was interrupted twice and gave up at once. It still unlocks, for 5 s at \
            most; what was in flight is in no state, and there is no errored.tfstate, unless a save \
            that was stuck came to its end within the 5 s.",
        when: "A second Ctrl+C, SIGINT or SIGTERM; a CI system's cancel is two signals and a kill.",
        advice: &[
            Run("terraform plan"),
            Do("import what it wants to create and what exists already"),
            Run("terraform import ADDRESS ID"),
        ],
        cautions: &["do not force-unlock by habit: with a working network the lock is free"],
        sources: &[
            Source::Recording("azurerm/sigint_twice"),
            Source::Recording("azurerm/sigint_twice_long"),
        ],
        see: &["Ctrl+C", "exit status 130", "orphaned_object"],
        ..LINE
    },
];
