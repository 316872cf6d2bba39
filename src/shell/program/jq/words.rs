//! The interpreter's errors in the words of jq.

use jaq_json::Val;

use super::value::{Layout, write};

/// An error's text: behind the place, with its colon.
pub(super) fn error_text(value: &Val) -> String {
    match value {
        Val::TStr(text) => {
            let text = String::from_utf8_lossy(text);
            format!(
                ": {}",
                translated(&text).unwrap_or_else(|| text.into_owned())
            )
        }
        Val::Null => " (not a string): null".to_owned(),
        other @ (Val::Bool(_) | Val::Num(_) | Val::BStr(_) | Val::Arr(_) | Val::Obj(_)) => {
            format!(" (not a string): {}", compact(other))
        }
    }
}

fn compact(value: &Val) -> String {
    let mut out = String::new();
    let layout = Layout {
        indent: None,
        ..Layout::default()
    };
    // A value that is too large is cut anyway.
    write(&mut out, value, &layout).unwrap_or_default();
    out
}

/// A value as jq shows it in messages: at most eleven bytes and dots.
fn short(value: &Val) -> String {
    let text = compact(value);
    if text.len() <= 14 {
        return text;
    }
    let mut end = 11;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}...", text.get(..end).unwrap_or_default())
}

fn kind(value: &Val) -> &'static str {
    match value {
        Val::Null => "null",
        Val::Bool(_) => "boolean",
        Val::Num(_) => "number",
        Val::TStr(_) | Val::BStr(_) => "string",
        Val::Arr(_) => "array",
        Val::Obj(_) => "object",
    }
}

fn translated(text: &str) -> Option<String> {
    if let Some(rest) = text.strip_prefix("cannot index ") {
        let (value, index) = two_values(rest, " with ")?;
        let (value, shown) = (kind(&value), compact(&index));
        return Some(if matches!(index, Val::TStr(_)) {
            format!("Cannot index {value} with string {shown}")
        } else {
            format!("Cannot index {value} with {}", kind(&index))
        });
    }
    if let Some(rest) = text.strip_prefix("cannot calculate ") {
        for (sign, done) in [
            (" + ", "added"),
            (" - ", "subtracted"),
            (" * ", "multiplied"),
            (" / ", "divided"),
            (" % ", "divided"),
        ] {
            if let Some((one, other)) = two_values(rest, sign) {
                let (one_kind, other_kind) = (kind(&one), kind(&other));
                let (one, other) = (short(&one), short(&other));
                return Some(format!(
                    "{one_kind} ({one}) and {other_kind} ({other}) cannot be {done}"
                ));
            }
        }
        return None;
    }
    let rest = text.strip_prefix("cannot use ")?;
    let (value, wanted) = rest.rsplit_once(" as ")?;
    let value = one_value(value)?;
    let (kind, shown) = (kind(&value), short(&value));
    Some(match wanted {
        "iterable (array or object)" => format!("Cannot iterate over {kind} ({shown})"),
        "string" => format!("{kind} ({shown}) cannot be matched, as it is not a string"),
        "array" => format!("{kind} ({shown}) cannot be sorted, as it is not an array"),
        "number" => format!("{kind} ({shown}) number required"),
        _ => return None,
    })
}

fn one_value(text: &str) -> Option<Val> {
    serde_json::from_str(text).ok()
}

/// Two values with a word between them, which may be in the values as well.
fn two_values(text: &str, between: &str) -> Option<(Val, Val)> {
    text.match_indices(between).find_map(|(at, _)| {
        let one = one_value(text.get(..at)?)?;
        let other = one_value(text.get(at + between.len()..)?)?;
        Some((one, other))
    })
}
