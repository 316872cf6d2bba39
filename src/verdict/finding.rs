//! Findings: what is wrong at one instant, how it shows, and what mends it.

use super::advice::{Mend, MendStage};
use crate::scenario::FindingName;
use crate::terraform::{Backend, Names, OperatorId, ResourceId};

/// What a finding is about, in the words of a scenario's `findings`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// `lock`: the lease on the state blob and the lock info beside it.
    Lock,
    /// `state`: the state blob.
    State,
    /// An operator's `errored.tfstate`.
    Operator(OperatorId),
    /// A resource.
    Resource(ResourceId),
}

impl Subject {
    /// The word for it in a scenario and in all output.
    pub fn word(self, names: &Names) -> &str {
        match self {
            Self::Lock => "lock",
            Self::State => "state",
            Self::Operator(operator) => names.operator(operator),
            Self::Resource(resource) => names.resource(resource),
        }
    }
}

/// Whether a finding keeps the world from being in sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// It has to be mended.
    Blocks,
    /// It is left over, misleads, and loses nothing.
    Note,
}

/// One thing that is wrong, without its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FindingKey {
    /// Which kind.
    pub name: FindingName,
    /// What it is about.
    pub subject: Subject,
    /// Whether it has to be mended.
    pub weight: Weight,
}

impl FindingKey {
    /// Of a finding that has to be mended.
    pub(super) const fn blocking(name: FindingName, subject: Subject) -> Self {
        Self {
            name,
            subject,
            weight: Weight::Blocks,
        }
    }

    /// Of a finding that loses nothing.
    pub(super) const fn note(name: FindingName, subject: Subject) -> Self {
        Self {
            name,
            subject,
            weight: Weight::Note,
        }
    }

    /// Whether the finding has to be mended.
    pub const fn blocks(&self) -> bool {
        match self.weight {
            Weight::Blocks => true,
            Weight::Note => false,
        }
    }

    /// The finding, so far without a mend.
    pub(super) fn with(self, evidence: String) -> Finding {
        Finding {
            name: self.name,
            subject: self.subject,
            weight: self.weight,
            evidence,
            mends: Vec::new(),
            hint: None,
            caution: None,
        }
    }
}

/// One thing that is wrong, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which kind.
    pub name: FindingName,
    /// What it is about.
    pub subject: Subject,
    /// Whether it has to be mended.
    pub weight: Weight,
    /// How it shows: which file, which serial, which object.
    pub evidence: String,
    /// The safe next commands, in order; none where another finding's commands mend it, or where
    /// no command does.
    pub mends: Vec<Mend>,
    /// What to do where no command mends it.
    pub hint: Option<String>,
    /// What not to do, and why.
    pub caution: Option<String>,
}

impl Finding {
    /// The finding without its words.
    pub const fn key(&self) -> FindingKey {
        FindingKey {
            name: self.name,
            subject: self.subject,
            weight: self.weight,
        }
    }

    pub(super) fn mended_by(
        mut self,
        stage: MendStage,
        operator: OperatorId,
        line: String,
    ) -> Self {
        self.mends.push(Mend {
            stage,
            operator,
            line,
        });
        self
    }

    /// Has it speak of where the state is.
    pub(super) fn speak_of(&mut self, backend: Backend) {
        let texts = [
            Some(&mut self.evidence),
            self.hint.as_mut(),
            self.caution.as_mut(),
        ];
        for text in texts.into_iter().flatten() {
            *text = backend.spoken(text);
        }
    }

    pub(super) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(super) fn with_caution(mut self, caution: impl Into<String>) -> Self {
        self.caution = Some(caution.into());
        self
    }
}
