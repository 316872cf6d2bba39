//! Words: parameters, and what is done with their values.

use std::sync::Arc;

use crate::shell::arithmetic;
use crate::shell::ast::{Parameter, Trim};
use crate::shell::code::{Ending, Kind, Transform, WordOperation};
use crate::shell::pattern::{self, Pattern, Place};
use crate::shell::request::Limit;

use super::state::Chunk;
use super::{Flow, Machine, Step, Trouble};

/// The most characters that one `${x/…/…}` may look at.
const REPLACE_WORK_MAX: usize = 200_000_000;

impl Machine {
    pub(super) fn expand(&mut self, operation: &WordOperation) -> Step {
        match operation {
            WordOperation::Begin => self.begin_word(),
            WordOperation::Text(kind, text) => {
                self.push_chunk(Chunk::Text(*kind, Arc::clone(text)));
            }
            WordOperation::Home => {
                let home = self
                    .session
                    .get("HOME")
                    .unwrap_or(&self.session.home)
                    .to_owned();
                self.push_text(Kind::Quoted, &home);
            }
            WordOperation::Parameter { parameter, quoted } => self.parameter(parameter, *quoted)?,
            WordOperation::Branch {
                parameter,
                or_empty,
                set,
                target,
            } => {
                let value = self.value_of(parameter);
                let is_set = value.is_some_and(|value| !(*or_empty && value.is_empty()));
                if is_set == *set {
                    return Ok(Flow::Jump(*target));
                }
            }
            WordOperation::AssignDefault(name) => {
                let value = self.values.pop().unwrap_or_default();
                self.assign_variable(name, value)?;
            }
            WordOperation::Require {
                parameter,
                or_empty,
            } => {
                let message = self.values.pop().unwrap_or_default();
                return Err(self.required(parameter, *or_empty, &message));
            }
            WordOperation::Length { parameter, quoted } => {
                let length = self.length(parameter)?;
                self.push_text(Kind::of_expansion(*quoted), &length.to_string());
            }
            WordOperation::Transform {
                parameter,
                transform,
                quoted,
            } => {
                let value = self.known_text(parameter)?;
                let text = self.transform(*transform, &value)?;
                self.push_text(Kind::of_expansion(*quoted), &text);
            }
            WordOperation::Arithmetic { quoted } => {
                let text = self.values.pop().unwrap_or_default();
                let result = self.arithmetic(&text)?;
                self.push_text(Kind::of_expansion(*quoted), &result.to_string());
            }
            WordOperation::Fields => return Ok(self.fields()),
            WordOperation::End(ending) => self.end_word(*ending),
        }
        Ok(Flow::Next)
    }

    fn end_word(&mut self, ending: Ending) {
        let word = self.words.pop().unwrap_or_default();
        let value = match ending {
            Ending::Argument => {
                if let Some(frame) = self.commands.last_mut() {
                    frame.arguments.push(word.joined());
                }
                return;
            }
            Ending::Value => word.joined(),
            Ending::Pattern => word.protected(pattern::escape),
            Ending::Regex => word.protected(regex::escape),
        };
        self.values.push(value);
    }

    fn length(&mut self, parameter: &Parameter) -> Result<usize, Trouble> {
        match parameter {
            Parameter::All | Parameter::Joined => Ok(self.session.positional.len()),
            Parameter::Named(_)
            | Parameter::Positional(_)
            | Parameter::Count
            | Parameter::Status
            | Parameter::Process => Ok(self.known(parameter)?.chars().count()),
        }
    }

    fn required(&mut self, parameter: &Parameter, or_empty: bool, message: &str) -> Trouble {
        let name = name_of(parameter);
        let message = match (message, or_empty) {
            ("", true) => "parameter null or not set",
            ("", false) => "parameter not set",
            (message, _) => message,
        };
        self.complain(&format!("{name}: {message}"));
        self.fatal()
    }

