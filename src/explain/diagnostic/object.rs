//! Lines about objects: operations of the provider, imports, addresses.

use crate::explain::topic::Advice::{Do, Run};
use crate::explain::topic::{LINE, Source, Topic};
use crate::verdict::caution::{IMPORTED_FIRST, LOOKED_AT_FIRST};

pub(super) const TOPICS: &[Topic] = &[
    Topic {
        name: "A resource with the ID already exists",
        also: &["already exists", "needs to be imported into the State"],
        lines: &["A resource with the ID … already exists"],
        means: "The cloud has an object of that name, and the state does not record it: the create \
            is refused, and nothing changes.",
        when: "An earlier apply made the object and its record was lost: a killed process, a state \
            that could not be saved, a create whose answer was lost, or two Ctrl+C.",
        advice: &[
            Do("if an errored.tfstate records it, push that: it brings back everything at once"),
            Run("terraform state push errored.tfstate"),
            Do("else make sure that the object is yours and finished, and import it"),
            Run("terraform import ADDRESS ID"),
            Run("terraform plan"),
        ],
        cautions: &[
            "do not delete the object to make room: it may hold data, and it is probably the one \
             you wanted",
            "do not rename it in the configuration: then there are two",
        ],
        sources: &[
            Source::Recording("azurerm/rerun_instead_of_push"),
            Source::Recording("azurerm/sigkill_mid_apply"),
        ],
        see: &["orphaned_object", "import", "errored.tfstate"],
        ..LINE
    },
    Topic {
        name: "QuotaExceeded",
        also: &["quota"],
        lines: &["QuotaExceeded", "UpdateFailed", "DeleteFailed"],
        means: "The cloud refused the operation, and nothing has changed there. leaselab prints \
            QuotaExceeded for a create, UpdateFailed and DeleteFailed for the others; a real \
            provider has its own words.",
        when: "A quota, a policy, or a dependency that the cloud sees and the configuration does \
            not. The other resources go on; what needs this one is skipped; the state is saved.",
        advice: &[
            Do(
                "read the provider's words, mend the cause, and apply again: what was done is \
                recorded",
            ),
            Run("terraform apply"),
        ],
        cautions: &["do not destroy the half that exists: the next apply goes on from there"],
        sources: &[
            Source::Recording("azurerm/create_fails_before"),
            Source::Recording("azurerm/one_of_parallel_fails"),
        ],
        see: &["PostCreateFailure"],
        ..LINE
    },
    Topic {
        name: "PostCreateFailure",
        means: "The cloud made the object, and the provider then reported an error. If it returned \
            the ID, the object is recorded as tainted; if not, no state knows of it. leaselab's \
            name for it; a real provider has its own words.",
        when: "A create that times out while it is polled, or a step after the create that fails.",
        advice: &[
            Run("terraform plan"),
            Do("it wants to replace a tainted object: look at the object; if it is whole, keep it"),
            Run("terraform untaint ADDRESS"),
            Do("it wants to create what exists: import it"),
            Run("terraform import ADDRESS ID"),
        ],
        cautions: &[
            "do not take a failed create for \"nothing is there\"",
            "do not apply blindly: a tainted object is deleted and made anew, data included",
        ],
        sources: &[Source::Recording("azurerm/create_fails_after_tainted")],
        see: &["tainted_object", "orphaned_object"],
        ..LINE
    },
    Topic {
        name: "context canceled",
        also: &["context cancelled"],
        means: "The provider was told to stop and gave up a create half-way. Whether the object \
            exists is open: cleanly cancelled, recorded as tainted, or made and recorded nowhere.",
        when: "One Ctrl+C or SIGTERM while a long create is polled. Providers differ; many finish, \
            and then nothing is lost.",
        advice: &[
            Do("wait until the cloud has finished what it accepted"),
            Run("terraform plan"),
            Do("it wants to create what exists: import it"),
            Run("terraform import ADDRESS ID"),
        ],
        cautions: &[IMPORTED_FIRST],
        sources: &[
            Source::Recording("azurerm/sigint_once_cancel_clean"),
            Source::Recording("azurerm/sigint_once_cancel_orphan"),
            Source::Issue("hashicorp/terraform-provider-azurerm#32230"),
        ],
        see: &[
            "execution halted",
            "Ctrl+C",
            "orphaned_object",
            "tainted_object",
        ],
        ..LINE
    },
    Topic {
        name: "Plugin did not respond",
        also: &["provider crash", "provider crashed", "plugin crashed"],
        means: "The provider's process ended in the middle of an operation. What it was doing may \
            or may not have been done; everything else is saved, and the lock is given back.",
        when: "A bug in the provider, or a machine that ran out of memory and killed it.",
        advice: &[
            Run("terraform plan"),
            Do(
                "import what it wants to create and what exists already; then look for a newer \
                version of the provider",
            ),
            Run("terraform import ADDRESS ID"),
        ],
        cautions: &[IMPORTED_FIRST],
        sources: &[Source::Issue("hashicorp/terraform#22445")],
        see: &["orphaned_object", "import"],
        ..LINE
    },
    Topic {
        name: "HTTP response was nil; connection may have been reset",
        means: "The connection between the provider and the cloud broke during an operation. The \
            answer is lost; the operation may well have been done.",
        when: "The network to the cloud fails during a create, update or delete. Behind \
            \"executing request\" it is the blob service's connection instead.",
        advice: &[
            Run("terraform plan"),
            Do("it wants to create what exists: import it"),
            Run("terraform import ADDRESS ID"),
        ],
        cautions: &["do not take it for \"the create failed, so retry\""],
        sources: &[Source::Issue("hashicorp/terraform-provider-azurerm#24444")],
        see: &["executing request: …: EOF", "orphaned_object"],
        ..LINE
    },
    Topic {
        name: "AuthorizationFailed",
        means: "The cloud refused the provider's credentials: the operation was not begun. The \
            backend's credentials are another matter, and may be good still.",
        when: "A token that runs out in the middle of a long apply, or a role that lacks the right.",
        advice: &[
            Do("renew the credentials, and apply again: what was done is recorded"),
            Run("terraform apply"),
        ],
        cautions: &[
            "do not begin anew from an empty directory: an errored.tfstate of this run would be \
             lost",
        ],
        sources: &[Source::Issue("Azure/login#180")],
        see: &[
            "AuthenticationFailed",
            "AuthorizationPermissionMismatch",
            "Failed to save state",
        ],
        ..LINE
    },
    Topic {
        name: "local-exec provisioner error",
        also: &["provisioner error"],
        means: "The object was made, and the command that was to set it up did not end well. The \
            object is recorded as tainted.",
        when: "The command fails, or an interrupt ends it: the terminal sends Ctrl+C to it as well.",
        advice: &[
            Do("look at the object; finish by hand what the command began, and keep it"),
            Run("terraform untaint ADDRESS"),
            Do("or let the next apply replace it"),
            Run("terraform apply"),
        ],
        cautions: &[LOOKED_AT_FIRST],
        sources: &[Source::Terraform("language/resources/provisioners/syntax")],
        see: &["tainted_object", "Ctrl+C"],
        ..LINE
    },
    Topic {
        name: "Creation complete",
        lines: &[
            "Creating...",
            "Modifying...",
            "Modifications complete",
            "Destroying...",
            "Destruction complete",
        ],
        means: "What an apply does to a resource: `Creating...` when it asks the provider, \
            `Creation complete after … [id=…]` when the object exists, and likewise for changes \
            and deletions. Nothing of it is in the stored state until the next save.",
        when: "In every apply. A line that began and has no `complete` is an operation of which \
            nobody knows how it ended, where the process died.",
        advice: &[
            Do(
                "after a process that died: take the ID out of its log, and look whether the object exists",
            ),
            Run("terraform import ADDRESS ID"),
        ],
        cautions: &["do not take a `complete` for saved: only the end of the apply says so"],
        sources: &[Source::Terraform("cli/commands/apply")],
        see: &["orphaned_object", "import"],
        ..LINE
    },
    Topic {
        name: "Resource already managed by Terraform",
        means: "The address already has an object in the state; `import` never replaces one.",
        when: "The import ran twice, or somebody else imported first, or the address is wrong.",
        advice: &[
            Run("terraform state show ADDRESS"),
            Do(
                "the state records another object than you mean: decide which of the two is to \
                live",
            ),
        ],
        cautions: &[
            "do not `state rm` the other object first, unless you mean to manage it no longer",
        ],
        sources: &[Source::Terraform("cli/commands/import")],
        see: &["import", "duplicate_object"],
        ..LINE
    },
    Topic {
        name: "Cannot import non-existent remote object",
        means: "The provider found no object of the address's type with the ID that was given.",
        when: "The ID is mistyped, another provider's form or that of an object of another type, or \
            the object is gone; or its create is still under way.",
        advice: &[
            Do(
                "look the ID up in the cloud, or in the apply's log: `Creation complete after … \
                [id=…]`",
            ),
            Run("terraform import ADDRESS ID"),
        ],
        cautions: &["do not apply to be rid of it, before you know that the object is not there"],
        sources: &[Source::Terraform("cli/commands/import")],
        see: &["import", "ghost_object"],
        ..LINE
    },
    Topic {
        name: "resource address \"…\" does not exist in the configuration.",
        lines: &["resource address \"…\" does not exist in the configuration"],
        means: "`import` needs a resource block for the address, and this directory's \
            configuration has none.",
        when: "The address is mistyped, the configuration is another branch's, or the block was \
            removed.",
        advice: &[
            Do("write the block, or go to the directory that has it"),
            Run("terraform import ADDRESS ID"),
        ],
        cautions: &["do not import under an address that happens to exist"],
        sources: &[Source::Terraform("cli/commands/import")],
        see: &["import"],
        ..LINE
    },
    Topic {
        name: "Invalid target address",
        also: &["Invalid source address", "No such resource instance"],
        lines: &[
            "Invalid source address",
            "No such resource instance",
            "No instance found for the given address!",
        ],
        means: "The state has no object under the address: `state rm` and the target of `state mv` \
            say it like this, `state mv` of its source \"Invalid source address\", `taint` and \
            `untaint` \"No such resource instance\", `state show` \"No instance found\". For the \
            target of a `state mv` it can also mean that there is one already.",
        when: "The address is mistyped, or the object was never recorded: an orphan.",
        advice: &[Run("terraform state list")],
        cautions: &["do not take \"not in the state\" for \"not in the cloud\""],
        sources: &[Source::Code("internal/command/state_rm.go")],
        see: &["orphaned_object"],
        ..LINE
    },
    Topic {
        name: "Invalid state move request",
        means: "`state mv` gives an object another address of the same type. The two that were \
            given are of different types, and nothing was moved.",
        when: "An address is mistyped; or a resource has become one of another type, whose state \
            the new provider could not read.",
        advice: &[
            Do("move it to an address of its own type"),
            Run("terraform state list"),
            Do("the resource is of another type now: forget the object, and import it there"),
            Run("terraform state rm ADDRESS"),
            Run("terraform import ADDRESS ID"),
        ],
        cautions: &[
            "do not edit the type in a pulled state: the attributes stay those of the old type",
        ],
        sources: &[Source::Terraform("cli/commands/state/mv")],
        see: &["Invalid target address", "wrong_address"],
        ..LINE
    },
    Topic {
        name: "Resource instance is not tainted",
        means: "There was nothing to untaint: the state already records the object as whole.",
        when: "`untaint` ran twice, or on the wrong address.",
        advice: &[Run("terraform plan")],
        cautions: &[],
        sources: &[Source::Terraform("cli/commands/untaint")],
        see: &["tainted_object"],
        ..LINE
    },
];
