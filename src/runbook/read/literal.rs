//! Runbooks that are typed literally: `<!-- leaselab: literally -->`.
//!
//! What stands in blocks is typed as it stands, whatever it looks like: no placeholder, no name, no
//! sample stands for anything else, and no sentence is a condition. `keys` blocks hold answers and
//! Ctrl+C, and `<!-- leaselab: as bob -->` says who types from there on.

use super::Builder;
use crate::kernel::SimDuration;
use crate::runbook::markdown::{Code, Placed};
use crate::runbook::stroke::{Stroke, interrupt};
use crate::runbook::{Deed, Effect, Item, Typed, step};

/// What makes a runbook literal.
pub(super) const LITERALLY: &str = "literally";
/// The language of a block that holds answers and Ctrl+C.
const KEYS: &str = "keys";

impl Builder<'_> {
    /// Takes everything below as it stands.
    pub(super) fn begin_literal(&mut self, text: &Placed) {
        if !self.steps.is_empty() {
            let span = text.span(0..text.text.len());
            let message = "`literally` stands above the first block".to_owned();
            let error = self.error(span, message, None);
            self.errors.push(error);
        }
        self.is_literal = true;
    }

    /// `as bob`, or `as bob after 5s`.
    pub(super) fn literal_directive(&mut self, text: &Placed) {
        let words: Vec<&str> = text.text.split_whitespace().collect();
        if words == ["wait"] {
            let looks = (Effect::Look, Deed::Other);
            return self.stroke(Stroke::Wait, "wait".to_owned(), text.offset(0), looks);
        }
        let read = match words.as_slice() {
            ["as", name] => Some((*name, None)),
            ["as", name, "after", duration] => {
                let duration = duration.parse().ok();
                duration.map(|duration: SimDuration| (*name, Some(duration)))
            }
            _ => None,
        };
        let Some((name, pace)) = read else {
            let span = text.span(0..text.text.len());
            let message = "this comment says nothing where lines are typed literally".to_owned();
            let known = "known are `wait`, `as bob` and `as bob after 5s`";
            let error = self.error(span, message, Some(known.to_owned()));
            self.errors.push(error);
            return;
        };
        self.typist = Some(name.to_owned());
        self.pace_last(pace);
    }

    /// How long is waited after the last stroke.
    fn pace_last(&mut self, pace: Option<SimDuration>) {
        if let (Some(last), Some(pace)) = (self.steps.last_mut(), pace) {
            last.pace = Some(pace);
        }
    }

    pub(super) fn literal_code(&mut self, code: &Code) {
        if code.words.first().is_some_and(|word| word == KEYS) {
            for line in &code.lines {
                self.key(line);
            }
            return;
        }
        let mut text = Placed::default();
        for line in &code.lines {
            text.push(&line.text, line.offset(0));
            text.push("\n", line.offset(0) + line.text.len());
        }
        match step::as_typed(&text.text) {
            Ok(lines) => {
                for (range, effect, deed) in lines {
                    let offset = text.offset(range.start);
                    let source = text.text[range].to_owned();
                    self.stroke(Stroke::Line, source, offset, (effect, deed));
                }
            }
            Err(error) => {
                let end = error.offset + error.length;
                let span = text.span(error.offset..end);
                let error = self.error(span, error.message, error.suggestion);
                self.errors.push(error);
            }
        }
    }

    fn key(&mut self, line: &Placed) {
        let looks = (Effect::Look, Deed::Other);
        let offset = line.offset(0);
        match interrupt(&line.text) {
            Some(pace) => {
                self.pace_last(pace);
                self.stroke(Stroke::Interrupt, line.text.clone(), offset, looks);
            }
            None => self.stroke(Stroke::Answer, line.text.clone(), offset, looks),
        }
    }

    fn stroke(
        &mut self,
        stroke: Stroke,
        source: String,
        offset: usize,
        (effect, deed): (Effect, Deed),
    ) {
        let typed = Typed {
            line: self.line(offset),
            column: self.column(offset),
            source,
            guards: Vec::new(),
            placeholders: Vec::new(),
            each: Vec::new(),
            address: None,
            effect,
            deed,
            answers: Vec::new(),
            note: None,
            stroke,
            typist: self.typist.clone(),
            pace: None,
        };
        self.items.push(Item::Step(self.steps.len()));
        self.steps.push(typed);
    }
}
