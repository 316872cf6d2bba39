//! Programs about whole lines: `sort` and `uniq`.

use std::cmp::Ordering;

use super::desk::{Desk, Ended, Stop, curly, lines, quoted};
use super::options::{Parsed, Spec, parse};

/// How two keys are compared.
#[derive(Debug, Clone, Copy, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of the program"
)]
struct Order {
    numeric: bool,
    human: bool,
    version: bool,
    reverse: bool,
    fold: bool,
    blanks: bool,
    dictionary: bool,
    month: bool,
}

impl Order {
    fn set(&mut self, letter: char) -> bool {
        match letter {
            'n' | 'g' => self.numeric = true,
            'h' => self.human = true,
            'V' => self.version = true,
            'r' => self.reverse = true,
            'f' => self.fold = true,
            'b' => self.blanks = true,
            'd' => self.dictionary = true,
            'M' => self.month = true,
            _ => return false,
        }
        true
    }

    fn is_default(self) -> bool {
        !(self.numeric
            || self.human
            || self.version
            || self.reverse
            || self.fold
            || self.blanks
            || self.dictionary
            || self.month)
    }
}

/// A field and a character in it, both counted from 1; character 0 is the field's end.
#[derive(Debug, Clone, Copy)]
struct Place {
    field: usize,
    character: usize,
}

#[derive(Debug, Clone, Copy)]
struct Key {
    from: Place,
    to: Option<Place>,
    order: Order,
    blanks_at_end: bool,
}

/// The options of `sort`.
const SORT: Spec = Spec {
    keys: "nrufbdghMVsct:k:o:Czm",
    long: &[
        ("numeric-sort", 'n'),
        ("reverse", 'r'),
        ("unique", 'u'),
        ("ignore-case", 'f'),
        ("ignore-leading-blanks", 'b'),
        ("dictionary-order", 'd'),
        ("general-numeric-sort", 'g'),
        ("human-numeric-sort", 'h'),
        ("month-sort", 'M'),
        ("version-sort", 'V'),
        ("stable", 's'),
        ("field-separator", 't'),
        ("key", 'k'),
        ("output", 'o'),
        ("check", 'c'),
        ("merge", 'm'),
        ("zero-terminated", 'z'),
    ],
    refused: "zM",
    status: 2,
    ..Spec::COREUTILS
};

/// `sort`
pub(super) fn sort(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &SORT)?;
    let mut order = Order::default();
    for (letter, _) in &parsed.options {
        order.set(*letter);
    }
    let separator = separator(desk, &parsed)?;
    let keys = sort_keys(desk, &parsed, order)?;
    let operands = parsed.files();
    let mut texts = Vec::new();
    for operand in &operands {
        match desk.read(operand) {
            Ok(text) => texts.push(text),
            Err(error @ super::FileError::IsDirectory) => {
                return desk.fail(2, format!("read failed: {operand}: {error}"));
            }
            Err(error) => return desk.fail(2, format!("cannot read: {operand}: {error}")),
        }
    }
    let sorter = Sorter {
        keys,
        separator,
        reverse: order.reverse,
        last_resort: !parsed.has('s') && !parsed.has('u'),
    };
    let mut all: Vec<&str> = texts.iter().flat_map(|text| lines(text)).collect();
    if parsed.has('c') || parsed.has('C') {
        return Ok(check(
            desk,
            &sorter,
            &all,
            &operands,
            parsed.has('u'),
            parsed.has('C'),
        ));
    }
    all.sort_by(|one, other| sorter.compare(one, other));
    if parsed.has('u') {
        all.dedup_by(|one, other| sorter.compare(one, other) == Ordering::Equal);
    }
    let mut out = all.join("\n");
    if !all.is_empty() {
        out.push('\n');
    }
    match parsed.value('o') {
        None => desk.out(&out),
        Some(path) => {
            if let Err(error) = desk.write(path, out, false) {
                return desk.fail(2, format!("open failed: {path}: {error}"));
            }
        }
    }
    Ok(0)
}

/// The sign between fields, if `-t` names one.
fn separator(desk: &mut Desk<'_>, parsed: &Parsed) -> Result<Option<char>, Stop> {
    Ok(match parsed.value('t') {
        None => None,
        Some("\\0") => Some('\0'),
        Some("") => return desk.fail(2, "empty tab"),
        Some(text) => {
            let mut characters = text.chars();
            let first = characters.next();
            if characters.next().is_some() {
                return desk.fail(2, format!("multi-character tab {}", curly(text)));
            }
            first
        }
    })
}

