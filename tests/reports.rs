//! Report pages: `test --report` and `grade --report`.

use std::fs;
use std::path::Path;

use crate::cli::{leaselab, stderr, stdout};

const KILLED: &str = "\
leaselab: 1
title: \"TITLE\"
why: \"TITLE\"
resources: { vnet: { create: 4s } }
steps:
  - { id: apply, run: terraform apply -auto-approve, as: alice }
  - { when: vnet creating, after: 1s, signal: { alice: SIGKILL } }
  - { wreck: alice }
expect: { lock: { held_by: alice } }
";

const RUNBOOK: &str = "\
# After a crash <script>alert(1)</script>

```bash
terraform plan || true
```

If the lock is held: <img src=x onerror=alert(1)>

```bash
terraform force-unlock -force <LOCK_ID>
echo '</code><script>alert(2)</script>'
```

Otherwise:

```bash
terraform state list
```

If an object is in no state:

```bash
terraform import <ADDRESS> <ID>
```
";

const HOSTILE: [&str; 5] = [
    "</title></h2><script>alert(1)</script>",
    "' onload='alert(1)' x='",
    "<!-- ]]> <style>*{display:none}</style>",
    "javascript:alert(1) &lt;b&gt; &amp;",
    "<meta http-equiv=refresh content=0> <base href=//x>",
];

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path.display().to_string()
}

/// The page, after what holds for every page was looked at.
fn page(folder: &Path) -> String {
    let page = fs::read_to_string(folder.join("index.html")).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>"), "{page}");
    assert!(page.contains("Content-Security-Policy"), "{page}");
    assert!(page.contains("default-src &apos;none&apos;"), "{page}");
    for markup in [
        "<script",
        "<base",
        "<meta http-equiv=refresh",
        "onerror=a",
        "://",
    ] {
        // What is text has its `<` spelled out, and its quotes.
        let is_text = |at: usize| page[..at].ends_with("src=x ");
        let found = page.match_indices(markup).find(|(at, _)| !is_text(*at));
        assert_eq!(found, None, "{markup}");
    }
    assert_eq!(page.matches("<style").count(), 1);
    for (at, _) in page.match_indices("src=\"") {
        let name = page[at + 5..].split('"').next().unwrap();
        assert!(folder.join(name).is_file(), "{name}");
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        assert!(name.chars().all(plain), "{name}");
    }
    page
}

#[test]
fn a_suite_has_a_page_of_its_scenarios_with_pictures_and_verdicts() {
    let folder = tempfile::tempdir().unwrap();
    for (index, title) in HOSTILE.iter().enumerate() {
        let name = format!("{index} <b>\"'&.yaml");
        write(folder.path(), &name, &KILLED.replace("TITLE", title));
    }
    let failing = KILLED.replace("held_by: alice", "held_by: none at all");
    let failing = failing.replace("lock: { held_by: none at all }", "in_sync: true");
    write(folder.path(), "z failing.yaml", &failing);
    let report = folder.path().join("report");
    let output = leaselab(&[
        "test",
        folder.path().to_str().unwrap(),
        "--report",
        report.to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let page = page(&report);
    assert_eq!(page.matches("<img").count(), 6);
    assert!(page.contains("not as expected"), "{page}");
    assert!(
        page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"),
        "{page}"
    );
}

#[test]
fn a_grade_has_a_page_with_the_runbook_line_by_line() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = write(
        folder.path(),
        "killed.yaml",
        &KILLED.replace("TITLE", HOSTILE[0]),
    );
    let runbook = write(folder.path(), "<i>crash.md", RUNBOOK);
    let report = folder.path().join("report");
    let output = leaselab(&[
        "grade",
        &runbook,
        &scenario,
        "--report",
        report.to_str().unwrap(),
    ]);
    let page = page(&report);
    let (told, said) = (stdout(&output), stderr(&output));
    assert_eq!(output.status.code(), Some(0), "{told}{said}");
    for part in [
        "recovered",
        "holds",
        "does not hold",
        "not typed: its condition does not hold",
        "exit 0",
        "$ terraform import ",
        "&lt;script&gt;alert(2)",
        "held on 1 of 1 wreck",
        "held on 0 of 1 wreck",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("What to change first"), "{page}");
}

#[test]
fn the_page_of_a_grade_begins_with_what_to_change_and_links_to_an_example() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = write(folder.path(), "killed.yaml", KILLED);
    let looks = "# Look\n\n```bash\nterraform plan || true\n```\n";
    let runbook = write(folder.path(), "looks.md", looks);
    let report = folder.path().join("report");
    let to = report.to_str().unwrap();
    let output = leaselab(&["grade", &runbook, &scenario, "--report", to]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let page = page(&report);
    let first = page.find("What to change first").expect("it says so");
    let example = page.find("killed.yaml</a>").expect("an example");
    let all = page.find("All wrecks").expect("a table of all");
    assert!(first < example && example < all, "{page}");
    assert!(
        page.contains("is left: orphaned_lock, orphaned_object"),
        "{page}"
    );
    assert!(page.contains("<a href=\"#s1\""), "{page}");
    assert!(page.contains("<section id=\"s1\">"), "{page}");
}

#[test]
fn a_report_that_cannot_be_written_is_bad_input() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = write(
        folder.path(),
        "killed.yaml",
        &KILLED.replace("TITLE", "killed"),
    );
    let output = leaselab(&["test", &scenario, "--report", &scenario]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("cannot write"),
        "{}",
        stderr(&output)
    );
    let runbook = write(folder.path(), "crash.md", RUNBOOK);
    let against = [
        "grade",
        &runbook,
        &scenario,
        "--report",
        "r",
        "--against",
        &runbook,
    ];
    let output = leaselab(&against);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn formats_are_printed_and_written_and_unknown_ones_refused() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let file = "scenarios/lease_id_missing.yaml";
    let all = "text,json,svg,mermaid,perfetto,markdown";
    let output = leaselab(&["run", file, "--format", all, "-o", out]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    for ending in ["txt", "json", "svg", "mmd", "perfetto.json", "md"] {
        let name = format!("lease_id_missing.{ending}");
        assert!(folder.path().join(&name).is_file(), "{name}");
    }
    let output = leaselab(&[
        "run", file, "--format", "svg", "--from", "33s", "--until", "34s",
    ]);
    assert!(stdout(&output).starts_with("<?xml"), "{}", stdout(&output));
    assert!(
        !stdout(&output).contains("network cut"),
        "{}",
        stdout(&output)
    );
    for wrong in [
        ["--format", "png"],
        ["--from", "soon"],
        ["--format", "svg,mermaid"],
    ] {
        let output = leaselab(&["run", file, wrong[0], wrong[1]]);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
    }
}
