//! What topics that azurerm shares with a state in Cloud Storage say of that one.

use super::topic::Advice::{Do, Run};
use super::topic::Elsewhere;
use crate::terraform::backend::Backend;
use crate::terraform::backend::gcs::{ADVICE, REMOVE_LOCK};
use crate::verdict::advice::PUSH;
use crate::verdict::caution::{NOT_APPLIED_ANEW, NOT_WITHOUT_LOCK_UNFENCED, PUSHED_FIRST};

const LIST: &str = "gcloud storage ls -a gs://tfstate/";
const LOOK: &str = "gcloud storage cat gs://tfstate/default.tflock";
const KEEP: &str = "gcloud storage cp gs://tfstate/default.tfstate corrupt.tfstate";
const REMOVE: &str = "gcloud storage rm gs://tfstate/default.tfstate";

const NOT_WHILE_ALIVE: &str = "do not force-unlock a process that is alive: nothing refuses its save, and the \
     later one wins";

/// Nothing is said yet.
const GCS: Elsewhere = Elsewhere {
    backend: Backend::Gcs.name(),
    means: "",
    advice: &[],
    cautions: &[],
};

pub(super) const LOCK_REFUSED: Elsewhere = Elsewhere {
    means: "The lock object is there (412), or the request for it failed. The ID is the object's \
        generation. Where only the answer was lost (\"Post URL: EOF\"), the lock info is the \
        command's own, and the lock belongs to nobody. Without lock info -lock-timeout does not wait.",
    advice: &[
        Do("the holder is alive: wait, or let the command wait with -lock-timeout=10m"),
        Do("it is dead, or it is the command that printed it: free the lock by its ID"),
        Run("terraform force-unlock <LOCK_ID>"),
        Do("no lock info, or a state that can't be opened: look, and remove the object"),
        Run(LIST),
        Run(REMOVE_LOCK),
        Run("terraform plan"),
    ],
    cautions: &[NOT_WHILE_ALIVE, NOT_WITHOUT_LOCK_UNFENCED],
    ..GCS
};

pub(super) const UNLOCK_FAILED: Elsewhere = Elsewhere {
    means: "\"object doesn't exist\": somebody has freed the lock meanwhile, or the answer to this \
        unlock was lost; 412: the lock is somebody else's by now, and stays theirs; with lock info \
        of the command's own: it is still held. The save was accepted, and may have overwritten \
        what others saved meanwhile.",
    advice: &[
        Do("ask who has force-unlocked, and what they saved: what vanished is imported"),
        Run("terraform plan"),
        Do("it meets the old lock: free it"),
        Run("terraform force-unlock <LOCK_ID>"),
    ],
    cautions: &["do not take exit status 1 for a failed apply: the state was saved"],
    ..GCS
};

pub(super) const ORPHANED_LOCK: Elsewhere = Elsewhere {
    means: "The lock object is there, and no living process holds it: its holder is dead, or never \
        had the answer to its own request. It stays until somebody takes it away.",
    advice: &[
        Do("make sure that its holder is dead: the log of the job, the process on the machine"),
        Run(LOOK),
        Run("terraform force-unlock <LOCK_ID>"),
        Do("the state is absent, empty or none, so that force-unlock can't open it:"),
        Run(REMOVE_LOCK),
        Do("then see what it left behind"),
        Run("terraform plan"),
    ],
    cautions: &[NOT_WITHOUT_LOCK_UNFENCED],
    ..GCS
};

pub(super) const FORCE_UNLOCK: Elsewhere = Elsewhere {
    means: "Deletes the lock object of this generation, and no other: a wrong number changes \
        nothing (412), and a UUID is no ID (\"Lock ID should be numerical value\"). It opens the \
        state first, and fails where that fails.",
    advice: &[
        Do("make sure that the holder is dead; let a command print the ID"),
        Run("terraform plan"),
        Run("terraform force-unlock <LOCK_ID>"),
    ],
    cautions: &[NOT_WHILE_ALIVE, ADVICE.not_force_unlocked],
    ..GCS
};

pub(super) const LOCK_INFO: Elsewhere = Elsewhere {
    means: "It is the content of the lock object. The ID in it is one that the process drew; the \
        lock's own, which commands print and force-unlock takes, is the object's generation.",
    advice: &[
        Do("let a command that locks print it"),
        Run("terraform plan"),
        Do("or look at the object, and at its generation"),
        Run(LOOK),
        Run(LIST),
    ],
    cautions: &["do not delete the object to read it: it is the lock"],
    ..GCS
};

pub(super) const CORRUPT_STATE: Elsewhere = Elsewhere {
    means: "The state object holds something that is no state, or 0 bytes: every command fails when \
        it opens it, force-unlock and push included.",
    advice: &[
        Do("where the bucket keeps versions, copy the generation of before over it"),
        Run("gcloud storage ls -a gs://tfstate/default.tfstate"),
        Do(
            "it keeps none: keep what is there, and make room; the next command makes an empty state",
        ),
        Run(KEEP),
        Run(REMOVE),
        Do("push a copy that somebody has, or import"),
        Run("terraform state push -force COPY.tfstate"),
    ],
    cautions: &[ADVICE.not_pushed],
    ..GCS
};

pub(super) const STATE_LOST: Elsewhere = Elsewhere {
    means: "The state object was deleted, emptied or overwritten, or an empty state was made in its \
        place, with a new lineage.",
    advice: &[
        Do(ADVICE.lost_hint),
        Run("gcloud storage ls -a gs://tfstate/default.tfstate"),
        Run("terraform import ADDRESS ID"),
    ],
    cautions: &[NOT_APPLIED_ANEW],
    ..GCS
};

pub(super) const ZERO_BYTES: Elsewhere = Elsewhere {
    means: "A state object of 0 bytes is an error, \"no state\", in every command. One that is absent \
        is made anew, empty, by the next command, under a lock of its own.",
    advice: CORRUPT_STATE.advice,
    cautions: STATE_LOST.cautions,
    ..GCS
};

pub(super) const SAVE_FAILED: Elsewhere = Elsewhere {
    means: "A save is sent once: with gcs a single 429 or 503, or a lost connection, is enough. The \
        state object is as it was, unless only the answer was lost.",
    advice: &[
        Do("keep errored.tfstate; free the lock if it is still held"),
        Run("terraform force-unlock <LOCK_ID>"),
        Run(PUSH),
        Run("terraform plan"),
        Do("it shows no changes: the file has done its work"),
        Run("rm errored.tfstate"),
    ],
    cautions: &[PUSHED_FIRST],
    ..GCS
};

pub(super) const LOCKING: Elsewhere = Elsewhere {
    means: "A put of the lock object that succeeds only where there is none. Its generation is the \
        lock's ID: it is given back by deleting that generation, and no other.",
    advice: &[Run("terraform plan -lock-timeout=5m")],
    cautions: &[NOT_WITHOUT_LOCK_UNFENCED],
    ..GCS
};