/// The keys in order; without `-k` the whole line.
fn sort_keys(desk: &mut Desk<'_>, parsed: &Parsed, order: Order) -> Result<Vec<Key>, Stop> {
    let mut keys = Vec::new();
    for text in parsed.values('k') {
        match key(text, order) {
            Some(key) => keys.push(key),
            None => return bad_key(desk, text),
        }
    }
    if keys.is_empty() {
        let from = Place {
            field: 1,
            character: 1,
        };
        keys.push(Key {
            from,
            to: None,
            order,
            blanks_at_end: false,
        });
    }
    Ok(keys)
}

fn check(
    desk: &mut Desk<'_>,
    sorter: &Sorter,
    all: &[&str],
    operands: &[String],
    unique: bool,
    silent: bool,
) -> u8 {
    let wrong = all.windows(2).position(|pair| match pair {
        [one, other] => {
            let order = sorter.compare(one, other);
            order == Ordering::Greater || unique && order == Ordering::Equal
        }
        _ => false,
    });
    let Some(at) = wrong else { return 0 };
    if !silent {
        let name = operands.first().map_or("-", String::as_str);
        let line = all.get(at + 1).copied().unwrap_or_default();
        desk.complain(format!("{name}:{}: disorder: {line}", at + 2));
    }
    1
}

fn bad_key<T>(desk: &mut Desk<'_>, text: &str) -> Result<T, Stop> {
    let shown = curly(text);
    if text.starts_with('0') {
        return desk.fail(
            2,
            format!("field number is zero: invalid field specification {shown}"),
        );
    }
    if text.starts_with(|first: char| first.is_ascii_digit()) {
        desk.fail(
            2,
            format!("stray character in field spec: invalid field specification {shown}"),
        )
    } else {
        desk.fail(
            2,
            format!("invalid number at field start: invalid count at start of {shown}"),
        )
    }
}

/// A key as `-k` has it: `2`, `2,3`, `1.2,1.5nr`.
fn key(text: &str, global: Order) -> Option<Key> {
    let (from, to) = match text.split_once(',') {
        Some((from, to)) => (from, Some(to)),
        None => (text, None),
    };
    let (from, letters) = place(from)?;
    let mut order = Order::default();
    letters
        .chars()
        .all(|letter| order.set(letter))
        .then_some(())?;
    let mut blanks_at_end = false;
    let to = match to {
        None => None,
        Some(to) => {
            let (place, letters) = place(to)?;
            for letter in letters.chars() {
                if letter == 'b' {
                    blanks_at_end = true;
                } else {
                    order.set(letter).then_some(())?;
                }
            }
            Some(place)
        }
    };
    let from = Place {
        character: from.character.max(1),
        ..from
    };
    Some(Key {
        from,
        to,
        order: if order.is_default() { global } else { order },
        blanks_at_end,
    })
}

fn place(text: &str) -> Option<(Place, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let field = text.get(..end)?.parse().ok().filter(|field| *field > 0)?;
    let rest = text.get(end..)?;
    match rest.strip_prefix('.') {
        None => Some((
            Place {
                field,
                character: 0,
            },
            rest,
        )),
        Some(rest) => {
            let end = rest
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(rest.len());
            let character = rest.get(..end)?.parse().ok()?;
            Some((Place { field, character }, rest.get(end..)?))
        }
    }
}

struct Sorter {
    keys: Vec<Key>,
    separator: Option<char>,
    reverse: bool,
    last_resort: bool,
}

impl Sorter {
    fn compare(&self, one: &str, other: &str) -> Ordering {
        for key in &self.keys {
            let order = compare_keys(self.part(one, key), self.part(other, key), key.order);
            if order != Ordering::Equal {
                return if key.order.reverse {
                    order.reverse()
                } else {
                    order
                };
            }
        }
        if !self.last_resort {
            return Ordering::Equal;
        }
        let order = one.cmp(other);
        if self.reverse { order.reverse() } else { order }
    }

