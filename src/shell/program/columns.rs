//! Programs about parts of lines: `cut`, `tr` and `column`.

use super::desk::{Desk, Ended, Stop, curly, lines};
use super::options::{Hint, Parsed, Spec, hint, parse};

/// The options of `cut`.
const CUT: Spec = Spec {
    keys: "b:c:d:f:nsz!@:",
    long: &[
        ("bytes", 'b'),
        ("characters", 'c'),
        ("delimiter", 'd'),
        ("fields", 'f'),
        ("only-delimited", 's'),
        ("complement", '!'),
        ("output-delimiter", '@'),
        ("zero-terminated", 'z'),
    ],
    refused: "z",
    ..Spec::COREUTILS
};

/// `cut`
pub(super) fn cut(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &CUT)?;
    let lists: Vec<_> = parsed
        .options
        .iter()
        .filter(|(key, _)| "bcf".contains(*key))
        .collect();
    let (key, list) = match lists.as_slice() {
        [(key, Some(list))] => (*key, list.clone()),
        [] => {
            desk.complain("you must specify a list of bytes, characters, or fields");
            return hint(desk, &CUT);
        }
        _ => {
            desk.complain("only one list may be specified");
            return hint(desk, &CUT);
        }
    };
    let delimiter = match parsed.value('d') {
        None => '\t',
        Some(text) => {
            let mut characters = text.chars();
            match (characters.next(), characters.next()) {
                (Some(one), None) => one,
                (None, _) => '\0',
                _ => {
                    desk.complain("the delimiter must be a single character");
                    return hint(desk, &CUT);
                }
            }
        }
    };
    if key != 'f' && parsed.has('d') {
        desk.complain("an input delimiter may be specified only when operating on fields");
        return hint(desk, &CUT);
    }
    if key != 'f' && parsed.has('s') {
        desk.complain(
            "suppressing non-delimited lines makes sense\n\tonly when operating on fields",
        );
        return hint(desk, &CUT);
    }
    let ranges = ranges(desk, &CUT, &list, key == 'f')?;
    let inputs = desk.inputs(&parsed.operands);
    for (_, text) in &inputs.texts {
        for line in lines(text) {
            let cut = if key == 'f' {
                fields(line, delimiter, &ranges, &parsed)
            } else {
                Some(characters(line, &ranges, &parsed))
            };
            if let Some(cut) = cut {
                desk.line(&cut);
            }
        }
    }
    Ok(u8::from(!inputs.all_read))
}

/// The places that a list names, each from and to, counted from 1.
fn ranges(
    desk: &mut Desk<'_>,
    spec: &Spec,
    list: &str,
    fields: bool,
) -> Result<Vec<(usize, usize)>, Stop> {
    let numbered = if fields {
        "fields"
    } else {
        "byte/character positions"
    };
    let mut ranges = Vec::new();
    for part in list.split([',', ' ', '\t']) {
        let (from, to) = match part.split_once('-') {
            Some((from, to)) => (from, to),
            None => (part, part),
        };
        if part == "-" {
            desk.complain("invalid range with no endpoint: -");
            return hint(desk, spec);
        }
        let number = |text: &str, absent: usize| {
            if text.is_empty() {
                Some(absent)
            } else {
                text.parse::<usize>().ok()
            }
        };
        let bounds = number(from, usize::from(part.contains('-'))).zip(number(to, usize::MAX));
        let Some((from, to)) = bounds else {
            let what = if fields { "field" } else { "byte/character" };
            let what = if part.contains('-') && !fields {
                "byte or character"
            } else {
                what
            };
            let text = if part.contains('-') {
                format!("invalid {what} range")
            } else {
                let at = part.trim_start_matches(|c: char| c.is_ascii_digit());
                let kind = if fields {
                    "field value"
                } else {
                    "byte/character position"
                };
                format!("invalid {kind} {}", curly(at))
            };
            desk.complain(text);
            return hint(desk, spec);
        };
        if from == 0 {
            desk.complain(format!("{numbered} are numbered from 1"));
            return hint(desk, spec);
        }
        if to < from {
            desk.complain("invalid decreasing range");
            return hint(desk, spec);
        }
        ranges.push((from, to));
    }
    Ok(ranges)
}

