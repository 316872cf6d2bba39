//! The architecture: a module names only the modules of its row.

mod names;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use names::{Name, names};

/// Module, and the modules that it may name. The README has the same table, in the same order.
#[rustfmt::skip]
const MAY_NAME: &[(&str, &str)] = &[
    ("kernel", ""),
    ("service", "kernel"),
    ("terraform", "kernel service"),
    ("shell", ""),
    ("command", "kernel service terraform shell"),
    ("scenario", "kernel service terraform shell command"),
    ("timeline", "kernel service terraform shell command scenario"),
    ("fault", "kernel service terraform shell command scenario timeline"),
    ("world", "kernel service terraform shell command scenario timeline fault"),
    ("simulation", "kernel service terraform shell command scenario timeline fault world"),
    ("verdict", "kernel service terraform shell command scenario timeline"),
    ("explain", "kernel service terraform shell command scenario timeline verdict"),
    ("suite", "kernel service terraform shell command scenario timeline world simulation verdict"),
    ("runbook", "kernel service terraform shell command scenario timeline simulation verdict"),
    ("drill", "kernel service terraform shell command scenario timeline simulation verdict explain runbook"),
    ("course", ""),
    ("render", "kernel service terraform shell command scenario timeline verdict explain suite runbook drill"),
];

/// What a module may re-export although some that name it may not name where that comes from.
const HANDED_ON: &[(&str, &str)] = &[("simulation", "world::Recording")];

/// What of the standard library does input or output or reads a clock.
const BANNED: [&str; 8] = ["env", "fs", "io", "net", "os", "process", "thread", "time"];

/// The binary's own files, which may name everything.
const BINARY: [&str; 2] = ["main", "cli"];

/// The modules that a module may name, if it has a row.
fn row(module: &str) -> Option<Vec<&'static str>> {
    let row = MAY_NAME.iter().find(|(name, _)| *name == module)?;
    Some(row.1.split_whitespace().collect())
}

/// What is wrong with a file of the library whose module is `module`.
fn mistakes(source: &str, module: &[&str]) -> Vec<String> {
    let own = module.first().copied().unwrap_or_default();
    let may_name = row(own).unwrap_or_default();
    let mut mistakes = Vec::new();
    for name in names(source, module) {
        match name {
            Name::Here(path) => {
                let first = path.first().map(String::as_str).unwrap_or_default();
                if first != own && !may_name.contains(&first) {
                    mistakes.push(format!("names {}", path.join("::")));
                }
            }
            Name::HandedOn(path) => {
                let is_listed = HANDED_ON.contains(&(own, path.join("::").as_str()));
                if !is_listed && !is_open_to_all_that_name(own, &path[0]) {
                    mistakes.push(format!("hands on {}", path.join("::")));
                }
            }
            Name::Standard(path) => {
                if BANNED.contains(&path[0].as_str()) {
                    mistakes.push(format!("names std::{}", path.join("::")));
                }
            }
            Name::Trick(what) => mistakes.push(format!("hides behind {what}")),
        }
    }
    mistakes
}

