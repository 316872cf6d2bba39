//! The parser's errors in our words, at our places.

use brush_parser::{ParseError, SourcePosition, Token, TokenizerError};

use crate::shell::ast::Span;
use crate::shell::error::SyntaxError;

use super::{Reader, fault, suggest};

/// The first word before `end` that closes or goes on with what was never begun.
fn stray(tokens: &[Token], end: usize) -> Option<&Token> {
    let mut open: Vec<&str> = Vec::new();
    let mut begins = true;
    for token in tokens {
        if token.location().start.index > end {
            return None;
        }
        let text = token.to_str();
        if begins {
            match text {
                "if" => open.push("fi"),
                "while" | "until" | "for" => open.push("done"),
                "case" => open.push("esac"),
                "{" => open.push("}"),
                "fi" | "done" | "}" | "esac" | "then" | "do" | "else" | "elif" => {
                    let closes = matches!(text, "fi" | "done" | "}" | "esac");
                    match open.last() {
                        None => return Some(token),
                        Some(closer) if closes && *closer != text => return None,
                        Some(_) if closes => {
                            open.pop();
                        }
                        Some(_) => {}
                    }
                }
                _ => {}
            }
        }
        begins = match token {
            Token::Operator(..) => true,
            Token::Word(..) => matches!(
                text,
                "then" | "do" | "else" | "elif" | "if" | "while" | "until" | "{" | "!"
            ),
        };
    }
    None
}

impl Reader<'_> {
    pub(super) fn tokenizer_fault(&self, error: &TokenizerError) -> SyntaxError {
        let end = self.origin.span(self.text.len(), self.text.len());
        match error {
            TokenizerError::UnterminatedSingleQuote(at)
            | TokenizerError::UnterminatedAnsiCQuote(at) => {
                fault(self.at(at), "the quote `'` is never closed")
            }
            TokenizerError::UnterminatedDoubleQuote(at) => {
                fault(self.at(at), "the quote `\"` is never closed")
            }
            TokenizerError::UnterminatedBackquote(at) => {
                fault(self.at(at), "the backtick is never closed")
            }
            TokenizerError::UnterminatedExtendedGlob(at) => {
                fault(self.at(at), "the pattern's bracket is never closed")
            }
            TokenizerError::UnterminatedEscapeSequence => {
                fault(end, "the script ends after a backslash")
            }
            TokenizerError::UnterminatedVariable => self.opener("${", "`${` is never closed"),
            TokenizerError::UnterminatedCommandSubstitution
            | TokenizerError::UnterminatedExpansion => self.opener("$(", "`$(` is never closed"),
            TokenizerError::UnterminatedHereDocuments(..) => self.open_here_document(),
            TokenizerError::MissingHereTagForDocumentBody | TokenizerError::MissingHereTag(_) => {
                self.opener("<<", "the here-document has no end word")
            }
            TokenizerError::FailedDecoding | TokenizerError::ReadError(_) => {
                fault(end, "the script is no text")
            }
        }
    }

    fn open_here_document(&self) -> SyntaxError {
        let start = self.text.rfind("<<").unwrap_or(0);
        let tag: String = self.text[start..]
            .trim_start_matches(['<', '-', ' ', '\t'])
            .chars()
            .take_while(|character| !character.is_whitespace())
            .collect();
        let message = format!("the here-document is never ended by a line `{tag}`");
        fault(self.origin.span(start, start + 2), message)
    }

    fn opener(&self, opener: &str, message: &str) -> SyntaxError {
        let start = self.text.rfind(opener).unwrap_or(self.text.len());
        let end = (start + opener.len()).min(self.text.len());
        fault(self.origin.span(start, end), message)
    }

    fn at(&self, position: &SourcePosition) -> Span {
        let start = self.byte(position.index);
        self.origin.span(start, self.byte(position.index + 1))
    }

    pub(super) fn parser_fault(&self, error: &ParseError, tokens: &[Token]) -> SyntaxError {
        let end = match error {
            ParseError::ParsingNear(position) => position.index,
            ParseError::ParsingAtEndOfInput | ParseError::Tokenizing { .. } => usize::MAX,
        };
        if let Some(token) = stray(tokens, end) {
            return self.unexpected(token);
        }
        match error {
            ParseError::ParsingNear(position) => {
                let here = |token: &Token| token.location().start.index == position.index;
                match tokens.iter().position(here) {
                    None => fault(self.at(position), "this can't be read"),
                    Some(0) => self.unexpected(&tokens[0]),
                    Some(index) if tokens[index - 1].to_str() == "select" => {
                        self.unexpected(&tokens[index - 1])
                    }
                    Some(index) => self.unexpected(&tokens[index]),
                }
            }
            ParseError::ParsingAtEndOfInput => self.unclosed(tokens),
            ParseError::Tokenizing { inner, .. } => self.tokenizer_fault(inner),
        }
    }

    fn unexpected(&self, token: &Token) -> SyntaxError {
        let span = self.place(Some(token.location()));
        match token.to_str() {
            "\n" => fault(span, "unexpected end of the line"),
            "select" => fault(span, "`select` is not covered"),
            "&" => fault(span, "background jobs (`&`) are not covered"),
            // The parser takes the `)` after a pattern for the end of `$(`.
            ";;" => suggest(
                span,
                "unexpected `;;`",
                "inside `$(…)`, write `case … in (pattern) …`",
            ),
            text => fault(span, format!("unexpected `{text}`")),
        }
    }

    /// Names what the end of the script leaves open.
    fn unclosed(&self, tokens: &[Token]) -> SyntaxError {
        let mut open: Vec<(&str, &str, &Token)> = Vec::new();
        for token in tokens {
            match token.to_str() {
                "if" => open.push(("if", "fi", token)),
                "while" => open.push(("while", "done", token)),
                "until" => open.push(("until", "done", token)),
                "for" => open.push(("for", "done", token)),
                "case" => open.push(("case", "esac", token)),
                "{" => open.push(("{", "}", token)),
                "(" => open.push(("(", ")", token)),
                "[[" => open.push(("[[", "]]", token)),
                text => {
                    if open.last().is_some_and(|(_, closer, _)| *closer == text) {
                        open.pop();
                    }
                }
            }
        }
        if let Some((opener, closer, token)) = open.last() {
            let message = format!("`{opener}` is never closed by `{closer}`");
            return fault(self.place(Some(token.location())), message);
        }
        let end = self.text.len();
        let message = "the script ends where a command is missing";
        fault(self.origin.span(end, end), message)
    }
}
