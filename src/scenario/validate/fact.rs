//! The facts that a `when` names.

use super::Checker;
use crate::scenario::document::{Node, quoted};
use crate::scenario::step::{FactPattern, LeaseEvent};
use crate::terraform::{OperationKind, OperatorId, RequestKind};

/// The words that a fact can end with, apart from requests.
const WORDS: [&str; 22] = [
    "creating",
    "created",
    "updating",
    "updated",
    "deleting",
    "deleted",
    "failed",
    "accepted",
    "withdrawn",
    "ended",
    "prompted",
    "sends",
    "acquired",
    "renewed",
    "changed",
    "released",
    "expired",
    "breaking",
    "broken",
    "available",
    "taken",
    "freed",
];

/// A word of a fact, and where it stands in the text.
#[derive(Debug, Clone, Copy)]
struct Word<'t> {
    offset: usize,
    text: &'t str,
}

fn words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut offset = 0;
    for part in text.split(char::is_whitespace) {
        if !part.is_empty() {
            words.push(Word { offset, text: part });
        }
        // All that splits is white space of the basic plane; its length is not always 1.
        let end = offset + part.len();
        offset = end + text[end..].chars().next().map_or(0, char::len_utf8);
    }
    words
}

fn lease_event(word: &str) -> Option<LeaseEvent> {
    LeaseEvent::ALL
        .into_iter()
        .find(|event| event.name() == word)
}

impl Checker<'_, '_> {
    /// The fact that a text names.
    pub(super) fn fact(&mut self, node: &Node<'_>, text: &str) -> Option<FactPattern> {
        let words = words(text);
        let texts: Vec<&str> = words.iter().map(|word| word.text).collect();
        match texts[..] {
            ["lease", _] if !self.has_lease() => {
                let message = format!("with the backend {} there is no lease", self.backend.name());
                self.diagnostics.error(node, message);
                None
            }
            ["lease", word] if lease_event(word).is_some() => {
                self.lease_fact(node, lease_event(word)?)
            }
            ["lock", "taken"] => Some(FactPattern::LockTaken),
            ["lock", "freed"] => Some(FactPattern::LockFreed),
            [_, "ended"] => self.ended(node, words[0]),
            [name, "prompted"] => {
                let operator = self.running_operator(&self.word(node, words[0]), name)?;
                Some(FactPattern::Prompted(operator))
            }
            [name, "sends", ref what @ ..] => {
                let operator = self.running_operator(&self.word(node, words[0]), name)?;
                self.sends(node, operator, &words[2..], what.len())
            }
            [label, verb] => self.operation(node, words[0], label, verb, words[1]),
            _ => {
                self.unknown_fact(node, text, None);
                None
            }
        }
    }

    fn lease_fact(&mut self, node: &Node<'_>, event: LeaseEvent) -> Option<FactPattern> {
        if event != LeaseEvent::Expired || self.leases_expire {
            return Some(FactPattern::Lease(event));
        }
        let help = "take a client with a lease that ends, such as `client: renewing`".to_owned();
        let message = "no lease of this scenario expires: the client's is infinite";
        self.diagnostics.error_help(node, message, Some(help));
        None
    }

    /// The node narrowed to one word of its text.
    fn word<'w>(&self, node: &Node<'_>, word: Word<'w>) -> Node<'w> {
        let span = node.part(self.diagnostics.source(), word.offset, word.text.len());
        Node::at(span, word.text)
    }

    fn unknown_fact(&mut self, node: &Node<'_>, text: &str, last: Option<&str>) {
        let help = last
            .and_then(|last| self.diagnostics.nearest(last, WORDS))
            .unwrap_or_else(|| self.facts_there_are(text));
        let message = format!("unknown fact {}", quoted(text));
        self.diagnostics.error_help(node, message, Some(help));
    }

    /// What can be written of whom the text names; else examples, with names of this scenario.
    fn facts_there_are(&self, text: &str) -> String {
        let index = self.index;
        let about = text.split_whitespace().next().unwrap_or("");
        if index.runs.contains_key(about) || index.operators.contains_key(about) {
            return format!("write `{about} ended`");
        }
        if index.resource(about).is_some() {
            return format!("write `{about} created`");
        }
        let first = |names: Option<&String>, or: &str| names.map_or(or.to_owned(), String::clone);
        let resource = first(index.resources.keys().next(), "subnet");
        let run = first(index.runs.keys().next(), "apply");
        let operator = first(index.operators.keys().next(), "alice");
        format!(
            "write `{resource} created`, `{operator} sends save 2`, `{run} ended`, `{operator} \
             prompted` or `lock freed`"
        )
    }

