//! Commands and variables of bash that are not covered: said, never passed over.

/// Why a command of this name is refused, and what to write.
pub(crate) fn command(name: &str) -> Option<(&'static str, Option<&'static str>)> {
    let said = match name {
        "trap" => ("`trap` is not covered: no handlers are run", None),
        "eval" => (
            "`eval` is not covered: what it would run can't be read beforehand",
            Some("write the command itself"),
        ),
        "source" | "." => (
            "`source` is not covered: the file's commands can't be read beforehand",
            Some("write the commands themselves"),
        ),
        "exec" => (
            "`exec` is not covered",
            Some("write the command without `exec`"),
        ),
        "declare" | "typeset" => (
            "`declare` is not covered",
            Some("write `NAME=value`, `local` or `export`"),
        ),
        "let" => ("`let` is not covered", Some("write `NAME=$((…))`")),
        "mapfile" | "readarray" => (
            "arrays are not covered",
            Some("read lines with `while read`"),
        ),
        "select" => ("`select` is not covered", None),
        "bg" | "fg" | "jobs" | "wait" | "disown" | "suspend" => {
            ("background jobs are not covered", None)
        }
        "alias" | "unalias" => ("aliases are not covered", Some("write a function")),
        "getopts" => ("`getopts` is not covered", Some("read `$1` and `shift`")),
        "shopt" => ("`shopt` is not covered", None),
        "builtin" | "enable" | "hash" | "bind" | "complete" | "compgen" | "history" | "fc"
        | "umask" | "ulimit" | "times" | "caller" | "dirs" | "pushd" | "popd" | "logout"
        | "help" => ("this builtin of bash is not covered", None),
        _ => return None,
    };
    Some(said)
}

/// Whether bash gives this variable its value by itself: the machine can't.
pub(crate) fn variable(name: &str) -> bool {
    name.starts_with("BASH")
        || name.starts_with("EPOCH")
        || matches!(
            name,
            "RANDOM"
                | "SRANDOM"
                | "SECONDS"
                | "LINENO"
                | "PIPESTATUS"
                | "FUNCNAME"
                | "PPID"
                | "DIRSTACK"
                | "GROUPS"
                | "SHLVL"
                | "SHELLOPTS"
                | "OPTARG"
                | "OPTIND"
                | "REPLY"
        ) && name != "REPLY"
}
