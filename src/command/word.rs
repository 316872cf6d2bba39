//! The words of a command line, each with its place, so that an error can point at it.
//!
//! Quotes, backslashes and comments mean what they mean in a shell, and `> FILE` is taken apart.
//! The rest of a shell's language is the shell's to read. A variable is left to it only where its
//! value is needed, because a line may well say `--account-name $ACCOUNT`.

use std::iter::Peekable;
use std::ops::Range;
use std::str::CharIndices;
use std::sync::Arc;

use super::parse::{CommandError, CommandErrorKind};
use crate::terraform::invocation::LockIdArgument;

/// The longest word, in bytes: messages repeat words, and comparing them takes time.
const WORD_BYTES_MAX: usize = 4_096;

/// What stands in a scenario for the ID of the lock that is held.
pub(crate) const PLACEHOLDERS: [&str; 3] = ["<LOCK_ID>", "<LEASE_ID>", "<ID>"];

/// What stands for the standard input where a file is named.
pub(crate) const STANDARD_INPUT: &str = "-";

/// A word of a command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// What the program gets to see.
    pub(super) text: String,
    /// Where it begins, in bytes.
    pub(super) offset: usize,
    /// How long it is as typed, quotes included, in bytes.
    pub(super) length: usize,
    /// The name of a variable in it.
    variable: Option<String>,
    /// Whether a part of it was quoted: a quoted `-f` is an option still, a quoted `<` no sign.
    is_quoted: bool,
    /// Whether a shell has read it, which connects programs by pipes.
    is_of_a_shell: bool,
}

/// A command line in its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// The words, without the redirection.
    pub(super) words: Vec<Word>,
    /// The file after `>`.
    pub(super) redirect: Option<Word>,
}

impl Word {
    /// A word that the shell has read, all of which stands there.
    pub(super) const fn expanded(text: String, offset: usize, length: usize) -> Self {
        Self {
            text,
            offset,
            length,
            variable: None,
            is_quoted: false,
            is_of_a_shell: true,
        }
    }

    /// The text, where the model knows it.
    pub(super) fn value(&self) -> Result<&str, CommandError> {
        match &self.variable {
            None => Ok(&self.text),
            Some(name) => Err(self.error(format!(
                "the value of ${name} is not known: nothing before it sets it"
            ))),
        }
    }

    /// A lock ID: as typed, or the placeholder.
    pub(super) fn lock_id(&self) -> Result<LockIdArgument, CommandError> {
        if self.is_placeholder() {
            let name = self.text.to_uppercase().replace(['-', ' '], "_");
            return if PLACEHOLDERS.contains(&name.as_str()) {
                Ok(LockIdArgument::Placeholder)
            } else {
                Err(self
                    .error(format!("{} is no placeholder for a lock ID", self.text))
                    .suggest("<LOCK_ID>"))
            };
        }
        let text = self.value().map_err(|error| error.suggest("<LOCK_ID>"))?;
        if text.is_empty() {
            return Err(self.error("the lock ID is empty").suggest("<LOCK_ID>"));
        }
        Ok(LockIdArgument::Literal(text.into()))
    }

    /// Refuses a word that is too long to be repeated in messages.
    pub(super) fn check_length(&self) -> Result<(), CommandError> {
        let length = self.length;
        if length <= WORD_BYTES_MAX {
            return Ok(());
        }
        Err(self.error(format!(
            "a word of {length} bytes; the model takes at most {WORD_BYTES_MAX}"
        )))
    }

    /// The name of a file, or `-` for the standard input.
    pub(super) fn file_or_input(&self) -> Result<Arc<str>, CommandError> {
        if self.is_of_a_shell && self.text == STANDARD_INPUT {
            return Ok(STANDARD_INPUT.into());
        }
        self.file()
    }

    /// The name of a file in the working directory. A path is a name like any other; only a
    /// leading `./` is dropped.
    pub(super) fn file(&self) -> Result<Arc<str>, CommandError> {
        let text = self.value()?;
        if self.is_placeholder() {
            return Err(self.error(format!("{text} stands where a file name is needed")));
        }
        let mut name = text;
        while let Some(rest) = name.strip_prefix("./") {
            name = rest;
        }
        match name {
            _ if self.is_of_a_shell => Ok(name.into()),
            "" if text.is_empty() => Err(self.error("the file name is empty")),
            "-" => Err(self.error("the model has no standard input: name a file")),
            "" | "." | ".." => Err(self.error(format!("{text} is a directory: name a file"))),
            _ if name.ends_with('/') => {
                Err(self.error(format!("{text} is a directory: name a file")))
            }
            _ => Ok(name.into()),
        }
    }

