//! Programs of a few lines about text and paths: `true`, `false`, `yes`, `seq`, `echo`, `printf`,
//! `basename`, `dirname`, `realpath`.

use super::decimal::Decimal;
use super::desk::{Desk, Ended, Stop, curly};
use super::format::{Arguments, Piece, pieces, unescape};
use super::options::{Spec, hint, parse, parse_arguments};
use crate::shell::base_name;

/// How many lines `yes` prints; who reads them needs no more.
const YES_LINES: usize = 1000;
/// How many numbers `seq` prints.
const SEQ_LINES: usize = 100_000;

/// `true`, and programs whose success is all that counts.
#[expect(clippy::unnecessary_wraps, reason = "all programs have one signature")]
pub(super) fn success(_: &mut Desk<'_>) -> Ended {
    Ok(0)
}

/// `false`
#[expect(clippy::unnecessary_wraps, reason = "all programs have one signature")]
pub(super) fn failure(_: &mut Desk<'_>) -> Ended {
    Ok(1)
}

/// `yes`
pub(super) fn yes(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &Spec::COREUTILS)?;
    let words = if parsed.operands.is_empty() {
        "y".to_owned()
    } else {
        parsed.operands.join(" ")
    };
    for _ in 0..YES_LINES {
        desk.line(&words);
    }
    Ok(0)
}

/// `echo`, the program; the shell has its own.
#[expect(clippy::unnecessary_wraps, reason = "all programs have one signature")]
pub(super) fn echo(desk: &mut Desk<'_>) -> Ended {
    let (mut newline, mut escapes) = (true, false);
    let mut words = desk.arguments();
    while let Some((first, rest)) = words.split_first() {
        let Some(letters) = first.strip_prefix('-').filter(|letters| {
            !letters.is_empty() && letters.chars().all(|letter| "neE".contains(letter))
        }) else {
            break;
        };
        for letter in letters.chars() {
            match letter {
                'n' => newline = false,
                other => escapes = other == 'e',
            }
        }
        words = rest;
    }
    let text = words.join(" ");
    if escapes {
        let (text, cut) = unescape(&text, true);
        desk.out(&text);
        newline &= !cut;
    } else {
        desk.out(&text);
    }
    desk.out(if newline { "\n" } else { "" });
    Ok(0)
}

/// The arguments of `printf`, and what was wrong with them.
struct Words<'a> {
    given: std::slice::Iter<'a, String>,
    complaints: Vec<String>,
    cut: bool,
    escapes: bool,
}

impl Arguments for Words<'_> {
    fn text(&mut self) -> String {
        let word = self.given.next().cloned().unwrap_or_default();
        if !self.escapes {
            return word;
        }
        let (text, cut) = unescape(&word, true);
        self.cut |= cut;
        text
    }

    fn number(&mut self) -> Decimal {
        let Some(word) = self.given.next() else {
            return Decimal::ZERO;
        };
        if let Some(character) = word.strip_prefix(['\'', '"']) {
            let code = character.chars().next().map_or(0, u32::from);
            return Decimal::whole(i64::from(code));
        }
        let text = word.trim_start();
        let radix = |digits: &str, radix: u32| i64::from_str_radix(digits, radix).ok();
        let other = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
            Some(digits) => radix(digits, 16),
            None if text.len() > 1 && text.starts_with('0') && !text.contains('.') => {
                radix(text, 8)
            }
            None => None,
        };
        if let Some(number) = other {
            return Decimal::whole(number);
        }
        match Decimal::read(text) {
            Some((number, length)) if length == text.len() => number,
            Some((number, _)) => {
                self.complaints
                    .push(format!("{}: value not completely converted", curly(word)));
                number
            }
            None => {
                self.complaints
                    .push(format!("{}: expected a numeric value", curly(word)));
                Decimal::ZERO
            }
        }
    }

    fn character(&mut self) -> String {
        self.given
            .next()
            .and_then(|word| word.chars().next())
            .map(String::from)
            .unwrap_or_default()
    }
}

