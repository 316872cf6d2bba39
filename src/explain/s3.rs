//! What topics that azurerm shares with a state in S3 say of that one.

use super::topic::Advice::{Do, Run};
use super::topic::Elsewhere;
use crate::terraform::backend::Backend;
use crate::terraform::backend::s3::{ADVICE, DELETE_LOCK_ITEM, Locks, REMOVE_LOCK_OBJECT};
use crate::verdict::advice::PUSH;
use crate::verdict::caution::{NOT_APPLIED_ANEW, NOT_WITHOUT_LOCK_UNFENCED, PUSHED_FIRST};

const LIST: &str = "aws s3 ls s3://tfstate/";
const LOOK: &str = "aws s3 cp s3://tfstate/terraform.tfstate.tflock -";
const LOOK_AT_ITEM: &str = r#"aws dynamodb get-item --table-name tflock --key '{"LockID":{"S":"tfstate/terraform.tfstate"}}'"#;
const VERSIONS: &str = "aws s3api list-object-versions --bucket tfstate --prefix terraform.tfstate";
const KEEP: &str = "aws s3 cp s3://tfstate/terraform.tfstate corrupt.tfstate";
const REMOVE: &str = "aws s3 rm s3://tfstate/terraform.tfstate";

const NOT_WHILE_ALIVE: &str = "do not force-unlock a process that is alive: nothing refuses its save, and the \
     later one wins";

/// Nothing is said yet.
const S3: Elsewhere = Elsewhere {
    backend: Backend::S3 {
        locks: Locks::Object,
    }
    .name(),
    means: "",
    advice: &[],
    cautions: &[],
};

pub(super) const LOCK_REFUSED: Elsewhere = Elsewhere {
    means: "The lock object or the lock item is there (412 PreconditionFailed, 400 \
        ConditionalCheckFailedException): somebody works, or died. Or only the answer to this \
        command's own request was lost: it is sent again and meets the lock that it has made, so \
        that the info below the line is its own, and the lock belongs to nobody. Without lock info \
        -lock-timeout does not wait.",
    advice: &[
        Do("the holder is alive: wait, or let the command wait with -lock-timeout=10m"),
        Do("it is dead, or it is the command that printed it: free the lock by its ID"),
        Run("terraform force-unlock <LOCK_ID>"),
        Do("no lock info: look, and take away what locks, the object or the item"),
        Run(LIST),
        Run(REMOVE_LOCK_OBJECT),
        Run(DELETE_LOCK_ITEM),
        Run("terraform plan"),
    ],
    cautions: &[NOT_WHILE_ALIVE, NOT_WITHOUT_LOCK_UNFENCED],
    ..S3
};

pub(super) const UNLOCK_FAILED: Elsewhere = Elsewhere {
    means: "404, or another ID: somebody has freed the lock meanwhile, and whoever has it now keeps \
        it. The save was accepted all the same, and may have overwritten what others saved. Or the \
        requests failed five times, and the lock is still there.",
    advice: &[
        Do("ask who has force-unlocked, and what they saved: what vanished is imported"),
        Run("terraform plan"),
        Do("it meets the old lock: free it"),
        Run("terraform force-unlock <LOCK_ID>"),
    ],
    cautions: &["do not take exit status 1 for a failed apply: the state was saved"],
    ..S3
};

pub(super) const ORPHANED_LOCK: Elsewhere = Elsewhere {
    means: "The lock object, the lock item or both are there, and no living process holds them: the \
        holder is dead, or never learned that its own request had succeeded. They stay until \
        somebody takes them away.",
    advice: &[
        Do("make sure that its holder is dead: the log of the job, the process on the machine"),
        Run(LOOK),
        Run("terraform force-unlock <LOCK_ID>"),
        Do("it fails, because one of two locks is missing or can't be read: take the rest away"),
        Run(REMOVE_LOCK_OBJECT),
        Run(DELETE_LOCK_ITEM),
        Do("then see what it left behind"),
        Run("terraform plan"),
    ],
    cautions: &[NOT_WITHOUT_LOCK_UNFENCED],
    ..S3
};

pub(super) const FORCE_UNLOCK: Elsewhere = Elsewhere {
    means: "Reads the lock, compares its ID with the one that is given, and deletes it without a \
        condition. With both locks, of which one is missing, it deletes the other and exits 1. Lock \
        info that can't be read it can't compare: any ID fails.",
    advice: &[
        Do("make sure that the holder is dead; let a command print the ID"),
        Run("terraform plan"),
        Run("terraform force-unlock <LOCK_ID>"),
    ],
    cautions: &[NOT_WHILE_ALIVE, ADVICE.not_force_unlocked],
    ..S3
};

pub(super) const LOCK_INFO: Elsewhere = Elsewhere {
    means: "It is the content of the lock object, and of the item in the table: whoever creates it \
        has the lock.",
    advice: &[
        Do("let a command that locks print it"),
        Run("terraform plan"),
        Do("or look at the object, or at the item"),
        Run(LOOK),
        Run(LOOK_AT_ITEM),
    ],
    cautions: &["do not delete object or item to read it: it is the lock"],
    ..S3
};

pub(super) const CORRUPT_STATE: Elsewhere = Elsewhere {
    means: "The state object holds something that is no state: every command that reads it fails, \
        `state push -force` included. With a table it is the digest that complains first.",
    advice: &[
        Do("where the bucket keeps versions, copy the one of before over it"),
        Run(VERSIONS),
        Do("it keeps none: keep what is there, and make room"),
        Run(KEEP),
        Run(REMOVE),
        Do("push a copy that somebody has, or import"),
        Run("terraform state push -force COPY.tfstate"),
    ],
    cautions: &[ADVICE.not_pushed],
    ..S3
};

pub(super) const STATE_LOST: Elsewhere = Elsewhere {
    means: "The state object was deleted, emptied or overwritten. Without a table that is \"no \
        state\", and a plan creates everything; with one the digest does not fit, and every command \
        fails.",
    advice: &[
        Do(ADVICE.lost_hint),
        Run(VERSIONS),
        Run("terraform import ADDRESS ID"),
    ],
    cautions: &[NOT_APPLIED_ANEW],
    ..S3
};

pub(super) const ZERO_BYTES: Elsewhere = Elsewhere {
    means: "A state object that has 0 bytes, or is absent, is \"no state\": the plan creates \
        everything, without a word. With a table the digest does not fit, and every command that \
        reads fails. Nothing is made before the first save.",
    advice: STATE_LOST.advice,
    cautions: STATE_LOST.cautions,
    ..S3
};

pub(super) const SAVE_FAILED: Elsewhere = Elsewhere {
    means: "A lost connection, 500 and 503 are tried five times; 403, 409, 429 and an expired token \
        end it at once. The state object is as it was, unless all that was lost were answers: then \
        it is the new one, and errored.tfstate equal to it.",
    advice: &[
        Do("keep errored.tfstate; free the lock if it is still held"),
        Run("terraform force-unlock <LOCK_ID>"),
        Run(PUSH),
        Run("terraform plan"),
        Do("it shows no changes: the file has done its work"),
        Run("rm errored.tfstate"),
    ],
    cautions: &[PUSHED_FIRST],
    ..S3
};

pub(super) const LOCKING: Elsewhere = Elsewhere {
    means: "A put of the lock object, or of the lock item, that succeeds only where there is none; \
        with both it is first the one and then the other. It is given back by reading it, comparing \
        the ID, and deleting it, whoever has put it since.",
    advice: &[Run("terraform plan -lock-timeout=5m")],
    cautions: &[NOT_WITHOUT_LOCK_UNFENCED],
    ..S3
};
