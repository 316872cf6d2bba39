//! Whatever is typed, a program ends and does not panic.

use leaselab::shell::program::{OUTPUT_MAX, Outcome, names};
use proptest::prelude::*;
use proptest::sample::select;

use super::World;

/// What arguments are made of: pieces of the languages of the programs, and files.
const PIECES: &[&str] = &[
    "-",
    "--",
    "-n",
    "-i",
    "-r",
    "-e",
    "-E",
    "-P",
    "-c",
    "-d",
    "-f1",
    "-d:",
    "-k2",
    "-o",
    "-s",
    "+%F",
    "@5",
    ".",
    "..",
    "/",
    "list.txt",
    "state.tfstate",
    "dir",
    "nosuch",
    "empty",
    "1",
    "0",
    "-1",
    "99999999999999999999",
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    "*",
    "+",
    "?",
    "|",
    "^",
    "$",
    "\\",
    "a",
    "é",
    "[[:alpha:]]",
    "\\(",
    "\\)",
    "{1,3}",
    "\\{2\\}",
    "s/a/b/g",
    "s",
    "p",
    ";",
    "\n",
    "print",
    "$1",
    "NR",
    "==",
    "BEGIN",
    "END",
    "if",
    "for",
    "\"",
    "'",
    "//",
    ",",
    ".a",
    ".[]",
    "map(",
    "reduce",
    "as $x",
    "def f: f;",
    "$ENV",
    "@base64",
    "-m",
    "json.tool",
    "%s",
    "%5d",
    "%",
    "=",
    ":a",
    "ba",
    "N",
    "~",
    "!",
    "range(1e9)",
    "(a*)*",
    "..|..",
    "\\1",
    "1,2p",
    "$!N",
    "tojson",
];

fn argument() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::collection::vec(select(PIECES), 0..6).prop_map(|pieces| pieces.concat()),
        2 => select(PIECES).prop_map(str::to_owned),
        1 => "\\PC{0,12}",
    ]
}

fn input() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[ -~\n]{0,60}",
        "\\PC{0,30}",
        Just("[".repeat(5000)),
        Just("{\"a\":[1,2]}\n".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_call_panics_or_prints_without_end(
        name in select(names()),
        arguments in prop::collection::vec(argument(), 0..5),
        stdin in input(),
    ) {
        let world = World::read();
        let mut argv = vec![name.to_owned()];
        argv.extend(arguments);
        let outcome = world.call(&argv, &stdin, &mut world.disk());
        match outcome {
            Some(Outcome::Ended(output)) => {
                let printed: usize = output.chunks.iter().map(|(_, text)| text.len()).sum();
                prop_assert!(printed <= OUTPUT_MAX);
            }
            Some(Outcome::Starts(_) | Outcome::NotModeled(_)) => {}
            None => prop_assert!(false, "a listed program is not known"),
        }
    }
}

#[test]
fn deep_programs_do_not_overflow_the_stack() {
    let world = World::read();
    let deep = |part: &str, count: usize| part.repeat(count);
    for (name, program) in [
        ("jq", format!(".{}", deep("|.", 480))),
        ("jq", format!("{}1", deep("-", 490))),
        ("jq", format!("{}1{}", deep("(", 49), deep(")", 49))),
        ("jq", format!("{}1{}", deep("(", 5000), deep(")", 5000))),
        ("jq", format!("1{}", deep(" + 1", 1000))),
        ("jq", format!(".{}", deep(".a", 1300))),
        ("jq", format!("1{}", deep(" as $x | 1", 400))),
        ("jq", format!("1{}", deep(" // 1", 800))),
        ("jq", format!("{}1", deep("[", 49))),
        (
            "jq",
            format!("\"{}1{}\"", deep("\\(\"", 40), deep("\")", 40)),
        ),
        ("awk", format!("BEGIN {{ print {}1 }}", deep("(", 3000))),
        ("awk", format!("BEGIN {{ print {}1 }}", deep("!", 3000))),
        ("awk", format!("BEGIN {{ print {}1 }}", deep("$", 3000))),
        ("awk", format!("BEGIN {{ print {}1 }}", deep("a = ", 3000))),
        ("awk", format!("BEGIN {{ print 1{} }}", deep(" ^ 1", 3000))),
        ("awk", format!("BEGIN {{ print 1{} }}", deep(" + 1", 3000))),
        ("awk", format!("BEGIN {}", deep("{", 3000))),
        ("awk", format!("BEGIN {{ {} x }}", deep("if (1) ", 3000))),
        ("sed", deep("{", 3000)),
        ("grep", deep("\\(", 3000)),
    ] {
        let outcome = world.call(&[name.to_owned(), program], "{}", &mut world.disk());
        assert!(outcome.is_some(), "{name} is known");
    }
}
