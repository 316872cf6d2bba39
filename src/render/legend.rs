//! What the marks in a text mean, of those that it has.

use std::collections::BTreeSet;

use super::layout::{DIM, Layout};
use super::view::View;
use crate::timeline::{Fact, ProcessFact};
use crate::verdict::Finding;

/// A mark, in the order of the legend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sign {
    Typed,
    Script,
    End,
    Again,
    Mend,
    Hint,
    Caution,
    Hidden,
}

impl Sign {
    const fn words(self) -> &'static str {
        match self {
            Self::Typed => "$ a command is typed",
            Self::Script => "+ a script runs it",
            Self::End => "[ID] a command by its ID in the scenario",
            Self::Again => "… the same again",
            Self::Mend => "do: what mends it",
            Self::Hint => "-> what to know or do then",
            Self::Caution => "! what not to do",
            Self::Hidden => "what mends it is hidden",
        }
    }
}

/// Which marks a text has.
#[derive(Debug, Default)]
pub(super) struct Legend(BTreeSet<Sign>);

impl Legend {
    /// A fact is told.
    pub(super) fn see(&mut self, fact: &Fact) {
        match fact {
            Fact::Process(ProcessFact::Started { shell: None, .. }) => self.add(Sign::Typed),
            Fact::Process(ProcessFact::Started { shell: Some(_), .. }) => self.add(Sign::Script),
            Fact::Process(ProcessFact::Ended { .. }) => self.add(Sign::End),
            Fact::Process(
                ProcessFact::Answered(_) | ProcessFact::Signalled(_) | ProcessFact::WrapperActed(_),
            )
            | Fact::Output(_)
            | Fact::Lock(_)
            | Fact::State(_)
            | Fact::Operation(_)
            | Fact::Request(_)
            | Fact::Lease(_)
            | Fact::Blob(_)
            | Fact::Cloud(_)
            | Fact::Machine(_)
            | Fact::Script(_) => {}
        }
    }

    fn add(&mut self, sign: Sign) {
        self.0.insert(sign);
    }

    /// Something is told once that came again and again.
    pub(super) fn see_again(&mut self) {
        self.add(Sign::Again);
    }

    /// Findings are told.
    pub(super) fn see_findings(&mut self, findings: &[Finding], view: &View) {
        for finding in findings {
            let signs = [
                (!finding.mends.is_empty(), Sign::Mend),
                (finding.hint.is_some(), Sign::Hint),
                (finding.caution.is_some(), Sign::Caution),
            ];
            for (_, sign) in signs.into_iter().filter(|(is_there, _)| *is_there) {
                let is_hidden = view.hides_advice;
                self.add(if is_hidden { Sign::Hidden } else { sign });
            }
        }
    }

    /// The legend, if there is anything to explain.
    pub(super) fn show(&self, layout: Layout, lines: &mut Vec<String>) {
        if self.0.is_empty() {
            return;
        }
        let used: Vec<&str> = self.0.iter().map(|sign| sign.words()).collect();
        let words = used.join(layout.symbols.separator());
        let wrapped = layout.wrap("legend: ", 8, &layout.symbols.spelled(&words));
        lines.push(String::new());
        lines.extend(wrapped.iter().map(|line| layout.paint(DIM, line)));
    }
}