    fn ended(&mut self, node: &Node<'_>, word: Word<'_>) -> Option<FactPattern> {
        let at = self.word(node, word);
        if self.index.runs.contains_key(word.text) {
            return self.earlier_run(&at, word.text).map(FactPattern::RunEnded);
        }
        if self.index.operators.contains_key(word.text) {
            let operator = self.running_operator(&at, word.text)?;
            return Some(FactPattern::OperatorEnded(operator));
        }
        let runs = self.index.runs.keys();
        let known = runs.chain(self.index.operators.keys()).map(String::as_str);
        let help = self.diagnostics.nearest(word.text, known);
        let message = format!("unknown run or operator {}", quoted(word.text));
        self.diagnostics.error_help(&at, message, help);
        None
    }

    /// The operator, who must have run something before the step that is being read.
    pub(super) fn running_operator(&mut self, node: &Node<'_>, name: &str) -> Option<OperatorId> {
        let operator = self.operator(node, name)?;
        let first = self.index.first_run_steps.get(&operator);
        if first.is_some_and(|first| *first < self.step) {
            return Some(operator);
        }
        let message = format!("{} runs nothing above this step", quoted(name));
        self.diagnostics.error(node, message);
        None
    }

    fn sends(
        &mut self,
        node: &Node<'_>,
        operator: OperatorId,
        rest: &[Word<'_>],
        count: usize,
    ) -> Option<FactPattern> {
        let (Some(kind), true) = (rest.first().copied(), count <= 2) else {
            self.unknown_fact(node, node.text().unwrap_or(""), None);
            return None;
        };
        let kinds = RequestKind::ALL.into_iter().chain(RequestKind::GENERIC);
        let Some(known) = kinds.clone().find(|known| known.name() == kind.text) else {
            let names = kinds.map(RequestKind::name);
            let help = self.diagnostics.nearest(kind.text, names);
            let message = format!("unknown request {}", quoted(kind.text));
            self.diagnostics
                .error_help(&self.word(node, kind), message, help);
            return None;
        };
        let nth = match rest.get(1) {
            None => 1,
            Some(word) => match word.text.parse::<u64>() {
                Ok(nth) if nth > 0 => nth,
                Ok(_) | Err(_) => {
                    let text = quoted(word.text);
                    let message = format!("{text} is not a whole number from 1 to {}", u64::MAX);
                    self.diagnostics.error(&self.word(node, *word), message);
                    return None;
                }
            },
        };
        let known = self.request_here(&self.word(node, kind), known)?;
        Some(FactPattern::Sends {
            operator,
            kind: known,
            nth,
        })
    }

    fn operation(
        &mut self,
        node: &Node<'_>,
        word: Word<'_>,
        label: &str,
        verb: &str,
        verb_word: Word<'_>,
    ) -> Option<FactPattern> {
        use OperationKind::{Create, Delete, Update};
        let pattern: fn(crate::terraform::ResourceId) -> FactPattern = match verb {
            "creating" => |id| FactPattern::OperationBegan(id, Create),
            "updating" => |id| FactPattern::OperationBegan(id, Update),
            "deleting" => |id| FactPattern::OperationBegan(id, Delete),
            "created" => |id| FactPattern::OperationDone(id, Create),
            "updated" => |id| FactPattern::OperationDone(id, Update),
            "deleted" => |id| FactPattern::OperationDone(id, Delete),
            "failed" => FactPattern::OperationFailed,
            "accepted" => FactPattern::OperationAccepted,
            "withdrawn" => FactPattern::OperationWithdrawn,
            _ => {
                let at = self.word(node, verb_word);
                self.unknown_fact(&at, node.text().unwrap_or(""), Some(verb));
                return None;
            }
        };
        let at = self.word(node, word);
        let resource = self.resource(&at, label)?;
        if self
            .index
            .first_run_step
            .is_none_or(|first| first >= self.step)
        {
            let message = "no run starts above this step that could do it";
            self.diagnostics.error(node, message);
            return None;
        }
        Some(pattern(resource))
    }
}
