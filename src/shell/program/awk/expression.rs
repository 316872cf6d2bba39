//! Expressions of `awk`, by what binds weaker.

use super::lex::{Fault, Token};
use super::parse::{Parsed, Parser, pattern};
use super::tree::{Expression, Place};

/// The most binary operators of a program.
const OPERATORS_MAX: usize = 250;

impl Parser {
    pub(super) fn expression(&mut self) -> Parsed<Expression> {
        self.deeper(Self::assignment)
    }

    fn assignment(&mut self) -> Parsed<Expression> {
        let left = self.choice()?;
        let Token::Sign(sign) = self.peek() else {
            return Ok(left);
        };
        let operator = match *sign {
            "=" => None,
            "+=" => Some("+"),
            "-=" => Some("-"),
            "*=" => Some("*"),
            "/=" => Some("/"),
            "%=" => Some("%"),
            "^=" | "**=" => Some("^"),
            _ => return Ok(left),
        };
        let Expression::Place(place) = left else {
            return self.wrong();
        };
        self.at += 1;
        self.skip_newlines();
        let value = self.expression()?;
        Ok(Expression::Assign(place, operator, Box::new(value)))
    }

    fn choice(&mut self) -> Parsed<Expression> {
        let test = self.binary(0)?;
        if !self.take("?") {
            return Ok(test);
        }
        self.skip_newlines();
        let one = self.expression()?;
        self.skip_newlines();
        self.expect(":")?;
        self.skip_newlines();
        let other = self.expression()?;
        Ok(Expression::Choose(
            Box::new(test),
            Box::new(one),
            Box::new(other),
        ))
    }

    /// Operators that bind weaker than concatenation, by their level.
    fn binary(&mut self, level: usize) -> Parsed<Expression> {
        const LEVELS: [&[&str]; 5] = [
            &["||"],
            &["&&"],
            &["in"],
            &["~", "!~"],
            &["<", "<=", "==", "!=", ">", ">="],
        ];
        let Some(operators) = LEVELS.get(level) else {
            return self.concatenation();
        };
        let mut left = self.binary(level + 1)?;
        loop {
            if level == 2 {
                if !self.take_word("in") {
                    return Ok(left);
                }
                let Token::Name(array) = self.peek().clone() else {
                    return self.wrong();
                };
                self.at += 1;
                left = Expression::In(vec![left], array);
                continue;
            }
            let found = operators.iter().copied().find(|operator| self.is(operator));
            let Some(operator) = found.filter(|found| *found != ">" || self.compares) else {
                return Ok(left);
            };
            self.at += 1;
            self.skip_newlines();
            let right = self.binary(level + 1)?;
            self.chain()?;
            left = Expression::Binary(operator, Box::new(left), Box::new(right));
            if level == 4 {
                return Ok(left);
            }
        }
    }

    /// Counts an operator of a chain, since what runs a long one calls itself for each.
    fn chain(&mut self) -> Parsed<()> {
        self.operators += 1;
        if self.operators > OPERATORS_MAX {
            let what = format!("more than {OPERATORS_MAX} operators are not modeled");
            return Err(Fault::NotModeled(what));
        }
        Ok(())
    }