fn is_in(ranges: &[(usize, usize)], number: usize, parsed: &Parsed) -> bool {
    ranges
        .iter()
        .any(|(from, to)| (*from..=*to).contains(&number))
        != parsed.has('!')
}

fn fields(
    line: &str,
    delimiter: char,
    ranges: &[(usize, usize)],
    parsed: &Parsed,
) -> Option<String> {
    if !line.contains(delimiter) {
        return (!parsed.has('s')).then(|| line.to_owned());
    }
    let kept: Vec<&str> = line
        .split(delimiter)
        .enumerate()
        .filter(|(at, _)| is_in(ranges, at + 1, parsed))
        .map(|(_, field)| field)
        .collect();
    let between = delimiter.to_string();
    Some(kept.join(parsed.value('@').unwrap_or(&between)))
}

fn characters(line: &str, ranges: &[(usize, usize)], parsed: &Parsed) -> String {
    let mut out = String::new();
    let mut last: Option<usize> = None;
    // Places are bytes to the real program; a character counts with its first.
    for (at, character) in line.char_indices() {
        if !is_in(ranges, at + 1, parsed) {
            continue;
        }
        if let (Some(last), Some(between)) = (last, parsed.value('@'))
            && (last + 1 != at || ranges.iter().any(|(from, _)| *from == at + 1))
        {
            out.push_str(between);
        }
        out.push(character);
        last = Some(at);
    }
    out
}

/// The options of `tr`.
const TR: Spec = Spec {
    keys: "cCdst",
    long: &[
        ("complement", 'c'),
        ("delete", 'd'),
        ("squeeze-repeats", 's'),
        ("truncate-set1", 't'),
    ],
    stops_at_operand: true,
    ..Spec::COREUTILS
};

/// `tr`
pub(super) fn tr(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &TR)?;
    let (delete, squeeze) = (parsed.has('d'), parsed.has('s'));
    let wanted = if delete == squeeze { 2 } else { 1 };
    let Some(first) = parsed.operands.first() else {
        desk.complain("missing operand");
        return hint(desk, &TR);
    };
    if parsed.operands.len() < wanted {
        desk.complain(format!("missing operand after {}", curly(first)));
        let action = if squeeze {
            "both deleting and squeezing repeats"
        } else {
            "translating"
        };
        desk.err(&format!("Two strings must be given when {action}.\n"));
        return hint(desk, &TR);
    }
    let most = if delete && !squeeze { 1 } else { 2 };
    if let Some(extra) = parsed.operands.get(most) {
        desk.complain(format!("extra operand {}", curly(extra)));
        if most == 1 {
            desk.err("Only one string may be given when deleting without squeezing repeats.\n");
        }
        return hint(desk, &TR);
    }
    let complement = parsed.has('c') || parsed.has('C');
    let one = set(desk, first)?;
    let two = match parsed.operands.get(1) {
        Some(text) => Some(set(desk, text)?),
        None => None,
    };
    let text = desk.stdin();
    let is_in_one = |character: char| one.characters.contains(&character) != complement;
    let mapped: String = if delete {
        text.chars()
            .filter(|character| !is_in_one(*character))
            .collect()
    } else if let Some(two) = &two {
        translate(desk, &text, &one, two, complement, parsed.has('t'))?
    } else {
        text.to_string()
    };
    if squeeze {
        let last = two.as_ref().map_or(&one, |two| two);
        let other_way = complement && two.is_none();
        let mut previous = None;
        let squeezed: String = mapped
            .chars()
            .filter(|character| {
                let again = previous == Some(*character)
                    && last.characters.contains(character) != other_way;
                previous = Some(*character);
                !again
            })
            .collect();
        desk.out(&squeezed);
    } else {
        desk.out(&mapped);
    }
    Ok(0)
}