/// Whether every module that may name `module` may also name `other`.
fn is_open_to_all_that_name(module: &str, other: &str) -> bool {
    let rows = MAY_NAME.iter().filter_map(|(name, _)| row(name));
    rows.filter(|row| row.contains(&module))
        .all(|row| row.contains(&other))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
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

/// The library's files: each with its place in `src/`, and its module's path in the crate.
fn library() -> Vec<(String, Vec<String>, String)> {
    let src = root().join("src");
    let files = rust_files(&src).into_iter().map(|path| {
        let place = path.strip_prefix(&src).unwrap();
        let module = place.with_extension("");
        let module = module.iter().map(|part| part.to_str().unwrap().to_owned());
        let mut module: Vec<String> = module.collect();
        if module == ["lib"] {
            module.clear();
        }
        let source = fs::read_to_string(&path).unwrap();
        (place.display().to_string(), module, source)
    });
    files
        .filter(|(_, module, _)| {
            !module
                .first()
                .is_some_and(|first| BINARY.contains(&first.as_str()))
        })
        .collect()
}

/// The modules that `lib.rs` declares, in reading order, but for the guide, which is text.
fn declared() -> Vec<String> {
    let source = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let items = syn::parse_file(&source).unwrap().items;
    let modules = items.into_iter().filter_map(|item| {
        let syn::Item::Mod(module) = item else {
            return None;
        };
        module.content.is_none().then(|| module.ident.to_string())
    });
    modules.collect()
}

#[test]
fn a_module_names_only_the_modules_of_its_row() {
    let mut wrong = Vec::new();
    for (place, module, source) in library() {
        let module: Vec<&str> = module.iter().map(String::as_str).collect();
        for mistake in mistakes(&source, &module) {
            wrong.push(format!("{place} {mistake}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_has_a_row() {
    let declared: BTreeSet<String> = declared().into_iter().collect();
    let rows: BTreeSet<String> = MAY_NAME
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    assert_eq!(declared, rows, "modules of lib.rs, and rows of the table");
    for (place, module, _) in library() {
        if let Some(first) = module.first() {
            assert!(declared.contains(first), "{place} is in no module");
        }
    }
}

#[test]
fn a_module_names_only_what_stands_before_it_in_the_reading_order() {
    let order = declared();
    for (at, module) in order.iter().enumerate() {
        for named in row(module).unwrap_or_default() {
            assert!(
                order[..at].iter().any(|earlier| *earlier == named),
                "{module} may name {named}, which lib.rs does not declare before it"
            );
        }
    }
}

#[test]
fn the_table_of_the_readme_is_the_one_that_holds() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let words = |cell: &str| -> Vec<String> {
        let words = cell.split('`').skip(1).step_by(2);
        words.map(str::to_owned).collect()
    };
    let (_, table) = readme.split_once("| module | may name |").unwrap();
    let rows = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let rows: Vec<(Vec<String>, Vec<String>)> = rows
        .map(|line| {
            let cells: Vec<&str> = line.split('|').collect();
            (words(cells[1]), words(cells[2]))
        })
        .collect();
    let (binary, rows) = rows.split_last().unwrap();
    assert_eq!(binary.0, ["main.rs", "cli"], "the binary stands last");
    let held: Vec<(Vec<String>, Vec<String>)> = MAY_NAME
        .iter()
        .map(|(module, may_name)| {
            let may_name = may_name.split_whitespace().map(str::to_owned);
            (vec![(*module).to_owned()], may_name.collect())
        })
        .collect();
    assert_eq!(rows, held, "the README's table, and MAY_NAME");
}

/// `verdict` may not name `world`, and nothing may do input or output.
#[test]
fn each_way_to_name_a_module_is_seen() {
    let world = "names world::World";
    let cases = [
        ("use crate::world::World;", vec![world]),
        ("use crate::{kernel::Seed, world::World};", vec![world]),
        (
            "use crate::{kernel::{Seed}, world::{World, network}};",
            vec![world, "names world::network"],
        ),
        (
            "use {crate::world::World, crate::kernel::Seed};",
            vec![world],
        ),
        ("use crate::world::{self};", vec!["names world"]),
        ("use crate::world::World as Verdict;", vec![world]),
        ("use crate::world::*;", vec!["names world"]),
        ("use super::super::world::World;", vec![world]),
        ("use super::{super::world::World};", vec![world]),
        ("use self::super::super::world::World;", vec![world]),
        ("use crate::r#world::World;", vec![world]),
        ("use leaselab::world::World;", vec![world]),
        ("use ::leaselab::world::World;", vec![world]),
        (
            "pub use crate::world::World;",
            vec!["hands on world::World", world],
        ),
        (
            "pub(crate) use crate::world::World;",
            vec!["hands on world::World", world],
        ),
        (
            "mod inner { use super::super::super::world::World; }",
            vec![world],
        ),
        ("fn f() { use super::super::world::World; }", vec![world]),
        ("fn f(w: &crate::world::World) {}", vec![world]),
        (
            "fn f() -> Option<super::super::world::World> { None }",
            vec![world],
        ),
        (
            "fn f() { super::super::world::World::new(); }",
            vec!["names world::World::new"],
        ),
        (
            "fn f() { <crate::world::World as Default>::default(); }",
            vec![world],
        ),
        (
            "fn f() { assert!(crate::world::is_up(), \"down\"); }",
            vec!["names world::is_up"],
        ),
        (
            "macro_rules! m { () => { $crate::world::World } }",
            vec![world],
        ),
        ("m! { use crate::world::World; }", vec![world]),
        (
            "impl crate::world::Look for Finding {}",
            vec!["names world::Look"],
        ),
        (
            "#[derive(crate::world::Derive)] struct S;",
            vec!["names world::Derive"],
        ),
    ];
    for (source, found) in cases {
        assert_eq!(mistakes(source, &["verdict", "finding"]), found, "{source}");
    }
}

#[test]
fn each_way_to_hide_a_module_is_refused() {
    let cases = [
        ("use crate as root;", "the whole of `crate`"),
        ("use crate::{self as root};", "the whole of `crate`"),
        ("use crate::*;", "the whole of `crate`"),
        ("use super::super as root;", "the whole of `super::super`"),
        ("use super::super::*;", "the whole of `super::super`"),
        ("use std as s;", "the whole of `std`"),
        ("use ::std::{self as s};", "the whole of `std`"),
        ("use std::*;", "the whole of `std`"),
        ("extern crate std as s;", "extern crate"),
        ("extern crate self as leaselab;", "extern crate"),
        (
            "#[path = \"../world/rule.rs\"] mod rule;",
            "a file from elsewhere",
        ),
        (
            "macro_rules! m { ($($x:tt)*) => { use crate::{$($x)*}; } }",
            "a `use` that cannot be read",
        ),
        ("include!(\"../world/rule.rs\");", "include!"),
        (
            "use super::super::super::world;",
            "`super::super::super::world` above the root",
        ),
    ];
    for (source, what) in cases {
        let hides = format!("hides behind {what}");
        assert_eq!(
            mistakes(source, &["verdict", "finding"]),
            [hides],
            "{source}"
        );
    }
}

#[test]
fn each_way_to_name_the_world_outside_is_seen() {
    let cases = [
        ("use std::fs;", vec!["names std::fs"]),
        ("use std::{fs, io};", vec!["names std::fs", "names std::io"]),
        (
            "use std::{collections::BTreeMap, io::{self, Read}};",
            vec!["names std::io", "names std::io::Read"],
        ),
        ("use {std::{env as surroundings}};", vec!["names std::env"]),
        (
            "use ::std::time::Instant as Now;",
            vec!["names std::time::Instant"],
        ),
        (
            "fn f() { std::thread::yield_now(); }",
            vec!["names std::thread::yield_now"],
        ),
        (
            "fn f() -> ::std::net::IpAddr { loop {} }",
            vec!["names std::net::IpAddr"],
        ),
        (
            "fn f() { dbg!(std::env::args()); }",
            vec!["names std::env::args"],
        ),
    ];
    for (source, found) in cases {
        assert_eq!(mistakes(source, &["kernel"]), found, "{source}");
    }
}

#[test]
fn what_a_row_allows_is_left_alone() {
    let sources = [
        "use super::super::scenario::{self, Scenario};",
        "use super::world::World;",
        "use self::super::lock;",
        "use crate::{kernel::*, verdict::world};",
        "mod world { use super::super::lock; pub(in super::super) fn f() {} }",
        "pub use crate::terraform::Serial;",
        "pub(super) use self::survey::Survey;",
        "pub use wording::{capitalized, quoted};",
        "fn f(real: core::time::Duration) {}",
        "fn f(world: World) { world::f(); time::f(); }",
        "fn f() -> impl Iterator<Item = u8> + use<> { std::iter::empty() }",
        "//! `crate::world`, in words only: [`World`](crate::world::World)\n/* std::fs */",
        "const TEXT: &str = \"use crate::world::World\";",
    ];
    for source in sources {
        let none: [&str; 0] = [];
        assert_eq!(mistakes(source, &["verdict", "finding"]), none, "{source}");
    }
}

/// What may name the one that hands on must be free to name where it comes from.
#[test]
fn a_module_hands_on_only_what_its_readers_may_name() {
    let none: [&str; 0] = [];
    let of = |source: &str, module: &str| mistakes(source, &[module]);
    assert_eq!(of("pub use crate::world::Recording;", "simulation"), none);
    let both = ["hands on verdict::Finding", "names verdict::Finding"];
    assert_eq!(of("pub use crate::verdict::Finding;", "timeline"), both);
    let hands_on = ["hands on world::World"];
    assert_eq!(of("pub use crate::world::World;", "simulation"), hands_on);
    assert_eq!(
        of("pub(super) use crate::world::World;", "simulation"),
        hands_on
    );
    assert_eq!(of("use crate::world::World;", "simulation"), none);
}

#[test]
fn no_file_is_longer_than_600_lines() {
    let mut files = rust_files(&root().join("src"));
    files.extend(rust_files(&root().join("tests")));
    for path in files {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= 600, "{} has {lines} lines", path.display());
    }
}
