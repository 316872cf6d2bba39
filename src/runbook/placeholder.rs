//! Placeholders: `<LOCK_ID>`, `{{ lock_id }}`, `$LOCK_ID` that nobody assigns, a sample ID.
//!
//! They are found in the text before it is read as shell, where `<LOCK_ID>` would be two
//! redirections, and understood afterwards, by the word in which they stand.

use std::collections::BTreeSet;
use std::ops::Range;

use super::condition::Condition;
use super::names::NameKind;
use super::tree::Start;
use crate::shell::Word;

/// What a placeholder stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StandsFor {
    /// The lock ID that was printed last to the operator.
    LockId,
    /// The address of each object that is meant, one command each.
    Address,
    /// The address under which the object at the address before it belongs.
    OwnAddress,
    /// The ID of the object at the address beside it.
    ObjectId,
    /// A name of the scenario's.
    Name(NameKind),
    /// A value that changes nothing here: it is typed as it stands.
    Nothing,
}

/// A placeholder in a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder {
    /// Where it stands in the command's source, in bytes.
    pub range: Range<usize>,
    /// As it is written.
    pub written: String,
    /// What fills it.
    pub stands_for: StandsFor,
    /// What a reader has to know of it.
    pub note: Option<&'static str>,
}

/// For what a command with an address is typed, once each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Each {
    /// `terraform import <ADDRESS> <ID>`: each object that exists and no remote state records.
    Unrecorded,
    /// `terraform untaint <ADDRESS>`: each resource that the remote state marks as tainted.
    Tainted,
    /// The same of what is tainted and whole: each resource that is both.
    TaintedWhole,
    /// `terraform state rm <ADDRESS>`: each resource whose recorded object is gone.
    Gone,
    /// `terraform state mv <ADDRESS> <RIGHT_ADDRESS>`, and `state rm` of what is recorded under a
    /// wrong address: each such record.
    Misplaced,
    /// `terraform state rm <ADDRESS>` of what is recorded twice: each record that is one too many.
    RecordedTwice,
    /// `terraform apply -target=<ADDRESS>` of what lacks inputs: each resource whose configuration
    /// still has them.
    InputsLost,
    /// `terraform state show <ADDRESS>`, `-target=<ADDRESS>` and the like: the one address that was
    /// printed last.
    Printed,
}

impl Each {
    /// What is meant where conditions ask for this: `state rm` forgets another record where an
    /// object is recorded twice than where one is gone.
    pub(super) fn under(self, asks: impl Fn(Condition) -> bool) -> Vec<Self> {
        let choices: &[(Condition, Self)] = match self {
            Self::Gone => &[
                (Condition::Gone, Self::Gone),
                (Condition::RecordedTwice, Self::RecordedTwice),
                (Condition::WrongAddress, Self::Misplaced),
            ],
            Self::Tainted => &[
                (Condition::Tainted, Self::Tainted),
                (Condition::TaintedWhole, Self::TaintedWhole),
            ],
            Self::Printed => &[(Condition::InputsLost, Self::InputsLost)],
            Self::Unrecorded
            | Self::TaintedWhole
            | Self::Misplaced
            | Self::RecordedTwice
            | Self::InputsLost => &[],
        };
        let asked = choices.iter().filter(|(condition, _)| asks(*condition));
        let asked: Vec<Self> = asked.map(|(_, each)| *each).collect();
        if asked.is_empty() { vec![self] } else { asked }
    }
}

/// Something in the text that may be a placeholder.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    pub(super) range: Range<usize>,
    /// In capitals, words joined by `_`.
    name: String,
    /// Whether it is nothing else: `<LOCK_ID>`, and not `$LOCK_ID`.
    is_marked: bool,
}

/// Why a placeholder has no meaning.
#[derive(Debug)]
pub(super) struct Meaningless {
    pub(super) range: Range<usize>,
    pub(super) message: String,
}

const BARE: &str = "taken for a placeholder: write <…>, which no shell takes for a word";
const SAMPLE_LOCK: &str = "a sample: what was printed is typed";
const SAMPLE_OBJECT: &str = "a sample: the ID of the scenario's object is typed";

