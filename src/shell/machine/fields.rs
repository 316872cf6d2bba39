//! Words become arguments: they are split, and patterns are replaced by the files they match.

use crate::shell::code::Kind;
use crate::shell::pattern::{self, Pattern};
use crate::shell::request::Request;

use super::state::{Chunk, WordBuilder};
use super::{Flow, Machine};

/// The word after splitting, each part with whether it was quoted.
type Field = Vec<(String, bool)>;

impl Machine {
    /// Ends the word on top: its fields are arguments of the current command.
    pub(super) fn fields(&mut self) -> Flow {
        let word = self.words.last().cloned().unwrap_or_default();
        let globs = !self.session.options.no_globs.is_on();
        let mut arguments = Vec::new();
        for field in self.split(&word) {
            let pattern = as_pattern(&field);
            if globs && pattern::is_pattern(&pattern) {
                match self.glob(&pattern) {
                    Ok(paths) if paths.is_empty() => arguments.push(plain(&field)),
                    Ok(paths) => arguments.extend(paths),
                    Err(directory) => return Flow::Ask(Request::List(directory)),
                }
            } else {
                arguments.push(plain(&field));
            }
        }
        self.words.pop();
        self.charge(arguments.iter().map(String::len).sum());
        if let Some(frame) = self.commands.last_mut() {
            frame.arguments.extend(arguments);
        }
        Flow::Next
    }

    /// The fields of the word on top, for a redirection: not matched against files.
    pub(super) fn split_top(&self) -> Vec<String> {
        let word = self.words.last().cloned().unwrap_or_default();
        self.split(&word).iter().map(plain).collect()
    }

    fn split(&self, word: &WordBuilder) -> Vec<Field> {
        let mut splitter = Splitter {
            separators: self.session.separators().chars().collect(),
            ..Splitter::default()
        };
        for chunk in &word.chunks {
            match chunk {
                Chunk::Text(Kind::Literal, text) => splitter.keep(text, false),
                Chunk::Text(Kind::Quoted, text) => splitter.keep(text, true),
                Chunk::Text(Kind::Expanded, text) => splitter.split(text),
                Chunk::Break => splitter.close(),
            }
        }
        splitter.close();
        splitter.fields
    }

    /// The paths that a pattern matches, sorted; the directory to list where it is not known yet.
    fn glob(&self, pattern: &str) -> Result<Vec<String>, String> {
        let (mut found, rest) = match pattern.strip_prefix('/') {
            Some(rest) => (vec!["/".to_owned()], rest),
            None => (vec![String::new()], pattern),
        };
        let parts: Vec<&str> = rest.split('/').collect();
        for (index, part) in parts.iter().enumerate() {
            let last = index + 1 == parts.len();
            let mut next = Vec::new();
            for before in &found {
                if part.is_empty() || !pattern::is_pattern(part) {
                    let path = format!("{before}{}", pattern::unescape(part));
                    if !last {
                        next.push(format!("{path}/"));
                    } else if part.is_empty()
                        || self.listing(before)?.contains(&pattern::unescape(part))
                    {
                        next.push(path);
                    }
                    continue;
                }
                let matcher = Pattern::new(part);
                for name in self.listing(before)? {
                    let hidden = name.starts_with('.') && !matcher.takes_hidden();
                    if !hidden && matcher.matches(name) {
                        let slash = if last { "" } else { "/" };
                        next.push(format!("{before}{name}{slash}"));
                    }
                }
            }
            found = next;
        }
        Ok(found)
    }

    fn listing(&self, directory: &str) -> Result<&Vec<String>, String> {
        let directory = self.session.absolute(directory);
        self.facts.listings.get(&directory).ok_or(directory)
    }
}

impl WordBuilder {
    /// The word as one text, what was quoted in it escaped.
    pub(super) fn protected(&self, escape: fn(&str) -> String) -> String {
        let mut text = String::new();
        for chunk in &self.chunks {
            match chunk {
                Chunk::Text(Kind::Quoted, part) => text.push_str(&escape(part)),
                Chunk::Text(Kind::Literal | Kind::Expanded, part) => text.push_str(part),
                Chunk::Break => text.push(' '),
            }
        }
        text
    }

    /// The word as one text.
    pub(super) fn joined(&self) -> String {
        let mut text = String::new();
        for chunk in &self.chunks {
            match chunk {
                Chunk::Text(_, part) => text.push_str(part),
                Chunk::Break => text.push(' '),
            }
        }
        text
    }
}

#[derive(Default)]
struct Splitter {
    separators: Vec<char>,
    fields: Vec<Field>,
    field: Option<Field>,
    /// A blank ended a field, and no other separator came since.
    blank: bool,
}

impl Splitter {
    fn keep(&mut self, text: &str, quoted: bool) {
        if !text.is_empty() || quoted {
            self.field
                .get_or_insert_default()
                .push((text.to_owned(), quoted));
            self.blank = false;
        }
    }

    fn split(&mut self, text: &str) {
        let mut part = String::new();
        for character in text.chars() {
            if !self.separators.contains(&character) {
                part.push(character);
                continue;
            }
            self.keep(&std::mem::take(&mut part), false);
            if matches!(character, ' ' | '\t' | '\n') {
                if self.field.is_some() {
                    self.close();
                    self.blank = true;
                }
            } else if self.field.is_some() {
                self.close();
                self.blank = false;
            } else if self.blank {
                self.blank = false;
            } else {
                self.fields.push(Field::new());
            }
        }
        self.keep(&part, false);
    }

    fn close(&mut self) {
        if let Some(field) = self.field.take() {
            self.fields.push(field);
        }
    }
}

fn plain(field: &Field) -> String {
    field.iter().map(|(text, _)| text.as_str()).collect()
}

fn as_pattern(field: &Field) -> String {
    let part = |(text, quoted): &(String, bool)| {
        if *quoted {
            pattern::escape(text)
        } else {
            text.replace('\\', "\\\\")
        }
    };
    field.iter().map(part).collect()
}