    fn part<'a>(&self, line: &'a str, key: &Key) -> &'a str {
        let start = self.position(line, key.from, key.order.blanks, false);
        let end = match key.to {
            None => line.len(),
            Some(to) => self.position(line, to, key.blanks_at_end, true),
        };
        line.get(start..end.max(start)).unwrap_or_default()
    }

    /// The byte where a place begins or, for the end of a key, where it is over.
    fn position(&self, line: &str, place: Place, skip_blanks: bool, is_end: bool) -> usize {
        let (start, end) = self.field(line, place.field);
        if is_end && place.character == 0 {
            return end;
        }
        let mut at = start;
        if skip_blanks {
            let rest = line.get(at..).unwrap_or_default();
            at += rest.len() - rest.trim_start_matches([' ', '\t']).len();
        }
        let skip = if is_end {
            place.character
        } else {
            place.character.saturating_sub(1)
        };
        let rest = line.get(at..).unwrap_or_default();
        at + rest.chars().take(skip).map(char::len_utf8).sum::<usize>()
    }

    /// Where a field begins and ends; without a separator its leading blanks belong to it.
    fn field(&self, line: &str, number: usize) -> (usize, usize) {
        let mut start = 0;
        for at in 1.. {
            let rest = line.get(start..).unwrap_or_default();
            let length = if let Some(separator) = self.separator {
                rest.find(separator).unwrap_or(rest.len())
            } else {
                let body = rest.trim_start_matches([' ', '\t']);
                let blanks = rest.len() - body.len();
                blanks + body.find([' ', '\t']).unwrap_or(body.len())
            };
            let end = start + length;
            if at == number {
                return (start, end);
            }
            if end >= line.len() {
                break;
            }
            start = end + self.separator.map_or(0, char::len_utf8);
        }
        (line.len(), line.len())
    }
}

fn compare_keys(one: &str, other: &str, order: Order) -> Ordering {
    if order.numeric {
        return compare_numbers(one, other);
    }
    if order.human {
        return unit(one)
            .cmp(&unit(other))
            .then_with(|| compare_numbers(one, other));
    }
    if order.version {
        return compare_versions(one, other);
    }
    let clean = |text: &str| -> String {
        let text = if order.blanks {
            text.trim_start_matches([' ', '\t'])
        } else {
            text
        };
        text.chars()
            .filter(|c| !order.dictionary || c.is_alphanumeric() || matches!(c, ' ' | '\t'))
            .flat_map(|c| {
                if order.fold {
                    c.to_ascii_uppercase()
                } else {
                    c
                }
                .to_string()
                .chars()
                .collect::<Vec<_>>()
            })
            .collect()
    };
    if order.fold || order.dictionary || order.blanks {
        clean(one).cmp(&clean(other))
    } else {
        one.cmp(other)
    }
}

/// The power of a unit behind a number: 0 without one, 2 for `M`; with the sign of the number.
fn unit(text: &str) -> i8 {
    let text = text.trim_start();
    let number = text
        .trim_start_matches('-')
        .trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let power = match number.chars().next() {
        Some('k' | 'K') => 1,
        Some('M') => 2,
        Some('G') => 3,
        Some('T') => 4,
        Some('P') => 5,
        Some(_) | None => 0,
    };
    if text.starts_with('-') { -power } else { power }
}

/// Compares the decimal numbers at the starts of two texts, of any length; none is 0.
pub(super) fn compare_numbers(one: &str, other: &str) -> Ordering {
    let (one_negative, one_whole, one_part) = decimal(one);
    let (other_negative, other_whole, other_part) = decimal(other);
    let magnitude = |a: &str, b: &str, c: &str, d: &str| {
        a.len()
            .cmp(&b.len())
            .then_with(|| a.cmp(b))
            .then_with(|| c.cmp(d))
    };
    match (one_negative, other_negative) {
        (false, true) => Ordering::Greater,
        (true, false) => Ordering::Less,
        (false, false) => magnitude(one_whole, other_whole, one_part, other_part),
        (true, true) => magnitude(other_whole, one_whole, other_part, one_part),
    }
}

/// Whether a number is negative and not zero, its whole digits and its decimals, both without
/// the zeros that mean nothing.
fn decimal(text: &str) -> (bool, &str, &str) {
    let text = text.trim_start_matches([' ', '\t']);
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let end = digits
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(digits.len());
    let (whole, rest) = digits.split_at(end);
    let part = rest.strip_prefix('.').unwrap_or_default();
    let end = part
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(part.len());
    let part = part.get(..end).unwrap_or_default().trim_end_matches('0');
    let whole = whole.trim_start_matches('0');
    (
        negative && !(whole.is_empty() && part.is_empty()),
        whole,
        part,
    )
}