/// Finds placeholders in the text. Variables in `assigned` are the shell's own.
pub(super) fn shapes(text: &str, assigned: &BTreeSet<String>) -> Vec<Shape> {
    let mut found: Vec<Shape> = Vec::new();
    let mut at = 0;
    let mut quote = None;
    let mut previous = '\n';
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let shape = match c {
            '#' if quote.is_none() && previous.is_whitespace() => {
                at += rest.find('\n').unwrap_or(rest.len());
                previous = '\n';
                continue;
            }
            '\\' if quote != Some('\'') => {
                at += 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
                previous = c;
                continue;
            }
            '\'' | '"' if quote.is_none() => {
                quote = Some(c);
                None
            }
            '\'' | '"' if quote == Some(c) => {
                quote = None;
                None
            }
            '<' if previous != '<' => between(rest, "<", ">"),
            '{' => between(rest, "{{", "}}"),
            '[' if previous != '[' => between(rest, "[", "]").filter(|(_, name)| is_capitals(name)),
            '$' if quote != Some('\'') => {
                variable(rest).filter(|(_, name)| !assigned.contains(name))
            }
            _ => None,
        };
        let is_sure = c == '<' || c == '{';
        let shape = shape.filter(|(_, name)| {
            let is_known = by_name(name).is_some() || (c == '$' && name == "ID");
            is_known || (is_sure && quote.is_none())
        });
        previous = c;
        match shape {
            Some((length, name)) => {
                found.push(Shape {
                    range: at..at + length,
                    name: normalized(&name),
                    is_marked: c != '$',
                });
                at += length;
            }
            None => at += c.len_utf8(),
        }
    }
    found
}

/// A name between two signs, with the length of it all.
fn between(text: &str, open: &str, close: &str) -> Option<(usize, String)> {
    const LENGTH_MAX: usize = 60;
    let inside = text.strip_prefix(open)?;
    let length = inside
        .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-' | '.' | ' ' | '/'))
        .unwrap_or(inside.len());
    let name = &inside[..length];
    let is_tight = open == "{{" || (!name.starts_with(' ') && !name.ends_with(' '));
    let begins = name.trim().starts_with(|c: char| c.is_ascii_alphabetic());
    let is_closed = inside[length..].starts_with(close) && length <= LENGTH_MAX;
    (is_tight && begins && is_closed)
        .then(|| (open.len() + length + close.len(), name.trim().to_owned()))
}

/// `$NAME` or `${NAME}`.
fn variable(text: &str) -> Option<(usize, String)> {
    let inside = &text[1..];
    let (inside, braces) = inside
        .strip_prefix('{')
        .map_or((inside, 0), |rest| (rest, 2));
    let length = inside
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(inside.len());
    if length == 0 || (braces == 2 && !inside[length..].starts_with('}')) {
        return None;
    }
    Some((1 + length + braces, inside[..length].to_owned()))
}

fn is_capitals(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|c| c.is_ascii_uppercase())
        && letters
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '_' | ' ' | '-'))
}

/// The text with placeholders as plain words of the same length, so that places stay.
pub(super) fn masked(text: &str, shapes: &[Shape]) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut from = 0;
    for shape in shapes.iter().filter(|shape| shape.is_marked) {
        masked.push_str(&text[from..shape.range.start]);
        let inside = text[shape.range.clone()].bytes();
        masked.extend(inside.map(|b| {
            if b.is_ascii_alphanumeric() {
                char::from(b)
            } else {
                '_'
            }
        }));
        from = shape.range.end;
    }
    masked.push_str(&text[from..]);
    masked
}

fn normalized(name: &str) -> String {
    let upper = name.to_uppercase();
    let joined = upper.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    let mut name = joined.as_str();
    for lead in ["YOUR_", "THE_", "MY_", "A_"] {
        name = name.strip_prefix(lead).unwrap_or(name);
    }
    name.split("_FROM_").next().unwrap_or(name).to_owned()
}

/// What a placeholder of this name stands for, wherever it stands.
fn by_name(name: &str) -> Option<StandsFor> {
    let name = normalized(name);
    let words: Vec<&str> = name.split('_').collect();
    let has = |word: &str| words.contains(&word);
    let is_id = has("ID") || has("UUID");
    if (is_id && (has("LOCK") || has("LEASE"))) || has("LOCKID") || has("LEASEID") {
        Some(StandsFor::LockId)
    } else if has("ADDRESS") || has("ADDR") {
        Some(StandsFor::Address)
    } else if is_id && (has("OBJECT") || has("RESOURCE") || has("AZURE") || has("CLOUD")) {
        Some(StandsFor::ObjectId)
    } else if has("ACCOUNT") {
        Some(StandsFor::Name(NameKind::Account))
    } else if has("CONTAINER") {
        Some(StandsFor::Name(NameKind::Container))
    } else if has("BLOB") {
        Some(StandsFor::Name(NameKind::Blob))
    } else if has("WORKSPACE") {
        Some(StandsFor::Name(NameKind::Workspace))
    } else {
        None
    }
}

/// What a word of a command is, by where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Is(StandsFor),
    /// Its value changes nothing here.
    Idle,
    /// It has to be said what it is.
    Needed,
}

