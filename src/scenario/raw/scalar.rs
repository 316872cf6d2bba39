//! The single values of the format, each read from its text.
//!
//! A value says in its error what is allowed. After a line break the error says what was probably
//! meant; see [`decode`](super::super::document::decode).

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, Visitor};

use super::super::lesson::Level;
use super::super::step::{Direction, Peer, StateFileLineage};
use crate::command::wording::{alternatives, did_you_mean, nearest, quoted};
use crate::kernel::{Ratio, SimDuration};
use crate::service::Refusal;
use crate::terraform::state::{SERIAL_MAX, Serial};
use crate::terraform::{Lineage, RequestKind, Signal};

/// So many saves back a hand can go: more than any replication makes at the default limits.
const SAVES_MAX: u64 = 10_000_000;

/// So many chapters a course may have.
const CHAPTERS_MAX: u16 = 999;

/// Declares a value that is read from its text by a function, and described by a JSON Schema.
macro_rules! scalar {
    ($(#[$doc:meta])* $name:ident($inner:ty), $expected:literal, $parse:expr, $schema:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub(in super::super) struct $name(pub(in super::super) $inner);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = deserializer.deserialize_any(TextVisitor($expected))?;
                let parse: fn(&str) -> Result<$inner, String> = $parse;
                parse(&text).map($name).map_err(D::Error::custom)
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                $schema
            }
        }
    };
}

struct TextVisitor(&'static str);

impl Visitor<'_> for TextVisitor {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<String, E> {
        Ok(text)
    }
}

const DURATION_PATTERN: &str = r"^[0-9]+(\.[0-9]+)? ?(ms|s|m|min|h)$";

scalar!(
    /// What a participant must know.
    LevelNumber(Level),
    "a level: 1, 2 or 3",
    |text| Level::read(text).ok_or_else(|| format!("{} is not a level: 1, 2 or 3", quoted(text))),
    json_schema!({ "enum": [1, 2, 3] })
);

scalar!(
    /// A chapter of a course.
    Chapter(u16),
    "the number of a chapter",
    |text| {
        let number = parse_number(text, 1, u64::from(CHAPTERS_MAX))?;
        Ok(u16::try_from(number).expect("in range"))
    },
    json_schema!({ "type": "integer", "minimum": 1, "maximum": CHAPTERS_MAX })
);

scalar!(
    /// Whole days.
    Days(SimDuration),
    "a number of days, such as `7d`",
    parse_days,
    json_schema!({ "type": "string", "pattern": "^[0-9]+ ?d$" })
);

scalar!(
    /// Any text.
    Text(String),
    "a text",
    |text| Ok(text.to_owned()),
    json_schema!({ "type": ["string", "number", "boolean"] })
);

scalar!(
    /// A number and a unit.
    Duration(SimDuration),
    "a duration",
    parse_duration,
    json_schema!({ "type": "string", "pattern": DURATION_PATTERN, "examples": ["20s", "500ms"] })
);

scalar!(
    /// A whole number.
    Count(u64),
    "a whole number",
    |text| parse_number(text, 0, u64::MAX),
    json_schema!({ "type": "integer", "minimum": 0 })
);

scalar!(
    /// The serial of a state.
    SerialNumber(Serial),
    "a whole number",
    |text| parse_number(text, 0, SERIAL_MAX),
    json_schema!({ "type": "integer", "minimum": 0, "maximum": SERIAL_MAX })
);

scalar!(
    /// So many saves ago.
    Saves(u64),
    "a whole number",
    |text| {
        if text == "0" {
            return Err("0 saves ago is now; write 1 for the state before the current one".to_owned());
        }
        parse_number(text, 1, SAVES_MAX)
    },
    json_schema!({ "type": "integer", "minimum": 1, "maximum": SAVES_MAX })
);

scalar!(
    /// How often at most.
    Attempts(u32),
    "a whole number",
    |text| {
        let number = parse_number(text, 1, u64::from(u32::MAX))?;
        Ok(u32::try_from(number).expect("in range"))
    },
    json_schema!({ "type": "integer", "minimum": 1 })
);

