//! Programs of `awk`: tokens to rules.

use super::super::pattern::{Edges, Manner, Pattern, PatternError, Syntax};
use super::lex::{Fault, Placed, Token};
use super::tree::{Expression, Redirect, Rule, Statement, When};

/// How deep a program may be nested.
const DEPTH_MAX: usize = 20;

pub(super) struct Parser {
    pub(super) tokens: Vec<Placed>,
    pub(super) at: usize,
    pub(super) depth: usize,
    /// How many binary operators there were so far.
    pub(super) operators: usize,
    /// Whether `>` compares here; after `print` it does not.
    pub(super) compares: bool,
}

pub(super) type Parsed<T> = Result<T, Fault>;

/// Parses a program.
pub(super) fn parse(tokens: Vec<Placed>) -> Parsed<Vec<Rule>> {
    let mut parser = Parser {
        tokens,
        at: 0,
        depth: 0,
        operators: 0,
        compares: true,
    };
    let mut rules = Vec::new();
    loop {
        parser.skip_separators();
        if *parser.peek() == Token::End {
            return Ok(rules);
        }
        rules.push(parser.rule()?);
    }
}

impl Parser {
    pub(super) fn peek(&self) -> &Token {
        self.tokens
            .get(self.at)
            .map_or(&Token::End, |placed| &placed.token)
    }

