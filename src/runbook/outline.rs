//! How a runbook is read: what an author looks at first.

use super::condition::Test;
use super::look::Effect;
use super::names::NameMap;
use super::placeholder::{Each, Placeholder, StandsFor};
use super::{Item, PassedOver, Runbook, Until};

/// How a runbook is read.
#[derive(Debug, Clone)]
pub struct Outline {
    /// The file's name.
    pub runbook: String,
    /// What a reader comes to, in the order of the file.
    pub entries: Vec<Entry>,
    /// What its names stand for.
    pub names: NameMap,
    /// What is not typed, and why.
    pub passed_over: Vec<PassedOver>,
}

/// Something that a reader comes to.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its line.
    pub line: u32,
    /// Its column, counted from 1.
    pub column: u32,
    /// The conditions under which it is done, outermost first: positions of entries.
    pub under: Vec<usize>,
    /// What it is.
    pub kind: EntryKind,
}

/// What a reader comes to.
#[derive(Debug, Clone)]
pub enum EntryKind {
    /// A condition.
    Condition {
        /// What it asks, in the model's words.
        asks: String,
        /// The sentence, as it is written.
        written: String,
        /// Whether something depends on it; else it only says that a failure is foreseen.
        governs: bool,
    },
    /// The reader stops.
    Stop {
        /// When, in the model's words; none where always.
        when: Option<String>,
        /// The sentence, as it is written.
        written: String,
    },
    /// The reader waits.
    Wait {
        /// When, in the model's words; none where always.
        when: Option<String>,
        /// Until when, in the model's words.
        until: String,
        /// The sentence, as it is written.
        written: String,
    },
    /// A line is typed.
    Step {
        /// Its number, counted from 1.
        number: usize,
        /// Its text, as it is written.
        source: String,
        /// Whether it looks or changes.
        effect: Effect,
        /// Where something else is typed.
        placeholders: Vec<Placeholder>,
        /// For what it is typed once each; nothing where it is typed once.
        each: Vec<Each>,
        /// What is answered where it asks.
        answers: Vec<String>,
        /// What has to be known of it.
        note: Option<&'static str>,
    },
}

impl Runbook {
    /// How the runbook is read.
    pub fn outline(&self) -> Outline {
        let mut entries: Vec<Entry> = Vec::new();
        let uses = self.uses();
        // Which entry a guard is; those of halts are told with them.
        let mut shown: Vec<Option<usize>> = vec![None; self.guards.len()];
        for (at, item) in self.items.iter().enumerate() {
            let under = |guards: &[usize]| -> Vec<usize> {
                guards.iter().filter_map(|guard| shown[*guard]).collect()
            };
            match item {
                Item::Condition(guard) => {
                    let is_of_halt = self.items.get(at + 1).is_some_and(|next| match next {
                        Item::Halt(halt) => halt.guards.last() == Some(guard),
                        Item::Condition(_) | Item::Step(_) => false,
                    });
                    if is_of_halt && uses[*guard] == 1 {
                        continue;
                    }
                    let of = &self.guards[*guard];
                    entries.push(Entry {
                        line: of.line,
                        column: 1,
                        under: under(&of.within),
                        kind: EntryKind::Condition {
                            asks: self.asks(*guard),
                            written: of.text.clone(),
                            governs: uses[*guard] > 0,
                        },
                    });
                    shown[*guard] = Some(entries.len() - 1);
                }
                Item::Halt(halt) => {
                    let own = halt.guards.last().filter(|guard| shown[**guard].is_none());
                    let when = own.map(|guard| self.asks(*guard));
                    let written = halt.text.clone();
                    let until = match &halt.until {
                        Until::Never => None,
                        Until::Holds(test) => Some(test.to_string()),
                        Until::Passed(long) => Some(format!("{long} have passed")),
                    };
                    let kind = match until {
                        None => EntryKind::Stop { when, written },
                        Some(until) => EntryKind::Wait {
                            when,
                            until,
                            written,
                        },
                    };
                    let under = under(&halt.guards);
                    entries.push(Entry {
                        line: halt.line,
                        column: 1,
                        under,
                        kind,
                    });
                }
                Item::Step(step) => {
                    entries.push(self.step(*step, under(&self.steps[*step].guards)));
                }
            }
        }
        Outline {
            runbook: self.name.clone(),
            entries,
            names: self.names.clone(),
            passed_over: self.passed.clone(),
        }
    }

    fn step(&self, step: usize, under: Vec<usize>) -> Entry {
        let of = &self.steps[step];
        Entry {
            line: of.line,
            column: of.column,
            under,
            kind: EntryKind::Step {
                number: step + 1,
                source: of.source.clone(),
                effect: of.effect,
                placeholders: of.placeholders.clone(),
                each: of.each.clone(),
                answers: of.answers.clone(),
                note: of.note,
            },
        }
    }

    /// By condition: how many lines and orders to halt depend on it.
    pub(super) fn uses(&self) -> Vec<usize> {
        let mut uses = vec![0; self.guards.len()];
        let halts = self.items.iter().filter_map(|item| match item {
            Item::Halt(halt) => Some(&halt.guards),
            Item::Condition(_) | Item::Step(_) => None,
        });
        let steps = self.steps.iter().map(|step| &step.guards);
        for guard in steps.chain(halts).flatten() {
            uses[*guard] += 1;
        }
        uses
    }

    /// What a condition asks, in the model's words.
    pub(super) fn asks(&self, guard: usize) -> String {
        let of = &self.guards[guard];
        match (&of.test, of.alternative) {
            (Some(test), _) => test.to_string(),
            (None, Some(other)) => match &self.guards[other].test {
                Some(test) => test.clone().negated().to_string(),
                None => format!("otherwise (line {})", self.guards[other].line),
            },
            (None, None) => Test::Any(Vec::new()).to_string(),
        }
    }
}

impl StandsFor {
    /// What is typed in its place, in a command that is typed for these.
    pub fn words(self, each: &[Each]) -> String {
        match self {
            Self::LockId => "the lock ID that was printed last".to_owned(),
            Self::Address if each.is_empty() => Each::Printed.words().to_owned(),
            Self::Address => {
                let each: Vec<&str> = each.iter().map(|each| each.words()).collect();
                each.join(", and ")
            }
            Self::OwnAddress => "the address under which that object belongs".to_owned(),
            Self::ObjectId => "the ID of the object at that address".to_owned(),
            Self::Name(kind) => kind.of_scenario().to_owned(),
            Self::Nothing => "any value: it changes nothing here".to_owned(),
        }
    }
}

impl Each {
    /// Which addresses are typed.
    const fn words(self) -> &'static str {
        match self {
            Self::Unrecorded => "the address of each object that is in no state",
            Self::Tainted => "the address of each object that is tainted",
            Self::TaintedWhole => "the address of each object that is tainted and whole",
            Self::Gone => "the address of each object that is recorded and gone",
            Self::Misplaced => "the address of each record that is under a wrong address",
            Self::RecordedTwice => "the address of each record that is one too many",
            Self::InputsLost => {
                "the address of each object whose inputs the state lacks and the configuration has"
            }
            Self::Printed => "the address that was printed last",
        }
    }
}
