//! Patterns of `grep`, `sed` and `awk`: POSIX basic and extended regular expressions with GNU's
//! extensions, translated for the `fancy-regex` crate, which has what Perl's (`grep -P`) have.
//!
//! One difference stays: where several alternatives fit, POSIX takes the longest and this takes
//! the first.

use fancy_regex::{Regex, RegexBuilder};

use super::desk::Stop;

/// The most bytes of a pattern.
const PATTERN_MAX: usize = 8192;
/// The most steps back that one match may take.
const STEPS_MAX: usize = 200_000;
/// The most bytes of a compiled pattern.
const COMPILED_MAX: usize = 4 << 20;
/// The deepest nesting of groups.
const DEPTH_MAX: usize = 60;
/// The largest count in an interval, as GNU's `RE_DUP_MAX`.
const REPEAT_MAX: u32 = 32767;

/// In which language a pattern is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Syntax {
    /// POSIX basic.
    Basic,
    /// POSIX extended.
    Extended,
    /// Extended as `awk` has it: escapes of C, also in brackets.
    Awk,
    /// Perl's.
    Perl,
    /// No pattern, the text itself.
    Fixed,
}

/// What must be around a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edges {
    /// Anything.
    Any,
    /// Ends of words (`grep -w`).
    Word,
    /// Ends of the line (`grep -x`).
    Line,
}

/// How patterns are matched.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner {
    pub(super) syntax: Syntax,
    pub(super) ignore_case: bool,
    pub(super) edges: Edges,
}

/// Why there is no pattern.
#[derive(Debug)]
pub(super) enum PatternError {
    /// It is wrong: in the words of GNU's `regcomp`.
    Wrong(String),
    /// It is right, and too much for here.
    NotModeled(String),
}

/// Where the groups of a match begin and end; none for one that took no part.
pub(super) type Groups = Vec<Option<(usize, usize)>>;

/// A pattern that can be matched.
#[derive(Debug, Clone)]
pub(super) struct Pattern(Regex);

/// A [`Stop`] for a match that took too long.
fn too_long<E>(_: E) -> Stop {
    Stop::NotModeled(format!(
        "a match of more than {STEPS_MAX} steps is not modeled"
    ))
}

impl Pattern {
    /// Makes one pattern of several, any of which fits.
    pub(super) fn new(patterns: &[&str], manner: Manner) -> Result<Self, PatternError> {
        let mut alternatives = Vec::new();
        for pattern in patterns {
            if pattern.len() > PATTERN_MAX {
                return Err(PatternError::NotModeled(format!(
                    "a pattern of more than {PATTERN_MAX} bytes is not modeled"
                )));
            }
            alternatives.push(match manner.syntax {
                Syntax::Fixed => fancy_regex::escape(pattern).into_owned(),
                Syntax::Perl => checked_depth(pattern)?.to_owned(),
                Syntax::Basic | Syntax::Extended | Syntax::Awk => {
                    translate(pattern, manner.syntax)?
                }
            });
        }
        let whole = match alternatives.as_slice() {
            [one] => one.clone(),
            several => several
                .iter()
                .map(|one| format!("(?:{one})"))
                .collect::<Vec<_>>()
                .join("|"),
        };
        let whole = match manner.edges {
            Edges::Any => whole,
            Edges::Word => format!(r"(?<!\w)(?:{whole})(?!\w)"),
            Edges::Line => format!("^(?:{whole})$"),
        };
        let dot = if manner.syntax == Syntax::Perl {
            ""
        } else {
            "(?s)"
        };
        RegexBuilder::new(&format!("{dot}{whole}"))
            .case_insensitive(manner.ignore_case)
            .backtrack_limit(STEPS_MAX)
            .delegate_size_limit(COMPILED_MAX)
            .build()
            .map(Self)
            .map_err(|error| {
                PatternError::NotModeled(format!("the pattern cannot be compiled: {error}"))
            })
    }

    /// Whether it fits anywhere.
    pub(super) fn fits(&self, text: &str) -> Result<bool, Stop> {
        self.0.is_match(text).map_err(too_long)
    }

    /// The first place at or after a byte where it fits.
    pub(super) fn find(&self, text: &str, from: usize) -> Result<Option<(usize, usize)>, Stop> {
        let found = self.0.find_from_pos(text, from).map_err(too_long)?;
        Ok(found.map(|found| (found.start(), found.end())))
    }

