//! Programs that pass text on: `cat`, `head`, `tail`, `tac`, `rev`, `nl`, `wc`, `tee`.

use super::desk::{Desk, Ended, Stop, curly, lines, quoted};
use super::options::{Spec, parse, parse_arguments};
use super::{FileError, FileKind};

/// The options of `cat`.
const CAT: Spec = Spec {
    keys: "nbsETAevtu",
    long: &[
        ("number-nonblank", 'b'),
        ("number", 'n'),
        ("squeeze-blank", 's'),
        ("show-ends", 'E'),
        ("show-tabs", 'T'),
        ("show-all", 'A'),
        ("show-nonprinting", 'v'),
    ],
    ..Spec::COREUTILS
};

/// `cat`
pub(super) fn cat(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &CAT)?;
    let numbers = match (parsed.has('b'), parsed.has('n')) {
        (true, _) => Numbers::NotBlank,
        (false, true) => Numbers::All,
        (false, false) => Numbers::None,
    };
    let plan = Cat {
        numbers,
        squeeze: parsed.has('s'),
        ends: parsed.has('E') || parsed.has('A') || parsed.has('e'),
        tabs: parsed.has('T') || parsed.has('A') || parsed.has('t'),
    };
    let mut state = CatState {
        number: 0,
        blanks: 0,
        at_start: true,
    };
    let operands = parsed.files();
    let mut status = 0;
    for operand in &operands {
        match desk.read(operand) {
            Ok(text) => plan.print(desk, &text, &mut state),
            Err(error) => {
                desk.complain(format!("{operand}: {error}"));
                status = 1;
            }
        }
    }
    Ok(status)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbers {
    None,
    All,
    NotBlank,
}

struct Cat {
    numbers: Numbers,
    squeeze: bool,
    ends: bool,
    tabs: bool,
}

struct CatState {
    number: usize,
    blanks: usize,
    at_start: bool,
}

impl Cat {
    fn print(&self, desk: &mut Desk<'_>, text: &str, state: &mut CatState) {
        if self.numbers == Numbers::None && !self.squeeze && !self.ends && !self.tabs {
            desk.out(text);
            return;
        }
        for line in text.split_inclusive('\n') {
            let blank = line == "\n" && state.at_start;
            state.blanks = if blank { state.blanks + 1 } else { 0 };
            if self.squeeze && state.blanks > 1 {
                continue;
            }
            let numbered = match self.numbers {
                Numbers::None => false,
                Numbers::All => true,
                Numbers::NotBlank => !blank,
            };
            if numbered && state.at_start {
                state.number += 1;
                desk.out(&format!("{:>6}\t", state.number));
            }
            let (body, end) = match line.strip_suffix('\n') {
                Some(body) => (body, if self.ends { "$\n" } else { "\n" }),
                None => (line, ""),
            };
            if self.tabs {
                desk.out(&body.replace('\t', "^I"));
            } else {
                desk.out(body);
            }
            desk.out(end);
            state.at_start = !end.is_empty();
        }
    }
}

/// How much `head` and `tail` print.
struct Amount {
    /// Whether bytes are counted instead of lines.
    bytes: bool,
    /// The sign before the number, if there is one.
    sign: Option<char>,
    count: usize,
}

/// `head`
pub(super) fn head(desk: &mut Desk<'_>) -> Ended {
    ends(desk, "n:c:qv", |text, amount| {
        let kept = match amount.sign {
            Some('-') => total(text, amount.bytes).saturating_sub(amount.count),
            Some(_) | None => amount.count,
        };
        split(text, kept, amount.bytes).0
    })
}

/// `tail`
pub(super) fn tail(desk: &mut Desk<'_>) -> Ended {
    ends(desk, "n:c:qvfF!::@:#:", |text, amount| {
        let passed = match amount.sign {
            Some('+') => amount.count.saturating_sub(1),
            Some(_) | None => total(text, amount.bytes).saturating_sub(amount.count),
        };
        split(text, passed, amount.bytes).1
    })
}

fn total(text: &str, bytes: bool) -> usize {
    if bytes {
        text.len()
    } else {
        lines(text).count()
    }
}

/// A text in two after so many lines or bytes; a character that is cut goes to the second part.
fn split(text: &str, count: usize, bytes: bool) -> (&str, &str) {
    let mut at = if bytes {
        count.min(text.len())
    } else {
        text.split_inclusive('\n').take(count).map(str::len).sum()
    };
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    text.split_at(at)
}

