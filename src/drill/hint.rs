//! Hints: where to look, what is wrong, and the command that mends it.

use super::Drill;
use super::finish::OwnWay;
use crate::runbook::{Effect, Outcome, effect};
use crate::scenario::FindingName;
use crate::shell;
use crate::terraform::Backend;
use crate::verdict::{self, Finding, FindingKey, Mend};

/// How much a hint says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HintStep {
    /// Where to look.
    Look,
    /// What is wrong.
    Wrong,
    /// The command.
    Command,
}

impl HintStep {
    /// Which of the three, counted from 1.
    pub const fn number(self) -> u8 {
        match self {
            Self::Look => 1,
            Self::Wrong => 2,
            Self::Command => 3,
        }
    }

    const fn next(self) -> Self {
        match self {
            Self::Look => Self::Wrong,
            Self::Wrong | Self::Command => Self::Command,
        }
    }
}

/// A hint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// Nothing is left to mend.
    Done {
        /// What has served, and may be cleared away.
        cleared: Vec<Advised>,
    },
    /// Something is.
    Step {
        /// How much it says.
        step: HintStep,
        /// What it says.
        text: String,
        /// Commands that it names, each with who types it where that is somebody else.
        commands: Vec<Advised>,
        /// What comes behind them, or would do instead.
        then: Option<String>,
        /// What not to do.
        caution: Option<String>,
    },
}

/// A command that a hint names, with who types it, where that is somebody else.
pub type Advised = (Option<String>, String);

/// The hints that were given.
#[derive(Debug, Clone, Default)]
pub(super) struct Given {
    about: Option<(FindingKey, HintStep)>,
    pub(super) count: u32,
}

impl Given {
    /// From here on the first step is given again.
    pub(super) const fn begin_again(&mut self) {
        self.about = None;
    }
}

impl Drill {
    /// The next hint: about what is to be mended first, and each time a little more.
    pub(super) fn hint(&mut self) -> Hint {
        let observation = self.simulation().observe();
        let found = verdict::findings(self.names(), &observation, Some(self.desk.operator));
        let first = verdict::mends(&found).into_iter().next();
        let blocking = found.iter().filter(|finding| finding.key().blocks());
        // What has the command that is safe first; else what stands first.
        let finding = { blocking.clone() }
            .find(|finding| {
                first
                    .as_ref()
                    .is_some_and(|first| finding.mends.contains(first))
            })
            .or_else(|| blocking.clone().next());
        let Some(finding) = finding.cloned() else {
            let cleared = { verdict::mends(&found).into_iter() }
                .map(|mend| self.advised(&mend))
                .collect();
            return Hint::Done { cleared };
        };
        let key = finding.key();
        let step = match self.hints.about {
            Some((about, step)) if about == key => step.next(),
            Some(_) | None => HintStep::Look,
        };
        // The last one again says nothing new.
        let is_new = self.hints.about != Some((key, step));
        self.hints.about = Some((key, step));
        self.hints.count = self.hints.count.saturating_add(u32::from(is_new));
        self.in_words(step, finding)
    }

    fn in_words(&self, step: HintStep, finding: Finding) -> Hint {
        let plain = |text, caution| Hint::Step {
            step,
            text,
            commands: Vec::new(),
            then: None,
            caution,
        };
        match step {
            HintStep::Look => {
                let backend = self.names().backend;
                plain(
                    vague(finding.name, backend, self.is_anybody_else_at_work()),
                    None,
                )
            }
            HintStep::Wrong => {
                let about = finding.subject.word(self.names());
                plain(format!("{about}: {}", finding.evidence), finding.caution)
            }
            HintStep::Command => self.commands(finding),
        }
    }

    /// A command, and who types it where that is somebody else.
    fn advised(&self, mend: &Mend) -> Advised {
        let other = mend.operator != self.desk.operator;
        let who = other.then(|| self.names().operator(mend.operator).to_owned());
        (who, mend.line.clone())
    }

    fn commands(&self, finding: Finding) -> Hint {
        let commands: Vec<Advised> = { finding.mends.iter() }
            .map(|mend| self.advised(mend))
            .collect();
        if !commands.is_empty() {
            return Hint::Step {
                step: HintStep::Command,
                text: "this mends it:".to_owned(),
                commands,
                then: finding.hint,
                caution: finding.caution,
            };
        }
        let text = finding.hint.clone().unwrap_or_else(|| {
            "no command mends this by itself: what mends the rest mends it".to_owned()
        });
        let next = self.next_of_own_way();
        let (text, commands) = match next.filter(|_| !self.is_anybody_else_at_work()) {
            Some(next) => {
                let text = format!("{text}. The scenario's own way has next:");
                (text, vec![next])
            }
            None => (text, Vec::new()),
        };
        Hint::Step {
            step: HintStep::Command,
            text,
            commands,
            then: None,
            caution: finding.caution,
        }
    }

