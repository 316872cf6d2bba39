//! Errors as they stand on the terminal.

use std::fmt::Write;

use super::Words;
use crate::terraform::diagnostic::{Diagnostic, DiagnosticKind};
use crate::terraform::invocation::Action;
use crate::terraform::lock::LockInfo;
use crate::terraform::process::ERRORED;

const RED: &str = "\u{1b}[31m";
const BOLD: &str = "\u{1b}[1m";
const RESET: &str = "\u{1b}[0m";

/// How a command's errors are framed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ErrorFrame {
    /// In a frame of red lines.
    Colored,
    /// With `-no-color`: the same lines without a frame.
    Plain,
    /// Of an older command: one red line.
    Bare,
    /// Of an older command with `-no-color`.
    BarePlain,
}

impl ErrorFrame {
    /// The frame that an action's errors have.
    pub(super) const fn of(action: &Action, is_colored: bool) -> Self {
        let is_old = match action {
            Action::WorkspaceList
            | Action::ForceUnlock { .. }
            | Action::StateList { .. }
            | Action::StateShow(_)
            | Action::StatePull
            | Action::StatePush { .. }
            | Action::StateRemove { .. }
            | Action::StateMove { .. }
            | Action::Taint(_)
            | Action::Untaint(_) => true,
            Action::Init
            | Action::Plan { .. }
            | Action::Apply { .. }
            | Action::ApplySaved { .. }
            | Action::Refresh { .. }
            | Action::Import { .. }
            | Action::Show { .. }
            | Action::Output { .. } => false,
        };
        match (is_old, is_colored) {
            (false, true) => Self::Colored,
            (false, false) => Self::Plain,
            (true, true) => Self::Bare,
            (true, false) => Self::BarePlain,
        }
    }

    /// An error as it is written.
    pub(super) fn text(self, diagnostic: &Diagnostic, words: Words<'_>) -> String {
        let has_block = diagnostic.lock_info.is_some();
        match self {
            Self::Colored => colored(diagnostic, words),
            Self::Plain => plain(diagnostic, words),
            // A refused lock is framed by the older commands, too.
            Self::Bare if has_block => {
                format!("{RED}{}{RESET}{RESET}\n", colored(diagnostic, words))
            }
            Self::BarePlain if has_block => plain(diagnostic, words),
            Self::Bare => format!("{RED}{}{RESET}{RESET}\n", diagnostic.summary),
            Self::BarePlain => format!("{}\n", diagnostic.summary),
        }
    }
}

fn colored(diagnostic: &Diagnostic, words: Words<'_>) -> String {
    let mut text = format!(
        "{RED}╷{RESET}{RESET}\n{RED}│{RESET} {RESET}{BOLD}{RED}Error: {RESET}{RESET}{BOLD}{}{RESET}\n",
        diagnostic.summary
    );
    let below = below(diagnostic, words);
    if !below.is_empty() {
        writeln!(text, "{RED}│{RESET} {RESET}").expect("a string takes all");
    }
    for line in below.lines() {
        writeln!(text, "{RED}│{RESET} {RESET}{line}").expect("a string takes all");
    }
    writeln!(text, "{RED}╵{RESET}{RESET}").expect("a string takes all");
    text
}

fn plain(diagnostic: &Diagnostic, words: Words<'_>) -> String {
    let below = below(diagnostic, words);
    let gap = if below.is_empty() { "" } else { "\n" };
    format!("\nError: {}\n{gap}{below}", diagnostic.summary)
}

/// What stands under the summary: the cause, and the lock info.
fn below(diagnostic: &Diagnostic, words: Words<'_>) -> String {
    let mut text = String::new();
    if let Some(cause) = &diagnostic.cause
        && !diagnostic.summary.contains(&**cause)
    {
        let message = if diagnostic.kind.is_lock_error() {
            "Error message: "
        } else {
            ""
        };
        writeln!(text, "{message}{cause}").expect("a string takes all");
    }
    if matches!(diagnostic.kind, DiagnosticKind::StateNotPersisted) {
        writeln!(text, "The state is in {ERRORED}, in this directory.")
            .expect("a string takes all");
    }
    if let Some(info) = &diagnostic.lock_info {
        text.push_str(&block(info, words));
    }
    text
}

/// The lock info block.
fn block(info: &LockInfo, words: Words<'_>) -> String {
    let who = words.names.operator(info.who);
    format!(
        "Lock Info:\n  ID:        {}\n  Path:      {}\n  Operation: {}\n  \
         Who:       {who}@{who}\n  Version:   1.11.4\n  Created:   {}\n  Info:      \n",
        info.id,
        words.names.lock_path(),
        info.operation,
        (words.date)(info.created)
    )
}
