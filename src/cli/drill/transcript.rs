//! A transcript on the standard input, typed line by line.

use std::io::{self, BufRead as _, Read as _};

use leaselab::drill::Drill;
use leaselab::render::Layout;

use super::Printer;
use crate::cli::exit::Failure;
use crate::cli::input::in_words;
use crate::cli::output::Output;

/// A longer transcript is not read to its end.
const BYTES_MAX: u64 = 1024 * 1024;

/// Types what stands there, and shows it behind its prompts.
pub(super) fn run(mut drill: Drill, layout: Layout, output: &mut Output) -> Result<Drill, Failure> {
    let mut printer = Printer::default();
    let mut input = io::stdin().lock().take(BYTES_MAX);
    while !drill.is_over() {
        let mut line = Vec::new();
        let read = input.read_until(b'\n', &mut line);
        let read = read.map_err(|error| {
            Failure::input(format!("cannot read the transcript: {}", in_words(&error)))
        })?;
        if read == 0 {
            let said = drill.end_of_input();
            printer.print(&said, &drill, layout, output)?;
            break;
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end_matches(['\n', '\r']);
        if !is_key(line) {
            // Before a line stands what came of the one above it, unless a key strikes into that.
            let said = drill.settle();
            printer.print(&said, &drill, layout, output)?;
        }
        if drill.is_over() {
            break;
        }
        if !drill.is_at_work() {
            let prompt = printer.prompt(&drill);
            output.print(&format!("{prompt}{line}\n"))?;
            printer.question.clear();
        }
        let said = drill.line(line);
        printer.print(&said, &drill, layout, output)?;
    }
    Ok(drill)
}

/// Whether a line strikes into the command above it: a Ctrl+C, or somebody else who types.
fn is_key(line: &str) -> bool {
    let line = line.trim();
    let switches = line.trim_start_matches(':').starts_with("switch ") && line.contains(" after ");
    line.starts_with("^C") || switches
}