/// `printf`, the program; the shell has its own.
pub(super) fn printf(desk: &mut Desk<'_>) -> Ended {
    let arguments = desk.arguments();
    let arguments = match arguments {
        [first, rest @ ..] if first == "--" => rest,
        all => all,
    };
    let Some((format, words)) = arguments.split_first() else {
        desk.complain("missing operand");
        return hint(desk, &Spec::COREUTILS);
    };
    let pieces = pieces(format);
    let mut words = Words {
        given: words.iter(),
        complaints: Vec::new(),
        cut: false,
        escapes: false,
    };
    let mut status = 0;
    loop {
        let before = words.given.len();
        for piece in &pieces {
            match piece {
                Piece::Text(text) => {
                    let (text, cut) = unescape(text, false);
                    desk.out(&text);
                    if cut {
                        return Ok(status);
                    }
                }
                Piece::Directive(directive) => {
                    if directive.letter == 'q' {
                        return Err(Stop::NotModeled("format '%q' is not modeled".to_owned()));
                    }
                    words.escapes = directive.letter == 'b';
                    let Some(text) = directive.format(&mut words) else {
                        let written = &directive.written;
                        return desk
                            .fail(1, format!("{written}: invalid conversion specification"));
                    };
                    for complaint in std::mem::take(&mut words.complaints) {
                        desk.complain(complaint);
                        status = 1;
                    }
                    desk.out(&text);
                    if words.cut {
                        return Ok(status);
                    }
                }
            }
        }
        // The format is used again until there are no words left.
        if words.given.len() == 0 || words.given.len() == before || desk.is_full() {
            return Ok(status);
        }
    }
}

/// The options of `seq`.
const SEQ: Spec = Spec {
    keys: "s:wf:",
    long: &[("separator", 's'), ("equal-width", 'w'), ("format", 'f')],
    refused: "f",
    stops_at_operand: true,
    ..Spec::COREUTILS
};

/// `seq`
pub(super) fn seq(desk: &mut Desk<'_>) -> Ended {
    // A negative number is no option.
    let is_number = |word: &&String| {
        word.strip_prefix('-')
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || c == '.'))
    };
    let mut arguments = desk.arguments().to_vec();
    // Behind an operand all are operands.
    if arguments.first().is_some_and(|word| word.starts_with('-'))
        && let Some(at) = arguments.iter().position(|word| is_number(&word))
    {
        arguments.insert(at, "--".to_owned());
    }
    let parsed = parse_arguments(desk, &SEQ, &arguments)?;
    let mut numbers = Vec::new();
    let mut places = 0;
    for word in &parsed.operands {
        match Decimal::read(word) {
            Some((number, length)) if length == word.len() => numbers.push(number),
            _ => {
                desk.complain(format!("invalid floating point argument: {}", curly(word)));
                return hint(desk, &SEQ);
            }
        }
        places = places.max(word.split_once('.').map_or(0, |(_, part)| part.len()));
    }
    let (first, step, last) = match numbers.as_slice() {
        [] => {
            desk.complain("missing operand");
            return hint(desk, &SEQ);
        }
        [last] => (Decimal::ONE, Decimal::ONE, *last),
        [first, last] => (*first, Decimal::ONE, *last),
        [first, step, last] => (*first, *step, *last),
        [_, _, _, ..] => {
            let extra = parsed.operands.get(3).cloned().unwrap_or_default();
            desk.complain(format!("extra operand {}", curly(&extra)));
            return hint(desk, &SEQ);
        }
    };
    if step.is_zero() {
        let zero = parsed.operands.get(1).cloned().unwrap_or_default();
        desk.complain(format!("invalid Zero increment value: {}", curly(&zero)));
        return hint(desk, &SEQ);
    }
    let mut texts = Vec::new();
    let mut next = first;
    while if step > Decimal::ZERO {
        next <= last
    } else {
        next >= last
    } {
        if texts.len() >= SEQ_LINES {
            return Err(Stop::NotModeled(format!(
                "more than {SEQ_LINES} numbers are not modeled"
            )));
        }
        texts.push(next.fixed(places));
        let Some(after) = next.add(step) else { break };
        next = after;
    }
    if parsed.has('w') {
        equal_widths(&mut texts);
    }
    if !texts.is_empty() {
        desk.line(&texts.join(parsed.value('s').unwrap_or("\n")));
    }
    Ok(0)
}