    /// Puts a parameter's value into the word on top.
    fn parameter(&mut self, parameter: &Parameter, quoted: bool) -> Result<(), Trouble> {
        let kind = Kind::of_expansion(quoted);
        match parameter {
            Parameter::All => {
                let words = self.session.positional.clone();
                for (index, word) in words.iter().enumerate() {
                    if index > 0 {
                        self.push_chunk(Chunk::Break);
                    }
                    self.push_text(kind, word);
                }
            }
            Parameter::Joined if !quoted => {
                let words = self.session.positional.clone();
                for (index, word) in words.iter().enumerate() {
                    if index > 0 {
                        self.push_chunk(Chunk::Break);
                    }
                    self.push_text(kind, word);
                }
            }
            Parameter::Joined => {
                let value = self.value_of(parameter).unwrap_or_default();
                self.push_text(kind, &value);
            }
            Parameter::Named(_)
            | Parameter::Positional(_)
            | Parameter::Count
            | Parameter::Status
            | Parameter::Process => {
                let value = self.known(parameter)?;
                self.push_text(kind, &value);
            }
        }
        Ok(())
    }

    /// The value, or an error under `set -u` if there is none.
    fn known(&mut self, parameter: &Parameter) -> Result<String, Trouble> {
        match self.value_of(parameter) {
            Some(value) => Ok(value),
            None if self.session.options.refuse_unset.is_on() => {
                let name = match parameter {
                    Parameter::Positional(number) => format!("${number}"),
                    Parameter::Named(_)
                    | Parameter::All
                    | Parameter::Joined
                    | Parameter::Count
                    | Parameter::Status
                    | Parameter::Process => name_of(parameter),
                };
                self.complain(&format!("{name}: unbound variable"));
                Err(self.fatal())
            }
            None => Ok(String::new()),
        }
    }

    fn value_of(&self, parameter: &Parameter) -> Option<String> {
        match parameter {
            Parameter::Named(name) => self.session.get(name).map(str::to_owned),
            Parameter::Positional(0) => Some("bash".to_owned()),
            Parameter::Positional(number) => self.session.positional.get(number - 1).cloned(),
            Parameter::All | Parameter::Joined => {
                let words = &self.session.positional;
                let first = self.session.separators().chars().next();
                let separator = first.map_or_else(String::new, String::from);
                (!words.is_empty()).then(|| words.join(&separator))
            }
            Parameter::Count => Some(self.session.positional.len().to_string()),
            Parameter::Status => Some(self.status.to_string()),
            Parameter::Process => Some(self.session.process.to_string()),
        }
    }

    fn transform(&mut self, transform: Transform, value: &str) -> Result<String, Trouble> {
        match transform {
            Transform::Remove(trim) => {
                let pattern = Pattern::new(&self.values.pop().unwrap_or_default());
                Ok(match trim {
                    Trim::ShortestPrefix => pattern.without_prefix(value, false),
                    Trim::LongestPrefix => pattern.without_prefix(value, true),
                    Trim::ShortestSuffix => pattern.without_suffix(value, false),
                    Trim::LongestSuffix => pattern.without_suffix(value, true),
                })
            }
            Transform::Replace(place) => {
                let replacement = self.values.pop().unwrap_or_default();
                let pattern = Pattern::new(&self.values.pop().unwrap_or_default());
                self.replaced(&pattern, value, &replacement, place)
            }
            Transform::Substring { length } => {
                let length = if length { self.values.pop() } else { None };
                let offset = self.values.pop().unwrap_or_default();
                self.substring(value, &offset, length.as_deref())
            }
            Transform::Case { upper, all } => {
                let change = |character: char| -> String {
                    if upper {
                        character.to_uppercase().collect()
                    } else {
                        character.to_lowercase().collect()
                    }
                };
                let changed = |(index, character)| {
                    if all || index == 0 {
                        change(character)
                    } else {
                        String::from(character)
                    }
                };
                Ok(value.chars().enumerate().map(changed).collect())
            }
        }
    }

    fn known_text(&mut self, parameter: &Parameter) -> Result<String, Trouble> {
        match parameter {
            Parameter::All | Parameter::Joined => {
                Err(Trouble::Refused("`$@` changed by a pattern".to_owned()))
            }
            Parameter::Named(_)
            | Parameter::Positional(_)
            | Parameter::Count
            | Parameter::Status
            | Parameter::Process => {
                let value = self.known(parameter)?;
                self.charge(value.len());
                Ok(value)
            }
        }
    }

