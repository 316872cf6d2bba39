//! Text in bash's forms: `echo -e`, `printf`, `$'…'`, and the quoting of traces.

/// `$'…'`.
pub(crate) fn unescape_ansi(text: &str) -> String {
    unescape(text, Escapes::Ansi).0
}

/// `echo -e`; and whether a `\c` ended the output.
pub(crate) fn unescape_echo(text: &str) -> (String, bool) {
    unescape(text, Escapes::Echo)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Escapes {
    /// Octal numbers are `\0nnn`.
    Echo,
    /// Octal numbers are `\nnn`; quotes are escaped.
    Ansi,
    /// As in `printf`'s format.
    Format,
}

fn unescape(text: &str, escapes: Escapes) -> (String, bool) {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        result.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(character) = rest.chars().next() else {
            result.push('\\');
            return (result, false);
        };
        let after = &rest[character.len_utf8()..];
        rest = after;
        match character {
            'n' => result.push('\n'),
            't' => result.push('\t'),
            'r' => result.push('\r'),
            'a' => result.push('\u{7}'),
            'b' => result.push('\u{8}'),
            'f' => result.push('\u{c}'),
            'v' => result.push('\u{b}'),
            'e' | 'E' => result.push('\u{1b}'),
            '\\' => result.push('\\'),
            '\'' | '"' | '?' if escapes != Escapes::Echo => result.push(character),
            'c' if escapes == Escapes::Echo => return (result, true),
            'x' => rest = number(after, 16, 2, "\\x", &mut result),
            'u' => rest = number(after, 16, 4, "\\u", &mut result),
            'U' => rest = number(after, 16, 8, "\\U", &mut result),
            '0' if escapes == Escapes::Echo => match number(after, 8, 3, "", &mut result) {
                same if same.len() == after.len() => result.push('\0'),
                other => rest = other,
            },
            '0'..='7' if escapes != Escapes::Echo => {
                let from = &text[text.len() - after.len() - 1..];
                rest = number(from, 8, 3, "", &mut result);
            }
            other => {
                result.push('\\');
                result.push(other);
            }
        }
    }
    result.push_str(rest);
    (result, false)
}

/// A character by its number; the text after it.
fn number<'a>(
    text: &'a str,
    radix: u32,
    digits_max: usize,
    missing: &str,
    result: &mut String,
) -> &'a str {
    let digits = text
        .chars()
        .take(digits_max)
        .take_while(|c| c.is_digit(radix))
        .count();
    let (digits, rest) = text.split_at(digits);
    match u32::from_str_radix(digits, radix)
        .ok()
        .and_then(char::from_u32)
    {
        Some(character) => result.push(character),
        None => result.push_str(missing),
    }
    rest
}

/// A word as a trace shows it.
pub(crate) fn quote(word: &str) -> String {
    if word.is_empty() {
        return "''".to_owned();
    }
    quote_value(word)
}

/// A value as a trace shows it: an empty one is nothing.
pub(crate) fn quote_value(value: &str) -> String {
    if !value
        .chars()
        .enumerate()
        .any(|(index, character)| is_special(index, character))
    {
        return value.to_owned();
    }
    if value == "'" {
        return "\\'".to_owned();
    }
    format!("'{}'", value.replace('\'', "'\\''"))
}

