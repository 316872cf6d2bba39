//! What is not covered is named, at its place.

use leaselab::shell::parse;

/// Source, what the error points at, message.
const REFUSED: &[(&str, &str, &str)] = &[
    (
        "echo a &",
        "echo a",
        "background jobs (`&`) are not covered",
    ),
    (
        "true\ntrap 'x' EXIT",
        "trap",
        "`trap` is not covered: no handlers are run",
    ),
    (
        "trap '' INT",
        "trap",
        "`trap` is not covered: no handlers are run",
    ),
    (
        "eval \"$x\"",
        "eval",
        "`eval` is not covered: what it would run can't be read beforehand",
    ),
    (
        "source ./env.sh",
        "source",
        "`source` is not covered: the file's commands can't be read beforehand",
    ),
    (
        ". ./env.sh",
        ".",
        "`source` is not covered: the file's commands can't be read beforehand",
    ),
    ("exec bash", "exec", "`exec` is not covered"),
    ("declare -a x", "declare", "`declare` is not covered"),
    ("a=(1 2)", "a=(1 2)", "arrays are not covered"),
    ("a[0]=1", "a[0]=1", "arrays are not covered"),
    ("echo ${a[0]}", "${a[0]}", "arrays are not covered"),
    ("echo \"${a[@]}\"", "${a[@]}", "arrays are not covered"),
    ("export a=(1)", "a=(1)", "arrays are not covered"),
    ("echo $((a[1]))", "$((a[1]))", "arrays are not covered"),
    ("mapfile -t x", "mapfile", "arrays are not covered"),
    ("coproc cat", "coproc cat", "`coproc` is not covered"),
    ("tee >(cat)", "(cat)", "`>(…)` is not covered"),
    (
        "select x in a b; do :; done",
        "select",
        "`select` is not covered",
    ),
    ("time sleep 1", "time", "`time` is not covered"),
    (
        "for ((i=0;i<3;i++)); do :; done",
        "for ((i=0;i<3;i++)); do :; done",
        "`for ((…))` is not covered",
    ),
    (
        "case a in a) :;& b) :;; esac",
        "case a in a) :;& b) :;; esac",
        "`;&` and `;;&` are not covered",
    ),
    ("echo ${!x}", "${!x}", "`${!…}` is not covered"),
    ("echo ${x@Q}", "${x@Q}", "`${…@…}` is not covered"),
    (
        "echo $!",
        "$!",
        "`$!` is not covered: there are no background jobs",
    ),
    ("echo $-", "$-", "`$-` is not covered"),
    (
        "echo $RANDOM",
        "$RANDOM",
        "the shell's own variable `RANDOM` is not covered",
    ),
    (
        "echo x 3>f",
        "f",
        "file descriptors other than 0, 1 and 2 are not covered",
    ),
    (
        "echo x >&3",
        "3",
        "file descriptors other than 0, 1 and 2 are not covered",
    ),
    ("cat <&3", "3", "`<&` is not covered"),
    ("cat <> f", "f", "`<>` is not covered"),
    (
        "echo x >&-",
        "-",
        "closing a file descriptor is not covered",
    ),
    (
        "echo {01..10}",
        "{01..10}",
        "numbers with leading zeros in braces are not covered",
    ),
    (
        "echo {1..99999}",
        "{1..99999}",
        "braces that come to more than 1024 words",
    ),
    (
        "echo ~bob",
        "~bob",
        "`~bob` is not covered: `~` is the operator's own home",
    ),
    (
        "echo $((1 +))",
        "$((1 +))",
        "`1 +` is no arithmetic expression",
    ),
    ("wait", "wait", "background jobs are not covered"),
    ("alias ll=ls", "alias", "aliases are not covered"),
    ("pushd /tmp", "pushd", "this builtin of bash is not covered"),
    ("if true; then", "if", "`if` is never closed by `fi`"),
    (
        "for i in a; do echo $i",
        "for",
        "`for` is never closed by `done`",
    ),
    ("echo 'abc", "'", "the quote `'` is never closed"),
    ("echo \"abc", "\"", "the quote `\"` is never closed"),
    ("echo $(date", "$(", "`$(` is never closed"),
    ("echo `date", "`", "the backtick is never closed"),
    (
        "cat <<EOF\nx",
        "<<",
        "the here-document is never ended by a line `EOF`",
    ),
    ("fi", "fi", "unexpected `fi`"),
    ("echo a | | b", "|", "unexpected `|`"),
    ("a && ", "", "the script ends where a command is missing"),
    (
        "force-unlock <LOCK_ID>\nx",
        "\n",
        "unexpected end of the line",
    ),
    ("echo ) x", ")", "unexpected `)`"),
    (
        "echo é; echo ü &",
        "echo ü",
        "background jobs (`&`) are not covered",
    ),
    (
        "x=$(echo é; eval y)",
        "eval",
        "`eval` is not covered: what it would run can't be read beforehand",
    ),
    (
        "echo \"a $(trap x) b\"",
        "trap",
        "`trap` is not covered: no handlers are run",
    ),
    (
        "f() { echo x & }",
        "echo x",
        "background jobs (`&`) are not covered",
    ),
    (
        "[[ a -nt b ]]",
        "[[ a -nt b ]]",
        "`-nt`, `-ot` and `-ef` are not covered",
    ),
    ("x=$(case a in a) echo b;; esac)", ";;", "unexpected `;;`"),
    (
        "echo $((08))",
        "$((08))",
        "`08` is no arithmetic expression",
    ),
    (
        "echo \"$(: # it's\n)${u:-a  b}\"",
        "\"$(: # it's\n)${u:-a  b}\"",
        "`${…}` with a word after it is not covered in this place",
    ),
    ("echo a\0b", "\0", "a NUL character"),
    (
        "x 99999999999>f",
        "99999999999",
        "a file descriptor of more than four digits",
    ),
];

#[test]
fn each_construct_is_named_at_its_place() {
    let mut wrong = Vec::new();
    for (source, place, message) in REFUSED {
        match parse(source) {
            Ok(_) => wrong.push(format!("{source:?} was read")),
            Err(error) => {
                let end = error.offset + error.length;
                let found = source.get(error.offset..end);
                if found != Some(place) || error.message != *message {
                    wrong.push(format!("{source:?}: {found:?} {:?}", error.message));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn nesting_has_a_bound_that_is_said() {
    let deep = |open: &str, close: &str, depth: usize| {
        format!("{}echo x{}", open.repeat(depth), close.repeat(depth))
    };
    for (open, close, depth, message) in [
        (
            "if true; then ",
            "; fi",
            25,
            "commands are nested more than 24 deep (`case` more than 8)",
        ),
        (
            "( ",
            " )",
            25,
            "commands are nested more than 24 deep (`case` more than 8)",
        ),
        ("( ", " )", 5_000, "more than 48 open brackets"),
        (
            "$(echo ",
            ")",
            9,
            "more than 8 brackets inside each other in one word",
        ),
        (
            "case x in x) ",
            " ;; esac",
            9,
            "commands are nested more than 24 deep (`case` more than 8)",
        ),
    ] {
        let error = parse(&deep(open, close, depth)).unwrap_err();
        assert_eq!(error.message, message, "{open}");
        let fits = if depth > 20 { 24 } else { 8 };
        parse(&deep(open, close, fits)).unwrap();
    }
    let long = "echo x\n".repeat(200_000);
    assert_eq!(
        parse(&long).unwrap_err().message,
        "the script is longer than 1048576 bytes"
    );
}
