//! Fault rules.

use super::Checker;
use crate::scenario::document::{Content, Node, decode};
use crate::scenario::fault::{FaultRule, RequestEffect, RequestName};
use crate::scenario::raw::fault::{LoseWord, OperationWord, RawDelay, RawRule};
use crate::terraform::{OperationKind, OperatorId, RunId};

/// The keys that say what becomes of a request.
const EFFECTS: [&str; 4] = ["answer", "lose", "hang", "delay"];

impl Checker<'_, '_> {
    /// The rules of a list; those that are wrong are left out.
    pub(super) fn rules(&mut self, node: &Node<'_>) -> Vec<FaultRule> {
        if !matches!(node.content, Content::List(_)) {
            self.diagnostics.error(node, "`faults` is a list of rules");
        }
        node.items()
            .iter()
            .filter_map(|item| self.rule(item))
            .collect()
    }

    fn rule(&mut self, node: &Node<'_>) -> Option<FaultRule> {
        let raw: RawRule = decode(node, &[], self.diagnostics)?;
        let of = match &raw.of {
            Some(name) => Some(self.operator(node.field("of"), &name.0)?),
            None => None,
        };
        match (&raw.request, raw.operation) {
            (Some(request), None) => {
                let name = request.0.map_or(RequestName::Any, RequestName::Kind);
                self.request_rule(node, &raw, of, name)
            }
            (None, Some(operation)) => self.operation_rule(node, &raw, of, operation),
            (None, None) => {
                let help = "write `request: put_state`, or `operation: create`".to_owned();
                let message = "the rule says neither `request` nor `operation`";
                self.diagnostics.error_help(node, message, Some(help));
                None
            }
            (Some(_), Some(_)) => {
                let message = "a rule strikes requests or operations, not both";
                self.diagnostics.error(&node.entry("operation")?.0, message);
                None
            }
        }
    }

    fn request_rule(
        &mut self,
        node: &Node<'_>,
        raw: &RawRule,
        of: Option<OperatorId>,
        name: RequestName,
    ) -> Option<FaultRule> {
        let during: Option<RunId> = match &raw.during {
            Some(id) => Some(self.run(node.field("during"), &id.0)?),
            None => None,
        };
        self.refuse_keys(
            node,
            &["resource", "fail"],
            "belongs to rules with `operation`",
        )?;
        let effects = EFFECTS.iter().filter_map(|key| node.entry(key));
        let effects: Vec<&Node<'_>> = effects.map(|(key, _)| key).collect();
        if let [_, second, ..] = effects[..] {
            let message = "a rule has one effect: `answer`, `lose`, `hang` or `delay`";
            self.diagnostics.error(second, message);
            return None;
        }
        let effect = match (&raw.answer, raw.lose, &raw.hang, &raw.delay) {
            (Some(answer), ..) => RequestEffect::Answer(answer.0),
            (_, Some(LoseWord::Request), ..) => RequestEffect::LoseRequest,
            (_, Some(LoseWord::Answer), ..) => RequestEffect::LoseAnswer,
            (_, _, Some(_), _) => RequestEffect::Hang,
            (.., Some(RawDelay::Request(delay))) => RequestEffect::DelayRequest(delay.0),
            (.., Some(RawDelay::Answer(delay))) => RequestEffect::DelayAnswer(delay.0),
            (None, None, None, None) => {
                let message = "the rule has no effect: `answer`, `lose`, `hang` or `delay`";
                self.diagnostics.error(node, message);
                return None;
            }
        };
        Some(FaultRule::Request {
            name,
            of,
            during,
            nth: raw.nth.as_ref().map(|nth| nth.0),
            chance: raw.chance.as_ref().map(|chance| chance.0),
            effect,
        })
    }

    fn operation_rule(
        &mut self,
        node: &Node<'_>,
        raw: &RawRule,
        of: Option<OperatorId>,
        operation: OperationWord,
    ) -> Option<FaultRule> {
        let foreign = ["answer", "lose", "hang", "delay", "during"];
        self.refuse_keys(node, &foreign, "belongs to rules with `request`")?;
        let resource = match &raw.resource {
            Some(label) => Some(self.resource(node.field("resource"), &label.0)?),
            None => None,
        };
        let Some(fail) = raw.fail else {
            self.diagnostics.error(node, "the key `fail` is missing");
            return None;
        };
        Some(FaultRule::Operation {
            kind: match operation {
                OperationWord::Create => Some(OperationKind::Create),
                OperationWord::Update => Some(OperationKind::Update),
                OperationWord::Delete => Some(OperationKind::Delete),
                OperationWord::Any => None,
            },
            resource,
            of,
            nth: raw.nth.as_ref().map(|nth| nth.0),
            chance: raw.chance.as_ref().map(|chance| chance.0),
            fail,
        })
    }

    /// Reports the first of these keys that is there.
    pub(super) fn refuse_keys(
        &mut self,
        node: &Node<'_>,
        keys: &[&str],
        reason: &str,
    ) -> Option<()> {
        let Some((key, name)) = keys
            .iter()
            .find_map(|name| node.entry(name).map(|(key, _)| (key, name)))
        else {
            return Some(());
        };
        self.diagnostics.error(key, format!("`{name}` {reason}"));
        None
    }
}
