//! The architecture: a module names only the modules of its row.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const BASE: [&str; 4] = ["kernel", "azure", "terraform", "command"];

/// Module, and what it may import besides the [`BASE`] modules below it.
fn allowed() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let base_and = |more: &[&'static str]| BASE.iter().chain(more).copied().collect();
    BTreeMap::from([
        ("kernel", BTreeSet::new()),
        ("azure", BTreeSet::from(["kernel"])),
        ("terraform", BTreeSet::from(["kernel", "azure"])),
        ("command", BTreeSet::from(["kernel", "azure", "terraform"])),
        ("scenario", base_and(&[])),
        ("timeline", base_and(&[])),
        ("fault", base_and(&["scenario", "timeline"])),
        ("world", base_and(&["scenario", "timeline", "fault"])),
        (
            "simulation",
            base_and(&["scenario", "timeline", "fault", "world"]),
        ),
        ("verdict", base_and(&["scenario", "timeline"])),
        ("explain", base_and(&["scenario", "timeline", "verdict"])),
        (
            "suite",
            base_and(&["scenario", "timeline", "world", "simulation", "verdict"]),
        ),
        (
            "runbook",
            base_and(&["scenario", "timeline", "simulation", "verdict"]),
        ),
        (
            "render",
            base_and(&[
                "scenario", "timeline", "verdict", "explain", "suite", "runbook",
            ]),
        ),
    ])
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// The modules that a file of the library names by `crate::`.
fn imports(source: &str) -> BTreeSet<String> {
    let code = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| {
        line.match_indices("crate::").map(|(at, _)| {
            let rest = &line[at + "crate::".len()..];
            rest.chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect::<String>()
        })
    })
    .filter(|module| !module.is_empty())
    .collect()
}

#[test]
fn a_module_names_only_the_modules_of_its_row() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let allowed = allowed();
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for path in rust_files(&src) {
        let relative = path.strip_prefix(&src).unwrap();
        let first = relative
            .components()
            .next()
            .unwrap()
            .as_os_str()
            .to_str()
            .unwrap();
        let module = first.trim_end_matches(".rs");
        if matches!(module, "lib" | "main" | "cli") {
            continue;
        }
        let Some(row) = allowed.get(module) else {
            wrong.push(format!("{module} has no row in the table"));
            continue;
        };
        seen.insert(module.to_owned());
        for import in imports(&fs::read_to_string(&path).unwrap()) {
            if import != module && !row.contains(import.as_str()) {
                wrong.push(format!("{} names {import}", relative.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let rows: BTreeSet<String> = allowed.keys().map(|&module| module.to_owned()).collect();
    assert_eq!(seen, rows, "a row of the table without a module");
}

#[test]
fn the_library_does_no_input_or_output_and_reads_no_clock() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let banned = [
        "std::fs",
        "std::env",
        "std::io",
        "std::net",
        "std::time",
        "std::thread",
    ];
    let mut wrong = Vec::new();
    for path in rust_files(&src) {
        let relative = path.strip_prefix(&src).unwrap().display().to_string();
        if relative.starts_with("main") || relative.starts_with("cli") {
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        for word in banned.iter().filter(|word| source.contains(**word)) {
            wrong.push(format!("{relative} names {word}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_file_is_longer_than_600_lines() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = rust_files(&root.join("src"));
    files.extend(rust_files(&root.join("tests")));
    for path in files {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= 600, "{} has {lines} lines", path.display());
    }
}
