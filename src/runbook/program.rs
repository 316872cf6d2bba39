//! Which programs a runbook can start.

use crate::command::wording;
use crate::shell::program;

/// Programs that are modeled beside the small ones, and the ones about the world outside.
const MODELED: [&str; 12] = [
    "terraform",
    "tofu",
    "az",
    "aws",
    "psql",
    "gcloud",
    "gsutil",
    "curl",
    "gh",
    "git",
    "bash",
    "sh",
];

/// What the shell itself knows.
const BUILTINS: [&str; 25] = [
    ":", "[", "break", "cd", "command", "continue", "echo", "exit", "export", "false", "kill",
    "local", "printf", "pwd", "read", "readonly", "return", "set", "shift", "sleep", "test",
    "true", "type", "unset", "ps",
];

/// Whether a program of this name is known.
pub(super) fn is_known(name: &str) -> bool {
    MODELED.contains(&name) || BUILTINS.contains(&name) || program::names().contains(&name)
}

/// Whether a line that begins with this word is a command, and no output of one. Names that are
/// words of English are none.
pub(super) fn begins_a_command(name: &str) -> bool {
    const WORDS: [&str; 12] = [
        "read", "test", "type", "time", "file", "watch", "which", "yes", "command", "break",
        "continue", "return",
    ];
    is_known(name) && !WORDS.contains(&name)
}

/// The known program that was probably meant.
pub(super) fn nearest(name: &str) -> Option<&'static str> {
    let small = program::names();
    let all: Vec<&'static str> = MODELED.into_iter().chain(BUILTINS).chain(small).collect();
    wording::nearest(name, all)
}