fn translate(
    desk: &mut Desk<'_>,
    text: &str,
    one: &Set,
    two: &Set,
    complement: bool,
    truncate: bool,
) -> Result<String, Stop> {
    let filler = two.filler.as_ref().map(|(_, filler)| filler);
    let Some(last) = two.characters.last().or(filler) else {
        return desk.fail(1, "when not truncating set1, string2 must be non-empty");
    };
    if two.has_class && !two.is_case {
        return desk.fail(
            1,
            "when translating, the only character classes that may appear in\nstring2 are 'upper' and 'lower'",
        );
    }
    let mapped = text.chars().map(|character| {
        if complement {
            return if one.characters.contains(&character) {
                character
            } else {
                *last
            };
        }
        // A character that is named twice goes by its last place, as in the real table.
        match one.characters.iter().rposition(|known| *known == character) {
            None => character,
            Some(at) if truncate => two.characters.get(at).copied().unwrap_or(character),
            Some(at) => two.fill(at, one.characters.len()).unwrap_or(*last),
        }
    });
    Ok(mapped.collect())
}

/// The characters that a string of `tr` names.
#[derive(Default)]
struct Set {
    characters: Vec<char>,
    has_class: bool,
    is_case: bool,
    /// Where a character is repeated as often as the first set needs it: `[x*]`.
    filler: Option<(usize, char)>,
}

impl Set {
    fn fill(&self, at: usize, wanted: usize) -> Option<char> {
        let Some((place, filler)) = self.filler else {
            return self.characters.get(at).copied();
        };
        let missing = wanted.saturating_sub(self.characters.len());
        if at < place {
            self.characters.get(at).copied()
        } else if at < place + missing {
            Some(filler)
        } else {
            self.characters.get(at - missing).copied()
        }
    }
}

fn set(desk: &mut Desk<'_>, text: &str) -> Result<Set, Stop> {
    let mut set = Set::default();
    let characters = unescape(text);
    let mut at = 0;
    while let Some((character, _)) = characters.get(at).copied() {
        let rest = characters.get(at..).unwrap_or_default();
        let plain: String = rest
            .iter()
            .take_while(|(_, escaped)| !escaped)
            .map(|(c, _)| *c)
            .collect();
        if let Some(name) = class_name(&plain) {
            let Some(class) = class(name) else {
                return desk.fail(1, format!("invalid character class {}", curly(name)));
            };
            set.characters.extend(class);
            set.has_class = true;
            set.is_case = matches!(name, "upper" | "lower");
            at += name.chars().count() + 4;
        } else if let Some((count, length)) = repeat(&plain) {
            let repeated = rest.get(1).map_or(character, |(c, _)| *c);
            if count == 0 {
                set.filler = Some((set.characters.len(), repeated));
            } else {
                set.characters
                    .extend(std::iter::repeat_n(repeated, count.min(4096)));
            }
            at += length;
        } else if let (Some(('-', false)), Some((to, _))) = (
            characters.get(at + 1).copied(),
            characters.get(at + 2).copied(),
        ) {
            if to < character {
                return desk.fail(
                    1,
                    format!(
                        "range-endpoints of '{character}-{to}' are in reverse collating sequence order"
                    ),
                );
            }
            set.characters.extend((character..=to).take(4096));
            at += 3;
        } else {
            set.characters.push(character);
            at += 1;
        }
    }
    Ok(set)
}

/// The name in `[:name:]` at the start.
fn class_name(text: &str) -> Option<&str> {
    text.strip_prefix("[:")?
        .split_once(":]")
        .map(|(name, _)| name)
}

/// The count and the length of `[x*n]` at the start; a count of 0 is as many as needed.
fn repeat(text: &str) -> Option<(usize, usize)> {
    let mut characters = text.chars();
    let (open, _, star) = (characters.next()?, characters.next()?, characters.next()?);
    (open == '[' && star == '*').then_some(())?;
    let digits = characters.as_str().split_once(']')?.0;
    let count = match digits {
        "" => 0,
        octal if octal.starts_with('0') => usize::from_str_radix(octal, 8).ok()?,
        decimal => decimal.parse().ok()?,
    };
    Some((count, 4 + digits.len()))
}

