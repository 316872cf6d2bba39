//! The real bash's word: what it made of each snippet (`oracle/make.sh` wrote it down).

use std::collections::BTreeMap;

use leaselab::shell::Request;

use super::computer::{self, CWD};

/// A snippet and what bash made of it.
pub(crate) struct Row {
    pub(crate) script: String,
    pub(crate) status: u8,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) files: BTreeMap<String, String>,
}

/// The whole table.
pub(crate) fn rows() -> Vec<Row> {
    let row = |line: &str| {
        let cells: Vec<String> = line.split('\t').map(unescape).collect();
        let [script, status, stdout, stderr, files @ ..] = cells.as_slice() else {
            panic!("{line} has too few columns");
        };
        let pairs = files
            .chunks(2)
            .map(|pair| (format!("{CWD}/{}", pair[0]), pair[1].clone()));
        Row {
            script: script.clone(),
            status: status.parse().expect("a status"),
            stdout: stdout.clone(),
            stderr: stderr.clone(),
            files: pairs.collect(),
        }
    };
    include_str!("oracle/bash.tsv").lines().map(row).collect()
}

fn unescape(cell: &str) -> String {
    let mut text = String::new();
    let mut characters = cell.chars();
    while let Some(character) = characters.next() {
        text.push(match character {
            '\\' => match characters.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                Some(other) => other,
                None => '\\',
            },
            other => other,
        });
    }
    text
}

#[test]
fn snippets_do_what_bash_does() {
    let mut wrong = Vec::new();
    for row in rows() {
        let script = match leaselab::shell::parse(&row.script) {
            Ok(_) => row.script.as_str(),
            Err(error) => {
                wrong.push(format!("--- {}\nrefused: {error:?}", row.script));
                continue;
            }
        };
        let (last, computer) = computer::run(script, computer::environment());
        let got = (&last, &computer.stdout, &computer.stderr, &computer.files);
        let expected = (
            &Request::Exited(row.status),
            &row.stdout,
            &row.stderr,
            &row.files,
        );
        if got != expected {
            wrong.push(format!(
                "--- {}\n got {got:?}\nbash {expected:?}",
                row.script
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
