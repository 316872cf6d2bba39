//! Codes that speak of the lease.

use crate::explain::topic::Advice::{Do, Run};
use crate::explain::topic::{CODE, Sign, Source, Topic};
use crate::service::azure::Refusal;
use crate::terraform::backend::azurerm::{BREAK_LEASE, NOT_FORCE_UNLOCKED};
use crate::verdict::advice::PUSH;
use crate::verdict::caution::NOT_WITHOUT_LOCK;

pub(super) const TOPICS: &[Topic] = &[
    Topic {
        name: "LeaseIdMissing",
        also: &["lease ID missing", "no lease ID was specified"],
        sign: Sign::Refused(&[Refusal::LeaseIdMissing]),
        means: "412: a lease is active on the blob, and the write or delete carried no lease ID at \
            all. It does not say that an ID has expired: a stale ID gives other codes.",
        when: "An apply or a push with -lock=false while somebody holds the lock, or while a dead \
            process's lock is left. A client that forgot its own lease ID, as the article's does \
            after a failed renewal. A second Ctrl+C, after which Terraform may save once more \
            without an ID.",
        advice: &[
            Do("find out whether the holder of the lock is alive; if it is, wait"),
            Run("terraform force-unlock <LOCK_ID>"),
            Do("no lock info: break the lease"),
            Run(BREAK_LEASE),
            Do("if an errored.tfstate was written, push it, with the lock"),
            Run(PUSH),
            Run("terraform plan"),
        ],
        cautions: &[
            NOT_WITHOUT_LOCK,
            "do not look for a `lease_id` argument of the backend: there is none",
        ],
        sources: &[
            Source::Recording("azurerm/no_lock_apply_while_locked"),
            Source::Azure("lease-blob"),
            Source::Article,
        ],
        see: &[
            "-lock=false",
            "orphaned_lock",
            "Failed to save state",
            "LeaseLost",
        ],
        ..CODE
    },
    Topic {
        name: "LeaseIdMismatchWithBlobOperation",
        sign: Sign::Refused(&[Refusal::LeaseIdMismatchWithBlobOperation]),
        means: "412: a lease is active, and the request carried the ID of another one. Somebody \
            took the lock away from this process, and somebody has it now.",
        when: "A save or an unlock of an apply that was force-unlocked while it was alive, after \
            the next command has taken the lock.",
        advice: &[
            Do("let the one that holds the lock now come to its end"),
            Run("terraform state pull > remote.tfstate"),
            Run("diff remote.tfstate errored.tfstate"),
            Do("nothing new in the remote state: push; else import what it lacks"),
            Run(PUSH),
            Run("terraform import ADDRESS ID"),
        ],
        cautions: &[
            "do not force-unlock again: this time the holder is alive",
            "do not use state push -force: it drops what the other one has saved",
        ],
        sources: &[
            Source::Recording("azurerm/force_unlocked_and_relocked"),
            Source::Azure("lease-blob"),
        ],
        see: &["forked_state", "force-unlock", "LeaseLost"],
        ..CODE
    },
    Topic {
        name: "LeaseLost",
        sign: Sign::Refused(&[Refusal::LeaseLost]),
        means: "412: the request carried the ID of a lease that has run out or was broken, and \
            nobody has written or leased since.",
        when: "A save after somebody broke the lease by hand, or of a client with a finite lease \
            that slept or was cut off for longer than the lease lasts.",
        advice: &[
            Do("nobody else has written, so what errored.tfstate holds is the newest"),
            Run(PUSH),
            Run("terraform plan"),
        ],
        cautions: &[
            "do not break a lease to hurry things along: its holder may be alive, and loses its \
             save",
        ],
        sources: &[
            Source::Azure("lease-blob"),
            Source::Azure("blob-service-error-codes"),
        ],
        see: &[
            "az storage blob lease break",
            "LeaseNotPresentWithBlobOperation",
            "renewing",
        ],
        ..CODE
    },
    Topic {
        name: "LeaseNotPresentWithBlobOperation",
        sign: Sign::Refused(&[Refusal::LeaseNotPresentWithBlobOperation]),
        means: "412: the request carried a lease ID, and the blob has no lease: it was released, or \
            it ran out or was broken and somebody has written since.",
        when: "A save or an unlock of an apply that was force-unlocked while it was alive; or after \
            the blob was deleted and made anew.",
        advice: &[
            Run("terraform state pull > remote.tfstate"),
            Run("diff remote.tfstate errored.tfstate"),
            Do("the remote state has nothing that the file lacks: push"),
            Run(PUSH),
            Do("it has: import what only the file records"),
            Run("terraform import ADDRESS ID"),
        ],
        cautions: &[
            "do not push blindly: that somebody has written since is what the code may mean",
        ],
        sources: &[
            Source::Recording("azurerm/force_unlocked_during_apply"),
            Source::Azure("lease-blob"),
        ],
        see: &["LeaseLost", "force-unlock", "remote_behind_errored"],
        ..CODE
    },
    Topic {
        name: "InfiniteLeaseDurationRequired",
        sign: Sign::Refused(&[Refusal::InfiniteLeaseDurationRequired]),
        means: "412: an asynchronous copy onto the blob carries the right lease ID, and the lease \
            is a finite one.",
        when: "A restore of the state blob by copy while a client with a finite lease holds it. \
            Terraform never does this; its lease is infinite.",
        advice: &[Do(
            "wait until the holder is done, or break the lease, and copy then",
        )],
        cautions: &["do not copy over a state that a process is about to save"],
        sources: &[Source::Azure("blob-service-error-codes")],
        see: &["lease", "renewing"],
        ..CODE
    },
    Topic {
        name: "LeaseAlreadyPresent",
        sign: Sign::Refused(&[Refusal::LeaseAlreadyPresent]),
        means: "409: somebody's lease is active, so it can't be acquired.",
        when: "Two commands want the lock within the same few milliseconds; or the answer to a \
            first acquire was lost. Usually Terraform sees the lease before it asks, and says \
            \"state blob is already locked\".",
        advice: &[
            Do("wait for the holder, with -lock-timeout=10m, or see whether it is dead"),
            Run("terraform plan -lock-timeout=10m"),
        ],
        cautions: &[NOT_WITHOUT_LOCK],
        sources: &[
            Source::Azure("lease-blob"),
            Source::Recording("azurerm/acquire_resp_lost_forever"),
        ],
        see: &["Error acquiring the state lock", "-lock-timeout"],
        ..CODE
    },
    Topic {
        name: "LeaseIdMismatchWithLeaseOperation",
        sign: Sign::Refused(&[Refusal::LeaseIdMismatchWithLeaseOperation]),
        means: "409: a renewal, change or release carried an ID that the blob does not remember: \
            the lease was released already, or another one has taken its place.",
        when: "An unlock whose first answer was lost; an unlock after a force-unlock; a renewal \
            after somebody else has leased or written.",
        advice: &[
            Run("terraform plan"),
            Do("it runs: the lock is free, and there is nothing to do"),
        ],
        cautions: &["do not force-unlock whatever lock is there now: it is somebody else's"],
        sources: &[Source::Azure("lease-blob")],
        see: &["Error releasing the state lock", "force-unlock"],
        ..CODE
    },
    Topic {
        name: "LeaseNotPresentWithLeaseOperation",
        sign: Sign::Refused(&[Refusal::LeaseNotPresentWithLeaseOperation]),
        means: "409: there is no lease to break or to change.",
        when: "`az storage blob lease break` on a blob that nobody has leased: the lock is free \
            already.",
        advice: &[Run("terraform plan")],
        cautions: &[],
        sources: &[Source::Azure("lease-blob")],
        see: &["az storage blob lease break", "leftover_lock_info"],
        ..CODE
    },
    Topic {
        name: "LeaseIsBreakingAndCannotBeAcquired",
        sign: Sign::Refused(&[Refusal::LeaseIsBreakingAndCannotBeAcquired]),
        means: "409: the lease is being broken, and may be acquired again when its break period is \
            over. Anybody else gets LeaseAlreadyPresent.",
        when: "A break with a period of up to 60 s, and the old holder asks again within it.",
        advice: &[
            Do("wait out the period; or break again with period 0"),
            Run(BREAK_LEASE),
        ],
        cautions: &[
            "do not shorten the period while the holder may still save: it is there for that",
        ],
        sources: &[Source::Azure("lease-blob")],
        see: &["az storage blob lease break", "LeaseAlreadyPresent"],
        ..CODE
    },
    Topic {
        name: "LeaseIsBreakingAndCannotBeChanged",
        sign: Sign::Refused(&[Refusal::LeaseIsBreakingAndCannotBeChanged]),
        means: "409: the lease is being broken, and its ID can no longer be changed.",
        when: "`az storage blob lease change` within the break period. Terraform never changes a \
            lease ID.",
        advice: &[Do("wait until it is broken, and acquire a new one")],
        cautions: &["do not change the ID of a lease that a process holds: its save is refused"],
        sources: &[Source::Azure("lease-blob")],
        see: &["az storage blob lease break"],
        ..CODE
    },
    Topic {
        name: "LeaseIsBrokenAndCannotBeRenewed",
        sign: Sign::Refused(&[Refusal::LeaseIsBrokenAndCannotBeRenewed]),
        means: "409: somebody has broken the lease on purpose, so its holder can't renew it.",
        when: "A client with a finite lease renews after a break; Terraform with azurerm never \
            renews.",
        advice: &[
            Do(
                "find out who broke it and why; then stop the client and push what it could not \
                save",
            ),
            Run(PUSH),
        ],
        cautions: &["do not break leases of processes that are alive"],
        sources: &[Source::Azure("lease-blob")],
        see: &["renewing", "LeaseLost"],
        ..CODE
    },
    Topic {
        name: "LeaseAlreadyBroken",
        sign: Sign::Refused(&[Refusal::LeaseAlreadyBroken]),
        means: "409: the lease is broken already. Only services before version 2012-02-12 refuse a \
            second break; later ones accept it, and so does the model.",
        when: "A second `az storage blob lease break`, on an old version of the service.",
        advice: &[Run("terraform plan")],
        cautions: &[NOT_FORCE_UNLOCKED],
        sources: &[Source::Azure("blob-service-error-codes")],
        see: &["az storage blob lease break", "leftover_lock_info"],
        ..CODE
    },
];
