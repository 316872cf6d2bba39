//! What topics that azurerm shares with a local state say of a local one.

use super::topic::Advice::{Do, Run};
use super::topic::Elsewhere;
use crate::terraform::backend::local::{ADVICE, BRING_BACK, PUT_ASIDE};
use crate::terraform::backend::{Backend, LocalPlace};
use crate::verdict::advice::PUSH;
use crate::verdict::caution::{NOT_APPLIED_ANEW, PUSHED_FIRST};

const NOT_UNLOCKED: &str =
    "do not use force-unlock: it is refused, whatever the ID and whoever has the lock";

/// Nothing is said yet.
const LOCAL: Elsewhere = Elsewhere {
    backend: Backend::Local {
        place: LocalPlace::WorkingDirectory,
    }
    .name(),
    means: "",
    advice: &[],
    cautions: &[],
};

pub(super) const LOCK_REFUSED: Elsewhere = Elsewhere {
    means: "Somebody else's process is alive and has the lock (\"resource temporarily \
        unavailable\"); or the state can't be opened for writing (\"permission denied\"), or is \
        no state (\"2 problems:\").",
    advice: &[
        Do("locked: wait, or let the command wait with -lock-timeout=10m, or end the process"),
        Do("it is dead: there is nothing to unlock, type the command again"),
        Run("terraform plan"),
        Do("can't be opened: mend the permissions of the file and of its directory"),
        Do("is no state: put it aside, and bring back the backup"),
        Run(PUT_ASIDE),
        Run(BRING_BACK),
    ],
    cautions: &[
        NOT_UNLOCKED,
        "do not apply with -lock=false: two writers overwrite each other's state, and nobody is \
         told",
    ],
    ..LOCAL
};

pub(super) const UNLOCK_FAILED: Elsewhere = Elsewhere {
    means: "The kernel takes the lock back when the process ends, whatever the process says.",
    advice: &[
        Do(
            "see whether the state was saved: if \"Failed to save state\" stands above, begin \
            there",
        ),
        Run("terraform plan"),
    ],
    cautions: &[NOT_UNLOCKED],
    ..LOCAL
};

pub(super) const ORPHANED_LOCK: Elsewhere = Elsewhere {
    means: "It is never found: the lock is the kernel's and ends with its process, so whoever \
        has it is alive. What a dead process leaves is an info file that locks nobody.",
    advice: &[
        Do("wait for the process that has the lock, or end it"),
        Do("it is dead: there is nothing to unlock, see what it left behind"),
        Run("terraform plan"),
    ],
    cautions: &[NOT_UNLOCKED],
    ..LOCAL
};

pub(super) const LEFTOVER_LOCK_INFO: Elsewhere = Elsewhere {
    means: "The info file beside the state is still there, and no process has the lock: its \
        process was killed, or could not remove the file.",
    advice: &[
        Do("the next command that locks writes over it, and removes it when it is done"),
        Run("terraform plan"),
    ],
    cautions: &[ADVICE.not_force_unlocked],
    ..LOCAL
};

pub(super) const FORCE_UNLOCK: Elsewhere = Elsewhere {
    means: "It is refused, whatever the ID: the kernel's lock belongs to the process that has it, \
        and ends with it.",
    advice: &[
        Do("wait for the process that has the lock, or end it"),
        Run("terraform plan"),
    ],
    cautions: &[ADVICE.not_force_unlocked],
    ..LOCAL
};

pub(super) const LOCK_INFO: Elsewhere = Elsewhere {
    means: "It stands in a file beside the state, `.terraform.tfstate.lock.info`, which says who \
        has the lock and locks nobody. Without it others are held off all the same.",
    advice: &[
        Do("let a command that locks print it"),
        Run("terraform plan"),
        Do("or look for the file"),
        Run("ls .terraform.tfstate.lock.info"),
    ],
    cautions: &["do not remove the info file: it locks nobody, and tells others who works"],
    ..LOCAL
};

pub(super) const CORRUPT_STATE: Elsewhere = Elsewhere {
    means: "The state file holds something that is no state: a full disk cut it short while it \
        was written, or something wrote over it.",
    advice: &[
        Do("put the file aside"),
        Run(PUT_ASIDE),
        Do("an errored.tfstate records what was done: push that"),
        Run(PUSH),
        Do(
            "there is none: bring back the backup, the state before the last command that changed it",
        ),
        Run(BRING_BACK),
        Do("then see what it lacks, and import that"),
        Run("terraform plan"),
    ],
    cautions: &[ADVICE.not_pushed],
    ..LOCAL
};

pub(super) const STATE_LOST: Elsewhere = Elsewhere {
    means: "The state file was deleted, emptied or overwritten, and no errored.tfstate has what it \
        recorded.",
    advice: &[
        Do(ADVICE.lost_hint),
        Run(BRING_BACK),
        Do("what the backup lacks:"),
        Run("terraform import ADDRESS ID"),
    ],
    cautions: &[NOT_APPLIED_ANEW],
    ..LOCAL
};

pub(super) const ZERO_BYTES: Elsewhere = Elsewhere {
    means: "A state file that has 0 bytes, or is absent, is \"no state\": the plan creates \
        everything, without a word. The lock makes an absent file one of 0 bytes, and the unlock \
        removes it again.",
    advice: STATE_LOST.advice,
    cautions: STATE_LOST.cautions,
    ..LOCAL
};

pub(super) const SAVE_FAILED: Elsewhere = Elsewhere {
    means: "The disk is full, which destroys the state file, or the backup could not be made, \
        which leaves the state as it was. The lock ends with the process.",
    advice: &[
        Do("make room, or clear the way for the backup; keep errored.tfstate"),
        Do("the state file is no state any more: put it aside"),
        Run(PUT_ASIDE),
        Run(PUSH),
        Run("terraform plan"),
        Do("it shows no changes: the file has done its work"),
        Run("rm errored.tfstate"),
    ],
    cautions: &[PUSHED_FIRST, NOT_UNLOCKED],
    ..LOCAL
};

pub(super) const BEHIND_ERRORED: Elsewhere = Elsewhere {
    means: "No lock is in the way. Where the disk was full, what is left of the state file is.",
    advice: SAVE_FAILED.advice,
    cautions: &[PUSHED_FIRST],
    ..LOCAL
};

pub(super) const LOCKING: Elsewhere = Elsewhere {
    means: "A lock of the kernel on the state file, which ends with the process, and an info file \
        beside it, which locks nobody.",
    advice: &[Run("terraform plan -lock-timeout=5m")],
    cautions: &[
        "do not apply with -lock=false: two writers overwrite each other's state, and nobody is told",
    ],
    ..LOCAL
};