fn class(name: &str) -> Option<Vec<char>> {
    let fits: fn(char) -> bool = match name {
        "alnum" => |c| c.is_ascii_alphanumeric(),
        "alpha" => |c| c.is_ascii_alphabetic(),
        "blank" => |c| matches!(c, ' ' | '\t'),
        "cntrl" => |c| c.is_ascii_control(),
        "digit" => |c| c.is_ascii_digit(),
        "graph" => |c| c.is_ascii_graphic(),
        "lower" => |c| c.is_ascii_lowercase(),
        "print" => |c| c.is_ascii_graphic() || c == ' ',
        "punct" => |c| c.is_ascii_punctuation(),
        "space" => |c| c.is_ascii_whitespace() || c == '\u{b}',
        "upper" => |c| c.is_ascii_uppercase(),
        "xdigit" => |c| c.is_ascii_hexdigit(),
        _ => return None,
    };
    Some(
        ('\0'..='\u{7f}')
            .filter(|character| fits(*character))
            .collect(),
    )
}

/// The characters of a string with its escapes read, and whether each was one.
fn unescape(text: &str) -> Vec<(char, bool)> {
    let mut out = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(next) = rest.next() {
        if next != '\\' {
            out.push((next, false));
            continue;
        }
        let Some(escape) = rest.next() else {
            out.push(('\\', true));
            break;
        };
        let character = match escape {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'a' => '\u{7}',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'v' => '\u{b}',
            '0'..='7' => {
                let mut value = escape.to_digit(8).unwrap_or(0);
                for _ in 0..2 {
                    if let Some(digit) = rest.peek().and_then(|next| next.to_digit(8)) {
                        value = value * 8 + digit;
                        rest.next();
                    }
                }
                char::from_u32(value).unwrap_or('\0')
            }
            other => other,
        };
        out.push((character, true));
    }
    out
}

/// The options of `column`.
const COLUMN: Spec = Spec {
    keys: "ts:o:nLN:R:H:xc:J",
    long: &[
        ("table", 't'),
        ("separator", 's'),
        ("output-separator", 'o'),
    ],
    refused: "NRHxcJ",
    hint: Hint::Try,
    ..Spec::COREUTILS
};

/// `column`: lines as they are, or with `-t` as a table.
pub(super) fn column(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &COLUMN)?;
    let mut texts = Vec::new();
    let mut status = 0;
    let operands = parsed.files();
    for operand in &operands {
        match desk.read(operand) {
            Ok(text) => texts.push(text),
            Err(error) => {
                desk.complain(format!("cannot open {operand}: {error}"));
                status = 1;
            }
        }
    }
    if !parsed.has('t') {
        return Err(Stop::NotModeled(
            "columns without option '-t' are not modeled".to_owned(),
        ));
    }
    let rows: Vec<Vec<&str>> = texts
        .iter()
        .flat_map(|text| lines(text))
        .filter(|line| !line.trim().is_empty())
        .map(|line| match parsed.value('s') {
            Some(separators) => line.split(|c: char| separators.contains(c)).collect(),
            None => line
                .split([' ', '\t'])
                .filter(|cell| !cell.is_empty())
                .collect(),
        })
        .collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width_of = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width_of).collect();
    let between = parsed.value('o').unwrap_or("  ");
    for row in &rows {
        let mut line = String::new();
        for (at, width) in widths.iter().enumerate() {
            let cell = row.get(at).copied().unwrap_or_default();
            if at + 1 == columns {
                line.push_str(cell);
            } else {
                line.extend([format!("{cell:<width$}").as_str(), between]);
            }
        }
        desk.line(&line);
        if desk.is_full() {
            break;
        }
    }
    Ok(status)
}
