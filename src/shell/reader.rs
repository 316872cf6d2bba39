//! From text to [`Script`]: the parser's tree, turned into ours, with what is not covered refused.

mod commands;
mod conditions;
mod faults;
mod refused;
mod words;

use std::sync::Arc;

use brush_parser::{ParserOptions, SourceSpan, Token, TokenizerOptions, ast};

use crate::shell::ast::{List, Script, Span};
use crate::shell::bounds;
use crate::shell::error::SyntaxError;

/// Reads a script in bash's syntax.
///
/// # Errors
///
/// What is not bash, and what is bash and not covered (background jobs, arrays, `trap`, `eval`
/// and the like): named, at its place. So are scripts that are longer than
/// [`SOURCE_BYTES_MAX`](crate::shell::SOURCE_BYTES_MAX) or nested deeper than
/// [`NESTING_MAX`](crate::shell::NESTING_MAX).
pub fn parse(source: &str) -> Result<Script, SyntaxError> {
    bounds::check_source(source)?;
    let reader = Reader::new(source, Origin::At(0), 0);
    Ok(Script::new(&Arc::from(source), reader.lines()?))
}

/// Where the text that is read comes from.
#[derive(Debug, Clone, Copy)]
enum Origin {
    /// A part of the source that begins at this byte, unchanged.
    At(usize),
    /// Made from what is at this place of the source.
    Within(Span),
}

impl Origin {
    fn span(self, start: usize, end: usize) -> Span {
        match self {
            Self::At(base) => Span {
                start: base + start,
                end: base + end,
            },
            Self::Within(span) => span,
        }
    }
}

/// Reads one text: a script, or what is inside a substitution.
struct Reader<'a> {
    text: &'a str,
    /// The byte offset of each character, and of the end: the parser counts characters.
    bytes: Vec<usize>,
    origin: Origin,
    /// How many substitutions it is inside of.
    level: usize,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, origin: Origin, level: usize) -> Self {
        let mut bytes: Vec<usize> = text.char_indices().map(|(offset, _)| offset).collect();
        bytes.push(text.len());
        Self {
            text,
            bytes,
            origin,
            level,
        }
    }

    /// The top-level lines.
    fn lines(&self) -> Result<Vec<List>, SyntaxError> {
        let program = self.program()?;
        program
            .complete_commands
            .iter()
            .map(|list| self.list(list))
            .collect()
    }

    /// All statements as one list, for a substitution.
    fn statements(&self) -> Result<List, SyntaxError> {
        let lines = self.lines()?;
        match lines.as_slice() {
            [line] => Ok(Arc::clone(line)),
            lines => Ok(lines.iter().flat_map(|line| line.iter().cloned()).collect()),
        }
    }

    fn program(&self) -> Result<ast::Program, SyntaxError> {
        let options = options();
        let tokens = brush_parser::uncached_tokenize_str(self.text, &tokenizer_options())
            .map_err(|error| self.tokenizer_fault(&error))?;
        let tokens = part_brackets(tokens);
        bounds::check_tokens(&tokens, self.level, &|token: &Token| {
            let span = self.place(Some(token.location()));
            (span.start, span.end - span.start)
        })?;
        brush_parser::parse_tokens(&tokens, &options)
            .map_err(|error| self.parser_fault(&error, &tokens))
    }

    /// The place of something in the whole source, without the blanks and line continuations
    /// that the parser counts to its front.
    fn place(&self, location: Option<&SourceSpan>) -> Span {
        let Some(location) = location else {
            return self.origin.span(0, self.text.len());
        };
        let (mut start, end) = self.local(location);
        while let Some(rest) = self.text.get(start..end) {
            match (rest.strip_prefix("\\\n"), rest.chars().next()) {
                (Some(_), _) => start += 2,
                (None, Some(' ' | '\t')) => start += 1,
                (None, _) => break,
            }
        }
        self.origin.span(start, end)
    }

    /// The same in this text (bytes).
    fn local(&self, location: &SourceSpan) -> (usize, usize) {
        let start = self.byte(location.start.index);
        (start, self.byte(location.end.index).max(start))
    }

    fn byte(&self, character: usize) -> usize {
        self.bytes
            .get(character)
            .copied()
            .unwrap_or(self.text.len())
    }
}

/// Puts a line break between `(` and `(` where there are blanks: the parser takes `( (` for `((`.
fn part_brackets(tokens: Vec<Token>) -> Vec<Token> {
    let mut parted: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        if let (Some(Token::Operator(before, at)), Token::Operator(text, here)) =
            (parted.last(), &token)
            && before == "("
            && text == "("
            && at.end.index < here.start.index
        {
            let gap = SourceSpan {
                start: at.end.clone(),
                end: here.start.clone(),
            };
            parted.push(Token::Operator("\n".to_owned(), gap));
        }
        parted.push(token);
    }
    parted
}

/// A fault at a place.
fn fault(span: Span, message: impl Into<String>) -> SyntaxError {
    bounds::fault(span.start, span.end - span.start, message.into())
}

/// The same with what to write instead.
fn suggest(span: Span, message: impl Into<String>, suggestion: &str) -> SyntaxError {
    SyntaxError {
        suggestion: Some(suggestion.to_owned()),
        ..fault(span, message)
    }
}

fn options() -> ParserOptions {
    ParserOptions {
        // The parser panics on `~99999999999999999999`; tildes are found in `words`.
        tilde_expansion_at_word_start: false,
        enable_extended_globbing: false,
        ..ParserOptions::default()
    }
}

fn tokenizer_options() -> TokenizerOptions {
    options().tokenizer_options()
}

/// Why a command of this name is refused.
pub(crate) fn refused_command(name: &str) -> Option<&'static str> {
    refused::command(name).map(|(message, _)| message)
}

pub(crate) use commands::is_name;