/// The placeholders of a command whose masked words are `start`. `text` is the source of it all,
/// and `within` the place of the command in it.
pub(super) fn of_start(
    text: &str,
    start: Start<'_>,
    shapes: &[Shape],
) -> Result<Vec<Placeholder>, Meaningless> {
    let mut found = Vec::new();
    for (index, word) in start.words.iter().enumerate() {
        let role = role(start, index, word);
        let span = word.span.start..word.span.end;
        let mut is_shaped = false;
        for shape in shapes
            .iter()
            .filter(|shape| span.start <= shape.range.start && shape.range.end <= span.end)
        {
            is_shaped = true;
            let stands_for = meaning(role, shape).ok_or_else(|| {
                let written = &text[shape.range.clone()];
                Meaningless {
                    range: shape.range.clone(),
                    message: format!("it is not known what {written} stands for here"),
                }
            })?;
            found.push(Placeholder {
                range: shape.range.clone(),
                written: text[shape.range.clone()].to_owned(),
                stands_for,
                note: None,
            });
        }
        if !is_shaped && index > 0 {
            found.extend(sample(text, word, role));
        }
    }
    Ok(found)
}

/// The placeholders in what is assigned, by their names.
pub(super) fn of_text(text: &str, range: &Range<usize>, shapes: &[Shape]) -> Vec<Placeholder> {
    let within = |shape: &&Shape| range.start <= shape.range.start && shape.range.end <= range.end;
    let placeholder = |shape: &Shape| Placeholder {
        range: shape.range.clone(),
        written: text[shape.range.clone()].to_owned(),
        stands_for: by_name(&shape.name).unwrap_or(StandsFor::Nothing),
        note: None,
    };
    shapes.iter().filter(within).map(placeholder).collect()
}

fn meaning(role: Role, shape: &Shape) -> Option<StandsFor> {
    match role {
        Role::Is(stands_for) => Some(stands_for),
        Role::Idle => Some(by_name(&shape.name).unwrap_or(StandsFor::Nothing)),
        Role::Needed => by_name(&shape.name),
    }
}

/// A word that is no placeholder by its shape, and stands for something all the same.
fn sample(text: &str, word: &Word, role: Role) -> Option<Placeholder> {
    let literal = word.literal()?;
    let Role::Is(stands_for) = role else {
        return None;
    };
    let is_name = literal.contains('_') || literal == "ID";
    let note = match stands_for {
        StandsFor::LockId if is_sample_lock(&literal) => SAMPLE_LOCK,
        StandsFor::LockId if names_a_lock(&literal) => BARE,
        StandsFor::ObjectId if literal.starts_with("/subscriptions/") => SAMPLE_OBJECT,
        StandsFor::LockId | StandsFor::Address | StandsFor::OwnAddress | StandsFor::ObjectId
            if is_capitals(&literal) && is_name =>
        {
            BARE
        }
        StandsFor::Name(_) if literal.starts_with("YOUR_") || literal.starts_with("YOUR-") => BARE,
        StandsFor::LockId
        | StandsFor::Address
        | StandsFor::OwnAddress
        | StandsFor::ObjectId
        | StandsFor::Name(_)
        | StandsFor::Nothing => return None,
    };
    let range = word.span.start..word.span.end;
    Some(Placeholder {
        written: text.get(range.clone())?.to_owned(),
        range,
        stands_for,
        note: Some(note),
    })
}

