//! The formats of `printf`, for the program of that name and for `awk`.

use super::decimal::Decimal;

/// The widest field.
const WIDTH_MAX: usize = 4096;

/// The arguments of a format, taken one after the other; one that is not there is empty or 0.
pub(super) trait Arguments {
    /// The next one as text.
    fn text(&mut self) -> String;
    /// The next one as a number.
    fn number(&mut self) -> Decimal;
    /// The next one as a character: a text's first, or the one with that number.
    fn character(&mut self) -> String;
}

/// One directive, or the text before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text as it stands.
    Text(String),
    /// A directive.
    Directive(Directive),
}

/// A directive such as `%-5.2f`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of the program"
)]
pub(super) struct Directive {
    left: bool,
    zeros: bool,
    plus: bool,
    space: bool,
    alternate: bool,
    width: Size,
    precision: Option<Size>,
    /// The letter.
    pub(super) letter: char,
    /// How it was written.
    pub(super) written: String,
}

/// A width or precision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Size {
    Number(usize),
    /// `*`
    Argument,
}

impl Default for Size {
    fn default() -> Self {
        Self::Number(0)
    }
}

/// Takes a format apart; escapes are not read here.
pub(super) fn pieces(format: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = format.chars().peekable();
    while let Some(next) = rest.next() {
        if next != '%' {
            text.push(next);
            continue;
        }
        if rest.peek() == Some(&'%') {
            rest.next();
            text.push('%');
            continue;
        }
        let directive = directive(&mut rest);
        if !text.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut text)));
        }
        pieces.push(Piece::Directive(directive));
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    pieces
}

fn directive(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Directive {
    let mut one = Directive {
        written: "%".to_owned(),
        ..Directive::default()
    };
    while let Some(flag @ ('-' | '0' | '+' | ' ' | '#' | '\'')) = rest.peek().copied() {
        match flag {
            '-' => one.left = true,
            '0' => one.zeros = true,
            '+' => one.plus = true,
            ' ' => one.space = true,
            '#' => one.alternate = true,
            _ => {}
        }
        one.written.push(flag);
        rest.next();
    }
    one.width = size(rest, &mut one.written);
    if rest.peek() == Some(&'.') {
        rest.next();
        one.written.push('.');
        one.precision = Some(size(rest, &mut one.written));
    }
    while let Some(length @ ('l' | 'h' | 'q' | 'j' | 'z')) = rest.peek().copied() {
        if length == 'q' {
            break;
        }
        one.written.push(length);
        rest.next();
    }
    if let Some(letter) = rest.next() {
        one.letter = letter;
        one.written.push(letter);
    }
    one
}

fn size(rest: &mut std::iter::Peekable<std::str::Chars<'_>>, written: &mut String) -> Size {
    if rest.peek() == Some(&'*') {
        rest.next();
        written.push('*');
        return Size::Argument;
    }
    let mut number = 0_usize;
    while let Some(digit) = rest.peek().copied().filter(char::is_ascii_digit) {
        let value = usize::try_from(digit.to_digit(10).unwrap_or(0)).unwrap_or(0);
        number = (number * 10 + value).min(WIDTH_MAX);
        written.push(digit);
        rest.next();
    }
    Size::Number(number)
}

impl Directive {
    /// The text of the next argument in this form; none for a letter that is unknown.
    pub(super) fn format(&self, arguments: &mut impl Arguments) -> Option<String> {
        let mut left = self.left;
        let width = match self.width {
            Size::Number(width) => width,
            Size::Argument => {
                let width = arguments.number().as_whole().unwrap_or(0);
                left |= width < 0;
                usize::try_from(width.unsigned_abs())
                    .unwrap_or(WIDTH_MAX)
                    .min(WIDTH_MAX)
            }
        };
        let precision = match self.precision {
            None => None,
            Some(Size::Number(precision)) => Some(precision),
            Some(Size::Argument) => usize::try_from(arguments.number().as_whole().unwrap_or(0))
                .ok()
                .map(|n| n.min(WIDTH_MAX)),
        };
        let (sign, body, numeric) = self.body(arguments, precision)?;
        let length = sign.chars().count() + body.chars().count();
        let missing = width.saturating_sub(length);
        let padded_by_zeros = self.zeros
            && numeric
            && !left
            && (precision.is_none() || !"diuoxX".contains(self.letter));
        Some(if left {
            format!("{sign}{body}{}", " ".repeat(missing))
        } else if padded_by_zeros {
            format!("{sign}{}{body}", "0".repeat(missing))
        } else {
            format!("{}{sign}{body}", " ".repeat(missing))
        })
    }

    /// Sign or prefix, digits or text, and whether it is a number.
    fn body(
        &self,
        arguments: &mut impl Arguments,
        precision: Option<usize>,
    ) -> Option<(String, String, bool)> {
        let cut = |text: String| match precision {
            Some(precision) => text.chars().take(precision).collect(),
            None => text,
        };
        let text = match self.letter {
            's' | 'b' => return Some((String::new(), cut(arguments.text()), false)),
            'c' => return Some((String::new(), arguments.character(), false)),
            'd' | 'i' => {
                let digits = arguments.number().whole_text();
                let (sign, digits) = match digits.strip_prefix('-') {
                    Some(digits) => ("-", digits.to_owned()),
                    None => ("", digits),
                };
                let wide = precision.unwrap_or(1);
                format!("{sign}{digits:0>wide$}")
            }
            'u' | 'o' | 'x' | 'X' => {
                let number = arguments.number().as_whole().unwrap_or(i64::MAX);
                let number = u64::from_ne_bytes(number.to_ne_bytes());
                let wide = precision.unwrap_or(1);
                let (prefix, digits) = match self.letter {
                    'o' => ("0", format!("{number:o}")),
                    'x' => ("0x", format!("{number:x}")),
                    'X' => ("0X", format!("{number:X}")),
                    _ => ("", number.to_string()),
                };
                let prefix = if self.alternate && number != 0 {
                    prefix
                } else {
                    ""
                };
                return Some((prefix.to_owned(), format!("{digits:0>wide$}"), true));
            }
            'f' | 'F' => arguments.number().fixed(precision.unwrap_or(6)),
            'e' => arguments.number().scientific(precision.unwrap_or(6)),
            'E' => arguments
                .number()
                .scientific(precision.unwrap_or(6))
                .to_uppercase(),
            'g' => arguments.number().general(precision.unwrap_or(6)),
            'G' => arguments
                .number()
                .general(precision.unwrap_or(6))
                .to_uppercase(),
            _ => return None,
        };
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => ("-", digits.to_owned()),
            None if self.plus => ("+", text),
            None if self.space => (" ", text),
            None => ("", text),
        };
        Some((sign.to_owned(), digits, true))
    }
}