    pub(super) fn concatenation(&mut self) -> Parsed<Expression> {
        let mut left = self.sum()?;
        while self.begins_operand() {
            let right = self.sum()?;
            self.chain()?;
            left = Expression::Binary("", Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn begins_operand(&self) -> bool {
        match self.peek() {
            Token::Number(_) | Token::Text(_) | Token::Regex(_) | Token::Name(_) => true,
            Token::Word(word) => !matches!(
                word.as_str(),
                "in" | "else" | "while" | "BEGIN" | "END" | "getline" | "print" | "printf" | "if"
            ),
            Token::Sign(sign) => matches!(*sign, "$" | "!" | "(" | "-" | "+" | "++" | "--"),
            Token::Newline | Token::End => false,
        }
    }

    fn sum(&mut self) -> Parsed<Expression> {
        let mut left = self.product()?;
        loop {
            let Some(operator) = ["+", "-"].into_iter().find(|one| self.is(one)) else {
                return Ok(left);
            };
            self.at += 1;
            let right = self.product()?;
            self.chain()?;
            left = Expression::Binary(operator, Box::new(left), Box::new(right));
        }
    }

    fn product(&mut self) -> Parsed<Expression> {
        let mut left = self.unary()?;
        loop {
            let Some(operator) = ["*", "/", "%"].into_iter().find(|one| self.is(one)) else {
                return Ok(left);
            };
            self.at += 1;
            let right = self.unary()?;
            self.chain()?;
            left = Expression::Binary(operator, Box::new(left), Box::new(right));
        }
    }

    fn unary(&mut self) -> Parsed<Expression> {
        let Some(operator) = ["!", "-", "+"].into_iter().find(|one| self.is(one)) else {
            return self.power();
        };
        self.at += 1;
        let operand = self.deeper(Self::unary)?;
        Ok(Expression::Unary(operator, Box::new(operand)))
    }

    fn power(&mut self) -> Parsed<Expression> {
        let base = self.step()?;
        if !(self.take("^") || self.take("**")) {
            return Ok(base);
        }
        let exponent = self.deeper(Self::unary)?;
        Ok(Expression::Binary("^", Box::new(base), Box::new(exponent)))
    }

    fn step(&mut self) -> Parsed<Expression> {
        for (sign, up) in [("++", true), ("--", false)] {
            if self.take(sign) {
                let Expression::Place(place) = self.primary()? else {
                    return self.wrong();
                };
                return Ok(Expression::Step {
                    place,
                    up,
                    before: true,
                });
            }
        }
        let value = self.primary()?;
        if let Expression::Place(place) = value {
            for (sign, up) in [("++", true), ("--", false)] {
                if self.take(sign) {
                    return Ok(Expression::Step {
                        place,
                        up,
                        before: false,
                    });
                }
            }
            return Ok(Expression::Place(place));
        }
        Ok(value)
    }

    fn primary(&mut self) -> Parsed<Expression> {
        let token = self.peek().clone();
        self.at += 1;
        match token {
            Token::Number(number) => Ok(Expression::Number(number)),
            Token::Text(text) => Ok(Expression::Text(text)),
            Token::Regex(text) => pattern(&text).map(Expression::Regex),
            Token::Name(name) => {
                if self.take("[") {
                    let key = self.list("]")?;
                    return Ok(Expression::Place(Place::Element(name, key)));
                }
                Ok(Expression::Place(Place::Variable(name)))
            }
            Token::Sign("$") => {
                let number = self.deeper(Self::step_or_minus)?;
                Ok(Expression::Place(Place::Field(Box::new(number))))
            }
            Token::Sign("(") => {
                let mut values = self.list(")")?;
                if values.len() != 1 {
                    if !values.is_empty() && self.take_word("in") {
                        let Token::Name(array) = self.peek().clone() else {
                            return self.wrong();
                        };
                        self.at += 1;
                        return Ok(Expression::In(values, array));
                    }
                    return self.wrong();
                }
                match values.pop() {
                    Some(value) => Ok(Expression::Group(Box::new(value))),
                    None => self.wrong(),
                }
            }
            Token::Word(word) => self.call(word),
            Token::Sign(_) | Token::Newline | Token::End => {
                self.at -= 1;
                self.wrong()
            }
        }
    }

    /// What follows a `$`: one operand, which may have a sign.
    fn step_or_minus(&mut self) -> Parsed<Expression> {
        if self.take("-") {
            let operand = self.primary()?;
            return Ok(Expression::Unary("-", Box::new(operand)));
        }
        if self.is("++") || self.is("--") {
            self.step()
        } else {
            self.primary()
        }
    }

    fn call(&mut self, word: String) -> Parsed<Expression> {
        match word.as_str() {
            "length" | "substr" | "index" | "split" | "sub" | "gsub" | "match" | "sprintf"
            | "toupper" | "tolower" | "int" | "sqrt" | "systime" | "close" | "fflush" => {}
            "getline" | "system" | "rand" | "srand" | "sin" | "cos" | "atan2" | "exp" | "log"
            | "strftime" | "gensub" => {
                return Err(Fault::NotModeled(format!("'{word}' is not modeled")));
            }
            _ => {
                self.at -= 1;
                return self.wrong();
            }
        }
        if self.take("(") {
            let arguments = self.list(")")?;
            return Ok(Expression::Call(word, arguments));
        }
        if word == "length" {
            return Ok(Expression::Call(word, Vec::new()));
        }
        self.wrong()
    }
}