scalar!(
    /// An exit status.
    ExitStatus(u8),
    "an exit status",
    |text| {
        let number = parse_number(text, 0, u64::from(u8::MAX))?;
        Ok(u8::try_from(number).expect("in range"))
    },
    json_schema!({ "type": "integer", "minimum": 0, "maximum": 255 })
);

scalar!(
    /// The version of the format.
    Version(()),
    "the version 1",
    |text| match text {
        "1" => Ok(()),
        _ => Err(format!("{} is not a version of the format; the only one is 1", quoted(text))),
    },
    json_schema!({ "const": 1 })
);

scalar!(
    /// `true` or `false`.
    Flag(bool),
    "`true` or `false`",
    |text| match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => {
            let help = match text.to_lowercase().as_str() {
                "yes" | "on" | "y" | "true" => "\nwrite `true`",
                "no" | "off" | "n" | "false" => "\nwrite `false`",
                _ => "",
            };
            Err(format!("{} is neither `true` nor `false`{help}", quoted(text)))
        }
    },
    json_schema!({ "type": "boolean" })
);

scalar!(
    /// `true`.
    True(()),
    "`true`",
    |text| match text {
        "true" => Ok(()),
        _ => Err(format!("{} stands where only `true` can stand", quoted(text))),
    },
    json_schema!({ "const": true })
);

scalar!(
    /// Which ones in turn, from the first to the last.
    Nth((u64, u64)),
    "a number such as `1`, or a range such as `1..2` or `3..`",
    parse_nth,
    json_schema!({
        "type": ["integer", "string"],
        "minimum": 1,
        "pattern": r"^[0-9]+(\.\.[0-9]*)?$",
    })
);

scalar!(
    /// A chance.
    Chance(Ratio),
    "a chance such as 1/20",
    |text| text.parse::<Ratio>().map_err(|error| format!("{} {error}", quoted(text))),
    json_schema!({ "type": "string", "pattern": "^[0-9]+ */ *[0-9]+$", "examples": ["1/20"] })
);

scalar!(
    /// A refusal with its status: of each service that has one of this name.
    Answer(Vec<Refusal>),
    "a status and a code such as `503 ServerBusy`",
    parse_answer,
    json_schema!({
        "type": "string",
        "enum": Refusal::all().map(|refusal| refusal.to_string()).collect::<BTreeSet<_>>(),
    })
);

scalar!(
    /// A link of an operator's machine; the operator by name.
    LinkText((String, Direction, Peer)),
    "a link such as `alice <-> blob`",
    parse_link,
    json_schema!({
        "type": "string",
        "pattern": r"^[^ ]+ +(<->|->|<-) +(blob|state|cloud)$",
        "examples": ["alice <-> blob"],
    })
);

scalar!(
    /// The shortest and the longest latency.
    Latency((SimDuration, SimDuration)),
    "a duration, or a range such as `1ms..50ms`",
    parse_latency,
    json_schema!({
        "type": "string",
        "pattern": r"^[0-9.]+ ?(ms|s|m|min|h)( ?\.\. ?[0-9.]+ ?(ms|s|m|min|h))?$",
        "examples": ["2ms", "1ms..50ms"],
    })
);

scalar!(
    /// The duration of a lease; none for an infinite one.
    LeaseText(Option<SimDuration>),
    "a duration, or `infinite`",
    parse_lease,
    json_schema!({ "type": "string", "pattern": "^(infinite|[0-9]+ ?(s|m|min))$" })
);

scalar!(
    /// A lineage.
    LineageText(StateFileLineage),
    "`remote` or a UUID",
    parse_lineage,
    json_schema!({
        "anyOf": [{ "const": "remote" }, { "type": "string", "format": "uuid" }]
    })
);

