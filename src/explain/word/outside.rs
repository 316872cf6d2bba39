//! Commands that look or settle, and what fails around them.

use crate::explain::topic::Advice::{Do, Run};
use crate::explain::topic::{Sign, Source, Topic, WORD};
use crate::explain::{gcs, http, local, pg, s3};
use crate::verdict::advice::{PUSH, REFRESH_ONLY};
use crate::verdict::caution::NOT_WITHOUT_LOCK;

pub(super) const TOPICS: &[Topic] = &[
    Topic {
        name: "OperationTypeApply",
        also: &[
            "OperationTypePlan",
            "OperationTypeRefresh",
            "OperationTypeInvalid",
            "Operation",
        ],
        means: "The Operation in the lock info: what the holder of the lock does. OperationTypeApply \
            is an apply or a destroy, OperationTypePlan a plan, OperationTypeRefresh a refresh; \
            state commands say state-push, state-rm, state-mv, import, taint and the like; \
            OperationTypeInvalid is a command that did not say.",
        when: "\"Error acquiring the state lock\" prints it under Lock Info.",
        advice: &[
            Do("an apply: find out whether Who is alive, and wait while it is"),
            Do("a plan that is dead left nothing behind but its lock"),
            Run("terraform force-unlock <LOCK_ID>"),
        ],
        cautions: &["do not take the lock of a living apply: it goes on, and can no longer save"],
        sources: &[
            Source::Recording("azurerm/second_apply_while_locked"),
            Source::Code("internal/backend/operation_type.go"),
        ],
        see: &[
            "lock info",
            "Error acquiring the state lock",
            "force-unlock",
        ],
        ..WORD
    },
    Topic {
        name: "takes the lock",
        also: &[
            "gives the lock back",
            "Acquiring state lock",
            "Releasing state lock",
            "lock",
            "locking",
        ],
        means: "With azurerm a command takes the lock in two requests: a lease on the state blob, \
            then the lock info in its metadata; and gives it back in two, the other way round. \
            \"Acquiring state lock. This may take a few moments...\" is printed when it takes long.",
        when: "Every command that may write, and plan. `state list`, `state pull`, `output` and \
            `show` take none.",
        advice: &[Run("terraform plan -lock-timeout=5m")],
        cautions: &[NOT_WITHOUT_LOCK],
        elsewhere: &[
            local::LOCKING,
            s3::LOCKING,
            gcs::LOCKING,
            pg::LOCKING,
            http::LOCKING,
        ],
        sources: &[
            Source::Recording("azurerm/happy_chain"),
            Source::Terraform("language/state/locking"),
        ],
        see: &[
            "lease",
            "lock info",
            "-lock-timeout",
            "Error acquiring the state lock",
        ],
        ..WORD
    },
    Topic {
        name: "terraform plan",
        also: &["plan", "plans", "reads the state"],
        sign: Sign::Typed("terraform plan"),
        means: "Reads the state, reads every object that it records, and says what an apply would \
            do. It changes nothing, though it takes the lock.",
        when: "After every mend: what it wants to create although it exists is an orphan, what it \
            wants to destroy is not in the configuration.",
        advice: &[Run("terraform plan")],
        cautions: &["do not approve a plan that creates everything: the state is lost, not empty"],
        sources: &[Source::Terraform("cli/commands/plan")],
        see: &["-lock=false", "orphaned_object", "0-byte state"],
        ..WORD
    },
    Topic {
        name: "terraform destroy",
        also: &["destroy", "apply -destroy"],
        sign: Sign::Typed("destroy"),
        means: "Deletes every object that the state records, and no other, dependants first. What \
            is in no state stays.",
        when: "To take an environment down. Its record is saved like that of an apply, an \
            errored.tfstate included.",
        advice: &[Run("terraform plan -destroy")],
        cautions: &["do not destroy to get out of a wreck: orphans stay, and what is shared goes"],
        sources: &[Source::Terraform("cli/commands/destroy")],
        see: &["orphaned_object", "ContainerNotFound"],
        ..WORD
    },
    Topic {
        name: "refresh-only",
        also: &[
            "-refresh-only",
            "refresh",
            "terraform refresh",
            "apply -refresh-only",
        ],
        sign: Sign::Typed("refresh"),
        means: "Reads every object that the state records, and writes what it found into the state: \
            changed attributes, and which are gone. It creates and finds no objects that are not \
            recorded.",
        when: "For attributes that were changed by hand, and for objects that are gone.",
        advice: &[Run(REFRESH_ONLY), Run("terraform plan")],
        cautions: &["do not expect it to find orphans: import does that"],
        sources: &[Source::Terraform("cli/commands/refresh")],
        see: &["ghost_object", "stale_attributes", "import"],
        ..WORD
    },
    Topic {
        name: "terraform init",
        also: &[
            "init",
            "init -reconfigure",
            "init -migrate-state",
            "migrate-state",
            "migrate",
        ],
        sign: Sign::Typed("terraform init"),
        means: "Prepares a directory: it lists the container for workspaces and reads the state. \
            With azurerm it writes an empty state where there is none. -reconfigure forgets the \
            backend that was used before, -migrate-state copies its state.",
        when: "Once for each directory, and after each change of the backend block.",
        advice: &[Run("terraform init -reconfigure"), Run("terraform plan")],
        cautions: &[
            "do not let it migrate when only a key or a credential has changed: it may copy an \
             old state over the new one",
        ],
        sources: &[
            Source::Recording("azurerm/cmd_init__list_1_403"),
            Source::Terraform("cli/commands/init"),
        ],
        see: &["Failed to get existing workspaces: …", "lineage"],
        ..WORD
    },
    Topic {
        name: "state list",
        also: &[
            "state show",
            "state pull",
            "terraform state list",
            "terraform state show",
            "terraform state pull",
            "terraform show",
            "terraform output",
        ],
        means: "Commands that only look at the state: all addresses (list), one object (show), the \
            whole file (pull). They take no lock, so they work while somebody is at work, and \
            tell what was saved last.",
        when: "To see what is recorded, and to keep a copy before any mend.",
        advice: &[
            Run("terraform state list"),
            Run("terraform state pull > remote.tfstate"),
        ],
        cautions: &["do not edit what was pulled to push it: import, rm and mv are for that"],
        sources: &[Source::Terraform("cli/commands/state")],
        see: &["state push", "serial"],
        ..WORD
    },
    Topic {
        name: "state mv",
        also: &["terraform state mv", "moved", "rename"],
        sign: Sign::Typed("state mv"),
        means: "Gives a recorded object another address; the object itself is left alone. Both \
            addresses are of the same type.",
        when: "A resource was renamed in the configuration: without it the next apply destroys and \
            creates. A `moved` block does the same in the next apply.",
        advice: &[Run("terraform state list"), Run("terraform plan")],
        cautions: &["do not move while somebody else applies from the old configuration"],
        sources: &[
            Source::Terraform("cli/commands/state/mv"),
            Source::Recording("azurerm/cmd_state_mv__plain"),
        ],
        see: &["state rm", "import"],
        ..WORD
    },
    Topic {
        name: "retries",
        also: &["retry", "retried", "is repeated", "backoff"],
        means: "With azurerm Terraform repeats a request that was answered 429, 500 or 503 after 1, \
            2, 4, 8, 16, 32, then 60 s, without end and without a word. Other refusals, and \
            connections that are reset, are not repeated for ever.",
        when: "A service that is overloaded. The command seems to hang, and holds the lock.",
        advice: &[Do("wait; see with TF_LOG=debug what it repeats")],
        cautions: &["do not press Ctrl+C twice on an apply that waits to save: its record is lost"],
        sources: &[
            Source::Recording("azurerm/put_503_twice"),
            Source::Recording("azurerm/put_429_forever"),
        ],
        see: &["ServerBusy", "TooManyRequests"],
        ..WORD
    },
    Topic {
        name: "-parallelism",
        also: &["parallelism", "slots"],
        sign: Sign::Typed("-parallelism"),
        means: "How many operations a command has under way at once; 10 unless told otherwise.",
        when: "An interrupt or a kill finds so many of them in flight: the fewer, the less is lost.",
        advice: &[Run("terraform apply -parallelism=1")],
        cautions: &["do not raise it against throttling: it makes more of it"],
        sources: &[Source::Terraform("cli/commands/apply")],
        see: &["exit status 137", "TooManyRequests"],
        ..WORD
    },
    Topic {
        name: "cut",
        also: &[
            "network",
            "network cut",
            "link",
            "i/o timeout",
            "no such host",
            "connection refused",
            "black hole",
        ],
        means: "No messages pass between a machine and the cloud, or what keeps the state. Those under \
            way may be lost: a request that was not done, or an answer to one that was.",
        when: "`- { cut: alice <-> state, for: 5s }`; a VPN that drops, a lid that closes. A cut that \
            meets no message has no effect, and makes the replication vacuous.",
        advice: &[
            Do("back on the network: see whether an errored.tfstate was written"),
            Run(PUSH),
            Run("terraform plan"),
        ],
        cautions: &["do not take it that nothing was done because no answer came"],
        sources: &[Source::Recording("azurerm/final_put_conn_reset_forever")],
        see: &["executing request: …: EOF", "errored.tfstate", "vacuous"],
        ..WORD
    },
    Topic {
        name: "disk full",
        also: &["No space left on device", "ENOSPC", "read-only file system"],
        means: "The directory takes no files. A save that fails has then nowhere to go: Terraform \
            prints the state to the terminal, or says that it wrote errored.tfstate where there is \
            none.",
        when: "Runners with small disks, and containers that can't be written.",
        advice: &[
            Do("copy the state from the job's log into a file, if it is there"),
            Do("else import what exists, object by object"),
            Run("terraform import ADDRESS ID"),
        ],
        cautions: &["do not close the terminal before you have looked for the state in it"],
        sources: &[Source::Recording("azurerm/errored_unwritable")],
        see: &["errored.tfstate", "orphaned_object"],
        ..WORD
    },
    Topic {
        name: "credentials",
        also: &["az login", "login", "sign in", "expired credentials"],
        means: "What lets a command at the state and into the cloud: two things that may \
            fail apart. One that has run out by the end of an apply lets it create everything and \
            save nothing.",
        when: "Long applies, federated tokens of CI jobs, a sign-in of yesterday.",
        advice: &[
            Do("sign in again, in the same directory, and mend in a new process"),
            Run("terraform force-unlock <LOCK_ID>"),
            Run(PUSH),
            Run("terraform plan"),
        ],
        cautions: &["do not run the job again from a clean directory: that throws the file away"],
        sources: &[Source::Issue("hashicorp/terraform#33264")],
        see: &["AuthenticationFailed", "InvalidAuthenticationInfo"],
        ..WORD
    },
    Topic {
        name: "suspend",
        also: &["sleep", "asleep", "hibernate", "resume"],
        means: "A machine sleeps: its processes stop where they are, keep the lock, and go on when \
            it wakes. The cloud goes on meanwhile.",
        when: "`- { suspend: bob }`; a laptop whose lid closes under an apply.",
        advice: &[Do("wake it, and let the command come to its end")],
        cautions: &["do not force-unlock a sleeper: it wakes, goes on, and can no longer save"],
        sources: &[Source::Own],
        see: &["force-unlock", "LeaseLost"],
        ..WORD
    },
    Topic {
        name: "wrapper",
        also: &["terragrunt", "atlantis", "shell script"],
        means: "A program that starts Terraform and stands between it and whoever presses Ctrl+C: it \
            may pass a signal on twice, or kill what does not end in time.",
        when: "`operators: { alice: { wrapper: … } }`; scripts, make, CI steps.",
        advice: &[Do("start Terraform with `exec`, and give it time to end")],
        cautions: &["do not pass a signal on that the terminal has sent to all already"],
        sources: &[Source::Issue("hashicorp/field-workshops-terraform#383")],
        see: &["Ctrl+C", "exit status 130"],
        ..WORD
    },
    Topic {
        name: "prompt",
        also: &["approval", "yes", "-auto-approve", "Enter a value"],
        means: "`apply`, `destroy` and force-unlock ask before they act, and take nothing but `yes`. \
            An apply holds the lock while it asks.",
        when: "Without -auto-approve. A prompt that nobody answers keeps everybody out.",
        advice: &[Do("answer it, or press Ctrl+C once")],
        cautions: &["do not go home with a prompt open"],
        sources: &[Source::Terraform("cli/commands/apply")],
        see: &[
            "Error acquiring the state lock",
            "Error asking for approval: interrupted",
        ],
        ..WORD
    },
    Topic {
        name: "blob version",
        also: &[
            "versioning",
            "soft delete",
            "undelete",
            "restore",
            "restored",
            "blob snapshot",
        ],
        means: "What brings an old state back: versions (each write keeps the one before), soft \
            delete (what was deleted can be undeleted for some days), snapshots (taken on request, \
            or at each save with `snapshot = true`). The first two are settings of the account.",
        when: "`before: { account: { versioning: true, soft_delete: 7d } }`, and the commands of az. \
            `- { blob: { restore: 1 } }` needs no setting: the state before the one that the blob \
            holds, or, where it was deleted or overwritten, the last one that it held.",
        advice: &[
            Do("restore it before any other command; then see what it does not know"),
            Run("az storage blob list --container-name tfstate --include vds"),
            Do(
                "a version or a snapshot: `az storage blob copy start` onto the state blob, with \
                `--source-uri 'https://…?versionId=…'` or `--source-snapshot`",
            ),
            Do("a blob that was deleted where no versions are kept:"),
            Run("az storage blob undelete --container-name tfstate --name terraform.tfstate"),
            Run("terraform plan"),
        ],
        cautions: &[
            "do not rely on `undelete` alone where versions are kept: it changes nothing there, \
             and exits 0",
            "do not forget the lock info: an old version may bring back that of its time",
        ],
        sources: &[Source::Azure("undelete-blob"), Source::Azure("copy-blob")],
        see: &["state_lost", "SnapshotsPresent", "lock info"],
        ..WORD
    },
    Topic {
        name: "terraform.tfstate.backup",
        also: &["backup", "backup file", "tfstate.backup"],
        means: "Beside a local state: what the state was before the last command that changed it. \
            With azurerm there is none.",
        when: "Written by each command that changes a local state.",
        advice: &[
            Do("the state is broken: copy the backup over it, and import what is newer"),
            Run("terraform plan"),
        ],
        cautions: &["do not run a second command first: the next backup replaces it"],
        sources: &[Source::Terraform("language/backend/local")],
        see: &["corrupt_state", "state_lost"],
        ..WORD
    },
    Topic {
        name: "backend",
        also: &["azurerm", "gcs", "local backend", "remote state"],
        means: "Where the state lives, and what locks it: with azurerm a blob under a lease, with s3 \
            and gcs an object, and for a lock another one beside it, with local a file under a lock of \
            the operating system, which ends with its process.",
        when: "The backend block of a configuration; `backend:` of a scenario.",
        advice: &[Do(
            "see what differs: the advice of many topics says it for each backend",
        )],
        cautions: &["do not carry what holds for one backend over to another"],
        sources: &[
            Source::Terraform("language/backend/azurerm"),
            Source::Terraform("language/backend/local"),
        ],
        see: &["lease", "lock info", "terraform init"],
        ..WORD
    },
];
