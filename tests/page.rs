//! Pages: what stands in them, and that they work in a real browser.

use std::env;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use leaselab::kernel::{Seed, SimTime};
use leaselab::render::{html, html_comparison};
use leaselab::scenario;
use leaselab::suite::film;
use leaselab::verdict::Film;
use sha2::{Digest, Sha256};

/// Text that would like to be more than text.
pub(crate) const HOSTILE: [&str; 8] = [
    "</script><script>globalThis.hostile = 1</script>",
    "<img src=x onerror='globalThis.hostile = 1'>",
    "\"><svg onload=\"globalThis.hostile = 1\">",
    "<!-- <script> -->",
    "</style><body onload=globalThis.hostile=1>",
    "]]><!doctype html><base href=//example.com>",
    "javascript:globalThis.hostile=1",
    "\u{202e}&lt;script&gt;\u{2028}alert(1)",
];

pub(crate) fn filmed(name: &str, source: &str) -> Film {
    let scenario = scenario::parse(name, source.as_bytes())
        .unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
    film(&Arc::new(scenario), Seed(0), SimTime::MAX)
}

fn page(name: &str, source: &str) -> String {
    html(&filmed(name, source))
}

/// The article's client beside Terraform as it is.
fn pair() -> String {
    let library = library();
    let [one, other] = ["lease_id_missing", "lease_id_missing_terraform"].map(|wanted| {
        let found = library.iter().find(|(name, _)| name == wanted);
        let (name, source) = found.unwrap();
        filmed(name, source)
    });
    html_comparison(&one, &other)
}

pub(crate) fn library() -> Vec<(String, String)> {
    let mut files = Vec::new();
    collect(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios"),
        &mut files,
    );
    files.sort();
    let named = files.into_iter().map(|path| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, fs::read_to_string(path).unwrap())
    });
    named.collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            files.push(path);
        }
    }
}

/// A scenario in which a text stands wherever an author can write one.
pub(crate) fn hostile(text: &str) -> String {
    let quoted = serde_json::to_string(text).unwrap();
    let echoed = serde_json::to_string(&format!("echo {}", shlex_quoted(text))).unwrap();
    format!(
        "leaselab: 1\ntitle: {quoted}\nwhy: {quoted}\nnotes: {quoted}\nsource: {quoted}\n\
         resources: {{ vnet: {{ create: 4s }} }}\nsteps:\n  - {{ run: terraform apply \
         -auto-approve, as: alice }}\n  - {{ at: 1s, note: {quoted} }}\n  - {{ at: 2s, ask: \
         {quoted} }}\n  - run: {echoed}\n    as: alice\n"
    )
}

fn shlex_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// A scenario of about 5,000 facts.
pub(crate) fn large() -> String {
    let resources: Vec<String> = (0..1_250)
        .map(|index| format!("  r{index}: {{ create: {}s }}\n", 1 + index % 7))
        .collect();
    format!(
        "leaselab: 1\ntitle: Many resources\nresources:\n{}steps:\n  - {{ run: terraform apply \
         -auto-approve -parallelism=20, as: alice }}\n  - {{ at: 40s, run: terraform plan, as: \
         bob }}\n",
        resources.concat()
    )
}

#[test]
fn the_article_weighs_at_most_150_kb_and_is_the_same_twice() {
    let library = library();
    let (name, source) = { library.iter() }
        .find(|(name, _)| name == "lease_id_missing")
        .unwrap();
    let page = page(name, source);
    assert!(page.len() <= 150_000, "{} bytes", page.len());
    assert_eq!(page, self::page(name, source));
}

/// Whatever an author writes stands in the page's data, escaped, and nowhere else; nothing may run
/// but the page's own script.
#[test]
fn text_never_becomes_markup() {
    let plain = page("plain", &hostile("plain"));
    let count = |page: &str, what: &str| page.matches(what).count();
    for text in HOSTILE {
        let page = page("hostile", &hostile(text));
        for tag in [
            "<script", "</script", "<style", "</style", "<img", "<svg", "<body", "<base", "<!",
        ] {
            assert_eq!(count(&page, tag), count(&plain, tag), "{tag} of {text}");
        }
        assert!(page.contains("default-src 'none'"), "a policy");
    }
}

/// The pages that are driven, by their names.
fn pages() -> Vec<(String, Box<dyn Fn() -> String>)> {
    let mut pages: Vec<(String, Box<dyn Fn() -> String>)> = Vec::new();
    for (name, source) in library() {
        pages.push((name.clone(), Box::new(move || page(&name, &source))));
    }
    for (index, text) in HOSTILE.iter().enumerate() {
        let page = || page("hostile", &hostile(text));
        pages.push((format!("hostile_{index}"), Box::new(page)));
    }
    pages.push(("pair_article".to_owned(), Box::new(pair)));
    pages.push(("large".to_owned(), Box::new(|| page("large", &large()))));
    pages
}

/// Every page of the library, hostile ones, a pair and a large one, driven in Chromium. Runs where
/// `LEASELAB_BROWSER` is set, as in the gate: to 1, or to a part of the names of some. It needs
/// Chromium, Node.js and what `npm ci --prefix tests/browser` installs.
#[test]
fn pages_work_in_a_browser() {
    let Some(asked) = env::var("LEASELAB_BROWSER").ok() else {
        println!(
            "skipped: set LEASELAB_BROWSER=1, with chromium, node and tests/browser installed"
        );
        return;
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    fs::remove_dir_all(&folder).ok();
    fs::create_dir_all(&folder).unwrap();
    for (name, page) in pages() {
        if asked == "1" || name.contains(&asked) {
            fs::write(folder.join(format!("{name}.html")), page()).unwrap();
        }
    }
    let driven = Command::new("node")
        .arg(root.join("tests/browser/run.mjs"))
        .arg(&folder)
        .output()
        .expect("node starts");
    let said = String::from_utf8_lossy(&driven.stdout);
    println!("{said}");
    assert!(
        driven.status.success(),
        "{said}\n{}",
        String::from_utf8_lossy(&driven.stderr)
    );
}

/// The README's picture shows the page as it is: `docs/pictures/make` makes it anew.
#[test]
fn the_readme_s_picture_is_current() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let source = fs::read_to_string(root.join("scenarios/lease_id_missing.yaml")).unwrap();
    let page = page("lease_id_missing", &source);
    let noted = fs::read_to_string(root.join("docs/pictures/page.sha256")).unwrap();
    let mut hex = String::new();
    for byte in Sha256::digest(page.as_bytes()) {
        write!(hex, "{byte:02x}").unwrap();
    }
    assert_eq!(hex, noted.trim(), "the picture is old: docs/pictures/make");
}
