//! Shell patterns (`*`, `?`, `[abc]`), matched without backtracking: time grows with the text's
//! length times the pattern's.

/// Which occurrences `${x/pattern/word}` replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// `/`: the first.
    First,
    /// `//`: every one.
    Every,
    /// `/#`: one at the start.
    Start,
    /// `/%`: one at the end.
    End,
}

/// A pattern, taken apart.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone)]
enum Piece {
    /// `*`.
    Any,
    /// `?`.
    One,
    /// A character.
    Exactly(char),
    /// `[…]`.
    Class { negated: bool, members: Vec<Member> },
}

#[derive(Debug, Clone)]
enum Member {
    Range(char, char),
    Named(fn(char) -> bool),
}

/// The text as a pattern that matches just it.
pub(crate) fn escape(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '*' | '?' | '[' | ']' | '\\' | '-' | '!' | '^') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

/// Whether anything in the text is not just itself; `\` protects what follows it.
pub(crate) fn is_pattern(text: &str) -> bool {
    let mut escaped = false;
    for character in text.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '*' | '?' | '[' => return true,
            _ => {}
        }
    }
    false
}

/// The text without the backslashes of [`escape`].
pub(crate) fn unescape(pattern: &str) -> String {
    let mut text = String::with_capacity(pattern.len());
    let mut escaped = false;
    for character in pattern.chars() {
        if character == '\\' && !escaped {
            escaped = true;
        } else {
            escaped = false;
            text.push(character);
        }
    }
    text
}

impl Pattern {
    pub(crate) fn new(text: &str) -> Self {
        let characters: Vec<char> = text.chars().collect();
        let mut pieces = Vec::new();
        let mut at = 0;
        while let Some(character) = characters.get(at) {
            at += 1;
            pieces.push(match character {
                '*' => Piece::Any,
                '?' => Piece::One,
                '\\' => {
                    let next = characters.get(at).copied().unwrap_or('\\');
                    at += 1;
                    Piece::Exactly(next)
                }
                '[' => match class(&characters[at..]) {
                    Some((piece, length)) => {
                        at += length;
                        piece
                    }
                    None => Piece::Exactly('['),
                },
                other => Piece::Exactly(*other),
            });
        }
        pieces.dedup_by(|next, piece| next.is_any() && piece.is_any());
        Self { pieces }
    }

    /// Whether the pattern begins with a dot: only then do names that do match.
    pub(crate) fn takes_hidden(&self) -> bool {
        matches!(self.pieces.first(), Some(Piece::Exactly('.')))
    }