    /// Whether the word is `<SOMETHING>`, unquoted.
    pub(super) fn is_placeholder(&self) -> bool {
        !self.is_quoted && self.text.starts_with('<') && self.text.ends_with('>')
    }

    /// Whether the word is a number, unquoted.
    fn is_number(&self) -> bool {
        !self.is_quoted && !self.text.is_empty() && self.text.bytes().all(|b| b.is_ascii_digit())
    }

    /// An error at this word.
    pub(super) fn error(&self, message: impl Into<String>) -> CommandError {
        CommandError {
            offset: self.offset,
            length: self.length,
            message: message.into(),
            suggestion: None,
            kind: CommandErrorKind::Mistake,
        }
    }

    /// The part of the word from `start` on, as a word of its own; its place is exact where the
    /// word was not quoted before it.
    pub(super) fn tail(&self, start: usize) -> Self {
        let skipped = if self.is_quoted { 0 } else { start };
        Self {
            text: self.text[start..].to_owned(),
            offset: self.offset + skipped,
            length: self.length.saturating_sub(skipped),
            variable: self.variable.clone(),
            is_quoted: self.is_quoted,
            is_of_a_shell: self.is_of_a_shell,
        }
    }
}

/// Splits a line into its words, if it is one command without operators.
pub(super) fn split(line: &str) -> Option<Line> {
    let mut splitter = Splitter {
        line,
        chars: line.char_indices().peekable(),
    };
    let mut words = Vec::new();
    let mut redirect: Option<Word> = None;
    while let Some(&(offset, char)) = splitter.chars.peek() {
        match char {
            ' ' | '\t' | '\r' => {
                splitter.chars.next();
            }
            '#' => while splitter.chars.next_if(|(_, c)| *c != '\n').is_some() {},
            '>' if redirect.is_some() => return None,
            '>' => redirect = Some(splitter.redirection(offset)?),
            '\n' if line[offset..].trim().is_empty() => break,
            '\n' => return None,
            _ if line[offset..].starts_with("\\\n") => splitter.skip(2),
            _ => words.push(splitter.word()?),
        }
    }
    Some(Line { words, redirect })
}

/// Reads a line from left to right.
struct Splitter<'a> {
    line: &'a str,
    chars: Peekable<CharIndices<'a>>,
}

