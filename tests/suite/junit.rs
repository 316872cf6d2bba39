//! Whether a text is JUnit XML: the elements, attributes and counts that the schema of Jenkins'
//! JUnit plugin asks for.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Which elements may stand in which, and which attributes each needs.
const ELEMENTS: [(&str, &str, &[&str]); 6] = [
    ("testsuites", "", &["name", "tests", "failures", "errors"]),
    (
        "testsuite",
        "testsuites",
        &["name", "tests", "failures", "errors"],
    ),
    ("testcase", "testsuite", &["name", "classname", "time"]),
    ("failure", "testcase", &["message", "type"]),
    ("error", "testcase", &["message", "type"]),
    ("skipped", "testcase", &[]),
];

/// What is wrong with the text as JUnit XML.
pub(crate) fn mistakes(xml: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    let mut open: Vec<String> = Vec::new();
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    let mut claimed: BTreeMap<String, String> = BTreeMap::new();
    let mut found = Vec::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                check(&element, &open, &mut claimed, &mut found);
                let name = name(&element);
                *counted.entry(name.clone()).or_default() += 1;
                open.push(name);
            }
            Ok(Event::Empty(element)) => {
                check(&element, &open, &mut claimed, &mut found);
                *counted.entry(name(&element)).or_default() += 1;
            }
            Ok(Event::End(_)) => {
                open.pop();
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(error) => {
                found.push(format!("no XML: {error}"));
                break;
            }
        }
    }
    for (attribute, element) in [
        ("tests", "testcase"),
        ("failures", "failure"),
        ("errors", "error"),
    ] {
        let count = counted.get(element).copied().unwrap_or(0).to_string();
        if claimed.get(attribute) != Some(&count) {
            found.push(format!(
                "{attribute} is {:?}, there are {count}",
                claimed.get(attribute)
            ));
        }
    }
    found
}

fn name(element: &BytesStart<'_>) -> String {
    String::from_utf8(element.name().as_ref().to_vec()).unwrap()
}

fn check(
    element: &BytesStart<'_>,
    open: &[String],
    claimed: &mut BTreeMap<String, String>,
    found: &mut Vec<String>,
) {
    let name = name(element);
    let Some((_, parent, needed)) = ELEMENTS.iter().find(|(known, _, _)| *known == name) else {
        return found.push(format!("<{name}> is no element of JUnit"));
    };
    if open.last().map_or("", String::as_str) != *parent {
        found.push(format!("<{name}> stands in {open:?}"));
    }
    let mut given = BTreeMap::new();
    for attribute in element.attributes() {
        let attribute = attribute.unwrap();
        let key = String::from_utf8(attribute.key.as_ref().to_vec()).unwrap();
        given.insert(key, String::from_utf8(attribute.value.to_vec()).unwrap());
    }
    for key in *needed {
        if !given.contains_key(*key) {
            found.push(format!("<{name}> has no {key}"));
        }
    }
    if name == "testsuites" {
        claimed.extend(given);
    }
}
