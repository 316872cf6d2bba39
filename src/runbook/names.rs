//! Names: what a runbook calls the state's blob, its container and so on.
//!
//! The first name of each kind stands for the scenario's own; any other is another thing.

use std::collections::BTreeMap;

use super::tree::Start;
pub use crate::command::az::is_never_state as is_spare;
use crate::shell::{Operation, Parameter, Part, Word, base_name};

/// What has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameKind {
    /// The blob that holds the state.
    Blob,
    /// Its container.
    Container,
    /// The storage account.
    Account,
    /// The directory of the configuration.
    Directory,
    /// The workspace.
    Workspace,
}

impl NameKind {
    /// All kinds.
    pub const ALL: [Self; 5] = [
        Self::Blob,
        Self::Container,
        Self::Account,
        Self::Directory,
        Self::Workspace,
    ];

    /// The kind, as `--map` takes it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Blob => "blob",
            Self::Container => "container",
            Self::Account => "account",
            Self::Directory => "directory",
            Self::Workspace => "workspace",
        }
    }

    /// What of the scenario it stands for.
    pub const fn of_scenario(self) -> &'static str {
        match self {
            Self::Blob => "the blob of the state",
            Self::Container => "the container of the state",
            Self::Account => "the storage account of the state",
            Self::Directory => "the operator's own directory",
            Self::Workspace => "the operator's own workspace",
        }
    }
}

/// Who says for what a name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamedBy {
    /// It is the first one in the runbook, at this line.
    Line(u32),
    /// Whoever called the program.
    Map,
}

/// The names that stand for the scenario's, and the others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NameMap {
    own: BTreeMap<NameKind, (String, NamedBy)>,
    others: Vec<(NameKind, String, u32)>,
}

impl NameMap {
    /// The names that stand for the scenario's.
    pub fn own(&self) -> impl Iterator<Item = (NameKind, &str, NamedBy)> {
        let own = self.own.iter();
        own.map(|(kind, (name, by))| (*kind, name.as_str(), *by))
    }

    /// The name that stands for the scenario's, if the runbook has one.
    pub fn name(&self, kind: NameKind) -> Option<&str> {
        self.own.get(&kind).map(|(name, _)| name.as_str())
    }

    /// Names that stand for other things, with the line of the first time.
    pub fn others(&self) -> impl Iterator<Item = (NameKind, &str, u32)> {
        let others = self.others.iter();
        others.map(|(kind, name, line)| (*kind, name.as_str(), *line))
    }

    /// Lets a name stand for the scenario's.
    pub fn set(&mut self, kind: NameKind, name: &str) {
        let before = self.own.insert(kind, (name.to_owned(), NamedBy::Map));
        self.others
            .retain(|(other, text, _)| *other != kind || text != name);
        if let Some((before, NamedBy::Line(line))) = before
            && before != name
        {
            self.others.push((kind, before, line));
            self.others.sort_by_key(|(_, _, line)| *line);
        }
    }

    /// A name of another thing at a line of the runbook.
    fn add_other(&mut self, kind: NameKind, name: &str, line: u32) {
        let is_listed = |(other, text, _): &(NameKind, String, u32)| *other == kind && text == name;
        if self.name(kind) != Some(name) && !self.others.iter().any(is_listed) {
            self.others.push((kind, name.to_owned(), line));
        }
    }

    /// A name at a line of the runbook.
    fn add(&mut self, kind: NameKind, name: &str, line: u32) {
        let is_known = self.own.get(&kind).is_some_and(|(own, _)| own == name)
            || self
                .others
                .iter()
                .any(|(other, text, _)| *other == kind && text == name);
        if is_known || name.is_empty() {
            return;
        }
        if is_spare(name) || self.own.contains_key(&kind) {
            self.others.push((kind, name.to_owned(), line));
        } else {
            self.own
                .insert(kind, (name.to_owned(), NamedBy::Line(line)));
        }
    }
}

/// Collects names from the programs that a runbook starts, in its order.
#[derive(Debug, Default)]
pub(super) struct Collector {
    pub(super) map: NameMap,
    /// Variables that were given a value, where it is plain text, or something that is not known.
    variables: BTreeMap<String, Option<String>>,
    /// Directories that the runbook makes: none of them is the configuration's.
    made: Vec<String>,
}

impl Collector {
    /// `NAME=value`
    pub(super) fn assign(&mut self, name: &str, value: &Word, line: u32) {
        if let Some(text) = self.text(value) {
            let kind = match name {
                "TF_WORKSPACE" => Some(NameKind::Workspace),
                "AZURE_STORAGE_ACCOUNT" => Some(NameKind::Account),
                _ => None,
            };
            if let Some(kind) = kind {
                self.map.add(kind, &text, line);
            }
            self.variables.insert(name.to_owned(), Some(text));
        } else {
            self.variables.insert(name.to_owned(), None);
        }
    }

    /// The text of a word, where it is plain or a variable that holds plain text.
    fn text(&self, word: &Word) -> Option<String> {
        let mut text = String::new();
        for part in word.parts.iter() {
            match part {
                Part::Literal(part) | Part::Quoted(part) => text.push_str(part),
                Part::Parameter {
                    parameter: Parameter::Named(name),
                    operation,
                    ..
                } => match (self.variables.get(&**name), operation) {
                    (Some(known), operation) if keeps_value(operation) => {
                        text.push_str(known.as_ref()?);
                    }
                    (None, Operation::Default { word, .. } | Operation::Assign { word, .. }) => {
                        text.push_str(&self.text(word)?);
                    }
                    (Some(_) | None, _) => return None,
                },
                Part::Home
                | Part::Parameter { .. }
                | Part::Substitution(_)
                | Part::Arithmetic { .. } => return None,
            }
        }
        Some(text)
    }

