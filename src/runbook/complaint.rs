//! Complaints: why a runbook does not recover wrecks, by line and reason, with what to write.

use std::collections::BTreeMap;

use super::grade::{Grade, Graded, Harm, Held, Outcome};

/// The same thing that goes wrong at one line in several wrecks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// What it comes to.
    pub outcome: Outcome,
    /// The runbook's line; `None` where no line does it.
    pub line: Option<u32>,
    /// What goes wrong there, in words without the names of one wreck.
    pub reason: String,
    /// What to change.
    pub remedy: String,
    /// The files of the wrecks, in their order.
    pub scenarios: Vec<String>,
}

/// What goes wrong, what concerns most wrecks first.
pub fn complaints(grade: &Grade) -> Vec<Complaint> {
    let mut found: BTreeMap<(Outcome, Option<u32>, String), Complaint> = BTreeMap::new();
    for (path, graded) in &grade.cases {
        let Some((line, reason, remedy)) = complaint(graded) else {
            continue;
        };
        let key = (graded.outcome, line, reason.clone());
        let complaint = found.entry(key).or_insert_with(|| Complaint {
            outcome: graded.outcome,
            line,
            reason,
            remedy,
            scenarios: Vec::new(),
        });
        complaint.scenarios.push(path.clone());
    }
    let mut complaints: Vec<Complaint> = found.into_values().collect();
    complaints.sort_by_key(|complaint| std::cmp::Reverse(complaint.scenarios.len()));
    complaints
}

/// Line, reason and remedy of what went wrong in one wreck.
fn complaint(graded: &Graded) -> Option<(Option<u32>, String, String)> {
    match graded.outcome {
        Outcome::Recovered => None,
        Outcome::MadeWorse => graded.harms.first().map(|harm| {
            let mut steps = graded.steps.iter();
            let blamed = steps.find(|step| Some(step.line) == harm.line());
            let (reason, remedy) = of_harm(harm, blamed.map_or("", |step| &step.text));
            (harm.line(), reason, remedy)
        }),
        Outcome::Blocked => graded.blocked.as_ref().map(|blocked| {
            let reason = format!(
                "{}: {}",
                program(&blocked.command),
                general(&blocked.message)
            );
            (
                Some(blocked.line),
                reason,
                of_block(&blocked.message).to_owned(),
            )
        }),
        Outcome::RecoveredBut => graded.lapses.first().map(|lapse| {
            let what = match lapse.what {
                Held::Record => "the only record of an object",
                Held::Inputs => "the only copy of an object's inputs",
                Held::Taint => "the only mark of an object as tainted",
            };
            let reason = format!("{what} was gone for a while");
            let remedy = "copy the file first, or remove it after its content is saved".to_owned();
            (lapse.line, reason, remedy)
        }),
        Outcome::Incomplete => {
            let mut names: Vec<&str> = { graded.left.iter() }
                .map(|finding| finding.name.name())
                .collect();
            names.sort_unstable();
            names.dedup();
            let reason = format!("is left: {}", names.join(", "));
            let first = names.first().copied().unwrap_or_default();
            let remedy = format!("`leaselab explain {first}` says what mends it");
            Some((None, reason, remedy))
        }
    }
}

/// What to write where a command could not be done, or could not even be typed.
fn of_block(message: &str) -> &'static str {
    if message.starts_with("unknown resource address") {
        "write <ADDRESS>, which stands for what the wreck has"
    } else if message.starts_with("no command has printed a lock ID") {
        "say when it is typed, such as `If a lock ID was printed:`"
    } else {
        "say what then, such as `If that fails, …`"
    }
}

/// What a harm is, and what to change of the command that is blamed.
fn of_harm(harm: &Harm, command: &str) -> (String, String) {
    let (reason, remedy) = match harm {
        Harm::Destroyed {
            is_created_anew: true,
            ..
        } => (
            "destroys a real object, and creates it anew",
            "import the object, or take the plan before the apply seriously",
        ),
        Harm::Destroyed { .. } => (
            "destroys a real object",
            "read the plan, and stop where it destroys something",
        ),
        Harm::LockTaken { .. } => (
            "takes the lock from somebody who is alive",
            "ask its holder first: `If the holder is alive, stop here.`",
        ),
        Harm::Forgotten { .. } if matches!(program(command).as_str(), "rm" | "mv") => (
            "drops the last record of an object that exists",
            "push the file's content first, and remove it only when the remote state has it",
        ),
        Harm::Forgotten { .. } => (
            "drops the last record of an object that exists",
            "keep a copy of both states first, and compare them",
        ),
        Harm::Found { name, .. } => {
            return (
                format!("leaves {} behind", name.name()),
                format!("`leaselab explain {}` says how it comes about", name.name()),
            );
        }
    };
    (reason.to_owned(), remedy.to_owned())
}

/// The program and its subcommand: `terraform state push`.
fn program(command: &str) -> String {
    let words: Vec<&str> = command.split_whitespace().collect();
    let count = match words.as_slice() {
        ["terraform", "state" | "workspace", ..] => 3,
        ["terraform", ..] => 2,
        ["az" | "aws" | "gcloud" | "gsutil", ..] => { words.iter() }
            .take_while(|word| !word.starts_with('-'))
            .count()
            .min(5),
        _ => 1,
    };
    words[..count.min(words.len())].join(" ")
}

/// A message without what only one wreck has: IDs and numbers.
fn general(message: &str) -> String {
    let is_id = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_ascii_hexdigit());
        word.len() == 36 && word.chars().filter(|c| *c == '-').count() == 4
    };
    let is_number = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    let first = message.lines().next().unwrap_or("");
    let first = first.split("; ").next().unwrap_or("");
    let words = first.split(' ').map(|word| {
        if is_id(word) || is_number(word) {
            "…"
        } else {
            word
        }
    });
    words.collect::<Vec<_>>().join(" ")
}