scalar!(
    /// A kind of request, or none for any.
    RequestText(Option<RequestKind>),
    "a request",
    |text| {
        let any = std::iter::once(("any", None));
        let kinds = RequestKind::ALL.iter().chain(&RequestKind::GENERIC);
        let kinds = kinds.map(|kind| (kind.name(), Some(*kind)));
        parse_word("request", text, any.chain(kinds))
    },
    json_schema!({
        "enum": std::iter::once("any")
            .chain(RequestKind::ALL.iter().map(|kind| kind.name()))
            .chain(RequestKind::GENERIC.iter().map(|kind| kind.name()))
            .collect::<Vec<_>>(),
    })
);

scalar!(
    /// A signal.
    SignalText(Signal),
    "a signal",
    |text| {
        let signals = Signal::ALL.iter().map(|signal| (signal.name(), *signal));
        parse_word("signal", text, signals)
    },
    json_schema!({
        "enum": Signal::ALL.iter().map(|signal| signal.name()).collect::<Vec<_>>(),
    })
);

/// The value of an attribute. Only its shape is checked here: whether it is quoted, and thus a
/// text, is known to the document.
#[derive(Debug)]
pub(in super::super) struct AttributeValue;

impl<'de> Deserialize<'de> for AttributeValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AttributeVisitor)
    }
}

struct AttributeVisitor;

impl Visitor<'_> for AttributeVisitor {
    type Value = AttributeValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, a text, `true`, `false` or `null`")
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<AttributeValue, E> {
        Ok(AttributeValue)
    }

    fn visit_unit<E: Error>(self) -> Result<AttributeValue, E> {
        Ok(AttributeValue)
    }
}

impl JsonSchema for AttributeValue {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "AttributeValue".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "boolean", "null"] })
    }
}

fn parse_duration(text: &str) -> Result<SimDuration, String> {
    text.parse()
        .map_err(|error: crate::kernel::time::DurationError| format!("{} {error}", quoted(text)))
}

/// What Azure takes as a retention.
fn parse_days(text: &str) -> Result<SimDuration, String> {
    const DAY: u64 = 24 * 60 * 60;
    let Some(number) = text.strip_suffix('d') else {
        let help = match parse_number(text, 1, 365) {
            Ok(days) => format!("\nwrite `{days}d`"),
            Err(_) => String::new(),
        };
        return Err(format!("{} is no number of days{help}", quoted(text)));
    };
    let days = parse_number(number.trim_end(), 1, 365)?;
    Ok(SimDuration::from_seconds(days * DAY))
}

fn parse_number(text: &str, least: u64, most: u64) -> Result<u64, String> {
    let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unpadded = text.trim_start_matches('0');
    if is_digits && text.len() > 1 && unpadded.len() < text.len() {
        let shown = quoted(text);
        let plain = if unpadded.is_empty() { "0" } else { unpadded };
        return Err(format!(
            "{shown} begins with 0, which makes it octal to some YAML readers\nwrite {}",
            quoted(plain)
        ));
    }
    let number = if is_digits { text.parse().ok() } else { None };
    number
        .filter(|number| (least..=most).contains(number))
        .ok_or_else(|| {
            let text = quoted(text);
            format!("{text} is not a whole number from {least} to {most}")
        })
}

fn parse_nth(text: &str) -> Result<(u64, u64), String> {
    let (first, last) = match text.split_once("..") {
        None => {
            let only = parse_number(text.trim(), 1, u64::MAX)?;
            (only, only)
        }
        Some((first, "")) => (parse_number(first.trim(), 1, u64::MAX)?, u64::MAX),
        Some((first, last)) => (
            parse_number(first.trim(), 1, u64::MAX)?,
            parse_number(last.trim(), 1, u64::MAX)?,
        ),
    };
    if last < first {
        return Err(format!("{} ends before it begins", quoted(text)));
    }
    Ok((first, last))
}