    pub(super) fn is(&self, sign: &str) -> bool {
        matches!(self.peek(), Token::Sign(found) if *found == sign)
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Token::Word(found) if found == word)
    }

    pub(super) fn take(&mut self, sign: &str) -> bool {
        let is = self.is(sign);
        self.at += usize::from(is);
        is
    }

    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let is = self.is_word(word);
        self.at += usize::from(is);
        is
    }

    pub(super) fn expect(&mut self, sign: &str) -> Parsed<()> {
        if self.take(sign) {
            Ok(())
        } else {
            self.wrong()
        }
    }

    pub(super) fn wrong<T>(&self) -> Parsed<T> {
        let line = self
            .tokens
            .get(self.at)
            .or(self.tokens.last())
            .map_or(1, |placed| placed.line);
        let near = match self.peek() {
            Token::Number(number) => super::value::number_text(*number),
            Token::Text(text) => format!("\"{text}\""),
            Token::Regex(text) => format!("/{text}/"),
            Token::Name(name) | Token::Word(name) => name.clone(),
            Token::Sign(sign) => (*sign).to_owned(),
            Token::Newline => "end of line".to_owned(),
            Token::End => "end of file".to_owned(),
        };
        Err(Fault::Wrong { line, near })
    }

    pub(super) fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= DEPTH_MAX {
            return Err(Fault::NotModeled(
                "a program that is nested so deep is not modeled".to_owned(),
            ));
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    pub(super) fn skip_newlines(&mut self) {
        while *self.peek() == Token::Newline {
            self.at += 1;
        }
    }

    pub(super) fn skip_separators(&mut self) {
        while *self.peek() == Token::Newline || self.is(";") {
            self.at += 1;
        }
    }

    pub(super) fn rule(&mut self) -> Parsed<Rule> {
        if self.is_word("function") || self.is_word("func") {
            return Err(Fault::NotModeled(
                "a function of one's own is not modeled".to_owned(),
            ));
        }
        let when = if self.take_word("BEGIN") {
            When::Begin
        } else if self.take_word("END") {
            When::End
        } else if self.is("{") {
            When::Always
        } else {
            let first = self.expression()?;
            if self.take(",") {
                self.skip_newlines();
                When::From(first, self.expression()?)
            } else {
                When::If(first)
            }
        };
        let body = if self.is("{") {
            Some(self.block()?)
        } else {
            None
        };
        if body.is_none() && matches!(when, When::Begin | When::End) {
            return self.wrong();
        }
        Ok(Rule { when, body })
    }

    pub(super) fn block(&mut self) -> Parsed<Vec<Statement>> {
        self.expect("{")?;
        let mut statements = Vec::new();
        loop {
            self.skip_separators();
            if self.take("}") {
                return Ok(statements);
            }
            if *self.peek() == Token::End {
                return self.wrong();
            }
            statements.push(self.deeper(Self::statement)?);
        }
    }

    /// What ends a simple statement.
    pub(super) fn end(&mut self) -> Parsed<()> {
        if self.take(";") || self.is("}") {
            return Ok(());
        }
        match self.peek() {
            Token::Newline => {
                self.at += 1;
                Ok(())
            }
            Token::End => Ok(()),
            Token::Number(_)
            | Token::Text(_)
            | Token::Regex(_)
            | Token::Name(_)
            | Token::Word(_)
            | Token::Sign(_) => self.wrong(),
        }
    }

    pub(super) fn body(&mut self) -> Parsed<Box<Statement>> {
        self.skip_newlines();
        if self.take(";") {
            return Ok(Box::new(Statement::Block(Vec::new())));
        }
        self.deeper(Self::statement).map(Box::new)
    }

    pub(super) fn statement(&mut self) -> Parsed<Statement> {
        if self.is("{") {
            return self.block().map(Statement::Block);
        }
        if self.take_word("if") {
            self.expect("(")?;
            let test = self.expression()?;
            self.expect(")")?;
            let then = self.body()?;
            let after = self.at;
            self.skip_separators();
            if self.take_word("else") {
                return Ok(Statement::If(test, then, Some(self.body()?)));
            }
            self.at = after;
            return Ok(Statement::If(test, then, None));
        }
        if self.take_word("while") {
            self.expect("(")?;
            let test = self.expression()?;
            self.expect(")")?;
            return Ok(Statement::While(test, self.body()?));
        }
        if self.take_word("do") {
            let body = self.body()?;
            self.skip_separators();
            if !self.take_word("while") {
                return self.wrong();
            }
            self.expect("(")?;
            let test = self.expression()?;
            self.expect(")")?;
            return Ok(Statement::Do(body, test));
        }
        if self.take_word("for") {
            return self.for_loop();
        }
        let statement = self.simple()?;
        self.end()?;
        Ok(statement)
    }

    pub(super) fn for_loop(&mut self) -> Parsed<Statement> {
        self.expect("(")?;
        let ahead: Vec<Token> = self
            .tokens
            .iter()
            .skip(self.at)
            .take(4)
            .map(|placed| placed.token.clone())
            .collect();
        if let [
            Token::Name(key),
            Token::Word(word),
            Token::Name(array),
            Token::Sign(")"),
        ] = ahead.as_slice()
            && word == "in"
        {
            self.at += 4;
            return Ok(Statement::ForIn(key.clone(), array.clone(), self.body()?));
        }
        let first = if self.is(";") {
            None
        } else {
            Some(Box::new(self.simple()?))
        };
        self.expect(";")?;
        let test = if self.is(";") {
            None
        } else {
            Some(self.expression()?)
        };
        self.expect(";")?;
        let step = if self.is(")") {
            None
        } else {
            Some(Box::new(self.simple()?))
        };
        self.expect(")")?;
        Ok(Statement::For(first, test, step, self.body()?))
    }

    pub(super) fn simple(&mut self) -> Parsed<Statement> {
        let Token::Word(word) = self.peek().clone() else {
            return Ok(Statement::Evaluate(self.expression()?));
        };
        match word.as_str() {
            "print" | "printf" => {
                self.at += 1;
                self.print(word == "printf")
            }
            "next" => {
                self.at += 1;
                Ok(Statement::Next)
            }
            "break" => {
                self.at += 1;
                Ok(Statement::Break)
            }
            "continue" => {
                self.at += 1;
                Ok(Statement::Continue)
            }
            "exit" => {
                self.at += 1;
                let ends = self.is(";")
                    || self.is("}")
                    || matches!(self.peek(), Token::Newline | Token::End);
                Ok(Statement::Exit(if ends {
                    None
                } else {
                    Some(self.expression()?)
                }))
            }
            "delete" => {
                self.at += 1;
                let Token::Name(name) = self.peek().clone() else {
                    return self.wrong();
                };
                self.at += 1;
                if !self.take("[") {
                    return Ok(Statement::Delete(name, None));
                }
                let key = self.list("]")?;
                Ok(Statement::Delete(name, Some(key)))
            }
            "nextfile" | "return" => Err(Fault::NotModeled(format!("'{word}' is not modeled"))),
            _ => Ok(Statement::Evaluate(self.expression()?)),
        }
    }

    pub(super) fn print(&mut self, formatted: bool) -> Parsed<Statement> {
        let start = self.at;
        let mut values = Vec::new();
        // `print (a, b) > file`: the list may be in parentheses of its own.
        if self.take("(") {
            values = self.list(")")?;
            let ends = [";", "}", ">", ">>", "|"].iter().any(|sign| self.is(sign))
                || matches!(self.peek(), Token::Newline | Token::End);
            if !ends {
                self.at = start;
                values = Vec::new();
            }
        }
        if self.at == start {
            self.compares = false;
            let ends = [";", "}", ">", ">>", "|"].iter().any(|sign| self.is(sign))
                || matches!(self.peek(), Token::Newline | Token::End);
            if !ends {
                loop {
                    values.push(self.expression()?);
                    if !self.take(",") {
                        break;
                    }
                    self.skip_newlines();
                }
            }
        }
        self.compares = false;
        let redirect = if self.take(">") {
            Some(Redirect::Replace(self.concatenation()?))
        } else if self.take(">>") {
            Some(Redirect::Append(self.concatenation()?))
        } else if self.is("|") {
            return Err(Fault::NotModeled(
                "a pipe within awk is not modeled".to_owned(),
            ));
        } else {
            None
        };
        self.compares = true;
        if formatted && values.is_empty() {
            return self.wrong();
        }
        Ok(Statement::Print {
            values,
            formatted,
            redirect,
        })
    }

    /// Expressions with commas between them, up to a closing sign; within it `>` compares.
    pub(super) fn list(&mut self, close: &str) -> Parsed<Vec<Expression>> {
        let compares = std::mem::replace(&mut self.compares, true);
        let mut values = Vec::new();
        self.skip_newlines();
        while !self.take(close) {
            values.push(self.expression()?);
            self.skip_newlines();
            if !self.is(close) {
                self.expect(",")?;
                self.skip_newlines();
            }
        }
        self.compares = compares;
        Ok(values)
    }
}

/// A pattern of `awk`.
pub(super) fn pattern(text: &str) -> Parsed<Pattern> {
    let manner = Manner {
        syntax: Syntax::Awk,
        ignore_case: false,
        edges: Edges::Any,
    };
    Pattern::new(&[text], manner).map_err(|error| match error {
        PatternError::NotModeled(text) => Fault::NotModeled(text),
        PatternError::Wrong(reason) => Fault::NotModeled(format!("the pattern /{text}/: {reason}")),
    })
}
