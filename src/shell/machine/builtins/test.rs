//! `test` and `[`: POSIX's rules by the number of arguments, and bash's `-a`, `-o` and brackets.

use crate::shell::ast::{Comparison, FileTest};
use crate::shell::request::Request;

use super::super::conditions::in_order;
use super::super::state::Target;
use super::super::{Flow, Machine, Step, Trouble};

/// Why a test has no answer.
enum Fault {
    /// Ask about this path first.
    Ask(String),
    /// bash's message.
    Message(String),
    Refused(String),
}

type Answer = Result<bool, Fault>;

impl Machine {
    pub(super) fn test_command(&mut self, command: &str, operands: &[String]) -> Step {
        let words: Vec<&str> = operands.iter().map(String::as_str).collect();
        match self.by_count(&words) {
            Ok(holds) => self.done(u8::from(!holds)),
            Err(Fault::Ask(path)) => Ok(Flow::Ask(Request::Stat(path))),
            Err(Fault::Message(message)) => self.fail(2, &format!("{command}: {message}")),
            Err(Fault::Refused(what)) => Err(Trouble::Refused(what)),
        }
    }

    fn by_count(&self, words: &[&str]) -> Answer {
        match words {
            [] => Ok(false),
            [word] => Ok(!word.is_empty()),
            ["!", word] => Ok(word.is_empty()),
            [operator, word] => match self.unary(operator, word) {
                Some(answer) => answer,
                None => Err(Fault::Message(format!(
                    "{operator}: unary operator expected"
                ))),
            },
            [left, operator, right] => match binary(left, operator, right) {
                Some(answer) => answer,
                None => match words {
                    ["!", rest @ ..] => Ok(!self.by_count(rest)?),
                    ["(", word, ")"] => Ok(!word.is_empty()),
                    _ => Err(Fault::Message(format!(
                        "{operator}: binary operator expected"
                    ))),
                },
            },
            ["!", rest @ ..] if words.len() == 4 => Ok(!self.by_count(rest)?),
            ["(", rest @ .., ")"] if words.len() == 4 => self.by_count(rest),
            _ if words.len() > 64 => Err(Fault::Message("too many arguments".to_owned())),
            _ => {
                let mut at = 0;
                let holds = self.or(words, &mut at)?;
                if at < words.len() {
                    return Err(Fault::Message("too many arguments".to_owned()));
                }
                Ok(holds)
            }
        }
    }

    fn or(&self, words: &[&str], at: &mut usize) -> Answer {
        let mut holds = self.and(words, at)?;
        while words.get(*at) == Some(&"-o") {
            *at += 1;
            holds = self.and(words, at)? || holds;
        }
        Ok(holds)
    }

    fn and(&self, words: &[&str], at: &mut usize) -> Answer {
        let mut holds = self.term(words, at)?;
        while words.get(*at) == Some(&"-a") {
            *at += 1;
            holds = self.term(words, at)? && holds;
        }
        Ok(holds)
    }

    fn term(&self, words: &[&str], at: &mut usize) -> Answer {
        let rest = words.get(*at..).unwrap_or(&[]);
        match rest {
            [] => Err(Fault::Message("argument expected".to_owned())),
            ["!", ..] => {
                *at += 1;
                Ok(!self.term(words, at)?)
            }
            ["(", ..] => {
                *at += 1;
                let holds = self.or(words, at)?;
                if words.get(*at) != Some(&")") {
                    return Err(Fault::Message("`)' expected".to_owned()));
                }
                *at += 1;
                Ok(holds)
            }
            [left, operator, right, ..] if let Some(answer) = binary(left, operator, right) => {
                *at += 3;
                answer
            }
            [operator, word, ..] if let Some(answer) = self.unary(operator, word) => {
                *at += 2;
                answer
            }
            [word, ..] => {
                *at += 1;
                Ok(!word.is_empty())
            }
        }
    }

    fn unary(&self, operator: &str, word: &str) -> Option<Answer> {
        let file = |test| self.file_test(test, word).map_err(Fault::Ask);
        Some(match operator {
            "-n" => Ok(!word.is_empty()),
            "-z" => Ok(word.is_empty()),
            "-e" | "-a" | "-r" | "-w" => file(FileTest::Exists),
            "-f" => file(FileTest::Regular),
            "-d" | "-x" => file(FileTest::Directory),
            "-s" => file(FileTest::NotEmpty),
            "-L" | "-h" => file(FileTest::Link),
            "-v" => Ok(self.session.get(word).is_some()),
            "-t" => Ok(self.is_terminal(word)),
            "-b" | "-c" | "-g" | "-k" | "-p" | "-u" | "-G" | "-N" | "-O" | "-S" | "-o" | "-R" => {
                Err(Fault::Refused(format!("`test {operator}` is not covered")))
            }
            _ => return None,
        })
    }

    fn is_terminal(&self, descriptor: &str) -> bool {
        let io = self.io();
        match descriptor {
            "0" => io.stdin.is_none(),
            "1" => matches!(io.stdout, Target::Terminal(_)),
            "2" => matches!(io.stderr, Target::Terminal(_)),
            _ => false,
        }
    }
}

fn binary(left: &str, operator: &str, right: &str) -> Option<Answer> {
    let comparison = match operator {
        "=" | "==" => return Some(Ok(left == right)),
        "!=" => return Some(Ok(left != right)),
        "<" => return Some(Ok(left < right)),
        ">" => return Some(Ok(left > right)),
        "-a" => return Some(Ok(!left.is_empty() && !right.is_empty())),
        "-o" => return Some(Ok(!left.is_empty() || !right.is_empty())),
        "-nt" | "-ot" | "-ef" => {
            return Some(Err(Fault::Refused(format!(
                "`test {operator}` is not covered"
            ))));
        }
        "-eq" => Comparison::Equal,
        "-ne" => Comparison::NotEqual,
        "-lt" => Comparison::Less,
        "-le" => Comparison::LessOrEqual,
        "-gt" => Comparison::Greater,
        "-ge" => Comparison::GreaterOrEqual,
        _ => return None,
    };
    let numbers = number(left).and_then(|left| Ok((left, number(right)?)));
    Some(numbers.map(|(left, right)| in_order(comparison, left, right)))
}

fn number(text: &str) -> Result<i64, Fault> {
    let trimmed = text.trim();
    let digits = trimmed.strip_prefix('+').unwrap_or(trimmed);
    digits
        .parse()
        .map_err(|_| Fault::Message(format!("{text}: integer expression expected")))
}