fn ends(
    desk: &mut Desk<'_>,
    keys: &'static str,
    part: impl for<'t> Fn(&'t str, &Amount) -> &'t str,
) -> Ended {
    let spec = Spec {
        keys,
        long: &[
            ("lines", 'n'),
            ("bytes", 'c'),
            ("quiet", 'q'),
            ("silent", 'q'),
            ("verbose", 'v'),
        ],
        refused: "fF",
        ..Spec::COREUTILS
    };
    let mut arguments = desk.arguments().to_vec();
    if let Some(first) = arguments.first_mut() {
        *first = old_style(first);
    }
    let parsed = parse_arguments(desk, &spec, &arguments)?;
    let mut amount = Amount {
        bytes: false,
        sign: None,
        count: 10,
    };
    for (key, value) in &parsed.options {
        if let (Some(value), 'n' | 'c') = (value, key) {
            amount = read_amount(desk, value, *key == 'c')?;
        }
    }
    let headers = match parsed.last_of("qv") {
        Some('v') => true,
        Some(_) => false,
        None => parsed.operands.len() > 1,
    };
    let operands = parsed.files();
    let mut status = 0;
    let mut first = true;
    for operand in &operands {
        let text = match desk.read(operand) {
            Ok(text) => text,
            Err(error) => {
                status = 1;
                if error == FileError::IsDirectory {
                    header(desk, headers, operand, &mut first);
                    desk.complain(format!("error reading {}: {error}", quoted(operand)));
                } else {
                    let name = quoted(operand);
                    desk.complain(format!("cannot open {name} for reading: {error}"));
                }
                continue;
            }
        };
        header(desk, headers, operand, &mut first);
        desk.out(part(&text, &amount));
    }
    Ok(status)
}

fn header(desk: &mut Desk<'_>, wanted: bool, operand: &str, first: &mut bool) {
    if wanted {
        let name = if operand == "-" {
            "standard input"
        } else {
            operand
        };
        let before = if *first { "" } else { "\n" };
        desk.line(&format!("{before}==> {name} <=="));
        *first = false;
    }
}

/// `-5` is `-n 5`, and `+5` of old is `-n +5` no more.
fn old_style(argument: &str) -> String {
    let Some(rest) = argument.strip_prefix('-') else {
        return argument.to_owned();
    };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = rest.split_at(digits);
    match (number, unit) {
        ("", _) => argument.to_owned(),
        (_, "") => format!("-n{number}"),
        (_, "c") => format!("-c{number}"),
        _ => argument.to_owned(),
    }
}

fn read_amount(desk: &mut Desk<'_>, text: &str, bytes: bool) -> Result<Amount, Stop> {
    let sign = text.chars().next().filter(|sign| matches!(sign, '+' | '-'));
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let split = digits
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(digits.len());
    let (number, suffix) = digits.split_at(split);
    let factor = match suffix {
        "" => Some(1),
        "b" => Some(512),
        "kB" | "KB" => Some(1000),
        "k" | "K" | "KiB" => Some(1024),
        "MB" => Some(1_000_000),
        "m" | "M" | "MiB" => Some(1 << 20),
        _ => None,
    };
    let count = number
        .parse::<usize>()
        .ok()
        .zip(factor)
        .and_then(|(n, by)| n.checked_mul(by));
    if let Some(count) = count {
        Ok(Amount { bytes, sign, count })
    } else {
        let what = if bytes { "bytes" } else { "lines" };
        let shown = if desk.name == "head" {
            text.trim_start_matches('-')
        } else {
            text
        };
        desk.fail(1, format!("invalid number of {what}: {}", curly(shown)))
    }
}

/// `tac`
pub(super) fn tac(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(
        desk,
        &Spec {
            keys: "brs:",
            refused: "brs",
            ..Spec::COREUTILS
        },
    )?;
    let operands = parsed.files();
    let mut status = 0;
    for operand in &operands {
        match desk.read(operand) {
            Ok(text) => {
                let reversed: String = text.split_inclusive('\n').rev().collect();
                desk.out(&reversed);
            }
            Err(FileError::IsDirectory) => {
                desk.complain(format!("{operand}: read error: Is a directory"));
                status = 1;
            }
            Err(error) => {
                let name = quoted(operand);
                desk.complain(format!("failed to open {name} for reading: {error}"));
                status = 1;
            }
        }
    }
    Ok(status)
}

/// `rev`
pub(super) fn rev(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(
        desk,
        &Spec {
            keys: "V",
            refused: "V",
            ..Spec::COREUTILS
        },
    )?;
    let operands = parsed.files();
    for operand in &operands {
        match desk.read(operand) {
            Ok(text) => {
                for line in text.split_inclusive('\n') {
                    let (body, end) = match line.strip_suffix('\n') {
                        Some(body) => (body, "\n"),
                        None => (line, ""),
                    };
                    desk.out(&body.chars().rev().collect::<String>());
                    desk.out(end);
                }
            }
            Err(error) => return desk.fail(1, format!("cannot open {operand}: {error}")),
        }
    }
    Ok(0)
}

/// The options of `nl`.
const NL: Spec = Spec {
    keys: "b:w:s:n:v:i:",
    long: &[
        ("body-numbering", 'b'),
        ("number-width", 'w'),
        ("number-separator", 's'),
        ("number-format", 'n'),
        ("starting-line-number", 'v'),
        ("line-increment", 'i'),
    ],
    refused: "ni",
    ..Spec::COREUTILS
};

