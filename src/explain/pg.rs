//! What topics that azurerm shares with a state in `PostgreSQL` say of that one.

use super::topic::Advice::{Do, Run};
use super::topic::Elsewhere;
use crate::service::postgres::Schema;
use crate::terraform::backend::Backend;
use crate::terraform::backend::pg::{ADVICE, SELECT_LOCKS, TERMINATE};
use crate::verdict::advice::PUSH;
use crate::verdict::caution::{NOT_APPLIED_ANEW, NOT_WITHOUT_SESSION, PUSHED_FIRST};

const NOT_THE_LIVING: &str = "do not end the session of a process that is alive: it saves over a new \
     connection, without the lock, and exits 0";

/// Nothing is said yet.
const PG: Elsewhere = Elsewhere {
    backend: Backend::Pg {
        schema: Schema::States,
    }
    .name(),
    means: "",
    advice: &[],
    cautions: &[],
};

pub(super) const LOCK_REFUSED: Elsewhere = Elsewhere {
    means: "A session of the database has the lock (\"already locked\"), or the connection broke \
        before the answer (\"driver: bad connection\"). Nothing is stored of who holds it: the lock \
        info below the line is this command's own, its ID too. The first apply locks the whole \
        database for its run (\"already locked for workspace creation\").",
    advice: &[
        Do("see which session has it, and whose it is"),
        Run(SELECT_LOCKS),
        Do("its process is alive: wait, or let the command wait with -lock-timeout=10m"),
        Do("it is dead, and the server has not noticed: end the session"),
        Run(TERMINATE),
        Run("terraform plan"),
    ],
    cautions: &[NOT_WITHOUT_SESSION, NOT_THE_LIVING],
    ..PG
};

pub(super) const UNLOCK_FAILED: Elsewhere = Elsewhere {
    means: "The lock ends with the session, and that with the process, whatever the process says: \
        only where the server does not see the connection end does it keep both, for hours.",
    advice: &[
        Do(
            "see whether the state was saved: if \"Failed to save state\" stands above, begin \
            there",
        ),
        Run("terraform plan"),
        Do("it is still locked: end the session that is left"),
        Run(TERMINATE),
    ],
    cautions: &[NOT_WITHOUT_SESSION],
    ..PG
};

pub(super) const ORPHANED_LOCK: Elsewhere = Elsewhere {
    means: "The server keeps a session whose process has ended, and with it the lock: it has not \
        seen the connection end. TCP keepalive ends it, by default after more than two hours.",
    advice: &[
        Do("make sure that the process is dead: the log of the job, the process on the machine"),
        Run(SELECT_LOCKS),
        Run(TERMINATE),
        Do("then see what it left behind"),
        Run("terraform plan"),
    ],
    cautions: &[NOT_WITHOUT_SESSION],
    ..PG
};

pub(super) const FORCE_UNLOCK: Elsewhere = Elsewhere {
    means: "Does nothing, whatever the ID, and says \"Terraform state has been successfully \
        unlocked!\": no ID is stored, and a session's lock is its own.",
    advice: &[
        Do("see which session has the lock, and end it if its process is dead"),
        Run(SELECT_LOCKS),
        Run(TERMINATE),
    ],
    cautions: &[ADVICE.not_force_unlocked, NOT_THE_LIVING],
    ..PG
};

pub(super) const LOCK_INFO: Elsewhere = Elsewhere {
    means: "None is stored. What a refused command prints is its own: own ID, own time. Who has the \
        lock is known by the session alone.",
    advice: &[Run(SELECT_LOCKS)],
    cautions: &["do not look for the holder in the block: it shows who asks"],
    ..PG
};

pub(super) const CORRUPT_STATE: Elsewhere = Elsewhere {
    means: "The state's row holds something that is no state, or 0 bytes: every command that reads \
        it fails, `state push -force` included.",
    advice: &[
        Do("restore the row from a backup of the database, or delete it"),
        Do("it was deleted, which is \"no state\": push a copy that somebody has, or import"),
        Run("terraform state push -force COPY.tfstate"),
    ],
    cautions: &[ADVICE.not_pushed],
    ..PG
};

pub(super) const STATE_LOST: Elsewhere = Elsewhere {
    means: "The state's row was deleted or overwritten, and no errored.tfstate has what it \
        recorded.",
    advice: &[Do(ADVICE.lost_hint), Run("terraform import ADDRESS ID")],
    cautions: &[NOT_APPLIED_ANEW],
    ..PG
};

pub(super) const ZERO_BYTES: Elsewhere = Elsewhere {
    means: "A row of 0 bytes is an error, \"no state\", in every command. A row that is absent is no \
        state: the plan creates everything, without a word. Nothing is made before the first save.",
    advice: CORRUPT_STATE.advice,
    cautions: STATE_LOST.cautions,
    ..PG
};

pub(super) const SAVE_FAILED: Elsewhere = Elsewhere {
    means: "A statement that meets a closed connection is sent again, three times in all; a reset, \
        a refusal of the server (\"pq: …\") and a lost answer are not repeated. Where there was no \
        state and the server was away, errored.tfstate has serial 0, and its push is compared with \
        nothing.",
    advice: &[
        Do("keep errored.tfstate; see who has the lock"),
        Run(SELECT_LOCKS),
        Do("of serial 0: push it only where there is still no state, else import"),
        Run("terraform state list"),
        Run(PUSH),
        Run("terraform plan"),
        Do("it shows no changes: the file has done its work"),
        Run("rm errored.tfstate"),
    ],
    cautions: &[PUSHED_FIRST],
    ..PG
};

pub(super) const LOCKING: Elsewhere = Elsewhere {
    means: "An advisory lock of the session: on the state's row, or on the creation key −1 where \
        there is no row yet. It is given back, or ends with the session.",
    advice: &[Run("terraform plan -lock-timeout=5m")],
    cautions: &[NOT_WITHOUT_SESSION],
    ..PG
};
