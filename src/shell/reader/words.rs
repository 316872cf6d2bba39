//! Words and their parts.

use std::sync::Arc;

use brush_parser::ast;
use brush_parser::word::{
    self, BraceExpressionMember, BraceExpressionOrText, WordPiece, WordPieceWithSource,
};

use crate::shell::ast::{List, Part, Span, Substitution, Word};
use crate::shell::bounds;
use crate::shell::error::SyntaxError;
use crate::shell::{arithmetic, format};

use super::{Origin, Reader, fault, options};

mod parameters;

/// Where a word stands: what of it is expanded beside the usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A redirection's target, a pattern, a `case` subject: a tilde at the start.
    Text,
    /// The value of an assignment: tildes at the start and after colons.
    Assignment,
    /// `NAME=value` after `export` and the like: the same after the `=`.
    Declaration,
}

impl Reader<'_> {
    /// Words that become arguments: braces are expanded.
    pub(super) fn fields(&self, words: &[ast::Word]) -> Result<Vec<Word>, SyntaxError> {
        let mut fields = Vec::new();
        for word in words {
            fields.extend(self.word_fields(word)?);
        }
        Ok(fields)
    }

    pub(super) fn word_fields(&self, word: &ast::Word) -> Result<Vec<Word>, SyntaxError> {
        self.words_of(word, Place::Text)
    }

    pub(super) fn words_of(
        &self,
        word: &ast::Word,
        place: Place,
    ) -> Result<Vec<Word>, SyntaxError> {
        let span = self.place(word.loc.as_ref());
        let value = self.as_written(&word.value, span)?;
        let braces = value.contains('{') && (value.contains(',') || value.contains(".."));
        if !braces {
            return Ok(vec![self.word_text(&value, span, place)?]);
        }
        let texts = expand_braces(&value).map_err(|message| fault(span, message))?;
        if let [text] = texts.as_slice() {
            return Ok(vec![self.word_text(text, span, place)?]);
        }
        // What braces made is nowhere in the source as it stands.
        let reader = Reader::new("", Origin::Within(span), self.level);
        texts
            .iter()
            .map(|text| reader.word_text(text, span, place))
            .collect()
    }

    pub(super) fn word(&self, word: &ast::Word, place: Place) -> Result<Word, SyntaxError> {
        let span = self.place(word.loc.as_ref());
        self.word_text(&self.as_written(&word.value, span)?, span, place)
    }

    /// The word as the source has it: the parser makes one blank of several in `${…}`.
    pub(super) fn as_written(&self, value: &str, span: Span) -> Result<String, SyntaxError> {
        if !value.contains("${") {
            return Ok(value.to_owned());
        }
        let bare = |text: &str| text.replace([' ', '\t'], "");
        let base = match self.origin {
            Origin::At(base) => base,
            Origin::Within(_) => usize::MAX,
        };
        let here = span.start.checked_sub(base).zip(span.end.checked_sub(base));
        let source = here.and_then(|(start, end)| self.text.get(start..end));
        let source = source.map(|source| source.replace("\\\n", ""));
        match source {
            Some(source) if bare(&source) == bare(value) => Ok(source),
            Some(_) | None if loses_blanks(value) => Err(fault(
                span,
                "`${…}` with a word after it is not covered in this place",
            )),
            Some(_) | None => Ok(value.to_owned()),
        }
    }

    /// A word whose place may be unknown: it is somewhere inside `span`.
    pub(super) fn word_within(
        &self,
        word: &ast::Word,
        span: Span,
        place: Place,
    ) -> Result<Word, SyntaxError> {
        match word.loc {
            Some(_) => self.word(word, place),
            None => self.word_text(&word.value, span, place),
        }
    }

    /// The origin of a text that the parser says is at `span`: exact only if it is there.
    pub(super) fn exact(&self, text: &str, span: Span) -> Origin {
        let Origin::At(base) = self.origin else {
            return Origin::Within(span);
        };
        let here = span.start.checked_sub(base).zip(span.end.checked_sub(base));
        match here.and_then(|(start, end)| self.text.get(start..end)) {
            Some(found) if found == text => Origin::At(span.start),
            Some(_) | None => Origin::Within(span),
        }
    }

    pub(super) fn word_text(
        &self,
        text: &str,
        span: Span,
        place: Place,
    ) -> Result<Word, SyntaxError> {
        bounds::check_word(text).map_err(|message| fault(span, message))?;
        let pieces = word::parse(text, &options())
            .map_err(|_| fault(span, format!("`{text}` can't be read")))?;
        let origin = self.exact(text, span);
        let mut parts = Vec::new();
        self.pieces(&pieces, origin, false, &mut parts)?;
        let parts = tildes(parts, place).map_err(|message| fault(span, message))?;
        Ok(Word {
            parts: parts.into(),
            span,
        })
    }

    /// Text in which only `$`, backticks and backslashes mean something: a here-document, an
    /// arithmetic expression, a default inside double quotes.
    pub(super) fn quoted_text(&self, text: &str, span: Span) -> Result<Word, SyntaxError> {
        bounds::check_word(text).map_err(|message| fault(span, message))?;
        let pieces = word::parse_heredoc(text, &options())
            .map_err(|_| fault(span, format!("`{text}` can't be read")))?;
        let mut parts = Vec::new();
        self.pieces(&pieces, self.exact(text, span), true, &mut parts)?;
        Ok(Word {
            parts: parts.into(),
            span,
        })
    }

    pub(super) fn here_document(
        &self,
        document: &ast::IoHereDocument,
        span: Span,
    ) -> Result<Word, SyntaxError> {
        let text = document.doc.value.as_str();
        if document.requires_expansion {
            return self.quoted_text(&text.replace("\\\n", ""), span);
        }
        Ok(Word {
            parts: Arc::from([Part::Quoted(Arc::from(text))]),
            span,
        })
    }

    pub(super) fn arithmetic(&self, text: &str, span: Span) -> Result<Word, SyntaxError> {
        if text.len() > bounds::ARITHMETIC_BYTES_MAX {
            let message = format!(
                "an expression of more than {} bytes",
                bounds::ARITHMETIC_BYTES_MAX
            );
            return Err(fault(span, message));
        }
        let word = self.quoted_text(&without_quotes(text), span)?;
        let sample: String = word
            .parts
            .iter()
            .map(|part| match part {
                Part::Literal(text) | Part::Quoted(text) => text.as_ref(),
                Part::Home
                | Part::Parameter { .. }
                | Part::Substitution(_)
                | Part::Arithmetic { .. } => "1",
            })
            .collect();
        arithmetic::check(&sample).map_err(|message| fault(span, message))?;
        Ok(word)
    }

    fn output(&self, text: &str, origin: Origin, quoted: bool) -> Result<Part, SyntaxError> {
        let list: List = Reader::new(text, origin, self.level + 1).statements()?;
        Ok(Part::Substitution(Substitution::Output { list, quoted }))
    }

    fn pieces(
        &self,
        pieces: &[WordPieceWithSource],
        origin: Origin,
        quoted: bool,
        parts: &mut Vec<Part>,
    ) -> Result<(), SyntaxError> {
        for piece in pieces {
            let span = origin.span(piece.start_index, piece.end_index);
            self.piece(&piece.piece, span, origin, quoted, parts)?;
        }
        Ok(())
    }

    fn piece(
        &self,
        piece: &WordPiece,
        span: Span,
        origin: Origin,
        quoted: bool,
        parts: &mut Vec<Part>,
    ) -> Result<(), SyntaxError> {
        let part = match piece {
            WordPiece::Text(text) if quoted => Part::Quoted(Arc::from(text.as_str())),
            WordPiece::Text(text) => Part::Literal(Arc::from(text.as_str())),
            WordPiece::SingleQuotedText(text) => Part::Quoted(Arc::from(text.as_str())),
            WordPiece::AnsiCQuotedText(text) => {
                Part::Quoted(Arc::from(format::unescape_ansi(text)))
            }
            WordPiece::EscapeSequence(text) => {
                Part::Quoted(Arc::from(text.strip_prefix('\\').unwrap_or(text)))
            }
            WordPiece::DoubleQuotedSequence(pieces)
            | WordPiece::GettextDoubleQuotedSequence(pieces) => {
                if pieces.is_empty() {
                    parts.push(Part::Quoted(Arc::from("")));
                }
                return self.pieces(pieces, origin, true, parts);
            }
            // Never made: the option is off.
            WordPiece::TildeExpansion(_) => return Err(fault(span, "`~` can't be read here")),
            WordPiece::ParameterExpansion(expression) => {
                self.parameter_expansion(expression, span, quoted)?
            }
            WordPiece::CommandSubstitution(text) => {
                let inside = match origin {
                    Origin::At(_) => Origin::At(span.start + 2),
                    Origin::Within(span) => Origin::Within(span),
                };
                self.output(text, inside, quoted)?
            }
            WordPiece::BackquotedCommandSubstitution(text) => {
                let text = unescape_backticks(text, quoted);
                self.output(&text, Origin::Within(span), quoted)?
            }
            WordPiece::ArithmeticExpression(expression) => Part::Arithmetic {
                expression: self.arithmetic(&expression.value, span)?,
                quoted,
            },
        };
        parts.push(part);
        Ok(())
    }
}

