//! Codes of `PostgreSQL`, and the words that belong to a state in a database.

use crate::explain::topic::Advice::{Do, Run};
use crate::explain::topic::{CODE, LINE, Source, Topic, WORD};
use crate::service::postgres::Refusal;
use crate::terraform::backend::pg::SELECT_LOCKS;
use crate::verdict::advice::PUSH;

const CODES: Source = Source::Postgres("errcodes-appendix.html");

pub(super) const TOPICS: &[Topic] = &[
    Topic {
        name: "driver: bad connection",
        also: &["bad connection", "connection reset by peer"],
        lines: &["EOF", "read tcp …: connection reset by peer"],
        means: "With pg: the connection to the database ended while a statement was under way. A statement \
            that met a closed connection was sent again at once, three times in all; one whose rows had come, \
            or whose connection was reset, was not. Bare, as the whole line, it came before anything else was \
            done.",
        when: "A proxy, a NAT or the server ends the connection, or the server is away. The lock ended with \
            it, if the server has seen that.",
        advice: &[
            Do("look whether errored.tfstate was written, and push it once the database answers"),
            Run("terraform plan"),
            Run(PUSH),
            Do("if the lock is refused though nobody works, see in pg_locks who has it"),
            Run(SELECT_LOCKS),
        ],
        cautions: &["do not use force-unlock: with pg it does nothing, and says that it succeeded"],
        sources: &[
            Source::Recording("pg/unlock_answer_lost_once"),
            Source::Recording("pg/reads_lost_forever"),
        ],
        see: &["pg session", "57P01", "errored.tfstate"],
        ..LINE
    },
    Topic {
        name: "psql: error: connection to server",
        also: &["psql", "psql error"],
        lines: &["psql: error: ", "ERROR: "],
        means: "psql could not connect, or the server refused its statement.",
        when: "The network or the server is away, or the statement names what is not there.",
        advice: &[Do("mend the connection, and type it again")],
        cautions: &[],
        sources: &[Source::Postgres("app-psql.html")],
        see: &["pg session", "57P03"],
        ..LINE
    },
    Topic {
        name: "pg session",
        also: &[
            "pg",
            "PostgreSQL",
            "advisory lock",
            "creation key",
            "pg_locks",
            "pg_terminate_backend",
            "half-open",
            "keepalive",
        ],
        means: "With pg the lock is an advisory lock of the session with the server. It ends when the server \
            sees the connection end, and no sooner: where it does not see that, the session stays as a ghost \
            until TCP keepalive, by default for more than two hours. Nothing ties a save to the lock. As \
            long as there is no row, the creation key −1 is held instead, which locks every state of the \
            database, in other schemas too.",
        when: "A connection that dies while resources are made is replaced in silence: the save goes over a \
            new one, without the lock, and the command says \"Apply complete!\".",
        advice: &[
            Do("see in pg_locks which session holds a lock"),
            Run(SELECT_LOCKS),
            Do("ask whose it is; once that process is dead, end the session by its number"),
            Run("psql -c \"SELECT pg_terminate_backend(4711)\""),
        ],
        cautions: &[
            "do not use force-unlock: it does nothing, and says that it succeeded",
            "do not end the session of a process that is alive: it goes on, and saves without the lock",
        ],
        sources: &[
            Source::Recording("pg/conn_closed_server_keeps"),
            Source::Recording("pg/conn_lost_and_other_applies"),
            Source::Postgres("explicit-locking.html#ADVISORY-LOCKS"),
        ],
        see: &["orphaned_lock", "driver: bad connection", "force-unlock"],
        ..WORD
    },
    Topic {
        name: "statement",
        also: &[
            "connect",
            "schema_check",
            "create_schema",
            "create_sequence",
            "create_table",
            "create_index",
            "try_lock",
            "try_lock_create",
            "select_state",
            "upsert_state",
            "unlock_create",
            "select_locks",
            "terminate_backend",
        ],
        means: "With pg, as rules name them: connect; schema_check to create_index and list, which every command \
            sends first; try_lock (row and creation key at once) and try_lock_create (there is no row); \
            select_state, upsert_state; unlock (the row) and unlock_create (the creation key).",
        when: "`request:` of a fault rule names one. select_locks and terminate_backend are sent by `psql` \
            alone.",
        advice: &[Do(
            "see which one failed: an upsert may be repeated without harm; after a lost try_lock the server \
             may keep a lock that belongs to nobody",
        )],
        cautions: &["do not take a lost answer for a lost request: the server may have done it"],
        sources: &[Source::Recording("pg/commands_tour")],
        see: &["put_state", "pg session", "fault"],
        ..WORD
    },
    Topic {
        name: "42501",
        also: &[
            "permission denied for table states",
            "42P01",
            "insufficient_privilege",
        ],
        postgres: &[Refusal::InsufficientPrivilege, Refusal::UndefinedTable],
        means: "The database user may not do this, or the table is not there. Terraform does not repeat the \
            statement.",
        when: "Grants were changed, or another user is configured.",
        advice: &[
            Do("let somebody grant SELECT, INSERT, UPDATE and DELETE on the table"),
            Run("terraform plan"),
            Run(PUSH),
        ],
        cautions: &["do not apply again before errored.tfstate is pushed"],
        sources: &[Source::Recording("pg/update_save_fails"), CODES],
        see: &["errored.tfstate", "pg session"],
        ..CODE
    },
    Topic {
        name: "40001",
        also: &["40P01", "55P03", "57014", "XX000", "serialization_failure"],
        postgres: &[
            Refusal::SerializationFailure,
            Refusal::DeadlockDetected,
            Refusal::LockNotAvailable,
            Refusal::QueryCanceled,
            Refusal::InternalError,
        ],
        means: "The statement met another one, took too long, or failed inside the server. It would pass if it \
            were sent again, and Terraform does not.",
        when: "The database is busy, or has a statement_timeout or lock_timeout.",
        advice: &[
            Do("type the command again; push errored.tfstate, if there is one"),
            Run("terraform plan"),
            Run(PUSH),
        ],
        cautions: &["do not apply again before errored.tfstate is pushed"],
        sources: &[CODES],
        see: &["errored.tfstate"],
        ..CODE
    },
    Topic {
        name: "53100",
        also: &["53200", "25006", "read-only transaction"],
        postgres: &[
            Refusal::DiskFull,
            Refusal::OutOfMemory,
            Refusal::ReadOnlySqlTransaction,
        ],
        means: "The server can't store anything: its disk or memory is used up, or it is a standby. Reads and \
            locks go on, so that only the save fails.",
        when: "The disk fills up, or the connection leads to a standby after a failover.",
        advice: &[
            Do("give the server room, or connect to the primary"),
            Run("terraform plan"),
            Run(PUSH),
        ],
        cautions: &["do not apply again before errored.tfstate is pushed"],
        sources: &[CODES],
        see: &["errored.tfstate"],
        ..CODE
    },
    Topic {
        name: "57P01",
        also: &["57P02", "57P05", "admin_shutdown", "terminating connection"],
        postgres: &[
            Refusal::AdminShutdown,
            Refusal::CrashShutdown,
            Refusal::IdleSessionTimeout,
        ],
        means: "FATAL: the server has ended the session, and the lock with it. Terraform's driver makes a new \
            connection and goes on; nobody is told that the lock is gone.",
        when: "An administrator ended the session, the server restarts or fails over, or the session was idle \
            for too long, as it is while resources are made.",
        advice: &[
            Do(
                "see whether somebody else has worked meanwhile: both have saved, and the later one stays",
            ),
            Run("terraform plan"),
        ],
        cautions: &["do not set an idle_session_timeout for Terraform's user"],
        sources: &[Source::Recording("pg/backend_terminated"), CODES],
        see: &["pg session", "driver: bad connection"],
        ..CODE
    },
    Topic {
        name: "57P03",
        also: &[
            "53300",
            "28P01",
            "3D000",
            "too many clients already",
            "password authentication failed",
        ],
        postgres: &[
            Refusal::CannotConnectNow,
            Refusal::TooManyConnections,
            Refusal::InvalidPassword,
            Refusal::InvalidCatalogName,
        ],
        means: "FATAL: no session begins. The line is the bare text, `pq: …`; nothing was read or locked.",
        when: "The server starts up, has no connection left, or knows the password or the database otherwise. \
            In mid-apply it means that the save fails.",
        advice: &[
            Do(
                "mend the connection, and type the command again; push errored.tfstate, if there is one",
            ),
            Run("terraform plan"),
            Run(PUSH),
        ],
        cautions: &["do not apply again before errored.tfstate is pushed"],
        sources: &[CODES],
        see: &["driver: bad connection", "errored.tfstate"],
        ..CODE
    },
];
