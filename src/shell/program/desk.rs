//! What every program works with: its arguments, its input, the files, and what it prints.

use std::sync::Arc;

use crate::shell::absolute;

use super::{Call, Change, Disk, FileError, FileKind, OUTPUT_MAX, Outcome, Output, Starts, Stream};

/// Why a program ends before its last line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    /// With this status; what there was to say is printed.
    Exit(u8),
    /// It needs what is not modeled; a sentence without the program's name.
    NotModeled(String),
    /// It starts other programs.
    Starts(Starts),
}

/// How a program ends: its status, or why it stopped.
pub(super) type Ended = Result<u8, Stop>;

/// A [`Stop`] that names what is not modeled.
pub(super) fn not_modeled<T>(what: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::NotModeled(what.into()))
}

/// The place where a program works.
pub(super) struct Desk<'a> {
    call: &'a Call<'a>,
    disk: &'a mut dyn Disk,
    /// The name it was called by, without a directory.
    pub(super) name: &'a str,
    chunks: Vec<(Stream, String)>,
    printed: usize,
}

impl<'a> Desk<'a> {
    pub(super) fn new(call: &'a Call<'a>, disk: &'a mut dyn Disk, name: &'a str) -> Self {
        Self {
            call,
            disk,
            name,
            chunks: Vec::new(),
            printed: 0,
        }
    }