    fn replaced(
        &mut self,
        pattern: &Pattern,
        value: &str,
        replacement: &str,
        place: Place,
    ) -> Result<String, Trouble> {
        let size = value.len().saturating_mul(replacement.len() + 1);
        if pattern.replace_work(value) > REPLACE_WORK_MAX || size > self.limits.output_bytes_max {
            return Err(Trouble::Exceeded(Limit::OutputBytes));
        }
        Ok(pattern.replace(value, replacement, place))
    }

    fn substring(
        &mut self,
        value: &str,
        offset: &str,
        length: Option<&str>,
    ) -> Result<String, Trouble> {
        let characters: Vec<char> = value.chars().collect();
        let size = i64::try_from(characters.len()).unwrap_or(i64::MAX);
        let offset = self.arithmetic(offset)?;
        let start = if offset < 0 {
            size.saturating_add(offset)
        } else {
            offset
        };
        let end = match length {
            None => size,
            Some(text) => {
                let length = self.arithmetic(text)?;
                if length < 0 {
                    size.saturating_add(length)
                } else {
                    start.saturating_add(length)
                }
            }
        };
        if start < 0 || start > size {
            return Ok(String::new());
        }
        if end < start {
            let text = length.unwrap_or("").trim().to_owned();
            self.complain(&format!("{text}: substring expression < 0"));
            return Err(Trouble::Discard);
        }
        let index = |number: i64| usize::try_from(number).unwrap_or(0).min(characters.len());
        Ok(characters[index(start)..index(end)].iter().collect())
    }

    pub(super) fn arithmetic(&mut self, text: &str) -> Result<i64, Trouble> {
        self.arithmetic_in("", text)
    }

    /// The same; a message names the command.
    pub(super) fn arithmetic_in(&mut self, command: &str, text: &str) -> Result<i64, Trouble> {
        let mut variables = Arithmetic {
            machine: self,
            trouble: None,
        };
        let result = arithmetic::evaluate(text, &mut variables);
        if let Some(trouble) = variables.trouble {
            return Err(trouble);
        }
        result.map_err(|message| {
            self.complain(&format!("{command}{message}"));
            Trouble::Discard
        })
    }

    pub(super) fn push_text(&mut self, kind: Kind, text: &str) {
        self.charge(text.len());
        self.push_chunk(Chunk::Text(kind, Arc::from(text)));
    }

    fn push_chunk(&mut self, chunk: Chunk) {
        if let Some(word) = self.words.last_mut() {
            word.chunks.push(chunk);
        }
    }

    /// Gives a variable a value; a readonly one is an error that gives up the line.
    pub(super) fn assign_variable(&mut self, name: &str, value: String) -> Result<(), Trouble> {
        if self.session.is_readonly(name) {
            self.complain(&format!("{name}: readonly variable"));
            return Err(Trouble::Discard);
        }
        self.charge(value.len());
        self.session_mut().set(name, value);
        Ok(())
    }
}

fn name_of(parameter: &Parameter) -> String {
    match parameter {
        Parameter::Named(name) => name.to_string(),
        Parameter::Positional(number) => number.to_string(),
        Parameter::All => "@".to_owned(),
        Parameter::Joined => "*".to_owned(),
        Parameter::Count => "#".to_owned(),
        Parameter::Status => "?".to_owned(),
        Parameter::Process => "$".to_owned(),
    }
}

/// The session's variables, as an expression sees them.
struct Arithmetic<'a> {
    machine: &'a mut Machine,
    trouble: Option<Trouble>,
}

impl arithmetic::Variables for Arithmetic<'_> {
    fn get(&mut self, name: &str) -> String {
        let parameter = Parameter::Named(Arc::from(name));
        match self.machine.known(&parameter) {
            Ok(value) => value,
            Err(trouble) => {
                self.trouble = Some(trouble);
                String::new()
            }
        }
    }

    fn set(&mut self, name: &str, value: i64) {
        if let Err(trouble) = self.machine.assign_variable(name, value.to_string()) {
            self.trouble = Some(trouble);
        }
    }
}
