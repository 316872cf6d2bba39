//! Pictures and reports: what is drawn and told of a film, in every format.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use leaselab::kernel::{Seed, SimTime};
use leaselab::render::{self, Window};
use leaselab::scenario::{self, Scenario};
use leaselab::suite::film;
use leaselab::verdict::Film;
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;

use crate::page;

const HOSTILE: &str =
    "</title><script>alert(1)</script>' onload=\\\"x ]]> `a` |b| ;end %% #x @all <!--";

fn read(path: &str) -> Arc<Scenario> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("scenarios")
        .join(path);
    let bytes = fs::read(&path).unwrap();
    let name = path.display().to_string();
    Arc::new(scenario::parse(&name, &bytes).unwrap())
}

fn filmed(path: &str) -> Film {
    film(&read(path), Seed(0), SimTime::MAX)
}

/// A scenario in which whatever can be text is hostile.
fn hostile() -> Film {
    let source = format!(
        "leaselab: 1\ntitle: \"{HOSTILE}\"\nwhy: \"{HOSTILE}\"\nresources: {{ vnet: {{ create: 4s }} }}\n\
         steps:\n  - {{ id: apply, run: \"terraform apply -auto-approve\", as: alice }}\n  \
         - {{ at: 1s, note: \"{HOSTILE}\" }}\n  - {{ when: vnet creating, after: 1s, signal: {{ alice: SIGKILL }} }}\n  \
         - {{ wreck: alice }}\n"
    );
    let scenario = scenario::parse("hostile.yaml", source.as_bytes()).unwrap();
    film(&Arc::new(scenario), Seed(0), SimTime::MAX)
}

/// The texts of a document, all of which is well-formed; and the names of its elements.
fn parsed(document: &str) -> (Vec<String>, Vec<String>) {
    let mut reader = Reader::from_str(document);
    let (mut texts, mut names) = (Vec::new(), Vec::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => break,
            Event::Start(start) | Event::Empty(start) => {
                for attribute in start.attributes() {
                    attribute.unwrap();
                }
                names.push(String::from_utf8(start.name().as_ref().to_vec()).unwrap());
            }
            Event::Text(text) => texts.push(text.decode().unwrap().into_owned()),
            Event::End(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_)
            | Event::GeneralRef(_) => {}
        }
    }
    (texts, names)
}

#[test]
fn the_formats_are_as_they_stand_in_the_snapshots() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("pictures");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| {
        for path in [
            "lease_id_missing.yaml",
            "failures/orphan_lock_after_kill.yaml",
            "findings/throttled_without_end.yaml",
        ] {
            let film = filmed(path);
            let name = &film.report.scenario.name;
            let named = |format: &str| format!("{name}.{format}");
            insta::assert_snapshot!(named("svg"), render::svg(&film, Window::ALL));
            insta::assert_snapshot!(named("mermaid"), render::mermaid(&film, Window::ALL));
            insta::assert_snapshot!(named("perfetto"), render::perfetto(&film));
            insta::assert_snapshot!(named("markdown"), render::markdown(&film, Window::ALL));
        }
    });
}

#[test]
fn a_picture_is_well_formed_and_stands_alone() {
    let film = filmed("lease_id_missing.yaml");
    let svg = render::svg(&film, Window::ALL);
    let (texts, names) = parsed(&svg);
    assert!(
        texts.iter().any(|text| text == "412 LeaseIdMissing"),
        "{texts:?}"
    );
    let known = [
        "svg", "title", "desc", "defs", "pattern", "marker", "path", "rect", "line", "text",
    ];
    for name in names {
        assert!(known.contains(&name.as_str()), "{name}");
    }
    assert_eq!(
        svg.matches("://").count(),
        1,
        "only the namespace has an address"
    );
}

#[test]
fn a_window_shows_what_is_within() {
    let film = filmed("lease_id_missing.yaml");
    let window = Window {
        from: SimTime::from_ms(33_500),
        until: SimTime::from_ms(34_050),
    };
    let (texts, _) = parsed(&render::svg(&film, window));
    assert!(texts.iter().any(|text| text == "33.500"), "{texts:?}");
    assert!(
        texts
            .iter()
            .any(|text| text.contains("terraform force-unlock")),
        "{texts:?}"
    );
    assert!(
        !texts.iter().any(|text| text.contains("network cut")),
        "{texts:?}"
    );
    let report = render::markdown(&film, window);
    assert!(!report.contains("network cut"), "{report}");
    let diagram = render::mermaid(&film, window);
    assert!(!diagram.contains("network cut"), "{diagram}");
}

