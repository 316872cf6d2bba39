//! Every call of the table, compared byte for byte.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::Value;

use super::{Memory, ROOT, World};
use leaselab::shell::program::{Outcome, Stream};

#[derive(Deserialize)]
struct Recorded {
    argv: Vec<String>,
    stdin: String,
    out: String,
    err: String,
    status: u8,
    changed: BTreeMap<String, Value>,
}

/// Calls whose answer here is another one, and why. One that came to be equal fails the test.
const DIFFERENT: &[(&str, &str)] = &[
    ("grep -r beta dir", SORTED),
    ("grep -r beta", SORTED),
    ("grep -rl beta dir other", SORTED),
    ("grep -r --include=*.txt beta .", SORTED),
    ("rm -rv dir", SORTED),
    ("sed --foo p dup.txt", "the usage is not printed whole"),
    (
        "awk BEGIN {print 0.1 + 0.2, 1e6, 1e3 * 1000, 100000 * 100000, 3.0, 1234567.891}",
        "whole numbers are printed whole, as gawk does",
    ),
    (
        "awk BEGIN {print substr(\"hello\", 0, 2), substr(\"hello\", -1), substr(\"hello\", 4, 9)}",
        "as POSIX and gawk have it",
    ),
    ("awk {print $1 table.txt", "the words of a syntax error"),
    (
        "awk BEGIN { print 1,2 ; print(1,2)\"\" }",
        "the words of a syntax error",
    ),
    (
        "awk function f(x) { return x * 2 } BEGIN { print f(21) }",
        "not modeled",
    ),
    ("awk BEGIN { print -3 % 2, 2 ** 3 }", "`**` is gawk's"),
    (
        "awk BEGIN { printf \"%d %d\\n\", \"0x1A\", \"12abc\" }",
        "as POSIX and gawk have it",
    ),
    ("awk BEGIN { printf \"%s\\n\" }", "the words of an error"),
    (
        "awk BEGIN { getline; print \"got \" $0 } { print \"main \" $0 } dup.txt",
        "not modeled",
    ),
    ("jq . broken.json", "the words of an error"),
    (
        "jq . nosuch many.json -c",
        "jq 1.6 stops after the first value",
    ),
    ("jq .a b state.tfstate", "the words of a syntax error"),
    ("jq .a |  state.tfstate", "the words of a syntax error"),
    (
        "jq 6/2, 7/2, 1/3, 1e1000, 3.0, 100000000000000000000, 0.00001, -0",
        "there is no negative zero",
    ),
    ("jq keys", "the words of an error"),
    ("cp -r dir dir/sub", "nothing is copied before the error"),
    ("diff -y", "not modeled"),
    (
        "date -d 2024-03-05 14:03:47.123456789 +0000 UTC +%s",
        "two zones are one too many",
    ),
];

const SORTED: &str = "directories are read in the order of names";

fn changed(before: &Memory, after: &Memory) -> BTreeMap<String, Value> {
    let name = |path: &str, directory: bool| {
        let name = path.strip_prefix(&format!("{ROOT}/")).unwrap_or(path);
        if directory {
            format!("{name}/")
        } else {
            name.to_owned()
        }
    };
    let mut found = BTreeMap::new();
    for (path, node) in &before.nodes {
        if after.nodes.get(path).map(Option::is_some) != Some(node.is_some()) {
            found.insert(name(path, node.is_none()), Value::Bool(false));
        }
    }
    for (path, node) in &after.nodes {
        if before.nodes.get(path) != Some(node) {
            let text = node
                .as_ref()
                .map_or(Value::Null, |text| Value::String(text.to_string()));
            found.insert(name(path, node.is_none()), text);
        }
    }
    found
}

#[test]
fn programs_print_what_the_real_ones_print() {
    let world = World::read();
    let mut failures = String::new();
    let mut count = 0;
    for line in include_str!("calls.jsonl").lines().skip(1) {
        let recorded: Recorded = serde_json::from_str(line).unwrap();
        let shown = recorded.argv.join(" ");
        let mut disk = world.disk();
        let before = disk.clone();
        let outcome = world.call(&recorded.argv, &recorded.stdin, &mut disk);
        let equal = match &outcome {
            Some(Outcome::Ended(output)) => {
                output.status == recorded.status
                    && output.text(Stream::Stdout) == recorded.out
                    && output.text(Stream::Stderr) == recorded.err
                    && changed(&before, &disk) == recorded.changed
            }
            Some(Outcome::Starts(_) | Outcome::NotModeled(_)) | None => false,
        };
        let known = DIFFERENT.iter().any(|(call, _)| *call == shown);
        if equal == known {
            count += 1;
            writeln!(
                failures,
                "== {shown} <<< {:?}\nreal {} {:?}\n     {:?} {:?}\nhere {outcome:?}\n     {:?}",
                recorded.stdin,
                recorded.status,
                recorded.out,
                recorded.err,
                recorded.changed,
                changed(&before, &disk)
            )
            .unwrap();
        }
    }
    assert!(failures.is_empty(), "{count} calls differ:\n{failures}");
}