    /// `${NAME:=value}`, as in `: "${NAME:=value}"`, gives a variable its value.
    fn assigned_by(&mut self, word: &Word) {
        for part in word.parts.iter() {
            if let Part::Parameter {
                parameter: Parameter::Named(name),
                operation: Operation::Assign { word, .. },
                ..
            } = part
                && !self.variables.contains_key(&**name)
                && let Some(text) = self.text(word)
            {
                self.variables.insert(name.to_string(), Some(text));
            }
        }
    }

    /// A program that is started. `is_placeholder` knows the words that stand for something.
    pub(super) fn start(
        &mut self,
        start: Start<'_>,
        line: u32,
        is_placeholder: &impl Fn(&Word) -> bool,
    ) {
        for word in start.words {
            self.assigned_by(word);
        }
        let Some(program) = start.program() else {
            return;
        };
        let operands = start.operands();
        let first = operands.first().map(String::as_str);
        match program.as_str() {
            "mkdir" => self
                .made
                .extend(operands.iter().map(|made| directory(made))),
            "cd" => {
                if let Some(word) = start.words.get(1) {
                    self.directory(word, line, is_placeholder);
                }
            }
            "terraform" | "tofu" => {
                self.terraform(start, line, is_placeholder);
            }
            "az" if first == Some("storage") => self.az(start, line, is_placeholder),
            _ => {}
        }
    }

    fn directory(&mut self, word: &Word, line: u32, is_placeholder: &impl Fn(&Word) -> bool) {
        let Some(text) = self.text(word) else { return };
        let text = directory(&text);
        let is_relative_to_here =
            matches!(text.as_str(), "" | "." | ".." | "-" | "/") || text.starts_with("../");
        if !is_relative_to_here && !self.made.contains(&text) && !is_placeholder(word) {
            self.map.add(NameKind::Directory, &text, line);
        }
    }

    fn terraform(&mut self, start: Start<'_>, line: u32, is_placeholder: &impl Fn(&Word) -> bool) {
        for word in start.words.iter().skip(1) {
            let Some(text) = self.text(word) else {
                continue;
            };
            if let Some(path) = text
                .strip_prefix("-chdir=")
                .or(text.strip_prefix("--chdir="))
                && !is_placeholder(word)
                && !matches!(path, "." | "./")
            {
                let path = directory(path);
                self.map.add(NameKind::Directory, &path, line);
            }
        }
        let operands = start.operands();
        if let [workspace, select, ..] = operands.as_slice()
            && workspace == "workspace"
            && select == "select"
            && let Some(word) = start.words.last()
            && let Some(name) = self.text(word)
            && name != "select"
            && !is_placeholder(word)
        {
            self.map.add(NameKind::Workspace, &name, line);
        }
    }

    fn az(&mut self, start: Start<'_>, line: u32, is_placeholder: &impl Fn(&Word) -> bool) {
        let is_blob = start.operands().get(1).is_some_and(|group| group == "blob");
        let options: [(NameKind, &[&str]); 3] = [
            (NameKind::Account, &["--account-name"]),
            (NameKind::Container, &["--container-name", "-c"]),
            (NameKind::Blob, &["--name", "-n", "--blob-name", "-b"]),
        ];
        // What is in another account or container is another container, and another blob.
        let mut is_other = false;
        for (kind, names) in options {
            let Some(word) = option(start, names) else {
                continue;
            };
            let Some(text) = self.text(&word) else {
                continue;
            };
            if is_placeholder(&word) || (kind == NameKind::Blob && !is_blob) {
                continue;
            }
            if is_other {
                self.map.add_other(kind, &text, line);
                continue;
            }
            self.map.add(kind, &text, line);
            is_other |= self.map.name(kind).is_some_and(|own| own != text) || is_spare(&text);
        }
    }
}

/// Whether an operation leaves a value that is there, and not empty, as it is.
const fn keeps_value(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::Value
            | Operation::Default { .. }
            | Operation::Assign { .. }
            | Operation::Require { .. }
    )
}

/// The value of an option, also in one word: `--name=state`.
fn option(start: Start<'_>, names: &[&str]) -> Option<Word> {
    if let Some(word) = start.value(names) {
        return Some(word.clone());
    }
    start.words.iter().skip(1).find_map(|word| {
        let (first, rest) = word.parts.split_first()?;
        let Part::Literal(first) = first else {
            return None;
        };
        let (name, value) = first.split_once('=')?;
        let first = std::iter::once(Part::Literal(value.into()));
        names.contains(&name).then(|| Word {
            parts: first.chain(rest.iter().cloned()).collect(),
            span: word.span,
        })
    })
}

/// A directory without what changes nothing of where it is.
fn directory(path: &str) -> String {
    let path = path.trim_end_matches('/');
    let path = path.strip_prefix("./").unwrap_or(path);
    if path.is_empty() {
        base_name(path).to_owned()
    } else {
        path.to_owned()
    }
}
