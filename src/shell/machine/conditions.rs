//! `case`, `[[ … ]]` and `(( … ))`.

use crate::shell::ast::{Comparison, FileTest};
use crate::shell::code::TestOperation;
use crate::shell::file::FileKind;
use crate::shell::format;
use crate::shell::pattern::{self, Pattern};
use crate::shell::request::Request;

use super::{Flow, Machine, Step, Trouble};

impl Machine {
    pub(super) fn test(&mut self, operation: &TestOperation) -> Step {
        match operation {
            TestOperation::CaseBegin => {
                if self.traces() {
                    let subject = self.values.last().cloned().unwrap_or_default();
                    self.trace(&format!("case {} in", format::quote(&subject)));
                }
                Ok(Flow::Next)
            }
            TestOperation::CaseMatch { target } => {
                let pattern = self.values.pop().unwrap_or_default();
                let subject = self.values.last().map_or("", String::as_str);
                let matches = Pattern::new(&pattern).matches(subject);
                Ok(if matches {
                    Flow::Jump(*target)
                } else {
                    Flow::Next
                })
            }
            TestOperation::Drop => {
                self.values.pop();
                Ok(Flow::Next)
            }
            TestOperation::Text { empty } => {
                let text = self.values.pop().unwrap_or_default();
                let option = if *empty { "-z" } else { "-n" };
                self.trace_test(&format!("{option} {}", format::quote(&text)));
                self.answer(text.is_empty() == *empty)
            }
            TestOperation::Set => {
                let name = self.values.pop().unwrap_or_default();
                self.trace_test(&format!("-v {name}"));
                self.answer(self.session.get(&name).is_some())
            }
            TestOperation::File(test) => {
                let name = self.values.last().cloned().unwrap_or_default();
                match self.file_test(*test, &name) {
                    Ok(found) => {
                        self.values.pop();
                        self.trace_test(&format!("{} {}", option_of(*test), format::quote(&name)));
                        self.answer(found)
                    }
                    Err(path) => Ok(Flow::Ask(Request::Stat(path))),
                }
            }
            TestOperation::Compare(comparison) => {
                let right = self.values.pop().unwrap_or_default();
                let left = self.values.pop().unwrap_or_default();
                let sign = sign_of(*comparison);
                let shown = if pattern::is_pattern(&right) {
                    right.clone()
                } else {
                    pattern::unescape(&right)
                };
                let quoted = format::quote(&left);
                self.trace_test(&format!(
                    "{quoted} {sign} {}",
                    if shown.is_empty() { "''" } else { &shown }
                ));
                self.compare(*comparison, &left, &right)
            }
            TestOperation::Arithmetic => self.arithmetic_test(),
        }
    }

    fn arithmetic_test(&mut self) -> Step {
        let text = self.values.pop().unwrap_or_default();
        if self.traces() {
            self.trace(&format!("(( {text} ))"));
        }
        match self.arithmetic_in("((: ", &text) {
            Ok(number) => self.answer(number != 0),
            // The message is out; `(( … ))` fails, and gives up nothing.
            Err(Trouble::Discard) => self.done(1),
            Err(trouble) => Err(trouble),
        }
    }

    fn trace_test(&mut self, text: &str) {
        if self.traces() {
            self.trace(&format!("[[ {text} ]]"));
        }
    }

    fn answer(&mut self, holds: bool) -> Step {
        self.done(u8::from(!holds))
    }

    fn compare(&mut self, comparison: Comparison, left: &str, right: &str) -> Step {
        let holds = match comparison {
            Comparison::Matches => Pattern::new(right).matches(left),
            Comparison::Differs => !Pattern::new(right).matches(left),
            Comparison::Regex => match regex::Regex::new(right) {
                Ok(regex) => regex.is_match(left),
                Err(_) => return self.done(2),
            },
            Comparison::Before => left < right,
            Comparison::After => left > right,
            Comparison::Equal
            | Comparison::NotEqual
            | Comparison::Less
            | Comparison::LessOrEqual
            | Comparison::Greater
            | Comparison::GreaterOrEqual => {
                let numbers = self
                    .arithmetic_in("[[: ", left)
                    .and_then(|left| Ok((left, self.arithmetic_in("[[: ", right)?)));
                match numbers {
                    Ok((left, right)) => in_order(comparison, left, right),
                    Err(Trouble::Discard) => return self.done(1),
                    Err(trouble) => return Err(trouble),
                }
            }
        };
        self.answer(holds)
    }

    /// What holds of a file; the path to ask about where it is not known yet.
    pub(super) fn file_test(&self, test: FileTest, name: &str) -> Result<bool, String> {
        if name.is_empty() || test == FileTest::Link {
            return Ok(false);
        }
        if let Some((_, text)) = self.files.iter().find(|(path, _)| path == name) {
            return Ok(test == FileTest::Exists || (test == FileTest::NotEmpty && !text.is_empty()));
        }
        if matches!(
            name,
            "/dev/null" | "/dev/stdin" | "/dev/stdout" | "/dev/stderr" | "/dev/tty"
        ) {
            return Ok(test == FileTest::Exists);
        }
        let path = self.session.absolute(name);
        let Some(status) = self.facts.statuses.get(&path) else {
            return Err(path);
        };
        Ok(match (test, status) {
            (_, None) | (FileTest::Link, Some(_)) => false,
            (FileTest::Exists, Some(_)) => true,
            (FileTest::Regular, Some(status)) => status.kind == FileKind::File,
            (FileTest::Directory, Some(status)) => status.kind == FileKind::Directory,
            (FileTest::NotEmpty, Some(status)) => {
                status.kind == FileKind::Directory || status.size > 0
            }
        })
    }
}

/// Compares two numbers; the other comparisons are not about numbers.
pub(super) fn in_order(comparison: Comparison, left: i64, right: i64) -> bool {
    match comparison {
        Comparison::Equal | Comparison::Matches | Comparison::Regex => left == right,
        Comparison::NotEqual | Comparison::Differs => left != right,
        Comparison::Less | Comparison::Before => left < right,
        Comparison::LessOrEqual => left <= right,
        Comparison::Greater | Comparison::After => left > right,
        Comparison::GreaterOrEqual => left >= right,
    }
}

fn sign_of(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Matches => "==",
        Comparison::Differs => "!=",
        Comparison::Regex => "=~",
        Comparison::Before => "<",
        Comparison::After => ">",
        Comparison::Equal => "-eq",
        Comparison::NotEqual => "-ne",
        Comparison::Less => "-lt",
        Comparison::LessOrEqual => "-le",
        Comparison::Greater => "-gt",
        Comparison::GreaterOrEqual => "-ge",
    }
}

fn option_of(test: FileTest) -> &'static str {
    match test {
        FileTest::Exists => "-e",
        FileTest::Regular => "-f",
        FileTest::Directory => "-d",
        FileTest::NotEmpty => "-s",
        FileTest::Link => "-L",
    }
}
