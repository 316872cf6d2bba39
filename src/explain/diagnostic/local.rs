//! Lines that only a local state has.

use crate::explain::topic::Advice::{Do, Run};
use crate::explain::topic::{LINE, Source, Topic};
use crate::verdict::advice::PUSH;

pub(super) const TOPICS: &[Topic] = &[
    Topic {
        name: "No state file was found!",
        lines: &["No state file was found!"],
        means: "There is no state, or one of 0 bytes, which counts as none. Nothing was changed.",
        when: "`state list`, `show`, `rm` or `mv` before the first apply, in the wrong directory, or \
            where the state was deleted or emptied.",
        advice: &[
            Do("look where the state should be, and what the backup beside it holds"),
            Run("ls"),
        ],
        cautions: &["do not apply: without a state it would try to create everything anew"],
        sources: &[Source::Code("internal/command/state_list.go")],
        see: &["error loading state: …"],
        ..LINE
    },
    Topic {
        name: "Local state cannot be unlocked by another process",
        lines: &[
            "Local state cannot be unlocked by another process",
            "Failed to unlock state: LocalState not locked",
        ],
        means: "The lock on a local state is the kernel's, and belongs to the process that has it: \
            nobody else can take it away. With -force the line is \"Failed to unlock state: \
            LocalState not locked\".",
        when: "`force-unlock` on a local state, whatever the ID. A process that was killed leaves \
            no lock behind, only an info file that locks nobody.",
        advice: &[Do(
            "wait for the process that holds the lock, or end it: its lock ends with it",
        )],
        cautions: &["do not remove the info file: it locks nobody, and tells others who works"],
        sources: &[Source::Code("internal/command/unlock.go")],
        see: &["force-unlock"],
        ..LINE
    },
    Topic {
        name: "Failed to read state file",
        lines: &["Failed to read state file"],
        means: "Something stands where the state file should be, and can't be read as a file.",
        when: "A directory has the state file's name, and the command ran with -lock=false; with a \
            lock it fails at the lock.",
        advice: &[Do("put away what stands there, and put the state back")],
        cautions: &["do not apply before the state is back"],
        sources: &[Source::Code("internal/states/statemgr/filesystem.go")],
        see: &["No state file was found!"],
        ..LINE
    },
    Topic {
        name: "Failed to write state",
        lines: &["Failed to write state"],
        means: "The state file was truncated and could not be written again: what it held is gone, \
            and what stands in it now is no state. An apply goes on with what does not depend on \
            the resource whose finish was to be written.",
        when: "The disk of a local state is full.",
        advice: &[
            Do("make room, put the broken file aside, and copy errored.tfstate in its place"),
            Run("mv terraform.tfstate terraform.tfstate.broken"),
            Run("cp errored.tfstate terraform.tfstate"),
        ],
        cautions: &["do not push errored.tfstate: a push reads the broken state first, and fails"],
        sources: &[
            Source::Recording("local/disk_full_at_state"),
            Source::Code("internal/states/statemgr/filesystem.go"),
        ],
        see: &["Failed to save state", "Failed to create local state file"],
        ..LINE
    },
    Topic {
        name: "failed to create local state backup file: …",
        lines: &[
            "failed to create local state backup file: ",
            "failed to write to local state backup file: ",
        ],
        means: "The backup of a local state could not be made. It is made before the state is \
            written, so the state is as it was, and what was done is not in it.",
        when: "Something stands where the backup should be, the directory can't be written, or the \
            disk is full.",
        advice: &[
            Do("clear the way, and push errored.tfstate where an apply left one"),
            Run(PUSH),
        ],
        cautions: &["do not remove errored.tfstate: it is the only record of what was done"],
        sources: &[Source::Code("internal/states/statemgr/filesystem.go")],
        see: &["Failed to save state", "errored.tfstate"],
        ..LINE
    },
];
