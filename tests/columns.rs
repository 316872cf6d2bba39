//! Columns stay aligned where a name has characters that take two columns, or none.

use std::path::PathBuf;
use std::sync::Arc;

use leaselab::kernel::Seed;
use leaselab::render::{self, Color, Layout};
use leaselab::scenario;
use leaselab::simulation::Recording;
use leaselab::suite;
use leaselab::verdict::Report;
use unicode_width::UnicodeWidthStr as _;

/// Twice as wide as it has characters.
const WIDE: &str = "花子さんの端末";
/// With an accent that is a character of its own and takes no column.
const ACCENTED: &str = "Jose\u{301}";

/// An operator with a wide name loses the network at the save, and one with an accent looks on.
/// (The format has ASCII names; whoever builds a scenario by hand may choose others.)
fn story() -> Report {
    let yaml = "
leaselab: 1
title: 花子さん loses the network
resources: { vm: { create: 4s }, disk: { create: 1s } }
steps:
  - { run: terraform apply -auto-approve, as: wide, id: apply }
  - { when: vm creating, cut: wide <-> blob }
  - { after: 10s, run: terraform plan -lock=false, as: accented, id: look }
";
    let mut scenario = scenario::parse("columns.yaml", yaml.as_bytes())
        .unwrap_or_else(|errors| panic!("{}", errors.render("columns.yaml", yaml.as_bytes())));
    let names = Arc::make_mut(&mut scenario.names);
    assert_eq!(*names.operators, ["wide", "accented"]);
    names.operators = vec![WIDE.to_owned(), ACCENTED.to_owned()].into();
    Arc::make_mut(&mut names.resources)[1]
        .label
        .replace_range(.., "磁盤の保存先");
    let scenario = Arc::new(scenario);
    suite::replay(&scenario, Seed(0), Recording::On)
}

/// The column at which a text first stands in a line.
fn column_of(line: &str, text: &str) -> usize {
    let (before, _) = line
        .split_once(text)
        .unwrap_or_else(|| panic!("no `{text}` in `{line}`"));
    before.width()
}

fn line_with<'t>(text: &'t str, part: &str) -> &'t str {
    let found = text.lines().find(|line| line.contains(part));
    found.unwrap_or_else(|| panic!("no `{part}` in\n{text}"))
}

#[test]
fn the_facts_of_a_timeline_begin_in_one_column() {
    let text = render::text(&story(), Layout::default());
    let heading = line_with(&text, "ACTOR");
    let fact = column_of(heading, "FACT");
    assert_eq!(fact, column_of(heading, "ACTOR") + WIDE.width() + 2);
    for part in [
        "$ terraform apply",
        "vm: creating",
        "network cut",
        "/things/vm exists",
        "writes errored.tfstate",
        "$ terraform plan",
        "[look] ends",
    ] {
        assert_eq!(
            column_of(line_with(&text, part), part),
            fact,
            "{part}\n{text}"
        );
    }
}

#[test]
fn the_cells_of_the_state_table_stand_under_their_headings() {
    let text = render::text(
        &story(),
        Layout {
            width: 120,
            ..Layout::default()
        },
    );
    let (_, table) = text.split_once("the end, at").unwrap();
    let heading = line_with(table, "RESOURCE");
    assert!(
        heading.contains("ERRORED 花子さんの端末, serial 2"),
        "{table}"
    );
    for row in [
        line_with(table, "  vm "),
        line_with(table, "  磁盤の保存先 "),
    ] {
        assert_eq!(
            column_of(row, "exists"),
            column_of(heading, "CLOUD"),
            "{table}"
        );
        assert_eq!(column_of(row, "–"), column_of(heading, "REMOTE"), "{table}");
        assert_eq!(
            column_of(row, "recorded"),
            column_of(heading, "ERRORED"),
            "{table}"
        );
    }
}

#[test]
fn color_begins_with_the_fact() {
    let layout = Layout {
        color: Color::Ansi,
        ..Layout::default()
    };
    let text = render::text(&story(), layout);
    for who in [WIDE, ACCENTED] {
        let line = line_with(&text, &format!("{who} "));
        let blanks = " ".repeat(WIDE.width() - who.width() + 2);
        let (_, fact) = line.split_once(&format!("{who}{blanks}")).unwrap();
        // What is dim ends here, and what has the fact's style begins.
        assert!(fact.starts_with("\u{1b}[0m\u{1b}["), "{line:?}");
        assert!(fact.contains("m$ terraform"), "{line:?}");
    }
}

#[test]
fn no_renderer_counts_characters() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    for entry in walkdir::WalkDir::new(root.join("src/render")) {
        let path = entry.unwrap().into_path();
        if path.is_file() {
            let source = std::fs::read_to_string(&path).unwrap();
            let counts = source.contains("chars().count()");
            assert!(!counts, "{} counts characters, not columns", path.display());
        }
    }
}