/// A word with control characters, as `$'…'`.
fn quote_ansi(word: &str) -> String {
    let mut quoted = String::from("$'");
    for character in word.chars() {
        match character {
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            '\u{1b}' => quoted.push_str("\\E"),
            '\'' => quoted.push_str("\\'"),
            '\\' => quoted.push_str("\\\\"),
            other if other.is_control() => {
                quoted.push_str(&escaped(other));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('\'');
    quoted
}

fn escaped(control: char) -> String {
    format!("\\{:03o}", u32::from(control))
}

/// A word as `printf %q` shows it.
fn quote_backslash(word: &str) -> String {
    if word.is_empty() {
        return quote(word);
    }
    if word.chars().any(char::is_control) {
        return quote_ansi(word);
    }
    let mut quoted = String::with_capacity(word.len());
    for (index, character) in word.chars().enumerate() {
        if is_special(index, character) || character == ',' {
            quoted.push('\\');
        }
        quoted.push(character);
    }
    quoted
}

fn is_special(index: usize, character: char) -> bool {
    match character {
        '~' | '#' => index == 0,
        character => " '\"\\|&;()<>!{}*[]?^$`\n\t".contains(character),
    }
}

/// What `printf` comes to.
#[derive(Debug, Default)]
pub(crate) struct Printed {
    /// The output.
    pub(crate) text: String,
    /// bash's messages, without the name.
    pub(crate) complaints: Vec<String>,
}

/// The widest field; more is taken as this.
const WIDTH_MAX: usize = 4096;

/// `printf FORMAT ARGUMENT…`.
pub(crate) fn printf(format: &str, arguments: &[String]) -> Printed {
    let mut printed = Printed::default();
    let mut rest = arguments.iter();
    loop {
        let before = rest.len();
        let goes_on = once(format, &mut rest, &mut printed);
        // The format is used again as long as it takes arguments.
        if !goes_on || rest.len() == 0 || rest.len() == before {
            return printed;
        }
    }
}

fn once(format: &str, arguments: &mut std::slice::Iter<'_, String>, printed: &mut Printed) -> bool {
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        printed
            .text
            .push_str(&unescape(&rest[..at], Escapes::Format).0);
        rest = &rest[at + 1..];
        let (directive, after) = directive(rest, arguments);
        rest = after;
        match directive.conversion {
            Some('%') => printed.text.push('%'),
            Some('s') => {
                let text = arguments.next().cloned().unwrap_or_default();
                let text = match directive.precision {
                    Some(precision) => text.chars().take(precision).collect(),
                    None => text,
                };
                directive.pad(&text, &mut printed.text);
            }
            Some('b') => {
                let (text, stops) = unescape_echo(arguments.next().map_or("", String::as_str));
                directive.pad(&text, &mut printed.text);
                if stops {
                    return false;
                }
            }
            Some('q') => {
                let text = quote_backslash(arguments.next().map_or("", String::as_str));
                directive.pad(&text, &mut printed.text);
            }
            Some('c') => {
                let text: String = arguments
                    .next()
                    .into_iter()
                    .filter_map(|text| text.chars().next())
                    .collect();
                directive.pad(&text, &mut printed.text);
            }
            Some(conversion @ ('d' | 'i' | 'u' | 'x' | 'X' | 'o')) => {
                let argument = arguments.next().map_or("", String::as_str);
                directive.integer(conversion, argument, printed);
            }
            Some(other) => {
                printed
                    .complaints
                    .push(format!("`{other}': invalid format character"));
                return false;
            }
            None => {
                printed
                    .complaints
                    .push("`%': missing format character".to_owned());
                return false;
            }
        }
    }
    printed.text.push_str(&unescape(rest, Escapes::Format).0);
    true
}

struct Directive {
    /// Those of `-0+ ` that it has.
    flags: Vec<char>,
    width: usize,
    precision: Option<usize>,
    conversion: Option<char>,
}

/// Reads what follows a `%`; the text after it.
fn directive<'a>(
    text: &'a str,
    arguments: &mut std::slice::Iter<'_, String>,
) -> (Directive, &'a str) {
    let mut directive = Directive {
        flags: Vec::new(),
        width: 0,
        precision: None,
        conversion: None,
    };
    let mut rest = text;
    while let Some(flag) = rest.chars().next() {
        if !matches!(flag, '-' | '0' | '+' | ' ') {
            break;
        }
        directive.flags.push(flag);
        rest = &rest[1..];
    }
    let mut count = |rest: &mut &'a str| -> usize {
        if let Some(after) = rest.strip_prefix('*') {
            *rest = after;
            return arguments
                .next()
                .and_then(|text| text.parse().ok())
                .unwrap_or(0);
        }
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, after) = rest.split_at(digits);
        *rest = after;
        if number.is_empty() {
            0
        } else {
            number.parse().unwrap_or(WIDTH_MAX)
        }
    };
    directive.width = count(&mut rest).min(WIDTH_MAX);
    if let Some(after) = rest.strip_prefix('.') {
        rest = after;
        directive.precision = Some(count(&mut rest).min(WIDTH_MAX));
    }
    directive.conversion = rest.chars().next();
    let after = directive.conversion.map_or(0, char::len_utf8);
    (directive, &rest[after..])
}

impl Directive {
    fn has(&self, flag: char) -> bool {
        self.flags.contains(&flag)
    }

    fn pad(&self, text: &str, result: &mut String) {
        let fill = self.width.saturating_sub(text.chars().count());
        if self.has('-') {
            result.push_str(text);
        }
        result.push_str(&" ".repeat(fill));
        if !self.has('-') {
            result.push_str(text);
        }
    }

    fn integer(&self, conversion: char, argument: &str, printed: &mut Printed) {
        let number = match integer(argument) {
            Ok(number) => number,
            Err(number) => {
                printed
                    .complaints
                    .push(format!("{argument}: invalid number"));
                number
            }
        };
        let digits = match conversion {
            'x' => format!("{number:x}"),
            'X' => format!("{number:X}"),
            'o' => format!("{number:o}"),
            'u' => number.cast_unsigned().to_string(),
            _ => number.unsigned_abs().to_string(),
        };
        let signed = matches!(conversion, 'd' | 'i');
        let sign = match number {
            ..=-1 if signed => "-",
            _ if signed && self.has('+') => "+",
            _ if signed && self.has(' ') => " ",
            _ => "",
        };
        let zeros = match self.precision {
            Some(precision) => precision.saturating_sub(digits.len()),
            None if self.has('0') && !self.has('-') => {
                self.width.saturating_sub(digits.len() + sign.len())
            }
            None => 0,
        };
        let text = format!("{sign}{}{digits}", "0".repeat(zeros));
        self.pad(&text, &mut printed.text);
    }
}

/// A number as `printf` reads it, or what it could read of it.
fn integer(text: &str) -> Result<i64, i64> {
    let text = text.trim_start();
    if let Some(character) = text.strip_prefix(['\'', '"']) {
        return Ok(character
            .chars()
            .next()
            .map_or(0, |c| i64::from(u32::from(c))));
    }
    if text.is_empty() {
        return Ok(0);
    }
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (radix, digits) = match digits.strip_prefix("0x") {
        Some(digits) => (16, digits),
        None if digits.len() > 1 && digits.starts_with('0') => (8, digits),
        None => (10, digits),
    };
    let read = digits.chars().take_while(|c| c.is_digit(radix)).count();
    let number = i64::from_str_radix(&digits[..read], radix).unwrap_or(0);
    let number = if negative { -number } else { number };
    if read == digits.len() {
        Ok(number)
    } else {
        Err(number)
    }
}
