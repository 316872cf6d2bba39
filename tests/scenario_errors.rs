//! Mistaken and hostile scenario files: what is said about each, to the letter, and that none of
//! them makes the reader panic or lose its bounds.
//!
//! `tests/scenario_errors/NAME.yaml` is a mistaken file, `NAME.txt` what is said about it. After a
//! change of a message, `LEASELAB_UPDATE=1 cargo test --locked scenario_errors` writes them anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use leaselab::scenario::{self, ScenarioErrors};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenario_errors")
}

/// The stems of the files with this ending.
fn stems(ending: &str) -> BTreeSet<String> {
    let files = fs::read_dir(folder()).unwrap();
    files
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect()
}

fn errors(source: &[u8]) -> ScenarioErrors {
    scenario::parse("mistake.yaml", source).expect_err("the file is wrong")
}

#[test]
fn each_mistake_is_named_where_it_stands() {
    let updates = std::env::var_os("LEASELAB_UPDATE").is_some();
    let mut differ = Vec::new();
    for stem in stems("yaml") {
        let source = fs::read(folder().join(format!("{stem}.yaml"))).unwrap();
        let said = match scenario::parse("mistake.yaml", &source) {
            Ok(_) if updates => "no error\n".to_owned(),
            Ok(_) => panic!("{stem}.yaml is read without an error"),
            Err(errors) => errors.render("mistake.yaml", &source),
        };
        let expected = folder().join(format!("{stem}.txt"));
        if updates {
            fs::write(&expected, &said).unwrap();
        } else if fs::read_to_string(&expected).unwrap_or_default() != said {
            differ.push(format!("{stem}:\n{said}"));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
    if !updates {
        assert_eq!(stems("yaml"), stems("txt"), "files without their twin");
    }
}