impl Splitter<'_> {
    fn position(&mut self) -> usize {
        self.chars
            .peek()
            .map_or(self.line.len(), |(offset, _)| *offset)
    }

    fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.chars.next();
        }
    }

    /// Reads `> FILE`.
    fn redirection(&mut self, start: usize) -> Option<Word> {
        self.chars.next();
        if self.line[start + 1..].starts_with(['>', '&']) {
            return None;
        }
        while self
            .chars
            .next_if(|(_, c)| *c == ' ' || *c == '\t')
            .is_some()
        {}
        let at = self.position();
        let next = self.line[at..].chars().next();
        if next.is_none_or(|c| matches!(c, '\n' | '#' | '>' | '|' | '&' | ';')) {
            return None;
        }
        self.word()
    }

    /// Reads one word, up to a blank or an operator.
    fn word(&mut self) -> Option<Word> {
        let start = self.position();
        let mut word = Word {
            text: String::new(),
            offset: start,
            length: 0,
            variable: None,
            is_quoted: false,
            is_of_a_shell: false,
        };
        if let Some(length) = placeholder_length(&self.line[start..]) {
            word.text.push_str(&self.line[start..start + length]);
            while self.chars.next_if(|(at, _)| *at < start + length).is_some() {}
        }
        while let Some(&(offset, char)) = self.chars.peek() {
            match char {
                'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' | '.' | '/' | ':' | '=' | ',' => {
                    self.plain(&mut word, offset);
                }
                '>' if word.is_number() => return None,
                ' ' | '\t' | '\r' | '\n' | '>' => break,
                '\'' => self.single_quoted(&mut word)?,
                '"' => self.double_quoted(&mut word)?,
                '\\' => self.escaped(&mut word),
                '$' | '`' => self.expansion(&mut word)?,
                '|' | '&' | ';' | '<' | '(' | ')' | '*' | '?' | '[' => return None,
                _ => {
                    word.text.push(char);
                    self.chars.next();
                }
            }
        }
        word.length = self.position() - start;
        (word.length <= WORD_BYTES_MAX).then_some(word)
    }

    /// Reads what is a letter of a word and nothing else, in one go.
    fn plain(&mut self, word: &mut Word, start: usize) {
        let is_plain = |c: &u8| c.is_ascii_alphanumeric() || b"-_./:=,".contains(c);
        let length = self.line[start..].bytes().take_while(is_plain).count();
        word.text.push_str(&self.line[start..start + length]);
        self.skip(length);
    }

    fn single_quoted(&mut self, word: &mut Word) -> Option<()> {
        self.chars.next();
        word.is_quoted = true;
        loop {
            match self.chars.next() {
                None => return None,
                Some((_, '\'')) => return Some(()),
                Some((_, char)) => word.text.push(char),
            }
        }
    }

    fn double_quoted(&mut self, word: &mut Word) -> Option<()> {
        self.chars.next();
        word.is_quoted = true;
        loop {
            match self.chars.peek().copied() {
                None => return None,
                Some((_, '"')) => {
                    self.chars.next();
                    return Some(());
                }
                Some((offset, '\\')) => {
                    self.chars.next();
                    match self.line[offset + 1..].chars().next() {
                        Some('\n') => self.skip(1),
                        Some(c @ ('"' | '\\' | '$' | '`')) => {
                            word.text.push(c);
                            self.skip(1);
                        }
                        Some(_) | None => word.text.push('\\'),
                    }
                }
                Some((_, '$' | '`')) => self.expansion(word)?,
                Some((_, char)) => {
                    word.text.push(char);
                    self.chars.next();
                }
            }
        }
    }

    /// A backslash outside quotes: the next character stands for itself; a line goes on.
    fn escaped(&mut self, word: &mut Word) {
        self.chars.next();
        match self.chars.next() {
            Some((_, '\n')) | None => {}
            Some((_, char)) => {
                word.is_quoted = true;
                word.text.push(char);
            }
        }
    }

    /// `$NAME` or `${NAME}`.
    fn expansion(&mut self, word: &mut Word) -> Option<()> {
        let start = self.position();
        let rest = &self.line[start..];
        if rest.starts_with("$(") || rest.starts_with('`') {
            return None;
        }
        let name = rest[1..].trim_start_matches('{');
        let end = name
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(name.len());
        let braces = rest.len() - 1 - name.len();
        let closing = usize::from(braces > 0 && name[end..].starts_with('}'));
        let length = 1 + braces + end + closing;
        if end == 0 {
            self.chars.next();
            word.text.push('$');
            return Some(());
        }
        word.variable.get_or_insert_with(|| name[..end].to_owned());
        word.text.push_str(&rest[..length]);
        while self.chars.next_if(|(at, _)| *at < start + length).is_some() {}
        Some(())
    }
}

/// The length of a `<PLACEHOLDER>` at the start of the text.
fn placeholder_length(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('<')?;
    let end = inside.find('>')?;
    let name = &inside[..end];
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && !name.ends_with(' ')
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ' '));
    is_name.then_some(end + 2)
}

/// The first placeholder in a text that the shell can't read, and where it is.
pub(super) fn placeholder(text: &str) -> Option<(Range<usize>, &str)> {
    let mut starts = text.match_indices('<').map(|(start, _)| start);
    starts.find_map(|start| {
        let end = start + placeholder_length(&text[start..])?;
        Some((start..end, &text[start..end]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(line: &str) -> Vec<String> {
        let split = split(line).unwrap();
        split.words.into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn words_are_those_of_a_shell() {
        for line in [
            "terraform apply -auto-approve",
            "  a   'b c'  \"d \\\" e\" f\\ g  ",
            "jq '.serial = 3' errored.tfstate",
            "a # a comment",
            "a'b'\"c\"d ''",
        ] {
            assert_eq!(Some(texts(line)), shlex::split(line), "{line}");
        }
    }

    #[test]
    fn a_backslash_at_the_end_of_a_line_goes_on() {
        assert_eq!(texts("a \\\n  b\\\nc"), ["a", "bc"]);
    }

    #[test]
    fn words_know_their_places() {
        let line = "az 'x y' -c $ACCOUNT <LOCK_ID> > out.json";
        let split = split(line).unwrap();
        let places: Vec<&str> = split
            .words
            .iter()
            .map(|word| &line[word.offset..word.offset + word.length])
            .collect();
        assert_eq!(places, ["az", "'x y'", "-c", "$ACCOUNT", "<LOCK_ID>"]);
        assert_eq!(split.redirect.unwrap().text, "out.json");
        assert!(split.words[3].value().is_err());
        assert_eq!(split.words[4].lock_id(), Ok(LockIdArgument::Placeholder));
    }
}