/// Whether blanks may have been lost in a `${…}` of the word.
fn loses_blanks(value: &str) -> bool {
    value.split("${").skip(1).any(|rest| {
        let inside = rest.split('}').next().unwrap_or(rest);
        inside.contains([' ', '\t'])
    })
}

/// What backslashes mean between backticks, beside those before backticks.
fn unescape_backticks(text: &str, quoted: bool) -> String {
    let mut command = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let escapes = |next: char| matches!(next, '$' | '\\') || (quoted && next == '"');
        match (character, characters.peek().copied()) {
            ('\\', Some(next)) if escapes(next) => {
                command.push(next);
                characters.next();
            }
            (character, _) => command.push(character),
        }
    }
    command
}

/// Finds the tildes of a word.
fn tildes(parts: Vec<Part>, place: Place) -> Result<Vec<Part>, String> {
    let mut found = Vec::with_capacity(parts.len());
    let whole = parts.len();
    for (index, part) in parts.into_iter().enumerate() {
        let Part::Literal(text) = &part else {
            found.push(part);
            continue;
        };
        let last = index + 1 == whole;
        let (before, value) = match (place, text.split_once('=')) {
            (Place::Declaration, Some((name, value))) if index == 0 => (format!("{name}="), value),
            (Place::Declaration | Place::Assignment | Place::Text, _) => {
                (String::new(), text.as_ref())
            }
        };
        let starts = index == 0;
        if !before.is_empty() {
            found.push(Part::Literal(Arc::from(before)));
        }
        match place {
            Place::Text => tilde(value, starts, last, &mut found)?,
            Place::Assignment | Place::Declaration => {
                for (number, section) in value.split(':').enumerate() {
                    if number > 0 {
                        found.push(Part::Literal(Arc::from(":")));
                    }
                    tilde(
                        section,
                        starts || number > 0,
                        last || value.len() > section.len(),
                        &mut found,
                    )?;
                }
            }
        }
    }
    Ok(found)
}

