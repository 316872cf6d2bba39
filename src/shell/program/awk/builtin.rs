//! The functions of `awk`.

use super::super::decimal::Decimal;
use super::super::desk::{Stop, not_modeled};
use super::super::format::{Arguments, Piece, pieces};
use super::super::pattern::next_char;
use super::run::Machine;
use super::tree::{Expression, Place};
use super::value::Value;

/// The values that a format takes.
struct Given<'a>(std::slice::Iter<'a, Value>);

impl Arguments for Given<'_> {
    fn text(&mut self) -> String {
        self.0.next().map(Value::text).unwrap_or_default()
    }

    fn number(&mut self) -> Decimal {
        self.0.next().map_or(Decimal::ZERO, Value::number)
    }

    fn character(&mut self) -> String {
        match self.0.next() {
            None | Some(Value::Unset) => String::new(),
            Some(Value::Number(number)) => number
                .as_whole()
                .and_then(|code| u32::try_from(code).ok())
                .and_then(char::from_u32)
                .map(String::from)
                .unwrap_or_default(),
            Some(Value::Text(text) | Value::Input(text)) => text.chars().take(1).collect(),
        }
    }
}

impl Machine<'_, '_> {
    /// What `printf` and `sprintf` make; the first value is the format.
    pub(super) fn formatted(&mut self, values: &[Value]) -> Result<String, Stop> {
        let Some((format, rest)) = values.split_first() else {
            return Ok(String::new());
        };
        let mut given = Given(rest.iter());
        let mut out = String::new();
        for piece in pieces(&format.text()) {
            match piece {
                Piece::Text(text) => out.push_str(&text),
                Piece::Directive(directive) => {
                    if given.0.len() == 0 {
                        let format = format.text();
                        return self.desk.fail(
                            2,
                            format!("not enough arguments passed to sprintf(\"{format}\")"),
                        );
                    }
                    match directive.format(&mut given) {
                        Some(text) => out.push_str(&text),
                        None => out.push_str(&directive.written),
                    }
                }
            }
        }
        Ok(out)
    }

    pub(super) fn call(&mut self, name: &str, arguments: &[Expression]) -> Result<Value, Stop> {
        match name {
            "length" => return self.length(arguments),
            "split" => return self.split_call(arguments),
            "sub" | "gsub" => return self.replace(name == "gsub", arguments),
            "match" => return self.find(arguments),
            _ => {}
        }
        let mut values = Vec::new();
        for argument in arguments {
            values.push(self.value(argument)?);
        }
        let number = |value: Decimal| Ok(Value::Number(value));
        match (name, values.as_slice()) {
            ("sprintf", [_, ..]) => Ok(Value::Text(self.formatted(&values)?)),
            ("toupper", [text]) => Ok(Value::Text(text.text().to_uppercase())),
            ("tolower", [text]) => Ok(Value::Text(text.text().to_lowercase())),
            ("int", [value]) => number(value.number().truncate()),
            ("sqrt", [value]) => match value.number().root() {
                Some(root) => number(root),
                None => not_modeled("the root of a negative number is not modeled"),
            },
            ("index", [text, part]) => {
                let text = text.text();
                let at = text.find(&part.text());
                let before = at
                    .and_then(|at| text.get(..at))
                    .map(|before| before.chars().count());
                number(before.map_or(Decimal::ZERO, |before| Decimal::count(before + 1)))
            }
            ("substr", [text, from]) => Ok(Value::Text(part(&text.text(), from.number(), None))),
            ("substr", [text, from, length]) => Ok(Value::Text(part(
                &text.text(),
                from.number(),
                Some(length.number()),
            ))),
            ("systime", []) => number(Decimal::whole(self.desk.call().now)),
            ("close" | "fflush", _) => number(Decimal::ZERO),
            _ => not_modeled(format!(
                "'{name}' with {} arguments is not modeled",
                values.len()
            )),
        }
    }

    fn length(&mut self, arguments: &[Expression]) -> Result<Value, Stop> {
        let count = match arguments {
            [] => self.record().chars().count(),
            [Expression::Place(Place::Variable(name))] if self.arrays.contains_key(name) => self
                .arrays
                .get(name)
                .map_or(0, std::collections::BTreeMap::len),
            [value, ..] => self.value(value)?.text().chars().count(),
        };
        Ok(Value::Number(Decimal::count(count)))
    }