    /// The arguments, without the program's name.
    pub(super) fn arguments(&self) -> &'a [String] {
        self.call.argv.get(1..).unwrap_or_default()
    }

    pub(super) fn call(&self) -> &'a Call<'a> {
        self.call
    }

    /// Prints to standard output.
    pub(super) fn out(&mut self, text: &str) {
        self.print(Stream::Stdout, text);
    }

    /// Prints a line to standard output.
    pub(super) fn line(&mut self, text: &str) {
        self.out(text);
        self.out("\n");
    }

    /// Prints to standard error as it stands.
    pub(super) fn err(&mut self, text: &str) {
        self.print(Stream::Stderr, text);
    }

    /// Prints a line to standard error that begins with the program's name.
    pub(super) fn complain(&mut self, text: impl AsRef<str>) {
        let line = format!("{}: {}\n", self.name, text.as_ref());
        self.err(&line);
    }

    /// Prints a complaint and stops with a status.
    pub(super) fn fail<T>(&mut self, status: u8, text: impl AsRef<str>) -> Result<T, Stop> {
        self.complain(text);
        Err(Stop::Exit(status))
    }

    fn print(&mut self, stream: Stream, text: &str) {
        if text.is_empty() || self.is_full() {
            return;
        }
        self.printed = self.printed.saturating_add(text.len());
        if self.is_full() {
            return;
        }
        match self.chunks.last_mut() {
            Some((on, chunk)) if *on == stream => chunk.push_str(text),
            Some(_) | None => self.chunks.push((stream, text.to_owned())),
        }
    }

    /// Whether more was printed than [`OUTPUT_MAX`]; whoever prints in a loop looks at it.
    pub(super) fn is_full(&self) -> bool {
        self.printed > OUTPUT_MAX
    }

    /// What the terminal or the pipe gives.
    pub(super) fn stdin(&self) -> Arc<str> {
        self.call.stdin.clone().unwrap_or_else(|| Arc::from(""))
    }

    /// The absolute path of an operand, without `.`, `..` and doubled slashes.
    pub(super) fn resolve(&self, operand: &str) -> String {
        absolute(self.call.cwd, operand)
    }

    /// The text of a file, or of standard input for `-`.
    pub(super) fn read(&self, operand: &str) -> Result<Arc<str>, FileError> {
        match operand {
            "-" | "/dev/stdin" => Ok(self.stdin()),
            "/dev/null" => Ok(Arc::from("")),
            "" => Err(FileError::NotFound),
            _ => {
                let path = self.resolve(operand);
                if operand.ends_with('/') && self.disk.kind(&path) == Some(FileKind::File) {
                    return Err(FileError::NotDirectory);
                }
                if self.disk.kind(&path) == Some(FileKind::Directory) {
                    return Err(FileError::IsDirectory);
                }
                self.disk.read(&path)
            }
        }
    }

    /// What an operand names.
    pub(super) fn kind(&self, operand: &str) -> Option<FileKind> {
        match operand {
            "" => None,
            "/dev/null" | "/dev/stdin" => Some(FileKind::File),
            _ => match self.disk.kind(&self.resolve(operand)) {
                Some(FileKind::File) if operand.ends_with('/') => None,
                kind => kind,
            },
        }
    }

    /// Whether an operand names a directory.
    pub(super) fn is_directory(&self, operand: &str) -> bool {
        self.kind(operand) == Some(FileKind::Directory)
    }

    /// The names in a directory, sorted by bytes as in the locale `C`.
    pub(super) fn list(&self, operand: &str) -> Result<Vec<String>, FileError> {
        let mut names = self.disk.list(&self.resolve(operand))?;
        names.sort();
        Ok(names)
    }

    pub(super) fn size(&self, operand: &str) -> u64 {
        self.disk.size(&self.resolve(operand))
    }

    pub(super) fn modified(&self, operand: &str) -> i64 {
        self.disk.modified(&self.resolve(operand))
    }

    /// Makes a change; one of `/dev/null` changes nothing.
    pub(super) fn change(&mut self, change: &Change) -> Result<(), FileError> {
        let written = match change {
            Change::Write { path, .. }
            | Change::Touch(path)
            | Change::Remove(path)
            | Change::MakeDirectory(path)
            | Change::RemoveDirectory(path)
            | Change::Copy { to: path, .. }
            | Change::Move { to: path, .. } => path,
        };
        if written == "/dev/null" {
            Ok(())
        } else {
            self.disk.change(change)
        }
    }

    /// Writes a whole file, or adds to it.
    pub(super) fn write(
        &mut self,
        operand: &str,
        text: String,
        append: bool,
    ) -> Result<(), FileError> {
        let path = self.resolve(operand);
        self.change(&Change::Write { path, text, append })
    }

    /// The texts of the operands, or of standard input where there are none. For one that cannot
    /// be read the complaint `NAME: OPERAND: reason` is printed in its turn.
    pub(super) fn inputs(&mut self, operands: &[String]) -> Inputs {
        let mut inputs = Inputs {
            texts: Vec::new(),
            all_read: true,
        };
        if operands.is_empty() {
            inputs.texts.push(("-".to_owned(), self.stdin()));
        }
        for operand in operands {
            match self.read(operand) {
                Ok(text) => inputs.texts.push((operand.clone(), text)),
                Err(error) => {
                    self.complain(format!("{operand}: {error}"));
                    inputs.all_read = false;
                }
            }
        }
        inputs
    }

    /// The outcome of the call.
    pub(super) fn end(self, result: Ended) -> Outcome {
        let status = match result {
            Ok(status) | Err(Stop::Exit(status)) => status,
            Err(Stop::NotModeled(what)) => {
                return Outcome::NotModeled(format!("{}: {what}", self.name));
            }
            Err(Stop::Starts(mut starts)) => {
                let said = self
                    .chunks
                    .into_iter()
                    .map(|(_, text)| text)
                    .collect::<String>();
                starts.notice.insert_str(0, &said);
                return Outcome::Starts(starts);
            }
        };
        if self.is_full() {
            return Outcome::NotModeled(format!(
                "{}: printing more than {OUTPUT_MAX} bytes is not modeled",
                self.name
            ));
        }
        Outcome::Ended(Output {
            status,
            chunks: self.chunks,
        })
    }
}

/// The texts that were read, each with its operand.
pub(super) struct Inputs {
    pub(super) texts: Vec<(String, Arc<str>)>,
    /// Whether every operand could be read.
    pub(super) all_read: bool,
}

/// The lines of a text without their newlines; a text that ends in one has no empty line after it.
pub(super) fn lines(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.split_inclusive('\n')
        .map(|line| line.strip_suffix('\n').unwrap_or(line))
}

/// A name as coreutils quote it in messages: in single quotes, with the shell's escapes where the
/// name itself has some.
pub(super) fn quoted(name: &str) -> String {
    if name.contains('\'') && !name.contains(['"', '$', '`', '\\', '\n']) {
        return format!("\"{name}\"");
    }
    format!("'{}'", name.replace('\'', "'\\''"))
}

/// A word as coreutils quote it in messages about arguments, in the locale `C.UTF-8`.
pub(super) fn curly(word: &str) -> String {
    format!("\u{2018}{word}\u{2019}")
}
