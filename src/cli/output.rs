//! What is printed: results on the standard output, complaints on the standard error.

use std::borrow::Cow;
use std::fs;
use std::io::{self, BufWriter, IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use anstream::{AutoStream, ColorChoice};
use leaselab::render::{self, Color, Detail, Layout, Symbols};

use super::ColorWhen;
use super::exit::{Exit, Failure};
use super::input::in_words;

/// Narrower terminals are written to as if they had so many columns.
const WIDTH_MIN: usize = 60;
/// The width of what is piped, unless `COLUMNS` says otherwise.
const WIDTH_PIPED: usize = 80;

/// Where results and complaints go.
#[derive(Debug)]
pub(crate) struct Output {
    results: BufWriter<io::Stdout>,
    color: ColorChoice,
    reader: Reader,
}

/// Whoever reads the standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    /// Takes what is printed.
    Listens,
    /// Has closed it, as `| head` does: what is left is done all the same, and not printed.
    IsGone,
}

impl Output {
    /// Output that is colored as asked for.
    pub(crate) fn new(when: ColorWhen) -> Self {
        let color = match when {
            ColorWhen::Auto => AutoStream::choice(&io::stdout()),
            ColorWhen::Always => ColorChoice::Always,
            ColorWhen::Never => ColorChoice::Never,
        };
        Self {
            results: BufWriter::new(io::stdout()),
            color,
            reader: Reader::Listens,
        }
    }

    /// The layout for the standard output.
    pub(crate) fn layout(&self, detail: Detail) -> Layout {
        let terminal = io::stdout()
            .is_terminal()
            .then(terminal_size::terminal_size)
            .flatten();
        let asked = std::env::var_os("COLUMNS");
        let width = terminal
            .map(|(width, _)| usize::from(width.0))
            .or_else(|| columns(asked.as_deref()?.to_str()?))
            .map_or(WIDTH_PIPED, |width| width.max(WIDTH_MIN));
        let color = match self.color {
            ColorChoice::Always | ColorChoice::AlwaysAnsi => Color::Ansi,
            ColorChoice::Auto | ColorChoice::Never => Color::Plain,
        };
        Layout {
            width,
            color,
            detail,
            ..Layout::default()
        }
    }

    /// Whether a workflow of GitHub Actions reads the standard output.
    pub(crate) fn is_in_github_actions() -> bool {
        std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true")
    }

    /// Prints a result, with what a terminal or a workflow of GitHub Actions would obey made
    /// visible.
    pub(crate) fn print(&mut self, text: &str) -> Result<(), Failure> {
        let text = self.visible(text);
        self.print_commands(&text)
    }

    /// Prints workflow commands of GitHub Actions as they are.
    pub(crate) fn print_commands(&mut self, text: &str) -> Result<(), Failure> {
        self.if_read(|results| results.write_all(text.as_bytes()))
    }

    /// Hands on what was printed.
    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        self.if_read(BufWriter::flush)
    }

    fn if_read(
        &mut self,
        write: impl FnOnce(&mut BufWriter<io::Stdout>) -> io::Result<()>,
    ) -> Result<(), Failure> {
        if self.reader == Reader::IsGone {
            return Ok(());
        }
        match write(&mut self.results) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.reader = Reader::IsGone;
                Ok(())
            }
            Err(error) => Err(Failure::input(format!(
                "cannot print: {}",
                in_words(&error)
            ))),
        }
    }

    fn visible<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let colors = match self.color {
            ColorChoice::Always | ColorChoice::AlwaysAnsi => Color::Ansi,
            ColorChoice::Auto | ColorChoice::Never => Color::Plain,
        };
        let text = render::visible(text, colors);
        if Self::is_in_github_actions() {
            Cow::Owned(render::without_commands(&text))
        } else {
            text
        }
    }

    /// Says what is wrong with the input.
    pub(crate) fn complain(&mut self, message: &str) {
        // What was printed so far comes first; where nobody reads either, nothing is left to say.
        self.results.flush().ok();
        let mut stderr = io::stderr().lock();
        let message = render::visible(message.trim_end(), Color::Plain);
        let message = if Self::is_in_github_actions() {
            Cow::Owned(render::without_commands(&message))
        } else {
            message
        };
        let prefix = if message.starts_with("error") {
            ""
        } else {
            "error: "
        };
        writeln!(stderr, "{prefix}{message}").ok();
    }
}

impl Output {
    /// Says something beside the result, on the standard error.
    pub(crate) fn note(&mut self, message: &str) {
        self.results.flush().ok();
        writeln!(io::stderr().lock(), "note: {message}").ok();
    }
}

/// The layout, as `--requests` and `--ascii` ask for it.
pub(crate) const fn drawn(layout: Layout, requests: bool, ascii: bool) -> Layout {
    Layout {
        detail: if requests {
            Detail::Requests
        } else {
            Detail::Story
        },
        symbols: if ascii {
            Symbols::Ascii
        } else {
            Symbols::Unicode
        },
        ..layout
    }
}

/// How many columns are asked for, where it is a number of them.
fn columns(asked: &str) -> Option<usize> {
    asked.trim().parse().ok().filter(|columns| *columns > 0)
}

/// Writes a file, and the folder in which it stands. What a terminal would obey that shows the
/// file is visible in it, too; in JSON the spelling is that of the same character.
pub(crate) fn write_file(path: &Path, text: &str) -> Result<(), Failure> {
    let text = render::visible(text, Color::Plain);
    let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
    folder
        .and_then(|()| fs::write(path, &*text))
        .map_err(|error| {
            Failure::input(format!(
                "cannot write {}: {}",
                path.display(),
                in_words(&error)
            ))
        })
}

/// Prints help, the version, or what is wrong with the arguments.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    let exit = if error.use_stderr() {
        Exit::BadInput
    } else {
        Exit::AsExpected
    };
    error.print().ok();
    exit.into()
}
