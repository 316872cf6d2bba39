//! `echo`, `printf`, `read`.

use crate::shell::format;
use crate::shell::request::{Request, Stream};

use super::super::facts::Typed;
use super::super::{Flow, Machine, Step};
use super::uncovered;

impl Machine {
    pub(super) fn echo(&mut self, operands: &[String]) -> Step {
        let (mut line_break, mut escapes) = (true, false);
        let mut words = operands;
        while let Some((first, rest)) = words.split_first() {
            let is_option = first.len() > 1
                && first.starts_with('-')
                && first.chars().skip(1).all(|c| matches!(c, 'n' | 'e' | 'E'));
            if !is_option {
                break;
            }
            for option in first.chars().skip(1) {
                match option {
                    'n' => line_break = false,
                    'e' => escapes = true,
                    _ => escapes = false,
                }
            }
            words = rest;
        }
        let mut text = words.join(" ");
        if escapes {
            let (unescaped, stops) = format::unescape_echo(&text);
            text = unescaped;
            line_break = line_break && !stops;
        }
        if line_break {
            text.push('\n');
        }
        self.say(&text)
    }

    pub(super) fn printf(&mut self, operands: &[String]) -> Step {
        let operands = match operands.first().map(String::as_str) {
            Some("--") => operands.get(1..).unwrap_or(&[]),
            Some("-v") => return Err(uncovered("printf", "-v")),
            Some(_) | None => operands,
        };
        let Some((format, arguments)) = operands.split_first() else {
            return self.fail(2, "printf: usage: printf [-v var] format [arguments]");
        };
        let printed = format::printf(format, arguments);
        self.charge(printed.text.len());
        self.write(Stream::Stdout, &printed.text);
        for message in &printed.complaints {
            self.complain(&format!("printf: {message}"));
        }
        self.done(u8::from(!printed.complaints.is_empty()))
    }

    pub(super) fn read(&mut self, operands: &[String]) -> Step {
        let mut raw = false;
        let mut prompt = None;
        let mut names = Vec::new();
        let mut rest = operands.iter();
        while let Some(operand) = rest.next() {
            match operand.as_str() {
                "-r" | "-rs" | "-sr" => raw = true,
                "-s" => {}
                "-p" | "-rp" | "-sp" | "-rsp" | "-srp" => {
                    raw = raw || operand.contains('r');
                    prompt = rest.next().cloned();
                }
                option if option.starts_with('-') && option.len() > 1 => {
                    return Err(uncovered("read", option));
                }
                name => names.push(name.to_owned()),
            }
        }
        if let Some(name) = names
            .iter()
            .find(|name| !crate::shell::reader::is_name(name))
        {
            return self.fail(1, &format!("read: `{name}': not a valid identifier"));
        }
        let line = match self.io().stdin {
            Some(input) => self.read_input(input, raw),
            None => match (self.facts.line.take(), prompt) {
                (Some(Typed::Line(line)), _) => Some((line, true)),
                (Some(Typed::Nothing), _) => None,
                (None, Some(prompt)) if self.prompts() => {
                    self.write(Stream::Stderr, &prompt);
                    return Ok(Flow::Ask(Request::ReadLine));
                }
                (None, _) => return Ok(Flow::Ask(Request::ReadLine)),
            },
        };
        let (line, complete) = line.unwrap_or((String::new(), false));
        self.distribute(&line, &names, raw)?;
        self.done(u8::from(!complete))
    }

    /// Whether the prompt is still to be shown; it is from now on.
    fn prompts(&mut self) -> bool {
        let frame = self.commands.last_mut();
        frame.is_some_and(|frame| !std::mem::replace(&mut frame.prompted, true))
    }

    /// The next line of an input, and whether it ended with a line break.
    fn read_input(&mut self, input: usize, raw: bool) -> Option<(String, bool)> {
        let input = self.inputs.get_mut(input)?;
        let mut line = String::new();
        loop {
            let rest = input.rest();
            let Some((first, _)) = rest.split_once('\n') else {
                line.push_str(rest);
                input.offset = input.text.len();
                return Some((line, false));
            };
            let first = first.to_owned();
            input.offset += first.len() + 1;
            let continues = !raw && first.chars().rev().take_while(|c| *c == '\\').count() % 2 == 1;
            line.push_str(&first);
            if !continues {
                return Some((line, true));
            }
            line.pop();
        }
    }

    /// Splits a line into the variables; the last one takes the rest.
    fn distribute(
        &mut self,
        line: &str,
        names: &[String],
        raw: bool,
    ) -> Result<(), super::Trouble> {
        let line: Vec<(char, bool)> = unescaped(line, raw);
        if names.is_empty() {
            let text = line.iter().map(|(character, _)| *character).collect();
            return self.assign_variable("REPLY", text);
        }
        let separators: Vec<char> = self.session.separators().chars().collect();
        let is_blank = |(c, escaped): &(char, bool)| {
            !escaped && separators.contains(c) && matches!(c, ' ' | '\t' | '\n')
        };
        let is_separator = |(c, escaped): &(char, bool)| !escaped && separators.contains(c);
        let mut rest = line.as_slice();
        for (index, name) in names.iter().enumerate() {
            while rest.first().is_some_and(is_blank) {
                rest = &rest[1..];
            }
            let last = index + 1 == names.len();
            let end = if last {
                let mut end = rest.len();
                while end > 0 && is_blank(&rest[end - 1]) {
                    end -= 1;
                }
                // One separator after a single last field belongs to nobody.
                let single = rest
                    .iter()
                    .position(is_separator)
                    .is_some_and(|at| at + 1 == end);
                if single && !is_blank(&rest[end - 1]) {
                    end - 1
                } else {
                    end
                }
            } else {
                rest.iter().position(is_separator).unwrap_or(rest.len())
            };
            let value: String = rest[..end]
                .iter()
                .map(|(character, _)| *character)
                .collect();
            self.assign_variable(name, value)?;
            rest = &rest[end..];
            if last {
                break;
            }
            while rest.first().is_some_and(is_blank) {
                rest = &rest[1..];
            }
            if rest
                .first()
                .is_some_and(|c| is_separator(c) && !is_blank(c))
            {
                rest = &rest[1..];
            }
        }
        Ok(())
    }
}

/// The characters of a line, each with whether a backslash protected it.
fn unescaped(line: &str, raw: bool) -> Vec<(char, bool)> {
    let mut characters = Vec::new();
    let mut escaped = false;
    for character in line.chars() {
        if !raw && character == '\\' && !escaped {
            escaped = true;
        } else {
            characters.push((character, escaped));
            escaped = false;
        }
    }
    characters
}
