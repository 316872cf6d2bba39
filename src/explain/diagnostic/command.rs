//! Lines about prompts, files, and commands other than Terraform.

use crate::explain::topic::Advice::{Do, Run};
use crate::explain::topic::{LINE, Source, Topic};

pub(super) const TOPICS: &[Topic] = &[
    Topic {
        name: "Apply cancelled.",
        also: &["Apply cancelled"],
        lines: &["Apply cancelled"],
        means: "The prompt was answered with something other than \"yes\". Nothing was done, and \
            the lock is given back.",
        when: "`apply` without -auto-approve. While the prompt waits, the lock is held: others are \
            locked out for as long as somebody is at lunch.",
        advice: &[
            Run("terraform plan -out=new.tfplan"),
            Run("terraform apply new.tfplan"),
        ],
        cautions: &["do not leave a prompt waiting: plan into a file, read it, apply the file"],
        sources: &[Source::Terraform("cli/commands/apply")],
        see: &[
            "Error acquiring the state lock",
            "Error asking for approval: interrupted",
        ],
        ..LINE
    },
    Topic {
        name: "force-unlock cancelled.",
        also: &["force-unlock cancelled"],
        lines: &["force-unlock cancelled"],
        means: "The prompt of `force-unlock` was answered with something other than \"yes\", such as \
            \"y\". The lock is held as before.",
        when: "`force-unlock` without -force.",
        advice: &[
            Do("if its holder is dead, answer with the whole word"),
            Run("terraform force-unlock <LOCK_ID>"),
        ],
        cautions: &[],
        sources: &[Source::Code("internal/command/unlock.go")],
        see: &["force-unlock", "Apply cancelled."],
        ..LINE
    },
    Topic {
        name: "Error asking for approval: interrupted",
        also: &["Error asking for approval"],
        lines: &["Error asking for approval"],
        means: "Ctrl+C at the prompt. Nothing was done, and the lock is given back.",
        when: "`apply` without -auto-approve, interrupted while it waits.",
        advice: &[Run("terraform plan")],
        cautions: &[],
        sources: &[Source::Code("internal/backend/local/backend_apply.go")],
        see: &["Ctrl+C", "Apply cancelled."],
        ..LINE
    },
    Topic {
        name: "ERROR: … ErrorCode:…",
        also: &["ErrorCode"],
        lines: &["ErrorCode:", "Operation returned an invalid status …"],
        means: "A command of az was refused by the blob service. The code stands behind \
            \"ErrorCode:\"; of a look without a body, as `show` is one, only the status is named. \
            The exit status is 3 where nothing was found, and else 1.",
        when: "The blob is leased and the command brings no lease ID, or another one; there is no \
            such blob, or another name was typed; the blob exists and --overwrite was forgotten; \
            the blob has snapshots.",
        advice: &[
            Do("look up the code with `leaselab explain CODE`"),
            Run("az storage blob show --container-name tfstate --name terraform.tfstate"),
        ],
        cautions: &[
            "do not take exit 0 of `undelete` for a state that is back: where nothing was \
             soft-deleted it changes nothing and says so in no word",
        ],
        sources: &[Source::Azure("blob-service-error-codes")],
        see: &[
            "LeaseIdMissing",
            "BlobNotFound",
            "SnapshotsPresent",
            "blob version",
        ],
        ..LINE
    },
    Topic {
        name: "An error occurred (…) when calling the … operation",
        also: &["aws error"],
        lines: &[
            "An error occurred (… when calling the … operation",
            "fatal error: ",
            "delete failed: ",
            "upload failed: ",
            "The user-provided path … does not exist",
            "Connection was closed before we received a valid response",
        ],
        means: "An `aws` command failed: the service refused it, or it found no file. The code in \
            parentheses is the service's; of a head, whose answer has no body, its status.",
        when: "An object, a version or an item is not there, the credentials have expired or lack a \
            permission, or the connection was lost.",
        advice: &[
            Do("look what is there"),
            Run("aws s3 ls s3://tfstate/"),
            Run("aws s3api list-object-versions --bucket tfstate --prefix terraform.tfstate"),
        ],
        cautions: &["do not take a 404 of the lock object for an error: the lock is free"],
        sources: &[Source::Aws(
            "cli/latest/userguide/cli-usage-returncodes.html",
        )],
        see: &["NoSuchKey", "ExpiredToken"],
        ..LINE
    },
    Topic {
        name: "(gcloud.storage.…",
        also: &["gcloud error", "gsutil error"],
        lines: &[
            "CommandException: ",
            "ServiceException: ",
            "AccessDeniedException: ",
            "PreconditionException: ",
        ],
        means: "A `gcloud storage` or `gsutil` command failed: nothing matched the address, or the \
            service refused it.",
        when: "An object or a generation is not there, the credentials have expired or lack a \
            permission, or the connection was lost.",
        advice: &[
            Do("look what is there, with the generations of before"),
            Run("gcloud storage ls -a gs://tfstate/"),
        ],
        cautions: &["do not take a missing lock object for an error: the lock is free"],
        sources: &[Source::Google("sdk/gcloud/reference/storage")],
        see: &["storage: object doesn't exist", "googleapi: Error 403"],
        ..LINE
    },
    Topic {
        name: "No such file or directory",
        also: &["no such file"],
        lines: &["No such file or directory", "… is no state file"],
        means: "A command on files did not find its file, or not the kind that it needs.",
        when: "errored.tfstate was sought in another directory than the one in which the apply \
            ran, or its runner is gone; or it was never written: after a kill or two Ctrl+C there \
            is none, and in a directory that can't be written there is none either.",
        advice: &[
            Do("look where the apply ran, and in the artifacts of its job"),
            Run("ls errored.tfstate"),
            Do("it is gone: import what exists and is not recorded, with the IDs from the log"),
            Run("terraform plan"),
            Run("terraform import ADDRESS ID"),
        ],
        cautions: &["do not apply in the hope that it comes back"],
        sources: &[Source::Recording("azurerm/errored_unwritable")],
        see: &["errored.tfstate", "orphaned_object"],
        ..LINE
    },
];
