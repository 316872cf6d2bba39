//! Strokes: what a person does at a terminal, one after the other.
//!
//! In a runbook that is typed literally, as a drill records one, each is an item of its own: a line,
//! an answer at a prompt, a Ctrl+C; by whom; and how long the person waits before the next one.

use crate::command::PLACEHOLDERS;
use crate::kernel::SimDuration;

/// What a person does at a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stroke {
    /// Types a line. Where a command asks, it is the answer.
    Line,
    /// Types an answer.
    Answer,
    /// Presses Ctrl+C.
    Interrupt,
    /// Waits for a command that was left.
    Wait,
}

/// How a Ctrl+C is written.
pub const CTRL_C: &str = "^C";

/// A Ctrl+C as it is written: `^C`, or `^C after 5s`, with how long it comes after what was before.
/// `None` where a text is none.
pub fn interrupt(text: &str) -> Option<Option<SimDuration>> {
    let rest = text.trim().strip_prefix(CTRL_C)?.trim();
    if rest.is_empty() {
        return Some(None);
    }
    let after = rest.strip_prefix("after ")?.trim();
    after.parse().ok().map(Some)
}

/// A duration as [`interrupt`] reads it: `5s`, `1500ms`.
pub fn written(duration: SimDuration) -> String {
    let ms = duration.as_ms();
    if ms.is_multiple_of(1_000) {
        format!("{}s", ms / 1_000)
    } else {
        format!("{ms}ms")
    }
}

/// Whether a line has a placeholder in it that a scenario fills, and a person can't.
pub fn has_placeholder(line: &str) -> bool {
    let line = line.to_uppercase().replace(['-', ' '], "_");
    PLACEHOLDERS.iter().any(|spelled| line.contains(spelled))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ctrl_c_is_read_as_it_is_written() {
        for ms in [0, 1, 999, 1_000, 61_500] {
            let duration = SimDuration::from_ms(ms);
            let text = format!("{CTRL_C} after {}", written(duration));
            assert_eq!(interrupt(&text), Some(Some(duration)));
        }
        assert_eq!(interrupt(" ^C "), Some(None));
        assert_eq!(interrupt("^C^C"), None);
        assert_eq!(interrupt("^C after"), None);
        assert_eq!(interrupt("^C after soon"), None);
    }
}
