//! How runs end, and what interrupts them.

use crate::explain::topic::Advice::{Do, Run};
use crate::explain::topic::{Sign, Source, Topic, WORD};
use crate::verdict::caution::NOT_WITHOUT_LOCK;

pub(super) const TOPICS: &[Topic] = &[
    Topic {
        name: "Ctrl+C",
        also: &[
            "SIGINT",
            "SIGTERM",
            "interrupt",
            "ctrl-c",
            "ctrl c",
            "cancel",
            "Interrupt received",
            "Stopping operation",
            "github_actions",
        ],
        sign: Sign::Interrupted,
        means: "The first one asks Terraform to stop: it saves, tells the providers to stop, waits \
            for what is in flight, saves that, unlocks, exits 1. The second one makes it give up: \
            what is in flight is in no state, and it has 5 s left to unlock. SIGTERM counts the \
            same.",
        when: "A CI system's cancel is SIGINT, SIGTERM 7.5 s later, and a kill 2.5 s after that: \
            for most applies a double interrupt.",
        advice: &[
            Do("press it once, and wait for as long as the slowest resource takes"),
            Run("terraform plan"),
            Do("import what it wants to create and what exists already"),
            Run("terraform import ADDRESS ID"),
        ],
        cautions: &["do not press it twice"],
        sources: &[
            Source::Recording("azurerm/sigint_once_finish"),
            Source::Recording("azurerm/sigint_twice"),
            Source::Recording("azurerm/sigint_twice_long"),
        ],
        see: &[
            "execution halted",
            "operation canceled",
            "context canceled",
            "exit status 130",
        ],
        ..WORD
    },
    Topic {
        name: "exit status 1",
        also: &["exit 1", "exit code 1"],
        sign: Sign::Exits(1),
        means: "The command printed an error. It may have done much, all or nothing: an apply exits \
            1 when one resource failed, when it was interrupted, when the state could not be saved, \
            and when all was saved and only the unlock failed.",
        when: "After any error; `state push`, `state rm` and `import` exit 0 when only their unlock \
            failed.",
        advice: &[
            Do("read the error lines, and look each up"),
            Run("terraform plan"),
        ],
        cautions: &["do not retry by the exit status alone"],
        sources: &[
            Source::Recording("azurerm/one_of_parallel_fails"),
            Source::Recording("azurerm/release_fails_after_metadata_cleared"),
        ],
        see: &[
            "Failed to save state",
            "Error releasing the state lock",
            "execution halted",
        ],
        ..WORD
    },
    Topic {
        name: "exit status 130",
        also: &["130", "exit 130", "exit code 130", "exit status 143", "143"],
        sign: Sign::Exits(130),
        means: "Some program was ended by SIGINT itself (143: by SIGTERM). It was not Terraform, \
            which catches these signals and exits 1, but the script, wrapper or pipe around it; \
            Terraform may still be at work.",
        when: "Ctrl+C in a shell script, a pipe or a CI step around Terraform.",
        advice: &[
            Do("see whether a terraform process is still alive, and let it end"),
            Do("start it with `exec terraform …` so that it is the one that gets the signal"),
        ],
        cautions: &["do not force-unlock because the prompt came back"],
        sources: &[Source::Issue("hashicorp/field-workshops-terraform#383")],
        see: &["Ctrl+C", "exit status 137"],
        ..WORD
    },
    Topic {
        name: "exit status 137",
        also: &[
            "137",
            "exit 137",
            "exit code 137",
            "SIGKILL",
            "kill -9",
            "OOM",
            "killed",
        ],
        sign: Sign::Exits(137),
        means: "The process was killed (128 + 9). Nothing of it ran any more: no save, no unlock, no \
            errored.tfstate. The lock stays; the state is what was saved last, which may be long \
            ago or never; the cloud goes on with what it had accepted.",
        when: "The memory ran out, the runner's grace was over, a pod was evicted, or somebody typed \
            kill -9.",
        advice: &[
            Run("terraform force-unlock <LOCK_ID>"),
            Run("terraform plan"),
            Do("import what it wants to create and what exists already"),
            Run("terraform import ADDRESS ID"),
        ],
        cautions: &[
            NOT_WITHOUT_LOCK,
            "do not look for errored.tfstate: there is none",
        ],
        sources: &[Source::Recording("azurerm/sigkill_mid_apply")],
        see: &["orphaned_lock", "orphaned_object", "exit status 141"],
        ..WORD
    },
    Topic {
        name: "exit status 129",
        also: &["129", "exit 129", "SIGHUP", "terminal closed"],
        sign: Sign::Exits(129),
        means: "The terminal was closed (128 + 1), which Terraform does not catch: it is a kill.",
        when: "A window, an SSH session or a VPN ends under a running apply.",
        advice: &[
            Do("mend as after any kill"),
            Run("terraform force-unlock <LOCK_ID>"),
            Run("terraform plan"),
        ],
        cautions: &["do not run long applies in a terminal that may close: use tmux or a CI job"],
        sources: &[Source::Issue("hashicorp/field-workshops-terraform#383")],
        see: &["exit status 137"],
        ..WORD
    },
    Topic {
        name: "exit status 141",
        also: &["141", "exit 141", "SIGPIPE", "broken pipe", "tee"],
        sign: Sign::Exits(141),
        means: "Nobody reads the output any more (128 + 13): Terraform dies at its next line, like \
            after a kill.",
        when: "`terraform apply | tee log` with Ctrl+C, which ends tee first; or `| head`.",
        advice: &[
            Do("mend as after any kill; and write to a file, or use `tee -i`"),
            Run("terraform force-unlock <LOCK_ID>"),
            Run("terraform plan"),
        ],
        cautions: &["do not pipe an apply into what may end before it does"],
        sources: &[Source::Issue("hashicorp/terraform#31911")],
        see: &["exit status 137", "Ctrl+C"],
        ..WORD
    },
    Topic {
        name: "in sync",
        also: &["in_sync"],
        means: "leaselab's aim: cloud and remote state agree, nothing is tainted, the lock is free, \
            and no errored.tfstate has what the remote state lacks. A file that is left over \
            without loss is only a note.",
        when: "A recovery has worked when the replay ends so.",
        advice: &[Do(
            "follow the findings' commands in their order: unlock, push, import, refresh",
        )],
        cautions: &["do not import before the push: the push is then refused"],
        sources: &[Source::Own],
        see: &["orphaned_lock", "remote_behind_errored", "orphaned_object"],
        ..WORD
    },
    Topic {
        name: "vacuous",
        also: &["exit status 3"],
        sign: Sign::None,
        means: "leaselab's word for a scenario of which a fault or a step never came to act: what \
            it was to show it did not show. Exit status 3 of `leaselab run`.",
        when: "A rule's request is never sent, or a `when` names a fact that does not occur.",
        advice: &[Do(
            "read the line that it names, and look at the requests with --requests",
        )],
        cautions: &["do not take a vacuous scenario for one that passed"],
        sources: &[Source::Own],
        see: &["limit_reached"],
        ..WORD
    },
    Topic {
        name: "renewing",
        also: &["client renewing", "finite lease", "TTL", "lease expired"],
        means: "The client that the article describes: a lease of 15 to 60 s, renewed at half of \
            it, and a save after every resource. Terraform with azurerm is otherwise: its lease is \
            infinite and never renewed.",
        when: "A scenario with `client: renewing`; what many people believe Terraform to do.",
        advice: &[Do("replay the same night with both, and compare")],
        cautions: &["do not wait for Terraform's lock to run out: it never does"],
        sources: &[Source::Article, Source::Issue("hashicorp/terraform#33651")],
        see: &["lease", "LeaseIdMissing", "LeaseLost"],
        ..WORD
    },
];