/// Compares as versions: runs of digits as numbers, all else by bytes, letters before signs.
fn compare_versions(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one, other);
    while !one.is_empty() || !other.is_empty() {
        let is_digit = |c: char| c.is_ascii_digit();
        let (text, rest) = one.split_at(one.find(is_digit).unwrap_or(one.len()));
        let (other_text, other_rest) = other.split_at(other.find(is_digit).unwrap_or(other.len()));
        let rank = |c: char| (c != '~', c.is_ascii_digit(), !c.is_alphabetic(), c);
        let order = text.chars().map(rank).cmp(other_text.chars().map(rank));
        if order != Ordering::Equal {
            return order;
        }
        let not_digit = |c: char| !c.is_ascii_digit();
        let (number, rest) = rest.split_at(rest.find(not_digit).unwrap_or(rest.len()));
        let (other_number, other_rest) =
            other_rest.split_at(other_rest.find(not_digit).unwrap_or(other_rest.len()));
        let order = compare_numbers(number, other_number);
        if order != Ordering::Equal {
            return order;
        }
        (one, other) = (rest, other_rest);
    }
    Ordering::Equal
}

/// The options of `uniq`.
const UNIQ: Spec = Spec {
    keys: "cduif:s:w:zD",
    long: &[
        ("count", 'c'),
        ("repeated", 'd'),
        ("unique", 'u'),
        ("ignore-case", 'i'),
        ("skip-fields", 'f'),
        ("skip-chars", 's'),
        ("check-chars", 'w'),
        ("zero-terminated", 'z'),
        ("all-repeated", 'D'),
    ],
    refused: "zD",
    ..Spec::COREUTILS
};

/// `uniq`
pub(super) fn uniq(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &UNIQ)?;
    let mut counts = [0, 0, usize::MAX];
    let what = ["fields to skip", "bytes to skip", "bytes to compare"];
    for ((count, key), what) in counts.iter_mut().zip(['f', 's', 'w']).zip(what) {
        if let Some(text) = parsed.value(key) {
            match text.parse() {
                Ok(number) => *count = number,
                Err(_) => return desk.fail(1, format!("{text}: invalid number of {what}")),
            }
        }
    }
    let [fields, characters, width] = counts;
    if let Some(extra) = parsed.operands.get(2) {
        desk.complain(format!("extra operand {}", curly(extra)));
        return super::options::hint(desk, &UNIQ);
    }
    let input = parsed.operands.first().map_or("-", String::as_str);
    let text = match desk.read(input) {
        Ok(text) => text,
        Err(error @ super::FileError::IsDirectory) => {
            return desk.fail(1, format!("error reading {}: {error}", quoted(input)));
        }
        Err(error) => return desk.fail(1, format!("{input}: {error}")),
    };
    let part = |line: &str| -> String {
        let mut rest = line;
        for _ in 0..fields.min(line.len()) {
            rest = rest.trim_start_matches([' ', '\t']);
            rest = rest
                .get(rest.find([' ', '\t']).unwrap_or(rest.len())..)
                .unwrap_or_default();
        }
        let kept: String = rest.chars().skip(characters).take(width).collect();
        if parsed.has('i') {
            kept.to_lowercase()
        } else {
            kept
        }
    };
    let mut groups: Vec<(&str, String, usize)> = Vec::new();
    for line in lines(&text) {
        let key = part(line);
        match groups.last_mut() {
            Some((_, last, count)) if *last == key => *count += 1,
            Some(_) | None => groups.push((line, key, 1)),
        }
    }
    let mut out = String::new();
    for (line, _, count) in groups {
        if parsed.has('d') && count == 1 || parsed.has('u') && count > 1 {
            continue;
        }
        if parsed.has('c') {
            out.extend([format!("{count:>7}").as_str(), " "]);
        }
        out.push_str(line);
        out.push('\n');
    }
    match parsed.operands.get(1).filter(|path| *path != "-") {
        None => desk.out(&out),
        Some(path) => {
            if let Err(error) = desk.write(path, out, false) {
                return desk.fail(1, format!("{path}: {error}"));
            }
        }
    }
    Ok(0)
}
