//! Commands and options.

use crate::explain::topic::Advice::{Do, Run};
use crate::explain::topic::{Sign, Source, Topic, WORD};
use crate::explain::{gcs, http, local, pg, s3};
use crate::terraform::backend::azurerm::{BREAK_LEASE, NOT_FORCE_UNLOCKED};
use crate::verdict::advice::PUSH;
use crate::verdict::caution::{IMPORTED_FIRST, NOT_FORCED, NOT_WITHOUT_LOCK};

pub(super) const TOPICS: &[Topic] = &[
    Topic {
        name: "force-unlock",
        also: &["terraform force-unlock", "unlock"],
        sign: Sign::Typed("force-unlock"),
        means: "Takes somebody's lock away. With azurerm it reads the lock info, compares its ID \
            with the one that is given, clears the info, and releases the lease with that ID; it \
            does not break the lease.",
        when: "It needs the ID from the lock info, and lock info to compare it with. Without an ID \
            there is no such command; without -force it asks.",
        advice: &[
            Do("make sure that the holder is dead; let a command print the ID"),
            Run("terraform plan"),
            Run("terraform force-unlock <LOCK_ID>"),
        ],
        cautions: &[
            "do not force-unlock a process that is alive: its next save is refused, and what it \
             did is in its errored.tfstate alone",
            NOT_FORCE_UNLOCKED,
        ],
        elsewhere: &[
            local::FORCE_UNLOCK,
            s3::FORCE_UNLOCK,
            gcs::FORCE_UNLOCK,
            pg::FORCE_UNLOCK,
            http::FORCE_UNLOCK,
        ],
        sources: &[
            Source::Terraform("cli/commands/force-unlock"),
            Source::Recording("azurerm/force_unlocked_during_apply"),
        ],
        see: &["orphaned_lock", "lock ID", "az storage blob lease break"],
        ..WORD
    },
    Topic {
        name: "az storage blob lease break",
        also: &["lease break", "break lease", "break the lease"],
        sign: Sign::Typed("lease break"),
        means: "Ends the lease on the blob, whoever holds it, without its ID. With period 0 at \
            once; without a period an infinite lease ends at once too, a finite one when it would \
            have run out. The lock info stays; the next command that locks clears it.",
        when: "The way out where force-unlock can't work: no lock info, or an empty blob.",
        advice: &[
            Do("make sure that nobody is at work"),
            Run(BREAK_LEASE),
            Run("terraform plan"),
        ],
        cautions: &[
            "do not put it into a cleanup step that always runs: it breaks the lock of whoever is \
             at work then",
            NOT_FORCE_UNLOCKED,
        ],
        sources: &[Source::Azure("lease-blob")],
        see: &["force-unlock", "leftover_lock_info", "LeaseLost"],
        ..WORD
    },
    Topic {
        name: "state push",
        also: &["terraform state push", "state push -force"],
        sign: Sign::Typed("state push"),
        means: "Stores a local state file as the remote state, with the file's serial plus 1. It is \
            refused if the file has another lineage, a lower serial, or the same serial and other \
            content; an empty remote state takes anything. -force skips these checks.",
        when: "To bring back errored.tfstate, or a copy of a state that was lost.",
        advice: &[
            Do("the lock has to be free, since a push takes it"),
            Run(PUSH),
            Run("terraform plan"),
        ],
        cautions: &[
            NOT_FORCED,
            "do not push with -lock=false past a held lock: it is refused with 412 LeaseIdMissing",
        ],
        sources: &[
            Source::Terraform("cli/commands/state/push"),
            Source::Recording("azurerm/push_wrong_lineage"),
            Source::Recording("azurerm/push_same_serial_different"),
        ],
        see: &["errored.tfstate", "serial", "lineage"],
        ..WORD
    },
    Topic {
        name: "state rm",
        also: &["terraform state rm"],
        sign: Sign::Typed("state rm"),
        means: "Takes an address out of the state; the object itself is left alone.",
        when: "For an object that Terraform shall manage no longer.",
        advice: &[
            Run("terraform state show ADDRESS"),
            Run("terraform state rm ADDRESS"),
            Do("and take the block out of the configuration, or the next apply creates it again"),
        ],
        cautions: &[
            "do not use it on an object that is gone: a refresh does that, and looks first",
        ],
        sources: &[Source::Terraform("cli/commands/state/rm")],
        see: &["ghost_object", "import"],
        ..WORD
    },
    Topic {
        name: "import",
        also: &["terraform import"],
        sign: Sign::Typed("terraform import"),
        means: "Records an object that exists under an address that has none. It changes nothing in \
            the cloud, and raises the serial by 1.",
        when: "For an orphaned object that no errored.tfstate records; it needs a resource block \
            for the address.",
        advice: &[
            Do("find the object's ID in the cloud, or in the apply's log"),
            Run("terraform import ADDRESS ID"),
            Do("see whether configuration and object agree"),
            Run("terraform plan"),
        ],
        cautions: &[
            IMPORTED_FIRST,
            "do not import while an errored.tfstate is still to be pushed: the push is then refused",
        ],
        sources: &[Source::Terraform("cli/commands/import")],
        see: &["orphaned_object", "A resource with the ID already exists"],
        ..WORD
    },
    Topic {
        name: "-lock=false",
        also: &["lock=false", "no lock", "without lock"],
        sign: Sign::Typed("-lock=false"),
        means: "The command neither takes nor looks at the lock. Reading works always; a save \
            overwrites what others have saved, but where a held lock has it refused: azurerm does that \
            with 412 LeaseIdMissing while anybody holds the lease.",
        when: "`plan -lock=false` is a fair way to look while somebody is at work.",
        advice: &[Run("terraform plan -lock=false")],
        cautions: &[
            NOT_WITHOUT_LOCK,
            "do not apply with it even if the lock is free: two such applies end in a lost update",
        ],
        sources: &[Source::Recording("azurerm/no_lock_apply_while_locked")],
        see: &[
            "LeaseIdMissing",
            "-lock-timeout",
            "Error acquiring the state lock",
        ],
        ..WORD
    },
    Topic {
        name: "-lock-timeout",
        also: &["lock timeout", "lock_timeout"],
        sign: Sign::Typed("-lock-timeout"),
        means: "How long a command tries for a lock that somebody holds: at once, then after 1, 2, \
            4, 8, 16, 16, … s. Without it the command fails at the first attempt. It is an option \
            of the command; the backend block has nothing of the kind.",
        when: "For honest waiting, as in CI. It does nothing where there is no lock info, and does \
            not help against a dead holder whose lock never runs out.",
        advice: &[Run("terraform apply -lock-timeout=10m")],
        cautions: &["do not raise it to cure a lock that nobody holds: it waits for nothing"],
        sources: &[
            Source::Recording("azurerm/lock_timeout_wins"),
            Source::Recording("azurerm/sigint_during_lock_wait"),
        ],
        see: &["Error acquiring the state lock", "orphaned_lock"],
        ..WORD
    },
];