    /// The groups of the first place at or after a byte; the whole match is the first.
    pub(super) fn groups(&self, text: &str, from: usize) -> Result<Option<Groups>, Stop> {
        let found = self.0.captures_from_pos(text, from).map_err(too_long)?;
        Ok(found.map(|groups| {
            (0..groups.len())
                .map(|at| groups.get(at).map(|group| (group.start(), group.end())))
                .collect()
        }))
    }

    /// How many groups it has, without the whole.
    pub(super) fn group_count(&self) -> usize {
        self.0.captures_len().saturating_sub(1)
    }
}

/// The byte after the character at a byte; one past the end where there is none.
pub(super) fn next_char(text: &str, at: usize) -> usize {
    at + text
        .get(at..)
        .and_then(|rest| rest.chars().next())
        .map_or(1, char::len_utf8)
}

fn checked_depth(pattern: &str) -> Result<&str, PatternError> {
    let opened = pattern.matches(['(', '[']).count();
    if opened > DEPTH_MAX {
        return Err(PatternError::NotModeled(format!(
            "a pattern of more than {DEPTH_MAX} groups is not modeled"
        )));
    }
    Ok(pattern)
}

fn wrong<T>(text: &str) -> Result<T, PatternError> {
    Err(PatternError::Wrong(text.to_owned()))
}

/// Translates a POSIX pattern.
fn translate(pattern: &str, syntax: Syntax) -> Result<String, PatternError> {
    let mut translator = Translator {
        rest: pattern.chars().collect(),
        at: 0,
        out: String::new(),
        atom: None,
        repeated: false,
        open: Vec::new(),
        extended: syntax != Syntax::Basic,
        awk: syntax == Syntax::Awk,
    };
    translator.run()?;
    Ok(translator.out)
}

struct Translator {
    rest: Vec<char>,
    at: usize,
    out: String,
    /// Where in `out` the atom begins that a repetition is about.
    atom: Option<usize>,
    /// Whether that atom has a repetition already.
    repeated: bool,
    /// Where in `out` the open groups begin.
    open: Vec<usize>,
    extended: bool,
    awk: bool,
}

impl Translator {
    fn peek(&self) -> Option<char> {
        self.rest.get(self.at).copied()
    }

    fn peek_after(&self) -> Option<char> {
        self.rest.get(self.at + 1).copied()
    }

    fn run(&mut self) -> Result<(), PatternError> {
        while let Some(next) = self.peek() {
            self.at += 1;
            match next {
                '\\' => self.escape()?,
                '[' => {
                    let class = self.bracket()?;
                    self.push_atom(&class);
                }
                '.' => self.push_atom("."),
                '*' => self.star(),
                '^' if self.is_start() => self.push_anchor("^"),
                '$' if self.is_end() => self.push_anchor("$"),
                '(' if self.extended => self.open_group()?,
                // GNU takes a bracket that closes nothing as itself.
                ')' if self.extended && self.open.is_empty() => self.literal(')'),
                ')' if self.extended => self.close_group()?,
                '|' if self.extended => self.alternative(),
                '+' | '?' if self.extended => self.sign(next),
                '{' if self.extended => self.interval()?,
                other => self.literal(other),
            }
        }
        if self.open.is_empty() {
            Ok(())
        } else {
            wrong("Unmatched ( or \\(")
        }
    }

    /// Whether a `^` here is an anchor.
    fn is_start(&self) -> bool {
        self.extended
            || self.out.is_empty()
            || ((self.out.ends_with('(') || self.out.ends_with('|')) && self.atom.is_none())
    }

    /// Whether a `$` here is an anchor.
    fn is_end(&self) -> bool {
        self.extended
            || self.peek().is_none()
            || (self.peek() == Some('\\') && matches!(self.peek_after(), Some(')' | '|')))
    }

    fn literal(&mut self, character: char) {
        let escaped = fancy_regex::escape(character.encode_utf8(&mut [0; 4])).into_owned();
        self.push_atom(&escaped);
    }

    fn push_atom(&mut self, text: &str) {
        self.atom = Some(self.out.len());
        self.repeated = false;
        self.out.push_str(text);
    }

    fn push_anchor(&mut self, text: &str) {
        self.atom = None;
        self.out.push_str(text);
    }

    fn alternative(&mut self) {
        self.push_anchor("|");
    }

    fn star(&mut self) {
        match self.atom {
            Some(_) => self.repeat("*"),
            // At the start it is itself in a basic pattern, and nothing in an extended one.
            None if self.extended => {}
            None => self.literal('*'),
        }
    }