/// `nl`
pub(super) fn nl(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &NL)?;
    let width: usize = parsed
        .value('w')
        .and_then(|text| text.parse().ok())
        .unwrap_or(6)
        .min(1000);
    let separator = parsed.value('s').unwrap_or("\t").to_owned();
    let mut number: usize = parsed
        .value('v')
        .and_then(|text| text.parse().ok())
        .unwrap_or(1);
    let all = parsed.value('b') == Some("a");
    let inputs = desk.inputs(&parsed.operands);
    for (_, text) in &inputs.texts {
        for line in lines(text) {
            if line.is_empty() && !all {
                desk.line(&" ".repeat(width + separator.len()));
            } else {
                desk.line(&format!("{number:>width$}{separator}{line}"));
                number = number.saturating_add(1);
            }
        }
    }
    Ok(u8::from(!inputs.all_read))
}

/// What `wc` counts, in the order in which it prints.
#[derive(Clone, Copy, Default)]
struct Counts {
    lines: usize,
    words: usize,
    characters: usize,
    bytes: usize,
    longest: usize,
}

/// The options of `wc`.
const WC: Spec = Spec {
    keys: "lwcmL",
    long: &[
        ("lines", 'l'),
        ("words", 'w'),
        ("bytes", 'c'),
        ("chars", 'm'),
        ("max-line-length", 'L'),
    ],
    ..Spec::COREUTILS
};

/// `wc`
pub(super) fn wc(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &WC)?;
    let mut wanted: String = "lwmcL".chars().filter(|key| parsed.has(*key)).collect();
    if wanted.is_empty() {
        "lwc".clone_into(&mut wanted);
    }
    let mut rows = Vec::new();
    let mut total = Counts::default();
    let mut status = 0;
    let operands = if parsed.operands.is_empty() {
        vec![String::new()]
    } else {
        parsed.operands
    };
    for operand in &operands {
        let read = if operand.is_empty() {
            Ok(desk.stdin())
        } else {
            desk.read(operand)
        };
        let text = read.as_deref().unwrap_or_default();
        if let Err(error) = &read {
            rows.push(Err(format!("{operand}: {error}")));
            status = 1;
            if *error != FileError::IsDirectory {
                continue;
            }
        }
        let counts = count(text);
        total.add(counts);
        rows.push(Ok((counts, operand.clone())));
    }
    if operands.len() > 1 {
        rows.push(Ok((total, "total".to_owned())));
    }
    let width = count_width(desk, &operands, &wanted);
    for row in rows {
        match row {
            Ok((counts, name)) => print_counts(desk, &wanted, width, counts, &name),
            Err(text) => desk.complain(text),
        }
    }
    Ok(status)
}

/// How wide each count is: as the sum of the sizes of the files needs it, seven for what is not a
/// file, and one for a single count of a single input.
fn count_width(desk: &Desk<'_>, operands: &[String], wanted: &str) -> usize {
    if operands.len() == 1 && wanted.len() == 1 {
        return 1;
    }
    let mut sum: u64 = 0;
    let mut least = 1;
    for operand in operands {
        match operand.as_str() {
            "" | "-" => least = 7,
            name => match desk.kind(name) {
                Some(FileKind::File) => sum = sum.saturating_add(desk.size(name)),
                Some(FileKind::Directory) => least = 7,
                None => {}
            },
        }
    }
    sum.to_string().len().max(least)
}

fn print_counts(desk: &mut Desk<'_>, wanted: &str, width: usize, counts: Counts, name: &str) {
    let numbers: Vec<String> = wanted
        .chars()
        .map(|key| match key {
            'l' => counts.lines,
            'w' => counts.words,
            'm' => counts.characters,
            'L' => counts.longest,
            _ => counts.bytes,
        })
        .map(|number| format!("{number:>width$}"))
        .collect();
    let mut line = numbers.join(" ");
    if !name.is_empty() {
        line.push(' ');
        line.push_str(name);
    }
    desk.line(&line);
}

fn count(text: &str) -> Counts {
    Counts {
        lines: text.matches('\n').count(),
        words: text.split_whitespace().count(),
        characters: text.chars().count(),
        bytes: text.len(),
        longest: lines(text)
            .map(|line| line.chars().count())
            .max()
            .unwrap_or(0),
    }
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.lines += other.lines;
        self.words += other.words;
        self.characters += other.characters;
        self.bytes += other.bytes;
        self.longest = self.longest.max(other.longest);
    }
}

/// The options of `tee`.
const TEE: Spec = Spec {
    keys: "aip",
    long: &[("append", 'a'), ("ignore-interrupts", 'i')],
    ..Spec::COREUTILS
};

/// `tee`
pub(super) fn tee(desk: &mut Desk<'_>) -> Ended {
    let parsed = parse(desk, &TEE)?;
    let text = desk.stdin();
    let mut status = 0;
    for operand in &parsed.operands {
        if desk.is_directory(operand) {
            desk.complain(format!("{operand}: Is a directory"));
            status = 1;
        } else if let Err(error) = desk.write(operand, text.to_string(), parsed.has('a')) {
            desk.complain(format!("{operand}: {error}"));
            status = 1;
        }
    }
    desk.out(&text);
    Ok(status)
}
