//! How values are printed.

use std::fmt::Write as _;

use jaq_json::{Num, Val};

use super::super::OUTPUT_MAX;

/// How a value is laid out.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of the program"
)]
pub(in super::super) struct Layout {
    /// What each level is indented by; without it all is on one line.
    pub(in super::super) indent: Option<String>,
    /// Whether keys are sorted.
    pub(in super::super) sorted: bool,
    /// Whether all but ASCII is escaped.
    pub(in super::super) ascii: bool,
    /// Whether separators have a space behind them on one line (`python3 -m json.tool`).
    pub(in super::super) spaced: bool,
    /// Whether a whole number keeps its `.0`.
    pub(in super::super) float_point: bool,
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            indent: Some("  ".to_owned()),
            sorted: false,
            ascii: false,
            spaced: false,
            float_point: false,
        }
    }
}

/// Writes a value; fails with a sentence where it is larger than what may be printed.
pub(in super::super) fn write(
    out: &mut String,
    value: &Val,
    layout: &Layout,
) -> Result<(), String> {
    write_level(out, value, layout, 0)
}

fn write_level(out: &mut String, value: &Val, layout: &Layout, level: usize) -> Result<(), String> {
    if out.len() > OUTPUT_MAX {
        return Err(format!(
            "printing more than {OUTPUT_MAX} bytes is not modeled"
        ));
    }
    match value {
        Val::Null => out.push_str("null"),
        Val::Bool(true) => out.push_str("true"),
        Val::Bool(false) => out.push_str("false"),
        Val::Num(number) => out.push_str(&number_text(number, layout.float_point)),
        Val::TStr(text) | Val::BStr(text) => {
            write_text(out, &String::from_utf8_lossy(text), layout.ascii);
        }
        Val::Arr(values) => {
            out.push('[');
            for (at, value) in values.iter().enumerate() {
                separate(out, layout, at, level + 1);
                write_level(out, value, layout, level + 1)?;
            }
            close(out, layout, values.is_empty(), level, ']');
        }
        Val::Obj(map) => {
            out.push('{');
            let mut entries: Vec<_> = map.iter().collect();
            if layout.sorted {
                entries.sort_by(|one, other| one.0.cmp(other.0));
            }
            for (at, (key, value)) in entries.into_iter().enumerate() {
                separate(out, layout, at, level + 1);
                write_level(out, key, layout, level + 1)?;
                let spaced = layout.indent.is_some() || layout.spaced;
                out.push_str(if spaced { ": " } else { ":" });
                write_level(out, value, layout, level + 1)?;
            }
            close(out, layout, map.is_empty(), level, '}');
        }
    }
    Ok(())
}

fn separate(out: &mut String, layout: &Layout, at: usize, level: usize) {
    if at > 0 {
        out.push(',');
    }
    match &layout.indent {
        Some(indent) => new_line(out, indent, level),
        None if layout.spaced && at > 0 => out.push(' '),
        None => {}
    }
}

fn close(out: &mut String, layout: &Layout, empty: bool, level: usize, bracket: char) {
    if let Some(indent) = &layout.indent
        && !empty
    {
        new_line(out, indent, level);
    }
    out.push(bracket);
}

fn new_line(out: &mut String, indent: &str, level: usize) {
    out.push('\n');
    for _ in 0..level {
        out.push_str(indent);
    }
}

fn write_text(out: &mut String, text: &str, ascii: bool) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            _ if character < ' ' || character == '\u{7f}' || ascii && !character.is_ascii() => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(out, "\\u{unit:04x}").expect("a String takes all text");
                }
            }
            _ => out.push(character),
        }
    }
    out.push('"');
}

/// The largest whole number below which all are exact as doubles, 2^53.
const EXACT_MAX: isize = 1 << 53;

/// A number as jq prints its double: the shortest digits that name it, with an exponent where the
/// point is far from them.
pub(super) fn number_text(number: &Num, float_point: bool) -> String {
    match number {
        Num::Int(whole) if float_point || (-EXACT_MAX..=EXACT_MAX).contains(whole) => {
            whole.to_string()
        }
        Num::BigInt(whole) if float_point => whole.to_string(),
        Num::Int(_) | Num::BigInt(_) | Num::Float(_) | Num::Dec(_) => {
            let text = number.to_string();
            match text.parse::<f64>() {
                Ok(value) if value.is_nan() => "null".to_owned(),
                Ok(value) if value.is_infinite() && value.is_sign_negative() => {
                    "-1.7976931348623157e+308".to_owned()
                }
                Ok(value) if value.is_infinite() => "1.7976931348623157e+308".to_owned(),
                // Python writes the exponent with two digits.
                Ok(value) if float_point && text.contains('e') => {
                    double_text(&format!("{value:e}"))
                }
                Ok(_) if float_point => text,
                Ok(value) => double_text(&format!("{value:e}")),
                Err(_) => "null".to_owned(),
            }
        }
    }
}

/// Digits with an exponent, such as `1.25e-7`, as jq writes them.
fn double_text(scientific: &str) -> String {
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    let digits = mantissa.replace('.', "");
    // Where the point is, in digits from the left.
    let point = exponent.parse::<i64>().unwrap_or(0) + 1;
    let count = i64::try_from(digits.len()).unwrap_or(0);
    if digits == "0" {
        return format!("{sign}0");
    }
    if point <= -4 || point > count + 15 {
        let (first, rest) = digits.split_at(1);
        let dot = if rest.is_empty() { "" } else { "." };
        let power = point - 1;
        let mark = if power < 0 { '-' } else { '+' };
        return format!("{sign}{first}{dot}{rest}e{mark}{:02}", power.abs());
    }
    let zeros = |count: i64| "0".repeat(usize::try_from(count).unwrap_or(0));
    if point <= 0 {
        format!("{sign}0.{}{digits}", zeros(-point))
    } else if point >= count {
        format!("{sign}{digits}{}", zeros(point - count))
    } else {
        let (whole, part) = digits.split_at(usize::try_from(point).unwrap_or(0));
        format!("{sign}{whole}.{part}")
    }
}
