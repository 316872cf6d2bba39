//! What can be typed that is for leaselab, and not for the shell.

/// A word for leaselab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Builtin {
    /// What there is to know.
    Look,
    /// A hint.
    Hint,
    /// What the last line means.
    Why,
    /// Takes back a command.
    Undo,
    /// Begins again.
    Again,
    /// Asks a colleague.
    Ask,
    /// Somebody else types.
    Switch,
    /// Shows what is so, and ends the drill.
    Truth,
    /// What can be typed.
    Help,
    /// Ends the drill.
    Quit,
}

/// All words for leaselab: as they are typed, what follows, and what they do.
pub const BUILTINS: [(Builtin, &str, &str, &str); 10] = [
    (
        Builtin::Look,
        "look",
        "",
        "what you can know: your files, your terminal, the portal",
    ),
    (
        Builtin::Hint,
        "hint",
        "",
        "a hint, three times: where to look, what is wrong, the command",
    ),
    (
        Builtin::Why,
        "why",
        "",
        "what the last error on your terminal means",
    ),
    (
        Builtin::Ask,
        "ask",
        "NAME",
        "ask a colleague: are you still working, what did you see?",
    ),
    (
        Builtin::Switch,
        "switch",
        "NAME",
        "let somebody else type; `switch NAME after 5s` while yours runs",
    ),
    (Builtin::Undo, "undo", "", "take back the last command"),
    (Builtin::Again, "again", "", "begin again, at the wreck"),
    (
        Builtin::Truth,
        "truth",
        "",
        "what is really so; ends the drill",
    ),
    (Builtin::Help, "help", "", "this list"),
    (
        Builtin::Quit,
        "quit",
        "",
        "end the drill, and see the grade",
    ),
];

impl Builtin {
    /// How it is typed.
    pub(super) fn word(self) -> Option<&'static str> {
        let found = BUILTINS.iter().find(|(builtin, ..)| *builtin == self);
        found.map(|(_, word, ..)| *word)
    }

    /// The builtin that a line calls, and what follows its name. One with a colon before it is
    /// leaselab's wherever it stands.
    pub(super) fn called(line: &str) -> Option<(Self, &str, bool)> {
        let line = line.trim();
        let (line, has_colon) = match line.strip_prefix(':') {
            Some(rest) => (rest, true),
            None => (line, false),
        };
        let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let found = BUILTINS.iter().find(|(_, known, ..)| *known == name);
        found.map(|(builtin, ..)| (*builtin, rest.trim(), has_colon))
    }
}