    fn split_call(&mut self, arguments: &[Expression]) -> Result<Value, Stop> {
        let (text, array, separator) = match arguments {
            [text, Expression::Place(Place::Variable(array))] => (text, array, None),
            [text, Expression::Place(Place::Variable(array)), separator] => {
                (text, array, Some(separator))
            }
            _ => return not_modeled("'split' with such arguments is not modeled"),
        };
        let text = self.value(text)?.text();
        let parts = match separator {
            None => {
                let separator = self.variable_text("FS");
                self.split(&text, &separator)?
            }
            Some(Expression::Regex(pattern)) if !text.is_empty() => {
                let mut parts = Vec::new();
                let mut from = 0;
                while let Some((start, end)) = pattern.find(&text, from)? {
                    if end == start {
                        break;
                    }
                    parts.push(text.get(from..start).unwrap_or_default().to_owned());
                    from = end;
                }
                parts.push(text.get(from..).unwrap_or_default().to_owned());
                parts
            }
            Some(separator) => {
                let separator = self.value(separator)?.text();
                self.split(&text, &separator)?
            }
        };
        let count = parts.len();
        let elements = parts
            .into_iter()
            .enumerate()
            .map(|(at, part)| ((at + 1).to_string(), Value::Input(part)))
            .collect();
        self.arrays.insert(array.clone(), elements);
        Ok(Value::Number(Decimal::count(count)))
    }

    fn replace(&mut self, all: bool, arguments: &[Expression]) -> Result<Value, Stop> {
        let record = Place::Field(Box::new(Expression::Number(Decimal::ZERO)));
        let (pattern, replacement, place) = match arguments {
            [pattern, replacement] => (pattern, replacement, &record),
            [pattern, replacement, Expression::Place(place)] => (pattern, replacement, place),
            _ => return not_modeled("'sub' with such arguments is not modeled"),
        };
        let pattern = self.pattern_of(pattern)?;
        let replacement = self.value(replacement)?.text();
        let text = self.get(place)?.text();
        let (mut out, mut from, mut copied, mut count) = (String::new(), 0, 0, 0);
        while from <= text.len() {
            let Some((start, end)) = pattern.find(&text, from)? else {
                break;
            };
            if start == end && count > 0 && copied == start && from == start && start != 0 {
                from = next_char(&text, start);
                continue;
            }
            out.push_str(text.get(copied..start).unwrap_or_default());
            expand(
                &replacement,
                text.get(start..end).unwrap_or_default(),
                &mut out,
            );
            copied = end;
            count += 1;
            from = if end > start {
                end
            } else {
                next_char(&text, end)
            };
            if !all || out.len() > 1 << 20 {
                break;
            }
        }
        if count > 0 {
            out.push_str(text.get(copied..).unwrap_or_default());
            self.set(place, Value::Text(out))?;
        }
        Ok(Value::Number(Decimal::count(count)))
    }

    fn find(&mut self, arguments: &[Expression]) -> Result<Value, Stop> {
        let [text, pattern] = arguments else {
            return not_modeled("'match' with such arguments is not modeled");
        };
        let text = self.value(text)?.text();
        let found = self.pattern_of(pattern)?.find(&text, 0)?;
        let characters =
            |from: usize, to: usize| text.get(from..to).unwrap_or_default().chars().count();
        let (start, length) = match found {
            None => (Decimal::ZERO, Decimal::ONE.negate()),
            Some((start, end)) => (
                Decimal::count(characters(0, start) + 1),
                Decimal::count(characters(start, end)),
            ),
        };
        self.set_number("RSTART", start);
        self.set_number("RLENGTH", length);
        Ok(Value::Number(start))
    }
}

/// A replacement: `&` is the match, `\&` itself.
fn expand(replacement: &str, found: &str, out: &mut String) {
    let mut rest = replacement.chars().peekable();
    while let Some(next) = rest.next() {
        match next {
            '&' => out.push_str(found),
            '\\' if matches!(rest.peek(), Some('&' | '\\')) => out.extend(rest.next()),
            other => out.push(other),
        }
    }
}

/// The part of a text from a character on, both rounded as POSIX says.
fn part(text: &str, from: Decimal, length: Option<Decimal>) -> String {
    let round = |number: Decimal| number.fixed(0).parse::<i64>().unwrap_or(i64::MAX);
    let from = round(from);
    let end = length.map_or(i64::MAX, |length| from.saturating_add(round(length)));
    let skip = usize::try_from(from.max(1) - 1).unwrap_or(0);
    let count = usize::try_from(end.saturating_sub(from.max(1))).unwrap_or(0);
    text.chars().skip(skip).take(count).collect()
}
