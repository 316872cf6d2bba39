//! Blocks of code, and commands where they are not typed.

use super::{Builder, Directive};
use crate::runbook::listing::{Listing, listing};
use crate::runbook::markdown::{Code, Placed, Prose};
use crate::runbook::program::begins_a_command;
use crate::runbook::step::{self, Line};
use crate::runbook::{Condition, Each, Item, PassedOver, Stroke, Typed};

/// What a block is called in lists.
pub(super) const BLOCK: &str = "a block";

/// What is said of a command after a prompt that is none of bash's.
const FOREIGN: &str = "this is PowerShell's prompt; the command is read as bash";

impl Builder<'_> {
    pub(super) fn code(&mut self, code: &Code) {
        let line = self.line(code.offset);
        if matches!(self.directive, Some(Directive::Skip)) {
            self.directive = None;
            self.pass(line, "a comment above it says `skip`".to_owned());
            return;
        }
        match listing(code, line) {
            Listing::Passed(why) => self.pass(line, why),
            Listing::Wrong {
                line,
                message,
                help,
            } => {
                let span = match line.and_then(|at| code.lines.get(at)) {
                    Some(line) => {
                        let indent = line.text.len() - line.text.trim_start().len();
                        line.span(indent..line.text.len())
                    }
                    None => code.offset..code.offset + 3,
                };
                let error = self.error(span, message, Some(help));
                self.errors.push(error);
            }
            Listing::Commands {
                parts,
                foreign,
                output,
            } => {
                for offset in output {
                    let line = self.line(offset);
                    self.passed.push(PassedOver {
                        line,
                        what: "a line".to_owned(),
                        why: "it has no prompt beside commands with one, and is taken for output"
                            .to_owned(),
                    });
                }
                let foreign: Vec<u32> = foreign
                    .into_iter()
                    .map(|offset| self.line(offset))
                    .collect();
                self.commands(code, &parts, &foreign);
            }
        }
    }

    fn pass(&mut self, line: u32, why: String) {
        self.passed.push(PassedOver {
            line,
            what: BLOCK.to_owned(),
            why,
        });
    }

    fn commands(&mut self, code: &Code, parts: &[Placed], foreign: &[u32]) {
        if let Some(directive) = self.directive.take() {
            self.decided(directive);
        }
        if self.scope.commands() > 1 {
            let message = "several conditions of the list above could be meant".to_owned();
            let help = "say which in a line above it: <!-- leaselab: if the lock is held -->, or put the block into its item".to_owned();
            let error = self.error(code.offset..code.offset + 3, message, Some(help));
            self.errors.push(error);
        }
        self.context.question = None;
        let guards = self.scope.governing();
        self.depend(&guards);
        for part in parts {
            let line_starts = &self.line_starts;
            let line_of = |at: usize| {
                let line = line_starts.partition_point(|start| *start <= part.offset(at));
                u32::try_from(line).unwrap_or(u32::MAX)
            };
            let (lines, faults) = step::lines(&part.text, &mut self.known, &line_of);
            for fault in faults {
                let end = fault.range.end.max(fault.range.start);
                let error =
                    self.error(part.span(fault.range.start..end), fault.message, fault.help);
                self.errors.push(error);
            }
            for line in lines {
                self.step(part, line, &guards, foreign);
            }
        }
    }

    fn step(&mut self, part: &Placed, line: Line, guards: &[usize], foreign: &[u32]) {
        let offset = part.offset(line.range.start);
        let typed = Typed {
            line: self.line(offset),
            column: self.column(offset),
            source: part.text[line.range].to_owned(),
            guards: guards.to_vec(),
            placeholders: line.placeholders,
            each: self.meant(line.each, guards),
            address: line.address,
            effect: line.effect,
            deed: line.deed,
            answers: line.answers,
            note: foreign.contains(&self.line(offset)).then_some(FOREIGN),
            stroke: Stroke::Line,
            typist: None,
            pace: None,
        };
        self.context.deeds.push(typed.deed);
        self.items.push(Item::Step(self.steps.len()));
        self.steps.push(typed);
    }

    /// What `<ADDRESS>` means under these conditions.
    fn meant(&self, each: Option<Each>, guards: &[usize]) -> Vec<Each> {
        let asks = |condition| self.asks(guards, condition);
        each.map(|each| each.under(asks)).unwrap_or_default()
    }

    /// Whether one of the conditions asks for this to be so.
    fn asks(&self, guards: &[usize], condition: Condition) -> bool {
        guards.iter().any(|guard| {
            let guard = &self.guards[*guard];
            let test = guard.test.as_ref();
            test.is_some_and(|test| test.asks_for(condition)) || self.asks(&guard.within, condition)
        })
    }

    /// Commands in a sentence are not typed: the outline lists those that somebody is told to run.
    pub(super) fn note_inline(&mut self, text: &Prose) {
        const ORDERS: [&str; 6] = ["run ", "type ", "execute ", "enter ", "rerun ", "use "];
        let lower = text.placed.text.to_lowercase();
        let is_order = ORDERS
            .iter()
            .any(|order| lower.starts_with(order) || lower.contains(&format!(" {order}")));
        for range in text
            .code
            .iter()
            .filter(|range| is_command(&text.placed.text[(*range).clone()]))
        {
            let span = text.placed.span(range.clone());
            let line = self.line(span.start);
            self.inline.get_or_insert(span);
            if is_order {
                self.passed.push(PassedOver {
                    line,
                    what: format!("`{}`", &text.placed.text[range.clone()]),
                    why: "a command in a sentence is not typed".to_owned(),
                });
            }
        }
    }

    pub(super) fn table(&mut self, text: &Prose) {
        self.scope.text();
        for range in text
            .code
            .iter()
            .filter(|range| is_command(&text.placed.text[(*range).clone()]))
        {
            let span = text.placed.span(range.clone());
            let line = self.line(span.start);
            self.in_table.get_or_insert(span);
            self.passed.push(PassedOver {
                line,
                what: format!("`{}`", &text.placed.text[range.clone()]),
                why: "a command in a table is not typed".to_owned(),
            });
        }
    }
}

/// Whether code in a sentence is a command with its words.
fn is_command(code: &str) -> bool {
    let mut words = code.split_whitespace();
    let first = words.next().unwrap_or("");
    begins_a_command(first) && words.next().is_some()
}