#[test]
fn no_text_of_a_scenario_becomes_markup() {
    let film = hostile();
    let svg = render::svg(&film, Window::ALL);
    let (_, names) = parsed(&svg);
    assert!(!names.iter().any(|name| name == "script"), "{svg}");
    assert!(!svg.contains("<script"), "{svg}");
    let report = render::markdown(&film, Window::ALL);
    assert!(!report.contains("<script"), "{report}");
    assert!(!report.contains(" |b|"), "{report}");
    assert!(!report.contains("@all"), "{report}");
    let diagram = render::mermaid(&film, Window::ALL);
    for line in diagram.lines().skip(3) {
        assert!(!line.contains('<') && !line.contains("%%"), "{line}");
    }
}

/// Every diagram of the library, hostile ones and a large one, parsed by Mermaid itself in Chromium.
/// Runs where the pages run in a browser.
#[test]
fn diagrams_are_parsed_by_mermaid() {
    let Some(asked) = std::env::var("LEASELAB_BROWSER").ok() else {
        println!(
            "skipped: set LEASELAB_BROWSER=1, with chromium, node and tests/browser installed"
        );
        return;
    };
    let mut sources = page::library();
    sources.push(("large".to_owned(), page::large()));
    let hostile = page::HOSTILE.iter().enumerate();
    sources.extend(hostile.map(|(at, text)| (format!("hostile_{at}"), page::hostile(text))));
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("diagrams");
    fs::remove_dir_all(&folder).ok();
    fs::create_dir_all(&folder).unwrap();
    for (name, source) in sources {
        if asked == "1" || name.contains(&asked) {
            let diagram = render::mermaid(&page::filmed(&name, &source), Window::ALL);
            fs::write(folder.join(format!("{name}.mmd")), diagram).unwrap();
        }
    }
    let parsed = Command::new("node")
        .arg(root.join("tests/browser/mermaid.mjs"))
        .arg(&folder)
        .output()
        .expect("node starts");
    let said = String::from_utf8_lossy(&parsed.stdout);
    println!("{said}");
    assert!(
        parsed.status.success(),
        "{said}\n{}",
        String::from_utf8_lossy(&parsed.stderr)
    );
}

/// <https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU>: what each
/// kind of event has to have.
#[test]
fn a_trace_has_the_fields_of_its_format() {
    let film = filmed("lease_id_missing.yaml");
    let trace: Value = serde_json::from_str(&render::perfetto(&film)).unwrap();
    let events = trace["traceEvents"].as_array().unwrap();
    let mut flows = [0, 0];
    let mut counters = Vec::new();
    for event in events {
        let phase = event["ph"].as_str().unwrap();
        assert!(event["ts"].is_u64() && event["pid"].is_u64() && event["tid"].is_u64());
        assert!(event["name"].is_string());
        match phase {
            "M" => {
                let args = &event["args"];
                assert!(args["name"].is_string() || args["sort_index"].is_u64());
            }
            "X" => assert!(event["dur"].is_u64(), "{event}"),
            "s" => flows[0] += 1,
            "f" => {
                assert_eq!(event["bp"], "e");
                flows[1] += 1;
            }
            "C" => counters.push(event["name"].as_str().unwrap()),
            "i" => assert!(matches!(event["s"].as_str(), Some("g" | "p" | "t"))),
            other => panic!("{other} is no phase"),
        }
    }
    assert!(flows[0] > 10 && flows[0] == flows[1], "{flows:?}");
    assert!(counters.contains(&"lock") && counters.contains(&"serial"));
    let apply = events
        .iter()
        .find(|event| event["cat"] == "command")
        .unwrap();
    assert_eq!(apply["dur"], 32_040_000);
}

#[test]
fn an_incident_report_has_what_a_reader_looks_for() {
    let report = render::markdown(&filmed("lease_id_missing.yaml"), Window::ALL);
    for part in [
        "# Incident: A lost lease ID at the last save",
        "## What happened",
        "## How things stand at the wreck",
        "| subnet | exists | – | recorded |",
        "## What to do",
        "alice$ terraform state push errored.tfstate",
        "## How things stand at the end",
    ] {
        assert!(report.contains(part), "{part}");
    }
}

#[test]
fn the_largest_scenarios_are_drawn_within_bounds() {
    let svg = render::svg(&filmed("article/quota_exceeded_at_51st.yaml"), Window::ALL);
    assert!(svg.len() < 150_000, "{}", svg.len());
    assert!(svg.contains("more, left out for want of room"));
}
