//! Lines about reading the state, and about saved plans.

use crate::explain::topic::Advice::{Do, Run};
use crate::explain::topic::{LINE, Source, Topic};
use crate::explain::{gcs, http, local, pg, s3};
use crate::terraform::backend::azurerm::{DELETE_BLOB, NOT_PUSHED_OVER_GARBAGE};

pub(super) const TOPICS: &[Topic] = &[
    Topic {
        name: "error loading state: …",
        also: &["error loading state"],
        lines: &[
            "error loading state",
            "Error loading the state",
            "Error refreshing state",
            "Failed to load state",
            "Failed to load state manager",
            "Failed to refresh state",
            "Failed to refresh source state",
        ],
        means: "The state could not be read, so nothing was done. `plan`, `apply`, `destroy` and \
            `import` print it like this; `init` says \"Error loading state\" or \"Error \
            refreshing state\", the `state` commands \"Error loading the state\" or \"Failed to \
            refresh state\", others \"Failed to load state\".",
        when: "The connection was reset (azurerm has no retry), or the service refused: the \
            credentials, the firewall, throttling, or an empty state that is locked.",
        advice: &[Do(
            "mend what stands behind the colon, and run the same command again: nothing has \
                changed",
        )],
        cautions: &["do not suspect the state: it was not read, and not touched"],
        sources: &[Source::Recording("azurerm/get_before_lock_fails")],
        see: &[
            "executing request: …: EOF",
            "executing request: unexpected status …",
        ],
        ..LINE
    },
    Topic {
        name: "Failed to refresh destination state: …",
        lines: &[
            "Failed to refresh destination state",
            "Failed to load destination state",
        ],
        means: "`state push` reads the remote state before it compares, and could not. Nothing was \
            stored.",
        when: "The connection was reset or the read was refused; also with -force.",
        advice: &[Do("mend what stands behind the colon, and push again")],
        cautions: &["do not remove the file that you wanted to push"],
        sources: &[Source::Code("internal/command/state_push.go")],
        see: &["state push", "executing request: unexpected status …"],
        ..LINE
    },
    Topic {
        name: "Failed to get existing workspaces: …",
        lines: &["Failed to get existing workspaces", "listing blobs"],
        means: "`init` asks the container which states it holds, and got no answer or a refusal. \
            `workspace list` asks the same, and prints the bare \"listing blobs: …\".",
        when: "The network, the credentials, the firewall, or a container that does not exist; many \
            runs in one subscription are throttled here, when the backend looks up the account's \
            key.",
        advice: &[
            Do(
                "throttled: wait five minutes, and let the backend sign in with its own identity \
                (use_azuread_auth) rather than look up the key",
            ),
            Run("terraform init"),
        ],
        cautions: &["do not retry in a tight loop: every attempt counts against the limit"],
        sources: &[Source::Issue("hashicorp/terraform-provider-azurerm#17747")],
        see: &["TooManyRequests", "ContainerNotFound"],
        ..LINE
    },
    Topic {
        name: "executing request: …: EOF",
        also: &["EOF", "connection reset"],
        lines: &[
            "executing request: Get …: EOF",
            "executing request: Head …: EOF",
            "executing request: Put …: HTTP response was nil",
        ],
        means: "The connection to the blob service was reset: the request or its answer was lost, \
            and nobody knows which. Terraform does not repeat it.",
        when: "A VPN, proxy or laptop lid between Terraform and the service. Alone in a line it is \
            a save in the middle of an apply that failed: the resource that had just finished \
            counts as failed, and the final save may still succeed.",
        advice: &[
            Do("see which line it stands behind, and go by that one"),
            Do("alone: the state may be saved all the same, so look before you push anything"),
            Run("terraform plan"),
        ],
        cautions: &[
            "do not assume that a lost request was not done: its answer may be what was lost",
        ],
        sources: &[
            Source::Recording("azurerm/final_put_resp_lost_once"),
            Source::Recording("azurerm/intermediate_put_fails_once"),
        ],
        see: &[
            "Failed to save state",
            "spurious_errored",
            "error loading state: …",
        ],
        ..LINE
    },
    Topic {
        name: "executing request: unexpected status …",
        lines: &["executing request: unexpected status …"],
        means: "The blob service refused the request. The code stands after \"with\"; where it says \
            \"with EOF\", the answer to a head has no body, and only the sentence in brackets tells \
            what it was.",
        when: "403: credentials or firewall; 404: no blob or container; 409 and 412: the lease; \
            429, 500 and 503 are repeated without end and rarely come to a line. Alone in a line it \
            is a save in the middle of an apply that failed.",
        advice: &[Do(
            "look up the code with `leaselab explain CODE`, and the line that it stands in",
        )],
        cautions: &[
            "do not search for errored.tfstate where no \"Failed to save state\" stands above",
        ],
        sources: &[
            Source::Recording("azurerm/intermediate_put_fails_once"),
            Source::Azure("blob-service-error-codes"),
        ],
        see: &[
            "LeaseIdMissing",
            "LeaseLost",
            "AuthorizationPermissionMismatch",
            "Failed to save state",
        ],
        ..LINE
    },
    Topic {
        name: "failed checking for existing remote state",
        means: "There was no state, or an empty one, and Terraform, about to write the first state, \
            looked once more whether there is one; that request failed.",
        when: "The network or the credentials fail in the middle of a first command.",
        advice: &[Do("run the same command again"), Run("terraform init")],
        cautions: &["do not delete what is there: it may be an empty state by now"],
        sources: &[Source::Code("internal/states/remote/state.go")],
        see: &["0-byte state", "Error unlocking Azure state. Lock ID: …"],
        ..LINE
    },
    Topic {
        name: "Unsupported state file format",
        means: "What was read is no state file. Printed by a command that opens the backend, it is \
            what the backend keeps; behind \"Error reading source state\" it is the file that was to \
            be pushed.",
        when: "The blob was overwritten by hand, by a script, or by a restore of something else.",
        advice: &[
            Do(
                "put a version or a snapshot of the blob back, with the tools of the storage \
                account",
            ),
            Do("there is none: keep what the blob holds, delete it, and push a good copy"),
            Run(
                "az storage blob download --container-name tfstate --name terraform.tfstate --file corrupt.tfstate",
            ),
            Run(DELETE_BLOB),
            Run("terraform state push COPY.tfstate"),
            Run("terraform plan"),
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
        see: &["corrupt_state", "state push"],
        ..LINE
    },
    Topic {
        name: "Error reading source state \"…\"",
        lines: &["Error reading source state"],
        means: "`state push` could not read the file that it was given as a state. No request was \
            made.",
        when: "The file has 0 bytes, as errored.tfstate has after a full disk; or it is a saved \
            plan or other text.",
        advice: &[
            Do(
                "0 bytes: the state was printed to the terminal instead; save it from the log, and \
                push that",
            ),
            Run("terraform state push COPY.tfstate"),
        ],
        cautions: &["do not go on as if there were nothing to push"],
        sources: &[Source::Code("internal/command/state_push.go")],
        see: &["Failed to create local state file", "errored.tfstate"],
        ..LINE
    },
    Topic {
        name: "Failed to write plan file",
        means: "`plan -out=FILE` has planned, and could not write the file: exit 1.",
        when: "A full disk, or a directory that can't be written or is not there.",
        advice: &[
            Do("make room, or name another directory"),
            Run("terraform plan -out=new.tfplan"),
        ],
        cautions: &["do not apply what may be there: on a full disk the file is cut off"],
        sources: &[Source::Terraform("cli/commands/plan")],
        see: &["Saved plan is stale"],
        ..LINE
    },
    Topic {
        name: "Saved plan is stale",
        also: &["stale plan"],
        means: "The state has been saved since the plan was made, so the plan may no longer be \
            what should happen. Nothing was done, and the lock is given back.",
        when: "`apply FILE` after somebody applied, imported or pushed in between; or after the \
            same plan was applied once already.",
        advice: &[
            Do("make a new plan, read it, and apply that"),
            Run("terraform plan -out=new.tfplan"),
            Run("terraform apply new.tfplan"),
        ],
        cautions: &[
            "do not apply without the file just to get past it: that applies a plan that nobody \
             has read",
        ],
        sources: &[Source::Recording("azurerm/stale_plan")],
        see: &["serial", "Saved plan does not match the given state"],
        ..LINE
    },
    Topic {
        name: "Saved plan does not match the given state",
        means: "The plan was made for a state with another lineage: the state was deleted and made \
            anew since, or it is another one altogether.",
        when: "`apply FILE` after the state was lost, or in the wrong directory.",
        advice: &[
            Do("find out what became of the old state before anything else; then plan anew"),
            Run("terraform state pull > remote.tfstate"),
            Run("terraform plan"),
        ],
        cautions: &["do not apply a new plan before you know why: it may create everything again"],
        sources: &[Source::Code("internal/backend/local/backend_local.go")],
        see: &["lineage", "state_lost", "Saved plan is stale"],
        ..LINE
    },
    Topic {
        name: "Failed to load \"…\" as a plan file",
        lines: &[
            "Failed to load \"…\" as a plan file",
            "Failed to read the given file as a state or plan file",
        ],
        means: "`apply FILE` was given a file that is no saved plan, or `show FILE` one that is \
            neither a plan nor a state, or it is not there.",
        when: "The plan was made in another directory or job, or the name is mistyped.",
        advice: &[Run("ls"), Run("terraform plan -out=new.tfplan")],
        cautions: &["do not run `apply` without the file instead: it plans anew"],
        sources: &[Source::Terraform("cli/commands/apply")],
        see: &["Saved plan is stale"],
        ..LINE
    },
];