    fn sign(&mut self, sign: char) {
        match self.atom {
            Some(_) => self.repeat(sign.encode_utf8(&mut [0; 4])),
            None if self.extended => {}
            None => self.literal(sign),
        }
    }

    fn repeat(&mut self, sign: &str) {
        let Some(atom) = self.atom else { return };
        if self.repeated {
            self.out.insert_str(atom, "(?:");
            self.out.push(')');
        }
        self.out.push_str(sign);
        self.repeated = true;
    }

    fn open_group(&mut self) -> Result<(), PatternError> {
        if self.open.len() >= DEPTH_MAX {
            return Err(PatternError::NotModeled(format!(
                "groups that are more than {DEPTH_MAX} deep are not modeled"
            )));
        }
        self.open.push(self.out.len());
        self.push_anchor("(");
        Ok(())
    }

    fn close_group(&mut self) -> Result<(), PatternError> {
        let Some(start) = self.open.pop() else {
            return wrong("Unmatched ) or \\)");
        };
        self.out.push(')');
        self.atom = Some(start);
        self.repeated = false;
        Ok(())
    }

    /// What follows a backslash.
    fn escape(&mut self) -> Result<(), PatternError> {
        let Some(next) = self.peek() else {
            return wrong("Trailing backslash");
        };
        self.at += 1;
        match next {
            '(' if !self.extended => self.open_group()?,
            ')' if !self.extended => self.close_group()?,
            '|' if !self.extended => self.alternative(),
            '+' | '?' if !self.extended => self.sign(next),
            '{' if !self.extended => self.interval()?,
            '1'..='9' if !self.awk => {
                let group = next.to_digit(10).unwrap_or(0);
                if usize::try_from(group).unwrap_or(usize::MAX) > self.out.matches('(').count() {
                    return wrong("Invalid back reference");
                }
                // In a group of its own, so that a digit after it is not read with it.
                self.push_atom(&format!("(?:\\{next})"));
            }
            'w' | 'W' | 's' | 'S' if !self.awk || matches!(next, 'w' | 'W' | 's' | 'S') => {
                self.push_atom(&format!("\\{next}"));
            }
            'b' if !self.awk => self.push_anchor("\\b"),
            'B' => self.push_anchor("\\B"),
            '<' => self.push_anchor(r"\b(?=\w)"),
            '>' => self.push_anchor(r"\b(?<=\w)"),
            '`' => self.push_anchor("^"),
            '\'' => self.push_anchor("$"),
            'n' => self.literal('\n'),
            't' => self.literal('\t'),
            'r' if self.awk => self.literal('\r'),
            'f' if self.awk => self.literal('\u{c}'),
            'v' if self.awk => self.literal('\u{b}'),
            other => self.literal(other),
        }
        Ok(())
    }

    /// An interval, after its brace.
    fn interval(&mut self) -> Result<(), PatternError> {
        let start = self.at;
        let (min, max) = match self.bounds() {
            Some(bounds) => bounds,
            None if self.extended => {
                // No interval: the brace stands for itself.
                self.at = start;
                self.literal('{');
                return Ok(());
            }
            None if self
                .rest
                .iter()
                .skip(start)
                .any(|character| *character == '}') =>
            {
                return wrong("Invalid content of \\{\\}");
            }
            None => return wrong("Unmatched \\{"),
        };
        if max.is_some_and(|max| max < min) {
            return wrong("Invalid content of \\{\\}");
        }
        if max.unwrap_or(min) > REPEAT_MAX {
            return wrong("Regular expression too big");
        }
        if self.atom.is_none() {
            return if self.extended {
                Ok(())
            } else {
                wrong("Invalid preceding regular expression")
            };
        }
        let sign = match max {
            Some(max) => format!("{{{min},{max}}}"),
            None => format!("{{{min},}}"),
        };
        self.repeat(&sign);
        Ok(())
    }

    /// The bounds of an interval and its closing brace.
    fn bounds(&mut self) -> Option<(u32, Option<u32>)> {
        let min = self.number();
        let bounds = if self.peek() == Some(',') {
            self.at += 1;
            let max = self.number();
            (min.unwrap_or(0), max)
        } else {
            (min?, min)
        };
        if !self.extended {
            (self.peek() == Some('\\')).then_some(())?;
            self.at += 1;
        }
        (self.peek() == Some('}')).then_some(())?;
        self.at += 1;
        Some(bounds)
    }