fn parse_answer(text: &str) -> Result<Vec<Refusal>, String> {
    let named: Vec<Refusal> = Refusal::all()
        .filter(|refusal| refusal.to_string() == text)
        .collect();
    if !named.is_empty() {
        return Ok(named);
    }
    let code = match text.split_once(char::is_whitespace) {
        Some((_, code)) => code.trim(),
        None => text,
    };
    let Some(refusal) = Refusal::all().find(|refusal| refusal.code() == code) else {
        let code_shown = quoted(code);
        let codes = Refusal::all().map(Refusal::code);
        let near = nearest(code, codes).map(did_you_mean);
        let same = Refusal::all().find(|refusal| refusal.http_status().to_string() == code);
        let help = near.or_else(|| Some(format!("write `{}`", same?)));
        let help = help.map_or(String::new(), |help| format!("\n{help}"));
        return Err(format!("the service has no error code {code_shown}{help}"));
    };
    let shown = quoted(text);
    Err(format!(
        "{shown} is not a status and a code\nwrite `{refusal}`"
    ))
}

fn parse_link(text: &str) -> Result<(String, Direction, Peer), String> {
    let malformed = || {
        format!(
            "{} is not a link; write `alice <-> state`, with `<->`, `->` or `<-`",
            quoted(text)
        )
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    let [operator, arrow, peer] = words[..] else {
        return Err(malformed());
    };
    let direction = match arrow {
        "<->" => Direction::Both,
        "->" => Direction::Outward,
        "<-" => Direction::Inward,
        _ => return Err(malformed()),
    };
    let peer = match peer {
        "state" | "blob" => Peer::State,
        "cloud" => Peer::Cloud,
        _ => {
            let peer = quoted(peer);
            return Err(format!(
                "a link goes from an operator to `state` or `cloud`, not to {peer}"
            ));
        }
    };
    Ok((operator.to_owned(), direction, peer))
}

fn parse_latency(text: &str) -> Result<(SimDuration, SimDuration), String> {
    let Some((least, most)) = text.split_once("..") else {
        let only = parse_duration(text)?;
        return Ok((only, only));
    };
    let (least, most) = (parse_duration(least.trim())?, parse_duration(most.trim())?);
    if most < least {
        return Err(format!("{} ends before it begins", quoted(text)));
    }
    Ok((least, most))
}

fn parse_lease(text: &str) -> Result<Option<SimDuration>, String> {
    if text == "infinite" {
        return Ok(None);
    }
    let duration = parse_duration(text)?;
    let is_whole = duration.as_ms().is_multiple_of(1_000);
    if !is_whole || !(15_000..=60_000).contains(&duration.as_ms()) {
        let text = quoted(text);
        return Err(format!(
            "{text} is no lease duration; a lease lasts 15s to 60s in whole seconds, or is `infinite`"
        ));
    }
    Ok(Some(duration))
}

fn parse_lineage(text: &str) -> Result<StateFileLineage, String> {
    if text == "remote" {
        return Ok(StateFileLineage::Remote);
    }
    let parts: Vec<&str> = text.split('-').collect();
    let is_uuid = parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12])
        && parts
            .iter()
            .all(|part| part.bytes().all(|byte| byte.is_ascii_hexdigit()));
    match u128::from_str_radix(&parts.concat(), 16) {
        Ok(lineage) if is_uuid => Ok(StateFileLineage::Other(Lineage(lineage))),
        Ok(_) | Err(_) => {
            let text = quoted(text);
            Err(format!("{text} is no lineage; write `remote` or a UUID"))
        }
    }
}

fn parse_word<T>(
    what: &str,
    text: &str,
    known: impl Iterator<Item = (&'static str, T)>,
) -> Result<T, String> {
    let mut words = Vec::new();
    for (word, value) in known {
        if word == text {
            return Ok(value);
        }
        words.push(word);
    }
    let help = match nearest(text, words.iter().copied()) {
        Some(near) => did_you_mean(near),
        None => format!("write {}", alternatives(words.iter().copied())),
    };
    Err(format!("unknown {what} {}\n{help}", quoted(text)))
}