/// A text that may begin with a tilde; `last` says that nothing but text follows it.
fn tilde(text: &str, starts: bool, last: bool, parts: &mut Vec<Part>) -> Result<(), String> {
    let rest = match text.strip_prefix('~') {
        Some(rest) if starts && (rest.starts_with('/') || (rest.is_empty() && last)) => {
            parts.push(Part::Home);
            rest
        }
        Some(rest)
            if starts
                && last
                && rest
                    .starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-')) =>
        {
            return Err(format!(
                "`~{rest}` is not covered: `~` is the operator's own home"
            ));
        }
        Some(_) | None => text,
    };
    if !rest.is_empty() {
        parts.push(Part::Literal(Arc::from(rest)));
    }
    Ok(())
}

/// The words that the braces of a word come to.
fn expand_braces(text: &str) -> Result<Vec<String>, String> {
    let mut digits = 0;
    for character in text.chars() {
        digits = if character.is_ascii_digit() {
            digits + 1
        } else {
            0
        };
        let padded = |start: &str| {
            text.split(start).skip(1).any(|after| {
                let digits: String = after
                    .trim_start_matches('-')
                    .chars()
                    .take_while(char::is_ascii_digit)
                    .collect();
                digits.len() > 1 && digits.starts_with('0')
            })
        };
        if text.contains("..") && (padded("{") || padded("..")) {
            return Err("numbers with leading zeros in braces are not covered".to_owned());
        }
        if digits > 9 && text.contains("..") {
            return Err("a number of more than nine digits in braces".to_owned());
        }
    }
    bounds::check_word(text)?;
    if text.matches('{').count() > 2 * bounds::WORD_NESTING_MAX {
        return Err(format!(
            "more than {} pairs of braces in one word",
            2 * bounds::WORD_NESTING_MAX
        ));
    }
    match word::parse_brace_expansions(text, &options()) {
        Ok(Some(pieces)) => product(&pieces),
        Ok(None) | Err(_) => Ok(vec![text.to_owned()]),
    }
}

