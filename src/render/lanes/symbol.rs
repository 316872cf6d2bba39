//! The characters that lanes are drawn with, and what they mean.

use std::collections::BTreeSet;

use crate::render::chart::{LockLook, ObjectLook};
use crate::render::fact::Tone;
use crate::render::layout::Symbols;
use crate::terraform::process::ProcessPhase;

/// A character, or an arrow, by what it means; in the order of the legend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Symbol {
    Typed,
    Done,
    Safe,
    Failed,
    Staged,
    Remark,
    Message,
    Exchange,
    Refusal,
    Lost,
    Works,
    Asks,
    Applies,
    Saves,
    Errored,
    Held,
    Orphaned,
    Breaking,
    Expired,
    Creating,
    Unsaved,
    Recorded,
    Changed,
    Unrecorded,
    Ghost,
    Fault,
    Part,
    Meet,
    Gap,
    Again,
}

impl Symbol {
    /// What is drawn, with Unicode and in ASCII, and what it means.
    const fn row(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Typed => ("$", "$", "a command is typed"),
            Self::Done => ("•", "*", "something is done"),
            Self::Safe => ("✓", "+", "something is made safe"),
            Self::Failed => ("✗", "x", "something fails or is refused"),
            Self::Staged => ("▼", "v", "a fault, or a hand from outside"),
            Self::Remark => ("»", "\"", "a request, or a remark"),
            Self::Message => ("───▶", "--->", "a request or an answer arrives"),
            Self::Exchange => ("◀──▶", "<-->", "asked and answered"),
            Self::Refusal => ("╌╌╌▶", "...>", "a refusal comes back"),
            Self::Lost => ("──✗", "--x", "lost on the way"),
            Self::Works => ("│", "|", "a command is at work"),
            Self::Asks => ("┊", "?", "it waits for an answer"),
            Self::Applies => ("┃", "A", "it applies"),
            Self::Saves => ("║", "S", "it saves"),
            Self::Errored => ("e", "e", "errored.tfstate lies there"),
            Self::Held => ("█", "#", "locked"),
            Self::Orphaned => ("▒", "X", "locked, and whoever took it is gone"),
            Self::Breaking => ("▚", "B", "the lock is being broken"),
            Self::Expired => ("░", ":", "the lease has expired"),
            Self::Creating => ("◌", ".", "an object is being created"),
            Self::Unsaved => ("○", "o", "it exists, and is not saved yet"),
            Self::Recorded => ("●", "@", "it exists, and the state records it"),
            Self::Changed => ("◐", "%", "it exists, and the record is stale"),
            Self::Unrecorded => ("◆", "!", "it exists, and no state records it"),
            Self::Ghost => ("×", "~", "it is gone, and still recorded"),
            Self::Fault => ("╎", ";", "a fault lasts"),
            Self::Part => ("≠", "/=", "cloud and records part"),
            Self::Meet => ("=", "==", "they are in step again"),
            Self::Gap => ("⋮", ":", "nothing occurs for so long"),
            Self::Again => ("…", "...", "the same again"),
        }
    }

    /// As it is drawn.
    pub(super) const fn glyph(self, symbols: Symbols) -> &'static str {
        let (unicode, ascii, _) = self.row();
        match symbols {
            Symbols::Unicode => unicode,
            Symbols::Ascii => ascii,
        }
    }

    pub(super) const fn of_tone(tone: Tone) -> Self {
        match tone {
            Tone::Plain => Self::Done,
            Tone::Command => Self::Typed,
            Tone::Good => Self::Safe,
            Tone::Bad => Self::Failed,
            Tone::Staged => Self::Staged,
            Tone::Remark => Self::Remark,
        }
    }

    pub(super) const fn of_phase(phase: ProcessPhase) -> Self {
        match phase {
            ProcessPhase::Starting
            | ProcessPhase::Listing
            | ProcessPhase::Opening
            | ProcessPhase::Locking
            | ProcessPhase::Reading
            | ProcessPhase::Planning
            | ProcessPhase::Unlocking
            | ProcessPhase::Leaving => Self::Works,
            ProcessPhase::Prompting => Self::Asks,
            ProcessPhase::Walking => Self::Applies,
            ProcessPhase::Saving => Self::Saves,
        }
    }

    pub(super) const fn of_lock(look: LockLook) -> Self {
        match look {
            LockLook::Held => Self::Held,
            LockLook::Orphaned => Self::Orphaned,
            LockLook::Breaking => Self::Breaking,
            LockLook::Expired => Self::Expired,
        }
    }

    pub(super) const fn of_object(look: ObjectLook) -> Self {
        match look {
            ObjectLook::Creating => Self::Creating,
            ObjectLook::Unsaved => Self::Unsaved,
            ObjectLook::Recorded => Self::Recorded,
            ObjectLook::Changed => Self::Changed,
            ObjectLook::Orphaned => Self::Unrecorded,
            ObjectLook::Ghost => Self::Ghost,
        }
    }
}

/// Which symbols were drawn: what the legend explains.
#[derive(Debug, Default)]
pub(super) struct Used(BTreeSet<Symbol>);

impl Used {
    pub(super) fn add(&mut self, symbol: Symbol) {
        self.0.insert(symbol);
    }

    /// Each symbol with what it means: `$ a command is typed`.
    pub(super) fn entries(&self, symbols: Symbols) -> impl Iterator<Item = String> {
        { self.0.iter() }.map(move |symbol| format!("{} {}", symbol.glyph(symbols), symbol.row().2))
    }
}
