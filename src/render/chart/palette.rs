//! How what lasts looks on white: colors of Okabe and Ito, which the color-blind tell apart, and
//! beside each color a pattern or a word, so that none is needed.

use super::{Bar, BarKind, LockLook, ObjectLook};
use crate::render::fact::Tone;

pub(in crate::render) const INK: &str = "#1b1f24";
pub(in crate::render) const FAINT: &str = "#57606a";
pub(in crate::render) const BLUE: &str = "#0072b2";
/// Vermillion that reads as text on white.
pub(in crate::render) const ALARM: &str = "#a84300";
/// Green that reads as text on white.
pub(in crate::render) const CALM: &str = "#00694d";
/// Purple that reads as text on white.
pub(in crate::render) const STAGE: &str = "#8a3a68";

/// How a bar is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::render) enum Fill {
    Plain,
    /// Strokes aslant on the color.
    Hatched,
    /// The color as a dashed outline only.
    Outline,
}

/// How a kind of bar looks, and what the legend calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::render) struct Look {
    pub(in crate::render) name: &'static str,
    pub(in crate::render) color: &'static str,
    pub(in crate::render) text: &'static str,
    pub(in crate::render) fill: Fill,
}

const fn look(name: &'static str, color: &'static str, fill: Fill) -> Look {
    Look {
        name,
        color,
        text: INK,
        fill,
    }
}

impl Bar {
    /// How it looks.
    pub(in crate::render) const fn look(&self) -> Look {
        match self.what {
            BarKind::Run { exit: Some(0), .. } => Look {
                text: "#ffffff",
                ..look("command, exit 0", BLUE, Fill::Plain)
            },
            BarKind::Run { exit: Some(_), .. } => Look {
                text: "#ffffff",
                ..look("command that failed", ALARM, Fill::Plain)
            },
            BarKind::Run { exit: None, .. } => look("command at work", BLUE, Fill::Outline),
            BarKind::Phase { .. } => look("what it is at", "#d3e9f7", Fill::Plain),
            BarKind::Lock(LockLook::Held) => look("lock held", "#e69f00", Fill::Plain),
            BarKind::Lock(LockLook::Orphaned) => {
                look("lock without a holder", "#e69f00", Fill::Hatched)
            }
            BarKind::Lock(LockLook::Breaking) => look("lock being broken", "#f0e442", Fill::Plain),
            BarKind::Lock(LockLook::Expired) => look("lease ran out", "#8c959f", Fill::Outline),
            BarKind::Record => look("a copy of the state", "#dde1e6", Fill::Plain),
            BarKind::Object(ObjectLook::Creating) => {
                look("being created", "#009e73", Fill::Outline)
            }
            BarKind::Object(ObjectLook::Unsaved) => {
                look("exists, not saved yet", "#56b4e9", Fill::Plain)
            }
            BarKind::Object(ObjectLook::Recorded) => {
                look("exists and recorded", "#4fc3a1", Fill::Plain)
            }
            BarKind::Object(ObjectLook::Changed) => {
                look("recorded as it was", "#f0e442", Fill::Hatched)
            }
            BarKind::Object(ObjectLook::Orphaned) => {
                look("exists, no state knows it", "#f08a4b", Fill::Hatched)
            }
            BarKind::Object(ObjectLook::Ghost) => {
                look("gone, still recorded", "#57606a", Fill::Outline)
            }
            BarKind::Fault => look("fault", "#e3a9c9", Fill::Plain),
        }
    }
}

/// The color of what a fact says, as text on white.
pub(in crate::render) const fn ink(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain | Tone::Remark => INK,
        Tone::Command => BLUE,
        Tone::Good => CALM,
        Tone::Bad => ALARM,
        Tone::Staged => STAGE,
    }
}
