//! Programs of `awk`: text to tokens.

use super::super::decimal::Decimal;

/// Why there is no program.
#[derive(Debug)]
pub(super) enum Fault {
    /// It is wrong, at this line, near this text.
    Wrong { line: usize, near: String },
    /// It has what is not modeled.
    NotModeled(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Number(Decimal),
    Text(String),
    Regex(String),
    Name(String),
    /// A word of the language or a function.
    Word(String),
    Sign(&'static str),
    Newline,
    End,
}

/// A token and its line.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) line: usize,
}

const WORDS: [&str; 37] = [
    "BEGIN", "END", "break", "continue", "delete", "do", "else", "exit", "for", "func", "function",
    "getline", "if", "in", "next", "nextfile", "print", "printf", "return", "while", "atan2",
    "close", "cos", "exp", "fflush", "gsub", "index", "int", "length", "log", "match", "sin",
    "split", "sprintf", "sqrt", "sub", "substr",
];
const MORE_WORDS: [&str; 8] = [
    "system", "tolower", "toupper", "rand", "srand", "strftime", "systime", "gensub",
];

const SIGNS: [&str; 45] = [
    "**=", "+=", "-=", "*=", "/=", "%=", "^=", "==", "<=", ">=", "!=", "!~", "++", "--", "&&",
    "||", ">>", "**", "{", "}", "(", ")", "[", "]", ";", ",", "+", "-", "*", "/", "%", "^", "!",
    "<", ">", "|", "?", ":", "~", "$", "=", "&", "@", "#", "\\",
];

/// Takes a program apart.
pub(super) fn lex(text: &str) -> Result<Vec<Placed>, Fault> {
    let mut tokens: Vec<Placed> = Vec::new();
    let mut rest = text;
    let mut line = 1;
    while let Some(next) = rest.chars().next() {
        let push = |tokens: &mut Vec<Placed>, token| tokens.push(Placed { token, line });
        if next == '\n' {
            push(&mut tokens, Token::Newline);
            line += 1;
            rest = &rest[1..];
        } else if next.is_whitespace() {
            rest = &rest[next.len_utf8()..];
        } else if let Some(behind) = rest.strip_prefix("\\\n") {
            line += 1;
            rest = behind;
        } else if next == '#' {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
        } else if next == '"' {
            let (text, behind) = quoted(rest, '"').ok_or_else(|| Fault::Wrong {
                line,
                near: "runaway string".to_owned(),
            })?;
            push(
                &mut tokens,
                Token::Text(super::unescape(text, false).0.replace("\\/", "/")),
            );
            rest = behind;
        } else if next == '/' && !ends_operand(tokens.last().map(|placed| &placed.token)) {
            let (text, behind) = quoted(rest, '/').ok_or_else(|| Fault::Wrong {
                line,
                near: "regular expression".to_owned(),
            })?;
            push(&mut tokens, Token::Regex(text.replace("\\/", "/")));
            rest = behind;
        } else if next.is_ascii_digit() || next == '.' {
            let Some((number, length)) = Decimal::read(rest) else {
                return Err(Fault::Wrong {
                    line,
                    near: next.to_string(),
                });
            };
            push(&mut tokens, Token::Number(number));
            rest = &rest[length..];
        } else if next.is_ascii_alphabetic() || next == '_' {
            let end = rest
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            let (name, behind) = rest.split_at(end);
            push(&mut tokens, word(name));
            rest = behind;
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            push(&mut tokens, Token::Sign(sign));
            rest = &rest[sign.len()..];
        } else {
            return Err(Fault::Wrong {
                line,
                near: next.to_string(),
            });
        }
    }
    tokens.push(Placed {
        token: Token::End,
        line,
    });
    Ok(tokens)
}

fn word(name: &str) -> Token {
    let is_word = WORDS.contains(&name) || MORE_WORDS.contains(&name);
    let name = name.to_owned();
    if is_word {
        Token::Word(name)
    } else {
        Token::Name(name)
    }
}

/// Whether a `/` after this token divides.
fn ends_operand(token: Option<&Token>) -> bool {
    match token {
        Some(Token::Number(_) | Token::Text(_) | Token::Name(_)) => true,
        Some(Token::Word(word)) => word == "length",
        Some(Token::Sign(sign)) => matches!(*sign, ")" | "]" | "$" | "++" | "--"),
        Some(Token::Regex(_) | Token::Newline | Token::End) | None => false,
    }
}

/// The text between two quotes, and what is behind them.
fn quoted(text: &str, quote: char) -> Option<(&str, &str)> {
    let mut escaped = false;
    for (at, next) in text.char_indices().skip(1) {
        match next {
            '\n' if !escaped => return None,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if next == quote => return Some((text.get(1..at)?, text.get(at + 1..)?)),
            _ => {}
        }
    }
    None
}
