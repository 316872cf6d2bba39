//! What topics that azurerm shares with a state on an HTTP server say of that one.

use super::topic::Advice::{Do, Run};
use super::topic::Elsewhere;
use crate::service::http::Flavor;
use crate::terraform::backend::Backend;
use crate::terraform::backend::http::{ADVICE, GITLAB_UNLOCK, Options, UNLOCK};
use crate::verdict::advice::PUSH;
use crate::verdict::caution::{
    NOT_APPLIED_ANEW, NOT_WITHOUT_LOCK_FENCED, NOT_WITHOUT_LOCK_UNFENCED, PUSHED_FIRST,
};

const KEEP: &str = "curl https://state.example.com/terraform.tfstate -o corrupt.tfstate";
const REMOVE: &str = "curl -X DELETE https://state.example.com/terraform.tfstate";

const NOT_WHILE_ALIVE: &str = "do not force-unlock a process that is alive: a server that checks nothing \
     takes its save, and the later one wins";

/// Nothing is said yet.
const HTTP: Elsewhere = Elsewhere {
    backend: Backend::Http(Options::of(Flavor::Open)).name(),
    means: "",
    advice: &[],
    cautions: &[],
};

pub(super) const LOCK_REFUSED: Elsewhere = Elsewhere {
    means: "The server says that the lock is held (409, 423), or refused or lost the request. The \
        lock info below the line is this command's own; the holder's ID stands behind \"already \
        locked: ID=\". Where both are the same, an answer was lost, and the lock belongs to nobody.",
    advice: &[
        Do("compare the ID in the message with the one in the block"),
        Do("the holder is alive: wait, or let the command wait with -lock-timeout=10m"),
        Do("it is dead, or nobody: any ID frees the lock"),
        Run("terraform force-unlock <LOCK_ID>"),
        Do("the configuration has no unlock_address: ask the server"),
        Run(UNLOCK),
        Run(GITLAB_UNLOCK),
        Run("terraform plan"),
    ],
    cautions: &[
        NOT_WHILE_ALIVE,
        NOT_WITHOUT_LOCK_UNFENCED,
        NOT_WITHOUT_LOCK_FENCED,
    ],
    ..HTTP
};

pub(super) const UNLOCK_FAILED: Elsewhere = Elsewhere {
    means: "409: the lock is gone or somebody else's, or the answer to this very unlock was lost and \
        its repetition met a free lock, and all is well. Or the requests failed three times, and \
        the lock is still held.",
    advice: &[
        Do(
            "see whether the state was saved: if \"Failed to save state\" stands above, begin \
            there",
        ),
        Run("terraform plan"),
        Do("if it meets the old lock, free it"),
        Run("terraform force-unlock <LOCK_ID>"),
    ],
    cautions: &[
        "do not take exit status 1 for a failed apply: destroying or tainting what is in order \
         does the harm that the lock did not",
    ],
    ..HTTP
};

pub(super) const ORPHANED_LOCK: Elsewhere = Elsewhere {
    means: "The server keeps a lock, and no living process will give it back: the holder is dead, \
        never learned that it has it, or its configuration has no unlock_address. It stays until \
        somebody takes it away.",
    advice: &[
        Do("make sure that its holder is dead: the log of the job, the process on the machine"),
        Run("terraform force-unlock <LOCK_ID>"),
        Do("the configuration has no unlock_address: ask the server"),
        Run(UNLOCK),
        Run(GITLAB_UNLOCK),
        Do("then see what it left behind"),
        Run("terraform plan"),
    ],
    cautions: &[NOT_WITHOUT_LOCK_UNFENCED, NOT_WITHOUT_LOCK_FENCED],
    ..HTTP
};

pub(super) const FORCE_UNLOCK: Elsewhere = Elsewhere {
    means: "Sends an unlock with an empty body: the ID that is given goes nowhere, and any frees the \
        lock, whoever holds it. Without an unlock_address it sends nothing, and exits 0.",
    advice: &[
        Do("make sure that the holder is dead: no ID protects a living one"),
        Run("terraform force-unlock <LOCK_ID>"),
        Run("terraform plan"),
    ],
    cautions: &[
        NOT_WHILE_ALIVE,
        "do not take its success for a match: it frees any lock",
    ],
    ..HTTP
};

pub(super) const LOCK_INFO: Elsewhere = Elsewhere {
    means: "The server keeps what the lock's request had for a body, and sends it with a refusal; of \
        that Terraform prints the ID alone, in the message. The block below is the refused \
        command's own.",
    advice: &[
        Do("let a command that locks print the ID"),
        Run("terraform plan"),
    ],
    cautions: &["do not look for the holder in the block: it shows who asks"],
    ..HTTP
};

pub(super) const CORRUPT_STATE: Elsewhere = Elsewhere {
    means: "The server has something for a state that is none: every command that reads it fails, \
        `state push -force` included.",
    advice: &[
        Do("where the server keeps versions, bring back the one of before"),
        Do("it keeps none: keep what is there, and make room"),
        Run(KEEP),
        Run(REMOVE),
        Do("push a copy that somebody has, or import"),
        Run("terraform state push -force COPY.tfstate"),
    ],
    cautions: &[ADVICE.not_pushed],
    ..HTTP
};

pub(super) const STATE_LOST: Elsewhere = Elsewhere {
    means: "The state on the server was deleted, emptied or overwritten, and no errored.tfstate has \
        what it recorded.",
    advice: &[Do(ADVICE.lost_hint), Run("terraform import ADDRESS ID")],
    cautions: &[NOT_APPLIED_ANEW],
    ..HTTP
};

pub(super) const ZERO_BYTES: Elsewhere = Elsewhere {
    means: "204, 404, and 200 with an empty body are \"no state\": the plan creates everything, \
        without a word. Nothing is made before the first save.",
    advice: STATE_LOST.advice,
    cautions: STATE_LOST.cautions,
    ..HTTP
};

pub(super) const SAVE_FAILED: Elsewhere = Elsewhere {
    means: "A lost connection, 429 and 5xx are tried three times; any other status ends it at once. \
        409: the server checks the lock's ID, and it is another one by now. 422 of GitLab: the \
        serial was stored before, perhaps by the first try of this save.",
    advice: &[
        Do("keep errored.tfstate; free the lock if it is still held"),
        Run("terraform force-unlock <LOCK_ID>"),
        Do("look whether the state is there all the same"),
        Run("terraform state pull"),
        Run(PUSH),
        Run("terraform plan"),
        Do("it shows no changes: the file has done its work"),
        Run("rm errored.tfstate"),
    ],
    cautions: &[PUSHED_FIRST],
    ..HTTP
};

pub(super) const LOCKING: Elsewhere = Elsewhere {
    means: "A request whose body is the lock info, LOCK or with GitLab POST; and one that gives it \
        back, UNLOCK or DELETE. Without a `lock_address` no lock is taken, and nothing says so.",
    advice: &[Run("terraform plan -lock-timeout=5m")],
    cautions: &[NOT_WITHOUT_LOCK_UNFENCED, NOT_WITHOUT_LOCK_FENCED],
    ..HTTP
};