/// A text with the escapes of C read. The second is whether `\c` ended it.
pub(super) fn unescape(text: &str, octal_needs_zero: bool) -> (String, bool) {
    let mut out = String::new();
    let mut rest = text.chars().peekable();
    while let Some(next) = rest.next() {
        if next != '\\' {
            out.push(next);
            continue;
        }
        match rest.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('a') => out.push('\u{7}'),
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('v') => out.push('\u{b}'),
            Some('e') => out.push('\u{1b}'),
            Some('\\') | None => out.push('\\'),
            Some('"') if !octal_needs_zero => out.push('"'),
            Some('c') => return (out, true),
            Some('x') => out.push_str(&digits(&mut rest, 16, 2, "\\x")),
            Some('u') => out.push_str(&digits(&mut rest, 16, 4, "\\u")),
            Some('0') if octal_needs_zero => {
                let read = digits(&mut rest, 8, 3, "\0");
                out.push_str(&read);
            }
            Some(digit @ '0'..='7') if !octal_needs_zero => {
                let mut value = digit.to_digit(8).unwrap_or(0);
                for _ in 0..2 {
                    if let Some(more) = rest.peek().and_then(|next| next.to_digit(8)) {
                        value = value * 8 + more;
                        rest.next();
                    }
                }
                out.push(char::from_u32(value % 256).unwrap_or('\0'));
            }
            Some(other) => {
                out.push('\\');
                out.push(other);
            }
        }
    }
    (out, false)
}

fn digits(
    rest: &mut std::iter::Peekable<std::str::Chars<'_>>,
    radix: u32,
    most: usize,
    otherwise: &str,
) -> String {
    let mut value: Option<u32> = None;
    for _ in 0..most {
        let Some(digit) = rest.peek().and_then(|next| next.to_digit(radix)) else {
            break;
        };
        value = Some(value.unwrap_or(0) * radix + digit);
        rest.next();
    }
    match value {
        Some(value) => char::from_u32(value).unwrap_or('\u{fffd}').to_string(),
        None => otherwise.to_owned(),
    }
}