/// Puts zeros before numbers so that all are equally wide.
fn equal_widths(texts: &mut [String]) {
    let width = texts.iter().map(String::len).max().unwrap_or(0);
    for text in texts {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => ("-", digits.to_owned()),
            None => ("", text.clone()),
        };
        let width = width - sign.len();
        *text = format!("{sign}{digits:0>width$}");
    }
}

/// The options of `basename`.
const BASENAME: Spec = Spec {
    keys: "as:z",
    long: &[("multiple", 'a'), ("suffix", 's'), ("zero", 'z')],
    refused: "z",
    stops_at_operand: true,
    ..Spec::COREUTILS
};

/// `basename`
pub(super) fn basename(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &BASENAME)?;
    let Some(first) = parsed.operands.first() else {
        desk.complain("missing operand");
        return hint(desk, &BASENAME);
    };
    let several = parsed.has('a') || parsed.has('s');
    if let (false, Some(extra)) = (several, parsed.operands.get(2)) {
        desk.complain(format!("extra operand {}", curly(extra)));
        return hint(desk, &BASENAME);
    }
    let suffix = match parsed.value('s') {
        Some(suffix) => suffix.to_owned(),
        None if several => String::new(),
        None => parsed.operands.get(1).cloned().unwrap_or_default(),
    };
    let names: Vec<String> = if several {
        parsed.operands.clone()
    } else {
        vec![first.clone()]
    };
    for name in names {
        let trimmed = name.trim_end_matches('/');
        let base = match trimmed {
            "" if name.is_empty() => "",
            "" => "/",
            _ => base_name(trimmed),
        };
        let cut = base
            .strip_suffix(suffix.as_str())
            .filter(|cut| !cut.is_empty());
        desk.line(cut.unwrap_or(base));
    }
    Ok(0)
}

/// The options of `dirname`.
const DIRNAME: Spec = Spec {
    keys: "z",
    long: &[("zero", 'z')],
    refused: "z",
    ..Spec::COREUTILS
};

/// `dirname`
pub(super) fn dirname(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &DIRNAME)?;
    if parsed.operands.is_empty() {
        desk.complain("missing operand");
        return hint(desk, &DIRNAME);
    }
    for name in &parsed.operands {
        let trimmed = name.trim_end_matches('/');
        let directory = match trimmed.rsplit_once('/') {
            None if trimmed.is_empty() && !name.is_empty() => "/",
            None => ".",
            Some((directory, _)) => match directory.trim_end_matches('/') {
                "" => "/",
                directory => directory,
            },
        };
        desk.line(directory);
    }
    Ok(0)
}

/// The options of `realpath`.
const REALPATH: Spec = Spec {
    keys: "emsqLPzf!:@:",
    long: &[
        ("canonicalize-existing", 'e'),
        ("canonicalize-missing", 'm'),
        ("canonicalize", 'f'),
        ("no-symlinks", 's'),
        ("quiet", 'q'),
        ("relative-to", '!'),
        ("relative-base", '@'),
        ("zero", 'z'),
    ],
    refused: "z!@",
    ..Spec::COREUTILS
};

/// `realpath`, and `readlink -f`.
pub(super) fn realpath(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &REALPATH)?;
    if parsed.operands.is_empty() {
        desk.complain("missing operand");
        return hint(desk, &REALPATH);
    }
    let is_link = desk.name == "readlink";
    if is_link && parsed.last_of("fem").is_none() {
        // There are no symbolic links, about which `readlink` says nothing.
        return Ok(1);
    }
    let mut status = 0;
    for operand in &parsed.operands {
        let path = desk.resolve(operand);
        let parent = path
            .rsplit_once('/')
            .map_or("/", |(parent, _)| parent)
            .to_owned();
        let parent = if parent.is_empty() {
            "/".to_owned()
        } else {
            parent
        };
        let there = desk.kind(operand).is_some() || path == "/";
        let fine = match parsed.last_of("em") {
            Some('m') => true,
            Some(_) => there,
            None => there || parent == "/" || desk.is_directory(&parent),
        };
        if fine && !operand.is_empty() {
            desk.line(&path);
        } else {
            if !parsed.has('q') && !is_link {
                desk.complain(format!("{operand}: No such file or directory"));
            }
            status = 1;
        }
    }
    Ok(status)
}