fn product(pieces: &[BraceExpressionOrText]) -> Result<Vec<String>, String> {
    let mut words = vec![String::new()];
    for piece in pieces {
        let choices = match piece {
            BraceExpressionOrText::Text(text) => vec![text.clone()],
            BraceExpressionOrText::Expr(members) => {
                let mut choices = Vec::new();
                for member in members {
                    choices.extend(choices_of(member)?);
                    limit(choices.len())?;
                }
                choices
            }
        };
        limit(words.len() * choices.len())?;
        words = words
            .iter()
            .flat_map(|word| choices.iter().map(move |choice| format!("{word}{choice}")))
            .collect();
    }
    Ok(words)
}

fn choices_of(member: &BraceExpressionMember) -> Result<Vec<String>, String> {
    match member {
        BraceExpressionMember::Child(pieces) => product(pieces),
        BraceExpressionMember::NumberSequence {
            start,
            end,
            increment,
        } => Ok(sequence(*start, *end, *increment)?
            .iter()
            .map(i64::to_string)
            .collect()),
        BraceExpressionMember::CharSequence {
            start,
            end,
            increment,
        } => {
            let numbers = sequence(
                i64::from(u32::from(*start)),
                i64::from(u32::from(*end)),
                *increment,
            )?;
            let character = |number: &i64| u32::try_from(*number).ok().and_then(char::from_u32);
            Ok(numbers
                .iter()
                .filter_map(character)
                .map(String::from)
                .collect())
        }
    }
}

fn sequence(start: i64, end: i64, increment: i64) -> Result<Vec<i64>, String> {
    let step = increment.abs().max(1);
    let span = end.abs_diff(start) / step.unsigned_abs();
    limit(usize::try_from(span).unwrap_or(usize::MAX))?;
    let step = if end < start { -step } else { step };
    let mut numbers = vec![start];
    while let Some(last) = numbers.last() {
        let next = last + step;
        if (step > 0 && next > end) || (step < 0 && next < end) {
            break;
        }
        numbers.push(next);
    }
    Ok(numbers)
}

fn limit(words: usize) -> Result<(), String> {
    if words > bounds::BRACE_WORDS_MAX {
        return Err(format!(
            "braces that come to more than {} words",
            bounds::BRACE_WORDS_MAX
        ));
    }
    Ok(())
}

/// An expression without its quotes, which mean nothing there; those within `$(…)` do.
fn without_quotes(expression: &str) -> String {
    let mut text = String::with_capacity(expression.len());
    let mut depth = 0_usize;
    let mut before = ' ';
    for letter in expression.chars() {
        match letter {
            '(' if depth > 0 || before == '$' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if letter != '"' || depth > 0 {
            text.push(letter);
        }
        before = letter;
    }
    text
}
