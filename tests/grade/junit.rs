//! `JUnit` reports against the rules of the schema that CI servers share (`junit-10.xsd` of
//! Jenkins' xUnit plugin), as far as a report here can have its elements:
//! which elements stand in which, which attributes they have, and that the counts are right.

use std::collections::BTreeMap;

use leaselab::render::{JunitCase, JunitFailure, junit};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::cli::{leaselab, stderr};

/// Element, in which it stands, required attributes, further attributes.
const RULES: [(&str, &str, &[&str], &[&str]); 7] = [
    (
        "testsuites",
        "",
        &[],
        &["name", "time", "tests", "failures", "errors"],
    ),
    (
        "testsuite",
        "testsuites",
        &["name", "tests", "failures", "errors"],
        &[
            "group",
            "time",
            "skipped",
            "timestamp",
            "hostname",
            "id",
            "package",
            "file",
            "log",
            "url",
        ],
    ),
    (
        "testcase",
        "testsuite",
        &["name"],
        &["time", "classname", "group"],
    ),
    ("failure", "testcase", &[], &["type", "message"]),
    ("error", "testcase", &[], &["type", "message"]),
    ("system-out", "testcase", &[], &[]),
    ("system-err", "testcase", &[], &[]),
];
const NUMBERS: [&str; 4] = ["tests", "failures", "errors", "skipped"];

#[derive(Debug, Default, Clone)]
struct Counts {
    cases: usize,
    failures: usize,
}

/// Checks a document and returns the number of cases and failures.
fn check(xml: &str) -> Result<(usize, usize), String> {
    let mut reader = Reader::from_str(xml);
    let mut open: Vec<String> = Vec::new();
    let mut suites: Vec<BTreeMap<String, String>> = Vec::new();
    let mut counts = Counts::default();
    let mut whole: Option<BTreeMap<String, String>> = None;
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(tag) => {
                let (name, attributes) = element(&tag, &open)?;
                note(&name, attributes, &mut whole, &mut suites, &mut counts);
                open.push(name);
            }
            Event::Empty(tag) => {
                let (name, attributes) = element(&tag, &open)?;
                note(&name, attributes, &mut whole, &mut suites, &mut counts);
            }
            Event::End(_) => {
                open.pop();
            }
            Event::Text(text) => {
                let text = text.decode().map_err(|error| error.to_string())?;
                let takes_text = matches!(
                    open.last().map(String::as_str),
                    Some("failure" | "error" | "system-out" | "system-err")
                );
                if !takes_text && !text.trim().is_empty() {
                    return Err(format!("text in {open:?}: {text}"));
                }
            }
            Event::Eof => break,
            Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_)
            | Event::GeneralRef(_) => {}
        }
    }
    if !open.is_empty() {
        return Err(format!("{open:?} never end"));
    }
    let whole = whole.ok_or("no testsuites")?;
    for attributes in suites.iter().chain([&whole]) {
        for (attribute, counted) in [("tests", counts.cases), ("failures", counts.failures)] {
            let told = attributes.get(attribute).map(String::as_str);
            if told.is_some_and(|told| told != counted.to_string()) {
                return Err(format!("{attribute} is {told:?}, and there are {counted}"));
            }
        }
    }
    Ok((counts.cases, counts.failures))
}

fn note(
    name: &str,
    attributes: BTreeMap<String, String>,
    whole: &mut Option<BTreeMap<String, String>>,
    suites: &mut Vec<BTreeMap<String, String>>,
    counts: &mut Counts,
) {
    match name {
        "testsuites" => *whole = Some(attributes),
        "testsuite" => suites.push(attributes),
        "testcase" => counts.cases += 1,
        "failure" => counts.failures += 1,
        _ => {}
    }
}

fn element(
    tag: &BytesStart<'_>,
    open: &[String],
) -> Result<(String, BTreeMap<String, String>), String> {
    let name = String::from_utf8_lossy(tag.name().as_ref()).into_owned();
    let rule = RULES.iter().find(|(element, ..)| *element == name);
    let (_, parent, required, further) = rule.ok_or(format!("unknown element {name}"))?;
    if open.last().map_or("", String::as_str) != *parent {
        return Err(format!("{name} in {open:?}"));
    }
    let mut attributes = BTreeMap::new();
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let key = String::from_utf8_lossy(attribute.key.as_ref()).into_owned();
        let value = String::from_utf8_lossy(&attribute.value).into_owned();
        if !required.contains(&key.as_str()) && !further.contains(&key.as_str()) {
            return Err(format!("{name} has {key}"));
        }
        if NUMBERS.contains(&key.as_str()) && value.parse::<u64>().is_err() {
            return Err(format!("{key} is {value}"));
        }
        attributes.insert(key, value);
    }
    match required.iter().find(|key| !attributes.contains_key(**key)) {
        Some(missing) => Err(format!("{name} has no {missing}")),
        None => Ok((name, attributes)),
    }
}

fn case(name: &str, failure: Option<&str>) -> JunitCase {
    JunitCase {
        name: name.to_owned(),
        class: "runbook.md".to_owned(),
        real_us: None,
        failure: failure.map(|text| JunitFailure {
            kind: "blocked".to_owned(),
            message: text.to_owned(),
            details: format!("{text}\nmore"),
        }),
    }
}

#[test]
fn reports_keep_the_rules_whatever_stands_in_them() {
    let hostile = "a < b && \"c\" ]]> \u{1b}[31mred\u{0}";
    let cases = [
        case("one", None),
        case(hostile, Some(hostile)),
        case("three", Some("x")),
    ];
    let xml = junit("suite", &cases);
    assert_eq!(check(&xml), Ok((3, 2)), "{xml}");
    assert_eq!(check(&junit("empty", &[])), Ok((0, 0)));
}

#[test]
fn the_check_finds_what_is_wrong() {
    let cases = [
        "<testsuite name=\"a\" tests=\"0\"/>",
        "<testsuites><testsuite tests=\"0\"/></testsuites>",
        "<testsuites><testsuite name=\"a\" tests=\"1\" failures=\"0\" errors=\"0\"/></testsuites>",
        "<testsuites><testsuite name=\"a\" tests=\"many\" failures=\"0\" errors=\"0\"/></testsuites>",
        "<testsuites><testcase name=\"a\"/></testsuites>",
        "<testsuites color=\"red\"/>",
        "<testsuites>text</testsuites>",
        "<testsuites>",
    ];
    for xml in cases {
        assert!(check(xml).is_err(), "{xml}");
    }
}

#[test]
fn a_grade_is_written_as_a_report() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("reports/grade.xml");
    let path = file.to_str().unwrap();
    let output = leaselab(&[
        "grade",
        "runbooks/reckless.md",
        "scenarios",
        "--junit",
        path,
    ]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let xml = std::fs::read_to_string(file).unwrap();
    let (cases, failures) = check(&xml).unwrap();
    assert!(cases > failures && failures > 0, "{cases} {failures}");
    assert!(xml.contains("type=\"made_worse\""));
}