/// Whether a word has the form of a lock ID that some backend gives: a UUID, or the number of an
/// object's generation.
fn is_sample_lock(text: &str) -> bool {
    is_uuid(text) || (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether a word can be no lock ID, and says that one belongs there: `LOCK-ID`, `XXXX`,
/// `the-id-you-saw`.
fn names_a_lock(text: &str) -> bool {
    const CROSSES_MIN: usize = 3;
    let is_of_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ');
    if !text.chars().all(is_of_word) {
        return false;
    }
    let parts = || text.split(|c: char| !c.is_ascii_alphanumeric());
    let is_of_capitals = is_capitals(text) && text.contains(['-', '_']);
    let crosses = text.bytes().filter(|byte| byte.eq_ignore_ascii_case(&b'x'));
    let is_crossed = crosses.count() >= CROSSES_MIN
        && parts().all(|part| part.bytes().all(|byte| byte.eq_ignore_ascii_case(&b'x')));
    let has_word = |word: &str| parts().any(|part| part.eq_ignore_ascii_case(word));
    is_of_capitals
        || is_crossed
        || ["id", "uuid", "lockid", "leaseid"]
            .into_iter()
            .any(has_word)
}

fn is_uuid(text: &str) -> bool {
    const DASHES: [usize; 4] = [8, 13, 18, 23];
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| {
            if DASHES.contains(&at) {
                byte == b'-'
            } else {
                byte.is_ascii_hexdigit()
            }
        })
}

/// What the word at this position of a command is.
fn role(start: Start<'_>, index: usize, word: &Word) -> Role {
    let Some(program) = start.program() else {
        return Role::Needed;
    };
    match program.as_str() {
        "terraform" | "tofu" => terraform_role(start, index, word),
        "az" => az_role(start, index, word),
        "cd" => Role::Is(StandsFor::Name(NameKind::Directory)),
        "export" | "echo" | "printf" | "gh" | "git" | "readonly" | "local" | "grep" | "test"
        | "[" => Role::Idle,
        _ => Role::Needed,
    }
}

fn terraform_role(start: Start<'_>, index: usize, word: &Word) -> Role {
    let prefix = first_text(word);
    if prefix.starts_with('-') {
        let name = prefix
            .trim_start_matches('-')
            .split('=')
            .next()
            .unwrap_or("");
        return match name {
            "chdir" => Role::Is(StandsFor::Name(NameKind::Directory)),
            "target" | "replace" => Role::Is(StandsFor::Address),
            "var" | "var-file" | "backend-config" | "lock-timeout" => Role::Idle,
            _ => Role::Needed,
        };
    }
    // The words that are no options, this one's position among them.
    let operands = start.words.iter().enumerate().skip(1);
    let operands: Vec<(usize, String)> = operands
        .map(|(at, word)| (at, first_text(word)))
        .filter(|(_, text)| !text.starts_with('-'))
        .collect();
    let position = operands.iter().position(|(at, _)| *at == index);
    let name = |at: usize| operands.get(at).map_or("", |(_, text)| text.as_str());
    match (name(0), name(1), position) {
        ("force-unlock", _, Some(1..)) => Role::Is(StandsFor::LockId),
        ("state", "mv", Some(3)) => Role::Is(StandsFor::OwnAddress),
        ("import" | "taint" | "untaint", _, Some(1))
        | ("state", "rm" | "show" | "mv", Some(2..)) => Role::Is(StandsFor::Address),
        ("import", _, Some(2)) => Role::Is(StandsFor::ObjectId),
        ("workspace", "select", Some(2)) => Role::Is(StandsFor::Name(NameKind::Workspace)),
        _ => Role::Needed,
    }
}

fn az_role(start: Start<'_>, index: usize, word: &Word) -> Role {
    let own = first_text(word);
    let before = index
        .checked_sub(1)
        .and_then(|before| start.words.get(before));
    let option = match own.split_once('=') {
        Some((name, _)) if own.starts_with('-') => name.to_owned(),
        Some(_) | None => before.map(first_text).unwrap_or_default(),
    };
    let is_blob = start.operands().get(1).is_some_and(|group| group == "blob");
    match option.as_str() {
        "--lease-id" => Role::Is(StandsFor::LockId),
        "--account-name" => Role::Is(StandsFor::Name(NameKind::Account)),
        "--container-name" | "-c" => Role::Is(StandsFor::Name(NameKind::Container)),
        "--name" | "-n" | "--blob-name" | "-b" if is_blob => {
            Role::Is(StandsFor::Name(NameKind::Blob))
        }
        "--file" | "-f" => Role::Needed,
        _ => Role::Idle,
    }
}

/// The plain text with which a word begins.
fn first_text(word: &Word) -> String {
    use crate::shell::Part;
    match word.parts.first() {
        Some(Part::Literal(text) | Part::Quoted(text)) => text.to_string(),
        Some(
            Part::Home | Part::Parameter { .. } | Part::Substitution(_) | Part::Arithmetic { .. },
        )
        | None => String::new(),
    }
}

/// For what a command with an address is typed, if it is known.
pub(super) fn each(start: Start<'_>) -> Option<Each> {
    let operands = start.operands();
    let mut words = operands.iter().map(String::as_str);
    match (words.next(), words.next()) {
        (Some("import"), _) => Some(Each::Unrecorded),
        (Some("untaint"), _) => Some(Each::Tainted),
        (Some("state"), Some("rm")) => Some(Each::Gone),
        (Some("state"), Some("mv")) => Some(Each::Misplaced),
        (Some("taint" | "plan" | "apply" | "destroy" | "refresh"), _)
        | (Some("state"), Some("show")) => Some(Each::Printed),
        _ => None,
    }
}

/// The command with its placeholders filled; where one has no value, it stays as it is written.
pub(super) fn filled(
    source: &str,
    placeholders: &[Placeholder],
    value: impl Fn(StandsFor) -> Option<String>,
) -> String {
    let mut text = String::new();
    let mut from = 0;
    for placeholder in placeholders {
        let Some(value) = value(placeholder.stands_for) else {
            continue;
        };
        text.push_str(&source[from..placeholder.range.start]);
        text.push_str(&value);
        from = placeholder.range.end;
    }
    text.push_str(&source[from..]);
    text
}