    fn number(&mut self) -> Option<u32> {
        let mut number: Option<u32> = None;
        while let Some(digit) = self.peek().and_then(|next| next.to_digit(10)) {
            number = Some(number.unwrap_or(0).saturating_mul(10).saturating_add(digit));
            self.at += 1;
        }
        number
    }

    /// A bracket expression, after its bracket.
    fn bracket(&mut self) -> Result<String, PatternError> {
        const UNMATCHED: &str = "Unmatched [, [^, [:, [., or [=";
        let mut class = String::from("[");
        if self.peek() == Some('^') {
            self.at += 1;
            class.push('^');
        }
        let mut first = true;
        loop {
            let Some(next) = self.peek() else {
                return wrong(UNMATCHED);
            };
            self.at += 1;
            if next == ']' && !first {
                break;
            }
            first = false;
            if next == '[' && self.peek() == Some(':') {
                self.at += 1;
                let Some(name) = self.until(':') else {
                    return wrong(UNMATCHED);
                };
                let Some(set) = class_of(&name) else {
                    return wrong("Invalid character class name");
                };
                class.push_str(set);
                continue;
            }
            let from = self.bracket_character(next, UNMATCHED)?;
            let is_range =
                self.peek() == Some('-') && self.peek_after().is_some_and(|after| after != ']');
            if is_range {
                self.at += 1;
                let Some(next) = self.peek() else {
                    return wrong(UNMATCHED);
                };
                self.at += 1;
                let to = self.bracket_character(next, UNMATCHED)?;
                if to < from {
                    return wrong("Invalid range end");
                }
                push_in_class(&mut class, from);
                class.push('-');
                push_in_class(&mut class, to);
            } else {
                push_in_class(&mut class, from);
            }
        }
        class.push(']');
        Ok(class)
    }

    /// One character of a bracket expression, which may be written as `[.x.]`, `[=x=]` or, in
    /// `awk`, with a backslash.
    fn bracket_character(&mut self, next: char, unmatched: &str) -> Result<char, PatternError> {
        if next == '[' && matches!(self.peek(), Some('.' | '=')) {
            let mark = self.peek().unwrap_or('.');
            self.at += 1;
            let Some(name) = self.until(mark) else {
                return wrong(unmatched);
            };
            let mut characters = name.chars();
            return match (characters.next(), characters.next()) {
                (Some(one), None) => Ok(one),
                _ => wrong("Invalid collation character"),
            };
        }
        if next == '\\' {
            let escaped = match self.peek() {
                Some('n') => Some('\n'),
                Some('t') => Some('\t'),
                Some(other @ ('\\' | ']' | '/' | '"' | '[' | '-' | '^')) if self.awk => Some(other),
                Some(_) | None => None,
            };
            // In POSIX a backslash is itself here; `\n` and `\t` are sed's and awk's.
            if let Some(character) = escaped {
                self.at += 1;
                return Ok(character);
            }
        }
        Ok(next)
    }

    /// The text up to a mark and a bracket, which are passed.
    fn until(&mut self, mark: char) -> Option<String> {
        let mut name = String::new();
        loop {
            let next = self.peek()?;
            if next == mark && self.peek_after() == Some(']') {
                self.at += 2;
                return Some(name);
            }
            name.push(next);
            self.at += 1;
        }
    }
}

fn push_in_class(class: &mut String, character: char) {
    if character.is_ascii_punctuation() {
        class.push('\\');
    }
    class.push(character);
}

/// A named class in the crate's words.
fn class_of(name: &str) -> Option<&'static str> {
    Some(match name {
        "alpha" => r"\p{Alphabetic}",
        "digit" => "0-9",
        "alnum" => r"\p{Alphabetic}0-9",
        "upper" => r"\p{Uppercase}",
        "lower" => r"\p{Lowercase}",
        "space" => r"\s",
        "blank" => r" \t",
        "punct" => r"\p{P}\p{S}",
        "print" => r"\P{C}",
        "graph" => r"\p{L}\p{M}\p{N}\p{P}\p{S}",
        "cntrl" => r"\p{Cc}",
        "xdigit" => "0-9A-Fa-f",
        _ => return None,
    })
}

impl PatternError {
    /// The stop for it, after a complaint by the caller where the pattern is wrong.
    pub(super) fn stop(self, complain: impl FnOnce(&str) -> Stop) -> Stop {
        match self {
            Self::Wrong(text) => complain(&text),
            Self::NotModeled(text) => Stop::NotModeled(text),
        }
    }
}