    /// Whether the whole text matches.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let characters: Vec<char> = text.chars().collect();
        self.ends(&characters).last() == Some(&characters.len())
    }

    /// The lengths of all prefixes that match, shortest first (characters).
    fn ends(&self, text: &[char]) -> Vec<usize> {
        let mut states = vec![false; self.pieces.len() + 1];
        let mut ends = Vec::new();
        if let Some(first) = states.first_mut() {
            *first = true;
        }
        self.skip(&mut states);
        for (index, character) in text.iter().enumerate() {
            if states.last() == Some(&true) {
                ends.push(index);
            }
            let mut next = vec![false; states.len()];
            for (state, piece) in self.pieces.iter().enumerate() {
                if states.get(state) != Some(&true) {
                    continue;
                }
                let target = if piece.is_any() {
                    Some(state)
                } else {
                    piece.takes(*character).then_some(state + 1)
                };
                if let Some(slot) = target.and_then(|target| next.get_mut(target)) {
                    *slot = true;
                }
            }
            states = next;
            self.skip(&mut states);
            if !states.contains(&true) {
                return ends;
            }
        }
        if states.last() == Some(&true) {
            ends.push(text.len());
        }
        ends
    }

    /// A `*` may match nothing.
    fn skip(&self, states: &mut [bool]) {
        for (state, piece) in self.pieces.iter().enumerate() {
            if states.get(state) == Some(&true)
                && piece.is_any()
                && let Some(next) = states.get_mut(state + 1)
            {
                *next = true;
            }
        }
    }

    fn reversed(&self) -> Self {
        Self {
            pieces: self.pieces.iter().rev().cloned().collect(),
        }
    }

    /// The text without the prefix that matches.
    pub(crate) fn without_prefix(&self, text: &str, longest: bool) -> String {
        let characters: Vec<char> = text.chars().collect();
        let ends = self.ends(&characters);
        let end = if longest { ends.last() } else { ends.first() };
        characters.iter().skip(end.copied().unwrap_or(0)).collect()
    }

    /// The text without the suffix that matches.
    pub(crate) fn without_suffix(&self, text: &str, longest: bool) -> String {
        let characters: Vec<char> = text.chars().rev().collect();
        let ends = self.reversed().ends(&characters);
        let end = if longest { ends.last() } else { ends.first() };
        let kept: Vec<char> = characters
            .into_iter()
            .skip(end.copied().unwrap_or(0))
            .collect();
        kept.into_iter().rev().collect()
    }

    /// How much work [`Pattern::replace`] is at most (characters looked at).
    pub(crate) fn replace_work(&self, text: &str) -> usize {
        let length = text.chars().count();
        let reach = if self.pieces.iter().any(Piece::is_any) {
            length
        } else {
            self.pieces.len()
        };
        length
            .saturating_mul(reach)
            .saturating_mul(self.pieces.len())
    }

    /// The text with matches replaced; each match is the longest at its place.
    pub(crate) fn replace(&self, text: &str, replacement: &str, place: Place) -> String {
        let characters: Vec<char> = text.chars().collect();
        if self.pieces.is_empty() && matches!(place, Place::First | Place::Every) {
            return text.to_owned();
        }
        let mut result = String::with_capacity(text.len());
        let mut at = 0;
        let mut open = true;
        while at <= characters.len() {
            let here = open && (place != Place::Start || at == 0);
            let rest = characters.get(at..).unwrap_or(&[]);
            let end = if here {
                self.longest(rest, place)
            } else {
                None
            };
            match end {
                Some(length) if length > 0 || matches!(place, Place::Start | Place::End) => {
                    result.push_str(replacement);
                    at += length;
                    open = place == Place::Every;
                    if length > 0 {
                        continue;
                    }
                }
                Some(_) | None => {}
            }
            if let Some(character) = characters.get(at) {
                result.push(*character);
            }
            at += 1;
        }
        result
    }

    fn longest(&self, rest: &[char], place: Place) -> Option<usize> {
        let ends = self.ends(rest);
        match place {
            Place::End => ends.contains(&rest.len()).then_some(rest.len()),
            Place::First | Place::Every | Place::Start => ends.last().copied(),
        }
    }
}

impl Piece {
    fn is_any(&self) -> bool {
        matches!(self, Self::Any)
    }

    fn takes(&self, character: char) -> bool {
        match self {
            Self::Any | Self::One => true,
            Self::Exactly(expected) => *expected == character,
            Self::Class { negated, members } => {
                let found = members.iter().any(|member| match member {
                    Member::Range(first, last) => (*first..=*last).contains(&character),
                    Member::Named(test) => test(character),
                });
                found != *negated
            }
        }
    }
}

/// The class that begins after a `[`, and how long it is.
fn class(text: &[char]) -> Option<(Piece, usize)> {
    let mut at = 0;
    let negated = matches!(text.first(), Some('!' | '^'));
    at += usize::from(negated);
    let mut members = Vec::new();
    loop {
        let mut character = *text.get(at)?;
        if character == ']' && !members.is_empty() {
            return Some((Piece::Class { negated, members }, at + 1));
        }
        if character == '[' && text.get(at + 1) == Some(&':') {
            let close = text[at..].windows(2).position(|two| two == [':', ']'])?;
            let name: String = text.get(at + 2..at + close)?.iter().collect();
            members.push(Member::Named(named(&name)?));
            at += close + 2;
            continue;
        }
        if character == '\\' {
            at += 1;
            character = *text.get(at)?;
        }
        at += 1;
        let last = match (text.get(at), text.get(at + 1)) {
            (Some('-'), Some('\\')) => {
                at += 3;
                *text.get(at - 1)?
            }
            (Some('-'), Some(last)) if *last != ']' => {
                at += 2;
                *last
            }
            (_, _) => character,
        };
        members.push(Member::Range(character, last));
    }
}

fn named(name: &str) -> Option<fn(char) -> bool> {
    Some(match name {
        "alpha" => |c| c.is_ascii_alphabetic(),
        "digit" => |c| c.is_ascii_digit(),
        "alnum" => |c| c.is_ascii_alphanumeric(),
        "upper" => |c| c.is_ascii_uppercase(),
        "lower" => |c| c.is_ascii_lowercase(),
        "space" => |c| c.is_ascii_whitespace(),
        "blank" => |c| matches!(c, ' ' | '\t'),
        "punct" => |c| c.is_ascii_punctuation(),
        "xdigit" => |c| c.is_ascii_hexdigit(),
        _ => return None,
    })
}