    /// The next change of the scenario's own way, where nothing but what comes before it there was
    /// typed: in another world it could do harm.
    fn next_of_own_way(&self) -> Option<Advised> {
        let OwnWay::Written(way, Some(Outcome::Recovered)) = self.own_way() else {
            return None;
        };
        let is_change = |line: &str| {
            let script = shell::parse(line).ok();
            let lists = script.as_ref().map_or(&[][..], |script| script.lines());
            lists.iter().any(|list| effect(list) == Effect::Change)
        };
        let strokes = self.desk.strokes.iter();
        let typed: Vec<&str> = { strokes.map(|struck| struck.text.as_str()) }
            .filter(|line| is_change(line))
            .collect();
        let mut changes = way.into_iter().filter(|(_, line)| is_change(line));
        for line in typed {
            changes.next().filter(|(_, next)| next == line)?;
        }
        let (who, line) = changes.next()?;
        let other = (who != self.names().operator(self.desk.operator)).then_some(who);
        Some((other, line))
    }

    fn is_anybody_else_at_work(&self) -> bool {
        let observation = self.simulation().observe();
        observation
            .living()
            .any(|run| run.operator != self.desk.operator)
    }
}

/// Where to look, without saying what is there.
fn vague(name: FindingName, backend: Backend, is_anybody_at_work: bool) -> String {
    if is_anybody_at_work {
        return "Somebody may still be at work. Whom could you ask, and what happens to them if you \
                go on now?"
            .to_owned();
    }
    let text = match name {
        FindingName::OrphanedLock => return format!("Look at the lock: {}", look_at_lock(backend)),
        FindingName::LeftoverLockInfo => {
            "Look at the lock: what is written beside it names a holder; is there a lock at all?"
        }
        FindingName::OrphanedObject | FindingName::DuplicateObject => {
            "Compare what exists with what the state records: what would a plan create that the \
             portal (see `look`) lists already?"
        }
        FindingName::GhostObject => {
            "Compare what the state records with what exists: is there something in it that the \
             portal (see `look`) does not list?"
        }
        FindingName::StaleAttributes => {
            "Compare what the state says of the objects with what they are: what does a plan find?"
        }
        FindingName::TaintedObject => {
            "Look at what a plan wants to replace, and ask whether the object is really broken."
        }
        FindingName::LineageMismatch
        | FindingName::SpuriousErrored
        | FindingName::ForkedState
        | FindingName::StaleErrored
        | FindingName::RemoteBehindErrored => {
            "Look at the files in your directory: does one of them know what the remote state does \
             not, or the other way round? Compare serial and resources."
        }
        FindingName::CorruptState | FindingName::StateLost => {
            "Look at the remote state itself: can it be read, and what did it hold before? Where \
             could a copy be?"
        }
        FindingName::WrongAddress | FindingName::RecordedTwice => {
            "Look at the addresses in the state: does each stand for the object that is its own?"
        }
        FindingName::LostInputs => {
            "Look for what the state should know of an object and no provider reads back: where is \
             the last copy of it?"
        }
        FindingName::DigestMismatch => {
            "Read the error that every command prints: which two checksums does it name, and which \
             of the two things that they are of is right?"
        }
        FindingName::LostUpdate => {
            "Compare what each command created with what the state records: whose save is not in \
             it any more, and which command saved after it?"
        }
        FindingName::LimitReached => "The simulation came to its bound: take something back.",
    };
    backend.spoken(text)
}

/// How somebody learns who holds a lock.
const fn look_at_lock(backend: Backend) -> &'static str {
    match backend {
        Backend::Azurerm { .. } | Backend::S3 { .. } | Backend::Gcs | Backend::Local { .. } => {
            "who took it, and is that process still alive? `terraform plan` prints who holds it; \
             `ask` them, unless it is yourself."
        }
        Backend::Http(_) => {
            "who took it, and is that process still alive? `terraform plan` prints the holder's ID \
             behind \"already locked: ID=\"; the block below it is the plan's own. `ask` who has that \
             ID, unless it is yourself."
        }
        Backend::Pg { .. } => {
            "which session has it, and is its process still alive? `terraform plan` shows itself as \
             the holder; `pg_locks` lists the sessions (`psql -c`), and you can `ask` whose it is."
        }
    }
}
